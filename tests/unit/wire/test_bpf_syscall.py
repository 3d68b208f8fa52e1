"""Objects of the running kernel: bad arguments, system call numbers, and kernels without /proc."""

import ctypes
import errno
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from btf_typing import BpfMap, Btf, BtfError
from btf_typing._wire import bpf_syscall

_Open = Callable[[Any], Any]


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("opened", [Btf.from_fd, BpfMap.from_fd])
@pytest.mark.parametrize("fd", [-1, 1 << 40, -(1 << 40), 1 << 31])
def test_a_number_that_is_no_file_descriptor(opened: _Open, fd: int) -> None:
    with pytest.raises(BtfError, match=rf"^file descriptor {fd}: Bad file descriptor$"):
        opened(fd)


@pytest.mark.parametrize("opened", [Btf.from_pinned, BpfMap.from_pinned])
def test_a_path_that_no_file_can_have(opened: _Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bpf_syscall, "_call", lambda *_: pytest.fail("called the kernel"))
    with pytest.raises(BtfError, match=r"^'/sys/fs/bpf/m\\x00x': embedded null byte$"):
        opened("/sys/fs/bpf/m\0x")
    with pytest.raises(BtfError, match=r"^'\\ud800': 'utf-8' codec can't encode"):
        opened("\ud800")


def test_without_proc_the_descriptor_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(path: str) -> str:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)

    before = _open_files()
    with monkeypatch.context() as context:
        context.setattr(os, "readlink", missing)
        with pytest.raises(BtfError, match=r": No such file or directory; is /proc mounted\?$"):
            Btf.from_fd(0)
    assert _open_files() == before


@pytest.mark.parametrize(
    ("machine", "pointer_size", "number"),
    [
        ("x86_64", 8, 321),
        ("x86_64", 4, 357),  # 32-bit Python on a 64-bit kernel
        ("i686", 4, 357),
        ("i686", 8, 321),  # setarch i686
        ("aarch64", 8, 280),
        ("aarch64", 4, 386),
        ("armv7l", 4, 386),
        ("armv8l", 4, 386),
        ("s390x", 8, 351),
        ("ppc64le", 8, 361),
    ],
)
def test_system_call_numbers(
    machine: str, pointer_size: int, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the tables in Linux arch/*/entry/syscalls and include/uapi/asm-generic/unistd.h."""
    called = []

    class Libc:
        def syscall(self, number: int, *_: object) -> int:
            called.append(number)
            return 0

    pointer = {4: ctypes.c_uint32, 8: ctypes.c_uint64}[pointer_size]
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(ctypes, "c_void_p", pointer)
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: Libc())
    bpf_syscall._call(0, bpf_syscall._Attr())
    assert called == [number]


def test_a_machine_without_a_known_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "m68k")
    bits = 8 * ctypes.sizeof(ctypes.c_void_p)
    message = rf"^cannot call bpf\(2\) from a {bits}-bit process on the machine 'm68k'; supported"
    with pytest.raises(BtfError, match=message):
        Btf.from_id(1)


def _task_storage() -> bpf_syscall.MapInfo:
    return bpf_syscall.MapInfo(29, 4, 8, 0, 1, "of_tasks", 0, 0, 0)


@pytest.mark.parametrize("error", [errno.EOPNOTSUPP, 524])
def test_entries_that_the_kernel_does_not_list(error: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The max_entries of a task storage is 0, and the kernel does not list its keys."""
    monkeypatch.setattr(bpf_syscall, "_call", lambda *_: (-1, error))
    items = bpf_syscall.items_of(bpf_syscall.Handle(9, "map", "map 5"), _task_storage(), 8)
    with pytest.raises(BtfError, match=r"^map 5: cannot read its entries: "):
        next(items)


def test_entries_of_a_map_without_a_largest_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel lists the entries of a cgroup storage, although its max_entries is 0."""
    next_keys = iter([0, 0, -1])

    def call(command: int, _: object) -> tuple[int, int]:
        result = next(next_keys) if command == bpf_syscall._MAP_GET_NEXT_KEY else 0
        return result, -result and errno.ENOENT

    monkeypatch.setattr(bpf_syscall, "_call", call)
    items = bpf_syscall.items_of(bpf_syscall.Handle(9, "map", "map 5"), _task_storage(), 8)
    assert list(items) == [(bytes(4), bytes(8))] * 2
