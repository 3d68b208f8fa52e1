"""The declarations of enum values in stubs."""

from pathlib import Path

from btf_typing import load
from btf_typing._stubs import render
from btf_typing._stubs.selection import Selection
from tests.handwritten import Types


def _stub(tmp_path: Path, *patterns: str) -> str:
    b = Types()
    kind, state = b.enum("kind", {"A": 1}), b.enum("state", {"B": 1})
    rows = b.array(b.array(state, 2), 3)
    event = b.struct("event", 8, [("kind", kind, 0), ("flags", kind, 32, 4)])
    event_t = b.typedef("event_t", b.const(event))
    choice = b.union("", 8, [("event", event, 0), ("number", b.u64, 0)])
    b.struct("outer", 24, [("", choice, 0), ("named", choice, 64), ("plain", b.u32, 128)])
    b.struct("pair", 48, [("one", event_t, 0), ("rows", b.array(b.array(event_t, 2), 2), 64)])
    b.struct("several", 32, [("kind", kind, 0), ("rows", rows, 64)])
    b.struct("_event_values", 4, [("pid", b.u32, 0)])
    b.struct("list", 4, [("kinds", b.array(kind, 1), 0)])
    b.struct("plain", 4, [("pid", b.u32, 0)])
    path = tmp_path / "types.btf"
    path.write_bytes(b.build())
    return render.stub_text(
        load(path), object_path_as_shown="types.btf", selection=Selection(patterns)
    )


def test_values_have_the_types_of_their_enums(tmp_path: Path) -> None:
    text = _stub(tmp_path)

    assert "class event(Struct, _HasEnums[_event_values___2]):\n" in text
    literal = 'Literal["kind", "flags"]'
    assert f"_event_values___2: TypeAlias = _EnumValues[{literal}, kind | int]\n" in text
    assert "class _event_values(Struct):\n" in text  # a C type with our name keeps it
    assert '_list_values: TypeAlias = _EnumValues[Literal["kinds"], _List[kind | int]]\n' in text
    assert "class plain(Struct):\n" in text
    assert (
        "class _several_values(_Values):\n"
        "    @overload\n"
        '    def __getitem__(self, key: Literal["kind"], /) -> kind | int: ...\n'
        "    @overload\n"
        '    def __getitem__(self, key: Literal["rows"], /) -> _List[_List[state | int]]: ...\n'
        "    @overload\n"
        "    def __getitem__(self, key: str, /) -> Any: ...\n"
    ) in text


def test_structs_share_the_declarations_of_the_structs_inside_them(tmp_path: Path) -> None:
    text = _stub(tmp_path)

    inner = "_event_values___2"
    assert text.count(f"{inner}: TypeAlias") == 1
    assert f'_outer_named_values: TypeAlias = _EnumValues[Literal["event"], {inner}]\n' in text
    assert (
        "class _outer_values(_Values):\n"
        "    @overload\n"
        f'    def __getitem__(self, key: Literal["event"], /) -> {inner}: ...\n'
        "    @overload\n"
        '    def __getitem__(self, key: Literal["named"], /) -> _outer_named_values: ...\n'
        "    @overload\n"
        "    def __getitem__(self, key: str, /) -> Any: ...\n"
    ) in text
    assert f'Literal["one"], /) -> {inner}: ...\n' in text
    assert f") -> _List[_List[{inner}]]: ...\n" in text  # the line with the key is too long


def test_stubs_without_enums_have_no_declarations(tmp_path: Path) -> None:
    text = _stub(tmp_path, "plain")

    assert "class plain(Struct):\n" in text
    assert "asdict" not in text
    assert "_HasEnums" not in text
