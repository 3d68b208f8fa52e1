"""Paths under which Linux exposes its own BTF and that of its modules."""

from __future__ import annotations

import os

KERNEL = "vmlinux"
"""File name of the kernel's own BTF. The other files in the directory belong to kernel modules."""

_DIRECTORY = "/sys/kernel/btf"


def kernel_path(module: str = KERNEL) -> str:
    """Path of the BTF of a kernel module such as ``"nf_conntrack"``; by default, of the kernel."""
    return f"{_DIRECTORY}/{module}"


def base_path_of(path: str) -> str | None:
    """Path of the base BTF for *path*.

    Returns:
        The path of the kernel's BTF if *path* is the split BTF of a kernel module; else None.
    """
    directory, name = os.path.split(os.path.abspath(path))  # noqa: PTH100  # pathlib is slow to import
    return kernel_path() if directory == _DIRECTORY and name != KERNEL else None


def is_kernel_btf(path: str) -> bool:
    """Whether *path* is BTF of the running kernel. Follows symbolic links."""
    return os.path.realpath(path).startswith(f"{_DIRECTORY}/")
