"""Entry points of the commands: what happens before the first import and after the last line.

Ctrl-C must not print a traceback, whether the command is being imported, is working or exits.
"""

# commands print

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from signal import SIG_DFL, SIGINT, default_int_handler, getsignal, signal
from typing import NoReturn

_INTERRUPTED = 130
"""Exit code after Ctrl-C: what a shell shows for a process that the signal has ended."""


def btf_stubs() -> NoReturn:
    """Run ``btf-stubs`` and exit."""
    _run("btf_stubs")


def btf_layout() -> NoReturn:
    """Run ``btf-layout`` and exit."""
    _run("btf_layout")


def _run(module: str) -> NoReturn:
    # A parent process may have told us to ignore the signal, as nohup does.
    interruptible = getsignal(SIGINT) is default_int_handler
    try:
        if interruptible:
            signal(SIGINT, SIG_DFL)  # imports need no clean-up
        _open_standard_streams()
        command = import_module(f"btf_typing._commands.{module}")
        sys.unraisablehook = _hook
        if interruptible:
            signal(SIGINT, default_int_handler)
        code = command.main()
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except SystemExit as error:  # --help and wrong usage
        code = error.code
    finally:
        if interruptible:
            signal(SIGINT, SIG_DFL)
    code = _flushed(module.replace("_", "-")) or code
    gc.freeze()  # or the interpreter would visit every object once more before it exits
    sys.exit(code)


def _open_standard_streams() -> None:
    """Open what the caller closed, as in ``btf-stubs x.o -o stubs >&-``.

    Otherwise, the next file that is opened would be standard output, and a compiler would write
    its messages into it.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number


def _flushed(command: str) -> int:
    """Write what is left for standard output; return the exit code if that fails, else 0."""
    from .output import flush, report  # noqa: PLC0415  # after Ctrl-C ends without a traceback

    try:
        flush()
    except BrokenPipeError:
        return 0
    except OSError as error:
        report(command, None, error)
        return 1
    return 0


def _hook(unraisable: sys.UnraisableHookArgs) -> None:
    """Exit on Ctrl-C in a place that no exception can leave, such as ``__del__``."""
    if unraisable.exc_type is KeyboardInterrupt:
        os._exit(_INTERRUPTED)
    sys.__unraisablehook__(unraisable)
