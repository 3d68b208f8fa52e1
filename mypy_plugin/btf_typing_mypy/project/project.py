"""What the hooks ask: which object, what is in it, which class stands for it."""

from __future__ import annotations

# ruff: noqa: PTH100, PTH110, PTH120  # mypy has paths as strings
import filecmp
import os
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

import btf_typing
from btf_typing import mypy_support

from .external_files import ExternalFiles
from .object_files import ObjectFile
from .stub_command import StubCommand
from .stub_contents import StubContents
from .stub_files import StubFile

if TYPE_CHECKING:
    from btf_typing.btf import Btf
    from btf_typing.errors import TypeNotFoundError
    from btf_typing.mypy_support import Aggregate


class StubClass(NamedTuple):
    """The class of a type.

    Attributes:
        module: of the stub; empty where there is none.
        name: of the class in the stub; empty where it has none.
        problem: what is wrong with the stub; empty where nothing is.
    """

    module: str
    name: str
    problem: str


class Project:
    """The objects and stubs of one project, as one run of mypy sees them.

    Args:
        files: of it.

    Attributes:
        files: the same.
        stubs: what they say.
        known: gives the object that is called by a name.
        find: of the name of an object, a keyword and a name, gives the class of the struct, union
            or enum; raises `NameProblemError` where there is no such type in the object.
        unreadable: gives why the object of a name cannot be read; empty where it can.
        hidden: of the module of a stub and the path of what mypy has as that module, says that this
            is another file; empty where it is the stub.
    """

    def __init__(self, files: ExternalFiles) -> None:
        self.files = files
        self.stub_contents = StubContents(files)
        self._stub_command = StubCommand(files, self.stub_contents)
        # What is asked for each call that is checked.
        once = files.read_tracker.cached
        self.object_file = once(self._called)
        self.unreadable = once(self._unreadable)
        self.hidden = once(self._hidden)
        self._identity = once(self._identified)
        self.find = once(self._found)

    def identify(self, path: str | PurePosixPath, source: str) -> str:
        """The canonical name of the object at *path*, asked for in the file *source*."""
        return self._identity(str(path), os.path.dirname(source) or os.curdir)

    def _identified(self, path: str, beside: str) -> str:
        self.files.depend_on_settings()
        found = self.files.directories.absolute(path, beside)
        for candidate in self.files.directories.candidates(path, beside):
            # One that is not there is remembered too: were it there, it would be this one.
            self.files.object_digest(candidate)
            if os.path.exists(candidate):
                break
        return self._name(found)

    def _called(self, name: str) -> ObjectFile:
        self.files.depend_on_settings()
        return self._known(name, self.files.directories.absolute(name))

    def object_file_at(self, path: str) -> ObjectFile:
        """The object at the absolute *path*."""
        return self._known(self._name(path), path)

    def _known(self, name: str, path: str) -> ObjectFile:
        self.files.object_digest(path)
        return self.files.object_files.get(name, path)

    def _name(self, path: str) -> str:
        """The name that messages use for the file at the absolute *path*."""
        return self.files.directories.canonical_name(path)

    def has_stub(self, name: str) -> bool:
        """Whether there is a stub for the object *name*."""
        return self.files.stub_files.of_object(self.object_file(name).path) is not None

    def is_stub(self, module: str) -> bool:
        """Whether *module* is a stub of some object."""
        return any(stub.module == module for stub in self.files.stub_files.all())

    def _found(self, object_: str, keyword: str, name: str | int) -> StubClass:
        known = self.object_file(object_)
        if known.search is None:
            return StubClass("", "", self.unreadable(object_))
        try:
            type_id = known.search.find(name, keyword).id
        except btf_typing.TypeNotFoundError as error:
            raise NameProblemError(message_of(error, known)) from None
        except btf_typing.BtfError as error:
            return StubClass("", "", f'"{known.name}" is malformed: {error.message}')
        return self.class_of(known, type_id, keyword, name)

    def class_of(
        self, known: ObjectFile, type_id: int, keyword: str = "type", name: str | int = ""
    ) -> StubClass:
        """The class of the type *type_id*, asked for as the *keyword* *name*."""
        stub = self.files.stub_files.of_object(known.path)
        if stub is None:
            return StubClass("", "", self._no_stub(known))
        try:
            problem = self._outdated(stub, known)  # first: what that collects, names are part of
            found = self.stub_contents.class_name(stub, known, type_id)
            if not (problem or found):
                problem = self._left_out(stub, known, keyword, name or type_id)
        except btf_typing.BtfError as error:
            return StubClass(stub.module, "", f'"{known.name}" is malformed: {error.message}')
        return StubClass(stub.module, found, problem)

    def _hidden(self, module: str, path: str) -> str:
        stub = next((stub for stub in self.files.stub_files.all() if stub.module == module), None)
        there = os.path.exists(path)
        self.files.read_tracker.record_read(
            f"module {path}", str(there), lambda: str(os.path.exists(path))
        )
        # A cache that several projects share holds the path that another of them has for the same
        # text, absolute or relative to where that one was checked.
        if stub is None or not there or filecmp.cmp(path, stub.path, shallow=False):
            return ""
        name = self._name(os.path.abspath(path))
        return f'"{name}" hides the stub "{self._name(stub.path)}"; remove or rename it'

    def layout(self, known: ObjectFile, class_: Any, name: str | int) -> Aggregate | None:
        """What *class_* is to be laid out as, the struct or union *name*.

        None where the object cannot be read, which is reported where it is loaded.

        Raises:
            NameProblemError: there is no such type in the object.
            BtfError: it has no layout.
        """
        if known.btf is None or known.search is None:
            return None
        keyword = mypy_support.keyword_of(class_)
        other = "union" if keyword == "struct" else "struct"
        try:
            return known.btf.layouts.aggregate(known.search.find(name, keyword, other).id)
        except btf_typing.TypeNotFoundError as error:
            raise NameProblemError(message_of(error, known)) from None

    def generated(self, described: list[Any]) -> Any:
        """The run-time class of ``["btf", object, keyword, name]`` or ``["stub", module, name]``.

        Raises:
            BtfError: there is none.
        """
        if described[0] == "btf":
            _, object_, keyword, name = described
            btf = self.object_file(object_).btf
        else:
            btf, keyword, name = self._of_stub(described[1], described[2])
        if btf is None:
            raise btf_typing.BtfError("the object of a nested class cannot be read")
        return btf.union(name) if keyword == "union" else btf.struct(name)

    def _of_stub(self, module: str, name: str) -> tuple[Btf[Any] | None, str, int]:
        """The object that has the class *name* of a stub, the keyword and the id of its type."""
        stub = next(stub for stub in self.files.stub_files.all() if stub.module == module)
        known = self.object_file_at(stub.object_path)
        btf = known.btf
        if btf is None:
            return None, "", 0
        for type_id, found in self.stub_contents.class_names(stub, known).items():
            if found == name and btf.table.has_id(type_id):
                union = isinstance(btf.table.by_id(type_id), mypy_support.Union)
                return btf, "union" if union else "struct", type_id
        raise btf_typing.BtfError(f'the object of stub "{module}" has no class "{name}"')

    def check(self, known: ObjectFile, name: str | int) -> None:
        """Look *name* up as a type of any kind.

        Raises:
            NameProblemError: there is none.
        """
        if known.search is None:
            return
        try:
            known.search.any(name)
        except btf_typing.TypeNotFoundError as error:
            raise NameProblemError(message_of(error, known)) from None
        except btf_typing.BtfError:
            return  # the name is there, whatever the rest is like

    def _unreadable(self, object_: str) -> str:
        known = self.object_file(object_)
        return f'cannot read "{known.name}": {known.problem}' if known.problem else ""

    def _no_stub(self, known: ObjectFile) -> str:
        command = self._stub_command.create(known)
        lacking = self.files.directories.missing_mypy_path_entry
        path = f' and add "{lacking}" to mypy_path' if lacking else ""
        return f'no stub for "{known.name}"; run "{command}"{path}'

    def _outdated(self, stub: StubFile, known: ObjectFile) -> str:
        if self.stub_contents.is_current(stub, known):
            return ""
        command = self._stub_command.update(known, stub)
        return f'stub "{self._name(stub.path)}" is out of date; run "{command}"'

    def _left_out(self, stub: StubFile, known: ObjectFile, keyword: str, name: str | int) -> str:
        """Why a stub that is up to date lacks a type: it was not asked for, or has no layout."""
        selection = self.stub_contents.selection(stub)
        if isinstance(name, str) and not selection.has(name):
            command = self._stub_command.update(known, stub, name)
            what = f'stub "{self._name(stub.path)}" leaves out {keyword} "{name}"'
            return f'{what}; run "{command}"'
        return f'{keyword} "{name}" of "{known.name}" has no class: ctypes cannot carry it'


class NameProblemError(Exception):
    """A name that an object does not have; the text is the message."""


def message_of(error: TypeNotFoundError, known: ObjectFile) -> str:
    """The message of *error* as mypy writes messages: with double quotes and the object's name."""
    of = f'"{error.name}"' if error.type_id is None else f"with id {error.type_id}"
    close = " or ".join(f'"{suggestion}"' for suggestion in error.suggestions)
    hint = f"did you mean {close}?" if close else error.hint
    return f'no {error.kind} {of} in "{known.name}"{"; " if hint else ""}{hint}'
