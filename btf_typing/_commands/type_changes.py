"""Differences between the types of two builds of the same object."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from btf_typing import model
from btf_typing._layout.layout import Layouts
from btf_typing._layout.repetition import RepetitionLimit
from btf_typing._layout.shape import Aggregate, ArrayOf, CType, Field, signature
from btf_typing._text.c_declaration import Declarations
from btf_typing._text.c_names import CText
from btf_typing.btf import Btf
from btf_typing.errors import LayoutError
from btf_typing.model import ANY_ENUM, COMPOSITES, KEYWORDS, AnyEnum, Type

from .changes import Change, Difference, compared_rows, whole

_TYPEDEF = "typedef"


class Build:
    """The types of one build.

    Args:
        btf: the types.
    """

    def __init__(self, btf: Btf[Any]) -> None:
        self.table = btf.table
        self.c = CText(btf.table)
        self._layouts = Layouts(btf.table, RepetitionLimit(btf.table))
        self._declarations = Declarations(btf.table)

    def layout(self, type_id: int) -> Aggregate:
        """The layout of a struct or union.

        Raises:
            LayoutError: the struct or union has no layout, or `RepetitionLimit` refuses it.
        """
        return self._layouts.aggregate(type_id)

    def ctype(self, type_id: int) -> CType:
        """The shape of a type: its size, and the layout of its members or elements.

        Raises:
            LayoutError: the type has no size or no layout, or `RepetitionLimit` refuses it.
        """
        return self._layouts.ctype(type_id)

    def declaration(self, type_id: int) -> list[str]:
        """The lines of the declaration in C."""
        return [line.text for line in self._declarations.lines(type_id)]

    def named(self, wanted: Callable[[str], bool]) -> dict[tuple[str, str], Type]:
        """Types by C keyword and name, for the names that *wanted* accepts.

        If a struct, union or enum has a typedef but no tag, its keyword is ``typedef`` and its name
        is that of the typedef.
        """
        found: dict[tuple[str, str], Type] = {}
        for type_ in self.table:
            keyword = _keyword(type_)
            if keyword and type_.name and wanted(type_.name):
                found.setdefault((keyword, type_.name), self._target(type_))
        return found

    def _target(self, type_: Type) -> Type:
        """The target of a typedef, if the target is a struct, union or enum without a tag.

        Otherwise, *type_* itself.
        """
        if isinstance(type_, model.Typedef):
            target = self.table.by_id(type_.type_id)
            if isinstance(target, (*COMPOSITES, *ANY_ENUM)) and not target.name:
                return target
        return type_


def _keyword(type_: Type) -> str:
    return _TYPEDEF if isinstance(type_, model.Typedef) else KEYWORDS.get(type(type_), "")


class TypeComparison:
    """Compares the types of two builds.

    The comparison finds members by name, and compares their places and C types. If several types of
    a build share a name, it uses the first one, as in look-ups by name.

    Args:
        old: the earlier build.
        new: the later build.
    """

    def __init__(self, old: Build, new: Build) -> None:
        self._old = old
        self._new = new
        tables = old.table, new.table
        # If the byte order or the pointer size differs, most types have different shapes. In this
        # case, `_differ` compares only sizes.
        self._same_target = len({(table.byteorder, table.pointer_size) for table in tables}) == 1

    def changes(self, wanted: Callable[[str], bool]) -> Iterator[Change]:
        """The types that are gone or changed, in the order of the old build, and then new types."""
        old, new = self._old.named(wanted), self._new.named(wanted)
        for (keyword, name), before in old.items():
            after = new.get((keyword, name))
            if after is None:
                yield Change(keyword, name, "gone")
                continue
            differences = tuple(self._compare(before, after))
            if differences:
                yield Change(keyword, name, "changed", differences)
        for keyword, name in new:
            if (keyword, name) not in old:
                yield Change(keyword, name, "new", harmless=True)

    def _compare(self, before: Type, after: Type) -> Iterator[Difference]:
        if isinstance(before, ANY_ENUM) and isinstance(after, ANY_ENUM):
            yield from _compare_enums(before, after)
        elif _keyword(before) != _keyword(after):
            yield whole("kind", map(_keyword, (before, after)))
        elif isinstance(before, model.Typedef) and isinstance(after, model.Typedef):
            yield from self.compare_values("type", before.type_id, after.type_id)
        else:
            try:
                layouts = self._old.layout(before.id), self._new.layout(after.id)
            except LayoutError as error:
                yield from self._compare_declarations(before, after, str(error))
                return
            yield from _compare_sizes(layouts[0].size, layouts[1].size)
            yield from self.compare_members(*layouts)

    def _compare_declarations(self, before: Type, after: Type, why: str) -> Iterator[Difference]:
        """Compare the C declarations of two types, because at least one of them has no layout.

        *why* is the reason for the missing layout.
        """
        was, is_ = self._old.declaration(before.id), self._new.declaration(after.id)
        if was != is_:
            yield Difference("layout", reason=f"cannot be compared: {why}", of_whole=True)

    def compare_members(self, before: Aggregate, after: Aggregate) -> Iterator[Difference]:
        """Compare the members of two structs, unions or sections of globals."""
        old_rows, new_rows = _rows(self._old, before), _rows(self._new, after)
        yield from compared_rows(old_rows, new_rows)
        others = {field.c_name: field for field in after.fields}
        for field in before.fields:
            other = others.get(field.c_name)
            # Members with the same C text can differ inside, if a typedef or inner struct differs.
            same_text = old_rows[field.c_name] == new_rows.get(field.c_name)
            if other and same_text and self._differ(field.ctype, other.ctype):
                yield Difference(field.c_name, reason="changed inside")

    def compare_values(self, name: str, before: int, after: int) -> Iterator[Difference]:
        """Compare two types by their text in C and their shape.

        If one of them has no shape, this compares only the text.

        Args:
            name: the name that the difference shows, such as ``type``.
            before: type id in the earlier build.
            after: type id in the later build.
        """
        was, is_ = self._old.c.type_name(before), self._new.c.type_name(after)
        try:
            old, new = self._old.ctype(before), self._new.ctype(after)
        except LayoutError:  # void, a prototype or a struct without a layout
            if was != is_:
                yield Difference(name, was, is_)
            return
        if was != is_ or old.size != new.size:
            was, is_ = f"{was}, {_bytes(old.size)}", f"{is_}, {_bytes(new.size)}"
            yield Difference(name, was, is_)
        elif self._differ(old, new):
            yield Difference(name, reason="changed inside")

    def _differ(self, before: CType, after: CType) -> bool:
        if not self._same_target:
            return before.size != after.size
        return _shape(before) != _shape(after)


def _compare_enums(before: AnyEnum, after: AnyEnum) -> Iterator[Difference]:
    yield from _compare_sizes(before.size, after.size)
    if before.signed != after.signed:
        yield whole("sign", ["signed" if type_.signed else "unsigned" for type_ in (before, after)])
    old, new = dict(before.enumerators), dict(after.enumerators)
    yield from compared_rows(
        {name: str(value) for name, value in old.items()},
        {name: str(value) for name, value in new.items()},
    )


def _rows(build: Build, layout: Aggregate) -> dict[str, str]:
    """The C type and the place of each member, by name."""
    rows = {f.c_name: f"{build.c.type_name(f.type_id)} at {_place(f)}" for f in layout.fields}
    unreadable = {u.c_name: f"unreadable at {u.bit_offset // 8}" for u in layout.unreadable}
    return rows | unreadable


def _place(field: Field) -> str:
    if field.bitfield_size is not None:
        return f"bit {field.bit_offset}, {field.bit_size} wide"
    return f"{field.bit_offset // 8}"


def _shape(ctype: CType) -> str:
    """A text that describes *ctype*, without type ids, because these differ between builds."""
    if isinstance(ctype, ArrayOf):
        return f"{_shape(ctype.element)}[{ctype.length}]"
    return signature(ctype) if isinstance(ctype, Aggregate) else repr(ctype)


def _compare_sizes(before: int, after: int) -> Iterator[Difference]:
    if before != after:
        yield whole("size", [before, after], " bytes")


def _bytes(size: int) -> str:
    return "1 byte" if size == 1 else f"{size} bytes"
