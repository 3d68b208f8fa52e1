"""Compare our classes with the data that compilers wrote.

``check_object`` reads every global of an object through the class of its type, and compares the
values with the C source. It also writes the same values into bytes of zeros and of ones, and
compares the bytes with the object's. As a program, this module does so with new random aggregates:

    python -m tests.conformance.oracle --seconds 60 --seed 1
"""

import argparse
import contextlib
import ctypes
import itertools
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

import btf_typing
from tests.conformance.generate import Generator, Tree
from tests.conformance.reader import (
    BYTE_ORDERS,
    Leaf,
    Reader,
    Type,
    deposit,
    extract,
    python_name,
)

COMPILERS = {
    "clang19-el": ("clang-19", "-target", "bpfel", "-g"),
    "clang19-eb": ("clang-19", "-target", "bpfeb", "-g"),
    "clang14-el": ("clang-14", "-target", "bpfel", "-g"),
    "clang14-eb": ("clang-14", "-target", "bpfeb", "-g"),
    "gcc12-el": ("bpf-gcc", "-mlittle-endian", "-gbtf", "-Wno-packed-bitfield-compat"),
    "gcc12-eb": ("bpf-gcc", "-mbig-endian", "-gbtf", "-Wno-packed-bitfield-compat"),
}
OLD_COMPILERS = ("clang14", "gcc12")
"""Those that do not mark signed enums."""

_HOST = "<" if sys.byteorder == "little" else ">"
_HOST_POINTER = 8 * ctypes.sizeof(ctypes.c_void_p)
_WIDE = 128
Path_: TypeAlias = tuple[str | int, ...]


