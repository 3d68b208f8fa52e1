"""C names as Python identifiers: the rule, and its use in classes and enums."""

import ctypes
import enum
import keyword
from ctypes import Structure
from typing import Any

import pytest

from btf_typing import LayoutError, asdict
from btf_typing._layout.identifiers import (
    enumerator_name,
    field_name,
    identifier,
    is_dunder,
    is_reachable_as_c,
    module_name,
)
from tests.handwritten import Types


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pid", "pid"),
        ("_pid", "_pid"),
        ("__pid", "__pid"),
        ("type", "type"),  # a soft keyword
        ("match", "match"),
        ("class", "class_"),
        ("None", "None_"),
        ("f.counter", "f_counter_"),
        (".rodata", "_rodata_"),
        ("1st", "_1st_"),
        ("", "_"),
        ("two words", "two_words_"),
        ("a\nb", "a_b_"),
        ("naïve", "naïve"),
        ("ﬁle", "file"),  # Python reads this ligature as two letters
        ("ª", "a"),
        ("a²", "a2"),
        ("☃", "__"),
        ("\\xff", "_xff_"),
    ],
)
def test_identifiers(name: str, expected: str) -> None:
    assert identifier(name) == expected
    assert expected.isidentifier()
    assert not keyword.iskeyword(expected)


@pytest.mark.parametrize("name", keyword.kwlist)
def test_keywords_get_an_underscore(name: str) -> None:
    assert field_name(name) == enumerator_name(name) == f"{name}_"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("data", "data"),
        ("__data", "__data"),
        ("data__", "data__"),
        ("____", "____"),
        ("__init__", "__init___"),
        ("__class__", "__class___"),
        ("_fields_", "_fields__"),
        ("_objects", "_objects_"),
        ("from_buffer_copy", "from_buffer_copy_"),
        ("mro", "mro_"),
        ("size", "size"),
        ("value", "value"),
    ],
)
def test_fields(name: str, expected: str) -> None:
    assert field_name(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("value", "value_"),
        ("name", "name_"),
        ("mro", "mro_"),
        ("real", "real_"),
        ("__MAX", "__MAX"),
        ("_one_", "_one__"),
        ("_", "__"),
        ("__init__", "__init___"),
        ("__one_", "__one___"),
        ("size", "size"),
        ("_fields_", "_fields__"),
    ],
)
def test_enumerators(name: str, expected: str) -> None:
    assert enumerator_name(name) == expected


def test_two_enumerators_of_any_one_name_are_members() -> None:
    b = Types()
    b.enum("e", [("_one", 1), ("_one", 2), ("__two", 3), ("__two", 4), ("__two", 5)])
    members = b.btf().enum("e").__members__
    assert {name: member.value for name, member in members.items()} == {
        "_one": 1,
        "_one__": 2,
        "__two": 3,
        "__two_": 4,
        "__two___": 5,
    }


def test_names_that_are_taken_get_more_underscores() -> None:
    taken: set[str] = set()
    given = []
    for name in ("class", "class_", "class", "a", "a", "a_", "__x__", "__x___"):
        given.append(field_name(name, taken))
        taken.add(given[-1])

    assert given == [*("class_", "class__", "class___", "a", "a_", "a__", "__x___", "__x____")]
    many = {"a" + "_" * count for count in range(64)}
    with pytest.raises(LayoutError, match="more than 64 members are called 'a'"):
        field_name("a", many)


def test_every_name_that_a_ctypes_class_has_is_kept_for_it() -> None:
    """A member with any other of these names would break the class."""

    class Some(Structure):
        _fields_ = [("x", ctypes.c_int)]

    metaclass: Any = type(Some)
    names = {*dir(Some), *dir(metaclass), *dir(Some(1)), "_pack_", "_anonymous_", "_layout_"}
    for name in names - {"x"}:
        assert field_name(name) == f"{name}_", name
        assert not is_reachable_as_c(name, f"{name}_")


