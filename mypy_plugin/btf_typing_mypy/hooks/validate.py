"""Hand-written ctypes classes: does the layout of a class match the BTF?

::

    @obj.btf.validate("exec_event")
    class ExecEvent(ctypes.Structure):
        _fields_ = [("pid", ctypes.c_uint32), ...]

    obj.btf.validate_struct("exec_event", ExecEvent)

mypy calls the plugin twice. When it analyzes a ``class`` statement, `Validate.class_defined`
describes the class in JSON and adds this description to the data that mypy stores for the class.
When mypy checks one of the two calls above, `Validate.decorator` or `Validate.call` builds a real
ctypes class from the description, and compares the ctypes class with the BTF. The comparison uses
the same code as ``validate`` at run time.
"""

from __future__ import annotations

import hashlib
import json

from mypy.nodes import ClassDef, Context, MypyFile, TypeInfo
from mypy.plugin import CheckerPluginInterface, ClassDefContext, MethodContext
from mypy.types import Type

from btf_typing import mypy_support
from btf_typing.errors import BtfError, Mismatch
from btf_typing.mypy_support import NamedTuple
from btf_typing_mypy import compat, error_codes
from btf_typing_mypy.handwritten import class_description, target_python
from btf_typing_mypy.handwritten.class_builder import Class, ClassBuilder, InvalidClassError
from btf_typing_mypy.handwritten.class_description import Json, UnboundNameError, UnknownLayoutError
from btf_typing_mypy.handwritten.class_reader import ClassReader
from btf_typing_mypy.handwritten.ctypes_bases import (
    CTYPES_BASES,
    is_structure_or_union,
)
from btf_typing_mypy.project.object_types import NameProblemError, Project
from btf_typing_mypy.source import literal_types, syntax_tree
from btf_typing_mypy.source.btf_classes import BtfClasses

from . import unresolved
from .field_declarations import FieldDeclarations
from .lookups import Lookups

_MAX_DESCRIPTION = 1 << 18
"""Largest size of a description as JSON, in characters.

A class with a thousand fields needs about a quarter of this size. But a nested class is described
again for every field that has this class as its type. In this program, the description of C is
twice as long as that of B, and the next class could double the length again::

    class B(Structure): _fields_ = [("x", A), ("y", A)]
    class C(Structure): _fields_ = [("x", B), ("y", B)]
"""


_FIELD_NAMES = "field_names"
"""Parameter of ``validate`` and ``validate_struct``: whether the names of fields must match."""


class _Subject(NamedTuple):
    """A class to validate.

    Attributes:
        description: JSON that describes the class; see the module `class_description`.
        field_contexts: source location of each field; `Mismatch.position` is an index in this list.
            The list is empty for a class of another module, because mypy may have freed the syntax
            tree of that module.
        context: source location for an error that concerns no single field.
        message_prefix: text with the name of the class, for a class statement in another module;
            else empty.
    """

    description: Json
    field_contexts: list[Context]
    context: Context
    message_prefix: str


