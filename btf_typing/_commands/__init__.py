"""The commands ``btf-stubs`` and ``btf-layout``."""
