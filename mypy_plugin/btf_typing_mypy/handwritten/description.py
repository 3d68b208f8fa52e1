"""Hand-written ctypes classes, described so that they can be made again.

A class is described when mypy analyses it, and the description is kept with what mypy knows of the
class, in its cache too: by the time that another module validates it, its body is gone. The same
description serves the module of the class itself, so that both come to the same verdict.

A description is made of what JSON has. A type is one of

    ["simple", name]              of ctypes
    ["swapped", name]             in the other byte order
    ["array", type, length]
    ["pointer", type]
    ["pointer to", name]          of a class that may not be complete
    ["function"]
    ["class", description]
    ["btf", object, keyword, name]   what the BTF of an object gives
    ["stub", module, name]           a class of a stub

and a length or a width is a number, ``["sizeof", type]``, or ``["+", number, number]`` and such.
"""

from __future__ import annotations

import ctypes
import json
import operator
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from mypy.nodes import (
    CallExpr,
    ClassDef,
    Expression,
    IntExpr,
    ListExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    Node,
    OpExpr,
    PlaceholderNode,
    RefExpr,
    StarExpr,
    Statement,
    StrExpr,
    SymbolNode,
    TupleExpr,
    TypeInfo,
    UnaryExpr,
    Var,
)
from mypy.nodes import (
    TypeAlias as AliasNode,
)
from mypy.types import Instance, TypeType, get_proper_type

from btf_typing_mypy import compat
from btf_typing_mypy.compat import final_value
from btf_typing_mypy.source import syntax
from btf_typing_mypy.source.assignments import (
    assignments,
    callee_name,
    doubt,
    is_defined_again,
    is_of,
    is_told_apart,
    may_change,
    owned,
    statements_about,
    targets,
)
from btf_typing_mypy.source.origins import Origins

from .bases import ROOTS, is_record

Json: TypeAlias = Any
"""What JSON has; descriptions are read by `forge` alone."""

KEY = "btf_typing"
"""Of the description in the metadata of a class."""

SYMBOL = "btf-layout"
"""A name in the class that no program can write. Its type is the description: in the daemon, which
compares types alone, what depends on it is checked again when the description changes."""

_FUNCTIONS = frozenset({"ctypes.CFUNCTYPE", "ctypes.PYFUNCTYPE", "ctypes.WINFUNCTYPE"})
_SIZEOF = frozenset({"ctypes.sizeof", "_ctypes.sizeof"})
_POINTERS = frozenset({"ctypes.POINTER", "_ctypes.POINTER"})
_CALLED = _FUNCTIONS | _SIZEOF | _POINTERS
_NUMBERS = ("_pack_", "_align_")
_PLAIN = (*_NUMBERS, "_layout_", "_anonymous_")
_NAMES = (NameExpr, MemberExpr)
_DEEPEST = 40


class UnknownError(Exception):
    """Something that decides about the layout of a class cannot be told; the text says what."""


class UnboundError(UnknownError):
    """A name is not bound yet; it may be when analysis comes by again."""


class Field(NamedTuple):
    """An entry of ``_fields_``.

    Attributes:
        name: of the field.
        type: described.
        bits: of a bitfield; None for others.
        node: where it stands.
    """

    name: str
    type: Json
    bits: Json
    node: Expression


class _Attribute(NamedTuple):
    """What an attribute of a class is given.

    Attributes:
        value: in the source.
        after: 0 in the body of the class, else how many statements later.
    """

    value: Expression
    after: int


