"""Decodes records of the type section into records of `btf_typing.model`.

Every record begins with three words: ``name_off``, ``info``, and ``size`` or ``type`` (see
`btf_format`). The table shows the record of each kind as ``word 0  word 1  word 2 | more words``.
Square brackets enclose an element. The word ``info`` contains the number of elements, called vlen,
and the bit kflag. A dash is a word that is 0.

    INT         name  info  size | encoding: bits 24-27 flags, 16-23 bit offset, 0-7 size in bits
    PTR         -     info  type
    ARRAY       -     info  -    | element type  index type  number of elements
    STRUCT      name  info  size | [name  type  offset]   see below
    UNION       name  info  size | [name  type  offset]   see below
    ENUM        name  info  size | [name  value]          kflag: signed
    FWD         name  info  -                             kflag: a union, else a struct
    TYPEDEF     name  info  type
    VOLATILE    -     info  type
    CONST       -     info  type
    RESTRICT    -     info  type
    FUNC        name  info  type                          vlen: the linkage
    FUNC_PROTO  -     info  type | [name  type]           parameters; word 2 is the return type
    VAR         name  info  type | linkage
    DATASEC     name  info  size | [VAR  offset  size]    in bytes
    FLOAT       name  info  size
    DECL_TAG    name  info  type | component index        of a member or parameter, -1 for neither
    TYPE_TAG    name  info  type                          see below
    ENUM64      name  info  size | [name  low  high]      halves of the value; kflag: signed

STRUCT and UNION: the offset is in bits from the start. If kflag is set, bits 24-31 of the word are
the size of a bitfield, and bits 0-23 are the offset.

DECL_TAG and TYPE_TAG: if kflag is set, the name is a whole attribute, such as ``aligned(4)`` or
``address_space(1)``. If not, it is the argument of ``btf_decl_tag`` or ``btf_type_tag``.

Source: Linux Documentation/bpf/btf.rst, "Type Encoding".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat

from btf_typing import model
from btf_typing._typing_stand_ins import TYPE_CHECKING
from btf_typing.errors import BtfFormatError
from btf_typing.model import KINDS, Enumerator, Member, Param, Type, VarSecinfo, maker

from .btf_format import RawBtf, kflag_of, kind_number_of, kind_of_info, vlen_of
from .strings import Strings

if TYPE_CHECKING:
    from typing import TypeVar

    from btf_typing._api_types import KindName

    _Reference = TypeVar(
        "_Reference",
        model.Ptr,
        model.Typedef,
        model.Volatile,
        model.Const,
        model.Restrict,
    )

_U32 = 1 << 32
_SIGN_32 = 1 << 31
_MAX_ERRNO = 4095
_ENUM_SIZE = 4

_member = maker(Member)
_enumerator = maker(Enumerator)


class Decoder:
    """Decodes the records of one BTF.

    Args:
        raw: the BTF.
        first_id: type id of its first record: 1, or for split BTF, the first id after the base's.
        strings: names by their offset, including the base's.
    """

    def __init__(
        self,
        raw: RawBtf,
        first_id: int,
        strings: Strings,
    ) -> None:
        self._raw = raw
        self._first_id = first_id
        self._strings = strings
        self._scanned_end = first_id  # ids below this are known to exist

    def decode(self, type_id: int) -> Type:
        """Decode the record of *type_id*.

        The id must be in this BTF, and ``raw.records`` must already know where its record begins.

        Raises:
            BtfFormatError: the record refers to a string or a type that does not exist.
        """
        at = self._raw.records.scanned[type_id - self._first_id]
        words = self._raw.words
        number, name = kind_number_of(words[at + 1]), ""
        try:
            name = self._strings[words[at]]
            if number >= len(KINDS):
                return model.Unknown(type_id, name, number)
            return _DECODERS[number - 1](self, type_id, name, at)
        except BtfFormatError as error:
            # Name the record that was decoded, such as [137] STRUCT 'exec_event'.
            where = f"[{type_id}] {kind_of_info(words[at + 1])}"
            error.where = error.where or (f"{where} {name!r}" if name else where)
            error.path = error.path or self._raw.path
            if error.offset is None:
                error.offset = self._raw.types_at + at * 4
            raise

    def _info(self, at: int) -> int:
        return self._raw.words[at + 1]

    def _reference(self, at: int) -> int:
        """The type id in word *at*. Refuses an id that cannot exist."""
        type_id = self._raw.words[at]
        self._check(type_id)
        return type_id

    def _check(self, type_id: int) -> None:
        """Refuse a *type_id* that cannot exist.

        The check scans no records, so it accepts some ids that do not exist. `TypeTable.by_id`
        refuses those later. A full check would scan most of a kernel's BTF for a single pointer.
        """
        if type_id >= self._scanned_end:
            records = self._raw.records
            self._scanned_end = self._first_id + len(records.scanned)
            if not records.may_have(type_id - self._first_id):
                hint = "; split BTF needs base=" if self._first_id == 1 else ""
                last = self._first_id + len(records) - 1
                raise BtfFormatError(f"type id {type_id} does not exist (ids are 1..{last}){hint}")

    def _pairs(self, at: int) -> Iterator[tuple[int, int]]:
        """The elements after the three common words, two words each."""
        words = iter(self._raw.word_range(at + 3, 2 * vlen_of(self._info(at))))
        return zip(words, words, strict=True)

    def _triples(self, at: int) -> Iterator[tuple[int, int, int]]:
        """The elements after the three common words, three words each."""
        words = iter(self._raw.word_range(at + 3, 3 * vlen_of(self._info(at))))
        return zip(words, words, words, strict=True)

    def _int(self, type_id: int, name: str, at: int) -> Type:
        encoding = self._raw.words[at + 3]
        flags = encoding >> 24 & 0xF
        return model.Int(
            type_id,
            name,
            self._raw.words[at + 2],
            encoding & 0xFF,
            encoding >> 16 & 0xFF,
            bool(flags & 1),
            bool(flags & 2),
            bool(flags & 4),
        )

    def _array(self, type_id: int, name: str, at: int) -> Type:
        return model.Array(
            type_id,
            name,
            self._reference(at + 3),
            self._reference(at + 4),
            self._raw.words[at + 5],
        )

    def _members(self, at: int) -> tuple[Member, ...]:
        info = self._info(at)
        words = self._raw.word_range(at + 3, 3 * vlen_of(info))
        type_ids, offsets = words[1::3], words[2::3]
        self._check(max(type_ids, default=0))  # if the largest id exists, all do
        names = map(self._strings.__getitem__, words[0::3])
        if kflag_of(info):
            # ``int a : 3`` at bit 5 has the offset 0x03000005. Size 0 means no bitfield.
            sizes = [offset >> 24 or None for offset in offsets]
            bit_offsets = [offset & 0xFFFFFF for offset in offsets]
            return tuple(map(_member, zip(names, type_ids, bit_offsets, sizes, strict=True)))
        return tuple(map(_member, zip(names, type_ids, offsets, repeat(None))))

    def _struct(self, type_id: int, name: str, at: int) -> Type:
        return model.Struct(type_id, name, self._raw.words[at + 2], self._members(at))

    def _union(self, type_id: int, name: str, at: int) -> Type:
        return model.Union(type_id, name, self._raw.words[at + 2], self._members(at))

    def _enum(self, type_id: int, name: str, at: int) -> Type:
        pairs = list(self._pairs(at))
        signed = self._is_signed(at, pairs)
        if signed:
            pairs = [(text, value - _U32 if value & _SIGN_32 else value) for text, value in pairs]
        enumerators = tuple([_enumerator((self._strings[text], value)) for text, value in pairs])
        return model.Enum(type_id, name, self._raw.words[at + 2], signed, enumerators)

    def _is_signed(self, at: int, pairs: list[tuple[int, int]]) -> bool:
        """Whether the ENUM at *at* is signed.

        Compilers set the kflag of signed enums, except clang before 15 and GCC before 14. For BTF
        from those versions, we guess: an enum is signed if it has a value from 0xfffff001 to
        0xffffffff, which is probably -4095 to -1, such as a negated errno. For an enum of 1 or 2
        bytes, we need no guess: BTF sign-extends its values to 32 bits, so only negative values
        have bit 31 set.
        """
        if kflag_of(self._info(at)):
            return True
        if self._raw.words[at + 2] < _ENUM_SIZE:
            return any(value & _SIGN_32 for _, value in pairs)
        return self._raw.old_compiler and any(value >= _U32 - _MAX_ERRNO for _, value in pairs)

    def _enum64(self, type_id: int, name: str, at: int) -> Type:
        signed = kflag_of(self._info(at))
        wrap = 1 << 64 if signed else 0
        enumerators = []
        for text, low, high in self._triples(at):
            value = high << 32 | low
            value -= wrap if value >> 63 else 0
            enumerators.append(_enumerator((self._strings[text], value)))
        return model.Enum64(type_id, name, self._raw.words[at + 2], signed, tuple(enumerators))

    def _fwd(self, type_id: int, name: str, at: int) -> Type:
        return model.Fwd(type_id, name, kflag_of(self._info(at)))

    def _func(self, type_id: int, name: str, at: int) -> Type:
        return model.Func(type_id, name, self._reference(at + 2), vlen_of(self._info(at)))

    def _func_proto(self, type_id: int, name: str, at: int) -> Type:
        params = []
        for param, param_type in self._pairs(at):
            self._check(param_type)
            params.append(Param(self._strings[param], param_type))
        return model.FuncProto(type_id, name, self._reference(at + 2), tuple(params))

    def _var(self, type_id: int, name: str, at: int) -> Type:
        return model.Var(type_id, name, self._reference(at + 2), self._raw.words[at + 3])

    def _datasec(self, type_id: int, name: str, at: int) -> Type:
        variables = []
        for var, offset, size in self._triples(at):
            self._check(var)
            variables.append(VarSecinfo(var, offset, size))
        return model.Datasec(type_id, name, self._raw.words[at + 2], tuple(variables))

    def _float(self, type_id: int, name: str, at: int) -> Type:
        return model.Float(type_id, name, self._raw.words[at + 2])

    def _decl_tag(self, type_id: int, name: str, at: int) -> Type:
        component = self._raw.words[at + 3]
        if component & _SIGN_32:  # 0xffffffff is -1
            component -= _U32
        attribute = kflag_of(self._info(at))
        return model.DeclTag(type_id, name, self._reference(at + 2), component, attribute)

    def _type_tag(self, type_id: int, name: str, at: int) -> Type:
        return model.TypeTag(type_id, name, self._reference(at + 2), kflag_of(self._info(at)))


def _reference_decoder(
    record: type[_Reference],
) -> Callable[[Decoder, int, str, int], Type]:
    """The decoder of a kind that has only a name and a type id, such as TYPEDEF."""
    make = maker(record)

    def decode(decoder: Decoder, type_id: int, name: str, at: int) -> Type:
        return make((type_id, name, decoder._reference(at + 2)))  # noqa: SLF001

    return decode


_BY_KIND: dict[KindName, Callable[[Decoder, int, str, int], Type]] = {
    "INT": Decoder._int,  # noqa: SLF001
    "PTR": _reference_decoder(model.Ptr),
    "ARRAY": Decoder._array,  # noqa: SLF001
    "STRUCT": Decoder._struct,  # noqa: SLF001
    "UNION": Decoder._union,  # noqa: SLF001
    "ENUM": Decoder._enum,  # noqa: SLF001
    "FWD": Decoder._fwd,  # noqa: SLF001
    "TYPEDEF": _reference_decoder(model.Typedef),
    "VOLATILE": _reference_decoder(model.Volatile),
    "CONST": _reference_decoder(model.Const),
    "RESTRICT": _reference_decoder(model.Restrict),
    "FUNC": Decoder._func,  # noqa: SLF001
    "FUNC_PROTO": Decoder._func_proto,  # noqa: SLF001
    "VAR": Decoder._var,  # noqa: SLF001
    "DATASEC": Decoder._datasec,  # noqa: SLF001
    "FLOAT": Decoder._float,  # noqa: SLF001
    "DECL_TAG": Decoder._decl_tag,  # noqa: SLF001
    "TYPE_TAG": Decoder._type_tag,  # noqa: SLF001
    "ENUM64": Decoder._enum64,  # noqa: SLF001
}

# The index is the kind number minus 1, because kind 0 is void, which has no records.
_DECODERS = tuple(_BY_KIND[kind] for kind in KINDS[1:])
