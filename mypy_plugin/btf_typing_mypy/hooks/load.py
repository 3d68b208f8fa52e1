"""``load``, ``Btf.from_file`` and ``Btf.from_kernel``: which object they return."""

from __future__ import annotations

from functools import partial

from mypy.nodes import Context, Expression
from mypy.plugin import CheckerPluginInterface, FunctionContext, MethodContext
from mypy.types import (
    Instance,
    Type,
    get_proper_type,
)

from btf_typing_mypy import compat, error_codes, fullnames
from btf_typing_mypy.project.project import Project
from btf_typing_mypy.source import literals, paths
from btf_typing_mypy.source.identity import kernel_names, objects_of, with_identity


class Load:
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
        compat.depend_on_module(ctx.api, fullnames.BTF_MODULE)
        returned = get_proper_type(ctx.default_return_type)
        if not isinstance(returned, Instance) or not ctx.args or not ctx.args[0]:
            return returned
        argument = ctx.args[0][0]
        try:
            found = self._identities(ctx, argument)
        except paths.UnresolvedError as error:
            found = objects_of(compat.expected_type(ctx.api))
            if not found:
                message = f"cannot tell which object this is: {error}"
                ctx.api.fail(message, argument, code=error_codes.BTF_UNRESOLVED)
                return returned
        self._report_unreadable(found, ctx.api, argument)
        return with_identity(returned, found, ctx.api)

    def from_kernel(self, ctx: FunctionContext | MethodContext) -> Type:
        """``Btf.from_kernel()``: the kernel of the machine that mypy runs on, if it has a stub.

        Another machine may run another kernel; whoever has a stub of the kernel wants this one.
        """
        compat.depend_on_module(ctx.api, fullnames.BTF_MODULE)
        returned = get_proper_type(ctx.default_return_type)
        if not isinstance(returned, Instance):
            return returned
        found = kernel_names(self._project, ctx.args[0] if ctx.args else [])
        if not found:
            ctx.api.fail(
                "cannot tell what this kernel has: no stub of it is on mypy_path",
                ctx.context,
                code=error_codes.BTF_UNRESOLVED,
            )
            return returned
        return with_identity(returned, found, ctx.api)

    def _identities(self, ctx: FunctionContext | MethodContext, argument: Expression) -> list[str]:
        """The canonical names of the objects that *argument* may be the path of."""
        known = literals.texts_of(ctx.arg_types[0][0])
        tree, text = compat.tree_of(ctx.api), partial(compat.text_of, ctx.api)
        if known:
            paths.check_name(argument, tree, text)
        found = known or paths.values(argument, tree, self._modules(), text)
        return [self._project.identify(path, tree.path) for path in found]

    def _report_unreadable(
        self, found: list[str], api: CheckerPluginInterface, context: Context
    ) -> None:
        for name in found:
            problem = self._project.unreadable(name)
            if problem:
                api.fail(problem, context, code=error_codes.BTF_STUB)