class Describer:
    """Describes the classes of one module.

    Args:
        tree: the module; its names must be bound.
        origins: tells which classes come from an object.
    """

    def __init__(self, tree: MypyFile, origins: Origins) -> None:
        self._tree = tree
        self._origins = origins
        self.uses: set[str] = set()
        """Full names of other modules that the description depends on."""

    def describe(self, definition: ClassDef) -> Json:
        """The description of a class of this module.

        Raises:
            UnknownError: a part of it cannot be told.
        """
        info = definition.info
        _plain(info)
        self._check_header(definition)
        described: dict[str, Json] = {"name": definition.name, "bases": self._bases(info)}
        fields = self._attribute(definition, "_fields_")
        if fields is None or fields.after:
            self._check_owners()
        if fields and fields.after:
            self._check_unused(definition, fields)
        for name in _PLAIN:
            found = self._attribute(definition, name)
            if found is None:
                continue
            if found.after > (fields.after if fields else 0):
                raise UnknownError(f"{name} is assigned after the class has its fields")
            if name in _NUMBERS:
                described[name] = self._integer(found.value, 0)
            else:
                described[name] = self._constant(found.value)
        if fields is not None:
            entries = self._entries(fields.value, 0)
            described["_fields_"] = [[field.name, field.type, field.bits] for field in entries]
        return described

    def _check_header(self, definition: ClassDef) -> None:
        """Make sure that a class and its bases are what mypy says.

        Raises:
            UnknownError: one of their names may be of something else.
            UnboundError: that cannot be told yet.
        """
        if is_defined_again(self._tree, definition):
            raise UnknownError("its name has another value too")
        if is_told_apart(self._tree, definition.name):
            raise UnknownError("it is another one at run time")
        for base in definition.base_type_exprs:
            if isinstance(base, _NAMES):
                self._bound(base)

    def _check_unused(self, definition: ClassDef, fields: _Attribute) -> None:
        """Make sure that a class which gets its *fields* later is not used before.

        Raises:
            UnknownError: it is, other than to point to it.
            UnboundError: that cannot be told yet.
        """
        if definition.decorators:
            raise UnknownError("a decorator gets the class before it has its fields")
        body = self._body_around(definition)
        start = body.index(definition) + 1
        for node in syntax.evaluated(body[start : start + fields.after - 1]):
            if isinstance(node, NameExpr) and node.name == definition.name:
                if node.node is None:
                    raise UnboundError(f'"{node.name}" is not defined')
                if node.node is definition.info:
                    raise UnknownError("it is used before it has its fields")

    def named(self, expression: Expression) -> TypeInfo | None:
        """The class that *expression* names, by whatever names; None where it may be another.

        Raises:
            UnknownError: the name is of something else at run time.
        """
        value: Expression | None = expression
        for _ in range(_DEEPEST):
            if not isinstance(value, _NAMES):
                return None
            node = _aliased(self._bound(value))
            if isinstance(node, TypeInfo):
                return node
            value = self._assigned(value)
        return None

    def type_of(self, expression: Expression) -> Json:
        """The description of the class that *expression* is.

        Raises:
            UnknownError: it cannot be told, or is no class with fields.
        """
        try:
            described = self._type(expression, 0)
        except UnknownError as error:
            raise UnknownError(f"which class this is cannot be told: {error}") from None
        if described[0] not in ("btf", "stub", "class"):
            raise UnknownError("it is no class with fields")
        return described

    def fields(self, definition: ClassDef) -> list[Field] | None:
        """The entries of ``_fields_`` of a class of this module; None where it has none.

        Raises:
            UnknownError: a part of it cannot be told.
        """
        found = self._attribute(definition, "_fields_")
        return None if found is None else self._entries(found.value, 0)

    def whole(self, definition: ClassDef) -> Expression | None:
        """The value of ``_fields_``, to report at what no entry is to blame for."""
        found = self._attribute(definition, "_fields_")
        return found.value if found else None

    def incomplete_until(self, definition: ClassDef) -> int:
        """The line of the value of ``_fields_`` that comes after the class; 0 for its body's."""
        found = self._attribute(definition, "_fields_")
        return found.value.line if found and found.after else 0

    def _check_owners(self) -> None:
        """Make sure that what classes get after their bodies is got by a class that is named.

        Raises:
            UnknownError: by one that may be any.
            UnboundError: that cannot be told yet.
        """
        for name in ("_fields_", *_PLAIN):
            for _, statement in statements_about(self._tree, name):
                for target, _ in targets(statement):
                    if isinstance(target, MemberExpr) and target.name == name:
                        self._check_owner(target.expr, name)

    def _check_owner(self, owner: Expression, name: str) -> None:
        node = self._bound(owner) if isinstance(owner, _NAMES) else None
        if not isinstance(node, TypeInfo) and not (isinstance(node, Var) and node.is_self):
            raise UnknownError(f"{name} is assigned to something that may be this class")

    def _bases(self, info: TypeInfo) -> list[Json]:
        found: list[Json] = []
        for base in info.bases:
            if base.type.fullname in ROOTS:
                found.append(["simple", ROOTS[base.type.fullname]])
            elif is_record(base.type):
                found.append(self._class(base.type))
        return found

    def _attribute(self, definition: ClassDef, name: str) -> _Attribute | None:
        """What is assigned to *name* in the class's body, or to it as an attribute afterwards.

        Raises:
            UnknownError: more than one value, or one that it need not have.
            UnboundError: it cannot be told yet whether it has one.
        """
        if is_told_apart(self._tree, name, definition):
            raise UnknownError(f"{name} is another one at run time")
        found: list[_Attribute | None] = []
        for owner, statement in statements_about(self._tree, name):
            for target, assigned in targets(statement):
                if owner is definition and isinstance(target, NameExpr):
                    after = 0 if statement in definition.defs.body else None
                elif _is_attribute(target, definition, name):
                    after = self._after(statement, definition)
                else:
                    continue
                known = None if assigned.entered or after is None else assigned.value
                found.append(_Attribute(known, after) if known and after is not None else None)
        if len(found) > 1:
            raise UnknownError(f"{name} is assigned in {len(found)} places")
        if not found and name not in definition.info.names:
            return None
        if not found or found[0] is None:
            raise UnknownError(f"{name} is assigned in a way that is not followed")
        symbol = definition.info.names.get(name)
        self._check_list(found[0].value, symbol.node if symbol else None)
        return found[0]

    def _after(self, statement: Statement, definition: ClassDef) -> int | None:
        """How many statements after the class *statement* is in its block; None for another one."""
        body = self._body_around(definition)
        after = body[body.index(definition) :]
        return after.index(statement) if statement in after else None

    def _body_around(self, definition: ClassDef) -> list[Statement]:
        """The statements among which the class *definition* is."""
        bodies = syntax.bodies(self._tree.defs)
        return next((body for body in bodies if definition in body), [definition])

    def _check_list(self, value: Expression, holder: SymbolNode | None) -> None:
        """Make sure that *value*, which the variable *holder* holds, stays as it is written.

        Raises:
            UnknownError: it is a list that may get other items.
        """
        if not isinstance(value, ListExpr) or holder is None:
            return
        changes = may_change(self._tree, holder)
        if changes is None:
            raise UnboundError(f'"{holder.name}" is not analysed everywhere')
        if changes:
            raise UnknownError(f'the list "{holder.name}" may get other items')

    def _constant(self, expression: Expression) -> Json:
        """A number, a string, or a list of them."""
        if isinstance(expression, StrExpr):
            return expression.value
        if isinstance(expression, ListExpr | TupleExpr):
            return [self._constant(item) for item in expression.items]
        return self._integer(expression, 0)

    def _entries(self, expression: Expression, depth: int) -> list[Field]:
        """The entries of a list of fields: written out, joined, or spread."""
        if depth > _DEEPEST:
            raise UnknownError("the list of fields goes round in a circle")
        if isinstance(expression, ListExpr | TupleExpr):
            found: list[Field] = []
            for item in expression.items:
                if isinstance(item, StarExpr):
                    found += self._entries(item.expr, depth + 1)
                else:
                    found.append(self._entry(item))
            return found
        if isinstance(expression, OpExpr) and expression.op == "+":
            left = self._entries(expression.left, depth + 1)
            return left + self._entries(expression.right, depth + 1)
        value = self._assigned(expression)
        if value is not None:
            holder = self._bound(expression) if isinstance(expression, _NAMES) else None
            self._check_list(value, holder)
            return self._entries(value, depth + 1)
        raise UnknownError("the list of fields is computed in a way that is not followed")

    def _entry(self, expression: Expression) -> Field:
        if not isinstance(expression, TupleExpr) or len(expression.items) not in (2, 3):
            raise UnknownError("an entry of _fields_ is no tuple of two or three")
        name, type_, *bits = expression.items
        if not isinstance(name, StrExpr):
            raise UnknownError("the name of a field is no literal")
        try:
            width = self._integer(bits[0], 0) if bits else None
            return Field(name.value, self._type(type_, 0), width, expression)
        except UnknownError as error:
            raise UnknownError(f'field "{name.value}": {error}') from None

    def _assigned(self, expression: Expression) -> Expression | None:
        """What this module assigns to the name *expression*, if it does so once."""
        node = self._bound(expression) if isinstance(expression, _NAMES) else None
        if not isinstance(node, Var):
            return None
        found = assignments(self._tree, node)
        if len(found) != 1 or found[0].entered:
            return None
        return found[0].value

    def _bound(self, expression: NameExpr | MemberExpr) -> SymbolNode | None:
        """What *expression* names; None for an attribute of a value."""
        reason = doubt(self._tree, expression)
        if reason:
            raise UnknownError(reason)
        if isinstance(expression, MemberExpr):
            if isinstance(expression.expr, RefExpr) and isinstance(expression.expr.node, Var):
                return None  # of an instance, whose class may be one that derives from this one
            node = owned(expression)
        else:
            node = expression.node
            if node is None:
                raise UnboundError(f'"{expression.name}" is not defined')
        if isinstance(node, PlaceholderNode):
            raise UnboundError(f'"{expression.name}" is not analysed')
        if node and node.fullname.rpartition(".")[0] not in ("", self._tree.fullname):
            self.uses.add(node.fullname)
        return node

    def _callee(self, call: CallExpr) -> str:
        """The full name of what is called; empty where unknown."""
        if isinstance(call.callee, NameExpr | MemberExpr) and callee_name(call) in _CALLED:
            self._bound(call.callee)
        return callee_name(call)

    def _integer(self, expression: Expression, depth: int) -> Json:
        if depth > _DEEPEST:
            raise UnknownError("a number goes round in a circle")
        match expression:
            case IntExpr():
                return number(["+", expression.value, 0])
            case UnaryExpr(op="~") if _has_member(expression.expr):
                raise UnknownError("what is left of the members of an enum is its own affair")
            case UnaryExpr(op="-" | "~"):
                value = self._integer(expression.expr, depth + 1)
                return number(["-", 0 if expression.op != "~" else -1, value])
            case OpExpr() if expression.op in _ARITHMETIC:
                left = self._integer(expression.left, depth + 1)
                right = self._integer(expression.right, depth + 1)
                return number([expression.op, left, right])
            case CallExpr() if self._callee(expression) in _SIZEOF and len(expression.args) == 1:
                return ["sizeof", self._type(expression.args[0], 0)]
            case NameExpr() | MemberExpr():
                return self._named_integer(expression, depth)
        raise UnknownError("a number is computed in a way that is not followed")

    def _named_integer(self, expression: NameExpr | MemberExpr, depth: int) -> Json:
        node = self._bound(expression)
        if isinstance(node, Var) and node.info and node.info.is_enum:
            _check_enum(node.info)
        value = final_value(node) if node else None
        if isinstance(value, int):
            return value
        assigned = self._assigned(expression)
        if assigned is not None:
            return self._integer(assigned, depth + 1)
        name = node.fullname if isinstance(node, Var) else expression.name
        raise UnknownError(
            f'the value of "{name}" is not known; is it Final, in the module that defines it?'
        )

    def _type(self, expression: Expression, depth: int) -> Json:
        if depth > _DEEPEST:
            raise UnknownError("its type goes round in a circle")
        match expression:
            case OpExpr(op="*"):
                return self._array(expression, depth + 1)
            case CallExpr():
                return self._call(expression, depth + 1)
            case MemberExpr(name="__ctype_be__" | "__ctype_le__"):
                return self._ordered(expression, depth + 1)
            case NameExpr() | MemberExpr():
                return self._named_type(expression, depth + 1)
        raise UnknownError("its type is computed in a way that is not followed")

    def _array(self, expression: OpExpr, depth: int) -> Json:
        try:
            return ["array", self._type(expression.left, depth), self._integer(expression.right, 0)]
        except UnknownError:
            if isinstance(expression.left, IntExpr):
                length = self._integer(expression.left, 0)
                return ["array", self._type(expression.right, depth), length]
            raise

    def _call(self, call: CallExpr, depth: int) -> Json:
        callee = self._callee(call)
        if callee in _POINTERS and len(call.args) == 1:
            return self._pointer(call.args[0], depth)
        if callee in _FUNCTIONS:
            return ["function"]
        origin = self._origins.of(call, self._tree)
        if origin:
            return ["btf", *origin]
        raise UnknownError("its type comes from a call that is not followed")

    def _pointer(self, target: Expression, depth: int) -> Json:
        node = target.node if isinstance(target, RefExpr) else None
        if isinstance(node, TypeInfo) and is_record(node):
            return ["pointer to", node.name]
        try:
            return ["pointer", self._type(target, depth)]
        except UnknownError:
            return ["pointer to", "object"]

    def _ordered(self, expression: MemberExpr, depth: int) -> Json:
        type_ = self._type(expression.expr, depth)
        if type_[0] != "simple":
            raise UnknownError(f"{expression.name} of something that is no simple type")
        class_ = getattr(ctypes, type_[1])
        swapped = getattr(class_, expression.name, class_) is not class_
        return ["swapped", type_[1]] if swapped else type_

    def _named_type(self, expression: NameExpr | MemberExpr, depth: int) -> Json:
        node = _aliased(self._bound(expression))
        if isinstance(node, TypeInfo):
            return with_fields(self._class(node))
        if isinstance(node, Var):
            if not is_of(node, self._tree) and node.type is not None:
                # Only the daemon has more of another module than the types of its names.
                return self._inferred(node)
            origin = self._origins.of_variable(node, self._tree)
            if origin:
                return ["btf", *origin]
            assigned = self._assigned(expression)
            if assigned is not None:
                return self._type(assigned, depth)
            return self._inferred(node)
        raise UnknownError(f'what "{expression.name}" is cannot be told')

    def _inferred(self, node: Var) -> Json:
        """The class that a variable holds, by its type: no other than that of the type."""
        proper = get_proper_type(node.type)
        item = proper.item if isinstance(proper, TypeType) else None
        if isinstance(item, Instance) and not item.args and self._is_exact(item.type, node):
            return self._class(item.type)
        raise UnknownError(f'what "{node.fullname}" holds is not part of its type')

    def _is_exact(self, info: TypeInfo, node: Var) -> bool:
        """Whether what *node* holds, a ``type[...]`` of *info*, is no class derived from that."""
        inferred = node.is_inferred and not is_of(node, self._tree)
        return info.is_final or (inferred and self._origins.is_stub(info.module_name))

    def _class(self, info: TypeInfo) -> Json:
        module, _, name = info.fullname.rpartition(".")
        if module == "ctypes" and hasattr(ctypes, name):
            return ["simple", name]
        if not is_record(info):
            raise UnknownError(f'"{info.fullname}" is no class of ctypes')
        if self._origins.is_stub(info.module_name):
            return ["stub", info.module_name, info.name]
        self.uses.add(f"{info.fullname}.{SYMBOL}")
        described = description_of(info)
        if isinstance(described, str):
            raise UnknownError(f'class "{info.name}": {described}')
        return ["class", described]


