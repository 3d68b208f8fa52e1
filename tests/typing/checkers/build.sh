#!/bin/sh
# Compile the object of body.py again. Needs clang-19 and llvm-objcopy-19.
set -eu
cd "$(dirname "$0")"
clang-19 -target bpfel -O2 -g -fdebug-compilation-dir=. -Wall -Werror -Wno-missing-declarations \
	-c prog.c -o prog.bpf.o
# BTF and the compiler's name are enough.
llvm-objcopy-19 --strip-debug --remove-section=.BTF.ext --remove-section=.rel.BTF.ext \
	--remove-section=.rel.BTF --keep-section=.debug_str prog.bpf.o
