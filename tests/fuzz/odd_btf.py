"""Semantically odd BTF: every record is legal by itself, and what it refers to is a surprise.

A member may be a function, a pointer may point at itself, an array may be of a section, a map may
be defined by an enum. Names are Python, comments, quotes, keywords, or the same for many types.
"""

import random
from typing import NamedTuple

from tests.builder import BtfBuilder, Id, Name, Order
from tests.elf_builder import Symbol, elf

NAMES: tuple[Name, ...] = (
    *(
        "event",
        "event",
        "x",
        "y",
        "pid",
        "comm",
        "foo___2",
        "foo",
        "class",
        "None",
        "self",
        "_self",
    ),
    *("__init__", "__slots__", "_fields_", "_type_", "__x", "_x_", "name", "value", "mro", "int"),
    *(
        "bool",
        "bytes",
        "ctypes",
        "Struct",
        "Union",
        "IntEnum",
        "Literal",
        "Any",
        "TypeAlias",
        "obj",
    ),
    *("load", "Object", "_CField", "_Array", "_array", "_ctypes", "_int", "section_data", "print"),
    *("sys", "operator", "setattr", "_bits", "_enum", "_sized", "_target", "overload", "_TypeName"),
    *(
        'x"""\nimport os\n"""',
        "a\nimport os",
        "# type: ignore",
        "x  # type: ignore",
        "a\\",
        "'",
        '"',
    ),
    *("x = __import__('os')", "{x}", "%s", "*/ evil /*", "a b", "0abc", "...", "a.b", "é", "ﬁeld"),
    *("\u202eevil", "\u2028", "x\0y".replace("\0", "\t"), "ª", "变量", "ⅷ", "__", "_", "___", "-1"),
    *(
        b"\xff\xfe",
        b"caf\xe9",
        b"\x1b[31m",
        "n" * 200,
        "# pyright: basic",
        "a; b",
        "a\rb",
        "a\x0cb",
    ),
)
"""Names that a careless writer of Python would not survive."""

_SECTIONS = (".data", ".bss", ".rodata", ".data.x", ".rodata.y", ".maps", ".kconfig", "license")
_SIZES = (1, 2, 4, 8)
_ODD_SIZES = (0, 3, 5, 7, 12, 16, 17, 255)


class OddFile(NamedTuple):
    """A file and the BTF in it, which is the same bytes if it is no ELF file."""

    data: bytes
    btf: bytes


