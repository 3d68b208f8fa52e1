"""Writes ``objects/``: what machines without BPF compilers check our classes against.

    python -m tests.conformance.make_objects

For each compiler there is a C file of random aggregates, the object of each byte order, and the
values that its initialisers give, as JSON. Debug sections other than BTF are taken out.
"""

import json
import shutil
import subprocess
from pathlib import Path

from tests.conformance.generate import Generator
from tests.conformance.oracle import COMPILERS, compile_source

OBJECTS = Path(__file__).with_name("objects")
_SEEDS = {"clang19": 1901, "clang14": 1402, "gcc12": 1203}
_AGGREGATES = 60


def _strip(path: Path) -> None:
    program = shutil.which("llvm-objcopy-19")
    assert program
    removed = ("--strip-debug", "--remove-section=.BTF.ext", "--remove-section=.comment")
    subprocess.run([program, *removed, str(path)], check=True)


def main() -> None:
    """Write every file anew."""
    OBJECTS.mkdir(exist_ok=True)
    for family, seed in _SEEDS.items():
        batch = Generator(seed).batch(_AGGREGATES)
        source = OBJECTS / f"{family}.c"
        source.write_text(batch.source)
        values = {variable.name: variable.values for variable in batch.variables}
        source.with_suffix(".json").write_text(json.dumps(values, indent=1) + "\n")
        for name in COMPILERS:
            if name.startswith(family):
                target = OBJECTS / f"{name}.o"
                compile_source(name, source, target)
                _strip(target)


if __name__ == "__main__":
    main()
