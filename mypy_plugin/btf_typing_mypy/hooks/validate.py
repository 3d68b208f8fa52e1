"""``validate`` and ``validate_struct`` before the program runs, by the code that runs there."""

from __future__ import annotations

import hashlib
import json
from typing import NamedTuple

from mypy.nodes import ClassDef, Context, MypyFile, TypeInfo
from mypy.plugin import CheckerPluginInterface, ClassDefContext, MethodContext
from mypy.types import Type

from btf_typing import mypy_support
from btf_typing.errors import BtfError, Mismatch
from btf_typing_mypy import compat, error_codes
from btf_typing_mypy.handwritten import description, target_python
from btf_typing_mypy.handwritten.bases import ROOTS, is_record
from btf_typing_mypy.handwritten.description import Describer, Json, UnboundError, UnknownError
from btf_typing_mypy.handwritten.rebuilding import BrokenError, Class, Forge
from btf_typing_mypy.project.project import NameProblemError, Project
from btf_typing_mypy.source import syntax
from btf_typing_mypy.source.origins import Origins

from .lookups import Lookups

_LARGEST = 1 << 18
"""Characters of a description. One class in another is there as often as it is used; a C header's
thousand fields take a quarter of this."""


class _Subject(NamedTuple):
    """A class that is validated.

    Attributes:
        description: of it, as a type.
        places: where each field stands, in the order of the validator's positions; empty where
            the class is of another module.
        whole: where to report what no field is to blame for.
        shown: how messages begin that say where it differs; empty where it is plain from the place.
    """

    description: Json
    places: list[Context]
    whole: Context
    shown: str


