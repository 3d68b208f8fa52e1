"""All uses of mypy's internals, except those in ``mypy_processes``.

mypy's plugin interface is small, and the plugin needs more. Any version of mypy may change its
internals. If a new version removes one of the names that the plugin uses,
``tests/plugin/test_compat.py`` fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from mypy import checkmember, errorcodes, typeops
from mypy.errorcodes import ErrorCode
from mypy.literals import literal_hash
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import (
    ARG_POS,
    ARG_STAR,
    ARG_STAR2,
    MDEF,
    ArgKind,
    Argument,
    Context,
    Expression,
    FuncDef,
    MemberExpr,
    MypyFile,
    SymbolNode,
    SymbolTable,
    SymbolTableNode,
    TypeInfo,
    Var,
)
from mypy.plugin import (
    AttributeContext,
    CheckerPluginInterface,
    ClassDefContext,
    FunctionContext,
    SemanticAnalyzerPluginInterface,
)
from mypy.plugins import common
from mypy.plugins.ctypes import array_raw_callback, array_value_callback
from mypy.plugins.functools import partial_new_callback
from mypy.server.trigger import make_trigger
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    LiteralType,
    NoneType,
    Type,
    TypeOfAny,
    UnboundType,
    get_proper_type,
)
from mypy.util import DecodeError, decode_python_encoding

from . import fullnames

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.semanal import SemanticAnalyzer
    from mypy.typeanal import TypeAnalyser

Modules: TypeAlias = Callable[[], Mapping[str, MypyFile]]
"""Returns the modules that mypy has loaded, by name.

This is a function because mypy loads the modules only after it has created the plugin.
"""

_LAST_PATCH: Final = 1 << 10
"""Priority of the functions that `after_analysis` passes to mypy.

At the end of the analysis, mypy calls such functions by priority. Its own functions have smaller
numbers, so it calls ours last.
"""


def checker(api: CheckerPluginInterface) -> TypeChecker:
    """Return the type checker behind *api*, the interface that hooks for calls receive."""
    found: Any = api
    return found  # type: ignore[no-any-return]


def class_analyzer(api: SemanticAnalyzerPluginInterface) -> SemanticAnalyzer:
    """Return the semantic analyzer behind *api*, the interface that hooks for classes receive."""
    found: Any = api
    return found  # type: ignore[no-any-return]


def annotation_analyzer(api: object) -> SemanticAnalyzer:
    """Return the semantic analyzer behind *api*, which hooks for annotations receive."""
    analyser: TypeAnalyser = api  # type: ignore[assignment]
    found: Any = analyser.api
    return found  # type: ignore[no-any-return]


def tree_of(api: CheckerPluginInterface) -> MypyFile:
    """Return the syntax tree of the module that is being checked."""
    return checker(api).tree


def enclosing_class(api: CheckerPluginInterface) -> str:
    """Return the name of the innermost class whose body is being checked, or ""."""
    enclosing = checker(api).scope.stack
    return next((each.name for each in reversed(enclosing) if isinstance(each, TypeInfo)), "")


def current_function(api: CheckerPluginInterface) -> FuncDef | None:
    """Return the innermost ``def`` whose body is being checked, or None."""
    enclosing = checker(api).scope.stack
    return next((each for each in reversed(enclosing) if isinstance(each, FuncDef)), None)


def read_source(api: CheckerPluginInterface) -> str:
    """Read the source of the module that is being checked.

    The result is empty if the file cannot be read. It is also empty with ``--shadow-file``, because
    mypy may then check another file. This function reads the file again because not every version
    of mypy keeps the text.
    """
    if api.options.shadow_file:
        return ""
    try:
        with open(tree_of(api).path, "rb", buffering=0) as source:  # noqa: PTH123  # faster
            return decode_python_encoding(source.read())
    except (OSError, ValueError, DecodeError):
        return ""


def fail(api: CheckerPluginInterface, message: str, context: Context, code: ErrorCode) -> None:
    """Report an error, unless its code is disabled.

    If the plugin reported an error with a disabled code, mypy would not show it. But the error
    would count when mypy tries the overloads of a function. In ``max(btf.struct(name)().pid, 0)``,
    mypy would then find no overload of ``max`` that matches.
    """
    if checker(api).errors.is_error_code_enabled(code):
        api.fail(message, context, code=code)


def note(api: CheckerPluginInterface, message: str, context: Context, code: ErrorCode) -> None:
    """Add a note to the error *code* that mypy reports about *context*."""
    checker(api).note(message, context, code=code)


def missing_attribute(ctx: AttributeContext) -> Type:
    """Report that a class has no such attribute, in mypy's own words.

    For ``hasattr(Event, "pid")``, mypy asks with a context without a name, and shows no error. If
    the answer is an error, mypy adds the attribute to the type of ``Event`` in the ``if`` block.
    """
    name = ctx.context.name if isinstance(ctx.context, MemberExpr) else ""
    extra = ctx.type.fallback.extra_attrs if isinstance(ctx.type, CallableType) else None
    if extra and name in extra.attrs:
        return extra.attrs[name]
    checker(ctx.api).msg.has_no_attr(ctx.type, ctx.type, name, ctx.context)
    return AnyType(TypeOfAny.from_error)


@contextmanager
def errors_of_test_shown(api: CheckerPluginInterface) -> Iterator[None]:
    """In the ``with`` block, report errors about ``name in container`` or ``case {name: value}``.

    mypy collects the errors of ``__contains__`` in an ``ErrorWatcher``. If there are any, mypy
    tries ``__iter__`` instead, and then drops the errors. For a pattern, mypy also uses an
    ``ErrorWatcher``, and drops the errors of ``__getitem__``. So this function suspends the
    watcher.
    """
    watchers = checker(api).errors._watchers  # noqa: SLF001
    suspended = [watchers.pop()] if watchers else []
    try:
        yield
    finally:
        watchers += suspended


def partial_type(ctx: FunctionContext) -> Type:
    """Return the type that mypy's own hook infers for a call of ``functools.partial``."""
    return partial_new_callback(ctx)


