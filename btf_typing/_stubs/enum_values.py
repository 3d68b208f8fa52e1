"""The types of enum values in the dictionaries that ``asdict(event, enums=True)`` returns.

Such a dictionary is a ``dict[str, Any]``. If fields of a struct hold enum values, the stub also
declares the types of these values. The declaration for ``struct event { enum kind kind; }`` is:

    class event(Struct, _HasEnums[_event_values]): ...
    _event_values: TypeAlias = _EnumValues[Literal["kind"], kind | int]

Values that an enum does not name are ``int``. If the struct has enums of several types,
``_event_values`` is a class. Its ``__getitem__`` has an overload for each type, and one for all
other fields.

A member can itself be a struct that contains enums. The type of its value is then the one that is
declared for that struct, such as ``_event_values``. For
``struct outer { struct event first; struct event others[3]; }``, the declaration is:

    class _outer_values(_Values):
        @overload
        def __getitem__(self, key: Literal["first"], /) -> _event_values: ...
        @overload
        def __getitem__(self, key: Literal["others"], /) -> _List[_event_values]: ...
        @overload
        def __getitem__(self, key: str, /) -> Any: ...

All declarations are outside of the classes for structs, because inside of such a class, the name of
a field can hide an enum.
"""

from __future__ import annotations

from collections.abc import Callable

from btf_typing._layout.shape import Aggregate, ArrayOf, CType, Field, element_of
from btf_typing._wire.type_table import TypeTable

from .lines import WIDTH, assignment, class_header, quoted, width, wrapped
from .names import Names

_TITLE = "# What asdict(event, enums=True) returns for each struct that has enums.\n"


class EnumValues:
    """Declares the enum values of the structs and unions in a stub.

    Args:
        table: the types.
        names: the names of the types.
        types: ids of structs, unions, sections and types of fields, if they contain enums; see
            `Contents.enum_types`.
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
        self._declared: dict[int, str] = {}  # results of _values_of by the type id of the layout
        self._aliases: list[str] = []
        self._classes: list[str] = []

    def bases(self, layout: Aggregate) -> list[str]:
        """The base ``_HasEnums[...]`` of the class of *layout*; empty if it contains no enums.

        This call also adds the declaration of the values to the result of `text`.
        """
        if layout.type_id not in self._types:
            return []
        self._used.add("_HasEnums")
        return [f"_HasEnums[{self._values_of(layout)}]"]

    def _values_of(self, layout: Aggregate) -> str:
        """The name of the declaration for *layout*, which contains enums."""
        own = self._declared.get(layout.type_id)
        if own is not None:
            return own
        fields: dict[str, list[str]] = {}
        for field in layout.fields:
            if field.type_id in self._types:
                fields.setdefault(self._value(field), []).append(quoted(field.name))
        own = self._new_name(f"_{self._names.of(layout.type_id)}_values")
        self._declared[layout.type_id] = own
        keys = {f"Literal[{', '.join(names)}]": value for value, names in fields.items()}
        self._used.add("Literal")
        if len(keys) == 1:
            self._aliases.append(self._alias(own, keys))
        else:
            self._classes.append(self._class(own, keys))
        return own

    def text(self) -> str:
        """All declarations, with a title; empty if there are none."""
        if not self._aliases and not self._classes:
            return ""
        return _TITLE + "\n".join([*self._classes, *filter(None, ["".join(self._aliases)])])

    def _value(self, field: Field) -> str:
        """The type of the value of *field*, which contains enums."""
        element = element_of(field.ctype)
        if isinstance(element, Aggregate):
            value = self._values_of(element)
        else:
            value = f"{self._names.of(self._table.skip_arrays(field.type_id).id)} | int"
        return self._nested(field.ctype, value)

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
