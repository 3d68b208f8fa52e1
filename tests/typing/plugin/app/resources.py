"""Loads the object of its own package."""

from importlib.resources import files

from btf_typing import load

OBJ = load(files(__package__) / "inside.bpf.o")
assert __package__
