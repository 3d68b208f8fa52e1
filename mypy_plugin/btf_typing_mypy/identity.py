"""Which object a value is of: what ``load`` and ``Btf.from_file`` return."""

from __future__ import annotations

from functools import partial

from mypy.nodes import Context, Expression, StrExpr
from mypy.plugin import CheckerPluginInterface, FunctionContext, MethodContext
from mypy.types import (
    Instance,
    LiteralType,
    ProperType,
    Type,
    UnionType,
    get_proper_type,
)

from . import codes, compat, literals, names, patheval
from .project import Project

KERNEL = "/sys/kernel/btf"


class Identity:
    """The hooks that tell objects apart.

    Args:
        project: knows the objects.
        modules: every module that mypy has loaded, by name.
    """

    def __init__(self, project: Project, modules: compat.Modules) -> None:
        self._project = project
        self._modules = modules

    def load(self, ctx: FunctionContext | MethodContext) -> Type:
        """``load(path)`` and ``Btf.from_file(path)``."""
        compat.depend_on_module(ctx.api, names.BTF_MODULE)
        returned = get_proper_type(ctx.default_return_type)
        if not isinstance(returned, Instance) or not ctx.args or not ctx.args[0]:
            return returned
        argument = ctx.args[0][0]
        try:
            found = self._identities(ctx, argument)
        except patheval.UnresolvedError as error:
            found = objects_of(compat.expected_type(ctx.api))
            if not found:
                message = f"cannot tell which object this is: {error}"
                ctx.api.fail(message, argument, code=codes.BTF_UNRESOLVED)
                return returned
        self._report_unreadable(found, ctx.api, argument)
        return with_identity(returned, found, ctx.api)

    def from_kernel(self, ctx: FunctionContext | MethodContext) -> Type:
        """``Btf.from_kernel()``: the kernel of the machine that mypy runs on, if it has a stub.

        Another machine may run another kernel; whoever has a stub of the kernel wants this one.
        """
        compat.depend_on_module(ctx.api, names.BTF_MODULE)
        returned = get_proper_type(ctx.default_return_type)
        if not isinstance(returned, Instance):
            return returned
        found = kernel_names(self._project, ctx.args[0] if ctx.args else [])
        if not found:
            ctx.api.fail(
                "cannot tell what this kernel has: no stub of it is on mypy_path",
                ctx.context,
                code=codes.BTF_UNRESOLVED,
            )
            return returned
        return with_identity(returned, found, ctx.api)

    def _identities(self, ctx: FunctionContext | MethodContext, argument: Expression) -> list[str]:
        """The canonical names of the objects that *argument* may be the path of."""
        known = literals.texts_of(ctx.arg_types[0][0])
        tree, text = compat.tree_of(ctx.api), partial(compat.text_of, ctx.api)
        if known:
            patheval.check_name(argument, tree, text)
        found = known or patheval.values(argument, tree, self._modules(), text)
        return [self._project.identify(path, tree.path) for path in found]

    def _report_unreadable(
        self, found: list[str], api: CheckerPluginInterface, context: Context
    ) -> None:
        for name in found:
            problem = self._project.unreadable(name)
            if problem:
                api.fail(problem, context, code=codes.BTF_STUB)


def kernel_names(project: Project, args: list[Expression]) -> list[str]:
    """What ``Btf.from_kernel(*args)`` may be: the kernel or its module, where it has a stub."""
    module = args[0].value if args and isinstance(args[0], StrExpr) else "vmlinux"
    known = not args or isinstance(args[0], StrExpr)
    name = f"{KERNEL}/{module}"
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
            if base.fullname in names.IDENTITY_CLASSES:
                mapped = compat.as_base(proper, base)
                return (literals.texts_of(mapped.args[0]) or []) if mapped.args else []
    return []
