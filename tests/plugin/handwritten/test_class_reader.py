"""The descriptions of hand-written classes, and why a class has none."""

import importlib
from typing import Any

import pytest
from mypy.nodes import ClassDef, MypyFile

from tests.plugin.parsing import parsed_modules

# Import them by their installed names: here mypy knows them as mypy_plugin.btf_typing_mypy.
btf_classes = importlib.import_module("btf_typing_mypy.source.btf_classes")
class_reader = importlib.import_module("btf_typing_mypy.handwritten.class_reader")
description = importlib.import_module("btf_typing_mypy.handwritten.class_description")


class _NoProject:
    """A project without objects and stubs."""

    def is_stub(self, _module: str) -> bool:
        return False


_U32 = ["simple", "c_uint32"]

_TYPES: dict[str, Any] = {
    "c_uint32": _U32,
    "ctypes.c_uint32": _U32,
    "alias": _U32,
    "variable": _U32,
    "c_uint32.__ctype_be__": ["swapped", "c_uint32"],
    "c_uint8.__ctype_be__": ["simple", "c_ubyte"],
    "c_uint32 * 4": ["array", _U32, 4],
    "4 * c_uint32": ["array", _U32, 4],
    "c_uint32 * (LENGTH - 1)": ["array", _U32, 15],
    "c_uint32 * -(~LENGTH)": ["array", _U32, 17],
    "c_uint32 * (sizeof(c_uint8) + 1)": [
        "array",
        _U32,
        ["+", ["sizeof", ["simple", "c_ubyte"]], 1],
    ],
    "c_uint32 * Sizes.ONE": ["array", _U32, 1],
    "POINTER(c_uint32)": ["pointer", _U32],
    "POINTER(Complete)": ["pointer to", "Complete"],
    "POINTER(make())": ["pointer to", "object"],
    "CFUNCTYPE(None)": ["function"],
}

_UNKNOWN_TYPES: dict[str, str] = {
    "int": '"builtins.int" is not a ctypes type',
    "make()": "the plugin does not evaluate make(); use a type of ctypes or a class",
    "c_uint32 if LENGTH else c_uint8": "the plugin cannot evaluate this type; use a type of ctypes,"
    " an array such as c_char * 16, or a class",
    "POINTER(c_uint32).__ctype_be__": "__ctype_be__ needs a simple type of ctypes,"
    " such as c_uint32",
    "make": 'the plugin cannot find out what "make" refers to; write the name of the class',
    "any_class": 'the type of "m.any_class" does not say which class it holds;'
    " write the name of the class",
    "c_uint32 * len('ab')": "the plugin cannot evaluate this number; use integers, arithmetic,"
    " sizeof() and names",
    "c_uint32 * (1 << 65)": "a number is out of range; at most 2**64 is supported",
    "c_uint32 * (1 << 1000)": "a number is out of range; at most 2**64 is supported",
    "c_uint32 * (1 // 0)": "a number cannot be computed: division by zero",
    "c_uint32 * ~Sizes.ONE": 'the plugin does not evaluate "~" on members of an enum;'
    " write the number",
    "c_uint32 * twice": 'the value of "m.twice" is unknown;'
    " declare it Final in the module that defines it",
    "c_uint32 * endless": "the definition of this number refers to itself",
    "Complete": 'class "Complete": mypy analyzed the module "m" without this plugin',
}

_UNKNOWN_CLASSES: dict[str, str] = {
    '_fields_ = [("x", c_uint32), "y"]': "an entry of _fields_ is no tuple;"
    ' write ("name", type) or ("name", type, bits)',
    "_fields_ = [(str(), c_uint32)]": "the name of a field is not a string literal; write it out",
    '_fields_ = list([("x", c_uint32)])': "the plugin cannot evaluate _fields_;"
    " write it as a list of tuples",
    '_fields_ = [("x", c_uint32)]; _fields_ = [("y", c_uint32)]': "_fields_ is assigned in 2"
    " places; assign it once",
    "(_pack_ := 1)": "the plugin cannot evaluate the assignment to _pack_; assign it once, without"
    " a condition, in the class or in the same block after it",
    "_swappedbytes_ = None": 'class "C" defines _swappedbytes_; derive from BigEndianStructure or'
    " LittleEndianStructure instead",
}

_PROGRAM = """\
import ctypes
from ctypes import *
from enum import IntEnum
from typing import Any

def make() -> Any: ...
class Sizes(IntEnum):
    ONE = 1
class Complete(Structure):
    _fields_ = [("x", c_uint32)]
alias = c_uint32
variable: type[c_uint32] = c_uint32
any_class: Any
twice = 1
twice = 2
endless = sizeof(c_uint32 * endless)
LENGTH = 16
"""


