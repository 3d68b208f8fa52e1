"""Maps of objects, compared with libbpf's reading of the same objects."""

import ctypes
import re
from pathlib import Path
from typing import Any, Literal, assert_type

import pytest

from btf_typing import BpfObject, BtfFormatError, TypeNotFoundError, load
from btf_typing.maps import MAP_TYPES, BpfMap, type_name
from tests import libbpf
from tests.builder import BtfBuilder
from tests.elf_builder import Symbol, elf
from tests.paths import ROOT

_OBJECTS = ROOT / "tests/objects"
_WITH_MAPS = [
    *(_OBJECTS / f"{name}.o" for name in ("maps-clang19-el", "maps-gcc12-el", "linked")),
    *sorted(ROOT.glob("examples/*/*.bpf.o")),
]
_BUFFERS = ("RINGBUF", "PERF_EVENT_ARRAY")


@pytest.fixture(scope="module")
def obj() -> BpfObject:
    return load(_OBJECTS / "maps-clang19-el.o")


def _check(obj: BpfObject, ours: BpfMap[Any, Any], theirs: libbpf.Map) -> None:
    assert ours.name == theirs.name
    assert MAP_TYPES.index(ours.type) == theirs.type
    assert ours.key_size == theirs.key_size
    assert ours.value_size == theirs.value_size
    assert ours.max_entries == theirs.max_entries
    assert ours.flags == theirs.flags
    if not ours.type.endswith(_BUFFERS):
        for cls, size, type_id in (
            (ours.key, theirs.key_size, theirs.key_id),
            (ours.value, theirs.value_size, theirs.value_id),
        ):
            assert (cls is None) == (type_id == 0)
            if cls is not None:
                assert ctypes.sizeof(cls) == size == obj.btf.type(type_id).size
    assert (ours.inner is None) == (theirs.inner is None)
    if ours.inner is not None and theirs.inner is not None:
        _check(obj, ours.inner, theirs.inner)


@pytest.mark.parametrize("path", _WITH_MAPS, ids=lambda path: path.name)
def test_maps_equal_libbpfs(path: Path) -> None:
    theirs = [each for each in libbpf.opened(path).maps if not each.internal]
    obj = load(path)

    assert sorted(obj.maps) == sorted(each.name for each in theirs)
    for each in theirs:
        _check(obj, obj.maps[each.name], each)


@pytest.mark.parametrize("path", _WITH_MAPS[:3], ids=lambda path: path.name)
def test_numbers_and_types_equal_libbpfs(path: Path) -> None:
    maps = load(path).maps
    for each in libbpf.opened(path).maps:
        if not each.internal:
            details = maps.details(each.name)
            assert details.numbers.get("map_extra", 0) == each.extra
            if not type_name(each.type).endswith(_BUFFERS):
                assert (details.key_id or 0) == each.key_id
                assert (details.value_id or 0) == each.value_id


def test_names_of_types_are_libbpfs() -> None:
    lib = libbpf.library()
    known = 0
    for number, name in enumerate(MAP_TYPES):
        text = lib.libbpf_bpf_map_type_str(number)
        if text is not None:
            known += 1
            # A few have two names in the kernel; libbpf uses one, and we use the other.
            assert name.removeprefix("BPF_MAP_TYPE_").lower() == text.decode()
    assert known >= 30


def test_numbers_without_a_name() -> None:
    assert type_name(1) == "BPF_MAP_TYPE_HASH"
    assert type_name(999) == "BPF_MAP_TYPE_999"
    assert type_name(-1) == "BPF_MAP_TYPE_-1"


def test_classes_of_keys_and_values(obj: BpfObject) -> None:
    maps, btf = obj.maps, obj.btf

    assert maps["by_key"].key is btf.struct("key")
    assert maps["by_key"].value is btf.struct("value")
    assert maps["per_cpu"].value is btf.struct("value_t")
    assert maps["per_cpu"].key is ctypes.c_uint32
    assert maps["by_pointer"].key is ctypes.c_void_p
    assert maps["by_pointer"].value is ctypes.c_bool
    assert maps["anonymous_key"].value is ctypes.c_uint64 * 4
    assert maps["first"].value is ctypes.c_uint32
    assert maps["by_hand"].value is ctypes.c_char * 6


