"""Every snippet of the README and of the documentation does what the page says."""

import importlib.util
import shutil
from pathlib import Path

import pytest

from tests.docs.markdown import snippets
from tests.docs.session import Session, matches
from tests.paths import ROOT

_PAGES = [
    ROOT / "README.md",
    *sorted(page for page in (ROOT / "docs").rglob("*.md") if "_build" not in page.parts),
]


@pytest.mark.parametrize("page", _PAGES, ids=[str(page.relative_to(ROOT)) for page in _PAGES])
def test_page(page: Path, tmp_path: Path, mypy_cache: Path) -> None:
    found = list(snippets(page))
    if not any(snippet.language in ("console", "pycon", "python") for snippet in found):
        return
    if shutil.which("bash") is None:
        pytest.skip("the snippets need bash")
    if importlib.util.find_spec("librt") is None:
        pytest.skip("the snippets run mypy")

    Session(page, tmp_path, mypy_cache).run()


_EXAMPLE = """\
# A page

<!-- test: python <3.0 -->
```console
$ false
```

**`seven.py`**

```python
print(7)
```

1. Indented:

   ```console
   $ cat \\
   >   seven.py
   print(7)
   $ echo one; echo two; echo three
   one
   ...
   three
   ```

```pycon
>>> x = 7
>>> x
7
```
"""


def test_the_tester_runs_the_snippets_of_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(_EXAMPLE)
    folder = tmp_path / "folder"
    folder.mkdir()

    assert Session(page, folder, tmp_path).run() == 3
    assert (folder / "seven.py").read_text() == "print(7)\n"


def test_the_tester_leaves_out_a_snippet_that_needs_something_else(tmp_path: Path) -> None:
    names = ["json", "no_such_module", "libnone.so.0", "/no/such/path", "sh"]
    conditional = "".join(
        f"<!-- test: if {name} -->\n```pycon\n>>> found.append({name!r})\n```\n" for name in names
    )
    page = tmp_path / "page.md"
    page.write_text(
        f"```pycon\n>>> found = []\n```\n{conditional}```pycon\n>>> found\n['json', 'sh']\n```\n"
    )
    folder = tmp_path / "folder"
    folder.mkdir()

    assert Session(page, folder, tmp_path).run() == 4


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("   print(7)", "   print(8)"), ("   three", "   four"), (">>> x\n7", ">>> x\n8")],
)
def test_the_tester_finds_a_page_that_lies(tmp_path: Path, right: str, wrong: str) -> None:
    assert right in _EXAMPLE
    text = _EXAMPLE.replace(right, wrong)
    page = tmp_path / "page.md"
    page.write_text(text)

    with pytest.raises(AssertionError, match=r"page.md"):
        Session(page, tmp_path, tmp_path).run()


@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [
        ("a\n...\nd", "a\nb\nc\nd\n", True),
        ("a...d", "abcd", True),
        ("a", "a\nb", False),
        ("a.b", "axb", False),
    ],
)
def test_outputs_are_compared(expected: str, found: str, *, same: bool) -> None:
    assert matches(expected, found) == same
