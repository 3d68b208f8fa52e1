"""The goals, and whether the measurements meet them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import checkers, growth, large, plugin, processes, project, values
from .report import Goal, Ratio, Table, difference, ratio

_OURS, _LIBBPF, _BPFTOOL = "btf_typing", "libbpf through ctypes", "bpftool, all types in C"
_HAND, _DISSECT = "ctypes by hand", "dissect.cstruct"


class _Tables:
    """Tables by title; a table that was not measured is empty."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._tables = {table.title: table for table in tables}

    def __getitem__(self, title: str) -> Table:
        return self._tables.get(title, Table(title, "", "", []))


def measured(tables: Sequence[Table]) -> list[Goal]:
    """The goals, with what *tables* measured."""
    by_title = _Tables(tables)
    return [
        *_loading(by_title),
        *_decoding(by_title),
        *_values(by_title),
        *_stubs(by_title),
        *_checking(by_title),
        *_growth(by_title),
        *_large(by_title),
    ]


def _loading(tables: _Tables) -> Iterator[Goal]:
    imports, kernel = tables["Import"], tables["Load and one struct: the kernel"]
    memory, every = tables["Memory"], tables["All kernel aggregates"]
    added = difference(imports, "from btf_typing import load", "import ctypes")
    yield Goal("`from btf_typing import load`, minus `import ctypes`", added, 15, unit="ms")
    yield Goal.of_ratio(
        "load the kernel and one struct / libbpf", ratio(kernel, _OURS, _LIBBPF), 1.5
    )
    yield Goal.of_ratio("all kernel classes / bpftool, all in C", ratio(every, _OURS, _BPFTOOL), 7)
    uncollected = ratio(every, processes.UNCOLLECTED, _BPFTOOL)
    yield Goal.of_ratio("the same, without garbage collection", uncollected, 7)
    held = difference(memory, "the kernel, one struct", "the interpreter alone")
    yield Goal("memory: the kernel and one struct, minus the interpreter", held, 40, unit="MB")


def _decoding(tables: _Tables) -> Iterator[Goal]:
    for case in ("plain", "bitfields", "nested", "arrays"):
        table = tables[f"Decode: {case}"]
        yield Goal.of_ratio(f"decode {case} / ctypes by hand", ratio(table, _OURS, _HAND), 1.02)
    plain = ratio(tables["Decode: plain"], _DISSECT, _OURS)
    yield Goal.of_ratio("decode plain: dissect.cstruct / ours", plain, 8, at_least=True)
    read = ratio(tables["Decode: read"], "a bitfield", "a native field")
    yield Goal.of_ratio("read a bitfield / a native field", read, 2)
    loop = ratio(tables["Decode: bulk"], "a loop", "dtype")
    yield Goal.of_ratio("decode many: a loop / `dtype`", loop, 30, at_least=True)


def _values(tables: _Tables) -> Iterator[Goal]:
    ours, hand = values.OURS, values.HAND
    for way, limit in (("asdict", 1.3), ("asdict, text", 1.5), ("repr", 1.5)):
        for case in ("exec_event", "tcphdr", "bitfields", "nested", "arrays"):
            found = ratio(tables[f"Values: {way}: {case}"], ours, hand)
            yield Goal.of_ratio(f"{way} of {case} / by hand", found, limit)
    for case in ("plain", "exec_event"):
        found = ratio(tables[f"Values: many: {case}"], "a loop of asdict", "columns")
        yield Goal.of_ratio(f"many {case}: a loop of asdict / `columns`", found, 20, at_least=True)


def _stubs(tables: _Tables) -> Iterator[Goal]:
    kernel, small = tables["Stubs: the kernel"], tables["Stubs: a small object"]
    ours = ratio(kernel, "btf-stubs", _BPFTOOL)
    yield Goal.of_ratio("the kernel's stub / bpftool, all in C", ours, 6)
    for peer in ("clang2py", "ctypesgen"):
        slower = ratio(kernel, peer, "btf-stubs")
        yield Goal.of_ratio(f"{peer} / the kernel's stub", slower, 15, at_least=True)
    yield Goal("a small object's stub", small.middle("btf-stubs"), 150, unit="ms")


