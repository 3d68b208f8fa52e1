"""Generate C with random aggregates, and with globals that are initialised to known values.

A ``Batch`` is one C file. It has a tree of values for each variable: a dict for an aggregate, a
list for an array, a number for a scalar. Members of anonymous aggregates are in the dict of their
parent, as in C, and the dict of a union has only the initialised member. The same seed always gives
the same batch.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, TypeAlias

Tree: TypeAlias = "int | float | list[Tree] | dict[str, Tree]"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar C type; ``@`` in *spelling* is the place of the declarator."""

    spelling: str
    kind: str
    bits: int
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Array:
    """An array; a flexible one has the *count* None."""

    element: "CType"
    count: int | None


@dataclass(slots=True)
class Field:
    """A member. Without a name it is an anonymous aggregate or, with *bits*, a gap."""

    name: str
    type: "CType"
    bits: int | None = None
    attribute: str = ""


@dataclass(slots=True)
class Aggregate:
    """A struct or union. C text defines it at its first use, and uses its tag after that."""

    keyword: str
    tag: str
    attribute: str = ""
    fields: list[Field] = field(default_factory=list)
    written: bool = False


CType: TypeAlias = Scalar | Array | Aggregate


class Variable(NamedTuple):
    """A global variable and its values."""

    name: str
    values: dict[str, Tree]


class Batch(NamedTuple):
    """One C file."""

    source: str
    variables: list[Variable]


_INTS = (
    *(Scalar("_Bool @", "bool", 8), Scalar("char @", "char", 8, signed=True)),
    *(Scalar("signed char @", "int", 8, signed=True), Scalar("unsigned char @", "int", 8)),
    *(Scalar("short @", "int", 16, signed=True), Scalar("unsigned short @", "int", 16)),
    *(Scalar("int @", "int", 32, signed=True), Scalar("unsigned int @", "int", 32)),
    *(Scalar("long @", "int", 64, signed=True), Scalar("unsigned long @", "int", 64)),
    *(Scalar("long long @", "int", 64, signed=True), Scalar("unsigned long long @", "int", 64)),
    *(Scalar("__int128 @", "int", 128, signed=True), Scalar("unsigned __int128 @", "int", 128)),
    *(Scalar("u32_t @", "int", 32), Scalar("const volatile s16_t @", "int", 16, signed=True)),
)
_ENUMS = (
    *(Scalar("enum e1u @", "enum", 8), Scalar("enum e1s @", "enum", 8, signed=True)),
    *(Scalar("enum e2u @", "enum", 16), Scalar("enum e2s @", "enum", 16, signed=True)),
    *(Scalar("enum e4u @", "enum", 32), Scalar("enum e4s @", "enum", 32, signed=True)),
    *(Scalar("enum e8u @", "enum", 64), Scalar("enum e8s @", "enum", 64, signed=True)),
)
_OTHERS = (
    *(Scalar("float @", "float", 32), Scalar("double @", "float", 64)),
    *(Scalar("void *@", "ptr", 64), Scalar("struct elsewhere *@", "ptr", 64)),
    *(Scalar("int (*@)(long)", "ptr", 64), Scalar("const char *const @", "ptr", 64)),
)
_CHAR = _INTS[1]

# Some compilers do not mark signed enums in BTF, and only a -1 shows the sign. So signed enums have
# a -1 here, and unsigned enums have no value that looks like one.
_PROLOGUE = """\
typedef unsigned int u32_t;
typedef short s16_t;
enum __attribute__((packed)) e1u { E1U_A, E1U_B = 200 };
enum __attribute__((packed)) e1s { E1S_A = -1, E1S_B = 100 };
enum __attribute__((packed)) e2u { E2U_A, E2U_B = 60000 };
enum __attribute__((packed)) e2s { E2S_A = -1, E2S_B = 30000 };
enum e4u { E4U_A, E4U_B = 4000000000U };
enum e4s { E4S_A = -1, E4S_B = 2000000000 };
enum e8u { E8U_A, E8U_B = 0x123456789abcULL };
enum e8s { E8S_A = -1, E8S_B = 0x123456789abcLL };
"""

# Names that cause trouble in Python, in ctypes or in a class. All are valid in C.
_AWKWARD = (
    *("class", "from", "in", "None", "lambda", "type", "name", "size", "value", "_fields_"),
    *("_anonymous_", "_pack_", "__init__", "__class__", "__dict__", "__slots__", "contents"),
    *("from_buffer", "_b_base_", "_objects", "self", "mro", "__x", "_", "__setattr__"),
)


