"""`Strings.decode_all` only saves time: names and errors are those of single look-ups."""

import pytest

from btf_typing import BtfFormatError
from btf_typing._wire.strings import Strings

_LONG = b"x" * 4097
"""One byte more than a name may have."""


def _found(strings: Strings, offset: int) -> str:
    """The name at *offset*, or the error."""
    try:
        return strings[offset]
    except BtfFormatError as error:
        return f"BtfFormatError: {error}"


@pytest.mark.parametrize(
    "section",
    [
        b"",
        b"\0",
        b"\0int\0pid\0",
        b"int\0pid\0",  # as in split BTF, which need not begin with the empty name
        b"\0int\0pid",  # the last name is cut off
        b"no end",
        b"\0caf\xc3\xa9\0broken \xff\0after\0",
        b"\0before\0" + _LONG + b"\0after\0",
        b"\0before\0" + _LONG[1:] + b"\0after\0",
    ],
)
@pytest.mark.parametrize("in_base", [False, True])
def test_all_names_at_once_are_the_names_one_by_one(section: bytes, in_base: bool) -> None:
    def strings() -> Strings:
        return Strings(b"\0split\0", Strings(section)) if in_base else Strings(section)

    singly, together = strings(), strings()
    together.decode_all()

    # All offsets of a long name would exceed the limit of overlapping names.
    offsets = [*range(16), *range(max(16, singly.end - 8), singly.end + 3)]
    assert [_found(together, at) for at in offsets] == [_found(singly, at) for at in offsets]


def test_all_names_are_decoded_at_once() -> None:
    strings = Strings(b"x\0y\0", Strings(b"\0int\0pid\0"))
    strings.decode_all()

    assert dict(strings) == {9: "x", 11: "y"}
    assert strings[5] == "pid"
