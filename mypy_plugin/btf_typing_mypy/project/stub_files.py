"""The stubs that ``btf-stubs`` wrote, and the object of each stub.

The plugin lists the stubs on ``mypy_path`` and makes mypy load them. A program can also import a
stub from another place, such as a package. mypy loads this stub without help from the plugin, and
the plugin recognises the stub by its first line.
"""

# ruff: noqa: PTH100, PTH118, PTH119, PTH120, PTH208  # mypy has paths as strings; pathlib is slower

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mypy.nodes import MypyFile

import btf_typing
from btf_typing import mypy_support
from btf_typing.mypy_support import NamedTuple
from btf_typing_mypy import fullnames, mypy_processes

from .directories import Directories
from .disk_cache import DiskCache
from .read_tracker import ReadTracker

if TYPE_CHECKING:
    from btf_typing_mypy.compat import Modules

_KIND = "stub"
_BESIDE = "stub beside"
_SUFFIX = ".pyi"
_OBJECT_CLASS = "Object"
"""The name of a class that every stub defines."""


class StubFile(NamedTuple):
    """A stub that ``btf-stubs`` wrote.

    Attributes:
        module: name of the module.
        path: absolute path.
        object_path: absolute path of the object that the stub describes.
    """

    module: str
    path: str
    object_path: str


