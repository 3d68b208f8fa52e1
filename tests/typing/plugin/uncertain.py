"""Classes that other code may change: they are not checked."""

import ctypes
import sys
from ctypes import Structure, c_uint8, c_uint32
from typing import Any, TypeVar, final

from btf_typing import load
from later import CHANGED, Later, Lists

# mypy: enable-error-code="btf-unresolved"

btf = load("prog.bpf.o").btf
_T = TypeVar("_T")
MANY = len(sys.argv) > 50

FIELDS: list[Any] = [("uid", c_uint32), ("gid", c_uint32)]
FIELDS.append(("more", c_uint32))
STEADY: list[Any] = [("uid", c_uint32), ("gid", c_uint32)]


class Appended(Structure):
    _fields_ = FIELDS


btf.validate_struct("creds", Appended)
# E: not checked: other code may change the list "FIELDS"; use a tuple instead  [btf-unresolved]


class Steady(Structure):
    _fields_ = STEADY


class Read(Structure):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


print(len(Read._fields_), Read._fields_.index(("uid", c_uint32)))
btf.validate_struct("creds", Read)


btf.validate_struct("creds", Steady)


class AppendedInside(Structure):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]
    _fields_.append(("more", c_uint32))


btf.validate_struct("creds", AppendedInside)
# E: not checked: other code may change the list "_fields_"; use a tuple instead  [btf-unresolved]


class SometimesPacked(Structure):
    if MANY:
        _pack_ = 1
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", SometimesPacked)
# E: not checked: the plugin cannot evaluate the assignment to _pack_; assign it once, without a
#    condition, in the class or in the same block after it  [btf-unresolved]


class NeverPacked(Structure):
    if sys.platform == "win32":
        _pack_ = 1
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", NeverPacked)


class SometimesLater(Structure):
    pass


if MANY:
    SometimesLater._fields_ = [("uid", c_uint32), ("gid", c_uint32)]
btf.validate_struct("creds", SometimesLater)
# E: not checked: the plugin cannot evaluate the assignment to _fields_; assign it once, without a
#    condition, in the class or in the same block after it  [btf-unresolved]


class PackedTooLate(Structure):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


PackedTooLate._pack_ = 1
btf.validate_struct("creds", PackedTooLate)
# E: not checked: _pack_ is assigned after _fields_; assign it before  [btf-unresolved]


class PackedInTime(Structure):
    pass


PackedInTime._pack_ = 1
PackedInTime._fields_ = [("uid", c_uint8), ("gid", c_uint32)]
# E: field "uid" of struct "creds": class has c_uint8 at offset 0, BTF has c_uint32 at offset
#    0  [btf-layout]
# E: field "gid" of struct "creds": class has c_uint32 at offset 1, BTF has c_uint32 at offset
#    4  [btf-layout]
# E: struct "creds": class has 5 bytes, BTF has 8 bytes  [btf-layout]
btf.validate_struct("creds", PackedInTime)


class Packs:
    _pack_ = 1


class Mixed(Packs, Structure):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", Mixed)
# E: not checked: class "Packs" defines _pack_ but is neither a structure nor a union; move
#    _pack_ into the structure  [btf-unresolved]


class Changing(Structure):
    def __init_subclass__(cls) -> None:
        setattr(cls, "_fields_", [("uid", c_uint32)])


class Changed(Changing):
    pass


btf.validate_struct("creds", Changed)
# E: not checked: class "Changing" has __init_subclass__ or a metaclass, which may change the
#    classes that derive from it; derive directly from Structure or Union  [btf-unresolved]


def wider(cls: type[_T]) -> type[_T]:
    return cls


@wider
class Decorated(Structure):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", Decorated)
# E: not checked: a decorator may replace the class; the plugin knows only validate() and final
#    [btf-unresolved]


@final
class Final(Structure):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


def of_a_parameter(may_derive: type[Steady], cannot: type[Final]) -> None:
    btf.validate_struct("creds", may_derive)
    # E: not checked: the class is unknown: the type of "may_derive" does not say which class it
    #    holds; write the name of the class  [btf-unresolved]
    btf.validate_struct("creds", cannot)


btf.validate_struct("creds", Later)
print(ctypes.sizeof(Later))
btf.validate_struct("creds", Lists)
# E: not checked: class "Lists": other code may change the list "CHANGED"; use a tuple instead
#    [btf-unresolved]
print(CHANGED)
