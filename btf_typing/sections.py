"""The global variables of a BPF object, by section."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import model
from ._layout.shape import Aggregate
from ._lazy_mapping import LazyMapping
from ._thread_safe_property import shared_property
from ._typing_stand_ins import Generic
from ._wire import elf
from ._wire.file_contents import DataSection, DataSectionReader
from .btf import Btf, S_co
from .errors import BtfFormatError, LayoutError
from .model import Datasec, Member, VarSecinfo, describe, kind_of, reference

_STATIC, _EXTERN = 0, 2

_LARGEST = 1 << 28
"""Largest section in bytes: an instance holds all of its initial values in memory."""


class Sections(LazyMapping[Any, Datasec], Generic[S_co]):
    """The global variables of an object, by section, such as ``".rodata"``.

    Each value is an instance of a ctypes structure with a field for every variable, at its offset
    and with its initial value. A section always gives the same instance. Use ``type()`` of it to
    read the section of a running program.

    The sections are those that libbpf makes maps of: ``.data*``, ``.bss*`` and ``.rodata*``.

    Args:
        btf: the types of the object.
        read_data_sections: reads the sections of the ELF file; None for raw BTF, which has none.
    """

    def __init__(self, btf: Btf[S_co], read_data_sections: DataSectionReader | None) -> None:
        self._btf = btf
        self._read_data_sections = read_data_sections
        ids = btf.table.ids_of({"DATASEC"}) if read_data_sections else ()
        datasecs = {
            type_.name: type_
            for type_ in map(btf.table.by_id, ids)
            if isinstance(type_, Datasec) and elf.is_data_section(type_.name)
        }
        super().__init__("section of globals", btf.path, datasecs)

    @shared_property
    def places(self) -> dict[str, DataSection]:
        """Sizes, symbols and contents of the sections, from the ELF file.

        Raises:
            BtfFormatError: the ELF file is malformed.
        """
        with self._of_this_object():
            return self._read_data_sections() if self._read_data_sections else {}

    def type_id(self, name: str) -> int:
        """The type id in the layout of the section *name*: the id of its DATASEC, negated.

        A section is laid out like a struct that the BTF does not have, so it needs an id that no
        type has.

        Raises:
            TypeNotFoundError: there is no such section.
        """
        return -self.definition(name).id

    def layout(self, name: str) -> Aggregate:
        """The layout of the section *name*, as a struct of its variables.

        Sizes and offsets come from the ELF file: in the BTF of an unlinked object they are 0.

        Raises:
            TypeNotFoundError: there is no such section.
            LayoutError: a variable has no layout.
            BtfFormatError: the ELF file lacks the section, or a symbol.
        """
        datasec = self.definition(name)
        with self._of_this_object():
            section = self._section(name)
            if section.size > _LARGEST:
                raise LayoutError(
                    f"has {section.size} bytes; at most {_LARGEST} are supported",
                    subject=reference(datasec),
                )
            members = sorted(self._members(datasec, section), key=lambda member: member.bit_offset)
        struct = model.Struct(self.type_id(name), "", section.size, tuple(members))
        try:
            return self._btf.layouts.section(struct)
        except LayoutError as error:
            if error.owner and error.owner.id == struct.id:
                error.owner = reference(datasec)
            raise

    def initial_values(self, name: str) -> bytes:
        """The bytes of the section *name* in the ELF file; none for ``.bss``, which is all zero.

        Raises:
            BtfFormatError: the ELF file lacks the section.
        """
        with self._of_this_object():
            return bytes(self._section(name).data)

    def _make(self, name: str, definition: Datasec) -> Any:
        instance: Any = self._btf.classes.aggregate(self.layout(name), class_name(name))()
        data = self.initial_values(definition.name)
        ctypes.memmove(ctypes.byref(instance), data, len(data))
        return instance

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

    def _members(self, datasec: Datasec, section: DataSection) -> Iterator[Member]:
        """The variables, as members of a struct."""
        for variable in datasec.variables:
            var = self._btf.table.by_id(variable.type_id)
            if not isinstance(var, model.Var):
                raise BtfFormatError(
                    f"a variable of kind {kind_of(var)}, expected VAR", where=describe(datasec)
                )
            if var.linkage == _EXTERN:
                continue  # another object defines it
            yield Member(var.name, var.type_id, 8 * _offset(var, variable, section), None)


def class_name(name: str) -> str:
    """The name of the class of the section *name*: ``section_rodata`` for ``.rodata``.

    The prefix keeps it apart from C names: many programs have a ``struct data``.
    """
    return f"section_{name.strip('.').replace('.', '_')}"


def _offset(var: model.Var, variable: VarSecinfo, section: DataSection) -> int:
    """Offset of a variable in its section, in bytes.

    The BTF of an unlinked object has the offsets of static variables only, and GCC writes 0 for
    these too. The symbols of the ELF file have the others.

    Source:
        libbpf ``btf_fixup_datasec``, which uses the BTF for static variables.
    """
    if var.linkage != _STATIC:
        try:
            return section.symbols[var.name]
        except KeyError:
            raise BtfFormatError(
                f"the ELF file has no symbol {var.name!r} in this section; was it stripped?"
            ) from None
    found = section.statics.get(var.name, {variable.offset})
    if len(found) == 1:
        (offset,) = found
        return offset
    if variable.offset in found:
        return variable.offset
    raise BtfFormatError(
        f"the ELF file has several static variables {var.name!r}, but none at offset"
        f" {variable.offset}, where the BTF has it"
    )