def test_anonymous_keys_are_named_after_the_map(obj: BpfObject) -> None:
    key: Any = obj.maps["anonymous_key"].key

    assert key.__name__ == "anonymous_key_key"
    assert bytes(key(port=1, proto=2)) == b"\1\0\2\0"


def test_buffers_have_no_keys_or_values(obj: BpfObject) -> None:
    for name in ("events", "typed_events", "perf"):
        assert obj.maps[name].key is None
        assert obj.maps[name].value is None


def test_sizes_alone_give_no_classes(obj: BpfObject) -> None:
    each = obj.maps["sizes_only"]

    assert (each.key, each.value, each.key_size, each.value_size) == (None, None, 12, 40)


def test_maps_of_maps(obj: BpfObject) -> None:
    outer = obj.maps["outer"]

    assert outer.type == "BPF_MAP_TYPE_ARRAY_OF_MAPS"
    assert outer.inner is not None
    assert outer.inner.name == "outer.inner"
    assert outer.inner.max_entries == 9
    assert outer.inner.value is obj.btf.struct("value")
    assert obj.maps["outer_hash"].inner is not None
    assert obj.maps["programs"].inner is None
    assert obj.maps["by_key"].inner is None


@pytest.mark.parametrize("name", ["maps-clang19-eb", "maps-gcc12-el"])
def test_other_byte_order_and_compiler(name: str, obj: BpfObject) -> None:
    """All objects come from the same C, so their maps are the same."""
    other = load(_OBJECTS / f"{name}.o")

    assert {repr(other.maps[each]) for each in other.maps} == {
        repr(obj.maps[each]) for each in obj.maps
    }
    assert bytes(other.maps["by_key"].value(count=1))[::7] == (
        b"\0\1\0" if name.endswith("eb") else b"\1\0\0"
    )


def test_the_result_of_get_is_typed(obj: BpfObject) -> None:
    default: Literal["none"] = "none"

    assert_type(obj.maps.get("by_key"), BpfMap[Any, Any] | None)
    assert_type(obj.maps.get("by_key", None), BpfMap[Any, Any] | None)
    assert_type(obj.maps.get("by_key", default=None), BpfMap[Any, Any] | None)
    assert_type(obj.maps.get("by_ky", default=default), BpfMap[Any, Any] | Literal["none"])


@pytest.mark.parametrize("name", [0, None, b"by_key", ["by_key"]])
def test_a_key_that_is_no_string_is_not_found(obj: BpfObject, name: Any) -> None:
    with pytest.raises(TypeNotFoundError) as caught:
        obj.maps[name]

    assert str(caught.value).startswith(f"no map {name!r} in ")
    assert "; there are: inner_0, outer, by_key, " in str(caught.value)
    assert caught.value.suggestions == ()
    assert name not in obj.maps
    assert obj.maps.get(name, default=5) == 5


def test_a_mapping(obj: BpfObject) -> None:
    maps = obj.maps

    assert len(maps) == len(list(maps)) == 23
    assert "by_key" in maps
    assert "by_ky" not in maps
    assert maps["by_key"] is maps["by_key"] is maps.get("by_key")
    assert maps.get("by_ky") is None
    assert maps.get("by_ky", 5) == maps.get("by_ky", default=5) == 5
    assert dict(maps)["both"].type == "BPF_MAP_TYPE_ARRAY"
    assert repr(load(_OBJECTS / "linked.o").maps).endswith(
        "linked.o: only_in_a, in_both, only_in_b>"
    )
    assert repr(maps["both"]) == (
        "<BpfMap 'both', BPF_MAP_TYPE_ARRAY, key of 4 bytes, value of 8, 1 entries at most>"
    )


