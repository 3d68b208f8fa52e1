"""Layouts to Python text: ``.pyi`` stubs and generated modules."""
