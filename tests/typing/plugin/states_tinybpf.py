"""A missing stub of an object that tinybpf loads, reported where the program loads the object."""

import btf_typing
from btf_typing import tinybpf

print(btf_typing)
obj = tinybpf.load("bare.bpf.o")
# E: no stub for "bare.bpf.o"; run "btf-stubs bare.bpf.o -o stubs"  [btf-stub]
obj.btf.struct("event")
