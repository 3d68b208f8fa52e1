"""The classes of the object at the end of a stub: their names are those that the object accepts."""

import ast
import contextlib
import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from btf_typing import BpfObject, Btf, BtfError, load
from btf_typing._stubs import render
from btf_typing._stubs.module_names import RESERVED
from btf_typing._stubs.selection import EVERYTHING, Selection
from btf_typing.maps import BpfMap
from tests.builder import BtfBuilder
from tests.paths import ROOT

_FOLDERS = ("examples/*", "tests/golden", "tests/objects", "tests/conformance/objects")
OBJECTS = sorted(path for folder in _FOLDERS for path in ROOT.glob(f"{folder}/*.o"))
_LIVE = Selection(live=True)


class ObjectClass:
    """The end of a stub.

    Attributes:
        names: The literals of each alias, by its name.
        overloads: The names and the returned type of each overload, by class and method.
        bases: The bases of each class, and what an alias stands for.
    """

    def __init__(self, obj: BpfObject, selection: Selection = _LIVE) -> None:
        text = render.stub_text(obj, object_path_as_shown="x.o", selection=selection)
        self.names: dict[str, list[str]] = {}
        self.overloads: dict[str, dict[str, str]] = {}
        self.bases: dict[str, str] = {}
        for node in ast.parse(text.partition("# The object itself.\n")[2]).body:
            match node:
                case ast.AnnAssign(target=ast.Name(name), value=ast.expr() as value):
                    if ast.unparse(value).startswith("Literal["):
                        self.names[name] = list(self._literals(value))
                    else:
                        self.bases[name] = ast.unparse(value)
                case ast.ClassDef(name=name, bases=[base]):
                    self.bases[name] = ast.unparse(base)
                    for method in node.body:
                        self._add(name, method)

    def _add(self, class_: str, node: ast.stmt) -> None:
        if isinstance(node, ast.FunctionDef):
            assert node.returns
            (parameter,) = node.args.args[1:]
            assert parameter.annotation
            returned = ast.unparse(node.returns)
            found = self.overloads.setdefault(f"{class_}.{node.name}", {})
            for name in self._literals(parameter.annotation):
                found.setdefault(name, returned)

    def _literals(self, node: ast.expr) -> Iterator[str]:
        match node:
            case ast.Subscript(value=ast.Name("Literal"), slice=ast.Tuple(elts=parts)):
                yield from map(ast.literal_eval, parts)
            case ast.Subscript(value=ast.Name("Literal"), slice=part):
                yield ast.literal_eval(part)
            case ast.Name(name) if name in self.names:
                yield from self.names[name]


def _accepted(obj: BpfObject, keyword: str) -> dict[str, Any]:
    """The names that ``obj.btf.struct()`` or the like accepts, and what it returns for them."""
    found = {}
    for name in {type_.name for type_ in obj.btf.types()} - {""}:
        with contextlib.suppress(BtfError):
            found[name] = getattr(obj.btf, keyword)(name)
    return found


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_names_are_those_that_the_object_accepts(path: Path) -> None:
    obj = load(path)
    stub = ObjectClass(obj)
    ids = render.type_ids(obj, EVERYTHING)
    for keyword in ("struct", "union", "enum"):
        lookup = getattr(obj.btf, keyword)
        accepted = _accepted(obj, keyword)
        found = stub.overloads.get(f"_Btf.{keyword}", {})
        if len(set(accepted.values())) > 100:
            assert not found
            continue
        assert found.keys() == accepted.keys()
        for name, returned in found.items():
            class_name = returned.removeprefix("_Class[").removesuffix("]")
            assert lookup(ids[class_name]) is accepted[name]

    assert set(stub.names.get("_MapName", [])) == set(obj.maps)
    assert set(stub.names.get("_SectionName", [])) == set(obj.sections)
    assert set(stub.names.get("_ProgramName", [])) == set(obj.programs)
    records = {*_accepted(obj, "struct"), *_accepted(obj, "union")}
    if len(records) <= 300:
        assert set(stub.names.get("_RecordName", [])) == records
    types = {type_.name for type_ in obj.btf.types()} - {""}
    assert set(stub.names.get("_TypeName", [])) == (types if len(types) <= 300 else set())


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_maps_and_sections_have_the_classes_of_the_object(path: Path) -> None:
    obj = load(path)
    stub = ObjectClass(obj)
    names = render.Rendering(obj).class_names
    classes = {name: obj.btf.classes._aggregates.get(id_) for id_, name in names.items()}
    for name in obj.maps:
        returned = stub.overloads["_Maps.__getitem__"][name]
        try:
            map_ = obj.maps[name]
        except BtfError:
            assert returned == "BpfMap[Any, Any]"
            continue
        classes |= {n: obj.btf.classes._aggregates.get(id_) for id_, n in names.items()}
        _check_map(map_, returned, classes)
    for name in obj.sections:
        returned = stub.overloads["_Sections.__getitem__"][name]
        with contextlib.suppress(BtfError):
            section = type(obj.sections[name])
            assert section.__name__ == returned


