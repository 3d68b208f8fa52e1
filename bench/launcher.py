"""Run the command in the arguments, and write what it took to standard error.

The output has five numbers: the exit status, seconds of wall-clock time and of processor time, the
largest memory of the command in KiB, and that of this process.

Linux counts the memory of a process also for the commands that it starts. So the process that
measures does not start the commands, because it holds over 100 MB. This script starts them. It
imports little: ``json`` and ``signal``, for example, need more than a megabyte.
"""

import os
import sys
import time


def main() -> None:
    """Run the command."""
    null = os.open(os.devnull, os.O_RDWR)
    ends = [(os.POSIX_SPAWN_DUP2, null, end) for end in (0, 2)]
    start = time.perf_counter()
    child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=ends)
    _, status, usage = os.wait4(child, 0)
    wall, cpu = time.perf_counter() - start, usage.ru_utime + usage.ru_stime
    with open("/proc/self/status", encoding="utf-8") as lines:  # noqa: PTH123  # pathlib is large
        own = next(line.split()[1] for line in lines if line.startswith("VmHWM:"))
    figures = os.waitstatus_to_exitcode(status), wall, cpu, usage.ru_maxrss, own
    sys.stderr.write(" ".join(map(str, figures)))


if __name__ == "__main__":
    main()
