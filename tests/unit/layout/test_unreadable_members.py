"""Members and globals that the BTF does not describe do not cost their struct or section."""

import copy
import ctypes
import subprocess
import sys
import tracemalloc
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from btf_typing import BpfObject, Btf, LayoutError, TypeNotFoundError, asdict, dtype, load
from btf_typing._stubs import render
from tests.builder import BtfBuilder
from tests.elf_builder import Symbol, elf
from tests.handwritten import Types, differences, mine
from tests.paths import ROOT

_ATOMIC = (
    r"cannot be read: its type in the BTF is void, which clang writes for _Atomic types; declare it"
    r" without _Atomic"
)


def _load(name: str) -> BpfObject:
    """An object of ``tests/objects``, of a type that hides from mypy which one it is."""
    return load(ROOT / f"tests/objects/{name}.o")


def _module(obj: BpfObject) -> ModuleType:
    module = ModuleType("generated")
    text = render.module_text(obj, object_path_as_shown="x.o")
    exec(compile(text, "generated", "exec"), module.__dict__)  # noqa: S102  # it is ours
    return module


def test_atomic_members_do_not_cost_their_struct() -> None:
    obj = _load("odd")
    event = obj.sections[".data"].event

    assert asdict(event) == {"pid": 5, "z": 6, "comm": b"sh"}
    assert repr(event) == "event(pid=5, z=6, comm=b'sh')"
    places = {name: getattr(type(event), name).offset for name in asdict(event)}
    assert places == {"pid": 0, "z": 36, "comm": 40}
    assert ctypes.sizeof(event) == obj.btf.type("event").size == 48
    assert copy.copy(event) == event
    outer = obj.btf.struct("outer")(first=b"x", event=event)
    assert outer.event.z == 6
    assert obj.btf.struct("outer").event.offset == 8


@pytest.mark.parametrize("name", ["count", "sums", "inner"])
def test_atomic_members_are_refused_by_name(name: str) -> None:
    event = _load("odd").btf.struct("event")
    for _ in range(2):
        with pytest.raises(LayoutError, match=f"STRUCT .*: member '{name}': {_ATOMIC}$") as caught:
            getattr(event(), name)
        assert caught.value.member == name
    with pytest.raises(LayoutError, match=_ATOMIC):
        setattr(event(), name, 1)
    with pytest.raises(LayoutError, match=_ATOMIC):
        event(**{name: 1})


def test_the_stub_and_the_module_say_so() -> None:
    obj = _load("odd")
    stub = render.stub_text(obj, object_path_as_shown="x.o")
    module = _module(obj)

    lines = [line.strip() for line in stub.splitlines() if "# No field" in line]
    why = "cannot be read: its type in the BTF is void, which clang writes for _Atomic types"
    assert [line.partition(": ")[0] for line in lines] == [
        *("# No field count, at 4", "# No field sums, at 8", "# No field inner, at 32"),
        *("# No field last, at 56", "# No field atomic, at 48"),
    ]
    assert all(f": {why}; declare it without" in line for line in lines)
    event = module.event(pid=1, z=2)
    assert asdict(event) == {"pid": 1, "z": 2, "comm": b""}
    with pytest.raises(AttributeError, match=f"^count: {_ATOMIC}$"):
        event.count  # noqa: B018  # it raises
    with pytest.raises(AttributeError, match=_ATOMIC):
        event.inner = 1
    with pytest.raises(AttributeError, match=f"^atomic: {_ATOMIC}$"):
        module.section_data().atomic  # noqa: B018  # it raises
    assert module.section_data().beside == 8
    obj.btf.validate_struct("event", module.event)


def test_a_handwritten_class_may_have_such_a_member_at_its_place() -> None:
    b = Types()
    b.struct("s", 16, [("a", b.u32, 0), ("count", 0, 32), ("z", b.u64, 64)])
    btf = b.btf()
    a, z = ("a", ctypes.c_uint32), ("z", ctypes.c_uint64)

    assert differences(btf, mine(a, ("count", ctypes.c_int32), z)) == []
    assert differences(btf, mine(a, ("_pad", ctypes.c_int32), z)) == []
    assert differences(btf, mine(a, z)) == []
    other = mine(a, ("gone", ctypes.c_uint16), ("count", ctypes.c_uint16), z)
    assert [line.partition(":")[0] for line in differences(btf, other)] == ["gone", "count"]


