"""Modules that are imported when one of their names is first used.

Programs that read BPF objects start often, and most need little of this package. A module that few
of them need stands at the top of the file like any other import, as a `LazyModule`:

    if TYPE_CHECKING:
        import typing
    else:
        typing = LazyModule("typing")

Annotations name such modules too (``-> typing.Self``), so that ``typing.get_type_hints`` finds what
they mean: it evaluates them, and that imports the module.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

__all__ = ["LazyModule", "lazy_attributes"]


class LazyModule:
    """Stands for a module until it is used.

    Args:
        name: of the module, in full, such as ``"btf_typing.maps"``.
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
    """The ``__getattr__`` and ``__dir__`` of a module that imports its names when they are used.

    Args:
        module: its ``__name__``.
        homes: by name, the full name of the module that defines it.
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
