"""The paths that an expression of a user's program stands for, from its syntax tree alone.

An expression may have several values (``A if test else B``, a name assigned in two branches);
all of them are found, or none.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from functools import cache
from itertools import product
from pathlib import PurePosixPath
from typing import TypeAlias

from mypy.nodes import (
    AssignmentExpr,
    CallExpr,
    CastExpr,
    ConditionalExpr,
    Expression,
    IndexExpr,
    IntExpr,
    ListExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    OpExpr,
    RefExpr,
    StrExpr,
    UnaryExpr,
    Var,
)

from btf_typing_mypy import fullnames
from btf_typing_mypy.compat import final_value

from . import syntax
from .assignments import assignments, callee_name, doubt, imported, only_value, owned

Value: TypeAlias = str | PurePosixPath
"""Text, or a path object."""

_MOST_VALUES = 32
_DEEPEST = 40


class UnresolvedError(Exception):
    """The value of an expression cannot be told; the text says why."""


def values(
    expression: Expression,
    tree: MypyFile,
    modules: Mapping[str, MypyFile],
    text: Callable[[], str] = str,
) -> list[Value]:
    """Every value that *expression*, which stands in *tree*, may have.

    Relative paths are left so; `PurePosixPath` objects and strings are told apart.

    Args:
        expression: of a path, or of a name.
        tree: the module that it stands in.
        modules: every module that mypy has loaded, by name.
        text: gives the source of *tree*, as for `assignments`.

    Raises:
        UnresolvedError: at least one of them cannot be told.
    """
    found = _Evaluator(tree, modules, text).of(expression, 0)
    return list(dict.fromkeys(map(_from_here, found)))


def check_name(expression: Expression, tree: MypyFile, text: Callable[[], str]) -> None:
    """Make sure that *expression*, which stands in *tree*, is what mypy says, if it is a name.

    Args:
        expression: of a path, or of a name.
        tree: the module that it stands in.
        text: gives the source of *tree*, as for `assignments`.

    Raises:
        UnresolvedError: it may be something else.
    """
    reason = doubt(tree, expression, text) if isinstance(expression, NameExpr | MemberExpr) else ""
    if reason:
        raise UnresolvedError(reason)


class _Evaluator:
    def __init__(
        self, tree: MypyFile, modules: Mapping[str, MypyFile], text: Callable[[], str]
    ) -> None:
        self._tree = tree
        self._modules = modules
        self._text = cache(text)  # which reads a file

    def of(self, expression: Expression, depth: int) -> list[Value]:
        if depth > _DEEPEST:
            raise UnresolvedError("the path goes round in a circle")
        match expression:
            case StrExpr():
                return [expression.value]
            case NameExpr() | MemberExpr():
                return self._reference(expression, depth + 1)
            case OpExpr(op="+" | "/"):
                return self._each(
                    _OPERATORS[expression.op], depth, expression.left, expression.right
                )
            case ConditionalExpr():
                return [
                    *self.of(expression.if_expr, depth + 1),
                    *self.of(expression.else_expr, depth + 1),
                ]
            case AssignmentExpr():
                return self.of(expression.value, depth + 1)
            case CastExpr():
                return self.of(expression.expr, depth + 1)
            case CallExpr():
                return self._call(expression, depth + 1)
            case IndexExpr():
                return self._parents(expression, depth + 1)
        raise UnresolvedError("the path is computed in a way that is not followed")

    def _each(
        self, function: Callable[..., Value], depth: int, *expressions: Expression
    ) -> list[Value]:
        """*function* of every combination of the values of *expressions*."""
        found = [self.of(expression, depth + 1) for expression in expressions]
        results: list[Value] = []
        for combination in product(*found):
            if len(results) == _MOST_VALUES:
                raise UnresolvedError(f"the path may have more than {_MOST_VALUES} values")
            results.append(_applied(function, *combination))
        return results

    def _reference(self, expression: NameExpr | MemberExpr, depth: int) -> list[Value]:
        node = owned(expression) if isinstance(expression, MemberExpr) else expression.node
        of_module = _OF_MODULES.get(expression.name) if isinstance(expression, NameExpr) else None
        if of_module and (not node or node.fullname == f"{self._tree.fullname}.{expression.name}"):
            return [of_module(self._tree)]
        if isinstance(node, Var) and node.info and node.info.is_enum:
            raise UnresolvedError(f'"{node.name}" is a member of an enum')
        if isinstance(node, Var):
            if isinstance(expression, NameExpr):
                value = only_value(self._tree, expression, self._text)
                if value:
                    return self.of(value, depth)
            check_name(expression, self._tree, self._text)
            return self._variable(node, depth)
        if isinstance(expression, MemberExpr):
            attribute = _ATTRIBUTES.get(expression.name)
            if attribute:
                return self._each(attribute, depth, expression.expr)
            raise UnresolvedError(f'what the attribute "{expression.name}" holds is not followed')
        raise UnresolvedError(f'the value of "{expression.name}" is not known')

    def _variable(self, node: Var, depth: int) -> list[Value]:
        value = final_value(node)
        if isinstance(value, str):
            return [value]
        found = assignments(self._tree, node, self._text)
        if not found:
            module = node.fullname.rpartition(".")[0]
            if not module or module == self._tree.fullname:
                raise UnresolvedError(f'the value of "{node.name}" is not known')
            raise UnresolvedError(
                f'the value of "{node.fullname}" is not part of the interface of its module;'
                f" declare it there as a Final string, or build the path here"
            )
        results: list[Value] = []
        for assigned in found:
            if assigned.value is None:
                raise UnresolvedError(f'"{node.name}" is assigned in a way that is not followed')
            if assigned.entered:
                results += self._entered(assigned.value, depth)
            else:
                results += self.of(assigned.value, depth + 1)
        return results

    def _entered(self, expression: Expression, depth: int) -> list[Value]:
        """What ``with importlib.resources.as_file(...) as path`` gives."""
        if (
            isinstance(expression, CallExpr)
            and callee_name(expression) in fullnames.RESOURCE_AS_FILE
        ):
            return self._each(_path, depth, *expression.args)
        raise UnresolvedError("what entering that context manager gives is not followed")

    def _call(self, call: CallExpr, depth: int) -> list[Value]:
        callee = callee_name(call)
        if callee in fullnames.RESOURCE_FILES:
            return self._resources(call, depth)
        if any(name is not None for name in call.arg_names):
            raise UnresolvedError("keyword arguments are not followed")
        if any(kind.is_star() for kind in call.arg_kinds):
            raise UnresolvedError("starred arguments are not followed")
        function = _FUNCTIONS.get(callee)
        if function:
            return self._each(function, depth, *call.args)
        if isinstance(call.callee, MemberExpr):
            if call.callee.name == "join" and isinstance(call.callee.expr, StrExpr):
                return self._joined(call.callee.expr.value, call.args, depth)
            if call.callee.name == "format":
                return self._formatted(call.callee.expr, call.args, depth)
            method = _METHODS.get(call.callee.name)
            if method:
                return self._each(method, depth, call.callee.expr, *call.args)
        raise UnresolvedError("the path comes from a call that is not followed")

    def _joined(self, separator: str, args: list[Expression], depth: int) -> list[Value]:
        """``"".join([...])``, which is also how mypy reads an f-string."""
        if len(args) != 1 or not isinstance(args[0], ListExpr):
            raise UnresolvedError("str.join() is followed for a list alone")
        return self._each(lambda *parts: separator.join(map(_text, parts)), depth, *args[0].items)

    def _formatted(self, form: Expression, args: list[Expression], depth: int) -> list[Value]:
        """``"{:{}}".format(value, "")``, which is how mypy reads a part of an f-string."""
        if not isinstance(form, StrExpr) or form.value not in ("{:{}}", "{}"):
            raise UnresolvedError("str.format() is not followed")
        if len(args) > 1 and not (isinstance(args[1], StrExpr) and not args[1].value):
            raise UnresolvedError("format specifications are not followed")
        return self._each(str, depth, *args[:1])

    def _parents(self, expression: IndexExpr, depth: int) -> list[Value]:
        """``path.parents[n]``."""
        base, index = expression.base, _integer(expression.index)
        if isinstance(base, MemberExpr) and base.name == "parents" and index is not None:
            return self._each(lambda path: _pure(path).parents[index], depth, base.expr)
        raise UnresolvedError("the path comes from an index that is not followed")

    def _resources(self, call: CallExpr, depth: int) -> list[Value]:
        """The directory of the package that ``importlib.resources.files()`` is asked for."""
        if not call.args:
            return [PurePosixPath(_file_of(self._tree)).parent]
        anchor = syntax.argument(call, "anchor")
        if anchor is None:
            raise UnresolvedError("which package this is of is not followed")
        if isinstance(anchor, RefExpr) and isinstance(anchor.node, MypyFile):
            anchors: list[Value] = [anchor.node.fullname]
        else:
            anchors = self.of(anchor, depth)
        return [self._directory(_text(name)) for name in anchors]

    def _directory(self, module: str) -> PurePosixPath:
        """The directory of a package: one around this module, or one that it imports.

        Of any other, mypy knows in some runs and not in others.
        """
        package, directory = _package_of(self._tree), PurePosixPath(_file_of(self._tree)).parent
        while package:
            if package == module:
                return directory
            package, directory = package.rpartition(".")[0], directory.parent
        tree = self._modules.get(module)
        if tree is None or module not in imported(self._tree):
            raise UnresolvedError(f'where "{module}" lies is not known here; import it')
        if tree.is_stub:
            raise UnresolvedError(f'of "{module}" a stub is known, which may lie elsewhere')
        path = PurePosixPath(_file_of(tree))
        # A package without ``__init__.py`` is its directory to mypy.
        return path if posixpath.isdir(path) else path.parent


def _integer(expression: Expression) -> int | None:
    if isinstance(expression, UnaryExpr) and expression.op == "-":
        inner = _integer(expression.expr)
        return None if inner is None else -inner
    return expression.value if isinstance(expression, IntExpr) else None


def _file_of(tree: MypyFile) -> str:
    return posixpath.abspath(tree.path)


def _package_of(tree: MypyFile) -> str:
    return tree.fullname if tree.is_package_init_file() else tree.fullname.rpartition(".")[0]


_OF_MODULES: dict[str, Callable[[MypyFile], str]] = {
    "__file__": _file_of,
    "__name__": lambda tree: tree.fullname,
    "__package__": _package_of,
}
"""What modules know of themselves."""

_HERE = "/\0"
"""Stands for the directory that the program runs in: a path that no file has."""


def _is_below_here(value: Value) -> bool:
    return f"{value}/".startswith(f"{_HERE}/")


def _from_here(value: Value) -> Value:
    """*value* as a relative path, where it is absolute only by the directory that is current.

    Raises:
        UnresolvedError: more of that directory than its place matters.
    """
    if not _is_below_here(value):
        return value
    return type(value)(str(value)[len(_HERE) + 1 :] or ".")


def _absolute(value: Value) -> str:
    return posixpath.join(_HERE, str(value))


def _applied(function: Callable[..., Value], *arguments: Value) -> Value:
    try:
        result = function(*arguments)
    except (TypeError, ValueError, IndexError) as error:
        # mypy reports what is wrong with the types; the rest would fail at run time as well.
        raise UnresolvedError(f"the path cannot be computed: {error}") from error
    if any(_HERE in str(argument) for argument in arguments):
        last = function in _LAST and str(result) not in _HERE
        if not (last or _is_below_here(result)):
            raise UnresolvedError("the path depends on where the directory lies that is current")
    return result


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise TypeError("a string expected, not a path")
    return value


def _pure(value: Value) -> PurePosixPath:
    if isinstance(value, str):
        raise TypeError("a path expected, not a string")
    return value


def _path(*parts: Value) -> PurePosixPath:
    return PurePosixPath(*parts)


def _plus(left: Value, right: Value) -> str:
    return _text(left) + _text(right)


def _slash(left: Value, right: Value) -> PurePosixPath:
    if isinstance(left, str) and isinstance(right, str):
        raise TypeError("two strings")
    return PurePosixPath(left) / right


def _resolved(value: Value) -> PurePosixPath:
    """A path without ``..``."""
    return PurePosixPath(posixpath.normpath(_absolute(_pure(value))))


def _basename(path: Value) -> str:
    return posixpath.basename(str(path))


_OPERATORS: dict[str, Callable[..., Value]] = {"+": _plus, "/": _slash}

_ATTRIBUTES: dict[str, Callable[..., Value]] = {
    "parent": lambda path: _pure(path).parent,
    "name": lambda path: _pure(path).name,
    "stem": lambda path: _pure(path).stem,
    "suffix": lambda path: _pure(path).suffix,
}

_LAST = frozenset({_basename, *(_ATTRIBUTES[name] for name in ("name", "stem", "suffix"))})
"""Functions that give a part of the last name in a path, wherever that lies."""

_METHODS: dict[str, Callable[..., Value]] = {
    "resolve": _resolved,
    "absolute": lambda path: PurePosixPath(_absolute(_pure(path))),
    "as_posix": lambda path: str(_pure(path)),
    "__str__": str,
    "__fspath__": str,
    "joinpath": lambda path, *parts: _pure(path).joinpath(*parts),
    "with_name": lambda path, name: _pure(path).with_name(name),
    "with_stem": lambda path, stem: _pure(path).with_stem(stem),
    "with_suffix": lambda path, suffix: _pure(path).with_suffix(suffix),
    "removesuffix": lambda text, suffix: _text(text).removesuffix(_text(suffix)),
    "removeprefix": lambda text, prefix: _text(text).removeprefix(_text(prefix)),
    "replace": lambda text, old, new: _text(text).replace(old, new),
}

_FUNCTIONS: dict[str, Callable[..., Value]] = {
    **dict.fromkeys(fullnames.PATH_CLASSES, _path),
    **dict.fromkeys(fullnames.PATH_CWD, lambda: PurePosixPath(_HERE)),
    **dict.fromkeys(fullnames.PATH_TEXT, str),
}
for _module in fullnames.OS_PATH_MODULES:
    _FUNCTIONS |= {
        f"{_module}.join": lambda *parts: posixpath.join(*map(str, parts)),
        f"{_module}.dirname": lambda path: posixpath.dirname(str(path)),
        f"{_module}.basename": _basename,
        f"{_module}.normpath": lambda path: posixpath.normpath(str(path)),
        f"{_module}.abspath": lambda path: posixpath.normpath(_absolute(path)),
        f"{_module}.realpath": lambda path: posixpath.normpath(_absolute(path)),
    }