def _of_32_bits(scalars: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    """The types of a 32-bit machine, which has no ``__int128``."""
    short = {"long @", "unsigned long @"}
    return tuple(
        replace(one, bits=32) if one.spelling in short or one.kind == "ptr" else one
        for one in scalars
        if one.bits <= 64
    )


class Generator:
    """Generates batches from a seed."""

    def __init__(self, seed: int, *, word: Literal[32, 64] = 64, named: bool = False) -> None:
        """Start the random sequence.

        Args:
            seed: Seed of the sequence.
            word: Size of the target's pointers in bits.
            named: Whether the aggregate of every global has a tag or a typedef.
        """
        self._random = random.Random(seed)  # noqa: S311 - test data, not secrets
        self._ints = _INTS if word == 64 else _of_32_bits(_INTS)
        self._others = _OTHERS if word == 64 else _of_32_bits(_OTHERS)
        self._styles = ("tag", "tag", "typedef") if named else ("tag", "tag", "typedef", "inline")
        self._tags = 0
        self._names: set[str] = set()
        self._reusable: list[Aggregate] = []

    def batch(self, count: int) -> Batch:
        """A C file with *count* globals. Each has its own aggregate."""
        self._reusable = []
        lines, variables = [_PROLOGUE], []
        for number in range(count):
            lines_of_one, values = self._global(number)
            lines += lines_of_one
            variables.append(Variable(f"v{number}", values))
        return Batch("\n".join(lines) + "\n", variables)

    def _global(self, number: int) -> tuple[list[str], dict[str, Tree]]:
        self._names = set()
        pack = self._random.choice((1, 2, 4, 8)) if self._chance(0.1) else 0
        aggregate = self._aggregate(0)
        while not any(one.name for one in aggregate.fields):
            aggregate.fields += self._members(0, 1)
        flexible = aggregate.keyword == "struct" and self._chance(0.1)
        if flexible:
            element = self._random.choice((_CHAR, self._ints[7], self._ints[10], self._others[2]))
            aggregate.fields.append(Field(self._name(), Array(element, None)))
        style = self._random.choice(self._styles)
        aggregate.tag = f"s{number}" if style == "tag" else ""
        text, values = self._initialiser(aggregate)
        lines = [f"#pragma pack(push, {pack})"] if pack else []
        definition = _definition(aggregate)
        if style == "typedef":
            lines += [f"typedef {definition} t{number};", f"t{number} v{number} = {text};"]
        elif style == "tag":
            lines += [f"{definition};", f"struct s{number} v{number} = {text};"]
            lines[-1] = lines[-1].replace("struct", aggregate.keyword, 1)
        else:
            lines += [f"{definition} v{number} = {text};"]
        lines += ["#pragma pack(pop)"] if pack else []
        if style == "tag" and not flexible:
            self._reusable.append(aggregate)
        assert isinstance(values, dict)
        return lines, values

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _name(self) -> str:
        name = self._random.choice(_AWKWARD) if self._chance(0.03) else ""
        if not name or name in self._names:
            name = f"m{len(self._names)}"
        self._names.add(name)
        return name

    def _aggregate(self, depth: int) -> Aggregate:
        keyword = "union" if self._chance(0.25) else "struct"
        attributes = ["packed"] if self._chance(0.2) else []
        if self._chance(0.12):
            attributes.append(f"aligned({self._random.choice((1, 2, 4, 8, 16, 32, 64))})")
        made = Aggregate(keyword, "", _attribute(attributes))
        if depth and self._chance(0.03):
            return made
        while len(made.fields) < self._random.choice((1, 2, 3, 4, 6, 9)):
            made.fields += self._members(depth, self._random.choice((1, 1, 2, 5)))
        return made

    def _members(self, depth: int, run: int) -> list[Field]:
        """One member of any kind, or several bitfields in a row."""
        if self._chance(0.45):
            return [self._bitfield() for _ in range(run)]
        if depth < 3 and self._chance(0.3):
            if self._chance(0.5):
                return [Field("", self._aggregate(depth + 1))]
            return [Field(self._name(), self._dimensions(self._nested(depth)))]
        scalar = self._random.choice((*self._ints, *_ENUMS, *self._others, _CHAR, _CHAR))
        attributes = ["packed"] if self._chance(0.05) else []
        if self._chance(0.05):
            attributes.append(f"aligned({self._random.choice((2, 4, 8, 16, 32))})")
        return [Field(self._name(), self._dimensions(scalar), None, _attribute(attributes))]

    def _nested(self, depth: int) -> Aggregate:
        if self._reusable and self._chance(0.3):
            return self._random.choice(self._reusable)
        names, self._names = self._names, set()
        nested = self._aggregate(depth + 1)
        self._names = names
        if self._chance(0.5):
            self._tags += 1
            nested.tag = f"n{self._tags}"
        return nested

    def _dimensions(self, element: Scalar | Aggregate) -> CType:
        made: CType = element
        if self._chance(0.3 if element is not _CHAR else 0.8):
            made = Array(made, self._random.choice((1, 2, 3, 5, 7, 16)))
            if self._chance(0.25):
                made = Array(made, self._random.choice((1, 2, 3)))
        elif self._chance(0.03):
            made = Array(made, 0)
        return made

    def _bitfield(self) -> Field:
        scalar = self._random.choice((*self._ints, *_ENUMS))
        limit = 1 if scalar.kind == "bool" else scalar.bits
        if self._chance(0.1):
            return Field("", scalar, self._random.choice((0, self._random.randint(1, limit))))
        width = limit if self._chance(0.08) else self._random.randint(1, limit)
        if self._chance(0.5):
            width = min(width, self._random.randint(1, 12))
        attributes = ["packed"] if self._chance(0.05) else []
        if self._chance(0.04):
            attributes.append(f"aligned({self._random.choice((1, 2, 4, 8))})")
        return Field(self._name(), scalar, width, _attribute(attributes))

    def _initialiser(self, ctype: CType, bits: int | None = None) -> tuple[str, Tree]:
        """An initialiser of *ctype* as C text, and its values."""
        if isinstance(ctype, Scalar):
            return self._scalar(ctype, ctype.bits if bits is None else bits)
        if isinstance(ctype, Array):
            count = self._random.randint(1, 4) if ctype.count is None else ctype.count
            if ctype.element is _CHAR and ctype.count and self._chance(0.7):
                return self._text(count)
            pairs = [self._initialiser(ctype.element) for _ in range(count)]
            tree: Tree = [value for _, value in pairs] if ctype.count is not None else []
            return _braces(text for text, _ in pairs), tree
        return self._initialised_aggregate(ctype)

    def _initialised_aggregate(self, aggregate: Aggregate) -> tuple[str, Tree]:
        fields = [one for one in aggregate.fields if one.name or one.bits is None]
        if aggregate.keyword == "union" and fields:
            named = [one for one in fields if one.name]
            chosen = self._random.choice([*named, fields[0]])
            text, value = self._initialiser(chosen.type, chosen.bits)
            prefix = f".{chosen.name} = " if chosen.name else ""
            return _braces([prefix + text]), _merged([(chosen, value)])
        texts, values = [], []
        for one in fields:
            text, value = self._initialiser(one.type, one.bits)
            texts.append(text)
            values.append((one, value))
        return _braces(texts), _merged(values)

    def _text(self, count: int) -> tuple[str, Tree]:
        length = self._random.randint(0, count)
        codes = [self._random.randint(1, 255) for _ in range(length)]
        return _braces(f"(char){code}" for code in codes), [*codes, *[0] * (count - length)]

    def _scalar(self, scalar: Scalar, bits: int) -> tuple[str, Tree]:
        if scalar.kind == "float":
            number = self._random.randint(-(1 << 20), 1 << 20) / 8
            return repr(number) + ("f" if scalar.bits == 32 else ""), number
        if scalar.kind == "bool":
            value = self._random.randint(0, 1)
            return str(value), value
        raw = self._random.getrandbits(bits)
        raw = self._random.choice((raw, raw, raw, 0, (1 << bits) - 1, 1 << (bits - 1)))
        value = raw - (1 << bits) if scalar.signed and raw >> (bits - 1) else raw
        if scalar.kind == "char":
            return f"(char){value}", value
        if scalar.kind == "ptr":
            return f"(void *)0x{raw:x}ULL", raw
        return _literal(scalar, value), value


def _literal(scalar: Scalar, value: int) -> str:
    pattern = value & ((1 << 128) - 1)
    if scalar.bits == 128:
        high, low = pattern >> 64, pattern & ((1 << 64) - 1)
        return f"((unsigned __int128)0x{high:x}ULL << 64 | 0x{low:x}ULL)"
    cast = scalar.spelling.replace("@", "").replace("const volatile", "").strip()
    return f"({cast})0x{pattern & ((1 << 64) - 1):x}ULL"


def _merged(values: list[tuple[Field, Tree]]) -> dict[str, Tree]:
    """The dict of an aggregate, which includes the dicts of its anonymous members."""
    tree: dict[str, Tree] = {}
    for one, value in values:
        if one.name:
            tree[one.name] = value
        else:
            assert isinstance(value, dict)
            tree |= value
    return tree


def _braces(texts: Iterable[str]) -> str:
    return "{" + ", ".join(texts) + "}"


def _attribute(attributes: list[str]) -> str:
    return f" __attribute__(({', '.join(attributes)}))" if attributes else ""


def _declared(ctype: CType, name: str) -> str:
    """A declaration of *name*, without the semicolon."""
    if isinstance(ctype, Array):
        count = "" if ctype.count is None else str(ctype.count)
        return _declared(ctype.element, f"{name}[{count}]")
    if isinstance(ctype, Scalar):
        return ctype.spelling.replace("@", name)
    return f"{_definition(ctype)} {name}"


def _definition(aggregate: Aggregate) -> str:
    head = f"{aggregate.keyword} {aggregate.tag}".strip()
    if aggregate.tag and aggregate.written:
        return head
    aggregate.written = True
    body = "".join(
        f" {_declared(one.type, one.name)}"
        f"{'' if one.bits is None else f' : {one.bits}'}{one.attribute};"
        for one in aggregate.fields
    )
    return f"{head} {{{body} }}{aggregate.attribute}"
