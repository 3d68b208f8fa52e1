"""``obj.maps[name]``, ``obj.map(name)`` and ``obj.program(name)`` of ``btf_typing.tinybpf``.

::

    from btf_typing import tinybpf

    with tinybpf.load("prog.bpf.o") as obj:
        counts = obj.maps["counts"]  # BpfMap[int, prog_bpf.call_count]
"""

from __future__ import annotations

from mypy.plugin import MethodContext
from mypy.types import AnyType, NoneType, ProperType, Type, TypeOfAny, UnionType

from btf_typing.errors import BtfError
from btf_typing.mypy_support import ArrayOf, CType, Scalar
from btf_typing_mypy import compat, fullnames
from btf_typing_mypy.project.object_files import ObjectFile

from .maps_programs_sections import ObjectItems


class TinybpfItems(ObjectItems):
    """The hooks for objects that tinybpf has loaded.

    The type arguments of a map are the types of its keys and values: ``BpfMap[int, call_count]``.
    For an object from ``btf_typing.load``, they are the types of ctypes classes instead:
    ``BpfMap[type[c_uint32], type[call_count]]``.
    """

    def map(self, ctx: MethodContext) -> Type:
        """The type of ``obj.maps[name]`` or ``obj.map(name)``."""
        compat.depend_on_module(ctx.api, fullnames.BTF_MODULE)
        return self._of_each(ctx, self._map)

    def program(self, ctx: MethodContext) -> Type:
        """The type of ``obj.program(name)``."""
        compat.depend_on_module(ctx.api, fullnames.BTF_MODULE)
        return self._of_each(ctx, self._program)

    def _map(self, ctx: MethodContext, object_file: ObjectFile, name: str) -> Type:
        if "." in name:  # "prog.rodata", the map in which libbpf keeps a section of globals
            return ctx.default_return_type
        return super()._map(ctx, object_file, name)

    def _part(self, ctx: MethodContext, object_file: ObjectFile, type_id: int | None) -> ProperType:
        """The type of a key or value; ``bytes`` if the object records only a size."""
        if type_id is None or object_file.btf is None:
            return ctx.api.named_generic_type("builtins.bytes", [])
        try:
            ctype = object_file.btf.layouts.ctype(type_id)
        except BtfError:
            return AnyType(TypeOfAny.from_error)
        return self._plain_type(ctx, ctype) or self._class_type(ctx, object_file, ctype)

    def _plain_type(self, ctx: MethodContext, ctype: CType) -> ProperType | None:
        """The Python type of a scalar or an array of ``char``; None for any other type."""
        if isinstance(ctype, ArrayOf) and getattr(ctype.element, "ctype", "") == "c_char":
            return ctx.api.named_generic_type("builtins.bytes", [])
        if not isinstance(ctype, Scalar):
            return None
        name, _, none = ctype.python.partition(" | ")  # "int | None" for a pointer
        plain = ctx.api.named_generic_type(f"builtins.{name}", [])
        return UnionType.make_union([plain, NoneType()]) if none else plain

    def _class_type(self, ctx: MethodContext, object_file: ObjectFile, ctype: CType) -> ProperType:
        """The class of a struct, a union or an array."""
        return self._ctype(ctx, object_file, ctype) or AnyType(TypeOfAny.from_error)
