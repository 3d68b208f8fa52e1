"""Instances of generated classes, and uses of the classes in ctypes."""

import copy
import ctypes
import gc
import pickle
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from btf_typing import BpfObject, Btf, asdict, load
from btf_typing._stubs import render
from tests.builder import BtfBuilder, Order
from tests.handwritten import Types
from tests.paths import ROOT


def _types(order: Order = "<") -> Btf:
    """Structs with most kinds of members at natural offsets; ``event`` has 48 bytes."""
    b = Types(order)
    ids = b.struct("", 8, [("tid", b.u32, 0), ("pid", b.u32, 32)])
    union = b.union("", 8, [("id", b.u64, 0), ("", ids, 0)])
    point = b.struct("point", 4, [("x", b.i16, 0), ("y", b.i16, 16)])
    members = [("number", b.u32, 0), ("signed", b.i32, 32), ("", union, 64)]
    members += [("comm", b.array(b.char, 8), 128), ("ok", b.bool, 192)]
    members += [("ports", b.array(b.u16, 3), 208), ("ratio", b.f64, 256)]
    members += [("next", b.pointer, 320), ("points", b.array(point, 2), 384)]
    b.struct("event", 56, members)
    b.typedef("event_t", b.next_id - 1)
    b.struct("names", 12, [("list", b.array(b.array(b.char, 4), 3), 0)])
    b.struct("bits", 4, [("a", b.u32, 0, 3), ("b", b.i32, 3, 5), ("c", b.bool, 8, 1)])
    b.union("u", 8, [("n", b.u64, 0), ("p", point, 0)])
    b.struct("wide", 32, [("first", b.i128, 0), ("second", b.int("u128", 16), 128)])
    b.struct("empty", 0)
    keywords = ("class", "from", "in", "__init__", "_fields_", "from_buffer", "self", "values")
    b.struct("words", 4 * len(keywords), [(w, b.u32, 32 * i) for i, w in enumerate(keywords)])
    b.struct("long", 80, [("numbers", b.array(b.u32, 20), 0)])
    return b.btf()


@pytest.fixture(scope="module")
def btf() -> Btf:
    return _types()


def _event(btf: Btf) -> Any:
    event = btf.struct("event")(
        number=1,
        signed=-2,
        tid=3,
        pid=4,
        comm=b"cat",
        ok=True,
        ports=(5, 6, 7),
        ratio=0.5,
        next=0x1000,
    )
    event.points[1].y = -8
    return event


_VALUES = {
    "number": 1,
    "signed": -2,
    "id": 4 << 32 | 3,
    "tid": 3,
    "pid": 4,
    "comm": b"cat",
    "ok": True,
    "ports": [5, 6, 7],
    "ratio": 0.5,
    "next": 0x1000,
    "points": [{"x": 0, "y": 0}, {"x": 0, "y": -8}],
}


@pytest.mark.parametrize(("order", "sign"), [("<", "<"), (">", ">")])
def test_bytes_are_those_of_c(order: Order, sign: str) -> None:
    btf = _types(order)
    head = struct.pack(f"{sign}IiII8sBx3H", 1, -2, 3, 4, b"cat", 1, 5, 6, 7)
    expected = head + struct.pack(f"{sign}dQ4h", 0.5, 0x1000, 0, 0, 0, -8)

    event = _event(btf)

    assert bytes(event) == expected
    again = btf.struct("event").from_buffer_copy(expected)
    assert asdict(again) == asdict(event)
    assert again == event
    views = {"id": 3 << 32 | 4} if order == ">" else {}
    assert asdict(event) == _VALUES | views


