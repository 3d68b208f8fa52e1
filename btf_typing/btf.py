"""`Btf`: the types of one object, a kernel or a module, and all that can be made of them."""

from __future__ import annotations

import builtins  # inside Btf, type is a method
import os
from collections.abc import Callable, Iterator
from weakref import WeakValueDictionary

from . import model
from ._layout import identifiers
from ._lazy import LazyModule
from ._typing import TYPE_CHECKING, Generic
from ._wire import files, kernel
from ._wire.format import Blob, Contents, parse
from ._wire.search import Search
from ._wire.table import TypeTable
from .errors import BtfError, BtfFormatError

if TYPE_CHECKING:
    import ctypes
    import typing

    from typing_extensions import TypeVar

    from . import _hints, _pickling, kinds, view
    from ._classes import generated, instances, validation
    from ._layout import layout as layout_
    from ._layout import shape
    from ._wire import bpf_syscall, libbpf, relocate

    S_co = TypeVar("S_co", bound=str, default=str, covariant=True)
else:
    ctypes = LazyModule("ctypes")
    typing = LazyModule("typing")
    _hints = LazyModule("btf_typing._hints")
    _pickling = LazyModule("btf_typing._pickling")
    kinds = LazyModule("btf_typing.kinds")
    view = LazyModule("btf_typing.view")
    generated = LazyModule("btf_typing._classes.generated")
    instances = LazyModule("btf_typing._classes.instances")
    validation = LazyModule("btf_typing._classes.validation")
    layout_ = LazyModule("btf_typing._layout.layout")
    shape = LazyModule("btf_typing._layout.shape")
    bpf_syscall = LazyModule("btf_typing._wire.bpf_syscall")
    libbpf = LazyModule("btf_typing._wire.libbpf")
    relocate = LazyModule("btf_typing._wire.relocate")

    S_co = str  # it does nothing at run time


