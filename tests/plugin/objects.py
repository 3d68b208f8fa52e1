"""Objects for the plugin's tests: BTF built in memory from a few lines that read like C."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tests.builder import BtfBuilder, Id

Members = Sequence[tuple[str, str]]
"""Names and C types such as ``u32``, ``char[16]``, ``struct creds``, ``void *`` or ``u32:3``."""

_SIZES = {"u8": 1, "u16": 2, "u32": 4, "u64": 8, "s8": 1, "s16": 2, "s32": 4, "s64": 8, "char": 1}

EVENT: Members = (
    ("pid", "u32"),
    ("ts", "u64"),
    ("comm", "char[16]"),
    ("kind", "enum kind"),
    ("creds", "struct creds"),
    ("next", "void *"),
    ("load", "u32[4]"),
    ("ratio", "double"),
    ("done", "_Bool"),
)
STRUCTS: Mapping[str, Members] = {
    "creds": (("uid", "u32"), ("gid", "u32")),
    "event": EVENT,
    "stats": (("count", "u64"), ("bytes", "u64")),
}
UNIONS: Mapping[str, Members] = {"value": (("number", "u64"), ("text", "char[8]"))}
ENUMS: Mapping[str, Mapping[str, int]] = {"kind": {"KIND_NONE": 0, "KIND_EXEC": 1, "KIND_EXIT": 2}}


class _Compiler:
    """Adds types, and places members as C does."""

    def __init__(self) -> None:
        self.btf = BtfBuilder()
        self.types: dict[str, tuple[Id, int, int]] = {}
        """Type id, size and alignment in bytes, by name."""
        for name, size in _SIZES.items():
            signed = name[0] in "sc"
            self.types[name] = self.btf.int(name, size, "signed" if signed else ""), size, size
        self.types["_Bool"] = self.btf.int("_Bool", 1, "bool"), 1, 1
        self.types["float"] = self.btf.float("float", 4), 4, 4
        self.types["double"] = self.btf.float("double", 8), 8, 8
        self.types["void *"] = self.btf.ptr(), 8, 8

    def type(self, text: str) -> tuple[Id, int, int]:
        """The type that *text* names."""
        found = re.fullmatch(r"(.+)\[(\d+)\]", text)
        if not found:
            return self.types[text]
        element, size, alignment = self.type(found[1])
        return self.btf.array(element, int(found[2])), size * int(found[2]), alignment

    def aggregate(self, keyword: str, name: str, members: Members) -> Id:
        """Add a struct or union."""
        laid_out: list[tuple[str, Id, int] | tuple[str, Id, int, int]] = []
        end, size, widest = 0, 0, 1
        for member, text in members:
            ctype, _, width = text.partition(":")
            type_id, bytes_, alignment = self.type(ctype)
            bits = int(width) if width else 8 * bytes_
            unit = 8 * bytes_
            start = 0 if keyword == "union" else end
            if not width or start // unit != (start + bits - 1) // unit:
                start = -(-start // (8 * alignment)) * 8 * alignment
            laid_out.append((member, type_id, start, bits) if width else (member, type_id, start))
            end, widest = start + bits, max(widest, alignment)
            size = max(size, end)
        total = -(-size // (8 * widest)) * widest
        add = self.btf.struct if keyword == "struct" else self.btf.union
        type_id = add(name, total, laid_out)
        self.types[f"{keyword} {name}"] = type_id, total, widest
        return type_id


def compiled(
    structs: Mapping[str, Members] = STRUCTS,
    unions: Mapping[str, Members] = UNIONS,
    enums: Mapping[str, Mapping[str, int]] = ENUMS,
) -> bytes:
    """The BTF of an object with these types in this order. A type may use the ones before it.

    It also has a ``typedef struct event event_t`` if there is a struct event, a
    ``typedef struct { u32 left, right; } pair_t``, and a declaration of ``struct elsewhere``.
    """
    compiler = _Compiler()
    for name, values in enums.items():
        compiler.types[f"enum {name}"] = compiler.btf.enum(name, values), 4, 4
    for name, members in unions.items():
        compiler.aggregate("union", name, members)
    for name, members in structs.items():
        compiler.aggregate("struct", name, members)
    if "event" in structs:
        compiler.btf.typedef("event_t", compiler.types["struct event"][0])
    pair = compiler.aggregate("struct", "", [("left", "u32"), ("right", "u32")])
    compiler.btf.typedef("pair_t", pair)
    compiler.btf.fwd("elsewhere")
    return compiler.btf.build()
