"""Generated modules have the layouts of ``btf.struct()``, proved bit by bit.

Their instances behave like those of ``btf.struct()``.
"""

import builtins
import copy
import ctypes
import pickle
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from btf_typing import BpfObject, Btf, asdict, load
from btf_typing._classes.validation import mismatches
from btf_typing._stubs import render
from btf_typing._stubs.module_writer import ModuleWriter
from btf_typing._stubs.names import Names
from btf_typing._stubs.selection import EVERYTHING
from tests.builder import BtfBuilder, Order
from tests.handwritten import Types, differences, mine
from tests.paths import ROOT
from tests.slow import every

_KERNEL = Path("/sys/kernel/btf/vmlinux")
_FOLDERS = ("examples/*", "tests/golden", "tests/conformance/objects", "tests/objects")
OBJECTS = sorted(path for folder in _FOLDERS for path in ROOT.glob(f"{folder}/*.o"))


def _object(path: str) -> BpfObject:
    """An object of this repository, of a type that hides from mypy which one it is."""
    return load(ROOT / path)


def _module(obj: BpfObject) -> tuple[ModuleType, Names]:
    """The imported module of *obj*, and the names in it by type id."""
    contents, names = render.collect(obj, EVERYTHING)
    text = ModuleWriter(obj, names, contents).write()
    made = ModuleType("generated")
    exec(compile(text, "generated", "exec"), made.__dict__)  # noqa: S102  # it is ours
    sys.modules["generated"] = made
    return made, names


_OPTIONS: list[dict[str, bool]] = [
    {},
    {"text": True},
    {"json": True},
    {"enums": True, "json": True},
]
_LARGEST = 1 << 14
"""Size in bytes of the largest class of which whole instances are compared."""