def _checking(tables: _Tables) -> Iterator[Goal]:
    for texts, modules in ((project.AS_THEY_ARE, ""), (project.USUAL, ", usual modules")):
        for objects, how, limit in _runs(texts):
            table = tables[plugin.title(objects, texts)]
            case = f"mypy, {objects} object(s){modules}, {how}: with the plugin"
            yield Goal.of_ratio(f"{case} / without", _added(table, how, plugin.WITHOUT), limit)
            typed = _added(table, how, plugin.TYPED)
            yield Goal.of_ratio(f"{case} / without, types written out", typed, limit)
    kernel = tables["mypy: the kernel's stub"]
    found = ratio(kernel, "warm, with the kernel's stub", "warm, without it")
    yield Goal.of_ratio("mypy, warm: with the kernel's stub / without", found, 1.1)
    stub = tables["Checkers: the kernel's stub"]
    for checker in ("mypy", "pyright"):
        live, plain = (
            _checker_row(stub, checker, checkers.kernel_row("", how))
            for how in (checkers.LIVE, checkers.PLAIN)
        )
        text = f"{checker}, the kernel's stub: `--live` / plain"
        yield Goal.of_ratio(text, ratio(stub, live, plain), 1.05)
    names = tables[checkers.NAMES_TITLE]
    for checker in ("mypy", "pyright"):
        for count in checkers.NAMES:
            complete, cut = (
                _checker_row(names, checker, checkers.names_row("", count, how))
                for how in (checkers.WITH, checkers.WITHOUT)
            )
            text = f"{checker}, a stub of {count:,} structs: with `Object` / without"
            yield Goal.of_ratio(text, ratio(names, complete, cut), 1.3)


def _checker_row(table: Table, checker: str, ending: str) -> str:
    """The name of a checker's row with that *ending*, whatever the checker's version."""
    names = [row.name for row in table.rows if row.name.startswith(checker)]
    return next((name for name in names if name.endswith(ending)), "")


def _runs(texts: project.Texts) -> list[tuple[int, str, float]]:
    """Number of objects, way to run and limit of each goal of a project."""
    runs = [(objects, how, 1.05) for objects in (1, 20) for how in ("cold", "warm")]
    if texts == project.AS_THEY_ARE:
        runs.insert(2, (1, plugin.EDIT, 1.1))
    return runs


def _added(table: Table, how: str, other: str) -> Ratio | None:
    """The time with the plugin, divided by the time without it.

    Args:
        table: the table of a project.
        how: the way to run mypy.
        other: the project without the plugin, `plugin.WITHOUT` or `plugin.TYPED`.
    """
    return ratio(table, f"{how}, {plugin.WITH}", f"{how}, {other}")


_FLAT = 1.25
"""How much more a type or an object may cost where there are many of them."""

_MANY_IN_ONE = 1.5
"""How much more memory a process with 100 objects may need than one with a single object."""


def _growth(tables: _Tables) -> Iterator[Goal]:
    low, _, high = growth.TIMES
    for what in growth.GENERATED:
        for figure in ("time", "memory"):
            table = tables[growth.size_title(what, figure)]
            most, least = (table.middle(growth.size_row(times)) for times in (high, low))
            found = most * low / least / high if most and least else None
            text = f"{what}: {figure} for each type, {high} x / {low} x a kernel"
            yield Goal(text, found, _FLAT)
    for what in (*growth.GENERATED, growth.IMPORTS):
        few, some, many = growth.OBJECTS
        table = tables[growth.objects_title(what, "time")]
        first = _each_more(table, few, some)
        last = _each_more(table, some, many)
        text = f"{what}: each of {some} to {many} objects / each of {few} to {some}"
        yield Goal(text, last / first if first and last else None, _FLAT)
        memory = tables[growth.objects_title(what, "memory")]
        more = ratio(memory, growth.object_row(many), growth.object_row(few))
        yield Goal.of_ratio(f"{what}: memory for {many} objects / for {few}", more, _MANY_IN_ONE)
    case = "object(s), usual modules, cold"
    table = tables[plugin.title(100, project.USUAL)]
    added = _added(table, "cold", plugin.WITHOUT)
    yield Goal.of_ratio(f"mypy, 100 {case}: with the plugin / without", added, 1.05)
    for objects in (1, 100):
        table = tables[plugin.memory_title(objects, project.USUAL)]
        held = ratio(table, plugin.WITH, plugin.WITHOUT)
        text = f"mypy, {objects} {case}, memory: with the plugin / without"
        yield Goal.of_ratio(text, held, 1.05)


def _each_more(table: Table, few: int, many: int) -> float | None:
    """The mean cost of one more object, as their number grows from *few* to *many*."""
    added = difference(table, growth.object_row(many), growth.object_row(few))
    return added / (many - few) if added is not None else None


def _large(tables: _Tables) -> Iterator[Goal]:
    symbols = tables["Large: symbols"].middle(large.SECTIONS)
    seconds = symbols / 1000 if symbols is not None else None
    yield Goal(f"{large.SYMBOLS:,} symbols: load and sections", seconds, 3, unit="s")
    for title, what, limit in (
        (plugin.FIRST_TIME, "time", 2),
        (plugin.FIRST_MEMORY, "memory", 1.5),
    ):
        found = ratio(tables[title], plugin.WITH, plugin.WITHOUT)
        text = f"first mypy run, {large.TYPES:,} types, {what}: with the plugin / without"
        yield Goal.of_ratio(text, found, limit)
    modules = tables["Large: a module of the kernel"]
    found = ratio(modules, large.LIVE, large.FROM_KERNEL)
    text = f"a `--live` module of the kernel and one name / `{large.FROM_KERNEL}`"
    yield Goal.of_ratio(text, found, 1.2)
