"""Print the layout of a struct of the running kernel, with holes and bitfields.

From the repository's root:

.venv/bin/python -m examples.task_layout.task_layout                               task_struct
.venv/bin/python -m examples.task_layout.task_layout file                          another struct
.venv/bin/python -m examples.task_layout.task_layout --field comm --field tgid     these fields only
"""

import argparse
import difflib
import sys
from collections.abc import Iterator

from btf_typing import Btf, BtfError, BtfField, BtfType
from examples.text import counted

BITS = 8
WIDTH = 33
"""Of the columns in front of the name, in characters."""


def place(field: BtfField) -> str:
    """The place of a field as text: its offset and its size, each with its unit.

    The offset of a bitfield has bits after the bytes.
    """
    bits, size = "", counted(field.size, "byte")
    if field.bitfield_size is not None:
        bits = f"+{counted(field.bit_offset % BITS, 'bit')}"
        size = counted(field.bitfield_size, "bit")
    return f"{field.offset:6} bytes {bits:7} {size:>11}"


def end_of(field: BtfField) -> int:
    """The first bit after the field, counted from the start of the struct."""
    bits = field.size * BITS if field.bitfield_size is None else field.bitfield_size
    return field.bit_offset + bits


def rows(fields: tuple[BtfField, ...], size: int) -> Iterator[str]:
    """A line for each field, and a line for each hole of whole bytes.

    Args:
        fields: Fields of one struct, in order.
        size: Size of the struct in bytes.
    """
    end = 0
    for field in fields:
        unused = (field.bit_offset - end) // BITS
        if unused > 0:
            yield f"{'':{WIDTH}} ({counted(unused, 'byte')} unused)"
        yield f"{place(field):{WIDTH}} {field.name or '(anonymous)'}"
        end = max(end, end_of(field))
    if (unused := size - -(-end // BITS)) > 0:
        yield f"{'':{WIDTH}} ({counted(unused, 'byte')} unused)"


def no_field(name: str, struct: BtfType) -> str:
    """Say that *struct* has no field *name*, and which of its fields have a similar name."""
    known = [field.name for field in struct.fields if field.name]
    close = difflib.get_close_matches(name, known)
    hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
    return f"struct {struct.name} has no field {name!r}{hint}"


def main() -> None:
    """Print a layout, from the running kernel's BTF."""
    parser = argparse.ArgumentParser(description="Print a kernel struct's layout.")
    parser.add_argument("struct", nargs="?", default="task_struct")
    parser.add_argument("--field", action="append", metavar="NAME", help="only this field")
    args = parser.parse_args()
    try:
        struct = Btf.from_kernel().type(args.struct)
    except (BtfError, OSError) as error:
        sys.exit(f"task_layout: {error}")
    for name in args.field or ():
        if not any(field.name == name for field in struct.fields):
            sys.exit(f"task_layout: {no_field(name, struct)}")

    print(f"struct {struct.name}, {counted(struct.size, 'byte')}")
    if args.field:
        chosen = [field for field in struct.fields if field.name in args.field]
        print("\n".join(f"{place(field):{WIDTH}} {field.name}" for field in chosen))
    else:
        print("\n".join(rows(struct.fields, struct.size)))


if __name__ == "__main__":
    main()
