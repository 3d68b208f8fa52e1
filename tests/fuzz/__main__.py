"""Fuzz for a given time: ``python -m tests.fuzz --kind elf --seconds 600 --seed 1``."""

import argparse
import resource
import sys
import time
from pathlib import Path

from tests.fuzz.campaign import Campaign
from tests.fuzz.elf_damage import ElfCampaign
from tests.fuzz.odd_campaign import OddCampaign

_MEMORY = 4 << 30
_ROUND = 200
_SPACING = 1_000_000_000
_KINDS = {"bytes": Campaign, "elf": ElfCampaign, "odd": OddCampaign}


def main(arguments: list[str] | None = None) -> int:
    """Fuzz; return 1 if a case ended in anything but a value or a ``BtfError``, or did not end."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--kind", choices=_KINDS, default="bytes", help="what to damage")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="directory for the files that fail")
    options = parser.parse_args(arguments)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    campaign = _KINDS[options.kind](options.keep)
    first, stop = options.seed * _SPACING, time.monotonic() + options.seconds
    while time.monotonic() < stop:
        campaign.run(first, _ROUND)
        first += _ROUND
    sys.stdout.write(f"{options.kind}, seed {options.seed}: {campaign.report}\n")
    for case, text in campaign.report.failures[:50]:
        sys.stdout.write(f"    {case.seed} {case.number}: {text}\n")
    return bool(campaign.report.failures)


if __name__ == "__main__":
    sys.exit(main())
