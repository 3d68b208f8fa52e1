"""Stubs describe exactly the classes: the same fields with the same types, and nothing else.

``stubtest`` accepts stub fields that do not exist at run time. So these tests parse the stubs, and
compare each field with the values that its class returns and accepts.
"""

import ast
import contextlib
import ctypes
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from btf_typing import BpfObject, Btf, BtfError, asdict, load
from btf_typing._stubs import render
from btf_typing._stubs.stub_reader import classes_of_tags
from btf_typing._wire.type_search import Search
from btf_typing.model import KEYWORDS
from tests.builder import BtfBuilder
from tests.paths import ROOT
from tests.stub_reader import Stub, StubClass, StubField

_OTHER_ORDER = "__ctype_be__" if sys.byteorder == "little" else "__ctype_le__"
_KERNEL = Path("/sys/kernel/btf/vmlinux")
_SAMPLES: dict[str, object] = {"int": 1, "bool": True, "bytes": b"x", "float": 0.5}
_BASES = {"Struct": ctypes.Structure, "Union": ctypes.Union}
_ASKED_FOR = {"STRUCT", "UNION", "TYPEDEF"}
_FOLDERS = ("examples/*", "tests/golden", "tests/objects", "tests/conformance/objects")

OBJECTS = sorted(path for folder in _FOLDERS for path in ROOT.glob(f"{folder}/*.o"))


class Comparison:
    """Compares a stub with the classes of its object."""

    def __init__(self, obj: BpfObject) -> None:
        self.btf: Btf = obj.btf
        rendering = render.Rendering(obj)
        self.text = rendering.text(object_path_as_shown="object")
        self.stub = Stub(self.text)
        self.names = rendering.class_names
        self.sections = {obj.sections.type_id(name): name for name in obj.sections}
        self.obj = obj
        self.classes = {name: self._class(type_id) for type_id, name in self.names.items()}
        self.fields = 0
        self.wrong: list[str] = []

    def _class(self, type_id: int) -> Any:
        if type_id in self.sections:
            return type(self.obj.sections[self.sections[type_id]])
        kind = self.btf.type(type_id).kind
        if kind in ("ENUM", "ENUM64"):
            return self.btf.enum(type_id)
        return (self.btf.struct if kind == "STRUCT" else self.btf.union)(type_id)

    def run(self) -> None:
        assert set(self.classes) == set(self.stub.classes)
        for name, cls in self.classes.items():
            stub = self.stub.classes[name]
            compare = self._enum if stub.base == "IntEnum" else self._record
            self.wrong += [f"{name}: {what}" for what in compare(cls, stub)]

    def tags(self) -> set[tuple[str, str]]:
        """The keyword and name of each tag whose class has the same name."""
        found = [(type_, KEYWORDS.get(type(type_), "")) for type_ in self.btf.table]
        return {
            (keyword, type_.name)
            for type_, keyword in found
            if keyword and self.names.get(type_.id) == type_.name
        }

    @staticmethod
    def _enum(enum: Any, stub: StubClass) -> Iterator[str]:
        members = {name: member.value for name, member in enum.__members__.items()}
        if members != stub.members:
            yield f"{stub.members} is {members}"

    def _record(self, cls: Any, stub: StubClass) -> Iterator[str]:
        if not issubclass(cls, _BASES[stub.base]):
            yield f"{stub.base} is {cls.__bases__}"
        size = ctypes.sizeof(cls)
        if f", {size} byte{'' if size == 1 else 's'}" not in stub.doc:
            yield f"{size} bytes are {stub.doc!r}"
        instance = cls()
        fields = list(asdict(instance))
        if list(stub.fields) != fields or list(stub.params) != fields:
            yield f"{list(stub.fields)}, {list(stub.params)} are {fields}"
            return
        types = dict(_types(cls))
        for name, field in stub.fields.items():
            self.fields += 1
            declared, read, written = _spelt_out(field.annotation)
            argument = _argument(read)
            if stub.params[name] != argument:
                yield f"{name}: {read} is constructed from {stub.params[name]}"
            if field.bit_size is None and name in types and not self._is(types[name], declared):
                yield f"{name}: {declared} is {types[name]}"
            yield from self._value(getattr(instance, name), name, read)
            yield from self._place(cls, name, field, declared)
            try:
                for sample in self._samples(written, getattr(instance, name)):
                    setattr(instance, name, sample)
                for sample in self._samples(argument, getattr(instance, name)):
                    cls(**{name: sample})
                ctypes.memset(ctypes.byref(instance), 0, size)  # for unions
            except (TypeError, ValueError, RuntimeError) as error:
                yield f"{name}: {written} is not taken: {error}"

    def _is(self, cls: Any, annotation: str) -> bool:
        """Whether *annotation* describes the ctypes class *cls*."""
        head, parts = _parts(annotation)
        if head in ("ctypes.Array", "_Array"):
            return issubclass(cls, ctypes.Array) and self._is(cls._type_, parts[0])
        if head.startswith("ctypes."):
            native = getattr(ctypes, head.removeprefix("ctypes."))
            foreign = self.btf.byteorder != sys.byteorder and ctypes.sizeof(native) > 1
            expected = getattr(native, _OTHER_ORDER) if foreign else native
            return expected is cls
        return self.classes[head] is cls

    def _value(self, value: Any, name: str, read: str) -> Iterator[str]:
        head, parts = _parts(read)
        if head == "int | None":
            right = value is None
        elif head in _SAMPLES:
            right = type(value).__name__ == head
        else:
            right = self._is(type(value), read)
        if not right:
            yield f"{name}: {read} is {value!r}"
        elif head == "_Array" and len(value):
            yield from self._value(value[0], f"{name}[0]", parts[1])

    def _place(self, cls: Any, name: str, field: StubField, declared: str) -> Iterator[str]:
        if field.bit_size is not None:
            found = _bits(cls, name, self.btf.byteorder)
            if found != (field.bit_offset, field.bit_size):
                yield f"{name}: {field.bit_size} bits at {field.bit_offset} are {found}"
        elif 8 * getattr(cls, name).offset != field.bit_offset:
            yield f"{name}: bit {field.bit_offset} is byte {getattr(cls, name).offset}"
        head, _ = _parts(declared)
        if head in self.classes and not field.c.endswith(
            f", {ctypes.sizeof(self.classes[head])} bytes"
        ):
            yield f"{name}: {field.c!r} is {ctypes.sizeof(self.classes[head])} bytes"

    def _samples(self, written: str, value: Any) -> Iterator[object]:
        """Values of the annotated type *written*, for a field whose present value is *value*."""
        head, parts = _parts(written)
        if head == "_ArrayValue":
            yield value
            yield ()
            if len(value):
                yield from [(sample,) for sample in self._samples(parts[1], value[0])]
        elif head == "_ArrayArgument":
            yield []
            if len(value):
                yield from [[sample] for sample in self._samples(parts[1], value[0])]
            if parts[0] in ("ctypes.c_uint8", "ctypes.c_int8"):
                yield bytes(len(value))
        elif head == "int | None":
            yield from (None, 1)
        elif head.startswith("bytes"):
            yield b"x" if value else b""  # a char is never empty, and an array may have no elements
        else:
            yield _SAMPLES.get(head, value)


