"""The same in a module that imports the object."""

import ctypes

from states_once import obj
# E: no stub for "new.btf"; run "btf-stubs new.btf --base-btf base.btf -o stubs"  [btf-stub]

First = obj.btf.struct("module_event")
Second = obj.btf.struct("device")
ctypes.sizeof(First)
