"""Fuzzing with semantically odd BTF: every file that loads gets its stub and its modules."""

from pathlib import Path

import btf_typing
from btf_typing import BtfError
from tests.fuzz import generated_text
from tests.fuzz.campaign import Campaign, Case, Prepared
from tests.fuzz.odd_btf import odd_file
from tests.fuzz.proof import prove
from tests.fuzz.walk import walk, walk_object

_WALKED = 4
"""One case in this many also walks everything, which doubles its time."""


class OddCampaign(Campaign):
    """Builds odd files, and checks everything that is made of them."""

    def case(self, number: int) -> Case:
        """Name the case *number*."""
        return Case("odd", number)

    def prepare(self, case: Case, directory: Path) -> Prepared:
        """Build the file of *case*."""
        path = directory / "fuzzed.bpf.o"
        path.write_bytes(odd_file(case.number).data)
        return Prepared(path, None)

    def use(self, case: Case, prepared: Prepared) -> str:
        """Check the file, and return the outcome."""
        try:
            obj = btf_typing.load(prepared.path)
        except BtfError:
            return "refused"
        generated_text.check(obj, prepared.path.parent)
        prove(obj.btf, odd_file(case.number).btf)
        if case.number % _WALKED == 0:
            walk_object(obj)
            walk(obj.btf)
        return "checked"