def test_names_of_such_members_are_respelt_and_never_take_the_name_of_a_field() -> None:
    b = Types()
    members = [("class", 0, 0), ("x", 0, 32), ("x", b.u32, 64), ("", 0, 96)]
    b.struct("s", 16, members)
    b.union("u", 8, [("a", 0, 0), ("b", b.u64, 0)])
    btf = b.btf()
    one = btf.struct("s")(x=5)

    assert asdict(one) == {"x": 5}
    for name in ("class_", "x_"):
        with pytest.raises(LayoutError, match="cannot be read"):
            getattr(one, name)
    assert btf.union("u")(b=7).b == 7


def test_alignment_is_not_guessed_from_such_a_member() -> None:
    b = Types()
    b.struct("s", 8, [("a", b.u32, 0), ("count", 0, 32)])
    text = render.stub_text(BpfObject("x.o", b.btf()), object_path_as_shown="x.o")
    assert '"""struct s, 8 bytes"""' in text


def test_numpy_leaves_them_out() -> None:
    pytest.importorskip("numpy")
    made = dtype(_load("odd").btf.struct("event"))
    assert (made.names, made.itemsize) == (("pid", "z", "comm"), 48)


@pytest.mark.parametrize(
    ("name", "section", "values", "variable", "why"),
    [
        ("odd", ".data", {"beside": 8}, "atomic", _ATOMIC),
        (
            *("two_sections", ".rodata", {"limit": 5, "level": 6}, "ports"),
            r"the ELF file has 2 sections named '\.rodata'; btf_typing reads only the one with .*",
        ),
        (
            *("elsewhere", ".data", {"other": 5}, "zeros"),
            r"the ELF file has its symbol in section '\.bss'",
        ),
        (
            *("weak", ".rodata", {"level": 3}, "limit"),
            r"the ELF file has its symbol in section '\.data'",
        ),
    ],
)
def test_an_odd_variable_does_not_cost_its_section(
    name: str, section: str, values: dict[str, int], variable: str, why: str
) -> None:
    globals_ = _load(name).sections[section]

    assert {each: getattr(globals_, each) for each in values} == values
    with pytest.raises(LayoutError, match=rf"DATASEC '\{section}': member '{variable}': {why}$"):
        getattr(globals_, variable)


def test_a_weak_variable_has_the_value_that_overrides_it() -> None:
    assert asdict(_load("weak").sections[".data"]) == {"value": 5}


def test_globals_of_an_arena() -> None:
    arena: Any = _load("odd").sections[".addr_space.1"]

    assert asdict(arena) == {"head": {"key": 7, "value": 9}, "hits": 0}
    assert type(arena).__name__ == "section_addr_space_1"
    assert ctypes.sizeof(arena) == 20


@pytest.mark.parametrize(
    ("section", "why"),
    [
        (".maps", "holds maps: see obj.maps"),
        (
            ".kconfig",
            "the loader sets them from the kernel's configuration when it loads the object",
        ),
        (".ksyms", "replaces them by addresses in the kernel, so this file has no values for them"),
        ("maps", "holds maps that libbpf 1.0 refuses, because struct bpf_map_def gives them no"),
        ("maps/cache", "holds maps that libbpf 1.0 refuses"),
        (".struct_ops", "holds struct_ops, tables of programs that the kernel calls"),
        (".struct_ops.link", "holds struct_ops"),
        ("license", "names the licence for the kernel; libbpf creates no map for this section"),
    ],
)
def test_sections_of_another_kind_say_what_they_are(section: str, why: str) -> None:
    sections = _load("odd").sections

    assert section not in sections
    with pytest.raises(TypeNotFoundError) as caught:
        sections[section]
    assert f"{section!r} in " in str(caught.value)
    assert f"; it {why}" in str(caught.value) or why in str(caught.value)
    assert caught.value.suggestions == ()


