"""Write docs/reference/api.md, the reference of the Python API, from the docstrings.

    python -m docs.api_page

The tests fail if the page is out of date.
"""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import griffe

_ROOT = Path(__file__).resolve().parent.parent
PAGE = _ROOT / "docs/reference/api.md"

SECTIONS: dict[str, list[str]] = {
    "Loading": ["load", "BpfObject"],
    "Types": ["Btf", "BtfType", "BtfField", "Kind", "model.Enumerator"],
    "Maps, programs and globals": [
        "maps.Maps",
        "BpfMap",
        "programs.Programs",
        "BpfProgram",
        "sections.Sections",
    ],
    "Instances": ["from_record", "asdict", "asdicts", "columns", "dtype", "dump"],
    "Errors": [
        "BtfError",
        "BtfFormatError",
        "TypeNotFoundError",
        "LayoutError",
        "BtfValidationError",
        "BtfDataError",
        "Mismatch",
        "errors.TypeReference",
    ],
    "tinybpf": ["tinybpf.load", "tinybpf.BpfObject", "tinybpf.Maps", "tinybpf.BpfMap"],
}
"""The headings of the page, and the names below each."""

_INTRODUCTION = """\
# Python API

<!-- Written by "python -m docs.api_page" from the docstrings; edit those. -->

Import these names from `btf_typing`. A name with a dot, such as `maps.Maps`, is in that module of
it. You get objects of most classes from `load` and from other objects, so the page leaves out
their constructors.

The examples form one session, so each of them can use names from the examples above it. Their
files, such as `execsnoop.bpf.o`, are in `examples/` and `tests/objects/`. The paths in
`/sys/fs/bpf` exist after this command, which needs root:

```sh
bpftool prog load execsnoop.bpf.o /sys/fs/bpf/program pinmaps /sys/fs/bpf
```
"""

