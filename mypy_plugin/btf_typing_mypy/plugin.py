"""The plugin class, and the tables that map mypy's questions to the features of the plugin.

mypy asks by full name. When it checks ``load("prog.bpf.o")``, it calls
``plugin.get_function_hook("btf_typing.bpf_object.load")``. If this method returns a hook, the hook
decides the type of the call. `FUNCTIONS`, `METHODS` and `ATTRIBUTES` map each full name to a module
in ``hooks/``. Any private name, such as ``__state``, leads to ``hooks/mangled_names.py``.
Two other questions can be about any name, so they have no table. These methods of `BtfTyping`
answer them:

* ``get_type_analyze_hook``: any name in an annotation. See ``hooks/annotations.py``.
* ``get_base_class_hook``: any base class in a ``class`` statement. For hand-written ctypes classes,
  see ``hooks/validate.py``. For the class ``Object`` of a stub, which is the ``.pyi`` file that
  ``btf-stubs`` writes for an object, see ``hooks/stub_object.py``.

Two more methods, ``get_additional_deps`` and ``report_config_data``, concern mypy's cache and not
types. They call ``project/dependencies.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from mypy.errors import CompileError
from mypy.nodes import Context, MypyFile
from mypy.options import Options
from mypy.plugin import (
    AnalyzeTypeContext,
    AttributeContext,
    CheckerPluginInterface,
    ClassDefContext,
    FunctionContext,
    MethodContext,
    MethodSigContext,
    Plugin,
    ReportConfigContext,
    SemanticAnalyzerPluginInterface,
    TypeAnalyzerPluginInterface,
)
from mypy.types import (
    AnyType,
    CallableType,
    FunctionLike,
    Instance,
    Type,
    TypeOfAny,
    get_proper_type,
)

from . import compat, error_codes, fullnames
from .ignored_names import IgnoredNames
from .project.dependencies import Dependencies
from .project.external_files import ExternalFiles

if TYPE_CHECKING:
    from .hooks.features import Features
    from .project.object_types import Project

_Hook = TypeVar("_Hook")
_Call = TypeVar("_Call", FunctionContext, MethodContext)
_Api: TypeAlias = (
    CheckerPluginInterface | SemanticAnalyzerPluginInterface | TypeAnalyzerPluginInterface
)
_FunctionHook: TypeAlias = Callable[[FunctionContext], Type]
_AttributeHook: TypeAlias = Callable[[AttributeContext], Type]
_SignatureHook: TypeAlias = Callable[[MethodSigContext], FunctionLike]
_AnnotationHook: TypeAlias = Callable[[AnalyzeTypeContext], Type]
_MethodHook: TypeAlias = Callable[[MethodContext], Type]

# Each value in these three tables is a function that picks a hook from the features. For example,
# ``features.load`` is implemented in ``hooks/load.py``. Because the values are functions, a run
# with nothing to check imports no hooks.

FUNCTIONS: Final[Mapping[str, Callable[[Features], _FunctionHook]]] = {
    fullnames.LOAD: lambda features: features.load.from_path,
    fullnames.TINYBPF_LOAD: lambda features: features.load.from_path,
    fullnames.FROM_FILE: lambda features: features.load.from_path,
    fullnames.FROM_KERNEL: lambda features: features.load.from_kernel,
    fullnames.FROM_LIBBPF: lambda features: features.load.from_libbpf,
    **dict.fromkeys(fullnames.CLASS_TESTS, lambda features: features.narrowing.class_argument),
    **dict.fromkeys(fullnames.ASSERT_NEVER, lambda features: features.narrowing.assert_never),
    fullnames.LIVE_MODULE: lambda features: features.stub_objects.live_module,
    fullnames.PARTIAL: lambda features: features.lookups.partial,
    fullnames.DICT: lambda features: features.object_items.as_dict,
}
"""Functions by full name, for ``get_function_hook``."""


METHODS: Final[Mapping[str, Callable[[Features], _MethodHook]]] = {
    fullnames.FROM_FILE: lambda features: features.load.from_path,
    fullnames.FROM_KERNEL: lambda features: features.load.from_kernel,
    fullnames.FROM_LIBBPF: lambda features: features.load.from_libbpf,
    fullnames.STRUCT: lambda features: partial(features.lookups.find, keyword="struct"),
    fullnames.UNION: lambda features: partial(features.lookups.find, keyword="union"),
    fullnames.ENUM: lambda features: partial(features.lookups.find, keyword="enum"),
    fullnames.TYPE: lambda features: partial(features.lookups.find, keyword="type"),
    fullnames.MAPS_ITEM: lambda features: features.object_items.item,
    fullnames.PROGRAMS_ITEM: lambda features: features.object_items.item,
    fullnames.SECTIONS_ITEM: lambda features: features.object_items.item,
    fullnames.CATALOGUE_GET: lambda features: features.object_items.get,
    fullnames.CATALOGUE_ITER: lambda features: features.object_items.names,
    **dict.fromkeys(fullnames.CATALOGUE_VIEWS, lambda features: features.object_items.view),
    **dict.fromkeys(fullnames.CONTAINS, lambda features: features.object_items.contains),
    fullnames.TINYBPF_MAPS_ITEM: lambda features: features.tinybpf_items.map,
    fullnames.TINYBPF_MAP: lambda features: features.tinybpf_items.map,
    fullnames.TINYBPF_PROGRAM: lambda features: features.tinybpf_items.program,
    fullnames.POINTER_ITEM: lambda features: features.lookups.pointer_item,
    **dict.fromkeys(fullnames.UNION_OPERATORS, lambda features: features.lookups.union),
    fullnames.VALIDATE: lambda features: features.validate.decorator,
    fullnames.VALIDATE_STRUCT: lambda features: features.validate.call,
}
"""Methods by full name, for ``get_method_hook``."""


def _stub_attribute(features: Features, class_: str) -> _AttributeHook:
    """The hook for an attribute of the class ``Object`` of a stub.

    At run time, the value of the attribute is an instance of *class_*.
    """
    return partial(features.stub_objects.attribute, class_=class_)


ATTRIBUTES: Final[Mapping[str, Callable[[Features], _AttributeHook]]] = {
    fullnames.OBJECT_BTF: lambda features: features.bound_methods.attribute,
    f"{fullnames.CTYPES_ARRAY}.raw": lambda _: compat.array_attribute,
    f"{fullnames.CTYPES_ARRAY}.value": lambda _: compat.array_attribute,
    **{
        fullname: partial(_stub_attribute, class_=class_)
        for fullname, class_ in fullnames.STUB_ATTRIBUTES.items()
    },
}
"""Attributes by full name, for ``get_attribute_hook``."""


class BtfTyping(Plugin):
    """The plugin.

    mypy calls the methods ``get_…_hook`` for nearly every name that it checks. In this class, each
    ``get_…_hook`` is a property that returns the look-up method of a dictionary. So most of mypy's
    calls run no Python code.

    Args:
        options: mypy's options.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._loaded: Mapping[str, MypyFile] = {}
        self._files = ExternalFiles(options, lambda: self._loaded)
        package: Any = sys.modules[__package__]
        # ``dmypy run`` creates the plugin again. If ``__version__`` differs, dmypy restarts the
        # daemon. ``__version__`` contains the error message for a wrong setting. So a wrong setting
        # restarts the daemon, and the new daemon reports the setting. If the old daemon reported
        # it, that daemon would end with a traceback.
        package.__version__ = self._files.disk_cache.code_digest + self._files.problem
        fine_grained = options.fine_grained_incremental or options.cache_fine_grained
        self._dependencies = Dependencies(self._files, daemon=fine_grained)
        if self._files.settings.sync and not compat.in_worker():
            from .project.stub_sync import sync_stubs  # noqa: PLC0415  # slow, and rarely needed

            sync_stubs(self._project)

    @cached_property
    def _project(self) -> Project:
        """The contents of the project's objects and stubs."""
        from .project.object_types import Project  # noqa: PLC0415  # unused if nothing is checked

        return Project(self._files)

    @cached_property
    def _features(self) -> Features:
        """The features that the tables above refer to."""
        from .hooks.features import Features  # noqa: PLC0415  # unused if nothing is checked

        return Features(self._project, lambda: self._loaded)

    def set_modules(self, modules: dict[str, MypyFile]) -> None:
        """Receive the modules that mypy has loaded.

        This method also reports an error in the settings. If `__init__` reported it, mypy would end
        with a traceback.

        Raises:
            CompileError: a setting of the plugin is wrong.
        """
        super().set_modules(modules)
        self._loaded = modules
        if self._files.problem:
            raise CompileError([self._files.problem])

    @cached_property
    def get_function_hook(self) -> Callable[[str], _FunctionHook | None]:
        """Look up the hook for calls of a function, see `FUNCTIONS`."""
        hooks = {fullname: self._call_hook(pick) for fullname, pick in FUNCTIONS.items()}
        for fullname in fullnames.CLASS_TESTS:
            hooks[fullname] = _for_variables(hooks[fullname])
        hooks[fullnames.PARTIAL] = _for_our_functions(hooks[fullnames.PARTIAL])
        hooks[fullnames.DICT] = _for_catalogues(hooks[fullnames.DICT])
        return self._or_mangled(
            hooks, self._call_hook(lambda features: features.mangled_names.call)
        )

    @cached_property
    def get_method_hook(self) -> Callable[[str], _MethodHook | None]:
        """Look up the hook for calls of a method, see `METHODS`."""
        hooks = {fullname: self._call_hook(pick) for fullname, pick in METHODS.items()}
        method_names = {fullname.rpartition(".")[2] for fullname in METHODS}

        def is_ignored(fullname: str) -> bool:
            class_, _, name = fullname.rpartition(".")
            return name not in method_names or compat.is_in_typeshed(self._loaded, class_)

        def hook_for(fullname: str) -> _MethodHook | None:
            # After ``class MyBtf(Btf)`` in app.py, mypy asks about "app.MyBtf.struct".
            class_, _, name = fullname.rpartition(".")
            bases = compat.bases_of(self._loaded, class_)
            inherited = (hooks.get(f"{base}.{name}") for base in bases)
            return next((hook for hook in inherited if hook), None)

        return self._remembering_ignored(hooks, is_ignored, hook_for)

    @cached_property
    def get_method_signature_hook(self) -> Callable[[str], _SignatureHook | None]:
        """Look up the hook that changes the signature of a method before mypy checks a call."""
        return {fullnames.POINTER_ITEM_SET: self._pointer_item_set}.get

    def _pointer_item_set(self, ctx: MethodSigContext) -> FunctionLike:
        """The hook for ``pointer[0] = event``."""
        signature: FunctionLike = ctx.default_signature
        with self._guarded(compat.tree_of(ctx.api), ctx.api, ctx.context):
            signature = self._features.lookups.pointer_item_set(ctx)
        return signature  # noqa: RET504  # still the default if the hook failed

    @cached_property
    def get_attribute_hook(self) -> Callable[[str], _AttributeHook | None]:
        """Look up the hook for an attribute, see `ATTRIBUTES`."""
        hooks = {fullname: self._attribute_hook(pick) for fullname, pick in ATTRIBUTES.items()}
        return self._or_mangled(
            hooks, self._attribute_hook(lambda features: features.mangled_names.attribute)
        )

    @cached_property
    def get_class_attribute_hook(self) -> Callable[[str], _AttributeHook | None]:
        """Look up the hook for an attribute of a class, such as ``Event.pid``."""
        return self.get_attribute_hook

    @cached_property
    def get_type_analyze_hook(self) -> Callable[[str], _AnnotationHook | None]:
        """Look up the hook for a name in an annotation, see ``hooks/annotations.py``."""
        annotations = self._features.annotations

        def protected(found: _AnnotationHook) -> _AnnotationHook:
            def hook(ctx: AnalyzeTypeContext) -> Type:
                tree = compat.annotation_analyzer(ctx.api).cur_mod_node
                type_: Type = AnyType(TypeOfAny.from_error)

                def guarded() -> AbstractContextManager[None]:
                    return self._guarded(tree, ctx.api, ctx.context)

                with guarded():
                    type_ = found(ctx)
                    self._features.narrowing.after_analysis(ctx.api, guarded)
                return type_

            return hook

        literal = protected(annotations.literal)
        stub_files = self._files.stub_files
        is_plain = self._files.read_tracker.cached(
            lambda path: fullnames.TYPESHED in path or stub_files.has(path)
        )

        def literal_hook(ctx: AnalyzeTypeContext) -> Type:
            # Nearly all literals are in stubs, most of them in typeshed and in stubs of objects.
            # They skip the slower hook, unless they may name an enum that is the value of a
            # variable, as ``Literal[Kind.EXEC]`` does after ``Kind = btf.enum("kind")``.
            tree = compat.annotation_analyzer(ctx.api).cur_mod_node
            if tree.is_stub and (is_plain(tree.path) or not annotations.may_name_member(ctx.type)):
                return compat.literal_type(ctx.api, ctx.type)
            return literal(ctx)

        def hook_for(fullname: str) -> _AnnotationHook | None:
            found = annotations.hook(fullname)
            return protected(found) if found else None

        fixed = dict.fromkeys(fullnames.LITERAL, literal_hook)
        return self._remembering_ignored(fixed, annotations.never, hook_for)

    @cached_property
    def get_base_class_hook(self) -> Callable[[str], Callable[[ClassDefContext], None] | None]:
        """Look up the hook for a class by the full name of one of its bases.

        For hand-written ctypes classes, see ``hooks/validate.py``. For the class ``Object`` of a
        stub, see ``hooks/stub_object.py``.
        """
        from .handwritten.ctypes_bases import CTYPES_BASES  # noqa: PLC0415  # unused if nothing is checked

        features = self._features

        def hook(ctx: ClassDefContext) -> None:
            tree = compat.class_analyzer(ctx.api).cur_mod_node
            if not tree.is_stub and not fullnames.is_ours(tree.fullname):
                with self._guarded(tree, ctx.api, ctx.cls):
                    features.validate.class_defined(ctx)

        def stub_hook(ctx: ClassDefContext) -> None:
            tree = compat.class_analyzer(ctx.api).cur_mod_node
            if tree.is_stub:
                with self._guarded(tree, ctx.api, ctx.cls):
                    features.stub_objects.class_defined(ctx)

        def hook_for(fullname: str) -> Callable[[ClassDefContext], None] | None:
            return hook if features.bases.include(fullname) else None

        fixed = {
            **dict.fromkeys([*CTYPES_BASES, *fullnames.RECORDS], hook),
            fullnames.STUB_OBJECT: stub_hook,
        }
        return self._remembering_ignored(fixed, features.bases.never_include, hook_for)

    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        """List the stubs that mypy must load for *file*."""
        return self._dependencies.additional_deps(file)

    def report_config_data(self, ctx: ReportConfigContext) -> object:
        """Return data for the cache of a module. If the data changes, mypy rechecks the module."""
        return self._dependencies.config_data(ctx)

    def _remembering_ignored(
        self,
        fixed: Mapping[str, _Hook],
        is_ignored: Callable[[str], bool],
        hook_for: Callable[[str], _Hook | None],
    ) -> Callable[[str], _Hook | None]:
        """Return a function that looks up a hook and remembers the names that the plugin ignores.

        In a daemon, remembered names become wrong when files change. If the plugin cannot detect
        when the daemon looks for changes, `ReadTracker.clear_before_rescan` returns False, and the
        function remembers no names.

        For the arguments, see `IgnoredNames`.
        """
        names = IgnoredNames(fixed, is_ignored, hook_for)
        names.remembers = self._files.read_tracker.clear_before_rescan(names.clear)
        return names.__getitem__

    def _or_mangled(
        self, fixed: Mapping[str, _Hook], mangled: _Hook
    ) -> Callable[[str], _Hook | None]:
        """Return a function that looks up a hook, or *mangled* for names such as ``__state``.

        See ``hooks/mangled_names.py``.
        """

        def is_ignored(fullname: str) -> bool:
            return not fullnames.may_be_private(fullname)

        def hook_for(fullname: str) -> _Hook | None:
            return mangled if self._features.mangled_names.concern(fullname) else None

        # Whether a name is ignored depends on nothing but the name.
        return IgnoredNames(fixed, is_ignored, hook_for).__getitem__

    def _call_hook(
        self, pick: Callable[[Features], Callable[[_Call], Type]]
    ) -> Callable[[_Call], Type]:
        """The hook that *pick* selects from the features, protected by `_guarded`."""

        def hook(ctx: _Call) -> Type:
            type_ = ctx.default_return_type
            with self._guarded(compat.tree_of(ctx.api), ctx.api, ctx.context):
                type_ = pick(self._features)(ctx)
            return type_  # noqa: RET504  # still the default if the hook failed

        return hook

    def _attribute_hook(self, pick: Callable[[Features], _AttributeHook]) -> _AttributeHook:
        """The hook that *pick* selects from the features, protected by `_guarded`."""

        def hook(ctx: AttributeContext) -> Type:
            type_ = ctx.default_attr_type
            with self._guarded(compat.tree_of(ctx.api), ctx.api, ctx.context):
                type_ = pick(self._features)(ctx)
            return type_  # noqa: RET504  # still the default if the hook failed

        return hook

    @contextmanager
    def _guarded(self, tree: MypyFile, api: _Api, context: Context) -> Iterator[None]:
        """Run a hook for the module *tree*.

        The read tracker records each file that the hook reads, so that the daemon checks this
        module again if the file changes. If the hook raises an exception, this method reports it at
        *context*. An exception that nobody catches would end mypy with an internal error.
        """
        with self._files.read_tracker.checking(tree.path):
            try:
                yield
            except CompileError:
                raise
            except Exception as error:
                if self.options.show_traceback:
                    raise
                message = (
                    f"internal error in btf_typing_mypy: {error!r}; this line was not checked; "
                    "please report it with the output of mypy --show-traceback"
                )
                api.fail(message, context, code=error_codes.BTF_STUB)


