"""Look-ups for the hooks: the object at a path, its types, and their classes in stubs.

The identity of an object is the text in ``BpfObject[Literal["prog.bpf.o"]]``. It is the canonical
name of the object. For split BTF, the canonical name of the base follows; see `identity_with_base`.
"""

from __future__ import annotations

# ruff: noqa: PTH100, PTH110, PTH118, PTH119, PTH120  # mypy has paths as strings
import filecmp
import os
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import btf_typing
from btf_typing import mypy_support
from btf_typing.mypy_support import NamedTuple
from btf_typing_mypy import fullnames

from .external_files import ExternalFiles
from .messages import malformed, name_problem
from .object_files import ObjectFile
from .stub_command import StubCommand
from .stub_contents import StubContents
from .stub_files import StubFile
from .unread_objects import UnreadObject

if TYPE_CHECKING:
    from btf_typing.btf import Btf
    from btf_typing.mypy_support import Aggregate, CType, Selection


class StubClass(NamedTuple):
    """The class of a type in a stub.

    Attributes:
        module: module name of the stub; empty if there is no stub.
        name: name of the class; empty if the stub has no class for the type.
        problem: the error to report about the type; empty if there is none.
        stub_problem: the error to report about the object or its stub; empty if there is none. This
            error does not depend on the type.
        object: identity of the object that has the type.
    """

    module: str
    name: str
    problem: str = ""
    stub_problem: str = ""
    object: str = ""


