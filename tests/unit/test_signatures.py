"""Type hints of the public names can be read while a program runs.

Libraries that build schemas, command lines or documentation call `typing.get_type_hints` and
`inspect.signature`. Both evaluate every annotation, so each name in one must exist at run time.
"""

from __future__ import annotations

import importlib
import inspect
import os
import pkgutil
import subprocess
import sys
import typing
from collections.abc import Iterator
from functools import cached_property
from types import FunctionType
from typing import Any, Literal

import pytest

import btf_typing
from btf_typing import BpfObject, Btf, BtfField, BtfType, Kind, Mismatch, load, model
from btf_typing.maps import BpfMap, Maps
from btf_typing.sections import Sections

_FOR_THE_PLUGIN = "mypy_support"
_NEEDS_TINYBPF = "tinybpf"
_MODULES = [
    "btf_typing",
    *(
        f"btf_typing.{module.name}"
        for module in pkgutil.iter_modules(btf_typing.__path__)
        if not module.name.startswith("_") and module.name not in (_FOR_THE_PLUGIN, _NEEDS_TINYBPF)
    ),
]
"""The modules that users import from."""


def _is_ours(thing: object) -> bool:
    return getattr(thing, "__module__", "").startswith("btf_typing")


def _things(module: Any) -> Iterator[Any]:
    """The public classes and functions of a *module*: those of ``__all__``, or all its own."""
    exported = getattr(module, "__all__", ())
    for name in exported or vars(module):
        thing = getattr(module, name)
        is_own = bool(exported) or getattr(thing, "__module__", "") == module.__name__
        if is_own and not name.startswith("_") and isinstance(thing, type | FunctionType):
            yield thing


def _methods(cls: type) -> Iterator[tuple[str, FunctionType]]:
    """The methods of *cls* and of our own bases, with the getters of properties."""
    for base in filter(_is_ours, cls.__mro__):
        for name, value in vars(base).items():
            getter = getattr(value, "fget", None) or getattr(value, "func", None)
            function = getattr(value, "__func__", None) or getter or value
            if isinstance(function, FunctionType) and _is_ours(function):
                yield f"{base.__module__}.{base.__qualname__}.{name}", function


THINGS = {
    f"{thing.__module__}.{thing.__qualname__}": thing
    for module in _MODULES
    for thing in _things(importlib.import_module(module))
}
CLASSES = {name: thing for name, thing in THINGS.items() if isinstance(thing, type)}
FUNCTIONS = {name: thing for name, thing in THINGS.items() if isinstance(thing, FunctionType)}
FUNCTIONS |= {name: method for cls in CLASSES.values() for name, method in _methods(cls)}
_NUMPY = "btf_typing._classes.numpy_dtype.dtype"


@pytest.mark.parametrize("name", CLASSES)
def test_annotations_of_a_class_resolve(name: str) -> None:
    hints = typing.get_type_hints(CLASSES[name])
    assert set(hints) >= {
        annotated
        for base in CLASSES[name].__mro__
        if _is_ours(base)
        for annotated in inspect.get_annotations(base)
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_annotations_of_a_function_resolve(name: str) -> None:
    if name == _NUMPY:
        pytest.importorskip("numpy")
    function = FUNCTIONS[name]
    hints = typing.get_type_hints(function)
    assert set(hints) == set(function.__annotations__)

    signature = inspect.signature(function, eval_str=True)
    annotations = [parameter.annotation for parameter in signature.parameters.values()]
    assert not any(isinstance(one, str) for one in [*annotations, signature.return_annotation])


def test_every_kind_of_function_is_among_them() -> None:
    assert set(FUNCTIONS) >= {
        "btf_typing.bpf_object.load",
        "btf_typing.bpf_object.BpfObject.__enter__",
        "btf_typing.bpf_object.BpfObject.maps",  # a cached property
        "btf_typing.btf.Btf.from_file",  # a class method
        "btf_typing.btf.Btf.byteorder",  # a property
        "btf_typing.view.BtfField.__new__",
        "btf_typing._lazy_mapping.LazyMapping.__getitem__",  # inherited by Maps
        "btf_typing._classes.plain_values.asdict",
        _NUMPY,
    }
    assert set(CLASSES) >= {"btf_typing.model.Struct", "btf_typing.kinds.Kind"}


_Path = str | os.PathLike[str]


def _getter(cls: type, name: str) -> FunctionType:
    found = vars(cls)[name]
    assert isinstance(found, property | cached_property)
    getter = found.fget if isinstance(found, property) else found.func
    assert isinstance(getter, FunctionType)
    return getter


@pytest.mark.parametrize(
    ("thing", "hints"),
    [
        (load, {"return": BpfObject}),
        (Btf.from_file, {"path": _Path, "base": Btf[Any] | _Path | None, "return": typing.Self}),
        (Btf.struct, {"name": str | int, "return": type[Any]}),
        (Btf.type, {"name": str | int, "return": BtfType}),
        (Btf.from_id, {"of": Literal["btf", "program", "map"]}),
        (_getter(BtfType, "fields"), {"return": tuple[BtfField, ...]}),
        (BtfField, {"bit_offset": int, "bitfield_size": int | None, "type": BtfType}),
        (Maps.__getitem__, {"name": str}),
        (_getter(BpfObject, "maps"), {"return": Maps[str]}),
        (_getter(BpfObject, "sections"), {"return": Sections[str]}),
        (BpfMap.__init__, {"numbers": dict[str, int], "inner": BpfMap[Any, Any] | None}),
        (
            Mismatch,
            {"field": str, "position": int | None, "found": str, "expected": str, "hint": str},
        ),
        (model.Struct, {"size": int, "members": tuple[model.Member, ...]}),
        (Kind, {}),
    ],
)
def test_hints(thing: Any, hints: dict[str, Any]) -> None:
    found = typing.get_type_hints(thing)
    assert {name: found[name] for name in hints} == hints


_FRESH = """
import sys
sys.path[:0] = {path!r}
import btf_typing
load = btf_typing.load
assert not {{"typing", "enum"}} & set(sys.modules)
import inspect, typing
print(typing.get_type_hints(load)["return"].__name__)
print(typing.get_type_hints(btf_typing.Btf.struct)["return"])
print(inspect.signature(btf_typing.asdict, eval_str=True).return_annotation)
"""


def test_annotations_resolve_in_a_process_that_has_imported_nothing_else() -> None:
    code = _FRESH.format(path=sys.path)
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["BpfObject", "type[typing.Any]", "dict[str,", "typing.Any]"]