def test_repr_shows_every_field(btf: Btf) -> None:
    assert repr(_event(btf)) == (
        "event(number=1, signed=-2, id=17179869187, tid=3, pid=4, comm=b'cat', ok=True,"
        " ports=[5, 6, 7], ratio=0.5, next=4096, points=[point(x=0, y=0), point(x=0, y=-8)])"
    )
    assert repr(btf.struct("names")()) == "names(list=[b'', b'', b''])"
    assert repr(btf.struct("bits")(a=7, b=-1, c=True)) == "bits(a=7, b=-1, c=True)"
    assert repr(btf.union("u")(n=1 << 16)) == "u(n=65536, p=point(x=0, y=1))"
    assert repr(btf.struct("event")().next) == "None"
    assert repr(btf.struct("empty")()) == "empty()"
    assert repr(btf.struct("words")(1)).startswith("words(class_=1, from_=0, in_=0, __init___=0,")


def test_repr_of_a_long_array_is_cut(btf: Btf) -> None:
    text = repr(btf.struct("long")(numbers=tuple(range(20))))

    assert text == f"long(numbers=[{', '.join(map(str, range(16)))}, ... 20 in all])"


def test_asdict_is_plain_python(btf: Btf) -> None:
    names = btf.struct("names").from_buffer_copy(b"a\0xxbcde\xff\0\0\0")

    assert asdict(names) == {"list": [b"a", b"bcde", b"\xff"]}
    assert asdict(names, text=True) == {"list": ["a", "bcde", "\ufffd"]}
    assert asdict(_event(btf), text=True) == _VALUES | {"comm": "cat"}
    assert asdict(btf.struct("event")())["next"] is None
    assert asdict(btf.struct("empty")()) == {}
    assert list(asdict(_event(btf))) == list(_VALUES)


@pytest.mark.parametrize("other", [5, ctypes.c_int(5), Types()])
def test_asdict_of_anything_else(other: object) -> None:
    with pytest.raises(TypeError, match=f"{type(other).__name__} was not made by btf_typing"):
        asdict(other)


def test_keywords_set_fields(btf: Btf) -> None:
    cls = btf.struct("event")
    inner = btf.struct("point")(x=1, y=2)

    event = cls(points=(inner, (3, 4)), pid=9)

    assert asdict(event)["points"] == [{"x": 1, "y": 2}, {"x": 3, "y": 4}]
    assert event.id == 9 << 32
    assert bytes(cls()) == bytes(56)


def test_positional_values_follow_c(btf: Btf) -> None:
    assert asdict(btf.struct("point")(1, 2)) == {"x": 1, "y": 2}
    assert asdict(btf.struct("point")(1, y=2)) == {"x": 1, "y": 2}
    assert asdict(btf.struct("bits")(1, -1, c=True)) == {"a": 1, "b": -1, "c": True}


def test_arrays_are_set_from_any_sequence(btf: Btf) -> None:
    b = Types()
    rows = b.array(b.array(b.u16, 2), 2)
    members = [("mac", b.array(b.u8, 6), 0), ("rows", rows, 64)]
    members += [("names", b.array(b.array(b.char, 4), 2), 128), ("wide", b.array(b.i128, 1), 192)]
    cls = b.btf().struct("s") if b.struct("s", 40, members) else None
    assert cls

    for mac in (b"\1\2\3", bytearray(b"\1\2\3"), memoryview(b"\1\2\3"), [1, 2, 3], (1, 2, 3)):
        assert asdict(cls(mac=mac))["mac"] == [1, 2, 3, 0, 0, 0]
        assert asdict(cls(mac))["mac"] == [1, 2, 3, 0, 0, 0]
    assert asdict(cls(rows=[[1], (2, 3)]))["rows"] == [[1, 0], [2, 3]]
    assert asdict(cls(names=[b"ab", b"abcd"]))["names"] == [b"ab", b"abcd"]
    assert asdict(cls(wide=[b"\7"]))["wide"] == [7]
    point = btf.struct("point")
    made = btf.struct("event")(points=[point(1, 2), (3, 4)], ports=[5])
    assert asdict(made)["points"] == [{"x": 1, "y": 2}, {"x": 3, "y": 4}]
    assert asdict(made)["ports"] == [5, 0, 0]


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ({"mac": b"1234567"}, ValueError, "mac has 6 elements, but got 7 values"),
        ({"mac": (1,) * 7}, ValueError, "mac has 6 elements, but got 7 values"),
        ({"mac": [1] * 7}, ValueError, "mac has 6 elements, but got 7 values"),
        ({"rows": [[1], [2, 3, 4]]}, ValueError, r"rows\[1\] has 2 elements, but got 3 values"),
        ({"numbers": b"1234"}, TypeError, "the elements of numbers are not bytes; expected a list"),
        ({"mac": ["x"]}, TypeError, "str"),
        ({"mac": 5}, TypeError, "int"),
        ({"count": [5]}, TypeError, "list"),
        ({"comm": b"12345"}, ValueError, "bytes too long"),
    ],
)
def test_sequences_that_do_not_fit(
    values: dict[str, object], error: type[Exception], message: str
) -> None:
    b = Types()
    members = [("mac", b.array(b.u8, 6), 0), ("rows", b.array(b.array(b.u16, 2), 2), 64)]
    members += [("numbers", b.array(b.u32, 4), 128), ("count", b.u32, 256)]
    b.struct("s", 40, [*members, ("comm", b.array(b.char, 4), 288)])

    with pytest.raises(error, match=message):
        b.btf().struct("s")(**values)


