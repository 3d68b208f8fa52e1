"""Classes whose bodies do not say everything: code elsewhere uses, names or completes them."""

import sys
from ctypes import Structure, c_uint8, c_uint32, c_uint64
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from btf_typing import load

# mypy: enable-error-code="btf-unresolved"

btf = load("prog.bpf.o").btf
MANY = len(sys.argv) > 50


class Head(Structure):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


class Long(Head):
    _fields_ = [("more", c_uint32)]


@btf.validate("creds")
# E: not checked: a decorator receives the class before _fields_ is assigned; call validate_struct()
#    afterwards  [btf-unresolved]
class Decorated(Structure):
    pass


Decorated._fields_ = [("uid", c_uint32), ("gid", c_uint32)]


class TooEarly(Structure):
    pass


btf.validate_struct("creds", TooEarly)
# E: not checked: the class is used before _fields_ is assigned; assign it right after the class
#    [btf-unresolved]
TooEarly._fields_ = [("uid", c_uint32), ("gid", c_uint32)]

btf.validate_struct("creds", Long if MANY else Head)
# E: not checked: the class is unknown: the plugin cannot evaluate this type; use a type of ctypes,
#    an array such as c_char * 16, or a class  [btf-unresolved]


def of_names(any_head: type[Head]) -> None:
    one = Head
    btf.validate_struct("creds", one)
    two = Head
    if MANY:
        two = Long
    btf.validate_struct("creds", two)
    # E: not checked: the class is unknown: the type of "two" does not say which class it holds;
    #    write the name of the class  [btf-unresolved]
    either = Long if MANY else Head
    btf.validate_struct("creds", either)
    # E: not checked: the class is unknown: the plugin cannot evaluate this type; use a type of
    #    ctypes, an array such as c_char * 16, or a class  [btf-unresolved]

    class Holder(Structure):
        _fields_ = [("head", any_head)]

    btf.validate_struct("creds", Holder)
    # E: not checked: field "head": the type of "any_head" does not say which class it holds; write
    #    the name of the class  [btf-unresolved]


Declared: type[Head] = Head
if MANY:
    Declared = Long


class Holds(Structure):
    _fields_ = [("head", Declared)]


btf.validate_struct("creds", Holds)
# E: not checked: field "head": the type of "indirect.Declared" does not say which class it holds;
#    write the name of the class  [btf-unresolved]


class Pointers(Structure):
    if not TYPE_CHECKING:
        _align_ = 1
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", Pointers)
# E: not checked: _align_ is assigned differently for type checkers and at run time; assign it once
#    for both  [btf-unresolved]

if TYPE_CHECKING:
    Width = c_uint32
    LENGTH = 1
else:
    Width = c_uint64
    LENGTH = 2


class Wide(Structure):
    _fields_ = [("uid", Width), ("gid", c_uint32)]


btf.validate_struct("creds", Wide)
# E: not checked: field "uid": "Width" is defined differently for type checkers and at run time;
#    define it once for both  [btf-unresolved]


class Many(Structure):
    _fields_ = [("uid", c_uint32 * LENGTH)]


btf.validate_struct("creds", Many)
# E: not checked: field "uid": "LENGTH" is defined differently for type checkers and at run time;
#    define it once for both  [btf-unresolved]


class Grown(Structure):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


Grown._fields_.append(("more", c_uint32))


class Spread(Structure):
    _fields_ = [*Grown._fields_]


btf.validate_struct("creds", Spread)
# E: not checked: other code may change the list "_fields_"; use a tuple instead  [btf-unresolved]


class Joined(Structure):
    _fields_ = [*Head._fields_[:0], ("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", Joined)
# E: not checked: the plugin cannot evaluate _fields_; write it as a list of tuples
#    [btf-unresolved]

IN_A_TUPLE: list[Any] = [("uid", c_uint32), ("gid", c_uint32)]
(IN_A_TUPLE, 1)[0].append(("more", c_uint32))
IN_A_LOOP: list[Any] = [("uid", c_uint32), ("gid", c_uint32)]
for each in (IN_A_LOOP,):
    each.append(("more", c_uint32))
READ: list[Any] = [("uid", c_uint32)]
for name, _ in READ:
    print(name, READ + READ)


class OfTuple(Structure):
    _fields_ = IN_A_TUPLE


class OfLoop(Structure):
    _fields_ = IN_A_LOOP


class OfRead(Structure):
    _fields_ = [*READ, ("gid", c_uint32)]


btf.validate_struct("creds", OfTuple)
# E: not checked: other code may change the list "IN_A_TUPLE"; use a tuple instead  [btf-unresolved]
btf.validate_struct("creds", OfLoop)
# E: not checked: other code may change the list "IN_A_LOOP"; use a tuple instead  [btf-unresolved]
btf.validate_struct("creds", OfRead)


class Twice(IntEnum):
    def __new__(cls, value: int) -> "Twice":
        made = int.__new__(cls, value * 2)
        made._value_ = value * 2
        return made

    ONE = 1


class Enumerated(Structure):
    _fields_ = [("uid", c_uint32 * Twice.ONE)]


btf.validate_struct("creds", Enumerated)
# E: not checked: field "uid": enum "Twice" computes the values of its members; write the number
#    [btf-unresolved]


class Swapped(Structure):
    _swappedbytes_ = None
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", Swapped)
# E: not checked: class "Swapped" defines _swappedbytes_; derive from BigEndianStructure or
#    LittleEndianStructure instead  [btf-unresolved]


def validate(name: str) -> Any:
    """An unrelated function with this name."""


@validate("creds")
class Elsewhere(Structure):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", Elsewhere)
# E: not checked: a decorator may replace the class; the plugin knows only validate() and final
#    [btf-unresolved]


class NoNumber(Structure):
    _pack_ = (1, 2, 3)  # type: ignore[assignment]
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", NoNumber)
# E: not checked: the plugin cannot evaluate this number; use integers, arithmetic, sizeof() and
#    names  [btf-unresolved]

if MANY:

    class Again(Structure):
        _fields_ = [("uid", c_uint32), ("gid", c_uint32)]

else:

    class Again(Structure):  # type: ignore[no-redef]
        _fields_ = [("uid", c_uint8)]


btf.validate_struct("creds", Again)
# E: not checked: "Again" may refer to more than one definition; define it once, without a condition
#    [btf-unresolved]
