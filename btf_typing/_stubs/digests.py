"""Digests that show whether a generated file is up to date, without generating it again.

A generated file depends on the object, on this package, and on the options. `file_digest` computes
a digest of all of them and of the text of the file. The first line of every stub and of every
``--runtime`` module contains it. If `file_digest` returns the same digest later, ``btf-stubs``
would write the same text after the first line. If it returns another digest, the file may be up to
date or not.

The digest of an object with programs does not cover the lines of C that BTF contains for the
verifier. So it usually stays the same if you change only the body of a function.
"""

from __future__ import annotations

import os
import sys
from array import array
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from struct import calcsize
from typing import TYPE_CHECKING, Any

from btf_typing import _sources
from btf_typing._version import __version__
from btf_typing._wire.record_words import without_names
from btf_typing._wire.strings import Strings
from btf_typing._wire.type_table import TypeTable
from btf_typing.bpf_object import BpfObject
from btf_typing.errors import BtfError, BtfFormatError

if TYPE_CHECKING:
    from hashlib import _Hash

_DIGITS = 16
"""How many hexadecimal digits of the SHA-256 the first line contains."""

_HOST = f"{sys.byteorder} {calcsize('P')} {calcsize('BQ')} {sys.version_info[:2]}"
"""The byte order, the size of a pointer, the alignment of 64-bit integers, and Python's version.

On a machine that differs in one of the first three, some fields have other ctypes types. Python's
version determines its keywords and built-in names, which generated files avoid.
"""


def file_digest(object_digest: str, text: str) -> str:
    """The digest in the first line of a generated file.

    Args:
        object_digest: the result of `object_digest`.
        text: the text of the file after its first line.
    """
    found = sha256(f"{_package_digest()} {_HOST} {object_digest}\n{text}".encode())
    return found.hexdigest()[:_DIGITS]


def object_digest(obj: BpfObject[Any]) -> str:
    """A digest of everything in *obj* that generated files depend on, in hexadecimal.

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
    return digester.hexdigest()


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


@cache
def _package_digest() -> str:
    """A digest of the code that generates files.

    If the sources cannot be read, as in a ZIP file, the result is the version of the package.
    """
    try:
        return __version__ + _sources.sources_digest(os.path.dirname(os.path.dirname(__file__)))  # noqa: PTH120  # faster
    except OSError:
        return __version__
