"""Describes the types and numbers in ``_fields_``; see the module `class_description`.

In ``("name", c_char * (LENGTH + 1))``, the type is ``c_char * (LENGTH + 1)``. If ``LENGTH`` is 16,
its description is ``["array", ["simple", "c_char"], 17]``.
"""

from __future__ import annotations

import ctypes

from mypy.nodes import (
    CallExpr,
    Expression,
    IntExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    OpExpr,
    RefExpr,
    TypeInfo,
    UnaryExpr,
    Var,
)
from mypy.types import Instance, TypeType, get_proper_type

from btf_typing_mypy.compat import final_value
from btf_typing_mypy.source.btf_classes import BtfClasses
from btf_typing_mypy.source.references import (
    callee_fullname,
    callee_text,
    declared_type,
    is_defined_in,
    referenced_node,
)

from .class_description import (
    DIGEST_ATTRIBUTE,
    OPERATORS,
    Json,
    UnknownLayoutError,
    compute,
    require_fields,
    stored_description,
)
from .ctypes_bases import STANDARD_MODULES, is_structure_or_union
from .name_resolver import NameResolver, target_of_alias

_FUNCTION_TYPES = frozenset({"ctypes.CFUNCTYPE", "ctypes.PYFUNCTYPE", "ctypes.WINFUNCTYPE"})
_SIZEOF = frozenset({"ctypes.sizeof", "_ctypes.sizeof"})
_POINTER = frozenset({"ctypes.POINTER", "_ctypes.POINTER"})
_CTYPES_FUNCTIONS = _FUNCTION_TYPES | _SIZEOF | _POINTER

_MOST_STEPS = 40
"""How many names and expressions the plugin follows before it gives up."""


