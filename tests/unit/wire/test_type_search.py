"""Look-ups by name, and the messages if a type is missing."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import btf_typing
from btf_typing import Btf, BtfError, LayoutError, TypeNotFoundError
from tests.builder import STRUCT, BtfBuilder
from tests.handwritten import Types

_WHY = "compilers leave out the types that no global, map or function needs"
_COMPILERS = (
    ("clang-19", "-target", "bpf", "-g"),
    ("clang-14", "-target", "bpf", "-g"),
    ("bpf-gcc", "-gbtf"),
)


def _btf() -> Btf:
    b = Types()
    event = b.struct("exec_event", 4, [("pid", b.u32, 0)])
    b.union("exec_union", 4, [("pid", b.u32, 0)])
    b.enum("exec_kind", {"EXEC_A": 0, "EXEC_B": 1})
    b.enum64("huge_wide", {"EXEC_HUGE": 1 << 40})
    b.typedef("event_t", b.const(event))
    b.typedef("alias_t", b.next_id - 1)
    b.typedef("lone_t", b.struct("", 4, [("x", b.u32, 0)]))
    b.typedef("kind_t", b.enum("", {"LONE": 5}))
    b.typedef("number_t", b.u32)
    task = b.fwd("task_struct")
    b.fwd("sock_union", union=True)
    b.typedef("task_t", task)
    proto = b.func_proto()
    b.func("gone", proto)
    b.var("counters", b.u32)
    b.typedef("cycle_t", b.next_id)
    return b.btf()


@pytest.fixture(scope="module")
def btf() -> Btf:
    return _btf()


@pytest.mark.parametrize("name", ["exec_event", "event_t", "alias_t"])
def test_structs_by_tag_and_by_typedef(btf: Btf, name: str) -> None:
    assert btf.struct(name) is btf.struct("exec_event")
    assert btf.struct(name)._fields_[0][0] == "pid"


def test_a_typedef_is_the_only_name_of_some(btf: Btf) -> None:
    assert btf.struct("lone_t").__name__ == "lone_t"
    assert btf.enum("kind_t").__name__ == "kind_t"
    assert dict(btf.enum("kind_t").__members__) == {"LONE": 5}


def test_unions_and_enums(btf: Btf) -> None:
    assert btf.union("exec_union").__name__ == "exec_union"
    assert list(btf.enum("exec_kind")) == [0, 1]
    assert btf.enum("exec_kind")(1).name == "EXEC_B"
    assert btf.enum("huge_wide")["EXEC_HUGE"] == 1 << 40
    assert btf.enum("exec_kind") is btf.enum("exec_kind")
    with pytest.raises(ValueError, match="7 is not a valid exec_kind"):
        btf.enum("exec_kind")(7)


def test_ids_name_types_too(btf: Btf) -> None:
    type_id = btf.type("exec_event").id

    assert btf.struct(type_id) is btf.struct("exec_event")
    assert btf.type(type_id).name == "exec_event"
    assert btf.type(0).kind == "VOID"
    with pytest.raises(TypeNotFoundError) as caught:
        btf.union(type_id)
    assert str(caught.value) == (
        f"no union with id {type_id} in this BTF; the type with this id is"
        f" [{type_id}] STRUCT 'exec_event'"
    )
    last = len(btf) - 1
    for wrong in (-1, last + 1, 1 << 40):
        with pytest.raises(TypeNotFoundError) as caught:
            btf.type(wrong)
        assert str(caught.value) == f"no type with id {wrong} in this BTF; ids are 0 to {last}"
        assert (caught.value.name, caught.value.type_id) == ("", wrong)


def _shared() -> Btf:
    """BTF in which types of every kind have the name ``name``, and two structs have ``twice``."""
    b = Types()
    proto = b.func_proto()
    b.func("name", proto)
    b.typedef("name", b.u32)
    b.enum("name", {"A": 1})
    b.fwd("name")
    b.union("name", 8, [("u", b.u64, 0)])
    b.struct("name", 4, [("s", b.u32, 0)])
    b.struct("twice", 4, [("first", b.u32, 0)])
    b.struct("twice", 4, [("second", b.u32, 0)])
    b.typedef("tagged", b.next_id - 1)
    b.struct("tagged", 4, [("tag", b.u32, 0)])
    return b.btf()


def test_kinds_that_share_a_name() -> None:
    btf = _shared()

    assert btf.struct("name")._fields_[0][0] == "s"
    assert btf.union("name")._fields_[0][0] == "u"
    assert btf.enum("name")(1).name == "A"
    assert btf.type("name").kind == "STRUCT"


def test_the_first_of_two_and_a_tag_before_a_typedef() -> None:
    btf = _shared()
    second = btf.type("twice").id + 1

    assert btf.struct("twice")._fields_[0][0] == "first"
    assert btf.struct(second)._fields_[0][0] == "second"
    assert btf.struct(second).__name__ == "twice"
    assert btf.struct("tagged")._fields_[0][0] == "tag"


@pytest.mark.parametrize(
    ("keyword", "name", "message"),
    [
        ("struct", "exec_evnt", "no struct 'exec_evnt' in this BTF; did you mean 'exec_event'?"),
        ("struct", "ExecEvent", "no struct 'ExecEvent' in this BTF; did you mean 'exec_event'?"),
        (
            "struct",
            "struct exec_event",
            "no struct 'struct exec_event' in this BTF; did you mean 'exec_event'?",
        ),
        ("struct", "EXEC_EVENT", "no struct 'EXEC_EVENT' in this BTF; did you mean 'exec_event'?"),
        ("struct", "lone", "no struct 'lone' in this BTF; did you mean 'lone_t'?"),
        ("union", "exec_unio", "no union 'exec_unio' in this BTF; did you mean 'exec_union'?"),
        ("enum", "exec_kin", "no enum 'exec_kin' in this BTF; did you mean 'exec_kind'?"),
        ("type", "number", "no type 'number' in this BTF; did you mean 'number_t'?"),
        (
            "struct",
            "exec_union",
            "no struct 'exec_union' in this BTF; it is a union, so use union('exec_union')",
        ),
        (
            "struct",
            "kind_t",
            "no struct 'kind_t' in this BTF; it is an enum, so use enum('kind_t')",
        ),
        (
            "union",
            "event_t",
            "no union 'event_t' in this BTF; it is a struct, so use struct('event_t')",
        ),
        ("enum", "number_t", "no enum 'number_t' in this BTF; it is an INT"),
    ],
)
def test_messages_for_missing_names(btf: Btf, keyword: str, name: str, message: str) -> None:
    with pytest.raises(TypeNotFoundError) as caught:
        getattr(btf, keyword)(name)

    assert str(caught.value) == message
    assert caught.value.name == name
    assert isinstance(caught.value, BtfError)
    assert isinstance(caught.value, LookupError)
    assert caught.value.suggestions == (
        (message.split("'")[-2],) if "did you mean" in message else ()
    )


@pytest.mark.parametrize(
    ("keyword", "name", "how"),
    [
        ("struct", "task_struct", ""),
        ("struct", "task_t", ""),
        ("union", "task_struct", " as a struct"),
        ("enum", "task_struct", " as a struct"),
        ("union", "sock_union", ""),
        ("struct", "sock_union", " as a union"),
    ],
)
def test_declared_is_not_defined(btf: Btf, keyword: str, name: str, how: str) -> None:
    with pytest.raises(TypeNotFoundError) as caught:
        getattr(btf, keyword)(name)

    assert str(caught.value) == (
        f"no {keyword} {name!r} in this BTF; it is only declared there{how} (a forward"
        " declaration); include the header that defines it in the C file"
    )


@pytest.mark.parametrize(
    ("keyword", "line"),
    [
        ("struct", "struct xyz *unused_xyz __attribute__((unused));"),
        ("union", "union xyz *unused_xyz __attribute__((unused));"),
        ("enum", "enum xyz *unused_xyz __attribute__((unused));"),
        ("type", "struct xyz *unused_xyz __attribute__((unused));"),
    ],
)
def test_no_name_is_similar(btf: Btf, keyword: str, line: str) -> None:
    what = {"union": "a union", "enum": "an enum"}.get(keyword, "a struct")
    with pytest.raises(TypeNotFoundError) as caught:
        getattr(btf, keyword)("xyz")

    assert str(caught.value) == (
        f"no {keyword} 'xyz' in this BTF; {_WHY}; for a type of the kernel, use Btf.from_kernel();"
        f" to keep {what} of your own, add this line to the C file: {line}"
    )


@pytest.mark.parametrize(
    ("name", "use"), [("gone", "it is a function"), ("counters", "it is a global variable")]
)
def test_functions_and_variables_are_no_types(btf: Btf, name: str, use: str) -> None:
    """In C a struct may share their names, so the message also says how to keep such a struct."""
    with pytest.raises(TypeNotFoundError) as caught:
        btf.struct(name)

    assert str(caught.value).startswith(f"no struct {name!r} in this BTF; {use}; {_WHY}")


@pytest.mark.parametrize("name", ["", "two words", "1st", "a\0b", "x" * 5000])
def test_names_that_no_c_has(btf: Btf, name: str) -> None:
    with pytest.raises(TypeNotFoundError) as caught:
        btf.struct(name)

    assert str(caught.value).startswith(f"no struct {name!r} in this BTF; {_WHY}")
    assert name not in btf


def test_a_typedef_that_leads_nowhere(btf: Btf) -> None:
    with pytest.raises(TypeNotFoundError, match="no struct 'cycle_t'"):
        btf.struct("cycle_t")
    with pytest.raises(LayoutError, match="cycle"):
        _ = btf.type("cycle_t").size


def test_the_message_names_the_file() -> None:
    path = "examples/execsnoop/execsnoop.bpf.o"

    with pytest.raises(TypeNotFoundError) as caught:
        btf_typing.load(path).btf.struct("exec_evnt")  # type: ignore[btf-name]

    assert (
        str(caught.value)
        == f"no struct 'exec_evnt' in {path}; did you mean 'exec_event' or 'exec_count'?"
    )


def test_swapped_letters_in_a_short_name_are_recognised() -> None:
    b = Types()
    b.struct("cfg", 0)

    with pytest.raises(TypeNotFoundError, match=r"did you mean 'cfg'\?"):
        b.btf().struct("cgf")


def test_a_stubs_name_for_a_type_without_a_name_is_recognised() -> None:
    b = Types()
    inner = b.struct("", 4, [("n", b.u32, 0)])
    b.struct("my_event", 8, [("in_addr", inner, 0), ("many", b.array(inner, 1), 32)])
    b.struct("my", 4, [("event_x", b.u32, 0)])
    btf = b.btf()

    for member in ("in_addr", "many"):
        with pytest.raises(TypeNotFoundError) as caught:
            btf.struct(f"my_event_{member}")
        assert str(caught.value).endswith(
            f"; it is the type of member {member} of struct my_event, which has no name in C;"
            " access it through that member"
        )
    with pytest.raises(TypeNotFoundError, match=r"did you mean 'my_event'\?$"):
        btf.struct("my_event_x")


def test_an_anonymous_member_has_no_name_that_an_underscore_could_end() -> None:
    b = Types()
    b.struct("event", 4, [("", b.struct("", 4, [("n", b.u32, 0)]), 0)])

    with pytest.raises(TypeNotFoundError, match=r"in this BTF; did you mean 'event'\?$"):
        b.btf().struct("event_")


def test_a_name_of_underscores_and_an_array_of_itself() -> None:
    b = Types()
    itself = b.next_id
    b.array(itself, 1)
    b.struct("s", 8, [("a", itself, 0)])
    btf = b.btf()

    with pytest.raises(TypeNotFoundError, match="no struct 's_a'"):
        btf.struct("s_a")
    with pytest.raises(TypeNotFoundError, match="compilers leave out"):
        btf.struct("s" + "_" * 1_000_000)


def test_at_most_three_suggestions_the_closest_first() -> None:
    b = Types()
    for name in ("event_aaaa", "event_aab", "event_aa", "event_aaaaa", "other"):
        b.struct(name, 0)

    with pytest.raises(TypeNotFoundError) as caught:
        b.btf().struct("event_a")

    assert caught.value.suggestions == ("event_aa", "event_aab", "event_aaaa")
    assert str(caught.value).endswith("did you mean 'event_aa' or 'event_aab' or 'event_aaaa'?")


@pytest.mark.parametrize("compiler", _COMPILERS, ids=lambda command: command[0])
def test_the_line_of_c_keeps_the_type(compiler: tuple[str, ...], tmp_path: Path) -> None:
    if not shutil.which(compiler[0]):
        pytest.skip(f"{compiler[0]} is not installed")
    c = "struct s { int a; };\nunion u { int b; };\nenum e { A = 3 };\nint keep;\n"
    lines = []
    empty = Btf.from_bytes(BtfBuilder().build())
    for keyword, name in (("struct", "s"), ("union", "u"), ("enum", "e")):
        with pytest.raises(TypeNotFoundError) as caught:
            getattr(empty, keyword)(name)
        lines.append(str(caught.value).rpartition(": ")[2])
    source, target = tmp_path / "x.c", tmp_path / "x.o"

    def compiled(text: str) -> Any:
        source.write_text(text)
        subprocess.run([*compiler, "-O2", "-c", str(source), "-o", str(target)], check=True)
        return btf_typing.load(target).btf

    assert "clang" not in compiler[0] or "s" not in compiled(c)
    btf = compiled(c + "\n".join(lines) + "\n")
    assert btf.struct("s")(a=1).a == 1
    assert btf.union("u")(b=1).b == 1
    assert btf.enum("e").A == 3


# -- names, membership, iteration ------------------------------------------------------------


def test_names(btf: Btf) -> None:
    assert btf.names("STRUCT") == btf.names("struct") == ["exec_event"]
    assert btf.names("ENUM64") == ["huge_wide"]
    assert btf.names("FWD") == ["task_struct", "sock_union"]
    assert btf.names("PTR") == []
    assert _shared().names("STRUCT") == ["name", "twice", "tagged"]
    assert set(btf.names("TYPEDEF")) < set(btf.names())
    assert len(set(btf.names())) == len(btf.names())
    with pytest.raises(
        ValueError, match=r"^no kind 'class'; the kinds are VOID, INT, PTR, ARRAY, STR"
    ):
        btf.names("class")


def test_ids_of_anything_else_are_refused() -> None:
    of: Any = "link"
    with pytest.raises(ValueError, match=r"^of='link', expected 'btf', 'program' or 'map'$"):
        Btf.from_id(1, of)


def test_membership(btf: Btf) -> None:
    for name in ("exec_event", "number_t", "gone", "task_struct", "u32"):
        assert name in btf
    for missing in ("exec_even", "xec_event", "EXEC_A", "pid", "", 5, None, b"exec_event"):
        assert missing not in btf


def test_iteration(btf: Btf) -> None:
    types = list(btf.types())

    assert [type_.id for type_ in types] == list(range(1, len(btf)))
    assert types[0].name == "u8"
    assert btf.type("exec_event") in types
    assert {type_.name for type_ in types} - {""} == set(btf.names())


def test_a_split_btf_finds_the_names_of_its_base() -> None:
    base = Types()
    base.struct("both", 4, [("old", base.u32, 0)])
    base.struct("below", 4, [("x", base.u32, 0)])
    split = BtfBuilder(base=base)
    split.struct("both", 4, [("new", base.u32, 0)])
    split.struct("above", 4, [("x", base.u32, 0)])
    below = base.btf()
    btf = Btf.from_bytes(split.build(), below)

    assert btf.struct("both")._fields_[0][0] == "old"
    assert btf.struct("below").__name__ == "below"
    assert btf.struct("above").__name__ == "above"
    assert "above" not in below
    assert len(btf) == len(below) + 2
    assert btf.names("STRUCT") == ["both", "below", "above"]
    with pytest.raises(TypeNotFoundError, match="did you mean 'below'"):
        btf.struct("belw")


def test_many_look_ups_have_the_same_results_as_one() -> None:
    """After a few look-ups, an index replaces the scan."""
    b = Types()
    for number in range(100):
        b.struct(f"s{number}", 4, [("x", b.u32, 0)])
        b.typedef(f"prefix_s{number}", b.next_id - 1)
    btf = b.btf()

    for number in (*range(100), *range(100)):
        assert btf.struct(f"s{number}").__name__ == f"s{number}"
        assert f"prefix_s{number}" in btf
        assert f"ix_s{number}" not in btf


@pytest.mark.parametrize("keyword", ["struct", "union", "enum", "type"])
@pytest.mark.parametrize("wrong", [None, 1.5, b"exec_event", ("exec_event",)])
def test_a_look_up_needs_a_name_or_an_id(btf: Btf, keyword: str, wrong: object) -> None:
    with pytest.raises(TypeError, match=r"^expected the name of a type or its id, not "):
        getattr(btf, keyword)(wrong)


def test_only_so_many_names_are_compared() -> None:
    b = Types()
    for number in range(70_000):
        b.typedef(f"name_{number:05}", b.u32)
    btf = b.btf()

    with pytest.raises(TypeNotFoundError) as caught:
        btf.type("name_69999x")

    assert caught.value.suggestions
    assert max(caught.value.suggestions) < "name_66000"

    # A kernel has 47,000 names of similar length.
    with pytest.raises(TypeNotFoundError) as caught:
        btf.type("name_60000x")

    assert caught.value.suggestions[0] == "name_60000"


def test_a_forward_declaration_comes_after_everything_else_of_its_name() -> None:
    b = BtfBuilder()
    fwd = b.fwd("x")
    func = b.func("x", b.func_proto())
    only = b.fwd("y")
    btf = Btf.from_bytes(b.build())

    assert fwd < func
    assert btf.type("x").kind == "FUNC"
    assert btf.type("y").id == only


def test_the_first_type_of_a_name_is_found_by_every_way_of_searching() -> None:
    b = BtfBuilder()
    u32 = b.int("u32", 4)
    ids = [b.struct("twice", 4, [("x", u32, 0)]) for _ in range(3)]
    # The same name at another offset, as the end of a longer one.
    longer = b.string("is_twice") + len("is_")
    other = b.add(STRUCT, longer, 4)
    btf = Btf.from_bytes(b.build())

    # The first look-ups search all records, and the later ones use an index.
    found = [list(btf.table.ids_by_name("twice")) for _ in range(8)]

    assert found == [[*ids, other]] * 8
    assert btf.type("twice").id == ids[0]
