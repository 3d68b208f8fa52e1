"""Names that mean one thing to mypy and may mean another when the program runs."""

import sys
from ctypes import BigEndianStructure, Structure, Union, c_uint8, c_uint32, sizeof
from enum import IntFlag
from typing import TYPE_CHECKING, Any, Final

import several_first
from app.classes import Opener
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
# E: cannot determine which object this is: "PATH" may refer to more than one definition; define it
#    once, without a condition  [btf-unresolved]
btf.struct(NAME)
# E: not checked: "NAME" may refer to more than one definition; define it once, without a condition
#    [btf-unresolved]
btf.validate_struct("creds", Creds)
# E: not checked: "Creds" may refer to more than one definition; define it once, without a condition
#    [btf-unresolved]
btf.validate_struct("creds", Steady)
btf.validate_struct("creds", several_first.Creds)


class OfLength(Structure):
    _fields_ = [("x", c_uint32 * LENGTH)]


btf.validate_struct("creds", OfLength)
# E: not checked: field "x": "LENGTH" may refer to more than one definition; define it once, without
#    a condition  [btf-unresolved]


class OfNumber(Structure):
    _fields_ = [("uid", Number), ("gid", c_uint32)]


btf.validate_struct("creds", OfNumber)
# E: not checked: field "uid": "Number" may refer to more than one definition; define it once,
#    without a condition  [btf-unresolved]


class OfSettings(Structure):
    _fields_ = [("x", c_uint32 * settings.LENGTH)]


btf.validate_struct("creds", OfSettings)
# E: not checked: field "x": "settings" may refer to more than one definition; define it once,
#    without a condition  [btf-unresolved]


class OfHidden(Structure):
    _fields_ = [("x", c_uint32 * HIDDEN)]


btf.validate_struct("creds", OfHidden)
# E: not checked: field "x": the value of "several.HIDDEN" is unknown; declare it Final in the
#    module that defines it  [btf-unresolved]

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
# E: not checked: field "uid": "Alias" may refer to more than one definition; define it once,
#    without a condition  [btf-unresolved]
btf.validate_struct("creds", OfBase)
# E: not checked: "Base" may refer to more than one definition; define it once, without a condition
#    [btf-unresolved]

if TYPE_CHECKING:
    Told = Structure
    from several_first import NAME as ASKED
else:
    Told = BigEndianStructure
    ASKED = "none"


class OfTold(Told):
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", OfTold)
# E: not checked: "Told" is defined differently for type checkers and at run time; define it once
#    for both  [btf-unresolved]
btf.struct(ASKED)
# E: not checked: "ASKED" is defined differently for type checkers and at run time; define it once
#    for both  [btf-unresolved]

Item = c_uint32


class Sometimes(Structure):
    if MANY:
        Item = c_uint8
    _fields_ = [("uid", Item), ("gid", c_uint32)]


btf.validate_struct("creds", Sometimes)
# E: not checked: field "uid": "Item" may refer to more than one definition; define it once, without
#    a condition  [btf-unresolved]


class Imports(Structure):
    from several_first import LENGTH as _pack_

    _fields_ = [("uid", c_uint8), ("gid", c_uint32)]


class Walrus(Structure):
    (_pack_ := 1)
    _fields_ = [("uid", c_uint32), ("gid", c_uint32)]


btf.validate_struct("creds", Imports)
# E: not checked: the plugin cannot evaluate the assignment to _pack_; assign it once, without a
#    condition, in the class or in the same block after it  [btf-unresolved]
btf.validate_struct("creds", Walrus)
# E: not checked: the plugin cannot evaluate the assignment to _pack_; assign it once, without a
#    condition, in the class or in the same block after it  [btf-unresolved]
btf.validate_struct("creds", Empty)
# E: not checked: class "Empty" has no _fields_; assign it in the module that defines the class
#    [btf-unresolved]


class Nested:
    class Inner(Structure):
        _fields_ = [("uid", c_uint32), ("gid", c_uint32)]

    def check(self) -> None:
        btf.validate_struct("creds", self.Inner)
        # E: not checked: the class is unknown: the plugin cannot find out what "Inner" refers to;
        #    write the name of the class  [btf-unresolved]
        btf.validate_struct("creds", Nested.Inner)


class Early(Structure):
    pass


PAIR = Early * 2
SIZE = sizeof(Early) + 8
Early._fields_ = [("uid", c_uint32), ("gid", c_uint32)]


class OfEarly(Structure):
    _fields_ = [("early", Early)]


btf.validate_struct("creds", Early)
# E: not checked: the class is used before _fields_ is assigned; assign it right after the class
#    [btf-unresolved]
btf.validate_struct("creds", OfEarly)
# E: not checked: field "early": class "Early": the class is used before _fields_ is assigned;
#    assign it right after the class  [btf-unresolved]

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
    # E: not checked: the class is unknown: the type of "may_derive" does not say which class it
    #    holds; write the name of the class  [btf-unresolved]


class OfDeclared(Structure):
    _fields_ = [("event", Opener.wanted)]
    # E: Cannot access instance-only attribute "wanted" on class object  [misc]


btf.validate_struct("creds", OfDeclared)
# E: not checked: field "event": the type of "app.classes.Opener.wanted" does not say which class it
#    holds; write the name of the class  [btf-unresolved]


class Lists:
    fields: list[Any] = [("uid", c_uint32), ("gid", c_uint32)]

    def grow(self) -> None:
        self.fields.append(("more", c_uint32))


class OfLists(Structure):
    _fields_ = Lists.fields


btf.validate_struct("creds", OfLists)
# E: not checked: other code may change the list "fields"; use a tuple instead  [btf-unresolved]


class Same(Union):
    _fields_ = [("uid", c_uint32)]


(lambda: Same._fields_.append(("gid", c_uint32)))()
btf.validate_struct("creds", Same)
# E: not checked: other code may change the list "_fields_"; use a tuple instead  [btf-unresolved]


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
# E: not checked: field "x": the plugin does not evaluate "~" on members of an enum; write the
#    number  [btf-unresolved]
btf.validate_struct("creds", OfImport)
# E: not checked: field "uid": "Item" may refer to more than one definition; define it once, without
#    a condition  [btf-unresolved]
btf.validate_struct("creds", OfEmpty)
# E: not checked: field "empty": class "Empty" has no _fields_; assign it in the module that defines
#    the class  [btf-unresolved]
btf.validate_struct("creds", OfFields)
# E: not checked: mypy does not analyze all code that uses the list "FIELDS"; use a tuple instead
#    [btf-unresolved]
btf.validate_struct("creds", OfTwice)
# E: not checked: field "x": "TWICE" may refer to more than one definition; define it once, without
#    a condition  [btf-unresolved]


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
