"""``counts.encode_key(key)`` and the like: does a struct belong to the map?

These methods also accept a buffer with the bytes. To mypy, every struct is a buffer, so mypy
accepts a struct of another map. At run time, it passes too if it has the right size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mypy import errorcodes
from mypy.nodes import ListExpr, OpExpr, StarExpr, TupleExpr, TypeInfo
from mypy.plugin import MethodContext
from mypy.types import Instance, TupleType, Type, TypeType, UnionType, get_proper_type

from btf_typing_mypy import compat, fullnames
from btf_typing_mypy.handwritten.ctypes_bases import is_structure_or_union
from btf_typing_mypy.project.object_types import Project


class MapEncoders:
    """The hooks of this module.

    Args:
        project: objects and stubs of the project.
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def key(self, ctx: MethodContext) -> Type:
        """Check the argument of ``encode_key``."""
        return self._check(ctx, "key", _types(ctx))

    def value(self, ctx: MethodContext) -> Type:
        """Check the argument of ``encode_value``."""
        return self._check(ctx, "value", _types(ctx))

    def values(self, ctx: MethodContext) -> Type:
        """Check the items of the argument of ``encode_values``."""
        argument = ctx.args[0][0] if ctx.args and ctx.args[0] else None
        if isinstance(argument, OpExpr) and argument.op == "*":  # [value] * 4
            argument = argument.left
        if isinstance(argument, ListExpr | TupleExpr):
            # The type of the list is ``list[wanted | Buffer]``.
            type_of = compat.checker(ctx.api).lookup_type
            singles = [item for item in argument.items if not isinstance(item, StarExpr)]
            items = [type_of(item) for item in singles]
        else:
            items = [item for type_ in _types(ctx) for item in _items(type_)]
        return self._check(ctx, "value", items)

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
        if isinstance(wanted, Instance):
            for found in _instances(given):
                if self._is_other(found.type, wanted.type):
                    compat.fail(
                        ctx.api,
                        f'the {part}s of this map are "{wanted.type.name}", not'
                        f' "{found.type.name}"; to pass the bytes of another struct, write'
                        " bytes(...)",
                        ctx.args[0][0],
                        errorcodes.ARG_TYPE,
                    )
        return ctx.default_return_type

    def _is_other(self, class_: TypeInfo, wanted: TypeInfo) -> bool:
        """Whether *class_* is a struct or union of a stub, and does not derive from *wanted*."""
        is_ours = is_structure_or_union(class_) and self._project.is_stub(class_.module_name)
        return is_ours and wanted not in class_.mro


def _types(ctx: MethodContext) -> list[Type]:
    """The type of the first argument; [] if there is none."""
    return ctx.arg_types[0] if ctx.arg_types else []


def _items(type_: Type) -> Iterator[Type]:
    """The types of the items of a list, tuple or other iterable."""
    proper = get_proper_type(type_)
    if isinstance(proper, TupleType):
        yield from proper.items
    elif isinstance(proper, Instance) and proper.args:
        yield proper.args[-1]


def _instances(types: Iterable[Type]) -> Iterator[Instance]:
    """The classes in *types*, also inside unions."""
    for proper in map(get_proper_type, types):
        if isinstance(proper, UnionType):
            yield from _instances(proper.items)
        elif isinstance(proper, Instance):
            yield proper
