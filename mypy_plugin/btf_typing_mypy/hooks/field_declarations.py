"""Typed attributes for hand-written classes.

::

    @obj.btf.validate("exec_event")
    class ExecEvent(ctypes.Structure):
        _fields_ = [("pid", ctypes.c_uint32), ("comm", ctypes.c_char * 16)]

To mypy, a ctypes structure has every attribute, and its constructor accepts every argument. The
plugin compares ``ExecEvent`` with the BTF, so it knows the fields. It declares the fields and
``__init__``, as a stub does. It also declares that the class has no other attributes.

Without ``validate``, the plugin declares only the fields whose type is a class of a stub. If a base
class rejects unknown attributes, as the classes of stubs do, the plugin declares all fields::

    class Record(ctypes.Structure):
        _fields_ = [("length", ctypes.c_uint32), ("event", obj.btf.struct("exec_event"))]
"""

from __future__ import annotations

from typing import TypeGuard

from mypy.nodes import (
    ARG_OPT,
    Argument,
    CallExpr,
    ClassDef,
    Expression,
    ExpressionStmt,
    MemberExpr,
    MypyFile,
    NameExpr,
    OpExpr,
    TupleExpr,
    TypeInfo,
    Var,
)
from mypy.plugin import ClassDefContext
from mypy.types import (
    AnyType,
    Instance,
    NoneType,
    Type,
    TypeOfAny,
    UnionType,
    get_proper_type,
)

from btf_typing_mypy import compat, fullnames
from btf_typing_mypy.handwritten.class_checks import is_harmless
from btf_typing_mypy.handwritten.class_description import (
    Json,
    UnknownLayoutError,
)
from btf_typing_mypy.handwritten.class_reader import ClassReader, Field
from btf_typing_mypy.handwritten.ctypes_bases import (
    CTYPES_BASES,
    DECLARATION,
    STANDARD_MODULES,
    is_structure_or_union,
)
from btf_typing_mypy.source import syntax_tree
from btf_typing_mypy.source.assignment_targets import targets
from btf_typing_mypy.source.btf_classes import BtfClass, BtfClasses
from btf_typing_mypy.source.module_index import bindings_of
from btf_typing_mypy.source.references import find_class

from .annotations import Annotations

_VALUES = {
    "c_char": "bytes",
    "c_bool": "bool",
    "c_float": "float",
    "c_double": "float",
    "c_longdouble": "float",
}
"""Python types of the values of ctypes types.

The values of the other simple types with a counterpart in BTF are ``int``. The value of a
``c_void_p`` can also be None.
"""

_UNTYPED = frozenset({"c_char_p", "c_wchar", "c_wchar_p", "py_object"})
"""Simple types without a counterpart in BTF. ``validate`` rejects fields of these types."""

_SIMPLE = frozenset({"simple", "swapped"})
_CHAR, _WCHAR = ["simple", "c_char"], ["simple", "c_wchar"]
_OTHERWISE = DECLARATION, "__setattr__"
_READ_IN_BASES = *_OTHERWISE, "__getattribute__", "_anonymous_"
"""The attributes of base classes that decide which fields the plugin declares."""

_ANY = AnyType(TypeOfAny.special_form)