class StubFiles:
    """The stub files of a project.

    Args:
        directories: the directories of the project, including those on ``mypy_path``.
        disk_cache: digests from earlier runs.
        read_tracker: records which source file depends on the stubs.
        modules: returns every module that mypy has loaded, by name.
    """

    def __init__(
        self,
        directories: Directories,
        disk_cache: DiskCache,
        read_tracker: ReadTracker,
        modules: Modules,
    ) -> None:
        self._directories = directories
        self._disk_cache = disk_cache
        self._read_tracker = read_tracker
        self._loaded_modules = modules
        self._found: tuple[StubFile, ...] | None = None
        self._by_path: dict[str, StubFile] = {}
        self._by_module: dict[str, StubFile] = {}
        self._by_object: dict[str, list[StubFile]] = {}
        self._modules: list[str] = []
        self._known_by_object: defaultdict[str, set[str]] = defaultdict(set)
        self._digest = ""
        self._may_remember = read_tracker.clear_before_rescan(self._clear)

    def _clear(self) -> None:
        """Forget the list of stubs, because there may be new or deleted stubs."""
        self._found = None

    def all(self) -> tuple[StubFile, ...]:
        """Return every stub on ``mypy_path``.

        If several stubs have the same module name, the result contains the one that mypy imports.
        """
        if self._found is None or not self._may_remember:
            self._found = self._all()
            self._by_path = {stub.path: stub for stub in self._found}
            self._by_module = {stub.module: stub for stub in self._found}
            self._by_object = {}
            for stub in self._found:
                self._by_object.setdefault(stub.object_path, []).append(stub)
                self._known_by_object[stub.object_path].add(stub.path)
            self._modules = sorted(self._by_module, key=_importable_first)
            self._digest = repr(self._found)
        self._read_tracker.record_read("stubs", self._digest, lambda: repr(self._all()))
        return self._found

    def modules(self) -> list[str]:
        """List the module names of the stubs in `all`. Modules that mypy can import come first."""
        self.all()
        return self._modules

    def has(self, path: str) -> bool:
        """Whether the file *path* is a stub in `all`."""
        self.all()
        return os.path.abspath(path) in self._by_path

    def of_module(self, module: str) -> StubFile | None:
        """Return the stub with the module name *module*, or None."""
        self.all()
        listed = self._by_module.get(module)
        tree = None if listed else self._loaded_modules().get(module)
        return self.of_tree(tree) if tree else listed

    def of_object(self, path: str) -> StubFile | None:
        """Return the stub of the object at the absolute *path*.

        If the object has several stubs, prefer stubs on ``mypy_path`` to others. If several remain,
        prefer the name that ``btf-stubs`` chooses without ``--module``.
        """
        self.all()
        found = self._by_object.get(path)
        if not found:
            loaded = self.of_trees(list(self._loaded_modules().values()))
            found = [stub for stub in loaded if stub.object_path == path]
        if not found[1:]:
            return found[0] if found else None
        usual = mypy_support.module_name(path)

        def preference(stub: StubFile) -> tuple[bool, str]:
            return stub.module.rpartition(".")[2] != usual, stub.module

        return min(found, key=preference)

    def of_trees(self, trees: Iterable[MypyFile | None]) -> list[StubFile]:
        """Return the stubs among *trees*. Only modules with a class ``Object`` are read."""
        may_be_stubs = [tree for tree in trees if tree and _OBJECT_CLASS in tree.names]
        return [stub for stub in map(self.of_tree, may_be_stubs) if stub]

    def of_tree(self, tree: MypyFile) -> StubFile | None:
        """Return the stub that mypy has loaded as *tree*, or None if *tree* is no stub of ours."""
        if not tree.path.endswith(_SUFFIX) or fullnames.TYPESHED in tree.path:
            return None
        path = os.path.abspath(tree.path)
        object_path = self._object_path(path)
        return StubFile(tree.fullname, path, object_path) if object_path else None

    def object_path(self, path: str) -> str:
        """Return the path of the object that the stub *path* describes.

        The result is empty if no run has read the stub.
        """
        absolute = os.path.abspath(path)
        return self._object_path(absolute) if self._disk_cache.has(_KIND, absolute) else ""

    def _object_path(self, path: str) -> str:
        object_path = self._digest_and_object(path).partition(" ")[2]
        if object_path:
            self._known_by_object[object_path].add(path)
        return object_path

    def beside(self, object_path: str) -> str:
        """Return the path of the stub in the directory of the object at *object_path*.

        The result is empty if there is no such stub, or if the directory is on ``mypy_path``.
        """
        directory, module = os.path.dirname(object_path), mypy_support.module_name(object_path)
        if not self._directories.missing_mypy_path_entry(directory):
            return ""
        path = os.path.join(directory, module + _SUFFIX)
        found = self._disk_cache.digest(_BESIDE, path, _object_path_in)
        return path if found == object_path else ""

    def objects_beside(self) -> list[tuple[str, str]]:
        """List every file that `beside` has looked for in any run, and the path of its object."""
        look = self._disk_cache.untracked_digest
        paths = self._disk_cache.paths(_BESIDE)
        return [(path, look(_BESIDE, path, _object_path_in)) for path in paths]

    def may_be_several(self, object_path: str) -> bool:
        """Whether an object may have several stubs among those in `all` and the loaded modules.

        The plugin learns about a stub in two ways. mypy asks about the class ``Object`` when it
        analyzes the stub, and about the data for its cache when it reads the stub from the cache.
        Both happen before mypy checks a module that imports the stub.

        There are two exceptions, for which the result is True. Workers of ``mypy --num-workers``
        read from the cache without asking. In the daemon, the caller must look at the stubs that
        its module imports, so that mypy checks the module again if one of them changes.
        """
        several = len(self._known_by_object[object_path]) > 1
        return several or self._read_tracker.daemon or mypy_processes.in_worker()

    def digest(self, stub: StubFile) -> str:
        """Return the digest of a stub's text.

        Also record that the current source file depends on the stub.
        """
        return self._digest_and_object(stub.path).partition(" ")[0]

    def text(self, stub: StubFile) -> str:
        """Read *stub*.

        Raises:
            OSError: the stub cannot be read, or has changed since its digest was computed.
            ValueError: the stub is not UTF-8.
        """
        try:
            text = mypy_support.read_regular(stub.path)
        except btf_typing.BtfError as error:
            raise OSError(str(error)) from error
        if hashlib.sha256(text).hexdigest() != self.digest(stub):
            raise OSError(f"{stub.path} has changed during this run")
        return text.decode("utf-8")

    def _digest_and_object(self, path: str) -> str:
        """Return a stub's digest, a space and its object's path, and record a dependency on *path*.

        A deleted stub counts as unchanged, because mypy itself rechecks the modules that import it.
        If the plugin also reported these modules as changed, mypy would lose their errors about the
        missing module.
        """

        def look() -> str:
            return self._disk_cache.untracked_digest(_KIND, path, _digest_and_object)

        found = look()
        self._read_tracker.record_read(f"{_KIND} {path}", found, lambda: look() or found)
        return found

    def _all(self) -> tuple[StubFile, ...]:
        found: dict[str, StubFile] = {}
        for path in self._paths():
            both = self._disk_cache.untracked_digest(_KIND, path, _digest_and_object)
            _, _, object_path = both.partition(" ")
            if object_path:
                module = os.path.basename(path).removesuffix(_SUFFIX)
                found.setdefault(module, StubFile(module, path, object_path))
        return tuple(found.values())

    def _paths(self) -> Iterator[str]:
        """Yield every ``.pyi`` file in the directories of ``mypy_path``, without subdirectories.

        A file whose name is not UTF-8 is left out, because mypy cannot write the name to its cache.
        """
        for directory in self._directories.stub_directories:
            try:
                names = sorted(os.listdir(directory))
            except OSError:
                continue
            yield from (os.path.join(directory, name) for name in names if _is_usable(name))


def _is_usable(name: str) -> bool:
    """Whether the file *name* is a ``.pyi`` file with a name in UTF-8.

    `os.listdir` returns each byte that is not UTF-8 as a lone surrogate.
    """
    return name.endswith(_SUFFIX) and not any("\ud800" <= char <= "\udfff" for char in name)


def _importable_first(module: str) -> tuple[bool, str]:
    """Sort key that puts names such as ``my-prog_bpf`` last, because mypy cannot import them."""
    return not module.isidentifier(), module


def _digest_and_object(path: str) -> str:
    """Return the digest of a stub, a space and the path of its object.

    The result is empty if ``btf-stubs`` did not write the file.
    """
    try:
        text = mypy_support.read_regular(path)
    except (btf_typing.BtfError, OSError):
        return ""
    shown = mypy_support.object_shown(text.partition(b"\n")[0].decode("utf-8", "replace"))
    if not shown:
        return ""
    object_path = os.path.normpath(os.path.join(os.path.dirname(path), shown))
    return f"{hashlib.sha256(text).hexdigest()} {object_path}"


def _object_path_in(path: str) -> str:
    """Return the path of the object that the stub *path* describes; empty if it is no stub."""
    return _digest_and_object(path).partition(" ")[2]
