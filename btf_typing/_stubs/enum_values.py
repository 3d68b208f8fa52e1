"""The types of enum values in the dictionaries that ``asdict(event, enums=True)`` returns.

Such a dictionary is a ``dict[str, Any]``. If fields of a struct hold enum values, the stub also
declares the types of these values. The declaration for ``struct event { enum kind kind; }`` is:

    class event(Struct, _HasEnums[_event_values]): ...
    _event_values: TypeAlias = _EnumValues[Literal["kind"], kind | int]

Values that an enum does not name are ``int``. If the struct has enums of several types,
``_event_values`` is a class. Its ``__getitem__`` has an overload for each type, and one for all
other fields. All declarations are outside of the classes for structs, because inside of such a
class, the name of a field can hide an enum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter

from btf_typing._layout.shape import ArrayOf, CType, Field
from btf_typing._wire.type_table import TypeTable

from .lines import WIDTH, assignment, class_header, quoted, width, wrapped
from .names import Names

_TYPE_ID = attrgetter("type_id")

_TITLE = "# What asdict(event, enums=True) returns for each struct that has enums.\n"


class EnumValues:
    """Declares the enum values of the structs and unions in a stub.

    Args:
        table: the types.
        names: the names of the types.
        types: type ids of the fields that hold enums, or arrays of enums.
        used: receives the names that the stub has to import.
        new_name: returns its argument, or a similar name if the stub uses that name already.
    """

    def __init__(
        self,
        table: TypeTable,
        names: Names,
        types: set[int],
        used: set[str],
        new_name: Callable[[str], str],
    ) -> None:
        self._table = table
        self._names = names
        self._used = used
        self._new_name = new_name
        self._types = types
        self._aliases: list[str] = []
        self._classes: list[str] = []

    def bases(self, name: str, fields: Sequence[Field]) -> list[str]:
        """The base ``_HasEnums[...]`` of the class *name*; empty if no field holds an enum.

        The method also adds the declaration of the values to `text`.
        """
        if self._types.isdisjoint(map(_TYPE_ID, fields)):
            return []
        names: dict[str, list[str]] = {}
        for field in fields:
            if field.type_id in self._types:
                names.setdefault(self._value(field), []).append(quoted(field.name))
        own = self._new_name(f"_{name}_values")
        keys = {f"Literal[{', '.join(keys)}]": value for value, keys in names.items()}
        self._used |= {"Literal", "_HasEnums"}
        if len(keys) == 1:
            self._aliases.append(self._alias(own, keys))
        else:
            self._classes.append(self._class(own, keys))
        return [f"_HasEnums[{own}]"]

    def text(self) -> str:
        """All declarations, with a title; empty if there are none."""
        if not self._aliases and not self._classes:
            return ""
        return _TITLE + "\n".join([*self._classes, *filter(None, ["".join(self._aliases)])])

    def _value(self, field: Field) -> str:
        """The type of the value of *field*, which holds an enum or an array of enums."""
        name = self._names.of(self._table.skip_arrays(field.type_id).id)
        return self._nested(field.ctype, f"{name} | int")

    def _nested(self, ctype: CType, value: str) -> str:
        while isinstance(ctype, ArrayOf):
            self._used.add("_List")
            ctype, value = ctype.element, f"_List[{value}]"
        return value

    def _alias(self, own: str, keys: dict[str, str]) -> str:
        self._used |= {"TypeAlias", "_EnumValues"}
        ((key, value),) = keys.items()
        return assignment(f"{own}: TypeAlias =", f"_EnumValues[{key}, {value}]")

    def _class(self, own: str, keys: dict[str, str]) -> str:
        self._used |= {"Any", "overload", "type_check_only", "_Values"}
        lines = ["@type_check_only\n", class_header(own, "_Values")]
        for key, value in {**keys, "str": "Any"}.items():
            lines += ["    @overload\n", _getitem(key, value)]
        return "".join(lines)


def _getitem(key: str, value: str) -> str:
    """An overload of ``__getitem__``."""
    line = f"    def __getitem__(self, key: {key}, /) -> {value}: ..."
    if width(line) <= WIDTH:
        return f"{line}\n"
    parameters = ["self,", wrapped("key: ", key, ",", "        "), "/,"]
    lines = [f"        {parameter}\n" for parameter in parameters]
    return f"    def __getitem__(\n{''.join(lines)}    ) -> {value}: ...\n"
