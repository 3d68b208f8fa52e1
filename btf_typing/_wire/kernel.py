"""Where Linux shows its own BTF, and that of its modules."""

from __future__ import annotations

import os

KERNEL = "vmlinux"
"""The name of the kernel itself among its modules."""

_DIRECTORY = "/sys/kernel/btf"


def kernel_path(module: str = KERNEL) -> str:
    """The path of the BTF of a kernel module, such as ``"nf_conntrack"``, or of the kernel."""
    return f"{_DIRECTORY}/{module}"


def base_path_of(path: str) -> str | None:
    """The path of the base BTF for *path*: a module's BTF continues the kernel's.

    Returns:
        None unless *path* is the BTF of a module of the running kernel.
    """
    directory, name = os.path.split(os.path.abspath(path))  # noqa: PTH100  # pathlib is slow to import
    return kernel_path() if directory == _DIRECTORY and name != KERNEL else None


def is_kernels(path: str) -> bool:
    """Whether *path* is BTF that Linux shows, symbolic links followed."""
    return os.path.realpath(path).startswith(f"{_DIRECTORY}/")
