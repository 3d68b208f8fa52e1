"""``btf-layout decode``: prints records, or the entries of a map, as text or JSON lines."""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from btf_typing._classes.dump_text import dump_text
from btf_typing._classes.flexible_arrays import from_record, has_flexible_array
from btf_typing._classes.plain_values import json_value
from btf_typing._classes.raw_items import padded
from btf_typing._wire import bpf_syscall
from btf_typing.bpf_object import BpfObject
from btf_typing.errors import BtfDataError, BtfError, TypeNotFoundError
from btf_typing.maps import BpfMap

from .inputs import opened
from .output import put, report

_COMMAND = "btf-layout"
_INPUT = "standard input"
_CHUNK = 1 << 16
"""Largest number of bytes to skip at a time."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its *parser*."""
    parser.add_argument("object", metavar="OBJ", help="a BPF object, raw BTF, or a pinned map")
    text = "name of a struct or union; leave it out for a pinned map"
    parser.add_argument("type", metavar="TYPE", nargs="?", help=text)
    text = "text (default), or json: one JSON object in each line"
    formats = ("text", "json")
    parser.add_argument("--format", choices=formats, default="text", metavar="FORMAT", help=text)
    text = "bytes before the first record, such as those of a header"
    parser.add_argument("--offset", type=_number, default=0, metavar="BYTES", help=text)
    text = "largest number of records or entries; default: all"
    parser.add_argument("--count", type=_number, metavar="N", help=text)
    text = "in text, leave out fields that are zero"
    parser.add_argument("--nonzero", action="store_true", help=text)
    text = "in text, print the bytes, too, and the fields that they belong to"
    parser.add_argument("--hexdump", action="store_true", help=text)


def _number(text: str) -> int:
    """The non-negative number in *text*, in decimal or with a prefix: ``16`` or ``0x10``.

    Raises:
        ArgumentTypeError: *text* is something else.
    """
    try:
        number = int(text, 0)
    except ValueError:
        number = -1
    if number < 0:
        raise argparse.ArgumentTypeError(f"expected 0 or more, found {text!r}")
    return number


def run(options: argparse.Namespace, *, colored: bool) -> int:
    """Run the command.

    Args:
        options: the parsed arguments.
        colored: whether to colour text.

    Returns:
        The exit code: 1 if the input has no record, or ends inside one; else 0.

    Raises:
        BtfError: the object or the map cannot be read, or there is no such type.
        OSError: the input cannot be read.
    """
    if options.type is None:
        return _decode_map(options, colored=colored)
    obj = opened(options.object, options.base_btf)
    cls = _class_of(obj, options.type)
    if obj.btf.byteorder != sys.byteorder:
        note = f"reading the records as {obj.btf.byteorder}-endian, the byte order of the object"
        report(_COMMAND, options.object, note, mild="note")
    return _decode_records(options, cls, colored=colored)


def _class_of(obj: BpfObject[Any], name: str) -> type[Any]:
    """The class of the struct or union *name*.

    Raises:
        TypeNotFoundError: there is neither a struct nor a union of that name.
    """
    # If *name* is a type of another kind, the error of struct() suggests a method of Btf. Users of
    # the command cannot call it, so we raise an error without this advice.
    try:
        return obj.btf.struct(name)
    except TypeNotFoundError as error:
        try:
            return obj.btf.union(name)
        except TypeNotFoundError:
            if name not in obj.btf:
                raise error from None
    what = f"{name!r} is a type of kind {obj.btf.type(name).kind}, not a struct or union"
    raise TypeNotFoundError(what, path=obj.btf.path)


def _decode_records(options: argparse.Namespace, cls: type[Any], *, colored: bool) -> int:
    size = _size_of(cls)
    stream = _standard_input()
    _skip(stream, options.offset)
    number = 0
    for number, record in enumerate(_records(stream, cls, options.count), 1):
        if isinstance(record, bytes):
            message = (
                f"{_INPUT} ends inside a record: {cls.__name__} has {size} bytes, but the last"
                f" record has {len(record)}; check that the type is right, and skip any header with"
                " --offset"
            )
            report(_COMMAND, None, message)
            return 1
        if options.format == "json":
            put(json.dumps(json_value(record)) + "\n")
            continue
        if number > 1:
            put("\n")
        put(_text(record, options, colored=colored))
    if not number and options.count != 0:
        report(_COMMAND, None, f"{_INPUT} has no record after {options.offset} bytes")
        return 1
    return 0