@dataclass
class Tally:
    """Counts of what was compared, and a list of what was wrong.

    ``contradictions`` counts values that are not where the compiler's own BTF says. The compiler is
    wrong about them.
    """

    aggregates: int = 0
    values: int = 0
    bitfields: int = 0
    wrong: list[str] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Add the counts of *other*."""
        self.aggregates += other.aggregates
        self.values += other.values
        self.bitfields += other.bitfields
        self.wrong += other.wrong
        self.contradictions += other.contradictions

    def __str__(self) -> str:
        return (
            f"{self.aggregates} aggregates, {self.values} values ({self.bitfields} bitfields):"
            f" {len(self.wrong)} wrong, {len(self.contradictions)} where the compiler's BTF and"
            " bytes differ"
        )


class Cell(NamedTuple):
    """A value in a variable: how to read it, its place according to BTF, and its expected value.

    Attributes:
        path: Attributes and indices that lead from the instance to the value.
        bit_offset: Offset in bits from the beginning of the variable.
        bits: Number of bits that an assignment writes.
        is_bitfield: Whether BTF gives the member a width.
        pattern: The bits as an unsigned number.
        value: The value that Python must read.
    """

    path: Path_
    bit_offset: int
    bits: int
    is_bitfield: bool
    pattern: int
    value: object


class Global(NamedTuple):
    """A variable of an object: its type in BTF and its bytes."""

    type_id: int
    data: bytes


def globals_of(elf: ELFFile, reader: Reader) -> dict[str, Global]:
    """The variables of an object by name. The symbols say where their bytes are in the sections."""
    types = {t.name: t.size_type for t in reader.types if t.kind == "VAR"}
    table = elf.get_section_by_name(".symtab")
    assert isinstance(table, SymbolTableSection)
    found = {}
    for symbol in table.iter_symbols():
        if symbol.name in types:
            start, size = symbol["st_value"], symbol["st_size"]
            section = elf.get_section(symbol["st_shndx"]).data()
            found[symbol.name] = Global(types[symbol.name], section[start : start + size])
    return found


def cells_of(
    reader: Reader, type_id: int, tree: Tree, path: Path_ = (), shift: int = 0
) -> Iterator[Cell]:
    """The values of a struct or union, which begins at bit *shift* of the variable."""
    assert isinstance(tree, dict)
    for member, offset in reader.flattened(type_id):
        if member.name in tree:
            at, value = (*path, python_name(member.name)), tree[member.name]
            leaf = reader.leaf(member, shift + offset)
            inner = reader.resolve(member.type_id)
            if leaf is not None:
                yield _cell(leaf, value, at, reader.order)
            elif inner.kind == "ARRAY":
                yield from _array_cells(reader, inner, value, at, shift + offset)
            else:
                yield from cells_of(reader, inner.id, value, at, shift + offset)


def _array_cells(
    reader: Reader, array: Type, tree: Tree, path: Path_, shift: int
) -> Iterator[Cell]:
    """The values of an array. The dimensions come from BTF; GCC 12 writes them in reverse."""
    dimensions = []
    while array.kind == "ARRAY":
        element, _, count = array.words[0]
        dimensions.append(count)
        array = reader.resolve(element)
    values = _flat(tree)
    if array.name == "char" and array.kind == "INT":
        yield from _text_cells(values, dimensions, path, shift, reader.order)
        return
    step = reader.size_of(array.id) * 8
    for index, place in enumerate(itertools.product(*map(range, dimensions))):
        at, where = (*path, *place), shift + index * step
        leaf = reader.scalar(array.id, where)
        if leaf is None:
            yield from cells_of(reader, array.id, values[index], at, where)
        else:
            yield _cell(leaf, values[index], at, reader.order)


def _flat(tree: Tree) -> list[Tree]:
    """The elements of an array in one list, as pahole 1.24 merges all dimensions into one."""
    if not isinstance(tree, list):
        return [tree]
    return [one for part in tree for one in _flat(part)]


def _text_cells(
    values: list[Tree], dimensions: list[int], path: Path_, shift: int, order: str
) -> Iterator[Cell]:
    """The values of strings. Assigning to one writes it up to its NUL, and no more."""
    codes, length = bytes(int(code) & 0xFF for code in values), dimensions[-1]  # type: ignore[arg-type]
    for index, place in enumerate(itertools.product(*map(range, dimensions[:-1]))):
        text = codes[index * length : (index + 1) * length].split(b"\0")[0]
        if length:
            written = (text + b"\0")[:length]
            where = ((*path, *place), shift + index * length * 8, 8 * len(written))
            pattern = int.from_bytes(written, BYTE_ORDERS[order])
            yield Cell(*where, is_bitfield=False, pattern=pattern, value=text)


def _cell(leaf: Leaf, value: Tree, path: Path_, order: str) -> Cell:
    assert isinstance(value, int | float)
    where = (path, leaf.bit_offset, leaf.bits, leaf.is_bitfield)
    if leaf.kind == "FLOAT":
        code = {32: "f", 64: "d"}[leaf.bits]
        pattern = int.from_bytes(struct.pack(">" + code, value))
        return Cell(*where, pattern, float(value))
    assert isinstance(value, int)
    pattern = value & ((1 << leaf.bits) - 1)
    if isinstance(path[-1], int) and leaf.bits == _WIDE:
        # ctypes has no such integer, so in an array each is an array of bytes.
        return Cell(*where, pattern, [*pattern.to_bytes(_WIDE // 8, BYTE_ORDERS[order])])
    if leaf.kind == "BOOL":
        return Cell(*where, pattern, bool(value))
    if leaf.name == "char" and not leaf.is_bitfield:
        return Cell(*where, pattern, bytes([pattern]))
    if leaf.kind == "PTR" and (leaf.bits, order) == (_HOST_POINTER, _HOST):
        return Cell(*where, pattern, value or None)
    return Cell(*where, pattern, value)


def fetch(instance: Any, path: Path_) -> Any:
    """The value that Python reads at *path*; for a string in an array, its ``value``."""
    for step in path:
        instance = getattr(instance, step) if isinstance(step, str) else instance[step]
    return instance.value if _is_text(instance) else instance


def _is_text(value: object) -> bool:
    return isinstance(value, ctypes.Array) and value._type_ is ctypes.c_char


def store(instance: Any, path: Path_, value: object) -> None:
    """Assign *value* at *path*."""
    owner, last = fetch(instance, path[:-1]), path[-1]
    if isinstance(last, str):
        setattr(owner, last, value)
    elif isinstance(value, list):
        owner[last][:] = value
    elif _is_text(owner[last]):
        owner[last].value = value
    else:
        owner[last] = value


def check_object(path: Path, variables: Mapping[str, Tree]) -> Tally:
    """Compare every global of the object *path* with the values in its source."""
    with path.open("rb") as file:
        elf = ELFFile(file)
        section = elf.get_section_by_name(".BTF")
        assert section
        reader = Reader(section.data(), old_compiler=path.name.startswith(OLD_COMPILERS))
        found = globals_of(elf, reader)
    tally = Tally()
    with btf_typing.load(path) as obj:
        for name, tree in variables.items():
            where = f"{path.name}: {name}"
            try:
                tally.add(check_variable(obj.btf, reader, found[name], tree, where))
            except Exception as error:  # noqa: BLE001 - any exception is a finding
                tally.wrong.append(f"{where}: {error!r}")
    return tally


def check_variable(
    btf: btf_typing.Btf, reader: Reader, variable: Global, tree: Tree, where: str
) -> Tally:
    """Compare a global with the values *tree*; messages name it *where*."""
    of = reader.resolve(variable.type_id)
    find = btf.struct if of.kind == "STRUCT" else btf.union
    if not reader.is_possible(of.id):
        with contextlib.suppress(btf_typing.LayoutError):
            find(variable.type_id)
            return Tally(wrong=[f"{where}: a member is past the end, and a class is made"])
        return Tally(contradictions=[f"{where}: a member is past the end"])
    size, tally, cells = of.size_type, Tally(aggregates=1), []
    cls: Any = find(variable.type_id)
    data = variable.data[:size]
    if ctypes.sizeof(cls) != size or len(data) != size:
        tally.wrong.append(f"{where}: {ctypes.sizeof(cls)} bytes, expected {size}, {len(data)}")
        return tally
    for cell in cells_of(reader, of.id, tree):
        if cell.pattern == extract(data, cell.bit_offset, cell.bits, reader.order):
            cells.append(cell)
        else:
            tally.contradictions.append(f"{where}: {cell}")
    tally.values = len(cells)
    tally.bitfields = sum(cell.is_bitfield for cell in cells)
    tally.wrong += [f"{where}: {text}" for text in _differences(cls, data, cells, reader.order)]
    return tally


def _differences(cls: Any, data: bytes, cells: list[Cell], order: str) -> Iterator[str]:
    """Errors when reading *data*, and when writing *cells* over zeros and over ones."""
    instance = cls.from_buffer_copy(data)
    for cell in cells:
        value = fetch(instance, cell.path)
        if isinstance(cell.value, list):
            value = list(value)
        if type(value) is not type(cell.value) or value != cell.value:
            yield f"reads {value!r}, expected {cell}"
    for fill in (b"\0", b"\xff"):
        expected = bytearray(fill * len(data))
        instance = cls.from_buffer_copy(expected)
        for cell in cells:
            store(instance, cell.path, cell.value)
            bits = extract(data, cell.bit_offset, cell.bits, order)
            deposit(expected, cell.bit_offset, cell.bits, bits, order)
        if bytes(instance) != expected:
            found = f"{bytes(instance).hex()}, expected {expected.hex()}"
            yield f"writing over {fill!r} gives {found}"


def compiler_of(name: str) -> str | None:
    """The path of one of ``COMPILERS``; None if it is not installed."""
    return shutil.which(COMPILERS[name][0])


def compile_source(name: str, source: Path, target: Path) -> None:
    """Compile *source* with one of ``COMPILERS``."""
    program = compiler_of(name)
    assert program
    # Compilers write the path of the source into the object. From standard input in / it is
    # "/<stdin>", whatever machine this is.
    options = [*COMPILERS[name][1:], "-O2", "-w", "-x", "c", "-c", "-", "-o", str(target.resolve())]
    with source.open("rb") as stream:
        subprocess.run([program, *options], check=True, cwd="/", stdin=stream)


def check_seed(name: str, seed: int, directory: Path, count: int = 60) -> Tally:
    """Generate, compile and compare *count* aggregates."""
    batch = Generator(seed).batch(count)
    source, target = directory / f"{name}-{seed}.c", directory / f"{name}-{seed}.o"
    source.write_text(batch.source)
    compile_source(name, source, target)
    return check_object(target, {one.name: one.values for one in batch.variables})


def main(arguments: list[str] | None = None) -> int:
    """Run for the given time; print the counts, and the seeds of batches with errors."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.oracle")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    names = [name for name in COMPILERS if compiler_of(name)]
    total = {name: Tally() for name in names}
    stop, seed = time.monotonic() + options.seconds, options.seed
    with tempfile.TemporaryDirectory() as directory:
        while time.monotonic() < stop:
            for name in names:
                total[name].add(check_seed(name, seed, Path(directory)))
            seed += 1
    for name, tally in total.items():
        sys.stdout.write(f"{name}, seeds {options.seed}..{seed - 1}: {tally}\n")
        for line in tally.wrong[:20]:
            sys.stdout.write(f"    {line}\n")
    return any(tally.wrong for tally in total.values())


if __name__ == "__main__":
    sys.exit(main())
