"""Read and write every member of instances that end where inaccessible memory begins.

    python -m tests.conformance.guarded

A descriptor that reaches past the end of its instance may still give the right bits, if it restores
the bytes there. Here that access ends the process.
"""

import contextlib
import ctypes
import mmap
import sys
from pathlib import Path
from typing import Any

from btf_typing import Btf, LayoutError
from tests.builder import BtfBuilder, Order
from tests.conformance.reader import Reader, python_name

_OBJECTS = Path(__file__).with_name("objects")


class GuardedPages:
    """Memory that ends at an inaccessible page."""

    def __init__(self, pages: int = 16) -> None:
        """Map *pages* pages, and an inaccessible one after them."""
        size = pages * mmap.PAGESIZE
        self._map = mmap.mmap(-1, size + mmap.PAGESIZE)
        self._view = (ctypes.c_uint8 * (size + mmap.PAGESIZE)).from_buffer(self._map)
        self.size = size
        self.end = ctypes.addressof(self._view) + size
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mprotect(ctypes.c_void_p(self.end), ctypes.c_size_t(mmap.PAGESIZE), 0):
            raise OSError(ctypes.get_errno(), "mprotect")


def touch(btf: Btf, reader: Reader, memory: GuardedPages) -> int:
    """Read and write all members of all aggregates at the end of *memory*; count them."""
    touched = 0
    for one in reader.types:
        if one.kind not in {"STRUCT", "UNION"} or one.size_type > memory.size:
            continue
        cls: Any
        with contextlib.suppress(LayoutError):
            cls = (btf.struct if one.kind == "STRUCT" else btf.union)(one.id)
            instance = cls.from_address(memory.end - one.size_type)
            for member, _ in reader.flattened(one.id):
                name = python_name(member.name)
                setattr(instance, name, getattr(instance, name))
                touched += 1
    return touched


def bitfields_at_the_end(order: Order) -> bytes:
    """Structs of 1 to 20 bytes, with bitfields of every width that end where the struct ends."""
    b = BtfBuilder(order)
    units = [b.int(f"u{size}", size) for size in (1, 2, 4, 8, 16)]
    for size in range(1, 21):
        members = [
            (f"m{unit}_{width}", unit, 8 * size - width, width)
            for unit, bytes_of_unit in zip(units, (1, 2, 4, 8, 16), strict=True)
            for width in range(1, 8 * min(size, bytes_of_unit) + 1)
        ]
        b.struct(f"s{size}", size, members)
    return b.build()


def main() -> int:
    """Read and write everything; print the number of aggregates."""
    memory, touched = GuardedPages(), 0
    for data in (bitfields_at_the_end("<"), bitfields_at_the_end(">")):
        touched += touch(Btf.from_bytes(data), Reader(data), memory)
    for path in sorted(_OBJECTS.glob("*.o")):
        touched += touch(Btf.from_file(path), Reader.of_object(path), memory)
    sys.stdout.write(f"{touched} members touched\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
