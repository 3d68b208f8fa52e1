"""Names of types in stubs, and names that could do harm there."""

import ast
import ctypes
import dis
import io
import os
import re
import subprocess
import sys
import tokenize
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from btf_typing import BpfObject, Btf, load
from btf_typing._stubs import header, render
from btf_typing._stubs.module_names import RESERVED
from btf_typing._stubs.selection import Selection
from tests.builder import BtfBuilder
from tests.elf_builder import Symbol, elf
from tests.paths import ROOT
from tests.stub_reader import Stub

EXECSNOOP = Path(__file__).parents[3] / "examples/execsnoop/execsnoop.bpf.o"

_GOLDEN = ROOT / "tests/golden"

HOSTILE = (
    'x"""\nimport os\nos.abort()\n"""',
    "a\nb",
    "a\rb",
    "a\u2028b",
    "# type: ignore",
    "x  # type: ignore[misc]  # noqa",
    "pyright: basic",
    "fmt: off",
    "a'b\"c",
    "a\\",
    "a\\N{LATIN}",
    "{0}",
    "%s",
    "*/",
    "\x00x",
    "\x1b[31m",
    "1st",
    "a.b",
    "a-b",
    " ",
    "class",
    "None",
    "self",
    "cls",
    "__init__",
    "__slots__",
    "__class__",
    "__getattr__",
    "__name__",
    "_fields_",
    "_sized",
    "print",
    "setattr",
    "object",
    "type",
    "int",
    "str",
    "bytes",
    "bool",
    "tuple",
    "list",
    "ctypes",
    "_CField",
    "Struct",
    "Union",
    "IntEnum",
    "TypeAlias",
    "mro",
    "name",
    "größe",
    "ﬁ",
    "名前",
    "a\u0301",
    "\U0001d4d0",
)


def _object(builder: BtfBuilder, base: Btf | None = None) -> BpfObject:
    return BpfObject("x.o", Btf.from_bytes(builder.build(), base))


def _stub(builder: BtfBuilder, *types: str) -> Stub:
    return Stub(
        render.stub_text(_object(builder), object_path_as_shown="x.o", selection=Selection(types))
    )


def test_kinds_that_share_a_name_come_in_a_fixed_order() -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    b.typedef("same", b.ptr())
    b.enum("same", [("A", 1)])
    b.union("same", 4, [("in_union", u32, 0)])
    b.struct("same", 8, [("first", u32, 0)])
    b.struct("same", 8, [("second", u32, 0)])
    stub = _stub(b)
    assert {name: list(cls.fields or cls.members) for name, cls in stub.classes.items()} == {
        "same": ["first"],
        "same___2": ["second"],
        "same___3": ["in_union"],
        "same___4": ["A"],
    }
    assert stub.aliases == {"same___5": "ctypes.c_void_p"}


def test_a_type_that_is_really_called_like_a_numbered_one_keeps_its_name() -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    for tag, field in (("s", "a"), ("s", "b"), ("s___2", "c")):
        b.struct(tag, 4, [(field, u32, 0)])
    names = {name: list(cls.fields) for name, cls in _stub(b).classes.items()}
    assert names == {"s": ["a"], "s___2": ["c"], "s___3": ["b"]}


