"""Run whole processes in turn, so that a busy machine slows all of them alike."""

from __future__ import annotations

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

PATIENCE = 120.0
"""Seconds after which a run is stopped."""


class Contender(NamedTuple):
    """One way to do the task of a chapter.

    Attributes:
        name: Name in the table.
        command: Program and arguments; empty if the contender cannot run here.
        why_not: Why the contender cannot run; empty if it can.
        ours: Whether it is btf_typing.
        rounds: Largest number of runs; 0 for as many as the others.
    """

    name: str
    command: tuple[str, ...] = ()
    why_not: str = ""
    ours: bool = False
    rounds: int = 0


class Taken(NamedTuple):
    """Time and memory of one run.

    Attributes:
        wall: Seconds of wall-clock time.
        cpu: Seconds of processor time, including time in the kernel.
        peak: Largest memory in MB. It is at least what the measuring process held when it
            started the run, because Linux counts that too.
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


def run(command: Sequence[str], *, cwd: Path) -> Taken | str:
    """Time and memory of *command*, or why it failed.

    Its output goes to a file, as a user would do it: some commands print megabytes.
    """
    null = subprocess.DEVNULL
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, stdin=null, stdout=output, stderr=null)
        signal.signal(signal.SIGALRM, lambda *_: process.kill())
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
        _, status, usage = os.wait4(process.pid, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall, cpu = time.perf_counter() - start, usage.ru_utime + usage.ru_stime
    if process.returncode == -signal.SIGKILL:
        return f"stopped after {wall:.0f} s, {cpu:.0f} s of them processor time"
    if process.returncode:
        return f"exit status {process.returncode}"
    return Taken(wall, cpu, usage.ru_maxrss / 1024)


def in_turn(contenders: Sequence[Contender], rounds: int, *, cwd: Path) -> list[Timing]:
    """Run *rounds* rounds, each of which runs every contender once."""
    runs: list[list[Taken]] = [[] for _ in contenders]
    failed = [one.why_not for one in contenders]
    for number in range(rounds):
        for index, one in enumerate(contenders):
            if failed[index] or number >= (one.rounds or rounds):
                continue
            outcome = run(one.command, cwd=cwd)
            if isinstance(outcome, str):
                failed[index] = outcome
            else:
                runs[index].append(outcome)
    return [
        Timing(one, tuple(taken), why_not)
        for one, taken, why_not in zip(contenders, runs, failed, strict=True)
    ]
