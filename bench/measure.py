"""Run whole processes in turn, so that a busy machine slows all of them alike."""

from __future__ import annotations

import math
import os
import resource
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
"""Root of the repository."""

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
        peak: Largest memory in MB. Linux also counts the memory that the measuring process held
            when it started the run. The value is therefore never below that.
    """

    wall: float
    cpu: float
    peak: float


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


def peak_memory() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


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
    null = subprocess.DEVNULL
    env = os.environ if seed is None else {**os.environ, "PYTHONHASHSEED": str(seed)}
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, stdin=null, stdout=output, stderr=null, env=env
        )
        signal.signal(signal.SIGALRM, lambda *_: process.kill())
        signal.setitimer(signal.ITIMER_REAL, patience)
        _, status, usage = os.wait4(process.pid, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall, cpu = time.perf_counter() - start, usage.ru_utime + usage.ru_stime
    if process.returncode == -signal.SIGKILL:
        return f"stopped after {wall:.0f} s, {cpu:.0f} s of them processor time"
    if process.returncode:
        return f"exit status {process.returncode}"
    return Taken(wall, cpu, usage.ru_maxrss / 1024)


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