@pytest.mark.parametrize("types", [(), ("arr_t",), ("deep_t",)])
def test_typedefs_of_arrays_of_nameless_structs_have_elements(types: tuple[str, ...]) -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    first = b.array(b.struct("", 4, [("a", u32, 0)]), 3)
    second = b.array(b.array(b.union("", 4, [("b", u32, 0)]), 2), 3)
    b.ptr(b.typedef("arr_t", first))
    b.ptr(b.typedef("deep_t", b.array(b.typedef("un_t", second), 4)))
    obj = _object(b)

    text = render.stub_text(obj, object_path_as_shown="x.o", selection=Selection(types))
    ast.parse(text)
    module = render.module_text(obj, object_path_as_shown="x.o", selection=Selection(types))
    namespace: dict[str, Any] = {"__name__": "x"}
    exec(compile(module, "x.py", "exec"), namespace)  # noqa: S102  # what this is about

    if "deep_t" not in types:
        assert "arr_t: TypeAlias = ctypes.Array[arr_t_element]" in text
        assert ctypes.sizeof(namespace["arr_t"]) == 12
        assert namespace["arr_t"]._type_ is namespace["arr_t_element"]
    if "arr_t" not in types:
        assert (
            "deep_t: TypeAlias = ctypes.Array[ctypes.Array[ctypes.Array[deep_t_element]]]" in text
        )
        assert ctypes.sizeof(namespace["deep_t"]) == 96


def test_the_elements_of_a_typedef_that_a_member_has_are_named_after_the_member() -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    arr = b.typedef("arr_t", b.array(b.struct("", 4, [("a", u32, 0)]), 3))
    b.struct("outer", 12, [("m", arr, 0)])
    obj = _object(b)
    text = render.stub_text(obj, object_path_as_shown="x.o")
    assert "arr_t: TypeAlias = ctypes.Array[outer_m]" in text
    assert type(obj.btf.struct("outer")().m[0]).__name__ == "outer_m"


def test_typedefs_that_say_nothing_new_are_left_out() -> None:
    b = BtfBuilder()
    b.typedef("u32", b.int("unsigned int", 4))
    b.typedef("u32", b.int("unsigned int", 4))
    tagged = b.struct("tagged", 0)
    b.typedef("tagged", b.const(tagged))
    stub = _stub(b)
    assert list(stub.classes) == ["tagged"]
    assert stub.aliases == {"u32": "ctypes.c_uint32"}


def test_the_first_typedef_names_an_anonymous_type_and_others_are_aliases() -> None:
    b = BtfBuilder()
    nameless = b.struct("", 4, [("x", b.int("int", 4, "signed"), 0)])
    b.typedef("late_t", b.next_id + 1)
    b.typedef("early_t", nameless)
    b.typedef("other_t", nameless)
    stub = _stub(b)
    assert list(stub.classes) == ["early_t"]
    assert stub.aliases == {"late_t": "early_t", "other_t": "early_t"}
    assert stub.classes["early_t"].doc == "typedef struct {...} early_t, 4 bytes"


def test_an_anonymous_type_is_called_after_its_parent_and_member() -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    inner = b.struct("", 4, [("x", u32, 0)])
    between = b.union("", 4, [("deep", inner, 0)])
    mode = b.enum("", [("ON", 1)])
    b.struct("outer", 16, [("", between, 0), ("all", b.array(inner, 2), 32), ("mode", mode, 96)])
    stub = _stub(b)
    assert set(stub.classes) == {"outer", "outer_deep", "outer_mode"}
    assert stub.aliases == {"outer_all": "outer_deep"}
    assert stub.classes["outer"].fields["mode"].c == "enum {...}, outer_mode"


def test_other_types_rename_nothing() -> None:
    def names(*, more: bool) -> dict[str, list[str]]:
        b = BtfBuilder()
        u32 = b.int("u32", 4)
        if more:
            b.struct("aaa", 4, [("x", b.struct("", 4, [("other", u32, 0)]), 0)])
            b.enum("", [("AAA", 1)])
        b.struct("sss", 4, [("x", b.struct("", 4, [("a", u32, 0)]), 0)])
        b.enum("", [("LIMIT", 1)])
        return {name: list(cls.fields or cls.members) for name, cls in _stub(b).classes.items()}

    assert names(more=False) == {"enum_LIMIT": ["LIMIT"], "sss": ["x"], "sss_x": ["a"]}
    assert names(more=True).items() > names(more=False).items()


