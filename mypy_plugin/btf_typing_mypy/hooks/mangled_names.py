"""Names that Python changes in the body of a class.

::

    class Handler:
        def state(self, event: Event) -> int:
            return event.__state

Python compiles this access to ``event._Handler__state``, and no structure has a field of that name.
mypy does not know this rule, which is called name mangling. The rule also applies to members of
enums, such as ``Kind.__KIND_MAX``, and to names of classes, such as ``prog_bpf.__sk_buff``. It does
not apply to keyword arguments, so ``Event(__state=1)`` is right everywhere.
"""

from __future__ import annotations

from mypy import errorcodes
from mypy.nodes import CallExpr, Expression, MemberExpr, NameExpr, SymbolNode, TypeInfo, Var
from mypy.plugin import AttributeContext, CheckerPluginInterface, FunctionContext
from mypy.types import Type

from btf_typing_mypy import compat
from btf_typing_mypy.fullnames import is_private
from btf_typing_mypy.handwritten.ctypes_bases import is_structure_or_union
from btf_typing_mypy.project.object_types import Project

_FAILS = ", so this fails at run time"


class MangledNames:
    """The hooks for names that begin with two underscores.

    Args:
        project: objects and stubs of the project.
        modules: returns every module that mypy has loaded, by name.
    """

    def __init__(self, project: Project, modules: compat.Modules) -> None:
        self._project = project
        self._modules = modules

    def concern(self, fullname: str) -> bool:
        """Whether *fullname* is a name from a stub that Python may change, or a field.

        The name may be a class of a stub, or an attribute of a class. An attribute counts if it or
        its class has such a name. Attributes that the program adds to a class derived from a
        generated class do not count.
        """
        owner, _, name = fullname.rpartition(".")
        info = compat.class_named(self._modules(), owner)
        if self._is_private_class(compat.class_named(self._modules(), fullname)):
            return True  # the constructor of prog_bpf.__sk_buff
        if info is None or self._is_private_class(info):
            return info is not None  # prog_bpf.__sk_buff.len
        symbol = info.get(name) if is_private(name) else None
        if symbol is None or not isinstance(symbol.node, Var):
            return False
        # A field of a hand-written class that the program validates, or an attribute from a stub.
        is_field = symbol.plugin_generated and is_structure_or_union(info)
        return is_field or self._project.is_stub(symbol.node.info.module_name)

    def attribute(self, ctx: AttributeContext) -> Type:
        """Report ``event.__state`` and ``__sk_buff.len`` in the body of a class."""
        if isinstance(ctx.context, MemberExpr):
            name = ctx.context.name
            if is_private(name) and ctx.is_lvalue:
                _report(ctx.api, ctx.context, "sets", f'; write setattr(..., "{name}", ...)')
            elif is_private(name):
                _report(ctx.api, ctx.context, "looks up", f'{_FAILS}; write getattr(..., "{name}")')
            self._class(ctx.context.expr, ctx.api)
        return ctx.default_attr_type

    def call(self, ctx: FunctionContext) -> Type:
        """Report the constructor call ``__sk_buff()`` in the body of a class."""
        if isinstance(ctx.context, CallExpr):
            self._class(ctx.context.callee, ctx.api)
        return ctx.default_return_type

    def _class(self, expression: Expression, api: CheckerPluginInterface) -> None:
        """Report *expression* if it names a class of a stub by a name that Python changes."""
        if not isinstance(expression, NameExpr | MemberExpr) or not is_private(expression.name):
            return
        class_, name = expression.node, expression.name
        if isinstance(class_, TypeInfo) and self._is_private_class(class_):
            cure = (
                f"{_FAILS}; import the class by another name, as in"
                f' "from {class_.module_name} import {name} as {name[1:]}"'
            )
            _report(api, expression, "looks up", cure)

    def _is_private_class(self, node: SymbolNode | None) -> bool:
        """Whether *node* is a class of a stub that has a name such as ``__sk_buff``."""
        return (
            isinstance(node, TypeInfo)
            and is_private(node.name)
            and self._project.is_stub(node.module_name)
        )


def _report(
    api: CheckerPluginInterface, expression: NameExpr | MemberExpr, does: str, cure: str
) -> None:
    """Report *expression* if it is in the body of a class, where Python changes its name."""
    class_, name = compat.enclosing_class(api, expression), expression.name
    prefix = class_.lstrip("_")  # Python mangles no names in a class such as "__"
    if prefix:
        message = (
            f'in the body of class "{class_}", Python {does} "_{prefix}{name}" instead of "{name}"'
            f"{cure}"
        )
        is_name = isinstance(expression, NameExpr)
        code = errorcodes.NAME_DEFINED if is_name else errorcodes.ATTR_DEFINED
        api.fail(message, expression, code=code)
