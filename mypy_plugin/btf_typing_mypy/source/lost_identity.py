"""Finds the annotation that makes a program lose the identity of an object.

The identity of an object is the literal in ``BpfObject[Literal["prog.bpf.o"]]``. In the program
below, the annotation is only ``BpfObject``. So the plugin cannot check the call of ``struct``. To
find the annotation, the plugin starts at ``opened()``, the expression before ``.btf``::

    def opened() -> BpfObject:
        return load("prog.bpf.o")

    opened().btf.struct("event")
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from mypy.nodes import (
    AwaitExpr,
    CallExpr,
    ComparisonExpr,
    Context,
    Decorator,
    Expression,
    ExpressionStmt,
    FuncDef,
    IndexExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    ReturnStmt,
    SymbolNode,
    TupleExpr,
    TypeInfo,
    Var,
    YieldExpr,
)
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    TupleType,
    Type,
    TypeOfAny,
    get_proper_type,
)

from btf_typing.mypy_support import NamedTuple
from btf_typing_mypy import fullnames

from . import syntax_tree
from .assignments import assignments_and_to_self
from .call_arguments import (
    FindClass,
    class_of,
    classes_with,
    declared_instance,
    definition,
    passed_values,
)
from .contained_values import contents, iterated, possible_values, unpacked
from .list_changes import may_change
from .module_index import functions_of
from .object_identity import objects_of
from .path_expressions import Depend
from .references import callee_fullname, declared_type, is_defined_in

_BPF_OBJECT = "BpfObject"
_ANNOTATED = frozenset({fullnames.BPF_OBJECT, fullnames.BTF, fullnames.TINYBPF_OBJECT})
"""The classes to name in a missing return annotation."""

_CONTAINER_MODULES = frozenset({"builtins", "typing", "collections"})

Objects = Callable[[Expression, MypyFile, Depend], list[str]]
"""Returns the identities of the objects that an expression may refer to; [] if unknown."""

TypeOf = Callable[[Expression], Type]
"""Returns the type that mypy has inferred for an expression."""


class Loss(NamedTuple):
    """An annotation or a container that loses an object, or a function without an annotation.

    Attributes:
        class_name: the class that the annotation names, such as ``BpfObject``; empty if there is no
            annotation.
        objects: identities of the objects that the variable may hold, or that the function may
            return.
        is_passed: whether the variable is a parameter, so that calls pass the object.
        generated: full name of the class ``Object`` of a generated module, such as
            ``prog_bpf.Object``, if all objects have this class; otherwise empty.
        missing: the class that an annotation should name, if there is none.
        container: the name of a list, tuple or dictionary without annotation that contains the
            objects; otherwise empty.
    """

    class_name: str
    objects: list[str]
    is_passed: bool = False
    generated: str = ""
    missing: str = _BPF_OBJECT
    container: str = ""

    @property
    def why(self) -> str:
        """Why the plugin does not know the object, and what to write instead."""
        if self.container:
            return (
                f'"{self.container}" contains several objects, and its type does not say which of '
                "them this is; assign each object to a variable of its own"
            )
        return (
            f'the annotation "{self.class_name}" does not say which object this is; '
            f"write {self.cure}"
        )

    @property
    def cure(self) -> str:
        """The annotation to write instead."""
        if self.generated and self.class_name == _BPF_OBJECT:
            return self.generated
        literal = ", ".join(json.dumps(name, ensure_ascii=False) for name in self.objects)
        return f"{self.class_name or self.missing}[Literal[{literal}]]"


_NOTHING = Loss("", [])
"""The loss of a variable or function that the plugin has reached before. It adds no objects."""


class _Place(NamedTuple):
    """A variable or a function that may lose objects.

    Attributes:
        node: the variable or function; None if unknown.
        item: for ``pair[1]`` and ``pair()[1]``, the number 1; None for the variable itself.
    """

    node: SymbolNode | None
    item: int | None = None


_Known = dict[_Place, Loss | None]
"""The losses of the variables and functions that a search has reached; None if unknown."""


class LostIdentity:
    """Finds annotations in one module that lose the identity of an object.

    The plugin follows variables, parameters and functions of this module. mypy may not have the
    bodies of the functions of another module.

    Args:
        tree: the module.
        objects: finds the objects that expressions stand for.
        type_of: returns the type of an expression that mypy has checked.
        depend: gets the names that decide the objects; see `path_expressions.Depend`.
    """

    def __init__(self, tree: MypyFile, objects: Objects, type_of: TypeOf, depend: Depend) -> None:
        self._tree = tree
        self._objects = objects
        self._type_of = type_of
        self._depend = depend

    def of(self, expression: Expression) -> Loss | None:
        """What loses the identity of *expression*: an annotation or a container; else None.

        Args:
            expression: an object, or a part of one such as ``obj.btf``. mypy has checked it.
        """
        loss = self._of_place(self._place(expression, self._class_by_type), {})
        if loss and loss.objects and (loss.class_name or loss.container):
            return loss
        return None

    def of_result(self, function: FuncDef) -> Loss | None:
        """The loss if *function* returns a known object that its annotation omits; else None.

        The class name in the loss is empty if *function* has no return annotation.
        """
        type_ = function.type
        returned = get_proper_type(type_.ret_type) if isinstance(type_, CallableType) else None
        is_missing = isinstance(returned, AnyType) and returned.type_of_any == TypeOfAny.unannotated
        if returned is not None and not is_missing:
            loss = self._of_place(_Place(function), {})
        else:
            loss = self._of_unannotated(function)
        return loss if loss and loss.objects else None

    def _of_unannotated(self, function: FuncDef) -> Loss | None:
        results = [part for each in _results(function) for part in syntax_tree.alternatives(each)]
        class_ = self._only_class(results, {})
        if not class_ or self._is_overridden(function):
            return None
        loss = _joined("", self._losses(results, {_Place(function): _NOTHING}))
        return loss._replace(missing=class_) if loss else None

    def _only_class(
        self, values: Iterable[Expression | None], known: dict[_Place, str | None]
    ) -> str | None:
        """The class name that `_class_name` returns for all *values*; empty if they differ.

        A value for which it returns None does not count. If there are only such values, the result
        is None.
        """
        values = [each for each in values if not (each and syntax_tree.is_none(each))]
        classes = {self._class_name(each, known) for each in values}
        if len(classes) > 1:
            classes.discard(None)
        return classes.pop() if len(classes) == 1 else ""

    def _class_name(self, value: Expression | None, known: dict[_Place, str | None]) -> str | None:
        """The class that an annotation of *value* should name: ``BpfObject`` or ``Btf``.

        The result is empty if *value* is another part of an object, such as ``obj.maps``. It is
        None if *value* is a variable that the search has reached before and does not know yet.

        Args:
            value: an object, or a part of one.
            known: the results for the variables that this search has reached.
        """
        find_class = self._class_by_syntax
        if value and contents(value):  # return [obj, other]
            return ""
        if isinstance(value, MemberExpr) and not self._is_own(
            value.name, definition(value, find_class)
        ):  # obj.maps
            return "Btf" if value.name == "btf" else ""
        place = self._place(value, find_class) if value else _Place(None)
        node, item = place
        if isinstance(value, CallExpr) and callee_fullname(value).startswith(f"{fullnames.BTF}."):
            return "Btf"
        if isinstance(node, Var) and declared_type(node) is None:
            if place not in known:
                known[place] = None
                known[place] = self._only_class(self._assigned(node, item), known)
            return known[place]
        annotation = get_proper_type(_annotation(node))
        if isinstance(annotation, TupleType) != (item is not None):  # return pair
            return ""
        declared = declared_instance(_type_of_item(annotation, item))
        if bare_class(_item(declared)):  # return objects, and return objects[0]
            return ""
        bases = {base.fullname for base in declared.type.mro} if declared else set[str]()
        if bases & (fullnames.IDENTITY_CLASSES - _ANNOTATED):
            return ""
        return "Btf" if fullnames.BTF in bases else _BPF_OBJECT

    def _assigned(self, variable: Var, item: int | None) -> list[Expression | None]:
        """The values that *variable* may have, or the item *item* of each."""
        assigned = assignments_and_to_self(self._tree, variable)
        values = [each.value or unpacked(each) for each in assigned]
        found: list[Expression | None] = []
        for each in values or passed_values(self._tree, variable):
            if item is None and each:
                found += syntax_tree.alternatives(each)
            else:
                found += possible_values(each, item)
        return found

    def _is_overridden(self, node: Var | FuncDef) -> bool:
        """Whether a class of this module overrides *node*, an attribute or method of its base."""
        return any(
            class_ is not node.info and node.name in class_.names
            for class_ in classes_with(self._tree, node)
        )

    def _of_place(self, place: _Place, known: _Known) -> Loss | None:
        """The annotation of a variable or function, or of one from which it gets its value.

        Variables and functions may refer to each other. So the method follows each of them once. If
        it meets one again before the result is known, the result for this use is `_NOTHING`.

        Args:
            place: the variable or function.
            known: the results of this search. The method adds to it.
        """
        node = place.node.func if isinstance(place.node, Decorator) else place.node
        if not isinstance(node, Var | FuncDef):
            return None
        place = _Place(node, place.item)
        if place not in known:
            known[place] = _NOTHING
            if isinstance(node, Var):
                known[place] = self._of_variable(node, place.item, known)
            else:
                known[place] = self._of_function(node, place.item, known)
        return known[place]

    def _of_variable(self, variable: Var, item: int | None, known: _Known) -> Loss | None:
        declared = declared_type(variable)
        part = _type_of_item(declared, item)
        name = bare_class(part) or bare_class(_item(part))
        if not is_defined_in(variable, self._tree) or (declared is not None and not name):
            return None
        if self._is_overridden(variable):
            return None
        assigned = assignments_and_to_self(self._tree, variable)
        containers = [each.value for each in assigned if each.value and contents(each.value)]
        is_mutable = any(not isinstance(each, TupleExpr) for each in containers)
        if is_mutable and may_change(self._tree, variable) is not False:
            return None  # objects.append(other)
        # A field of a dataclass may have a default, and calls may pass other values.
        passed = passed_values(self._tree, variable) if variable.info or not assigned else []
        values = [each.value or iterated(each) or unpacked(each) for each in assigned]
        losses = self._losses([*values, *passed], known, item)
        if not losses and (variable.info or not passed):
            return None  # if obj is only None here, another module may set it
        if declared is None:  # obj = opened()
            name = next((loss.class_name for loss in losses or () if loss.class_name), "")
            if not name and containers:
                losses = [loss._replace(container=variable.name) for loss in losses or ()] or None
        return _joined(name, losses, is_passed=bool(passed))

    def _of_function(self, function: FuncDef, item: int | None, known: _Known) -> Loss | None:
        if not isinstance(function.type, CallableType):
            return None
        returned = function.type.ret_type
        inside = get_proper_type(returned)
        if isinstance(inside, Instance) and inside.args and not bare_class(returned):
            # Iterator[BpfObject], Coroutine[Any, Any, BpfObject]
            returned = inside.args[-1 if inside.type.name == fullnames.COROUTINE else 0]
        name = bare_class(_type_of_item(returned, item))
        if not name or function not in functions_of(self._tree) or self._is_overridden(function):
            return None
        return _joined(name, self._losses(_results(function), known, item) or None)

    def _losses(
        self, values: Iterable[Expression | None], known: _Known, item: int | None = None
    ) -> list[Loss] | None:
        """The objects that *values* stand for, each with the annotation that loses it, if any.

        The expression ``None`` adds no object. The result is None if there are no values, or if the
        object of one of them is unknown.

        Args:
            values: the expressions.
            known: the results of this search; see `_of_place`.
            item: if the values are tuples, which item of each; None for all of them.
        """
        found: list[Loss] = []
        possible = [each for value in values for each in possible_values(value, item)]
        for value in possible:
            if value is None:
                return None
            if syntax_tree.is_none(value):
                continue
            place = self._place(value, self._class_by_syntax)
            is_name = place.node is not None and _is_name(value)
            loss = known.get(place) if is_name else None
            if loss is None:
                objects = self._objects(value, self._tree, self._depend)
                if objects:
                    loss = Loss("", objects, generated=self._generated_class(place.node))
                else:
                    loss = self._of_place(place, known)
                if is_name:  # Do not follow obj again in show(obj), print_maps(obj)
                    known[place] = loss
            if loss is None:
                return None
            found.append(loss)
        return found if possible else None

    def _generated_class(self, node: SymbolNode | None) -> str:
        """The full name of the class ``Object``, if *node* is declared to be one; else empty.

        mypy may not have inferred the types of variables yet. So for a variable without an
        annotation, the method looks at its value.
        """
        followed: list[SymbolNode] = []
        while isinstance(node, Var) and declared_type(node) is None and node not in followed:
            followed.append(node)
            values = [each.value for each in assignments_and_to_self(self._tree, node)]
            value = values[0] if len(values) == 1 else None
            node = self._place(value, self._class_by_syntax).node if value else None
        return _generated_class(node)

    def _place(self, expression: Expression, find_class: FindClass) -> _Place:
        """The variable or function of *expression*, an object, a part of one, or a call.

        For ``opened().btf``, it is the function ``opened``. For ``objects[0]``, it is ``objects``.
        """
        indexes: list[int | None] = []
        while isinstance(expression, MemberExpr | CallExpr | AwaitExpr | IndexExpr):
            if isinstance(expression, AwaitExpr):
                expression = expression.expr
                continue
            if isinstance(expression, IndexExpr):  # objects[0]
                indexes.append(syntax_tree.integer(expression.index))
                expression = expression.base
                continue
            callee = expression.callee if isinstance(expression, CallExpr) else expression
            node = definition(callee, find_class)
            if isinstance(expression, CallExpr) or self._is_own(expression.name, node):
                break
            expression = expression.expr  # obj.btf
        else:
            node = definition(expression, find_class)
        return _Place(node, indexes[0] if len(indexes) == 1 else None)

    def _is_own(self, name: str, node: SymbolNode | None) -> bool:
        """Whether *node* is no part of an object, but an attribute that the program defines."""
        variable = node.var if isinstance(node, Decorator) else node
        return name not in fullnames.PARTS or (
            isinstance(variable, Var) and is_defined_in(variable, self._tree)
        )

    def _class_by_type(self, expression: Expression) -> TypeInfo | None:
        owner = get_proper_type(self._type_of(expression))
        if isinstance(owner, TupleType):  # an instance of a NamedTuple
            owner = owner.partial_fallback
        return owner.type if isinstance(owner, Instance) else None

    def _class_by_syntax(self, expression: Expression) -> TypeInfo | None:
        return class_of(expression, self._tree)


def looked_up_in(look_up: Context, name: Expression) -> Expression | None:
    """The object, or the part of one, in which *look_up* looks for *name*; None if unknown.

    It is ``obj.btf`` for ``obj.btf.struct("event")``, and ``obj.maps`` for both ``obj.maps["m"]``
    and ``"m" in obj.maps``.
    """
    match look_up:
        case CallExpr(callee=MemberExpr(expr=owner)):
            return owner
        case IndexExpr(base=owner):
            return owner
        case ComparisonExpr(operands=operands) if name in operands[:-1]:
            return operands[operands.index(name) + 1]
    return None


def _joined(class_name: str, losses: list[Loss] | None, *, is_passed: bool = False) -> Loss | None:
    """A loss with the objects of *losses*; None if these are unknown."""
    if losses is None:
        return None
    objects = list(dict.fromkeys(chain.from_iterable(loss.objects for loss in losses)))
    generated = {loss.generated for loss in losses if loss.objects}
    return Loss(
        class_name,
        objects,
        is_passed=is_passed or any(loss.is_passed for loss in losses),
        generated=generated.pop() if len(generated) == 1 else "",
        container=next((loss.container for loss in losses if loss.container), ""),
    )


def _item(type_: Type | None) -> Type | None:
    """The type ``T`` of what ``list[T]``, ``dict[K, T]`` or ``tuple[T, ...]`` contains."""
    declared = declared_instance(type_)
    if declared is None or declared.type.module_name not in _CONTAINER_MODULES:
        return None
    return declared.args[-1] if declared.args else None


def _type_of_item(type_: Type | None, item: int | None) -> Type | None:
    """The type of this item of ``tuple[int, BpfObject]``; *type_* itself if it is no such tuple.

    If *item* is None, it may be any item. The result is None if their types are different classes.
    """
    declared = get_proper_type(type_)
    if not isinstance(declared, TupleType):
        return type_
    items = declared.items
    if item is None:
        return items[0] if len(set(map(bare_class, items))) == 1 else None
    return items[item] if -len(items) <= item < len(items) else None


def bare_class(type_: Type | None) -> str:
    """The name of the class ``BpfObject``, ``Btf``, ``Maps`` or the like, without an identity.

    For any other type, the result is empty.
    """
    declared = declared_instance(type_)
    full = declared.type.fullname if declared else ""
    is_known = full in fullnames.IDENTITY_CLASSES or fullnames.is_tinybpfs(full, _BPF_OBJECT)
    return full.rpartition(".")[2] if is_known and not objects_of(declared) else ""


def _generated_class(node: SymbolNode | None) -> str:
    """The full name of the class ``Object``, if it is in the annotation of *node*; else empty."""
    declared = declared_instance(_annotation(node))
    bases = declared.type.mro if declared else []
    is_generated = any(base.fullname == fullnames.STUB_OBJECT for base in bases)
    return declared.type.fullname if declared and is_generated else ""


def _annotation(node: SymbolNode | None) -> Type | None:
    """The annotation of a variable, or that of the result of a function; None if unknown."""
    function = node.func if isinstance(node, Decorator) else node
    if isinstance(function, FuncDef) and isinstance(function.type, CallableType):
        return function.type.ret_type
    return declared_type(node) if isinstance(node, Var) else None


def _is_name(expression: Expression) -> bool:
    """Whether *expression* is a name or an attribute, such as ``obj`` or ``self.obj.btf``."""
    while isinstance(expression, MemberExpr):
        expression = expression.expr
    return isinstance(expression, NameExpr)


def _results(function: FuncDef) -> Iterator[Expression]:
    """The expressions that *function* returns, or yields in a statement such as ``yield obj``."""
    for statement in syntax_tree.scope_statements(function.body.body):
        found = statement.expr if isinstance(statement, ReturnStmt | ExpressionStmt) else None
        if isinstance(statement, ExpressionStmt):
            found = found.expr if isinstance(found, YieldExpr) else None
        if found:
            yield found
