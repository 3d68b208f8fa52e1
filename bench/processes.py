"""Chapters about whole processes: imports, loading, classes, stubs, memory."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from . import programs
from .measure import ROOT, Contender, in_turn, run
from .report import Row, Table, timed
from .tools import KERNEL, SMALL, Tools

UNCOLLECTED = "btf_typing, no garbage collection"
TYPING_FIRST = "btf_typing, after import typing"

_STAND_INS = (
    " The package does without `typing` here: `_typing_stand_ins.py` and `_lazy.py` stand in for"
    " it. The difference between the first two rows is the time that this saves."
)


def python(name: str, code: str, *, ours: bool = False, rounds: int = 0) -> Contender:
    """A Python program, run by this interpreter."""
    return Contender(name, (sys.executable, "-c", code), ours=ours, rounds=rounds)


def tool(name: str, command: str | None, *arguments: str, rounds: int = 0) -> Contender:
    """A command that may not be installed."""
    if command is None:
        return Contender(name, why_not="not installed")
    return Contender(name, (command, *arguments), rounds=rounds)


def imports(rounds: int) -> Table:
    """Time of imports."""
    contenders = [
        python("the interpreter alone", "pass"),
        python("import ctypes", "import ctypes"),
        python("import btf_typing", "import btf_typing"),
        python("from btf_typing import load", "from btf_typing import load", ours=True),
    ]
    text = "Whole processes; processor time."
    return timed("Import", text, in_turn(contenders, rounds))


def loading(tools: Tools, rounds: int) -> list[Table]:
    """Time to load a file and build one class."""
    places = [("a small object", SMALL, "exec_event")]
    if tools.core is not None:
        places.append(("a CO-RE object of a thousand types", tools.core, "task_struct"))
    if KERNEL.exists():
        places.append(("the kernel", KERNEL, "task_struct"))
    return [_loading(tools, rounds, *place) for place in places]


def _loading(tools: Tools, rounds: int, what: str, path: Path, name: str) -> Table:
    contenders = [python("btf_typing", programs.one_struct(path, name), ours=True)]
    if path == KERNEL:
        contenders.append(python(TYPING_FIRST, programs.typing_first(path, name)))
    if tools.libbpf is None:
        contenders.append(Contender("libbpf through ctypes", why_not="not installed"))
    else:
        code = programs.libbpf(tools.libbpf, path, name)
        contenders.append(python("libbpf through ctypes", code))
    contenders += [
        tool("bpftool, all types in C", tools.bpftool, *_dump(path)),
        tool("pahole, the struct in C", tools.pahole, "-C", name, str(path)),
    ]
    text = (
        f"A process that loads {what} and builds the class of `{name}` with all that is in it."
        " libbpf only finds the type."
    )
    if path == KERNEL:
        text += _STAND_INS
    return timed(f"Load and one struct: {what}", text, in_turn(contenders, rounds))


def _dump(path: Path) -> tuple[str, ...]:
    return "btf", "dump", "file", str(path), "format", "c"


def aggregates(tools: Tools, rounds: int) -> Table:
    """Time to build all classes of the kernel."""
    if not KERNEL.exists():
        return Table("All kernel aggregates", "This kernel has no BTF.", "ms", [])
    with tempfile.TemporaryDirectory() as folder:
        lists = Path(folder) / "lists"
        count = programs.number(programs.ready_lists(KERNEL, lists))
        contenders = [
            python("btf_typing", programs.aggregates(KERNEL), ours=True),
            python(UNCOLLECTED, programs.aggregates_uncollected(KERNEL)),
            python("plain ctypes, from ready lists", programs.plain_ctypes(lists)),
            tool("bpftool, all types in C", tools.bpftool, *_dump(KERNEL)),
            tool("pahole, all types in C", tools.pahole, str(KERNEL)),
        ]
        text = (
            f"A process that builds the {count:,} ctypes classes of all structs and unions of the"
            " kernel. The third row shows what ctypes alone needs for them: that process reads no"
            " BTF and computes no layouts."
        )
        return timed("All kernel aggregates", text, in_turn(contenders, rounds))


def stubs(tools: Tools, rounds: int) -> list[Table]:
    """Time of ``btf-stubs`` on each kind of object."""
    places = [("a small object", SMALL, 5 * rounds)]
    if tools.core is not None:
        places.append(("a CO-RE object of a thousand types", tools.core, 3 * rounds))
    if KERNEL.exists():
        places.append(("the kernel", KERNEL, 2 * rounds))
    return [_stubs(tools, *place) for place in places]


def _stubs(tools: Tools, what: str, path: Path, rounds: int) -> Table:
    command = str(Path(sys.executable).with_name("btf-stubs"))
    contenders = [
        Contender("btf-stubs", (command, str(path), "-o", "-"), ours=True),
        tool("bpftool, all types in C", tools.bpftool, *_dump(path)),
    ]
    if path == KERNEL:
        contenders += _generators(tools)
    text = f"A process that prints all types of {what}."
    return timed(f"Stubs: {what}", text, in_turn(contenders, rounds))


def _generators(tools: Tools) -> list[Contender]:
    """Generators of ctypes source, which read the C header of the same kernel."""
    if tools.header is None:
        why = "needs the kernel's header, and bpftool to write it"
        return [Contender(name, why_not=why) for name in ("clang2py", "ctypesgen")]
    header, null = str(tools.header), "/dev/null"
    return [
        _clang2py(tools, header, null),
        tool("ctypesgen", tools.script("ctypesgen"), "--no-macros", header, "-o", null, rounds=1),
    ]


def _clang2py(tools: Tools, header: str, output: str) -> Contender:
    command = tools.script("clang2py")
    if command is None:
        return Contender("clang2py", why_not="not installed")
    environment = f"CLANG_LIBRARY_PATH={tools.libclang}"
    return tool("clang2py", "env", environment, command, header, "-o", output, rounds=1)


def memory(tools: Tools) -> Table:
    """Largest memory of processes."""
    cases = [
        ("the interpreter alone", "pass\n", False),
        ("import ctypes", "import ctypes\n", False),
    ]
    cases.append(("a small object, one struct", programs.one_struct(SMALL, "exec_event"), False))
    if KERNEL.exists():
        kernel = programs.one_struct(KERNEL, "task_struct")
        cases.append(("the kernel, one struct", kernel, True))
        if tools.libbpf is not None:
            code = programs.libbpf(tools.libbpf, KERNEL, "task_struct")
            cases.append(("the kernel by libbpf through ctypes", code, False))
        cases.append(("the kernel, every class", programs.aggregates(KERNEL), False))
    rows = [Row(name, peak(code), ours=ours) for name, code, ours in cases]
    return Table("Memory", "The most memory that a process held at any time.", "MB", rows)


def peak(code: str) -> tuple[float, ...]:
    """The most memory that a Python program held, in MB; empty if it failed."""
    done = run((sys.executable, "-c", code), cwd=ROOT)
    return () if isinstance(done, str) else (done.peak,)
