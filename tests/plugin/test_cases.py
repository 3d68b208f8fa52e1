from tests.plugin import cases
from tests.plugin.workspace import Workspace


def test_every_comment_is_what_mypy_says_cold_and_warm(workspace: Workspace) -> None:
    names = cases.prepare(workspace)
    for _ in ("cold", "warm"):
        output = workspace.mypy("--hide-error-context", *names)
        assert not cases.compare(workspace, names, output)
