"""``btf-layout diff`` as a guard: what it reports, its exit codes and its JSON."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from btf_typing._commands.btf_layout import main
from tests.builder import BtfBuilder, Order
from tests.elf_builder import Symbol, elf


class _Source(NamedTuple):
    """What the object of a test holds; each test changes one part.

    Attributes:
        order: its byte order.
        types: names of structs with one u32.
        alias: size in bytes of the integer that ``alias_t`` stands for.
        key: size in bytes of the key of the map ``counts``.
        value: size in bytes of its value, an array of bytes.
        map_type: number of its type; None if there is no map.
        globals: offset and size in bytes of each variable in ``.bss``.
        programs: section of each program.
    """

    order: Order = "<"
    types: tuple[str, ...] = ("event",)
    alias: int = 4
    key: int = 4
    value: int = 40
    map_type: int | None = 1
    globals: Mapping[str, tuple[int, int]] = {"first": (0, 4), "second": (8, 8)}
    programs: Mapping[str, str] = {"run": "xdp"}


def _object(path: Path, source: _Source) -> str:
    b = BtfBuilder(source.order)
    integers = {size: b.int(f"u{8 * size}", size) for size in (1, 2, 4, 8)}
    for name in source.types:
        b.struct(name, 4, [("x", integers[4], 0)])
    b.typedef("alias_t", integers[source.alias])
    sections: dict[str, bytes | int] = {"": b""}
    symbols = []
    if source.map_type is not None:
        b.datasec(".maps", 24, [(_map(b, integers, source), 0, 24)])
        sections[".maps"] = bytes(24)
        symbols.append(Symbol("counts", ".maps", 0, 24))
    variables = []
    for name, (offset, size) in source.globals.items():
        variables.append((b.var(name, integers[size]), offset, size))
        symbols.append(Symbol(name, ".bss", offset, size))
    b.datasec(".bss", 32, variables)
    sections[".bss"] = 32
    for name, section in source.programs.items():
        b.func(name, b.func_proto(integers[4]))
        sections[section] = bytes(8)
        symbols.append(Symbol(name, section, 0, 8, kind=2))
    sections[".BTF"] = b.build()
    code = set(source.programs.values())
    path.write_bytes(elf(sections, symbols, order=source.order, executable=code))
    return str(path)


def _map(b: BtfBuilder, integers: dict[int, int], source: _Source) -> int:
    """The variable ``counts``; ``__uint(type, 1)`` is ``int (*type)[1]``."""
    number = b.ptr(b.array(integers[4], source.map_type or 0))
    key = b.ptr(integers[source.key])
    value = b.ptr(b.array(integers[1], source.value))
    members = [("type", number, 0), ("key", key, 64), ("value", value, 128)]
    return b.var("counts", b.struct("", 24, members))


_OLD = _Source()


@pytest.mark.parametrize(
    ("new", "text"),
    [
        (_Source(types=("event2",)), "struct event: gone\nstruct event2: new\n"),
        (_Source(types=()), "struct event: gone\n"),
        (
            _Source(alias=8),
            "typedef alias_t:\n    type: u32, 4 bytes -> u64, 8 bytes\n",
        ),
        (_Source(key=8), "map counts:\n    key: u32, 4 bytes -> u64, 8 bytes\n"),
        (_Source(value=8), "map counts:\n    value: u8[40], 40 bytes -> u8[8], 8 bytes\n"),
        (
            _Source(map_type=9),
            "map counts:\n    type: BPF_MAP_TYPE_HASH -> BPF_MAP_TYPE_LRU_HASH\n",
        ),
        (_Source(map_type=None), "map counts: gone\n"),
        (
            _Source(globals={"first": (0, 4), "second": (16, 8)}),
            "section .bss:\n    second: u64 at 8 -> u64 at 16\n",
        ),
        (
            _Source(globals={"first": (0, 8), "second": (8, 8)}),
            "section .bss:\n    first: u32 at 0 -> u64 at 0\n",
        ),
        (_Source(globals={"first": (0, 4)}), "section .bss:\n  - second: u64 at 8\n"),
        (_Source(programs={}), "program run: gone\n"),
        (
            _Source(programs={"run": "tc"}),
            (
                "program run:\n    section: xdp -> tc\n"
                "    type: BPF_PROG_TYPE_XDP -> BPF_PROG_TYPE_SCHED_CLS\n"
                "  - attach type: BPF_XDP\n"
            ),
        ),
        (_Source(order=">"), "object:\n  byte order: little-endian -> big-endian\n"),
    ],
)
def test_what_breaks_programs_is_reported_and_fails(
    new: _Source, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, later = _object(tmp_path / "old.o", _OLD), _object(tmp_path / "new.o", new)

    assert main(["diff", old, later]) == 1

    assert capsys.readouterr().out == text


@pytest.mark.parametrize(
    ("new", "text"),
    [
        (_OLD, ""),
        (_Source(types=("event", "other")), "struct other: new\n"),
        (
            _Source(globals={**_OLD.globals, "third": (16, 4)}),
            "section .bss:\n  + third: u32 at 16\n",
        ),
        (_Source(programs={"run": "xdp", "more": "tc"}), "program more: new\n"),
    ],
)
def test_new_things_are_listed_and_do_not_fail(
    new: _Source, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, later = _object(tmp_path / "old.o", _OLD), _object(tmp_path / "new.o", new)

    assert main(["diff", old, later]) == 0

    assert capsys.readouterr().out == text


def _json(old: str, new: str, code: int, capsys: pytest.CaptureFixture[str]) -> Any:
    assert main(["diff", old, new, "--format", "json"]) == code
    return json.loads(capsys.readouterr().out)


def _alone(name: str, status: str, *, breaks: bool) -> dict[str, Any]:
    """A struct that only one build has, in JSON."""
    return {
        "kind": "struct",
        "name": name,
        "status": status,
        "breaks": breaks,
        "differences": [],
    }


def test_json_has_the_same_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = _object(tmp_path / "old.o", _OLD)
    new = _object(tmp_path / "new.o", _Source(types=("other",), key=8))

    assert _json(old, new, 1, capsys) == {
        "old": old,
        "new": new,
        "breaks": True,
        "changes": [
            _alone("event", "gone", breaks=True),
            _alone("other", "new", breaks=False),
            {
                "kind": "map",
                "name": "counts",
                "status": "changed",
                "breaks": True,
                "differences": [
                    {
                        "name": "key",
                        "status": "changed",
                        "old": "u32, 4 bytes",
                        "new": "u64, 8 bytes",
                    }
                ],
            },
        ],
    }
    assert _json(old, old, 0, capsys) == {"old": old, "new": old, "breaks": False, "changes": []}


def test_names_select_maps_sections_and_programs_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = _object(tmp_path / "old.o", _OLD)
    new = _object(tmp_path / "new.o", _Source(key=8, value=8, programs={}, types=()))

    assert main(["diff", old, new, "alias_t", ".bss"]) == 0
    assert main(["diff", old, new, "run"]) == 1
    assert main(["diff", old, new, "count*"]) == 1

    assert capsys.readouterr().out == (
        "program run: gone\n"
        "map counts:\n"
        "    key: u32, 4 bytes -> u64, 8 bytes\n"
        "    value: u8[40], 40 bytes -> u8[8], 8 bytes\n"
    )


def _with_forward_member(path: Path, *, size: int = 4) -> str:
    """A struct that holds a struct by value that this file only declares."""
    b = BtfBuilder()
    b.struct("odd", size, [("x", b.fwd("elsewhere"), 0)])
    path.write_bytes(b.build())
    return str(path)


def test_a_type_without_a_layout_is_no_change_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = _with_forward_member(tmp_path / "old.btf")
    new = _with_forward_member(tmp_path / "new.btf", size=8)

    assert main(["diff", old, old]) == 0
    assert main(["diff", old, new]) == 1

    out = capsys.readouterr().out
    assert out.startswith("struct odd:\n  layout: cannot be compared: [2] STRUCT 'odd'")


def test_files_that_repeat_members_are_compared_in_little_memory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def build(name: str, kind: int) -> str:
        b = BtfBuilder()
        u8 = b.int("u8", 1)
        inner = b.struct("", 2000, [(f"f{i}", u8, 8 * i) for i in range(2000)])
        for number in range(1000):
            b.struct(f"s{number}", 2000 + kind * (number == 999), [("", inner, 0)])
        path = tmp_path / name
        path.write_bytes(b.build())
        return str(path)

    assert main(["diff", build("old", 0), build("same", 0)]) == 0
    assert main(["diff", build("old", 0), build("new", 1)]) == 1
    assert "struct s999:\n  layout: cannot be compared" in capsys.readouterr().out


def _with_atomic(path: Path, start: int | None) -> str:
    """Two structs, one inside the other, whose member ``count`` is a void, as for ``_Atomic``."""
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    atomic: list[tuple[str, int, int]] = [] if start is None else [("count", 0, 8 * start)]
    inner = b.struct("inner", 16, [("x", u32, 0), *atomic])
    b.struct("outer", 16, [("inner", inner, 0)])
    path.write_bytes(b.build())
    return str(path)


def test_members_that_no_field_can_read_are_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = _with_atomic(tmp_path / "old.o", 4)
    changes = {
        8: "    count: unreadable at 4 -> unreadable at 8",
        None: "  - count: unreadable at 4",
    }
    for start, change in changes.items():
        assert main(["diff", old, _with_atomic(tmp_path / "new.o", start)]) == 1
        assert capsys.readouterr().out == (
            f"struct inner:\n{change}\nstruct outer:\n    inner: changed inside\n"
        )
    assert main(["diff", old, _with_atomic(tmp_path / "new.o", 4)]) == 0


def test_a_name_of_another_kind_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = _with_forward_member(tmp_path / "old.btf")
    b = BtfBuilder()
    b.int("u32", 4)
    (tmp_path / "new.btf").write_bytes(b.build())
    assert main(["diff", str(tmp_path / "new.btf"), old, "u32"]) == 1
    assert "'u32' is of kind INT, but diff compares structs" in capsys.readouterr().err
