"""Run the plugin's tests on several versions of mypy, each in its own environment.

``python -m tests.plugin.versions [VERSION ...] [--python PYTHON] [--directory DIR] [--full]``
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.paths import ROOT

VERSIONS = ("1.15.0", "1.18.2", "2.1.0", "newest")
"""The oldest supported version, two others, and the newest version."""


def environment(directory: Path, python: str, version: str) -> Path:
    """Create an environment with *version* of mypy, unless it exists; return its Python."""
    home = directory / f"mypy-{version}"
    made = home / "bin" / "python"
    if not (home / "ready").exists():
        subprocess.run([python, "-m", "venv", str(home)], check=True)
        mypy = "mypy" if version == "newest" else f"mypy=={version}"
        install = [str(made), "-m", "pip", "install", "--quiet", mypy, "pytest", "-e", str(ROOT)]
        subprocess.run(install, check=True)
        (home / "ready").touch()
    return made


def passes(python: Path, *, full: bool) -> bool:
    """Whether the tests pass with that *python*."""
    commands = [["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/plugin"]]
    if full:
        commands.append(["-m", "tests.plugin.differential"])
    return not any(
        subprocess.run([str(python), *command], cwd=ROOT, check=False).returncode
        for command in commands
    )


def main() -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("versions", nargs="*", default=VERSIONS, metavar="VERSION")
    parser.add_argument("--python", default=sys.executable, help="to make environments with")
    parser.add_argument("--directory", type=Path, help="of the environments, to keep them")
    parser.add_argument("--full", action="store_true", help="the differential harness as well")
    args = parser.parse_args()
    failed = []
    with tempfile.TemporaryDirectory() as temporary:
        for version in args.versions:
            python = environment(args.directory or Path(temporary), args.python, version)
            said = subprocess.run(
                [str(python), "-m", "mypy", "--version"], check=True, capture_output=True, text=True
            )
            print(f"== {said.stdout.strip()}", flush=True)  # noqa: T201  # the command's output
            if not passes(python, full=args.full):
                failed.append(version)
    print(f"failed: {', '.join(failed)}" if failed else "all passed")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