class Btf(Generic[S_co]):
    """Types by name and by id.

    Made by `from_file`, `from_bytes` or `from_kernel`. Types are decoded when asked for. Threads
    may share one.

    Attributes:
        path: of the file; None for BTF from memory.
        base: what this BTF continues, if it is split; else None.
        table: the types as records, for what renders them.
        layouts: the layouts, for what renders them.
        classes: the ctypes classes made so far.
    """

    def __init__(
        self, table: TypeTable, *, path: str | None = None, base: Btf[typing.Any] | None = None
    ) -> None:
        self.path = path
        self.base = base
        self.table = table
        self._search = Search(table, path or "this BTF")
        self._module = identifiers.module_name(path) if path else __name__
        self.layouts = layout_.Layouts(table)
        self.classes = generated.Classes(self._module, self.layouts.typedefs, self._source())
        self._enums: dict[int, builtins.type[_hints.IntEnum]] = {}

    @classmethod
    def from_bytes(
        cls, data: bytes, base: Btf[typing.Any] | str | os.PathLike[str] | None = None
    ) -> typing.Self:
        """The BTF in *data*: raw BTF, not ELF.

        Args:
            data: header first.
            base: what split BTF continues, or the path of it.

        Raises:
            BtfFormatError: *data* is not well-formed BTF.
        """
        return cls._made(bytes(data), None, None, None, as_base(base))

    @classmethod
    def from_file(
        cls,
        path: str | os.PathLike[str],
        base: Btf[typing.Any] | str | os.PathLike[str] | None = None,
    ) -> typing.Self:
        """The BTF in a file: an ELF object, or raw BTF such as the kernel's.

        Args:
            path: of the file.
            base: what split BTF continues, or the path of it.

        Raises:
            BtfFormatError: it holds no well-formed BTF.
            FileNotFoundError: there is no such file.
            BtfError: it cannot be read.
        """
        name = os.fspath(path)
        return cls.from_contents(name, files.read(name), as_base(base))

    @classmethod
    def from_contents(
        cls, path: str, contents: Contents, base: Btf[typing.Any] | None
    ) -> typing.Self:
        """The BTF of a file that was read already; for `load`, which reads more of it."""
        try:
            made = cls._made(contents.btf, contents.pointer_size, contents.base, path, base)
        except BtfFormatError as error:
            error.path = error.path or path
            raise
        OPEN[path, base.path if base else None] = made
        return made

    @classmethod
    def _made(
        cls,
        data: Blob,
        pointer_size: int | None,
        distilled: bytes | None,
        path: str | None,
        base: Btf[typing.Any] | None,
    ) -> typing.Self:
        raw = parse(data, split=base is not None or distilled is not None, path=path)
        if distilled is not None:
            own_base = TypeTable(
                parse(distilled, split=False, path=path), pointer_size=pointer_size
            )
            if base is None:
                return cls(TypeTable(raw, own_base), path=path)
            raw = relocate.relocated(raw, own_base, base.table)
        table = TypeTable(raw, base.table if base else None, pointer_size)
        return cls(table, path=path, base=base)

    @classmethod
    def from_kernel(cls, module: str | None = None) -> typing.Self:
        """The running kernel's BTF, or one of its module's.

        Args:
            module: such as ``"nf_conntrack"``; ``"vmlinux"`` is the kernel itself.

        Raises:
            FileNotFoundError: the kernel has no BTF, or no such module is loaded.
        """
        if module is None or module == kernel.KERNEL:
            return cls.from_file(kernel.kernel_path())
        if "/" in module or module in ("", ".", ".."):
            raise BtfError(f"no kernel module can be called {module!r}")
        path = kernel.kernel_path(module)
        return cls.from_file(path, kernel.base_path_of(path))

    @classmethod
    def from_id(cls, number: int, of: _hints.IdKind = "btf") -> typing.Self:
        """BTF that is in the kernel already, by the ids that ``bpftool`` shows.

        Args:
            number: the id.
            of: what it is the id of: BTF itself, or a program or map loaded with some.

        Raises:
            BtfError: there is none; the kernel allows it to privileged users only.
            ValueError: *of* is something else.
        """
        contents, of_module = bpf_syscall.btf_of_id(number, of)
        base = Btf.from_kernel() if of_module else None
        return cls._made(contents.btf, contents.pointer_size, None, None, base)

    @classmethod
    def from_libbpf(
        cls,
        pointer: int | ctypes.c_void_p | _hints.AnyPointer | None,
        library: ctypes.CDLL | None = None,
    ) -> typing.Self:
        """The BTF behind a live ``struct btf *`` of libbpf, copied.

        Args:
            pointer: as ``bpf_object__btf()`` returns it, whatever its ``restype``; tinybpf's
                ``obj.btf``.
            library: the libbpf that it belongs to; the one that is loaded where only one is.

        Raises:
            BtfError: the pointer is NULL, or it is not clear which libbpf to ask.
        """
        library = library or libbpf.loaded_library()
        data, base, pointer_size = libbpf.copied_btf(pointer, library)
        return cls._made(
            data, pointer_size, None, None, Btf.from_libbpf(base, library) if base else None
        )

    @property
    def byteorder(self) -> str:
        """The target's byte order, ``"little"`` or ``"big"``."""
        return self.table.byteorder

    @property
    def pointer_size(self) -> int:
        """Of the target, in bytes."""
        return self.table.pointer_size

    def struct(self, name: str | int) -> builtins.type[typing.Any]:
        """The ctypes class of a struct.

        Args:
            name: its tag, a typedef's name, or a type id (for anonymous structs, and for the
                second of two structs that share a tag: a name gives the first).

        Returns:
            A subclass of ``ctypes.Structure``, the same one each time.

        Raises:
            TypeNotFoundError: there is no such struct.
            LayoutError: ctypes cannot carry it.
        """
        return self._record(name, "struct")

    def union(self, name: str | int) -> builtins.type[typing.Any]:
        """The ctypes class of a union, a subclass of ``ctypes.Union``; as `struct` otherwise."""
        return self._record(name, "union")

    def _record(self, name: str | int, keyword: str) -> builtins.type[instances.Record]:
        type_ = self._search.find(name, keyword)
        fallback = name if isinstance(name, str) else f"{keyword}_{name}"
        return self.classes.record(self.layouts.aggregate(type_.id), fallback)

    def enum(self, name: str | int) -> builtins.type[_hints.IntEnum]:
        """The enum *name* as an ``_hints.IntEnum``, the same one each time.

        C stores any integer in an enum, and ``IntEnum`` raises ``ValueError`` for the values that
        have no name; fields therefore read as plain ``int``.

        Raises:
            TypeNotFoundError: there is no such enum.
        """
        type_ = self._search.find(name, "enum")
        made = self._enums.get(type_.id)
        if made is None:
            fallback = name if isinstance(name, str) else f"enum_{name}"
            assert isinstance(type_, model.Enum | model.Enum64)  # noqa: S101  # what find() promised
            made = self._enums.setdefault(
                type_.id, generated.int_enum(type_, fallback, self._module)
            )
        return made

    def type(self, name: str | int) -> view.BtfType:
        """The type *name*, or of that id, to look inside; a struct where several share a name.

        Raises:
            TypeNotFoundError: there is none.
        """
        return view.BtfType(self.table, self._search.any(name))

    def types(self) -> Iterator[view.BtfType]:
        """Every type, in the order of ids, the base's first."""
        return (view.BtfType(self.table, type_) for type_ in self.table)

    def names(self, kind: str | None = None) -> list[str]:
        """The distinct names of all types, or of one *kind* such as ``"STRUCT"``, in BTF's order.

        Raises:
            ValueError: there is no such kind.
        """
        if kind is not None and kind.upper() not in list(kinds.Kind):
            raise ValueError(f"no kind {kind!r}; there are {', '.join(kinds.Kind)}")
        return list(self._search.names(None if kind is None else [kinds.Kind(kind.upper())]))

    def __len__(self) -> int:
        """Number of types, void and the base's included: one more than the last id."""
        return len(self.table)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and any(True for _ in self.table.ids_by_name(name))

    def __repr__(self) -> str:
        where = repr(self.path) if self.path else "from memory"
        return f"<Btf {where}, {len(self)} types>"

    def validate_struct(self, name: str | int, cls: builtins.type) -> None:
        """Prove that *cls*, written by hand, is laid out as the struct or union *name*.

        Args:
            name: as for `struct`.
            cls: a subclass of ``ctypes.Structure`` or ``ctypes.Union``.

        Raises:
            BtfValidationError: it is not; ``mismatches`` lists every difference.
            TypeNotFoundError: there is no such struct or union.
            LayoutError: ctypes cannot carry it.
            TypeError: *cls* is no such subclass.
        """
        keyword = validation.keyword_of(cls)
        other = "union" if keyword == "struct" else "struct"
        layout = self.layouts.aggregate(self._search.find(name, keyword, other).id)
        validation.check(cls, layout, str(name), self.path)

    def validate(self, name: str | int) -> Callable[[_hints.AnyClass], _hints.AnyClass]:
        """`validate_struct` as a class decorator."""

        def decorate(cls: _hints.AnyClass) -> _hints.AnyClass:
            self.validate_struct(name, cls)
            return cls

        return decorate

    def _source(self) -> instances.Source:
        """Where the classes of this BTF come from."""
        if self.base is None:
            return instances.Source(self.path, None, _reduced)
        # A class can be made again only if both files can be loaded again.
        path = self.path if self.base.path else None
        return instances.Source(path, self.base.path, _reduced)


def _reduced(cls: type, data: bytes) -> tuple[Callable[..., object], tuple[object, ...]]:
    return _pickling.reduced(cls, data)


OPEN: WeakValueDictionary[tuple[str, str | None], Btf[typing.Any]] = WeakValueDictionary()
"""What is loaded, by the paths of file and base, so that unpickling finds the classes there."""


def as_base(base: Btf[typing.Any] | str | os.PathLike[str] | None) -> Btf[typing.Any] | None:
    """A *base* as users give it: itself, or read from its path."""
    return base if base is None or isinstance(base, Btf) else Btf.from_file(base)
