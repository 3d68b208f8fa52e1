"""Hand-written classes that no object proves: fields of generated classes have types."""

import ctypes
from ctypes import POINTER, BigEndianStructure, Structure, Union, c_char, c_uint32
from typing import Any, TypeVar

import prog_bpf
import tables
from app.tool_bpf import creds as live_creds
from app.tool_bpf import obj as live
from btf_typing import load
from opened import obj as elsewhere
from sizes import NOT_FINAL

T = TypeVar("T")
obj = load("prog.bpf.o")
creds = obj.btf.struct("creds")
Value = obj.btf.union("value")
Count = live.maps["counts"].value
Dynamic = obj.btf.struct(input())
Many = creds * 2


class Record(Structure):
    _fields_ = [
        ("head", c_uint32),
        ("creds", creds),
        ("stats", obj.btf.struct("stats")),
        ("value", Value),
        ("imported", prog_bpf.creds),
        ("live", live_creds),
        ("count", Count),
        ("key", live.maps["counts"].key),
        ("three", creds * 3),
        ("many", Many),
        ("nested", creds * 2 * 3),
        ("pointer", POINTER(creds)),
        ("other", POINTER(prog_bpf.creds)),
        ("dynamic", Dynamic),
        ("misspelt", obj.btf.struct("crds")),
        # E: no struct "crds" in "prog.bpf.o"; did you mean "creds"?  [btf-name]
        ("shared", tables.counts.value),
        ("shared_keys", POINTER(tables.counts.key)),
        ("pointers", POINTER(creds) * 4),
    ]


record = Record(1, creds(uid=1), nope=1)
reveal_type(record.creds)  # N: Revealed type is "prog_bpf.creds"
reveal_type(record.stats)  # N: Revealed type is "prog_bpf.stats"
reveal_type(record.value.text)  # N: Revealed type is "bytes"
reveal_type(record.imported.gid)  # N: Revealed type is "int"
reveal_type(record.live.gid)  # N: Revealed type is "int"
reveal_type(record.count.count)  # N: Revealed type is "int"
reveal_type(record.key.cpu)  # N: Revealed type is "int"
reveal_type(record.three)
# N: Revealed type is "btf_typing.records._Array[prog_bpf.creds, prog_bpf.creds, prog_bpf.creds |
#    tuple[Any, ...]]"
reveal_type(record.many[0].uid)  # N: Revealed type is "int"
reveal_type(record.nested[0][1])  # N: Revealed type is "prog_bpf.creds"
reveal_type(record.pointer.contents)  # N: Revealed type is "prog_bpf.creds"
reveal_type(record.other[0])  # N: Revealed type is "prog_bpf.creds"
reveal_type(Record.creds.offset)  # N: Revealed type is "int"
reveal_type(record.shared)  # N: Revealed type is "tool_bpf.counts_value"
reveal_type(record.shared_keys[0])  # N: Revealed type is "tool_bpf.counts_key"
reveal_type(record.pointers[0].contents)  # N: Revealed type is "prog_bpf.creds"
record.creds.uidd  # E: "creds" has no attribute "uidd"; maybe "uid"?  [attr-defined]
record.count.cuont  # E: "counts_value" has no attribute "cuont"; maybe "count"?  [attr-defined]
for each in record.three:
    each.gidd  # E: "creds" has no attribute "gidd"; maybe "gid"?  [attr-defined]

# The other attributes stay as they are for every structure.
reveal_type(record.head)  # N: Revealed type is "Any"
reveal_type(record.dynamic)  # N: Revealed type is "Any"
reveal_type(record.misspelt)  # N: Revealed type is "Any"
record.whatever = record.whatever

