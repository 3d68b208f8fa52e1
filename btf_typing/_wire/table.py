"""Types by id and by name, over a base where the BTF is split."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import chain, compress, count

from btf_typing import model
from btf_typing.errors import BtfFormatError, LayoutError
from btf_typing.model import Type, describe

from .decode import Decoder
from .format import ByteOrder, RawBtf, kind_of_info
from .strings import Strings

_MAX_MODIFIERS = 256
"""Typedefs and qualifiers in a row. The kernel stops at 32 types, so real BTF has fewer."""

_MAX_DIMENSIONS = 256
"""Of an array. Layouts nest less deep."""

_SCANS_BEFORE_INDEX = 4
"""Look-ups by name that scan; the next one builds an index."""

_LONG = frozenset(
    {
        "long",
        "long int",
        "int long",
        "unsigned long",
        "long unsigned",
        "long unsigned int",
        "long int unsigned",
        "unsigned long int",
        "unsigned int long",
        "int unsigned long",
        "int long unsigned",
    }
)


class TypeTable:
    """The types of one BTF, decoded as they are asked for.

    Args:
        raw: the blob.
        base: what it continues, if it is split BTF.
        pointer_size: of the target in bytes; None to find it in the types.

    Attributes:
        base: as given.
        byteorder: of the target.
        raw: the blob.
        first_id: of the blob's own types.
        strings: names by their offset, the base's included.
        decoder: of the blob's records.
    """

    def __init__(
        self, raw: RawBtf, base: TypeTable | None = None, pointer_size: int | None = None
    ) -> None:
        self.raw = raw
        self.base = base
        self.byteorder: ByteOrder = raw.byteorder
        self.first_id = len(base) if base else 1
        self.strings: Strings = Strings(raw.strings, base.strings if base else None)
        self._types: dict[int, Type] = {}
        self.decoder: Decoder = Decoder(
            raw, self.first_id, self.strings, base.decoder if base else None
        )
        self._given_pointer_size = pointer_size
        self._scans = 0
        if base and base.byteorder != raw.byteorder:
            raise BtfFormatError(
                f"split BTF is {raw.byteorder}-endian and its base is {base.byteorder}-endian"
            )

    def __len__(self) -> int:
        """Number of types, void and the base's included: one more than the last id."""
        return self.first_id + len(self.raw.records)

    @property
    def strings_end(self) -> int:
        """Length in bytes of the base's string section and this one's together."""
        return self.strings.end

    @cached_property
    def pointer_size(self) -> int:
        """Of the target, in bytes: as given, else the base's, else the size of ``long``, else 8."""
        if self._given_pointer_size:
            return self._given_pointer_size
        if self.base:
            return self.base.pointer_size
        for type_id, at in enumerate(self.raw.records, self.first_id):
            if kind_of_info(self.raw.words[at + 1]) == "INT":
                type_ = self.by_id(type_id)
                if type_.name in _LONG and isinstance(type_, model.Int) and type_.size in (4, 8):
                    return type_.size
        return 8

    def has_id(self, type_id: int) -> bool:
        """Whether there is a type of that id; void counts."""
        if type_id < self.first_id:
            return type_id >= 0
        return self.raw.records.reach(type_id - self.first_id)

    def by_id(self, type_id: int) -> Type:
        """The type of that id; ``Void`` for 0.

        Raises:
            BtfFormatError: there is no such id, or its record is malformed.
        """
        found = self._types.get(type_id)
        if found is not None:
            return found
        if not self.has_id(type_id):
            raise BtfFormatError(
                f"type id {type_id} does not exist (ids are 0..{len(self) - 1})", path=self.raw.path
            )
        if type_id == 0:
            found = model.Void(0, "void")
        elif type_id < self.first_id and self.base:
            found = self.base.by_id(type_id)
        else:
            found = self.decoder.decode(type_id)
        return self._types.setdefault(type_id, found)

    def skip_modifiers(self, type_id: int) -> Type:
        """The type behind typedefs, qualifiers and type tags.

        Raises:
            LayoutError: they go round in a circle, or on for longer than any compiler writes.
        """
        known = self._types
        next_id = type_id
        for _ in range(_MAX_MODIFIERS):
            type_ = known.get(next_id) or self.by_id(next_id)
            if not isinstance(type_, model.MODIFIERS):
                return type_
            next_id = type_.type_id
        raise LayoutError(
            f"{describe(self.by_id(type_id))} leads through more than {_MAX_MODIFIERS} typedefs"
            " and qualifiers; do they form a cycle?",
            type_id=type_id,
        )

    def skip_arrays(self, type_id: int) -> Type:
        """The type behind modifiers and arrays of however many dimensions.

        Raises:
            LayoutError: as `skip_modifiers`; or they are more than any compiler writes.
        """
        type_ = self.skip_modifiers(type_id)
        for _ in range(_MAX_DIMENSIONS):
            if not isinstance(type_, model.Array):
                return type_
            type_ = self.skip_modifiers(type_.type_id)
        raise LayoutError(
            f"{describe(self.by_id(type_id))} has more than {_MAX_DIMENSIONS} dimensions; does it"
            " contain itself?",
            type_id=type_id,
        )

    def __iter__(self) -> Iterator[Type]:
        """Every type but void, the base's first."""
        return map(self.by_id, range(1, len(self)))

    def ids_of(self, kinds: Collection[str]) -> Iterator[int]:
        """Ids of the types of those *kinds*, in order, the base's first; nothing is decoded."""
        if self.base:
            yield from self.base.ids_of(kinds)
        words, positions = self.raw.words, self.raw.positions
        wanted = {info for info in self.raw.records.infos() if kind_of_info(info) in kinds}
        infos = [words[at + 1] for at in positions]
        yield from compress(count(self.first_id), map(wanted.__contains__, infos))

    def ids_by_name(self, name: str) -> Iterator[int]:
        """Ids of the types called *name*, in order, the base's first; none for the empty name."""
        if not name:
            return
        if self.base:
            yield from self.base.ids_by_name(name)
        if not name.isascii() or "\\" in name or "\0" in name:
            # It may stand for bytes that it escapes.
            named = (o for o in self._ids_by_offset if self._name_or_empty(o) == name)
            yield from self._indexed(named)
            return
        offsets = frozenset(self.strings.offsets_of(name.encode()))
        if self._scans >= _SCANS_BEFORE_INDEX:
            yield from self._indexed(offsets)
        elif offsets:
            self._scans += 1
            names = map(self.raw.words.__getitem__, self.raw.records)
            yield from compress(count(self.first_id), map(offsets.__contains__, names))

    @cached_property
    def _ids_by_offset(self) -> dict[int, list[int]]:
        """Ids of this blob's own types by the string offset of their name."""
        index: dict[int, list[int]] = {}
        words = self.raw.words
        for type_id, at in enumerate(self.raw.records, self.first_id):
            if words[at]:
                index.setdefault(words[at], []).append(type_id)
        return index

    def _indexed(self, offsets: Iterable[int]) -> list[int]:
        """Ids of this blob's own types whose name is at one of *offsets*."""
        return sorted(chain.from_iterable(self._ids_by_offset.get(o, ()) for o in offsets))

    def _name_or_empty(self, offset: int) -> str:
        """A name, or none where a bad offset spoils one type: it must not spoil every look-up."""
        try:
            return self.strings[offset]
        except BtfFormatError:
            return ""

    def size_of(self, type_id: int) -> int:
        """Size of a type in bytes, typedefs and qualifiers followed.

        Raises:
            LayoutError: it has none (void, FWD, FUNC, FUNC_PROTO).

        Source:
            libbpf ``btf__resolve_size``.
        """
        elements = 1
        for _ in range(_MAX_MODIFIERS):
            type_ = self.skip_modifiers(type_id)
            match type_:
                case model.Array():
                    elements *= type_.length
                    type_id = type_.type_id
                case model.Var():
                    type_id = type_.type_id
                case model.Ptr():
                    return elements * self.pointer_size
                case (
                    model.Int()
                    | model.Struct()
                    | model.Union()
                    | model.Enum()
                    | model.Enum64()
                    | model.Float()
                    | model.Datasec()
                ):
                    return elements * type_.size
                case _:
                    raise LayoutError(f"{describe(type_)} has no size", type_id=type_.id)
        raise LayoutError(f"array {type_id} nests deeper than {_MAX_MODIFIERS} levels")
