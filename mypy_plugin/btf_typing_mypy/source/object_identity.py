"""The identity of an object, which is the literal in ``BpfObject[Literal["prog.bpf.o"]]``.

The literal is the canonical name of the object's file, a path that does not depend on the current
directory; see ``project/directories.py``. For split BTF, the canonical name of the base follows. If
the type has several literals, the object may be any one of them. If the type has no literal, as in
a bare ``BpfObject``, the object is unknown.
"""

from __future__ import annotations

from collections.abc import Callable

from mypy.nodes import Expression, StrExpr
from mypy.plugin import CheckerPluginInterface
from mypy.types import (
    Instance,
    LiteralType,
    ProperType,
    Type,
    TypeVarType,
    UnionType,
    get_proper_type,
)

from btf_typing import mypy_support
from btf_typing_mypy import compat, fullnames
from btf_typing_mypy.project.object_types import Project

from . import literal_types


def kernel_names(project: Project, args: list[Expression]) -> list[str]:
    """A list with the canonical name of the file that ``Btf.from_kernel(*args)`` reads.

    The list is empty if the file is unknown or has no stub.

    Args:
        project: knows the stubs.
        args: the arguments of the call: none for the kernel itself, or the name of a kernel module.
    """
    module = args[0].value if args and isinstance(args[0], StrExpr) else mypy_support.KERNEL
    known = not args or isinstance(args[0], StrExpr)
    name = mypy_support.kernel_path(module)
    return [name] if known and project.has_stub(name) else []


def with_identity(type_: Instance, names: list[str], api: CheckerPluginInterface) -> ProperType:
    """Return *type_*, a ``BpfObject`` or ``Btf``, with the identities *names* as its argument."""
    text = api.named_generic_type("builtins.str", [])
    items = [LiteralType(name, text) for name in dict.fromkeys(names)]
    identity = items[0] if len(items) == 1 else UnionType.make_union(items)
    return type_.copy_modified(args=[identity])


def with_canonical_names(type_: Instance, canonical: Callable[[str], str]) -> Instance:
    """Return *type_*, a ``BpfObject`` or ``Btf``, with the canonical names of its objects.

    Args:
        type_: the type.
        canonical: returns the canonical spelling of an identity.
    """
    identity = get_proper_type(type_.args[0])
    items = identity.items if isinstance(identity, UnionType) else [identity]
    found = [
        LiteralType(canonical(item.value), item.fallback)
        if isinstance(item, LiteralType) and isinstance(item.value, str)
        else item
        for item in map(get_proper_type, items)
    ]
    return type_.copy_modified(args=[UnionType.make_union(list(dict.fromkeys(found)))])


def objects_of(type_: Type | None) -> list[str]:
    """The identities of the objects that a value of *type_* may belong to; [] if unknown."""
    proper = get_proper_type(type_)
    if isinstance(proper, TypeVarType):  # def f(obj: T), where T is bound to prog_bpf.Object
        return objects_of(proper.upper_bound)
    if isinstance(proper, UnionType):  # BpfObject[Literal["a.bpf.o"]] | BpfObject[Literal["b..."]]
        parts = [objects_of(item) for item in proper.items]
        return [name for part in parts for name in part] if all(parts) else []
    if isinstance(proper, Instance):  # BpfObject[Literal["a.bpf.o"]], or a class derived from it
        for base in proper.type.mro:
            if base.fullname in fullnames.IDENTITY_CLASSES:
                mapped = compat.as_base(proper, base)
                return (literal_types.texts_of(mapped.args[0]) or []) if mapped.args else []
    return []