_EXAMPLE = re.compile(r"^```pycon\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r'"([\w.]+\.(?:o|bin))"')
_NEEDS = {
    re.compile(r"\b(?:numpy|columns)\b"): "if numpy",
    re.compile(r"\bfrom_kernel\("): "if /sys/kernel/btf/vmlinux",
    re.compile(r"\blibbpf\.so\.1\b"): "if libbpf.so.1",
    re.compile(r"\bfrom_id\("): "root",
    re.compile(r"/sys/fs/bpf/"): "pinned execsnoop.bpf.o",
    re.compile(r"\bimport tinybpf\b"): "stand-in tinybpf",
}
"""The note for ``tests/docs`` about an example in which the pattern occurs."""

_INTERNAL = frozenset(
    {
        *("from_contents", "details", "places", "type_id", "layout"),
        *("message", "message_without_ids", "without_id"),
    }
)
"""Members without underscore that only the other modules of the package use."""

_LONGEST_SIGNATURE = 88
_MODULE_PREFIX = re.compile(r"\b(?:typing|builtins|view|_api_types|_tinybpf|[a-z]+_)\.")
_LAZY_MAPPING = re.compile(r"LazyMapping\[(.*), [\w.]+\]")
_LIST_TITLES = {"parameters": "Arguments", "attributes": "Attributes", "raises": "Raises"}


def page() -> str:
    """The text of the page."""
    package = griffe.load(
        "btf_typing", docstring_parser="google", search_paths=[_ROOT], allow_inspection=False
    )
    blocks = [_INTRODUCTION]
    for heading, names in SECTIONS.items():
        blocks.append(f"## {heading}\n")
        for name in names:
            blocks.extend(_entry(name, _resolved(package[name])))
    return _EXAMPLE.sub(_with_notes, "\n".join(blocks))


def _with_notes(example: re.Match[str]) -> str:
    """An example with the notes that ``tests/docs`` needs to run it."""
    files = [_path(name) for name in _FILE.findall(example[1])]
    notes = [f"files {' '.join(files)}"] if files else []
    notes += [note for pattern, note in _NEEDS.items() if pattern.search(example[1])]
    return "\n".join([*(f"<!-- test: {note} -->" for note in notes), example[0]])


def _path(name: str) -> str:
    """The path in the repository of the file *name*, which an example reads."""
    found = [*_ROOT.glob(f"examples/*/{name}"), _ROOT / "tests/objects" / name]
    return next(path for path in found if path.exists()).relative_to(_ROOT).as_posix()


def _resolved(found: Any) -> Any:
    return found.final_target if found.is_alias else found


def _entry(name: str, described: griffe.Class | griffe.Function) -> Iterator[str]:
    """The heading and text of the function or class *name*, and of the members of a class."""
    yield f"### {name}\n"
    if isinstance(described, griffe.Function):
        yield _signature(described, name)
        yield from _docstring(described)
        return
    short = name.rpartition(".")[2]
    bases = ", ".join(filter(None, map(_base, described.bases)))
    yield _code(f"class {short}({bases})" if bases else f"class {short}")
    # The arguments of a constructor are not part of the API.
    yield from _docstring(described, without="parameters")
    if bases == "StrEnum":
        names = [member.name for member in described.members.values() if member.is_attribute]
        yield f"**Members**: {', '.join(f'`{name}`' for name in names)}\n"
    for member in described.members.values():
        if _is_public(member):
            yield f"#### {short}.{member.name}\n"
            if isinstance(member, griffe.Function) and not _is_property(member):
                yield _signature(member, f"{short}.{member.name}")
            else:
                yield _code(f"{member.name}: {_type(_property_type(member))}")
            yield from _docstring(member)


def _base(base: object) -> str:
    """A base class as users see it; empty for one that is private or only for type checkers."""
    text = _type(base)
    if text.startswith(("_", "Generic")):
        return ""
    return _LAZY_MAPPING.sub(r"Mapping[str, \1]", text)


def _is_public(member: griffe.Object | griffe.Alias) -> bool:
    """Whether *member* of a class has an entry of its own: a documented method or property."""
    return (
        not member.name.startswith("_")
        and member.name not in _INTERNAL
        and member.docstring is not None
        and (member.is_function or "property" in member.labels)
    )


def _is_property(member: griffe.Function) -> bool:
    return any(d.callable_path.endswith(".shared_property") for d in member.decorators)


def _property_type(member: Any) -> object:
    return member.returns if member.is_function else member.annotation


def _type(annotation: object) -> str:
    """An annotation as users would write it: ``Any`` for ``typing.Any``."""
    text = re.sub(r"\[S_co\]", "", str(annotation))
    return _MODULE_PREFIX.sub("", text)


def _signature(function: griffe.Function, name: str) -> str:
    parts: list[str] = []
    keyword_only = False
    is_method = function.parent is not None and function.parent.is_class
    for parameter in list(function.parameters)[
        is_method and "staticmethod" not in function.labels :
    ]:
        kind = parameter.kind
        if kind is griffe.ParameterKind.keyword_only and not keyword_only:
            keyword_only = True
            parts.append("*")
        stars = {"variadic positional": "*", "variadic keyword": "**"}.get(
            kind.value if kind else "", ""
        )
        keyword_only = keyword_only or stars == "*"
        text = f"{stars}{parameter.name}"
        if parameter.annotation is not None:
            text += f": {_type(parameter.annotation)}"
        if parameter.default is not None and not stars:
            default = _type(parameter.default)
            text += f" = {default}" if parameter.annotation else f"={default}"
        parts.append(text)
    returns = f" -> {_type(function.returns)}" if function.returns else ""
    line = f"{name}({', '.join(parts)}){returns}"
    if len(line) > _LONGEST_SIGNATURE:
        line = "\n".join([f"{name}(", *(f"    {part}," for part in parts), f"){returns}"])
    return _code(line)


def _code(text: str) -> str:
    return f"```pyi\n{text}\n```\n"


def _docstring(described: griffe.Object | griffe.Alias, without: str = "") -> Iterator[str]:
    """The sections of a docstring in Markdown."""
    if described.docstring is None:
        return
    for section in described.docstring.parsed:
        kind, value = section.kind.value, section.value
        if kind == without:
            continue
        if kind == "text":
            yield f"{value}\n"
        elif kind in _LIST_TITLES:
            yield f"**{_LIST_TITLES[kind]}**\n"
            yield "\n".join(_items(value, described)) + "\n"
        elif kind in ("returns", "yields"):
            text = " ".join(_one_line(item.description) for item in value)
            yield f"**{section.title or kind.title()}**: {text}\n"
        elif kind == "admonition":
            yield f"**{section.title}**: {_one_line(value.description)}\n"
        elif kind == "examples":
            yield "**Example**\n"
            yield (
                "\n\n".join(
                    text if part.value == "text" else f"```pycon\n{text}\n```"
                    for part, text in value
                )
                + "\n"
            )
        else:
            raise ValueError(f"{described.path}: sections of the kind {kind!r} are not supported")


def _items(listed: list[Any], described: griffe.Object | griffe.Alias) -> Iterator[str]:
    """The list items of arguments, attributes or errors."""
    for item in listed:
        text = textwrap.indent(item.description.strip(), "  ").lstrip()
        name = getattr(item, "name", None)
        if name is None:  # an error
            yield f"- `{item.annotation}`: {text}"
        elif not text.endswith("; internal."):
            annotation = item.annotation or _attribute_type(described, name)
            yield f"- `{name}` (`{_type(annotation)}`): {text}"


def _attribute_type(described: Any, name: str) -> object:
    """The type of an attribute: its own, or that of the parameter with the same name."""
    attribute = described.all_members[name]
    if attribute.annotation is not None:
        return attribute.annotation
    if str(attribute.value) == name:
        return attribute.parent.members["__init__"].parameters[name].annotation
    raise ValueError(f"{described.path}.{name}: give the attribute a type where it is assigned")


def _one_line(description: str) -> str:
    return " ".join(description.split())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
