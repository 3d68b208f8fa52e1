"""Hypothesis strategies for BTF.

A program is a list of calls of ``BtfBuilder``'s methods. It uses absolute ids, so the same program
works in either byte order, and can be divided into base BTF and split BTF.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

from hypothesis import strategies as st

from tests.builder import BtfBuilder, MemberSpec, Order


class Call(NamedTuple):
    """A call: a method of the builder, and arguments."""

    method: str
    arguments: tuple[Any, ...]


Program: TypeAlias = list[Call]

_SCALARS: Program = [
    *(Call("int", (f"s{size}", size, "signed")) for size in (1, 2, 3, 4, 5, 8, 16)),
    *(Call("int", (f"u{size}", size)) for size in (1, 2, 4, 7, 8, 16)),
    *(Call("int", ("char", 1, "signed")), Call("int", ("_Bool", 1, "bool"))),
    *(Call("float", ("float", 4)), Call("float", ("double", 8)), Call("ptr", (0,))),
    *(Call("enum", ("e1", {"A1": 1}, size)) for size in (1, 2, 4)),
    Call("enum64", ("e8", {"A8": 1 << 40, "B8": 2})),
    Call("enum", ("e4", {"A4": -1})),
]
_INTEGERS = [
    number for number, call in enumerate(_SCALARS, 1) if call.method in {"int", "enum", "enum64"}
]
_SIZES = [
    call.arguments[2]
    if call.method == "enum" and len(call.arguments) > 2
    else {"ptr": 8, "enum": 4, "enum64": 8}.get(call.method) or call.arguments[1]
    for call in _SCALARS
]
_AWKWARD = ("class", "_fields_", "__init__", "value", "from_buffer")


def run(program: Sequence[Call], builder: BtfBuilder) -> BtfBuilder:
    """Make the calls of *program*."""
    for call in program:
        getattr(builder, call.method)(*call.arguments)
    return builder


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Programs that add scalars of every kind, then arrays and aggregates of earlier types.

    Members are anywhere inside their aggregate. They may overlap, share a name or have none, and
    begin at any bit that the format allows.
    """
    program, sizes = list(_SCALARS), [0, *_SIZES]
    unused: set[int] = set()
    for number in range(draw(st.integers(1, 5))):
        target = draw(st.integers(1, len(program)))
        sort = draw(st.sampled_from(["array", "typedef", "struct", "struct", "struct", "union"]))
        if sort == "array":
            count = draw(st.integers(0, 4))
            program.append(Call("array", (target, count)))
            sizes.append(sizes[target] * count)
        elif sort == "typedef":
            program.append(Call("typedef", (f"t{number}", target)))
            sizes.append(sizes[target])
        else:
            size = draw(st.integers(1, 40))
            members = draw(_members(number, sizes, unused, size, union=sort == "union"))
            name = draw(st.sampled_from(["", f"agg{number}"]))
            program.append(Call(sort, (name, size, members)))
            unused.add(len(program))
            sizes.append(size)
    return program


@st.composite
def _members(
    draw: st.DrawFn, owner: int, sizes: list[int], unused: set[int], total: int, *, union: bool
) -> list[MemberSpec]:
    """Members inside *total* bytes. Each of the *unused* aggregates is anonymous at most once."""
    members: list[MemberSpec] = []
    for number in range(draw(st.integers(0, 6))):
        awkward = number == 0 and draw(st.booleans())
        name = _AWKWARD[owner] if awkward else f"m{owner}_{number}"
        sort = draw(st.sampled_from(["bitfield", "plain", "anonymous"]))
        fitting = [t for t in range(1, len(sizes)) if sizes[t] <= total]
        inner = sorted(unused.intersection(fitting))
        if sort == "bitfield":
            type_id = draw(st.sampled_from(_INTEGERS))
            width = draw(st.integers(1, min(sizes[type_id] * 8, total * 8)))
            offset = 0 if union else draw(st.integers(0, total * 8 - width))
            members.append((name, type_id, offset, width))
            continue
        type_id = draw(st.sampled_from(inner if inner and sort == "anonymous" else fitting))
        if inner and sort == "anonymous":
            unused.remove(type_id)
            name = ""
        offset = 0 if union else 8 * draw(st.integers(0, total - sizes[type_id]))
        members.append((name, type_id, offset))
    return members


_ANY_WORD = st.one_of(
    st.integers(0, 40), st.integers(0, 0xFFFFFFFF), st.sampled_from([8, 16, 32, 64, 1 << 31])
)


@st.composite
def graphs(draw: st.DrawFn) -> bytes:
    """Records of any kind with any ids, strings and sizes: well-formed, but often meaningless."""
    builder = BtfBuilder(draw(st.sampled_from(["<", ">"])))
    builder.string("int")
    builder.strings += draw(st.binary(max_size=12)) + b"\0"
    kinds = {"struct": 3, "union": 3, "enum": 2, "enum64": 3, "func_proto": 2, "datasec": 3}
    numbers = {"struct": 4, "union": 5, "enum": 6, "enum64": 19, "func_proto": 13, "datasec": 15}
    fixed = {1: 1, 3: 3, 14: 1, 17: 1}
    for _ in range(draw(st.integers(1, 8))):
        name, target = draw(st.integers(0, 8)), draw(_ANY_WORD)
        kflag = draw(st.booleans())
        if draw(st.booleans()):
            kind = draw(st.sampled_from(sorted(kinds)))
            count = draw(st.integers(0, 4))
            words = draw(
                st.lists(_ANY_WORD, min_size=count * kinds[kind], max_size=count * kinds[kind])
            )
            body = builder.words(*words)
            builder.add(numbers[kind], name, target, body, vlen=count, kflag=kflag)
        else:
            number = draw(st.sampled_from([1, 2, 3, 7, 8, 9, 10, 11, 12, 14, 16, 17, 18]))
            size = fixed.get(number, 0)
            body = builder.words(*draw(st.lists(_ANY_WORD, min_size=size, max_size=size)))
            builder.add(number, name, target, body, kflag=kflag)
    return builder.build()


orders: st.SearchStrategy[Order] = st.sampled_from(["<", ">"])