def _check_map(map_: BpfMap[Any, Any], declared: str, classes: dict[str, Any]) -> None:
    arguments = _arguments(declared)
    if map_.inner is not None:
        assert declared.startswith("_MapOfMaps[")
        _check_map(map_.inner, arguments.pop(), classes)
    for found, argument in zip((map_.key, map_.value), arguments, strict=True):
        assert _is(found, argument, classes), (map_.name, found, argument)


def _arguments(annotation: str) -> list[str]:
    """The arguments of ``BpfMap[...]`` or ``_MapOfMaps[...]``."""
    node = ast.parse(annotation, mode="eval").body
    assert isinstance(node, ast.Subscript)
    assert isinstance(node.slice, ast.Tuple)
    return [ast.unparse(part) for part in node.slice.elts]


def _is(found: Any, declared: str, classes: dict[str, Any]) -> bool:
    """Whether the class *found* is what a stub has *declared*."""
    if declared == "None":
        return found is None
    declared = declared.removeprefix("_Class[").removesuffix("]")
    if declared.startswith("ctypes.Array["):
        element = declared.removeprefix("ctypes.Array[").removesuffix("]")
        return issubclass(found, ctypes.Array) and _is(found._type_, element, classes)
    if declared.startswith("ctypes."):
        native = getattr(ctypes, declared.removeprefix("ctypes."))
        swapped = getattr(native, "__ctype_be__", None), getattr(native, "__ctype_le__", None)
        return found in (native, *swapped)
    return found is classes[declared]


def _many(structs: int) -> BpfObject:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    for number in range(structs):
        b.struct(f"s{number}", 4, [("x", u32, 0)])
    return BpfObject("x.o", Btf.from_bytes(b.build()))


def test_there_are_overloads_for_a_hundred_classes_and_literals_for_300_names() -> None:
    few = ObjectClass(_many(100))
    assert len(few.overloads["_Btf.struct"]) == 100
    assert few.bases["_Btf"] == "_NamedBtf[_TypeName, _RecordName]"
    more = ObjectClass(_many(101))
    assert not more.overloads["_Btf.struct"]
    assert len(more.names["_RecordName"]) == 101
    assert len(ObjectClass(_many(299)).names["_TypeName"]) == 300
    assert ObjectClass(_many(301)).bases["_Btf"] == "_NamedBtf[str, str]"
    text = render.stub_text(_many(101), object_path_as_shown="x.o", selection=_LIVE)
    assert "    def struct(self, name: str | int) -> _Class[Any]: ...\n" in text


def test_split_btf_also_has_the_names_of_its_base() -> None:
    base = BtfBuilder()
    u32 = base.int("u32", 4)
    base.struct("shared", 4, [("x", u32, 0)])
    split = BtfBuilder(base=base)
    split.struct("own", 4, [("x", u32, 0)])
    obj = BpfObject("x.ko", Btf.from_bytes(split.build(), Btf.from_bytes(base.build())))
    stub = ObjectClass(obj)
    assert stub.overloads["_Btf.struct"] == {"own": "_Class[own]"}
    assert stub.bases["_Btf"] == "_NamedBtf[str, str]"
    text = render.stub_text(obj, object_path_as_shown="x.ko", selection=_LIVE)
    assert "    def struct(self, name: str | int) -> _Class[Any]: ...\n" in text


def test_a_selection_leaves_out_names() -> None:
    obj = load(ROOT / "tests/golden/globals.o")
    stub = ObjectClass(obj, Selection(("data",), live=True))
    assert stub.overloads["_Btf.struct"] == {"data": "_Class[data]"}
    assert stub.overloads["_Maps.__getitem__"]["named"] == (
        "BpfMap[_Class[ctypes.c_uint32], _Class[data]]"
    )
    assert stub.overloads["_Maps.__getitem__"]["counts"] == "BpfMap[Any, Any]"
    assert set(stub.names["_MapName"]) == set(obj.maps)


def test_no_type_can_have_a_name_that_stubs_use() -> None:
    obj = load(ROOT / "tests/golden/globals.o")
    text = render.stub_text(obj, object_path_as_shown="x.o", selection=_LIVE)
    tree = ast.parse(text)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    used = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    defined = {node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    own = set(render.Rendering(obj).class_names.values()) | set(render.type_ids(obj, EVERYTHING))
    own.add("_section_data_values")  # a name that no type has, whatever the object; see EnumValues
    assert {"Object", "load", "_Btf", "overload", "int"} <= used | defined
    assert (used | defined) - own <= RESERVED


def test_names_that_no_literal_can_carry_are_left_out() -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    for name in ("a\nb", "x" * 200, "it's", 'a "b"', "a, b]", "größe"):
        b.struct(name, 4, [("x", u32, 0)])
    stub = ObjectClass(BpfObject("x.o", Btf.from_bytes(b.build())))
    assert set(stub.overloads["_Btf.struct"]) == {"it's", 'a "b"', "a, b]", "größe"}
    assert stub.names["_RecordName"] == sorted(stub.overloads["_Btf.struct"])
