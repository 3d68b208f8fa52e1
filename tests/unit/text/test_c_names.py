"""Names of BTF types in C."""

from collections.abc import Callable

import pytest

from btf_typing import Btf
from btf_typing._text.c_names import CText, clean, printable
from tests.builder import BtfBuilder

_Make = Callable[[BtfBuilder], int]


def _spelt(make: _Make) -> str:
    b = BtfBuilder()
    type_id = make(b)
    return CText(Btf.from_bytes(b.build()).table).type_name(type_id)


def _int(b: BtfBuilder) -> int:
    return b.int("unsigned int", 4)


def _fn(b: BtfBuilder, *params: tuple[str, int]) -> int:
    return b.ptr(b.func_proto(_int(b), params))


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (_int, "unsigned int"),
        (lambda b: b.typedef("u32", _int(b)), "u32"),
        (lambda b: b.struct("s", 0), "struct s"),
        (lambda b: b.union("u", 0), "union u"),
        (lambda b: b.enum("e", [("A", 1)]), "enum e"),
        (lambda b: b.struct("", 0), "struct {...}"),
        (lambda b: b.fwd("f"), "struct f"),
        (lambda b: b.fwd("f", union=True), "union f"),
        (lambda b: b.ptr(), "void *"),
        (lambda b: b.ptr(b.const(b.int("char", 1))), "const char *"),
        (lambda b: b.ptr(b.const(b.ptr(b.const(b.int("char", 1))))), "const char *const *"),
        (lambda b: b.const(b.ptr(_int(b))), "unsigned int *const"),
        (lambda b: b.const(b.volatile(_int(b))), "const volatile unsigned int"),
        (lambda b: b.restrict(b.ptr()), "void *restrict"),
        (lambda b: b.array(b.int("char", 1), 16), "char[16]"),
        (lambda b: b.array(b.array(_int(b), 3), 2), "unsigned int[2][3]"),
        (lambda b: b.array(b.ptr(b.struct("s", 0)), 4), "struct s *[4]"),
        (lambda b: b.ptr(b.array(_int(b), 4)), "unsigned int (*)[4]"),
        (_fn, "unsigned int (*)(void)"),
        (lambda b: _fn(b, ("", b.ptr()), ("", 0)), "unsigned int (*)(void *, ...)"),
        (lambda b: _fn(b, ("a", _int(b))), "unsigned int (*)(unsigned int a)"),
        (lambda b: b.array(_fn(b), 2), "unsigned int (*[2])(void)"),
        (
            lambda b: b.ptr(b.func_proto(_fn(b), [])),
            "unsigned int (*(*)(void))(void)",
        ),
        (lambda b: b.ptr(b.type_tag("user", _int(b))), "unsigned int *"),
    ],
)
def test_a_type_is_spelt_as_c_spells_it(make: _Make, expected: str) -> None:
    assert _spelt(make) == expected


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (_int, ("unsigned int", False, " x")),
        (lambda b: b.const(b.struct("s", 0)), ("const struct s", False, " x")),
        (lambda b: b.array(b.ptr(b.union("", 0)), 4), ("union", True, " *x[4]")),
        (lambda b: b.const(b.enum("", [("A", 1)])), ("const enum", True, " x")),
        (lambda b: b.const(b.ptr(b.ptr(_int(b)))), ("unsigned int", False, " **const x")),
        (lambda b: b.ptr(b.const(b.ptr(_int(b)))), ("unsigned int", False, " *const *x")),
        (lambda b: b.ptr(b.array(_int(b), 4)), ("unsigned int", False, " (*x)[4]")),
        (_fn, ("unsigned int", False, " (*x)(void)")),
    ],
)
def test_the_parts_of_a_declaration(make: _Make, expected: tuple[str, bool, str]) -> None:
    b = BtfBuilder()
    type_id = make(b)
    c = CText(Btf.from_bytes(b.build()).table)
    for _ in range(2):  # the second time, the answer comes from a cache
        assert c.declaration(type_id, "x") == expected
        specifier, has_body, declarator = expected
        body = " {...}" if has_body else ""
        assert c.declare(type_id, "x") == f"{specifier}{body}{declarator}"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain", "plain"),
        ("long unsigned int", "long unsigned int"),
        ("größe", "größe"),
        ('a"""b', "a???b"),
        ("a\nb # c: d\\", "a?b ? c? d?"),
        ("\u202e\u2028", "??"),
        ("", ""),
    ],
)
def test_a_name_keeps_only_characters_of_identifiers(name: str, expected: str) -> None:
    assert clean(name) == expected


def test_printable_text_stays_on_its_line() -> None:
    assert printable("a\n\x1b[2J'b'\u2028") == "a??[2J'b'?"


def test_a_cycle_comes_to_an_end() -> None:
    b = BtfBuilder()
    first = b.ptr(b.next_id + 1)
    b.const(first)
    text = CText(Btf.from_bytes(b.build()).table).type_name(first)
    assert text.startswith("const ... *const *const *")
    assert len(text) < 4096


def test_prototypes_of_prototypes_do_not_multiply() -> None:
    b = BtfBuilder()
    proto = b.func_proto()
    for _ in range(8):
        proto = b.func_proto(0, [("p", b.ptr(proto))] * 1000)
    text = CText(Btf.from_bytes(b.build()).table).type_name(b.ptr(proto) - 1)
    assert "..." in text
    assert len(text) < 20_000


def test_a_chain_of_pointers_has_a_short_text() -> None:
    b = BtfBuilder()
    pointers = [b.ptr(b.int("u32", 4))]
    for _ in range(2000):
        pointers.append(b.ptr(pointers[-1]))
    c = CText(Btf.from_bytes(b.build()).table)

    texts = [c.type_name(type_id) for type_id in pointers]

    assert texts[:3] == ["u32 *", "u32 **", "u32 ***"]
    assert texts[255:258] == [f"u32 {'*' * 256}", "...", "... *"]
    assert max(map(len, texts)) == len("u32 ") + 256
