"""Validation of hand-written classes: types, and nested structs."""

import ctypes
from collections.abc import Callable
from ctypes import (
    POINTER,
    Structure,
    Union,
    c_bool,
    c_byte,
    c_char,
    c_char_p,
    c_double,
    c_float,
    c_int,
    c_int8,
    c_int16,
    c_int32,
    c_int64,
    c_long,
    c_longlong,
    c_size_t,
    c_ubyte,
    c_uint,
    c_uint8,
    c_uint16,
    c_uint32,
    c_uint64,
    c_ulong,
    c_void_p,
)
from typing import Any

import pytest

import btf_typing
from btf_typing import Btf, BtfValidationError, Mismatch, TypeNotFoundError
from tests.handwritten import Types, differences, mine

_Creds = mine(("uid", c_uint32), ("gid", c_uint32))
_C_INT_P = POINTER(c_int)
_CALLBACK = ctypes.CFUNCTYPE(c_int, c_int)


def _of_one(make: str, size: int) -> Btf:
    """``struct s`` with one member ``x``. *make* is an attribute of `Types`."""
    b = Types()
    b.struct("s", size, [("x", getattr(b, make), 0)])
    return b.btf()


@pytest.mark.parametrize(
    ("member", "size", "spellings"),
    [
        ("u8", 1, [c_uint8, c_ubyte]),
        ("i8", 1, [c_int8, c_byte]),
        ("u16", 2, [c_uint16, ctypes.c_ushort]),
        ("i16", 2, [c_int16, ctypes.c_short]),
        ("u32", 4, [c_uint32, c_uint]),
        ("i32", 4, [c_int32, c_int]),
        ("u64", 8, [c_uint64, c_ulong, c_size_t, ctypes.c_ulonglong]),
        ("i64", 8, [c_int64, c_long, c_longlong, ctypes.c_ssize_t]),
        ("bool", 1, [c_bool]),
        ("f32", 4, [c_float]),
        ("f64", 8, [c_double]),
        ("pointer", 8, [c_void_p, _C_INT_P, POINTER(_Creds), _CALLBACK, c_uint64, c_size_t]),
        ("char", 1, [c_char, c_uint8, c_int8]),
        ("i128", 16, [c_uint8 * 16, c_uint64 * 2, c_int64 * 2]),
    ],
)
def test_equivalent_spellings_match(member: str, size: int, spellings: list[Any]) -> None:
    btf = _of_one(member, size)
    for spelling in spellings:
        fields = [("x", spelling)]
        assert differences(btf, mine(*fields)) == [], spelling


@pytest.mark.parametrize(
    ("member", "size", "wrong", "found", "expected"),
    [
        ("u8", 1, c_int8, "c_int8", "c_uint8"),
        ("u8", 1, c_char, "c_char", "c_uint8"),
        ("u8", 1, c_bool, "c_bool", "c_uint8"),
        ("i8", 1, c_uint8, "c_uint8", "c_int8"),
        ("u32", 4, c_int, "c_int32", "c_uint32"),
        ("u32", 4, c_float, "c_float", "c_uint32"),
        ("u32", 4, c_uint8 * 4, "c_uint8 * 4", "c_uint32"),
        ("u32", 4, c_uint32.__ctype_be__, "c_uint32.__ctype_be__", "c_uint32"),
        ("i32", 4, c_uint, "c_uint32", "c_int32"),
        ("u64", 8, c_long, "c_int64", "c_uint64"),
        ("u64", 8, c_double, "c_double", "c_uint64"),
        ("u64", 8, c_void_p, "c_void_p", "c_uint64"),
        ("i64", 8, c_ulong, "c_uint64", "c_int64"),
        ("bool", 1, c_uint8, "c_uint8", "c_bool"),
        ("f64", 8, c_uint64, "c_uint64", "c_double"),
        ("pointer", 8, c_int64, "c_int64", "c_void_p"),
        # Reading a c_char_p would follow the pointer, and it is a kernel address.
        ("pointer", 8, c_char_p, "c_char_p", "c_void_p"),
        ("pointer", 8, c_uint8 * 8, "c_uint8 * 8", "c_void_p"),
        ("char", 1, c_bool, "c_bool", "c_char"),
        ("i128", 16, c_char * 16, "c_char * 16", "c_uint8 * 16"),
        ("i128", 16, c_double * 2, "c_double * 2", "c_uint8 * 16"),
    ],
)
def test_other_kinds_of_type_do_not_match(
    member: str, size: int, wrong: Any, found: str, expected: str
) -> None:
    assert differences(_of_one(member, size), mine(("x", wrong))) == [
        f"x: class has {found} at offset 0, BTF has {expected} at offset 0"
    ]


