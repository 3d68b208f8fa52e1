"""The string section: names by their offset."""

from __future__ import annotations

from collections.abc import Iterator

from btf_typing.errors import BtfFormatError

_LONGEST_NAME = 4096
"""Bytes in a name."""

_MOST_OVERLAP = 8
"""How often all bytes may be part of a name: overlapping names could otherwise fill gigabytes."""

_SPARE_BYTES = 1 << 20
"""Bytes that the names of any BTF may have."""


class Strings(dict[int, str]):
    """Strings by their offset, decoded when first looked up.

    Bytes that are not UTF-8 come out as backslash escapes, so that every name can be printed.

    Args:
        section: the string section.
        base: what it continues, if it is split BTF's: its offsets begin where those end.

    Attributes:
        start: the first offset of the section.
        end: the first offset behind it.
    """

    def __init__(self, section: bytes, base: Strings | None = None) -> None:
        super().__init__()
        self._section = section
        self._base = base
        self.start: int = 0 if base is None else base.end
        self.end: int = self.start + len(section)
        self._left = _MOST_OVERLAP * len(section) + _SPARE_BYTES

    def __missing__(self, offset: int) -> str:
        """Decode the string at *offset*.

        Raises:
            BtfFormatError: there is none.
        """
        start = offset - self.start
        if start < 0 and self._base is not None:
            found = self[offset] = self._base[offset]
            return found
        section = self._section
        end = section.find(b"\0", start, start + _LONGEST_NAME + 1)
        if end >= start:
            self._left += start - end
        if end < 0 or self._left < 0:
            self._refuse(offset)
        found = self[offset] = section[start:end].decode("utf-8", "backslashreplace")
        return found

    def _refuse(self, offset: int) -> None:
        """Say what is wrong with *offset*, unless it is 0: "no name", even without a section.

        Raises:
            BtfFormatError: always, but for that.
        """
        if not offset and not self._section:
            return
        if offset >= self.end:
            raise BtfFormatError(
                f"string offset {offset} is past the string section ({self.end} bytes)"
            )
        if self._left >= 0:
            raise BtfFormatError(
                f"the name at string offset {offset} exceeds {_LONGEST_NAME} bytes"
            )
        raise BtfFormatError("names overlap beyond all measure")

    def offsets_of(self, name: bytes) -> Iterator[int]:
        """Where *name* stands, the base's strings and the tails of longer ones included."""
        if self._base is not None:
            yield from self._base.offsets_of(name)
        at = self._section.find(name + b"\0")
        while at >= 0:
            yield self.start + at
            at = self._section.find(name + b"\0", at + 1)
