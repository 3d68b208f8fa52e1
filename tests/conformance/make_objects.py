"""Write ``objects/``, for machines without BPF compilers.

    python -m tests.conformance.make_objects

For each compiler, this writes a C file with random aggregates, an object for each byte order, and
the values of the initialisers as JSON. Of the debug sections, it keeps BTF and the one that names
the compiler.
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
    options = ("--strip-debug", "--remove-section=.BTF.ext", "--keep-section=.debug_str")
    subprocess.run([program, *options, str(path)], check=True)


def main() -> None:
    """Write every file again."""
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