@pytest.mark.parametrize(
    ("element", "count", "right", "wrong"),
    [
        ("char", 16, [c_char * 16, c_uint8 * 16, c_int8 * 16], [c_char * 15, c_bool * 16]),
        ("u8", 16, [c_uint8 * 16], [c_char * 16, c_int8 * 16, c_uint16 * 8]),
        ("i32", 3, [c_int32 * 3], [c_int32 * 2, c_int32 * 4, c_uint32 * 3, c_int32]),
        ("pointer", 2, [c_void_p * 2, _C_INT_P * 2, c_uint64 * 2], [c_int64 * 2]),
        ("i128", 2, [c_uint8 * 16 * 2, c_uint64 * 2 * 2], [c_uint8 * 32, c_uint64 * 4]),
    ],
)
def test_arrays(element: str, count: int, right: list[Any], wrong: list[Any]) -> None:
    b = Types()
    array = b.array(getattr(b, element), count)
    size = ctypes.sizeof(right[0])
    b.struct("s", size, [("x", array, 0)])
    btf = b.btf()

    for spelling in right:
        fields = [("x", spelling)]
        assert differences(btf, mine(*fields)) == [], spelling
    for spelling in wrong:
        fields = [("x", spelling)]
        lines = differences(btf, mine(*fields))
        assert lines, spelling
        assert lines[0].startswith("x: class has "), spelling


def test_dimensions_count_apart() -> None:
    b = Types()
    b.struct("s", 24, [("x", b.array(b.array(b.i32, 3), 2), 0)])
    btf = b.btf()

    assert differences(btf, mine(("x", c_int32 * 3 * 2))) == []
    assert differences(btf, mine(("x", c_int32 * 2 * 3))) == [
        "x: class has c_int32 * 2 * 3 at offset 0, BTF has c_int32 * 3 * 2 at offset 0"
    ]


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("size", [1, 2, 4, 8])
def test_enums_may_have_either_sign(size: int, *, signed: bool) -> None:
    b = Types()
    add = b.enum64 if size == 8 else b.enum
    b.struct("s", size, [("x", add("e", {"A": 1}, size, signed=signed), 0)])
    btf = b.btf()

    for name in (f"c_int{8 * size}", f"c_uint{8 * size}"):
        assert differences(btf, mine(("x", getattr(ctypes, name)))) == []
    assert differences(btf, mine(("x", c_bool * size))) != []


def test_all_mismatches_are_reported_at_once() -> None:
    b = Types()
    b.struct("s", 16, [("a", b.u32, 0), ("b", b.u16, 32), ("c", b.u16, 48), ("d", b.u64, 64)])
    cls = mine(("a", c_int32), ("c", c_uint32), ("d", c_uint64), ("e", c_uint8))

    with pytest.raises(BtfValidationError) as caught:
        b.btf().validate_struct("s", cls)

    assert str(caught.value) == (
        "Mine does not match struct 's':\n"
        "  b: class has no such field, BTF has c_uint16 at offset 4\n"
        "  a: class has c_int32 at offset 0, BTF has c_uint32 at offset 0\n"
        "  c: class has c_uint32 at offset 4, BTF has c_uint16 at offset 6\n"
        "  e: class has c_uint8 at offset 16, BTF has nothing after 16 bytes\n"
        "  class has 24 bytes, BTF has 16 bytes"
    )
    assert caught.value.mismatches == (
        Mismatch("a", 0, "c_int32 at offset 0", "c_uint32 at offset 0"),
        Mismatch("c", 1, "c_uint32 at offset 4", "c_uint16 at offset 6"),
        Mismatch("e", 3, "c_uint8 at offset 16", "nothing after 16 bytes"),
        Mismatch("b", None, "no such field", "c_uint16 at offset 4"),
        Mismatch("", None, "24 bytes", "16 bytes"),
    )


def test_the_message_names_the_object() -> None:
    btf = btf_typing.load("examples/execsnoop/execsnoop.bpf.o").btf

    with pytest.raises(BtfValidationError) as caught:
        btf.validate_struct("creds", mine(("uid", c_uint32)))

    assert str(caught.value).startswith(
        "Mine does not match struct 'creds' of examples/execsnoop/execsnoop.bpf.o:\n"
    )


