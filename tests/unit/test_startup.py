"""Modules that `import btf_typing`, and loading an object, import."""

import subprocess
import sys
from pathlib import Path

from tests.builder import BtfBuilder

_HEAVY = {"dataclasses", "elftools", "inspect", "mypy", "pathlib", "typing_extensions"}


def _modules_after(statement: str) -> set[str]:
    """The top-level modules that a new interpreter has imported after *statement*."""
    # -S -E: site-packages and the environment must not import anything at start-up.
    code = f"import sys; sys.path[:0] = {sys.path!r}; {statement}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", code], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_importing_the_package_imports_nothing_heavy() -> None:
    loaded = _modules_after("import btf_typing")

    assert "btf_typing" in loaded
    assert loaded & (_HEAVY | {"ctypes"}) == set()


def test_raw_btf_is_decoded_without_elftools(tmp_path: Path) -> None:
    raw = tmp_path / "empty.btf"
    raw.write_bytes(bytes.fromhex("9feb0100 18000000 00000000 00000000 00000000 01000000 00"))

    loaded = _modules_after(f"import btf_typing; btf_typing.load({str(raw)!r})")

    assert "ctypes" in loaded
    assert loaded & _HEAVY == set()


def test_a_struct_of_raw_btf_imports_no_slow_module(tmp_path: Path) -> None:
    b = BtfBuilder()
    b.struct("event", 4, [("low", b.int("u32", 4), 0, 3)])
    raw = tmp_path / "event.btf"
    raw.write_bytes(b.build())

    loaded = _modules_after(f"import btf_typing; btf_typing.load({str(raw)!r}).btf.struct('event')")

    assert "ctypes" in loaded
    assert loaded & (_HEAVY | {"enum", "re", "typing"}) == set()
