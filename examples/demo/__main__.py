"""A tour for people who are new to btf_typing: ``make demo``.

Run it in the repository's root. The commands that it shows run there too.
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
FOLDER = "examples/execsnoop"
STUB = Path(FOLDER, "execsnoop_bpf.pyi")
HANDWRITTEN = "examples/demo/handwritten.py"
RIGHT = "examples/demo/right.py"
WRONG = "examples/demo/wrong.py"
SNOOP = ["python", "-m", "examples.execsnoop.execsnoop"]

_BIN = Path(sysconfig.get_path("scripts"))
_PATIENCE = 60
"""Seconds to wait for an event of this kernel."""
_SHOWN = 16
"""Number of lines to show of a class in the stub."""


class DemoError(Exception):
    """A command did not do what the tour says."""


def say(title: str, text: str) -> None:
    """Print a heading, and text about the command that follows."""
    print(f"\n{bold(title)}\n{textwrap.fill(' '.join(text.split()), 88)}\n")


def bold(text: str) -> str:
    """*text* in bold, on a terminal."""
    return f"\033[1m{text}\033[0m" if sys.stdout.isatty() else text


def run(command: Sequence[str], *, fails: bool = False, patience: float | None = None) -> None:
    """Show a command and run it, with the programs that belong to this Python.

    Args:
        command: Program and arguments.
        fails: Whether the command is expected to fail.
        patience: Seconds to wait for the command; None to wait until it ends.

    Raises:
        DemoError: The command failed although it should not have, or the reverse.
    """
    print(f"$ {' '.join(command)}", flush=True)
    environment = {**os.environ, "PATH": f"{_BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    words = [str(_BIN / command[0]), *command[1:]]
    try:
        code = subprocess.call(words, env=environment, timeout=patience)  # noqa: S603  # ours
    except subprocess.TimeoutExpired:
        code = -1
    if bool(code) != fails:
        raise DemoError(f"exit code {code} of: {' '.join(command)}")


def show_class(name: str) -> None:
    """Print the first lines of a class in the stub."""
    lines = iter(STUB.read_text().splitlines())
    for line in lines:
        if line.startswith(f"class {name}("):
            print(f"{STUB}:\n\n    {line}")
            break
    for line in islice(lines, _SHOWN):
        print(f"    {line}".rstrip())
    print("    ...")


def tour() -> None:
    """Show the tour.

    Raises:
        DemoError: A step did not work.
    """
    say(
        "1. The problem: a struct in two languages",
        f"""{OBJECT} is a BPF program, compiled by clang. It sends a `struct exec_event` for every
        program that starts. {HANDWRITTEN} declares the same struct in Python, copied from the C
        line by line, as most programs do. ctypes places its bitfields elsewhere, without a
        warning. btf_typing reads the layout from the object's BTF, the type information that the
        compiler wrote. Both decode the same event:""",
    )
    run(["python", "-m", "examples.demo.handwritten"])
    say(
        "2. A module that has the types of the object",
        """btf-stubs writes two files. The .pyi file is for editors and type checkers: it has each
        field with its offset, size and C type. The .py file is for the running program: it reads
        the object when you first use a name.""",
    )
    run(["btf-stubs", OBJECT, "-o", FOLDER, "--live"])
    show_class("exec_event")

    say(
        "3. At run time: import the types",
        f"""{RIGHT} declares no struct. It imports exec_event, exec_kind and obj from
        that module:""",
    )
    run(["python", "-m", "examples.demo.right"])

    say(
        "4. The same on this kernel",
        """With root and pylibbpf (`pip install pylibbpf`), this example attaches the program,
        starts /bin/true and prints the event that the kernel sends. Otherwise it says why it
        cannot, and decodes a recorded event.""",
    )
    try:
        run(SNOOP, patience=_PATIENCE)
    except DemoError:
        print("\nThat did not work on this kernel. Here is the recorded event:\n")
        run([*SNOOP, "--recorded"])

    say(
        "5. Type checkers check the program against the object",
        f"""Your editor completes the same names. mypy, pyright and others check them, with or
        without our plugin for mypy. {RIGHT} uses them correctly:""",
    )
    run(["mypy", RIGHT])

    say(
        "6. ... and finds errors before the program runs",
        f"""{WRONG} looks up a map that does not exist, reads a misspelt field, uses bytes as
        str, and assigns text to an integer. mypy finds all four:""",
    )
    run(["mypy", "--pretty", WRONG], fails=True)
    say(
        "That is all",
        """If you know names only at run time, use load() and struct() instead of a module: see
        README.md. examples/ has more programs.""",
    )


if __name__ == "__main__":
    try:
        tour()
    except DemoError as error:
        sys.exit(f"make demo: {error}")
