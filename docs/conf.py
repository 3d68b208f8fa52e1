"""Configuration of Sphinx: ``make docs``. It fetches nothing from the network."""

import sys
import tomllib
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import btf_typing
from docs import api_page

_PYPROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))
repository = _PYPROJECT["tool"]["hatch"]["metadata"]["hooks"]["custom"]["repository"]

project = "btf_typing"
copyright = "the btf_typing authors"  # noqa: A001  # Sphinx's name
version = release = btf_typing.__version__

extensions = ["myst_parser", "sphinx_copybutton", "sphinx_external_toc"]
exclude_patterns = ["_build"]
nitpicky = True

copybutton_prompt_text = r"\$ |>>> |\.\.\. "
copybutton_prompt_is_regexp = True
copybutton_only_copy_prompt_lines = True

myst_heading_anchors = 4

html_theme = "furo"
pygments_dark_style = "github-dark"  # the default underlines modules and classes like links
html_title = f"btf_typing {version}"
html_static_path = ["_static"]
html_css_files = ["custom.css"]
html_theme_options: dict[str, object] = {
    "light_css_variables": {
        "font-stack": "system-ui, 'DejaVu Sans', sans-serif",
        "font-stack--monospace": "ui-monospace, 'DejaVu Sans Mono', monospace",
    },
}
if repository:
    html_theme_options |= {
        "source_repository": repository,
        "source_branch": "main",
        "source_directory": "docs/",
    }
html_show_sourcelink = False
html_copy_source = False
html_use_index = False

_SHORT = 30
"""The largest number of characters that fit into a line of a phone."""

api_page.PAGE.write_text(api_page.page(), encoding="utf-8")


def _mark_short_literals(_app: Any, doctree: Any) -> None:  # Sphinx has no stubs
    """Let the style sheet keep short code in one piece, such as ``--depfile``."""
    for literal in doctree.findall(lambda node: node.tagname == "literal"):
        if all(len(word) <= _SHORT for word in literal.astext().split()):
            literal["classes"].append("short")


def setup(app: Any) -> None:
    """Called by Sphinx."""
    # Sphinx copies titles at the default priority, 500. The mark has to be in the copies.
    app.connect("doctree-read", _mark_short_literals, priority=400)
