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

from keyword import iskeyword

from mypy import errorcodes
from mypy.nodes import CallExpr, Expression, MemberExpr, NameExpr, SymbolNode, TypeInfo, Var
from mypy.plugin import AttributeContext, CheckerPluginInterface, FunctionContext
from mypy.types import Type

from btf_typing_mypy import compat
from btf_typing_mypy.fullnames import is_private
from btf_typing_mypy.handwritten.ctypes_bases import is_structure_or_union
from btf_typing_mypy.project.object_types import Project
from btf_typing_mypy.source.references import class_of_class_object, spelling


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
            owner, name = ctx.context.expr, ctx.context.name
            enum = _enum(ctx.type)
            if is_private(name) and enum:
                member = f'{spelling(owner) or enum.name}["{name}"]'
                guard = f'a case pattern needs a guard, as in "case x if x == {member}"'
                _report(ctx.api, ctx.context, "member", f"write {member}; {guard}")
            elif is_private(name):  # one text: mypy calls this twice for "event.__state += 1"
                cure = f'write getattr(..., "{name}") or setattr(..., "{name}", ...)'
                _report(ctx.api, ctx.context, "field", cure)
            self._class(owner, ctx.api)
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
                "import it outside of the class, by another name, as in"
                f' "from {class_.module_name} import {name} as {_other_name(name)}"'
            )
            _report(api, expression, "class", cure)

    def _is_private_class(self, node: SymbolNode | None) -> bool:
        """Whether *node* is a class of a stub that has a name such as ``__sk_buff``."""
        return (
            isinstance(node, TypeInfo)
            and is_private(node.name)
            and self._project.is_stub(node.module_name)
        )


def _enum(owner: Type) -> TypeInfo | None:
    """The enum ``Kind`` in ``Kind.__KIND_MAX``, where *owner* is the type of ``Kind``."""
    class_ = class_of_class_object(owner)
    return class_ if class_ and class_.is_enum else None


def _other_name(name: str) -> str:
    """A name for the class *name* that Python does not change."""
    other = name.lstrip("_")
    return other if other.isidentifier() and not iskeyword(other) else f"_{other}"


def _report(
    api: CheckerPluginInterface, expression: NameExpr | MemberExpr, meant: str, cure: str
) -> None:
    """Report *expression* if it is in the body of a class, where Python changes its name.

    Args:
        api: mypy's checker.
        expression: the expression.
        meant: what the program probably means: a field, a member or a class.
        cure: what to write instead.
    """
    class_, name = compat.enclosing_class(api), expression.name
    prefix = class_.lstrip("_")  # Python mangles no names in a class such as "__"
    if prefix:
        message = (
            f'in the body of class "{class_}", Python changes "{name}" to "_{prefix}{name}", so'
            f" this is not the {meant}; {cure}"
        )
        is_name = isinstance(expression, NameExpr)
        code = errorcodes.NAME_DEFINED if is_name else errorcodes.ATTR_DEFINED
        compat.fail(api, message, expression, code)
