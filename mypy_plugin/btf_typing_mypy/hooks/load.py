"""Calls that return an object or its BTF: what is their type?

mypy asks about ``load("prog.bpf.o")`` and gets ``BpfObject[Literal["prog.bpf.o"]]``. The text in
the type argument is the identity of the object. All other features use it to find the object.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import TypeAlias

from mypy.nodes import AssignmentStmt, Context, Expression, MemberExpr, NameExpr, Var
from mypy.plugin import CheckerPluginInterface, FunctionContext, MethodContext
from mypy.types import Instance, Type, get_proper_type

from btf_typing_mypy import compat, error_codes, fullnames
from btf_typing_mypy.project.object_types import Project
from btf_typing_mypy.source import literal_types, path_expressions, source_text, syntax_tree
from btf_typing_mypy.source.assignment_targets import targets
from btf_typing_mypy.source.base_btf import with_base
from btf_typing_mypy.source.btf_classes import BtfClasses, call_in
from btf_typing_mypy.source.lost_identity import LostIdentity
from btf_typing_mypy.source.object_identity import kernel_names, objects_of, with_identity
from btf_typing_mypy.source.references import definition_of

from . import unresolved
from .bound_methods import BoundMethods
from .function_results import FunctionResults

_Call: TypeAlias = FunctionContext | MethodContext

_BASE = 1
"""Position of the parameter ``base`` of ``load`` and ``Btf.from_file``."""


class Load:
    """Hooks for ``load`` and ``tinybpf.load``, and for functions of ``Btf`` such as ``from_file``.

    Args:
        project: objects and stubs of the project.
        btf_classes: finds the objects that expressions stand for.
        modules: returns every module that mypy has loaded, by name.
        bound_methods: reports methods of the object that the program uses without calling them.
        function_results: reports functions whose result loses the identity of the object.
    """

    def __init__(
        self,
        project: Project,
        btf_classes: BtfClasses,
        modules: compat.Modules,
        bound_methods: BoundMethods,
        function_results: FunctionResults,
    ) -> None:
        self._project = project
        self._btf_classes = btf_classes
        self._modules = modules
        self._bound_methods = bound_methods
        self._function_results = function_results

    def from_path(self, ctx: _Call) -> Type:
        """Return the type of ``load(path)`` or ``Btf.from_file(path)``."""
        return self._with_names(ctx, self._object_names)

    def from_libbpf(self, ctx: _Call) -> Type:
        """Return the type of ``Btf.from_libbpf(bpf.btf)``, after ``bpf = tinybpf.load(path)``."""
        return self._with_names(ctx, self._loaded_names)

    def _with_names(self, ctx: _Call, find_names: Callable[[_Call, Expression], list[str]]) -> Type:
        """Return the type of a call with the names that *find_names* finds for its argument.

        If the object is known only at run time, the annotation can name it:
        ``obj: BpfObject[Literal["prog.bpf.o"]] = load(sys.argv[1])``.
        """
        compat.depend_on_module(ctx.api, fullnames.BTF_MODULE)
        returned = get_proper_type(ctx.default_return_type)
        if not isinstance(returned, Instance) or not ctx.args or not ctx.args[0]:
            return returned
        argument = ctx.args[0][0]
        try:
            names = find_names(ctx, argument)
        except path_expressions.UnresolvedError as error:
            names = objects_of(compat.expected_type(ctx.api))
            if not names:
                self._report_unknown(ctx.api, argument, returned, error)
                return returned
        self._report_unreadable(names, ctx.api, argument)
        self._bound_methods.report(ctx.api)
        self._function_results.report(ctx.api)
        return with_identity(returned, names + self._other_names(ctx), ctx.api)

    def _report_unknown(
        self,
        api: CheckerPluginInterface,
        argument: Expression,
        returned: Instance,
        error: path_expressions.UnresolvedError,
    ) -> None:
        """Report that the object of *argument* is unknown.

        By default, this is an error only for the path or the pointer of an object that the module
        itself loads with tinybpf, if an annotation keeps the plugin from following the object. A
        function that gets the object as a parameter may be for any object, so it is no error.
        """
        loss = None
        if isinstance(argument, MemberExpr):  # load(bpf.path)
            tree, type_of = compat.tree_of(api), compat.checker(api).lookup_type
            objects, depend = self._btf_classes.loaded_objects, partial(compat.depend_on_name, api)
            loss = LostIdentity(tree, objects, type_of, depend).of(argument.expr)
        class_name = returned.type.name
        why = error.with_advice(unresolved.annotation_advice(class_name))
        message = f"cannot determine which object this is: {why}"
        if loss and loss.container:
            message = f"not checked: {loss.why}"
        elif loss:
            cure = loss._replace(class_name=class_name).cure
            message = (
                f'not checked: the annotation "{loss.class_name}" does not say which object this '
                f"is; assign the result to a variable with the annotation {cure}"
            )
        lost = loss is not None and not loss.is_passed
        unresolved.report(self._project, api, message, argument, lost=lost)

    def _other_names(self, ctx: _Call) -> list[str]:
        """The identities of all objects that the program assigns to the variables of this call.

        The variables of the call are those that get the result, such as ``obj`` and ``self.obj`` in
        ``obj = self.obj = load("a.bpf.o")``. A variable with an annotation does not count.

        For example, ``if new: obj = load("a.bpf.o")`` and ``else: obj = load("b.bpf.o")`` assign
        two objects to ``obj``. mypy infers the type of ``obj`` from the first call alone. So the
        plugin gives both calls the same type, which names both objects. Several methods may assign
        ``self.obj``.
        """
        tree, function = compat.tree_of(ctx.api), compat.current_function(ctx.api)
        body = function.body.body if function else tree.defs
        variables = [
            definition_of(target, tree)
            for statement in syntax_tree.statements_at(body, ctx.context.line)
            if isinstance(statement, AssignmentStmt)
            for target, assigned in targets(statement)
            if isinstance(target, Expression) and call_in(assigned.value) is ctx.context
        ]
        found = [
            self._objects_of_values(each, ctx.api) for each in variables if isinstance(each, Var)
        ]
        return list(chain.from_iterable(found))

    def _objects_of_values(self, variable: Var, api: CheckerPluginInterface) -> list[str]:
        """The identities of the objects that the module assigns to *variable*, as far as known."""
        tree = compat.tree_of(api)
        # If PATH changes in self.obj = load(settings.PATH), the daemon rechecks the function with
        # this call. It must also recheck the functions with the other calls.
        depend = partial(compat.depend_on_name, api)
        calls = self._btf_classes.calls_assigned_to(variable, tree)
        found = [self._btf_classes.objects(call, tree, depend) for call in calls]
        return list(chain.from_iterable(found))

    def from_kernel(self, ctx: _Call) -> Type:
        """Return the type of ``Btf.from_kernel()`` or ``Btf.from_kernel("nf_conntrack")``.

        The program may run on another machine, and the kernel there may have other types. So the
        plugin checks against this machine's kernel only if the project has a stub of that kernel.
        """
        compat.depend_on_module(ctx.api, fullnames.BTF_MODULE)
        returned = get_proper_type(ctx.default_return_type)
        if not isinstance(returned, Instance):
            return returned
        names = kernel_names(self._project, ctx.args[0] if ctx.args else [])
        if not names:
            message = (
                "not checked: no stub for this kernel BTF is on mypy_path; "
                "write one with btf-stubs (--type limits it to the types that you use)"
            )
            unresolved.report(self._project, ctx.api, message, ctx.context)
            return returned
        return with_identity(returned, names, ctx.api)

    def _object_names(self, ctx: _Call, argument: Expression) -> list[str]:
        """Return the identities of the objects that the path *argument* may name.

        In ``load("a.bpf.o" if old else "b.bpf.o")``, the path may name two objects.

        Raises:
            UnresolvedError: the path is known only at run time.
        """
        node = argument.node if isinstance(argument, NameExpr) else None
        if isinstance(node, Var) and node.is_index_var:  # for path in ("a.bpf.o", "b.bpf.o"): ...
            raise path_expressions.path_in_loop(node)
        literal = literal_types.texts_of(ctx.arg_types[0][0])
        tree, text = compat.tree_of(ctx.api), partial(source_text.text_of, ctx.api)
        if literal:
            # If ``try`` and ``except`` import the same name, mypy knows only one of its values.
            # check_name() refuses such a name.
            path_expressions.check_name(argument, tree, text)
        depend = partial(compat.depend_on_name, ctx.api)
        found = literal or path_expressions.values(argument, tree, self._modules(), text, depend)
        names = [self._project.identify(path, tree.path) for path in found]
        if len(ctx.args) < _BASE + 1 or not ctx.args[_BASE]:
            return names
        base, base_type = ctx.args[_BASE][0], ctx.arg_types[_BASE][0]
        return with_base(names, base, tree, self._modules(), self._project, base_type, depend)

    def _loaded_names(self, ctx: _Call, argument: Expression) -> list[str]:
        """Return the identities of the objects that the pointer *argument* may belong to.

        Raises:
            UnresolvedError: the module does not get the pointer from ``tinybpf.load()``.
        """
        tree, text = compat.tree_of(ctx.api), partial(source_text.text_of, ctx.api)
        depend = partial(compat.depend_on_name, ctx.api)
        found = path_expressions.loaded_paths(argument, tree, self._modules(), text, depend)
        return [self._project.identify(path, tree.path) for path in found]

    def _report_unreadable(
        self, names: list[str], api: CheckerPluginInterface, context: Context
    ) -> None:
        for name in names:
            problem = self._project.unreadable(name)
            if problem:
                compat.fail(api, problem, context, error_codes.BTF_STUB)
