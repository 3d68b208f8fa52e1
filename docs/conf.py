"""Sphinx's configuration: ``make docs``. Nothing is fetched from the network."""

import btf_typing

project = "btf_typing"
copyright = "the btf_typing authors"  # noqa: A001  # Sphinx's name
version = release = btf_typing.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
default_role = "any"
nitpicky = True
# Names of the standard library and of mypy: their documentation is not at hand offline.
nitpick_ignore_regex = [
    ("py:.*", r"(builtins|collections|ctypes|enum|importlib|os|types|typing|weakref)\..*"),
    ("py:.*", r"(Any|BaseException|Callable|IntEnum|Iterator|Mapping|Sequence|TracebackType)"),
    ("py:.*", r"(bool|bytes|int|str|type|tuple|list|dict|object|None|property|self|optional)"),
    ("py:.*", r".*\b(S_co|AnyStruct|Readable|PathLike)"),
]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
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
