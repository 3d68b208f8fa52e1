"""The values of path expressions, and why an expression has none."""

import importlib
from typing import Any

import pytest
from mypy.nodes import CallExpr, MypyFile

from tests.plugin.parsing import parsed_modules

# Import it by its installed name: here mypy knows it as mypy_plugin.btf_typing_mypy.
path_expressions = importlib.import_module("btf_typing_mypy.source.path_expressions")
syntax_tree = importlib.import_module("btf_typing_mypy.source.syntax_tree")

_ANNOTATE = 'annotate the object as BpfObject[Literal["prog.bpf.o"]]'
_PATH = (
    'the plugin knows the attribute "path" only for an object that tinybpf.load() returns for a'
    " known path"
)
_EITHER = '("a" if flag else "b")'

_VALUES: dict[str, list[str]] = {
    '"a.o"': ["'a.o'"],
    '"a" + ".o"': ["'a.o'"],
    'f"{known}.o"': ["'known.o'"],
    'Path("a") / "b.o"': ["PurePosixPath('a/b.o')"],
    '"a" / Path("b.o")': ["PurePosixPath('a/b.o')"],
    'Path("a", "b.o").parent': ["PurePosixPath('a')"],
    'Path("a/b.o").name': ["'b.o'"],
    'Path("a/b.o").parents[1]': ["PurePosixPath('.')"],
    'Path("a/b.o").with_suffix(".c")': ["PurePosixPath('a/b.c')"],
    'str(Path("a").joinpath("b.o"))': ["'a/b.o'"],
    'os.path.join("a", "b.o")': ["'a/b.o'"],
    'os.path.dirname("a/b.o")': ["'a'"],
    'os.path.abspath("a.o")': ["'a.o'"],
    '"a.c".removesuffix(".c")': ["'a'"],
    '"x.c".replace(".c", ".o")': ["'x.o'"],
    f"{_EITHER} + {_EITHER}": ["'aa'", "'ab'", "'ba'", "'bb'"],
    '(walrus := "a.o")': ["'a.o'"],
    "twice": ["'one'", "'two'"],
    "resource": ["PurePosixPath('a.o')"],
    "__name__": ["'m'"],
    'os.getenv("PROG", default="a.o")': ["'a.o'"],
    "bpf.path": ["PurePosixPath('a.o')"],
    'tinybpf.load("a" + ".o").path.parent': ["PurePosixPath('.')"],
    'other_load(path="a.o").path': ["PurePosixPath('a.o')"],
    'stack.enter_context(tinybpf.load("a.o")).path': ["PurePosixPath('a.o')"],
    'tinybpf.load("a.o").__enter__().path': ["PurePosixPath('a.o')"],
    "stack.enter_context(as_file(Path('b.o')))": ["PurePosixPath('b.o')"],
}

_REASONS: dict[str, str] = {
    "circular": f"the value refers to itself, or needs more than 40 steps; {_ANNOTATE}",
    '["a"]': "the plugin does not evaluate this kind of expression;"
    " build it from strings, Path and os.path",
    " + ".join([_EITHER] * 6): f"the expression has more than 32 possible values; {_ANNOTATE}",
    "Files.A": '"A" is a member of an enum; use a StrEnum, a string literal or a Final string',
    'Path("a").anchor': f'the plugin does not evaluate the attribute "anchor"; {_ANNOTATE}',
    "print": '"print" is not a variable; pass a string or a path',
    "looped": f'"looped" is the variable of a loop; {_ANNOTATE}',
    "declared": f'"declared" is a parameter or is not assigned; {_ANNOTATE}',
    "Tool.path": f'"path" is a parameter or is not assigned; {_ANNOTATE}',
    "sys.platform": '"sys.platform" belongs to another module, and the plugin knows only the Final'
    " strings of other modules; declare a Final string there, or build the path or name in"
    " this module",
    "opened": "the path comes from a context manager, and the plugin evaluates only"
    f" importlib.resources.as_file(); {_ANNOTATE}",
    'os.fspath(path="a")': "the plugin does not evaluate keyword arguments; pass them by position",
    'os.getenv(default="a", key="b")': "the plugin does not evaluate keyword arguments;"
    " pass them by position",
    "Path(*sys.argv)": "the plugin does not evaluate starred arguments; write them one by one",
    "input()": f"the plugin does not evaluate input(); {_ANNOTATE}",
    'os.getenv("a")': f"the plugin does not evaluate getenv(); {_ANNOTATE}",
    "(lambda: 1)()": f"the plugin does not evaluate this call; {_ANNOTATE}",
    '"".join(sys.argv)': "the plugin evaluates str.join() only for a list;"
    " write the parts as a list",
    '"{}.{}".format("a", "o")': "the plugin does not evaluate str.format(); use an f-string",
    'f"{known:>8}"': "the plugin does not evaluate format specifications such as {name:>8};"
    " leave them out",
    "sys.argv[1]": f"the plugin cannot evaluate this index, only path.parents[number]; {_ANNOTATE}",
    "files(*[])": "the plugin does not evaluate these arguments of importlib.resources.files();"
    " pass the name of a package",
    'files("email")': 'the directory of package "email" is unknown here; import the package',
    "files(json)": 'mypy has a stub of package "json", which may be in another directory;'
    " build the path from Path(__file__)",
    "os.path.dirname(os.path.dirname(Path.cwd()))": "the path depends on where the current"
    " directory is; use a relative path or Path(__file__)",
    '"a" / "b"': "the value cannot be computed: expected a path on one side of /,"
    " found two strings",
    '"a".parent': "the value cannot be computed: expected a path, found a string",
    **dict.fromkeys(
        [f'Path("a.c").with_{part}(Path(".o"))' for part in ("name", "stem", "suffix")],
        "the value cannot be computed: expected a string, found a path",
    ),
    "bpf": "this is an object; pass its path",
    "str(bpf)": "this is an object; pass its path",
    "bpf.btf": "this is an object; pass its path",
    'Path("a").path': f"{_PATH}: this is no object that tinybpf.load() returns; {_ANNOTATE}",
    "use().path": f"{_PATH}: the plugin does not evaluate use(); {_ANNOTATE}",
    "tinybpf.load()": f"the plugin does not evaluate load(); {_ANNOTATE}",
    "stack.enter_context()": f"the plugin does not evaluate enter_context(); {_ANNOTATE}",
    'Path("a") + "b"': "the value cannot be computed: expected a string, found a path",
}

