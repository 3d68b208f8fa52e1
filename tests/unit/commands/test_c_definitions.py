"""Types that a C file defines, held against clang's syntax tree of the same file."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from btf_typing._commands.c_definitions import Definition, Group, definitions, groups

_HEADER = """\
struct of_header { int x; };
typedef struct { int x; } of_header_t;
#define DEFINE(name) struct name { int x; }
#define BODY(...) { __VA_ARGS__ }
"""
_SOURCE = """\
#include "event.h"
DEFINE(by_macro);
struct __attribute__((packed, aligned(8))) packed_one { int a; } __attribute__((unused));
typedef const struct { int a; struct nested { int b; } n; } const _Atomic anon_t, *anon_p;
typedef struct tagged { char s[sizeof("}{;\\"")]; } tagged_t;
typedef enum { C } enum_t;
typedef union BODY(int a; long b;) __attribute__((aligned(16))) union_t;
enum { LOOSE = '{', QUOTE = '\\'', ESCAPED = '\\\\' };
enum kind { A = 1, B };
union
/* } */
u // {
{ int a; };
struct forward;
typedef int (*callback_t)(struct of_prototype { int x; } *);
static int f(struct of_parameters { int x; } *p) { struct local { int x; } v = {1}; return v.x; }
struct { int a; } variable = { .a = 3 };
struct with_instance { int a; } instance = { 1 };
extern struct mentioned_only *pointer;
struct of_header *used = 0;
int g(int n) { return ({ struct in_statement { int z; } s = {n}; s.z; }); }
struct bits { int x : 3, : 5; struct { int y; }; union { int z; } w; };
int h(void) { return f(0) + variable.a + instance.a + sizeof(struct in_body { int a; }); }
_Pragma("GCC diagnostic push")
struct after_pragma { int a; };
#pragma GCC diagnostic pop
struct last { int $odd, ünïcode; };
#line 500 "other.y"
struct from_other { int q; };
"""
_EXPECTED = [
    ("struct", "by_macro", 2),
    ("struct", "packed_one", 3),
    ("typedef", "anon_t", 4),
    ("struct", "tagged", 5),
    ("typedef", "enum_t", 6),
    ("typedef", "union_t", 7),
    ("enum", "kind", 9),
    ("union", "u", 10),
    ("struct", "with_instance", 18),
    ("struct", "bits", 22),
    ("struct", "after_pragma", 25),
    ("struct", "last", 27),
    ("struct", "from_other", 500),
]


def _written(directory: Path) -> Path:
    (directory / "event.h").write_text(_HEADER)
    source = directory / "prog.bpf.c"
    source.write_text(_SOURCE)
    return source


def _output(command: list[str], directory: Path) -> str:
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, capture_output=True, cwd=directory, check=True)
    return done.stdout.decode()


@pytest.mark.parametrize("compiler", ["clang", "clang-14", "clang-19", "gcc", "bpf-gcc"])
def test_definitions_of_the_file_itself(compiler: str, tmp_path: Path) -> None:
    source = _written(tmp_path)
    preprocessed = _output([compiler, "-E", source.name], tmp_path)

    assert [each[:3] for each in definitions(preprocessed)] == _EXPECTED


def _tags(tree: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The tags that clang's syntax tree says the file itself defines."""
    for node in tree["inner"]:
        place = node["loc"].get("expansionLoc", node["loc"])
        if "includedFrom" in place or "name" not in node:
            continue
        if node["kind"] == "RecordDecl" and node.get("completeDefinition"):
            yield node["tagUsed"], node["name"]
        elif node["kind"] == "EnumDecl":
            yield "enum", node["name"]


def test_tags_are_those_of_clangs_syntax_tree(tmp_path: Path) -> None:
    source = _written(tmp_path)
    command = ["clang", "-Xclang", "-ast-dump=json", "-fsyntax-only", source.name]
    tree = json.loads(_output(command, tmp_path))
    # The scope of this one ends with the prototype that it is in.
    expected = {*_tags(tree)} - {("struct", "of_prototype")}
    found = {each[:2] for each in definitions(_output(["clang", "-E", source.name], tmp_path))}

    assert len(expected) == 10
    assert {each for each in found if each[0] != "typedef"} == expected
    # Each typedef of the tree that names a nameless type is found too.
    named = {
        node["name"]
        for node in tree["inner"]
        if node["kind"] == "TypedefDecl" and not node.get("isImplicit")
    }
    assert {name for keyword, name in found if keyword == "typedef"} == named & {
        *("anon_t", "enum_t", "union_t")
    }


@pytest.mark.parametrize(
    "text",
    ["struct", "struct x", "struct {", "typedef struct {}", "enum e :", "}}", '"', "__attribute__"],
)
def test_what_is_cut_off_defines_nothing(text: str) -> None:
    assert list(definitions(f'# 1 "a.c"\n{text}')) == []


def test_bodies_that_do_not_end() -> None:
    assert list(definitions("struct x {{{" * 1000)) == [Definition("struct", "x", 0)]


def test_bodies_that_end_a_thousand_times_later() -> None:
    (found,) = definitions("struct x {" + "struct {" * 1000 + "struct y z;" + "};" * 1001)
    assert found == Definition("struct", "x", 0, frozenset({("struct", "y")}))


@pytest.mark.parametrize(
    ("members", "parts"),
    [
        ("struct y a;", {("struct", "y")}),
        ("const union y volatile a[2], b[2][3];", {("union", "y")}),
        ("enum y a : 3;", {("enum", "y")}),
        ("y_t a;", {("typedef", "y_t")}),
        ("[[deprecated]] __attribute__((aligned(8))) struct y a;", {("struct", "y")}),
        ("struct { struct { struct y a; }; } b;", {("struct", "y")}),
        ("struct y *a;", set()),
        ("struct y a, *b;", set()),
        ("struct y (*a)(void);", set()),
        ("_Atomic struct y a;", set()),
        ("_Atomic(struct y) a;", set()),
        ("struct { struct y a; } *b;", set()),
        ("struct { struct { struct y a; }; } *b;", set()),
        ("struct { int *a; } y;", set()),
        ("enum { A, B } y;", set()),
        ("char a[sizeof(struct y)];", {("typedef", "char")}),
        ('_Static_assert(sizeof(struct y) == 4, "");', set()),
        (";;", set()),
        ("struct y", set()),
    ],
)
def test_parts_are_members_by_value(members: str, parts: set[tuple[str, str]]) -> None:
    (found,) = definitions(f"struct x {{ {members} }};")
    assert found.parts == parts


def test_groups_have_each_definition_once() -> None:
    a, b, c = (Definition("struct", name, 0) for name in "abc")
    first, second = (
        Definition("struct", name, 0, frozenset({a.key, b.key})) for name in ("first", "second")
    )
    whole = Definition("union", "whole", 0, frozenset({second.key}))
    assert groups([a, b, c, first, second, whole]) == [
        Group(c, ()),
        Group(first, (a, b)),
        Group(whole, (second,)),
    ]
    assert groups([a, second, whole]) == [Group(whole, (a, second))]
    assert groups([]) == []
