"""The source files of a package, and a digest of them, which shows whether the code has changed."""

from __future__ import annotations

import os

from ._typing_stand_ins import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def source_files(folder: str) -> list[tuple[str, os.DirEntry[str]]]:
    """Each Python file below *folder* with its path relative to *folder*, sorted by this path.

    Raises:
        OSError: *folder* cannot be read. It may be part of a ZIP file.
    """
    return sorted(_in_folder(folder, ""), key=lambda pair: pair[0])


def _in_folder(folder: str, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield each Python file below *folder*, with a relative path that begins with *prefix*."""
    with os.scandir(folder) as entries:
        for entry in entries:
            name = f"{prefix}{entry.name}"
            if name.endswith((".py", ".pyi")) and entry.is_file():  # no broken symbolic link
                yield name, entry
            elif entry.is_dir() and entry.name != "__pycache__":
                yield from _in_folder(entry.path, f"{name}/")


def sources_digest(folder: str) -> str:
    """The SHA-256 of all Python files below *folder*, in hexadecimal.

    Raises:
        OSError: *folder* or a file in it cannot be read.
    """
    from hashlib import sha256  # noqa: PLC0415  # slow to import: loads OpenSSL

    digester = sha256()
    for name, entry in source_files(folder):
        with open(entry.path, "rb", buffering=0) as source:  # noqa: PTH123  # pathlib is slower
            text = source.read()
        digester.update(f"{name} {len(text)} ".encode())
        digester.update(text)
    return digester.hexdigest()
