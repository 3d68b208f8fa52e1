"""Annotations of fields in a stub: of the field itself, and of the constructor's argument."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import NamedTuple

from btf_typing._layout.shape import (
    BYTE,
    Aggregate,
    ArrayOf,
    CType,
    Field,
    Scalar,
    Wide,
    array_of,
    element_of,
    is_text,
)
from btf_typing._text.c_names import CText
from btf_typing._wire.type_table import TypeTable
from btf_typing.model import maker

from .module_names import BUILT_IN_TYPES, FIELD_CLASSES
from .names import Names

SPELT = frozenset({"ctypes", *BUILT_IN_TYPES, *FIELD_CLASSES})
"""The names in annotations, in addition to the classes of C types."""


_MOST_DIMENSIONS = 4
"""Largest number of dimensions of an array without an alias."""


class Spelling(NamedTuple):
    """The annotations of fields of one type.

    Attributes:
        descriptor: annotation of the field itself.
        argument: annotation of the values that the constructor accepts for the field.
        c: the type in C. For a struct, a union or an array of these, its size follows; for an enum
            without a name, the name of its class follows.
    """

    descriptor: str
    argument: str
    c: str


_spelling = maker(Spelling)


class ArrayAliases:
    """Aliases for arrays of many dimensions. An array with an alias is spelt only once.

    Without aliases, the annotation of ``u8 m[1][1]...[1]`` would grow with the cube of the number
    of dimensions.

    Args:
        new_name: a function that returns a new name for an alias.

    Attributes:
        targets: each alias and its annotation. An alias comes after those that it uses.
    """

    def __init__(self, new_name: Callable[[], str]) -> None:
        self.targets: dict[str, str] = {}
        self._new_name = new_name
        self._names: dict[tuple[str, int], tuple[str, ArrayOf]] = {}

    def name(self, form: str, array: ArrayOf, spell: Callable[[ArrayOf], str]) -> str:
        """The alias for one of the annotations of *array*.

        Args:
            form: what the annotation is for: the ctypes class (``"ctype"``), a value that you read
                (``"read"``) or assign (``"value"``), or a constructor argument (``"argument"``).
            array: the array.
            spell: a function that spells the annotation if it has no alias yet.
        """
        key = form, id(array)  # comparing arrays would compare all their dimensions
        if key not in self._names:
            text = spell(array)
            name = self._new_name()
            self.targets[name] = text
            self._names[key] = name, array  # keep the array, so that no other gets its id
        return self._names[key][0]


class Speller:
    """Spells annotations.

    Args:
        table: the types.
        c: C text of the types.
        names: the names of the classes.
        used: a set to which the speller adds the names of `SPELT` that annotations use.
        aliases: aliases of arrays of many dimensions.
        shadowed: names that the fields of the class shadow.
        second_name: a function that returns the name to use instead of a shadowed one.
    """

    def __init__(
        self,
        table: TypeTable,
        c: CText,
        names: Names,
        used: set[str],
        aliases: ArrayAliases,
        shadowed: Container[str] = (),
        second_name: Callable[[str], str] = str,
    ) -> None:
        self._table = table
        self._names = names
        self._c = c
        self._used = used
        self._aliases = aliases
        self._shadowed = shadowed
        self._second_name = second_name
        self._spellings: dict[int, Spelling] = {}

    def fields(self, fields: Sequence[Field]) -> list[Spelling]:
        """The annotations of each of *fields*."""
        known = self._spellings
        # A bitfield of the type char is a number, but any other char is bytes. So a bitfield needs
        # a key of its own: the inverted id. A kernel has many fields, and unpacking them is faster
        # than reading their attributes.
        keys = [
            type_id if bitfield_size is None else ~type_id
            for _, _, _, _, bitfield_size, type_id, _, _, _ in fields
        ]
        return [known.get(key) or self._spell(key, f) for key, f in zip(keys, fields, strict=True)]

    def _spell(self, key: int, field: Field) -> Spelling:
        ctype = field.ctype
        found = self._spellings[key] = _spelling(
            (self._descriptor(ctype), self._argument(ctype), self._c_type(field))
        )
        return found

    def ctype(self, ctype: CType) -> str:
        """The ctypes class of *ctype*."""
        match ctype:
            case Scalar():
                return f"{self._name('ctypes')}.{ctype.ctype}"
            case Wide():
                return self._array(BYTE)
            case ArrayOf():
                return self._array_of("ctype", ctype, lambda array: self._array(array.element))
            case Aggregate():
                return self._class(ctype)

    def _array_of(self, form: str, array: ArrayOf, spell: Callable[[ArrayOf], str]) -> str:
        """The text that *spell* returns for *array*, or an alias if it has many dimensions."""
        if _dimensions(array) > _MOST_DIMENSIONS:
            return self._aliases.name(form, array, spell)
        return spell(array)

    def _array(self, element: CType) -> str:
        return f"{self._name('ctypes')}.Array[{self.ctype(element)}]"

    def _descriptor(self, ctype: CType) -> str:
        match ctype:
            case Scalar(python="int | None"):
                return self._name("_PointerField")
            case Aggregate():
                return f"{self._name('_RecordField')}[{self._class(ctype)}]"
            case ArrayOf() if not is_text(ctype):
                return self._array_field(ctype.element)
            case _:
                value = self._value(ctype)
                return f"{self._name('_CField')}[{self.ctype(ctype)}, {value}, {value}]"

    def _array_field(self, element: CType) -> str:
        read, assigned = self._read(element), self._element(element)
        if read == assigned:
            return f"{self._name('_ArrayField')}[{self.ctype(element)}, {assigned}]"
        return f"{self._name('_NestedField')}[{self.ctype(element)}, {read}, {assigned}]"

    def _read(self, ctype: CType) -> str:
        """The annotation of the value that you read from an array whose elements are *ctype*."""
        match ctype:
            case Wide():
                return self._read(array_of(BYTE, ctype.size))
            case ArrayOf() if is_text(ctype):
                return self._array(ctype.element)
            case ArrayOf():
                return self._array_of("read", ctype, self._read_array)
            case _:
                return self._value(ctype)

    def _read_array(self, array: ArrayOf) -> str:
        element = array.element
        parts = self.ctype(element), self._read(element), self._element(element)
        return f"{self._name('_Array')}[{', '.join(parts)}]"

    def _value(self, ctype: CType) -> str:
        """The annotation of values that can be assigned to a field of *ctype*."""
        match ctype:
            case Scalar(python="int | None"):
                return f"{self._name('int')} | None"
            case Scalar():
                return self._name(ctype.python)
            case Wide():
                return self._name("int")
            case ArrayOf() if is_text(ctype):
                return self._name("bytes")
            case ArrayOf():
                return self._array_of("value", ctype, self._array_value)
            case Aggregate():
                return self._class(ctype)

    def _array_value(self, array: ArrayOf) -> str:
        parts = f"{self.ctype(array.element)}, {self._element(array.element)}"
        return f"{self._name('_ArrayValue')}[{parts}]"

    def _argument(self, ctype: CType) -> str:
        """The annotation of values that a constructor accepts for a field of *ctype*.

        For an array, the annotation allows any sequence. This includes ``bytes`` for an array of
        ``u8``. At run time, the constructor accepts lists, tuples, bytes and ctypes arrays only.
        """
        match ctype:
            case ArrayOf() if not is_text(ctype):
                return self._array_of("argument", ctype, self._array_argument)
            case _:
                return self._value(ctype)

    def _array_argument(self, array: ArrayOf) -> str:
        element = array.element
        if isinstance(element, Wide):
            element = array_of(BYTE, element.size)
        value = self._argument(element)
        if is_text(element):
            value = f"{value} | {self._element(element)}"
        return f"{self._name('_ArrayArgument')}[{self.ctype(element)}, {value}]"

    def _element(self, ctype: CType) -> str:
        """The annotation of values that can be assigned to an element of an array of *ctype*.

        A field of the type ``char[4]`` accepts bytes, and a field of ``__int128`` accepts an int.
        An array element of either type accepts only a ctypes array or a tuple.
        """
        match ctype:
            case Wide():
                return self._element(array_of(BYTE, ctype.size))
            case ArrayOf() if is_text(ctype):
                parts = f"{self.ctype(ctype.element)}, {self._name('bytes')}"
                return f"{self._name('_ArrayValue')}[{parts}]"
            case _:
                return self._value(ctype)

    def _class(self, layout: Aggregate) -> str:
        name = self._names.of(layout.type_id) or ""
        return self._second_name(name) if name in self._shadowed else name

    def _name(self, name: str) -> str:
        """*name*, which is in `SPELT`, or its second name if a field shadows it."""
        if name in self._shadowed:
            return self._second_name(name)
        self._used.add(name)
        return name

    def _c_type(self, field: Field) -> str:
        text = self._c.type_name(field.type_id)
        ctype = element_of(field.ctype)
        if isinstance(ctype, Aggregate):
            return f"{text}, {field.ctype.size} bytes"
        if isinstance(ctype, Scalar) and ctype.enum and self._c.has_body(field.type_id):
            return f"{text}, {self._names.of(self._table.skip_arrays(field.type_id).id)}"
        return text


def _dimensions(array: ArrayOf) -> int:
    """Number of dimensions of *array*."""
    count = 0
    ctype: CType = array
    while isinstance(ctype, ArrayOf):
        count, ctype = count + 1, ctype.element
    return count
