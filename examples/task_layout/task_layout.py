"""Print the layout of a struct of the running kernel, with holes and bitfields.

python task_layout.py                         struct task_struct
python task_layout.py file                    another struct
python task_layout.py --field comm --field tgid        these fields only
"""

import argparse
import sys
from collections.abc import Iterator

from btf_typing import Btf, BtfError, BtfField

BITS = 8


def place(field: BtfField) -> str:
    """The place of a field as text: bytes, or bytes and bits for a bitfield."""
    if field.bitfield_size is None:
        return f"{field.offset:6}      {field.size:6}"
    return f"{field.offset:6} +{field.bit_offset % BITS:<3} {field.bitfield_size:6} bits"


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
            yield f"{'':24} ({unused} bytes unused)"
        yield f"{place(field):24} {field.name or '(anonymous)'}"
        end = max(end, end_of(field))
    if (unused := size - -(-end // BITS)) > 0:
        yield f"{'':24} ({unused} bytes unused)"


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

    print(f"struct {struct.name}, {struct.size} bytes")
    if args.field:
        chosen = [field for field in struct.fields if field.name in args.field]
        print("\n".join(f"{place(field):24} {field.name}" for field in chosen))
    else:
        print("\n".join(rows(struct.fields, struct.size)))


if __name__ == "__main__":
    main()