_PROGRAM = """\
import json, os, sys
import tinybpf
from contextlib import ExitStack
from enum import Enum
from importlib.resources import as_file, files
from pathlib import Path
from tinybpf import load as other_load
from typing import Any

def use(*_: Any) -> Any: ...

class Files(Enum):
    A = "a.o"

class Tool:
    path: str

flag = bool(sys.argv)
known = "known"
twice = "one"
twice = "two"
circular = "a"
circular = circular + "b"
declared: str
for looped in ("a", "b"): pass
with open("a") as opened: pass
with as_file(Path("a.o")) as resource: pass
stack = ExitStack()
bpf: tinybpf.BpfObject = tinybpf.load("a.o")
"""


@pytest.fixture(scope="module")
def modules() -> dict[str, MypyFile]:
    lines = [f"use({expression})" for expression in (*_VALUES, *_REASONS)]
    return parsed_modules("\n".join([_PROGRAM, *lines]), with_errors=True)


def _values(modules: dict[str, MypyFile], number: int) -> list[Any]:
    tree = modules["m"]
    call: Any = tree.defs[number - len(_VALUES) - len(_REASONS)]
    found: list[Any] = path_expressions.values(call.expr.args[0], tree, modules)
    return found


@pytest.mark.parametrize("expression", _VALUES)
def test_values(modules: dict[str, MypyFile], expression: str) -> None:
    found = _values(modules, list(_VALUES).index(expression))
    assert list(map(repr, found)) == _VALUES[expression]


_BLOCKS = """\
def other() -> None: print(block)  # so mypy keeps one variable for both statements
with as_file(Path("a")) as block:
    {}
with as_file(Path("d")) as block: pass
"""


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("use(block)", ["a"]),
        ("use(lambda: block, block)", ["a"]),
        ("use(block); block = Path('b')", ["a", "b", "d"]),
        ("block = Path('b'); use(block)", ["a", "b", "d"]),
        ("with as_file(Path('b')) as block: use(block)", ["b"]),
        ("with as_file(Path('b')) as block: pass\n    use(block)", ["a", "b", "d"]),
        ("with as_file(Path('b')) as inner: use(block)", ["a"]),
        ("pass\nuse(block)", ["a", "d"]),
        ("def later() -> None: use(block)", ["a", "d"]),
    ],
)
def test_a_with_statement_decides_the_value_in_its_block(inside: str, expected: list[str]) -> None:
    modules = parsed_modules(_PROGRAM + _BLOCKS.format(inside), with_errors=True)
    tree = modules["m"]
    scopes = syntax_tree.scopes(tree.defs)
    calls: list[Any] = [call for each in scopes for call in syntax_tree.nodes_in(each, {CallExpr})]
    argument = next(call.args[-1] for call in calls if call.callee.name == "use")
    assert sorted(map(str, path_expressions.values(argument, tree, modules))) == expected


@pytest.mark.parametrize("expression", _REASONS)
def test_reasons(modules: dict[str, MypyFile], expression: str) -> None:
    with pytest.raises(path_expressions.UnresolvedError) as caught:
        _values(modules, len(_VALUES) + list(_REASONS).index(expression))
    assert caught.value.with_advice(_ANNOTATE) == _REASONS[expression]


_REPEATED = 13


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["path = path or 'a'"] * _REPEATED, ["start", "a"]),
        (["path = path or other", "other = path or 'a'"] * _REPEATED, ["start", "a"]),
        (["path = path + 'a'"] * _REPEATED, None),
        (["path = (path or 'a') + 'b'"], ["start", "ab"]),
        (["path = path if print() else path"] * _REPEATED, ["start"]),
        (["while True: path = path"], ["start"]),
    ],
)
def test_variables_that_refer_to_themselves(lines: list[str], expected: list[str] | None) -> None:
    text = "\n".join(["path = 'start'", "other = path", *lines, "print(path)"])
    modules = parsed_modules(text, with_errors=True)
    call: Any = modules["m"].defs[-1]
    names: set[str] = set()

    def found() -> Any:
        argument = call.expr.args[0]
        return path_expressions.values(argument, modules["m"], modules, depend=names.add)

    if expected is None:
        with pytest.raises(path_expressions.UnresolvedError, match="refers to itself"):
            found()
    else:
        assert sorted(found()) == sorted(expected)
    assert names == (
        {"m.path", "m.other"} if any("other" in line for line in lines) else {"m.path"}
    )


@pytest.mark.parametrize("value", ["other", "other if print() else path"])
def test_a_variable_without_other_values(value: str) -> None:
    text = f"path: str\nother: str\npath = {value}\nother = path\nprint(path)"
    modules = parsed_modules(text, with_errors=True)
    call: Any = modules["m"].defs[-1]
    with pytest.raises(path_expressions.UnresolvedError, match="refers to itself"):
        path_expressions.values(call.expr.args[0], modules["m"], modules)
