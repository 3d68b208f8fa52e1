"""Everything of mypy that the plugin uses and that mypy does not promise to keep.

mypy's plugin interface is small. What it lacks is reached here and nowhere else; the test
``tests/plugin/test_compat.py`` fails for each name that a new mypy has dropped.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from mypy.maptype import map_instance_to_supertype
from mypy.nodes import MDEF, MypyFile, SymbolNode, SymbolTableNode, TypeInfo, Var
from mypy.plugin import CheckerPluginInterface, SemanticAnalyzerPluginInterface
from mypy.server.trigger import make_trigger
from mypy.types import Instance, LiteralType, Type
from mypy.util import DecodeError, decode_python_encoding

from . import fullnames

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.semanal import SemanticAnalyzer
    from mypy.typeanal import TypeAnalyser

Modules: TypeAlias = Callable[[], Mapping[str, MypyFile]]
"""Gives the modules that mypy has loaded, by name. They are not there yet at the start."""

_WORKER: Final = "mypy.build_worker.worker"
DEPENDENCY_PRIORITY: Final = 10
"""Of an additional dependency: like a plain ``import`` at the top of a file."""


def checker(api: CheckerPluginInterface) -> TypeChecker:
    """What really stands behind the interface that a checker's hook gets."""
    found: Any = api
    return found  # type: ignore[no-any-return]


def is_in_typeshed(modules: Mapping[str, MypyFile], fullname: str) -> bool:
    """Whether the class *fullname* is one of the standard library's, which nothing changes."""
    tree = modules.get(fullname.rpartition(".")[0])
    return tree is not None and fullnames.TYPESHED in tree.path


def bases_of(modules: Mapping[str, MypyFile], fullname: str) -> list[str]:
    """The full names of what the class *fullname* derives from, itself first; [] for no class."""
    module, rest = fullname, list[str]()
    while module and module not in modules:
        module, _, name = module.rpartition(".")
        rest.insert(0, name)
    table = modules[module].names if module else {}
    for name in rest[:-1]:
        node = table[name].node if name in table else None
        table = node.names if isinstance(node, TypeInfo) else {}
    node = table[rest[-1]].node if rest and rest[-1] in table else None
    return [base.fullname for base in node.mro] if isinstance(node, TypeInfo) else []


def tree_of(api: CheckerPluginInterface) -> MypyFile:
    """The module that is being checked."""
    return checker(api).tree


def text_of(api: CheckerPluginInterface) -> str:
    """The source of the module that is being checked; empty where that is not what mypy has read.

    Not as mypy has it: some versions parse files of which they do not keep the text.
    """
    if api.options.shadow_file:
        return ""
    try:
        with open(tree_of(api).path, "rb", buffering=0) as source:  # noqa: PTH123  # it is faster
            return decode_python_encoding(source.read())
    except (OSError, ValueError, DecodeError):
        return ""


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


def annotation_analyzer(api: object) -> SemanticAnalyzer:
    """The semantic analyzer behind the type analyzer that a type's hook gets."""
    analyser: TypeAnalyser = api  # type: ignore[assignment]
    found: Any = analyser.api
    return found  # type: ignore[no-any-return]


def depend_in_annotation(api: object, fullname: str) -> None:
    """Analyze the current annotation again when *fullname* changes."""
    analyzer = annotation_analyzer(api)
    analyzer.add_plugin_dependency(make_trigger(fullname))
    module = fullname.rpartition(".")[0]
    # Before 2.0 only the checker keeps such a set; it finds the module of every type by itself.
    refs: set[str] | None = getattr(analyzer.cur_mod_node, "module_refs", None)
    if refs is not None and module in analyzer.modules:
        refs.add(module)


def as_base(instance: Instance, base: TypeInfo) -> Instance:
    """*instance* seen as the generic class *base*, one of its bases."""
    return map_instance_to_supertype(instance, base)


def class_analyzer(api: SemanticAnalyzerPluginInterface) -> SemanticAnalyzer:
    """What really stands behind the interface that a class's hook gets."""
    found: Any = api
    return found  # type: ignore[no-any-return]


def depend_during_analysis(api: SemanticAnalyzerPluginInterface, fullname: str) -> None:
    """In the daemon, analyze the current module or function again when *fullname* changes."""
    api.add_plugin_dependency(make_trigger(fullname))


def set_metadata(info: TypeInfo, key: str, value: dict[str, Any]) -> None:
    """Keep *value*, of what JSON has, with the class; see `metadata`."""
    info.metadata[key] = value


def add_literal(info: TypeInfo, name: str, text: str, api: SemanticAnalyzerPluginInterface) -> None:
    """Give the class *info* an attribute whose type is ``Literal[text]``."""
    variable = Var(name, LiteralType(text, api.named_type("builtins.str")))
    variable.info = info
    variable._fullname = f"{info.fullname}.{name}"  # noqa: SLF001
    variable.is_classvar = True
    info.names[name] = SymbolTableNode(MDEF, variable, plugin_generated=True)


def metadata(info: TypeInfo, key: str) -> Any:
    """What a plugin has noted of a class under *key*; None where it has not."""
    return info.metadata.get(key)


def in_worker() -> bool:
    """Whether this process checks modules for another one."""
    return _WORKER in sys.modules


class _Paths(set[str]):
    """The paths that the daemon watches; calls back before it goes through them."""

    def __init__(self, paths: set[str], before: Callable[[], None]) -> None:
        super().__init__(paths)
        self._before = before

    def __iter__(self) -> Iterator[str]:
        self._before()
        return super().__iter__()


def before_daemon_rescan(outdated: Callable[[], list[str]]) -> bool:
    """Have *outdated* name the sources to check again, each time that the daemon looks.

    Returns:
        Whether there is a daemon that looks.
    """
    from mypy.fswatcher import FileSystemWatcher  # noqa: PLC0415  # for the daemon alone

    watchers = [
        found
        for found in gc.get_objects()
        if type(found) is FileSystemWatcher and not isinstance(found._paths, _Paths)  # noqa: SLF001
    ]
    if not watchers:
        return False
    watcher = watchers[-1]

    def forget() -> None:
        for path in outdated():
            if path in watcher._file_data:  # noqa: SLF001
                watcher._file_data[path] = None  # noqa: SLF001  # as if it were new

    watcher._paths = _Paths(set(watcher._paths), forget)  # noqa: SLF001
    return True
