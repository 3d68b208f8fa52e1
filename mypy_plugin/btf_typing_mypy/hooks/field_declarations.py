"""Typed attributes for hand-written classes.

::

    @obj.btf.validate("exec_event")
    class ExecEvent(ctypes.Structure):
        _fields_ = [("pid", ctypes.c_uint32), ("comm", ctypes.c_char * 16)]

To mypy, a ctypes structure has every attribute, and its constructor accepts every argument. The
plugin compares ``ExecEvent`` with the BTF, so it knows the fields. It declares the fields and
``__init__``, as a stub does. It also declares that the class has no other attributes.

Without ``validate``, the plugin declares only the fields whose type is a class of a stub::

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
from btf_typing_mypy.handwritten.class_description import (
    Json,
    UnknownLayoutError,
)
from btf_typing_mypy.handwritten.class_reader import ClassReader, Field
from btf_typing_mypy.handwritten.ctypes_bases import (
    CTYPES_BASES,
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

_OTHERWISE = "__getattr__", "__setattr__"
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
        a stub. The class then keeps accepting every other attribute.

        Args:
            ctx: the context of the hook for base classes.
            reader: reads the class.
            is_described: whether the layout of the class is known.
        """
        inherits = any(map(self._is_declared, ctx.cls.info.mro[1:]))
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
        """Declare *fields*, and that the class of *ctx* has no other attributes."""
        info = ctx.cls.info
        types = [(field.name, *self._types(field, reader, ctx)) for field in fields]
        for name, declared, _ in types:
            _declare(info, name, declared)
        # The fields of an anonymous member are attributes of the class too, but this method does
        # not declare them. So a class with such a member keeps accepting every attribute.
        own = [base for base in info.mro if base.module_name not in STANDARD_MODULES]
        if any("_anonymous_" in base.names for base in own):
            return
        # In typeshed, Structure and Union have ``__getattr__`` and ``__setattr__``, so mypy accepts
        # every attribute of a class derived from them. Class attributes of the type None hide these
        # two methods.
        for name in _OTHERWISE:
            _declare(info, name, NoneType())
        known = [(name, value) for name, _, value in types]
        _declare_init(ctx, known, accepts_any=inherits)

    def _declare_known(self, ctx: ClassDefContext, reader: ClassReader, *, inherits: bool) -> None:
        """Declare the fields whose type is a class of a stub.

        Also declare the fields for which mypy would otherwise use a declaration of a base class.

        Args:
            ctx: the context of the hook for base classes.
            reader: reads the class.
            inherits: whether mypy rejects attributes that nothing declares. If so, this method
                declares every field, because the plugin does not know the types of some.
        """
        if any(map(_replaces_access, ctx.cls.info.mro)):
            return
        try:
            fields = reader.known_fields(ctx.cls)
        except UnknownLayoutError:
            return
        for field in fields or ():
            type_, _ = self._types(field, reader, ctx)
            hidden = ctx.cls.info.get(field.name)
            if inherits or self._has_stub_class(type_) or (hidden and hidden.plugin_generated):
                _declare(ctx.cls.info, field.name, type_)
        if inherits and fields is not None:
            _declare_init(ctx, [], accepts_any=True)

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
        symbol = info.names.get(_OTHERWISE[0])
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
        if kind in ("simple", "swapped") and rest[0] not in _UNTYPED:
            if rest[0] == "c_void_p":
                address = UnionType([ctx.api.named_type("builtins.int"), NoneType()])
                return address, address
            value = ctx.api.named_type(f"builtins.{_VALUES.get(rest[0], 'int')}")
            return value, value
        if kind == "array" and rest[0] == ["simple", "c_char"]:
            text = ctx.api.named_type("builtins.bytes")
            return text, text
        if ctype is None:
            return _ANY, _ANY
        # ctypes passes the items of a tuple to the constructor of the field's type.
        accepted: list[Type] = [ctype, ctx.api.named_type("builtins.tuple", [_ANY])]
        if kind.startswith("pointer"):
            array = _instance(find_class(self._modules(), "_ctypes", "Array"), *ctype.args)
            accepted += [array or _ANY, NoneType()]
        return ctype, UnionType(accepted)

    def _ctype(
        self, described: Json, expression: Expression | None, reader: ClassReader
    ) -> Instance | None:
        """The ctypes type with the description *described*; None if unknown.

        A description is a value such as ``["simple", "c_int"]``; see `class_description`.
        """
        kind, *rest = described
        if kind in ("simple", "swapped"):
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
    is_known = base.module_name in STANDARD_MODULES or fullnames.is_ours(base.module_name)
    return not is_known and any(symbol and not symbol.plugin_generated for symbol in found)


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


def _declare_init(
    ctx: ClassDefContext, fields: list[tuple[str, Type]], *, accepts_any: bool
) -> None:
    """Add a constructor with the parameters *fields*, unless the class itself has a constructor."""
    existing = ctx.cls.info.names.get("__init__")
    if existing and not existing.plugin_generated:
        return
    if accepts_any:
        compat.add_init(ctx, compat.any_arguments())
        return
    arguments = [
        Argument(Var(name, type_), type_, None, ARG_OPT)
        for name, type_ in fields
        if name.isidentifier()
    ]
    compat.add_init(ctx, arguments)