def test_assignment_stays_that_of_ctypes(btf: Btf) -> None:
    event = _event(btf)

    event.ports[:] = [7, 8, 9]
    assert event.ports[:] == [7, 8, 9]
    with pytest.raises(TypeError):
        event.ports = [1, 2, 3]
    with pytest.raises(ValueError, match="Can only assign sequence of same size"):
        event.ports[:] = [1, 2]


def test_wrong_arguments(btf: Btf) -> None:
    cls = btf.struct("point")

    with pytest.raises(TypeError, match="point has 2 fields"):
        cls(1, 2, 3)
    with pytest.raises(TypeError, match="duplicate values for field 'x'"):
        cls(1, x=2)
    with pytest.raises(AttributeError, match="'point' object has no attribute 'z'"):
        cls(z=1)
    with pytest.raises(TypeError):
        cls(x="1")


@pytest.mark.parametrize(
    "name", ["nummber", "points_", "__dict__", "_fields", "is_root", "Number", "type"]
)
def test_a_misspelt_attribute_is_an_error(btf: Btf, name: str) -> None:
    event = _event(btf)

    with pytest.raises(AttributeError):
        setattr(event, name, 1)
    with pytest.raises(AttributeError):
        getattr(event, name)
    with pytest.raises(AttributeError):
        setattr(event.points[0], name, 1)
    with pytest.raises(AttributeError):
        setattr(btf.union("u")(), name, 1)


def test_equal_by_value(btf: Btf) -> None:
    event, same = _event(btf), _event(btf)
    assert event == same
    assert not event != same  # noqa: SIM202  # both operators

    same.points[0].x = 1

    assert event != same
    assert event != asdict(event)
    assert btf.struct("point")() != btf.union("u")()
    assert btf.struct("point")() != _types().struct("point")()


def test_padding_does_not_count(btf: Btf) -> None:
    data = bytearray(bytes(_event(btf)))
    data[25] = 0xFF  # between ok and ports
    data[21:24] = b"xyz"[::-1]  # after the NUL of comm

    other = btf.struct("event").from_buffer_copy(data)

    assert bytes(other) != bytes(_event(btf))
    assert other == _event(btf)


def test_mutable_and_so_without_a_hash(btf: Btf) -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(_event(btf))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_copies_are_independent(btf: Btf, copied: Callable[[Any], Any]) -> None:
    event = _event(btf)

    other = copied(event)
    other.number, other.points[0].x = 99, 98

    assert type(other) is type(event)
    assert asdict(event) == _VALUES
    assert (other.number, other.points[0].x, other.pid) == (99, 98, 4)
    assert asdict(copied([event])[0]) == _VALUES
    assert copied(btf.struct("empty")()) == btf.struct("empty")()
    nested = copied(event.points[1])
    nested.x = 5
    assert event.points[1].x == 0


