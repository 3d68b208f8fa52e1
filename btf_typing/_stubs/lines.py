"""Writes statements of generated code, and wraps them as a formatter does.

Lines have up to 88 columns, the default of ruff and Black. In wrapped brackets, the last item gets
a comma if the comma does not change the meaning. A formatter with wider lines then does not join
the lines again:

    comm: _CField[
        ctypes.Array[ctypes.c_char],
        bytes,
        bytes,
    ]

Many functions take *start*, the first part of the statement with its indentation, and add the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

WIDTH = 88
"""Largest number of columns in a line."""

_MAX_COMMENT = 160
"""Largest number of characters in a comment."""


def annotated(start: str, annotation: str, comment: str) -> str:
    """A name with its annotation and a comment, such as ``pid: int  # 4: u32``.

    If the line is too long or not ASCII, the comment goes on a line above.
    """
    line = f"{start}{annotation}  # {comment}"
    if len(line) <= WIDTH and line.isascii():
        return line + "\n"
    indent = start[: len(start) - len(start.lstrip())]
    return f"{indent}# {clip(comment)}\n{wrapped(start, annotation, '', indent)}\n"


def wrapped(start: str, expression: str, end: str, indent: str) -> str:
    """*start*, *expression* and *end*, wrapped if they are too long for a line.

    Args:
        start: the first part of the line.
        expression: an expression. If it ends in a bracket, as ``dict[str, int]`` does, it is
            wrapped at its brackets. Otherwise, `parenthesised` wraps it if *end* is empty.
        end: the last part, such as a comma.
        indent: the indentation of the closing bracket.
    """
    line = f"{start}{expression}{end}"
    if width(line) <= WIDTH:
        return line
    if not expression.endswith("]"):
        return line if end else parenthesised(start.rstrip(), expression)
    head, _, inside = expression[:-1].partition("[")
    inner = indent + "    "
    parts = list(_parts(inside))
    # Formatters add no comma after a single subscript: X[y,] would be a tuple.
    comma = "," if len(parts) > 1 else ""
    lines = [wrapped(inner, part, comma, inner) for part in parts]
    return "\n".join([f"{start}{head}[", *lines, f"{indent}]{end}"])


def assignment(start: str, value: str, comment: str = "") -> str:
    """An assignment. *start* ends in the equals sign.

    If the line is too long, the comment goes on a line above, and the value is wrapped at its
    brackets or in parentheses.
    """
    indent = start[: len(start) - len(start.lstrip())]
    line = f"{start} {value}  # {comment}" if comment else f"{start} {value}"
    if width(line) <= WIDTH:
        return line + "\n"
    above = f"{indent}# {clip(comment)}\n" if comment else ""
    if value.endswith("]"):
        return f"{above}{wrapped(f'{start} ', value, '', indent)}\n"
    return f"{above}{parenthesised(start, value)}\n"


def parenthesised(start: str, value: str) -> str:
    """*start* and *value* on one line, or wrapped in parentheses if that makes long lines fit."""
    indent = start[: len(start) - len(start.lstrip())]
    fits = width(f"{start} {value}") <= WIDTH
    if fits or width(f"{start} (") > WIDTH or width(f"{indent}    {value}") > WIDTH:
        return f"{start} {value}"
    return f"{start} (\n{indent}    {value}\n{indent})"


def class_header(name: str, *bases: str, pragma: str = "") -> str:
    """The header of a class. Formatters do not count a *pragma* comment as part of the line."""
    line = f"class {name}({', '.join(bases)}):"
    if width(line) <= WIDTH:
        return f"{line}{pragma}\n"
    lines = "".join([f"    {base},\n" for base in bases])
    return f"class {name}({pragma}\n{lines}):\n"


def import_statement(module: str, names: Iterable[str]) -> str:
    """An import of *names* from *module*. If it is too long for a line, each name gets a line."""
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line + "\n"
    return "".join([f"from {module} import (\n", *[f"    {name},\n" for name in names], ")\n"])


def call(start: str, function: str, *arguments: str) -> str:
    """A call of *function*. If the call is too long for a line, each argument gets a line."""
    line = f"{start}{function}({', '.join(arguments)})"
    if width(line) <= WIDTH:
        return line + "\n"
    return "".join(
        [f"{start}{function}(\n", *[f"    {argument},\n" for argument in arguments], ")\n"]
    )


def _parts(inside: str) -> Iterator[str]:
    """The parts of *inside* between top-level commas: ``a[b, c]`` and ``d`` in ``a[b, c], d``."""
    depth = start = 0
    for at, character in enumerate(inside):
        depth += (character == "[") - (character == "]")
        if character == "," and not depth:
            yield inside[start:at]
            start = at + 2
    yield inside[start:]


def width(line: str) -> int:
    """Columns of *line*. Formatters count wide characters, such as Chinese ones, as two columns."""
    if line.isascii():
        return len(line)
    from unicodedata import east_asian_width  # noqa: PLC0415  # few C identifiers are not ASCII

    return sum(2 if east_asian_width(character) in "WF" else 1 for character in line)


def clip(comment: str) -> str:
    """*comment*, cut if it is too long."""
    return comment if len(comment) <= _MAX_COMMENT else f"{comment[:_MAX_COMMENT]}..."


def quoted(text: str) -> str:
    """*text* as a literal in the quotes that formatters prefer."""
    literal = ascii(text)
    return literal if "'" in text or '"' in text else f'"{literal[1:-1]}"'
