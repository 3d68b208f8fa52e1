"""Converts split BTF over a distilled base to split BTF over a full base (relocation).

Kernel modules built outside the kernel tree carry their own small base in ``.BTF.base``. This
distilled base has only the types that the module refers to: integers, floats, forward declarations,
and structs, unions and enums without their members. The full base is the BTF of the running kernel.
For example, a module has ``struct mod { int n; struct task *t; }``:

    distilled base      split BTF of the module             full base (vmlinux)
    [1] INT 'int'       [3] PTR type=2                      [1] INT 'int'
    [2] FWD 'task'      [4] STRUCT 'mod' n: 1, t: 3         ...
                                                            [90] STRUCT 'task'
                                                            [100] the last one

We look up the counterpart of each distilled type in the full base: here, [1] for [1] and [90] for
[2]. Then we rewrite all type ids in the split BTF. An id of the distilled base becomes the id of
its counterpart. Ids of the split BTF itself move behind the full base, here by 98:

                        [101] PTR type=90
                        [102] STRUCT 'mod' n: 1, t: 101

A counterpart has the same kind and name. It also has the same size, because the module was compiled
with that size. But if the module only points to a struct or union, the counterpart can have another
size: a newer kernel may have added members.

We shift string offsets too. The split BTF may use names from the distilled base, so we append the
strings of the distilled base to those of the split BTF.

Source: libbpf ``btf__relocate``.
"""

from __future__ import annotations

from array import array

from btf_typing import model
from btf_typing.errors import BtfFormatError, LayoutError
from btf_typing.model import Type, describe

from .btf_format import RawBtf
from .record_words import references
from .type_table import TypeTable

_MAX_DIMENSIONS = 64


def relocated(raw: RawBtf, distilled: TypeTable, base: TypeTable) -> RawBtf:
    """Relocate split BTF to a full base.

    Args:
        raw: split BTF over *distilled*.
        distilled: the distilled base.
        base: the full base.

    Returns:
        The same types as split BTF over *base*.

    Raises:
        BtfFormatError: *base* lacks a type of *distilled*, or several types of *base* fit equally
            well. *base* may be the BTF of another kernel.
    """
    embedded = _embedded(TypeTable(raw, distilled), distilled)
    ids = [0, *(_counterpart(type_, base, type_.id in embedded) for type_ in distilled)]
    id_shift = len(base) - len(distilled)
    distilled_end = distilled.strings_end
    # The new order of all strings: first those of the base, then of the split BTF, then of the
    # distilled base.
    split_shift = base.strings_end - distilled_end
    distilled_shift = base.strings_end + len(raw.strings)
    words = array("I", raw.words.tobytes())
    for at in raw.positions:
        name_words, id_words = references(words, at)
        for word in name_words:
            old = words[word]
            if old:
                words[word] = old + (split_shift if old >= distilled_end else distilled_shift)
        for word in id_words:
            old = words[word]
            words[word] = ids[old] if old < len(ids) else old + id_shift
    return raw._replace(words=memoryview(words), strings=raw.strings + distilled.raw.strings)


def _embedded(split: TypeTable, distilled: TypeTable) -> set[int]:
    """Ids of the types that *split* embeds in members and variables, not those behind pointers."""
    ids: set[int] = set()
    for type_id in range(len(distilled), len(split)):
        type_ = split.by_id(type_id)
        if isinstance(type_, model.Struct | model.Union):
            ids.update(_contained_id(split, member.type_id) for member in type_.members)
        elif isinstance(type_, model.Var):
            ids.add(_contained_id(split, type_.type_id))
    return ids


def _contained_id(table: TypeTable, type_id: int) -> int:
    """Id of the type behind modifiers and arrays; 0 if these form a cycle or are too many."""
    try:
        for _ in range(_MAX_DIMENSIONS):
            type_ = table.skip_modifiers(type_id)
            if not isinstance(type_, model.Array):
                return type_.id
            type_id = type_.type_id
    except LayoutError:
        pass
    return 0


def _counterpart(type_: Type, base: TypeTable, embedded: bool) -> int:
    """Id of the type in *base* that corresponds to *type_* of the distilled base.

    Raises:
        BtfFormatError: there is none, or several fit equally well.
    """
    named = map(base.by_id, base.ids_by_name(type_.name))
    candidates = [each for each in named if _is_same_kind(type_, each)]
    exact = [each for each in candidates if _is_same_size(type_, each)]
    if embedded and len(exact) > 1 and isinstance(type_, model.Struct | model.Union):
        ids = " and ".join(str(each.id) for each in exact)
        raise BtfFormatError(
            f"{describe(type_)} of .BTF.base is ambiguous: the types {ids} of base= have the same"
            " name and size"
        )
    if not embedded and isinstance(type_, model.Struct | model.Union | model.Fwd):
        # Any size will do, and a definition is better than a forward declaration.
        exact += sorted(candidates, key=lambda each: isinstance(each, model.Fwd))
    if exact:
        return exact[0].id
    raise BtfFormatError(
        f"{describe(type_)} of .BTF.base is not in base= with the same kind and size;"
        " is base= the BTF of another kernel?"
    )


def _is_same_kind(distilled: Type, full: Type) -> bool:
    """Whether *full* and *distilled* have the same kind, regardless of their sizes.

    A struct can be a forward declaration on one side: libbpf keeps ``FWD 'task'`` in the distilled
    base if the module only has pointers to ``struct task``.
    """
    match distilled, full:
        case (model.Fwd() | model.Struct() | model.Union(), model.Fwd()):
            return _is_union(distilled) == full.union
        case (model.Fwd() | model.Struct() | model.Union(), model.Struct() | model.Union()):
            return _is_union(distilled) == _is_union(full)
        case (model.Int(), model.Int()):
            return distilled.signed == full.signed
        case (model.Enum() | model.Enum64(), model.Enum() | model.Enum64()):
            return True
        case (model.Float(), model.Float()):
            return True
        case _:
            return False


def _is_union(type_: model.Struct | model.Union | model.Fwd) -> bool:
    return type_.union if isinstance(type_, model.Fwd) else isinstance(type_, model.Union)


def _is_same_size(distilled: Type, full: Type) -> bool:
    size = getattr(distilled, "size", None)
    return size is not None and size == getattr(full, "size", None)
