"""The user's project: its objects, stubs, settings, and what mypy's caches depend on."""