def _outer() -> Btf:
    """``struct s { u32 a; struct creds { u32 uid, gid; } c, list[2]; }``."""
    b = Types()
    creds = b.struct("creds", 8, [("uid", b.u32, 0), ("gid", b.u32, 32)])
    b.struct("s", 28, [("a", b.u32, 0), ("c", creds, 32), ("list", b.array(creds, 2), 96)])
    return b.btf()


def test_nested_structs_are_compared_inside() -> None:
    wrong = mine(("uid", c_uint32), ("gid", c_int32))
    good = mine(("a", c_uint32), ("c", _Creds), ("list", _Creds * 2))
    cls = mine(("a", c_uint32), ("c", wrong), ("list", wrong * 2))

    assert differences(_outer(), good) == []
    assert differences(_outer(), cls) == [
        "c.gid: class has c_int32 at offset 4, BTF has c_uint32 at offset 4",
        "list[].gid: class has c_int32 at offset 4, BTF has c_uint32 at offset 4",
    ]


def test_nested_structs_are_compared_inside_wherever_they_are() -> None:
    wrong = mine(("uid", c_int32), ("gid", c_uint32))
    cls = mine(("c", wrong), ("list", wrong * 3))

    assert differences(_outer(), cls) == [
        "c: class has Mine at offset 0, BTF has struct creds at offset 4",
        "c.uid: class has c_int32 at offset 0, BTF has c_uint32 at offset 0",
        "list: class has Mine * 3 at offset 8, BTF has struct creds * 2 at offset 12",
        "list[].uid: class has c_int32 at offset 0, BTF has c_uint32 at offset 0",
        "a: class has no such field, BTF has c_uint32 at offset 0",
        "class has 32 bytes, BTF has 28 bytes",
    ]


def test_a_nested_struct_of_another_size_names_the_field() -> None:
    longer = mine(("uid", c_uint32), ("gid", c_uint32), ("pid", c_uint32))
    cls = mine(("a", c_uint32), ("c", longer), ("list", _Creds * 2))

    assert differences(_outer(), cls) == [
        "c.pid: class has c_uint32 at offset 8, BTF has nothing after 8 bytes",
        "c: class has 12 bytes, BTF has 8 bytes",
        "list: class has Mine * 2 at offset 16, BTF has struct creds * 2 at offset 12",
        "class has 32 bytes, BTF has 28 bytes",
    ]


@pytest.mark.parametrize("wrong", [c_uint64, c_uint8 * 8, c_void_p])
def test_a_struct_is_no_scalar(wrong: Any) -> None:
    cls = mine(("a", c_uint32), ("c", wrong), ("list", _Creds * 2), _pack_=1)

    (line,) = differences(_outer(), cls)
    assert line.startswith("c: class has ")
    assert line.endswith(" at offset 4, BTF has struct creds at offset 4")


def test_a_union_is_no_struct() -> None:
    union = mine(("uid", c_uint32), ("gid", c_uint32), base=Union)
    cls = mine(("a", c_uint32), ("c", union), ("list", _Creds * 2))

    lines = differences(_outer(), cls)

    assert lines[0] == "c: class has a union, BTF has a struct"
    assert differences(_outer(), union, "creds") == ["class has a union, BTF has a struct"]


def test_generated_classes_may_be_nested_or_inherited_from() -> None:
    btf = _outer()
    creds = btf.struct("creds")
    nested = mine(("a", c_uint32), ("c", creds), ("list", creds * 2))
    longer = mine(("extra", c_uint32), base=creds)

    class Named(creds):  # type: ignore[misc,valid-type]
        """A subclass without fields of its own."""

    assert differences(btf, nested) == []
    assert differences(btf, Named, "creds") == []
    assert differences(btf, longer, "creds") == [
        "extra: class has c_uint32 at offset 8, BTF has nothing after 8 bytes",
        "class has 12 bytes, BTF has 8 bytes",
    ]


def test_the_decorator_returns_the_class() -> None:
    btf = _outer()

    @btf.validate("creds")
    class Mine(Structure):
        _fields_ = [("uid", c_uint32), ("gid", c_uint32)]

    assert Mine(1, 2).gid == 2
    with pytest.raises(BtfValidationError, match="Wrong does not match struct 'creds'"):

        @btf.validate("creds")
        class Wrong(Structure):
            _fields_ = [("uid", c_uint32)]


def test_unions_are_validated_too() -> None:
    b = Types()
    b.union("u", 4, [("a", b.u32, 0)])
    b.typedef("alias", b.next_id - 1)
    btf = b.btf()
    union = mine(("a", c_uint32), base=Union)

    assert differences(btf, union, "u") == []
    assert differences(btf, union, "alias") == []
    assert differences(btf, mine(("a", c_uint32)), "u") == ["class has a struct, BTF has a union"]


