"""Programs of objects, compared with libbpf's reading of the same objects and sections."""

import struct
from pathlib import Path
from typing import Any, assert_type

import pytest

from btf_typing import BpfObject, BpfProgram, BtfFormatError, TypeNotFoundError, load
from btf_typing._wire.program_types import SECTIONS
from tests import libbpf
from tests.builder import BtfBuilder
from tests.elf_builder import Symbol, elf

_OBJECTS = Path(__file__).parents[1] / "objects"
_ROOT = Path(__file__).parents[2]
_WITH_PROGRAMS = [
    _OBJECTS / "programs-clang19-el.o",
    _OBJECTS / "programs-gcc12-el.o",
    *sorted(_ROOT.glob("examples/*/*.bpf.o")),
]
_NEWER = {
    "netkit/peer",
    "netkit/primary",
    "sk_skb/verdict",
    *("netfilter", "struct_ops.s+", "tc/egress", "tc/ingress", "tcx/egress", "tcx/ingress"),
    *(f"{probe}.{kind}+" for probe in ("uprobe", "uretprobe") for kind in ("multi", "multi.s")),
    *("tp_btf.s+", "kprobe.session+", "uprobe.session+", "uprobe.session.s+", "usdt.s+"),
    *("tracepoint.s+", "tp.s+", "raw_tracepoint.s+", "raw_tp.s+", "fsession+", "fsession.s+"),
    *(f"{hook}.multi{s}+" for hook in ("fentry", "fexit", "fsession") for s in ("", ".s")),
    *(
        f"cgroup/{call}_unix"
        for call in ("connect", "sendmsg", "recvmsg", "getpeername", "getsockname")
    ),
}
"""Sections that libbpf 1.1 of Debian 12 does not know."""
_STT_OBJECT, _STT_FUNC = 1, 2
_STB_LOCAL, _STB_WEAK = 0, 2


@pytest.fixture(scope="module")
def obj() -> BpfObject:
    return load(_OBJECTS / "programs-clang19-el.o")


def _plain(name: str | None) -> str:
    """A type in the spelling of libbpf's functions."""
    assert name is None or name.startswith("BPF_")
    return (name or "").removeprefix("BPF_PROG_TYPE_").removeprefix("BPF_").lower()


def _entry(section: str) -> str:
    """The key of the table for *section*."""
    return section if section in SECTIONS else f"{section.partition('/')[0]}+"


@pytest.mark.parametrize("path", _WITH_PROGRAMS, ids=lambda path: path.name)
def test_programs_equal_libbpfs(path: Path) -> None:
    lib, theirs, ours = libbpf.library(), libbpf.opened(path).programs, load(path).programs
    unknown = _NEWER - {*libbpf.section_names()}

    assert sorted(ours) == sorted(each.name for each in theirs)
    for each in theirs:
        program = ours[each.name]
        assert (program.name, program.section) == (each.name, each.section)
        assert program.autoload == each.autoload
        if _entry(each.section) in unknown:
            continue
        assert _plain(program.type) == lib.libbpf_bpf_prog_type_str(each.type).decode()
        if program.attach_type is None:
            assert each.attach_type == 0
        else:
            theirs_too = lib.libbpf_bpf_attach_type_str(each.attach_type).decode()
            assert _plain(program.attach_type) == theirs_too


def test_the_table_is_libbpfs() -> None:
    names = libbpf.section_names()

    assert len(names) > 80
    assert {*names} - {*SECTIONS} == set()
    assert {*SECTIONS} - {*names} <= _NEWER


@pytest.mark.parametrize("section", SECTIONS)
def test_the_type_of_a_section_is_libbpfs(section: str) -> None:
    spellings = [section]
    if section.endswith("+"):
        spellings = [section[:-1], f"{section[:-1]}/target", section, f"{section[:-1]}target"]
    for spelling in [*spellings, f"{section}/more"]:
        theirs = libbpf.type_of_section(spelling)
        program = BpfProgram("f", spelling)
        if theirs is None and _entry(spelling) in _NEWER:
            continue
        assert _plain(program.type) == (theirs[0] if theirs else "unspec")
        assert theirs is None or (program.attach_type is None) <= (theirs[1] == 0)


@pytest.mark.parametrize(
    ("section", "type_", "attach_type"),
    [
        ("tracepoint/syscalls/sys_enter_openat", "TRACEPOINT", None),
        ("kprobe.multi/tcp_*", "KPROBE", "TRACE_KPROBE_MULTI"),
        ("uprobe//bin/bash:readline", "KPROBE", None),
        ("fentry.s/bpf_fentry_test1", "TRACING", "TRACE_FENTRY"),
        ("lsm/file_open", "LSM", "LSM_MAC"),
        ("cgroup_skb/ingress", "CGROUP_SKB", "CGROUP_INET_INGRESS"),
        ("cgroup/sock", "CGROUP_SOCK", "CGROUP_INET_SOCK_CREATE"),
        ("tcx/egress", "SCHED_CLS", "TCX_EGRESS"),
        ("netfilter", "NETFILTER", "NETFILTER"),
        ("struct_ops.s/dispatch", "STRUCT_OPS", None),
        ("syscall", "SYSCALL", None),
        ("xdp/unknown", "UNSPEC", None),
        ("kprobe_target", "UNSPEC", None),
        ("kprobe+", "UNSPEC", None),
        ("", "UNSPEC", None),
    ],
)
def test_types_by_section(section: str, type_: str, attach_type: str | None) -> None:
    program = BpfProgram("f", section)

    assert program.type == f"BPF_PROG_TYPE_{type_}"
    assert program.attach_type == (attach_type and f"BPF_{attach_type}")