def test_a_map_that_is_not_there(obj: BpfObject) -> None:
    with pytest.raises(TypeNotFoundError) as caught:
        obj.maps["by_kye"]

    assert str(caught.value).startswith("no map 'by_kye' in ")
    assert str(caught.value).endswith("maps-clang19-el.o; did you mean 'by_key'?")
    assert caught.value.suggestions == ("by_key",)
    assert caught.value.name == "by_kye"


def test_if_no_name_is_similar_all_are_listed() -> None:
    obj: BpfObject = load(_OBJECTS / "linked.o")

    with pytest.raises(TypeNotFoundError) as caught:
        obj.maps["zzz"]

    assert str(caught.value).endswith("linked.o; there are: only_in_a, in_both, only_in_b")


def test_an_object_without_maps(tmp_path: Path) -> None:
    path = tmp_path / "none.btf"
    path.write_bytes(BtfBuilder().build())
    maps = load(path).maps

    assert list(maps) == []
    with pytest.raises(TypeNotFoundError, match=r"no map 'x' in .*none\.btf; there are none"):
        maps["x"]


def _definition(
    tmp_path: Path, *members: str, linkage: int = 1, section: str = ".maps"
) -> tuple[BpfObject, Path]:
    """The path of an object with a map ``m``, which has a member for each ``name:kind``."""
    b = BtfBuilder()
    i32 = b.int("int", 4, "signed")
    i64 = b.int("long", 8, "signed")
    number = b.ptr(b.array(i32, 7))
    inner = b.struct("inner", 8, [("type", b.ptr(b.array(i32, 1)), 0)])
    outer_values = b.array(b.ptr(inner), 0)
    kinds = {
        "number": number,
        "2": b.ptr(b.array(i32, 2)),
        "8": b.ptr(b.array(i32, 8)),
        "array_of_maps": b.ptr(b.array(i32, 12)),
        "ulong": b.enum64("", {"__unique_value1": 1 << 44}),
        "enum": b.enum("", {"__unique_value0": 9}),
        "int": b.ptr(i32),
        "long": b.ptr(i64),
        "ints": b.array(b.ptr(i32), 0),
        "maps": outer_values,
        "maps of maps": b.array(
            b.ptr(
                b.struct(
                    "outer",
                    16,
                    [("type", b.ptr(b.array(i32, 12)), 0), ("values", outer_values, 64)],
                )
            ),
            0,
        ),
        "plain": i32,
        "void": b.ptr(0),
    }
    offsets = [name.split(":") for name in members]
    size = 8 * len(members)
    struct = b.struct("", size, [(n, kinds[k], 64 * i) for i, (n, k) in enumerate(offsets)])
    b.datasec(section, size, [(b.var("m", struct, linkage), 0, size)])
    path = tmp_path / "m.o"
    symbols = [Symbol("m", section, 0, size)]
    path.write_bytes(elf({".BTF": b.build(), section: bytes(size)}, symbols))
    return load(path), path


def test_numbers_of_64_bits(tmp_path: Path) -> None:
    obj, _ = _definition(tmp_path, "type:number", "map_extra:ulong", "max_entries:enum")

    assert obj.maps["m"].type == "BPF_MAP_TYPE_STACK_TRACE"
    assert obj.maps["m"].max_entries == 9
    assert obj.maps.details("m").numbers["map_extra"] == 1 << 44


def test_equal_values_may_be_repeated(tmp_path: Path) -> None:
    obj, path = _definition(
        tmp_path, "type:2", "value_size:8", "value:long", "max_entries:2", "max_entries:2"
    )

    assert (obj.maps["m"].value_size, obj.maps["m"].max_entries) == (8, 2)
    assert libbpf.opened(path).maps[0].value_size == 8


