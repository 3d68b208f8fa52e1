"""Fields whose names Python changes in the body of a class.

::

    class Handler:
        def state(self, event: Event) -> int:
            return event.__state

Python compiles this access to ``event._Handler__state``, and no structure has a field of that name.
mypy does not know this rule, which is called name mangling.
"""

from __future__ import annotations

from mypy import errorcodes
from mypy.nodes import MemberExpr
from mypy.plugin import AttributeContext
from mypy.types import Type

from btf_typing_mypy import compat


def attribute(ctx: AttributeContext) -> Type:
    """Report a field such as ``__state`` in a class body, and return the type of the field."""
    class_ = compat.enclosing_class(ctx.api) or ""
    prefix = class_.lstrip("_")  # Python mangles no names in a class such as "__"
    if prefix and isinstance(ctx.context, MemberExpr):
        name = ctx.context.name
        found = f"_{prefix}{name}"
        message = (
            f'in the body of class "{class_}", Python looks up "{found}" instead of "{name}", so'
            f' this fails at run time; write getattr(..., "{name}")'
        )
        ctx.api.fail(message, ctx.context, code=errorcodes.ATTR_DEFINED)
    return ctx.default_attr_type
