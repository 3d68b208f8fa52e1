"""Hand-written classes, BTF to compare them with, and the mismatches that validation finds."""

from ctypes import Structure
from typing import Any

from btf_typing import Btf, BtfValidationError
from tests.builder import BtfBuilder, Order


def mine(*fields: Any, base: Any = Structure, **attributes: Any) -> Any:
    """A ctypes structure with these fields, called Mine."""
    if "_pack_" in attributes:
        attributes["_layout_"] = "ms"
    return type(base)("Mine", (base,), attributes | {"_fields_": list(fields)})


class Types(BtfBuilder):
    """A BtfBuilder that can add C's usual types by name."""

    def __init__(self, order: Order = "<") -> None:
        super().__init__(order)
        self.u8, self.i8 = self.int("u8", 1), self.int("signed char", 1, "signed")
        self.u16, self.i16 = self.int("u16", 2), self.int("short", 2, "signed")
        self.u32, self.i32 = self.int("u32", 4), self.int("int", 4, "signed")
        self.u64, self.i64 = self.int("u64", 8), self.int("s64", 8, "signed")
        self.char, self.bool = self.int("char", 1, "signed"), self.int("_Bool", 1, "bool")
        self.i128 = self.int("__int128", 16, "signed")
        self.f32, self.f64 = self.float("float", 4), self.float("double", 8)
        self.pointer = self.ptr()

    def btf(self) -> Btf:
        return Btf.from_bytes(self.build())


def differences(btf: Btf, cls: Any, name: str = "s") -> list[str]:
    """The mismatches that validation reports, one line each; empty if there are none."""
    try:
        btf.validate_struct(name, cls)
    except BtfValidationError as error:
        return [str(mismatch) for mismatch in error.mismatches] or ["no mismatch is reported"]
    return []
