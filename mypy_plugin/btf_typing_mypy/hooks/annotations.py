"""Annotations that name a variable: which class of a stub does the variable stand for?

::

    ExecEvent = obj.btf.struct("exec_event")

    def show(event: ExecEvent) -> None: ...

To mypy, ``ExecEvent`` is a variable, and a variable is not valid as a type. Before mypy reports the
error, it asks the plugin about the name. It asks during semantic analysis, before it infers types.
So the plugin reads the assignment from the syntax tree.

mypy also misreads these two annotations::

    Kind = obj.btf.enum("kind")

    def count(kind: Literal[Kind.EXEC], obj: BpfObject[Literal["./prog.bpf.o"]]) -> None: ...

``Kind`` is a variable, so mypy finds no ``Kind.EXEC``. The plugin looks for ``EXEC`` in the enum of
the stub. mypy also takes ``./prog.bpf.o`` and ``prog.bpf.o`` for different objects. The plugin
replaces both spellings with one canonical name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeGuard

from mypy.nodes import (
    Expression,
    IndexExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    OpExpr,
    RefExpr,
    TupleExpr,
    TypeAlias,
    TypeInfo,
    TypeVarLikeExpr,
    Var,
)
from mypy.plugin import AnalyzeTypeContext
from mypy.types import (
    AnyType,
    Instance,
    LiteralType,
    NoneType,
    Type,
    TypeOfAny,
    TypeType,
    UnboundType,
    UnionType,
    flatten_nested_unions,
    get_proper_type,
)

from btf_typing_mypy import compat, fullnames
from btf_typing_mypy.handwritten.ctypes_bases import is_structure_or_union
from btf_typing_mypy.project.object_types import NameProblemError, Project
from btf_typing_mypy.source.btf_classes import BtfClass, BtfClasses
from btf_typing_mypy.source.object_identity import with_canonical_names
from btf_typing_mypy.source.references import is_defined_in

_TYPES = (TypeInfo, TypeAlias, TypeVarLikeExpr)
"""The nodes of names that mypy itself accepts in annotations. A tuple is faster than ``A | B``."""

_MOST_STEPS = 20
"""How many variables the plugin follows in a chain such as ``Third = Second; Second = First``."""


class Annotations:
    """The hook for annotations that name a variable.

    Args:
        project: objects and stubs of the project.
        btf_classes: finds the BTF class that a variable of the program holds.
        modules: returns every module that mypy has loaded, by name.
    """

    def __init__(self, project: Project, btf_classes: BtfClasses, modules: compat.Modules) -> None:
        self._project = project
        self._btf_classes = btf_classes
        self._modules = modules
        self._left_to_mypy = False
        self._types: dict[Var, Type | None] = {}

    def never(self, fullname: str) -> bool:
        """Whether the plugin certainly leaves every annotation with *fullname* to mypy."""
        modules = self._modules()
        tree = modules.get(fullname.rpartition(".")[0])
        if tree is not None and tree.is_stub:  # Most names are from the standard library.
            return True
        tree, names = compat.module_of(modules, fullname)
        if tree is None or tree.is_stub:
            return tree is not None
        # If two modules have changed, the daemon analyzes one of them first. A class of the other
        # may then become a variable.
        if self._project.files.read_tracker.daemon:
            return False
        is_type = isinstance(compat.definition(tree, names), _TYPES)
        return is_type and fullname not in fullnames.IDENTITY_CLASSES

    def hook(self, fullname: str) -> Callable[[AnalyzeTypeContext], Type] | None:
        """Return the hook for an annotation that names *fullname*; None if no hook is needed."""
        if self._left_to_mypy:
            return None
        if fullname in fullnames.IDENTITY_CLASSES:
            return self._identity_class
        if "." not in fullname:
            return self._local_name
        tree, names = compat.module_of(self._modules(), fullname)
        node = compat.definition(tree, names) if tree else None
        if tree is None or not isinstance(node, Var):
            return None
        return lambda ctx: self._variable(ctx, tree, node)

    def _local_name(self, ctx: AnalyzeTypeContext) -> Type:
        """Return the type of an annotation with a name that the enclosing function defines."""
        analyzer = compat.annotation_analyzer(ctx.api)
        symbol = analyzer.lookup_qualified(ctx.type.name, ctx.type, suppress_errors=True)
        if symbol and isinstance(symbol.node, Var):
            return self._variable(ctx, analyzer.cur_mod_node, symbol.node)
        return self._leave_to_mypy(ctx)

    def _identity_class(self, ctx: AnalyzeTypeContext) -> Type:
        """Return the type of ``BpfObject[Literal["./prog.bpf.o"]]`` with the canonical name."""
        type_ = self._leave_to_mypy(ctx)
        proper = get_proper_type(type_)
        if not ctx.type.args or not isinstance(proper, Instance):
            return type_
        path = compat.annotation_analyzer(ctx.api).cur_mod_node.path
        return with_canonical_names(proper, lambda name: self._project.canonical(name, path))

    def may_name_member(self, literal: UnboundType) -> bool:
        """Whether *literal* may be ``Literal[Kind.EXEC]``, and not a literal of plain values."""
        return any(map(_is_dotted, literal.args))

    def literal(self, ctx: AnalyzeTypeContext) -> Type:
        """Return the type of ``Literal[Kind.EXEC]``, where ``Kind`` may be a variable."""
        found = {arg: self._enum_member(ctx, arg) for arg in ctx.type.args if _is_dotted(arg)}
        members = [member for member in found.values() if member]
        if not members:
            return compat.literal_type(ctx.api, ctx.type)
        others = tuple(arg for arg in ctx.type.args if not found.get(arg))
        if others:  # Literal[Kind.EXEC, "other"]
            rest = UnboundType(ctx.type.name, others, line=ctx.type.line)
            members.append(compat.literal_type(ctx.api, rest))
        return UnionType.make_union(members)

    def _enum_member(self, ctx: AnalyzeTypeContext, argument: Type) -> Type | None:
        """Return the type of ``Kind.EXEC`` if ``Kind`` is a variable that holds an enum."""
        name = argument.name if isinstance(argument, UnboundType) else ""
        owner, _, member = name.rpartition(".")
        analyzer = compat.annotation_analyzer(ctx.api)
        symbol = analyzer.lookup_qualified(owner, ctx.type, suppress_errors=True)
        if symbol is None or not isinstance(symbol.node, Var):
            return None
        class_ = self.class_of(symbol.node, analyzer.cur_mod_node)
        if not isinstance(class_, TypeInfo) or not class_.is_enum or member not in class_.names:
            return None
        for each in (symbol.node.fullname, class_.fullname):
            compat.depend_in_annotation(ctx.api, each)
        return LiteralType(member, Instance(class_, []))

    def _leave_to_mypy(self, ctx: AnalyzeTypeContext) -> Type:
        """Return the type that mypy itself gives the annotation.

        To find this type, mypy asks the plugin about the same name again. This time, `hook` returns
        None. Otherwise mypy and the plugin would call each other forever.
        """
        self._left_to_mypy = True
        try:
            return ctx.api.analyze_type(ctx.type)
        finally:
            self._left_to_mypy = False

    def _variable(self, ctx: AnalyzeTypeContext, tree: MypyFile, node: Var) -> Type:
        """Return the type of an annotation that names the variable *node* of the module *tree*."""
        if ctx.type.args:  # ``ExecEvent[int]``
            return self._leave_to_mypy(ctx)
        names = {node.fullname}
        self._types.clear()
        type_ = get_proper_type(self._type_of_variable(node, tree, names))
        # Record the dependencies of a refused annotation too. When the variable becomes valid, the
        # daemon checks only the function with the annotation, and ignores new dependencies.
        for name in names:
            compat.depend_in_annotation(ctx.api, name)
        if type_ is None:
            return self._refused(ctx, node)
        if isinstance(type_, Instance):
            return Instance(type_.type, [], ctx.type.line, ctx.type.column)
        return type_

    def _refused(self, ctx: AnalyzeTypeContext, variable: Var) -> Type:
        """Let mypy report that a variable is not valid as a type, and add a note with the cure."""
        type_ = self._leave_to_mypy(ctx)
        if isinstance(get_proper_type(type_), UnboundType):
            note = self._cure(variable, compat.annotation_analyzer(ctx.api).cur_mod_node)
            if note:
                compat.note_in_annotation(ctx.api, note, ctx.context)
        return type_

    def _cure(self, variable: Var, tree: MypyFile) -> str:
        """A note about the look-up whose result *variable* holds; "" if it holds another value.

        The plugin cannot determine the class of this look-up. *variable* may get its value from
        other variables, as in ``Same = Unknown`` and ``Maybe = Unknown | None``.

        Args:
            variable: the variable.
            tree: the module with the annotation.
        """
        variables, seen = [variable], set[Var]()
        for each in variables:  # the list grows during the loop
            if len(seen) > _MOST_STEPS:
                break
            is_known = self.class_of(each, tree) is not None
            if each in seen or is_known or self._classes_of_objects(each, tree):
                continue
            seen.add(each)
            values, home = self._btf_classes.values(each, tree)
            is_only = len(values) == 1
            for value in values:  # this list grows, too
                look_up = self._btf_classes.look_up(value, home, tree)
                if look_up and not (is_only and self._is_reported(look_up)):
                    return self._cure_of(look_up, each.name)
                values += _items_of_union(value)
                if isinstance(value, RefExpr) and isinstance(value.node, Var):
                    variables.append(value.node)
        return ""

    def _is_reported(self, look_up: BtfClass) -> bool:
        """Whether another error says what is wrong, for example that the object is missing.

        `class_of` says so only if mypy has the syntax tree of the module with the look-up.
        """
        return bool(look_up.object) and self.stub_class(look_up) is not None

    def _cure_of(self, look_up: BtfClass, name: str) -> str:
        """The note about the variable *name*, which holds the result of *look_up*."""
        part = look_up.keyword
        if part not in fullnames.MAP_PARTS:
            return (
                f'The plugin cannot determine which class "{name}" is; import the class from the'
                f' stub or the generated module, as in "from prog_bpf import event as {name}"'
            )
        if look_up.object and self.stub_class(look_up) is None:
            decoded = self._project.decoded(*look_up)
            return (
                f'The stub has no class for the {part}s of map "{look_up.name}"; write the type'
                f' that decode_{part}() returns, "{decoded}", instead of "{name}"'
            )
        return (
            f'The plugin cannot determine the type of the {part}s in "{name}"; import their class'
            f' from the stub or the generated module, as in "from prog_bpf import counts_{part} as'
            f' {name}", or write another type, such as "int", instead of "{name}"'
        )

    def _type_of_variable(
        self, variable: Var, tree: MypyFile, names: set[str], depth: int = 0
    ) -> Type | None:
        """The type of an annotation that names *variable*.

        The result is None if the type is unknown, or if the type contains no class of a stub.

        Args:
            variable: the variable.
            tree: the module that uses the variable.
            names: receives the full names that the type depends on.
            depth: how many variables led to this one.
        """
        # After B = A | A and C = B | B, the type of C needs that of A four times.
        if variable not in self._types:
            self._types[variable] = None  # the answer for A inside A = A | B
            self._types[variable] = self._new_type_of_variable(variable, tree, names, depth)
        return self._types[variable]

    def _new_type_of_variable(
        self, variable: Var, tree: MypyFile, names: set[str], depth: int
    ) -> Type | None:
        """The result of `_type_of_variable`, which has the same parameters, computed anew."""
        names.add(variable.fullname)
        class_ = self.class_of(variable, tree)
        if isinstance(class_, TypeInfo):
            names.add(class_.fullname)
            return Instance(class_, [])
        several = self._classes_of_objects(variable, tree)
        if several:
            names.update(each.fullname for each in several if isinstance(each, TypeInfo))
            return UnionType.make_union(
                [Instance(each, []) if isinstance(each, TypeInfo) else each for each in several]
            )
        if class_ is not None or depth > _MOST_STEPS:
            return class_
        value, home = self._btf_classes.only_value(variable, tree)
        found = self._type_of_expression(value, home, names, depth + 1) if value else None
        if found is None:
            return _union_by_type(variable)
        is_ours = any(self._project.is_stub(name.rpartition(".")[0]) for name in names)
        return found if is_ours else None

    def _type_of_expression(
        self, expression: Expression, tree: MypyFile, names: set[str], depth: int
    ) -> Type | None:
        """The type that *expression* stands for, such as ``Event | None``; None if unknown."""
        match expression:
            case NameExpr(fullname="builtins.None"):
                return NoneType()
            case RefExpr(node=TypeInfo() as class_) if not class_.type_vars:  # int
                return Instance(class_, [])
            case RefExpr(node=Var() as variable):  # Event
                return self._type_of_variable(variable, tree, names, depth)
        map_ = self._btf_classes.map_of_other_module(expression, tree)
        if map_ and isinstance(expression, MemberExpr):  # counts.value
            found = self._btf_classes.part_by_type(map_, expression.name)
            names.update(each.fullname for each in (map_, found) if each)
            return Instance(found, []) if found else None
        parts = _items_of_union(expression)
        types = [self._type_of_expression(part, tree, names, depth) for part in parts]
        known = [type_ for type_ in types if type_ is not None]
        if not known or len(known) < len(types):
            return None
        if _is_optional(expression):
            known.append(NoneType())
        # Each item once: the items of a union of unions could double with each assignment.
        return UnionType.make_union(list(dict.fromkeys(flatten_nested_unions(known))))

    def class_of(self, variable: Var, tree: MypyFile) -> TypeInfo | AnyType | None:
        """Return the class that *variable* holds; None if no stub has this class.

        Args:
            variable: a variable of *tree*, or of another module.
            tree: the module that uses the variable.

        Returns:
            Any if the look-up, such as ``btf.struct("event")``, is wrong. The hook for the look-up
            reports the error.
        """
        btf_class = self._btf_classes.of_variable(variable, tree)
        # Prefer the syntax tree: in the daemon, the inferred type is still from the previous run.
        return self.stub_class(btf_class) if btf_class else self._class_by_type(variable)

    def _classes_of_objects(self, variable: Var, tree: MypyFile) -> list[TypeInfo | AnyType]:
        """The classes that *variable* may hold, of several objects; [] if a class is unknown.

        If an object has no such class, its item is Any. The hook for the look-up reports the error.
        In this program, the variable may hold the class of either object::

            obj = load("new.bpf.o" if is_new else "old.bpf.o")
            Event = obj.btf.struct("event")
        """
        found = self._btf_classes.all_of_variable(variable, tree)
        classes = [self.stub_class(each) for each in found]
        # mypy may no longer have the syntax tree of another module.
        if not found and not is_defined_in(variable, tree):
            proper = get_proper_type(variable.type)
            items = proper.items if isinstance(proper, UnionType) else []
            classes = [self._class_of_type(item) for item in items]
        known = [each for each in classes if each is not None]
        return list(dict.fromkeys(known)) if len(known) == len(classes) > 1 else []

    def is_record(self, fullname: str) -> bool:
        """Whether *fullname* is a variable of a module that holds a struct or union of a stub."""
        tree, node = self._variable_named(fullname)
        class_ = self.class_of(node, tree) if tree and node else None
        return isinstance(class_, TypeInfo) and is_structure_or_union(class_)

    def is_variable(self, fullname: str) -> bool:
        """Whether *fullname* is a variable of a module, or of a class."""
        return self._variable_named(fullname)[1] is not None

    def _variable_named(self, fullname: str) -> tuple[MypyFile | None, Var | None]:
        """The variable *fullname*, and its module."""
        tree, names = compat.module_of(self._modules(), fullname)
        node = compat.definition(tree, names) if tree else None
        return tree, node if isinstance(node, Var) else None

    def _class_by_type(self, node: Var) -> TypeInfo | AnyType | None:
        """Return the class that the inferred type of *node* names; None if no stub has the class.

        This method also works for variables of modules whose syntax tree mypy no longer has.

        Returns:
            Any if another module hides the stub. The hook for the look-up reports that.
        """
        return self._class_of_type(node.type)

    def _class_of_type(self, type_: Type | None) -> TypeInfo | AnyType | None:
        """The result of `_class_by_type` for a variable of the type *type_*."""
        proper = get_proper_type(type_)
        item = proper.item if isinstance(proper, TypeType) else None
        if not isinstance(item, Instance) or not self._project.is_stub(item.type.module_name):
            return None
        tree = self._modules().get(item.type.module_name)
        if tree and self._project.hidden(item.type.module_name, tree.path):
            return AnyType(TypeOfAny.from_error)
        return item.type

    def stub_class(self, btf_class: BtfClass) -> TypeInfo | AnyType | None:
        """Return the class of *btf_class* in its stub.

        Returns:
            None for the keys or values of a map if they are neither structs nor unions. Any if
            there is no such class. The hook for the look-up reports the error.
        """
        try:
            found = self._project.find_class(btf_class.object, btf_class.keyword, btf_class.name)
        except NameProblemError:
            return AnyType(TypeOfAny.from_error)
        if found is None:
            return None
        tree = self._modules().get(found.module)
        if tree is None or self._project.hidden(found.module, tree.path):
            return AnyType(TypeOfAny.from_error)
        symbol = tree.names.get(found.name)
        if symbol and isinstance(symbol.node, TypeInfo):
            return symbol.node
        return AnyType(TypeOfAny.from_error)


def _items_of_union(expression: Expression) -> list[Expression]:
    """The parts of ``Event | Addr``, ``Union[Event, Addr]`` or ``Optional[Event]``; else []."""
    match expression:
        case OpExpr(op="|"):
            return [expression.left, expression.right]
        case IndexExpr(base=RefExpr(fullname="typing.Union"), index=TupleExpr(items=items)):
            return items
    return [expression.index] if _is_optional(expression) else []


def _is_optional(expression: Expression) -> TypeGuard[IndexExpr]:
    """Whether *expression* is ``Optional[Event]``."""
    match expression:
        case IndexExpr(base=RefExpr(fullname="typing.Optional")):
            return True
    return False


def _union_by_type(variable: Var) -> Type | None:
    """The union that *variable* stands for, by its inferred type; None if it is no union.

    For ``Maybe = Event | None``, `Lookups.union` infers ``UnionType[event, None]``. This function
    also works for variables of modules whose syntax tree mypy no longer has.
    """
    proper = get_proper_type(variable.type)
    is_union = isinstance(proper, Instance) and proper.type.fullname == fullnames.UNION_TYPE
    if not is_union or not isinstance(proper, Instance) or not proper.args:
        return None
    return UnionType.make_union(list(proper.args))


def _is_dotted(argument: Type) -> bool:
    """Whether *argument* is a name with a dot, such as ``Kind.EXEC``, and not a string."""
    return (
        isinstance(argument, UnboundType)
        and argument.original_str_expr is None
        and "." in argument.name
    )
