"""What stubs and generated modules may hold, whatever the BTF says: declarations, and nothing else.

The rules are written from the pages that describe the files, and do not use the code that writes
them. A name that escaped from its place shows as a statement, a call, a comment or a name that no
generated file has.
"""

import ast
import builtins
import ctypes
import io
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from enum import IntEnum
from pathlib import Path
from types import ModuleType
from typing import Any

import btf_typing
from btf_typing import BpfObject, BtfError
from btf_typing._stubs import live_module, render
from btf_typing._stubs.selection import Selection

_HOMES = {"typing", "enum", "btf_typing", "btf_typing.records", "builtins"}
_DECORATORS = {"type_check_only", "overload"}
_CALLS = {
    "_sized",
    "_bits",
    "_flag",
    "_wide",
    "_field",
    "_enum",
    "_kinds",
    "_initial",
    "_unreadable",
    "setattr",
}
_PRAGMA = re.compile(
    r"#\s*((type|mypy|pyright|pyre|pyrefly|ruff|fmt|isort|pylint|flake8)\s*:|noqa|nosec)"
)
_OUR_PRAGMAS = ("# type: ignore[misc]", "# type: ignore[override]")
_PYRIGHT_PRAGMA = "# pyright: reportGeneralTypeIssues=false"
_HEADER_LINES = 8
_SMALL = 4096


class SmuggledError(Exception):
    """A generated file holds something that no generated file may hold."""


def check(obj: BpfObject, directory: Path) -> None:
    """Check the stub and both kinds of modules of *obj*; modules are imported and compared.

    Raises:
        SmuggledError: they hold something else than declarations, or a class has other values.
    """
    try:
        rendering = render.Rendering(obj)
        stub = rendering.text("prog.bpf.o")
        module = render.module_text(obj, object_path_as_shown="prog.bpf.o")
        live = render.stub_text(
            obj, object_path_as_shown="prog.bpf.o", selection=Selection(live=True)
        )
    except BtfError:
        return
    for text in (stub, live):
        check_comments(text)
        StubRules(ast.parse(text)).check()
    check_comments(module)
    _check_module(module)
    _compare(obj, rendering, module)
    _import_live(obj, directory)


# Comments


def check_comments(text: str) -> None:
    """No comment after the head is an instruction for a tool."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT or token.start[0] <= _HEADER_LINES:
            continue
        comment, code = token.string, token.line.split("#")[0].strip()
        if comment in _PRELUDE or comment == _PYRIGHT_PRAGMA:
            continue
        # These are ours, on the first line of a class or function and alone.
        if comment in _OUR_PRAGMAS and code.startswith(("class ", "def ", "@overload", ") ->")):
            continue
        if _PRAGMA.search(comment):
            raise SmuggledError(f"comment {token.string!r} in line {token.start[0]}")


# Stubs


class StubRules:
    """The statements and expressions of a stub."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._names = set(dir(builtins))
        for node in tree.body:
            self._names.update(_defined(node))

    def check(self) -> None:
        """Check every statement."""
        for node in self._tree.body:
            self._statement(node)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Import(names=[ast.alias(name="ctypes")]):
                pass
            case ast.ImportFrom(module=home, level=0) if home in _HOMES:
                pass
            case ast.ClassDef(keywords=[]):
                _require(_are_names(node.decorator_list, _DECORATORS), node)
                for base in node.bases:
                    self._annotation(base, set())
                own = {name for part in node.body for name in _defined(part)}
                for part in node.body:
                    self._part(part, own)
            case ast.AnnAssign(target=ast.Name()):
                self._annotation(node.annotation, set())
                if node.value is not None:
                    self._annotation(node.value, set())
            case ast.FunctionDef(name="load"):
                self._function(node, set())
            case _:
                raise SmuggledError(f"statement {ast.unparse(node)[:80]!r}")

    def _part(self, node: ast.stmt, own: set[str]) -> None:
        """A statement in a class whose members have the names *own*."""
        match node:
            case ast.Expr(value=ast.Constant(value=str() | _)):
                pass
            case ast.AnnAssign(target=ast.Name(), value=None):
                self._annotation(node.annotation, own)
            case ast.Assign(targets=[ast.Name()], value=value):
                _require(_is_number(value), node)
            case ast.FunctionDef():
                _require(_are_names(node.decorator_list, _DECORATORS), node)
                self._function(node, own)
            case _:
                raise SmuggledError(f"in a class: {ast.unparse(node)[:80]!r}")

    def _function(self, node: ast.FunctionDef, own: set[str]) -> None:
        empty = [ast.unparse(part) for part in node.body] == ["..."]
        _require(empty, node)
        arguments = node.args
        for one in (*arguments.args, *arguments.kwonlyargs):
            if one.annotation is not None:
                self._annotation(one.annotation, own)
        for default in (*arguments.defaults, *arguments.kw_defaults):
            _require(default is None or isinstance(default, ast.Constant), node)

    def _annotation(self, node: ast.expr, own: set[str]) -> None:
        for one in ast.walk(node):
            match one:
                case ast.Name(id=name):
                    if name not in self._names:
                        raise SmuggledError(f"unknown name {name!r}")
                    if name in own:
                        raise SmuggledError(f"a field shadows {name!r} in {ast.unparse(node)!r}")
                case ast.Attribute(value=ast.Name()) | ast.Subscript() | ast.Tuple() | ast.Load():
                    pass
                case ast.Constant(value=None | str()) | ast.BinOp(op=ast.BitOr()) | ast.BitOr():
                    pass
                case _:
                    raise SmuggledError(f"{type(one).__name__} in {ast.unparse(node)[:80]!r}")


