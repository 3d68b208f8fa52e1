"""The tables that map mypy's questions to the features of the plugin.

mypy asks by full name. When it checks ``load("prog.bpf.o")``, it calls
``plugin.get_function_hook("btf_typing.bpf_object.load")``. If this method returns a hook, the hook
decides the type of the call. `FUNCTIONS`, `METHODS` and `ATTRIBUTES` map each full name to a module
in ``hooks/``. Any private name, such as ``__state``, leads to ``hooks/mangled_names.py``. Any
attribute that a hand-written class does not declare leads to ``hooks/unknown_attributes.py``.

Two other questions can be about any name, so they have no table. These methods of `HookTables`
answer them:

* `HookTables.annotation`: any name in an annotation. See ``hooks/annotations.py``.
* `HookTables.base_class`: any base class in a ``class`` statement, and any variable that holds
  one. For hand-written ctypes classes, see ``hooks/validate.py``. For the class ``Object`` of a
  stub, which is the ``.pyi`` file that ``btf-stubs`` writes for an object, see
  ``hooks/stub_object.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from operator import attrgetter
from typing import Final, TypeAlias, TypeVar

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
from .handwritten.ctypes_bases import CTYPES_BASES, CTYPES_METACLASSES
from .hooks.features import Features
from .ignored_names import IgnoredNames
from .project.object_types import Project

_Hook = TypeVar("_Hook")
_Call = TypeVar("_Call", FunctionContext, MethodContext)
_Context = TypeVar("_Context", FunctionContext, MethodContext, AttributeContext, MethodSigContext)
_Answer = TypeVar("_Answer", bound=Type)
_Api: TypeAlias = (
    CheckerPluginInterface | SemanticAnalyzerPluginInterface | TypeAnalyzerPluginInterface
)
_FunctionHook: TypeAlias = Callable[[FunctionContext], Type]
_AttributeHook: TypeAlias = Callable[[AttributeContext], Type]
_SignatureHook: TypeAlias = Callable[[MethodSigContext], FunctionLike]
_AnnotationHook: TypeAlias = Callable[[AnalyzeTypeContext], Type]
_MethodHook: TypeAlias = Callable[[MethodContext], Type]
_ClassHook: TypeAlias = Callable[[ClassDefContext], None]

# Each value in these three tables is a function that picks a hook from the features. For example,
# ``features.load`` is implemented in ``hooks/load.py``. Because the values are functions, a feature
# that few programs use is imported only when a program needs it.

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
    fullnames.ENCODE_KEY: lambda features: features.map_encoders.key,
    fullnames.ENCODE_VALUE: lambda features: features.map_encoders.value,
    fullnames.ENCODE_VALUES: lambda features: features.map_encoders.values,
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


class HookTables:
    """Finds the hook for each of mypy's questions.

    mypy asks about nearly every name that it checks. So each public method returns the look-up
    method of a dictionary, and most of mypy's questions run no Python code.

    Args:
        project: objects and stubs of the project.
        modules: returns every module that mypy has loaded, by name.
        options: mypy's options.
    """

    def __init__(self, project: Project, modules: compat.Modules, options: Options) -> None:
        self._files = project.files
        self._modules = modules
        self._options = options
        self._features = Features(project, modules)

    def function(self) -> Callable[[str], _FunctionHook | None]:
        """Return the look-up for calls of a function, see `FUNCTIONS`."""
        hooks = {fullname: self._call_hook(pick) for fullname, pick in FUNCTIONS.items()}
        for fullname in fullnames.CLASS_TESTS:
            hooks[fullname] = _for_variables(hooks[fullname])
        hooks[fullnames.PARTIAL] = _for_our_functions(hooks[fullnames.PARTIAL])
        hooks[fullnames.DICT] = _for_catalogues(hooks[fullnames.DICT])
        mangled = self._call_hook(lambda features: features.mangled_names.call)

        def hook_for(fullname: str) -> _FunctionHook | None:
            return mangled if self._features.mangled_names.concern(fullname) else None

        # Whether a name is ignored depends on nothing but the name; see ``mangled_names.py``.
        return IgnoredNames(hooks, fullnames.never_private, hook_for).__getitem__

    def method(self) -> Callable[[str], _MethodHook | None]:
        """Return the look-up for calls of a method, see `METHODS`."""
        hooks = {fullname: self._call_hook(pick) for fullname, pick in METHODS.items()}
        method_names = {fullname.rpartition(".")[2] for fullname in METHODS}

        def is_ignored(fullname: str) -> bool:
            class_, _, name = fullname.rpartition(".")
            return name not in method_names or compat.is_in_typeshed(self._modules(), class_)

        def hook_for(fullname: str) -> _MethodHook | None:
            # After ``class MyBtf(Btf)`` in app.py, mypy asks about "app.MyBtf.struct".
            class_, _, name = fullname.rpartition(".")
            bases = compat.bases_of(self._modules(), class_)
            inherited = (hooks.get(f"{base}.{name}") for base in bases)
            return next((hook for hook in inherited if hook), None)

        return self._remembering_ignored(hooks, is_ignored, hook_for)

    def method_signature(self) -> Callable[[str], _SignatureHook | None]:
        """Return the look-up for hooks that change the signature of a method before a call."""
        pointer_item_set: _SignatureHook = self._protected(
            lambda features: features.lookups.pointer_item_set, attrgetter("default_signature")
        )
        return {fullnames.POINTER_ITEM_SET: pointer_item_set}.get

    def attribute(self) -> Callable[[str], _AttributeHook | None]:
        """Return the look-up for attributes, of instances and of classes, see `ATTRIBUTES`."""
        hooks = {fullname: self._attribute_hook(pick) for fullname, pick in ATTRIBUTES.items()}
        mangled = self._attribute_hook(lambda features: features.mangled_names.attribute)
        unknown = self._attribute_hook(lambda features: features.unknown_attribute)
        of_structures = tuple(f"{metaclass}." for metaclass in CTYPES_METACLASSES)

        def is_ignored(fullname: str) -> bool:
            return fullnames.never_private(fullname) and not fullname.startswith(of_structures)

        def hook_for(fullname: str) -> _AttributeHook | None:
            # After ``class Event(Structure)``, mypy asks about "_ctypes._PyCStructType.pid".
            if fullname.startswith(of_structures):
                return unknown
            return mangled if self._features.mangled_names.concern(fullname) else None

        return IgnoredNames(hooks, is_ignored, hook_for).__getitem__

    def annotation(self) -> Callable[[str], _AnnotationHook | None]:
        """Return the look-up for names in annotations, see ``hooks/annotations.py``."""
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

    def base_class(self) -> Callable[[str], _ClassHook | None]:
        """Return the look-up for classes by the full name of one of their bases.

        For hand-written ctypes classes, see ``hooks/validate.py``. For the class ``Object`` of a
        stub, see ``hooks/stub_object.py``.
        """
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

        def variable_hook(ctx: ClassDefContext, fullname: str) -> None:
            # class Mine(Event), after Event = btf.struct("event")
            tree = compat.class_analyzer(ctx.api).cur_mod_node
            with self._guarded(tree, ctx.api, ctx.cls):
                if features.annotations.is_record(fullname):
                    features.validate.class_defined(ctx)

        def hook_for(fullname: str) -> _ClassHook | None:
            if features.annotations.is_variable(fullname):
                return partial(variable_hook, fullname=fullname)
            return hook if features.bases.include(fullname) else None

        fixed = {
            **dict.fromkeys([*CTYPES_BASES, *fullnames.RECORDS], hook),
            fullnames.STUB_OBJECT: stub_hook,
        }
        return self._remembering_ignored(fixed, features.bases.never_include, hook_for)

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

    def _call_hook(
        self, pick: Callable[[Features], Callable[[_Call], Type]]
    ) -> Callable[[_Call], Type]:
        """The hook for a call that *pick* selects from the features, protected by `_guarded`."""
        return self._protected(pick, attrgetter("default_return_type"))

    def _attribute_hook(self, pick: Callable[[Features], _AttributeHook]) -> _AttributeHook:
        """The same for an attribute."""
        return self._protected(pick, attrgetter("default_attr_type"))

    def _protected(
        self,
        pick: Callable[[Features], Callable[[_Context], _Answer]],
        default: Callable[[_Context], _Answer],
    ) -> Callable[[_Context], _Answer]:
        """The hook that *pick* selects. If it fails, the answer is *default* of the context."""

        def hook(ctx: _Context) -> _Answer:
            answer = default(ctx)
            with self._guarded(compat.tree_of(ctx.api), ctx.api, ctx.context):
                answer = pick(self._features)(ctx)
            return answer  # noqa: RET504  # still the default if the hook failed

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
                if self._options.show_traceback:
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
