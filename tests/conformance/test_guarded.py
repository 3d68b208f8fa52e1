import subprocess
import sys

from tests.paths import ROOT


def test_no_member_reaches_past_the_end_of_its_instance() -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.conformance.guarded"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout.split()[0]) > 7000
