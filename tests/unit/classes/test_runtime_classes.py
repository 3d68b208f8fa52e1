"""Classes of ``btf-stubs --runtime`` modules compared with the live classes of the same objects."""

import copy
import ctypes
import io
import pickle
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from btf_typing import (
    Btf,
    BtfDataError,
    LayoutError,
    asdict,
    columns,
    dtype,
    dump,
    from_record,
    load,
)
from btf_typing._stubs import render
from btf_typing.bpf_object import BpfObject
from tests.builder import BtfBuilder, Order
from tests.fuzz.strategies import Program, orders, programs, run
from tests.handwritten import Types

_ROOT = Path(__file__).parents[3]
_OBJECTS = sorted(
    str(path.relative_to(_ROOT))
    for folder in ("tests/objects", "examples")
    for path in (_ROOT / folder).glob("**/*.o")
)


def _module(obj: BpfObject[Any], name: str = "generated_bpf") -> ModuleType:
    """The module that ``btf-stubs --runtime`` writes for *obj*."""
    module = ModuleType(name)
    exec(render.module_text(obj, object_path_as_shown="x.o"), vars(module))  # noqa: S102  # it is ours
    return module


def _pairs(obj: BpfObject[Any], module: ModuleType) -> Iterator[tuple[Any, Any]]:
    """The live class and the class of the module for each struct and union with a name."""
    for kind, get in (("struct", obj.btf.struct), ("union", obj.btf.union)):
        for name in obj.btf.names(kind):
            made = vars(module).get(name)
            if made is not None and made.__doc__.startswith(kind):
                yield get(name), made


def _dumped(instance: Any) -> str:
    out = io.StringIO()
    dump(instance, hexdump=True, file=out)
    return out.getvalue()


def _result(function: Any, *arguments: Any) -> Any:
    """The result of a call, or the type and text of the error that it raises."""
    try:
        return function(*arguments)
    except (TypeError, LayoutError) as error:
        return type(error), str(error)


def _assert_same(live: Any, made: Any) -> None:
    """Compare what each function returns for two classes of one struct or union."""
    size = ctypes.sizeof(live)
    data = random.Random(size).randbytes(3 * size)  # noqa: S311
    for start in range(0, 3 * size, size or 1):
        record = data[start : start + size]
        assert _dumped(made.from_buffer_copy(record)) == _dumped(live.from_buffer_copy(record))
    assert _dumped(made.from_buffer_copy(bytes(size))) == _dumped(live())
    assert _result(dtype, made) == _result(dtype, live)
    if size:
        _assert_same_columns(columns(made, data), columns(live, data))
    tail = random.Random(1).randbytes(40)  # noqa: S311
    found, expected = (
        _result(from_record, made, data + tail),
        _result(from_record, live, data + tail),
    )
    if isinstance(expected, tuple):
        assert found == expected
    else:
        assert asdict(found) == asdict(expected)
        assert _dumped(found) == _dumped(expected)


def _assert_same_columns(found: dict[str, Any], expected: dict[str, Any]) -> None:
    assert [*found] == [*expected]
    for name, column in expected.items():
        assert found[name].dtype == column.dtype, name
        assert found[name].tobytes() == column.tobytes() or (found[name] == column).all(), name


@pytest.mark.parametrize("path", _OBJECTS)
def test_the_classes_of_a_module_answer_as_the_live_classes(path: str) -> None:
    obj = load(str(_ROOT / path))
    if obj.btf.byteorder != sys.byteorder:
        pass
    for live, made in _pairs(obj, _module(obj)):
        _assert_same(live, made)


def _odd(order: Order = "<") -> BpfObject[Any]:
    """Fields of every kind that ctypes cannot place, and of every kind of record_methods."""
    b = Types(order)
    kind = b.enum("kind", {"NONE": 0, "SOME": 1, "ALSO_SOME": 1, "class": 2})
    signed = b.enum("", [("MINUS", -1)], signed=True)
    point = b.struct("point", 4, [("x", b.u16, 0), ("y", b.u16, 16)])
    low = b.struct("", 4, [("low", b.u32, 0, 3), ("yes", b.bool, 3, 1), ("bits", b.i32, 4, 28)])
    either = b.union("", 4, [("whole", b.u32, 0), ("", low, 0), ("bytes", b.array(b.u8, 4), 0)])
    b.struct("event", 12, [("kind", kind, 0), ("", either, 32), ("other", signed, 64)])
    b.struct(
        "bits",
        48,
        [
            ("flags", b.u32, 0, 8),
            ("few", kind, 8, 4),
            ("sign", b.i16, 12, 4),
            ("on", b.bool, 16, 1),
            ("over", b.u64, 17, 40),
            ("whole", b.u32, 64, 32),
            ("wide", b.i128, 128, 100),
            ("top", b.i128, 228, 28),
            ("octets", b.i128, 256, 104),
        ],
    )
    b.struct("three", 3, [("all", b.u32, 0, 24)])
    b.struct("small", 3, [("yes", b.bool, 0, 1), ("value", b.i32, 1, 20)])
    int24 = b.int("_BitInt", 3, "signed")
    b.struct("int24", 7, [("value", int24, 0), ("b", b.u8, 24), ("c", int24, 32)])
    b.struct(
        "values",
        160,
        [
            ("wide", b.i128, 0),
            ("wides", b.array(b.array(b.i128, 2), 2), 128),
            ("kinds", b.array(kind, 3), 640),
            ("points", b.array(point, 2), 736),
            ("lines", b.array(b.array(b.char, 4), 2), 800),
            ("ratio", b.f64, 896),
            ("next", b.pointer, 960),
            ("half", b.float("_Float16", 2), 1024),
            ("small", b.f32, 1056),
            ("letter", b.char, 1088),
            ("no", b.bool, 1096),
            ("cookie", b.u64, 1152),
        ],
    )
    # Compilers do not write fields that overlap, but BTF can contain them.
    b.struct(
        "overlap", 8, [("a", b.u32, 0), ("b", b.u16, 16), ("c", b.u32, 8, 24), ("d", point, 16)]
    )
    b.struct("names", 4, [("class", b.u8, 0), ("__flags", b.u16, 16)])
    b.struct("line", 5, [("n", b.u32, 0), ("len", b.u8, 32), ("data", b.array(point, 0), 40)])
    both = b.union("", 0, [("raw", b.array(b.char, 0), 0), ("points", b.array(point, 0), 0)])
    b.struct("both", 4, [("n", b.u32, 0), ("", both, 32)])
    return BpfObject("x.o", b.btf())