class FieldTypes:
    """Describes the types and numbers in the ``_fields_`` of one module.

    The parameter *depth* counts the steps that led to an expression. `_MOST_STEPS` limits it, so
    two names that are defined in terms of each other do not cause endless recursion.

    Args:
        tree: the module.
        names: resolves the names in the module.
        btf_classes: finds the classes that come from the BTF of an object.
    """

    def __init__(self, tree: MypyFile, names: NameResolver, btf_classes: BtfClasses) -> None:
        self._tree = tree
        self._names = names
        self._btf_classes = btf_classes

    def type_of(self, expression: Expression, depth: int = 0) -> Json:
        """Describe the type *expression*.

        Raises:
            UnknownLayoutError: the type is unknown.
        """
        if depth > _MOST_STEPS:
            raise UnknownLayoutError("the definition of this type refers to itself")
        match expression:
            case OpExpr(op="*"):  # c_char * 16
                return self._array(expression, depth + 1)
            case CallExpr():  # POINTER(c_uint32)
                return self._call(expression, depth + 1)
            case MemberExpr(name="__ctype_be__" | "__ctype_le__"):  # c_uint32.__ctype_be__
                return self._swapped(expression, depth + 1)
            case NameExpr() | MemberExpr():  # c_uint32, ctypes.c_uint32, Event
                return self._named_type(expression, depth + 1)
        raise UnknownLayoutError(
            "the plugin cannot evaluate this type; use a type of ctypes, an array such as"
            " c_char * 16, or a class"
        )

    def integer(self, expression: Expression, depth: int = 0) -> Json:
        """The value of the number *expression*, or a description such as ``["sizeof", type]``.

        The module `class_description` lists the descriptions.

        Raises:
            UnknownLayoutError: the number is unknown.
        """
        if depth > _MOST_STEPS:
            raise UnknownLayoutError("the definition of this number refers to itself")
        match expression:
            case IntExpr():  # 16
                return compute("+", expression.value, 0)
            case UnaryExpr(op="~") if _has_enum_member(expression.expr):
                # ~Flags.A
                # The value depends on the other members of the enum.
                raise UnknownLayoutError(
                    'the plugin does not evaluate "~" on members of an enum; write the number'
                )
            case UnaryExpr(op="-"):  # -LENGTH
                return compute("-", 0, self.integer(expression.expr, depth + 1))
            case UnaryExpr(op="~"):  # ~LENGTH
                return compute("-", -1, self.integer(expression.expr, depth + 1))
            case OpExpr() if expression.op in OPERATORS:  # LENGTH + 1
                left = self.integer(expression.left, depth + 1)
                right = self.integer(expression.right, depth + 1)
                return compute(expression.op, left, right)
            case CallExpr() if self._callee(expression) in _SIZEOF and len(expression.args) == 1:
                return ["sizeof", self.type_of(expression.args[0], depth + 1)]  # sizeof(Event)
            case NameExpr() | MemberExpr():  # LENGTH, consts.LENGTH
                return self._named_integer(expression, depth)
        raise UnknownLayoutError(
            "the plugin cannot evaluate this number; use integers, arithmetic, sizeof() and names"
        )

    def class_of(self, info: TypeInfo) -> Json:
        """Describe the class *info* as a type.

        Raises:
            UnknownLayoutError: the layout is unknown, or the class is no type of ctypes.
        """
        module, _, name = info.fullname.rpartition(".")
        if module == "ctypes" and hasattr(ctypes, name):  # c_uint32
            return ["simple", name]
        if not is_structure_or_union(info):
            raise UnknownLayoutError(f'"{info.fullname}" is not a ctypes type')
        if self._btf_classes.is_stub(info.module_name):  # prog_bpf.event
            return ["stub", info.module_name, info.name]
        self._names.dependencies.add(f"{info.fullname}.{DIGEST_ATTRIBUTE}")
        described = stored_description(info)
        if isinstance(described, str):
            raise UnknownLayoutError(f'class "{info.name}": {described}')
        return ["class", described]

    def _named_integer(self, expression: NameExpr | MemberExpr, depth: int) -> Json:
        node = self._names.resolve(expression)
        if isinstance(node, Var) and node.info and node.info.is_enum:  # Sizes.NAME
            _check_enum(node.info)
        value = final_value(node) if node else None
        if isinstance(value, int):  # LENGTH: Final = 16, in any module
            return value
        assigned = self._names.assigned_value(expression)
        if assigned is not None:  # LENGTH = 16, in this module
            return self.integer(assigned, depth + 1)
        name = node.fullname if isinstance(node, Var) else expression.name
        raise UnknownLayoutError(
            f'the value of "{name}" is unknown; declare it Final in the module that defines it'
        )

    def _array(self, expression: OpExpr, depth: int) -> Json:
        try:  # c_char * 16
            return [
                "array",
                self.type_of(expression.left, depth),
                self.integer(expression.right, depth),
            ]
        except UnknownLayoutError:
            if isinstance(expression.left, IntExpr):  # 16 * c_char
                length = self.integer(expression.left, depth)
                return ["array", self.type_of(expression.right, depth), length]
            raise

    def _call(self, call: CallExpr, depth: int) -> Json:
        callee = self._callee(call)
        if callee in _POINTER and len(call.args) == 1:  # POINTER(c_uint32)
            return self._pointer(call.args[0], depth)
        if callee in _FUNCTION_TYPES:  # CFUNCTYPE(c_int)
            return ["function"]
        btf_class = self._btf_classes.of_expression(call, self._tree)
        if btf_class:  # obj.btf.struct("event")
            return ["btf", *btf_class]
        raise UnknownLayoutError(
            f"the plugin does not evaluate {callee_text(call)}; use a type of ctypes or a class"
        )

    def _callee(self, call: CallExpr) -> str:
        """The full name of the function that *call* calls; empty if unknown."""
        fullname = callee_fullname(call)
        if isinstance(call.callee, NameExpr | MemberExpr) and fullname in _CTYPES_FUNCTIONS:
            self._names.resolve(call.callee)  # raises if the name has several definitions
        return fullname

    def _pointer(self, target: Expression, depth: int) -> Json:
        node = target.node if isinstance(target, RefExpr) else None
        if isinstance(node, TypeInfo) and is_structure_or_union(node):  # POINTER(Event)
            return ["pointer to", node.name]
        try:  # POINTER(c_uint32)
            return ["pointer", self.type_of(target, depth)]
        except UnknownLayoutError:  # POINTER(anything): all pointers have the same layout
            return ["pointer to", "object"]

    def _swapped(self, expression: MemberExpr, depth: int) -> Json:
        type_ = self.type_of(expression.expr, depth)
        if type_[0] != "simple":
            raise UnknownLayoutError(
                f"{expression.name} needs a simple type of ctypes, such as c_uint32"
            )
        class_ = getattr(ctypes, type_[1])
        # c_uint8.__ctype_be__ is c_uint8 itself
        is_swapped = getattr(class_, expression.name, class_) is not class_
        return ["swapped", type_[1]] if is_swapped else type_

    def _named_type(self, expression: NameExpr | MemberExpr, depth: int) -> Json:
        node = target_of_alias(self._names.resolve(expression))
        if isinstance(node, TypeInfo):  # Event
            return require_fields(self.class_of(node))
        if not isinstance(node, Var):
            btf_class = self._btf_classes.of_expression(expression, self._tree)
            if btf_class:  # obj.maps["events"].value
                return ["btf", *btf_class]
            map_ = self._btf_classes.map_of_other_module(expression, self._tree)
            if map_:  # other_module.events.value
                self._names.dependencies.add(map_.fullname)
                class_ = self._btf_classes.part_by_type(map_, expression.name)
                if class_ and self._is_exact(class_, map_):
                    return self.class_of(class_)
            raise UnknownLayoutError(
                f'the plugin cannot find out what "{expression.name}" refers to;'
                " write the name of the class"
            )
        if not is_defined_in(node, self._tree) and node.type is not None:
            # other_module.Event
            # Only the daemon keeps the syntax tree of that module. The result must be the same with
            # and without the daemon, so use the variable's type instead.
            return self._type_of_variable(node)
        btf_class = self._btf_classes.of_variable(node, self._tree)
        if btf_class:  # Event = obj.btf.struct("event")
            return ["btf", *btf_class]
        assigned = self._names.assigned_value(expression)
        if assigned is not None:  # u32 = c_uint32
            return self.type_of(assigned, depth)
        return self._type_of_variable(node)

    def _type_of_variable(self, variable: Var) -> Json:
        """Describe the class that *variable* holds.

        Raises:
            UnknownLayoutError: the type of the variable allows several classes.
        """
        proper = get_proper_type(variable.type)
        item = proper.item if isinstance(proper, TypeType) else None
        if isinstance(item, Instance) and not item.args and self._is_exact(item.type, variable):
            return self.class_of(item.type)
        raise UnknownLayoutError(
            f'the type of "{variable.fullname}" does not say which class it holds;'
            " write the name of the class"
        )

    def _is_exact(self, info: TypeInfo, variable: Var) -> bool:
        """Whether *variable* holds *info* itself and no subclass of it.

        The type of the variable is ``type[info]``, or that of a map with keys or values of *info*.
        """
        if info.is_final:  # @final \n class Event(Structure): ...
            return True
        # other_module.Event, if other_module contains Event = obj.btf.struct("event").
        # Event has no annotation there, so mypy infers its type from the look-up. The look-up
        # returns *info* itself.
        is_inferred = declared_type(variable) is None and not is_defined_in(variable, self._tree)
        return is_inferred and self._btf_classes.is_stub(info.module_name)


def _check_enum(info: TypeInfo) -> None:
    """Check that the members of the enum *info* have the values that its body assigns.

    Raises:
        UnknownLayoutError: a metaclass or ``__new__`` may change the values.
    """
    for base in info.mro:
        is_standard = base.module_name in (*STANDARD_MODULES, "enum")
        if not is_standard and (base.declared_metaclass or "__new__" in base.names):
            raise UnknownLayoutError(
                f'enum "{base.name}" computes the values of its members; write the number'
            )


def _has_enum_member(expression: Expression) -> bool:
    """Whether *expression* contains a member of an enum, as ``Flags.A | 4`` does."""
    match expression:
        case OpExpr():
            return _has_enum_member(expression.left) or _has_enum_member(expression.right)
        case UnaryExpr():
            return _has_enum_member(expression.expr)
        case NameExpr() | MemberExpr():
            node = referenced_node(expression)
            return isinstance(node, Var) and bool(node.info) and node.info.is_enum
    return False
