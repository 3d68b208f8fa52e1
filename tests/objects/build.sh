#!/bin/sh
# Compile the objects of this folder again: maps, globals, programs, files that bpftool links, two
# for loaders, and those with variables that cannot be read.
#
#   tests/objects/build.sh
#
# Needs clang-19, clang-14, llvm-objcopy-19, llvm-strip-19, bpf-gcc and bpftool, and libbpf's headers
# (Debian: clang-19 clang-14 llvm-19 gcc-bpf bpftool libbpf-dev).
set -eu
cd "$(dirname "$0")"

headers="-idirafter /usr/include/$(uname -m)-linux-gnu -idirafter /usr/include"

strip() {
	if [ "$1" = loaders.o ]; then # the kernel gets the BTF of a program only with .BTF.ext
		llvm-strip-19 --strip-debug "$1"
		return
	fi
	# keeps BTF and the compiler's name (.debug_str or .comment); DWARF is ten times the size
	llvm-objcopy-19 --strip-debug --remove-section=.BTF.ext --remove-section=.rel.BTF.ext \
		--remove-section=.rel.BTF --keep-section=.debug_str "$1"
}

clang() { # clang VERSION TARGET SOURCE OBJECT
	"clang-$1" -target "$2" -O2 -g -fdebug-compilation-dir=. -Wall -Werror $headers -c "$3" -o "$4"
}

gcc() { # gcc ENDIAN SOURCE OBJECT; it says that it marks .rodata.x as writable, and does
	# GCC writes the path of the source into the BTF; from standard input in / it is "/<stdin>".
	object=$PWD/$3
	(cd / && bpf-gcc "-m$1-endian" -O2 -gbtf -Wall $headers -x c -c - -o "$object") <"$2" 2>/dev/null
}

clang 19 bpfel maps.c maps-clang19-el.o
clang 19 bpfeb maps.c maps-clang19-eb.o
gcc little maps.c maps-gcc12-el.o

clang 19 bpfel programs.c programs-clang19-el.o
clang 14 bpfeb programs.c programs-clang14-eb.o
gcc little programs.c programs-gcc12-el.o

for version in 19 14; do
	clang $version bpfel globals.c globals-clang$version-el.o
	clang $version bpfeb globals.c globals-clang$version-eb.o
done
gcc little globals.c globals-gcc12-el.o
gcc big globals.c globals-gcc12-eb.o

clang 19 bpfel enums.c enums-clang19.o
clang 14 bpfel enums.c enums-clang14.o
gcc little enums.c enums-gcc12.o

for name in loaders request; do clang 19 bpfel $name.c $name.o; done

clang 19 bpfel odd.c odd.o
clang 19 bpfel two_sections.c two_sections.o
clang 14 bpfel elsewhere.c elsewhere.o

for part in a b; do clang 19 bpfel weak_$part.c weak_$part.o; done
bpftool gen object weak.o weak_a.o weak_b.o
rm weak_a.o weak_b.o

for part in a b; do clang 19 bpfel linked_$part.c linked_$part.o; done
bpftool gen object linked.o linked_a.o linked_b.o
rm linked_a.o linked_b.o

for object in *.o; do
	strip "$object"
	echo "$object: $(wc -c <"$object") bytes"
done
