"""A tour for those who see btf_typing for the first time: ``make demo``.

Runs from the repository's root, where it is the working directory of every command it shows.
"""

import os
import subprocess
import sys
import sysconfig
import textwrap
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

OBJECT = "examples/execsnoop/execsnoop.bpf.o"
STUB = Path("stubs/execsnoop_bpf.pyi")
HANDWRITTEN = "examples/demo/handwritten.py"
RIGHT = "examples/demo/right.py"
WRONG = "examples/demo/wrong.py"
SNOOP = ["python", "examples/execsnoop/execsnoop.py"]

_BIN = Path(sysconfig.get_path("scripts"))
_PATIENCE = 60
"""Seconds to wait for an event of this kernel."""
_SHOWN = 16
"""Lines of a class that are shown of the stub."""


class DemoError(Exception):
    """A command did not do what the text before it says."""


def say(title: str, text: str) -> None:
    """Print a heading and what the reader is about to see."""
    print(f"\n{bold(title)}\n{textwrap.fill(' '.join(text.split()), 88)}\n")


def bold(text: str) -> str:
    """*text* in bold, on a terminal."""
    return f"\033[1m{text}\033[0m" if sys.stdout.isatty() else text


def run(command: Sequence[str], *, fails: bool = False, patience: float | None = None) -> None:
    """Show a command, and run it with this Python's programs.

    Args:
        command: its words.
        fails: whether it should.
        patience: seconds that it may take; None for as long as it likes.

    Raises:
        DemoError: it went otherwise.
    """
    print(f"$ {' '.join(command)}", flush=True)
    environment = {**os.environ, "PATH": f"{_BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    words = [str(_BIN / command[0]), *command[1:]]
    try:
        code = subprocess.call(words, env=environment, timeout=patience)  # noqa: S603  # our own
    except subprocess.TimeoutExpired:
        code = -1
    if bool(code) != fails:
        raise DemoError(f"exit code {code} of: {' '.join(command)}")


def show_class(name: str) -> None:
    """Print the beginning of a class of the stub."""
    lines = iter(STUB.read_text().splitlines())
    for line in lines:
        if line.startswith(f"class {name}("):
            print(f"{STUB}:\n\n    {line}")
            break
    for line in islice(lines, _SHOWN):
        print(f"    {line}".rstrip())
    print("    ...")


def tour() -> None:
    """Show all of it.

    Raises:
        DemoError: something did not work.
    """
    say(
        "1. The problem: a struct that is written down twice",
        f"""{OBJECT}, compiled by clang, sends a `struct exec_event` for every program that starts.
        {HANDWRITTEN} holds that struct again, copied from the C line by line, as most programs do.
        ctypes lays its bitfields out in its own way, and nothing says so. btf_typing takes the
        layout from the BTF inside the object: the type information that the compiler left there.
        Both decode the same event:""",
    )
    run(["python", HANDWRITTEN])
    say(
        "2. At run time: the class comes from the object",
        f"""{RIGHT} writes no struct down:""",
    )
    run(["python", RIGHT])

    say(
        "3. The same on this kernel",
        """With root and pylibbpf (`pip install pylibbpf`) this example attaches the program, starts
        /bin/true and prints what the kernel tells; otherwise it says why not, and decodes a
        recorded event.""",
    )
    try:
        run(SNOOP, patience=_PATIENCE)
    except DemoError:
        print("\nThis kernel refused. The recorded event, then:\n")
        run([*SNOOP, "--recorded"])

    say(
        "4. The same types, for editors and type checkers",
        """btf-stubs writes what it knows as a .pyi file: each field with its offset, size and C
        type.""",
    )
    run(["btf-stubs", OBJECT, "-o", "stubs"])
    show_class("exec_event")

    say(
        "5. mypy checks the program against the object",
        f"""The plugin reads the object that load() names. {RIGHT} uses it as it is:""",
    )
    run(["mypy", RIGHT])

    say(
        "6. ... and finds what would have been garbage at run time",
        f"""{WRONG} asks for a struct that does not exist, reads a misspelt field, takes bytes for
        str, and stores text in an integer. mypy must find all four:""",
    )
    run(["mypy", "--pretty", WRONG], fails=True)
    print("\nThat is all. README.md goes on from here; examples/ has more programs.")


if __name__ == "__main__":
    try:
        tour()
    except DemoError as error:
        sys.exit(f"make demo: {error}")
