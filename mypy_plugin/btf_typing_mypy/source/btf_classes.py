"""Finds the BTF class that an expression stands for, before mypy has inferred types.

While mypy analyzes annotations and class definitions, it has not inferred the types of variables
yet. So the plugin follows names and assignments in the syntax tree. For this program, the plugin
finds that ``Event`` is the struct ``event`` of ``prog.bpf.o``::

    obj = load("prog.bpf.o")
    Event = obj.btf.struct("event")

    def show(event: Event) -> None: ...

If a name is from another module and mypy has dropped the syntax tree of that module, the plugin
uses the inferred type of the name. `BtfClasses` does this for objects, its callers for classes.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import chain

from mypy.nodes import (
    CallExpr,
    Context,
    Decorator,
    Expression,
    FuncDef,
    Import,
    ImportAll,
    ImportBase,
    ImportFrom,
    IndexExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    RefExpr,
    TypeInfo,
    Var,
)
from mypy.types import (
    CallableType,
    Instance,
    RawExpressionType,
    Type,
    TypeType,
    UnboundType,
    get_proper_type,
)

from btf_typing.mypy_support import NamedTuple
from btf_typing_mypy import compat, fullnames
from btf_typing_mypy.project.dependencies import imports_btf_typing
from btf_typing_mypy.project.object_types import Project

from . import base_btf, path_expressions, syntax_tree
from .assignments import assignments, assignments_and_to_self
from .module_index import calls_of
from .object_identity import kernel_names, objects_of
from .references import (
    callee_fullname,
    declared_type,
    definition_of,
    is_defined_in,
)
from .source_values import SourceValues

_READING_FUNCTIONS = fullnames.FROM_PATH | {fullnames.FROM_KERNEL, fullnames.FROM_LIBBPF}
_CLOSING = "contextlib.closing"
_ITERATORS = frozenset({"Iterator", "Generator", "AsyncIterator", "AsyncGenerator", "Iterable"})
_MOST_STEPS = 20
"""How many names and calls the plugin follows to a class before it gives up."""

_MOST_VARIABLES = 100
"""How many variables one search for objects follows before it gives up."""


class BtfClass(NamedTuple):
    """A class that a program looks up in an object.

    Attributes:
        object: the identity of the object, such as its path; see `object_identity`.
        keyword: ``struct``, ``union`` or ``enum``, the name of the method that the program calls.
            For the class of a map's keys or values, it is the attribute: ``key`` or ``value``.
        name: the name that the program passes to the method, or the name of the map.
    """

    object: str
    keyword: str
    name: str


class _Search(NamedTuple):
    """A search for the objects that an expression may refer to.

    Variables may refer to each other, as after ``self.obj, self.spare = self.spare, self.obj``. So
    the search evaluates each variable once.

    Attributes:
        objects: the objects of each variable that the search has reached. None for a variable that
            is being evaluated, or that gets no other values than such a variable.
        depend: gets the names that decide the result; see `path_expressions.Depend`.
    """

    objects: dict[Var, list[str] | None]
    depend: path_expressions.Depend


class BtfClasses:
    """Finds the BTF classes that expressions stand for.

    Args:
        project: the project's objects and stubs.
        modules: every module that mypy has loaded, by name.
    """

    def __init__(self, project: Project, modules: compat.Modules) -> None:
        self._project = project
        self._modules = modules

    def of_variable(self, variable: Var, tree: MypyFile) -> BtfClass | None:
        """The class that *variable* holds; None if unknown.

        In the example at the top of this module, ``Event`` is such a variable.

        Args:
            variable: the variable.
            tree: the module that uses the variable. A local variable belongs to this module.
        """
        found = self.all_of_variable(variable, tree)
        return found[0] if len(found) == 1 else None

    def all_of_variable(
        self, variable: Var, tree: MypyFile, depth: int = 0
    ) -> tuple[BtfClass, ...]:
        """The classes that *variable* may hold; () if unknown.

        There are several if the class is looked up in one of several objects.

        Args:
            variable: the variable.
            tree: the module that uses the variable. A local variable belongs to this module.
            depth: how many names and calls the plugin has followed to the variable.
        """
        home = self._home(variable, tree)
        found = assignments(home, variable) if home else []
        # `entered` marks ``with value as variable``. The variable then holds no known class.
        values = [assigned.value for assigned in found if not assigned.entered]
        if not home or len(values) != len(found):
            return ()
        classes = set()
        for value in values:
            found_classes = self._of_expression(value, home, depth + 1) if value else ()
            # Variables may refer to each other in many ways, and the first of them is enough.
            if not found_classes:
                return ()
            classes.add(found_classes)
        return classes.pop() if len(classes) == 1 else ()

    @cached_property
    def _source_values(self) -> SourceValues:
        return SourceValues(self._modules, self._project.files.read_tracker)

    def values(self, variable: Var, tree: MypyFile) -> tuple[list[Expression], MypyFile]:
        """The values that the program assigns to *variable*, and the module that assigns them.

        For a variable of another module, the method parses the source, which is slow. It does so
        even if mypy has the syntax tree of that module, and returns the module without statements.
        Otherwise the result would depend on whether mypy has this tree.

        Args:
            variable: the variable.
            tree: the module that mypy is analyzing. A local variable belongs to this module.
        """
        if is_defined_in(variable, tree):
            return [each.value for each in assignments(tree, variable) if each.value], tree
        home = self._home(variable, tree)
        if home is None:
            return [], tree
        return self._source_values.of(variable, home), compat.without_statements(home)

    def look_up(self, expression: Expression, home: MypyFile, tree: MypyFile) -> BtfClass | None:
        """The look-up that *expression* is: ``btf.struct(name)``, ``obj.maps[name].key``.

        The object and the name are empty if the plugin does not know them. The result is None if
        *expression* is no look-up.

        Args:
            expression: an expression that `values` returns.
            home: the module that `values` returns.
            tree: the module that mypy is analyzing.
        """
        counts = _variable_of_map(expression)
        items: list[Expression | None] = [None]
        if counts:
            found, home = self.values(counts, tree)
            items = [*found]
        look_ups = [part for part in (_parts(expression, item) for item in items) if part]
        if not look_ups:
            return None
        known = self._classes(look_ups[0], home) if len(items) == 1 else ()
        return known[0] if len(known) == 1 else BtfClass("", look_ups[0].keyword, "")

    def only_value(self, variable: Var, tree: MypyFile) -> tuple[Expression | None, MypyFile]:
        """The only value of *variable* (None if unknown), and the module that assigns it.

        Args:
            variable: the variable.
            tree: the module that uses the variable. A local variable belongs to this module.
        """
        home = self._home(variable, tree)
        found = assignments(home, variable) if home else []
        if not home or len(found) != 1 or not found[0].value or found[0].entered:
            return None, tree
        return found[0].value, home

    def of_expression(self, expression: Expression, tree: MypyFile) -> BtfClass | None:
        """The class that *expression*, in the module *tree*, stands for; None if unknown."""
        found = self._of_expression(expression, tree, 0)
        return found[0] if len(found) == 1 else None

    def _of_expression(
        self, expression: Expression, tree: MypyFile, depth: int
    ) -> tuple[BtfClass, ...]:
        """The classes that *expression* may stand for; () if unknown."""
        if depth > _MOST_STEPS:
            return ()
        if isinstance(expression, NameExpr | MemberExpr) and isinstance(expression.node, Var):
            return self.all_of_variable(expression.node, tree, depth)  # Event
        counts, item = _variable_of_map(expression), None
        if counts:
            if self.map_of_other_module(expression, tree):
                return ()
            item, tree = self.only_value(counts, tree)
        parts = _parts(expression, item)
        return self._classes(parts, tree) if parts else ()

    def map_of_other_module(self, expression: Expression, tree: MypyFile) -> Var | None:
        """The variable ``counts`` in ``counts.value``, if it belongs to another module than *tree*.

        Only the daemon keeps the syntax tree of that module. The result must be the same with and
        without the daemon, so callers use the type of the variable; see `part_by_type`. If mypy has
        not inferred this type yet, the two modules import each other, and the result is None.
        """
        map_ = _variable_of_map(expression)
        is_other = map_ and not is_defined_in(map_, tree) and map_.type is not None
        return map_ if is_other else None

    def part_by_type(self, map_: Var, keyword: str) -> TypeInfo | None:
        """The class in a stub of the keys or values of *map_*, by its type; None if unknown.

        The type is ``BpfMap[type[key], type[value]]``.
        """
        found = compat.as_base_named(map_.type, fullnames.BPF_MAP)
        if found is None:
            return None
        part = get_proper_type(found.args[0 if keyword == "key" else 1])
        item = part.item if isinstance(part, TypeType) else None
        is_ours = isinstance(item, Instance) and self.is_stub(item.type.module_name)
        return item.type if is_ours and isinstance(item, Instance) else None

    def _classes(self, parts: _LookUp, tree: MypyFile) -> tuple[BtfClass, ...]:
        """The class that a look-up in the module *tree* selects in each object; () if unknown."""
        objects = self.objects(parts.object, tree)
        if not objects or parts.name is None:
            return ()
        try:
            names = path_expressions.names(parts.name, tree, self._modules())
        except path_expressions.UnresolvedError:
            return ()
        if len(names) != 1:
            return ()
        return tuple(BtfClass(each, parts.keyword, names[0]) for each in objects)

    def calls_assigned_to(self, variable: Var, tree: MypyFile) -> list[CallExpr]:
        """The calls whose results *tree* assigns to *variable*; [] if it has an annotation."""
        if declared_type(variable) is not None:
            return []
        found = map(call_in, (each.value for each in assignments_and_to_self(tree, variable)))
        return list(dict.fromkeys(call for call in found if call))

    def place_of_object(self, identity: str, tree: MypyFile) -> Context:
        """The syntax node where *tree* gets an object: the path in ``load(path)``.

        If *tree* has no such call, the result is the first import of btf_typing. If btf_typing is
        not imported either, it is the first import of a module that does not come with mypy. If
        there is none, it is the first import, or *tree* if *tree* imports nothing.
        """
        calls = [call for call in calls_of(tree) if callee_fullname(call) in _READING_FUNCTIONS]
        for call in sorted(calls, key=lambda call: (call.line, call.column)):
            if identity in self.objects(call, tree):
                return call.args[0] if call.args else call
        ours = [statement for statement in tree.imports if imports_btf_typing(statement)]
        found = ours or list(filter(self._is_of_project, tree.imports)) or tree.imports
        return min(found, key=lambda statement: statement.line, default=tree)

    def _is_of_project(self, statement: ImportBase) -> bool:
        """Whether *statement* imports a module that does not come with mypy."""
        if isinstance(statement, Import):
            names = [name for name, _ in statement.ids]
        else:
            names = [statement.id] if isinstance(statement, ImportFrom | ImportAll) else []
        trees = [self._modules().get(name) for name in names]
        return any(tree is None or fullnames.TYPESHED not in tree.path for tree in trees)

    def is_stub(self, module: str) -> bool:
        """Whether *module* is the stub of some object."""
        return self._project.is_stub(module)

    def _home(self, variable: Var, tree: MypyFile) -> MypyFile | None:
        """The module that defines *variable*; *tree* for a local variable of a function."""
        module = variable.fullname.rpartition(".")[0]
        if variable.info:  # an attribute of a class
            module = variable.info.module_name
        return self._modules().get(module) if module else tree

    def objects(
        self,
        expression: Expression,
        tree: MypyFile,
        depend: path_expressions.Depend = path_expressions.ignore,
    ) -> list[str]:
        """The identities of the objects that *expression* may refer to; [] if unknown.

        Args:
            expression: an object, a part of it such as ``obj.btf`` or ``obj.maps``, or a context
                manager that returns one of them.
            tree: the module that contains *expression*.
            depend: gets the names that decide the result; see `path_expressions.Depend`.
        """
        return self._objects(expression, tree, _Search({}, depend)) or []

    def _objects(self, expression: Expression, tree: MypyFile, search: _Search) -> list[str] | None:
        """The result of `objects`; None if *expression* adds nothing to the variables above it."""
        parts = syntax_tree.alternatives(expression)
        if len(parts) > 1:  # obj or load("prog.bpf.o")
            return _joined(
                self._objects(part, tree, search) for part in parts if not syntax_tree.is_none(part)
            )
        expression = parts[0]
        if isinstance(expression, CallExpr):  # load("prog.bpf.o")
            return self._objects_of_call(expression, tree, search)
        variable = definition_of(expression, tree)
        if isinstance(variable, Var):  # obj, Tool.obj, self.obj
            if variable not in search.objects:
                search.depend(variable.fullname)
                known = len(search.objects) < _MOST_VARIABLES
                search.objects[variable] = None
                found = self._objects_of_variable(variable, tree, search) if known else []
                search.objects[variable] = found
            return search.objects[variable]
        if isinstance(expression, MemberExpr) and expression.name in fullnames.PARTS:  # obj.btf
            return self._objects(expression.expr, tree, search)
        return []

    def loaded_objects(
        self,
        expression: Expression,
        tree: MypyFile,
        depend: path_expressions.Depend = path_expressions.ignore,
    ) -> list[str]:
        """The identities of the objects that tinybpf may have loaded as *expression*.

        The list is empty if an object is unknown, or if tinybpf has not loaded *expression*. For
        the arguments, see `objects`.
        """
        try:
            found = path_expressions.loaded_paths(expression, tree, self._modules(), depend=depend)
        except path_expressions.UnresolvedError:
            return []
        return [self._project.identify(path, tree.path) for path in found]

    def _objects_of_variable(
        self, variable: Var, tree: MypyFile, search: _Search
    ) -> list[str] | None:
        declared = declared_type(variable)
        if declared is not None:
            return objects_of(declared)  # obj: BpfObject[Literal["prog.bpf.o"]] = ...
        home = self._home(variable, tree)
        found = assignments_and_to_self(home, variable) if home else []
        if not home or not found:
            return objects_of(variable.type)
        # obj = load("prog.bpf.o")
        # with load("prog.bpf.o") as obj:
        #     ...
        # In both, obj is the result of load(), because __enter__ returns the object itself.
        values = [self._objects(a.value, home, search) if a.value else [] for a in found]
        joined = _joined(values)
        if joined == []:
            # mypy may infer the type of a variable of this module later, so do not use the type.
            return [] if home is tree else objects_of(variable.type)
        return joined

    def _objects_of_call(self, call: CallExpr, tree: MypyFile, search: _Search) -> list[str] | None:
        callee = call.callee
        fullname = callee_fullname(call)
        search.depend(fullname)
        if fullname in fullnames.FROM_PATH:  # load("prog.bpf.o")
            path = syntax_tree.argument(call, "path")
            try:
                modules, depend = self._modules(), search.depend
                found = path_expressions.values(path, tree, modules, depend=depend) if path else []
                names = [self._project.identify(path, tree.path) for path in found]
                base = base_btf.argument_of(call)
                return base_btf.with_base(names, base, tree, modules, self._project, depend=depend)
            except path_expressions.UnresolvedError:
                return []
        if fullname == fullnames.FROM_LIBBPF:  # Btf.from_libbpf(bpf.btf)
            pointer = syntax_tree.argument(call, "pointer")
            return self.loaded_objects(pointer, tree, search.depend) if pointer else []
        if fullname == fullnames.FROM_KERNEL:  # Btf.from_kernel("btusb")
            module = syntax_tree.argument(call, "module")
            known = module or not call.args
            return kernel_names(self._project, [module] if module else []) if known else []
        # stack.enter_context(load("prog.bpf.o")), load("prog.bpf.o").__enter__()
        entered = syntax_tree.entered(call)
        if entered:
            return self._objects(entered, tree, search)
        if fullname == _CLOSING and call.args:  # closing(load("prog.bpf.o"))
            return self._objects(call.args[0], tree, search)
        returned = _return_type(callee)
        # mypy may not have analyzed the annotation of a function such as:
        # def opened() -> BpfObject[Literal["./prog.bpf.o"]]: ...
        spelt = _unanalyzed_names(returned)
        return [self._project.identify(path, tree.path) for path in spelt] or objects_of(returned)


def _joined(parts: Iterable[list[str] | None]) -> list[str] | None:
    """All objects in *parts*: [] if one part is unknown, which is []; None if all are None."""
    known = [part for part in parts if part is not None]
    return list(dict.fromkeys(chain(*known))) or None if all(known) else []


def call_in(value: Expression | None) -> CallExpr | None:
    """The call in ``load("prog.bpf.o")`` and in ``load("prog.bpf.o").btf``; None for others."""
    if isinstance(value, MemberExpr) and value.name == "btf":
        value = value.expr
    return value if isinstance(value, CallExpr) else None


class _LookUp(NamedTuple):
    """The parts of a look-up: ``object.struct(name)`` or ``object.maps[name].key``.

    Attributes:
        object: the object, or its ``btf``.
        keyword: see `BtfClass`.
        name: None if the call has no such argument.
    """

    object: Expression
    keyword: str
    name: Expression | None


def _parts(expression: Expression, item: Expression | None) -> _LookUp | None:
    """The parts of a look-up; None if *expression* is another expression.

    Args:
        expression: the expression.
        item: the value of ``counts`` if *expression* is ``counts.key``; see `_variable_of_map`.
    """
    match expression:
        case CallExpr(callee=MemberExpr(expr=owner, name=keyword)):
            if keyword in fullnames.CLASS_KEYWORDS:
                return _LookUp(owner, keyword, syntax_tree.argument(expression, "name"))
        case MemberExpr(expr=inner, name=keyword) if keyword in fullnames.MAP_PARTS:
            match item or inner:
                case IndexExpr(base=MemberExpr(expr=owner, name="maps"), index=name):
                    return _LookUp(owner, keyword, name)
    return None


def _variable_of_map(expression: Expression) -> Var | None:
    """The variable ``counts`` in ``counts.key``, which may hold a map; None for all else."""
    match expression:
        case MemberExpr(expr=RefExpr(node=Var() as variable), name=keyword):
            return variable if keyword in fullnames.MAP_PARTS else None
    return None


def _return_type(callee: Expression) -> Type | None:
    """The type that a call of *callee* returns; None if unknown.

    For a function with ``@contextmanager``, this is the type of ``obj`` in ``with f() as obj``. For
    an ``async def``, it is that of ``await f()``.
    """
    node = callee.node if isinstance(callee, RefExpr) else None
    function = node.func if isinstance(node, Decorator) else node
    type_ = function.type if isinstance(function, FuncDef) else None
    returned = get_proper_type(type_.ret_type) if isinstance(type_, CallableType) else None
    # @contextmanager
    # def opened() -> Iterator[BpfObject[Literal["prog.bpf.o"]]]: ...
    if isinstance(returned, Instance):
        name = returned.type.name
    else:
        name = _last_name(returned) if isinstance(returned, UnboundType) else ""
    # ``Iterator`` without type arguments may be a class of the program. Return it unchanged.
    if isinstance(returned, Instance | UnboundType) and returned.args:
        if name in _ITERATORS:
            return returned.args[0]
        # async def opened() -> BpfObject[Literal["prog.bpf.o"]]: ...
        if name == fullnames.COROUTINE:
            return returned.args[-1]
    return returned


def _unanalyzed_names(type_: Type | None) -> list[str]:
    """The paths in a type that mypy has not analyzed yet.

    ``BpfObject[Literal["./prog.bpf.o"]]`` has one, ``./prog.bpf.o``.
    """
    if not isinstance(type_, UnboundType) or _last_name(type_) not in ("BpfObject", "Btf"):
        return []
    literals = [
        part
        for argument in type_.args
        if isinstance(argument, UnboundType) and _last_name(argument) == "Literal"
        for part in argument.args
    ]
    return [
        part.original_str_expr
        for part in literals
        if isinstance(part, UnboundType) and part.original_str_expr is not None
    ] + [
        part.literal_value
        for part in literals
        if isinstance(part, RawExpressionType) and isinstance(part.literal_value, str)
    ]


def _last_name(type_: UnboundType) -> str:
    return type_.name.rpartition(".")[2]