class Project:
    """The objects and stubs of one project, as one run of mypy sees them.

    Args:
        files: the files of the project.

    Attributes:
        files: the files of the project.
        stub_contents: the contents of the stubs.
        object_file: a function that takes an identity and returns the object.
        unreadable: a function that takes an identity and returns the error to report about the
            object; empty if the object can be read.
        hidden: a function with two parameters: the module name of a stub, and the path of the file
            that mypy uses for that module. It returns the error to report if that file is not the
            stub; empty if it is.
    """

    def __init__(self, files: ExternalFiles) -> None:
        self.files = files
        self.stub_contents = StubContents(files)
        self._stub_command = StubCommand(files, self.stub_contents)
        # Hooks need these results for every call that mypy checks, so they are cached.
        once = files.read_tracker.cached
        self.object_file = once(self._object_file)
        self.unreadable = once(self._unreadable)
        self.hidden = once(self._hidden)
        self._identity = once(self._identified)
        self._find_once = once(self._found)

    def identify(self, path: str | PurePosixPath, source: str) -> str:
        """The canonical name of the object that *path* refers to in the source file *source*."""
        return self._identity(str(path), os.path.dirname(source) or os.curdir)

    def canonical(self, identity: str, source: str) -> str:
        """The canonical spelling of an *identity* that an annotation in *source* contains."""
        name, base = _name_and_base(identity)
        canonical = self.identify(name, source)
        return identity_with_base(canonical, self.identify(base, source)) if base else canonical

    def _identified(self, path: str, beside: str) -> str:
        self.files.depend_on_settings()
        found = self.files.directories.absolute(path, beside)
        for candidate in self.files.directories.candidates(path, beside):
            # `object_digest` also records a dependency on a candidate that is missing. If this
            # candidate appears later, *path* refers to it.
            self.files.object_digest(candidate)
            if os.path.exists(candidate):
                break
        return self.name_of(found)

    def _object_file(self, identity: str) -> ObjectFile:
        self.files.depend_on_settings()
        name, base = _name_and_base(identity)
        absolute = self.files.directories.absolute
        return self._read_object(name, absolute(name), base, absolute(base) if base else "")

    def object_file_at(self, path: str) -> ObjectFile:
        """The object at the absolute *path*."""
        return self._read_object(self.name_of(path), path)

    def _read_object(self, name: str, path: str, base: str = "", base_path: str = "") -> ObjectFile:
        # The BTF of a kernel module in /sys/kernel/btf has the kernel's BTF as its base, even if
        # the program passes no base.
        base_path = base_path or mypy_support.base_path_of(path) or ""
        for each in filter(None, (path, base_path)):
            self.files.object_digest(each)
        return self.files.object_files.get(name, path, base, base_path)

    def name_of(self, path: str) -> str:
        """The name that messages use for the file at the absolute *path*."""
        return self.files.directories.canonical_name(path)

    def has_stub(self, name: str) -> bool:
        """Whether there is a stub for the object *name*."""
        self.files.depend_on_settings()
        path = self.files.directories.absolute(_name_and_base(name)[0])
        self.files.object_digest(path)  # records the dependency
        return self.files.stub_files.of_object(path) is not None

    def is_stub(self, module: str) -> bool:
        """Whether *module* is a stub of some object."""
        return self.files.stub_files.of_module(module) is not None

    def find(self, object_name: str, keyword: str, name: str | int) -> StubClass:
        """The class of the struct, union or enum *name* of an object.

        If an earlier search found no stub, this method searches again. The plugin finds a stub in a
        package only after mypy has analyzed the stub. If mypy checks another module before that,
        the search can fail for that module and succeed for a later one.

        Raises:
            NameProblemError: the object has no such type.
        """
        found = self._find_once(object_name, keyword, name)
        return found if found.module else self._found(object_name, keyword, name)

    def _unread(self, identity: str) -> UnreadObject | None:
        """The object *identity*, if the plugin need not read it."""
        self.files.depend_on_settings()
        name, base = _name_and_base(identity)
        if base:  # the stub does not show what the base contains
            return None
        path = self.files.directories.absolute(name)
        self.files.object_digest(path)  # records the dependency
        return self.files.unread_objects.get(path)

    def _found(self, object_name: str, keyword: str, name: str | int) -> StubClass:
        unread = self._unread(object_name)
        if unread and isinstance(name, str) and (keyword, name) in unread.classes:
            return StubClass(unread.stub.module, name, object=object_name)
        object_file = self.object_file(object_name)
        if object_file.search is None:
            return StubClass("", "", "", self.unreadable(object_name), object_name)
        try:
            type_id = object_file.search.find(name, keyword).id
        except btf_typing.TypeNotFoundError as error:
            raise NameProblemError(name_problem(error, object_file)) from None
        except btf_typing.BtfError as error:
            return StubClass("", "", malformed(error, object_file))
        return self.class_of(object_file, type_id, keyword, name)

    def class_of(
        self, object_file: ObjectFile, type_id: int, keyword: str = "type", name: str | int = ""
    ) -> StubClass:
        """The class of a type.

        Args:
            object_file: the object that has the type.
            type_id: type id of the type.
            keyword: kind of the type for messages, such as ``struct``.
            name: name or id of the type for messages, as in the user's source.
        """
        identity = object_file.name
        if object_file.base:
            identity = identity_with_base(identity, object_file.base)
        stub = self.files.stub_files.of_object(object_file.path)
        if stub is None:
            return StubClass("", "", "", self._no_stub(object_file), identity)
        problem = ""
        try:
            # This call comes first. It may compute the class names, and `class_name` reuses them.
            outdated = self._outdated(stub, object_file)
            found = self.stub_contents.class_name(stub, object_file, type_id)
            if not (outdated or found):
                problem = self._left_out(stub, object_file, type_id, keyword, name or type_id)
        except btf_typing.BtfError as error:
            return StubClass(stub.module, "", malformed(error, object_file))
        return StubClass(stub.module, found, problem, outdated, identity)

    def find_class(self, object_name: str, keyword: str, name: str) -> StubClass | None:
        """The class that *keyword* and *name* select.

        For the keywords ``key`` and ``value``, *name* is the name of a map. The result is the class
        of the map's keys or values. It is None if they are neither structs nor unions, because
        stubs have no classes for other types. The result has no name and no error if another hook
        reports the error: the object cannot be read, or libbpf would refuse the map.

        Raises:
            NameProblemError: the object has no such type.
        """
        if keyword not in fullnames.MAP_PARTS:
            return self.find(object_name, keyword, name)
        object_file = self.object_file(object_name)
        try:
            ctype = _part_of_map(object_file, keyword, name)
        except btf_typing.BtfError:
            return StubClass("", "")
        if not isinstance(ctype, mypy_support.Aggregate):
            return None
        return self.class_of(object_file, ctype.type_id)

    def decoded(self, object_name: str, keyword: str, name: str) -> str:
        """The annotation of what ``decode_key()`` or ``decode_value()`` of a map returns.

        Args:
            object_name: identity of the object.
            keyword: ``key`` or ``value``.
            name: name of a map for which `find_class` returns None.
        """
        ctype = _part_of_map(self.object_file(object_name), keyword, name)
        if isinstance(ctype, mypy_support.Scalar):
            return ctype.python
        if ctype is None or mypy_support.is_text(ctype):
            return "bytes"
        return "ctypes.Array[Any]"

    def _hidden(self, module: str, path: str) -> str:
        stub = self.files.stub_files.of_module(module)
        if stub is None or os.path.abspath(path) == stub.path:
            return ""
        exists = os.path.exists(path)
        self.files.read_tracker.record_read(
            f"module {path}", str(exists), lambda: str(os.path.exists(path))
        )
        # *path* may come from another project that shares mypy's cache. Then the file may be a copy
        # of the stub. Or *path* is relative to that project, and no such file exists here. In both
        # cases, nothing hides the stub.
        if not exists or filecmp.cmp(path, stub.path, shallow=False):
            return ""
        name = self.name_of(os.path.abspath(path))
        return f'"{name}" hides the stub "{self.name_of(stub.path)}"; remove or rename it'

    def layout(self, object_file: ObjectFile, class_: Any, name: str | int) -> Aggregate | None:
        """The layout of the struct or union *name*, which the hand-written *class_* should match.

        Returns:
            None if the object cannot be read. The hook for ``load`` reports this error.

        Raises:
            NameProblemError: the object has no such type.
            BtfError: the type has no layout.
        """
        type_id = self.record_id(object_file, name, mypy_support.keyword_of(class_))
        if object_file.btf is None or type_id is None:
            return None
        return object_file.btf.layouts.aggregate(type_id)

    def record_id(
        self, object_file: ObjectFile, name: str | int, keyword: str = "struct"
    ) -> int | None:
        """The id of the struct or union *name*.

        Args:
            object_file: the object.
            name: name or id of the type.
            keyword: ``struct`` or ``union``. If both have this name, this keyword wins.

        Returns:
            None if the object cannot be read. The hook for ``load`` reports this error.

        Raises:
            NameProblemError: the object has no such type.
            BtfError: a record that the look-up needs is malformed.
        """
        if object_file.search is None:
            return None
        other = "union" if keyword == "struct" else "struct"
        try:
            return object_file.search.find(name, keyword, other).id
        except btf_typing.TypeNotFoundError as error:
            raise NameProblemError(name_problem(error, object_file)) from None

    def generated(self, described: list[Any]) -> Any:
        """The ctypes class that btf_typing generates at run time for *described*.

        Args:
            described: a reference to a struct or union: ``["btf", object, keyword, name]`` or
                ``["stub", module, class name]``. For the keywords, see `find_class`.

        Raises:
            BtfError: there is no such class.
        """
        if described[0] == "btf":
            _, object_name, keyword, name = described
            object_file = self.object_file(object_name)
            btf = object_file.btf
            if keyword in fullnames.MAP_PARTS and btf:
                found = _part_of_map(object_file, keyword, name)
                if not isinstance(found, mypy_support.Aggregate):
                    raise btf_typing.BtfError(f'map "{name}" has no struct or union as {keyword}')
                keyword, name = found.keyword, found.type_id
        else:
            btf, keyword, name = self._of_stub(described[1], described[2])
        if btf is None:
            raise btf_typing.BtfError(f'the object of class "{described[-1]}" cannot be read')
        return btf.union(name) if keyword == "union" else btf.struct(name)

    def _of_stub(self, module: str, name: str) -> tuple[Btf[Any] | None, str, int]:
        """The BTF that the stub *module* describes, and keyword and type id of its class *name*."""
        stub = self.files.stub_files.of_module(module)
        if stub is None:
            return None, "", 0
        object_file = self.object_file_at(stub.object_path)
        btf = object_file.btf
        if btf is None:
            return None, "", 0
        for type_id, found in self.stub_contents.class_names(stub, object_file).items():
            if found == name and btf.table.has_id(type_id):
                union = isinstance(btf.table.by_id(type_id), mypy_support.Union)
                return btf, "union" if union else "struct", type_id
        raise btf_typing.BtfError(f'the object of stub "{module}" has no class "{name}"')

    def check(self, object_file: ObjectFile, name: str | int) -> None:
        """Check that the object has a type *name*, of any kind.

        Raises:
            NameProblemError: the object has no such type.
        """
        if object_file.search is None:
            return
        try:
            object_file.search.any(name)
        except btf_typing.TypeNotFoundError as error:
            raise NameProblemError(name_problem(error, object_file)) from None
        except btf_typing.BtfError:
            return  # the BTF is malformed, so we do not know whether the type exists

    def _unreadable(self, object_name: str) -> str:
        if self._unread(object_name):
            return ""
        object_file = self.object_file(object_name)
        if not object_file.problem:
            return ""
        return f'cannot read "{object_file.name}": {object_file.problem}'

    def _no_stub(self, object_file: ObjectFile) -> str:
        directories = self.files.directories
        beside = self.files.stub_files.beside(object_file.path)
        if beside:
            missing = directories.missing_mypy_path_entry(os.path.dirname(beside))
            return (
                f'mypy has not loaded the stub "{self.name_of(beside)}" of "{object_file.name}"; '
                f'import it in this module, or add "{missing}" to mypy_path'
            )
        command = self._stub_command.create(object_file)
        missing = directories.missing_mypy_path_entry(directories.new_stubs)
        path = f' and add "{missing}" to mypy_path' if missing else ""
        return f'no stub for "{object_file.name}"; run "{command}"{path}'

    def _outdated(self, stub: StubFile, object_file: ObjectFile) -> str:
        if self.stub_contents.is_current(stub, object_file):
            return ""
        command = self._stub_command.update(object_file, stub)
        return f'stub "{self.name_of(stub.path)}" is out of date; run "{command}"'

    def _left_out(
        self,
        stub: StubFile,
        object_file: ObjectFile,
        type_id: int,
        keyword: str,
        name: str | int,
    ) -> str:
        """The reason why an up-to-date stub lacks a type.

        The options of ``btf-stubs`` leave the type out, or it is in the base of split BTF, or
        ctypes cannot represent it.
        """
        selection = self.stub_contents.selection(stub)
        shown = f'"{name}"' if isinstance(name, str) else f"with id {name}"
        lacking = f'stub "{self.name_of(stub.path)}" leaves out {keyword} {shown}'
        table = object_file.bpf_object.btf.table if object_file.bpf_object else None
        c_name = name if isinstance(name, str) or table is None else table.by_id(type_id).name
        if isinstance(c_name, str) and c_name and not selection.has(c_name):
            return f'{lacking}; run "{self._stub_command.update(object_file, stub, c_name)}"'
        if table and type_id < table.first_id and not selection.types:
            return f"{lacking}, which is in the base BTF; look it up in the base"
        type_ = f'{keyword} {shown} of "{object_file.name}"'
        return f"{type_} has no class, because ctypes cannot represent it"

    def identity_of(self, stub: StubFile) -> str:
        """The identity of the object that *stub* describes.

        For split BTF, the identity includes the base. The path of the base is in the module that
        ``btf-stubs --live`` writes beside the stub.
        """
        name = self.name_of(stub.object_path)
        base = self.stub_contents.live_base(stub)
        return identity_with_base(name, self.name_of(base)) if base else name

    def problem_of_import(self, stub: StubFile) -> str:
        """The error to report in the first line of *stub*; empty if there is none.

        The plugin makes mypy load the stubs on ``mypy_path``, even if no module imports them. Other
        hooks report errors about these stubs, at the calls that use them. So this method ignores
        these stubs, unless ``btf-stubs --live`` wrote them.
        """
        live = self.stub_contents.selection(stub).live
        if not live and self.files.stub_files.has(stub.path):
            return ""
        identity = self.identity_of(stub)
        if identity == self.name_of(stub.object_path):  # no split BTF
            self.files.object_digest(stub.object_path)  # records the dependency
            if self.files.unread_objects.of_stub(stub):
                return ""
        object_file = self.object_file(identity)
        if object_file.bpf_object is None:
            return self.unreadable(identity) if live else ""
        try:
            return self._outdated(stub, object_file)
        except btf_typing.BtfError as error:
            return malformed(error, object_file)

    def problem_of_module(
        self, path: str, object_path: str, base: str, selection: Selection
    ) -> str:
        """The error to report if mypy reads a module of ``btf-stubs --live`` instead of its stub.

        Args:
            path: absolute path of the module.
            object_path: path of the object, relative to the module.
            base: path of the base BTF, relative to the module; empty if there is none.
            selection: the selected types.
        """
        stub = StubFile(os.path.basename(path).removesuffix(".py"), f"{path}i", "")
        folder = os.path.dirname(path)
        name, of_base = (
            self.name_of(os.path.normpath(os.path.join(folder, each))) if each else ""
            for each in (object_path, base)
        )
        identity = identity_with_base(name, of_base) if base else name
        command = self._stub_command.write(self.object_file(identity), stub, selection)
        return (
            "mypy reads this file instead of its stub; pass the folder to mypy and not this file, "
            f'or, if there is no stub, run "{command}"'
        )


def _part_of_map(object_file: ObjectFile, keyword: str, name: str) -> CType | None:
    """The type of the keys or values of a map; None if the object gives only their size, or none.

    Raises:
        BtfError: the object cannot be read, or has no such map, or libbpf would refuse the map.
    """
    if object_file.bpf_object is None:
        raise btf_typing.BtfError(object_file.problem)
    details = object_file.bpf_object.maps.details(name)
    type_id = details.key_id if keyword == "key" else details.value_id
    return None if type_id is None else object_file.bpf_object.btf.layouts.ctype(type_id)


def identity_with_base(name: str, base: str) -> str:
    """The identity of the object *name*, which is split BTF on the base BTF *base*.

    The identity is the text in ``BpfObject[Literal["module.o, base /sys/kernel/btf/vmlinux"]]``.
    """
    return f"{name}{_BASE}{base}"


def _name_and_base(identity: str) -> tuple[str, str]:
    """Split an identity into the names of the object and its base; "" stands for no base."""
    name, _, base = identity.partition(_BASE)
    return name, base


_BASE = ", base "


class NameProblemError(Exception):
    """An object does not have the type that a call looks up. The text is the error to report."""
