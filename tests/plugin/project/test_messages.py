"""Errors of btf_typing, as the plugin writes them."""

import pytest
from btf_typing_mypy.project.messages import name_problem
from btf_typing_mypy.project.object_files import ObjectFile

from btf_typing import TypeNotFoundError, load
from btf_typing._commands.output import report
from tests.paths import ROOT

_PATH = str(ROOT / "examples/execsnoop/execsnoop.bpf.o")
_OBJECT_FILE = ObjectFile("build/prog.bpf.o", "/abs/build/prog.bpf.o", None, None, None, "", "")


def test_run_time_command_and_plugin_each_write_the_same_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(TypeNotFoundError) as caught:
        load(_PATH).btf.struct("exec_evnt")
    error = caught.value
    report("btf-stubs", _PATH, error)

    close = ("exec_event", "exec_count")
    assert error.suggestions == close
    run_time = f"no struct 'exec_evnt' in {_PATH}; did you mean 'exec_event' or 'exec_count'?"
    assert str(error) == run_time
    command = "no struct 'exec_evnt'; did you mean 'exec_event' or 'exec_count'?"
    assert capsys.readouterr().err == f"btf-stubs: {_PATH}: {command}\n"
    assert name_problem(error, _OBJECT_FILE) == (
        'no struct "exec_evnt" in "build/prog.bpf.o"; did you mean "exec_event" or "exec_count"?'
    )


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            TypeNotFoundError(kind="map", name="counts", path="/abs/x", hint="there are none"),
            'no map "counts" in "build/prog.bpf.o"; there are none',
        ),
        (
            TypeNotFoundError(kind="union", type_id=4, path="/abs/x", hint="ids are 0 to 3"),
            'no union with id 4 in "build/prog.bpf.o"; ids are 0 to 3',
        ),
        (TypeNotFoundError(name="x", path="/abs/x"), 'no type "x" in "build/prog.bpf.o"'),
    ],
)
def test_names_have_double_quotes_and_the_object_its_canonical_name(
    error: TypeNotFoundError, message: str
) -> None:
    assert name_problem(error, _OBJECT_FILE) == message
