"""The user's project: its objects, stubs and settings, and the dependencies for mypy's cache."""
