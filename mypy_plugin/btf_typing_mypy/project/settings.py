"""The plugin's own settings, from the file that configures mypy.

``[btf-typing]`` in ``mypy.ini`` or ``setup.cfg``, ``[tool.btf-typing]`` in ``pyproject.toml``.
"""

from __future__ import annotations

import configparser
import tomllib
from collections.abc import Container
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

_SECTION = "btf-typing"
_MISSPELT = "btf_typing"
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


class ConfigError(Exception):
    """A setting that is wrong.

    Attributes:
        path: of the file.
        line: the number of the line, from 1.
    """

    def __init__(self, what: str, path: str, line: int) -> None:
        super().__init__(what)
        self.path = path
        self.line = line

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: error: [{_SECTION}] {self.args[0]}"


class Settings(NamedTuple):
    """What can be set.

    Attributes:
        object_path: directories in which a relative path of an object is looked for, in order.
            The directory of the configuration file comes first, that of the source file last.
        sync: write stubs that are missing or out of date when mypy starts.
        stubs: the directory of stubs, for `sync` and for the commands that messages show; empty
            for the first directory of ``mypy_path``.
    """

    object_path: tuple[str, ...] = ()
    sync: bool = False
    stubs: str = ""


def read(path: str) -> Settings:
    """The settings in the configuration file *path*.

    Raises:
        ConfigError: one is unknown or has a wrong value.
    """
    raw = _from_toml(path) if path.endswith(".toml") else _from_ini(path)
    found = Settings()
    for key, value in raw.items():
        name = key.replace("-", "_")
        if name not in Settings._fields:
            raise ConfigError(_unknown(key), path, _line(path, key))
        try:
            converted: Any = _CONVERT[name](value)
        except ValueError as error:
            raise ConfigError(f"{key}: {error}", path, _line(path, key)) from None
        found = found._replace(**{name: converted})
    return found


def _refuse_misspelt(sections: Container[str], path: str) -> None:
    """A section that is called after the Python package is not read, and meant to be."""
    if _MISSPELT in sections:
        what = f"is the section's name, with a hyphen; not [{_MISSPELT}]"
        raise ConfigError(what, path, _line(path, _MISSPELT))


def _from_ini(path: str) -> dict[str, object]:
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, "utf-8")
    except (configparser.Error, OSError, UnicodeError):
        return {}  # mypy reads the same file, and reports it
    _refuse_misspelt(parser, path)
    return dict(parser[_SECTION]) if _SECTION in parser else {}


def _from_toml(path: str) -> dict[str, object]:
    try:
        tools = tomllib.loads(Path(path).read_text("utf-8")).get("tool", {})
    except (OSError, ValueError):
        return {}  # as above
    if not isinstance(tools, dict):
        return {}  # which is not ours to tell
    _refuse_misspelt(tools, path)
    section = tools.get(_SECTION, {})
    if not isinstance(section, dict):
        raise ConfigError(f"a table expected, not {section!r}", path, _line(path, _SECTION))
    return section


def _unknown(key: str) -> str:
    known = [name.replace("_", "-") for name in Settings._fields]
    close = get_close_matches(key.replace("_", "-"), known, n=1)
    hint = f'did you mean "{close[0]}"?' if close else f"there are {', '.join(known)}"
    return f'no setting "{key}"; {hint}'


def _line(path: str, key: str) -> int:
    """The line that sets *key*; 1 where it is not found."""
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return 1
    inside = False
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text.startswith("["):
            section = text.strip("[] ").removeprefix("tool.")
            if section == key:
                return number
            inside = section == _SECTION
        if inside and text.partition("=")[0].strip(" \"'").lower() == key:
            return number
    return 1


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    raise ValueError(f"true or false expected, not {value!r}")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    raise ValueError(f"a string expected, not {value!r}")


def _directories(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part for part in value.replace(",", "\n").split() if part)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise ValueError(f"a list of directories expected, not {value!r}")


_CONVERT = {"object_path": _directories, "sync": _boolean, "stubs": _text}
