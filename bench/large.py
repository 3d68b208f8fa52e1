"""Objects with more symbols and types than most: how long they take, and how much memory."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

from tests.builder import BtfBuilder
from tests.elf_builder import elf

from . import plugin, programs
from .measure import Contender, in_turn
from .processes import peak, python
from .project import stub
from .report import Row, Table, timed
from .tools import KERNEL

SYMBOLS = 2**20
TYPES = 100_000
SECTIONS = "load and sections"

LIVE, RUNTIME = "a module of --live", "a module of --runtime"
FROM_KERNEL = "Btf.from_kernel().struct"

_SECTIONS = """\
from btf_typing import load
obj = load({path!r})
assert obj.sections[".data"].symbol_0 == 7
"""


_KERNEL_STRUCT = """\
from btf_typing import Btf
Btf.from_kernel().struct("task_struct")
"""

_IMPORTED = """\
import sys
sys.path.insert(0, {folder!r})
from vmlinux import task_struct
"""


def tables(*, quick: bool) -> list[Table]:
    """All tables of this chapter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "types.bpf.o"
        count = write_types(path)
        about = f"an object of {count:,} types, half of which have a name"
        found = [_symbols(folder, 1 if quick else 3), *plugin.first_run(folder, path, about)]
        if KERNEL.exists():
            found += [_modules(folder, 3 if quick else 9), _memory()]
    return found


def write_types(path: Path, count: int = TYPES) -> int:
    """Write an object with about *count* types, and return their number."""
    b = BtfBuilder()
    word, char, index = b.int("int", 4, "signed"), b.int("char", 1, "signed"), b.int("long", 8)
    text = b.array(char, 16, index)
    for number in range(count // 8):
        kind = b.enum(f"kind_{number}", [(f"FIRST_{number}", 0), (f"SECOND_{number}", 1)])
        members = [("number", word, 0), ("kind", kind, 32), ("comm", text, 64)]
        event = b.struct(f"event_{number}", 24, members)
        pointer = b.ptr(event)
        b.ptr(b.const(event))
        b.struct(f"pair_{number}", 32, [("first", event, 0), ("next", pointer, 192)])
        b.typedef(f"event_{number}_t", event)
        b.func_proto(word, [("event", pointer)])
    path.write_bytes(elf({".BTF": b.build()}))
    return b.next_id - 1


def write_symbols(path: Path, count: int = SYMBOLS) -> None:
    """Write an object with *count* symbols in a section of globals; the first one has BTF too."""
    size = 4 * count
    b = BtfBuilder()
    first = b.var("symbol_0", b.int("int", 4, "signed"))
    b.datasec(".data", size, [(first, 0, 4)])
    names = "".join(f"\0symbol_{number}" for number in range(count)).encode() + b"\0"
    global_object, data = 0x11, 2
    table = bytearray(24)  # the first symbol is empty
    for number, place in enumerate(_positions(names)):
        table += struct.pack("<IBBHQQ", place, global_object, 0, data, 4 * number, 4)
    sections: dict[str, bytes | int] = {
        ".BTF": b.build(),
        ".data": struct.pack("<i", 7) + bytes(size - 4),
        ".symtab": bytes(table),
        ".strtab": names,
    }
    path.write_bytes(elf(sections))


def _positions(names: bytes) -> list[int]:
    """Where each name starts in *names*, a table of strings. The empty first name is left out."""
    starts, place = [], 1
    for name in names[1:-1].split(b"\0"):
        starts.append(place)
        place += len(name) + 1
    return starts


def _symbols(folder: Path, rounds: int) -> Table:
    path = folder / "symbols.bpf.o"
    write_symbols(path)
    text = f"A process that loads an object with {SYMBOLS:,} symbols of globals, and reads one."
    contenders = [python(SECTIONS, _SECTIONS.format(path=str(path)), ours=True)]
    return timed("Large: symbols", text, in_turn(contenders, rounds))


def _modules(folder: Path, rounds: int) -> Table:
    """Time to import a module of the whole kernel, and to use one name."""
    contenders = [python(FROM_KERNEL, _KERNEL_STRUCT)]
    for name, option in ((LIVE, "--live"), (RUNTIME, "--runtime")):
        path = folder / option
        path.mkdir()
        stub(path, str(KERNEL), option, folder=".")
        contenders.append(_importer(name, path, 3 if option == "--runtime" else 0))
    text = (
        "A process that imports a generated module of the whole kernel and uses one name. The"
        " modules are compiled to bytecode before. A module of --runtime has the classes as source,"
        " and needs neither BTF nor btf_typing."
    )
    for one in contenders:
        in_turn([one], 1)  # compiles the modules
    return timed("Large: a module of the kernel", text, in_turn(contenders, rounds))


def _importer(name: str, folder: Path, rounds: int) -> Contender:
    code = _IMPORTED.format(folder=str(folder))
    return python(name, code, ours=name == LIVE, rounds=rounds)


def _memory() -> Table:
    """Memory for each class in a process that builds all classes of the kernel."""
    one, every = programs.one_struct(KERNEL, "task_struct"), programs.aggregates(KERNEL)
    counted = f"{every}print(sum(1 for _ in btf.table.ids_of(('STRUCT', 'UNION'))))\n"
    count, base, most = programs.number(counted), peak(one), peak(every)
    each = [1024 * (a - b) / count for a, b in zip(most, base, strict=True) if count]
    text = (
        f"The most memory of a process that builds all {count:,} classes of the kernel, minus that"
        " of a process that builds one, for each class."
    )
    rows = [Row("a class", tuple(each), ours=True)]
    return Table("Large: memory of a class", text, "KB", rows)
