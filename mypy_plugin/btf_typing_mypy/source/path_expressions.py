"""The paths or names that an expression may evaluate to, computed from the syntax tree.

In this program, ``load`` gets the path ``<directory of the program>/build/prog.bpf.o``::

    NAME = "prog"
    HERE = Path(__file__).parent
    obj = load(HERE / "build" / f"{NAME}.bpf.o")

After ``bpf = tinybpf.load("prog.bpf.o")``, the value of ``bpf.path`` is also known.

An expression may have several values. Examples are ``a if test else b`` and a name that two
branches assign. The plugin finds all values, or reports why it cannot. There are two exceptions.
For an environment variable or a parameter with a default, the plugin uses only the default. For
``path or "prog.bpf.o"``, it uses only the right side if it cannot evaluate the left side.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, product
from pathlib import PurePosixPath
from typing import TypeAlias

from mypy.nodes import (
    AssignmentExpr,
    CallExpr,
    ClassDef,
    ConditionalExpr,
    Expression,
    ForStmt,
    IndexExpr,
    ListExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    OpExpr,
    RefExpr,
    Statement,
    StrExpr,
    TupleExpr,
    Var,
    WithStmt,
)

from btf_typing.mypy_support import NamedTuple
from btf_typing_mypy import fullnames
from btf_typing_mypy.compat import final_value

from . import path_functions, syntax_tree
from .ambiguity import why_ambiguous
from .assignment_targets import UNKNOWN, Assignment
from .assignments import assignments, assignments_and_to_self, only_value
from .list_changes import may_change
from .literal_types import member_text, member_value
from .module_index import bindings_of
from .path_functions import PathFunction, Value
from .references import (
    attribute_of_self,
    callee_fullname,
    callee_text,
    imported_modules,
    name_in_missing_module,
    referenced_node,
)
from .source_text import ReadText

_MOST_VALUES = 32
_MOST_STEPS = 40
"""How many names and expressions the plugin follows before it gives up."""

_MOST_VARIABLES = 200
"""How many variables one search follows before it gives up."""

_NAME_AND_DEFAULT = ([None, None], [None, "default"])
"""The ``arg_names`` of calls of `os.getenv` that pass a default. None means by position."""

Depend: TypeAlias = Callable[[str], object]
"""Gets the full name of each variable and function that decides a result.

