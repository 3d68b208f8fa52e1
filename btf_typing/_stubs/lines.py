"""Lines of Python, broken where a formatter would break them.

That is at 88 columns, the width of ruff and of Black. What is broken ends in a comma where Python
allows one, so that a formatter with a greater width leaves it alone too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

WIDTH = 88

_LONGEST_COMMENT = 160


def declared(start: str, annotation: str, comment: str) -> str:
    """*start* and *annotation*, and a *comment*: above them where there is no room beside."""
    line = f"{start}{annotation}  # {comment}"
    if len(line) <= WIDTH and line.isascii():
        return line + "\n"
    indent = start[: len(start) - len(start.lstrip())]
    return f"{indent}# {clip(comment)}\n{broken(start, annotation, '', indent)}\n"


def broken(start: str, expression: str, end: str, indent: str) -> str:
    """*start*, *expression* and *end*, broken at the brackets if they are too long."""
    line = f"{start}{expression}{end}"
    if width(line) <= WIDTH:
        return line
    if not expression.endswith("]"):
        return line if end else parenthesised(start.rstrip(), expression)
    head, _, inside = expression[:-1].partition("[")
    inner = indent + "    "
    parts = list(_parts(inside))
    comma = "," if len(parts) > 1 else ""
    lines = [broken(inner, part, comma, inner) for part in parts]
    return "\n".join([f"{start}{head}[", *lines, f"{indent}]{end}"])


def assigned(start: str, value: str, comment: str = "") -> str:
    """An assignment, ``start`` up to the equals sign; in parentheses where it is too long."""
    indent = start[: len(start) - len(start.lstrip())]
    line = f"{start} {value}  # {comment}" if comment else f"{start} {value}"
    if width(line) <= WIDTH:
        return line + "\n"
    above = f"{indent}# {clip(comment)}\n" if comment else ""
    if value.endswith("]"):
        return f"{above}{broken(f'{start} ', value, '', indent)}\n"
    return f"{above}{parenthesised(start, value)}\n"


def parenthesised(start: str, value: str) -> str:
    """*start* and *value* on one line, or *value* in parentheses where that helps."""
    indent = start[: len(start) - len(start.lstrip())]
    fits = width(f"{start} {value}") <= WIDTH
    if fits or width(f"{start} (") > WIDTH or width(f"{indent}    {value}") > WIDTH:
        return f"{start} {value}"
    return f"{start} (\n{indent}    {value}\n{indent})"


def class_header(name: str, base: str, pragma: str = "") -> str:
    """The first line of a class; a *pragma* takes no room, formatters say."""
    line = f"class {name}({base}):"
    if width(line) <= WIDTH:
        return f"{line}{pragma}\n"
    return f"class {name}({pragma}\n    {base},\n):\n"


def imported(module: str, names: Iterable[str]) -> str:
    """An import of *names* from *module*."""
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line + "\n"
    return "".join([f"from {module} import (\n", *[f"    {name},\n" for name in names], ")\n"])


def call(start: str, function: str, *arguments: str) -> str:
    """A call on one line, or with one argument a line."""
    line = f"{start}{function}({', '.join(arguments)})"
    if width(line) <= WIDTH:
        return line + "\n"
    return "".join([f"{start}{function}(\n", *[f"    {one},\n" for one in arguments], ")\n"])


def _parts(inside: str) -> Iterator[str]:
    """What commas separate in *inside*, brackets kept whole."""
    depth = start = 0
    for at, character in enumerate(inside):
        depth += (character == "[") - (character == "]")
        if character == "," and not depth:
            yield inside[start:at]
            start = at + 2
    yield inside[start:]


def width(line: str) -> int:
    """Columns of *line*: formatters count some characters beyond ASCII as two."""
    if line.isascii():
        return len(line)
    from unicodedata import east_asian_width  # noqa: PLC0415  # C identifiers are ASCII but for a few

    return sum(2 if east_asian_width(character) in "WF" else 1 for character in line)


def clip(comment: str) -> str:
    """*comment*, cut where it is too long to be read."""
    return comment if len(comment) <= _LONGEST_COMMENT else f"{comment[:_LONGEST_COMMENT]}..."