def test_a_copy_of_borrowed_memory_owns_its_own(btf: Btf) -> None:
    memory = bytearray(56)
    event = btf.struct("event").from_buffer(memory)

    other = copy.copy(event)
    event.number = 7

    assert memory[:4] == b"\7\0\0\0"
    assert other.number == 0


def test_integers_without_a_ctypes_type(btf: Btf) -> None:
    wide = btf.struct("wide")(first=-1, second=1 << 100)

    assert bytes(wide) == b"\xff" * 16 + (1 << 100).to_bytes(16, "little")
    assert (wide.first, wide.second) == (-1, 1 << 100)
    wide.second = -1
    assert wide.second == (1 << 128) - 1
    with pytest.raises(TypeError):
        wide.first = 1.5


def test_bitfields_keep_to_their_bits(btf: Btf) -> None:
    bits = btf.struct("bits").from_buffer_copy(b"\xff\xff\xff\xff")

    assert asdict(bits) == {"a": 7, "b": -1, "c": True}
    bits.a, bits.b, bits.c = 0, 0, False
    assert bytes(bits) == b"\x00\xfe\xff\xff"
    bits.a, bits.b, bits.c = 9, 15, 5
    assert asdict(bits) == {"a": 1, "b": 15, "c": True}


# -- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("c_name", "name", "by_getattr"),
    [
        ("class", "class_", True),
        ("from", "from_", True),
        ("in", "in_", True),
        ("__init__", "__init___", False),
        ("_fields_", "_fields__", False),
        ("from_buffer", "from_buffer_", False),
        ("self", "self", True),
        ("values", "values", True),
    ],
)
def test_names_that_python_keeps_for_itself(
    btf: Btf, c_name: str, name: str, *, by_getattr: bool
) -> None:
    cls = btf.struct("words")
    value = cls(**{name: 5})

    assert getattr(value, name) == 5
    assert asdict(value)[name] == 5
    if by_getattr:
        assert getattr(value, c_name) == 5
        setattr(value, c_name, 6)
        assert getattr(value, name) == 6
        assert getattr(cls(**{c_name: 7}), name) == 7
    else:
        assert getattr(cls, c_name) is not getattr(cls, name)


_STATE = 7


class _Reader:
    """In this class, Python spells ``__state`` as ``_Reader__state``."""

    @staticmethod
    def by_dot(event: Any) -> object:
        return event.__state

    @staticmethod
    def by_name(event: Any) -> object:
        return getattr(event, "__state")

    @staticmethod
    def made(event_class: Any) -> Any:
        return event_class(__state=_STATE)

    @staticmethod
    def change(event: Any) -> None:
        setattr(event, "__state", _STATE + 1)


@pytest.mark.parametrize("runtime", [False, True])
def test_private_names_in_the_body_of_a_class(*, runtime: bool) -> None:
    b = Types()
    b.struct("event", 4, [("__state", b.u32, 0)])
    obj = BpfObject("x.o", b.btf())
    namespace: dict[str, Any] = {"__name__": "generated"}
    exec(render.module_text(obj, object_path_as_shown="x.o"), namespace)  # noqa: S102  # it is ours
    event = _Reader.made(namespace["event"] if runtime else obj.btf.struct("event"))

    assert _Reader.by_name(event) == event.__state == _STATE
    _Reader.change(event)
    assert event.__state == _STATE + 1
    with pytest.raises(AttributeError, match="'event' object has no attribute '_Reader__state'"):
        _Reader.by_dot(event)


def test_methods_of_ctypes_still_work_where_a_field_has_their_name(btf: Btf) -> None:
    cls = btf.struct("words")

    assert cls.from_buffer(bytearray(b"\1\0\0\0" * 8)).from_buffer_ == 1
    assert len(cls._fields_) == 8


def test_names_may_be_dots_and_duplicates() -> None:
    b = Types()
    b.struct("s", 12, [("a.b", b.u32, 0), ("a", b.u32, 32), ("a", b.u32, 64)])
    value = b.btf().struct("s")(a_b_=1, a=2, a_=3)

    assert struct.unpack("<3I", bytes(value)) == (1, 2, 3)
    assert getattr(value, "a.b") == 1