def test_types_without_a_layout_are_named_with_the_reason() -> None:
    b = BtfBuilder()
    b.struct("broken", 4, [("gone", b.fwd("unknown"), 0)])
    text = render.stub_text(_object(b), object_path_as_shown="x.o")
    (line,) = [line for line in text.splitlines() if "No class" in line]
    assert line.startswith("# No class for struct broken: STRUCT 'broken': member 'gone': ")
    assert "[" not in line  # ids change with every compilation


def test_a_selection_includes_only_the_types_that_it_needs() -> None:
    stub = render.stub_text(
        load(EXECSNOOP), object_path_as_shown="x.o", selection=Selection(("exec_ev*",))
    )
    assert set(Stub(stub).classes) == {"exec_event", "creds", "exec_kind"}
    assert Stub(stub).aliases == {}


def test_excluded_types_stay_where_others_need_them() -> None:
    selection = Selection(("exec_*",), ("*_kind", "*_count"))
    stub = render.stub_text(load(EXECSNOOP), object_path_as_shown="x.o", selection=selection)
    assert set(Stub(stub).classes) == {"exec_event", "creds", "exec_kind"}


def test_split_btf_gives_its_own_types_and_what_they_need() -> None:
    base = BtfBuilder()
    u32 = base.int("u32", 4)
    needed = base.struct("needed", 4, [("a", u32, 0)])
    base.struct("other", 4, [("a", u32, 0)])
    split = BtfBuilder(base=base)
    split.struct("own", 4, [("n", needed, 0)])
    obj = _object(split, Btf.from_bytes(base.build()))
    assert set(Stub(render.stub_text(obj, object_path_as_shown="x.ko")).classes) == {
        "own",
        "needed",
    }
    asked = render.stub_text(obj, object_path_as_shown="x.ko", selection=Selection(("other",)))
    assert set(Stub(asked).classes) == {"other"}


def test_sections_and_anonymous_types_of_maps_are_asked_for_by_name() -> None:
    def classes(*types: str, exclude: tuple[str, ...] = ()) -> set[str]:
        selection = Selection(types, exclude)
        obj = load(_GOLDEN / "globals.o")
        return set(
            Stub(render.stub_text(obj, object_path_as_shown="x.o", selection=selection)).classes
        )

    assert classes(".rodata") == {"section_rodata", "section_rodata_config"}
    assert classes(".data*") == {
        *("section_data", "section_data_mode", "section_data_counters", "data")
    }
    assert classes("counts_*") == {"counts_key", "counts_value", "counts_value_seen"}
    assert classes("enum_I*") == {"enum_IDLE"}
    assert classes("named_*") == set()  # the struct of its value is called data
    assert classes(exclude=("data", ".*", "counts_k*", "enum_I*", "inner")) == {
        *("counts_value", "counts_value_seen", "outer_inner_value")
    }


def test_an_anonymous_map_value_without_a_layout_is_refused_alone() -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    b.struct("event", 4, [("pid", u32, 0)])
    value = b.struct("", 4, [("gone", b.fwd("elsewhere"), 0)])
    members = [("type", b.ptr(b.array(u32, 1)), 0), ("key", b.ptr(u32), 64)]
    map_ = b.struct("", 24, [*members, ("value", b.ptr(value), 128)])
    b.datasec(".maps", 24, [(b.var("counts", map_), 0, 24)])
    text = render.stub_text(_object(b), object_path_as_shown="x.o")
    assert set(Stub(text).classes) == {"event"}
    assert "# No class for struct {...}: " in text


def test_a_section_of_any_name_is_described(tmp_path: Path) -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    names = ['.data."""\nx', ".data.class"]
    for name in names:
        b.datasec(name, 4, [(b.var("v", u32), 0, 4)])
    b.datasec(".data.gone", 4, [(b.var("v", u32), 0, 4)])
    symbols = [Symbol("v", name, 0, 4) for name in names]
    contents = elf({".BTF": b.build(), **dict.fromkeys(names, b"\1\0\0\0")}, symbols)
    (tmp_path / "x.o").write_bytes(contents)
    text = render.stub_text(load(str(tmp_path / "x.o")), object_path_as_shown="x.o")
    found = {name: cls.doc for name, cls in Stub(text).classes.items()}
    assert found == {
        "section_data_____x_": "section .data.????x, 4 bytes",
        "section_data_class": "section .data.class, 4 bytes",
    }
    (refused,) = [line for line in text.splitlines() if "No class" in line]
    assert refused.startswith(
        "# No class for section .data.gone: section '.data.gone' is in the BTF"
    )


