"""``BtfType.c_declaration``: the same places as pahole's, and harmless names."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from btf_typing import Btf, load
from tests.builder import BtfBuilder

EXECSNOOP = Path(__file__).parents[3] / "examples/execsnoop/execsnoop.bpf.o"

KERNEL = Path("/sys/kernel/btf/vmlinux")
MEMBER = re.compile(
    r"(\w+)(?:\[\d*\])*(?:\)\([^;]*\))?(?::(\d+))?(?: __attribute__\(\(.*\)\))?;"
    r"\s+/\*\s*(\d+)(?::\s*\d+)?\s+(\d+) \*/"
)
HOLE = re.compile(r"XXX (\d+) bytes? hole")
LINE = re.compile(r"(?:cacheline \d+ boundary|last cacheline).*? \*/")


def test_a_struct_with_everything() -> None:
    assert load(EXECSNOOP).btf.type("exec_event").c_declaration == (
        "struct exec_event {\n"
        "    u64 timestamp;                                  /*     0     8 */\n"
        "    union {\n"
        "        u64 pid_tgid;                               /*     8     8 */\n"
        "        struct {\n"
        "            u32 tid;                                /*     8     4 */\n"
        "            u32 pid;                                /*    12     4 */\n"
        "        };                                          /*     8     8 */\n"
        "    };                                              /*     8     8 */\n"
        "    struct creds creds;                             /*    16     8 */\n"
        "    char comm[16];                                  /*    24    16 */\n"
        "    enum exec_kind kind;                            /*    40     4 */\n"
        "    u32 argc:7;                                     /*    44:0   4 */\n"
        "    _Bool argc_cut:1;                               /*    44:7   1 */\n"
        "    s32 path_error:8;                               /*    45:0   4 */\n"
        "    u8 path_len;                                    /*    46     1 */\n"
        "    /* XXX 1 byte hole */\n"
        "    u32 arg_len[4];                                 /*    48    16 */\n"
        "    /* --- cacheline 1 boundary (64 bytes) --- */\n"
        "    char filename[64];                              /*    64    64 */\n"
        "    /* size: 128, cachelines: 2, members: 11 */\n"
        "    /* sum members: 127 bytes, holes: 1, sum holes: 1 byte */\n"
        "};"
    )


def test_bitfields_that_their_types_tell_of() -> None:
    b = BtfBuilder()
    first = b.int("u32", 4, bits=3)
    second = b.int("u32", 4, bits=5, offset=3)
    last = b.typedef("part_t", b.int("u32", 4, bits=2, offset=16))
    b.struct("legacy", 4, [("a", first, 0), ("b", second, 0), ("c", last, 0)])
    assert Btf.from_bytes(b.build()).type("legacy").c_declaration == (
        "struct legacy {\n"
        "    u32 a:3;                                        /*     0:0   4 */\n"
        "    u32 b:5;                                        /*     0:3   4 */\n"
        "    /* XXX 1 byte hole */\n"
        "    part_t c:2;                                     /*     2:0   4 */\n"
        "    /* size: 4, cachelines: 1, members: 3 */\n"
        "    /* sum members: 10 bits, holes: 1, sum holes: 1 byte */\n"
        "    /* padding: 14 bits */\n"
        "    /* last cacheline: 4 bytes */\n"
        "};"
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("u32", "typedef __u32 u32;                                  /* size: 4 */"),
        ("on_execve", "int on_execve(struct sys_enter_execve *ctx);"),
        (
            "exec_kind",
            "enum exec_kind {\n    EXEC_UNREADABLE = -1,\n    EXEC_ABSOLUTE = 0,\n"  # noqa: ISC004
            "    EXEC_RELATIVE = 1,\n};                                                  "
            "/* size: 4 */",
        ),
    ],
)
def test_other_kinds(name: str, text: str) -> None:
    assert load(EXECSNOOP).btf.type(name).c_declaration == text


def test_typedefs_of_anonymous_structs_and_padding() -> None:
    b = BtfBuilder()
    u8, u32 = b.int("u8", 1), b.int("u32", 4)
    b.typedef("pair_t", b.struct("", 12, [("a", u8, 0), ("b", u32, 32)]))
    assert Btf.from_bytes(b.build()).type("pair_t").c_declaration == (
        "typedef struct {\n"
        "    u8 a;                                           /*     0     1 */\n"
        "    /* XXX 3 bytes hole */\n"
        "    u32 b;                                          /*     4     4 */\n"
        "    /* size: 12, cachelines: 1, members: 2 */\n"
        "    /* sum members: 5 bytes, holes: 1, sum holes: 3 bytes */\n"
        "    /* padding: 4 bytes */\n"
        "    /* last cacheline: 12 bytes */\n"
        "} pair_t;"
    )


@pytest.mark.skipif(not shutil.which("pahole"), reason="needs pahole")
@pytest.mark.skipif(not KERNEL.exists(), reason="needs the kernel's BTF")
@pytest.mark.parametrize(
    "name", ["sk_buff", "file", "list_head", "cred", "vm_area_struct", "socket"]
)
def test_members_lie_where_pahole_puts_them(name: str) -> None:
    theirs = subprocess.run(
        ["pahole", "-C", name, str(KERNEL)],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    ours = Btf.from_kernel().type(name).c_declaration
    rows = MEMBER.findall(ours)
    # For a bitfield, pahole prints the place of the integer that contains it.
    whole = [row for row in rows if not row[1]]
    assert [(name, size) for name, _, _, size in rows] == [
        (name, size) for name, _, _, size in MEMBER.findall(theirs)
    ]
    assert whole == [row for row in MEMBER.findall(theirs) if not row[1]]
    assert whole
    assert HOLE.findall(ours) == HOLE.findall(theirs)
    assert LINE.findall(ours) == LINE.findall(theirs)


def test_names_cannot_end_a_comment_or_a_line() -> None:
    b = BtfBuilder()
    u32 = b.int("u32 */\nint x; /*", 4)
    b.struct("s */ evil", 4, [('a;\n"""', u32, 0)])
    b.decl_tag('quo"te', u32, -1)
    texts = [type_.c_declaration for type_ in Btf.from_bytes(b.build()).types()]
    assert texts[1].splitlines()[0] == "struct s ?? evil {"
    assert texts[1].splitlines()[1].split() == [
        "u32",
        "???int",
        "x?",
        "??",
        "a?????;",
        "/*",
        "0",
        "4",
        "*/",
    ]
    assert all(text.count("*/") == text.count("/*") for text in texts)
    assert not any('"""' in text for text in texts)


