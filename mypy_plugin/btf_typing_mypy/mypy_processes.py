"""mypy's daemon and its workers, as far as the plugin needs to know them.

Like ``compat``, this module uses mypy's internals, which mypy may change in any version.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mypy.build import Graph
    from mypy.fswatcher import FileSystemWatcher

_WORKER: Final = "mypy.build_worker.worker"


def in_worker() -> bool:
    """Whether this process is one of the workers of ``mypy --num-workers``."""
    return _WORKER in sys.modules


class _WatchedPaths(set[str]):
    """The paths that the daemon watches. Each iteration over the paths calls *before* first."""

    def __init__(self, paths: set[str], before: Callable[[], None]) -> None:
        super().__init__(paths)
        self._before = before

    def __iter__(self) -> Iterator[str]:
        self._before()
        return super().__iter__()


def before_daemon_rescan(outdated: Callable[[], list[str]]) -> bool:
    """Call *outdated* each time before the daemon looks for changed source files.

    *outdated* returns paths. The daemon then checks these files again, as if they had changed.

    Plugins have no access to the daemon's file watcher. So this function searches for the watcher
    among all objects that Python's garbage collector knows. The watcher iterates over its set of
    paths when it looks for changes. This function replaces the set by one that calls *outdated*
    first.

    Returns:
        True if this function has found a watcher and replaced its set. False if this process is no
        daemon, or if earlier calls have replaced the set of every watcher. If False, nothing ever
        calls this *outdated*.
    """
    from mypy.fswatcher import FileData, FileSystemWatcher  # noqa: PLC0415  # only the daemon needs it

    watchers = [
        found
        for found in gc.get_objects()
        if type(found) is FileSystemWatcher and not isinstance(found._paths, _WatchedPaths)  # noqa: SLF001
    ]
    if not watchers:
        return False
    watcher = watchers[-1]
    # ``forget`` stores ``no_file`` as the data of each outdated file. No existing file has such
    # data, so the watcher reports the file as changed. If ``forget`` removed the data instead, the
    # watcher would not report a file that has been deleted.
    no_file = FileData(-1.0, -1, "")

    def forget() -> None:
        paths = outdated()
        if paths:
            _remove_deleted_modules(watcher)
        for path in paths:
            if watcher._file_data.get(path):  # noqa: SLF001
                watcher._file_data[path] = no_file  # noqa: SLF001

    watcher._paths = _WatchedPaths(set(watcher._paths), forget)  # noqa: SLF001
    return True


def _remove_deleted_modules(watcher: FileSystemWatcher) -> None:
    """Make the daemon forget modules whose files are deleted, before it reads others again.

    Suppose that module A imports module B. The file of B is deleted, but the daemon still has B
    when it reads A again. The daemon then loses the error about the missing module, or it crashes
    with a KeyError. Without the plugin, this happens only if A changes too before the next check.
    With the plugin, A need not change if B is a stub. The plugin reports A as outdated, so the
    daemon reads A again.
    """
    from mypy.dmypy_server import fix_module_deps  # noqa: PLC0415  # only the daemon needs it
    from mypy.server.update import FineGrainedBuildManager  # noqa: PLC0415  # the same

    deleted = {
        path
        for path, data in watcher._file_data.items()  # noqa: SLF001
        if data and watcher.fs.stat_or_none(path) is None
    }
    builds = deleted and [
        each for each in gc.get_objects() if type(each) is FineGrainedBuildManager
    ]
    if not builds:
        return
    build = builds[-1]
    states = build.graph.items()
    modules = [(module, state.path) for module, state in states if state.path in deleted]
    # Keep a package while any module in it still has a file.
    packages = {
        package
        for _, state in states
        if state.path not in deleted
        for package in state.ancestors or ()
    }
    removed = [(module, path) for module, path in modules if path and module not in packages]
    if removed:
        build.update([], removed)
        fix_module_deps(build.graph)
        _forget_indirect_dependencies(build.graph, {module for module, _ in removed})


def _forget_indirect_dependencies(graph: Graph, removed: set[str]) -> None:
    """Make modules forget dependencies on *removed* modules that they do not import.

    Such a module only uses a type from a removed module. mypy 1.15 would report a missing import in
    its first line.
    """
    from mypy.build import PRI_INDIRECT  # noqa: PLC0415  # only the daemon needs it

    for state in graph.values():
        for module in state.suppressed_set & removed:
            if state.priorities.get(module) == PRI_INDIRECT:
                state.suppressed.remove(module)
                state.suppressed_set.remove(module)