def test_enums_of_too_many_enumerators_of_one_name_cost_only_themselves() -> None:
    b = BtfBuilder()
    first = b.enum("first", [("A", value) for value in range(65)])
    nameless = b.enum("", [("B", value) for value in range(65)])
    b.enum("", [("C", value) for value in range(65)])
    good = b.enum("good", {"GOOD": 1})
    typedef = b.typedef("first_t", first)
    fields = {"a": first, "b": nameless, "c": nameless, "d": typedef, "e": good}
    b.struct("s", 20, [(name, id_, 32 * n) for n, (name, id_) in enumerate(fields.items())])
    obj = load(b.build())

    text = render.stub_text(obj, object_path_as_shown="x.o")
    assert {"s", "good"} <= Stub(text).classes.keys()
    reason = "has more than 64 enumerators called"
    assert [line for line in text.splitlines() if "No class" in line] == [
        f"# No class for enum first: ENUM 'first' {reason} 'A'",
        f"# No class for enum {{...}}: ENUM (anon) {reason} 'B'",
        f"# No class for enum {{...}}: ENUM (anon) {reason} 'C'",
    ]
    assert '_s_values: TypeAlias = _EnumValues[Literal["e"], good | int]' in text
    module: dict[str, Any] = {"__name__": "x"}
    exec(render.module_text(obj, object_path_as_shown="x.o"), module)  # noqa: S102  # our own text
    assert repr(module["s"](a=5, c=6, d=7, e=1)) == "s(a=5, b=0, c=6, d=7, e=GOOD)"
    assert not {"first", "first_t"} & module.keys()


_PRAGMAS = [
    *(header.FOR_FORMATTERS + header.FOR_CHECKERS).splitlines(),
    "# type: ignore[misc]",
    "# type: ignore[override]",
]


def _hostile(names: tuple[str, ...] | list[str]) -> BpfObject:
    """An object with each name as a tag, member, enumerator, typedef, parameter and type tag."""
    b = BtfBuilder()
    u32, bits = b.int("u32", 4), b.int("bits", 4)
    char = b.int(names[0], 4)
    first = b.struct("first", 4, [("x", u32, 0)])
    for name in names:
        struct = b.struct(name, 4, [(name, u32, 0)])
        b.union(name, 4, [(name, bits, 0, 3)])
        b.enum(name, [(name, 1), (f"__{name}", 2)])
        b.enum("", [(name, 3)])
        b.typedef(name, b.array(struct, 2))
        b.typedef(f"{name}_t", b.struct("", 4, [(name, b.typedef(name, char), 0)]))
        proto = b.func_proto(b.fwd(name), [(name, b.ptr(b.type_tag(name, struct)))])
        b.struct(f"of {name}", 16, [(name, struct, 0), ("p", b.ptr(proto), 64)])
        b.struct(f"broken {name}", 4, [(name, b.fwd(name), 0)])
    b.struct("all", 4 * len(names), [(n, first, 32 * i) for i, n in enumerate(names)])
    return _object(b)


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_no_name_can_break_out_of_its_place(name: str) -> None:
    obj = _hostile([name])
    stub = render.stub_text(obj, object_path_as_shown=name)
    Stub(stub)  # only declarations of the known forms
    module = render.module_text(obj, object_path_as_shown=name)
    for text in (stub, module):
        assert {c for c in text if not c.isprintable()} == {"\n"}
        # No comment is a pragma, except the one that we write.
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT and token.string not in _PRAGMAS:
                assert "#" not in token.string[1:]
                assert not re.match(
                    r"#\s*(type|pyright|fmt|ruff|isort|mypy|ty|pyrefly|noqa)\s*:", token.string
                )
    namespace: dict[str, object] = {"__name__": "hostile"}
    exec(compile(module, "hostile", "exec"), namespace)  # noqa: S102  # that it is harmless is the test
    assert ctypes.sizeof(namespace["first"]) == 4  # type: ignore[arg-type]


