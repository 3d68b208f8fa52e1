"""Compare the imports of every module with the tables in architecture.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.paths import ROOT

_PAGE = ROOT / "docs/explanation/architecture.md"
_PACKAGES = {
    "btf_typing": ROOT / "btf_typing",
    "btf_typing_mypy": ROOT / "mypy_plugin/btf_typing_mypy",
}


class _Import(NamedTuple):
    """An import of one module by another. A late one is in a function or for type checkers."""

    importer: str
    imported: str
    line: int
    late: bool


class _Row(NamedTuple):
    """A row of a table: a folder, or a group of modules."""

    name: str
    modules: frozenset[str]
    may_import: frozenset[str]
    all_above: bool


def _module_names() -> dict[str, Path]:
    found = {}
    for package, directory in _PACKAGES.items():
        for path in directory.rglob("*.py"):
            parts = path.relative_to(directory).with_suffix("").parts
            found[".".join([package, *parts]).removesuffix(".__init__")] = path
    return found


_MODULES = _module_names()


def _package_of(module: str) -> str:
    is_package = _MODULES[module].name == "__init__.py"
    return module if is_package else module.rpartition(".")[0]


def _named(module: str, node: ast.AST) -> Iterator[str]:
    """Full names of our modules that *node* in *module* imports."""
    match node:
        case ast.Import():
            yield from (alias.name for alias in node.names if alias.name in _MODULES)
        case ast.ImportFrom():
            parents = _package_of(module).split(".")
            base = ".".join(parents[: len(parents) - node.level + 1]) if node.level else ""
            full = ".".join(filter(None, [base, node.module]))
            for alias in node.names:
                if f"{full}.{alias.name}" in _MODULES:
                    yield f"{full}.{alias.name}"
                elif full in _MODULES:
                    yield full
        case ast.Call(func=ast.Name(id="LazyModule"), args=[ast.Constant(value=str(name))]):
            if name in _MODULES:
                yield name


def _imports(module: str) -> Iterator[_Import]:
    tree = ast.parse(_MODULES[module].read_text(encoding="utf-8"))
    late = set()
    for node in ast.walk(tree):
        for_checkers = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        if isinstance(node, ast.FunctionDef):
            late |= set(ast.walk(node))
        elif isinstance(node, ast.If) and for_checkers:
            late |= {inner for statement in node.body for inner in ast.walk(statement)}
        elif isinstance(node, ast.Call):
            late.add(node)
    for node in ast.walk(tree):
        for name in _named(module, node):
            yield _Import(module, name, getattr(node, "lineno", 0), node in late)


_IMPORTS = {module: list(_imports(module)) for module in _MODULES}


def _rows() -> list[_Row]:
    """The rows of both tables."""
    rows: list[_Row] = []
    package = ""
    for line in _PAGE.read_text(encoding="utf-8").splitlines():
        heading = re.match(r"#+ .*`(btf_typing|btf_typing_mypy)`", line)
        package = heading[1] if heading else package
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("| ") or len(cells) != 3 or not cells[0].startswith("`"):
            continue
        names = re.findall(r"`([^`]+)`", cells[0])
        modules: set[str] = set()
        for name in names:
            full = f"{package}.{name.rstrip('/')}" if name != "__init__" else package
            inside = {each for each in _MODULES if name.endswith("/") and _is_in(each, full)}
            modules |= inside or {full}
        allowed = re.findall(r"`([^`]+)`", cells[1])
        all_above = cells[1] == "everything"
        above = {row.name for row in rows} if all_above else set()
        rows.append(
            _Row(
                f"{package}:{names[0]}",
                frozenset(modules),
                frozenset(above | {f"{package}:{name}" for name in allowed}),
                all_above,
            )
        )
    return rows


def _is_in(module: str, folder: str) -> bool:
    return module == folder or module.startswith(f"{folder}.")


_ROWS = _rows()
_ROW_OF = {module: row for row in _ROWS for module in row.modules}


def _refused(found: _Import) -> bool:
    """Whether the tables forbid an import."""
    home, other = _ROW_OF[found.importer], _ROW_OF[found.imported]
    crosses = found.importer.partition(".")[0] != found.imported.partition(".")[0]
    if crosses:
        return not (found.importer.startswith("btf_typing_mypy") and _is_documented(found.imported))
    return other is not home and other.name not in home.may_import


def _is_documented(module: str) -> bool:
    """Whether the plugin may import *module* of the package: no part of its name is private."""
    return not any(part.startswith("_") for part in module.split("."))


def test_every_module_has_one_row() -> None:
    listed = [module for row in _ROWS for module in row.modules]
    assert sorted(listed) == sorted(_MODULES)


def test_a_row_imports_only_rows_above_it_in_the_table() -> None:
    seen: set[str] = set()
    for row in _ROWS:
        assert row.may_import <= seen, row.name
        seen.add(row.name)


@pytest.mark.parametrize("module", sorted(_MODULES))
def test_imports_are_those_that_the_table_allows(module: str) -> None:
    refused = [found for found in _IMPORTS[module] if _refused(found)]
    assert refused == []


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row.name)
def test_the_table_allows_only_what_is_imported(row: _Row) -> None:
    imported = {_ROW_OF[found.imported].name for name in row.modules for found in _IMPORTS[name]}
    assert row.all_above or row.may_import <= imported


def _reachable(module: str) -> set[str]:
    """The modules that are imported directly or indirectly when *module* is imported."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        for found in _IMPORTS[waiting.pop()]:
            if not found.late and found.imported not in seen:
                seen.add(found.imported)
                waiting.append(found.imported)
    return seen


@pytest.mark.parametrize("module", sorted(_MODULES))
def test_no_module_imports_itself_in_the_end(module: str) -> None:
    assert module not in _reachable(module)


def test_an_upward_import_would_be_refused() -> None:
    upward = _Import("btf_typing._wire.btf_format", "btf_typing._layout.shape", 1, late=False)
    late = upward._replace(late=True)
    private = _Import("btf_typing_mypy.hooks.load", "btf_typing._wire.files", 1, late=True)
    assert [_refused(found) for found in (upward, late, private)] == [True, True, True]
