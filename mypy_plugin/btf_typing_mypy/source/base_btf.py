"""The base of split BTF, as a program passes it to ``load`` or ``Btf.from_file``.

::

    load("module.o", base="/sys/kernel/btf/vmlinux")
    load("module.o", base=Btf.from_kernel())

Split BTF, such as the BTF of a kernel module, leaves out the types of its base and refers to them.
So the base is a part of the identity of the object; see `object_identity`.
"""

from __future__ import annotations

from collections.abc import Mapping

from mypy.nodes import CallExpr, Expression, MemberExpr, MypyFile, NameExpr, Var
from mypy.types import NoneType, Type, get_proper_type

from btf_typing import mypy_support
from btf_typing_mypy import fullnames
from btf_typing_mypy.project.object_types import Project, identity_with_base

from . import path_expressions, syntax_tree
from .assignments import assignments
from .object_identity import objects_of
from .references import callee_fullname

_READERS = frozenset({fullnames.LOAD, fullnames.FROM_FILE})


def argument_of(call: CallExpr) -> Expression | None:
    """The argument that a call of ``load`` or ``Btf.from_file`` passes as the base."""
    return syntax_tree.argument(call, "base", 1)


def with_base(
    names: list[str],
    base: Expression | None,
    tree: MypyFile,
    modules: Mapping[str, MypyFile],
    project: Project,
    type_: Type | None = None,
    depend: path_expressions.Depend = path_expressions.ignore,
) -> list[str]:
    """The identities of the objects *names*: each name, combined with each value of *base*.

    Args:
        names: canonical names of the objects.
        base: the argument; None if the call has none.
        tree: the module that contains the call.
        modules: every module that mypy has loaded, by name.
        project: objects and stubs of the project.
        type_: the type of *base*; None if mypy has not inferred it yet.
        depend: gets the names that decide the base; see `path_expressions.Depend`.

    Raises:
        UnresolvedError: the base is known only at run time.
    """
    if base is None or isinstance(get_proper_type(type_), NoneType):
        return names
    if isinstance(base, NameExpr) and base.fullname == "builtins.None":
        return names
    bases = objects_of(type_) or _names(base, tree, modules, project, depend)
    return [identity_with_base(name, each) for name in names for each in bases]


def _names(
    base: Expression,
    tree: MypyFile,
    modules: Mapping[str, MypyFile],
    project: Project,
    depend: path_expressions.Depend,
) -> list[str]:
    """The canonical names of the files that may be the base.

    *base* is the path of the file, or BTF that the program has read from the file.
    """
    call = _call(base, tree)
    fullname = callee_fullname(call) if call else ""
    path: Expression | None = base
    if call and fullname == fullnames.FROM_KERNEL and not call.args:
        return [mypy_support.kernel_path()]
    if call and fullname in _READERS:
        path = syntax_tree.argument(call, "path")
    if path is None:
        raise path_expressions.UnresolvedError("the base BTF is unknown; pass its path as base=")
    found = path_expressions.values(path, tree, modules, depend=depend)
    return [project.identify(value, tree.path) for value in found]


def _call(base: Expression, tree: MypyFile) -> CallExpr | None:
    """The call that produces *base*; None if there is none, or if several calls may produce it.

    If *base* is a variable, the result is the call whose value the program assigns to it.
    """
    if isinstance(base, NameExpr | MemberExpr) and isinstance(base.node, Var):
        found = assignments(tree, base.node)
        value = found[0].value if len(found) == 1 and not found[0].entered else None
        return value if isinstance(value, CallExpr) else None
    return base if isinstance(base, CallExpr) else None
