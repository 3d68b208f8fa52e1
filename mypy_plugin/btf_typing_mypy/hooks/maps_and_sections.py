"""``obj.maps[name]``, ``obj.programs[name]`` and ``obj.sections[name]`` of a known object."""

from __future__ import annotations

from mypy.nodes import TypeAlias, TypeInfo
from mypy.plugin import MethodContext
from mypy.types import (
    AnyType,
    Instance,
    NoneType,
    ProperType,
    Type,
    TypeOfAny,
    TypeType,
    UnionType,
    get_proper_type,
)

from btf_typing.errors import BtfError, TypeNotFoundError
from btf_typing.mypy_support import Aggregate, ArrayOf, CType, MapDefinition, Scalar, Wide
from btf_typing_mypy import compat, error_codes, fullnames
from btf_typing_mypy.project.object_files import ObjectFile
from btf_typing_mypy.project.project import Project, StubClass, message_of

from .lookups import Lookups

_BYTE = Scalar("c_uint8", "int", 1, signed=False, swapped=False)


class MapsAndSections:
    """The hooks of maps, programs and sections.

    Args:
        project: knows the objects and the stubs.
        lookups: tells which object and which name a call is about.
        modules: every module that mypy has loaded, by name.
    """

    def __init__(self, project: Project, lookups: Lookups, modules: compat.Modules) -> None:
        self._project = project
        self._lookups = lookups
        self._modules = modules

    def item(self, ctx: MethodContext) -> Type:
        """``catalogue[name]``."""
        compat.depend_on_module(ctx.api, fullnames.BTF_MODULE)
        catalogue = ctx.type
        if not isinstance(catalogue, Instance):
            return ctx.default_return_type
        asked = self._lookups.asked(ctx)
        typed = {fullnames.MAPS: self._map, fullnames.PROGRAMS: self._program}.get(
            catalogue.type.fullname, self._section
        )
        results = [
            typed(ctx, self._project.object_file(object_), str(name)) for object_, name in asked
        ]
        return UnionType.make_union(results) if results else ctx.default_return_type

    def _map(self, ctx: MethodContext, known: ObjectFile, name: str) -> Type:
        default = get_proper_type(ctx.default_return_type)
        if known.bpf_object is None or not isinstance(default, Instance):
            return default
        try:
            details = known.bpf_object.maps.details(name)
        except TypeNotFoundError as error:
            message = message_of(error, known)
            ctx.api.fail(message, ctx.args[0][0], code=error_codes.BTF_NAME)
            return AnyType(TypeOfAny.from_error)
        except BtfError as error:
            ctx.api.fail(
                f'"{known.name}": {error.message}', ctx.args[0][0], code=error_codes.BTF_STUB
            )
            return default
        return self._map_type(ctx, known, default, details)

    def _map_type(
        self, ctx: MethodContext, known: ObjectFile, default: Instance, details: MapDefinition
    ) -> Type:
        """``BpfMap[type[key], type[value]]``."""
        parts = [self._held(ctx, known, type_id) for type_id in (details.key_id, details.value_id)]
        return default.copy_modified(args=list(parts))

    def _held(self, ctx: MethodContext, known: ObjectFile, type_id: int | None) -> ProperType:
        if type_id is None or known.btf is None:
            return NoneType()
        try:
            made = self._ctype(ctx, known, known.btf.layouts.ctype(type_id))
        except BtfError:
            made = None
        return TypeType.make_normalized(made) if made else AnyType(TypeOfAny.from_error)

    def _ctype(self, ctx: MethodContext, known: ObjectFile, shape: CType) -> Instance | None:
        """The class of *shape*; None where no stub has it."""
        match shape:
            case Scalar():
                return self._named("ctypes", shape.ctype)
            case Wide():
                return self._array(ctx, known, _BYTE)
            case ArrayOf():
                return self._array(ctx, known, shape.element)
            case Aggregate():
                return self._found(ctx, self._project.class_of(known, shape.type_id))

    def _found(self, ctx: MethodContext, found: StubClass) -> Instance | None:
        """An instance of the class that a stub has; None, after an error, where it has none."""
        class_ = self._lookups.stub_class(ctx, found)
        return Instance(class_, []) if class_ else None

    def _array(self, ctx: MethodContext, known: ObjectFile, element: CType) -> Instance | None:
        inner = self._ctype(ctx, known, element)
        return self._named("_ctypes", "Array", inner) if inner else None

    def _named(self, module: str, name: str, *args: Instance) -> Instance | None:
        tree = self._modules().get(module)
        symbol = tree.names.get(name) if tree else None
        node = symbol.node if symbol else None
        if isinstance(node, TypeAlias):  # typeshed has some types of ctypes by two names
            target = get_proper_type(node.target)
            node = target.type if isinstance(target, Instance) else None
        return Instance(node, list(args)) if isinstance(node, TypeInfo) else None

    def _program(self, ctx: MethodContext, known: ObjectFile, name: str) -> Type:
        if known.bpf_object is None:
            return ctx.default_return_type
        try:
            known.bpf_object.programs.definition(name)
        except TypeNotFoundError as error:
            message = message_of(error, known)
            ctx.api.fail(message, ctx.args[0][0], code=error_codes.BTF_NAME)
            return AnyType(TypeOfAny.from_error)
        except BtfError as error:
            ctx.api.fail(
                f'"{known.name}": {error.message}', ctx.args[0][0], code=error_codes.BTF_STUB
            )
        return ctx.default_return_type

    def _section(self, ctx: MethodContext, known: ObjectFile, name: str) -> Type:
        if known.bpf_object is None:
            return ctx.default_return_type
        what = "section of globals"
        try:
            type_id = known.bpf_object.sections.type_id(name)
        except TypeNotFoundError as error:
            message = message_of(error, known)
            ctx.api.fail(message, ctx.args[0][0], code=error_codes.BTF_NAME)
            return AnyType(TypeOfAny.from_error)
        found = self._found(ctx, self._project.class_of(known, type_id, what, name))
        return found or AnyType(TypeOfAny.from_error)