# -- classes ---------------------------------------------------------------------------------


def test_each_class_is_made_once(btf: Btf) -> None:
    event = btf.struct("event")

    assert btf.struct("event") is event
    assert btf.struct("event_t") is event
    assert btf.struct(btf.type("event").id) is event
    assert type(event().points[0]) is btf.struct("point")
    assert type(btf.union("u")().p) is btf.struct("point")


def test_fields_are_those_of_c(btf: Btf) -> None:
    cls = btf.struct("event")
    hidden = [name for name, *_ in cls._fields_ if not name.isidentifier()]

    assert [name for name, _ in btf.struct("point")._fields_] == ["x", "y"]
    assert [name for name, *_ in cls._fields_ if name not in hidden] == [
        *("number", "signed", "comm", "ok", "ports", "ratio", "next", "points")
    ]
    assert len(hidden) == 1  # the anonymous union
    assert all(len(entry) == 2 for entry in cls._fields_)


def test_types_of_fields(btf: Btf) -> None:
    types = dict(btf.struct("event")._fields_)

    assert types["number"] is ctypes.c_uint32
    assert types["signed"] is ctypes.c_int32
    assert types["comm"] is ctypes.c_char * 8
    assert types["ok"] is ctypes.c_bool
    assert types["ports"] is ctypes.c_uint16 * 3
    assert types["ratio"] is ctypes.c_double
    assert types["next"] is ctypes.c_void_p
    assert types["points"] is btf.struct("point") * 2


def test_places_of_fields(btf: Btf) -> None:
    cls = btf.struct("event")
    wide = btf.struct("wide")

    assert [(f, getattr(cls, f).offset, getattr(cls, f).size) for f in ("ok", "ports", "pid")] == [
        ("ok", 24, 1),
        ("ports", 26, 6),
        ("pid", 12, 4),
    ]
    assert (wide.second.offset, wide.second.size) == (16, 16)


def test_pointers_arrays_and_memory(btf: Btf) -> None:
    cls = btf.struct("point")
    memory = ctypes.create_string_buffer(b"\1\0\2\0\3\0\4\0", 8)

    pointer = ctypes.cast(memory, ctypes.POINTER(cls))
    assert asdict(pointer[1]) == {"x": 3, "y": 4}
    assert asdict((cls * 2).from_buffer(memory)[1]) == {"x": 3, "y": 4}
    assert asdict(cls.from_address(ctypes.addressof(memory))) == {"x": 1, "y": 2}
    assert asdict(cls.from_buffer_copy(memory, 2)) == {"x": 2, "y": 3}
    pointer.contents.x = -1
    assert memory.raw[:2] == b"\xff\xff"
    ctypes.memmove(memory, ctypes.byref(cls(x=9)), 4)
    assert memory.raw[0] == 9
    assert memoryview(cls(1, 2)).nbytes == 4
    with pytest.raises(ValueError, match="Buffer size too small"):
        cls.from_buffer_copy(b"\0\0\0")


def test_they_go_through_foreign_functions(btf: Btf) -> None:
    cls = btf.struct("point")
    prototype = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(cls))
    libc = ctypes.CDLL(None)
    target = cls()

    libc.memcpy(ctypes.byref(target), ctypes.byref(cls(3, 4)), ctypes.sizeof(cls))

    assert asdict(target) == {"x": 3, "y": 4}
    assert prototype(lambda pointer: pointer.contents.y)(ctypes.byref(target)) == 4


def test_hand_written_classes_may_contain_them(btf: Btf) -> None:
    class Frame(ctypes.Structure):
        _fields_ = [("header", ctypes.c_uint32), ("event", btf.struct("event"))]

    frame = Frame(header=1, event=_event(btf))

    assert Frame.event.offset == 8
    assert asdict(frame.event) == _VALUES