def test_packed_structs_say_so() -> None:
    b = BtfBuilder()
    u8, u32 = b.int("u8", 1), b.int("u32", 4)
    inner = b.struct("", 5, [("c", u8, 0), ("d", u32, 8)])
    b.struct("packed", 10, [("a", u8, 0), ("b", u32, 8), ("part", inner, 40)])
    b.typedef("packed_t", b.struct("", 5, [("a", u8, 0), ("b", u32, 8)]))
    b.struct("plain", 8, [("a", u8, 0), ("b", u32, 32)])
    btf = Btf.from_bytes(b.build())

    packed = btf.type("packed").c_declaration.splitlines()

    assert packed[-1] == "} __attribute__((packed));"
    assert "    } __attribute__((packed)) part;                 /*     5     5 */" in packed
    assert btf.type("packed_t").c_declaration.splitlines()[-1] == (
        "} __attribute__((packed)) packed_t;"
    )
    assert btf.type("plain").c_declaration.splitlines()[-1] == "};"


_TAG = "__attribute__((btf_type_tag"


def test_type_tags_stand_behind_the_type_that_they_qualify() -> None:
    b = BtfBuilder()
    char = b.int("char", 1, "signed")
    user = b.ptr(b.type_tag("user", b.const(char)))
    own = b.type_tag("kptr", b.ptr(b.type_tag("rcu", b.struct("task", 0))))
    whole = b.ptr(b.type_tag("address_space(1)", char, attribute=True))
    b.struct("s", 24, [("name", user, 0), ("task", own, 64), ("arena", whole, 128)])
    btf = Btf.from_bytes(b.build())

    lines = [line.split("/*")[0].strip() for line in btf.type("s").c_declaration.splitlines()]

    assert lines[1:4] == [
        'const char __attribute__((btf_type_tag("user"))) *name;',
        f'struct task {_TAG}("rcu"))) *{_TAG}("kptr"))) task;',
        "char __attribute__((address_space?1?)) *arena;",
    ]


def test_doubling_anonymous_members_end() -> None:
    b = BtfBuilder()
    inner = b.int("u32", 4)
    for _ in range(60):
        inner = b.union("", 4, [("", inner, 0), ("", inner, 0)])
    b.union("top", 4, [("", inner, 0)])
    lines = Btf.from_bytes(b.build()).type("top").c_declaration.splitlines()
    assert lines[-1] == "};"
    assert len(lines) < 10_000
    assert any("union {...};" in line for line in lines)
