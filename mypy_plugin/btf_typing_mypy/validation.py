"""``validate`` and ``validate_struct`` before the program runs, by the code that runs there."""

from __future__ import annotations

import hashlib
import json

from mypy.nodes import ClassDef, Context, MypyFile, TypeInfo
from mypy.plugin import CheckerPluginInterface, ClassDefContext, MethodContext
from mypy.types import CallableType, Instance, Overloaded, Type, TypeType, get_proper_type

from btf_typing import validate
from btf_typing._typing import NamedTuple
from btf_typing.errors import BtfError, Mismatch

from . import classes, codes, compat, syntax
from .bases import ROOTS, is_record
from .classes import Describer, Json, UnboundError, UnknownError
from .forge import BrokenError, Class, Forge
from .lookups import Lookups
from .origins import Origins
from .project import NameProblemError, Project


class _Subject(NamedTuple):
    """A class that is validated.

    Attributes:
        description: of it.
        places: where each field stands, in the order of the validator's positions; empty where
            the class is of another module.
        whole: where to report what no field is to blame for.
        shown: how messages call the class; empty where it is plain from the place.
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
        analyzer = compat.analyzer_of(ctx.api)
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
            compat.depend_while_analysing(ctx.api, name)
        compat.note(ctx.cls.info, classes.KEY, noted)
        text = json.dumps(noted, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        compat.add_literal(ctx.cls.info, classes.SYMBOL, digest, ctx.api)

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
            try:
                info = self._validated(ctx)
            except UnknownError as error:
                _unresolved(ctx, str(error))
            else:
                self._validate(ctx, asked, info)
        return ctx.default_return_type

    def _validated(self, ctx: MethodContext) -> TypeInfo:
        """The class that ``validate_struct`` is given.

        Raises:
            UnknownError: it may be more than one; to mypy, one that derives from it has its type.
        """
        describer = Describer(compat.tree_of(ctx.api), self._origins)
        info = describer.named(ctx.args[1][0])
        if info is None:
            found = _class_of(ctx.arg_types[1][0])
            info = found if found and describer.is_exact(found) else None
        for name in describer.uses:
            compat.depend_on_name(ctx.api, name)
        if info is None:
            raise UnknownError("which class this is cannot be told")
        return info

    def _decorated(self, ctx: MethodContext) -> ClassDef | None:
        """The class that the call *ctx* decorates."""
        for statement in syntax.statements(compat.tree_of(ctx.api).defs):
            if isinstance(statement, ClassDef) and any(
                decorator is ctx.context for decorator in statement.decorators
            ):
                return statement
        return None

    def _validate(
        self, ctx: MethodContext, asked: list[tuple[str, str | int]], info: TypeInfo
    ) -> None:
        if self._origins.is_stub(info.module_name):
            return  # what an object gives needs no check against itself
        try:
            subject = self._subject(ctx, info)
            class_ = self._forge.record(subject.description)
        except UnknownError as error:
            _unresolved(ctx, str(error))
            return
        except BrokenError as error:
            message = f'ctypes will refuse class "{info.name}": {error}'
            ctx.api.fail(message, ctx.context, code=codes.BTF_LAYOUT)
            return
        for object_, name in asked:
            self._compare(ctx, class_, subject, object_, name)

    def _subject(self, ctx: MethodContext, info: TypeInfo) -> _Subject:
        tree = compat.tree_of(ctx.api)
        if info.module_name != tree.fullname:
            compat.depend_on_module(ctx.api, info.module_name)
            compat.depend_on_name(ctx.api, f"{info.fullname}.{classes.SYMBOL}")
            described = classes.description_of(info)
            if isinstance(described, str):
                raise UnknownError(f'class "{info.name}": {described}')
            return _Subject(described, [], ctx.context, f'class "{info.fullname}", ')
        describer = Describer(tree, self._origins)
        described = describer.describe(info.defn)
        if info.defn.line <= ctx.context.line < describer.incomplete_until(info.defn):
            raise UnknownError("the class gets its fields after this")
        for name in describer.uses:
            compat.depend_on_name(ctx.api, name)
        whole = describer.whole(info.defn) or info.defn
        return _Subject(described, self._places(describer, info, tree), whole, "")

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
        described = classes.description_of(base)
        return 0 if isinstance(described, str) else len(described.get("_fields_", ()))

    def _compare(
        self, ctx: MethodContext, class_: Class, subject: _Subject, object_: str, name: str | int
    ) -> None:
        argument = ctx.args[0][0]
        known = self._project.known(object_)
        try:
            layout = self._project.layout(known, class_, name)
            found = validate.mismatches(class_, layout) if layout else []
        except NameProblemError as error:
            ctx.api.fail(str(error), argument, code=codes.BTF_NAME)
            return
        except BtfError as error:
            ctx.api.fail(f'"{object_}": {error}', argument, code=codes.BTF_STUB)
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
    api.fail(message, place, code=codes.BTF_LAYOUT)


def _class_of(type_: Type) -> TypeInfo | None:
    """The class that every value of *type_* is, or derives from; None where there is none."""
    proper = get_proper_type(type_)
    if isinstance(proper, Overloaded):
        proper = proper.items[0]
    if isinstance(proper, CallableType) and proper.is_type_obj():
        return proper.type_object()
    if isinstance(proper, TypeType) and isinstance(proper.item, Instance):
        return proper.item.type
    return None


def _unresolved(ctx: MethodContext, why: str) -> None:
    ctx.api.fail(f"not checked: {why}", ctx.context, code=codes.BTF_UNRESOLVED)
