"""Compare the types that stubs declare for ``asdict(event, enums=True)`` with what it returns."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from btf_typing import asdict, load
from btf_typing._classes.generated import Classes
from btf_typing._stubs import render
from btf_typing._stubs.selection import EVERYTHING
from tests.builder import BtfBuilder
from tests.fuzz.strategies import Program, programs, run
from tests.slow import every

_KERNEL = Path("/sys/kernel/btf/vmlinux")
_LARGEST = 1 << 16
_HEADER = re.compile(
    r"^class (\w+)\(\s*(?:Struct|Union),\s*_HasEnums\[(\w+)\],?\s*\):", re.MULTILINE
)
_MEMBER = object()


class _AnyMember(dict[int, Any]):
    """The members of an enum that names every number."""

    def get(self, _value: object, _default: object = None) -> object:
        return _MEMBER


@pytest.fixture(autouse=True)
def _every_number_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Classes, "enum_members", lambda *_: _AnyMember())


def _declarations(stub: str) -> dict[str, dict[str, ast.expr]]:
    """For each declaration of a stub, the type of the value for each key."""
    text = stub.partition("# What asdict(event, enums=True) returns")[2]
    text = text.partition("\n")[2].partition("# The object itself.\n")[0]
    found: dict[str, dict[str, ast.expr]] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.AnnAssign):
            assert isinstance(node.target, ast.Name)
            assert isinstance(node.value, ast.Subscript)
            assert isinstance(node.value.slice, ast.Tuple)
            keys, value = node.value.slice.elts
            found[node.target.id] = dict.fromkeys(_keys(keys), value)
        elif isinstance(node, ast.ClassDef):
            found[node.name] = {}
            for method in node.body[:-1]:
                assert isinstance(method, ast.FunctionDef)
                key, returned = method.args.posonlyargs[1].annotation, method.returns
                assert key is not None
                assert returned is not None
                found[node.name] |= dict.fromkeys(_keys(key), returned)
    return found


def _keys(literal: ast.expr) -> Iterator[str]:
    assert isinstance(literal, ast.Subscript)
    several = literal.slice
    for key in several.elts if isinstance(several, ast.Tuple) else [several]:
        yield ast.literal_eval(key)


def _has_members(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_members, value.values()))
    return any(map(_has_members, value)) if isinstance(value, list) else value is _MEMBER


class _Checker:
    """Compares values with their types. *wrong* lists the places of those that do not match."""

    def __init__(self, stub: str) -> None:
        self._declared = _declarations(stub)
        self.of_class = dict(_HEADER.findall(stub))
        self.wrong: list[str] = []

    def check(self, declaration: str, values: dict[str, Any], where: str) -> None:
        types = self._declared.get(declaration, {})
        self.wrong += [f"{where}.{key}" for key in types.keys() - values.keys()]
        for key, value in values.items():
            if key in types:
                self._check_value(types[key], value, f"{where}.{key}")
            elif _has_members(value):
                self.wrong.append(f"{where}.{key}")

    def _check_value(self, declared: ast.expr, value: object, where: str) -> None:
        match declared:
            case ast.Subscript(value=ast.Name(id="_List"), slice=element) if isinstance(
                value, list
            ):
                for each in value:
                    self._check_value(element, each, where)
            case ast.Name(id=name) if isinstance(value, dict):
                self.check(name, value, where)
            case ast.BinOp(op=ast.BitOr(), right=ast.Name(id="int")) if value is _MEMBER:
                pass
            case _:
                self.wrong.append(f"{where}: {ast.unparse(declared)}")


def _compared(data: bytes, step: int = 1) -> tuple[int, list[str]]:
    """The number of compared classes of some BTF, and what does not match."""
    with load(data) as obj:
        checker = _Checker(render.stub_text(obj, object_path_as_shown="types.btf"))
        ids = render.type_ids(obj, EVERYTHING)
        names = [name for name in checker.of_class if not name.startswith("section_")]
        others = [name for name in ids if name not in checker.of_class]
        compared = 0
        for name in [*every(step, names), *every(10 * step, others)]:
            type_ = obj.btf.type(ids[name])
            if type_.kind in {"STRUCT", "UNION"} and (type_.size or 0) <= _LARGEST:
                cls = (obj.btf.struct if type_.kind == "STRUCT" else obj.btf.union)(ids[name])
                checker.check(checker.of_class.get(name, ""), asdict(cls(), enums=True), name)
                compared += 1
    return compared, checker.wrong


@pytest.mark.skipif(not _KERNEL.exists(), reason=f"no {_KERNEL}")
def test_enum_values_of_kernel_classes(reports: list[str]) -> None:
    compared, wrong = _compared(_KERNEL.read_bytes(), 3)

    reports.append(f"types of enum values: {compared} aggregates, {len(wrong)} wrong")
    assert compared > 200
    assert not wrong, "\n".join(wrong[:10])


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    database=None,
)
@given(program=programs())
def test_enum_values_of_random_classes(program: Program) -> None:
    _, wrong = _compared(run(program, BtfBuilder("<")).build())

    assert wrong == []
