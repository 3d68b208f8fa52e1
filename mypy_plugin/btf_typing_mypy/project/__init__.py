"""The user's project: its objects, stubs and settings, and what mypy's caches depend on."""
