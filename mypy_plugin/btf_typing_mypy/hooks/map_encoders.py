"""``counts.encode_key(key)`` and the like: does a struct belong to the map?

These methods also accept a buffer with the bytes. To mypy, every struct is a buffer, so mypy
accepts a struct of another map. At run time, it passes too if it has the right size.
"""

from __future__ import annotations

from collections.abc import Iterable

from mypy import errorcodes
from mypy.nodes import (
    Expression,
    GeneratorExpr,
    ListComprehension,
    ListExpr,
    OpExpr,
    StarExpr,
    TupleExpr,
    TypeInfo,
)
from mypy.plugin import MethodContext
from mypy.types import Instance, ProperType, Type, TypeType, UnionType, get_proper_type

from btf_typing_mypy import compat, fullnames
from btf_typing_mypy.handwritten.ctypes_bases import is_structure_or_union
from btf_typing_mypy.project.object_types import Project

_ITERABLE = "typing.Iterable"


class MapEncoders:
    """The hooks of this module.

    Args:
        project: objects and stubs of the project.
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def key(self, ctx: MethodContext) -> Type:
        """Check the argument of ``encode_key``."""
        return self._check(ctx, "key", ctx.arg_types[0] if ctx.arg_types else [])

    def value(self, ctx: MethodContext) -> Type:
        """Check the argument of ``encode_value``."""
        return self._check(ctx, "value", ctx.arg_types[0] if ctx.arg_types else [])

    def values(self, ctx: MethodContext) -> Type:
        """Check the items of the argument of ``encode_values``."""
        if not ctx.args or not ctx.args[0]:
            return ctx.default_return_type
        items = _items(ctx.args[0][0])
        if items:
            # The type of the list is ``list[wanted | Buffer]`` and says nothing about the items.
            type_of = compat.checker(ctx.api).lookup_type_or_none
            given = [type_ for type_ in map(type_of, items) if type_ is not None]
        else:
            iterable = compat.as_base_named(ctx.arg_types[0][0], _ITERABLE)
            given = list(iterable.args) if iterable else []
        return self._check(ctx, "value", given)

    def _check(self, ctx: MethodContext, part: str, given: Iterable[Type]) -> Type:
        """Report each class of a stub in *given* that is not the class of the keys or values.

        Args:
            ctx: context of the call.
            part: ``key`` or ``value``.
            given: types that the program passes.
        """
        map_ = compat.as_base_named(ctx.type, fullnames.BPF_MAP)
        class_ = get_proper_type(map_.args[0 if part == "key" else 1]) if map_ else None
        wanted = class_.item if isinstance(class_, TypeType) else None
        # An array accepts every buffer.
        if not isinstance(wanted, Instance) or wanted.type.fullname == fullnames.CTYPES_ARRAY:
            return ctx.default_return_type
        for proper in map(get_proper_type, given):
            # If the map is of one of several objects, mypy asks for each of them, with the union of
            # their structs. Then one of the structs is right.
            options = list(map(get_proper_type, _options(proper)))
            classes = [each.type for each in options if isinstance(each, Instance)]
            if len(classes) == len(options) and all(
                self._is_other(class_, wanted.type) for class_ in classes
            ):
                other = classes[0]
                is_same = other.name == wanted.type.name
                shown = [each.fullname if is_same else each.name for each in (wanted.type, other)]
                compat.fail(
                    ctx.api,
                    f'the {part}s of this map are "{shown[0]}", not "{shown[1]}"; to pass the bytes'
                    " of another struct, write bytes(...)",
                    ctx.args[0][0],
                    errorcodes.ARG_TYPE,
                )
        return ctx.default_return_type

    def _is_other(self, class_: TypeInfo, wanted: TypeInfo) -> bool:
        """Whether *class_* is a struct or union of a stub, and does not derive from *wanted*."""
        if wanted in class_.mro or not is_structure_or_union(class_):
            return False
        return any(self._project.is_stub(base.module_name) for base in class_.mro)


def _items(expression: Expression) -> list[Expression]:
    """The items that a list or comprehension shows; [] for any other expression."""
    match expression:
        case OpExpr(op="*"):  # [value] * 4
            return _items(expression.left)
        case ListExpr(items=items) | TupleExpr(items=items):
            return [item for item in items if not isinstance(item, StarExpr)]
        case ListComprehension():  # [value for _ in cpus]
            return [expression.generator.left_expr]
        case GeneratorExpr():
            return [expression.left_expr]
    return []


def _options(type_: ProperType) -> list[Type]:
    """The items of a union; any other type is the only one."""
    return type_.items if isinstance(type_, UnionType) else [type_]
