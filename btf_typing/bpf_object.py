"""`load`, and the `BpfObject` that it returns, with types, maps, programs and globals."""

from __future__ import annotations

import io
import os
from types import TracebackType

from ._lazy import LazyModule
from ._thread_safe_property import shared_property
from ._typing_stand_ins import TYPE_CHECKING, Generic
from ._wire import files
from ._wire.btf_format import BtfBytes
from ._wire.file_contents import DataSectionReader, FileContents, FunctionReader
from .btf import Btf, S_co, as_base

if TYPE_CHECKING:
    import typing

    from . import _api_types
    from . import maps as maps_
    from . import programs as programs_
    from . import sections as sections_
else:
    typing = LazyModule("typing")
    _api_types = LazyModule("btf_typing._api_types")
    maps_ = LazyModule("btf_typing.maps")
    programs_ = LazyModule("btf_typing.programs")
    sections_ = LazyModule("btf_typing.sections")


class BpfObject(Generic[S_co]):
    """A compiled BPF object, as `load` reads it.

    You can use the object in a ``with`` statement, but you need not. The object keeps no file open,
    and you can still use it after the ``with`` block.

    Attributes:
        path: Path of the file, as passed to `load`; a name such as ``<bytes>`` if the object was
            not loaded from a path.
        btf: Types of the object.

    Examples:
        >>> with load("execsnoop.bpf.o") as obj:
        ...     ExecEvent = obj.btf.struct("exec_event")
        >>> obj.path
        'execsnoop.bpf.o'
    """

    def __init__(
        self,
        path: str,
        btf: Btf[S_co],
        read_data_sections: DataSectionReader | None = None,
        read_functions: FunctionReader | None = None,
        whole_file: BtfBytes | None = None,
    ) -> None:
        self.path = path
        self.btf = btf
        self._whole_file = whole_file
        self._read_data_sections = read_data_sections
        self._read_functions = read_functions

    @shared_property
    def maps(self) -> maps_.Maps[S_co]:
        """The maps that the object defines, by name.

        Raises:
            BtfFormatError: the BTF of the maps is malformed.

        Examples:
            >>> list(obj.maps)
            ['events', 'exec_counts']
            >>> obj.maps["exec_counts"].max_entries
            1024
        """
        return maps_.Maps(self.btf)

    @shared_property
    def programs(self) -> programs_.Programs[S_co]:
        """The programs that the object defines, by name. A program is a function with ``SEC(...)``.

        Raises:
            BtfFormatError: the symbols of the ELF file are malformed.

        Examples:
            >>> obj.programs["on_execve"].section
            'tracepoint/syscalls/sys_enter_execve'
        """
        return programs_.Programs(self.btf, self._read_functions)

    @shared_property
    def sections(self) -> sections_.Sections[S_co]:
        """The global variables by section, such as ``obj.sections[".rodata"].my_variable``.

        Raises:
            BtfFormatError: the BTF of the sections is malformed.

        Examples:
            >>> hex(obj.sections[".rodata"].target_uid)
            '0xffffffff'
        """
        return sections_.Sections(self.btf, self._read_data_sections)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> typing.Never:
            """Raise the error for a missing attribute, with a hint if `Btf` has it."""
            hint = f"; use .btf.{name}" if not name.startswith("_") and hasattr(Btf, name) else ""
            message = f"'BpfObject' object has no attribute {name!r}{hint}"
            raise AttributeError(message, name=name, obj=self)

    def __enter__(self) -> typing.Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        return None

    def __repr__(self) -> str:
        return f"<BpfObject {self.path!r}, {len(self.btf)} types>"


def load(
    path: str | os.PathLike[str] | bytes | _api_types.BinaryFile | _api_types.Readable,
    *,
    base: Btf[typing.Any] | str | os.PathLike[str] | None = None,
) -> BpfObject:
    """Read a compiled BPF object, or a raw BTF file such as ``/sys/kernel/btf/vmlinux``.

    Args:
        path: path of the file; or the object itself, as bytes, as a file that is open for reading
            in binary mode, or as a package resource from ``importlib.resources.files()``.
        base: the base of split BTF, as a `Btf` or a path. For a kernel module, it is vmlinux.

    Raises:
        BtfFormatError: the file holds no BTF, or is malformed.
        FileNotFoundError: there is no such file.
        BtfError: the file cannot be read.
        TypeError: *path* is none of these, or a file that is open in text mode.

    Source:
        The BTF format is described in Linux Documentation/bpf/btf.rst. The maps, programs and
        sections are those that libbpf finds in the object.

    Examples:
        >>> from btf_typing import load
        >>> obj = load("execsnoop.bpf.o")
        >>> obj
        <BpfObject 'execsnoop.bpf.o', 61 types>
    """
    if isinstance(path, str | os.PathLike):
        name = os.fspath(path)
        return object_from_contents(name, files.read(name), as_base(base))
    name, data = _content(path)
    contents = files.read_stream(io.BytesIO(data), len(data), name)
    return object_from_contents(name, contents, as_base(base))


def _content(source: bytes | _api_types.BinaryFile | _api_types.Readable) -> tuple[str, bytes]:
    """A name for messages, and the bytes of *source*. The caller handles paths."""
    if isinstance(source, bytes | bytearray | memoryview):
        return "<bytes>", bytes(source)
    if hasattr(source, "read_bytes"):
        return str(source), source.read_bytes()
    if not hasattr(source, "read"):
        expected = "the path of a file, its bytes, or a binary file"
        raise TypeError(f"expected {expected}, got an object of type {type(source).__name__}")
    data = source.read()
    if not isinstance(data, bytes):
        raise TypeError("expected a file that is open in binary mode; open it with mode 'rb'")
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else "<stream>", data


def object_from_contents(
    path: str, contents: FileContents, base: Btf[typing.Any] | None = None
) -> BpfObject:
    """The object in a file whose contents have been read.

    Internal, for `load`, ``btf-stubs`` and the mypy plugin.

    Raises:
        BtfFormatError: the BTF is malformed.
    """
    btf = Btf.from_contents(path, contents, base)
    readers = contents.read_data_sections, contents.read_functions
    return BpfObject(path, btf, *readers, contents.whole_file)
