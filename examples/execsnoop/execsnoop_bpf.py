# execsnoop.bpf.o; made by btf-stubs, do not edit
# This module reads the object when you first use one of its names. The stub beside it lists them.
# If a type checker finds no names here, pass it the folder or the stub instead of this file.
from btf_typing.live import module as _module

_module(globals(), "execsnoop.bpf.o")