@pytest.mark.parametrize(
    ("members", "why"),
    [
        (["type:plain"], "member 'type' is not a pointer to an array"),
        (["type:int"], "member 'type' is not a pointer to an array"),
        (["type:number", "key:plain"], "member 'key' is not a pointer"),
        (["type:2", "value:void"], "bad type of value: [0] VOID 'void' has no size"),
        (
            ["max_entries:number", "key:int"],
            "the type is missing; add __uint(type, BPF_MAP_TYPE_...)",
        ),
        (["type:2", "key_size:8", "key:int"], "key_size has two values, 8 and 4"),
        (["type:2", "value:int", "value_size:8"], "value_size has two values, 4 and 8"),
        (
            ["type:2", "max_entires:2"],
            "unknown member 'max_entires'; did you mean 'max_entries'?",
        ),
        (["type:2", "zzz:int"], "unknown member 'zzz'"),
        (
            ["type:2", "values:maps"],
            "only maps of maps or programs have 'values', not BPF_MAP_TYPE_ARRAY",
        ),
        (
            ["values:maps", "type:array_of_maps"],
            "only maps of maps or programs have 'values', not BPF_MAP_TYPE_UNSPEC",
        ),
        (
            ["type:array_of_maps", "value:long", "values:maps"],
            "value_size has two values, 8 and 4",
        ),
        (
            ["type:array_of_maps", "values:ints"],
            "'values' is not an array of pointers to map definitions",
        ),
    ],
)
def test_definitions_that_libbpf_refuses(tmp_path: Path, members: list[str], why: str) -> None:
    obj, path = _definition(tmp_path, *members)

    assert list(obj.maps) == ["m"]
    with pytest.raises(BtfFormatError) as caught:
        obj.maps["m"]
    assert re.fullmatch(
        rf"map 'm': {re.escape(why)}, in \[\d+\] STRUCT \(anon\)", str(caught.value)
    )
    assert not libbpf.opens(path)


def test_maps_of_maps_of_maps_are_refused(tmp_path: Path) -> None:
    obj, path = _definition(tmp_path, "type:array_of_maps", "values:maps of maps")

    with pytest.raises(BtfFormatError, match=r"^map 'm\.inner': maps of maps of maps are not"):
        obj.maps["m"]
    assert not libbpf.opens(path)


@pytest.mark.parametrize(("linkage", "why"), [(0, "is static, .*"), (2, "is extern; use .*")])
def test_maps_that_are_not_global(tmp_path: Path, linkage: int, why: str) -> None:
    obj, path = _definition(tmp_path, "type:2", linkage=linkage)

    with pytest.raises(BtfFormatError, match=rf"^map 'm' {why}, in \[\d+\] VAR 'm'$"):
        obj.maps["m"]
    assert not libbpf.opens(path)


def test_maps_of_the_old_kind(tmp_path: Path) -> None:
    obj, path = _definition(tmp_path, "type:2", section="maps")

    with pytest.raises(TypeNotFoundError) as caught:
        obj.maps["m"]
    assert str(caught.value) == (
        f"no map 'm' in {path}; it is in section 'maps', which holds maps that libbpf 1.0 refuses,"
        " because struct bpf_map_def gives them no types; define them in '.maps'"
    )
    assert not libbpf.opens(path)


def test_a_map_that_is_no_struct(tmp_path: Path) -> None:
    b = BtfBuilder()
    b.datasec(".maps", 0, [(b.var("m", b.int("int", 4)), 0, 4)])
    path = tmp_path / "m.btf"
    path.write_bytes(b.build())

    with pytest.raises(BtfFormatError, match=r"map 'm' is not a struct, in \[1\] INT"):
        load(path).maps["m"]


@pytest.mark.parametrize("name", ["PERF_EVENT_ARRAY", "RINGBUF", "USER_RINGBUF", "HASH"])
def test_buffers_have_neither_keys_nor_values(name: str) -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    number = b.ptr(b.array(u32, MAP_TYPES.index(f"BPF_MAP_TYPE_{name}")))
    pointer = b.ptr(u32)
    members = [("type", number, 0), ("key", pointer, 64), ("value", pointer, 128)]
    var = b.var("m", b.struct("", 24, members))
    b.datasec(".maps", 24, [(var, 0, 24)])
    data = elf({".BTF": b.build(), ".maps": bytes(24)}, [Symbol("m", ".maps", 0, 24)])

    found = load(data).maps["m"]

    assert (found.key is None, found.value is None) == ((name != "HASH"), (name != "HASH"))