# ctypes accepts these values, and no others.
record.creds = creds()
record.creds = (1, 2)
record.three = (creds * 3)()
record.three = (creds(), (1, 2))
record.pointer = None
record.pointer = ctypes.pointer(creds())
record.pointer = (creds * 2)()
record.pointer[0] = (1, 2)
record.pointers[0] = None
record.pointers[0] = ctypes.pointer(creds())
record.pointers[1:2] = [None]
record.three[0] = (1, 2)
record.three[0] = creds()
record.three[0:2] = (creds(), creds())
record.three[0:2] = [(1, 2), creds()]
record.three[:] = Record().three
record.nested[0] = (creds(), creds())
record.nested[0] = record.nested[1]
record.nested[0][1] = (1, 2)
record.three[0] = 1  # type: ignore[call-overload]
record.pointer[0] = 1
# E: Incompatible types in assignment (expression has type "int", target has type
#    "creds | tuple[Any, ...]")  [assignment]
record.three.value
# E: Array attribute "value" is only available with element type "c_char" or "c_wchar", not
#    "creds"  [misc]
record.three.raw
# E: Array attribute "raw" is only available with element type "c_char", not "creds"  [misc]
record.creds = 1
# E: Incompatible types in assignment (expression has type "int", variable has type
#    "creds | tuple[Any, ...]")  [assignment]


class Derived(Record):
    _fields_ = [("more", creds), ("stats", c_uint32), ("value", c_char * NOT_FINAL)]

    def show(self) -> None:
        self.creds.uidd  # E: "creds" has no attribute "uidd"; maybe "uid"?  [attr-defined]


reveal_type(Derived().more)  # N: Revealed type is "prog_bpf.creds"
reveal_type(Derived().stats)  # N: Revealed type is "int"
reveal_type(Derived().value)  # N: Revealed type is "Any"


class Big(BigEndianStructure):
    _fields_ = [("creds", creds)]


class Either(Union):
    _fields_ = [("creds", creds), ("raw", c_char * 8)]


reveal_type(Big().creds)  # N: Revealed type is "prog_bpf.creds"
reveal_type(Either().creds)  # N: Revealed type is "prog_bpf.creds"


class Unknown(Structure):
    """A class of unknown layout. The fields that are known have types."""

    _pack_ = NOT_FINAL
    _fields_ = [
        *[(str(number), c_uint32) for number in range(NOT_FINAL)],
        ("text", c_char * NOT_FINAL),
        (input(), creds),
        ("creds", elsewhere.btf.struct("creds")),
    ]


reveal_type(Unknown().creds)  # N: Revealed type is "prog_bpf.creds"
reveal_type(Unknown().text)  # N: Revealed type is "Any"


class Extended(prog_bpf.creds):
    """A class of a stub accepts no other attributes, so each field is declared."""

    _fields_ = [("text", c_char * NOT_FINAL), ("more", creds)]


reveal_type(Extended(text=b"").text)  # N: Revealed type is "Any"
reveal_type(Extended().more)  # N: Revealed type is "prog_bpf.creds"
Extended().moer  # E: "Extended" has no attribute "moer"  [attr-defined]


class Simple(prog_bpf.creds):
    """Validation allows none of these types, so their values are not checked."""

    _fields_ = [
        ("text", ctypes.c_char_p),
        ("letter", ctypes.c_wchar),
        ("wide", ctypes.c_wchar_p),
        ("letters", ctypes.c_wchar * 4),
        ("object", ctypes.py_object),
        ("texts", ctypes.c_char_p * 2),
        ("numbers", c_uint32 * 2),
        ("lines", c_char * 8 * 2),
    ]


simple = Simple(text=b"")
print(simple.text.upper(), simple.letter.upper(), simple.wide.upper(), simple.letters.upper())
print(simple.object.whatever, simple.texts[0].upper(), simple.lines[0].value.upper())
simple.text, simple.wide, simple.object, simple.letters = b"", None, 1, "abcd"
simple.texts[0] = b""
simple.numbers[0] = c_uint32(1)
simple.numbers[0] = 1
reveal_type(simple.numbers[0])  # N: Revealed type is "int"


def common() -> list[tuple[str, type[c_uint32]]]: ...


