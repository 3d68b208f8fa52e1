"""Write ``distilled/``: split BTF over a distilled base, as libbpf creates it.

    python -m tests.objects.make_distilled

Needs the libbpf of pylibbpf (1.6), since the system's may be too old for ``btf__distill_base``.
"""

import ctypes
import importlib.util
from ctypes import POINTER, byref, c_char_p, c_int, c_uint32, c_void_p
from pathlib import Path
from typing import Any

from tests.builder import BtfBuilder

FOLDER = Path(__file__).with_name("distilled")


def kernel(*, newer: bool) -> BtfBuilder:
    """A kernel's BTF. The *newer* kernel has other ids, more types, and a different ``task``."""
    b = BtfBuilder()
    if newer:
        b.struct("unrelated", 0)
        b.enum("colour", {"RED": 1})
    u32, s32 = b.int("unsigned int", 4), b.int("int", 4, "signed")
    u64, char = b.int("unsigned long", 8), b.int("char", 1, "signed")
    flag = b.int("_Bool", 1, "bool")
    b.typedef("u32", u32)
    number = b.typedef("number", s32)
    task = b.next_id
    pointer = b.ptr(task)
    members = [("pid", s32, 0), ("comm", b.array(char, 16, u32), 32)]
    b.struct("twice", 24, [("old", b.array(u64, 3, u32), 0)])
    b.struct("twice", 4, [("pid", u32, 0)])
    inner = b.union("value", 8, [("n", u64, 0), ("p", pointer, 0)])
    b.struct("embedded", 16, [("flag", flag, 0), ("n", number, 32), ("v", inner, 64)])
    b.enum("mode", {"OFF": 0, "ON": 1} | ({"AUTO": 2} if newer else {}))
    b.enum64("wide", {"HUGE": 1 << 40})
    more = [("more", u32, 160)] if newer else []
    b.patch(pointer, size_type=b.struct("task", 20 + 4 * len(more), [*members, *more]))
    return b


def module(base: BtfBuilder, ids: dict[str, int]) -> BtfBuilder:
    """A module's BTF over *base*; *ids* are the ids of the base's types by name."""
    b = BtfBuilder(base=base)
    task = b.ptr(ids["task"])
    local = b.struct("mod_local", 8, [("n", ids["u32"], 0), ("m", ids["mode"], 32)])
    members = [("e", ids["embedded"], 0), ("task", task, 128), ("v", ids["value"], 192)]
    members += [("w", ids["wide"], 256), ("local", local, 320), ("t", ids["twice"], 384)]
    members += [("name", b.array(ids["char"], 8, ids["unsigned int"]), 416)]
    b.struct("mod_state", 64, members)
    proto = b.func_proto(ids["int"], [("state", b.ptr(b.next_id - 1)), ("task", task)])
    b.func("mod_handle", proto)
    b.datasec(".data", 8, [(b.var("mod_count", ids["unsigned long"]), 0, 8)])
    return b


def names(b: BtfBuilder) -> dict[str, int]:
    """Ids of the types of *b* by name; the last one if two share a name."""
    strings = {offset: text.decode() for text, offset in b._offsets.items()}
    return {strings[record.name_off]: number for number, record in enumerate(b._records, 1)}


class Libbpf:
    """libbpf, with the functions that distil and relocate split BTF."""

    def __init__(self, path: str) -> None:
        self.lib: Any = ctypes.CDLL(path)
        for name in ("btf__new", "btf__new_split", "btf__raw_data"):
            getattr(self.lib, name).restype = c_void_p
        self.lib.btf__new.argtypes = [c_char_p, c_uint32]
        self.lib.btf__new_split.argtypes = [c_char_p, c_uint32, c_void_p]
        self.lib.btf__raw_data.argtypes = [c_void_p, POINTER(c_uint32)]
        self.lib.btf__distill_base.argtypes = [c_void_p, POINTER(c_void_p), POINTER(c_void_p)]
        self.lib.btf__distill_base.restype = c_int
        self.lib.btf__relocate.argtypes = [c_void_p, c_void_p]

    def btf(self, data: bytes, base: int | None = None) -> int:
        made = self.lib.btf__new_split(data, len(data), base) if base else None
        made = made or self.lib.btf__new(data, len(data))
        assert isinstance(made, int)
        return made

    def bytes_of(self, btf: int | None) -> bytes:
        size = c_uint32()
        data = self.lib.btf__raw_data(btf, byref(size))
        return ctypes.string_at(data, size.value)

    def distilled(self, split: int) -> tuple[int | None, int | None]:
        """The distilled base, and the split BTF over it."""
        base, over = c_void_p(), c_void_p()
        assert self.lib.btf__distill_base(split, byref(base), byref(over)) == 0
        return base.value, over.value

    def relocate(self, split: int | None, base: int) -> None:
        assert self.lib.btf__relocate(split, base) == 0


def main() -> None:
    """Write every file again."""
    extension = importlib.util.find_spec("pylibbpf.pylibbpf")
    assert extension, "pylibbpf is not installed"
    lib = Libbpf(str(extension.origin))
    FOLDER.mkdir(exist_ok=True)
    old, new = kernel(newer=False), kernel(newer=True)
    split = lib.btf(module(old, names(old)).build(), lib.btf(old.build()))
    base, over = lib.distilled(split)
    files = {"kernel": old.build(), "newer": new.build()}
    files |= {"base": lib.bytes_of(base), "over": lib.bytes_of(over)}
    lib.relocate(over, lib.btf(new.build()))  # libbpf accepts it too
    for name, data in files.items():
        (FOLDER / f"{name}.btf").write_bytes(data)


if __name__ == "__main__":
    main()