The daemon must check the use of a result again when one of them changes.
"""


def ignore(_: str) -> None:
    """The `Depend` for results that need no record of what decides them."""


class UnresolvedError(Exception):
    """The value of an expression is unknown; the text says why, and what to write instead."""

    _needs_advice = False

    def with_advice(self, advice: str) -> str:
        """The text; *advice* follows if the text does not say what to write instead."""
        return f"{self}; {advice}" if self._needs_advice else str(self)


class OnlyAtRunTimeError(UnresolvedError):
    """The value of an expression is known only at run time; the text says only why."""

    _needs_advice = True


def values(
    expression: Expression,
    tree: MypyFile,
    modules: Mapping[str, MypyFile],
    read_text: ReadText = str,
    depend: Depend = ignore,
) -> list[Value]:
    """Every path that *expression* may evaluate to.

    Relative paths stay relative. A path below the current directory becomes relative: the result
    for ``Path.cwd() / "a"`` is ``Path("a")``. ``Path("a")`` and ``"a"`` are different values.

    Args:
        expression: the argument of ``load()``.
        tree: the module that contains *expression*.
        modules: every module that mypy has loaded, by name.
        read_text: returns the source text of *tree*; an empty string if it is not available. For
            most names, a search of the text replaces a slower search of the syntax tree.
        depend: gets the names that decide the values; see `Depend`.

    Raises:
        UnresolvedError: one of the values is unknown, or there are too many.
    """
    evaluator = _Evaluator(tree, modules, read_text, depend)
    return _all_values(expression, evaluator.paths, depend)


def loaded_paths(
    expression: Expression,
    tree: MypyFile,
    modules: Mapping[str, MypyFile],
    read_text: ReadText = str,
    depend: Depend = ignore,
) -> list[Value]:
    """Every path from which tinybpf may have loaded *expression*, an object or its ``btf``.

    For the other arguments, see `values`.

    Raises:
        UnresolvedError: the program does not get *expression* from ``tinybpf.load()``, or one of
            the paths is unknown.
    """
    evaluator = _Evaluator(tree, modules, read_text, depend)
    return _all_values(expression, evaluator.loaded_paths, depend)


def names(
    expression: Expression,
    tree: MypyFile,
    modules: Mapping[str, MypyFile],
    read_text: ReadText = str,
    depend: Depend = ignore,
) -> list[str]:
    """Every name that *expression*, the argument of ``struct()`` and the like, may evaluate to.

    In ``for name in ("event", "creds")``, *name* has two values. For the other arguments, see
    `values`.

    Raises:
        UnresolvedError: one of the values is unknown, or there are too many.
    """
    evaluator = _Evaluator(tree, modules, read_text, depend, follow_loops=True)
    return list(map(str, _all_values(expression, evaluator.paths, depend)))


def check_name(expression: Expression, tree: MypyFile, read_text: ReadText) -> None:
    """If *expression* is a name or an attribute, check that it can have only one definition.

    Args:
        expression: the argument of ``load()``, or of ``struct()`` and the like.
        tree: the module that contains *expression*.
        read_text: returns the source text of *tree*; an empty string if it is not available. For
            most names, a search of the text replaces a slower search of the syntax tree.

    Raises:
        UnresolvedError: *expression* may have several definitions, and mypy keeps only one.
    """
    if isinstance(expression, NameExpr | MemberExpr):
        reason = why_ambiguous(tree, expression, read_text)
        if reason:
            raise UnresolvedError(reason)


def _all_values(
    expression: Expression, evaluate: Callable[[Expression, int], list[Value]], depend: Depend
) -> list[Value]:
    node = referenced_node(expression) if isinstance(expression, NameExpr | MemberExpr) else None
    is_member = isinstance(node, Var) and node.info and node.info.is_enum
    member = member_text(node) if is_member and isinstance(node, Var) else None  # Files.PROGRAM
    if node:
        depend(node.fullname)
    found = [member] if member is not None else evaluate(expression, 0)
    return list(dict.fromkeys(map(path_functions.relative_to_current_directory, found)))


def path_in_loop(variable: Var) -> UnresolvedError:
    """The error for a path *variable* of a loop over paths, which the plugin does not evaluate.

    Programs often loop over paths to load the first file that exists. Only the run shows which file
    that is.
    """
    return OnlyAtRunTimeError(f'"{variable.name}" is the variable of a loop')


class _Loaded(NamedTuple):
    """An object that tinybpf has loaded.

    Attributes:
        path: the path that the program passed to ``tinybpf.load()``.
    """

    path: Value


_Values: TypeAlias = Sequence[Value | _Loaded]
"""The values of an expression: strings, paths and objects."""

_Found: TypeAlias = tuple[Var, tuple[Assignment, ...]]
"""A variable, and those of its assignments that count for one use of it."""


class _Evaluator:
    """Evaluates expressions of one module.

    The parameter *depth* counts the steps that led to an expression, at most `_MOST_STEPS`.

    Variables may refer to themselves and to each other. After ``path = path or "prog.bpf.o"``, the
    use of *path* on the right adds no values to those of *path*. After ``path = path + ".o"``, it
    does, and the value is unknown.
    """

    def __init__(
        self,
        tree: MypyFile,
        modules: Mapping[str, MypyFile],
        read_text: ReadText,
        depend: Depend,
        *,
        follow_loops: bool = False,
    ) -> None:
        self._follow_loops = follow_loops
        self._tree = tree
        self._modules = modules
        self._read_text = read_text
        self._depend = depend
        self._known: dict[_Found, _Values] = {}
        # The variables that are being evaluated, outermost first, each with its position.
        self._evaluating: dict[_Found, int] = {}
        # The lowest position of a variable that the innermost of them has met again.
        self._met = 0
        # How many of them lead to an expression such as ``path + ".o"`` that is being evaluated.
        self._outside = 0
        self._followed = 0

    def paths(self, expression: Expression, depth: int) -> list[Value]:
        """The values of *expression*, which are paths or other strings."""
        found = self.evaluate(expression, depth)
        paths = [value for value in found if not isinstance(value, _Loaded)]
        if len(paths) < len(found):
            raise UnresolvedError("this is an object; pass its path")
        return paths

    def loaded_paths(self, expression: Expression, depth: int) -> list[Value]:
        """The paths from which tinybpf has loaded the values of *expression*."""
        found = self.evaluate(expression, depth)
        paths = [value.path for value in found if isinstance(value, _Loaded)]
        if len(paths) < len(found):
            raise OnlyAtRunTimeError("this is no object that tinybpf.load() returns")
        return paths

    def evaluate(self, expression: Expression, depth: int) -> _Values:
        if depth > _MOST_STEPS:
            raise _endless()
        match expression:
            case StrExpr():  # "prog.bpf.o"
                return [expression.value]
            case NameExpr() | MemberExpr():  # PATH, settings.PATH, path.parent
                return self._reference(expression, depth + 1)
            case OpExpr(op="+" | "/"):  # directory / "prog.bpf.o"
                operator = path_functions.OPERATORS[expression.op]
                return self._apply(operator, depth, expression.left, expression.right)
            case OpExpr(op="or"):  # path or "prog.bpf.o"
                return self._chosen(expression, depth + 1)
            case ConditionalExpr():  # "a.bpf.o" if test else "b.bpf.o"
                return [
                    *self.evaluate(expression.if_expr, depth + 1),
                    *self.evaluate(expression.else_expr, depth + 1),
                ]
            case AssignmentExpr():  # (path := "prog.bpf.o")
                return self.evaluate(expression.value, depth + 1)
            case CallExpr():  # Path("prog.bpf.o")
                return self._call(expression, depth + 1)
            case IndexExpr():  # Path(__file__).parents[1]
                return self._parents(expression, depth + 1)
        raise UnresolvedError(
            "the plugin does not evaluate this kind of expression;"
            " build it from strings, Path and os.path"
        )

    def _apply(self, function: PathFunction, depth: int, *expressions: Expression) -> list[Value]:
        """The results of *function* for every combination of the values of *expressions*.

        Raises:
            UnresolvedError: there are more than `_MOST_VALUES` results.
        """
        arguments = [self._parts(self.paths, each, depth + 1) for each in expressions]
        results: list[Value] = []
        for combination in product(*arguments):
            if len(results) == _MOST_VALUES:
                raise OnlyAtRunTimeError(
                    f"the expression has more than {_MOST_VALUES} possible values"
                )
            results.append(_result(function, *combination))
        return results

    def _parts(
        self, evaluate: Callable[[Expression, int], list[Value]], expression: Expression, depth: int
    ) -> list[Value]:
        """The result of *evaluate* for *expression*, from which the program computes other values.

        Raises:
            UnresolvedError: *expression* refers to a variable whose value depends on the result.
        """
        outside, self._outside = self._outside, len(self._evaluating)
        try:
            return evaluate(expression, depth)
        finally:
            self._outside = outside

    def _chosen(self, expression: OpExpr, depth: int) -> _Values:
        """The values of both sides of ``path or "prog.bpf.o"``.

        If the plugin cannot evaluate the left side, it uses the right side alone. It assumes that
        the object on the left has the same types as the object on the right.
        """
        try:
            left = self.evaluate(expression.left, depth)
        except UnresolvedError:
            left = []
        return [*left, *self.evaluate(expression.right, depth)]

    def _reference(self, expression: NameExpr | MemberExpr, depth: int) -> _Values:
        node = referenced_node(expression)
        if isinstance(expression, NameExpr):  # __file__
            function = _MODULE_VARIABLES.get(expression.name)
            own_name = f"{self._tree.fullname}.{expression.name}"
            if function and (not node or node.fullname == own_name):
                return [function(self._tree)]
        if isinstance(node, Var):
            self._depend(node.fullname)
            if node.info and node.info.is_enum:  # f"{Files.PROGRAM}.bpf.o"
                return [_converted(node)]
            if isinstance(expression, NameExpr):  # load(PATH), if nothing else uses PATH
                value = only_value(self._tree, expression, self._read_text)
                if value:
                    return self.evaluate(value, depth)
            check_name(expression, self._tree, self._read_text)
            return self._variable(node, depth, use=expression)
        if isinstance(expression, MemberExpr):
            own = None if node else attribute_of_self(expression, self._tree)
            if own:  # self.PATH
                self._depend(own.fullname)
                return self._variable(own, depth, own=True)
            return self._attribute(expression, depth)
        # load(print)
        raise UnresolvedError(f'"{expression.name}" is not a variable; pass a string or a path')

    def _attribute(self, expression: MemberExpr, depth: int) -> _Values:
        member = _enum_member(expression.expr) if expression.name == "value" else None
        if member:  # Names.EVENT.value
            self._depend(member.fullname)
            return [_value(member)]
        attribute = path_functions.ATTRIBUTES.get(expression.name)
        if attribute:  # path.parent
            return self._apply(attribute, depth, expression.expr)
        if expression.name == "path":  # bpf.path, after bpf = tinybpf.load("prog.bpf.o")
            try:
                return self._parts(self.loaded_paths, expression.expr, depth)
            except UnresolvedError as error:
                raise type(error)(
                    'the plugin knows the attribute "path" only for an object that tinybpf.load()'
                    f" returns for a known path: {error}"
                ) from error
        if expression.name == "btf":  # bpf.btf
            return [_Loaded(path) for path in self.loaded_paths(expression.expr, depth)]
        raise OnlyAtRunTimeError(f'the plugin does not evaluate the attribute "{expression.name}"')

    def _variable(
        self, variable: Var, depth: int, *, own: bool = False, use: Expression | None = None
    ) -> _Values:
        """The values of a variable, or of a class attribute.

        For a parameter with a default, the plugin uses the default. It assumes that callers pass
        paths of objects with the same types.

        Args:
            variable: the variable.
            depth: how many steps led to the variable.
            own: whether to include assignments in methods, such as ``self.path = value``.
            use: the expression that names the variable. It decides which loops and ``with``
                statements count.
        """
        value = final_value(variable)
        # PATH: Final = "prog.bpf.o"
        # mypy stores this value with the variable, so the variable may belong to any module.
        if isinstance(value, str):
            return [value]
        if variable.info and _is_overridden(self._tree, variable):
            raise OnlyAtRunTimeError(f'more than one class defines "{variable.name}"')
        all_assignments = assignments_and_to_self if own else assignments
        found = all_assignments(self._tree, variable, self._read_text)
        default = None if found else _default_of(self._tree, variable)
        if default:  # def main(path: str = "prog.bpf.o"): load(path)
            found = [Assignment(default)]
        if not found:
            raise self._unassigned(variable)
        if use:
            found = _without_other_loops(self._tree, found, use)
            found = _without_other_with_blocks(self._tree, found, use)
        return self._values_of((variable, tuple(found)), depth)

    def _values_of(self, found: _Found, depth: int) -> _Values:
        """The values that a variable gets from its assignments.

        The list is empty if the variable is being evaluated, or gets no other values than such a
        variable.
        """
        if found in self._known:
            return self._known[found]
        if found in self._evaluating:  # path = path or "prog.bpf.o"
            position = self._evaluating[found]
            self._met = min(self._met, position)
            if position < self._outside:  # path = path + ".o"
                raise _endless()
            return []
        if self._followed == _MOST_VARIABLES:
            raise OnlyAtRunTimeError(f"the value needs more than {_MOST_VARIABLES} variables")
        self._followed += 1
        variable, assigned = found
        position = self._evaluating[found] = len(self._evaluating)
        met, self._met = self._met, position
        try:
            parts = [self._assigned(variable, each, depth) for each in assigned]
            values = list(dict.fromkeys(chain.from_iterable(parts)))
            # Otherwise a variable that is still being evaluated may add values later.
            if self._met == position:
                if not values:  # path = path
                    raise _endless()
                self._known[found] = values
            return values
        finally:
            del self._evaluating[found]
            self._met = min(met, self._met)

    def _assigned(self, variable: Var, assignment: Assignment, depth: int) -> _Values:
        """The values that *variable* gets from one assignment."""
        if assignment.iterable:  # for name in ("event", "creds"): ...
            return self._elements(variable, assignment.iterable, assignment.positions, depth + 1)
        if assignment.value is None:  # del path
            raise UnresolvedError(
                f'one of the assignments to "{variable.name}" has no value that the plugin can'
                f' evaluate; use plain assignments such as {variable.name} = "..."'
            )
        if assignment.entered:  # with as_file(resource) as path: ...
            return self._entered(assignment.value, depth)
        return self.evaluate(assignment.value, depth + 1)  # path = "prog.bpf.o"

    def _elements(
        self,
        variable: Var,
        expression: Expression,
        positions: tuple[int, ...] | None,
        depth: int,
    ) -> _Values:
        """The values of *variable* in a loop over *expression*.

        Args:
            variable: the variable of the loop.
            expression: a list or tuple, or ``enumerate()`` of one.
            positions: where *variable* is in an element; see `Assignment.positions`.
            depth: how many steps led to the loop.
        """
        if not self._follow_loops:
            raise path_in_loop(variable)
        if isinstance(expression, NameExpr | MemberExpr):  # for name in NAMES
            expression = self._unchanged_value(expression)
        if isinstance(expression, CallExpr) and positions == (1,):
            numbered = _numbered(expression)  # for index, name in enumerate(NAMES)
            if numbered:
                return self._elements(variable, numbered, (), depth + 1)
        # In a loop over tuples, another item often decides what the program does with the name:
        # for keyword, name in [("struct", "event"), ("union", "value")]: ...
        if not isinstance(expression, ListExpr | TupleExpr) or positions != ():
            raise UnresolvedError(
                "the plugin follows loops only over lists and tuples of names,"
                " and over enumerate() of them"
            )
        parts = [self.evaluate(item, depth + 1) for item in expression.items]
        return [value for part in parts for value in part]

    def _unchanged_value(self, expression: NameExpr | MemberExpr) -> Expression:
        """The only value of a variable that nothing changes later, as in ``NAMES = ["event"]``."""
        own = (
            attribute_of_self(expression, self._tree)
            if isinstance(expression, MemberExpr)
            else None
        )
        variable = own or referenced_node(expression)
        if isinstance(variable, Var) and not (
            variable.info and _is_overridden(self._tree, variable)
        ):
            check_name(expression, self._tree, self._read_text)
            found = assignments(self._tree, variable, self._read_text)
            value = found[0].value if len(found) == 1 and not found[0].entered else None
            unchanged = isinstance(value, TupleExpr) or may_change(self._tree, variable) is False
            if value and unchanged:
                return value
        raise UnresolvedError(
            f'the plugin cannot determine the elements of "{expression.name}";'
            " assign a tuple to it, once, in this module"
        )

    def _unassigned(self, variable: Var) -> UnresolvedError:
        """The error for a variable that this module does not assign."""
        info = variable.info  # set for an attribute, as in class Tool: path: str
        module = info.module_name if info else variable.fullname.rpartition(".")[0]
        if not module or module == self._tree.fullname:  # def f(path: str): load(path)
            return OnlyAtRunTimeError(f'"{variable.name}" is a parameter or is not assigned')
        return UnresolvedError(  # load(settings.PATH)
            f'"{variable.fullname}" belongs to another module, and the plugin knows only the Final'
            " strings of other modules; declare a Final string there, or build the path or name in"
            " this module"
        )

    def _entered(self, expression: Expression, depth: int) -> _Values:
        """The values of ``path`` in ``with importlib.resources.as_file(resource) as path``.

        They are also those of ``bpf`` in ``with tinybpf.load("prog.bpf.o") as bpf``.
        """
        if isinstance(expression, CallExpr):
            if callee_fullname(expression) in fullnames.RESOURCE_AS_FILE:
                return self._apply(path_functions.make_path, depth, *expression.args)
            if self._is_loader(expression):
                return self._call(expression, depth)
        raise OnlyAtRunTimeError(
            "the path comes from a context manager, and the plugin evaluates only"
            " importlib.resources.as_file()"
        )

    def _is_loader(self, call: CallExpr) -> bool:
        """Whether *call* is ``tinybpf.load()``; also if mypy has no types of tinybpf."""
        fullname = name_in_missing_module(call.callee, self._tree) or callee_fullname(call)
        return fullnames.is_tinybpfs(fullname, "load")

    def _call(self, call: CallExpr, depth: int) -> _Values:
        path = syntax_tree.argument(call, "path")
        if path and self._is_loader(call):  # tinybpf.load("prog.bpf.o")
            return [_Loaded(found) for found in self._apply(path_functions.make_path, depth, path)]
        entered = syntax_tree.entered(call)
        if entered:  # stack.enter_context(tinybpf.load("prog.bpf.o"))
            return self._entered(entered, depth)
        return self._path_of_call(call, depth)

    def _path_of_call(self, call: CallExpr, depth: int) -> list[Value]:
        fullname = callee_fullname(call)
        if fullname in fullnames.RESOURCE_FILES:  # importlib.resources.files("package")
            return self._package_directories(call, depth)
        if fullname in fullnames.ENVIRONMENT and call.arg_names in _NAME_AND_DEFAULT:
            return self.paths(call.args[1], depth)  # os.environ.get("PROG", "prog.bpf.o")
        if any(name is not None for name in call.arg_names):  # os.fspath(path="prog.bpf.o")
            raise UnresolvedError(
                "the plugin does not evaluate keyword arguments; pass them by position"
            )
        if any(kind.is_star() for kind in call.arg_kinds):  # Path(*parts)
            raise UnresolvedError(
                "the plugin does not evaluate starred arguments; write them one by one"
            )
        function = path_functions.FUNCTIONS.get(fullname)
        if function:  # os.path.join("build", "prog.bpf.o")
            return self._apply(function, depth, *call.args)
        if isinstance(call.callee, MemberExpr):
            if call.callee.name == "join" and isinstance(call.callee.expr, StrExpr):
                return self._joined(call.callee.expr.value, call.args, depth)
            if call.callee.name == "format":
                return self._formatted(call.callee.expr, call.args, depth)
            method = path_functions.METHODS.get(call.callee.name)
            if method:  # path.with_suffix(".o")
                return self._apply(method, depth, call.callee.expr, *call.args)
        raise OnlyAtRunTimeError(f"the plugin does not evaluate {callee_text(call)}")

    def _joined(self, separator: str, args: list[Expression], depth: int) -> list[Value]:
        """The values of ``"".join([a, b])``. mypy represents an f-string as the same call."""
        if len(args) != 1 or not isinstance(args[0], ListExpr):
            raise UnresolvedError(
                "the plugin evaluates str.join() only for a list; write the parts as a list"
            )
        return self._apply(
            lambda *parts: separator.join(map(path_functions.text, parts)), depth, *args[0].items
        )

    def _formatted(self, form: Expression, args: list[Expression], depth: int) -> list[Value]:
        """The values of ``"{:{}}".format(value, "")`` and ``"{}".format(value)``.

        mypy represents ``{value}`` in an f-string as the first of these calls.
        """
        if not isinstance(form, StrExpr) or form.value not in ("{:{}}", "{}"):
            raise UnresolvedError("the plugin does not evaluate str.format(); use an f-string")
        if len(args) > 1 and not (isinstance(args[1], StrExpr) and not args[1].value):
            raise UnresolvedError(
                "the plugin does not evaluate format specifications such as {name:>8};"
                " leave them out"
            )
        return self._apply(str, depth, *args[:1])

    def _parents(self, expression: IndexExpr, depth: int) -> list[Value]:
        """The values of ``path.parents[n]``."""
        base, index = expression.base, syntax_tree.integer(expression.index)
        if isinstance(base, MemberExpr) and base.name == "parents" and index is not None:
            return self._apply(
                lambda path: path_functions.path(path).parents[index], depth, base.expr
            )
        raise OnlyAtRunTimeError("the plugin cannot evaluate this index, only path.parents[number]")

    def _package_directories(self, call: CallExpr, depth: int) -> list[Value]:
        """The directories that ``importlib.resources.files(anchor)`` may return."""
        if not call.args:  # files()
            return [PurePosixPath(_file_of(self._tree)).parent]
        anchor = syntax_tree.argument(call, "anchor")
        if anchor is None:  # files(*args)
            raise UnresolvedError(
                "the plugin does not evaluate these arguments of importlib.resources.files();"
                " pass the name of a package"
            )
        if isinstance(anchor, RefExpr) and isinstance(anchor.node, MypyFile):  # files(package)
            anchors: list[Value] = [anchor.node.fullname]
        else:  # files("package")
            anchors = self.paths(anchor, depth)
        return [self._package_directory(path_functions.text(name)) for name in anchors]

    def _package_directory(self, package: str) -> PurePosixPath:
        """The directory of *package*.

        The module of the evaluated expression must belong to *package* or import it. Other packages
        count as unknown, because mypy loads them in some runs and not in others.
        """
        around, directory = _package_of(self._tree), PurePosixPath(_file_of(self._tree)).parent
        while around:
            if around == package:
                return directory
            around, directory = around.rpartition(".")[0], directory.parent
        tree = self._modules.get(package)
        if tree is None or package not in imported_modules(self._tree):
            raise UnresolvedError(
                f'the directory of package "{package}" is unknown here; import the package'
            )
        if tree.is_stub:
            raise UnresolvedError(
                f'mypy has a stub of package "{package}", which may be in another directory;'
                " build the path from Path(__file__)"
            )
        path = PurePosixPath(_file_of(tree))
        # For mypy, the path of a package is the path of __init__.py. Without this file, the path is
        # the directory of the package.
        return path if posixpath.isdir(path) else path.parent


def _endless() -> UnresolvedError:
    return OnlyAtRunTimeError(f"the value refers to itself, or needs more than {_MOST_STEPS} steps")


def _without_other_loops(
    tree: MypyFile, found: list[Assignment], use: Expression
) -> list[Assignment]:
    """The assignments *found*, except those by loops that do not contain *use*.

    A single assignment stays, even if it is by a loop. If there are several, and some are by loops,
    one of these loops must contain *use*. Otherwise the value is unknown.
    """
    if len(found) == 1 or not any(each.iterable for each in found):
        return found
    around = [
        loop.expr
        for loop in syntax_tree.all_statements(tree.defs)
        if isinstance(loop, ForStmt)
        and any(loop.expr is each.iterable for each in found)
        # for name in NAMES: struct(name)
        and any(node is use for node in syntax_tree.nodes_in(_body(loop), {type(use)}))
    ]
    if not around:  # struct(name) outside of the loops
        return [UNKNOWN]
    return [each for each in found if not each.iterable or each.iterable in around]


def _without_other_with_blocks(
    tree: MypyFile, found: list[Assignment], use: Expression
) -> list[Assignment]:
    """The assignment of the ``with`` statement around *use*, if this statement is among *found*.

    All of *found* count if there is no such statement, or if the variable gets another value in it.
    They also count in a function that the statement contains, because it may run later.
    """
    if len(found) == 1 or not any(each.entered for each in found):
        return found
    around: list[Assignment] = []
    for block in syntax_tree.statements_at(tree.defs, use.line):
        # with tinybpf.load("prog.bpf.o") as bpf: load(bpf.path)
        if isinstance(block, WithStmt) and _evaluates(block, use):
            inside = [each for each in found if not each.value or _contains(block, each.value)]
            if len(inside) == 1 and any(inside[0].value is value for value in block.expr):
                around = inside
    return around or found


def _evaluates(statement: Statement, use: Expression) -> bool:
    """Whether *statement* itself contains *use*, and not a function in it, which may run later."""
    scope = syntax_tree.Scope(None, syntax_tree.scope_statements([statement]))
    return any(node is use for node in syntax_tree.nodes_in(scope, {type(use)}))


def _contains(statement: Statement, expression: Expression) -> bool:
    return statement.line <= expression.line <= (statement.end_line or expression.line)


def _numbered(call: CallExpr) -> Expression | None:
    """The argument ``NAMES`` of ``enumerate(NAMES)``; None for any other call."""
    is_enumerate = callee_fullname(call) == "builtins.enumerate"
    return syntax_tree.argument(call, "iterable") if is_enumerate else None


def _body(loop: ForStmt) -> syntax_tree.Scope:
    return syntax_tree.Scope(None, syntax_tree.scope_statements(loop.body.body))


def _converted(member: Var) -> str:
    """The string to which Python converts a member of an enum."""
    text = member_text(member, converted=True)
    if text is not None:
        return text
    raise UnresolvedError(
        f'"{member.name}" is a member of an enum; use a StrEnum, a string literal or a Final string'
    )


def _enum_member(expression: Expression) -> Var | None:
    """The member of an enum that *expression* names; None for any other expression."""
    node = referenced_node(expression) if isinstance(expression, NameExpr | MemberExpr) else None
    return node if isinstance(node, Var) and node.info and node.info.is_enum else None


def _value(member: Var) -> str:
    """The string that the class of an enum assigns to its *member*."""
    text = member_value(member)
    if text is not None:
        return text
    raise UnresolvedError(f'the value of "{member.name}" is not a string literal')


def _is_overridden(tree: MypyFile, variable: Var) -> bool:
    """Whether several classes of *tree* define an attribute with the name of *variable*."""
    owners = {owner for owner, _ in bindings_of(tree, variable.name) if isinstance(owner, ClassDef)}
    return len(owners) > 1


def _default_of(tree: MypyFile, parameter: Var) -> Expression | None:
    """The default of a parameter of a function in *tree*; None if the parameter has no default."""
    for statement in syntax_tree.all_statements(tree.defs):
        for function in syntax_tree.functions(statement):
            for argument in function.arguments:
                if argument.variable is parameter:
                    return argument.initializer
    return None


def _file_of(tree: MypyFile) -> str:
    return posixpath.abspath(tree.path)


def _package_of(tree: MypyFile) -> str:
    return tree.fullname if tree.is_package_init_file() else tree.fullname.rpartition(".")[0]


_MODULE_VARIABLES: dict[str, Callable[[MypyFile], str]] = {
    "__file__": _file_of,
    "__name__": lambda tree: tree.fullname,
    "__package__": _package_of,
}
"""The variables that Python sets in every module."""


def _result(function: PathFunction, *arguments: Value) -> Value:
    """Call *function* with *arguments* and return the result.

    Raises:
        UnresolvedError: the call fails. Or an argument contains `CURRENT_DIRECTORY`, and the result
            is neither the name of a file nor a path at or below this directory.
    """
    try:
        result = function(*arguments)
    except (TypeError, ValueError, IndexError) as error:
        # The program usually raises the same error. mypy itself also reports a TypeError.
        raise UnresolvedError(f"the value cannot be computed: {error}") from error
    here = path_functions.CURRENT_DIRECTORY
    if any(here in str(argument) for argument in arguments):
        is_file_name = function in path_functions.FILE_NAME_FUNCTIONS and str(result) not in here
        if not (is_file_name or path_functions.is_below_current_directory(result)):
            raise UnresolvedError(
                "the path depends on where the current directory is;"
                " use a relative path or Path(__file__)"
            )
    return result
