"""``btf-stubs``."""

from __future__ import annotations

import argparse
import os
import sys

from . import _names, stubgen
from .bpf_object import load


def main() -> int:
    parser = argparse.ArgumentParser(prog="btf-stubs")
    parser.add_argument("objects", nargs="+")
    parser.add_argument("-o", required=True)
    options = parser.parse_args()
    for path in options.objects:
        text = stubgen.render(
            load(path).btf,
            object_path_as_shown=path if options.o == "-" else os.path.relpath(path, options.o),
        )
        if options.o == "-":
            sys.stdout.write(text)
        else:
            with open(f"{options.o}/{_names.module_name(path)}.pyi", "w") as f:
                f.write(text)
    return 0
