"""Parse stubs: what they declare, and with which annotations."""

import ast
import re
from typing import NamedTuple

_PLACE = re.compile(r"(\d+)(?:, bits? (\d+)(?:-(\d+))?)?: (.+)")


class StubField(NamedTuple):
    """A field as its class declares it in the stub.

    Attributes:
        annotation: Annotation, with the first name of each class where the stub has several.
        bit_offset: Offset in bits, from the comment.
        bit_size: Width of a bitfield in bits, from the comment; None for other fields.
        c: C type, from the comment.
    """

    annotation: str
    bit_offset: int
    bit_size: int | None
    c: str


class StubClass(NamedTuple):
    """A class in a stub.

    Attributes:
        base: Name of its only base.
        doc: Docstring.
        fields: Fields of a struct or union, in order.
        params: Name and annotation of each parameter of its constructor.
        members: Name and value of each member of an enum.
    """

    base: str
    doc: str
    fields: dict[str, StubField]
    params: dict[str, str]
    members: dict[str, int]


class Stub:
    """A parsed stub.

    Attributes:
        classes: Classes by name.
        aliases: Typedefs by name, with the annotation that each stands for.
        enum_values: Text of the classes and typedefs of the values of enums.
        object: Text of the classes of the object itself.
    """

    def __init__(self, text: str) -> None:
        text, mark, self.object = text.partition("# The object itself.\n")
        assert mark
        text, _, self.enum_values = text.partition("# What asdict(event, enums=True) returns")
        self._lines = text.splitlines()
        self.classes: dict[str, StubClass] = {}
        self.aliases: dict[str, str] = {}
        self._second_names: dict[str, str] = {}
        tree = ast.parse(text)
        for node in tree.body:
            match node:
                case ast.Import(names=names) | ast.ImportFrom(names=names):
                    self._second_names |= {one.asname: one.name for one in names if one.asname}
                case ast.AnnAssign(target=ast.Name(name), value=ast.expr() as value):
                    self.aliases[name] = ast.unparse(value)
        self._second_names |= self._hiding(text)
        for name in self._second_names.keys() & self.aliases.keys():
            del self.aliases[name]
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                assert node.name not in self.classes, node.name
                self.classes[node.name] = self._class(node)
            else:
                assert not isinstance(node, (ast.FunctionDef, ast.Expr)), ast.unparse(node)

    @staticmethod
    def _hiding(text: str) -> dict[str, str]:
        """Second names of classes, with the first name of each."""
        _, _, block = text.partition("# For classes in which a field has this name.\n")
        block, _, _ = block.partition("\n\n")
        assigned = re.sub(r"\(\s*(\w+)\s*\)", r"\1", block)
        return dict(re.findall(r"^(\w+): TypeAlias = (\w+)$", assigned, re.MULTILINE))

    def _class(self, node: ast.ClassDef) -> StubClass:
        base, *_ = map(ast.unparse, node.bases)  # the other is _HasEnums
        made = StubClass(base, ast.get_docstring(node) or "", {}, {}, {})
        for part in node.body:
            match part:
                case ast.AnnAssign(target=ast.Name(name), value=None) if base == "IntEnum":
                    assert self._words(part.annotation) == node.name
                    made.members[name] = int(self._comment(part))
                case ast.AnnAssign(target=ast.Name(name), value=None):
                    assert name not in made.fields, f"{node.name}.{name}"
                    made.fields[name] = self._field(part)
                case ast.Assign(targets=[ast.Name(name)], value=value):
                    made.members[name] = ast.literal_eval(value)
                case ast.FunctionDef(name="__init__", args=args):
                    assert len(args.args) == 1
                    assert not any([args.vararg, args.kwarg, args.posonlyargs])
                    for one in args.kwonlyargs:
                        assert one.annotation
                        made.params[one.arg] = self._words(one.annotation)
                case _:
                    assert isinstance(part, ast.Expr), ast.unparse(part)
        return made

    def _field(self, node: ast.AnnAssign) -> StubField:
        place = _PLACE.fullmatch(self._comment(node))
        assert place, self._comment(node)
        offset, first, last, c = place.groups()
        bits = None if first is None else int(last or first) - int(first) + 1
        return StubField(self._words(node.annotation), 8 * int(offset) + int(first or 0), bits, c)

    def _comment(self, node: ast.AnnAssign) -> str:
        """The comment of a declaration: on its line, or on the line before."""
        assert node.end_lineno
        _, mark, behind = self._lines[node.end_lineno - 1].partition("  # ")
        return behind if mark else self._lines[node.lineno - 2].strip().removeprefix("# ")

    def _words(self, node: ast.expr) -> str:
        """An annotation with second names replaced by first names."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                part.id = self._second_names.get(part.id, part.id)
        return ast.unparse(node)
