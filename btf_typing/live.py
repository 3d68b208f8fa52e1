"""Run-time support for the modules that ``btf-stubs --live`` writes.

Such a module holds no types, only the path of the object and the options of the command. It reads
the object when you first use one of its names. If the object changes, you therefore need not write
the module again. The module of ``prog.bpf.o`` contains these lines:

    from btf_typing.live import module as _module

    _module(globals(), "prog.bpf.o")

Type checkers and editors read the stub beside the module, which declares the names.
"""

from __future__ import annotations

# ruff: noqa: PTH100, PTH110, PTH118, PTH120  # pathlib is slow to import
import errno
import os
from _thread import allocate_lock
from collections.abc import Sequence

from ._lazy import LazyModule
from ._typing_stand_ins import TYPE_CHECKING

if TYPE_CHECKING:
    import typing

    from . import _api_types, bpf_object, errors, model
    from . import btf as btf_
    from ._stubs import module_names, render, selection
    from ._wire import files, kernel, type_search
else:
    typing = LazyModule("typing")
    _api_types = LazyModule("btf_typing._api_types")
    bpf_object = LazyModule("btf_typing.bpf_object")
    errors = LazyModule("btf_typing.errors")
    model = LazyModule("btf_typing.model")
    btf_ = LazyModule("btf_typing.btf")
    selection = LazyModule("btf_typing._stubs.selection")
    module_names = LazyModule("btf_typing._stubs.module_names")
    render = LazyModule("btf_typing._stubs.render")
    files = LazyModule("btf_typing._wire.files")
    kernel = LazyModule("btf_typing._wire.kernel")
    type_search = LazyModule("btf_typing._wire.type_search")

__all__ = ["module"]

_OF_OBJECT = ("Object", "load", "obj")
"""Names in the module that do not stand for a type of the object."""


