"""Small files that describe huge types: output and memory grow with the file, not with the types.

The files are smaller than those that took the old code minutes, so that a failure is an assertion.
"""

import ast
import ctypes
import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from btf_typing import BpfObject, Btf, LayoutError, load
from btf_typing._commands import btf_layout
from btf_typing._layout.layout import Layouts
from btf_typing._layout.repetition import RepetitionLimit
from btf_typing._stubs import render
from btf_typing._stubs.selection import Selection
from tests.builder import BtfBuilder

_FIELDS, _SHARERS = 1000, 600
_DIMENSIONS = 60
_LEVELS = 12


def _shared_nameless_struct() -> bytes:
    """600 structs that contain one struct of 1,000 members without a name: 600,000 fields."""
    b = BtfBuilder()
    u8 = b.int("u8", 1)
    inner = b.struct("", _FIELDS, [(f"f{i}", u8, 8 * i) for i in range(_FIELDS)])
    for number in range(_SHARERS):
        b.struct(f"s{number}", _FIELDS, [("", inner, 0)])
    return b.build()


def _many_dimensions() -> bytes:
    """100 fields of ``u8 f[1][1]...`` with 60 dimensions."""
    b = BtfBuilder()
    type_ = b.int("u8", 1)
    for _ in range(_DIMENSIONS):
        type_ = b.array(type_, 1)
    b.struct("s", 100, [(f"f{i}", type_, 8 * i) for i in range(100)])
    return b.build()


def _deep_nesting() -> bytes:
    """Twelve levels of nameless unions of two, in 60 structs: half a million lines of C."""
    b = BtfBuilder()
    type_ = b.struct("", 1, [("x", b.int("u8", 1), 0)])
    for _ in range(_LEVELS):
        type_ = b.union("", 1, [("a", type_, 0), ("b", type_, 0)])
    for number in range(60):
        b.struct(f"s{number}", 1, [("a", type_, 0)])
    return b.build()


_BOMBS = pytest.mark.parametrize(
    "make",
    [_shared_nameless_struct, _many_dimensions, _deep_nesting],
    ids=["shared", "dimensions", "nested"],
)


def _loaded(make: Callable[[], bytes], directory: Path) -> tuple[BpfObject, int]:
    """The object, and its size in bytes."""
    path = directory / "bomb.btf"
    path.write_bytes(make())
    return load(path), path.stat().st_size


@_BOMBS
@pytest.mark.parametrize("live", [False, True])
def test_a_stub_is_small(make: Callable[[], bytes], live: bool, tmp_path: Path) -> None:
    obj, size = _loaded(make, tmp_path)

    selection = Selection(live=live)
    text = render.stub_text(obj, object_path_as_shown="bomb.btf", selection=selection)

    ast.parse(text)
    assert len(text) < 2_000_000 + 40 * size


@_BOMBS
def test_a_module_is_small_and_its_classes_are_those_of_the_stub(
    make: Callable[[], bytes], tmp_path: Path
) -> None:
    obj, size = _loaded(make, tmp_path)

    text = render.module_text(obj, object_path_as_shown="bomb.btf")

    assert len(text) < 2_000_000 + 40 * size
    module = ModuleType("bomb")
    exec(compile(text, "bomb.py", "exec"), vars(module))  # noqa: S102
    classes: dict[str, Any] = dict(inspect.getmembers(module, inspect.isclass))
    for name in obj.btf.names("STRUCT"):
        if name in classes:
            assert ctypes.sizeof(classes[name]) == obj.btf.type(name).size