class FieldDeclarations:
    """Declares the fields of hand-written classes.

    Args:
        btf_classes: finds the objects that expressions stand for.
        annotations: finds the classes of stubs.
        modules: returns every module that mypy has loaded, by name.
    """

    def __init__(
        self, btf_classes: BtfClasses, annotations: Annotations, modules: compat.Modules
    ) -> None:
        self._btf_classes = btf_classes
        self._annotations = annotations
        self._modules = modules
        self._names: tuple[object, set[str]] = None, set()

    def declare(self, ctx: ClassDefContext, reader: ClassReader, *, is_described: bool) -> None:
        """Declare fields of the class of *ctx*.

        If the program validates the class, or if a stub or this method has declared all fields of a
        base class, declare all fields. Otherwise, declare only the fields whose type is a class of
        a stub. The class then keeps accepting every other attribute. A class also accepts every
        attribute if it has fields whose names are unknown.

        Args:
            ctx: the context of the hook for base classes.
            reader: reads the class.
            is_described: whether the layout of the class is known.
        """
        info = ctx.cls.info
        for name in _OTHERWISE:  # mypy may have analyzed the class before, with fewer names bound
            if name in info.names and info.names[name].plugin_generated:
                del info.names[name]
        for name in _READ_IN_BASES:
            _depend_on_bases(ctx, name)
        inherits = any(map(self._is_declared, info.mro[1:]))
        fields = self._all_fields(ctx, reader, inherits=inherits) if is_described else None
        if fields is None:
            self._declare_known(ctx, reader, inherits=inherits)
        elif fields or not inherits:  # else the declarations for the base are right
            self._declare_all(ctx, fields, reader, inherits=inherits)

    def _all_fields(
        self, ctx: ClassDefContext, reader: ClassReader, *, inherits: bool
    ) -> list[Field] | None:
        """The fields to declare if all are known; None if the class may have other attributes."""
        definition = ctx.cls
        tree = compat.class_analyzer(ctx.api).cur_mod_node
        bases = [
            base
            for base in definition.info.mro[1:]
            if base.module_name not in STANDARD_MODULES and base.fullname not in CTYPES_BASES
        ]
        is_readable = all(base.module_name == tree.fullname for base in bases)
        if not inherits and not (is_readable and self._is_proven(definition, tree)):
            return None
        # For "class Event(Header): ...", `declare` also declares the fields of Header for Event,
        # because the program need not validate Header itself.
        inherited = [] if inherits else [base.defn for base in reversed(bases)]
        try:
            return [
                field for each in [*inherited, definition] for field in reader.fields(each) or ()
            ]
        except UnknownLayoutError:
            return None

    def _declare_all(
        self, ctx: ClassDefContext, fields: list[Field], reader: ClassReader, *, inherits: bool
    ) -> None:
        """Declare *fields*, and that the class of *ctx* has no other attributes.

        If the class *inherits*, a base class declares that already.
        """
        info = ctx.cls.info
        types = [(field.name, *self._types(field, reader, ctx)) for field in fields]
        for name, declared, _ in types:
            _declare(info, name, declared)
        if inherits:
            _complete_subclass(ctx, accepts_all=_has_anonymous(info))
            return
        if _has_anonymous(info):
            return
        # In typeshed, Structure and Union have ``__getattr__`` and ``__setattr__``, so mypy accepts
        # every attribute of a class derived from them. Class attributes of the type None hide these
        # two methods.
        for name in _OTHERWISE:
            _declare(info, name, NoneType())
        _declare_init(ctx, [(name, value) for name, _, value in types])

    def _declare_known(self, ctx: ClassDefContext, reader: ClassReader, *, inherits: bool) -> None:
        """Declare the fields whose type is a class of a stub.

        Also declare the fields for which mypy would otherwise use a declaration of a base class.

        Args:
            ctx: the context of the hook for base classes.
            reader: reads the class.
            inherits: whether a base class rejects attributes that nothing declares. If so, this
                method declares every field whose name is known. If there may be others, it declares
                that the class accepts every attribute.
        """
        info = ctx.cls.info
        if not inherits and any(map(_replaces_access, info.mro)):
            return
        try:
            fields = reader.known_fields(ctx.cls)
        except UnknownLayoutError:
            tree = compat.class_analyzer(ctx.api).cur_mod_node
            fields = [None] if _may_have_fields(ctx.cls, tree) else None
        for field in fields or ():
            if field is None:
                continue
            _depend_on_bases(ctx, field.name)
            hidden = info.get(field.name)
            is_needed = inherits or (hidden is not None and hidden.plugin_generated)
            if is_needed or _may_have_stub_class(field.type):
                type_, _ = self._types(field, reader, ctx)
                if is_needed or self._has_stub_class(type_):
                    _declare(info, field.name, type_)
        if inherits and fields is not None:
            _complete_subclass(ctx, accepts_all=None in fields or _has_anonymous(info))

    def _is_proven(self, definition: ClassDef, tree: MypyFile) -> bool:
        """Whether *tree* validates the class, or a class with fields of this type."""
        receivers = map(_validate_receiver, definition.decorators)
        if any(each and self._btf_classes.objects(each, tree) for each in receivers):
            return True
        if self._names[0] is not tree.defs:
            self._names = tree.defs, _proven_names(tree)
        return definition.name in self._names[1]

    def _is_declared(self, info: TypeInfo) -> bool:
        """Whether a stub or the method `declare` has declared all attributes of *info*."""
        symbol = info.names.get(DECLARATION)
        is_proven = symbol is not None and symbol.plugin_generated
        return is_proven or self._btf_classes.is_stub(info.module_name)

    def _types(self, field: Field, reader: ClassReader, ctx: ClassDefContext) -> tuple[Type, Type]:
        """The type of ``ExecEvent.pid`` for a field ``pid``, and the type of values to assign."""
        if field.type is None:
            return _ANY, _ANY
        entry = field.node
        expression = entry.items[1] if isinstance(entry, TupleExpr) else None
        ctype = self._ctype(field.type, expression, reader)
        value, accepted = self._values(field.type, ctype, ctx)
        descriptor = find_class(self._modules(), "_ctypes", "_CField")
        if descriptor is None:
            return _ANY, _ANY
        return Instance(descriptor, [ctype or _ANY, value, accepted]), accepted

    def _values(
        self, described: Json, ctype: Instance | None, ctx: ClassDefContext
    ) -> tuple[Type, Type]:
        """The type of values that you read from a field, and the type of values to assign."""
        kind, *rest = described
        if kind == "array" and rest[0] == _CHAR:
            text = ctx.api.named_type("builtins.bytes")
            return text, text
        if kind == "array" and rest[0] == _WCHAR:
            return _ANY, _ANY
        return self._element_values(described, ctype, ctx)

    def _element_values(
        self, described: Json, ctype: Instance | None, ctx: ClassDefContext
    ) -> tuple[Type, Type]:
        """The types of `_values` for an element of an array.

        The only difference: an element that is an array of characters is no text.
        """
        kind, *rest = described
        if kind in _SIMPLE:
            value = self._simple_value(rest[0], ctx)
            return value, value
        if ctype is None:
            return _ANY, _ANY
        # ctypes passes the items of a tuple to the constructor of the field's type.
        accepted: list[Type] = [ctype, ctx.api.named_type("builtins.tuple", [_ANY])]
        if kind == "array" and rest[0] not in (_CHAR, _WCHAR):
            return self._array(rest[0], ctype, ctx), UnionType(accepted)
        if kind in ("pointer", "pointer to"):
            array = _instance(find_class(self._modules(), "_ctypes", "Array"), *ctype.args)
            accepted += [array or _ANY, NoneType()]
        return ctype, UnionType(accepted)

    def _simple_value(self, name: str, ctx: ClassDefContext) -> Type:
        """The type of the values of the simple type *name*, such as ``int`` for ``c_int``."""
        if name in _UNTYPED:
            return _ANY
        if name == "c_void_p":
            return UnionType([ctx.api.named_type("builtins.int"), NoneType()])
        return ctx.api.named_type(f"builtins.{_VALUES.get(name, 'int')}")

    def _array(self, element: Json, ctype: Instance, ctx: ClassDefContext) -> Instance:
        """The type that a field of the type *ctype* has when you read it.

        mypy's plugin for ctypes refuses some of the elements that you can assign to an ``Array``,
        such as tuples. So this is the subclass of ``Array`` that stubs use. If mypy has not loaded
        the subclass, because there are no stubs, the result is *ctype*.
        """
        item = get_proper_type(ctype.args[0])
        item_ctype = item if isinstance(item, Instance) else None
        value, accepted = self._element_values(element, item_ctype, ctx)
        if element[0] in _SIMPLE:  # array[0] = c_uint32(1)
            accepted = UnionType.make_union([accepted, item])
        class_ = find_class(self._modules(), *fullnames.ARRAY)
        return _instance(class_, item, value, accepted) or ctype

    def _ctype(
        self, described: Json, expression: Expression | None, reader: ClassReader
    ) -> Instance | None:
        """The ctypes type with the description *described*; None if unknown.

        A description is a value such as ``["simple", "c_int"]``; see `class_description`.
        """
        kind, *rest = described
        if kind in _SIMPLE:
            return _instance(find_class(self._modules(), "ctypes", rest[0]))
        if kind == "btf":
            found = self._annotations.stub_class(BtfClass(*rest))
            return _instance(found) if isinstance(found, TypeInfo) else None
        if kind == "stub":
            return _instance(find_class(self._modules(), *rest))
        if kind == "class":
            return _named_class(expression, reader)
        inside = expression.left if isinstance(expression, OpExpr) else None  # Event * 4
        if isinstance(expression, CallExpr) and expression.args:  # POINTER(Event)
            inside = expression.args[0]
        if kind == "pointer to":
            target = _named_class(inside, reader)
            return target and _instance(find_class(self._modules(), "_ctypes", "_Pointer"), target)
        if kind in ("array", "pointer"):
            item = self._ctype(rest[0], inside, reader)
            name = "Array" if kind == "array" else "_Pointer"
            return _instance(find_class(self._modules(), "_ctypes", name), item or _ANY)
        return None

    def _has_stub_class(self, type_: Type) -> bool:
        """Whether *type_* is, or contains, a class of a stub or a class that derives from one."""
        proper = get_proper_type(type_)
        return isinstance(proper, Instance) and (
            any(self._btf_classes.is_stub(base.module_name) for base in proper.type.mro)
            or any(map(self._has_stub_class, proper.args))
        )


