"""Modules that are imported when one of their names is first used.

Programs that read BPF objects are started often, and most use a small part of this package. If few
programs need a module, import it at the top of the file like any other, but as a `LazyModule`:

    if TYPE_CHECKING:
        import typing
    else:
        typing = LazyModule("typing")

Annotations can use such a module, too (``-> typing.Self``). ``typing.get_type_hints`` evaluates
annotations and so imports the module.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # type checkers treat a variable with this name as true

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LazyModule", "lazy_attributes"]


class LazyModule:
    """A module that is imported when one of its attributes is first used.

    Args:
        name: full name of the module, such as ``"btf_typing.maps"``.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> object:
        __import__(self._name)  # importlib takes longer to import than most of our modules
        return getattr(sys.modules[self._name], attribute)

    def __repr__(self) -> str:
        return f"<LazyModule {self._name!r}>"


def lazy_attributes(
    module: str, homes: dict[str, str]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """The ``__getattr__`` and ``__dir__`` for a module that imports its names on first use.

    Args:
        module: ``__name__`` of that module.
        homes: maps each name to the module that defines it: ``{"load": "btf_typing.bpf_object"}``.
    """
    namespace = sys.modules[module].__dict__

    def get(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        __import__(homes[name])
        value = namespace[name] = getattr(sys.modules[homes[name]], name)
        return value

    def names() -> list[str]:
        return sorted({*namespace, *homes})

    return get, names
