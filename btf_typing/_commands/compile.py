"""Compiling a C file to a BPF object, as ``btf-stubs prog.bpf.c`` does.

The compiler writes into a temporary folder. The command changes other files only after it has read
the object.
"""

# ruff: noqa: PTH109, PTH110, PTH116, PTH118, PTH123
# We avoid pathlib: importing pathlib takes longer than the work for most objects.

from __future__ import annotations

import io
import os
import shlex
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from btf_typing import model
from btf_typing._wire import files
from btf_typing._wire.type_search import keeping_line
from btf_typing.bpf_object import BpfObject, object_from_contents
from btf_typing.btf import as_base
from btf_typing.errors import BtfError
from btf_typing.model import Type

from .c_definitions import Definition, Group, definitions
from .compile_options import BYTE_ORDERS

_STDERR = 2
_ELF_MAGIC = b"\x7fELF"

_KERNEL_ARCHITECTURES = {
    "x86_64": "x86",
    "aarch64": "arm64",
    "ppc64le": "powerpc",
    "ppc64": "powerpc",
    "s390x": "s390",
    "riscv64": "riscv",
    "loongarch64": "loongarch",
    "armv6l": "arm",
    "armv7l": "arm",
    "armv8l": "arm",
    "mips64": "mips",
    "i386": "x86",
    "i586": "x86",
    "i686": "x86",
}
"""Maps machine names of ``uname -m`` to those of ``bpf_tracing.h``, where the two differ."""

_ARCHITECTURE_MACRO = "__TARGET_ARCH_"
_LIST_BEGINS, _LIST_ENDS = "#include <...> search starts here:", "End of search list."

_KINDS: dict[str, tuple[type[Type], ...]] = {
    "struct": (model.Struct,),
    "union": (model.Union,),
    "enum": (model.Enum, model.Enum64),
    "typedef": (model.Typedef,),
}


class Compiled(NamedTuple):
    """The files that the compiler wrote.

    Attributes:
        content: content of the object.
        dependencies: a make rule that lists the C file and its headers as prerequisites.
    """

    content: bytes
    dependencies: bytes


