"""Which module may import which, and what `import btf_typing` costs."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builder import BtfBuilder

_HEAVY = {"dataclasses", "elftools", "inspect", "mypy", "pathlib", "typing_extensions"}

_PACKAGE = Path(__file__).parents[2] / "btf_typing"

# From bytes to commands. A module never imports one of a later line, not even through others.
_LAYERS = (
    {"_typing"},
    {"errors", "model"},
    {"_format"},
    {"_decode"},
    {"_table"},
    {"layout"},
    {"runtime", "validate"},
    {"btf"},
    {"bpf_object"},
    {"stubgen"},
    {"cli"},
)

# Imports inside functions that close a circle, and are therefore there.
_LATE_CIRCLES = {("instances", "_pickling")}  # unpickling loads BTF, which needs instances


def _relative_imports(node: ast.AST, *, late: bool = False) -> Iterator[tuple[str, bool]]:
    """Modules of the package that *node* imports, and whether inside a function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ImportFrom) and child.level == 1:
            for name in [child.module] if child.module else [alias.name for alias in child.names]:
                if name != "__version__":
                    yield name, late
        yield from _relative_imports(child, late=late or isinstance(child, ast.FunctionDef))


_IMPORTS = {
    path.stem: list(_relative_imports(ast.parse(path.read_text(encoding="utf-8"))))
    for path in _PACKAGE.glob("*.py")
    if path.stem not in ("__init__", "__main__")
}


def _reachable(module: str) -> set[str]:
    """What importing *module* imports, in the end."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        for name, late in _IMPORTS[waiting.pop()]:
            if not late and name not in seen:
                seen.add(name)
                waiting.append(name)
    return seen


def test_every_module_is_parsed() -> None:
    assert set().union(*_LAYERS) <= set(_IMPORTS)


@pytest.mark.parametrize("level", range(len(_LAYERS)))
def test_arrows_point_one_way(level: int) -> None:
    above = set().union(*_LAYERS[level:])
    for module in _LAYERS[level]:
        assert not _reachable(module) & (above - {module}), f"{module} imports from above"


@pytest.mark.parametrize("module", sorted(_IMPORTS))
def test_no_module_imports_itself_in_the_end(module: str) -> None:
    assert module not in _reachable(module)


def test_late_imports_close_no_other_circles() -> None:
    circles = {
        (module, name)
        for module, imports in _IMPORTS.items()
        for name, late in imports
        if late and module in _reachable(name)
    }
    assert circles == _LATE_CIRCLES


def _modules_after(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after *statement*."""
    # -S -E: whatever site-packages and the environment import at start-up is not ours.
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


def test_a_struct_of_raw_btf_takes_nothing_that_is_slow_to_import(tmp_path: Path) -> None:
    b = BtfBuilder()
    b.struct("event", 4, [("low", b.int("u32", 4), 0, 3)])
    raw = tmp_path / "event.btf"
    raw.write_bytes(b.build())

    loaded = _modules_after(f"import btf_typing; btf_typing.load({str(raw)!r}).btf.struct('event')")

    assert "ctypes" in loaded
    assert loaded & (_HEAVY | {"enum", "re", "typing"}) == set()
