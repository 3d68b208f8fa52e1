r"""The string section: names by their offset.

For example, ``b"\0int\0pid\0"`` holds the empty name at offset 0, ``int`` at 1 and ``pid`` at 5. An
offset can also point inside a name: ``d`` is at offset 7.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from btf_typing.errors import BtfFormatError

_MAX_NAME = 4096
"""Maximum length of a name in bytes."""

# A name can begin at every byte of a long string, so corrupt BTF of a few megabytes could decode
# to gigabytes of names. We limit the total to a multiple of the section's size.
_MAX_OVERLAP = 8
"""The decoded names may have this many bytes for each byte of the section."""

_SPARE_BYTES = 1 << 20
"""The decoded names may have this many bytes more, so that small BTF also has enough."""


class Strings(dict[int, str]):
    """Names by their offset in the string section, decoded when first looked up.

    Bytes that are not UTF-8 become backslash escapes, so that every name can be printed.

    Args:
        section: the string section.
        base: for split BTF, the strings of its base. The offsets of *section* continue after them.

    Attributes:
        start: First offset of this section.
        end: Offset just past this section.
    """

    def __init__(self, section: bytes, base: Strings | None = None) -> None:
        super().__init__()
        self._section = section
        self._base = base
        self.start: int = 0 if base is None else base.end
        self.end: int = self.start + len(section)
        self._max_decoded = _MAX_OVERLAP * len(section) + _SPARE_BYTES
        self._decoded = 0

    def __missing__(self, offset: int) -> str:
        """Decode the string at *offset*.

        Raises:
            BtfFormatError: the offset is past the section, the name is too long, or the names
                decoded so far have too many bytes.
        """
        start = offset - self.start
        if start < 0 and self._base is not None:
            name = self[offset] = self._base[offset]
            return name
        section = self._section
        end = section.find(b"\0", start, start + _MAX_NAME + 1)
        if end >= start:
            self._decoded += end - start
        if end < 0 or self._decoded > self._max_decoded:
            self._check(offset)
        name = self[offset] = section[start:end].decode("utf-8", "backslashreplace")
        return name

    def decode_all(self) -> None:
        """Decode all names of this section and its base. This saves time if most will be needed.

        Decoding all at once takes a third of the time of looking up each. A section that is not
        ASCII, or has a name that is too long, is left to the look-ups, which also report errors.
        """
        if self._base is not None:
            self._base.decode_all()
        if not self._section.isascii():
            return
        *names, _ = self._section.decode().split("\0")  # the last part has no NUL at its end
        sizes = list(map(len, names))
        if max(sizes, default=0) <= _MAX_NAME:
            starts = accumulate([size + 1 for size in sizes], initial=self.start)
            self.update(zip(starts, names))  # noqa: B905  # *starts* also has the end

    def _check(self, offset: int) -> None:
        """Raise the error that explains why the string at *offset* cannot be decoded.

        Offset 0 is the empty name even if the section is empty, so it causes no error.

        Raises:
            BtfFormatError: in every other case.
        """
        if not offset and not self._section:
            return
        if offset >= self.end:
            raise BtfFormatError(
                f"string offset {offset} is past the string section ({self.end} bytes)"
            )
        if self._decoded <= self._max_decoded:
            raise BtfFormatError(
                f"the name at string offset {offset} has more than {_MAX_NAME} bytes"
            )
        raise BtfFormatError(
            f"overlapping names add up to {self._decoded} bytes in a string section of"
            f" {len(self._section)} bytes; at most {self._max_decoded} are supported"
        )

    def offsets_of(self, name: bytes) -> Iterator[int]:
        """Every offset of *name*; the offsets in the base come first.

        This includes the ends of longer names: ``id`` is also found in ``pid``.
        """
        if self._base is not None:
            yield from self._base.offsets_of(name)
        at = self._section.find(name + b"\0")
        while at >= 0:
            yield self.start + at
            at = self._section.find(name + b"\0", at + 1)