def test_a_question_mark_leaves_the_program_unloaded(obj: BpfObject) -> None:
    demanded, sleepable = obj.programs["on_demanded"], obj.programs["on_demanded_sleepable"]

    assert (demanded.section, demanded.type, demanded.autoload) == (
        "xdp",
        "BPF_PROG_TYPE_XDP",
        False,
    )
    assert (sleepable.section, sleepable.attach_type) == ("fentry.s/target", "BPF_TRACE_FENTRY")
    assert obj.programs["on_xdp"].autoload


@pytest.mark.parametrize("name", ["programs-clang14-eb", "programs-gcc12-el"])
def test_other_byte_order_and_compiler(name: str, obj: BpfObject) -> None:
    """All objects come from the same C, so their programs are the same."""
    other = load(_OBJECTS / f"{name}.o")

    assert {repr(each) for each in other.programs.values()} == {
        repr(each) for each in obj.programs.values()
    }


def test_subprograms_and_variables_are_no_programs(obj: BpfObject) -> None:
    others = ("static_subprogram", "global_subprogram", "variable_of_xdp", "LICENSE")

    assert [name for name in others if name in obj.programs] == []
    assert {"caller", "weak", "hidden"} <= {*obj.programs}


def test_a_mapping(obj: BpfObject) -> None:
    programs = load(_ROOT / "examples/execsnoop/execsnoop.bpf.o").programs

    assert list(programs) == ["on_execve"]
    assert len(obj.programs) == len(list(obj.programs)) == 184
    assert programs["on_execve"] is programs["on_execve"] is programs.get("on_execve")
    assert programs.get(str.lower("ON_EXEC")) is None  # no literal, which the plugin would check
    assert repr(programs).endswith("execsnoop.bpf.o: on_execve>")
    assert repr(programs["on_execve"]) == (
        "<BpfProgram 'on_execve', BPF_PROG_TYPE_TRACEPOINT,"
        " section 'tracepoint/syscalls/sys_enter_execve'>"
    )


def test_its_results_are_typed(obj: BpfObject) -> None:
    assert_type(obj.programs["on_xdp"], BpfProgram)
    assert_type(obj.programs.get("on_xdp"), BpfProgram | None)
    assert_type(obj.programs["on_xdp"].attach_type, str | None)


def test_an_unknown_name_is_not_found(obj: BpfObject) -> None:
    with pytest.raises(TypeNotFoundError) as caught:
        obj.programs["on_sk_lokup"]

    assert str(caught.value).startswith("no program 'on_sk_lokup' in ")
    assert "programs-clang19-el.o; did you mean 'on_sk_lookup'" in str(caught.value)
    assert caught.value.suggestions[0] == "on_sk_lookup"


def _loaded(tmp_path: Path, content: bytes) -> BpfObject:
    path = tmp_path / "prog.bpf.o"
    path.write_bytes(content)
    return load(path)


def test_raw_btf_has_none(tmp_path: Path) -> None:
    programs = _loaded(tmp_path, BtfBuilder().build()).programs

    assert dict(programs) == {}
    with pytest.raises(TypeNotFoundError, match=r"no program 'f' in .*BTF alone does not describe"):
        programs["f"]


def test_an_object_without_sections_of_its_own_has_none(tmp_path: Path) -> None:
    sections = {".BTF": BtfBuilder().build(), ".text": bytes(8)}
    symbols = [Symbol("f", ".text", 0, 8, kind=_STT_FUNC)]
    programs = _loaded(tmp_path, elf(sections, symbols, executable={".text"})).programs

    assert dict(programs) == {}
    with pytest.raises(
        TypeNotFoundError, match=r"no global function is in a section set with SEC\(\.\.\.\)"
    ):
        programs["f"]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("bits", [32, 64])
def test_only_global_functions_in_code_count(tmp_path: Path, bits: Any, order: Any) -> None:
    sections = {".BTF": BtfBuilder(order).build(), "xdp": bytes(16), ".data.x": bytes(8)}
    symbols = [
        Symbol("program", "xdp", 0, 8, kind=_STT_FUNC),
        Symbol("weak", "xdp", 8, 8, _STB_WEAK, _STT_FUNC),
        Symbol("static", "xdp", 8, 8, _STB_LOCAL, _STT_FUNC),
        Symbol("variable", "xdp", 8, 8, kind=_STT_OBJECT),
        Symbol("in_data", ".data.x", 0, 8, kind=_STT_FUNC),
    ]
    content = elf(sections, symbols, bits=bits, order=order, executable={"xdp"})

    assert list(_loaded(tmp_path, content).programs) == ["program", "weak"]


def test_other_machines_have_none(tmp_path: Path) -> None:
    sections = {".BTF": BtfBuilder().build(), "xdp": bytes(8)}
    symbols = [Symbol("f", "xdp", 0, 8, kind=_STT_FUNC)]
    content = elf(sections, symbols, executable={"xdp"}, machine=62)

    assert dict(_loaded(tmp_path, content).programs) == {}


def test_symbols_that_cannot_be_read_are_an_error_of_programs_alone(tmp_path: Path) -> None:
    sections = {".BTF": BtfBuilder().build(), "xdp": bytes(8)}
    content = bytearray(elf(sections, [Symbol("f", "xdp", 0, 8, kind=_STT_FUNC)]))
    (headers_at,) = struct.unpack_from("<Q", content, 0x28)
    symbol_table = headers_at + 64 * (1 + len(sections))
    struct.pack_into("<Q", content, symbol_table + 24, 1 << 40)
    obj = _loaded(tmp_path, bytes(content))

    assert len(obj.btf) == 1
    with pytest.raises(
        BtfFormatError, match=r"prog.bpf.o: corrupt ELF: the symbol table ends at byte"
    ):
        obj.programs  # noqa: B018  # it reads the symbols
