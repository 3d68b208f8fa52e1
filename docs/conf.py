"""Configuration of Sphinx: ``make docs``. It fetches nothing from the network."""

import builtins

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

import btf_typing

project = "btf_typing"
copyright = "the btf_typing authors"  # noqa: A001  # Sphinx's name
version = release = btf_typing.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
default_role = "any"
nitpicky = True
# Names of other libraries, whose documentation is not available offline.
nitpick_ignore_regex = [
    ("py:.*", r"(_ctypes|builtins|collections|ctypes|enum|importlib|os|types|typing|weakref)\..*"),
    ("py:.*", r"(Any|BaseException|Callable|IntEnum|Iterator|Mapping|Sequence|TracebackType)"),
    ("py:.*", r"(numpy\.dtype|PathLike|.*\b(S_co|AnyClass|BinaryFile|Readable))"),
]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True  # attributes as a list, not each with a heading of its own
python_display_short_literal_types = True
python_use_unqualified_type_names = True

myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "btf_typing"
html_static_path = ["_static"]
html_css_files = ["custom.css"]
html_theme_options = {
    "light_css_variables": {
        "font-stack": "system-ui, 'DejaVu Sans', sans-serif",
        "font-stack--monospace": "ui-monospace, 'DejaVu Sans Mono', monospace",
    },
}
html_show_sourcelink = False
html_copy_source = False


def _plain_builtins(app: Sphinx, doctree: nodes.document) -> None:  # noqa: ARG001  # Sphinx's
    """Turn links to builtins such as ``type`` into text: Btf has a method called ``type``."""
    for reference in list(doctree.findall(pending_xref)):
        if reference.get("refdomain") == "py" and hasattr(builtins, reference["reftarget"]):
            reference.replace_self(nodes.Text(reference["reftarget"]))


def setup(app: Sphinx) -> None:
    """Connect the handler above; Sphinx calls this."""
    app.connect("doctree-read", _plain_builtins)
