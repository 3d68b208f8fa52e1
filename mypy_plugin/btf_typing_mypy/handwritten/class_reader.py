"""Reads hand-written ctypes classes from the syntax tree of the module that defines them.

The result is a description from which the plugin can rebuild the class; see the module
`class_description`. If any part of a class is uncertain, the layout of the class is unknown. The
plugin then reports no mismatch.
"""

from __future__ import annotations

from mypy.nodes import (
    ClassDef,
    Expression,
    ListExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    OpExpr,
    StarExpr,
    StrExpr,
    TupleExpr,
    TypeInfo,
)

from btf_typing.mypy_support import NamedTuple
from btf_typing_mypy.source.ambiguity import differs_at_run_time, is_redefined
from btf_typing_mypy.source.btf_classes import BtfClasses

from .class_attributes import ClassAttribute, ClassAttributes
from .class_checks import check_class, check_unused
from .class_description import INTEGER_ATTRIBUTES, LAYOUT_ATTRIBUTES, Json, UnknownLayoutError
from .ctypes_bases import CTYPES_BASES, is_structure_or_union
from .field_types import FieldTypes
from .name_resolver import NameResolver, target_of_alias

_MOST_STEPS = 40
"""How many names and expressions the reader follows before it gives up."""


class Field(NamedTuple):
    """An entry of ``_fields_``, such as ``("flags", c_uint8, 3)``.

    Attributes:
        name: the name of the field.
        type: the description of its type; None if the type is unknown.
        bits: the width of a bitfield in bits, or a description such as ``["sizeof", type]``; None
            if the field is no bitfield, or if its type is unknown.
        node: the entry in the source.
    """

    name: str
    type: Json
    bits: Json
    node: Expression


