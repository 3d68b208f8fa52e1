"""Maps and programs as ``btf-layout show`` prints them."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from btf_typing import BtfFormatError, load
from btf_typing._commands import map_and_program_text
from btf_typing._commands.btf_layout import main
from btf_typing._text.c_declaration import Line
from tests.builder import BtfBuilder
from tests.elf_builder import Symbol, elf
from tests.paths import ROOT

_EXECSNOOP = ROOT / "examples/execsnoop/execsnoop.bpf.o"
_MAPS = ROOT / "tests/objects/maps-clang19-el.o"
_PROGRAMS = ROOT / "tests/objects/programs-clang19-el.o"

_ON_EXECVE = """\
SEC("tracepoint/syscalls/sys_enter_execve")         /* BPF_PROG_TYPE_TRACEPOINT */
int on_execve(struct sys_enter_execve *ctx);
"""
_EXEC_COUNTS = """\
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1024);
    __type(key, u32);                               /* size: 4 */
    __type(value, struct exec_count);               /* size: 40 */
} exec_counts SEC(".maps");
"""


def test_maps_and_programs_are_shown_last(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(_EXECSNOOP)]) == 0
    assert capsys.readouterr().out.endswith(f"{_EXEC_COUNTS}\n{_ON_EXECVE}\n")


def test_they_are_shown_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(_EXECSNOOP), "on_execve", "exec_counts", "*n_exec??", "*_counts"]) == 0
    assert capsys.readouterr().out == f"{_ON_EXECVE}\n{_EXEC_COUNTS}\n" * 2


def test_a_section_is_shown_with_both_types(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(_PROGRAMS), "on_demanded_sleepable"]) == 0
    assert capsys.readouterr().out == (
        'SEC("?fentry.s/target")                             '
        "/* BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY */\n"
        "int on_demanded_sleepable(void *ctx);\n\n"
    )


def test_maps_of_maps_and_types_without_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(_MAPS), "outer", "anonymous_key"]) == 0
    assert capsys.readouterr().out == (
        "struct {\n"
        "    __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);\n"
        "    __uint(max_entries, 2);\n"
        "    __uint(key_size, 4);\n"
        "    __uint(value_size, 4);\n"
        "    __array(values, struct {\n"
        "        __uint(type, BPF_MAP_TYPE_HASH);\n"
        "        __uint(max_entries, 9);\n"
        "        __type(key, __u64);                         /* size: 8 */\n"
        "        __type(value, struct value);                /* size: 16 */\n"
        "    });\n"
        '} outer SEC(".maps");\n'
        "\n"
        "struct {\n"
        "    __uint(type, BPF_MAP_TYPE_LRU_HASH);\n"
        "    __uint(max_entries, 100);\n"
        "    __type(key, struct {\n"
        "        __u16 port;                                 /*     0     2 */\n"
        "        __u16 proto;                                /*     2     2 */\n"
        "        /* size: 4, cachelines: 1, members: 2 */\n"
        "        /* last cacheline: 4 bytes */\n"
        "    });                                             /* size: 4 */\n"
        "    __type(value, __u64[4]);                        /* size: 32 */\n"
        '} anonymous_key SEC(".maps");\n\n'
    )


def _numbers(path: Path) -> dict[str, Any]:
    maps = load(path).maps
    return {name: maps.details(name).numbers for name in maps}


def test_definitions_compile_to_the_same_maps(tmp_path: Path) -> None:
    """The output is C: compiled with the types, it defines the same maps."""
    clang = shutil.which("clang")
    if not clang:
        pytest.skip("clang is not installed")
    obj = load(_MAPS)
    definitions_ = [map_and_program_text.map_definition(obj, name) for name in obj.maps]
    text = "\n".join(line.text for lines in definitions_ for line in lines)
    types = "".join(obj.btf.type(name).c_declaration + "\n" for name in ("key", "value"))
    source = tmp_path / "again.bpf.c"
    head = "#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\n"
    value_t = "typedef struct value value_t;\n"
    source.write_text(f"{head}{types.replace('_Bool', 'bool')}{value_t}{text}\n")
    machine = subprocess.run(["uname", "-m"], capture_output=True, text=True, check=True)  # noqa: S607
    headers = f"/usr/include/{machine.stdout.strip()}-linux-gnu"
    object_ = tmp_path / "again.bpf.o"
    command = [clang, "-target", "bpf", "-O2", "-g", "-idirafter", headers, "-c", str(source)]
    subprocess.run([*command, "-o", str(object_)], check=True)

    assert _numbers(object_) == _numbers(_MAPS)


def test_a_type_and_a_map_may_share_a_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "prog.btf"
    path.write_bytes(_with_maps())
    assert main(["show", str(path), "event"]) == 0
    assert capsys.readouterr().out == (
        "struct event {\n"
        "    u32 x;                                          /*     0     4 */\n"
        "    /* size: 4, cachelines: 1, members: 1 */\n"
        "    /* last cacheline: 4 bytes */\n"
        "};\n"
        "\n"
        "struct {\n"
        "    __uint(type, BPF_MAP_TYPE_HASH);\n"
        "    __ulong(map_extra, 4294967296);\n"
        "    __type(key, u32);                               /* size: 4 */\n"
        '} event SEC(".maps");\n\n'
    )


def test_a_refused_map_is_a_comment_among_others_and_an_error_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "prog.btf"
    path.write_bytes(_with_maps())
    with pytest.raises(BtfFormatError) as caught:
        load(path).maps["odd"]
    reason = caught.value.message
    assert reason.startswith("map 'odd': ")
    assert main(["show", str(path), "o*"]) == 0
    assert f"/* {reason} */\n" in capsys.readouterr().out
    assert main(["show", str(path), "odd"]) == 1
    out, err = capsys.readouterr()
    assert (out, err.endswith(f"{reason}\n")) == ("", True)


def _with_maps() -> bytes:
    """BTF with a map ``event`` beside a struct ``event``, and a map that libbpf refuses."""
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    b.struct("event", 4, [("x", u32, 0)])
    key = b.ptr(u32)
    hash_ = b.ptr(b.array(u32, 1))
    extra = b.enum64("", [("extra", 1 << 32)])
    definition = b.struct("", 24, [("type", hash_, 0), ("key", key, 64), ("map_extra", extra, 128)])
    odd = b.struct("odd_map", 8, [("key", key, 0)])
    variables = [(b.var("event", definition), 0, 24), (b.var("odd", odd), 24, 8)]
    b.datasec(".maps", 32, variables)
    return b.build()


def test_a_program_that_the_btf_does_not_declare(tmp_path: Path) -> None:
    path = tmp_path / "prog.bpf.o"
    sections = {".BTF": BtfBuilder().build(), "xdp/\x1b[31m": bytes(8)}
    symbols = [Symbol("run", "xdp/\x1b[31m", 0, 8, kind=2)]
    path.write_bytes(elf(sections, symbols, executable=sections))
    (shown,) = map_and_program_text.declarations(load(path), "*")

    section, declared = shown
    assert "\x1b" not in section.text
    assert declared == Line("run;", "code")