@_BOMBS
def test_the_layouts_are_few_lines(
    make: Callable[[], bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    obj, size = _loaded(make, tmp_path)

    assert btf_layout.main(["show", str(obj.path)]) == 0

    assert capsys.readouterr().out.count("\n") < 20_000 + size


@_BOMBS
def test_every_class_is_whole_or_refused(make: Callable[[], bytes], tmp_path: Path) -> None:
    obj, size = _loaded(make, tmp_path)
    for name in obj.btf.names("STRUCT")[:10]:
        try:
            made: Any = obj.btf.struct(name)
        except LayoutError:
            continue
        obj.btf.validate_struct(name, made)
        assert len(repr(made())) < 2_000_000
        assert size < 100_000


def test_a_stub_names_the_types_that_it_leaves_out(tmp_path: Path) -> None:
    obj, _ = _loaded(_shared_nameless_struct, tmp_path)

    text = render.stub_text(obj, object_path_as_shown="bomb.btf")
    one = Selection(types=("s599",))
    selected = render.stub_text(obj, object_path_as_shown="bomb.btf", selection=one)

    assert "class s0(Struct):" in text
    assert "class s599(Struct):" not in text
    assert "# No class for struct s599: STRUCT 's599' is left out: the types of this file" in text
    assert "class s599(Struct):" in selected
    assert "f999: _CField" in selected


def test_arrays_of_many_dimensions_are_spelt_once(tmp_path: Path) -> None:
    b = BtfBuilder()
    type_ = b.int("u8", 1)
    for _ in range(6):
        type_ = b.array(type_, 2)
    b.struct("s", 128, [("_array", type_, 0), ("again", type_, 512)])
    path = tmp_path / "six.btf"
    path.write_bytes(b.build())

    text = render.stub_text(load(path), object_path_as_shown="six.btf")

    # A field is called _array, so the aliases are not.
    assert text.count("_array___4: TypeAlias = ctypes.Array[") == 1
    assert "_array: TypeAlias" not in text
    annotations = {
        node.target.id: ast.unparse(node.annotation)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    assert annotations["_array"] == annotations["again"]
    assert annotations["again"] == "_NestedField[_array___4, _array___2, _array___3]"


def test_members_of_a_nameless_struct_are_written_for_each_of_a_few_structs() -> None:
    b = BtfBuilder()
    inner = b.struct("", 4, [("x", b.int("u32", 4), 0)])
    outer = b.struct("outer", 12, [("a", inner, 0), ("b", inner, 32), ("", inner, 64)])

    text = Btf.from_bytes(b.build()).type(outer).c_declaration

    assert text.count("u32 x;") == 3
    assert "{...}" not in text


def test_a_type_without_a_layout_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    b = BtfBuilder()
    u8 = b.int("u8", 1)
    inner = b.struct("in", 5, [*((f"f{i}", u8, 8 * i) for i in range(4)), ("bad", b.fwd("x"), 32)])
    for number in range(50):
        b.struct(f"s{number}", 5, [("in", inner, 0)])
    btf = Btf.from_bytes(b.build())
    computed: list[int] = []
    compute = btf.layouts._compute

    def counted(type_: Any, depth: int) -> Any:
        computed.append(type_.id)
        return compute(type_, depth)

    monkeypatch.setattr(btf.layouts, "_compute", counted)
    messages = []
    for number in range(50):
        with pytest.raises(LayoutError) as raised:
            btf.struct(f"s{number}")
        messages.append(str(raised.value))

    assert computed.count(inner) == 1
    assert set(messages) == {
        "[3] STRUCT 'in': member 'bad': [2] FWD 'x' has no size, so no value of it can exist"
    }


def test_a_failure_inside_a_deep_type_is_not_one_of_a_shallow_use() -> None:
    b = BtfBuilder()
    b.int("u8", 1)
    for number in range(100):
        b.struct(f"s{number}", 1, [("in", b.next_id - 1, 0)])
    btf = Btf.from_bytes(b.build())

    with pytest.raises(LayoutError, match="nests deeper than 64 levels"):
        btf.struct("s99")

    assert ctypes.sizeof(btf.struct("s63")) == 1
    with pytest.raises(LayoutError):
        btf.struct("s64")


def test_a_struct_of_too_many_parts_does_not_need_the_layouts_of_all() -> None:
    b = BtfBuilder()
    u8 = b.int("u8", 1)
    big = [
        b.struct(f"big{i}", 1 << 16, [(f"f{j}", u8, 8 * j) for j in range(60_000)])
        for i in range(8)
    ]
    outer = b.struct("outer", 8 << 16, [(f"m{i}", one, i << 19) for i, one in enumerate(big)])
    btf = Btf.from_bytes(b.build())

    with pytest.raises(LayoutError, match="members or more in all; at most 131072"):
        btf.struct(outer)

    assert len(btf.layouts._known) < 6


def test_the_limit_counts_copies_and_parts_once() -> None:
    b = BtfBuilder()
    u8 = b.int("u8", 1)
    inner = b.struct("", 100, [(f"f{i}", u8, 8 * i) for i in range(100)])
    b.struct("outer", 100, [("", inner, 0)])
    table = Btf.from_bytes(b.build()).table
    limit = RepetitionLimit(table)
    layouts = Layouts(table, limit)
    before = limit._room

    for _ in range(3):
        layout = layouts.aggregate(b.next_id - 1)
        layouts.release(layout)
        assert len(layout.fields) == 100

    # The outer struct has 99 more fields than members, and 100 parts besides its one member.
    assert before - limit._room == 4 * 99 + 100


def test_long_names_that_share_their_bytes_are_written_for_a_few_types(tmp_path: Path) -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    names = [b.string("n" * 4000) + shift for shift in range(60)]
    for number in range(40):
        b.struct(f"s{number}", 240, [(name, u32, 32 * i) for i, name in enumerate(names)])
    obj, size = _loaded(b.build, tmp_path)

    text = render.stub_text(obj, object_path_as_shown="x.o")

    assert "class s0(Struct):" in text
    assert "is left out: the types of this file" in text
    assert len(text) < 200 * size


def test_long_names_of_enums_are_written_for_a_few_structs(tmp_path: Path) -> None:
    b = BtfBuilder()
    shared = b.string("E" * 4000)
    enums = [b.enum(shared + 4 * i, [(f"V{i}", i)]) for i in range(60)]
    for number in range(100):
        members = [(f"f{i}", enum, 32 * i) for i, enum in enumerate(enums)]
        b.struct(f"s{number}", 240, members)
    obj, size = _loaded(b.build, tmp_path)

    text = render.stub_text(obj, object_path_as_shown="x.o")

    assert "class s99(Struct" in text
    assert len(text) < 40 * size


def test_long_names_of_enumerators_are_written_for_a_few_enums(tmp_path: Path) -> None:
    b = BtfBuilder()
    shared = b.string("E" * 4000)
    for number in range(100):
        b.enum(f"e{number}", [(shared + i, i) for i in range(60)])
    obj, size = _loaded(b.build, tmp_path)

    text = render.stub_text(obj, object_path_as_shown="x.o")

    assert "class e0(IntEnum)" in text
    assert "# No class for enum e99: ENUM 'e99' is left out" in text
    assert len(text) < 200 * size
