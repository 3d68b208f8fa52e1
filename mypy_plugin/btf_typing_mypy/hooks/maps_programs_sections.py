"""``obj.maps``, ``obj.programs`` and ``obj.sections`` of a known object.

The program may look up one item with ``obj.maps[name]`` or ``obj.maps.get(name)``, test for it with
``name in obj.maps``, or list all items with ``obj.maps.items()`` and the like.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from mypy.errorcodes import ErrorCode
from mypy.nodes import ComparisonExpr
from mypy.patterns import MappingPattern
from mypy.plugin import FunctionContext, MethodContext
from mypy.types import (
    AnyType,
    Instance,
    LiteralType,
    NoneType,
    ProperType,
    Type,
    TypeOfAny,
    TypeType,
    UnionType,
    get_proper_type,
)

from btf_typing.errors import BtfError, TypeNotFoundError
from btf_typing.mypy_support import (
    Aggregate,
    ArrayOf,
    CType,
    MapDefinition,
    NamedTuple,
    Scalar,
    Wide,
)
from btf_typing_mypy import compat, error_codes, fullnames
from btf_typing_mypy.project.messages import name_problem
from btf_typing_mypy.project.object_files import ObjectFile
from btf_typing_mypy.project.object_types import NameProblemError, Project, StubClass
from btf_typing_mypy.source.lost_identity import looked_up_in
from btf_typing_mypy.source.object_identity import objects_of
from btf_typing_mypy.source.references import find_class

from . import unresolved
from .lookups import Lookups

if TYPE_CHECKING:
    from btf_typing.maps import Maps
    from btf_typing.programs import Programs
    from btf_typing.sections import Sections

    _Catalogue: TypeAlias = Maps[Any] | Programs[Any] | Sections[Any]

_ItemHook: TypeAlias = Callable[[MethodContext, ObjectFile, str], Type]

_MOST_ITEMS = 64
"""Largest number of items that a union lists; larger unions make mypy slow."""

_BYTE = Scalar("c_uint8", "int", 1, signed=False, swapped=False)
_ANY = AnyType(TypeOfAny.special_form)
_SECTION = "section of globals"


class _Problem(NamedTuple):
    """A message and its error code."""

    text: str
    code: ErrorCode


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
        if isinstance(ctx.context, MappingPattern):  # case {"counts": counts}:
            self.contains(ctx)
        compat.depend_on_module(ctx.api, fullnames.BTF_MODULE)
        return self._of_each(ctx, self._hook_of(ctx.type))

    def _hook_of(self, mapping: Type) -> _ItemHook:
        """The method that returns the type of one item of *mapping*."""
        proper = get_proper_type(mapping)
        name = proper.type.fullname if isinstance(proper, Instance) else ""
        hooks: dict[str, _ItemHook] = {
            fullnames.MAPS: self._map,
            fullnames.PROGRAMS: self._program,
        }
        return hooks.get(name, self._section)

    def get(self, ctx: MethodContext) -> Type:
        """The type of ``obj.maps.get(name)``: a union of the item's type and the default's type.

        With ``--no-strict-optional``, every type includes None, so the union does not list None.
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

    def names(self, ctx: MethodContext) -> Type:
        """The type of ``iter(obj.maps)``: an iterator of literals.

        In ``for name in obj.maps``, *name* then has a literal type. So the plugin can determine the
        type of ``obj.maps[name]``.
        """
        text = ctx.api.named_generic_type("builtins.str", [])
        names = dict.fromkeys(name for _, name in self._listed(ctx))
        literals = [text.copy_modified(last_known_value=LiteralType(each, text)) for each in names]
        return _with_last_argument(ctx.default_return_type, list(literals))

    def view(self, ctx: MethodContext) -> Type:
        """The type of ``obj.maps.values()`` or ``items()``: a view of the types of all items."""
        returned, hook = get_proper_type(ctx.default_return_type), self._hook_of(ctx.type)
        if not isinstance(returned, Instance):
            return returned
        if not objects_of(ctx.type):
            self._lookups.report_lost_view(ctx)
        of_item = ctx._replace(default_return_type=returned.args[-1])
        types = [hook(of_item, object_file, name) for object_file, name in self._listed(ctx)]
        return _with_last_argument(returned, types)

    def as_dict(self, ctx: FunctionContext) -> Type:
        """Report ``dict(obj.maps)``, because all items of a dictionary have the same type."""
        mapping = get_proper_type(ctx.arg_types[0][0])
        if isinstance(mapping, Instance) and objects_of(mapping):
            name = fullnames.CATALOGUES[mapping.type.fullname]
            message = (
                "not checked: a dict does not know the type of each item; use obj."
                f"{name} itself, which is a mapping"
            )
            unresolved.report(self._project, ctx.api, message, ctx.context, lost=True)
        return ctx.default_return_type

    def _listed(self, ctx: MethodContext) -> list[tuple[ObjectFile, str]]:
        """Each item in a loop over ``obj.maps`` or the like, with its object.

        The list is empty if the loop has more than `_MOST_ITEMS` items.
        """
        compat.depend_on_module(ctx.api, fullnames.BTF_MODULE)
        found: list[tuple[ObjectFile, str]] = []
        for object_ in objects_of(ctx.type):
            with suppress(BtfError):
                names = self._catalogue(ctx.type, object_) or ()
                found += [(self._project.object_file(object_), name) for name in names]
        return found if len(found) <= _MOST_ITEMS else []

    def contains(self, ctx: MethodContext) -> Type:
        """Report ``name in obj.maps`` or ``name in obj.btf`` if no object defines *name*.

        `item` calls this method for the pattern ``case {"counts": counts}:``, which tests for a
        name, too.
        """
        compat.depend_on_module(ctx.api, fullnames.BTF_MODULE)
        argument = ctx.args[0][0]
        container = looked_up_in(ctx.context, argument)
        if container and isinstance(ctx.context, ComparisonExpr):
            # If ``obj`` may be one of several objects, mypy calls this hook once for each of them.
            # Each call looks up *name* in all of these objects, and reports it only if none of them
            # defines it.
            type_ = get_proper_type(compat.checker(ctx.api).lookup_type(container))
            ctx = ctx._replace(type=type_)
        with compat.errors_of_test_shown(ctx.api):
            asked = self._lookups.asked(ctx)
            problems = [self._why_missing(ctx.type, object_, name) for object_, name in asked]
            if problems and problems[0] and all(problems):
                compat.fail(ctx.api, problems[0].text, argument, problems[0].code)
        return ctx.default_return_type

    def _why_missing(self, container: Type, object_: str, name: str | int) -> _Problem | None:
        """The error to report if *object_* has no type or item *name*; None if it has one.

        Args:
            container: the type of ``obj.maps``, ``obj.btf`` or the like.
            object_: identity of the object: the canonical name of its file.
            name: name of the type or item.
        """
        object_file = self._project.object_file(object_)
        try:
            catalogue = self._catalogue(container, object_)
            if catalogue is not None:
                catalogue.definition(str(name))
            elif object_file.bpf_object:
                self._project.check(object_file, name)
        except BtfError as error:
            return _problem(error, object_file)
        except NameProblemError as error:
            return _Problem(str(error), error_codes.BTF_NAME)
        return None

    def _catalogue(self, mapping: Type, object_: str) -> _Catalogue | None:
        """The maps, programs or sections of an object; None if the object cannot be read.

        *mapping* is the type of ``obj.maps``, ``obj.programs`` or ``obj.sections``. For any other
        type, such as the type of ``obj.btf``, the result is None.

        Raises:
            BtfError: the object can be read, but not its maps, programs or sections.
        """
        proper = get_proper_type(mapping)
        if isinstance(proper, UnionType):  # obj may be one of several objects
            proper = get_proper_type(proper.items[0])
        name = proper.type.fullname if isinstance(proper, Instance) else ""
        bpf_object = self._project.object_file(object_).bpf_object
        if not bpf_object or name not in fullnames.CATALOGUES:
            return None
        found: _Catalogue = getattr(bpf_object, fullnames.CATALOGUES[name])
        return found

    def _of_each(
        self, ctx: MethodContext, hook: Callable[[MethodContext, ObjectFile, str], Type]
    ) -> Type:
        """Call *hook* for each object and name that *ctx* may look up; return the union type."""
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
        problem = _problem(error, object_file)
        compat.fail(ctx.api, problem.text, ctx.args[0][0], problem.code)
        missing = isinstance(error, TypeNotFoundError)
        return AnyType(TypeOfAny.from_error) if missing else ctx.default_return_type

    def _map_type(
        self, ctx: MethodContext, object_file: ObjectFile, default: Instance, details: MapDefinition
    ) -> Type:
        """The type of a map: ``BpfMap[type[key], type[value]]``, or the class for maps of maps."""
        ids = (details.key_id, details.value_id)
        args: list[Type] = [self._part(ctx, object_file, each) for each in ids]
        if details.inner and default.type.fullname == fullnames.BPF_MAP:
            of_maps = find_class(self._modules(), *fullnames.MAP_OF_MAPS)
            if of_maps:
                inner = self._map_type(ctx, object_file, default, details.inner)
                return Instance(of_maps, [*args, inner])
        return default.copy_modified(args=args)

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
        """The `Instance` for the class of *ctype*; None if no stub has that class."""
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
        """The `Instance` for a class in a stub.

        If there is no such class, this method reports an error and returns None.
        """
        class_ = self._lookups.stub_class(ctx, found)
        return Instance(class_, []) if class_ else None

    def _array(
        self, ctx: MethodContext, object_file: ObjectFile, element: CType
    ) -> Instance | None:
        """The `Instance` for a ``ctypes.Array`` of *element*."""
        inner = self._ctype(ctx, object_file, element)
        return self._named("_ctypes", "Array", inner) if inner else None

    def _named(self, module: str, name: str, *args: Instance) -> Instance | None:
        """The `Instance` for the class *name* in *module*; None if there is no such class."""
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
        except BtfError as error:
            return self._failed(ctx, object_file, error)
        class_ = self._project.class_of(object_file, type_id, _SECTION, name)
        return self._instance(ctx, class_) or AnyType(TypeOfAny.from_error)


def _problem(error: BtfError, object_file: ObjectFile) -> _Problem:
    """*error* about *object_file* as the plugin reports it."""
    if isinstance(error, TypeNotFoundError):
        return _Problem(name_problem(error, object_file), error_codes.BTF_NAME)
    return _Problem(f'"{object_file.name}": {error.message}', error_codes.BTF_STUB)


def _with_last_argument(type_: Type, items: list[Type]) -> Type:
    """*type_*, such as ``ItemsView[str, object]``, with the union of *items* as last argument."""
    proper = get_proper_type(type_)
    if not items or not isinstance(proper, Instance):
        return proper
    union = UnionType.make_union(list(dict.fromkeys(items)))
    return proper.copy_modified(args=[*proper.args[:-1], union])
