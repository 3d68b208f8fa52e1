"""Layouts rendered as a module of plain ctypes classes.

The module needs neither btf_typing nor the object. It defines the same names as the stub beside it.
Its classes have the same layouts as those that ``btf.struct()`` returns: the same ``_fields_``, and
the same descriptors for fields that ctypes cannot place itself. Their instances also have the same
``repr`` and ``==``, and you can copy and pickle them.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Sequence
from typing import Any

from btf_typing._classes import descriptors, record_methods
from btf_typing._classes.record_methods import _KINDS, _NAMES
from btf_typing._layout import identifiers
from btf_typing._layout.shape import (
    Aggregate,
    ArrayOf,
    CType,
    Field,
    HiddenSlot,
    Scalar,
    Slot,
    Wide,
    byteorder_of,
    element_of,
)
from btf_typing._text.c_names import CText
from btf_typing.bpf_object import BpfObject
from btf_typing.model import AnyEnum

from . import module_prelude
from .docstrings import Docstrings
from .lines import WIDTH, assignment, call, class_header, quoted, width
from .module_prelude import _VALUES
from .names import Names
from .selected_types import Contents

_IMPORTS = """\
import builtins
import ctypes
import operator
import sys
from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Any, Literal, TypeVar

"""
_BYTES_IN_A_ROW = 32
_MARK = "# --- copied from here ---\n"


_NOT_IN_CLASS_BODY = ("__", "_anonymous_", "_fields_", "_layout_", "_pack_")
"""If the name of a type in ``_fields_`` begins like this, the module assigns ``_fields_`` after the
class. In the class body, Python would mangle ``__x``, and the attribute ``_pack_`` of the class
would hide a type of that name."""


class ModuleWriter:
    """Writes the body of one module.

    Args:
        obj: the object, or raw BTF.
        names: the Python names of the types.
        contents: the types to write.
    """

    def __init__(self, obj: BpfObject[Any], names: Names, contents: Contents) -> None:
        btf = obj.btf
        self._sections = {obj.sections.type_id(name): name for name in obj.sections}
        self._obj = obj
        self._contents = contents
        self._table = btf.table
        self._names = names
        self._enum_names = {enum.id: name for name, enum in contents.enums}
        self._docstrings = Docstrings(names, CText(btf.table))
        self._written: set[int] = set()
        self._blocks: list[str] = []

    def write(self) -> str:
        """The whole body, with the imports first."""
        contents = self._contents
        self._blocks = [_prelude()]
        for name, enum in contents.enums:
            self._blocks.append(self._enum(name, enum))
        for _, layout in (*contents.aggregates, *contents.sections):
            self._add_class(layout)
        aliases = [assignment(f"{name} =", self._target(id_)) for name, id_ in contents.aliases]
        if aliases:
            self._blocks.append("".join(aliases))
        return "\n\n".join(self._blocks)

    def _target(self, type_id: int) -> str:
        """The Python expression for *type_id*, which becomes the right side of an alias."""
        return self._names.of(type_id) or self._ctype(self._contents.layouts.ctype(type_id))

    def _enum(self, name: str, enum: AnyEnum) -> str:
        members = identifiers.enum_members(enum)
        if all(member.isidentifier() and "__" not in member for member in members):
            lines = [class_header(name, "IntEnum")]
            lines.append(f'    """{self._docstrings.of_enum(enum)}"""\n')
            lines += ["\n"] if members else []
            lines += [
                assignment(f"    {member} =", str(value)) for member, value in members.items()
            ]
            return "".join(lines)
        # In a class body, Python would mangle a name such as __x. In a dictionary, any name works.
        lines = [f'        "{member}": {value},\n' for member, value in members.items()]
        body = "".join(["    {\n", *lines, "    },\n"])
        return f'{name} = _enum(\n    "{name}",\n{body})\n'

    def _add_class(self, layout: Aggregate) -> None:
        """Add the class of *layout*, after the classes that it needs."""
        if layout.type_id in self._written:
            return
        self._written.add(layout.type_id)
        name = self._names.of(layout.type_id) or ""
        private = name if name.startswith("_") else f"_{name}"
        for index, slot in enumerate(layout.slots):
            self._need(slot.ctype, f"{private}_{index}")
        for field in layout.fields:
            if not field.native and field.bits is None:
                self._need(field.ctype, f"{private}_{field.name}")
        self._blocks.append(self._class(name, layout))

    def _need(self, ctype: CType, c_name: str) -> None:
        """Add the class of the struct or union *ctype*, or of the elements of the array *ctype*.

        A struct or union without a name gets the name *c_name*. Other types need no class.
        """
        inner = element_of(ctype)
        if isinstance(inner, Aggregate):
            if self._names.of(inner.type_id) is None:
                self._names.assign(inner.type_id, c_name)
            self._add_class(inner)

    def _class(self, name: str, layout: Aggregate) -> str:
        values = self._initial_values(layout)
        base = "_Section" if values else "_Union" if layout.keyword == "union" else "_Struct"
        types = [self._ctype(slot.ctype) for slot in layout.slots]
        late = any(type_.startswith(_NOT_IN_CLASS_BODY) for type_ in types)
        lines = [class_header(name, base)]
        lines += [f'    """{self._docstrings.of_aggregate(layout)}"""\n\n', "    __slots__ = ()\n"]
        if layout.packed:
            lines += ["    _pack_ = 1\n", '    _layout_ = "ms"\n']
        anonymous = [f'"{_slot_name(slot)}"' for slot in layout.anonymous]
        if anonymous:
            lines.append(_anonymous(anonymous))
        sized = "_sized", str(layout.size), *_names_beside_fields(layout)
        if late:
            lines += ["\n\n", _fields(f"{name}._fields_ = [", layout.slots, types)]
            lines.append(f"{call('', *sized)[:-1]}({name})\n")
        else:
            lines.insert(0, call("@", *sized))
            lines.append(_fields("    _fields_ = [", layout.slots, types))
        completed = self._completed(name, layout)
        for unreadable in layout.unreadable:
            why = quoted(f"{unreadable.c_name}: {unreadable.reason}")
            completed.append(call(f"{name}.{unreadable.name} = ", "_unreadable", why))
        if kinds := self._kinds(layout):
            completed.append(_dictionary("_kinds", name, kinds))
        if values:
            completed.append(_initial(name, values))
        return "".join([*lines, "\n\n" if completed and not late else "", *completed])

    def _kinds(self, layout: Aggregate) -> list[str]:
        """The entries of the dictionary that the generated module passes to its ``_kinds()``.

        A field has an entry if its type, or the type of its elements, is an enum or a wide integer.
        A bitfield narrower than its wide integer has none. For an enum, the entry holds the class,
        or None if the module lacks the class. For an integer, it holds the byte order and whether
        the integer is signed.
        """
        entries = []
        for field in layout.fields:
            element = element_of(field.ctype)
            if isinstance(element, Wide) and field.bit_size == 8 * field.ctype.size:
                kind = f'("{byteorder_of(element)}", {element.signed})'
            elif isinstance(element, Scalar) and element.enum:
                kind = self._enum_names.get(self._table.skip_arrays(field.type_id).id, "None")
            else:
                continue
            entries.append(f'"{field.name}": {kind}')
        return entries

    def _initial_values(self, layout: Aggregate) -> bytes:
        """The initial values of a section of globals; empty for a struct, and if all are zero."""
        section = self._sections.get(layout.type_id)
        values = self._obj.sections.initial_values(section) if section else b""
        return values if any(values) else b""

    def _completed(self, name: str, layout: Aggregate) -> list[str]:
        """Lines after the class.

        They add the descriptors that ``_fields_`` does not create. If a field has another name in C
        than in Python, such as ``class`` and ``class_``, they also add the field under its C name.
        """
        lines = []
        own = {field.name for field in layout.fields} | {slot.name for slot in layout.slots}
        own |= {_KINDS, _NAMES, _VALUES}
        for field in layout.fields:
            descriptor = self._descriptor(field)
            if descriptor:
                lines.append(call(f"{name}.{field.name} = ", *descriptor))
            c_name = field.c_name
            if c_name not in own and identifiers.is_reachable_as_c(c_name, field.name):
                own.add(c_name)
                lines.append(call("", "setattr", name, quoted(c_name), f"{name}.{field.name}"))
        return lines

    def _descriptor(self, field: Field) -> tuple[str, ...]:
        """The function that makes the descriptor of *field*, and its arguments.

        The result is empty if ctypes makes the descriptor.
        """
        if field.native:
            return ()
        bits, name = field.bits, f'"{field.name}"'
        if bits is None:
            return "_field", name, str(field.bit_offset // 8), self._ctype(field.ctype)
        place = str(bits.shift), str(bits.width)
        match bits.storage:
            case Scalar():
                return bits.maker, name, str(bits.offset), self._ctype(bits.storage), *place
            case Wide(size) as storage:
                reading = f'"{bits.value}"', f'"{byteorder_of(storage)}"'
                return bits.maker, name, str(bits.offset), str(size), *place, *reading

    def _ctype(self, ctype: CType) -> str:
        """An expression for the ctypes class of *ctype*."""
        match ctype:
            case Scalar():
                return f"ctypes.{ctype.expression}"
            case Wide():
                return f"ctypes.c_uint8 * {ctype.size}"
            case ArrayOf():
                return f"{self._ctype(ctype.element)} * {ctype.length}"
            case Aggregate():
                return self._names.of(ctype.type_id) or ""


def _prelude() -> str:
    """The imports and functions at the head of every module."""
    parts = [
        inspect.getsource(module).partition(_MARK)[2]
        for module in (record_methods, module_prelude, descriptors)
    ]
    return "\n\n".join([_IMPORTS + parts[0], *parts[1:], f'_target("{sys.byteorder}")\n'])


def _names_beside_fields(layout: Aggregate) -> list[str]:
    """The names of all fields as string literals; empty if ``_fields_`` creates every field."""
    if all(field.native for field in layout.fields):
        return []
    return [f'"{field.name}"' for field in layout.fields]


def _initial(name: str, values: bytes) -> str:
    """The call that sets the initial *values* of the class *name*, as lines of a hex dump."""
    entries = [
        f'{at}: "{row.hex(" ", -4)}"'
        for at in range(0, len(values), _BYTES_IN_A_ROW)
        if any(row := values[at : at + _BYTES_IN_A_ROW])
    ]
    return _dictionary("_initial", name, entries)


def _dictionary(function: str, name: str, entries: list[str]) -> str:
    """A call of *function* with the class *name* and a dictionary with these *entries*."""
    lines = [f"        {entry},\n" for entry in entries]
    return "".join([f"{function}(\n    {name},\n    {{\n", *lines, "    },\n)\n"])


def _anonymous(names: list[str]) -> str:
    line = f"    _anonymous_ = [{', '.join(names)}]"
    if len(line) <= WIDTH:
        return line + "\n"
    return "".join(["    _anonymous_ = [\n", *[f"        {name},\n" for name in names], "    ]\n"])


def _fields(start: str, slots: Sequence[Slot], types: Sequence[str]) -> str:
    """The list of fields, one on each line. *start* is the text before them, up to the bracket."""
    if not slots:
        return f"{start}]\n"
    indent = start[: len(start) - len(start.lstrip())]
    lines = [f"{start}\n"]
    for slot, type_ in zip(slots, types, strict=True):
        line = f'{indent}    ("{_slot_name(slot)}", {type_}),'
        if width(line) > WIDTH:
            inner = f"{indent}        "
            line = f'{indent}    (\n{inner}"{_slot_name(slot)}",\n{inner}{type_},\n{indent}    ),'
        lines.append(f"{line}\n")
    return "".join([*lines, f"{indent}]\n"])


def _slot_name(slot: Slot) -> str:
    """The name of *slot* in the class.

    An underscore before the name of a hidden slot, such as padding, makes stubtest ignore the slot.
    """
    return f"_{slot.name}" if isinstance(slot, HiddenSlot) else slot.name
