"""The words of a record that are offsets of names, and those that are type ids."""

from __future__ import annotations

from array import array

from .btf_format import RawBtf, Words, kind_of_info, vlen_of

# Positions of words in a record; see `btf_format`.
_TYPE_WORD = 2
_FIRST_EXTRA_WORD = 3

_WITH_TYPE_WORD = frozenset(
    {
        "PTR",
        "TYPEDEF",
        "VOLATILE",
        "CONST",
        "RESTRICT",
        "FUNC",
        "FUNC_PROTO",
        "VAR",
        "DECL_TAG",
        "TYPE_TAG",
    }
)

# For each kind with elements, such as the members of a struct: the length of an element, and the
# positions of the name and of the type id in it; all in words.
_ELEMENTS: dict[str, tuple[int, int | None, int | None]] = {
    "STRUCT": (3, 0, 1),
    "UNION": (3, 0, 1),
    "ENUM": (2, 0, None),
    "ENUM64": (3, 0, None),
    "FUNC_PROTO": (2, 0, 1),
    "DATASEC": (3, None, 0),
}


def references(words: array[int] | Words, at: int) -> tuple[list[int], list[int]]:
    """Positions in *words* of the string offsets and of the type ids of the record at *at*."""
    info = words[at + 1]
    kind = kind_of_info(info)
    names, ids = [at], []
    if kind in _WITH_TYPE_WORD:
        ids.append(at + _TYPE_WORD)
    elif kind == "ARRAY":
        ids += [at + _FIRST_EXTRA_WORD, at + _FIRST_EXTRA_WORD + 1]
    if kind in _ELEMENTS:
        step, name, type_id = _ELEMENTS[kind]
        start = at + _FIRST_EXTRA_WORD
        elements = range(start, start + step * vlen_of(info), step)
        names += [word + name for word in elements if name is not None]
        ids += [word + type_id for word in elements if type_id is not None]
    return names, ids


def without_names(raw: RawBtf) -> tuple[array[int], array[int]]:
    """The words of *raw* with zeros in place of the string offsets, and these offsets in order."""
    words = array("I", raw.words.tobytes())
    offsets = array("I")
    # BTF has few distinct info words. The info word of a record determines where its names are.
    elements: dict[int, tuple[int, array[int]]] = {}
    for at in raw.positions:
        info = words[at + 1]
        if info not in elements:
            step, name, _ = _ELEMENTS.get(kind_of_info(info), (0, None, None))
            elements[info] = step, array("I", [0] * vlen_of(info) if name is not None else [])
        offsets.append(words[at])
        words[at] = 0
        step, zeros = elements[info]
        if zeros:
            start = at + _FIRST_EXTRA_WORD
            names = slice(start, start + step * len(zeros), step)
            offsets.extend(words[names])
            words[names] = zeros
    return words, offsets
