"""Names that are of one thing to mypy and may be of another when the program runs."""

import sys
from ctypes import BigEndianStructure, Structure, Union, c_uint8, c_uint32, sizeof
from enum import IntFlag
from typing import TYPE_CHECKING, Any, Final

import several_first
from btf_typing import load
from prog_bpf import creds
from several_first import Creds as Steady
from several_first import Empty

# mypy: enable-error-code="btf-unresolved"

obj = load("prog.bpf.o")
btf = obj.btf
MANY = len(sys.argv) > 50

if MANY:
    from several_first import LENGTH, NAME, PATH, Creds, Number
else:
    from several_second import (  # type: ignore[assignment]
        LENGTH,
        NAME,
        PATH,
        Creds,
        Number,
    )

if MANY:
    import several_first as settings
else:
    import several_second as settings  # type: ignore[no-redef]

try:
    from hidden import HIDDEN  # type: ignore[import-not-found]
except ImportError:
    HIDDEN = 2

load(PATH)
# E: cannot tell which object this is: "PATH" may be one of several  [btf-unresolved]
btf.struct(NAME)
# E: not checked: "NAME" may be one of several  [btf-unresolved]
btf.validate_struct("creds", Creds)
# E: not checked: "Creds" may be one of several  [btf-unresolved]
btf.validate_struct("creds", Steady)
btf.validate_struct("creds", several_first.Creds)


class OfLength(Structure):
    _fields_ = [("x", c_uint32 * LENGTH)]


btf.validate_struct("creds", OfLength)
# E: not checked: field "x": "LENGTH" may be one of several  [btf-unresolved]


class OfNumber(Structure):
    _fields_ = [("uid", Number), ("gid", c_uint32)]


btf.validate_struct("creds", OfNumber)
# E: not checked: field "uid": "Number" may be one of several  [btf-unresolved]


class OfSettings(Structure):
    _fields_ = [("x", c_uint32 * settings.LENGTH)]


btf.validate_struct("creds", OfSettings)
# E: not checked: field "x": "settings" may be one of several  [btf-unresolved]


class OfHidden(Structure):
    _fields_ = [("x", c_uint32 * HIDDEN)]


btf.validate_struct("creds", OfHidden)
# E: not checked: field "x": the value of "several.HIDDEN" is not known; is it Final, in the
#    module that defines it?  [btf-unresolved]

if MANY:
    Alias = c_uint32
    Base = Structure
else:
    Alias = c_uint8  # type: ignore
    Base = BigEndianStructure  # type: ignore


class OfAlias(Structure):
    _fields_ = [("uid", Alias), ("gid", c_uint32)]


class OfBase(Base):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", OfAlias)
# E: not checked: field "uid": "Alias" may be one of several  [btf-unresolved]
btf.validate_struct("creds", OfBase)
# E: not checked: "Base" may be one of several  [btf-unresolved]

if TYPE_CHECKING:
    Told = Structure
    from several_first import NAME as ASKED
else:
    Told = BigEndianStructure
    ASKED = "none"


class OfTold(Told):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", OfTold)
# E: not checked: "Told" is another one at run time  [btf-unresolved]
btf.struct(ASKED)
# E: not checked: "ASKED" is another one at run time  [btf-unresolved]

Item = c_uint32


class Sometimes(Structure):
    if MANY:
        Item = c_uint8
    _fields_ = [("uid", Item), ("gid", c_uint32)]


btf.validate_struct("creds", Sometimes)
# E: not checked: field "uid": "Item" may be one of several  [btf-unresolved]


class Imports(Structure):
    from several_first import LENGTH as _pack_

    _fields_ = [("uid", c_uint8), ("gid", c_uint32)]


class Walrus(Structure):
    (_pack_ := 1)
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", Imports)
# E: not checked: _pack_ is assigned in a way that is not followed  [btf-unresolved]
btf.validate_struct("creds", Walrus)
# E: not checked: _pack_ is assigned in a way that is not followed  [btf-unresolved]
btf.validate_struct("creds", Empty)
# E: not checked: class "Empty" has no fields yet, and may get some elsewhere  [btf-unresolved]


class Nested:
    class Inner(Structure):
        _fields_ = [("uid", c_uint32), ("gid", c_uint32)]

    def check(self) -> None:
        btf.validate_struct("creds", self.Inner)
        # E: not checked: which class this is cannot be told: what "Inner" is cannot be
        #    told  [btf-unresolved]
        btf.validate_struct("creds", Nested.Inner)


class Early(Structure):
    pass


