"""mypy has every private name that the plugin uses. A test's name says what uses it."""

import ast
import gc
import importlib.util
from typing import Any

import pytest
from mypy import checker, checkmember, nodes, patterns, typeops
from mypy.build import PRI_INDIRECT, PRI_MED, State
from mypy.checker import TypeChecker
from mypy.dmypy_server import fix_module_deps
from mypy.errors import Errors
from mypy.fscache import FileSystemCache
from mypy.fswatcher import FileSystemWatcher
from mypy.nodes import MypyFile, TypeInfo, Var
from mypy.options import Options
from mypy.scope import Scope
from mypy.semanal import SemanticAnalyzer
from mypy.server.trigger import make_trigger
from mypy.server.update import FineGrainedBuildManager
from mypy.typeanal import TypeAnalyser

from tests.paths import ROOT

# Import it by its installed name: here mypy knows it as mypy_plugin.btf_typing_mypy.
compat = importlib.import_module("btf_typing_mypy.compat")
syntax_tree = importlib.import_module("btf_typing_mypy.source.syntax_tree")


@pytest.mark.parametrize(
    "name",
    ["tree", "scope", "tscope", "module_refs", "type_context", "lookup_type", "store_type"],
)
def test_the_checker_has(name: str) -> None:
    assert name in dir(TypeChecker)


@pytest.mark.parametrize(
    "name", ["cur_mod_node", "lookup_qualified", "modules", "patches", "schedule_patch"]
)
def test_the_semantic_analyzer_has(name: str) -> None:
    assert name in dir(SemanticAnalyzer)


def test_the_scope_of_the_checker_has_a_stack() -> None:
    tree = MypyFile([], [])
    scope = vars(checker)["CheckerScope"](tree)
    assert scope.stack == [tree]


def test_errors_have_a_list_of_watchers() -> None:
    assert isinstance(Errors(Options())._watchers, list)


def test_one_module_of_mypy_has_the_type_of_a_class() -> None:
    assert hasattr(typeops, "type_object_type") or hasattr(checkmember, "type_object_type")


def test_two_uses_of_a_variable_are_the_same() -> None:
    one, two, other = nodes.NameExpr("x"), nodes.NameExpr("x"), nodes.NameExpr("x")
    one.node = two.node = Var("x")
    assert compat.is_same(one, two)
    assert not compat.is_same(one, other)
    assert not compat.is_same(nodes.EllipsisExpr(), nodes.EllipsisExpr())


def test_the_type_analyzer_knows_the_semantic_analyzer() -> None:
    assert {"api", "analyze_literal_type"} <= set(dir(TypeAnalyser))


def test_nodes_have_the_attributes_that_the_plugin_uses() -> None:
    assert {"plugin_deps", "defs", "imports", "names", "path"} <= set(dir(MypyFile))
    assert {"metadata", "mro", "defn", "names"} <= set(dir(TypeInfo))
    assert {"final_value", "is_inferred", "_fullname"} <= set(dir(Var))
    assert "current_target" in dir(Scope)


_WITHOUT_PARTS = {
    *("BreakStmt", "ContinueStmt", "PassStmt", "GlobalDecl", "NonlocalDecl"),
    *("Import", "ImportAll", "ImportFrom", "TypeAliasStmt", "TempNode", "FakeExpression"),
    *("BytesExpr", "ComplexExpr", "EllipsisExpr", "FloatExpr", "IntExpr", "StrExpr", "NameExpr"),
    *("SingletonPattern", "StarredPattern"),
    # The semantic analyzer attaches these to calls and assignments, which stay in the tree.
    *("EnumCallExpr", "NamedTupleExpr", "NewTypeExpr", "ParamSpecExpr", "PromoteExpr"),
    *("TypeAliasExpr", "TypeApplication", "TypeFormExpr", "TypeVarExpr", "TypeVarTupleExpr"),
    "TypedDictExpr",
}
"""Nodes without parts that are evaluated, other than blocks."""


def test_every_node_is_known_with_what_is_in_it() -> None:
    kinds = (nodes.Statement, nodes.Expression, patterns.Pattern)
    found = {
        name: class_
        for name, class_ in {**vars(nodes), **vars(patterns)}.items()
        if isinstance(class_, type) and issubclass(class_, kinds) and name == class_.__name__
    }
    abstract = {name for name, class_ in found.items() if class_.__subclasses__()}
    known = _WITHOUT_PARTS | {"Block"} | syntax_tree.CHILDREN.keys()
    assert found.keys() - abstract - known == set()
    for name, attributes in syntax_tree.CHILDREN.items():
        class_ = vars(nodes).get(name) or vars(patterns).get(name)
        assert class_ is not None or name == "TemplateStrExpr"
        assert class_ is None or set(attributes) <= set(dir(class_)), name


def test_the_processes_whose_modules_tell_them_are_there() -> None:
    assert importlib.util.find_spec("mypy.dmypy_server")
    if hasattr(Options(), "num_workers"):
        assert importlib.util.find_spec("mypy.build_worker.worker")


_PUBLIC = {"errorcodes", "errors", "nodes", "options", "patterns", "plugin", "types"}
"""Modules of mypy that plugins may import from."""


def test_two_modules_use_private_names_of_mypy() -> None:
    plugin = ROOT / "mypy_plugin" / "btf_typing_mypy"
    private = {
        (path.stem, node.module)
        for path in plugin.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mypy.")
        if str(node.module).removeprefix("mypy.") not in _PUBLIC
    }
    assert {name for name, _ in private} == {"compat", "mypy_processes"}
    assert len(private) >= 5


def test_triggers_are_spelt_in_angle_brackets() -> None:
    assert make_trigger("module.name") == "<module.name>"


def test_the_daemon_can_remove_modules_early() -> None:
    assert {"graph", "update"} <= set(dir(FineGrainedBuildManager))
    graph: Any = {}
    fix_module_deps(graph)
    assert graph == {}
    assert {"suppressed", "suppressed_set", "priorities"} <= set(dir(State))
    assert PRI_INDIRECT > PRI_MED


def test_the_daemon_looks_again_at_files_that_it_must_forget() -> None:
    """`before_daemon_rescan` depends on all of this."""
    watcher: Any = FileSystemWatcher(FileSystemCache())
    watcher.add_watched_paths([__file__])
    assert watcher.find_changed() == {__file__}
    assert watcher.find_changed() == set()

    assert any(found is watcher for found in gc.get_objects())
    forgotten: list[str] = []

    class Paths(set[str]):
        def __iter__(self) -> Any:
            for path in forgotten:
                watcher._file_data[path] = None
            return super().__iter__()

    watcher._paths = Paths(watcher._paths)
    assert watcher.find_changed() == set()
    forgotten.append(__file__)
    assert watcher.find_changed() == {__file__}
    watcher.add_watched_paths(["elsewhere"])
    assert isinstance(watcher._paths, Paths)