def _proven_names(tree: MypyFile) -> set[str]:
    """The classes that *tree* passes to ``validate_struct``, and the classes of their fields.

    For the module below, the result contains Event and Owner. It contains Owner also if
    ``@obj.btf.validate("event")`` validates Event::

        class Owner(Structure): ...
        class Event(Structure): _fields_ = [("owner", Owner)]
        obj.btf.validate_struct("event", Event)

    This function does not check what ``obj`` is. mypy analyzes the bodies of functions later, so it
    does not know yet what obj is in ``def main(): obj.btf.validate_struct("event", Event)``.
    """
    decorated, passed = set[str](), set[str]()
    for statement in syntax_tree.all_statements(tree.defs):
        if isinstance(statement, ClassDef) and any(map(_validate_receiver, statement.decorators)):
            decorated.add(statement.name)
        elif isinstance(statement, ExpressionStmt) and _is_validate_struct(statement.expr):
            argument = syntax_tree.argument(statement.expr, "cls", position=1)
            passed.update([argument.name] if isinstance(argument, NameExpr) else [])
    if not decorated and not passed:
        return passed
    inside = _names_in_fields(tree)
    waiting = [*decorated, *passed]
    while waiting:
        new = inside.get(waiting.pop(), set()) - passed
        passed |= new
        waiting += new
    return passed