def expected_type(api: CheckerPluginInterface) -> Type | None:
    """Return the type that the current expression should have, or None.

    In ``obj: BpfObject[Literal["x.bpf.o"]] = load(path)``, the call should have the annotated type.
    """
    context = api.type_context
    return context[-1] if context else None


_type_object_type: Final[Any] = getattr(
    typeops, "type_object_type", getattr(checkmember, "type_object_type", None)
)
"""In mypy 1.15, this function is in a different module than in newer versions."""


def type_of_class(class_: TypeInfo, api: CheckerPluginInterface) -> Type:
    """Return the type that mypy infers for an expression that names the class *class_*."""
    found: Type = _type_object_type(class_, checker(api).named_type)
    return found


def union_object(items: list[Type], api: CheckerPluginInterface) -> Instance:
    """Return the type that mypy infers for the value of ``A | B``, where A and B are classes."""
    return checker(api).named_generic_type(fullnames.UNION_TYPE, items)


def current_analysis(analyzer: SemanticAnalyzer) -> object:
    """Return an object that stays the same while mypy analyzes one group of modules.

    After the analysis, the result is None. mypy then still looks at the bound ``Event`` of
    ``class Box[T: Event]`` once more.
    """
    return getattr(analyzer, "patches", None)


def after_analysis(analyzer: SemanticAnalyzer, function: Callable[[], None]) -> None:
    """Call *function* when mypy has bound all names in the modules that it is analyzing now."""
    analyzer.schedule_patch(_LAST_PATCH, function)


def is_in_typeshed(modules: Mapping[str, MypyFile], fullname: str) -> bool:
    """Whether the class *fullname* comes with mypy, as classes of the standard library do."""
    tree = modules.get(fullname.rpartition(".")[0])
    return tree is not None and fullnames.TYPESHED in tree.path


def bases_of(modules: Mapping[str, MypyFile], fullname: str) -> list[str]:
    """List the full names of the class *fullname* and of its bases, in method resolution order.

    The list is empty if *fullname* is not a class.
    """
    class_ = class_named(modules, fullname)
    return [base.fullname for base in class_.mro] if class_ else []


def class_named(modules: Mapping[str, MypyFile], fullname: str) -> TypeInfo | None:
    """Return the class *fullname*; None if *fullname* is not a class."""
    tree, names = module_of(modules, fullname)
    node = definition(tree, names) if tree else None
    return node if isinstance(node, TypeInfo) else None