@pytest.fixture(autouse=True)
def _no_module_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pickle needs the module in ``sys.modules``, and tests must not see that of another."""
    monkeypatch.setitem(sys.modules, "generated", ModuleType("generated"))


class Pair:
    """A class of a module and the class of ``btf.struct()``, over the same bytes."""

    def __init__(self, layout: Any, ours: Any, reference: Any) -> None:
        self.layout = layout
        self.ours = ours
        self.reference = reference

    def differences(self) -> list[str]:
        found = []
        size = ctypes.sizeof(self.reference)
        fields = [(name.removeprefix("_<"), _shape(type_)) for name, type_ in self.ours._fields_]
        same = [(name.removeprefix("<"), _shape(type_)) for name, type_ in self.reference._fields_]
        if ctypes.sizeof(self.ours) != size or fields != same:
            found.append(f"{fields} is {same}")
        for field in self.layout.fields:
            ours, reference = getattr(self.ours, field.name), getattr(self.reference, field.name)
            if (ours.offset, ours.size) != (reference.offset, reference.size):
                found.append(f"{field.name}: {ours} is {reference}")
            if not isinstance(getattr(self.reference(), field.name), int | float):
                continue
            for pattern in (b"\x00", b"\xff", b"\xa5"):
                found += self._written(field.name, pattern * size)
        return found

    def _written(self, name: str, memory: bytes) -> list[str]:
        """Whether both classes read *name* alike from *memory*, and write it alike."""
        one, other = self.ours.from_buffer_copy(memory), self.reference.from_buffer_copy(memory)
        value = getattr(other, name)
        if repr(getattr(one, name)) != repr(value):
            return [f"{name}: {getattr(one, name)} is {value}"]
        for new in (0, 1) if isinstance(value, int) else (0.5,):
            setattr(one, name, new)
            setattr(other, name, new)
            if bytes(one) != bytes(other):
                return [f"{name}: writes other bits"]
        return []

    def instance_differences(self) -> list[str]:
        """What instances of both classes do differently with the same bytes."""
        size = ctypes.sizeof(self.reference)
        if size > _LARGEST:
            return []
        zeros, ones, one_bit = bytes(size), b"\xff" * size, bytes(max(size - 1, 0)) + b"\1"[:size]
        found = []
        for memory in (zeros, ones, one_bit):
            ours, reference = (cls.from_buffer_copy(memory) for cls in (self.ours, self.reference))
            if _repr(ours) != _repr(reference):
                found.append(f"{ours!r} is {reference!r}")
            for options in _OPTIONS:
                expected = asdict(reference, **options)
                if repr(asdict(ours, **options)) != repr(expected):  # a NaN equals nothing
                    found.append(f"{asdict(ours, **options)} is {expected}")
            same_as_zeros = reference == self.reference.from_buffer_copy(zeros)
            if (ours == self.ours.from_buffer_copy(zeros)) is not same_as_zeros:
                found.append(f"{ours!r} equals zeros: expected {same_as_zeros}")
            copies = copy.copy(ours), copy.deepcopy(ours), pickle.loads(pickle.dumps(ours))  # noqa: S301
            found += [
                f"{ours!r} is copied as {copied!r}"
                for copied in copies
                if type(copied) is not self.ours or bytes(copied) != memory or copied != ours
            ]
        return found


def _repr(instance: object) -> str:
    """The repr without names of classes: at run time, anonymous members have names of their own."""
    return re.sub(r"\b\w+\(", "(", repr(instance))


def _shape(type_: Any) -> object:
    """A ctypes class, without its name."""
    if issubclass(type_, ctypes.Array):
        return _shape(type_._type_), type_._length_
    if issubclass(type_, ctypes.Structure | ctypes.Union):
        return ctypes.sizeof(type_), len(type_._fields_)
    return type_


def _compare(obj: BpfObject, step: int = 1) -> int:
    """Number of classes that were compared. Validation must accept all of them.

    Unless the run is a slow one, only one class in *step* is compared by its instances, too.
    """
    module, names = _module(obj)
    btf: Btf = obj.btf
    sections = [one for one in obj.sections if names.of(obj.sections.type_id(one))]
    for section in sections:
        class_name = names.of(obj.sections.type_id(section)) or ""
        ours, reference = getattr(module, class_name), type(obj.sections[section])
        assert (ours.__name__, reference.__name__) == (class_name, class_name)
        layout = obj.sections.layout(section)
        assert Pair(layout, ours, reference).differences() == [], section
        assert mismatches(ours, layout) == [], section
        assert Pair(layout, ours, reference).instance_differences() == [], section
        assert bytes(ours()) == bytes(obj.sections[section])
    _ = [*obj.maps.values()]  # a map names the anonymous types of its keys and values
    types = [
        (type_, name)
        for type_ in btf.types()
        if type_.kind in ("STRUCT", "UNION")
        and (name := names.of(type_.id))
        and hasattr(module, name)
    ]
    # Structs with a name come first: they name the anonymous ones in them.
    types.sort(key=lambda item: not item[0].name)
    behaving = set(every(step, [name for _, name in types]))
    for type_, name in types:
        reference = (btf.struct if type_.kind == "STRUCT" else btf.union)(type_.id)
        pair = Pair(btf.layouts.aggregate(type_.id), getattr(module, name), reference)
        assert pair.differences() == [], name
        if name in behaving:
            assert pair.instance_differences() == [], name
        btf.validate_struct(type_.id, pair.ours)
        assert btf.validate(type_.id)(pair.ours) is pair.ours
    return len(sections) + len(types)


@pytest.mark.parametrize("path", OBJECTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_classes_are_those_of_the_object(path: Path) -> None:
    assert _compare(load(path)) >= 1


@pytest.mark.skipif(not _KERNEL.exists(), reason=f"no {_KERNEL}")
def test_the_whole_kernel_is_a_module() -> None:
    assert _compare(load(_KERNEL), step=16) > 10_000


def test_enums_are_those_of_the_object() -> None:
    obj = _object("tests/golden/enums.o")
    btf: Btf = obj.btf
    module, names = _module(obj)
    for name in ("level", "color_t", "big", "hidden"):
        expected = {key: member.value for key, member in btf.enum(name).__members__.items()}
        assert {k: m.value for k, m in getattr(module, name).__members__.items()} == expected
    assert module.hidden["__SECOND"] == 1
    assert names.of(btf.type("color_t").id) == "color_t"


def test_fields_are_set_by_name_and_unknown_ones_refused() -> None:
    module, _ = _module(_object("examples/execsnoop/execsnoop.bpf.o"))
    event = module.exec_event(pid=7, argc=3, comm=b"sh", creds=module.creds(uid=1))
    assert (event.pid, event.argc, event.comm, event.creds.uid) == (7, 3, b"sh", 1)
    with pytest.raises(AttributeError):
        module.exec_event(pidd=7)
    with pytest.raises(AttributeError):
        event.pidd = 7
    with pytest.raises(TypeError):
        module.exec_event(7)


def test_arrays_are_set_from_any_sequence() -> None:
    module, _ = _module(_object("examples/execsnoop/execsnoop.bpf.o"))

    event = module.exec_event(arg_len=[1, 2], comm=b"sh")

    assert event.arg_len[:] == [1, 2, 0, 0]
    with pytest.raises(ValueError, match="arg_len has 4 elements, but got 5 values"):
        module.exec_event(arg_len=[1] * 5)
    with pytest.raises(TypeError, match="elements of arg_len are not bytes"):
        module.exec_event(arg_len=b"123")


def test_the_spelling_of_c_is_reached_by_getattr() -> None:
    module, _ = _module(_object("tests/golden/names.o"))
    one = module.class_(def_=5)
    assert getattr(one, "def") == 5
    setattr(one, "from", 6)
    assert one.from_ == 6


def test_overlapping_members_are_reached() -> None:
    b = BtfBuilder()
    u32, u64 = b.int("u32", 4), b.int("u64", 8)
    inner = b.struct("inner", 4, [("x", u32, 0)])
    b.struct("over", 8, [("all", u64, 0), ("low", u32, 0), ("high", inner, 32)])
    module, _ = _module(BpfObject("x.o", Btf.from_bytes(b.build())))
    one = module.over(all=(5 << 32) + 3)
    assert (one.low, one.high.x) == (3, 5)
    one.high.x = 9
    assert one.all == (9 << 32) + 3


def _process(**names: int) -> tuple[BpfObject, ModuleType]:
    """An object with a struct of most kinds of members, with these names too, and its module."""
    b = Types()
    for name in names:
        b.struct(name, 4, [("x", b.u32, 0)])
    point = b.struct("point", 8, [("x", b.i32, 0), ("y", b.i32, 32)])
    inner = b.union("", 4, [("id", b.u32, 0), ("low", b.u16, 0)])
    members: list[Any] = [("state", b.u8, 0, 3), ("", inner, 32), ("comm", b.array(b.char, 8), 64)]
    members += [("points", b.array(point, 20), 128), ("at", b.pointer, 1408), ("n", b.i128, 1472)]
    b.struct("process", 200, [("flag", b.bool, 3, 1), *members])
    obj = BpfObject("x.o", b.btf())
    return obj, _module(obj)[0]


_BUILT_IN = [name for name in dir(builtins) if name.isidentifier() and not name.startswith("_")]


@pytest.mark.parametrize("names", [{}, dict.fromkeys(_BUILT_IN, 0)], ids=["plain", "built-ins"])
def test_instances_behave_like_ours(names: dict[str, int]) -> None:
    obj, module = _process(**names)
    ours = module.process(state=5, flag=True, id=7, comm=b"sh", at=16, n=-1)
    ours.points[1].y = -2

    theirs = obj.btf.struct("process").from_buffer_copy(ours)
    assert repr(ours) == repr(theirs)
    assert repr(ours).startswith(
        "process(flag=True, state=5, id=7, low=7, comm=b'sh', points=[point(x=0, y=0),"
    )
    assert asdict(ours, text=True) == asdict(theirs, text=True)
    assert asdict(ours, text=True)["comm"] == "sh"

    for copied in (copy.copy(ours), copy.deepcopy(ours), pickle.loads(pickle.dumps(ours))):  # noqa: S301
        assert type(copied) is module.process
        assert copied == ours
        copied.points[1].y = 3
        assert copied != ours
    padding = bytearray(bytes(ours))
    padding[1] = padding[13] = 0xFF  # between members, and after the NUL of comm
    assert module.process.from_buffer_copy(padding) == ours
    assert ours != theirs
    with pytest.raises(TypeError, match="unhashable"):
        hash(ours)


class _Plain(ctypes.Structure):
    _fields_ = [("x", ctypes.c_uint8)]


def test_subclasses_keep_their_attributes_and_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    _, module = _process()
    body = {"__module__": __name__, "__slots__": ("slot", "__dict__"), "__qualname__": "Mine"}
    cls: Any = type(module.point)(
        "Mine", (module.point,), body | {"_fields_": [("z", ctypes.c_int32), ("plain", _Plain)]}
    )
    monkeypatch.setitem(globals(), "Mine", cls)
    point = cls(x=1, z=3)
    point.seen, point.slot = [4], 5

    for copied in (copy.copy(point), copy.deepcopy(point), pickle.loads(pickle.dumps(point))):  # noqa: S301
        assert (copied.x, copied.z, copied.seen, copied.slot) == (1, 3, [4], 5)
        assert repr(copied).startswith("Mine(x=1, y=0, z=3, plain=<")
    assert copy.deepcopy(point).seen is not point.seen


def test_sections_have_their_initial_values() -> None:
    obj = _object("tests/objects/globals-clang19-el.o")
    module, _ = _module(obj)

    data = module.section_data()

    assert bytes(data) == bytes(obj.sections[".data"])
    assert (data.small, data.text, data.config.origin.x) == (0x11, b"hello", -2)
    assert module.section_data(small=5).small == 5
    assert module.section_data.from_buffer_copy(bytes(ctypes.sizeof(data))).small == 0
    assert bytes(module.section_bss()) == bytes(ctypes.sizeof(module.section_bss))
    data.small = 1
    assert copy.copy(data).small == 1
    assert module.section_data().small == 0x11


def test_names_of_the_object_hide_nothing_of_a_class() -> None:
    b = Types()
    members = [("_<names>", b.u32, 0), ("_<values>", b.u32, 32), ("<names>", b.u32, 64)]
    b.struct("s", 12, members)
    module = _classes(b.btf())

    assert asdict(module.s(__names___=1, __values___=2)) == {
        "__names___": 1,
        "__values___": 2,
        "_names__": 0,
    }


def test_another_byte_order_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = render.module_text(_object("tests/golden/scalars.o"), object_path_as_shown="x.o")
    other = "big" if sys.byteorder == "little" else "little"
    monkeypatch.setattr(sys, "byteorder", other)
    with pytest.raises(ImportError, match=r"for \w+-endian machines only; run btf-stubs here"):
        exec(text, {"__name__": "generated"})  # noqa: S102  # it is ours


def _bits(order: Order, *, first: int = 3) -> Btf:
    """Members that ctypes cannot place: bitfields of up to nine bytes, overlapping members."""
    b = Types(order)
    members = [("a", b.u32, 0, first), ("b", b.u32, first, 10), ("flag", b.bool, 13, 1)]
    members += [("c", b.i32, 16, 7), ("far", b.i64, 23, 64), ("class", b.u16, 88, 9)]
    bits = b.struct("bits", 16, members)
    b.struct("s", 20, [("bits", bits, 0), ("z", b.u32, 128)])
    part = b.struct("part", 4, [("x", b.u32, 0)])
    one = b.array(b.char, 4)
    b.struct(
        "over", 8, [("all", b.u64, 0), ("low", b.u32, 0), ("text", one, 0), ("part", part, 32)]
    )
    b.struct("wide", 17, [("n", b.i128, 0), ("of", b.u8, 128)])
    inner = b.union("", 4, [("f", b.u32, 0, 5), ("g", b.u32, 0)])
    b.struct("flat", 8, [("", inner, 0), ("z", b.u32, 32)])
    b.struct("twice", 8, [("f", b.u32, 0), ("", inner, 32)])
    return b.btf()


def _classes(btf: Btf) -> ModuleType:
    return _module(BpfObject("x.o", btf))[0]


@pytest.mark.parametrize("order", ["<", ">"])
def test_validation_recognises_members_that_ctypes_cannot_place(order: Order) -> None:
    btf = _bits(order)
    module = _classes(btf)
    nesting = mine(("bits", module.bits), module.s._fields_[1])

    for name in ("bits", "s", "over", "wide", "flat", "twice"):
        assert differences(btf, getattr(module, name), name) == [], name
    assert differences(btf, nesting) == []
    assert differences(btf, mine(base=module.bits), "bits") == []


def test_a_class_of_another_object_is_refused() -> None:
    btf, other = _bits("<"), _classes(_bits("<", first=4))
    assert differences(btf, other.bits, "bits") == [
        "a: class has c_uint8 at offset 0, bits 0-3, BTF has c_uint32 at offset 0, bits 0-2",
        "b: class has c_uint16 at offset 0, bits 4-13, BTF has c_uint32 at offset 0, bits 3-12",
    ]
    assert [line.partition(":")[0] for line in differences(btf, other.s)] == ["bits.a", "bits.b"]


def test_a_class_of_the_other_byte_order_is_refused() -> None:
    lines = differences(_bits(">"), _classes(_bits("<")).bits, "bits")

    assert [line.partition(":")[0] for line in lines] == ["a", "b", "flag", "c", "far", "class_"]


@pytest.mark.parametrize(
    ("name", "found", "expected"),
    [
        ("low", "c_int32 at offset 0", "c_uint32 at offset 0"),
        ("text", "c_int16 * 2 at offset 0", "c_char * 4 at offset 0"),
        ("n", "c_uint64 at offset 0, bits 0-127", "c_uint8 * 16 at offset 0"),
    ],
)
def test_a_member_of_another_type_in_the_place_of_others_is_refused(
    name: str, found: str, expected: str
) -> None:
    b, other = Types(), Types()
    unsigned = other.int("unsigned __int128", 16)
    ours = [("low", b.u32), ("text", b.array(b.char, 4)), ("n", b.i128)]
    theirs = [("low", other.i32), ("text", other.array(other.i16, 2)), ("n", unsigned)]
    for builder, members in ((b, ours), (other, theirs)):
        first = ("all", builder.u64, 0)
        builder.struct("s", 16, [first, *[(one, id_, 0) for one, id_ in members if one == name]])

    assert differences(b.btf(), _classes(other.btf()).s) == [
        f"{name}: class has {found}, BTF has {expected}"
    ]


def test_second_names_of_fields_are_no_fields() -> None:
    btf = _bits("<")
    base = mine(("x", ctypes.c_uint32))
    base.alias = base.x
    derived = mine(base=base)
    derived.another = base.x
    inner = mine(("low", ctypes.c_uint32))
    outer = mine(("inner", inner), _anonymous_=["inner"])
    outer.alias = outer.low

    assert differences(btf, derived, "part") == []
    assert [line.partition(":")[0] for line in differences(btf, outer, "part")] == ["low"]


@pytest.mark.parametrize("name", ["_pack_", "_layout_", "_anonymous_", "_fields_", "__inner"])
def test_types_may_have_the_names_of_class_attributes(name: str) -> None:
    b = Types()
    inner = b.struct(name, 4, [("x", b.u32, 0)])
    union = b.union("", 4, [("u", b.u32, 0)])
    b.struct("outer", 9, [("c", b.u8, 0), ("p", inner, 8), ("", union, 40)])
    module = _classes(b.btf())

    outer = module.outer.from_buffer_copy(bytes(range(9)))
    assert (outer.p.x, outer.u) == (0x04030201, 0x08070605)