def _names_in_fields(tree: MypyFile) -> dict[str, set[str]]:
    """The names in the ``_fields_`` of each class, without arguments as in ``POINTER(Event)``."""
    found: dict[str, set[str]] = {}
    for owner, statement in bindings_of(tree, "_fields_"):
        nodes = syntax_tree.nodes_in(syntax_tree.Scope(owner, [statement]), {NameExpr, CallExpr})
        calls = [node for node in nodes if isinstance(node, CallExpr)]
        arguments = {id(argument) for call in calls for argument in call.args}
        names = [node for node in nodes if isinstance(node, NameExpr)]
        used = {node.name for node in names if id(node) not in arguments}
        for target, _ in targets(statement):
            class_ = target.expr if isinstance(target, MemberExpr) else None  # Event._fields_ = ...
            defined = owner if class_ is None else class_
            if isinstance(defined, ClassDef | NameExpr):
                found[defined.name] = found.get(defined.name, set()) | used
    return found


def _validate_receiver(decorator: Expression) -> Expression | None:
    """``obj.btf`` for the decorator ``@obj.btf.validate("event")``; None for any other."""
    callee = decorator.callee if isinstance(decorator, CallExpr) else None
    return callee.expr if isinstance(callee, MemberExpr) and callee.name == "validate" else None


