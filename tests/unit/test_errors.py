"""Errors: their parts, and the messages that ``str()`` composes from these."""

import copy
import pickle
from collections.abc import Callable

import pytest

from btf_typing import (
    Btf,
    BtfError,
    BtfFormatError,
    BtfValidationError,
    LayoutError,
    Mismatch,
    TypeNotFoundError,
)
from btf_typing._commands.output import report
from btf_typing.errors import TypeReference
from tests.builder import BtfBuilder
from tests.handwritten import Types

_STRUCT = TypeReference(7, "STRUCT", "event")
_FWD = TypeReference(9, "FWD", "task")
_ANONYMOUS = TypeReference(11, "UNION", "")
_MISMATCH = Mismatch("pid", 0, "c_uint16 at offset 0", "c_uint32 at offset 0", "use c_uint32")

_CASES: list[tuple[BtfError, str, str]] = [
    (BtfError("bad"), "bad", "bad"),
    (BtfError("bad", path="a.o"), "a.o: bad", "bad"),
    (BtfError("bad", path="a\0\n.o"), "'a\\x00\\n.o': bad", "bad"),
    (
        BtfFormatError("bad magic", where="[7] STRUCT 'event'", offset=20, path="a.o"),
        "a.o: bad magic, in [7] STRUCT 'event', at byte 0x14",
        "bad magic, in [7] STRUCT 'event', at byte 0x14",
    ),
    (
        TypeNotFoundError(kind="struct", name="evnt", path="a.o", suggestions=["event", "evt"]),
        "no struct 'evnt' in a.o; did you mean 'event' or 'evt'?",
        "no struct 'evnt'; did you mean 'event' or 'evt'?",
    ),
    (
        TypeNotFoundError(kind="map", name="counts", hint="there are none"),
        "no map 'counts' in this BTF; there are none",
        "no map 'counts'; there are none",
    ),
    (
        TypeNotFoundError(type_id=99, path="a.o", hint="ids are 0 to 12"),
        "no type with id 99 in a.o; ids are 0 to 12",
        "no type with id 99; ids are 0 to 12",
    ),
    (TypeNotFoundError(name="x", path="a.o"), "no type 'x' in a.o", "no type 'x'"),
    (TypeNotFoundError("nothing there"), "nothing there", "nothing there"),
    (LayoutError("too large"), "too large", "too large"),
    (
        LayoutError("has no size", subject=_FWD),
        "[9] FWD 'task' has no size",
        "[9] FWD 'task' has no size",
    ),
    (
        LayoutError("has no size", subject=_FWD, owner=_STRUCT, member="task"),
        "[7] STRUCT 'event': member 'task': [9] FWD 'task' has no size",
        "[7] STRUCT 'event': member 'task': [9] FWD 'task' has no size",
    ),
    (
        LayoutError("begins at bit 3", owner=_ANONYMOUS, member="a"),
        "[11] UNION (anon): member 'a': begins at bit 3",
        "[11] UNION (anon): member 'a': begins at bit 3",
    ),
    (
        BtfValidationError(
            class_name="Event", kind="struct", name="event", path="a.o", mismatches=[_MISMATCH]
        ),
        f"Event does not match struct 'event' of a.o:\n  {_MISMATCH}",
        f"Event does not match struct 'event':\n  {_MISMATCH}",
    ),
    (BtfValidationError("differs"), "differs", "differs"),
]


@pytest.mark.parametrize(("error", "text", "message"), _CASES, ids=lambda case: repr(case)[:60])
def test_messages_are_composed_from_parts(error: BtfError, text: str, message: str) -> None:
    assert str(error) == text
    assert error.message == message
    if not isinstance(error, BtfFormatError | LayoutError):
        assert error.message_without_ids == message
    assert repr(error) == f"{type(error).__name__}({text!r})"


def _pickled(error: BtfError) -> BtfError:
    restored: BtfError = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    return restored


@pytest.mark.parametrize("error", [case[0] for case in _CASES], ids=lambda case: repr(case)[:60])
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, _pickled])
def test_errors_copy_and_pickle(error: BtfError, copied: Callable[[BtfError], BtfError]) -> None:
    other = copied(error)

    assert type(other) is type(error)
    assert str(other) == str(error)
    assert other.__dict__ == error.__dict__


def test_messages_without_ids() -> None:
    """Ids and offsets change with every compilation, and stubs should not."""
    layout = LayoutError("has no size", subject=_FWD, owner=_STRUCT, member="task")
    bytes_ = BtfFormatError("cut short", where="[7] STRUCT 'event'", offset=20, path="a.o")

    assert layout.message_without_ids == "STRUCT 'event': member 'task': FWD 'task' has no size"
    assert bytes_.message_without_ids == "cut short"


def test_a_layout_error_has_the_type_and_the_member() -> None:
    b = BtfBuilder()
    inner = b.struct("inner", 4, [("gone", b.fwd("task"), 0)])
    b.struct("outer", 4, [("in", inner, 0)])
    btf = Btf.from_bytes(b.build())

    with pytest.raises(LayoutError) as caught:
        btf.struct("outer")
    assert caught.value.subject == (btf.type("task").id, "FWD", "task")
    assert caught.value.owner == (inner, "STRUCT", "inner")
    assert caught.value.member == "gone"
    assert caught.value.type_id == inner
    assert caught.value.what == "has no size, so no value of it can exist"

    with pytest.raises(LayoutError) as caught:
        _ = btf.type("task").size
    assert (caught.value.owner, caught.value.type_id) == (None, btf.type("task").id)


def test_a_name_error_has_the_name_that_was_looked_up() -> None:
    b = Types()
    b.struct("event", 4, [("pid", b.u32, 0)])
    btf = b.btf()

    with pytest.raises(TypeNotFoundError) as caught:
        btf.struct("evnt")
    error = caught.value
    assert (error.kind, error.name, error.type_id) == ("struct", "evnt", None)
    assert (error.path, error.hint, error.suggestions) == (None, "", ("event",))

    with pytest.raises(TypeNotFoundError) as caught:
        btf.enum("event")
    assert caught.value.hint == "it is a struct, so use struct('event')"


@pytest.mark.parametrize(
    ("path", "error", "line"),
    [
        ("a.o", "out of date", "tool: a.o: out of date"),
        ("a.o", BtfError("bad", path="a.o"), "tool: a.o: bad"),
        ("a.o", BtfError("bad", path="base.btf"), "tool: a.o: base.btf: bad"),
        ("a.o", LayoutError("has no size", subject=_FWD), "tool: a.o: [9] FWD 'task' has no size"),
        (None, BtfError("bad", path="a.o"), "tool: a.o: bad"),
        (None, TypeNotFoundError(name="x", path="a.o"), "tool: a.o: no type 'x'"),
        (None, BtfError("bad\n\x1b[2Jbad"), "tool: bad ?[2Jbad"),
        ("a.o", FileNotFoundError(2, "No such file", "a.o"), "tool: a.o: no such file"),
        ("a.o", PermissionError(13, "Permission denied", "b"), "tool: a.o: b: Permission denied"),
        (None, OSError("odd"), "tool: odd"),
    ],
)
def test_commands_show_the_path_once_in_one_line(
    path: str | None,
    error: BtfError | OSError | str,
    line: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    report("tool", path, error)

    assert capsys.readouterr() == ("", f"{line}\n")
