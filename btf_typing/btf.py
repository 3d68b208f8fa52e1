"""`Btf`: the types of one object, a kernel or a module, and all that can be made of them."""

from __future__ import annotations

import builtins  # inside Btf, type is a method
import os
from collections.abc import Callable, Iterator
from weakref import WeakValueDictionary

from . import _files, _names, model
from ._files import KERNEL_BTF
from ._format import Blob, Contents, parse
from ._search import Search
from ._table import TypeTable
from ._typing import TYPE_CHECKING, Generic
from .errors import BtfError, BtfFormatError

if TYPE_CHECKING:
    import ctypes
    from enum import IntEnum
    from typing import Any, Literal, Self

    from typing_extensions import TypeVar

    from .instances import Origin, Record
    from .shape import Aggregate
    from .view import BtfType

    S_co = TypeVar("S_co", bound=str, default=str, covariant=True)
    AnyStruct = TypeVar("AnyStruct", bound=type)
else:
    S_co = str  # it means nothing when a program runs


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
        self, table: TypeTable, *, path: str | None = None, base: Btf[Any] | None = None
    ) -> None:
        self.path = path
        self.base = base
        self.table = table
        # Not at the top, so that importing `load` takes no longer than it must.
        from .layout import Layouts  # noqa: PLC0415
        from .runtime import Classes  # noqa: PLC0415

        self._search = Search(table, path or "this BTF")
        self._module = _names.module_name(path) if path else __name__
        self.layouts = Layouts(table)
        self.classes = Classes(self._module, self.layouts.typedefs, self._origin)
        self._enums: dict[int, builtins.type[IntEnum]] = {}

    @classmethod
    def from_bytes(cls, data: bytes, base: Btf[Any] | str | os.PathLike[str] | None = None) -> Self:
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
        cls, path: str | os.PathLike[str], base: Btf[Any] | str | os.PathLike[str] | None = None
    ) -> Self:
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
        return cls.from_contents(name, _files.read(name), as_base(base))

    @classmethod
    def from_contents(cls, path: str, contents: Contents, base: Btf[Any] | None) -> Self:
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
        base: Btf[Any] | None,
    ) -> Self:
        raw = parse(data, split=base is not None or distilled is not None, path=path)
        if distilled is not None:
            own_base = TypeTable(
                parse(distilled, split=False, path=path), pointer_size=pointer_size
            )
            if base is None:
                return cls(TypeTable(raw, own_base), path=path)
            from . import _relocate  # noqa: PLC0415  # kernel modules alone have such a base

            raw = _relocate.relocated(raw, own_base, base.table)
        table = TypeTable(raw, base.table if base else None, pointer_size)
        return cls(table, path=path, base=base)

    @classmethod
    def from_kernel(cls, module: str | None = None) -> Self:
        """The running kernel's BTF, or one of its module's.

        Args:
            module: such as ``"nf_conntrack"``; ``"vmlinux"`` is the kernel itself.

        Raises:
            FileNotFoundError: the kernel has no BTF, or no such module is loaded.
        """
        if module is None or module == "vmlinux":
            return cls.from_file(f"{KERNEL_BTF}/vmlinux")
        if "/" in module or module in ("", ".", ".."):
            raise BtfError(f"no kernel module can be called {module!r}")
        return cls.from_file(f"{KERNEL_BTF}/{module}", f"{KERNEL_BTF}/vmlinux")

    @classmethod
    def from_id(cls, number: int, of: Literal["btf", "program", "map"] = "btf") -> Self:
        """BTF that is in the kernel already, by the ids that ``bpftool`` shows.

        Args:
            number: the id.
            of: what it is the id of: BTF itself, or a program or map loaded with some.

        Raises:
            BtfError: there is none; the kernel allows it to privileged users only.
            ValueError: *of* is something else.
        """
        from . import _live  # noqa: PLC0415  # most programs read files

        contents, of_module = _live.from_id(number, of)
        base = Btf.from_kernel() if of_module else None
        return cls._made(contents.btf, contents.pointer_size, None, None, base)

    @classmethod
    def from_libbpf(
        cls,
        pointer: int | ctypes.c_void_p | ctypes._Pointer[Any] | None,
        library: ctypes.CDLL | None = None,
    ) -> Self:
        """The BTF behind a live ``struct btf *`` of libbpf, copied.

        Args:
            pointer: as ``bpf_object__btf()`` returns it, whatever its ``restype``; tinybpf's
                ``obj.btf``.
            library: the libbpf that it belongs to; the one that is loaded where only one is.

        Raises:
            BtfError: the pointer is NULL, or it is not clear which libbpf to ask.
        """
        from . import _live  # noqa: PLC0415  # most programs read files

        library = library or _live.loaded_libbpf()
        data, base, pointer_size = _live.from_libbpf(pointer, library)
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

    def struct(self, name: str | int) -> builtins.type[Any]:
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

    def union(self, name: str | int) -> builtins.type[Any]:
        """The ctypes class of a union, a subclass of ``ctypes.Union``; as `struct` otherwise."""
        return self._record(name, "union")

    def _record(self, name: str | int, keyword: str) -> builtins.type[Record]:
        type_ = self._search.find(name, keyword)
        fallback = name if isinstance(name, str) else f"{keyword}_{name}"
        return self.classes.record(self.layouts.aggregate(type_.id), fallback)

    def enum(self, name: str | int) -> builtins.type[IntEnum]:
        """The enum *name* as an ``enum.IntEnum``, the same one each time.

        C stores any integer in an enum, and ``IntEnum`` raises ``ValueError`` for the values that
        have no name; fields therefore read as plain ``int``.

        Raises:
            TypeNotFoundError: there is no such enum.
        """
        from .runtime import int_enum  # noqa: PLC0415

        type_ = self._search.find(name, "enum")
        made = self._enums.get(type_.id)
        if made is None:
            fallback = name if isinstance(name, str) else f"enum_{name}"
            assert isinstance(type_, model.Enum | model.Enum64)  # noqa: S101  # what find() promised
            made = self._enums.setdefault(type_.id, int_enum(type_, fallback, self._module))
        return made

    def type(self, name: str | int) -> BtfType:
        """The type *name*, or of that id, to look inside; a struct where several share a name.

        Raises:
            TypeNotFoundError: there is none.
        """
        from .view import BtfType  # noqa: PLC0415  # most programs want classes alone

        return BtfType(self.table, self._search.any(name))

    def types(self) -> Iterator[BtfType]:
        """Every type, in the order of ids, the base's first."""
        from .view import BtfType  # noqa: PLC0415  # most programs want classes alone

        return (BtfType(self.table, type_) for type_ in self.table)

    def names(self, kind: str | None = None) -> list[str]:
        """The distinct names of all types, or of one *kind* such as ``"STRUCT"``, in BTF's order.

        Raises:
            ValueError: there is no such kind.
        """
        from .kinds import Kind  # noqa: PLC0415  # enum is slow to import

        if kind is not None and kind.upper() not in list(Kind):
            raise ValueError(f"no kind {kind!r}; there are {', '.join(Kind)}")
        return list(self._search.names(None if kind is None else [Kind(kind.upper())]))

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
        from . import validate  # noqa: PLC0415  # most programs want classes alone

        keyword = validate.keyword_of(cls)
        other = "union" if keyword == "struct" else "struct"
        layout = self.layouts.aggregate(self._search.find(name, keyword, other).id)
        validate.check(cls, layout, str(name), self.path)

    def validate(self, name: str | int) -> Callable[[AnyStruct], AnyStruct]:
        """`validate_struct` as a class decorator."""

        def decorate(cls: AnyStruct) -> AnyStruct:
            self.validate_struct(name, cls)
            return cls

        return decorate

    def _origin(self, layout: Aggregate) -> Origin:
        from .instances import Origin  # noqa: PLC0415

        if self.base is None:
            return Origin(layout, self.path, None)
        return Origin(layout, self.path if self.base.path else None, self.base.path)


OPEN: WeakValueDictionary[tuple[str, str | None], Btf[Any]] = WeakValueDictionary()
"""What is loaded, by the paths of file and base, so that unpickling finds the classes there."""


def as_base(base: Btf[Any] | str | os.PathLike[str] | None) -> Btf[Any] | None:
    """A *base* as users give it: itself, or read from its path."""
    return base if base is None or isinstance(base, Btf) else Btf.from_file(base)
