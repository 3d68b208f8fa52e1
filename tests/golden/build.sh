#!/bin/sh
# Compile the objects of this folder again, all of them or those named.
#
#   tests/golden/build.sh [NAME...]
#
# Needs clang-19 and llvm-objcopy-19. Afterwards write the stubs and modules again:
#
#   UPDATE_GOLDENS=1 python -m pytest tests/unit/stubs/test_golden.py
set -eu
cd "$(dirname "$0")"

[ $# -gt 0 ] || set -- *.c
for source; do
	name=${source%.c}
	target=bpfel
	[ "$name" != bigendian ] || target=bpfeb
	clang-19 -target $target -O2 -g -Wall -Werror -Wno-missing-declarations \
		-fdebug-compilation-dir=. -c "$name.c" -o "$name.o"
	# Only the BTF matters here.
	llvm-objcopy-19 --strip-debug --remove-section=.BTF.ext --remove-section=.rel.BTF.ext \
		--remove-section=.rel.BTF --remove-section=.comment "$name.o"
done
