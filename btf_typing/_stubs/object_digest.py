"""The digests of an object; see `digests`.

The first digest of an object with programs does not cover the lines of C that BTF contains for the
verifier. So it usually stays the same if you change only the body of a function.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from btf_typing._wire.record_words import without_names
from btf_typing._wire.strings import Strings
from btf_typing._wire.type_table import TypeTable
from btf_typing.bpf_object import BpfObject
from btf_typing.errors import BtfError, BtfFormatError

from .digests import shortened

if TYPE_CHECKING:
    from hashlib import _Hash


def whole_file_digest(obj: BpfObject[Any]) -> str:
    """The second digest: of all bytes of the file of *obj*; empty if there is none."""
    whole_file = obj._whole_file  # noqa: SLF001
    if whole_file is None or obj.btf.table.base is not None:
        return ""
    return shortened(sha256(whole_file).hexdigest())


def object_digest(obj: BpfObject[Any]) -> str:
    """The first digest: of everything in *obj* that generated files depend on.

    These are the types, the places of globals, and the names of programs. Every machine computes
    the same digest.
    """
    digester = sha256()
    programs = _or_error(lambda: sorted(obj.programs))  # BTF does not say which functions they are
    _add_types(digester, obj.btf.table, has_programs=bool(programs))
    sections = _or_error(lambda: sorted(obj.sections))  # none for raw BTF
    places = _or_error(lambda: _places_of_globals(obj))  # these are in the ELF file
    for fact in (programs, sections, places):
        digester.update(repr(fact).encode("utf-8", "backslashreplace"))
    return shortened(digester.hexdigest())


def _add_types(digester: _Hash, table: TypeTable, *, has_programs: bool) -> None:
    """Add the types of *table* and of its base to the digest.

    If the object has programs, the string section also contains lines of C. So the digest covers
    only the names that the types refer to, and not their offsets. For other BTF, such as a
    kernel's, the digest covers the whole section, which is much faster.
    """
    words, names = _words_and_names(table) if has_programs else _words_and_strings(table)
    positions = _positions(table)
    pointer_size = _or_error(lambda: table.pointer_size)
    sizes = len(words), len(positions), len(names), table.base is not None
    facts = table.byteorder, pointer_size, table.raw.old_compiler, has_programs, sizes
    digester.update(f"{facts}\n".encode())
    for numbers in (words, positions):
        if sys.byteorder != "little":
            numbers.byteswap()
        digester.update(numbers)
    digester.update(names)
    if table.base is not None:
        _add_types(digester, table.base, has_programs=False)


def _positions(table: TypeTable) -> array[int]:
    """The positions of the records of *table*; empty if one of the records is malformed."""
    try:
        return table.raw.positions[:]
    except BtfFormatError:
        return array("I")


def _or_error(fact: Callable[[], object]) -> object:
    """The result of *fact*, or the text of its error. Perhaps no generated file needs the fact."""
    try:
        return fact()
    except BtfError as error:
        return error.message


def _words_and_strings(table: TypeTable) -> tuple[array[int], bytes]:
    """The words of the records, and the string section."""
    return array("I", table.raw.words.tobytes()), table.raw.strings


def _words_and_names(table: TypeTable) -> tuple[array[int], bytes]:
    """The words of the records, with numbers in place of offsets of names; and all names."""
    # A `Strings` limits the total length of the names that are looked up. This function looks up
    # all names, so it uses a separate `Strings`.
    strings = Strings(table.raw.strings, None if table.base is None else table.base.strings)
    try:
        words, offsets = without_names(table.raw)
        distinct = dict.fromkeys(offsets)
        names = [strings[offset] for offset in distinct]
    except BtfFormatError:  # perhaps no generated file needs the malformed record or name
        return _words_and_strings(table)
    # Many elements can share one long name, so the digest covers the name only once.
    numbers = {offset: number for number, offset in enumerate(distinct)}
    words.extend(map(numbers.__getitem__, offsets))
    return words, "\0".join(names).encode()


def _places_of_globals(obj: BpfObject[Any]) -> list[object]:
    """The place of each global in its section."""
    return [
        (
            name,
            section.size,
            section.others,
            sorted(section.symbols.items()),
            sorted((each, sorted(offsets)) for each, offsets in section.statics.items()),
        )
        for name, section in sorted(obj.sections.places.items())
    ]