class Validate:
    """Hooks for hand-written ctypes classes.

    Args:
        project: objects and stubs of the project.
        btf_classes: finds the BTF class that a variable of the program holds.
        lookups: finds the object and the name that a call is about.
        fields: declares the fields of hand-written classes for mypy.
    """

    def __init__(
        self,
        project: Project,
        btf_classes: BtfClasses,
        lookups: Lookups,
        fields: FieldDeclarations,
    ) -> None:
        self._project = project
        self._btf_classes = btf_classes
        self._lookups = lookups
        self._fields = fields
        self._builder = ClassBuilder(project.generated)

    def class_defined(self, ctx: ClassDefContext) -> None:
        """Store a description with the class, or the reason why there is none.

        mypy keeps the description in its cache, for other modules that validate the class. The
        plugin also adds an attribute whose type is a digest of the description. mypy's daemon
        compares the types of attributes, so it notices when the description changes.
        """
        analyzer = compat.class_analyzer(ctx.api)
        reader = ClassReader(analyzer.cur_mod_node, self._btf_classes)
        metadata: dict[str, Json] = {}
        try:
            metadata["class"] = reader.describe(ctx.cls)
        except UnboundNameError as error:
            # The source may define the name further down, so mypy must analyze the class again.
            if not ctx.api.final_iteration:
                ctx.api.defer()
                return
            metadata["unknown"] = str(error)
        except UnknownLayoutError as error:
            metadata["unknown"] = str(error)
        self._fields.declare(ctx, reader, is_described="class" in metadata)
        for name in reader.dependencies:
            compat.depend_during_analysis(ctx.api, name)
        text = json.dumps(metadata, sort_keys=True)
        if len(text) > _MAX_DESCRIPTION:
            metadata = {
                "unknown": "with all nested classes, its description is longer than "
                f"{_MAX_DESCRIPTION:,} characters"
            }
        compat.set_metadata(ctx.cls.info, class_description.METADATA_KEY, metadata)
        digest = hashlib.sha256(text.encode()).hexdigest()
        compat.add_literal(ctx.cls.info, class_description.DIGEST_ATTRIBUTE, digest, ctx.api)

    def decorator(self, ctx: MethodContext) -> Type:
        """Check the class below ``@btf.validate(name)``."""
        asked = self._lookups.asked(ctx)
        definition = self._decorated_class(ctx)
        if asked and definition is None:
            why = "this call decorates no class; write it above one, or use validate_struct()"
            self._unresolved(ctx, why)
            self._check_names(ctx, asked)
        elif asked and definition:
            self._validate(ctx, asked, definition.info)
        return ctx.default_return_type

    def call(self, ctx: MethodContext) -> Type:
        """Check ``btf.validate_struct(name, cls)``."""
        asked = self._lookups.asked(ctx)
        if asked and len(ctx.args) > 1 and ctx.args[1]:
            self._validate(ctx, asked, None)
        return ctx.default_return_type

    def _decorated_class(self, ctx: MethodContext) -> ClassDef | None:
        """Return the class that has the call *ctx* as a decorator."""
        for statement in syntax_tree.all_statements(compat.tree_of(ctx.api).defs):
            if isinstance(statement, ClassDef) and any(
                decorator is ctx.context for decorator in statement.decorators
            ):
                return statement
        return None

    def _validate(
        self, ctx: MethodContext, asked: list[tuple[str, str | int]], info: TypeInfo | None
    ) -> None:
        """Compare a class with types of objects.

        Args:
            ctx: the call.
            asked: each object and the name of a struct or union in it.
            info: the class; None if the class is the second argument of ``validate_struct``.
        """
        try:
            subject = self._subject(ctx, info) if info else self._argument(ctx)
            target_python.check(subject.description, ctx.api.options)
            class_ = self._builder.class_of(subject.description)
        except UnknownLayoutError as error:
            self._unresolved(ctx, str(error))
            self._check_names(ctx, asked)
        except InvalidClassError as error:
            # ctypes accepts all classes from BTF and from stubs. So the class comes from a class
            # statement, and its description is ["class", {...}].
            _, described = subject.description
            message = f'ctypes will reject class "{described["name"]}" at run time: {error}'
            compat.fail(ctx.api, message, ctx.context, error_codes.BTF_LAYOUT)
        else:
            for object_, name in asked:
                self._compare(ctx, class_, subject, object_, name)

    def _check_names(self, ctx: MethodContext, asked: list[tuple[str, str | int]]) -> None:
        """Report each name that no struct or union has, without comparing the class."""
        for object_, name in asked:
            try:
                self._project.record_id(self._project.object_file(object_), name)
            except (NameProblemError, BtfError) as error:
                _report_look_up(ctx, object_, error)

    def _unresolved(self, ctx: MethodContext, why: str) -> None:
        unresolved.report(self._project, ctx.api, f"not checked: {why}", ctx.context)

    def _argument(self, ctx: MethodContext) -> _Subject:
        """Return the class that is passed to ``validate_struct``.

        Raises:
            UnknownLayoutError: the class cannot be described, or the argument may be one of several
                classes. For example, a parameter ``cls: type[Event]`` may also be a subclass of
                Event.
        """
        argument = ctx.args[1][0]
        reader = ClassReader(compat.tree_of(ctx.api), self._btf_classes)
        try:
            info = reader.find_class(argument)
            if info and not self._btf_classes.is_stub(info.module_name):
                subject = self._subject(ctx, info)
                class_description.require_fields(subject.description)
                return subject
            described = reader.type_of(argument)
        finally:
            for name in reader.dependencies:
                compat.depend_on_name(ctx.api, name)
        return _Subject(described, [], ctx.context, "")

    def _subject(self, ctx: MethodContext, info: TypeInfo) -> _Subject:
        """Describe the class *info*.

        For a class of another module, the result has the description that mypy stored.

        Raises:
            UnknownLayoutError: the class cannot be described, or gets its ``_fields_`` only after
                the call *ctx*.
        """
        tree = compat.tree_of(ctx.api)
        if info.module_name != tree.fullname:
            return self._subject_of_other_module(ctx, info)
        reader = ClassReader(tree, self._btf_classes)
        described = reader.describe(info.defn)
        if info.defn.line <= ctx.context.line < reader.incomplete_until(info.defn):
            # ``Event._fields_ = [...]`` is below the call.
            raise UnknownLayoutError(
                "the class gets its _fields_ only after this call; move the call below the"
                " assignment to _fields_"
            )
        for name in reader.dependencies:
            compat.depend_on_name(ctx.api, name)
        context = reader.fields_value(info.defn) or info.defn
        field_contexts = self._field_contexts(reader, info, tree)
        return _Subject(["class", described], field_contexts, context, "")

    def _subject_of_other_module(self, ctx: MethodContext, info: TypeInfo) -> _Subject:
        compat.depend_on_module(ctx.api, info.module_name)
        compat.depend_on_name(ctx.api, f"{info.fullname}.{class_description.DIGEST_ATTRIBUTE}")
        described = class_description.stored_description(info)
        if isinstance(described, str):
            raise UnknownLayoutError(f'class "{info.name}": {described}')
        return _Subject(["class", described], [], ctx.context, f'class "{info.fullname}", ')

    def _field_contexts(self, reader: ClassReader, info: TypeInfo, tree: MypyFile) -> list[Context]:
        """Return the source location of every field of *info*. Fields of its bases come first.

        For a field of a base in another module, the location is that of the class *info*.
        """
        found: list[Context] = []
        for base in reversed(info.mro):
            if base.fullname in CTYPES_BASES or not is_structure_or_union(base):
                continue
            if base.module_name == tree.fullname and not self._btf_classes.is_stub(
                base.module_name
            ):
                found += [field.node for field in reader.fields(base.defn) or []]
            else:
                found += [info.defn] * self._own_field_count(base)
        return found

    def _own_field_count(self, base: TypeInfo) -> int:
        """Count the fields that a class of another module defines itself."""
        if self._btf_classes.is_stub(base.module_name):
            class_ = self._builder.class_of(["stub", base.module_name, base.name])
            return mypy_support.own_field_count(class_)
        described = class_description.stored_description(base)
        return 0 if isinstance(described, str) else len(described.get("_fields_", ()))

    def _compare(
        self, ctx: MethodContext, class_: Class, subject: _Subject, object_: str, name: str | int
    ) -> None:
        object_file = self._project.object_file(object_)
        try:
            layout = self._project.layout(object_file, class_, name)
            named = _must_have_names(ctx)
            mismatches = (
                mypy_support.mismatches(class_, layout, field_names=named) if layout else []
            )
        except (NameProblemError, BtfError) as error:
            _report_look_up(ctx, object_, error)
            return
        type_name = f'{layout.keyword} "{name}"' if layout else ""
        for mismatch in mismatches:
            _report(ctx.api, subject, mismatch, type_name)


