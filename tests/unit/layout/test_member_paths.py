"""``BtfType.member`` and ``offset_of``: paths through structs, unions and arrays."""

import re

import pytest

from btf_typing import Btf, BtfError, BtfType, LayoutError, TypeNotFoundError
from tests.builder import BtfBuilder
from tests.handwritten import Types


def _types() -> Btf:
    b = Types()
    point = b.struct("point", 8, [("x", b.u32, 0), ("y", b.u32, 32)])
    inner = b.union("", 8, [("whole", b.u64, 0), ("half", b.u32, 0)])
    anonymous = b.struct("", 16, [("", inner, 0), ("after", b.u64, 64)])
    node = b.next_id
    b.struct(
        "node",
        96,
        [
            *(("id", b.u32, 0), ("low", b.u32, 32, 3), ("", anonymous, 64)),
            *(("at", b.typedef("point_t", b.const(point)), 192), ("next", b.ptr(node + 3), 256)),
            *(("points", b.array(point, 3), 320), ("grid", b.array(b.array(b.u16, 4), 2), 512)),
            *(("class", b.u64, 640), ("rest", b.array(point, 0), 768)),
        ],
    )
    b.typedef("points_t", b.array(point, 5))
    return b.btf()


@pytest.fixture(scope="module")
def node() -> BtfType:
    return _types().type("node")


@pytest.mark.parametrize(
    ("path", "offset", "size", "type_"),
    [
        ("id", 0, 4, "u32"),
        ("whole", 8, 8, "u64"),
        ("half", 8, 4, "u32"),
        ("after", 16, 8, "u64"),
        ("at", 24, 8, "point_t"),
        ("at.y", 28, 4, "u32"),
        ("next", 32, 8, ""),
        ("points", 40, 24, ""),
        ("points[0]", 40, 8, "point"),
        ("points[2].y", 60, 4, "u32"),
        ("grid[1]", 72, 8, ""),
        ("grid[1][3]", 78, 2, "u16"),
        ("class", 80, 8, "u64"),
        ("rest[7].x", 96 + 56, 4, "u32"),
    ],
)
def test_paths(node: BtfType, path: str, offset: int, size: int, type_: str) -> None:
    field = node.member(path)

    assert tuple(field) == (path, offset, size)
    assert node.offset_of(path) == offset
    assert (field.bit_offset, field.bitfield_size) == (8 * offset, None)
    assert field.type.name == type_


def test_bitfields_have_bits(node: BtfType) -> None:
    field = node.member("low")

    assert (field.offset, field.bit_offset, field.bitfield_size) == (4, 32, 3)
    with pytest.raises(LayoutError) as caught:
        node.offset_of("low")
    assert str(caught.value) == (
        "'low' is a bitfield, of 3 bits at bit 32, so it has no offset in bytes;"
        " use member('low').bit_offset"
    )


def test_arrays_and_typedefs_are_types_too() -> None:
    btf = _types()

    assert btf.type("points_t").offset_of("[4].y") == 36
    assert btf.type("point_t").offset_of("y") == 4


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("idd", TypeNotFoundError, "no member 'idd' in struct 'node'; did you mean 'id'?"),
        ("aftr", TypeNotFoundError, "no member 'aftr' in struct 'node'; did you mean 'after'?"),
        ("at.z", TypeNotFoundError, "no member 'z' in struct 'point'"),
        ("grid[2]", LayoutError, "'grid' has 2 elements, so it has no [2]"),
        ("id[0]", LayoutError, "'id' has no [0]: it is [N] INT 'u32', not an array"),
        ("id.x", LayoutError, "'id' has no member 'x': it is [N] INT 'u32'"),
        ("[0]", LayoutError, "this type has no [0]: it is [N] STRUCT 'node', not an array"),
        ("points.x", LayoutError, "'points' has no member 'x': it is [N] ARRAY (anon)"),
    ],
)
def test_paths_that_lead_nowhere(
    node: BtfType, path: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        node.member(path)
    assert re.sub(r"\[\d+\] (?=[A-Z])", "[N] ", str(caught.value)) == message


def test_a_pointer_is_named() -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    target = b.struct("target", 4, [("pid", u32, 0)])
    b.struct("owner", 8, [("next", b.ptr(target), 0)])

    with pytest.raises(LayoutError) as caught:
        Btf.from_bytes(b.build()).type("owner").offset_of("next.pid")
    assert str(caught.value) == (
        "'next' is a pointer, so 'pid' lies elsewhere in memory; look it up in the type that it"
        " points to: [2] STRUCT 'target'"
    )


@pytest.mark.parametrize(
    "path",
    ["", ".", ".id", "at..y", "at.", "points[", "points[x]", "points[-1]", "points[0]x", "]"],
)
def test_texts_that_are_no_paths(node: BtfType, path: str) -> None:
    with pytest.raises((ValueError, TypeNotFoundError), match="is not a path to a member"):
        node.member(path)


def test_suggestions_are_attributes(node: BtfType) -> None:
    with pytest.raises(TypeNotFoundError) as caught:
        node.member("halff")
    assert (caught.value.kind, caught.value.name) == ("member", "halff")
    assert caught.value.suggestions == ("half",)


def test_anonymous_members_that_contain_each_other_end() -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    number = b.struct("", 4, [("x", u32, 0)])
    for _ in range(60):
        number = b.union("", 4, [("", number, 0), ("", number, 0)])
    b.union("all", 4, [("", number, 0)])
    type_ = Btf.from_bytes(b.build()).type("all")

    assert type_.offset_of("x") == 0
    with pytest.raises(TypeNotFoundError, match="no member 'y'"):
        type_.offset_of("y")
    nothing = b.struct("", 0)
    for _ in range(60):
        nothing = b.union("", 0, [("", nothing, 0), ("", nothing, 0)])
    b.union("none", 0, [("", nothing, 0)])
    with pytest.raises(TypeNotFoundError, match="no member 'y'"):
        Btf.from_bytes(b.build()).type("none").offset_of("y")


def test_messages_about_a_type_without_a_name() -> None:
    b = Types()
    anonymous = b.struct("", 4, [("a", b.u32, 0)])
    b.typedef("event_t", anonymous)
    b.typedef("array_t", b.array(b.u32, 3))
    b.typedef("pointer_t", b.ptr(anonymous))
    btf = b.btf()

    for name, path, message in (
        ("event_t", "nope", "no member 'nope' in this struct"),
        ("array_t", "[5]", "this type has 3 elements, so it has no [5]"),
        ("pointer_t", "a", "this type is a pointer, so 'a' lies elsewhere in memory;"),
    ):
        with pytest.raises(BtfError) as caught:
            btf.type(name).member(path)
        assert message in str(caught.value)