_ODD = 11


@pytest.mark.parametrize("order", ["<", ">"])
def test_fields_that_ctypes_cannot_place(order: Order) -> None:
    obj = _odd(order)
    pairs = [*_pairs(obj, _module(obj))]
    assert len(pairs) == _ODD
    for live, made in pairs:
        _assert_same(live, made)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60, deadline=None)
@given(programs(), orders)
def test_random_structs(program: Program, order: Order) -> None:
    obj = BpfObject("x.o", Btf.from_bytes(run(program, BtfBuilder(order)).build()))
    for live, made in _pairs(obj, _module(obj)):
        _assert_same(live, made)


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module of `_odd`, which pickle can import."""
    made = _module(_odd())
    monkeypatch.setitem(sys.modules, made.__name__, made)
    return made


def test_a_record_with_its_array_can_be_copied_and_pickled(module: ModuleType) -> None:
    record = b"\7\0\0\0\2" + bytes(range(12))
    line = from_record(module.line, record, count="len")

    assert isinstance(line, module.line)
    assert repr(line) == "line(n=7, len=2, data=[point(x=256, y=770), point(x=1284, y=1798)])"
    assert ctypes.sizeof(module.line) == 5
    pickled = pickle.loads(pickle.dumps(line))  # noqa: S301
    for again in (copy.copy(line), copy.deepcopy(line), pickled):
        assert type(again) is type(line)
        assert again == line
        assert bytes(again) == record
        assert len(again.data) == 2
        assert again.data[1].y == 0x0706


def test_a_wrong_count_is_an_error(module: ModuleType) -> None:
    with pytest.raises(AttributeError, match=r"line has no field 'lenn'; did you mean 'len'\?"):
        from_record(module.line, bytes(9), count="lenn")
    with pytest.raises(AttributeError, match="'n' is int, not a struct"):
        from_record(module.line, bytes(9), count="n.x")
    with pytest.raises(BtfDataError, match="len is 3, but the record of 9 bytes has room for 1"):
        from_record(module.line, b"\0\0\0\0\3\0\0\0\0", count="len")


def test_a_subclass_with_fields_of_its_own(module: ModuleType) -> None:
    class Mine(module.point):  # type: ignore[misc,name-defined]
        _fields_ = (("z", ctypes.c_uint32),)

    assert _dumped(Mine(x=1, y=2, z=3)).splitlines()[:4] == [
        "Mine, 8 bytes",
        "  x  1",
        "  y  2",
        "  z  3",
    ]
    for function in (dtype, lambda cls: columns(cls, bytes(8))):
        with pytest.raises(TypeError, match="Mine adds fields that the C type does not have"):
            function(Mine)

    class Plain(module.point):  # type: ignore[misc,name-defined]
        """A subclass with methods only."""

    assert dtype(Plain) == dtype(module.point)


def test_a_class_that_only_looks_like_one_of_ours_is_refused() -> None:
    class Foreign(ctypes.Structure):
        _fields_ = (("x", ctypes.c_int),)

    for call in (dump, lambda one: dtype(type(one)), lambda one: columns(type(one), b"")):
        with pytest.raises(TypeError, match=r"^Foreign was not made by btf_typing$"):
            call(Foreign())


def test_an_enum_without_a_class_in_the_module_is_a_number(module: ModuleType) -> None:
    kinds = vars(module.event)["_<kinds>"]
    assert "kind   SOME (1)" in _dumped(module.event(kind=1))

    other = _module(_odd())
    vars(other.event)["_<kinds>"].update(kind=None)

    assert isinstance(kinds["kind"](1), int)
    assert "kind   1\n" in _dumped(other.event(kind=1))
