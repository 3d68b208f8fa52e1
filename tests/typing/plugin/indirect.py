"""Classes that their bodies alone do not tell: what gets them, names them or fills them decides."""

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
# E: not checked: a decorator gets the class before it has its fields  [btf-unresolved]
class Decorated(Structure):
    pass


Decorated._fields_ = [("uid", c_uint32), ("gid", c_uint32)]


class TooEarly(Structure):
    pass


btf.validate_struct("creds", TooEarly)
# E: not checked: it is used before it has its fields  [btf-unresolved]
TooEarly._fields_ = [("uid", c_uint32), ("gid", c_uint32)]

btf.validate_struct("creds", Long if MANY else Head)
# E: not checked: which class this is cannot be told: its type is computed in a way that
#    is not followed  [btf-unresolved]


def of_names(any_head: type[Head]) -> None:
    one = Head
    btf.validate_struct("creds", one)
    two = Head
    if MANY:
        two = Long
    btf.validate_struct("creds", two)
    # E: not checked: which class this is cannot be told: what "two" holds is not part of
    #    its type  [btf-unresolved]
    either = Long if MANY else Head
    btf.validate_struct("creds", either)
    # E: not checked: which class this is cannot be told: its type is computed in a way that
    #    is not followed  [btf-unresolved]

    class Holder(Structure):
        _fields_ = [("head", any_head)]

    btf.validate_struct("creds", Holder)
    # E: not checked: field "head": what "any_head" holds is not part of its type  [btf-unresolved]


Declared: type[Head] = Head
if MANY:
    Declared = Long


class Holds(Structure):
    _fields_ = [("head", Declared)]


btf.validate_struct("creds", Holds)
# E: not checked: field "head": what "indirect.Declared" holds is not part of its
#    type  [btf-unresolved]


class Pointers(Structure):
    if not TYPE_CHECKING:
        _align_ = 1
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", Pointers)
# E: not checked: _align_ is another one at run time  [btf-unresolved]

if TYPE_CHECKING:
    Width = c_uint32
    LENGTH = 1
else:
    Width = c_uint64
    LENGTH = 2


class Wide(Structure):
    _fields_ = [("uid", Width), ("gid", c_uint32)]


btf.validate_struct("creds", Wide)
# E: not checked: field "uid": "Width" is another one at run time  [btf-unresolved]


class Many(Structure):
    _fields_ = [("uid", c_uint32 * LENGTH)]


btf.validate_struct("creds", Many)
# E: not checked: field "uid": "LENGTH" is another one at run time  [btf-unresolved]


class Grown(Structure):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


Grown._fields_.append(("more", c_uint32))


class Spread(Structure):
    _fields_ = [*Grown._fields_]


btf.validate_struct("creds", Spread)
# E: not checked: the list "_fields_" may get other items  [btf-unresolved]


class Joined(Structure):
    _fields_ = [*Head._fields_[:0], ("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", Joined)
# E: not checked: the list of fields is computed in a way that is not followed  [btf-unresolved]

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
# E: not checked: the list "IN_A_TUPLE" may get other items  [btf-unresolved]
btf.validate_struct("creds", OfLoop)
# E: not checked: the list "IN_A_LOOP" may get other items  [btf-unresolved]
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
# E: not checked: field "uid": enum "Twice" makes its members itself  [btf-unresolved]


class Swapped(Structure):
    _swappedbytes_ = None
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", Swapped)
# E: not checked: class "Swapped" has _swappedbytes_  [btf-unresolved]


def validate(name: str) -> Any:
    """Any function of that name."""


@validate("creds")
class Elsewhere(Structure):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", Elsewhere)
# E: not checked: a decorator may make another class of it  [btf-unresolved]


class NoNumber(Structure):
    _pack_ = (1, 2, 3)  # type: ignore[assignment]
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", NoNumber)
# E: not checked: a number is computed in a way that is not followed  [btf-unresolved]

if MANY:

    class Again(Structure):
        _fields_ = [("uid", c_uint32), ("gid", c_uint32)]

else:

    class Again(Structure):  # type: ignore[no-redef]
        _fields_ = [("uid", c_uint8)]


btf.validate_struct("creds", Again)
# E: not checked: "Again" may be one of several  [btf-unresolved]
