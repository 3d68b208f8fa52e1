"""Methods of an object that another module loads, used without a call."""

from collections.abc import Callable
from ctypes import Structure, c_uint32
from typing import Any

import opened
from opened import obj

find = obj.btf.struct
find("event")
# E: not checked: "find" does not say which object it belongs to; call struct() on the BTF of the
#    object, as in obj.btf.struct("event")  [btf-unresolved]
find(input())
list(map(obj.btf.enum, ["kind", "kinds"]))
# E: not checked: the plugin does not see the calls of enum() in map(); call it on the BTF of the
#    object, as in [obj.btf.enum(name) for name in names]  [btf-unresolved]
list(map(opened.obj.btf.struct, input().split()))


class Tool:
    def __init__(self) -> None:
        self.find = obj.btf.union
        self.btf = obj.btf

    def run(self) -> None:
        self.find("value")
        # E: not checked: "find" does not say which object it belongs to; call union() on the BTF of
        #    the object, as in obj.btf.union("value")  [btf-unresolved]
        self.find(input())
        find = self.btf.struct
        find("event")
        # E: not checked: "find" does not say which object it belongs to; call struct() on the BTF
        #    of the object, as in obj.btf.struct("event")  [btf-unresolved]


class Other:
    def __init__(self, find: Callable[[str], Any], struct: str) -> None:
        self.find = find
        self.struct = struct
        self.find("value")
        print(self.struct, "value")


def show(named: opened.Named) -> None:
    print("type", named.type)
    named.btf.struct("event")


print("type", opened.named.type)
type_of = obj.btf.type
type_of("evnt")
# E: not checked: "type_of" does not say which object it belongs to; call type() on the BTF of the
#    object, as in obj.btf.type("evnt")  [btf-unresolved]
list(map(obj.btf.type, ["evnt"]))
# E: not checked: the plugin does not see the calls of type() in map(); call it on the BTF of the
#    object, as in [obj.btf.type(name) for name in names]  [btf-unresolved]
for each in obj.maps.values():
    print("type", each.type)
validate = obj.btf.validate
validate_struct = obj.btf.validate_struct


@validate("evnt")
# E: not checked: "validate" does not say which object it belongs to; call validate() on the BTF of
#    the object, as in obj.btf.validate("evnt")  [btf-unresolved]
class Event(Structure):
    _fields_ = [("pid", c_uint32)]


list(map(obj.btf.validate, ["evnt"]))
# E: not checked: the plugin does not see the calls of validate() in map(); call it on the BTF of
#    the object, as in @obj.btf.validate("event")  [btf-unresolved]
list(map(obj.btf.validate_struct, ["evnt"], [Event]))
# E: not checked: the plugin does not see the calls of validate_struct() in map(); call it on the
#    BTF of the object, as in obj.btf.validate_struct("event", Event)  [btf-unresolved]
validate_struct("evnt", Event)
# E: not checked: "validate_struct" does not say which object it belongs to; call validate_struct()
#    on the BTF of the object, as in obj.btf.validate_struct("evnt", ...)  [btf-unresolved]
validate_struct(cls=Event, name="evnt")
# E: not checked: "validate_struct" does not say which object it belongs to; call validate_struct()
#    on the BTF of the object, as in obj.btf.validate_struct("evnt", ...)  [btf-unresolved]
