"""The changes that ``btf-layout diff`` reports, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from btf_typing._text.c_names import clean, printable

Status = Literal["changed", "gone", "new"]


class Difference(NamedTuple):
    """One difference between two builds of a type, map, section or program, or of the object.

    Attributes:
        name: name of the member that differs, or of a property such as ``size``.
        old: text of the member or property in the earlier build, such as ``u32 at 0``; None if the
            member or property is new.
        new: text of the member or property in the later build; None if it is gone.
        unit: unit to print after both texts, such as ``" bytes"``.
        of_whole: True for a property of the whole, such as the size of a struct; False for a
            member.
        reason: text to print instead of *old* and *new*; empty to print these.
    """

    name: str
    old: str | None = None
    new: str | None = None
    unit: str = ""
    of_whole: bool = False
    reason: str = ""

    @property
    def status(self) -> Status:
        """Whether the member or property is gone, new or changed."""
        if self.reason:
            return "changed"
        return "gone" if self.new is None else "new" if self.old is None else "changed"

    @property
    def mark(self) -> str:
        """``-``, ``+`` or a space for a member; empty for a property of the whole."""
        if self.of_whole:
            return ""
        return {"gone": "-", "new": "+", "changed": " "}[self.status]

    def __str__(self) -> str:
        texts = (text for text in (self.old, self.new) if text is not None)
        text = self.reason or " -> ".join(texts) + self.unit
        line = f"{clean(self.name)}: {text}"
        return f"{self.mark} {line}" if self.mark else line


class Change(NamedTuple):
    """A type, map, section or program that differs.

    Attributes:
        kind: ``struct``, ``union``, ``enum``, ``typedef``, ``map``, ``section``, ``program``, or
            ``object`` for the file itself.
        name: its name in C; empty for the file.
        status: whether it is gone, new or changed.
        differences: every difference; empty if *status* is ``gone`` or ``new``.
        harmless: whether programs for the old build still work.
    """

    kind: str
    name: str
    status: Status = "changed"
    differences: tuple[Difference, ...] = ()
    harmless: bool = False

    def lines(self) -> Iterator[tuple[str, str, str]]:
        """The lines to print: indentation, text, and the mark that decides the colour."""
        title = f"{self.kind} {printable(self.name)}".rstrip()
        if self.status != "changed":
            yield "", f"{title}: {self.status}", "-" if self.status == "gone" else "+"
            return
        yield "", f"{title}:", "title"
        for difference in self.differences:
            yield "  ", str(difference), difference.mark

    def as_json(self) -> dict[str, Any]:
        """The change as values for JSON."""
        differences = []
        for one in self.differences:
            text = {"name": one.name, "status": one.status, "old": one.old, "new": one.new}
            differences.append(text | ({"reason": one.reason} if one.reason else {}))
        return {
            "kind": self.kind,
            "name": self.name,
            "status": self.status,
            "breaks": not self.harmless,
            "differences": differences,
        }


def whole(name: str, values: Iterable[object], unit: str = "") -> Difference:
    """The difference in the property *name*, such as a size. *values* are the old and new value."""
    old, new = map(str, values)
    return Difference(name, old, new, unit, of_whole=True)


def compared_rows(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Difference]:
    """Compare the members in two builds. *old* and *new* map each member to its text."""
    for name, before in old.items():
        after = new.get(name)
        if before != after:
            yield Difference(name, before, after)
    for name, after in new.items():
        if name not in old:
            yield Difference(name, None, after)
