"""Maps and programs as C text: their definitions, with libbpf's macros.

A program and a map look like this::

    SEC("tracepoint/syscalls/sys_enter_execve")         /* BPF_PROG_TYPE_TRACEPOINT */
    int on_execve(struct sys_enter_execve *ctx);

    struct {
        __uint(type, BPF_MAP_TYPE_HASH);
        __type(key, u32);                               /* size: 4 */
    } exec_counts SEC(".maps");
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from btf_typing import model
from btf_typing._text.c_declaration import Declarations, with_comment
from btf_typing._text.c_names import CText, clean, printable
from btf_typing._wire.table import TypeTable
from btf_typing.bpf_object import BpfObject
from btf_typing.errors import BtfError
from btf_typing.maps import MapDefinition, type_name

_INDENT = "    "
_LARGEST_UINT = 0xFFFFFFFF
"""``__uint`` has 32 bits; larger numbers need ``__ulong``."""


def matching(obj: BpfObject[Any], glob: str) -> Iterator[str]:
    """The names of the maps and programs that match *glob*."""
    for name in (*obj.maps, *obj.programs):
        if fnmatchcase(name, glob):
            yield name


def declarations(obj: BpfObject[Any], glob: str) -> Iterator[str]:
    """The definitions of the maps and programs that match *glob*.

    A map that libbpf refuses becomes a comment with the reason.
    """
    for name in filter(obj.maps.__contains__, matching(obj, glob)):
        try:
            yield map_definition(obj, name)
        except BtfError as error:
            yield f"/* {printable(error.message).replace('*/', '* /')} */"
    for name in filter(obj.programs.__contains__, matching(obj, glob)):
        yield program_definition(obj, name)


def declaration(obj: BpfObject[Any], name: str) -> str | None:
    """The definition of the map or program *name*; None if there is none.

    Raises:
        BtfFormatError: the definition of the map is one that libbpf refuses.
    """
    if name in obj.maps:
        return map_definition(obj, name)
    return program_definition(obj, name) if name in obj.programs else None


def program_definition(obj: BpfObject[Any], name: str) -> str:
    """The section of a program with the types that libbpf derives from it, and its function."""
    program = obj.programs[name]
    section = f'SEC("{"" if program.autoload else "?"}{printable(program.section)}")'
    types = ", ".join(filter(None, [program.type, program.attach_type]))
    table = obj.btf.table
    functions = [
        type_id
        for type_id in table.ids_by_name(name)
        if isinstance(table.by_id(type_id), model.Func)
    ]
    declared = Declarations(table).text(functions[0]) if functions else f"{clean(name)};"
    return f"{with_comment(section, types)}\n{declared}"


def map_definition(obj: BpfObject[Any], name: str) -> str:
    """The definition of a map.

    Raises:
        BtfFormatError: it is one that libbpf refuses.
    """
    lines = _members(obj.btf.table, obj.maps.details(name), _INDENT)
    return "\n".join(["struct {", *lines, f'}} {clean(name)} SEC(".maps");'])


def _members(table: TypeTable, definition: MapDefinition, indent: str) -> Iterator[str]:
    """The members of a map's definition, one or more lines each."""
    types = {"key": definition.key_id, "value": definition.value_id}
    yield f"{indent}__uint(type, {type_name(definition.numbers['type'])});"
    for name, number in definition.numbers.items():
        if name != "type" and types.get(name.removesuffix("_size")) is None:
            macro = "__uint" if number <= _LARGEST_UINT else "__ulong"
            yield f"{indent}{macro}({name}, {number});"
    for name, type_id in types.items():
        if type_id is not None:
            *lines, last = f"__type({name}, {_type(table, type_id)});".splitlines()
            yield from (f"{indent}{line}" for line in lines)
            size = definition.numbers[f"{name}_size"]
            yield with_comment(f"{indent}{last}", f"size: {size}")
    if definition.inner is not None:
        yield f"{indent}__array(values, struct {{"
        yield from _members(table, definition.inner, indent + _INDENT)
        yield f"{indent}}});"


def _type(table: TypeTable, type_id: int) -> str:
    """A type as C text: its name, or its members if it is a struct or union without a name."""
    type_ = table.by_id(type_id)
    if isinstance(type_, model.Struct | model.Union) and not type_.name:
        return Declarations(table).text(type_id).removesuffix(";")
    return CText(table).type_name(type_id)