def with_fields(described: Json) -> Json:
    """*described*, a type, unless it is a class with no fields at all.

    Raises:
        UnknownError: it is, so that it is likely to get them where nobody has looked.
    """
    if described[0] == "class" and '"_fields_"' not in json.dumps(described):
        name = described[1]["name"]
        raise UnknownError(f'class "{name}" has no fields yet, and may get some elsewhere')
    return described


def _aliased(node: SymbolNode | None) -> SymbolNode | None:
    """The class that *node* is an alias of, or else itself; None for an alias of other types."""
    if not isinstance(node, AliasNode):
        return node
    target = get_proper_type(node.target)
    return target.type if isinstance(target, Instance) and not target.args else None


def description_of(info: TypeInfo) -> Json:
    """The description that is kept with a class; a string says why there is none."""
    found = compat.metadata(info, KEY)
    if found is None:
        return f'the module "{info.module_name}" was not analysed with this plugin'
    return found.get("class", found.get("unknown", "it is incomplete"))


def _is_attribute(target: Node, definition: ClassDef, name: str) -> bool:
    """Whether *target* is ``Class.name``.

    Raises:
        UnboundError: it may be.
    """
    if not isinstance(target, MemberExpr) or target.name != name:
        return False
    owner = target.expr
    if isinstance(owner, NameExpr) and owner.node is None and owner.name == definition.name:
        raise UnboundError(f'"{owner.name}" is not defined')
    return isinstance(owner, RefExpr) and owner.node is definition.info


