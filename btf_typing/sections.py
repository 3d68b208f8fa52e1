"""Globals: the sections of variables of a BPF object."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from . import model
from ._layout.shape import Aggregate
from ._lazy_mapping import Catalogue
from ._typing import Generic
from ._wire import elf
from ._wire.format import DataSection, DataSections
from .btf import Btf, S_co
from .errors import BtfFormatError, LayoutError
from .model import Datasec, Member, VarSecinfo, describe

_STATIC, _EXTERN = 0, 2

_LARGEST = 1 << 28
"""Bytes of a section whose initial values are worth the memory."""


class Sections(Catalogue[Any, Datasec], Generic[S_co]):
    """Globals: an instance of a ctypes structure for each section, such as ``".rodata"``.

    It has a field for every variable, at its place and with its initial value, and is the same
    instance each time. ``type()`` of it is the class to read a live section with.

    Sections are those that libbpf makes maps of: ``.data*``, ``.bss*`` and ``.rodata*``.

    Args:
        btf: of the object.
        data_sections: gives those of the object; None for raw BTF, which has none.
    """

    def __init__(self, btf: Btf[S_co], data_sections: DataSections | None) -> None:
        self._btf = btf
        self._data_sections = data_sections
        ids = btf.table.ids_of({"DATASEC"}) if data_sections else ()
        datasecs = {
            type_.name: type_
            for type_ in map(btf.table.by_id, ids)
            if isinstance(type_, Datasec) and elf.is_data(type_.name)
        }
        super().__init__("section of globals", btf.path or "this object", datasecs)

    @cached_property
    def places(self) -> dict[str, DataSection]:
        """What the ELF file tells of its sections, for what renders them.

        Raises:
            BtfFormatError: it cannot be read.
        """
        with self._of_this_object():
            return self._data_sections() if self._data_sections else {}

    def type_id(self, name: str) -> int:
        """What the layout of the section *name* has for a type id: of a struct that is in no BTF.

        Raises:
            TypeNotFoundError: there is no such section.
        """
        return -self.definition(name).id  # ids below zero are no type's

    def layout(self, name: str) -> Aggregate:
        """Where the variables of the section *name* lie, for what renders it.

        BTF's own sizes and offsets are 0 in an unlinked object, so they come from the ELF file.

        Raises:
            TypeNotFoundError: there is no such section.
            LayoutError: a variable has no layout.
            BtfFormatError: the ELF file lacks the section, or a symbol.
        """
        datasec = self.definition(name)
        with self._of_this_object():
            section = self._section(name)
            if section.size > _LARGEST:
                raise LayoutError(f"section {name!r} of {section.size} bytes is too large")
            members = sorted(self._members(datasec, section), key=lambda member: member.bit_offset)
        struct = model.Struct(self.type_id(name), "", section.size, tuple(members))
        return self._btf.layouts.section(struct)

    def _make(self, name: str, definition: Datasec) -> Any:
        made: Any = self._btf.classes.record(self.layout(name), class_name(name))()
        data = bytes(self._section(definition.name).data[: ctypes.sizeof(made)])
        ctypes.memmove(ctypes.byref(made), data, len(data))
        return made

    @contextmanager
    def _of_this_object(self) -> Iterator[None]:
        """Errors inside are about this file."""
        try:
            yield
        except BtfFormatError as error:
            error.path = error.path or self._btf.path
            raise

    def _section(self, name: str) -> DataSection:
        try:
            return self.places[name]
        except KeyError:
            raise BtfFormatError(f"section {name!r} of the BTF is not in the ELF file") from None

    def _members(self, datasec: Datasec, section: DataSection) -> Iterator[Member]:
        """The variables, as members of a struct."""
        for variable in datasec.variables:
            var = self._btf.table.by_id(variable.type_id)
            if not isinstance(var, model.Var):
                raise BtfFormatError(f"{describe(var)} is no VAR", where=describe(datasec))
            if var.linkage == _EXTERN:
                continue  # it lies in another object, that this one is to be linked with
            yield Member(var.name, var.type_id, 8 * _offset(var, variable, section), None)


def class_name(name: str) -> str:
    """What the class of the section *name* is called: ``section_rodata`` for ``.rodata``.

    A program may well have a ``struct data``, or a variable of its name.
    """
    return f"section_{name.strip('.').replace('.', '_')}"


def _offset(var: model.Var, variable: VarSecinfo, section: DataSection) -> int:
    """Of a variable in its section, in bytes.

    BTF has the offsets of static variables alone, and those of GCC not even these: they are 0.

    Source:
        libbpf ``btf_fixup_datasec``, which believes GCC.
    """
    if var.linkage != _STATIC:
        try:
            return section.symbols[var.name]
        except KeyError:
            what = f"no symbol {var.name!r} in this section of the ELF file; was it stripped?"
            raise BtfFormatError(what) from None
    found = section.statics.get(var.name, {variable.offset})
    if len(found) == 1:
        (offset,) = found
        return offset
    if variable.offset in found:
        return variable.offset
    raise BtfFormatError(f"several static variables {var.name!r}, none at {variable.offset}")