def module_of(modules: Mapping[str, MypyFile], fullname: str) -> tuple[MypyFile | None, list[str]]:
    """Return the module in *fullname*, and the names after it, such as ["Tool", "Event"].

    The module is the longest prefix of *fullname* that mypy has loaded; None if there is none. At
    least one name follows the module.
    """
    module, _, name = fullname.rpartition(".")
    names = [name]
    while module and module not in modules:  # app.Tool.Event
        module, _, name = module.rpartition(".")
        names.insert(0, name)
    return modules.get(module), names


def definition(tree: MypyFile, names: list[str]) -> SymbolNode | None:
    """Return the definition of a name in *tree*, or of a name inside its classes; None if unknown.

    For ``Tool.Event``, *names* is ["Tool", "Event"].
    """
    table: SymbolTable | dict[str, SymbolTableNode] = tree.names
    node: SymbolNode | None = None
    for name in names:
        symbol = table.get(name)
        node = symbol.node if symbol else None
        table = node.names if isinstance(node, TypeInfo) else {}
    return node


def without_statements(tree: MypyFile) -> MypyFile:
    """Return *tree* as mypy loads it from its cache: with names, but without statements."""
    bare = MypyFile([], [])
    bare._fullname = tree.fullname  # noqa: SLF001
    bare.path, bare.names, bare.is_stub = tree.path, tree.names, tree.is_stub
    return bare


def is_same(one: Expression, other: Expression) -> bool:
    """Whether mypy narrows *one* and *other* together, as it does for two uses of a variable."""
    key = literal_hash(one)
    return key is not None and key == literal_hash(other)


def as_base(instance: Instance, base: TypeInfo) -> Instance:
    """Convert *instance* to its base class *base*, with the type arguments of that base.

    For ``class MyBtf(Btf[Literal["x.bpf.o"]])``, MyBtf becomes ``Btf[Literal["x.bpf.o"]]``.
    """
    return map_instance_to_supertype(instance, base)


def as_base_named(type_: Type | None, fullname: str) -> Instance | None:
    """Convert *type_* to its base class *fullname*; None if it has no such base class."""
    proper = get_proper_type(type_)
    if not isinstance(proper, Instance):
        return None
    base = next((base for base in proper.type.mro if base.fullname == fullname), None)
    return as_base(proper, base) if base else None


def array_attribute(ctx: AttributeContext) -> Type:
    """Return the type of ``array.value`` or ``array.raw``, for arrays of every class.

    mypy's own hooks for these attributes crash if the class is a subclass of ``ctypes.Array``.
    """
    array = as_base_named(ctx.type, fullnames.CTYPES_ARRAY)
    if array is None or not isinstance(ctx.context, MemberExpr):
        return ctx.default_attr_type
    hook = array_raw_callback if ctx.context.name == "raw" else array_value_callback
    return hook(ctx._replace(type=array))


def final_value(node: SymbolNode) -> object:
    """Return the value of a ``Final`` name, or None if mypy does not know it."""
    return getattr(node, "final_value", None)


def depend_on_module(api: CheckerPluginInterface, module: str) -> None:
    """Make mypy recheck the current module when the interface of *module* changes."""
    checker(api).module_refs.add(module)


def depend_on_name(api: CheckerPluginInterface, fullname: str) -> None:
    """Make the daemon recheck the current function or module when *fullname* changes."""
    if "." not in fullname:  # a local variable, which can change only with its function
        return
    current = checker(api)
    target = current.tscope.current_target()
    current.tree.plugin_deps.setdefault(make_trigger(fullname), set()).add(target)


def depend_in_annotation(api: object, fullname: str) -> None:
    """Make mypy analyze the current annotation again when *fullname* changes."""
    analyzer = annotation_analyzer(api)
    analyzer.add_plugin_dependency(make_trigger(fullname))
    module = fullname.rpartition(".")[0]
    # Syntax trees have ``module_refs`` since mypy 2.0. Older versions find the dependency through
    # the types in the checked file.
    refs: set[str] | None = getattr(analyzer.cur_mod_node, "module_refs", None)
    if refs is not None and module in analyzer.modules:
        refs.add(module)