def _is_validate_struct(expression: Expression) -> TypeGuard[CallExpr]:
    callee = expression.callee if isinstance(expression, CallExpr) else None
    return isinstance(callee, MemberExpr) and callee.name == "validate_struct"


def _replaces_access(base: TypeInfo) -> bool:
    """Whether a hand-written class decides itself what reading or assigning an attribute does."""
    found = map(base.names.get, ("__getattribute__", "__setattr__"))
    is_replaced = any(symbol and not symbol.plugin_generated for symbol in found)
    return is_replaced and not is_harmless(base.module_name)


def _has_anonymous(info: TypeInfo) -> bool:
    """Whether the class or a base class has anonymous members.

    The fields of an anonymous member are attributes of the class too, but the plugin does not
    declare them. So a class with such a member accepts every attribute.
    """
    own = (base for base in info.mro if base.module_name not in STANDARD_MODULES)
    return any("_anonymous_" in base.names for base in own)


def _may_have_fields(definition: ClassDef, tree: MypyFile) -> bool:
    """Whether *tree* may assign ``_fields_`` in the class or, as in ``Event._fields_``, later."""
    for owner, statement in bindings_of(tree, "_fields_"):
        if owner is definition:
            return True
        for target, _ in targets(statement):
            class_ = target.expr if isinstance(target, MemberExpr) else None
            name = class_.name if isinstance(class_, NameExpr | MemberExpr) else ""
            classes = [found for _, found in bindings_of(tree, name) if isinstance(found, ClassDef)]
            if class_ and (name == definition.name or not classes):
                return True
    return False


def _may_have_stub_class(described: Json) -> bool:
    """Whether the type with the description *described* may be, or contain, a class of a stub."""
    if described is None:
        return False
    kind, *rest = described
    if kind in ("array", "pointer"):
        return _may_have_stub_class(rest[0])
    return kind not in (*_SIMPLE, "function")


def _named_class(expression: Expression | None, reader: ClassReader) -> Instance | None:
    """The structure or union that *expression* names; None if unknown."""
    try:
        found = reader.find_class(expression) if expression else None
    except UnknownLayoutError:
        return None
    return _instance(found) if found and is_structure_or_union(found) else None


def _instance(class_: TypeInfo | None, *args: Type) -> Instance | None:
    if class_ is None:
        return None
    return Instance(class_, list(args) or [_ANY] * len(class_.type_vars))


def _declare(info: TypeInfo, name: str, type_: Type) -> None:
    """Add the attribute *name* to the class, unless the class itself declares *name*."""
    existing = info.names.get(name)
    if existing is None or existing.plugin_generated:
        compat.add_attribute(info, name, type_, is_field=name not in _OTHERWISE)


def _complete_subclass(ctx: ClassDefContext, *, accepts_all: bool) -> None:
    """Complete a class that derives from a class with declared fields.

    Its constructor accepts every argument. If *accepts_all*, the class accepts every attribute.
    """
    _add_init(ctx, compat.any_arguments())
    if accepts_all:
        compat.accept_all_attributes(ctx)


def _depend_on_bases(ctx: ClassDefContext, name: str) -> None:
    """Make the daemon analyze the class again when the attribute *name* of a base changes."""
    for base in ctx.cls.info.mro[1:]:
        if base.module_name not in STANDARD_MODULES:
            compat.depend_during_analysis(ctx.api, f"{base.fullname}.{name}")


def _declare_init(ctx: ClassDefContext, fields: list[tuple[str, Type]]) -> None:
    """Add a constructor with the parameters *fields*, unless the class itself has a constructor."""
    arguments = [
        Argument(Var(name, type_), type_, None, ARG_OPT)
        for name, type_ in fields
        if name.isidentifier()
    ]
    _add_init(ctx, arguments)


def _add_init(ctx: ClassDefContext, arguments: list[Argument]) -> None:
    existing = ctx.cls.info.names.get("__init__")
    if existing is None or existing.plugin_generated:
        compat.add_init(ctx, arguments)
