"""A missing stub is reported once in a file, where the file gets the object."""

from btf_typing import load

obj = load("new.btf", base="base.btf")
# E: no stub for "new.btf"; run "btf-stubs new.btf --base-btf base.btf -o stubs"  [btf-stub]
First = obj.btf.struct("module_event")
Second = obj.btf.struct("device")


def third() -> None:
    obj.btf.struct("module_event")
    obj.btf.struct("module_evnt")
    # E: no struct "module_evnt" in "new.btf"; did you mean "module_event"?  [btf-name]