def _must_have_names(ctx: MethodContext) -> bool:
    """Whether the fields must have C's names. ``field_names=False`` allows other names.

    Other names are also allowed if the value of ``field_names`` is known only at run time.
    """
    for name, types in zip(ctx.callee_arg_names, ctx.arg_types, strict=True):
        if name == _FIELD_NAMES and types:
            return literal_types.bool_of(types[0]) is True
    return True


def _report_look_up(ctx: MethodContext, object_: str, error: NameProblemError | BtfError) -> None:
    """Report *error* at the name. A look-up in the object *object_* raised it."""
    if isinstance(error, NameProblemError):
        text, code = str(error), error_codes.BTF_NAME
    else:
        text, code = f'"{object_}": {error.message}', error_codes.BTF_STUB
    compat.fail(ctx.api, text, ctx.args[0][0], code)


def _report(
    api: CheckerPluginInterface, subject: _Subject, mismatch: Mismatch, type_name: str
) -> None:
    """Report *mismatch* at its field. Without a location for the field, use *subject*.context."""
    at, contexts = mismatch.position, subject.field_contexts
    context = contexts[at] if at is not None and at < len(contexts) else subject.context
    field = f'field "{mismatch.field}" of ' if mismatch.field else ""
    message = (
        f"{subject.message_prefix}{field}{type_name}: "
        f"class has {mismatch.found}, BTF has {mismatch.expected}"
    )
    if mismatch.hint:
        message += f"; {mismatch.hint}"
    compat.fail(api, message, context, error_codes.BTF_LAYOUT)
