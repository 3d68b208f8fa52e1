"""The global variables of a BPF object, by section."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import model
from ._layout.layout import Layouts
from ._layout.shape import Aggregate
from ._lazy_mapping import LazyMapping
from ._special_sections import datasecs, meaning
from ._thread_safe_property import shared_property
from ._typing_stand_ins import Generic
from ._wire import elf
from ._wire.file_contents import DataSection, DataSectionReader
from .btf import Btf, S_co
from .errors import BtfFormatError, LayoutError
from .model import Datasec, Member, VarSecinfo, describe, kind_of, reference

_STATIC, _EXTERN = 0, 2

_MAPPED = 1 << 20
"""A section of zeros, such as ``.bss``, uses memory from `mmap` if it has more bytes than this."""

_LARGEST = 1 << 28
"""Largest supported section in bytes. An instance holds the whole section in memory."""


class Sections(LazyMapping[Any, Datasec], Generic[S_co]):
    """The global variables of an object, by section, such as ``".rodata"``.

    Each value is an instance of a ctypes structure with a field for every variable, at its offset
    and with its initial value. Every look-up of a section returns the same instance. To decode the
    bytes of a section of a running program, use ``from_buffer_copy`` of the instance's class.

    The keys are the sections that libbpf turns into maps: ``.data``, ``.bss`` and ``.rodata``, also
    with a suffix as in ``.rodata.config``. If the object has globals in an arena, their key is
    ``.addr_space.1``.

    Args:
        btf: the types of the object.
        read_data_sections: reads the sections of the ELF file; None for raw BTF, which has none.

    Examples:
        >>> obj.sections[".bss"]
        section_bss(execs_seen=0, events_lost=0, unused=None)
        >>> Bss = type(obj.sections[".bss"])
        >>> Bss.from_buffer_copy(bytes.fromhex("07") + bytes(23)).execs_seen  # of a running program
        7
    """

    def __init__(self, btf: Btf[S_co], read_data_sections: DataSectionReader | None) -> None:
        self._btf = btf
        self._read_data_sections = read_data_sections
        found = datasecs(btf) if read_data_sections else ()
        definitions = {each.name: each for each in found if elf.is_data_section(each.name)}
        super().__init__("section of globals", btf.path, definitions)

    def _why_missing(self, name: str) -> str:
        if self._read_data_sections is None:
            return ""
        is_there = any(each.name == name for each in datasecs(self._btf))
        return f"it {meaning(name)}" if is_there else ""

    @shared_property
    def places(self) -> dict[str, DataSection]:
        """Sizes, symbols and contents of the sections, from the ELF file.

        Raises:
            BtfFormatError: the ELF file is malformed.
        """
        with self._of_this_object():
            return self._read_data_sections() if self._read_data_sections else {}

    def type_id(self, name: str) -> int:
        """The type id that we give to the section *name*: minus the id of its DATASEC.

        `layout` describes the section as a struct. The BTF has no such struct, so this struct needs
        an id that no type has.

        Raises:
            TypeNotFoundError: there is no such section.
        """
        return -self.definition(name).id

    def layout(self, name: str, layouts: Layouts | None = None) -> Aggregate:
        """The layout of the section *name*, as a struct of its variables.

        The size and most offsets come from the ELF file, because they are 0 in the BTF of an
        unlinked object. A variable without a layout or an offset is unreadable. The others stay
        readable.

        Args:
            name: the section.
            layouts: computes the layouts of the variables' types; by default, ``btf.layouts``.

        Raises:
            TypeNotFoundError: there is no such section.
            LayoutError: the section is too large.
            BtfFormatError: the ELF file lacks the section.
        """
        datasec = self.definition(name)
        owner = reference(datasec)
        refused: list[tuple[str, str]] = []
        with self._of_this_object():
            section = self._section(name)
            if section.size > _LARGEST:
                raise LayoutError(
                    f"has {section.size} bytes; at most {_LARGEST} are supported", subject=owner
                )
            found = self._members(datasec, section, refused)
            members = sorted(found, key=lambda member: member.bit_offset)
        struct = model.Struct(self.type_id(name), "", section.size, tuple(members))
        return (layouts or self._btf.layouts).section(struct, owner, refused)

    def initial_values(self, name: str) -> bytes:
        """The bytes of the section *name* in the ELF file; empty for ``.bss``, which is all zeros.

        Raises:
            TypeNotFoundError: there is no such section.
            BtfFormatError: the ELF file lacks the section.

        Examples:
            >>> obj.sections.initial_values(".rodata").hex()
            'ffffffff'
        """
        self.definition(name)
        with self._of_this_object():
            return bytes(self._section(name).data)

    def _make(self, name: str, definition: Datasec) -> Any:
        cls: Any = self._btf.classes.aggregate(self.layout(name), class_name(name))
        data = self._section(definition.name).data
        size = ctypes.sizeof(cls)
        if not data and size > _MAPPED:
            import mmap  # noqa: PLC0415  # few sections are that large

            # The kernel provides each page of this memory only when you first use it.
            return cls.from_buffer(mmap.mmap(-1, size))
        return cls.from_buffer_copy(data) if data else cls()

    @contextmanager
    def _of_this_object(self) -> Iterator[None]:
        """Set the path of errors that are raised inside the ``with`` block."""
        try:
            yield
        except BtfFormatError as error:
            error.path = error.path or self._btf.path
            raise

    def _section(self, name: str) -> DataSection:
        try:
            return self.places[name]
        except KeyError:
            raise BtfFormatError(
                f"section {name!r} is in the BTF, but not in the ELF file"
            ) from None

    def _members(
        self, datasec: Datasec, section: DataSection, refused: list[tuple[str, str]]
    ) -> Iterator[Member]:
        """The variables as members of a struct.

        For each variable without an offset, *refused* receives its name and the reason.
        """
        for variable in datasec.variables:
            var = self._btf.table.by_id(variable.type_id)
            if not isinstance(var, model.Var):
                raise BtfFormatError(
                    f"an entry of kind {kind_of(var)}, expected VAR", where=describe(datasec)
                )
            if var.linkage == _EXTERN:
                continue  # another object defines it
            try:
                offset = _offset(var, variable, section)
            except LookupError:
                refused.append((var.name, self._why_no_place(var, variable, datasec, section)))
            else:
                yield Member(var.name, var.type_id, 8 * offset, None)

    def _why_no_place(
        self, var: model.Var, variable: VarSecinfo, datasec: Datasec, section: DataSection
    ) -> str:
        """The reason why the offset of *var* in *section* is unknown."""
        if var.linkage == _STATIC and var.name in section.statics:
            return (
                f"in the BTF it is at offset {variable.offset}, but none of the static variables"
                f" {var.name!r} in the ELF file is there"
            )
        if section.others:
            return (
                f"the ELF file has {section.others + 1} sections named {datasec.name!r}; btf_typing"
                " reads only the one with the most variables, and this variable is in another;"
                " choose a different name for its section"
            )
        elsewhere = [name for name, each in self.places.items() if var.name in each.symbols]
        if elsewhere:
            return f"the ELF file has its symbol in section {elsewhere[0]!r}"
        return f"the ELF file has no symbol {var.name!r} in this section; was it stripped?"


def class_name(name: str) -> str:
    """The name of the class of the section *name*: ``section_rodata`` for ``.rodata``.

    The prefix keeps the name apart from C names: many programs have a ``struct data``.
    """
    return f"section_{name.strip('.').replace('.', '_')}"


def _offset(var: model.Var, variable: VarSecinfo, section: DataSection) -> int:
    """Offset of a variable in its section, in bytes.

    The BTF of an unlinked object has the offsets of static variables only, and GCC writes 0 even
    for those. The symbols of the ELF file have the missing offsets. Two functions can each have a
    ``static int count``, so several symbols can have the same name. The offset in the BTF then
    shows which of them is meant. If a static variable has no symbol, its offset comes from the BTF,
    provided that the file has only one section of this name.

    Raises:
        LookupError: the offset is unknown.

    Source:
        libbpf ``btf_fixup_datasec``, which uses the BTF for static variables.
    """
    if var.linkage != _STATIC:
        return section.symbols[var.name]
    found = {*section.statics.get(var.name, [] if section.others else [variable.offset])}
    if len(found) == 1:
        return found.pop()
    if variable.offset in found:
        return variable.offset
    raise LookupError(var.name)
