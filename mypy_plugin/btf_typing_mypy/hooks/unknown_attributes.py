"""Attributes of a hand-written class that has no such attribute.

::

    @obj.btf.validate("exec_event")
    class ExecEvent(ctypes.Structure):
        _fields_ = [("pid", ctypes.c_uint32), ...]

    print(ExecEvent.pidd.offset)

In typeshed, the metaclass of a structure has every attribute. If the program validates the class,
the plugin knows all fields. mypy itself reports ``ExecEvent().pidd``, because the plugin declares
the fields of instances; see ``field_declarations.py``.
"""

from __future__ import annotations

from mypy.nodes import MemberExpr
from mypy.plugin import AttributeContext
from mypy.types import Type

from btf_typing_mypy import compat
from btf_typing_mypy.handwritten.ctypes_bases import declarations, has_declared_fields
from btf_typing_mypy.source.references import class_of_class_object


def unknown_attribute(ctx: AttributeContext) -> Type:
    """Report ``ExecEvent.pidd`` if the program validates the class."""
    class_ = class_of_class_object(ctx.type)
    name = ctx.context.name if isinstance(ctx.context, MemberExpr) else ""
    # ctypes adds attributes such as __pointer_type__.
    if class_ is None or (name.startswith("__") and name.endswith("__")):
        return ctx.default_attr_type
    for declaration in declarations(class_):
        compat.depend_on_name(ctx.api, declaration)
    return compat.missing_attribute(ctx) if has_declared_fields(class_) else ctx.default_attr_type