def test_stubs_of_all_hostile_names_at_once_pass_mypy(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    text = render.stub_text(_hostile(HOSTILE), object_path_as_shown="x.o")
    path = tmp_path / "hostile.pyi"
    path.write_text(text, "utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=/dev/null"),
            path,
        ],
        env=os.environ | {"MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_cannot_replace_names_that_the_modules_functions_use() -> None:
    def used(code: CodeType) -> set[str]:
        inner = [const for const in code.co_consts if isinstance(const, CodeType)]
        names = {i.argval for i in dis.get_instructions(code) if i.opname == "LOAD_GLOBAL"}
        return names.union(*map(used, inner))

    text = render.module_text(_object(BtfBuilder()), object_path_as_shown="x.o")
    # Names in annotations do not count: a running program never evaluates them.
    names = used(compile(f"from __future__ import annotations\n{text}", "x", "exec"))
    assert {"ctypes", "_field", "bool"} <= names
    assert names - {"__name__"} <= RESERVED  # no type can have this name


def test_many_types_of_one_name_are_fast() -> None:
    b = BtfBuilder()
    for _ in range(20_000):
        b.struct("s", 0)
    names = render.Rendering(_object(b)).class_names
    assert names[20_000] == "s___20000"


def test_the_text_is_the_same_whatever_the_hash_seed() -> None:
    code = (
        "from btf_typing import load; from btf_typing._stubs import render; import sys;"
        "obj = load(sys.argv[1]);"
        "print(render.stub_text(obj, object_path_as_shown='x.o'));"
        "print(render.module_text(obj, object_path_as_shown='x.o'))"
    )
    path = _GOLDEN / "names.o"
    texts = {
        subprocess.run(
            [sys.executable, "-c", code, path],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2", "3")
    }
    assert len(texts) == 1
    ast.parse(texts.pop())


def test_no_member_shadows_a_second_name(tmp_path: Path) -> None:
    """A field ``int`` gives ``int`` a second name, which must not be that of another field."""
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    b.struct("s", 12, [("int", u32, 0), ("_int", u32, 32), ("x", u32, 64)])
    b.enum("____", [("___", 1), ("____", 2)])
    path = tmp_path / "odd.btf"
    path.write_bytes(b.build())

    text = render.stub_text(load(path), object_path_as_shown="odd.btf")

    assert "from builtins import int as _int___2\n" in text
    assert "x: _CField[ctypes.c_uint32, _int___2, _int___2]" in text
    classes = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    enum = next(node for node in classes if node.name == "____")
    members = [node for node in enum.body if isinstance(node, ast.AnnAssign)]
    names = {ast.unparse(node.target) for node in members}
    assert names == {"____", "_____"}
    assert not names & {ast.unparse(node.annotation) for node in members}


def test_classes_that_are_called_like_built_ins_come_before_their_users(tmp_path: Path) -> None:
    """mypy takes such a name for the built-in object until it has seen the class."""
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    inner = b.struct("zip", 4, [("x", u32, 0)])
    outer = b.struct("list", 4, [("zip_", inner, 0)])
    b.struct("event", 8, [("a", outer, 0), ("b", inner, 32)])
    path = tmp_path / "odd.btf"
    path.write_bytes(b.build())

    text = render.stub_text(load(path), object_path_as_shown="odd.btf")

    classes = [node.name for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    assert classes[:3] == ["zip", "list", "event"]
