#!/bin/sh
# Compile the examples: every NAME.bpf.c of each FOLDER to NAME.bpf.o beside it.
# The default is all folders.
#
#   examples/build.sh [FOLDER...]
#
# Needs clang 14 or newer with the BPF target, llvm-strip of the same version,
# and libbpf's headers (Debian: clang llvm libbpf-dev). The script uses the newest
# versions that it finds. Set CLANG and LLVM_STRIP to choose others.
set -eu

newest() { # newest TOOL: TOOL-N for the largest N installed, else TOOL
	for n in 30 29 28 27 26 25 24 23 22 21 20 19 18 17 16 15 14; do
		if command -v "$1-$n"; then return; fi
	done
	command -v "$1"
}

clang=${CLANG:-$(newest clang)} || { echo "build.sh: no clang found" >&2; exit 1; }
strip=${LLVM_STRIP:-$(newest llvm-strip)} || { echo "build.sh: no llvm-strip found" >&2; exit 1; }
major=$("$clang" -dumpversion | cut -d. -f1)
if [ "$major" -lt 14 ]; then
	echo "build.sh: $clang is version $major; 14 or newer is needed" >&2
	exit 1
fi

cd "$(dirname "$0")"
if [ $# -eq 0 ]; then set -- */; fi

for folder; do
	folder=${folder#examples/}
	for source in "${folder%/}"/*.bpf.c; do
		if [ ! -e "$source" ]; then continue; fi # an example without C
		object=${source%.c}.o
		# BTF contains the path of the source, for the verifier's log. The two
		# options make it the same on every machine. -g makes clang write BTF.
		# It also writes DWARF, which is ten times as large; llvm-strip removes it.
		"$clang" -target bpf -O2 -g -Wall -Wextra -Werror \
			-idirafter "/usr/include/$(uname -m)-linux-gnu" \
			-fdebug-compilation-dir=. -ffile-prefix-map="$PWD"=. \
			-c "$source" -o "$object"
		"$strip" -g "$object"
		echo "$object: $(wc -c <"$object") bytes, clang $major"
	done
done
