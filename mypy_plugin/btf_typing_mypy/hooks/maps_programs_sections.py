"""``obj.maps[name]``, ``obj.programs[name]`` and ``obj.sections[name]`` of a known object."""

from __future__ import annotations

from collections.abc import Callable

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
from btf_typing_mypy.project.messages import name_problem
from btf_typing_mypy.project.object_files import ObjectFile
from btf_typing_mypy.project.object_types import Project, StubClass
from btf_typing_mypy.source.references import find_class

from .lookups import Lookups

_BYTE = Scalar("c_uint8", "int", 1, signed=False, swapped=False)
_ANY = AnyType(TypeOfAny.special_form)
_SECTION = "section of globals"


class ObjectItems:
    """The hooks of maps, programs and sections.

    Args:
        project: objects and stubs of the project.
        lookups: finds the objects and names of a call.
        modules: returns every module that mypy has loaded, by name.
    """

    def __init__(self, project: Project, lookups: Lookups, modules: compat.Modules) -> None:
        self._project = project
        self._lookups = lookups
        self._modules = modules

    def item(self, ctx: MethodContext) -> Type:
        """The type of ``obj.maps[name]``, ``obj.programs[name]`` or ``obj.sections[name]``."""
        compat.depend_on_module(ctx.api, fullnames.BTF_MODULE)
        mapping = ctx.type
        if not isinstance(mapping, Instance):
            return ctx.default_return_type
        hook = {fullnames.MAPS: self._map, fullnames.PROGRAMS: self._program}.get(
            mapping.type.fullname, self._section
        )
        return self._of_each(ctx, hook)

    def get(self, ctx: MethodContext) -> Type:
        """The type of ``obj.maps.get(name)``: a union of the item's type and the default's type.

        With ``--no-strict-optional``, every type includes None, so the union does not name it.
        """
        returned = get_proper_type(ctx.default_return_type)
        mapping = ctx.type
        if not isinstance(mapping, Instance) or mapping.type.fullname not in fullnames.CATALOGUES:
            return returned
        # The items of ``obj.sections`` have the type Any, so mypy may return Any and not a union.
        parts = returned.items if isinstance(returned, UnionType) else [returned]
        items = [item for item in map(get_proper_type, parts) if isinstance(item, Instance)]
        value = next((item for item in items if item.type.fullname in fullnames.ITEMS), None)
        item = self.item(ctx._replace(default_return_type=value or _ANY))
        given = ctx.arg_types[1] if len(ctx.arg_types) > 1 else []
        if not given and not ctx.api.options.strict_optional:
            return item
        return UnionType.make_union([item, *(given or [NoneType()])])

    def _of_each(
        self, ctx: MethodContext, hook: Callable[[MethodContext, ObjectFile, str], Type]
    ) -> Type:
        """The union of what *hook* returns for each object and name that the call can look up."""
        asked = self._lookups.asked(ctx)
        results = [
            hook(ctx, self._project.object_file(object_), str(name)) for object_, name in asked
        ]
        return UnionType.make_union(results) if results else ctx.default_return_type

    def _map(self, ctx: MethodContext, object_file: ObjectFile, name: str) -> Type:
        default = get_proper_type(ctx.default_return_type)
        if object_file.bpf_object is None or not isinstance(default, Instance):
            return default
        try:
            details = object_file.bpf_object.maps.details(name)
        except BtfError as error:
            return self._failed(ctx, object_file, error)
        return self._map_type(ctx, object_file, default, details)

    def _failed(self, ctx: MethodContext, object_file: ObjectFile, error: BtfError) -> Type:
        """Report *error* at the name, and return the type of the call."""
        argument = ctx.args[0][0]
        if isinstance(error, TypeNotFoundError):
            compat.fail(ctx.api, name_problem(error, object_file), argument, error_codes.BTF_NAME)
            return AnyType(TypeOfAny.from_error)
        message = f'"{object_file.name}": {error.message}'
        compat.fail(ctx.api, message, argument, error_codes.BTF_STUB)
        return ctx.default_return_type

    def _map_type(
        self, ctx: MethodContext, object_file: ObjectFile, default: Instance, details: MapDefinition
    ) -> Type:
        """``BpfMap[type[key], type[value]]``."""
        ids = (details.key_id, details.value_id)
        return default.copy_modified(args=[self._part(ctx, object_file, each) for each in ids])

    def _part(self, ctx: MethodContext, object_file: ObjectFile, type_id: int | None) -> ProperType:
        """``type[key]`` or ``type[value]``; the type ``None`` if the map has no keys or values."""
        if type_id is None or object_file.btf is None:
            return NoneType()
        try:
            instance = self._ctype(ctx, object_file, object_file.btf.layouts.ctype(type_id))
        except BtfError:
            instance = None
        return TypeType.make_normalized(instance) if instance else AnyType(TypeOfAny.from_error)

    def _ctype(self, ctx: MethodContext, object_file: ObjectFile, ctype: CType) -> Instance | None:
        """An instance of the class of *ctype*; None if no stub has that class."""
        match ctype:
            case Scalar():
                return self._named("ctypes", ctype.ctype)
            case Wide():
                return self._array(ctx, object_file, _BYTE)
            case ArrayOf():
                return self._array(ctx, object_file, ctype.element)
            case Aggregate():
                return self._instance(ctx, self._project.class_of(object_file, ctype.type_id))

    def _instance(self, ctx: MethodContext, found: StubClass) -> Instance | None:
        """An instance of the class in a stub.

        If there is no such class, this method reports an error and returns None.
        """
        class_ = self._lookups.stub_class(ctx, found)
        return Instance(class_, []) if class_ else None

    def _array(
        self, ctx: MethodContext, object_file: ObjectFile, element: CType
    ) -> Instance | None:
        """An instance of ``ctypes.Array`` of *element*."""
        inner = self._ctype(ctx, object_file, element)
        return self._named("_ctypes", "Array", inner) if inner else None

    def _named(self, module: str, name: str, *args: Instance) -> Instance | None:
        """An instance of the class *name* in *module*."""
        found = find_class(self._modules(), module, name)
        return Instance(found, list(args)) if found else None

    def _program(self, ctx: MethodContext, object_file: ObjectFile, name: str) -> Type:
        if object_file.bpf_object is not None:
            try:
                object_file.bpf_object.programs.definition(name)
            except BtfError as error:
                return self._failed(ctx, object_file, error)
        return ctx.default_return_type

    def _section(self, ctx: MethodContext, object_file: ObjectFile, name: str) -> Type:
        if object_file.bpf_object is None:
            return ctx.default_return_type
        try:
            type_id = object_file.bpf_object.sections.type_id(name)
        except TypeNotFoundError as error:
            return self._failed(ctx, object_file, error)
        class_ = self._project.class_of(object_file, type_id, _SECTION, name)
        return self._instance(ctx, class_) or AnyType(TypeOfAny.from_error)
