"""Entry points of the commands: they prepare the process, run the command and exit.

Ctrl-C must not print a traceback at any time: during imports, during the work or at exit.
"""

from __future__ import annotations

import sys

_INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT, which shells show for a process that SIGINT ended."""

try:
    import gc
    import os
    from importlib import import_module
    from signal import SIG_DFL, SIGINT, default_int_handler, getsignal, signal
    from typing import NoReturn
except KeyboardInterrupt:
    sys.exit(_INTERRUPTED)


def btf_stubs() -> NoReturn:
    """Run ``btf-stubs`` and exit."""
    _run("btf_stubs")


def btf_layout() -> NoReturn:
    """Run ``btf-layout`` and exit."""
    _run("btf_layout")


def _run(module: str) -> NoReturn:
    # A shell script starts background jobs with SIGINT ignored. Such a job must keep ignoring it.
    interruptible = getsignal(SIGINT) is default_int_handler
    try:
        if interruptible:
            signal(SIGINT, SIG_DFL)  # exit at once: imports leave nothing to clean up
        _open_standard_streams()
        command = import_module(f"btf_typing._commands.{module}")
        sys.unraisablehook = _hook
        if interruptible:
            signal(SIGINT, default_int_handler)
        code = command.main()
        gc.freeze()  # saves time: garbage collections from here on skip all objects
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except SystemExit as error:  # --help and wrong usage
        code = error.code
    finally:
        if interruptible:
            signal(SIGINT, SIG_DFL)
    code = _flushed(module.replace("_", "-")) or code
    sys.exit(code)


def _open_standard_streams() -> None:
    """Open the standard streams that the caller closed, as in ``btf-stubs x.o -o stubs >&-``.

    If a stream stayed closed, the next file that we open would get its number, such as 2 for
    stderr. A compiler would then write its messages into that file.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number


def _flushed(command: str) -> int:
    """Flush standard output, and return 1 if that fails, else 0. A closed pipe is no failure."""
    # The import is here because SIGINT now has its default action: Ctrl-C prints no traceback.
    from .output import flush, report  # noqa: PLC0415  # see above

    try:
        flush()
    except BrokenPipeError:
        return 0
    except OSError as error:
        report(command, None, error)
        return 1
    return 0


def _hook(unraisable: sys.UnraisableHookArgs) -> None:
    """Exit on Ctrl-C even where Python ignores exceptions, such as in ``__del__``."""
    if unraisable.exc_type is KeyboardInterrupt:
        os._exit(_INTERRUPTED)
    sys.__unraisablehook__(unraisable)