class Compiler:
    """The compiler that ``$CLANG`` names, or clang.

    Args:
        cflags: options for the compiler; they come after our own options.
        target: ``bpfel`` or ``bpfeb``; None for the byte order of this machine.

    Raises:
        BtfError: ``$CLANG`` cannot be split into words.
    """

    def __init__(self, cflags: Sequence[str] = (), target: str | None = None) -> None:
        self._cflags = cflags
        self._target = target or _native_target()
        self._command = _command()
        names = map(os.path.basename, self._command)  # such as "ccache clang-19 -I headers"
        compilers = ("gcc" in name for name in names if "gcc" in name or "clang" in name)
        self._is_gcc = next(compilers, False)
        self._words: list[str] | None = None

    def compile(self, source: str, object_: str) -> Compiled:
        """Compile *source*. The compiler's own messages go to stderr.

        Args:
            source: path of the C file.
            object_: path of the object, which becomes the target of the make rule.

        Raises:
            BtfError: *source* is not a regular file, there is no compiler or temporary folder, or
                the compiler failed.
            OSError: *source* does not exist, or its folder denies access to it.
        """
        _require_regular_file(source)
        with _temporary_directory() as directory:
            output, rule = (os.path.join(directory, name) for name in ("object", "rule"))
            words = [*self._flags(), "-c", _plain(source), "-o", output]
            words += ["-MMD", "-MP", "-MF", rule, "-MQ", object_]
            status = self._run(words, stdout=_STDERR).returncode
            if status:
                how = f"signal {-status}" if status < 0 else f"exit status {status}"
                raise BtfError(f"{self._command[0]} failed ({how})", path=source)
            return Compiled(_content(output, source), _bytes(rule) or b"")

    def missing_types(self, source: str, obj: BpfObject[Any]) -> Iterator[Definition]:
        """The types that *source* defines and *obj* lacks. Types from headers do not count."""
        found = self._run(
            [*self._flags(), "-E", _plain(source)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        table = obj.btf.table
        for definition in definitions(found.stdout.decode(errors="replace")):
            candidates = map(table.by_id, table.ids_by_name(definition.name))
            kinds = _KINDS[definition.keyword]
            if not any(isinstance(candidate, kinds) for candidate in candidates):
                yield definition

    def _flags(self) -> list[str]:
        """The compiler options, which come before the name of the C file.

        Some of them keep the path of the current folder out of the object.
        """
        if self._words is None:
            chosen = ["-target", self._target, "-g", "-fdebug-compilation-dir", "."]
            if self._is_gcc:
                chosen = [f"-m{BYTE_ORDERS[self._target]}-endian", "-gbtf"]
            self._words = [*chosen, "-O2", f"-fdebug-prefix-map={os.getcwd()}=."]
            self._words += [*self._host_headers(), *self._architecture()]
            self._words += self._cflags
        return self._words

    def _architecture(self) -> Iterator[str]:
        """The option that defines the macro ``__TARGET_ARCH_...``, which ``bpf_tracing.h`` needs.

        There is no option if the user defines the macro, or if the byte orders of the target and of
        this machine differ. In the second case, we do not know the target's architecture.
        """
        is_given = any(_ARCHITECTURE_MACRO in word for word in self._cflags)
        if self._target == _native_target() and not is_given:
            machine = os.uname().machine
            yield f"-D{_ARCHITECTURE_MACRO}{_KERNEL_ARCHITECTURES.get(machine, machine)}"

    def _host_headers(self) -> Iterator[str]:
        """Options that make the compiler search this machine's header folders last.

        When clang compiles for BPF, it does not search some of these folders, such as Debian's
        ``/usr/include/x86_64-linux-gnu``.

        Source: libbpf-bootstrap's Makefile, ``CLANG_BPF_SYS_INCLUDES``.
        """
        directories = [f"/usr/include/{os.uname().machine}-linux-gnu", "/usr/include"]
        if not self._is_gcc:  # GCC for BPF does not know this machine's folders
            words = ["-v", "-E", "-x", "c", os.devnull]
            found = self._run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            directories = _searched(found.stderr.decode(errors="replace")) or directories
        for directory in directories:
            yield from ("-idirafter", directory)

    def _run(
        self, words: Sequence[str], *, stdout: int, stderr: int | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603  # the user's compiler with the user's options
                [*self._command, *words],
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                check=False,
            )
        except OSError as error:
            name = self._command[0]
            if error.filename not in (None, name):
                raise
            raise BtfError(
                f"cannot run {name!r} ({error.strerror}); install clang (Debian: apt-get install"
                " clang), or set $CLANG to the compiler for BPF"
            ) from error


def opened(compiled: Compiled, path: str, base: str | None) -> BpfObject[Any]:
    """The object that was compiled, as if it had been read from *path*.

    Raises:
        BtfError: the object or *base* holds no BTF.
        FileNotFoundError: there is no file *base*.
    """
    content = compiled.content
    contents = files.read_stream(io.BytesIO(content), len(content), path)
    return object_from_contents(path, contents, as_base(base))


def advice(missing: Group) -> str:
    """A sentence that reports missing types and shows the line of C that adds them to the BTF."""
    keyword, name = missing.outer.key
    line = keeping_line(name if keyword == "typedef" else f"{keyword} {name}")
    *others, last = [f"{each.keyword} {each.name!r}" for each in (missing.outer, *missing.inner)]
    named = f"{', '.join(others)} or {last}" if others else last
    them = "them" if others else "it"
    return f"the object has no {named}; to keep {them}, add this line to the C file: {line}"


def _command() -> list[str]:
    """The words that start the compiler: ``CLANG="ccache clang-19"`` has two."""
    given = os.environ.get("CLANG", "")
    try:
        return shlex.split(given) or ["clang"]
    except ValueError as error:
        raise BtfError(f"cannot split $CLANG into words ({error}): {given!r}") from error


def _plain(source: str) -> str:
    """*source*, written so that the compiler does not read it as an option."""
    return f"./{source}" if source.startswith("-") else source


def _native_target() -> str:
    return next(target for target, order in BYTE_ORDERS.items() if order == sys.byteorder)


def _searched(report: str) -> list[str]:
    """The folders that ``clang -v`` says it searches for headers."""
    _, _, rest = report.partition(_LIST_BEGINS)
    listed, _, _ = rest.partition(_LIST_ENDS)
    return [line.strip() for line in listed.splitlines() if line.startswith(" /")]


def _temporary_directory() -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix="btf-stubs-")
    except OSError as error:
        text = f"cannot write temporary files ({error.strerror}); set $TMPDIR to a writable folder"
        raise BtfError(text) from error


def _require_regular_file(path: str) -> None:
    """Raise an error if *path* is not a regular file. A pipe could block the compiler."""
    try:
        mode = os.stat(path).st_mode
    except ValueError as error:  # "embedded null byte"
        raise BtfError(str(error), path=repr(path)) from error
    if not stat.S_ISREG(mode):
        raise BtfError("a directory" if stat.S_ISDIR(mode) else "not a regular file", path=path)


def _content(output: str, source: str) -> bytes:
    content = _bytes(output)
    if not content:
        raise BtfError("the compiler wrote no object; look at --cflags", path=source)
    return content


def _bytes(path: str) -> bytes | None:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except FileNotFoundError:
        return None


def existing_object(path: str) -> bytes | None:
    """The content of the object at *path*; None if the file does not exist.

    Raises:
        BtfError: *path* is neither an ELF object nor an empty file, so it must not be replaced.
        OSError: the file cannot be read.
    """
    if not os.path.exists(path):
        return None
    _require_regular_file(path)
    content = _bytes(path)
    if content and not content.startswith(_ELF_MAGIC):
        raise BtfError(
            "exists and is not an ELF object; move it, or write to another folder", path=path
        )
    return content