def module(
    namespace: dict[str, typing.Any],
    path: str,
    *,
    base: str | None = None,
    types: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> None:
    """Add ``__getattr__``, ``__dir__`` and ``load`` to a generated module.

    ``__getattr__`` returns the class or object for a name in the stub. ``__dir__`` returns all
    names. ``load`` reads another build of the object.

    Args:
        namespace: the module's ``globals()``.
        path: path of the object, absolute or relative to the module's directory.
        base: path of the base BTF for split BTF, absolute or relative to the same directory. If it
            is None, and *path* is a kernel module's BTF in ``/sys/kernel/btf``, the base is the
            kernel's BTF.
        types: the ``--type`` options that the stub was written with.
        exclude: the ``--exclude`` options that the stub was written with.
    """
    # After importlib.reload(), the module still has values of the old object. Remove them.
    earlier = getattr(namespace.get("__getattr__"), "__self__", None)
    if isinstance(earlier, _Module):
        earlier.forget()
    made = _Module(namespace, path, base, tuple(types), tuple(exclude))
    namespace.update(__getattr__=made.attribute, __dir__=made.directory, load=made.load)


class _Module:
    """A generated module.

    Args:
        namespace: its ``globals()``.
        path: path of the object, as for `module`.
        base: path of the base BTF, as for `module`.
        types: globs, as for `Selection`.
        exclude: globs of types to leave out, as for `Selection`.
    """

    def __init__(
        self,
        namespace: dict[str, typing.Any],
        path: str,
        base: str | None,
        types: tuple[str, ...],
        exclude: tuple[str, ...],
    ) -> None:
        self._namespace = namespace
        self._name: str = namespace["__name__"]
        file = namespace.get("__file__") or getattr(namespace.get("__spec__"), "origin", None) or ""
        self._folder = os.path.dirname(os.path.abspath(file))
        self._path = self._beside(path)
        self._base = base and self._beside(base)
        self._globs = types, exclude
        self._lock = allocate_lock()
        self._given: dict[str, object] = {}
        self._object: bpf_object.BpfObject | None = None
        self._ids: dict[str, int] | None = None

    def _beside(self, path: str) -> str:
        path = path if path.isascii() else files.in_locale(path)
        return os.path.normpath(os.path.join(self._folder, path))

    def attribute(self, name: str) -> object:
        """The attribute *name*. The module stores it, so Python asks for each name only once.

        The module does not store ``__all__``.

        Raises:
            AttributeError: the stub has no such name, or its type has no layout.
            FileNotFoundError: there is no such object.
            BtfFormatError: the object is malformed.
            BtfError: the object cannot be read.
        """
        if _is_special(name):
            # Tools ask any module for __path__, __wrapped__, __test__ and the like.
            if name != "__all__":
                raise AttributeError(f"module {self._name!r} has no attribute {name!r}")
            return self._public()
        value = self._namespace.setdefault(name, self._value(name))
        self._given[name] = value
        return value

    def directory(self) -> list[str]:
        """The names in the stub, and everything else in the namespace of the module."""
        return sorted({*self._namespace, *self._names, *_OF_OBJECT, "__all__"})

    def load(
        self,
        path: str
        | os.PathLike[str]
        | bytes
        | _api_types.BinaryFile
        | _api_types.Readable
        | None = None,
        *,
        base: btf_.Btf[typing.Any] | str | os.PathLike[str] | None = None,
    ) -> bpf_object.BpfObject:
        """Read another build of the object: a file with the same types.

        Args:
            path: as for `btf_typing.load`; by default, the object of this module.
            base: base BTF for split BTF; by default, that of this module.

        Raises:
            BtfFormatError: the file holds no BTF, or is malformed.
            FileNotFoundError: there is no such file.
            BtfError: the file cannot be read.
        """
        if path is None and base is None:
            return self._own_object()
        base = self._base_btf() if base is None else base
        own = self._file(self._path) if path is None else path
        return self._typed(bpf_object.load(own, base=base))

    def forget(self) -> None:
        """Remove the values that `attribute` stored in the module."""
        for name, value in self._given.items():
            if self._namespace.get(name) is value:
                del self._namespace[name]

    # The object

    def _own_object(self) -> bpf_object.BpfObject:
        with self._lock:
            if self._object is None:
                opened = bpf_object.load(self._file(self._path), base=self._base_btf())
                opened.btf.classes.source.module = self._name
                self._object = self._typed(opened)
            return self._object

    def _typed(self, opened: bpf_object.BpfObject) -> bpf_object.BpfObject:
        """*opened*, as an instance of ``Object``, the class in the module."""
        class_: typing.Any = self._namespace.get("Object") or self.attribute("Object")
        opened.__class__ = class_
        return opened

    def _class(self) -> type[bpf_object.BpfObject]:
        doc = f"The object of the module {self._name}, or another one with the same types."
        return type("Object", (bpf_object.BpfObject,), {"__module__": self._name, "__doc__": doc})

    def _base_btf(self) -> btf_.Btf[typing.Any] | str | None:
        if self._base is None:
            return kernel.base_path_of(self._path)
        file = self._file(self._base)
        return file if isinstance(file, str) else bpf_object.load(file).btf

    def _file(self, path: str) -> str | _Archived:
        """The file *path*, in a form that `load` accepts.

        If the file is not on disk, the import loader of this module reads it, for example from a
        zip file.

        Raises:
            FileNotFoundError: there is no such file.
        """
        if os.path.exists(path):
            return path
        loader: typing.Any = getattr(self._namespace.get("__spec__"), "loader", None)
        try:
            return _Archived(path, loader.get_data(path))
        except (AttributeError, OSError):
            problem = f"module {self._name!r} needs an object that does not exist"
            raise FileNotFoundError(errno.ENOENT, problem, path) from None

    # Names

    @property
    def _names(self) -> dict[str, int]:
        """The type id for each name in the stub; for a section, a negative id from `Sections`."""
        if self._ids is None:
            self._ids = render.type_ids(self._own_object(), selection.Selection(*self._globs))
        return self._ids

    def _public(self) -> list[str]:
        """The names that ``from ... import *`` imports; the stub exports the same ones."""
        return sorted(name for name in {*self._names, *_OF_OBJECT} if not name.startswith("_"))

    def _value(self, name: str) -> object:
        if name == "Object":
            return self._class()
        obj = self._own_object()
        if name == "obj":
            return obj
        type_id = self._id_of(name)
        try:
            return self._section(name, type_id) if type_id < 0 else self._type(name, type_id)
        except errors.LayoutError as error:
            problem = f"module {self._name!r} has no attribute {name!r}: {error}"
            raise AttributeError(problem, name=name) from error

    def _id_of(self, name: str) -> int:
        """The id of the type that *name* stands for.

        Raises:
            AttributeError: the stub has no such name.
        """
        if self._ids is None and not any(self._globs):
            type_id = module_names.plain(self._own_object().btf.table, name)
            if type_id is not None:
                return type_id
        try:
            return self._names[name]
        except KeyError:
            raise AttributeError(self._why_missing(name), name=name) from None

    def _why_missing(self, name: str) -> str:
        """The message about a *name* that the stub does not have.

        ``from module import name`` does not show it: Python ignores the text of an AttributeError
        there, and raises an ImportError with a text of its own.
        """
        btf = self._own_object().btf
        close = type_search.closest(name, [*self._names, *_OF_OBJECT])
        hint = ""
        # A type that the BTF has is missing only because of an option, or is in the base.
        if name not in btf or btf.type(name).kind not in module_names.RANKS:
            hint = type_search.Search(btf.table, btf.path).why_missing(name, "struct", close)
        did_you_mean = f"did you mean {' or '.join(map(repr, close))}?" if close else ""
        problem = f"module {self._name!r} has no attribute {name!r}"
        return "; ".join(filter(None, [problem, hint, did_you_mean]))

    def _type(self, name: str, type_id: int) -> object:
        btf = self._own_object().btf
        target = btf.table.skip_modifiers(type_id)
        if isinstance(target, model.COMPOSITES):
            class_ = btf.classes.aggregate(btf.layouts.aggregate(target.id), name)
            return self._named(class_, name, target.id)
        if isinstance(target, model.ANY_ENUM):
            return self._named(btf.classes.enum(target, name), name, target.id)
        return btf.classes.ctype(btf.layouts.ctype(target.id), name)

    def _section(self, name: str, type_id: int) -> object:
        """The class of a section of globals. *type_id* comes from ``Sections.type_id()``."""
        obj = self._own_object()
        section = next(each for each in obj.sections if obj.sections.type_id(each) == type_id)
        class_ = obj.btf.classes.aggregate(obj.sections.layout(section), name)
        return self._named(class_, name, type_id)

    def _named(self, class_: type, name: str, type_id: int) -> type:
        """*class_*, with the names by which pickle and help() find it in this module."""
        class_.__module__ = self._name
        if self._ids is not None and self._ids.get(class_.__name__) != type_id:
            class_.__qualname__ = name
        return class_


def _is_special(name: str) -> bool:
    """Whether *name* is a special name such as ``__path__``; ``__`` and ``___x___`` are not."""
    inside = name[2:-2]
    dunder = name.startswith("__") and name.endswith("__")
    return dunder and inside.strip("_") == inside != ""


class _Archived:
    """A file inside an archive, in a form that `load` accepts.

    Args:
        path: path of the file, which starts with the path of the archive.
        data: content of the file.
    """

    def __init__(self, path: str, data: bytes) -> None:
        self._path = path
        self._data = data

    def __str__(self) -> str:
        return self._path

    def read_bytes(self) -> bytes:
        """Return the content of the file."""
        return self._data