def _types(cls: Any) -> Iterator[tuple[str, Any]]:
    """The fields that ctypes knows, including those of anonymous members."""
    for name, type_ in cls._fields_:
        if name in getattr(cls, "_anonymous_", ()):
            yield from _types(type_)
        yield name, type_


@cache
def _parts(annotation: str) -> tuple[str, list[str]]:
    """The text before the brackets, and the arguments in them."""
    match ast.parse(annotation, mode="eval").body:
        case ast.Subscript(value=head, slice=ast.Tuple(elts=parts)):
            return ast.unparse(head), [ast.unparse(part) for part in parts]
        case ast.Subscript(value=head, slice=part):
            return ast.unparse(head), [ast.unparse(part)]
        case whole:
            return ast.unparse(whole), []


@cache
def _spelt_out(annotation: str) -> tuple[str, str, str]:
    """The ctypes class of a field, the type of its values, and the types that it accepts."""
    head, parts = _parts(annotation)
    match head, parts:
        case "_CField", [declared, read, written]:
            return declared, read, written
        case "_ArrayField", [element, value]:
            read = f"_Array[{element}, {value}, {value}]"
            return f"ctypes.Array[{element}]", read, f"_ArrayValue[{element}, {value}]"
        case "_NestedField", [element, read, value]:
            read = f"_Array[{element}, {read}, {value}]"
            return f"ctypes.Array[{element}]", read, f"_ArrayValue[{element}, {value}]"
        case "_RecordField", [record]:
            return record, record, record
        case "_PointerField", []:
            return "ctypes.c_void_p", "int | None", "int | None"
    raise AssertionError(annotation)


