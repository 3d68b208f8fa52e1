"""The features of the plugin: each module answers mypy about one kind of user code.

The tables in ``hook_tables.py`` map each full name to one of the modules.
"""
