"""Methods of an object that another module loads, used without a call."""

from collections.abc import Callable
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