class Partly(prog_bpf.creds):
    """A class of a stub accepts no other attributes, but this class has unknown fields."""

    _fields_ = [*common(), ("more", creds)]

    def __setattr__(self, name: str, value: object) -> None: ...  # type: ignore[override]


class FromPartly(Partly):
    _fields_ = [("text", c_char * 4)]


class Anonymous(prog_bpf.creds):
    _anonymous_ = ("inner",)
    _fields_ = [("inner", prog_bpf.stats)]


class Replaceable(prog_bpf.creds):
    if input():
        _fields_ = [("text", c_char * 4)]


class Same(prog_bpf.creds):
    """A class without fields of its own."""

    def __init_subclass__(cls) -> None: ...


Partly(from_common=1).from_common += 1
reveal_type(Partly().more)  # N: Revealed type is "prog_bpf.creds"
reveal_type(Partly().uid)  # N: Revealed type is "int"
Partly().more.uidd  # E: "creds" has no attribute "uidd"; maybe "uid"?  [attr-defined]
FromPartly().from_common += 1
reveal_type(FromPartly().text)  # N: Revealed type is "bytes"
Anonymous().count += 1
reveal_type(Anonymous().inner.count)  # N: Revealed type is "int"
Replaceable(text=b"").text = b""
Same().uidd  # E: "Same" has no attribute "uidd"  [attr-defined]


class Late(Structure):
    pass


Late._fields_ = [("creds", creds), ("next", POINTER(Late)), ("pointer", POINTER(creds))]
reveal_type(Late().creds)  # N: Revealed type is "prog_bpf.creds"
reveal_type(Late().next)  # N: Revealed type is "Any"
reveal_type(Late().pointer.contents)  # N: Revealed type is "prog_bpf.creds"


def local() -> None:
    creds = obj.btf.struct("creds")

    class Local(Structure):
        _fields_ = [("creds", creds), ("three", creds * 3)]

    reveal_type(Local().creds)  # N: Revealed type is "prog_bpf.creds"
    reveal_type(Local().three[0])  # N: Revealed type is "prog_bpf.creds"


class Annotated(Structure):
    """An annotation in the class decides the type."""

    _fields_ = [("creds", creds)]
    creds: object


class WithAnnotation(Record):
    creds: prog_bpf.creds  # type: ignore[assignment, unused-ignore]  # for mypy 1.15


class Mixin:
    creds: prog_bpf.creds


class WithMixin(Mixin, Record):
    """An annotation in a mixin."""


reveal_type(WithMixin().creds)  # N: Revealed type is "prog_bpf.creds"
reveal_type(Annotated().creds)  # N: Revealed type is "object"
reveal_type(WithAnnotation().creds)  # N: Revealed type is "prog_bpf.creds"

# The rest of this file has classes whose fields are uncertain.


class Changed(Structure):
    if input():
        _fields_ = [("creds", creds)]
    else:
        _fields_ = [("creds", c_uint32)]


class Added(Structure):
    _fields_ = [("creds", creds)]


Added._fields_.append(("creds", c_uint32))


def replaced(class_: T) -> T: ...


@replaced
class Replaced(Structure):
    _fields_ = [("creds", creds)]


class Base(Structure):
    def __init_subclass__(cls) -> None: ...


class FromBase(Base):
    _fields_ = [("creds", creds)]


class Reading(Structure):
    _fields_ = [("creds", creds)]

    def __getattribute__(self, name: str) -> Any: ...


class Assigning(Structure):
    _fields_ = [("creds", creds)]

    def __setattr__(self, name: str, value: object) -> None: ...


class Odd(Structure):
    _fields_ = [
        *(("__init__", creds), ("__class__", creds), ("__getattr__", creds), ("__call__", creds)),
        *(("__slots__", creds), ("__match_args__", creds), ("", creds), ("btf-layout", creds)),
    ]


Changed().creds.whatever
Added().creds.whatever
Replaced().creds.whatever
FromBase().creds.whatever
Reading().creds.whatever
Assigning().creds = 1
Odd()