class ClassReader:
    """Describes the classes of one module.

    Args:
        tree: the module; mypy must have bound its names.
        btf_classes: finds the classes that come from the BTF of an object.
    """

    def __init__(self, tree: MypyFile, btf_classes: BtfClasses) -> None:
        self._tree = tree
        self._names = NameResolver(tree)
        self._types = FieldTypes(tree, self._names, btf_classes)
        self._attributes = ClassAttributes(tree, self._names)
        self._fields: dict[ClassDef, list[Field] | None] = {}

    @property
    def dependencies(self) -> set[str]:
        """Full names of the definitions in other modules that the descriptions depend on."""
        return self._names.dependencies

    def describe(self, definition: ClassDef) -> Json:
        """Describe a class of this module.

        Raises:
            UnknownLayoutError: a part of the class is unknown.
            UnboundNameError: mypy has not bound a name in the class yet.
        """
        fields = self._certain_fields(definition)
        bases = self._bases(definition.info)
        described: dict[str, Json] = {"name": definition.name, "bases": bases}
        if fields and fields.distance:
            between = self._attributes.statements_after(definition)[: fields.distance - 1]
            check_unused(definition, between)
        for name in LAYOUT_ATTRIBUTES:
            attribute = self._attributes.find(definition, name)
            if attribute is None:
                continue
            # Event._fields_ = [...]
            # Event._pack_ = 1
            if attribute.distance > (fields.distance if fields else 0):
                raise UnknownLayoutError(f"{name} is assigned after _fields_; assign it before")
            if name in INTEGER_ATTRIBUTES:
                described[name] = self._types.integer(attribute.value)
            else:
                described[name] = self._constant(attribute.value)
        if fields is not None:
            entries = self.fields(definition) or ()
            described["_fields_"] = [[field.name, field.type, field.bits] for field in entries]
        return described

    def find_class(self, expression: Expression) -> TypeInfo | None:
        """The class that *expression* names directly or through variables; None if unknown.

        Raises:
            UnknownLayoutError: a name may have several definitions.
        """
        value: Expression | None = expression
        for _ in range(_MOST_STEPS):
            if not isinstance(value, NameExpr | MemberExpr):
                return None
            node = target_of_alias(self._names.resolve(value))
            if isinstance(node, TypeInfo):  # Event
                return node
            value = self._names.assigned_value(value)  # Alias = Event
        return None

    def type_of(self, expression: Expression) -> Json:
        """Describe the type that *expression* names, which must be a structure or union.

        Raises:
            UnknownLayoutError: the type is unknown, or is no structure or union.
        """
        try:
            described = self._types.type_of(expression)
        except UnknownLayoutError as error:
            raise UnknownLayoutError(f"the class is unknown: {error}") from None
        if described[0] not in ("btf", "stub", "class"):  # c_uint32
            raise UnknownLayoutError("expected a structure or union, found another type")
        return described

    def fields(self, definition: ClassDef) -> list[Field] | None:
        """The entries of ``_fields_`` of a class of this module; None if it has no ``_fields_``.

        Raises:
            UnknownLayoutError: a part of an entry is unknown.
        """
        if definition not in self._fields:
            found = self._attributes.find(definition, "_fields_")
            entries = None if found is None else self._entries(found.value)
            self._fields[definition] = None if entries is None else list(map(self._field, entries))
        return self._fields[definition]

    def known_fields(self, definition: ClassDef) -> list[Field | None] | None:
        """The entries of ``_fields_``; None if the class has no ``_fields_``.

        An item of the list is None if the name of the entry is unknown. The layout of the class and
        the types of some entries may be unknown, too.

        Raises:
            UnknownLayoutError: other code may replace the class or change its ``_fields_``.
        """
        found: list[Field | None] = []
        evaluated = self._fields.get(definition)
        if evaluated is not None:  # `describe` has evaluated all entries
            return [*evaluated]
        attribute = self._certain_fields(definition)
        if attribute is None:
            return None
        for entry in self._entries(attribute.value):
            try:
                found.append(self._field(entry))
            except UnknownLayoutError:
                match entry:
                    case TupleExpr(items=[StrExpr(value=name), *_]):
                        found.append(Field(name, None, None, entry))
                    case _:
                        found.append(None)
        return found

    def fields_value(self, definition: ClassDef) -> Expression | None:
        """The expression that is assigned to ``_fields_``; None if no value is assigned."""
        found = self._attributes.find(definition, "_fields_")
        return found.value if found else None

    def incomplete_until(self, definition: ClassDef) -> int:
        """The line of ``Event._fields_ = [...]`` below the class; 0 if there is no such line.

        The class is incomplete until this line.
        """
        found = self._attributes.find(definition, "_fields_")
        return found.value.line if found and found.distance else 0

    def _certain_fields(self, definition: ClassDef) -> ClassAttribute | None:
        """The ``_fields_`` of a class of this module; None if the class does not have it.

        Raises:
            UnknownLayoutError: other code may replace the class or its ``_fields_``.
            UnboundNameError: mypy has not bound a name yet.
        """
        check_class(definition.info)
        self._check_names(definition)
        fields = self._attributes.find(definition, "_fields_")
        # `distance` is 0 if the body of the class assigns the attribute. It is 1 here:
        # class Event(Structure): ...
        # Event._fields_ = [...]
        if fields is None or fields.distance:
            self._attributes.check_owners()
        return fields

    def _check_names(self, definition: ClassDef) -> None:
        """Check that the names of a class and of its bases have only one definition each.

        Raises:
            UnknownLayoutError: a name may have several definitions.
            UnboundNameError: mypy has not bound a name yet.
        """
        # class Event(Structure): ...
        # Event = Other
        if is_redefined(self._tree, definition):
            raise UnknownLayoutError(
                f'the module also binds the name "{definition.name}" to something else;'
                " rename one of them"
            )
        # if TYPE_CHECKING: class Event(Structure): ...
        # else: Event = Other
        if differs_at_run_time(self._tree, definition.name):
            raise UnknownLayoutError(
                f'"{definition.name}" is defined differently for type checkers and at run time;'
                " define it once for both"
            )
        for base in definition.base_type_exprs:
            if isinstance(base, NameExpr | MemberExpr):
                self._names.resolve(base)

    def _bases(self, info: TypeInfo) -> list[Json]:
        found: list[Json] = []
        for base in info.bases:
            if base.type.fullname in CTYPES_BASES:  # class Event(Structure): ...
                found.append(["simple", CTYPES_BASES[base.type.fullname]])
            elif is_structure_or_union(base.type):  # class Event(Header): ...
                found.append(self._types.class_of(base.type))
        return found

    def _constant(self, expression: Expression) -> Json:
        """A number, a string, or a list of them, such as ``("first", "second")``."""
        if isinstance(expression, StrExpr):
            return expression.value
        if isinstance(expression, ListExpr | TupleExpr):
            return [self._constant(item) for item in expression.items]
        return self._types.integer(expression)

    def _entries(self, expression: Expression, depth: int = 0) -> list[Expression]:
        """The entries of the list *expression*.

        For a part that the plugin cannot evaluate, such as a list of another module, the result has
        a ``StarExpr``.

        Raises:
            UnknownLayoutError: other code may change the list, or its definition refers to itself.
        """
        if depth > _MOST_STEPS:
            raise UnknownLayoutError("the definition of _fields_ refers to itself")
        if isinstance(expression, ListExpr | TupleExpr):  # [("pid", c_uint32), *MORE]
            found: list[Expression] = []
            for item in expression.items:
                if isinstance(item, StarExpr):
                    found += self._entries(item.expr, depth + 1)
                else:
                    found.append(item)
            return found
        if isinstance(expression, OpExpr) and expression.op == "+":  # HEADER + [("pid", c_uint32)]
            left = self._entries(expression.left, depth + 1)
            return left + self._entries(expression.right, depth + 1)
        value = self._names.assigned_value(expression)
        if value is not None and isinstance(expression, NameExpr | MemberExpr):  # FIELDS
            self._attributes.check_unchanged(value, self._names.resolve(expression))
            return self._entries(value, depth + 1)
        return [StarExpr(expression)]

    def _field(self, expression: Expression) -> Field:
        if isinstance(expression, StarExpr):
            raise UnknownLayoutError(
                "the plugin cannot evaluate _fields_; write it as a list of tuples"
            )
        if not isinstance(expression, TupleExpr) or len(expression.items) not in (2, 3):
            raise UnknownLayoutError(
                'an entry of _fields_ is no tuple; write ("name", type) or ("name", type, bits)'
            )
        name, type_, *bits = expression.items
        if not isinstance(name, StrExpr):
            raise UnknownLayoutError("the name of a field is not a string literal; write it out")
        try:
            width = self._types.integer(bits[0]) if bits else None
            return Field(name.value, self._types.type_of(type_), width, expression)
        except UnknownLayoutError as error:
            raise UnknownLayoutError(f'field "{name.value}": {error}') from None
