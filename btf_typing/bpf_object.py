"""`load`: a compiled BPF object and what it tells."""

from __future__ import annotations

import io
import os
from functools import cached_property
from types import TracebackType

from ._lazy import LazyModule
from ._typing import TYPE_CHECKING, Generic
from ._wire import files
from .btf import Btf, S_co, as_base

if TYPE_CHECKING:
    import typing

    from . import _hints
    from . import maps as maps_
    from . import programs as programs_
    from . import sections as sections_
    from ._wire.format import Contents, DataSections, Functions
else:
    typing = LazyModule("typing")
    _hints = LazyModule("btf_typing._hints")
    maps_ = LazyModule("btf_typing.maps")
    programs_ = LazyModule("btf_typing.programs")
    sections_ = LazyModule("btf_typing.sections")


class BpfObject(Generic[S_co]):
    """A compiled BPF object, as `load` reads it. Holds no open file.

    A context manager for those who like one; leaving it changes nothing.

    Attributes:
        path: as given to `load`.
        btf: its types.
    """

    def __init__(
        self,
        path: str,
        btf: Btf[S_co],
        data_sections: DataSections | None = None,
        functions: Functions | None = None,
    ) -> None:
        self.path = path
        self.btf = btf
        self._data_sections = data_sections
        self._functions = functions

    @cached_property
    def maps(self) -> maps_.Maps[S_co]:
        """The maps that the object defines, by name."""
        return maps_.Maps(self.btf)

    @cached_property
    def programs(self) -> programs_.Programs[S_co]:
        """The programs that the object defines, by name: the functions that have a ``SEC(...)``."""
        return programs_.Programs(self.btf, self._functions)

    @cached_property
    def sections(self) -> sections_.Sections[S_co]:
        """The object's globals by section, as in ``obj.sections[".rodata"].my_variable``."""
        return sections_.Sections(self.btf, self._data_sections)

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
    path: str | os.PathLike[str] | _hints.Readable,
    *,
    base: Btf[typing.Any] | str | os.PathLike[str] | None = None,
) -> BpfObject:
    """Read a compiled BPF object, or a raw BTF file such as the kernel's.

    Args:
        path: of the file, or a resource of a package.
        base: for split BTF, what it continues, or the path of that.

    Raises:
        BtfFormatError: it holds no well-formed BTF.
        FileNotFoundError: there is no such file.
        BtfError: it cannot be read.
    """
    if isinstance(path, str | os.PathLike):
        name = os.fspath(path)
        contents = files.read(name)
    elif not hasattr(path, "read_bytes"):
        raise TypeError(f"the path of a file expected, not {path!r}")
    else:
        name = str(path)
        data = path.read_bytes()
        contents = files.contents(io.BytesIO(data), len(data), name)
    return object_from_contents(name, contents, as_base(base))


def object_from_contents(
    path: str, contents: Contents, base: Btf[typing.Any] | None = None
) -> BpfObject:
    """The object in a file that has been read."""
    btf = Btf.from_contents(path, contents, base)
    return BpfObject(path, btf, contents.data_sections, contents.functions)
