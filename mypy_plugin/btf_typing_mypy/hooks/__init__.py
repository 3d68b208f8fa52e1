"""The features of the plugin: each module answers mypy about one kind of user code.

The table in ``plugin.py`` says which full name leads to which module.
"""