def _for_our_functions(hook: _FunctionHook) -> _FunctionHook:
    """Return a hook for ``functools.partial`` that calls *hook* only for functions in our tables.

    mypy's own hook for ``functools.partial`` determines the type in either case.
    """

    def filtered(ctx: FunctionContext) -> Type:
        types = ctx.arg_types[0] if ctx.arg_types else ()
        callee = get_proper_type(types[0]) if types else None
        node = callee.definition if isinstance(callee, CallableType) else None
        if node and (node.fullname in FUNCTIONS or node.fullname in METHODS):
            hook(ctx)
        return compat.partial_type(ctx)

    return filtered


def _for_catalogues(hook: _FunctionHook) -> _FunctionHook:
    """Return a hook for ``dict`` that calls *hook* only for ``dict(obj.maps)`` and the like."""

    def filtered(ctx: FunctionContext) -> Type:
        types = ctx.arg_types[0] if ctx.arg_types else ()
        mapping = get_proper_type(types[0]) if types else None
        if isinstance(mapping, Instance) and mapping.type.fullname in fullnames.CATALOGUES:
            return hook(ctx)
        return ctx.default_return_type

    return filtered


def _for_variables(hook: _FunctionHook) -> _FunctionHook:
    """Return an ``isinstance`` hook that calls *hook* only if argument 2 may be a variable.

    Programs call ``isinstance`` often, and nearly always with a class that is imported or defined
    by ``class``. mypy represents the type of such a class as a ``FunctionLike``. A variable such as
    ``Event = btf.struct("event")`` never has a ``FunctionLike`` type.
    """

    def filtered(ctx: FunctionContext) -> Type:
        types = ctx.arg_types[1] if len(ctx.arg_types) > 1 else ()
        if not types or isinstance(get_proper_type(types[0]), FunctionLike):
            return ctx.default_return_type
        return hook(ctx)

    return filtered
