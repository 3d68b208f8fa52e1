"""The types of one BTF by id and by name, including those of the base for split BTF.

Split BTF continues the type ids and string offsets of its base. For example, if the base has the
ids 1 to 100, the first type of a kernel module has the id 101. The types of the module can refer to
types of the base.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import chain, compress, count

from btf_typing import model
from btf_typing.errors import BtfFormatError, LayoutError
from btf_typing.model import Type, reference

from .btf_format import ByteOrder, RawBtf, kind_of_info
from .decode import Decoder
from .strings import Strings

_MAX_MODIFIERS = 256
"""Largest number of typedefs and qualifiers in a chain. The kernel itself accepts at most 32."""

_MAX_DIMENSIONS = 256
"""Largest number of dimensions of an array. More than 64 dimensions have no layout anyway."""

_SCANS_BEFORE_INDEX = 4
"""Number of look-ups by name that search all records. The next look-up builds an index."""

_NEEDED_ONCE = (model.Ptr, model.Array, *model.ANY_ENUM)
"""Kinds, besides typedefs and qualifiers, whose records a layout needs only once."""

# Names of ``long`` in debug information. They depend on the compiler and the language.
# Source: libbpf ``determine_ptr_size``.
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
    """The types of one BTF, decoded when first looked up.

    Args:
        raw: the BTF.
        base: types of the base BTF for split BTF.
        pointer_size: pointer size of the target in bytes; None to derive it from the types.

    Attributes:
        base: Types of the base BTF for split BTF; else None.
        byteorder: Byte order of the target.
        raw: The BTF itself, without its base.
        first_id: Type id of the first record in ``raw``.
        strings: Names by their offset, including the names of the base.
        decoder: Decoder of the records in ``raw``.

    Raises:
        BtfFormatError: *raw* and *base* differ in byte order.
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
        self._targets: dict[int, int] = {}  # results of _target
        self.decoder: Decoder = Decoder(raw, self.first_id, self.strings)
        self._releases = False  # becomes True with the first call of `release`
        self._given_pointer_size = pointer_size
        self._scans = 0
        if base and base.byteorder != raw.byteorder:
            raise BtfFormatError(
                f"split BTF is {raw.byteorder}-endian and its base is {base.byteorder}-endian;"
                " pass the base that it was compiled against"
            )

    def __len__(self) -> int:
        """Number of types, including void and those of the base; one more than the last id."""
        return self.first_id + len(self.raw.records)

    @property
    def strings_end(self) -> int:
        """Size in bytes of the string sections of this BTF and its base."""
        return self.strings.end

    @cached_property
    def pointer_size(self) -> int:
        """Pointer size of the target in bytes.

        This is the argument *pointer_size* if it was passed, else the pointer size of the base.
        Without a base, it is the size of ``long``, or 8 if no type is named ``long``.

        Source:
            libbpf ``determine_ptr_size``.
        """
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
        """Whether *type_id* exists, in this BTF or its base; 0 (void) always does."""
        if type_id < self.first_id:
            return type_id >= 0
        return self.raw.records.has(type_id - self.first_id)

    def by_id(self, type_id: int) -> Type:
        """The type with the id *type_id*; ``Void`` for 0.

        Raises:
            BtfFormatError: the id does not exist, or its record is malformed.
        """
        type_ = self._types.get(type_id)
        if type_ is not None:
            return type_
        # Another thread may have been faster.
        return self._types.setdefault(type_id, self._decoded(type_id))

    def _decoded(self, type_id: int) -> Type:
        """A new record of *type_id*; for a type of the base, the record that the base keeps.

        Raises:
            BtfFormatError: as for `by_id`.
        """
        if type_id >= self.first_id:
            if self.raw.records.has(type_id - self.first_id):
                return self.decoder.decode(type_id)
        elif type_id == 0:
            return model.Void(0, "void")
        elif type_id > 0 and self.base:
            return self.base.by_id(type_id)
        raise BtfFormatError(
            f"type id {type_id} does not exist (ids are 0..{len(self) - 1})", path=self.raw.path
        )

    def release(self, type_id: int) -> None:
        """Forget the record of *type_id*, so that `by_id` decodes it again."""
        self._releases = True
        self._types.pop(type_id, None)
        if self.base:
            self.base.release(type_id)

    def skip_modifiers(self, type_id: int) -> Type:
        """The type behind typedefs, qualifiers and type tags.

        For example, ``const u32`` leads to the INT ``unsigned int``.

        Raises:
            BtfFormatError: as for `by_id`.
            LayoutError: the typedefs and qualifiers form a cycle, or are too many.
        """
        target = self._targets.get(type_id)
        if target is not None:
            return self._types.get(target) or self.by_id(target)
        type_ = self._target(type_id)
        self._targets[type_id] = type_.id
        return type_

    def _target(self, type_id: int) -> Type:
        """The result of `skip_modifiers` for a *type_id* whose result is not stored yet.

        A kernel has thousands of pointers, arrays, enums and typedefs. A program that builds
        classes needs each once. So after the first `release`, this method keeps no records of them.
        """
        decoded = self._decoded if self._releases else self.by_id
        next_id = type_id
        for _ in range(_MAX_MODIFIERS + 1):
            type_ = self._types.get(next_id) or decoded(next_id)
            if not isinstance(type_, model.MODIFIERS):
                if isinstance(type_, _NEEDED_ONCE):
                    return type_
                return self._types.setdefault(next_id, type_)
            next_id = type_.type_id
        raise LayoutError(
            f"leads through more than {_MAX_MODIFIERS} typedefs and qualifiers; do they form a"
            " cycle?",
            subject=reference(self.by_id(type_id)),
        )

    def skip_arrays(self, type_id: int) -> Type:
        """The type behind modifiers and array dimensions: ``u8`` for ``const u8[4][2]``.

        Raises:
            BtfFormatError: as for `by_id`.
            LayoutError: as for `skip_modifiers`, or the array has too many dimensions.
        """
        type_ = self.skip_modifiers(type_id)
        dimensions = 0
        while isinstance(type_, model.Array):
            dimensions += 1
            if dimensions > _MAX_DIMENSIONS:
                raise LayoutError(
                    f"has more than {_MAX_DIMENSIONS} dimensions; does it contain itself?",
                    subject=reference(self.by_id(type_id)),
                )
            type_ = self.skip_modifiers(type_.type_id)
        return type_

    def __iter__(self) -> Iterator[Type]:
        """Every type except void. The types of the base come first."""
        return map(self.by_id, range(1, len(self)))

    def ids_of(self, kinds: Collection[str]) -> Iterator[int]:
        """Ids of the types of these *kinds*, in ascending order, without decoding any record."""
        if self.base:
            yield from self.base.ids_of(kinds)
        records = self.raw.records
        wanted = {info for info in records.info_words() if kind_of_info(info) in kinds}
        yield from compress(count(self.first_id), map(wanted.__contains__, records.infos))

    def ids_by_name(self, name: str) -> Iterator[int]:
        """Ids of the types with this *name*, in ascending order; none for the empty name."""
        if not name:
            return
        if self.base:
            yield from self.base.ids_by_name(name)
        if not name.isascii() or "\\" in name or "\0" in name:
            # Decoding turns invalid UTF-8 into escapes, so b"caf\xe9" and rb"caf\xe9" give the same
            # name. A search for the bytes of *name* would miss one of them, fail on a lone
            # surrogate, or match two names around a NUL. So we compare decoded names.
            named = (o for o in self._ids_by_offset if self._name_or_empty(o) == name)
            yield from self._ids_at(named)
            return
        offsets = frozenset(self.strings.offsets_of(name.encode()))
        if self._scans >= _SCANS_BEFORE_INDEX:
            yield from self._ids_at(offsets)
        elif offsets:
            self._scans += 1
            names = map(self.raw.words.__getitem__, self.raw.records)
            yield from compress(count(self.first_id), map(offsets.__contains__, names))

    @cached_property
    def _ids_by_offset(self) -> dict[int, list[int]]:
        """Ids of the types in ``raw`` by the string offset of their name."""
        index: dict[int, list[int]] = {}
        words = self.raw.words
        for type_id, at in enumerate(self.raw.records, self.first_id):
            if words[at]:
                index.setdefault(words[at], []).append(type_id)
        return index

    def _ids_at(self, offsets: Iterable[int]) -> list[int]:
        """Ids of the types in ``raw`` whose name is at one of *offsets*."""
        return sorted(chain.from_iterable(self._ids_by_offset.get(o, ()) for o in offsets))

    def _name_or_empty(self, offset: int) -> str:
        """The name at *offset*; empty for a bad offset, so that you can still find other names."""
        try:
            return self.strings[offset]
        except BtfFormatError:
            return ""

    def size_of(self, type_id: int) -> int:
        """Size of a type in bytes, with typedefs and qualifiers followed.

        Raises:
            BtfFormatError: as for `by_id`.
            LayoutError: as for `skip_modifiers`, or the type has no size, such as void or FWD, or
                has too many dimensions.

        Source:
            libbpf ``btf__resolve_size``.
        """
        elements = 1
        for _ in range(_MAX_DIMENSIONS + 1):
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
                    raise LayoutError("has no size", subject=reference(type_))
        raise LayoutError(
            f"nests deeper than {_MAX_DIMENSIONS} levels", subject=reference(self.by_id(type_id))
        )
