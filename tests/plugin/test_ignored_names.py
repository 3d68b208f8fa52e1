"""The dictionary of hooks, and the names that it remembers."""

import importlib

import pytest

# Import it by its installed name: here mypy knows it as mypy_plugin.btf_typing_mypy.
ignored_names = importlib.import_module("btf_typing_mypy.ignored_names")


@pytest.mark.parametrize("remembers", [True, False])
def test_no_hook_is_asked_for_an_ignored_name(*, remembers: bool) -> None:
    asked, searched = [], []

    def is_ignored(name: str) -> bool:
        asked.append(name)
        return name.startswith("x")

    def hook_for(name: str) -> int | None:
        searched.append(name)
        return {"y": 2}.get(name)

    names = ignored_names.IgnoredNames({"fixed": 1}, is_ignored, hook_for)
    names.remembers = remembers

    assert [names[name] for name in ("fixed", "x", "x", "y", "y")] == [1, None, None, 2, 2]
    assert searched == ["y", "y"]
    assert asked.count("x") == (1 if remembers else 2)
    names.clear()
    assert names["fixed"] == 1