def literal_type(api: object, type_: UnboundType) -> Type:
    """Return the type that mypy gives ``Literal[...]``, without asking the plugin again."""
    analyser: TypeAnalyser = api  # type: ignore[assignment]
    return analyser.analyze_literal_type(type_)


def note_in_annotation(api: object, message: str, context: Context) -> None:
    """Add a note to the error that mypy reports about an annotation."""
    analyser: TypeAnalyser = api  # type: ignore[assignment]
    analyser.note(message, context, code=errorcodes.VALID_TYPE)


def depend_during_analysis(api: SemanticAnalyzerPluginInterface, fullname: str) -> None:
    """Make the daemon analyze the current module or function again when *fullname* changes."""
    api.add_plugin_dependency(make_trigger(fullname))


def set_metadata(info: TypeInfo, key: str, value: dict[str, Any]) -> None:
    """Store *value* with a class, in mypy's cache. The value must be valid JSON."""
    info.metadata[key] = value


def metadata(info: TypeInfo, key: str) -> Any:
    """Return the value that `set_metadata` stored with a class, or None."""
    return info.metadata.get(key)


def add_literal(info: TypeInfo, name: str, text: str, api: SemanticAnalyzerPluginInterface) -> None:
    """Add an attribute of type ``Literal[text]`` to the class *info*."""
    add_attribute(info, name, literal_text(text, api))


def add_attribute(info: TypeInfo, name: str, type_: Type, *, is_field: bool = False) -> None:
    """Add an attribute to the class *info*.

    Args:
        info: the class.
        name: name of the attribute.
        type_: its type.
        is_field: whether a program may assign the attribute of an instance.
    """
    variable = Var(name, type_)
    variable.info = info
    variable._fullname = f"{info.fullname}.{name}"  # noqa: SLF001
    variable.is_classvar = not is_field
    # mypy 1.15 compares the type of the descriptor with annotations of a mixin, such as
    # ``creds: prog_bpf.creds``. Newer versions compare the type that the descriptor returns.
    variable.allow_incompatible_override = is_field
    # ctypes adds the fields after Python has run the body of the class. mypy compares lines to find
    # out whether ``event`` in the body of the class is the attribute or a global variable.
    variable.line = info.defn.end_line or info.defn.line
    info.names[name] = SymbolTableNode(MDEF, variable, plugin_generated=True)


def add_init(ctx: ClassDefContext, arguments: list[Argument]) -> None:
    """Add a method ``__init__`` with these parameters to the class of *ctx*."""
    common.add_method_to_class(ctx.api, ctx.cls, "__init__", arguments, NoneType())


def accept_all_attributes(ctx: ClassDefContext) -> None:
    """Make the class of *ctx* accept every attribute, although a base class does not.

    This function adds ``__getattr__`` and ``__setattr__``, unless the class itself defines them.
    """
    any_, text = AnyType(TypeOfAny.special_form), ctx.api.named_type("builtins.str")
    methods: dict[str, tuple[dict[str, Type], Type]] = {
        "__getattr__": ({"name": text}, any_),
        "__setattr__": ({"name": text, "value": any_}, NoneType()),
    }
    for method, (parameters, returned) in methods.items():
        if method not in ctx.cls.info.names:
            arguments = [_argument(name, type_) for name, type_ in parameters.items()]
            added = common.add_method_to_class(ctx.api, ctx.cls, method, arguments, returned)
            # mypy compares each method in the body of a class with the attributes of the bases. It
            # would report these methods, because the bases say that there are no such methods.
            ctx.cls.defs.body.remove(added)


def any_arguments() -> list[Argument]:
    """Return the parameters ``*args: Any, **kwargs: Any``."""
    any_ = AnyType(TypeOfAny.special_form)
    return [_argument("args", any_, ARG_STAR), _argument("kwargs", any_, ARG_STAR2)]


def _argument(name: str, type_: Type, kind: ArgKind = ARG_POS) -> Argument:
    return Argument(Var(name, type_), type_, None, kind)


def literal_text(text: str, api: SemanticAnalyzerPluginInterface) -> LiteralType:
    """The type ``Literal[text]``."""
    return LiteralType(text, api.named_type("builtins.str"))
