"""Everything of mypy that the plugin uses and that mypy does not promise to keep.

mypy's plugin interface is small. What it lacks is reached here and nowhere else; the test
``tests/plugin/test_compat.py`` fails for each name that a new mypy has dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from mypy.maptype import map_instance_to_supertype
from mypy.nodes import MDEF, MypyFile, SymbolNode, SymbolTableNode, TypeInfo, Var
from mypy.plugin import CheckerPluginInterface, Plugin, SemanticAnalyzerPluginInterface
from mypy.server.trigger import make_trigger
from mypy.types import Instance, LiteralType, Type

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.semanal import SemanticAnalyzer
    from mypy.typeanal import TypeAnalyser

Modules: TypeAlias = Callable[[], Mapping[str, MypyFile]]
"""Gives the modules that mypy has loaded, by name. They are not there yet at the start."""

DEPENDENCY_PRIORITY: Final = 10
"""Of an additional dependency: like a plain ``import`` at the top of a file."""


def checker(api: CheckerPluginInterface) -> TypeChecker:
    """What really stands behind the interface that a checker's hook gets."""
    found: Any = api
    return found  # type: ignore[no-any-return]


def modules_of(plugin: Plugin) -> dict[str, MypyFile]:
    """The modules that mypy has loaded so far, by name."""
    return plugin._modules or {}  # noqa: SLF001


def tree_of(api: CheckerPluginInterface) -> MypyFile:
    """The module that is being checked."""
    return checker(api).tree


def expected_type(api: CheckerPluginInterface) -> Type | None:
    """The type that the context of the current expression asks for, if any."""
    context = api.type_context
    return context[-1] if context else None


def depend_on_module(api: CheckerPluginInterface, module: str) -> None:
    """Recheck the current module when the interface of *module* changes."""
    checker(api).module_refs.add(module)


def depend_on_name(api: CheckerPluginInterface, fullname: str) -> None:
    """In the daemon, recheck the current function or module when *fullname* changes."""
    current = checker(api)
    target = current.tscope.current_target()
    current.tree.plugin_deps.setdefault(make_trigger(fullname), set()).add(target)


def final_value(node: SymbolNode) -> object:
    """The value of a ``Final`` name; None where mypy does not know it."""
    return getattr(node, "final_value", None)


def semantic_analyzer(api: object) -> SemanticAnalyzer:
    """The semantic analyzer behind the type analyzer that a type's hook gets."""
    analyser: TypeAnalyser = api  # type: ignore[assignment]
    found: Any = analyser.api
    return found  # type: ignore[no-any-return]


def depend_in_annotation(api: object, fullname: str) -> None:
    """Analyze the current annotation again when *fullname* changes."""
    analyzer = semantic_analyzer(api)
    analyzer.add_plugin_dependency(make_trigger(fullname))
    module = fullname.rpartition(".")[0]
    # Before 2.0 only the checker keeps such a set; it finds the module of every type by itself.
    refs: set[str] | None = getattr(analyzer.cur_mod_node, "module_refs", None)
    if refs is not None and module in analyzer.modules:
        refs.add(module)


def as_base(instance: Instance, base: TypeInfo) -> Instance:
    """*instance* seen as the generic class *base*, one of its bases."""
    return map_instance_to_supertype(instance, base)


def analyzer_of(api: SemanticAnalyzerPluginInterface) -> SemanticAnalyzer:
    """What really stands behind the interface that a class's hook gets."""
    found: Any = api
    return found  # type: ignore[no-any-return]


def depend_while_analysing(api: SemanticAnalyzerPluginInterface, fullname: str) -> None:
    """In the daemon, analyze the current module or function again when *fullname* changes."""
    api.add_plugin_dependency(make_trigger(fullname))


def note(info: TypeInfo, key: str, value: dict[str, Any]) -> None:
    """Keep *value*, of what JSON has, with the class; see `metadata_of`."""
    info.metadata[key] = value


def add_literal(info: TypeInfo, name: str, text: str, api: SemanticAnalyzerPluginInterface) -> None:
    """Give the class *info* an attribute whose type is ``Literal[text]``."""
    variable = Var(name, LiteralType(text, api.named_type("builtins.str")))
    variable.info = info
    variable._fullname = f"{info.fullname}.{name}"  # noqa: SLF001
    variable.is_classvar = True
    info.names[name] = SymbolTableNode(MDEF, variable, plugin_generated=True)


def metadata_of(info: TypeInfo, key: str) -> Any:
    """What a plugin has noted of a class under *key*; None where it has not."""
    return info.metadata.get(key)
