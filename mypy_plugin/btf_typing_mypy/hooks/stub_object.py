"""The class ``Object`` of a stub, and the modules that ``btf-stubs --live`` writes.

To mypy, ``obj`` in ``from prog_bpf import obj`` has the class ``prog_bpf.Object``. Its base is
``_Object``, which derives from ``BpfObject[str]``. This module changes two things:

- It sets the last type argument of ``_Object`` to the identity of the object, as if ``_Object``
  derived from ``BpfObject[Literal["prog.bpf.o"]]``.
- It gives ``obj.btf`` the type ``Btf[Literal["prog.bpf.o"]]``. ``Btf`` is the class at run time,
  and the other features of the plugin know only this class. The stub declares another class, which
  has an overload for each name, because other type checkers need the overloads. In the same way,
  ``obj.maps``, ``obj.programs`` and ``obj.sections`` get the types of their run-time classes.

This module also reports a stub that is out of date, and a generated module that mypy checks instead
of its stub.
"""

from __future__ import annotations

import os

from mypy.nodes import Context, Expression, ListExpr, StrExpr
from mypy.plugin import AttributeContext, ClassDefContext, FunctionContext
from mypy.types import Instance, Type, get_proper_type

from btf_typing.mypy_support import Selection, is_generated
from btf_typing_mypy import compat, error_codes, fullnames
from btf_typing_mypy.project.object_types import Project
from btf_typing_mypy.source.object_identity import objects_of, with_identity

from .bound_methods import BoundMethods


class StubObjects:
    """The hooks for the class ``Object`` of each stub, and for generated modules that mypy checks.

    Args:
        project: objects and stubs of the project.
        bound_methods: reports calls that the plugin cannot check, such as ``find("event")`` after
            ``find = obj.btf.struct``.
    """

    def __init__(self, project: Project, bound_methods: BoundMethods) -> None:
        self._project = project
        self._bound_methods = bound_methods

    def class_defined(self, ctx: ClassDefContext) -> None:
        """Set the identity of the class ``Object``, and report a stub that is out of date."""
        tree = compat.class_analyzer(ctx.api).cur_mod_node
        stub = self._project.files.stub_files.of_tree(tree)
        if stub is None:
            return
        name = self._project.identity_of(stub)
        bases = ctx.cls.info.bases
        for position, base in enumerate(bases):
            if base.type.fullname == fullnames.STUB_OBJECT:
                identity = compat.literal_text(name, ctx.api)
                bases[position] = base.copy_modified(args=[*base.args[:-1], identity])
        problem = self._project.problem_of_import(stub)
        if problem:
            context = Context()
            context.line = 1
            ctx.api.fail(problem, context, code=error_codes.BTF_STUB)

    def attribute(self, ctx: AttributeContext, class_: str) -> Type:
        """The type of ``obj.btf``, ``obj.maps``, ``obj.programs`` or ``obj.sections``.

        Args:
            ctx: context of the expression.
            class_: full name of the class that the attribute has at run time.
        """
        compat.depend_on_module(ctx.api, fullnames.BTF_MODULE)
        names = objects_of(ctx.type)
        if class_ == fullnames.BTF:
            self._bound_methods.report(ctx.api, ctx.context, ctx.type)
        declared = get_proper_type(ctx.default_attr_type)
        if names and isinstance(declared, Instance):
            for base in declared.type.mro:
                if base.fullname == class_:
                    return with_identity(Instance(base, []), names, ctx.api)
        return declared

    def live_module(self, ctx: FunctionContext) -> Type:
        """Report a generated module that mypy checks instead of its stub.

        mypy checks the generated module if the stub is missing, or if you pass the module's file as
        an argument, as pre-commit does. In both cases, mypy knows no name in the module. This hook
        runs for the call of ``btf_typing.live.module`` in the generated module.
        """
        if not is_generated(compat.read_source(ctx.api)):
            return ctx.default_return_type
        path = os.path.abspath(compat.tree_of(ctx.api).path)  # noqa: PTH100  # mypy's paths are str
        arguments = {
            name: values[0]
            for name, values in zip(ctx.callee_arg_names, ctx.args, strict=True)
            if name and values
        }
        object_path = arguments.get("path")
        if isinstance(object_path, StrExpr):
            selection = Selection(_texts(arguments, "types"), _texts(arguments, "exclude"), True)  # noqa: FBT003
            base = arguments.get("base")
            of_base = base.value if isinstance(base, StrExpr) else ""
            message = self._project.problem_of_module(path, object_path.value, of_base, selection)
            compat.fail(ctx.api, message, ctx.context, error_codes.BTF_STUB)
        return ctx.default_return_type


def _texts(arguments: dict[str, Expression], name: str) -> tuple[str, ...]:
    """The strings in an argument such as ``types=["exec_*"]``; () if the argument is missing."""
    value = arguments.get(name)
    items = value.items if isinstance(value, ListExpr) else []
    return tuple(item.value for item in items if isinstance(item, StrExpr))
