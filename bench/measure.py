"""Run whole processes in turn, so that a busy machine slows all of them alike."""

from __future__ import annotations

import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
"""Root of the repository."""

_LAUNCHER = ROOT / "bench/launcher.py"

PATIENCE = 120.0
"""Seconds after which a run is stopped."""


SETTLED = 0.005
"""A ratio needs no more rounds once its standard error is at most this share of the ratio."""


class Contender(NamedTuple):
    """One way to do the task of a chapter.

    Attributes:
        name: Name in the table.
        command: Program and arguments; empty if the contender cannot run here.
        why_not: Why the contender cannot run; empty if it can.
        ours: Whether it is btf_typing.
        rounds: Largest number of runs; 0 for as many as the others.
        cwd: Working directory; by default the root of the repository.
    """

    name: str
    command: tuple[str, ...] = ()
    why_not: str = ""
    ours: bool = False
    rounds: int = 0
    cwd: Path = ROOT


class Taken(NamedTuple):
    """Time and memory of one run.

    Attributes:
        wall: Seconds of wall-clock time.
        cpu: Seconds of processor time, including time in the kernel.
        peak: Largest memory in MB.
        floor: Memory in MB of the process that started the run. Linux counts it in *peak*, too, so
            *peak* is never below it.
    """

    wall: float
    cpu: float
    peak: float
    floor: float


class Timing(NamedTuple):
    """All runs of a contender.

    Attributes:
        contender: The contender.
        runs: Time and memory of each run.
        why_not: Why there are no runs; empty if there are some.
    """

    contender: Contender
    runs: tuple[Taken, ...]
    why_not: str = ""


class Effort(NamedTuple):
    """How many rounds a comparison may have.

    Attributes:
        fewest: Number of rounds that it has in any case.
        most: Largest number of rounds.
        seconds: Wall-clock time for all rounds. When it is over, no further round starts. Only the
            first *fewest* rounds always run.
    """

    fewest: int
    most: int
    seconds: float

    def enough(
        self, ours: Sequence[float], others: Sequence[Sequence[float]], start: float
    ) -> bool:
        """Whether the rounds so far are enough, or all that there is time for.

        The answer depends on how much a ratio varies from round to round, never on whether it is
        large or small.

        Args:
            ours: Our figure in each round.
            others: The same for each of the others.
            start: When the first round started, on the clock of `time.perf_counter`.
        """
        if len(ours) < self.fewest:
            return False
        late = time.perf_counter() - start > self.seconds
        return (
            late
            or len(ours) >= self.most
            or all(
                standard_error([a / b for a, b in zip(ours, other, strict=True)]) <= SETTLED
                for other in others
            )
        )


def standard_error(values: Sequence[float]) -> float:
    """Standard error of the median of normally distributed *values*, as a share of the median."""
    return math.sqrt(math.pi / 2 / len(values)) * statistics.stdev(values) / median(values)


def median(values: Sequence[float]) -> float:
    """The median of *values*."""
    return statistics.median(values)


def spread(values: Sequence[float]) -> tuple[float, float]:
    """The first and the third quartile of *values*."""
    if len(values) == 1:
        return values[0], values[0]
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, high


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    seed: int | None = None,
    patience: float = PATIENCE,
) -> Taken | str:
    """Time and memory of *command*, or why it failed.

    Its output goes to a file, because some commands print megabytes. A user would do the same.

    Args:
        command: Program and arguments.
        cwd: Working directory.
        seed: Seed of the hashes of a Python program; None for a random one. The hashes determine
            the order of its sets, and that order changes its work by a few percent.
        patience: Seconds after which the run is stopped.
    """
    env = os.environ if seed is None else {**os.environ, "PYTHONHASHSEED": str(seed)}
    # -I and -S: the launcher itself imports as little as possible.
    launcher = [sys.executable, "-I", "-S", str(_LAUNCHER), *command]
    with (
        tempfile.TemporaryFile() as output,
        subprocess.Popen(
            launcher,
            cwd=cwd,
            stdout=output,
            stderr=subprocess.PIPE,
            env=env,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        try:
            _, text = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            return f"stopped after {patience:g} s"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # the launcher and the command
    if process.returncode:  # for example, there is no such command
        return text.strip().rpartition("\n")[2]
    status, wall, cpu, peak, floor = map(float, text.split())
    if status:
        return f"exit status {status:.0f}"
    return Taken(wall, cpu, peak / 1024, floor / 1024)


def in_turn(
    contenders: Sequence[Contender], rounds: int, *, patience: float = PATIENCE
) -> list[Timing]:
    """Run *rounds* rounds, each of which runs every contender once.

    All runs of a round have the same seed, so that the order of sets does not add to differences.
    Every other round runs them in reverse order, so that no contender always comes first.

    Args:
        contenders: The contenders.
        rounds: Number of rounds.
        patience: Seconds after which a run is stopped.
    """
    runs: list[list[Taken]] = [[] for _ in contenders]
    failed = [one.why_not for one in contenders]
    for number in range(rounds):
        for index, one in list(enumerate(contenders))[:: -1 if number % 2 else 1]:
            if failed[index] or number >= (one.rounds or rounds):
                continue
            outcome = run(one.command, cwd=one.cwd, seed=number, patience=patience)
            if isinstance(outcome, str):
                failed[index] = outcome
            else:
                runs[index].append(outcome)
    return [
        Timing(one, tuple(taken), why_not)
        for one, taken, why_not in zip(contenders, runs, failed, strict=True)
    ]
