"""What is compared with: found on this machine, or installed into a cache folder of our own."""

from __future__ import annotations

import ctypes.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
KERNEL = Path("/sys/kernel/btf/vmlinux")
SMALL = ROOT / "examples/execsnoop/execsnoop.bpf.o"

_PACKAGES = ("dissect.cstruct", "ctypesgen", "ctypeslib2", "numpy")

_CLANG = ("clang==18.1.8", "libclang==18.1.1")
"""For ctypeslib2: bindings, and the library that they are of."""

_DEBIAN = {"bpftool": "bpftool", "pahole": "pahole", "clang": "clang"}
"""Commands by the packages of Debian that have them."""

_CORE_C = """\
#include "vmlinux.h"
struct task_struct *task __attribute__((unused));
struct net_device *device __attribute__((unused));
struct super_block *block __attribute__((unused));
struct sock *sock __attribute__((unused));
"""


class Tools(NamedTuple):
    """What there is to compare with; None or empty where it is missing.

    Attributes:
        cache: folder for what is made once.
        python: of the peers' venv; our own where it could not be made.
        packages: of `_PACKAGES` those that are installed, with their versions.
        bpftool: path.
        pahole: path.
        libbpf: name of the shared library.
        core: a CO-RE object with about a thousand types.
        header: the kernel's types in C.
    """

    cache: Path
    python: str
    packages: dict[str, str]
    bpftool: str | None
    pahole: str | None
    libbpf: str | None
    core: Path | None
    header: Path | None

    def script(self, name: str) -> str | None:
        """The path of a command of the peers' venv."""
        path = Path(self.python).with_name(name)
        return str(path) if path.exists() else None

    @property
    def libclang(self) -> str:
        """Where clang2py finds the library that its bindings are of."""
        library = Path(self.python).parents[1] / "lib"
        return str(next(library.glob("python*/site-packages/clang/native/libclang.so"), ""))


def gather() -> Tools:
    """Find and install what can be had; nothing of it must be there."""
    cache = _cache()
    _install_commands()
    python, packages = _peers(cache)
    bpftool = _which("bpftool")
    header = _header(cache, bpftool)
    return Tools(
        cache,
        python,
        packages,
        bpftool,
        _which("pahole"),
        _libbpf(),
        _core(cache, header),
        header,
    )


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    cache = Path(home) / "btf_typing-bench"
    cache.mkdir(parents=True, exist_ok=True)
    return cache


def _install_commands() -> None:
    """Have Debian's packages where we may: as root, and where apt-get is."""
    missing = [package for command, package in _DEBIAN.items() if _which(command) is None]
    if missing and os.geteuid() == 0 and _which("apt-get"):
        _fails("apt-get", "update", "--quiet")
        for package in missing:
            _fails("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", package)


def _which(name: str) -> str | None:
    """Debian keeps some tools where users do not look."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def _peers(cache: Path) -> tuple[str, dict[str, str]]:
    """The interpreter of the peers' venv and the versions of what is in it."""
    venv = cache / f"peers-{sys.version_info[0]}.{sys.version_info[1]}"
    python = venv / "bin/python"
    if not python.exists() and _fails(sys.executable, "-m", "venv", str(venv)):
        return sys.executable, {}
    for package in _PACKAGES:
        if package not in _versions(str(python)):
            # One at a time, so that one that cannot be had leaves the others.
            _fails(str(python), "-m", "pip", "install", "--quiet", package)
            if package == "ctypeslib2":
                _fails(str(python), "-m", "pip", "install", "--quiet", *_CLANG)
    return str(python), _versions(str(python))


def _versions(python: str) -> dict[str, str]:
    code = (
        "from importlib.metadata import distributions as d\nfor x in d(): print(x.name, x.version)"
    )
    lines = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    found = dict(line.split(" ", 1) for line in lines.stdout.splitlines())
    return {name: found[name] for name in _PACKAGES if name in found}


def _fails(*command: str, cwd: Path | None = None) -> bool:
    """Whether *command* failed; what it says is of no interest."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=False)
    return done.returncode != 0


def _libbpf() -> str | None:
    name = ctypes.util.find_library("bpf") or "libbpf.so.1"
    try:
        ctypes.CDLL(name)
    except OSError:
        return None
    return name


def _header(cache: Path, bpftool: str | None) -> Path | None:
    """The kernel's types in C, as bpftool writes them."""
    if bpftool is None or not KERNEL.exists():
        return None
    header = cache / "vmlinux.h"
    with header.open("wb") as stream:
        command = [bpftool, "btf", "dump", "file", str(KERNEL), "format", "c"]
        done = subprocess.run(command, stdout=stream, stderr=subprocess.DEVNULL, check=False)
    return None if done.returncode else header


def _core(cache: Path, header: Path | None) -> Path | None:
    """An object that uses a few large types of the kernel."""
    clang = _which("clang") or _which("clang-19") or _which("clang-14")
    if clang is None or header is None:
        return None
    (cache / "core.bpf.c").write_text(_CORE_C, encoding="utf-8")
    command = [clang, "-target", "bpf", "-g", "-O2", "-c", "core.bpf.c", "-o", "core.bpf.o"]
    return None if _fails(*command, cwd=cache) else cache / "core.bpf.o"


def machine() -> str:
    """One line on the machine."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    load = os.getloadavg()[0]
    return (
        f"{model}, {os.cpu_count()} processors, load {load:.1f} at the start;"
        f" Linux {platform.release()}; Python {platform.python_version()}"
    )


def tool_version(command: str | None, *arguments: str) -> str:
    """The first line that a tool says of its version."""
    if command is None:
        return "missing"
    done = subprocess.run([command, *arguments], capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).partition("\n")[0].strip()