class _Odd:
    """Builds one file."""

    def __init__(self, seed: object) -> None:
        self._random = random.Random(repr(seed))  # noqa: S311 - test data, not secrets
        order: Order = self._random.choice(("<", "<", "<", ">"))
        self._builder = BtfBuilder(order)
        self._sizes: dict[Id, int] = {}
        self._variables: list[tuple[Id, Name]] = []
        self._functions: list[Name] = []
        self._wild = self._random.random() * 0.5
        self._planned = self._random.randint(8, 50)

    def build(self) -> OddFile:
        """The file."""
        pick, b = self._random.choice, self._builder
        self._scalars()
        while len(self._sizes) < self._planned:
            kind = pick(("struct", "struct", "struct", "union", "array", "typedef", "typedef"))
            if self._random.random() < self._wild:
                kind = pick(("qualifier", "pointer", "prototype", "fwd", "enum", "var", "tag"))
            getattr(self, f"_{kind}")()
        sections = self._datasecs()
        btf = b.build()
        if self._random.random() < 0.4:
            return OddFile(btf, btf)
        return OddFile(self._elf(sections, btf), btf)

    # Parts

    def _name(self, empty: float = 0.2) -> Name:
        return "" if self._random.random() < empty else self._random.choice(NAMES)

    def _any(self) -> Id:
        """Any id, also one that does not exist yet, and void."""
        return self._random.randint(0, max(self._builder.next_id + 6, 2))

    def _type(self) -> Id:
        """Mostly a type that has a size."""
        if self._random.random() < self._wild:
            return self._any()
        return self._random.choice(list(self._sizes))

    def _size(self, type_id: Id) -> int:
        return self._sizes.get(type_id, self._random.choice(_SIZES))

    def _add(self, type_id: Id, size: int) -> None:
        self._sizes[type_id] = size

    # Types

    def _scalars(self) -> None:
        b = self._builder
        for size in _SIZES:
            self._add(b.int(self._name(0), size, self._random.choice(("", "signed"))), size)
        self._add(b.int("char", 1, "signed"), 1)
        self._add(b.int("_Bool", 1, "bool"), 1)
        self._add(b.int("__int128", 16, "signed"), 16)
        self._add(b.int(self._name(0), 4, "", bits=self._random.randint(1, 32)), 4)
        self._add(b.float(self._name(0), self._random.choice((2, 4, 8, 12, 16))), 8)
        self._add(b.ptr(self._any()), 8)

    def _struct(self) -> None:
        self._aggregate("struct")

    def _union(self) -> None:
        self._aggregate("union")

    def _aggregate(self, keyword: str) -> None:
        at, end = 0, 0
        members: list[tuple[Name, Id, int] | tuple[Name, Id, int, int]] = []
        flag = self._random.random() < 0.3
        for _ in range(self._random.randint(0, 7)):
            type_id = self._type()
            size = self._size(type_id)
            if keyword == "struct" and self._random.random() < 0.8:
                at = -(-at // max(size, 1)) * max(size, 1) if self._random.random() < 0.8 else at
            elif self._random.random() < 0.5:
                at = self._random.randrange(24)
            bits = self._random.randint(1, 8 * size) if flag and size and size <= 8 else 0
            if keyword == "union":
                at = 0
            place = 8 * at + (
                self._random.randrange(8) if bits and self._random.random() < 0.3 else 0
            )
            name = self._name(0.25)
            members.append((name, type_id, place, bits) if flag else (name, type_id, place))
            at += size
            end = max(end, at)
        size = end
        if self._random.random() < self._wild:
            size = self._random.choice((*_SIZES, *_ODD_SIZES, end + 4))
        add = self._builder.struct if keyword == "struct" else self._builder.union
        self._add(add(self._name(0.4), size, members, kflag=flag), size)

    def _array(self) -> None:
        element, count = self._type(), self._random.choice((0, 1, 2, 3, 16, 1))
        size = self._size(element) * count
        self._add(self._builder.array(element, count, self._any()), size)

    def _typedef(self) -> None:
        target = self._type()
        self._add(self._builder.typedef(self._name(0), target), self._size(target))

    def _qualifier(self) -> None:
        target = self._type()
        add = self._random.choice(
            (self._builder.const, self._builder.volatile, self._builder.restrict)
        )
        self._add(add(target), self._size(target))

    def _pointer(self) -> None:
        self._add(self._builder.ptr(self._any()), 8)

    def _prototype(self) -> None:
        params = [(self._name(), self._any()) for _ in range(self._random.randint(0, 3))]
        proto = self._builder.func_proto(self._any(), params)
        name = self._name(0)
        self._add(self._builder.func(name, proto, self._random.randrange(3)), 8)
        self._functions.append(name)

    def _fwd(self) -> None:
        fwd = self._builder.fwd(self._name(0), union=self._random.random() < 0.5)
        self._add(fwd, 4)

    def _enum(self) -> None:
        size = self._random.choice((1, 2, 4, 4, 8))
        values = [
            (self._name(0.05), self._random.choice((0, 1, -1, 7, 1 << 31, -(1 << 31))))
            for _ in range(self._random.randint(0, 5))
        ]
        name = self._name(0.5)
        signed = self._random.random() < 0.5
        add = self._builder.enum64 if size == 8 else self._builder.enum
        self._add(add(name, values, size, signed=signed), size)

    def _var(self) -> None:
        name, type_id = self._name(0.1), self._type()
        var = self._builder.var(name, type_id, self._random.randrange(3))
        self._variables.append((var, name))
        self._sizes[var] = self._size(type_id)

    def _tag(self) -> None:
        target = self._any()
        attribute = self._random.random() < 0.3
        if self._random.random() < 0.5:
            self._add(self._builder.type_tag(self._name(0), target, attribute=attribute), 4)
        else:
            component = self._random.choice((-1, 0, 1, 99))
            self._add(self._builder.decl_tag(self._name(0), target, component), 4)

    # Sections

    def _map(self) -> None:
        b = self._builder
        members: list[tuple[Name, Id, int]] = []
        keys = [
            "type",
            "key",
            "value",
            "max_entries",
            "key_size",
            "value_size",
            "map_flags",
            "values",
        ]
        self._random.shuffle(keys)
        for at, key in enumerate(keys[: self._random.randint(1, 6)]):
            number = b.array(1, self._random.choice((0, 1, 2, 4, 27, 1 << 31)))
            target = self._type() if key in ("key", "value") else number
            members.append(
                (key, self._any() if self._random.random() < 0.1 else b.ptr(target), 64 * at)
            )
        struct = b.struct(self._name(0.8), 8 * len(members), members)
        name = self._name(0.02)
        self._variables.append((b.var(name, struct), name))

    def _datasecs(self) -> dict[str, bytes | int]:
        sections: dict[str, bytes | int] = {}
        for _ in range(self._random.randint(0, 3)):
            self._map()
        for _ in range(3):
            self._var()
        for section in self._random.sample(_SECTIONS, self._random.randint(0, 5)):
            at, listed = 0, []
            for var, _ in self._random.sample(self._variables, min(4, len(self._variables))):
                size = self._sizes.get(var, 8)
                odd = self._random.random() < self._wild / 3
                listed.append((self._any() if odd else var, at, size))
                at += size
            self._builder.datasec(section, at, listed)
            sections[section] = at if section == ".bss" else self._random.randbytes(at)
        return sections

    def _elf(self, sections: dict[str, bytes | int], btf: bytes) -> bytes:
        symbols = []
        code = "xdp"
        every = {".BTF": btf, code: bytes(16), **sections}
        for section in [*sections, code]:
            at = 0
            names = self._functions if section == code else [name for _, name in self._variables]
            for name in names:
                text = name if isinstance(name, str) else "bytes"
                kind = 2 if section == code else 1
                symbols.append(Symbol(text, section, at, 8, self._random.choice((0, 1, 2)), kind))
                at += self._random.choice(_SIZES)
        return elf(every, symbols, order=self._builder.order, executable={code})


def odd_file(seed: object) -> OddFile:
    """The file of *seed*, always the same."""
    return _Odd(seed).build()
