# hashcount.bpf.o; made by btf-stubs, do not edit
# It reads the object when one of its names is first used. The stub beside it lists the names.
# If a type checker finds no names here, do not pass it this file, but the folder or the stub.
from btf_typing.live import module as _module

_module(globals(), "hashcount.bpf.o")
