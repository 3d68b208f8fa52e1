"""Print signals as they are sent and as they are delivered.

sudo python -m examples.ringbuf.ringbuf [--count N]       from the repository's root
"""

import argparse
import os
import signal
import sys
from pathlib import Path

from btf_typing import load
from examples.libbpf import Bpf, why_not_live

OBJECT = Path(__file__).parent / "ringbuf.bpf.o"
TRACEPOINTS = ("signal/signal_generate", "signal/signal_deliver")

with load(OBJECT) as obj:
    SignalEvent = obj.btf.struct("signal_event")
    SignalStep = obj.btf.enum("signal_step")
    SignalCode = obj.btf.enum("signal_code")


def name_of(number: int) -> str:
    """SIGTERM for 15; the number itself for a signal without a name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def code_of(number: int) -> str:
    """CODE_TKILL for -6; the number itself for a code that the program does not name."""
    return SignalCode(number).name if number in set(SignalCode) else str(number)


def describe(event: SignalEvent) -> str:
    """One line; event.step says which member of the union holds."""
    who = f"{event.timestamp / 1e9:.6f} s  {event.comm.decode(errors='replace')} ({event.pid})"
    what = f"{name_of(event.signal)}, {code_of(event.code)}"
    if event.step == SignalStep.SIGNAL_SENT:
        sent = event.sent
        scope = "process" if sent.to_group else "thread"
        target = f"{sent.target_comm.decode(errors='replace')} ({scope} {sent.target_pid})"
        return f"{who} sent {what} to {target}"
    taken = event.delivered
    handler = "the default action" if taken.handler is None else f"handler {taken.handler:#x}"
    return f"{who} took {what}: {handler}, flags {taken.flags:#x}"


def main() -> None:
    """Print events until there have been enough, the first ones of our own making."""
    parser = argparse.ArgumentParser(description="Print signals, sent and delivered.")
    parser.add_argument("--count", type=int, default=2, metavar="N", help="events to print")
    args = parser.parse_args()
    if reason := why_not_live(*TRACEPOINTS):
        sys.exit(f"ringbuf: {reason}")

    events: list[SignalEvent] = []
    with Bpf(OBJECT) as bpf:
        bpf.load()
        bpf.attach()
        with bpf.ring_buffer(
            "events", lambda data: events.append(SignalEvent.from_buffer_copy(data))
        ) as buffer:
            signal.signal(signal.SIGUSR1, lambda _number, _frame: None)
            os.kill(os.getpid(), signal.SIGUSR1)
            while len(events) < args.count:
                buffer.poll(timeout_ms=100)
    for event in events[: args.count]:
        print(describe(event))


if __name__ == "__main__":
    main()
