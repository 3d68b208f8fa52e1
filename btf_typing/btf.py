"""`Btf`: the types of a BPF object, a kernel or a kernel module, and their ctypes classes."""

from __future__ import annotations

import builtins  # in the class Btf, type is a method, so annotations use builtins.type
import os
from collections.abc import Callable, Iterator
from weakref import WeakValueDictionary

from . import model
from ._lazy import LazyModule
from ._typing_stand_ins import TYPE_CHECKING, Generic
from ._wire import files, kernel
from ._wire.btf_format import parse
from ._wire.file_contents import FileContents, FileIdentity
from ._wire.type_search import Search
from ._wire.type_table import TypeTable
from .errors import BtfError, BtfFormatError

if TYPE_CHECKING:
    import ctypes
    import typing

    from typing_extensions import TypeVar

    from . import _api_types, _pickling, kinds, view
    from ._classes import generated, instances, validation
    from ._layout import identifiers, shape
    from ._layout import layout as layout_
    from ._wire import bpf_syscall, loaded_libbpf, relocate

    S_co = TypeVar("S_co", bound=str, default=str, covariant=True)
else:
    ctypes = LazyModule("ctypes")
    typing = LazyModule("typing")
    _api_types = LazyModule("btf_typing._api_types")
    _pickling = LazyModule("btf_typing._pickling")
    kinds = LazyModule("btf_typing.kinds")
    view = LazyModule("btf_typing.view")
    generated = LazyModule("btf_typing._classes.generated")
    instances = LazyModule("btf_typing._classes.instances")
    validation = LazyModule("btf_typing._classes.validation")
    identifiers = LazyModule("btf_typing._layout.identifiers")
    layout_ = LazyModule("btf_typing._layout.layout")
    shape = LazyModule("btf_typing._layout.shape")
    bpf_syscall = LazyModule("btf_typing._wire.bpf_syscall")
    loaded_libbpf = LazyModule("btf_typing._wire.loaded_libbpf")
    relocate = LazyModule("btf_typing._wire.relocate")

    S_co = str  # type variables do nothing at run time


