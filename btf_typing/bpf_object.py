"""`load`: a compiled BPF object and what it tells."""

from __future__ import annotations

import io
import os
from functools import cached_property

from . import _files
from ._typing import TYPE_CHECKING, Generic
from .btf import Btf, S_co, as_base

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Protocol, Self

    from ._format import Contents, DataSections
    from .maps import Maps
    from .sections import Sections

    class Readable(Protocol):
        """What ``importlib.resources.files()`` gives: a file that may lie in an archive."""

        def read_bytes(self) -> bytes:
            """All of it."""


class BpfObject(Generic[S_co]):
    """A compiled BPF object, as `load` reads it. Holds no open file.

    A context manager for those who like one; leaving it changes nothing.

    Attributes:
        path: as given to `load`.
        btf: its types.
    """

    def __init__(
        self, path: str, btf: Btf[S_co], data_sections: DataSections | None = None
    ) -> None:
        self.path = path
        self.btf = btf
        self._data_sections = data_sections

    @cached_property
    def maps(self) -> Maps[S_co]:
        """The maps that the object defines, by name."""
        from .maps import Maps  # noqa: PLC0415  # most programs want the types alone

        return Maps(self.btf)

    @cached_property
    def sections(self) -> Sections[S_co]:
        """The object's globals by section, as in ``obj.sections[".rodata"].my_variable``."""
        from .sections import Sections  # noqa: PLC0415  # most programs want the types alone

        return Sections(self.btf, self._data_sections)

    def __enter__(self) -> Self:
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
    path: str | os.PathLike[str] | Readable,
    *,
    base: Btf[Any] | str | os.PathLike[str] | None = None,
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
        contents = _files.read(name)
    elif not hasattr(path, "read_bytes"):
        raise TypeError(f"the path of a file expected, not {path!r}")
    else:
        name = str(path)
        data = path.read_bytes()
        contents = _files.contents(io.BytesIO(data), len(data), name)
    return made(name, contents, as_base(base))


def made(path: str, contents: Contents, base: Btf[Any] | None = None) -> BpfObject:
    """The object of a file that was read already."""
    return BpfObject(path, Btf.from_contents(path, contents, base), contents.data_sections)