@pytest.fixture(scope="module")
def modules() -> dict[str, MypyFile]:
    types = [f'_fields_ = (("x", {type_}),)' for type_ in (*_TYPES, *_UNKNOWN_TYPES)]
    classes = [
        f"def scope{number}() -> None:\n    class C(Structure):\n        {body}"
        for number, body in enumerate((*types, *_UNKNOWN_CLASSES))
    ]
    return parsed_modules("\n".join([_PROGRAM, *classes]), with_errors=True)


def _describe(modules: dict[str, MypyFile], number: int) -> Any:
    """The description of the class in the function of that *number*."""
    tree = modules["m"]
    functions: Any = tree.defs[-len((*_TYPES, *_UNKNOWN_TYPES, *_UNKNOWN_CLASSES)) :]
    (definition,) = functions[number].body.body
    assert isinstance(definition, ClassDef)
    classes = btf_classes.BtfClasses(_NoProject(), lambda: modules)
    return class_reader.ClassReader(tree, classes).describe(definition)


def _why_unknown(modules: dict[str, MypyFile], number: int) -> str:
    with pytest.raises(description.UnknownLayoutError) as caught:
        _describe(modules, number)
    return str(caught.value)


@pytest.mark.parametrize("type_", _TYPES)
def test_types(modules: dict[str, MypyFile], type_: str) -> None:
    assert _describe(modules, list(_TYPES).index(type_)) == {
        "name": "C",
        "bases": [["simple", "Structure"]],
        "_fields_": [["x", _TYPES[type_], None]],
    }


@pytest.mark.parametrize("type_", _UNKNOWN_TYPES)
def test_unknown_types(modules: dict[str, MypyFile], type_: str) -> None:
    number = len(_TYPES) + list(_UNKNOWN_TYPES).index(type_)
    assert _why_unknown(modules, number) == f'field "x": {_UNKNOWN_TYPES[type_]}'


@pytest.mark.parametrize("body", _UNKNOWN_CLASSES)
def test_unknown_classes(modules: dict[str, MypyFile], body: str) -> None:
    number = len(_TYPES) + len(_UNKNOWN_TYPES) + list(_UNKNOWN_CLASSES).index(body)
    assert _why_unknown(modules, number) == _UNKNOWN_CLASSES[body]


_ALL = """\
from ctypes import Structure, Union, c_uint8, c_uint32
class Number(Union):
    _fields_ = [("value", c_uint32)]
MORE = (("flags", c_uint8, 3),)
class C(Structure):
    pass
C._pack_ = 1
C._anonymous_ = ("number",)
C._fields_ = [("id", c_uint32)] + [*MORE]
"""


def test_every_attribute_is_described() -> None:
    modules = parsed_modules(_ALL, with_errors=True)
    classes = btf_classes.BtfClasses(_NoProject(), lambda: modules)
    reader = class_reader.ClassReader(modules["m"], classes)
    definition = modules["m"].defs[3]
    assert reader.describe(definition) == {
        "name": "C",
        "bases": [["simple", "Structure"]],
        "_pack_": 1,
        "_anonymous_": ["number"],
        "_fields_": [["id", _U32, None], ["flags", ["simple", "c_ubyte"], 3]],
    }
    assert reader.incomplete_until(definition) == _ALL.count("\n")
    assert [field.node.line for field in reader.fields(definition)] == [9, 4]


_PARTLY_KNOWN = """\
from ctypes import Structure, c_uint8, c_uint32
class C(Structure):
    _pack_ = size()
    _fields_ = [*fields(), ("id", c_uint32), ("data", c_uint8 * size())] + fields()
    _fields_ = []
class D(Structure):
    _pack_ = size()
    _fields_ = [*fields(), ("id", c_uint32), ("data", c_uint8 * size()), None] + fields()
class E(Structure):
    pass
"""


def test_known_fields() -> None:
    modules = parsed_modules(_PARTLY_KNOWN, with_errors=True)
    classes = btf_classes.BtfClasses(_NoProject(), lambda: modules)
    reader = class_reader.ClassReader(modules["m"], classes)
    changed, partly_known, empty = modules["m"].defs[1:]
    with pytest.raises(description.UnknownLayoutError):
        reader.describe(partly_known)
    found = reader.known_fields(partly_known)
    known = [field and (field.name, field.type) for field in found]
    assert known == [None, ("id", _U32), ("data", None), None, None]
    assert reader.known_fields(empty) is None
    with pytest.raises(description.UnknownLayoutError, match="assigned in 2 places"):
        reader.known_fields(changed)