def _text(record: object, options: argparse.Namespace, *, colored: bool) -> str:
    return dump_text(record, zeros=not options.nonzero, hexdump=options.hexdump, colored=colored)


def _size_of(cls: type[Any]) -> int:
    """Size of *cls* in bytes.

    Raises:
        BtfError: the size is 0 and there is no flexible array, so any input would have an unlimited
            number of records.
    """
    size = ctypes.sizeof(cls)
    if not size and not has_flexible_array(cls):
        raise BtfError(f"{cls.__name__} has a size of 0 bytes")
    return size


def _standard_input() -> BinaryIO:
    """Standard input, as a stream of bytes.

    Raises:
        BtfError: standard input is closed, or is a terminal.
    """
    if sys.stdin is None:
        raise BtfError(f"{_INPUT} is closed; redirect a file with records: < events.bin")
    if sys.stdin.isatty():
        raise BtfError(f"{_INPUT} is a terminal; redirect a file with records: < events.bin")
    return sys.stdin.buffer


def _skip(stream: BinaryIO, offset: int) -> None:
    """Read *offset* bytes and discard them.

    Raises:
        BtfDataError: there are fewer bytes.
    """
    left = offset
    while left:
        skipped = len(stream.read(min(left, _CHUNK)))
        if not skipped:
            raise BtfDataError(f"{_INPUT} has {offset - left} bytes, but --offset is {offset}")
        left -= skipped


def _records(stream: BinaryIO, cls: type[Any], count: int | None) -> Iterator[Any]:
    """The records as instances of *cls*. If the last record is incomplete, it is ``bytes``.

    If the class ends in a flexible array, the whole rest of the input is one record.
    """
    if has_flexible_array(cls):
        if count != 0:
            yield from_record(cls, stream.read())
        return
    size = _size_of(cls)
    number = 0
    while number != count:
        data = stream.read(size)
        if len(data) < size:
            if data:
                yield data
            return
        yield cls.from_buffer_copy(data)
        number += 1


def _decode_map(options: argparse.Namespace, *, colored: bool) -> int:
    """Print the entries of a pinned map.

    Raises:
        BtfError: there is no such map, or its entries cannot be read.
        OSError: there is no such file.
    """
    path = options.object
    if os.stat(path).st_size:  # noqa: PTH116  # pathlib is slow to import
        raise BtfError(f"{path} is not a pinned map; to decode records, add the name of their type")
    with bpf_syscall.by_path(path) as handle:
        map_ = BpfMap.from_fd(handle.fd)
        if not map_.key_size:
            raise BtfError(f"{path}: a {map_.type} has no entries to read")
        for number, (key, values) in enumerate(_entries(handle, map_)):
            if number == options.count:
                break
            if options.format == "json":
                described = [_json(value) for value in values]
                value = described if map_.per_cpu else described[0]
                put(json.dumps({"key": _json(key), "value": value}) + "\n")
                continue
            put(f"{'' if not number else chr(10)}key: {_shown(key, options, colored=colored)}")
            for cpu, value in enumerate(values):
                label = f"value on CPU {cpu}" if map_.per_cpu else "value"
                put(f"{label}: {_shown(value, options, colored=colored)}")
    return 0


def _entries(handle: bpf_syscall.Handle, map_: BpfMap[Any, Any]) -> Iterator[tuple[Any, list[Any]]]:
    """The keys and values of *map_*; a per-CPU map has a value for each CPU."""
    size = map_.value_size
    size = padded(size) * bpf_syscall.possible_cpus() if map_.per_cpu else size
    for key, value in bpf_syscall.items_of(handle, bpf_syscall.map_info_of(handle), size):
        values = map_.decode_values(value) if map_.per_cpu else [map_.decode_value(value)]
        # Without BTF, keys and values are raw bytes. We return them as bytearrays. `_json` and
        # `_shown` print a bytearray in hexadecimal, but they print ``bytes`` as text.
        yield (
            map_.decode_key(key) if map_.key else bytearray(key),
            values if map_.value else [bytearray(each) for each in values],
        )


def _json(value: object) -> object:
    return value.hex() if isinstance(value, bytearray) else json_value(value)


def _shown(value: object, options: argparse.Namespace, *, colored: bool) -> str:
    """The text of a key or value of a map: many lines for a struct or union."""
    if isinstance(value, bytearray):
        return f"{value.hex(' ')}\n"
    try:
        return _text(value, options, colored=colored)
    except TypeError:
        return f"{json_value(value)!r}\n"
