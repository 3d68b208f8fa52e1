"""Correct and mutated uses of every struct and field of real objects: mypy finds every mutant.

``python -m tests.plugin.mutation OBJ...`` prints the counts. By default it uses the objects of the
examples and of the conformance tests.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from btf_typing import load
from btf_typing._layout.shape import Aggregate, ArrayOf, CType, Scalar, Wide, is_text
from btf_typing.errors import BtfError, BtfValidationError
from tests.paths import ROOT
from tests.plugin import generated
from tests.plugin.workspace import CONFIG, Workspace
from tests.typing import runner

_LAYOUT = re.compile(r'(?:field "(?P<field>[^"]*)" of )?(?:struct|union) "[^"]*": (?P<rest>.*)')


class Use(NamedTuple):
    """A function of the program.

    Attributes:
        what: Description.
        body: Lines of its body, not indented.
        wrong: Whether mypy must report an error in it.
        mismatches: Mismatches that validation finds at run time, if it has a hand-written class.
    """

    what: str
    body: str
    wrong: bool
    mismatches: tuple[str, ...] | None = None


class Counts(NamedTuple):
    """Results.

    Attributes:
        originals: Number of correct uses.
        mutants: Number of mutants.
        alarms: Correct uses in which mypy reports errors.
        missed: Mutants in which mypy reports no error.
        compared: Number of classes that both mypy and run time validated.
        disagreements: Classes about which they disagree.
    """

    originals: int = 0
    mutants: int = 0
    alarms: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    compared: int = 0
    disagreements: tuple[str, ...] = ()

    def plus(self, other: Counts) -> Counts:
        """The sum of both results."""
        return Counts(
            self.originals + other.originals,
            self.mutants + other.mutants,
            self.alarms + other.alarms,
            self.missed + other.missed,
            self.compared + other.compared,
            self.disagreements + other.disagreements,
        )

    def __str__(self) -> str:
        summary = (
            f"{self.originals} correct uses, {len(self.alarms)} false alarms;"
            f" {self.mutants} mutants, {len(self.missed)} missed;"
            f" {self.compared} classes validated by both, {len(self.disagreements)} disagreements"
        )
        lines = [summary]
        lines += [f"false alarm: {what}" for what in self.alarms]
        lines += [f"missed: {what}" for what in self.missed]
        lines += [f"disagreement: {what}" for what in self.disagreements]
        return "\n".join(lines)


def uses(path: str) -> list[Use]:
    """Every use of the object at *path*."""
    return [*_field_uses(path), *_class_uses(path)]


def _field_uses(path: str) -> Iterator[Use]:
    btf = load(path).btf
    for keyword, kind in (("struct", "STRUCT"), ("union", "UNION")):
        for name in btf.names(kind):
            if name.isidentifier():
                try:
                    layout = btf.layouts.aggregate(btf.type(name).id)
                except BtfError:
                    continue
                if layout.keyword == keyword:
                    yield from _uses_of(keyword, name, layout)


def _uses_of(keyword: str, name: str, layout: Aggregate) -> Iterator[Use]:
    cls = f'obj.btf.{keyword}("{name}")'
    yield Use(f"{name}", f"e = {cls}()", wrong=False)
    yield Use(f"{name} misspelt", f'obj.btf.{keyword}("{name}_x")', wrong=True)
    names = {field.name for field in layout.fields}
    for field in layout.fields:
        right, wrong = _annotation(field.ctype, bits=field.bits is not None)
        get = f"e = {cls}()\n"
        yield Use(f"{name}.{field.name}", f"{get}v: {right} = e.{field.name}", wrong=False)
        if f"{field.name}_x" not in names:
            yield Use(f"{name}.{field.name} misspelt", f"{get}e.{field.name}_x", wrong=True)
            call = f"{cls}({field.name}_x=1)"
            yield Use(f"{name}({field.name}) misspelt", call, wrong=True)
        yield Use(f"{name}.{field.name} read", f"{get}v: {wrong} = e.{field.name}", wrong=True)
        yield Use(f"{name}.{field.name} set", f"{get}e.{field.name} = object()", wrong=True)
        yield Use(f"{name}({field.name}) set", f"{cls}({field.name}=object())", wrong=True)


def _annotation(ctype: CType, *, bits: bool) -> tuple[str, str]:
    """A right and a wrong annotation for values of *ctype*."""
    if is_text(ctype):
        return "bytes", "int"
    if isinstance(ctype, Wide):
        return "int", "str"
    if isinstance(ctype, ArrayOf):
        return "ctypes.Array[Any]", "bytes"
    if isinstance(ctype, Scalar):
        if bits and ctype.python == "bytes":
            return "int", "str"
        return ctype.python, {"bytes": "int"}.get(ctype.python, "str")
    return "ctypes.Structure | ctypes.Union", "int"


def _class_uses(path: str) -> Iterator[Use]:
    btf = load(path).btf
    for case in generated.cases(path):
        body = f'@obj.btf.validate("{case.c_name}")\n{case.source}'
        said = _at_run_time(btf, case)
        yield Use(f"class for {case.c_name}: {case.what}", body, bool(said), said)


def _at_run_time(btf: Any, case: generated.Case) -> tuple[str, ...]:
    """The mismatches that validation finds in the class of *case*, sorted."""
    namespace: dict[str, Any] = {}
    exec(f"import ctypes\nfrom ctypes import *\n{case.source}", namespace)  # noqa: S102  # ours
    try:
        btf.validate_struct(case.c_name, namespace["Mine"])
    except BtfValidationError as error:
        return tuple(sorted(map(str, error.mismatches)))
    return ()


def tried(workspace: Workspace, path: str) -> Counts:
    """Run mypy on every use of the object at *path*, in *workspace*."""
    made = uses(path)
    workspace.write("mypy.ini", CONFIG.replace("strict = True\n", ""))
    workspace.write("prog.bpf.o", Path(path).read_bytes())
    workspace.stub("prog.bpf.o")
    starts: list[int] = []
    lines = ["import ctypes", "from ctypes import *", "from typing import Any"]
    lines += ["from btf_typing import load", 'obj = load("prog.bpf.o")']
    for number, use in enumerate(made):
        starts.append(len(lines) + 1)
        lines.append(f"def use_{number}() -> None:")
        lines += [f"    {line}" for line in use.body.splitlines()]
    workspace.write("uses.py", "\n".join(lines) + "\n")
    output = workspace.mypy("uses.py")
    said: dict[int, list[str]] = {}
    for message in runner.reported(output.text):
        assert message.path == "uses.py", message
        if message.severity == "error":
            number = sum(start <= message.line for start in starts) - 1
            said.setdefault(number, []).append(message.text)
    return _counted(Path(path).name, made, said)


def _counted(where: str, made: list[Use], said: dict[int, list[str]]) -> Counts:
    wrong = [number for number, use in enumerate(made) if use.wrong]
    right = [number for number, use in enumerate(made) if not use.wrong]
    compared = [number for number, use in enumerate(made) if use.mismatches is not None]
    return Counts(
        len(right),
        len(wrong),
        tuple(f"{where}: {made[n].what}: {said[n]}" for n in right if n in said),
        tuple(f"{where}: {made[n].what}" for n in wrong if n not in said),
        len(compared),
        tuple(
            f"{where}: {made[n].what}: {made[n].mismatches} and {said.get(n)}"
            for n in compared
            if made[n].mismatches != tuple(sorted(map(_mismatch, said.get(n, []))))
        ),
    )


def _mismatch(message: str) -> str:
    """A mismatch in the form of run time, from mypy's *message*."""
    found = _LAYOUT.fullmatch(message.removesuffix("  [btf-layout]"))
    if not found:
        return message
    return f"{found['field']}: {found['rest']}" if found["field"] else found["rest"]


def default_objects() -> list[Path]:
    """The objects of the examples and of the conformance tests."""
    found = [*ROOT.glob("examples/*/*.bpf.o"), *ROOT.glob("tests/conformance/objects/*-el.o")]
    return sorted(found)


def run(objects: Iterable[Path], directory: Path, cache: Path | None = None) -> Counts:
    """The results for all *objects*. Each has a project of its own in *directory*."""
    total = Counts()
    for number, path in enumerate(objects):
        root = directory / str(number)
        root.mkdir()
        workspace = Workspace(root)
        if cache:
            workspace.seed(cache)
        total = total.plus(tried(workspace, str(path)))
    return total


def main() -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("objects", nargs="*", type=Path, metavar="OBJ")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        counts = run(args.objects or default_objects(), Path(directory))
    print(counts)  # noqa: T201  # the command's output
    return 1 if counts.alarms or counts.missed or counts.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
