import pytest

_REPORTS = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_REPORTS] = []


@pytest.fixture
def reports(pytestconfig: pytest.Config) -> list[str]:
    """Lines to print after all tests."""
    return pytestconfig.stash[_REPORTS]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if config.stash[_REPORTS]:
        terminalreporter.section("conformance")
        for line in config.stash[_REPORTS]:
            terminalreporter.line(line)
