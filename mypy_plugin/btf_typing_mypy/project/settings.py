"""The plugin's own settings, in the file that configures mypy.

In ``mypy.ini`` or ``setup.cfg``, they are in the section ``[btf-typing]``. In ``pyproject.toml``,
they are in the table ``[tool.btf-typing]``.
"""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Container
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from btf_typing.mypy_support import NamedTuple

_SECTION = "btf-typing"
_MISSPELT = "btf_typing"
_TRUE = frozenset({"true", "yes", "on", "1"})
_UNRESOLVED = ("off", "default", "all")
_FALSE = frozenset({"false", "no", "off", "0"})


class ConfigError(Exception):
    """A wrong setting.

    Attributes:
        path: the configuration file.
        line: the line number of the setting, starting at 1.
    """

    def __init__(self, message: str, path: str, line: int) -> None:
        super().__init__(message)
        self.path = path
        self.line = line

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: error: {self.args[0]}"


class Settings(NamedTuple):
    """The settings.

    Attributes:
        object_path: directories in which the plugin looks for an object whose path is relative.
            It first looks in the directory of the configuration file, then in these directories,
            and last in the directory of the source file.
        sync: whether the plugin writes missing and outdated stubs when mypy starts.
        stubs: directory for new stubs, both for `sync` and for the commands that messages suggest.
            If it is empty, they go into the first directory of ``MYPYPATH`` and ``mypy_path``, or
            into ``stubs`` if there is none.
        unresolved: which calls the plugin reports, of those that it cannot check. ``off`` reports
            none, and ``all`` reports all. ``default`` reports a call if the program names the
            object, but the plugin cannot follow the object to the call, for example because of the
            annotation ``BpfObject``.
    """

    object_path: tuple[str, ...] = ()
    sync: bool = False
    stubs: str = ""
    unresolved: str = "default"


def read(path: str) -> Settings:
    """Read the settings in the configuration file *path*.

    Raises:
        ConfigError: a setting is unknown or has a wrong value.
    """
    raw = _from_toml(path) if path.endswith(".toml") else _from_ini(path)
    found = Settings()
    for key, value in raw.items():
        name = _name(key)
        if name not in Settings._fields:
            raise _error(_unknown(key), path, key)
        try:
            converted: Any = _CONVERT[name](value)
        except ValueError as error:
            raise _error(f"{key} is {value!r}, expected {error}", path, key) from None
        found = found._replace(**{name: converted})
    return found


def _name(key: str) -> str:
    """The name in `Settings` for the setting *key*."""
    return key.replace("-", "_")


def _error(message: str, path: str, key: str) -> ConfigError:
    return ConfigError(f"[{_section(path)}] {message}", path, _line(path, key))


def _section(path: str) -> str:
    return f"tool.{_SECTION}" if path.endswith(".toml") else _SECTION


def _refuse_misspelt(sections: Container[str], path: str) -> None:
    """Reject a section whose name has an underscore, like the name of the Python package.

    Without this check, the settings in the section would silently have no effect.
    """
    if _MISSPELT in sections:
        expected = _section(path)
        found = expected.replace(_SECTION, _MISSPELT)
        message = f"unknown section [{found}]; rename it to [{expected}], with a hyphen"
        raise ConfigError(message, path, _line(path, _MISSPELT))


def _from_ini(path: str) -> dict[str, object]:
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, "utf-8")
    except (configparser.Error, OSError, UnicodeError):
        return {}  # mypy reads the same file and reports the error
    _refuse_misspelt(parser, path)
    if _SECTION not in parser:
        return {}
    # Every section inherits the settings in [DEFAULT]. Unknown ones there are for other programs.
    shared = [key for key in parser.defaults() if _name(key) not in Settings._fields]
    return {key: value for key, value in parser[_SECTION].items() if key not in shared}


def _from_toml(path: str) -> dict[str, object]:
    try:
        tools = tomllib.loads(Path(path).read_text("utf-8")).get("tool", {})
    except (OSError, ValueError):
        return {}  # mypy reads the same file and reports the error
    if not isinstance(tools, dict):
        return {}  # ``tool = 1``: other programs report this error
    _refuse_misspelt(tools, path)
    section = tools.get(_SECTION, {})
    if not isinstance(section, dict):
        message = f"tool.{_SECTION} is {section!r}, expected a table"
        raise ConfigError(message, path, _line(path, _SECTION))
    return section


def _unknown(key: str) -> str:
    known = [name.replace("_", "-") for name in Settings._fields]
    close = get_close_matches(key.replace("_", "-"), known, n=1)
    hint = f'did you mean "{close[0]}"?' if close else f"the settings are {', '.join(known)}"
    return f'unknown setting "{key}"; {hint}'


def _line(path: str, key: str) -> int:
    """Return the line of the setting or section *key*, or 1 if it is not found."""
    delimiters = "=" if path.endswith(".toml") else "=:"
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return 1
    inside = False
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text.startswith("["):
            section = text.lstrip("[").partition("]")[0].strip().removeprefix("tool.")
            if section == key:
                return number
            inside = section == _SECTION
        found = re.split(f"[{delimiters}]", text, maxsplit=1)[0].strip(" \"'")
        if inside and found.lower() == key.lower():
            return number
    return 1


# Each function below converts a value. For a wrong value, it raises ValueError, and the text of the
# error names the expected value.


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    raise ValueError("true or false")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    raise ValueError("a string")


def _unresolved(value: object) -> str:
    if isinstance(value, str) and value.strip().lower() in _UNRESOLVED:
        return value.strip().lower()
    raise ValueError("off, default or all")


def _directories(value: object) -> tuple[str, ...]:
    if isinstance(value, str):  # as in mypy_path, a directory may have spaces in its name
        parts = [part.strip() for part in re.split("[,:\n]", value)]
        return tuple(filter(None, parts))
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise ValueError("a list of directories")


_CONVERT = {
    "object_path": _directories,
    "sync": _boolean,
    "stubs": _text,
    "unresolved": _unresolved,
}