def _plain(info: TypeInfo) -> None:
    """Make sure that no code has a hand in what class *info* is.

    Raises:
        UnknownError: some has.
    """
    for decorator in info.defn.decorators:
        callee = decorator.callee if isinstance(decorator, CallExpr) else decorator
        fullname = callee.fullname if isinstance(callee, RefExpr) else ""
        called = isinstance(decorator, CallExpr)
        validates = called and isinstance(callee, MemberExpr) and callee.name == "validate"
        if not validates and fullname not in _LEAVING:
            raise UnknownError("a decorator may make another class of it")
    for base in info.mro:
        if base.fullname in ROOTS or base.module_name in _LIBRARY:
            continue
        if "__init_subclass__" in base.names or base.declared_metaclass:
            raise UnknownError(f'class "{base.name}" may change what derives from it')
        if not is_record(base) and any(name in base.names for name in ("_fields_", *_PLAIN)):
            raise UnknownError(f'class "{base.name}", no structure, has attributes of one')
        if "_swappedbytes_" in base.names:
            raise UnknownError(f'class "{base.name}" has _swappedbytes_')
    if info.fallback_to_any:
        raise UnknownError("one of its bases is not known")


def _check_enum(info: TypeInfo) -> None:
    """Make sure that the members of the enum *info* have the values that they are given.

    Raises:
        UnknownError: code makes them.
    """
    for base in info.mro:
        of_library = base.module_name in (*_LIBRARY, "enum")
        if not of_library and (base.declared_metaclass or "__new__" in base.names):
            raise UnknownError(f'enum "{base.name}" makes its members itself')