@cache
def _argument(read: str) -> str:
    """The annotation of what a constructor accepts for a field that reads as *read*."""
    head, parts = _parts(read)
    if head != "_Array":
        return read
    element, inner, value = parts
    argument = f"bytes | {value}" if inner == "ctypes.Array[ctypes.c_char]" else _argument(inner)
    return f"_ArrayArgument[{element}, {argument}]"


def _bits(cls: Any, name: str, byteorder: str) -> tuple[int, int]:
    """The first bit and the number of bits of the field *name*, in the target's bit order."""
    memory = bytearray(ctypes.sizeof(cls))
    setattr(cls.from_buffer(memory), name, -1)
    if byteorder == "little":
        mask = int.from_bytes(memory, "little")
        return (mask & -mask).bit_length() - 1, mask.bit_count()
    mask = int.from_bytes(memory, "big")
    return 8 * len(memory) - mask.bit_length(), mask.bit_count()


def _compared(obj: BpfObject) -> Comparison:
    comparison = Comparison(obj)
    comparison.run()
    return comparison


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_stub_and_classes_agree(path: Path) -> None:
    assert _compared(load(path)).wrong == []


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_text_of_a_stub_shows_the_class_of_each_tag(path: Path) -> None:
    _compare_tags(Comparison(load(path)))


def _compare_tags(comparison: Comparison) -> None:
    found, search = classes_of_tags(comparison.text), Search(comparison.btf.table, None)
    for keyword, name in found:
        assert comparison.names[search.find(name, keyword).id] == name
    assert found == comparison.tags()


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_section_is_in_the_stub_if_it_can_be_read(path: Path) -> None:
    obj = load(path)
    text = render.stub_text(obj, object_path_as_shown="object")
    for name in obj.sections:
        expected = f'    """section {name}, '
        try:
            obj.sections.layout(name)
        except BtfError as error:
            expected = f"# No class for section {name}: {error.message_without_ids}\n"
        assert expected in text


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
@pytest.mark.parametrize("order", [1, -1])
def test_classes_have_the_names_of_the_stub(path: Path, order: int) -> None:
    obj = load(path.read_bytes())  # loads of one path would share the classes of earlier tests
    btf: Btf = obj.btf
    names = render.Rendering(load(path)).class_names
    roots = [type_ for type_ in btf.types() if type_.kind in _ASKED_FOR]
    for type_ in roots[::order]:
        with contextlib.suppress(BtfError):
            btf.struct(type_.name)
        with contextlib.suppress(BtfError):
            btf.union(type_.name)
    for name in [*obj.maps, *obj.sections]:
        with contextlib.suppress(BtfError):
            _ = obj.maps[name] if name in obj.maps else obj.sections[name]

    made = {
        type_id: class_.__name__
        for type_id, class_ in btf.classes._aggregates.items()
        if type_id in names
    }
    assert made == {type_id: names[type_id] for type_id in made}
    assert made


@pytest.mark.parametrize("first", ["pkt", "mac_t"])
def test_a_type_without_a_tag_is_named_after_its_typedef_or_member(first: str) -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    mac = b.typedef("mac_t", b.struct("", 4, [("bytes", u32, 0)]))
    members = [("src", mac, 0), ("in", b.struct("", 4, [("x", u32, 0)]), 32)]
    b.struct("pkt", 8, members)
    btf = Btf.from_bytes(b.build())

    btf.struct(first)
    pkt: Any = btf.struct("pkt")()
    assert [type(pkt.src).__name__, type(pkt.in_).__name__] == ["mac_t", "pkt_in"]
    assert type(pkt.src) is btf.struct("mac_t")


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_named_type_is_in_the_stub(path: Path) -> None:
    obj = load(path)
    btf: Btf = obj.btf
    stub = Stub(render.stub_text(obj, object_path_as_shown="object"))
    bases = {"STRUCT": "Struct", "UNION": "Union", "ENUM": "IntEnum", "ENUM64": "IntEnum"}
    for type_ in btf.types():
        if type_.kind in bases and type_.name:
            found = stub.classes.get(type_.name) or stub.classes[f"{type_.name}_"]
            assert found.base == bases[type_.kind]


@pytest.mark.skipif(not _KERNEL.exists(), reason=f"no {_KERNEL}")
def test_the_stub_of_the_whole_kernel_agrees() -> None:
    comparison = _compared(load(_KERNEL))
    assert comparison.wrong == []
    _compare_tags(comparison)
    assert len(comparison.classes) > 10_000
    assert comparison.fields > 50_000