class Validation:
    """The hooks for classes written by hand.

    Args:
        project: knows the objects and the stubs.
        origins: tells which classes come from an object.
        lookups: tells which object and which name a call is about.
    """

    def __init__(self, project: Project, origins: Origins, lookups: Lookups) -> None:
        self._project = project
        self._origins = origins
        self._lookups = lookups
        self._forge = Forge(project.generated)

    def class_defined(self, ctx: ClassDefContext) -> None:
        """A structure or union is defined: keep its description for whoever validates it."""
        analyzer = compat.class_analyzer(ctx.api)
        describer = Describer(analyzer.cur_mod_node, self._origins)
        noted: dict[str, Json] = {}
        try:
            noted["class"] = describer.describe(ctx.cls)
        except UnboundError as error:
            if not ctx.api.final_iteration:
                ctx.api.defer()
                return
            noted["unknown"] = str(error)
        except UnknownError as error:
            noted["unknown"] = str(error)
        for name in describer.uses:
            compat.depend_during_analysis(ctx.api, name)
        text = json.dumps(noted, sort_keys=True)
        if len(text) > _LARGEST:
            noted = {"unknown": "it is made of too many classes"}
        compat.set_metadata(ctx.cls.info, description.KEY, noted)
        digest = hashlib.sha256(text.encode()).hexdigest()
        compat.add_literal(ctx.cls.info, description.SYMBOL, digest, ctx.api)

    def decorator(self, ctx: MethodContext) -> Type:
        """``@btf.validate(name)``: the class that it stands above."""
        asked = self._lookups.asked(ctx)
        definition = self._decorated(ctx)
        if asked and definition is None:
            _unresolved(ctx, "which class this is for cannot be told")
        elif asked and definition:
            self._validate(ctx, asked, definition.info)
        return ctx.default_return_type

    def call(self, ctx: MethodContext) -> Type:
        """``btf.validate_struct(name, cls)``."""
        asked = self._lookups.asked(ctx)
        if asked and len(ctx.args) > 1 and ctx.args[1]:
            self._validate(ctx, asked, None)
        return ctx.default_return_type

    def _decorated(self, ctx: MethodContext) -> ClassDef | None:
        """The class that the call *ctx* decorates."""
        for statement in syntax.statements(compat.tree_of(ctx.api).defs):
            if isinstance(statement, ClassDef) and any(
                decorator is ctx.context for decorator in statement.decorators
            ):
                return statement
        return None

    def _validate(
        self, ctx: MethodContext, asked: list[tuple[str, str | int]], info: TypeInfo | None
    ) -> None:
        """Check the class *info*, or the one that the call is given, against what is *asked*."""
        try:
            subject = self._subject(ctx, info) if info else self._argument(ctx)
            target_python.check(subject.description, ctx.api.options)
            class_ = self._forge.class_of(subject.description)
        except UnknownError as error:
            _unresolved(ctx, str(error))
        except BrokenError as error:
            _, description = subject.description  # of a class: no other is made of what is written
            message = f'ctypes will refuse class "{description["name"]}": {error}'
            ctx.api.fail(message, ctx.context, code=error_codes.BTF_LAYOUT)
        else:
            for object_, name in asked:
                self._compare(ctx, class_, subject, object_, name)

    def _argument(self, ctx: MethodContext) -> _Subject:
        """The class that ``validate_struct`` is given.

        Raises:
            UnknownError: it may be more than one; to mypy, one that derives from it has its type.
        """
        argument = ctx.args[1][0]
        describer = Describer(compat.tree_of(ctx.api), self._origins)
        try:
            info = describer.named(argument)
            if info and not self._origins.is_stub(info.module_name):
                subject = self._subject(ctx, info)
                description.with_fields(subject.description)
                return subject
            described = describer.type_of(argument)
        finally:
            for name in describer.uses:
                compat.depend_on_name(ctx.api, name)
        return _Subject(described, [], ctx.context, "")

    def _subject(self, ctx: MethodContext, info: TypeInfo) -> _Subject:
        tree = compat.tree_of(ctx.api)
        if info.module_name != tree.fullname:
            compat.depend_on_module(ctx.api, info.module_name)
            compat.depend_on_name(ctx.api, f"{info.fullname}.{description.SYMBOL}")
            described = description.description_of(info)
            if isinstance(described, str):
                raise UnknownError(f'class "{info.name}": {described}')
            shown = f'class "{info.fullname}", '
            return _Subject(["class", described], [], ctx.context, shown)
        describer = Describer(tree, self._origins)
        described = describer.describe(info.defn)
        if info.defn.line <= ctx.context.line < describer.incomplete_until(info.defn):
            raise UnknownError("the class gets its fields after this")
        for name in describer.uses:
            compat.depend_on_name(ctx.api, name)
        whole = describer.whole(info.defn) or info.defn
        places = self._places(describer, info, tree)
        return _Subject(["class", described], places, whole, "")

    def _places(self, describer: Describer, info: TypeInfo, tree: MypyFile) -> list[Context]:
        """Where the fields of *info* stand, those of its bases first, as the validator counts."""
        found: list[Context] = []
        for base in reversed(info.mro):
            if base.fullname in ROOTS or not is_record(base):
                continue
            if base.module_name == tree.fullname and not self._origins.is_stub(base.module_name):
                found += [field.node for field in describer.fields(base.defn) or []]
            else:
                found += [info.defn] * self._width(base)
        return found

    def _width(self, base: TypeInfo) -> int:
        """How many fields a class of another module has of its own."""
        described = description.description_of(base)
        return 0 if isinstance(described, str) else len(described.get("_fields_", ()))

    def _compare(
        self, ctx: MethodContext, class_: Class, subject: _Subject, object_: str, name: str | int
    ) -> None:
        argument = ctx.args[0][0]
        known = self._project.object_file(object_)
        try:
            layout = self._project.layout(known, class_, name)
            found = mypy_support.mismatches(class_, layout) if layout else []
        except NameProblemError as error:
            ctx.api.fail(str(error), argument, code=error_codes.BTF_NAME)
            return
        except BtfError as error:
            ctx.api.fail(f'"{object_}": {error}', argument, code=error_codes.BTF_STUB)
            return
        what = f'{layout.keyword} "{name}"' if layout else ""
        for mismatch in found:
            _report(ctx.api, subject, mismatch, what)


def _report(api: CheckerPluginInterface, subject: _Subject, mismatch: Mismatch, what: str) -> None:
    at = mismatch.position
    place = subject.places[at] if at is not None and at < len(subject.places) else subject.whole
    field = f'field "{mismatch.field}" of ' if mismatch.field else ""
    message = (
        f"{subject.shown}{field}{what}: class has {mismatch.found}, BTF has {mismatch.expected}"
    )
    if mismatch.hint:
        message += f"; {mismatch.hint}"
    api.fail(message, place, code=error_codes.BTF_LAYOUT)


def _unresolved(ctx: MethodContext, why: str) -> None:
    ctx.api.fail(f"not checked: {why}", ctx.context, code=error_codes.BTF_UNRESOLVED)