class Btf(Generic[S_co]):
    """The types of one BTF, by name and by id, and their ctypes classes.

    `load` creates a `Btf` for a BPF object. To read other BTF, use `from_file`, `from_bytes`,
    `from_kernel`, `from_id` or `from_libbpf`. Types are decoded when first used. Threads can share
    a `Btf`.

    Attributes:
        path: Path of the file; None for BTF from memory.
        base: Base BTF for split BTF. None for other BTF, and for a kernel module whose base is its
            own section ``.BTF.base``.
        table: The decoded records; internal.
        layouts: The layouts of structs and unions; internal.
        classes: The ctypes classes created so far; internal.

    Examples:
        >>> from btf_typing import Btf
        >>> obj.btf
        <Btf 'execsnoop.bpf.o', 61 types>
        >>> len(obj.btf), "exec_event" in obj.btf
        (61, True)
    """

    def __init__(
        self,
        table: TypeTable,
        *,
        path: str | None = None,
        base: Btf[typing.Any] | None = None,
        identity: FileIdentity | None = None,
    ) -> None:
        self.path = path
        self.base = base
        self.table = table
        self._search = Search(table, path)
        self.layouts = layout_.Layouts(table)
        self.classes = self._shared_classes(identity)
        # `layouts` notes in `names` which types have a typedef, and the classes read these notes.
        # The classes may be from an earlier load of the file, so both must use the same `names`.
        self.layouts.names = self.classes.names

    @classmethod
    def from_bytes(
        cls, data: bytes, base: Btf[typing.Any] | str | os.PathLike[str] | None = None
    ) -> typing.Self:
        """Read raw BTF from memory.

        Args:
            data: the bytes of a ``.BTF`` section or a raw BTF file, header first; not an ELF file.
            base: base BTF for split BTF, or its path.

        Raises:
            BtfFormatError: *data* or the base is not well-formed BTF.
            FileNotFoundError: there is no file at the path of the base.

        Source:
            The format is described in Linux Documentation/bpf/btf.rst.

        Examples:
            >>> from elftools.elf.elffile import ELFFile
            >>> with open("execsnoop.bpf.o", "rb") as file:
            ...     data = ELFFile(file).get_section_by_name(".BTF").data()
            >>> Btf.from_bytes(data)
            <Btf from memory, 61 types>
        """
        return cls._from_contents(FileContents(bytes(data), None, None), None, as_base(base))

    @classmethod
    def from_file(
        cls,
        path: str | os.PathLike[str],
        base: Btf[typing.Any] | str | os.PathLike[str] | None = None,
    ) -> typing.Self:
        """Read the BTF in a file: an ELF object, or raw BTF such as ``/sys/kernel/btf/vmlinux``.

        Args:
            path: path of the file.
            base: base BTF for split BTF, or its path.

        Raises:
            BtfFormatError: the file holds no BTF, or is malformed.
            FileNotFoundError: there is no such file.
            BtfError: the file cannot be read.

        Examples:
            >>> Btf.from_file("execsnoop.bpf.o").type("exec_event").size
            128
        """
        name = os.fspath(path)
        return cls.from_contents(name, files.read(name), as_base(base))

    @classmethod
    def from_contents(
        cls, path: str, contents: FileContents, base: Btf[typing.Any] | None
    ) -> typing.Self:
        """The BTF of a file whose contents have been read; internal, for `load`.

        Raises:
            BtfFormatError: the BTF is malformed.
        """
        try:
            btf = cls._from_contents(contents, path, base)
        except BtfFormatError as error:
            error.path = error.path or path
            raise
        if contents.identity is not None:
            LOADED[path, base.path if base else None] = btf
        return btf

    @classmethod
    def _from_contents(
        cls, contents: FileContents, path: str | None, base: Btf[typing.Any] | None
    ) -> typing.Self:
        pointer_size = contents.pointer_size
        split = base is not None or contents.distilled_base is not None
        old_compiler = contents.old_compiler
        raw = parse(contents.btf, split=split, path=path, old_compiler=old_compiler)
        if contents.distilled_base is not None:
            # The section .BTF.base of a kernel module is a small extract of its base. It serves as
            # the base if *base* is None. Otherwise, we rewrite *raw* to refer to *base* instead.
            distilled_raw = parse(contents.distilled_base, split=False, path=path)
            distilled = TypeTable(distilled_raw, pointer_size=pointer_size)
            if base is None:
                own_table = TypeTable(raw, distilled)
                return cls(own_table, path=path, identity=contents.identity)
            raw = relocate.relocated(raw, distilled, base.table)
        table = TypeTable(raw, base.table if base else None, pointer_size)
        return cls(table, path=path, base=base, identity=contents.identity)

    @classmethod
    def from_kernel(cls, module: str | None = None) -> typing.Self:
        """Read the BTF of the running kernel or of a loaded module.

        The BTF of a module is split BTF. Its base is the BTF of the kernel.

        Args:
            module: name of a loaded module such as ``"nf_conntrack"``; by default, and for
                ``"vmlinux"``, the kernel itself.

        Raises:
            FileNotFoundError: the kernel was built without BTF, or no such module is loaded.
            BtfError: *module* is not a module name, or the file cannot be read.

        Source:
            Linux Documentation/ABI/testing/sysfs-kernel-btf.

        Examples:
            >>> kernel = Btf.from_kernel()
            >>> kernel.type("task_struct").member("comm").size
            16
        """
        if module is None or module == kernel.KERNEL:
            return cls.from_file(kernel.kernel_path())
        if "/" in module or module in ("", ".", ".."):
            raise BtfError(
                f"{module!r} is not the name of a kernel module; expected e.g. 'nf_conntrack'"
            )
        path = kernel.kernel_path(module)
        try:
            return cls.from_file(path, kernel.base_path_of(path))
        except FileNotFoundError as error:
            if error.filename != path:
                raise
            cause = "this module is not loaded, or the kernel has no BTF for modules"
            raise FileNotFoundError(error.errno, cause, path) from None

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> typing.Never:
            """Raise the error for a missing attribute; types are not attributes."""
            hint = "" if name.startswith("_") else f"; for a type, use .struct({name!r}) or .type()"
            raise AttributeError(
                f"'Btf' object has no attribute {name!r}{hint}", name=name, obj=self
            )

    @classmethod
    def from_id(cls, number: int, of: _api_types.IdKind = "btf") -> typing.Self:
        """Read BTF that is loaded in the kernel, by an id that ``bpftool`` prints.

        Args:
            number: the id.
            of: the kind of object that has the id: ``"btf"``, ``"program"`` or ``"map"``. A
                program or map must have been loaded with BTF.

        Raises:
            BtfError: there is no such id, the program or map has no BTF, or you lack the privileges
                that bpf(2) requires.
            ValueError: *of* is not one of these three.

        Source:
            bpf(2), ``BPF_BTF_GET_FD_BY_ID`` and ``BPF_OBJ_GET_INFO_BY_FD``.

        Examples:
            The BTF of the kernel itself has the id 1:

            >>> Btf.from_id(1).struct("task_struct").comm.size
            16
        """
        with bpf_syscall.by_id(number, of) as handle:
            return cls._from_handle(handle)

    @classmethod
    def from_fd(cls, fd: int) -> typing.Self:
        """Read BTF through a file descriptor of a map, of a program or of BTF in the kernel.

        Args:
            fd: the file descriptor. It stays open.

        Raises:
            BtfError: *fd* refers to no map, program or BTF, or the map or program has no BTF.

        Source:
            bpf(2), ``BPF_OBJ_GET_INFO_BY_FD``.

        Examples:
            >>> import ctypes
            >>> libbpf = ctypes.CDLL("libbpf.so.1")
            >>> fd = libbpf.bpf_obj_get(b"/sys/fs/bpf/exec_counts")
            >>> Btf.from_fd(fd).struct("exec_count").last_comm.offset
            20
        """
        with bpf_syscall.by_fd(fd) as handle:
            return cls._from_handle(handle)

    @classmethod
    def from_pinned(cls, path: str | os.PathLike[str]) -> typing.Self:
        """Read the BTF of a map or program that is pinned in a BPF file system.

        Args:
            path: path of the pin, such as ``/sys/fs/bpf/counts``.

        Raises:
            BtfError: nothing is pinned there, the map or program has no BTF, or you lack the
                privileges that bpf(2) requires.

        Source:
            bpf(2), ``BPF_OBJ_GET`` and ``BPF_OBJ_GET_INFO_BY_FD``.

        Examples:
            >>> Btf.from_pinned("/sys/fs/bpf/exec_counts").type("exec_count").size
            40
        """
        with bpf_syscall.by_path(os.fspath(path)) as handle:
            return cls._from_handle(handle)

    @classmethod
    def _from_handle(cls, handle: bpf_syscall.Handle) -> typing.Self:
        contents, is_module = bpf_syscall.btf_of(handle)
        return cls._from_contents(contents, None, Btf.from_kernel() if is_module else None)

    @classmethod
    def from_libbpf(
        cls,
        pointer: int | ctypes.c_void_p | _api_types.AnyPointer | None,
        library: ctypes.CDLL | None = None,
    ) -> typing.Self:
        """Copy the BTF behind a ``struct btf *`` of libbpf.

        Args:
            pointer: the result of ``bpf_object__btf()``, or ``obj.btf`` of tinybpf. The
                ``restype`` that you declare for ``bpf_object__btf`` can be ``c_void_p`` or any
                pointer type.
            library: the libbpf that owns the pointer; by default, the only one that this process
                has loaded.

        Raises:
            BtfError: the pointer is NULL. Or you passed no *library*, and this process has loaded
                no libbpf or more than one.

        Source:
            libbpf ``btf__raw_data``, ``btf__base_btf`` and ``btf__pointer_size``.

        Examples:
            >>> import ctypes
            >>> libbpf = ctypes.CDLL("libbpf.so.1")
            >>> libbpf.bpf_object__open_file.restype = ctypes.c_void_p
            >>> libbpf.bpf_object__btf.restype = ctypes.c_void_p
            >>> opened = ctypes.c_void_p(libbpf.bpf_object__open_file(b"execsnoop.bpf.o", None))
            >>> Btf.from_libbpf(libbpf.bpf_object__btf(opened), library=libbpf)
            <Btf from memory, 61 types>
        """
        library = library or loaded_libbpf.loaded_library()
        data, base_pointer, pointer_size = loaded_libbpf.copied_btf(pointer, library)
        base = Btf.from_libbpf(base_pointer, library) if base_pointer else None
        return cls._from_contents(FileContents(data, None, pointer_size), None, base)

    @property
    def byteorder(self) -> str:
        """Byte order of the target, ``"little"`` or ``"big"``.

        Examples:
            >>> obj.btf.byteorder
            'little'
        """
        return self.table.byteorder

    @property
    def pointer_size(self) -> int:
        """Pointer size of the target in bytes, 4 or 8.

        Examples:
            >>> obj.btf.pointer_size
            8
        """
        return self.table.pointer_size

    def struct(self, name: str | int) -> builtins.type[typing.Any]:
        """The ctypes class of a struct.

        Args:
            name: the tag, the name of a typedef of the struct, or a type id. If several structs
                have the same tag, the name finds the first; use a type id for the others and for
                anonymous structs.

        Returns:
            A subclass of ``ctypes.Structure`` with the size and field offsets of the BTF. Every
            call returns the same class.

        Raises:
            TypeNotFoundError: there is no such struct; ``suggestions`` has similar names.
            LayoutError: ctypes cannot represent the struct.
            BtfFormatError: a BTF record of the struct is malformed.

        Examples:
            >>> ExecEvent = obj.btf.struct("exec_event")
            >>> ExecEvent.pid.offset
            12
            >>> ExecEvent(pid=7, comm=b"sh").comm
            b'sh'
        """
        return self._class(name, "struct")

    def union(self, name: str | int) -> builtins.type[typing.Any]:
        """The ctypes class of a union.

        Args:
            name: the tag, the name of a typedef of the union, or a type id, as for `struct`.

        Returns:
            A subclass of ``ctypes.Union``. Every call returns the same class.

        Raises:
            TypeNotFoundError: there is no such union; ``suggestions`` has similar names.
            LayoutError: ctypes cannot represent the union.
            BtfFormatError: a BTF record of the union is malformed.

        Examples:
            >>> field = obj.btf.type("exec_event").fields[1]
            >>> field.type
            <BtfType [44] UNION (anon)>
            >>> PidTgid = obj.btf.union(field.type.id)
            >>> PidTgid(pid_tgid=7 << 32 | 8).pid
            7
        """
        return self._class(name, "union")

    def _class(self, name: str | int, keyword: str) -> builtins.type[instances.StructOrUnion]:
        type_ = self._search.find(name, keyword)
        fallback = name if isinstance(name, str) else f"{keyword}_{name}"
        return self.classes.aggregate(self.layouts.aggregate(type_.id), fallback)

    def enum(self, name: str | int) -> builtins.type[_api_types.IntEnum]:
        """The Python enum of a C enum.

        Fields of this type read as plain ``int``: a C variable can hold values that the enum does
        not name, and ``IntEnum`` raises ``ValueError`` for those.

        Args:
            name: the tag, the name of a typedef of the enum, or a type id, as for `struct`.

        Returns:
            A subclass of ``enum.IntEnum`` with a member for each enumerator. Every call returns
            the same class.

        Raises:
            TypeNotFoundError: there is no such enum; ``suggestions`` has similar names.
            LayoutError: more than 64 enumerators have the same name. In C, each name is unique.
            BtfFormatError: the BTF record of the enum is malformed.

        Examples:
            >>> obj.btf.enum("exec_kind")(-1)
            <exec_kind.EXEC_UNREADABLE: -1>
        """
        type_ = self._search.find(name, "enum")
        fallback = name if isinstance(name, str) else f"enum_{name}"
        assert isinstance(type_, model.Enum | model.Enum64)  # noqa: S101  # find() ensures it
        return self.classes.enum(type_, fallback)

    def type(self, name: str | int) -> view.BtfType:
        """A type of any kind, to inspect its size, its fields and its C declaration.

        Args:
            name: the tag, the name of a typedef, function or variable, or a type id. If several
                types share the name, a struct wins, then a union, then an enum, then a typedef.

        Raises:
            TypeNotFoundError: there is no such type; ``suggestions`` has similar names.
            BtfFormatError: the BTF record of the type is malformed.

        Examples:
            >>> obj.btf.type("exec_event").size
            128
            >>> obj.btf.type("creds").fields
            (BtfField(name='uid', offset=0, size=4), BtfField(name='gid', offset=4, size=4))
        """
        return view.BtfType(self.table, self._search.any(name))

    def types(self) -> Iterator[view.BtfType]:
        """All types except void, in ascending order of ids. Types of the base come first.

        Examples:
            >>> [t.name for t in obj.btf.types() if t.kind == "ENUM"]
            ['exec_kind']
        """
        return (view.BtfType(self.table, type_) for type_ in self.table)

    def names(self, kind: str | None = None) -> list[str]:
        """The distinct names of the types, in ascending order of ids.

        Args:
            kind: a `Kind` or its name, such as ``"STRUCT"`` or ``"struct"``; by default, all
                kinds.

        Raises:
            ValueError: there is no such kind.

        Examples:
            >>> obj.btf.names("struct")
            ['exec_count', 'sys_enter_execve', 'exec_event', 'creds']
        """
        if kind is not None and kind.upper() not in list(kinds.Kind):
            raise ValueError(f"no kind {kind!r}; the kinds are {', '.join(kinds.Kind)}")
        return list(self._search.names(None if kind is None else [kinds.Kind(kind.upper())]))

    def __len__(self) -> int:
        """Number of types, including void and the types of the base.

        The number is one more than the last type id.
        """
        return len(self.table)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and any(True for _ in self.table.ids_by_name(name))

    def __repr__(self) -> str:
        origin = repr(self.path) if self.path else "from memory"
        return f"<Btf {origin}, {len(self)} types>"

    def validate_struct(
        self, name: str | int, cls: builtins.type, *, field_names: bool = True
    ) -> None:
        """Check that a hand-written class has the layout of a struct or union.

        All fields must match in name, order, offset, size, bit position and kind of type. The
        fields of nested structs must match, too.

        Args:
            name: the tag, the name of a typedef, or a type id, as for `struct`.
            cls: a subclass of ``ctypes.Structure`` or ``ctypes.Union``.
            field_names: whether names must match. With False, you can rename fields, but each
                must still have the position and type of a member.

        Raises:
            BtfValidationError: the class does not match; ``mismatches`` lists every difference.
            TypeNotFoundError: there is no such struct or union; ``suggestions`` has similar names.
            LayoutError: ctypes cannot represent the struct or union.
            TypeError: *cls* is not a subclass of ``ctypes.Structure`` or ``ctypes.Union``.

        Examples:
            >>> import ctypes
            >>> class Creds(ctypes.Structure):
            ...     _fields_ = [("uid", ctypes.c_uint32), ("gid", ctypes.c_uint32)]
            >>> obj.btf.validate_struct("creds", Creds)
        """
        keyword = validation.keyword_of(cls)
        other = "union" if keyword == "struct" else "struct"
        layout = self.layouts.aggregate(self._search.find(name, keyword, other).id)
        validation.check(cls, layout, str(name), self.path, field_names=field_names)

    def validate(
        self, name: str | int, *, field_names: bool = True
    ) -> Callable[[_api_types.AnyClass], _api_types.AnyClass]:
        """A class decorator that calls `validate_struct` and returns the class unchanged.

        Args:
            name: the tag, the name of a typedef, or a type id, as for `struct`.
            field_names: whether names must match, as for `validate_struct`.

        Raises:
            BtfValidationError: the class does not match. Applying the decorator raises this and
                the other errors of `validate_struct`.
            TypeError: *name* is missing, as in ``@obj.btf.validate`` without parentheses.

        Examples:
            >>> @obj.btf.validate("creds")
            ... class Wrong(ctypes.Structure):
            ...     _fields_ = [("uid", ctypes.c_uint32), ("group", ctypes.c_uint32)]
            Traceback (most recent call last):
              ...
            btf_typing.errors.BtfValidationError: Wrong does not match struct 'creds' of ...
        """
        if not isinstance(name, str | int):
            raise TypeError("expected the name of a struct or union: @btf.validate('exec_event')")

        def decorate(cls: _api_types.AnyClass) -> _api_types.AnyClass:
            self.validate_struct(name, cls, field_names=field_names)
            return cls

        return decorate

    def _shared_classes(self, identity: FileIdentity | None) -> generated.Classes:
        """The classes of this file. Until the file changes, all its `Btf` objects share them.

        Args:
            identity: identifies this version of the file; None for BTF that is not from a file.
        """
        if identity is None:
            return self._new_classes(None)
        key = (identity, self.base.classes if self.base else None)
        return _CLASSES.get(key) or _CLASSES.setdefault(key, self._new_classes(self.path))

    def _new_classes(self, path: str | None) -> generated.Classes:
        """A new `Classes`. Without *path*, only classes of a ``--live`` module can be pickled."""
        base_path = self.base.path if self.base else None
        # Unpickling may load the file and its base again, so the base needs a path, too.
        reloadable = self.base is None or self.base.classes.source.path is not None
        source = instances.Source(path if reloadable else None, base_path, _reduced)
        module = identifiers.module_name(self.path) if self.path else __name__
        return generated.Classes(module, self.layouts, source)


def _reduced(cls: type, data: bytes | None) -> tuple[Callable[..., object], tuple[object, ...]]:
    """Call `_pickling.reduced`. Only pickling a class or an instance imports `_pickling`."""
    return _pickling.reduced(cls, data)


_CLASSES: WeakValueDictionary[tuple[FileIdentity, generated.Classes | None], generated.Classes] = (
    WeakValueDictionary()
)
"""The classes of each file in use. The key is the file's identity and the classes of its base."""

LOADED: WeakValueDictionary[tuple[str, str | None], Btf[typing.Any]] = WeakValueDictionary()
"""The `Btf` of each file in use, by the paths of the file and its base; for unpickling."""


def as_base(base: Btf[typing.Any] | str | os.PathLike[str] | None) -> Btf[typing.Any] | None:
    """The argument *base* as a `Btf` or None. If it is a path, the file is read.

    Raises:
        BtfError: the file cannot be read, or holds no valid BTF.
        FileNotFoundError: there is no such file.
    """
    return base if base is None or isinstance(base, Btf) else Btf.from_file(base)