PAIR = Early * 2
SIZE = sizeof(Early) + 8
Early._fields_ = [("uid", c_uint32), ("gid", c_uint32)]


class OfEarly(Structure):
    _fields_ = [("early", Early)]


btf.validate_struct("creds", Early)
# E: not checked: it is used before it has its fields  [btf-unresolved]
btf.validate_struct("creds", OfEarly)
# E: not checked: field "early": class "Early": it is used before it has its
#    fields  [btf-unresolved]

btf.validate_struct("creds", btf.struct("creds"))
btf.validate_struct("creds", load("build/other.bpf.o").btf.struct("event"))
# E: field "gid" of struct "creds": class has no such field, BTF has c_uint32 at offset
#    4  [btf-layout]
# E: field "uid" of struct "creds": class has no such field, BTF has c_uint32 at offset
#    0  [btf-layout]
# E: field "what" of struct "creds": class has c_uint32 at offset 8, BTF has nothing after 8
#    bytes  [btf-layout]
# E: field "when" of struct "creds": class has c_uint64 at offset 0, BTF has 'uid' there,
#    c_uint32 at offset 0  [btf-layout]
# E: struct "creds": class has 16 bytes, BTF has 8 bytes  [btf-layout]


def of_a_parameter(may_derive: type[creds]) -> None:
    btf.validate_struct("creds", may_derive)
    # E: not checked: which class this is cannot be told: what "may_derive" holds is not part
    #    of its type  [btf-unresolved]


class Lists:
    fields: list[Any] = [("uid", c_uint32), ("gid", c_uint32)]

    def grow(self) -> None:
        self.fields.append(("more", c_uint32))


class OfLists(Structure):
    _fields_ = Lists.fields


btf.validate_struct("creds", OfLists)
# E: not checked: the list "fields" may get other items  [btf-unresolved]


class Same(Union):
    _fields_ = [("uid", c_uint32)]


(lambda: Same._fields_.append(("gid", c_uint32)))()
btf.validate_struct("creds", Same)
# E: not checked: the list "_fields_" may get other items  [btf-unresolved]


class Flags(IntFlag):
    A = 1
    B = 2


class OfFlags(Structure):
    _fields_ = [("x", c_uint32 * (~Flags.A & 3)), ("gid", c_uint32)]


class OfImport(Structure):
    if MANY:
        from ctypes import c_uint16 as Item
    _fields_ = [("uid", Item), ("gid", c_uint32)]


class OfEmpty(Structure):
    _fields_ = [("empty", Empty), ("uid", c_uint32), ("gid", c_uint32)]


FIELDS: list[Any] = [("uid", c_uint32), ("gid", c_uint32)]
if not TYPE_CHECKING:
    FIELDS.append(("more", c_uint32))


class OfFields(Structure):
    _fields_ = FIELDS


if MANY:
    TWICE: Final = 2
else:
    TWICE: Final = 3  # type: ignore


class OfTwice(Structure):
    _fields_ = [("x", c_uint32 * TWICE)]


btf.validate_struct("creds", OfFlags)
# E: not checked: field "x": what is left of the members of an enum is its own
#    affair  [btf-unresolved]
btf.validate_struct("creds", OfImport)
# E: not checked: field "uid": "Item" may be one of several  [btf-unresolved]
btf.validate_struct("creds", OfEmpty)
# E: not checked: field "empty": class "Empty" has no fields yet, and may get some
#    elsewhere  [btf-unresolved]
btf.validate_struct("creds", OfFields)
# E: not checked: "FIELDS" is not analysed everywhere  [btf-unresolved]
btf.validate_struct("creds", OfTwice)
# E: not checked: field "x": "TWICE" may be one of several  [btf-unresolved]


class One:
    Item = c_uint32

    class Inner(Structure):
        Item = c_uint32
        _fields_ = [("uid", Item), ("gid", c_uint32)]

    class Outer(Structure):
        class Inner(Structure):
            _fields_ = [("uid", c_uint32), ("gid", c_uint32)]

        _fields_ = [("creds", Inner)]

    btf.validate_struct("creds", Inner)


def first() -> None:
    number = c_uint32

    class Local(Structure):
        _fields_ = [("uid", number), ("gid", c_uint32)]

    btf.validate_struct("creds", Local)


def second() -> None:
    number = c_uint8

    class Local(Structure):
        _fields_ = [("uid", number), ("gid", c_uint32)]
        # E: field "uid" of struct "creds": class has c_uint8 at offset 0, BTF has c_uint32 at
        #    offset 0  [btf-layout]

    btf.validate_struct("creds", Local)
