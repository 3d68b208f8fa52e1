"""Base classes that turn a class into a structure or union."""

import importlib

import pytest

from tests.plugin.parsing import parsed_modules

# Import it by its installed name: here mypy knows it as mypy_plugin.btf_typing_mypy.
ctypes_bases = importlib.import_module("btf_typing_mypy.handwritten.ctypes_bases")

_PROGRAM = """\
import ctypes

class Plain: ...
class Event(ctypes.Structure): ...
class Derived(Event): ...
class Number(ctypes.c_uint32): ...
"""


@pytest.mark.parametrize(
    ("base", "included", "never"),
    [
        ("_ctypes.Structure", True, False),
        ("m.Event", True, False),
        ("m.Derived", True, False),
        ("builtins.str", False, True),
        ("_ctypes._SimpleCData", False, True),
        ("m.Number", False, True),
        ("m.Plain", False, True),
        ("m.ctypes", False, False),
        ("m.missing", False, False),  # mypy has perhaps not analyzed it yet
        ("unknown.Class", False, False),
    ],
)
def test_a_base_that_can_never_become_a_structure_is_remembered(
    base: str, *, included: bool, never: bool
) -> None:
    modules = parsed_modules(_PROGRAM)
    bases = ctypes_bases.BaseClasses(lambda: modules, daemon=False)
    assert bases.include(base) is included
    assert bases.never_include(base) is never


def test_classes_of_the_program_can_change_while_the_daemon_runs() -> None:
    modules = parsed_modules(_PROGRAM)
    bases = ctypes_bases.BaseClasses(lambda: modules, daemon=True)
    assert not bases.never_include("m.Plain")
    assert bases.never_include("builtins.str")
    assert bases.never_include("_ctypes._SimpleCData")