def test_where_a_struct_and_a_union_share_a_name_the_class_tells_which() -> None:
    b = Types()
    b.union("u", 4, [("a", b.u32, 0)])
    b.struct("u", 8, [("a", b.u64, 0)])
    btf = b.btf()

    assert differences(btf, mine(("a", c_uint32), base=Union), "u") == []
    assert differences(btf, mine(("a", c_uint64)), "u") == []


@pytest.mark.parametrize("wrong", [int, c_int, c_int * 2, 5, None])
def test_a_class_that_is_no_structure_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"expected a ctypes\.Structure or ctypes\.Union, not "):
        _outer().validate_struct("creds", wrong)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda cls: setattr(cls, "uid", 1), "1"),
        (lambda cls: setattr(cls, "uid", len), "<built-in function len>"),
        (lambda cls: delattr(cls, "uid"), "nothing"),
    ],
)
def test_a_field_that_the_class_hides_is_a_mismatch(
    change: Callable[[Any], None], found: str
) -> None:
    cls = mine(("uid", c_uint32), ("gid", c_uint32))
    change(cls)

    assert differences(_outer(), cls, "creds") == [
        f"uid: class has {found} instead of the field, BTF has c_uint32 at offset 0"
    ]
    nested = mine(("a", c_uint32), ("c", cls), ("list", _Creds * 2))
    assert differences(_outer(), nested) == [
        f"c.uid: class has {found} instead of the field, BTF has c_uint32 at offset 0"
    ]


def test_the_fields_around_a_hidden_one_are_compared() -> None:
    b = Types()
    b.struct("s", 24, [("a", b.u32, 0), ("b", b.u32, 32), ("c", b.u64, 128)])
    cls = mine(("a", c_int32), ("b", c_uint32), ("c", c_uint64), ("_pad", c_uint8), ("x", c_uint8))
    cls.b = cls._pad = cls.x = None

    assert differences(b.btf(), cls) == [
        "a: class has c_int32 at offset 0, BTF has c_uint32 at offset 0",
        "b: class has None instead of the field, BTF has c_uint32 at offset 4",
        (
            "c: class has c_uint64 at offset 8, BTF has c_uint64 at offset 16;"
            " put ('_pad8', c_uint8 * 8) before it"
        ),
        "x: class has None instead of the field, BTF has no member of that name",
    ]


def test_validation_needs_a_type_that_exists() -> None:
    with pytest.raises(TypeNotFoundError, match="no struct 'cred' in this BTF; did you mean"):
        _outer().validate("cred")(_Creds)


@pytest.mark.parametrize("path", ["examples/execsnoop/execsnoop.bpf.o"])
def test_generated_classes_match_their_own_btf(path: str) -> None:
    btf = btf_typing.load(path).btf
    again = btf_typing.load(path).btf
    structs, unions = btf.names("STRUCT"), btf.names("UNION")
    assert "exec_event" in structs

    for name in structs:
        btf.validate_struct(name, btf.struct(name))
        again.validate_struct(name, btf.struct(name))
    for name in unions:
        btf.validate_struct(name, btf.union(name))


def test_generated_classes_of_another_layout_differ_from_it() -> None:
    b = Types()
    b.struct("s", 16, [("a", b.u32, 0, 5), ("b", b.i128, 0), ("c", b.u16, 5, 11)])
    other = Types()
    other.struct("s", 16, [("a", b.u32, 0, 4), ("b", b.i128, 0), ("c", b.u16, 5, 11)])

    assert differences(b.btf(), b.btf().struct("s")) == []
    assert differences(b.btf(), other.btf().struct("s")) == [
        "a: class has c_uint32 at offset 0, bits 0-3, BTF has c_uint32 at offset 0, bits 0-4"
    ]


def test_a_generated_class_matches_btf_that_gives_the_same_class() -> None:
    signed, unsigned = Types(), Types()
    signed.struct("s", 8, [("c", signed.char, 0), ("kind", signed.u32, 32)])
    kind = unsigned.enum("kind", {"OPEN": 1})
    unsigned.struct("s", 8, [("c", unsigned.int("char", 1), 0), ("kind", kind, 32)])
    first, second = signed.btf(), unsigned.btf()

    assert first.struct("s")().c == second.struct("s")().c == b"\0"
    assert differences(first, second.struct("s")) == []
    assert differences(second, first.struct("s")) == []