@pytest.mark.parametrize(
    ("name", "section", "why"),
    [
        ("old", "maps", "holds maps that libbpf 1.0 refuses"),
        ("cache", "maps/cache", "holds maps that libbpf 1.0 refuses"),
        ("my_ops", ".struct_ops", "holds struct_ops"),
        ("my_link", ".struct_ops.link", "holds struct_ops"),
        ("CONFIG_HZ", ".kconfig", "holds extern variables"),
        ("license_text", "license", "names the licence"),
    ],
)
def test_variables_that_are_no_maps_say_what_they_are(name: str, section: str, why: str) -> None:
    maps = _load("odd").maps

    assert sorted(maps) == ["arena", "good"]
    with pytest.raises(TypeNotFoundError) as caught:
        maps[name]
    assert f"no map {name!r} in " in str(caught.value)
    assert f"; it is in section {section!r}, which {why}" in str(caught.value)


def test_a_global_is_no_map() -> None:
    with pytest.raises(TypeNotFoundError, match=r"it is a global: see obj\.sections\['\.data'\]"):
        _load("odd").maps["beside"]
    with pytest.raises(TypeNotFoundError, match="did you mean 'good'"):
        _load("odd").maps["goo"]


def _object_of_symbols(count: int, section: str) -> bytes:
    b = BtfBuilder()
    b.datasec(".data", 4, [(b.var("v", b.int("u32", 4)), 0, 4)])
    symbols = [Symbol(f"s{at}", section, at, 4, binding=at % 2) for at in range(count)]
    return elf(
        {".BTF": b.build(), ".data": b"\1\0\0\0" + bytes(count), ".text": bytes(count)},
        [*symbols, Symbol("v", ".data", 0, 4)],
        executable=[".text"],
    )


@pytest.mark.parametrize("section", [".data", ".text"])
def test_pyelftools_parses_no_symbol(section: str) -> None:
    """An object can have a million symbols, and pyelftools takes 15 microseconds for each."""
    code = (
        "import sys; from btf_typing import load; from elftools.construct import Construct;"
        "calls = []; parse = Construct.parse;"
        "Construct.parse = lambda *args: (calls.append(1), parse(*args))[1];"
        "obj = load(sys.stdin.buffer); assert obj.sections['.data'].v == 1;"
        "assert list(obj.programs) == []; print(len(calls))"
    )
    counts = {
        int(
            subprocess.run(
                [sys.executable, "-c", code],
                input=_object_of_symbols(count, section),
                capture_output=True,
                check=True,
            ).stdout
        )
        for count in (10, 1000)
    }
    assert len(counts) == 1


def test_a_large_bss_takes_no_memory_until_it_is_used(tmp_path: Path) -> None:
    size = 166 << 20
    b = BtfBuilder()
    buffer = b.var("buffer", b.array(b.int("u8", 1), size - 4))
    b.datasec(".bss", 0, [(buffer, 0, size - 4), (b.var("last", b.int("u32", 4)), 0, 4)])
    symbols = [Symbol("buffer", ".bss", 0, size - 4), Symbol("last", ".bss", size - 4, 4)]
    path = tmp_path / "large.o"
    path.write_bytes(elf({".BTF": b.build(), ".bss": size}, symbols))

    before = _resident()
    tracemalloc.start()
    bss: Any = load(path).sections[".bss"]
    bss.last = 7
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (bss.last, bss.buffer[size - 5]) == (7, 0)
    assert peak < 1 << 24
    assert _resident() - before < 1 << 26


def _resident() -> int:
    """Memory of this process that is in use, in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


def test_raw_btf_has_no_sections_to_explain() -> None:
    b = BtfBuilder()
    b.datasec(".kconfig", 4, [(b.var("x", b.int("int", 4), 2), 0, 4)])
    with pytest.raises(TypeNotFoundError, match="there are none"):
        BpfObject("x.btf", Btf.from_bytes(b.build())).sections[".kconfig"]