def test_the_classes_name_module_and_docstring(btf: Btf, tmp_path: Path) -> None:
    cls = btf.struct("event")

    assert issubclass(cls, ctypes.Structure)
    assert issubclass(btf.union("u"), ctypes.Union)
    assert cls.__name__ == "event"
    assert cls.__doc__ == "struct event, 56 bytes"
    assert btf.union("u").__doc__ == "union u, 8 bytes"
    # A copy, because loads of one file share classes, and a live module gives them its own name.
    copied = shutil.copy("examples/execsnoop/execsnoop.bpf.o", tmp_path)
    assert load(copied).btf.struct("creds").__module__ == "execsnoop_bpf"


def test_classes_need_no_btf_to_live() -> None:
    cls = _types().struct("event")
    gc.collect()

    assert cls(comm=b"abc").comm == b"abc"


def test_a_subclass_may_add_attributes(btf: Btf) -> None:
    class Point(btf.struct("point")):  # type: ignore[misc]
        def length(self) -> int:
            return int(abs(self.x) + abs(self.y))

    point = Point(3, -4)

    assert point.length() == 7
    assert repr(point) == "Point(x=3, y=-4)"
    assert asdict(point) == {"x": 3, "y": -4}
    assert copy.copy(point) == point


def test_fields_that_a_subclass_adds_are_fields_like_any_other(btf: Btf) -> None:
    class Stamped(btf.struct("point")):  # type: ignore[misc]
        _fields_ = (("at", ctypes.c_uint32),)

    class Marked(Stamped):
        _fields_ = (("mark", ctypes.c_uint8),)  # type: ignore[assignment]  # of Stamped: one more

    first = Marked(1, 2, at=3, mark=4)

    assert ctypes.sizeof(Marked) == 12
    assert repr(first) == "Marked(x=1, y=2, at=3, mark=4)"
    assert asdict(first) == {"x": 1, "y": 2, "at": 3, "mark": 4}
    assert first == Marked(1, 2, 3, 4)
    assert first != Marked(1, 2, 9, 4)
    assert copy.deepcopy(first) == first


def test_an_unnamed_char_array_is_text_and_unsigned_char_is_not() -> None:
    b = BtfBuilder()
    char, u8 = b.int("char", 1), b.int("unsigned char", 1)
    b.struct("s", 9, [("t", b.array(char, 4), 0), ("n", b.array(u8, 4), 32), ("c", char, 64)])
    value = Btf.from_bytes(b.build()).struct("s").from_buffer_copy(b"ab\0cab\0cd")

    assert asdict(value) == {"t": b"ab", "n": [97, 98, 0, 99], "c": b"d"}
    assert asdict(value, text=True) == {"t": "ab", "n": [97, 98, 0, 99], "c": "d"}


_Event: Any = load(ROOT / "examples/execsnoop/execsnoop.bpf.o").btf.struct("exec_event")


class _Noted(_Event):  # type: ignore[misc]
    """A user's subclass with attributes and a slot of its own."""

    def __init__(self, **fields: object) -> None:
        super().__init__(**fields)
        self.seen = [1]


def test_copies_and_pickles_of_a_subclass_keep_its_attributes() -> None:
    noted = _Noted(pid=7)
    noted.seen.append(2)

    shallow, deep = copy.copy(noted), copy.deepcopy(noted)
    pickled = pickle.loads(pickle.dumps(noted))  # noqa: S301  # our own bytes
    for again in (shallow, deep, pickled):
        assert type(again) is _Noted
        assert (again.pid, again.seen) == (7, [1, 2])
        assert again is not noted
    assert shallow.seen is noted.seen
    assert deep.seen is not noted.seen
    shallow.pid = 8
    assert noted.pid == 7


def test_validate_without_a_name_is_an_error_at_once(btf: Btf) -> None:
    with pytest.raises(TypeError, match=r"expected the name of a struct or union: @btf\.validate"):

        @btf.validate  # type: ignore[arg-type]
        class Mine(ctypes.Structure):
            pass
