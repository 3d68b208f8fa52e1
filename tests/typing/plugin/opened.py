"""Loads the object that ``bound_methods.py`` uses."""

from btf_typing import load

obj = load("prog.bpf.o")
