"""The errors of this package; every one derives from `BtfError`."""

from __future__ import annotations

from collections.abc import Sequence

from ._typing import NamedTuple

__all__ = [
    "BtfError",
    "BtfFormatError",
    "BtfValidationError",
    "LayoutError",
    "Mismatch",
    "TypeNotFoundError",
]


class BtfError(Exception):
    """Whatever goes wrong with BTF: its bytes, its names, its layouts."""


class BtfFormatError(BtfError, ValueError):
    """The bytes are not well-formed BTF, or not an ELF object that holds some.

    Attributes:
        what: what was found and what was expected.
        where: the type concerned, as ``[id] KIND 'name'``; empty where none is.
        offset: of the fault, in bytes from the first byte of the BTF; None if unknown.
        path: of the file; None for BTF from memory.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        offset: int | None = None,
        path: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.offset = offset
        self.path = path

    def __str__(self) -> str:
        text = f"{self.path}: {self.what}" if self.path else self.what
        if self.where:
            text += f", in {self.where}"
        if self.offset is not None:
            text += f", at byte {self.offset:#x}"
        return text


class TypeNotFoundError(BtfError, LookupError):
    """No type of that name and kind.

    Attributes:
        name: the name asked for.
        suggestions: names that are there and look like it, the closest first.
    """

    def __init__(self, what: str, *, name: str = "", suggestions: Sequence[str] = ()) -> None:
        super().__init__(what)
        self.name = name
        self.suggestions = tuple(suggestions)


class LayoutError(BtfError):
    """A type that has no layout in memory, or none that ctypes can carry.

    Attributes:
        type_id: of the type that was refused; None where several are concerned.
    """

    def __init__(self, what: str, *, type_id: int | None = None) -> None:
        super().__init__(what)
        self.type_id = type_id


class Mismatch(NamedTuple):
    """One difference between a hand-written class and the BTF.

    Attributes:
        field: its name, with those of the structs around it: ``"creds.uid"``; empty where the
            class as a whole differs.
        position: of the entry of the class's ``_fields_`` to blame; None where there is none.
        found: what the class has.
        expected: what the BTF has.
        hint: what to change, where that is plain; else empty.
    """

    field: str
    position: int | None
    found: str
    expected: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.field}: " if self.field else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{where}class has {self.found}, BTF has {self.expected}{hint}"


class BtfValidationError(BtfError):
    """A hand-written class differs from the BTF.

    Attributes:
        mismatches: every difference, in the order of the class's fields.
    """

    def __init__(self, what: str, *, mismatches: Sequence[Mismatch] = ()) -> None:
        super().__init__(what)
        self.mismatches = tuple(mismatches)
