"""Annotations: names that the plugin leaves to mypy, and names of other modules in warm runs."""

import importlib
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mypy.nodes import MypyFile

from tests.builder import BtfBuilder
from tests.paths import ROOT
from tests.plugin import cases, modes, objects
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


def test_a_warm_run_repeats_the_cure_for_a_class_that_the_plugin_cannot_determine(
    workspace: Workspace,
) -> None:
    workspace.write("mypy.ini", CONFIG)
    workspace.write(
        "handles.py",
        "from btf_typing import load\n\n"
        "btf = load(input()).btf\n"
        'Event, number = btf.struct("event"), 1\n'
        "Same = Event\n"
        "Maybe = Same | None\n"
        "def kind() -> type[object]: ...\n"
        "Other = kind()\n"
        'def local() -> None:\n    Other = btf.struct("event")\n'
        "Keyword = btf.struct(name=input())\n"
        'class Tool:\n    Event = btf.struct("event")\n    Other = Event\n',
    )
    workspace.write("between.py", "import handles\nMaybe = handles.Maybe\nTool = handles.Tool\n")
    names = "Event", "Same", "Maybe", "between.Maybe", "Tool.Other", "between.Tool.Event", "Other"
    uses = "".join(f"_{number}: {name}\n" for number, name in enumerate(names))
    user = (
        f"import between\nfrom handles import Event, Keyword, Maybe, Other, Same, Tool\n\n{uses}"
        "keyword: Keyword\n"
    )
    for text in (user, f"{user}\nprint(Event)\n"):
        workspace.write("user.py", text)
        shown = workspace.mypy("between.py", "user.py").text
        note = 'note: The plugin cannot determine which class "Event" is; import the class'
        noted = [line.partition(" ")[0] for line in shown.splitlines() if note in line]
        assert noted == [f"user.py:{number}:" for number in range(4, 10)]
        assert 'user.py:10: error: Variable "handles.Other" is not valid as a type' in shown
        assert 'user.py:11: note: The plugin cannot determine which class "Keyword" is' in shown
        assert shown.count("cannot determine") == len(noted) + 1


def test_a_variable_may_bind_a_type_parameter(workspace: Workspace) -> None:
    """mypy analyzes the bound of a class twice, and has no queue of patches at the second time."""
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    workspace.write(
        "program.py",
        "from btf_typing import load\n\n"
        'Event = load("prog.bpf.o").btf.struct("event")\n\n'
        "class Box[T: Event]:\n    def __init__(self, x: T) -> None:\n        self.x = x\n\n"
        "class Other[T: (Event, int)]:\n    x: T\n\n"
        "reveal_type(Box(Event()).x)\n"
        'Box("")\n',
    )
    command = "--python-version", "3.12", "program.py"
    cold = workspace.mypy(*command)
    if "invalid syntax; you likely need" in cold.text.lower():
        pytest.skip("this mypy parses with the Python that runs it, which has no such syntax")
    assert modes.answer(cold) == [
        'program.py:12: note: Revealed type is "prog_bpf.event"',
        'program.py:13: error: Value of type variable "T" of "Box" cannot be "str"  [type-var]',
    ]
    assert modes.answer(workspace.mypy(*command)) == modes.answer(cold)


def test_no_note_repeats_that_an_object_is_missing(
    workspace: Workspace, library_cache: Path
) -> None:
    """Another error says it. A worker of mypy may not have the syntax tree of handles.py."""
    handles = 'from btf_typing import load\n\nEvent = load("no.bpf.o").btf.struct("event")\n'
    user = (
        "from handles import Event\n\nEither = Event | None\n\ndef show(x: Either) -> None: ...\n"
    )
    workspace.write("handles.py", handles)
    workspace.write("user.py", user)
    for name in ("warm", "workers"):
        shutil.copytree(library_cache, workspace.root / f".cache-{name}")
    # The format of the cache does not decide which syntax trees mypy has.
    chosen = [each for each in modes.all_modes(workspace) if not each.name.endswith("-cache")]
    assert {each.name for each in chosen} >= {"warm", "dmypy-run", "dmypy-check"}
    for mode in chosen:
        shown = mode.run(["handles.py", "user.py"]).text
        assert 'handles.py:3: error: cannot read "no.bpf.o": no such file' in shown
        assert "cannot determine" not in shown


def _with_maps() -> bytes:
    """BTF with maps whose values have no class in a stub, and a map of structs."""
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    char = b.int("char", 1, "signed")
    event = b.struct("event", 4, [("pid", u32, 0)])
    values = {
        "number": u32,
        "truth": b.int("_Bool", 1, "bool"),
        "ratio": b.float("double", 8),
        "pointer": b.ptr(),
        "letter": char,
        "text": b.array(char, 16),
        "numbers": b.array(b.array(u32, 2), 3),
        "events": b.array(event, 2),
        "wide": b.int("__int128", 16),
        "wides": b.array(b.int("__int128", 16), 2),
        "event": event,
    }
    places = []
    for number, (name, value) in enumerate(values.items()):
        one = b.ptr(b.array(u32, 1))
        members = [("type", one, 0), ("key", b.ptr(u32), 64), ("value", b.ptr(value), 128)]
        places.append((b.var(name, b.struct(f"{name}_map", 24, members)), 24 * number, 24))
    b.datasec(".maps", 24 * len(places), places)
    return b.build()


_DECODED = {
    "number": "int",
    "truth": "bool",
    "ratio": "float",
    "pointer": "int | None",
    "letter": "bytes",
    "text": "bytes",
    "numbers": "ctypes.Array[Any]",
    "events": "ctypes.Array[Any]",
    "wide": "ctypes.Array[Any]",
    "wides": "ctypes.Array[Any]",
}


def test_the_cure_for_a_value_without_a_class_is_what_decode_value_returns(
    workspace: Workspace,
) -> None:
    workspace.write("mypy.ini", CONFIG)
    workspace.write("maps.bpf.o", _with_maps())
    workspace.stub("maps.bpf.o")
    defined = "".join(f"V_{name} = obj.maps[{name!r}].value\n" for name in _DECODED)
    used = "".join(f"_{name}: V_{name}\n" for name in _DECODED)
    decoded = "".join(f"reveal_type(obj.maps[{name!r}].decode_value(b''))\n" for name in _DECODED)
    workspace.write(
        "program.py",
        f"from btf_typing import load\nobj = load('maps.bpf.o')\n{defined}{used}{decoded}"
        "if input():\n    Either = obj.maps['event'].value\n"
        "else:\n    Either = obj.maps['missing'].value\nevent: Either\n",
    )
    said = workspace.mypy("program.py").text
    for name, annotation in _DECODED.items():
        assert (
            f'The stub has no class for the values of map "{name}"; write the type that'
            f' decode_value() returns, "{annotation}", instead of "V_{name}"\n'
        ) in said
    revealed = re.findall(r'Revealed type is "(.*)"', runner.newest(said))
    shown = [re.sub(r"^_ctypes\.Array\[.*\]$", "ctypes.Array[Any]", text) for text in revealed]
    assert shown == list(_DECODED.values())
    assert 'The plugin cannot determine the type of the values in "Either"; import' in said


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
    said = runner.newest(workspace.mypy("program.py").text)
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
