"""Print signals when they are sent and when they are delivered.

sudo .venv/bin/python -m examples.ringbuf.ringbuf [--count N]       from the repository's root
"""

import argparse
import os
import signal
import sys
from pathlib import Path

from examples.libbpf import Bpf, why_not_live
from examples.ringbuf.ringbuf_bpf import signal_code, signal_event, signal_step

OBJECT = Path(__file__).parent / "ringbuf.bpf.o"
TRACEPOINTS = ("signal/signal_generate", "signal/signal_deliver")


def name_of(number: int) -> str:
    """The name of a signal, such as SIGTERM for 15, or its number if it has no name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def code_of(number: int) -> str:
    """The name of a code, such as CODE_TKILL for -6, or its number if it has no name."""
    return signal_code(number).name if number in set(signal_code) else str(number)


def describe(event: signal_event) -> str:
    """An event as one line of text. event.step says which member of the union is valid."""
    who = f"{event.timestamp / 1e9:.6f} s  {event.comm.decode(errors='replace')} ({event.pid})"
    what = f"{name_of(event.signal)}, {code_of(event.code)}"
    if event.step == signal_step.SIGNAL_SENT:
        sent = event.sent
        scope = "process" if sent.to_group else "thread"
        target = f"{sent.target_comm.decode(errors='replace')} ({scope} {sent.target_pid})"
        return f"{who} sent {what} to {target}"
    taken = event.delivered
    handler = "the default action" if taken.handler is None else f"handler {taken.handler:#x}"
    return f"{who} took {what}: {handler}, flags {taken.flags:#x}"


def main() -> None:
    """Print events until there have been enough. The first ones are signals that we send."""
    parser = argparse.ArgumentParser(description="Print signals, sent and delivered.")
    parser.add_argument("--count", type=int, default=2, metavar="N", help="events to print")
    args = parser.parse_args()
    if reason := why_not_live(*TRACEPOINTS):
        sys.exit(f"ringbuf: {reason}")

    events: list[signal_event] = []
    with Bpf(OBJECT) as bpf:
        bpf.load()
        bpf.attach()
        with bpf.ring_buffer(
            "events", lambda data: events.append(signal_event.from_buffer_copy(data))
        ) as buffer:
            signal.signal(signal.SIGUSR1, lambda _number, _frame: None)
            os.kill(os.getpid(), signal.SIGUSR1)
            while len(events) < args.count:
                buffer.poll(timeout_ms=100)
    for event in events[: args.count]:
        print(describe(event))


if __name__ == "__main__":
    main()
