import subprocess
import sys
from pathlib import Path


def test_no_member_reaches_past_the_end_of_its_instance() -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.conformance.guarded"]

    done = subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout.split()[0]) > 7000
