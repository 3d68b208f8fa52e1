"""Converts C names to Python identifiers, in the same way for classes at run time and stubs."""

from __future__ import annotations

import keyword
import sys
from collections.abc import Callable, Container

from btf_typing._wire.files import in_utf8
from btf_typing.errors import LayoutError
from btf_typing.model import AnyEnum, reference

_MAX_NAMESAKES = 64
"""Largest number of equal names in a struct or an enum. C allows one; BTF has no limit."""

_KEYWORDS = frozenset(keyword.kwlist)

_MODULES = sys.stdlib_module_names | {"btf_typing", "btf_typing_mypy", "typing_extensions"}
"""A generated module with one of these names would hide a module that other code imports."""

_CTYPES_NAMES = frozenset(
    {
        "_abstract_",
        "_align_",
        "_anonymous_",
        "_as_parameter_",
        "_b_base_",
        "_b_needsfree_",
        "_fields_",
        "_flags_",
        "_layout_",
        "_length_",
        "_objects",
        "_pack_",
        "_swappedbytes_",
        "_type_",
        "from_address",
        "from_buffer",
        "from_buffer_copy",
        "from_param",
        "in_dll",
        "mro",
    }
)
"""Attributes that ctypes reads, and constructors of ctypes classes. No field may hide them."""

_RESERVED = _KEYWORDS | _CTYPES_NAMES

_ENUM_NAMES = frozenset(
    {
        "as_integer_ratio",
        "bit_count",
        "bit_length",
        "conjugate",
        "denominator",
        "from_bytes",
        "imag",
        "is_integer",
        "mro",
        "name",
        "numerator",
        "real",
        "to_bytes",
        "value",
    }
)
"""Attributes of int and Enum. A member of an IntEnum cannot have one of these names."""


def is_dunder(name: str) -> bool:
    """Whether Python reserves *name* for itself."""
    return name.startswith("__") and name.endswith("__") and name.strip("_") != ""


def identifier(name: str) -> str:
    """*name* if Python accepts it as a name; else a similar identifier with extra underscores."""
    plain = name if name.isascii() else _normalised(name)
    if plain.isidentifier():
        return plain + "_" if plain in _KEYWORDS else plain
    plain = _word(plain)
    return f"_{plain}_" if plain[:1].isdigit() else f"{plain}_"


def _word(text: str) -> str:
    """*text* with ``_`` instead of all characters except ASCII letters, digits and ``_``."""
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in text)


def _normalised(name: str) -> str:
    """*name* as Python normalises it in source code, so that source code finds the field.

    For example, Python looks up ``x.ﬁle`` (with the ligature) as ``x.file``.
    """
    from unicodedata import normalize  # noqa: PLC0415  # a C name that is not ASCII is rare

    return normalize("NFKC", name)


def field_name(name: str, taken: Container[str] = ()) -> str:
    """The Python name of a C member called *name*.

    A name gets a trailing underscore if Python or ctypes cannot use it (``class``, ``_fields_``),
    or if it is one of *taken*, the names of earlier members.
    """
    result = member_identifier(name)
    return _untaken(result, taken) if result in taken else result


def member_identifier(name: str) -> str:
    """The result of `field_name` if no name is taken."""
    if name.isascii() and name.isidentifier() and name not in _RESERVED and name[0] != "_":
        return name  # most names of a kernel
    result = identifier(name)
    return f"{result}_" if result in _CTYPES_NAMES or is_dunder(result) else result


def enumerator_name(name: str, taken: Container[str] = ()) -> str:
    """The Python name of a C enumerator called *name*."""
    result = identifier(name)
    underscore = result.startswith("_")
    if result in _ENUM_NAMES or (underscore and result.endswith("_")):
        result += "_"
    if result in taken or (underscore and _is_enums(result)):
        return _untaken(result, taken, _is_enums)
    return result


def enum_members(enum: AnyEnum) -> dict[str, int]:
    """The Python names of the members of *enum*, and their values, in C's order.

    Raises:
        LayoutError: too many enumerators have the same name.
    """
    members: dict[str, int] = {}
    try:
        for name, value in enum.enumerators:
            members[enumerator_name(name, members)] = value
    except LayoutError:
        raise LayoutError(
            f"has more than {_MAX_NAMESAKES} enumerators called {name!r}", subject=reference(enum)
        ) from None
    return members


def require_enum_members(enum: AnyEnum) -> None:
    """Raise the `LayoutError` that `enum_members` would raise; return quickly for most enums."""
    # `_untaken` tries `_MAX_NAMESAKES` names, and the enum module can refuse one of them. So an
    # enum with fewer than `_MAX_NAMESAKES - 1` enumerators cannot run out of names.
    if len(enum.enumerators) >= _MAX_NAMESAKES - 1:
        enum_members(enum)


def _is_enums(name: str) -> bool:
    """Whether the enum module reserves *name*, such as ``_x_`` or ``__x__``."""
    leading, trailing = len(name) - len(name.lstrip("_")), len(name) - len(name.rstrip("_"))
    return leading == trailing and leading in (1, 2) and len(name) > leading + trailing


def _untaken(
    name: str, taken: Container[str], refused: Callable[[str], bool] = lambda _: False
) -> str:
    """*name*, with underscores at its end until it is not in *taken* and not *refused*."""
    for underscores in range(_MAX_NAMESAKES):
        new = name + "_" * underscores
        if new not in taken and not refused(new):
            return new
    raise LayoutError(f"more than {_MAX_NAMESAKES} members are called {name!r}")


def is_reachable_as_c(name: str, python_name: str) -> bool:
    """Whether the C name *name* also reads the field *python_name*.

    For example, ``getattr(event, "class")`` reads the field ``class_``.
    """
    return name != python_name and not is_dunder(name) and name not in _CTYPES_NAMES


def module_name(path: str) -> str:
    """The name of the generated module for an object: ``prog_bpf`` for ``prog.bpf.o``.

    The names for objects end in ``_bpf``, so the module for ``tool.o`` never replaces a
    ``tool.py``. The module for a file without ``.o``, such as ``vmlinux``, is named like the file.
    A name without ``_bpf`` gets an underscore if it is a keyword, or if the module would hide a
    module of Python: ``socket_`` for ``socket``.

    Args:
        path: path of the object. Only the file name counts.
    """
    if not path.endswith(".o"):
        return old_module_name(path)
    name = _module_word(path)
    return name if name.endswith("_bpf") else f"{name.removeprefix('_') and name}_bpf"


def old_module_name(path: str) -> str:
    """The module name that older versions chose for *path*. They did not add ``_bpf``."""
    name = _module_word(path)
    return f"{name}_" if name in _KEYWORDS or name in _MODULES else name


def _module_word(path: str) -> str:
    stem = in_utf8(path).rsplit("/", 1)[-1].removesuffix(".o")
    name = _word(stem) or "_"
    return f"_{name}" if name[0].isdigit() else name
