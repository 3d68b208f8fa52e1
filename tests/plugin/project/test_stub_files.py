"""Which stub is that of an object, and which values of a type are literal."""

import importlib
import os
from pathlib import Path
from typing import Any

import pytest
from mypy.options import Options

# Import them by their installed names: here mypy knows them as mypy_plugin.btf_typing_mypy.
external_files = importlib.import_module("btf_typing_mypy.project.external_files")


@pytest.mark.parametrize("others", [[], ["aaa"], ["aaa", "zzz", "prog"]])
def test_of_several_stubs_the_usual_name_is_preferred(others: list[str], tmp_path: Path) -> None:
    line = "# prog.bpf.o, BTF sha256 0123456789abcdef; made by btf-stubs, do not edit\n"
    for module in ("prog_bpf", *others):
        (tmp_path / f"{module}.pyi").write_text(line)
    options = Options()
    options.cache_dir = os.devnull
    options.mypy_path = [str(tmp_path)]
    files: Any = external_files.ExternalFiles(options, dict)

    found = files.stub_files.of_object(str(tmp_path / "prog.bpf.o"))
    assert found.module == "prog_bpf"

    if others:
        (tmp_path / "prog_bpf.pyi").unlink()
        files = external_files.ExternalFiles(options, dict)
        assert files.stub_files.of_object(str(tmp_path / "prog.bpf.o")).module == min(others)
