"""Annotations: names that the plugin leaves to mypy, and names of other modules in warm runs."""

import importlib
import shutil
import time
from types import SimpleNamespace
from typing import Any

import pytest
from mypy.nodes import MypyFile

from tests.paths import ROOT
from tests.plugin import cases, objects
from tests.plugin.parsing import parsed_modules
from tests.plugin.workspace import CONFIG, Workspace
from tests.typing import runner

# Import it by its installed name: here mypy knows it as mypy_plugin.btf_typing_mypy.
annotations = importlib.import_module("btf_typing_mypy.hooks.annotations")


@pytest.mark.parametrize(
    ("name", "never"),
    [
        ("builtins.str", True),
        ("builtins.missing", True),  # in a stub, where no variable holds a class
        ("m.Event", True),
        ("m.Event.Part", True),
        ("m.Alias", True),
        ("m.T", True),
        ("m.Event.SIZE", False),
        ("m.variable", False),
        ("m.missing", False),
        ("local", False),
    ],
)
def test_names_that_the_plugin_leaves_to_mypy(name: str, *, never: bool) -> None:
    modules = parsed_modules(
        'from typing import TypeVar\n\nT = TypeVar("T")\nvariable = 1\n\n'
        "class Event:\n    SIZE = 2\n    class Part: ...\n\nAlias = Event\n"
    )
    assert _annotations(modules, daemon=False).never(name) is never


def test_classes_of_the_program_can_become_variables_while_the_daemon_runs() -> None:
    found = _annotations(parsed_modules("class Event: ...\n"), daemon=True)
    assert not found.never("m.Event")
    assert found.never("builtins.str")


def _annotations(modules: dict[str, MypyFile], *, daemon: bool) -> Any:
    read_tracker = SimpleNamespace(daemon=daemon)
    project = SimpleNamespace(files=SimpleNamespace(read_tracker=read_tracker))
    return annotations.Annotations(project, None, lambda: modules)


def test_a_warm_run_knows_the_unions_of_another_module(workspace: Workspace) -> None:
    workspace.write("mypy.ini", CONFIG)
    workspace.write("tool.bpf.o", (ROOT / "tests/typing/checkers/prog.bpf.o").read_bytes())
    workspace.stub("tool.bpf.o")
    for name in ("tables.py", "tables_user.py"):
        shutil.copy(cases.CASES / name, workspace.root)
    _check_edited(workspace, "tables_user.py", "Key")


def test_a_warm_run_knows_the_classes_that_another_module_passes_on(workspace: Workspace) -> None:
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    for name in ("app/__init__.py", "app/classes.py", "app/reexported.py", "reexported.py"):
        workspace.write(name, (cases.CASES / name).read_bytes())
    _check_edited(workspace, "reexported.py", "Event")


def _check_edited(workspace: Workspace, name: str, used: str) -> None:
    """Check the case *name*, and again after an edit that uses the name *used*."""
    user = (workspace.root / name).read_text()
    for text in (user, f"{user}\nprint({used})\n"):
        workspace.write(name, text)
        found = runner.reported(workspace.mypy("--hide-error-context", name).text)
        assert not runner.difference(runner.expected(workspace.root, [name]), found)
        time.sleep(1.05)  # mypy compares whole seconds


def test_a_warm_run_repeats_the_cure_for_a_class_that_the_plugin_cannot_determine(
    workspace: Workspace,
) -> None:
    workspace.write("mypy.ini", CONFIG)
    workspace.write(
        "handles.py",
        "from btf_typing import load\n\n"
        "btf = load(input()).btf\n"
        'Event, number = btf.struct("event"), 1\n'
        "def kind() -> type[object]: ...\n"
        "Other = kind()\n"
        'def local() -> None:\n    Other = btf.struct("event")\n',
    )
    user = "from handles import Event, Other\n\ndef show(event: Event, other: Other) -> None: ...\n"
    for text in (user, f"{user}\nprint(Event)\n"):
        workspace.write("user.py", text)
        shown = [line for line in workspace.mypy("user.py").text.splitlines() if "cannot" in line]
        assert len(shown) == 1
        assert shown[0].startswith(
            'user.py:3: note: The plugin cannot determine which class "Event"'
        )
        time.sleep(1.05)  # mypy compares whole seconds


def test_each_variable_of_a_union_is_evaluated_once(workspace: Workspace) -> None:
    """Otherwise, this takes 2 ** 18 steps."""
    workspace.write("mypy.ini", CONFIG)
    workspace.write("tool.bpf.o", (ROOT / "tests/typing/checkers/prog.bpf.o").read_bytes())
    workspace.stub("tool.bpf.o")
    lines = [
        "from btf_typing import load",
        'btf = load("tool.bpf.o").btf',
        'Event = btf.struct("exec_event")',
        "U0 = Event | None",
        *(f"U{number + 1} = U{number} | U{number}" for number in range(18)),
        "Round = Round | None",
        "def show(event: U18, other: Round) -> None:",
        "    reveal_type(event)",
    ]
    workspace.write("program.py", "\n".join(lines))
    said = workspace.mypy("program.py").text
    assert 'note: Revealed type is "tool_bpf.exec_event | None"' in said
    assert 'Variable "program.Round" is not valid as a type' in said


def test_an_annotation_may_spell_the_path_in_every_way(workspace: Workspace) -> None:
    """An absolute path, one beside the source, and one that ``object-path`` finds."""
    workspace.write("mypy.ini", f"{CONFIG}\n[btf-typing]\nobject-path = build\n")
    for name in ("build/prog.bpf.o", "tool/near.bpf.o"):
        workspace.write(name, objects.compiled())
        workspace.stub(name)
    wanted = {
        "prog.bpf.o": "build/prog.bpf.o",
        "./prog.bpf.o": "build/prog.bpf.o",
        f"{workspace.root}/build/prog.bpf.o": "build/prog.bpf.o",
        "near.bpf.o": "tool/near.bpf.o",
        "../tool/near.bpf.o": "tool/near.bpf.o",
        f"{workspace.root}/tool/near.bpf.o": "tool/near.bpf.o",
    }
    text = "from typing import Literal\nfrom btf_typing import BpfObject, load\n"
    for number, (spelling, name) in enumerate(wanted.items()):
        text += f"""
def show{number}(obj: BpfObject[Literal["{spelling}"]]) -> None:
    reveal_type(obj.btf)
    # N: Revealed type is "btf_typing.btf.Btf[Literal['{name}']]"
    obj.btf.struct("event")().pdi
    # E: "event" has no attribute "pdi"  [attr-defined]


show{number}(load("{name}"))
show{number}(load("{spelling}"))
"""
    workspace.write("tool/program.py", text)
    for _ in ("cold", "warm"):
        found = runner.reported(workspace.mypy("--hide-error-context", "tool/program.py").text)
        assert not runner.difference(runner.expected(workspace.root, ["tool/program.py"]), found)
