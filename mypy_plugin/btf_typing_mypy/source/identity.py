"""Which object a value belongs to: the literal in ``BpfObject[Literal["prog.bpf.o"]]``."""

from __future__ import annotations

from mypy.nodes import Expression, StrExpr
from mypy.plugin import CheckerPluginInterface
from mypy.types import (
    Instance,
    LiteralType,
    ProperType,
    Type,
    UnionType,
    get_proper_type,
)

from btf_typing import mypy_support
from btf_typing_mypy import compat, fullnames
from btf_typing_mypy.project.project import Project

from . import literals


def kernel_names(project: Project, args: list[Expression]) -> list[str]:
    """What ``Btf.from_kernel(*args)`` may be: the kernel or its module, where it has a stub."""
    module = args[0].value if args and isinstance(args[0], StrExpr) else mypy_support.KERNEL
    known = not args or isinstance(args[0], StrExpr)
    name = mypy_support.kernel_path(module)
    return [name] if known and project.has_stub(name) else []


def with_identity(type_: Instance, found: list[str], api: CheckerPluginInterface) -> ProperType:
    """*type_*, a ``BpfObject`` or ``Btf``, as one of the objects *found*."""
    text = api.named_generic_type("builtins.str", [])
    items = [LiteralType(name, text) for name in dict.fromkeys(found)]
    identity = items[0] if len(items) == 1 else UnionType.make_union(items)
    return type_.copy_modified(args=[identity])


def objects_of(type_: Type | None) -> list[str]:
    """The canonical names of the objects that a value of *type_* may be of; [] for unknown."""
    proper = get_proper_type(type_)
    if isinstance(proper, UnionType):
        parts = [objects_of(item) for item in proper.items]
        return [name for part in parts for name in part] if all(parts) else []
    if isinstance(proper, Instance):
        for base in proper.type.mro:
            if base.fullname in fullnames.IDENTITY_CLASSES:
                mapped = compat.as_base(proper, base)
                return (literals.texts_of(mapped.args[0]) or []) if mapped.args else []
    return []