def _defined(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.ClassDef() | ast.FunctionDef():
            yield node.name
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Assign(targets=[ast.Name(id=name)]):
            yield name
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name for alias in node.names)


def _require(condition: bool, node: ast.AST) -> None:
    if not condition:
        raise SmuggledError(f"odd: {ast.unparse(node)[:80]!r}")


def _are_names(nodes: Iterable[ast.expr], allowed: set[str]) -> bool:
    return all(isinstance(node, ast.Name) and node.id in allowed for node in nodes)


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) is int


# Modules of plain ctypes


def _prelude() -> str:
    from tests.builder import BtfBuilder  # noqa: PLC0415

    empty = btf_typing.load(BtfBuilder().build())
    text = render.module_text(empty, object_path_as_shown="x")
    return text.partition("\n")[2]


_PRELUDE = _prelude()


def _check_module(text: str) -> None:
    """After what every module has, there are classes, their fields and aliases alone."""
    body = text.partition("\n")[2]
    if not body.startswith(_PRELUDE.rstrip("\n")):
        order = ("little", "big") if sys.byteorder == "little" else ("big", "little")
        other = _PRELUDE.replace(f'_target("{order[0]}")', f'_target("{order[1]}")')
        if not body.startswith(other.rstrip("\n")):
            raise SmuggledError("the head of the module is another one")
    for node in ast.parse(body[len(_PRELUDE.rstrip("\n")) - 8 :].partition("\n")[2]).body:
        for one in ast.walk(node):
            _check_node(one, node)


def _check_node(node: ast.AST, statement: ast.stmt) -> None:
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in _CALLS:
            pass
        case ast.Call(func=ast.Call(func=ast.Name(id="_sized"))):
            pass
        case ast.ClassDef() | ast.Assign() | ast.Expr() | ast.Constant() | ast.Name():
            pass
        case ast.Attribute() | ast.Tuple() | ast.List() | ast.Dict() | ast.Load() | ast.Store():
            pass
        case ast.BinOp(op=ast.Mult()) | ast.Mult() | ast.UnaryOp(op=ast.USub()) | ast.USub():
            pass
        case _:
            raise SmuggledError(f"{type(node).__name__} in {ast.unparse(statement)[:80]!r}")


def _compare(obj: BpfObject, rendering: render.Rendering, text: str) -> None:
    """The classes of the module have the values of those of the object."""
    module = ModuleType("prog_bpf")
    exec(compile(text, "prog_bpf.py", "exec"), vars(module))  # noqa: S102
    for type_id, name in rendering.class_names.items():
        theirs: Any = vars(module)[name]
        if issubclass(theirs, IntEnum):
            ours = obj.btf.enum(type_id)
            if {one.name: int(one) for one in theirs} != {one.name: int(one) for one in ours}:
                raise SmuggledError(f"enum {name} has other members")
            continue
        layout = _layout(obj, type_id)
        made: Any = obj.btf.classes.aggregate(layout, name)
        if ctypes.sizeof(theirs) != ctypes.sizeof(made):
            raise SmuggledError(f"{name} has {ctypes.sizeof(theirs)} bytes")
        if ctypes.sizeof(made) <= _SMALL:
            data = bytes((7 * i + type_id) & 0xFF for i in range(ctypes.sizeof(made)))
            for field in layout.fields:
                pair = [getattr(cls.from_buffer_copy(data), field.name) for cls in (theirs, made)]
                if _plain(pair[0]) != _plain(pair[1]):
                    raise SmuggledError(f"{name}.{field.name}: {pair}")


def _layout(obj: BpfObject, type_id: int) -> Any:
    if type_id > 0:
        return obj.btf.layouts.aggregate(type_id)
    section = next(one for one in obj.sections if obj.sections.type_id(one) == type_id)
    return obj.sections.layout(section)


def _plain(value: Any) -> object:
    """*value* so that two equal ones compare equal: bytes of a struct, a list, or its text."""
    if isinstance(value, ctypes.Structure | ctypes.Union):
        return bytes(value)
    if isinstance(value, ctypes.Array):
        return [_plain(one) for one in value]
    return repr(value)


# Live modules


def _import_live(obj: BpfObject, directory: Path) -> None:
    """Every name of the stub can be imported from the module that reads the object."""
    text = live_module.text("fuzzed.bpf.o", None, Selection())
    ast.parse(text)
    namespace: dict[str, Any] = {
        "__name__": "prog_bpf",
        "__file__": str(directory / "prog_bpf.py"),
    }
    exec(compile(text, "prog_bpf.py", "exec"), namespace)  # noqa: S102
    find = namespace["__getattr__"]
    for name, type_id in render.type_ids(obj, Selection()).items():
        value = find(name)
        if isinstance(value, type) and issubclass(value, ctypes.Structure | ctypes.Union):
            target = type_id if type_id < 0 else obj.btf.table.skip_modifiers(type_id).id
            if ctypes.sizeof(value) != _layout(obj, target).size:
                raise SmuggledError(f"live {name} is another type")
