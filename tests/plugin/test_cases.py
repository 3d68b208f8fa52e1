from tests.plugin import cases
from tests.plugin.workspace import Workspace


def test_mypy_reports_what_the_comments_expect_cold_and_warm(workspace: Workspace) -> None:
    names = cases.prepare(workspace)
    for _ in ("cold", "warm"):
        output = workspace.mypy("--hide-error-context", *names)
        assert not cases.compare(workspace, names, output)
