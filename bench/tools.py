"""Find the tools to compare with on this machine, or install them into a cache folder."""

from __future__ import annotations

import ctypes.util
import os
import platform
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

from .measure import ROOT

KERNEL = Path("/sys/kernel/btf/vmlinux")
SMALL = ROOT / "examples/execsnoop/execsnoop.bpf.o"

_PACKAGES = ("dissect.cstruct", "ctypesgen", "ctypeslib2", "numpy")

_CLANG = ("clang==18.1.8", "libclang==18.1.1")
"""For ctypeslib2: clang's Python bindings, and the libclang that they need."""

_CHECKERS = ("pyright", "ty", "pyrefly")
"""Type checkers to compare. pyproject.toml has their versions, in the group "checkers"."""

_DEBIAN = {"bpftool": "bpftool", "pahole": "pahole", "clang": "clang"}
"""Debian package of each command."""

_CORE_C = """\
#include "vmlinux.h"
struct task_struct *task __attribute__((unused));
struct net_device *device __attribute__((unused));
struct super_block *block __attribute__((unused));
struct sock *sock __attribute__((unused));
"""


class Tools(NamedTuple):
    """The tools to compare with; None or empty if one is missing.

    Attributes:
        cache: Folder for files that are made once.
        python: Interpreter of the venv with the other libraries; our own if there is no venv.
        packages: Installed packages of `_PACKAGES`, with their versions.
        bpftool: Path of bpftool.
        pahole: Path of pahole.
        libbpf: Name of the shared library.
        core: Path of a CO-RE object with about a thousand types.
        header: Path of a header with the kernel's types.
        pins: The version of each type checker.
        broken: The reason for each type checker that cannot run.
    """

    cache: Path
    python: str
    packages: dict[str, str]
    bpftool: str | None
    pahole: str | None
    libbpf: str | None
    core: Path | None
    header: Path | None
    pins: dict[str, str]
    broken: dict[str, str]

    def script(self, name: str) -> str | None:
        """The path of a command in the venv of the other libraries; None if it is missing."""
        path = Path(self.python).with_name(name)
        return str(path) if path.exists() else None

    @property
    def libclang(self) -> str:
        """The path of the libclang that clang2py's bindings need; empty if it is missing."""
        library = Path(self.python).parents[1] / "lib"
        return str(next(library.glob("python*/site-packages/clang/native/libclang.so"), ""))


def gather() -> Tools:
    """Find or install each tool. None of them is required."""
    cache = _cache()
    _install_commands()
    python, packages = _peers(cache)
    bpftool = _which("bpftool")
    header = _header(cache, bpftool)
    pins = _pins()
    return Tools(
        cache,
        python,
        packages,
        bpftool,
        _which("pahole"),
        _libbpf(),
        _core(cache, header),
        header,
        pins,
        _broken_checkers(python, pins),
    )


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    cache = Path(home) / "btf_typing-bench"
    cache.mkdir(parents=True, exist_ok=True)
    return cache


def _install_commands() -> None:
    """Install missing Debian packages, if we are root and there is an apt-get."""
    missing = [package for command, package in _DEBIAN.items() if _which(command) is None]
    if missing and os.geteuid() == 0 and _which("apt-get"):
        _fails("apt-get", "update", "--quiet")
        for package in missing:
            _fails("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", package)


def _which(name: str) -> str | None:
    """The path of a command, also in directories that only root has on PATH."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def _peers(cache: Path) -> tuple[str, dict[str, str]]:
    """The interpreter of the venv with the other libraries, and their versions."""
    venv = cache / f"peers-{sys.version_info[0]}.{sys.version_info[1]}"
    python = venv / "bin/python"
    if not python.exists() and _fails(sys.executable, "-m", "venv", str(venv)):
        return sys.executable, {}
    installed = _versions(str(python))
    for package in _PACKAGES:
        if package not in installed:
            # Install one at a time, so that one failure does not affect the others.
            _fails(str(python), "-m", "pip", "install", "--quiet", package)
            if package == "ctypeslib2":
                _fails(str(python), "-m", "pip", "install", "--quiet", *_CLANG)
    found = _versions(str(python))
    return str(python), {name: found[name] for name in _PACKAGES if name in found}


def _pins() -> dict[str, str]:
    """The version of each type checker in pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    group = tomllib.loads(text)["dependency-groups"]["checkers"]
    pinned = dict(requirement.split("==") for requirement in group)
    return {name: pinned[name] for name in _CHECKERS}


def _broken_checkers(python: str, pins: dict[str, str]) -> dict[str, str]:
    """Install each type checker. Return the reason for each one that cannot run."""
    installed, broken = _versions(python), {}
    for name, version in pins.items():
        wanted = f"{name}=={version}"
        if installed.get(name) != version and _fails(
            python, "-m", "pip", "install", "--quiet", wanted
        ):
            broken[name] = f"pip cannot install {wanted}"
        # This also lets pyright download Node.js and its own code.
        elif _fails(str(Path(python).with_name(name)), "--version"):
            broken[name] = f"{wanted} does not start"
    return broken


def _versions(python: str) -> dict[str, str]:
    code = (
        "from importlib.metadata import distributions as d\nfor x in d(): print(x.name, x.version)"
    )
    lines = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return dict(line.split(" ", 1) for line in lines.stdout.splitlines())


def _fails(*command: str, cwd: Path | None = None) -> bool:
    """Run *command* and ignore its output; whether it failed."""
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
    """A header with the kernel's types, which bpftool writes."""
    if bpftool is None or not KERNEL.exists():
        return None
    header = cache / "vmlinux.h"
    with header.open("wb") as stream:
        command = [bpftool, "btf", "dump", "file", str(KERNEL), "format", "c"]
        done = subprocess.run(command, stdout=stream, stderr=subprocess.DEVNULL, check=False)
    return None if done.returncode else header


def _core(cache: Path, header: Path | None) -> Path | None:
    """Compile an object that uses a few large types of the kernel."""
    clang = _which("clang") or _which("clang-19") or _which("clang-14")
    if clang is None or header is None:
        return None
    (cache / "core.bpf.c").write_text(_CORE_C, encoding="utf-8")
    command = [clang, "-target", "bpf", "-g", "-O2", "-c", "core.bpf.c", "-o", "core.bpf.o"]
    return None if _fails(*command, cwd=cache) else cache / "core.bpf.o"


def machine() -> str:
    """A description of this machine, in one line."""
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
    """The first line of a tool's output about its version."""
    if command is None:
        return "missing"
    done = subprocess.run([command, *arguments], capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).partition("\n")[0].strip()
