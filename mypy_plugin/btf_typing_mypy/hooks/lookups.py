"""Hooks for ``btf.struct()``, ``btf.union()``, ``btf.enum()`` and ``btf.type()``.

Further hooks here handle ``functools.partial()``, the items of pointers, and the operator ``|``, as
in ``Event | None``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mypy.nodes import CallExpr, Expression, MemberExpr, MypyFile, NameExpr, TypeInfo
from mypy.plugin import FunctionContext, MethodContext, MethodSigContext
from mypy.types import (
    AnyType,
    FunctionLike,
    Instance,
    NoneType,
    Type,
    TypeOfAny,
    TypeType,
    UnionType,
    get_proper_type,
)

from btf_typing_mypy import compat, error_codes, fullnames
from btf_typing_mypy.handwritten.ctypes_bases import declarations, has_declared_fields
from btf_typing_mypy.project.object_types import NameProblemError, Project, StubClass
from btf_typing_mypy.source import literal_types, path_expressions, source_text
from btf_typing_mypy.source.btf_classes import BtfClasses
from btf_typing_mypy.source.lost_identity import (
    Loss,
    LostIdentity,
    bare_class,
    looked_up_in,
)
from btf_typing_mypy.source.object_identity import objects_of
from btf_typing_mypy.source.references import modules_of_names
from btf_typing_mypy.source.source_text import ReadText

from . import unresolved

_NAME_ADVICE = "use a literal, a Final string or a StrEnum"


class Lookups:
    """The hooks of this module.

    Args:
        project: objects and stubs of the project.
        btf_classes: finds where a module gets an object.
        modules: returns every module that mypy has loaded, by name.
        class_found: a function that `find` calls when the program looks up a class. It receives the
            module that contains the look-up, and a function that reads the source of this module.
    """

    def __init__(
        self,
        project: Project,
        btf_classes: BtfClasses,
        modules: compat.Modules,
        class_found: Callable[[MypyFile, ReadText], None],
    ) -> None:
        self._project = project
        self._btf_classes = btf_classes
        self._modules = modules
        self._class_found = class_found

    def find(self, ctx: MethodContext, keyword: str) -> Type:
        """The type of a look-up: ``type[prog_bpf.exec_event]`` for ``btf.struct("exec_event")``.

        For ``btf.type()``, the result is the declared return type. The same holds if the plugin
        does not know the object or the name. If the object has no BTF type of this kind and name,
        the method reports an error. It also reports problems with the stub; see `stub_class`.

        Args:
            ctx: context of the call.
            keyword: name of the method: ``struct``, ``union``, ``enum`` or ``type``.
        """
        compat.depend_on_module(ctx.api, fullnames.BTF_MODULE)
        asked = self.asked(ctx)
        if not asked:
            return ctx.default_return_type
        results = [self._one(ctx, object_, keyword, name) for object_, name in asked]
        if keyword == "type":
            return ctx.default_return_type
        self._class_found(compat.tree_of(ctx.api), partial(source_text.text_of, ctx.api))
        return UnionType.make_union(list(dict.fromkeys(results)))

    def partial(self, ctx: FunctionContext) -> Type:
        """Report that the plugin does not check ``functools.partial(obj.btf.struct, "event")``.

        mypy calls no hook when the program calls the result of ``functools.partial``.
        """
        function, given = ctx.args[0][0], ctx.arg_types[1] if len(ctx.arg_types) > 1 else []
        object_type: Type | None = None
        if isinstance(function, MemberExpr):
            object_type = compat.checker(ctx.api).lookup_type(function.expr)
        name = function.name if isinstance(function, NameExpr | MemberExpr) else "the function"
        literal = bool(given) and literal_types.values_of(given[0]) is not None
        unresolved.report(
            self._project,
            ctx.api,
            f"not checked: the plugin does not see calls through functools.partial(); call {name}()"
            " itself, or write a lambda that calls it",
            ctx.context,
            lost=literal and (bool(objects_of(object_type)) or name == "load"),
        )
        return ctx.default_return_type

    def pointer_item(self, ctx: MethodContext) -> Type:
        """The type of ``pointer[0]``, an item of a pointer. In typeshed, this type is Any.

        For a pointer to a structure, ctypes returns an instance of the structure. The plugin says
        so for generated classes, classes derived from them, and classes that the program validates.
        """
        item, returned = self._item_of_pointer(ctx), get_proper_type(ctx.default_return_type)
        if item is None:
            return returned
        if isinstance(returned, Instance):  # pointer[0:3]
            return returned.copy_modified(args=[item])
        return item

    def pointer_item_set(self, ctx: MethodSigContext) -> FunctionLike:
        """The signature of the assignment ``pointer[0] = event``. In typeshed, *event* is Any.

        ctypes passes the items of a tuple to the constructor of the class.
        """
        item, signature = self._item_of_pointer(ctx), ctx.default_signature
        if item is None:
            return signature
        any_ = AnyType(TypeOfAny.special_form)
        accepted = UnionType([item, ctx.api.named_generic_type("builtins.tuple", [any_])])
        return signature.copy_modified(arg_types=[*signature.arg_types[:-1], accepted])

    def union(self, ctx: MethodContext) -> Type:
        """The type of ``Event | None``: ``UnionType[event, None]``.

        If ``Event`` is an imported class, mypy itself infers this type. If ``Event`` is a variable
        that holds the result of a look-up, this method infers it. The plugin needs this type for
        annotations. Suppose that one module defines ``Maybe = Event | None``, and another module
        uses ``Maybe`` in an annotation. If mypy no longer has the syntax tree of the first module,
        the plugin reads the union from the inferred type of ``Maybe``.
        """
        items = [*_classes_in_union(ctx.type), *_classes_in_union(ctx.arg_types[0][0])]
        known = [item for item in items if item is not None]
        is_ours = any(
            isinstance(item, Instance) and self._project.is_stub(item.type.module_name)
            for item in map(get_proper_type, known)
        )
        if not is_ours or len(known) < len(items):
            return ctx.default_return_type
        return compat.union_object(list(dict.fromkeys(known)), ctx.api)

    def _item_of_pointer(self, ctx: MethodContext | MethodSigContext) -> Instance | None:
        """The type of what a pointer points to; None if it is not a class with known fields."""
        args = ctx.type.args if isinstance(ctx.type, Instance) else ()
        item = get_proper_type(args[0]) if args else None
        if not isinstance(item, Instance):
            return None
        for name in declarations(item.type):
            compat.depend_on_name(ctx.api, name)
        is_generated = any(self._project.is_stub(base.module_name) for base in item.type.mro)
        return item if is_generated or has_declared_fields(item.type) else None

    def asked(self, ctx: MethodContext) -> list[tuple[str, str | int]]:
        """Pairs of object and name that the call can look up.

        ``ctx.args[0]`` is the name. If its type is a union of literals, or if it is a variable with
        several values, the call can look up several names. If the type of ``btf`` is a union, the
        call can use several objects. If the object or a name is unknown, the method reports that,
        and the result is empty.
        """
        if not ctx.args or not ctx.args[0]:
            return []
        argument = ctx.args[0][0]
        objects = objects_of(ctx.type)
        if not objects:
            self._lost_object(ctx)
            return []
        wanted = literal_types.values_of(ctx.arg_types[0][0])
        tree, text = compat.tree_of(ctx.api), partial(source_text.text_of, ctx.api)
        try:
            if wanted is None:
                depend = partial(compat.depend_on_name, ctx.api)
                wanted = list(path_expressions.names(argument, tree, self._modules(), text, depend))
            else:
                path_expressions.check_name(argument, tree, text)
        except path_expressions.UnresolvedError as error:
            why = error.with_advice(_NAME_ADVICE)
            self._unresolved(
                ctx, why if wanted is not None else f"the name or id is unknown: {why}"
            )
            return []
        return [(object_, name) for object_ in objects for name in wanted]

    def _lost_object(self, ctx: MethodContext) -> None:
        """Report that the object is unknown, and name the annotation that causes this, if any."""
        loss = None
        if literal_types.values_of(ctx.arg_types[0][0]) is not None:
            loss = self._loss(ctx, looked_up_in(ctx.context, ctx.args[0][0]))
        if loss:
            self._report_loss(ctx, loss)
        else:
            advice = unresolved.annotation_advice(self._class_to_annotate(ctx))
            self._unresolved(ctx, f"its type does not say which object this is; {advice}")

    def _class_to_annotate(self, ctx: MethodContext) -> str:
        """The class of the object: ``BpfObject`` for ``obj.btf``, and ``Btf`` for ``btf``."""
        receiver, found = looked_up_in(ctx.context, ctx.args[0][0]), ""
        # obj.btf, but not module.btf
        if isinstance(receiver, MemberExpr) and receiver.node is None:
            found = bare_class(compat.checker(ctx.api).lookup_type(receiver.expr))
        return found or bare_class(ctx.type) or "BpfObject"

    def report_lost_view(self, ctx: MethodContext) -> None:
        """Report ``obj.maps.items()`` if an annotation keeps the plugin from knowing the types.

        A function that lists the maps of its parameter may be for any object. So it is an error
        only if the settings ask for all of them.
        """
        callee = ctx.context.callee if isinstance(ctx.context, CallExpr) else None
        loss = self._loss(ctx, callee.expr if isinstance(callee, MemberExpr) else None)
        if loss:
            self._report_loss(ctx, loss, lost=not loss.is_passed)

    def _loss(self, ctx: MethodContext, object_: Expression | None) -> Loss | None:
        tree, type_of = compat.tree_of(ctx.api), compat.checker(ctx.api).lookup_type
        depend = partial(compat.depend_on_name, ctx.api)
        lost = LostIdentity(tree, self._btf_classes.objects, type_of, depend)
        return lost.of(object_) if object_ else None

    def _report_loss(self, ctx: MethodContext, loss: Loss, *, lost: bool = True) -> None:
        self._unresolved(ctx, loss.why, lost=lost)

    def _unresolved(self, ctx: MethodContext, why: str, *, lost: bool = False) -> None:
        unresolved.report(self._project, ctx.api, f"not checked: {why}", ctx.context, lost=lost)

    def _one(self, ctx: MethodContext, object_: str, keyword: str, name: str | int) -> Type:
        """The type of one look-up. If the object has no such type, report that and return Any."""
        argument = ctx.args[0][0]
        try:
            if keyword == "type":
                self._project.check(self._project.object_file(object_), name)
                return ctx.default_return_type
            found = self._project.find(object_, keyword, name)
        except NameProblemError as error:
            compat.fail(ctx.api, str(error), argument, error_codes.BTF_NAME)
            return AnyType(TypeOfAny.from_error)
        class_ = self.stub_class(ctx, found)
        return TypeType(Instance(class_, [])) if class_ else AnyType(TypeOfAny.from_error)

    def stub_class(self, ctx: MethodContext, found: StubClass) -> TypeInfo | None:
        """Return mypy's ``TypeInfo`` for the class *found* of a stub.

        This method reports the problems that *found* contains. It also reports if mypy has not
        loaded the stub, or if another module hides the stub. In these cases, or if mypy has no such
        class, the method returns None.
        """
        if found.problem:
            compat.fail(ctx.api, found.problem, ctx.args[0][0], error_codes.BTF_STUB)
        if found.stub_problem:
            # Report the error where the file gets the object. mypy merges equal errors on the same
            # line, so a file with many look-ups shows the error only once.
            place = self._btf_classes.place_of_object(found.object, compat.tree_of(ctx.api))
            compat.fail(ctx.api, found.stub_problem, place, error_codes.BTF_STUB)
        if not found.module or not found.name:
            return None
        self._report_second_stub(ctx, found)
        compat.depend_on_name(ctx.api, f"{found.module}.{found.name}")
        tree = self._modules().get(found.module)
        if tree is None:
            # If a module of the program imports btf_typing, the plugin makes mypy load every stub.
            # If the program imports only a stub, mypy may load no other stubs. For details, see
            # `Dependencies.additional_deps`.
            problem = f'stub "{found.module}" is not part of this run; add "import {found.module}"'
        else:
            compat.depend_on_module(ctx.api, found.module)
            problem = self._project.hidden(found.module, tree.path)
        if problem:
            compat.fail(ctx.api, problem, ctx.context, error_codes.BTF_STUB)
            return None
        symbol = tree.names.get(found.name) if tree else None
        return symbol.node if symbol and isinstance(symbol.node, TypeInfo) else None

    def _report_second_stub(self, ctx: MethodContext, found: StubClass) -> None:
        """Report that the module imports another stub of the same object.

        To mypy, the classes of one stub differ from the classes of the other, even if their names
        are equal. If the module uses a class of one stub where mypy expects that of the other, mypy
        reports an error. But this error does not say that there are two stubs.
        """
        tree, stub_files = compat.tree_of(ctx.api), self._project.files.stub_files
        used = stub_files.of_module(found.module)
        if used is None or not stub_files.may_be_several(used.object_path):
            return
        others = modules_of_names(tree) - {found.module}
        for other in stub_files.of_trees(map(self._modules().get, others)):
            if other.path != used.path and other.object_path == used.object_path:
                name = self._project.name_of
                message = (
                    f'"{name(used.object_path)}" has two stubs: look-ups use "{name(used.path)}", '
                    f'but this module imports "{name(other.path)}"; delete one of them'
                )
                place = self._btf_classes.place_of_object(found.object, tree)
                compat.fail(ctx.api, message, place, error_codes.BTF_STUB)


def _classes_in_union(type_: Type) -> list[Type | None]:
    """The types that an operand of ``|`` stands for; [None] if it is no class."""
    proper = get_proper_type(type_)
    match proper:
        case TypeType():  # Event
            return [proper.item]
        case NoneType():
            return [proper]
        case FunctionLike() if proper.is_type_obj() and not proper.type_object().type_vars:  # int
            return [Instance(proper.type_object(), [])]
        case Instance() if proper.type.fullname == fullnames.UNION_TYPE and proper.args:
            return list(proper.args)
    return [None]
