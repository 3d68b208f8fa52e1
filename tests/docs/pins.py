"""Pin a BPF object where no other process sees it."""

import ctypes
import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_CLONE_NEWNS = 0x00020000
_PIN = """\
mount --make-rprivate /
mount -t bpf bpf /sys/fs/bpf
bpftool prog load "$0" /sys/fs/bpf/program pinmaps /sys/fs/bpf
"""


def call_with_pins(path: Path, function: Callable[[], None]) -> None:
    """Load the object *path*, pin its maps in ``/sys/fs/bpf``, and call *function*.

    The call is in a thread with a mount namespace of its own. The pins end with the thread.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(_pin_and_call, path, function).result()


def _pin_and_call(path: Path, function: Callable[[], None]) -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNS):
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    subprocess.run(["/bin/sh", "-euc", _PIN, path], check=True)
    function()
