"""Maps and programs as C text: their definitions, with libbpf's macros.

SEC("tracepoint/syscalls/sys_enter_execve")         /* BPF_PROG_TYPE_TRACEPOINT */
int on_execve(struct sys_enter_execve *ctx);

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __type(key, u32);                               /* size: 4 */
} exec_counts SEC(".maps");
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from btf_typing import model
from btf_typing._text.c_declaration import Declarations, Line, code, comment
from btf_typing._text.c_names import CText, clean, printable
from btf_typing._wire.type_table import TypeTable
from btf_typing.bpf_object import BpfObject
from btf_typing.errors import BtfError
from btf_typing.maps import MapDefinition, type_name

_INDENT = "    "
_LARGEST_UINT = 0xFFFFFFFF
"""Largest number for ``__uint``. Larger numbers need ``__ulong``."""


def matching(obj: BpfObject[Any], glob: str) -> Iterator[str]:
    """The names of the maps and programs that match *glob*."""
    for name in (*obj.maps, *obj.programs):
        if fnmatchcase(name, glob):
            yield name


def declarations(obj: BpfObject[Any], glob: str) -> Iterator[Iterable[Line]]:
    """The definitions of the maps and programs that match *glob*.

    A map that libbpf refuses becomes a comment with the reason.
    """
    for name in filter(obj.maps.__contains__, matching(obj, glob)):
        try:
            yield map_definition(obj, name)
        except BtfError as error:
            yield [comment(printable(error.message).replace("*/", "* /"))]
    for name in filter(obj.programs.__contains__, matching(obj, glob)):
        yield program_definition(obj, name)


def declaration(obj: BpfObject[Any], name: str) -> Iterable[Line] | None:
    """The definition of the map or program *name*; None if there is none.

    Raises:
        BtfFormatError: libbpf refuses the definition of the map.
    """
    if name in obj.maps:
        return map_definition(obj, name)
    return program_definition(obj, name) if name in obj.programs else None


def program_definition(obj: BpfObject[Any], name: str) -> Iterator[Line]:
    """A line with a program's section, type and attach type, then the lines of its function."""
    program = obj.programs[name]
    section = f'SEC("{"" if program.autoload else "?"}{printable(program.section)}")'
    yield code(section, ", ".join(filter(None, [program.type, program.attach_type])))
    table = obj.btf.table
    for type_id in table.ids_by_name(name):
        if isinstance(table.by_id(type_id), model.Func):
            yield from Declarations(table).lines(type_id)
            return
    yield code(f"{clean(name)};")


def map_definition(obj: BpfObject[Any], name: str) -> list[Line]:
    """The definition of a map.

    Raises:
        BtfFormatError: libbpf refuses it.
    """
    members = _members(obj.btf.table, obj.maps.details(name), 1)
    return [code("struct {"), *members, code(f'}} {clean(name)} SEC(".maps");')]


def _members(table: TypeTable, definition: MapDefinition, level: int) -> Iterator[Line]:
    """The lines for the members of a map's definition."""
    indent = _INDENT * level
    types = {"key": definition.key_id, "value": definition.value_id}
    sizes = {f"{name}_size" for name, type_id in types.items() if type_id is not None}
    yield code(f"{indent}__uint(type, {type_name(definition.numbers['type'])});")
    for name, number in definition.numbers.items():
        if name != "type" and name not in sizes:
            macro = "__uint" if number <= _LARGEST_UINT else "__ulong"
            yield code(f"{indent}{macro}({name}, {number});")
    for name, type_id in types.items():
        if type_id is not None:
            note = f"size: {definition.numbers[f'{name}_size']}"
            yield from _type(table, type_id, name, note, level)
    if definition.inner is not None:
        yield code(f"{indent}__array(values, struct {{")
        yield from _members(table, definition.inner, level + 1)
        yield code(f"{indent}}});")


def _type(table: TypeTable, type_id: int, name: str, note: str, level: int) -> Iterator[Line]:
    """The lines for a key or value. An unnamed struct or union is written with all members."""
    type_ = table.by_id(type_id)
    if isinstance(type_, model.COMPOSITES) and not type_.name:
        start = f"__type({name}, {model.KEYWORDS[type(type_)]}"
        yield from Declarations(table).composite(type_, start, ")", note, level)
    else:
        yield code(f"{_INDENT * level}__type({name}, {CText(table).type_name(type_id)});", note)