def test_members_of_those_names_work() -> None:
    class Some(Structure):
        _fields_ = [("x", ctypes.c_int)]

    metaclass: Any = type(Some)
    names = sorted({*dir(Some), *dir(metaclass), *keyword.kwlist, "_pack_", "_layout_"})
    b = Types()
    b.struct("s", 4 * len(names), [(name, b.u32, 32 * i) for i, name in enumerate(names)])

    cls = b.btf().struct("s")
    value = cls.from_buffer_copy(b"".join(n.to_bytes(4, "little") for n in range(len(names))))

    assert list(asdict(value).values()) == list(range(len(names)))
    assert ctypes.sizeof(cls) == 4 * len(names)
    assert repr(value).startswith("s(")
    assert value == cls.from_buffer_copy(value)


def test_every_name_that_an_enum_has_is_kept_for_it() -> None:
    class Some(enum.IntEnum):
        A = 0

    names = {name for name in {*dir(Some), *dir(Some.A), *dir(int)} if name != "A"}
    names |= {"_missing_", "_generate_next_value_", "_ignore_", "_order_", "mro", "_value_"}
    b = Types()
    b.enum("e", dict.fromkeys(sorted(names), 0) | {"last": 1})
    b.enum("f", {name: number for number, name in enumerate(sorted(names))})
    btf = b.btf()

    assert len(btf.enum("e").__members__) == len(names) + 1
    assert btf.enum("e")(1).name == "last"
    made: Any = btf.enum("f")
    for number, name in enumerate(sorted(names)):
        assert getattr(made, enumerator_name(name)) == number
        assert made(number).value == number


def test_enumerators_that_share_a_name_or_a_value() -> None:
    b = Types()
    b.enum("e", [("A", 1), ("B", 1), ("A", 2), ("class", 3), ("a.b", 4)])
    made = b.btf().enum("e")

    assert dict(made.__members__) == {"A": 1, "B": 1, "A_": 2, "class_": 3, "a_b_": 4}
    assert made(1).name == "A"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("__init__", True),
        ("__x__", True),
        ("__x", False),
        ("x__", False),
        ("_x_", False),
        ("____", False),
        ("__", False),
    ],
)
def test_dunders(name: str, *, expected: bool) -> None:
    assert is_dunder(name) is expected


@pytest.mark.parametrize(
    ("name", "python_name", "expected"),
    [
        ("class", "class_", True),
        ("a.b", "a_b_", True),
        ("a", "a", False),
        ("__init__", "__init___", False),
        ("_fields_", "_fields__", False),
        ("from_buffer", "from_buffer_", False),
        ("a", "a_", True),
    ],
)
def test_reachable_as_c(name: str, python_name: str, *, expected: bool) -> None:
    assert is_reachable_as_c(name, python_name) is expected


def test_the_c_spelling_is_of_the_first_that_has_it() -> None:
    b = Types()
    b.struct("s", 12, [("a", b.u32, 0), ("a", b.u32, 32), ("a_", b.u32, 64)])
    value = b.btf().struct("s").from_buffer_copy(b"\1\0\0\0\2\0\0\0\3\0\0\0")

    assert asdict(value) == {"a": 1, "a_": 2, "a__": 3}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("prog.bpf.o", "prog_bpf"),
        ("/some/where/prog.bpf.o", "prog_bpf"),
        ("my-prog.o", "my_prog_bpf"),
        ("prog_bpf.o", "prog_bpf"),
        ("vmlinux", "vmlinux"),
        ("1.o", "_1_bpf"),
        ("class.o", "class_bpf"),
        ("class", "class_"),
        (".o", "_bpf"),
        ("a b.btf", "a_b_btf"),
        ("prog.o.o", "prog_o_bpf"),
        ("é.o", "_bpf"),
        ("socket.o", "socket_bpf"),
        ("socket", "socket_"),
        ("socket.bpf.o", "socket_bpf"),
        ("btf_typing.o", "btf_typing_bpf"),
        ("btf_typing", "btf_typing_"),
    ],
)
def test_modules(path: str, expected: str) -> None:
    assert module_name(path) == expected
    assert expected.isidentifier()