def _has_member(expression: Expression) -> bool:
    """Whether *expression* computes with a member of an enum."""
    match expression:
        case OpExpr():
            return _has_member(expression.left) or _has_member(expression.right)
        case UnaryExpr():
            return _has_member(expression.expr)
        case NameExpr() | MemberExpr():
            node = owned(expression) if isinstance(expression, MemberExpr) else expression.node
            return isinstance(node, Var) and bool(node.info) and node.info.is_enum
    return False


_LEAVING = frozenset({"typing.final", "typing_extensions.final"})
"""Decorators that leave a class as it is."""

_LIBRARY = frozenset({"builtins", "typing", "typing_extensions", "abc", "_ctypes", "ctypes"})


_ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
_LARGEST = 1 << 64


def number(described: Json) -> Json:
    """The value of ``[symbol, number, number]``; itself where a number is not known yet.

    Raises:
        UnknownError: it cannot be computed.
    """
    symbol, left, right = described
    if not isinstance(left, int) or not isinstance(right, int):
        return described
    if symbol == "<<" and right > _LARGEST.bit_length():
        raise UnknownError("a number is out of bounds")
    try:
        value = _ARITHMETIC[symbol](left, right)
    except (ArithmeticError, ValueError) as error:
        raise UnknownError(f"a number cannot be computed: {error}") from None
    if abs(value) > _LARGEST:
        raise UnknownError("a number is out of bounds")
    return value
