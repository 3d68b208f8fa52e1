"""Annotations with names of another module, after mypy has read that module from its cache."""

import shutil
import time

from tests.paths import ROOT
from tests.plugin import cases
from tests.plugin.workspace import CONFIG, Workspace
from tests.typing import runner


def test_a_warm_run_knows_the_unions_of_another_module(workspace: Workspace) -> None:
    workspace.write("mypy.ini", CONFIG)
    workspace.write("tool.bpf.o", (ROOT / "tests/typing/checkers/prog.bpf.o").read_bytes())
    workspace.stub("tool.bpf.o")
    for name in ("tables.py", "tables_user.py"):
        shutil.copy(cases.CASES / name, workspace.root)
    user = (workspace.root / "tables_user.py").read_text()
    for text in (user, f"{user}\nprint(Key)\n"):
        workspace.write("tables_user.py", text)
        found = runner.reported(workspace.mypy("--hide-error-context", "tables_user.py").text)
        assert not runner.difference(runner.expected(workspace.root, ["tables_user.py"]), found)
        time.sleep(1.05)  # mypy compares whole seconds
