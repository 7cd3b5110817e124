#!/bin/sh
# SPDX-License-Identifier: MIT
# headers.sh <include folder> <compiler>…: each installed header compiles alone, and twice, in C and in C++, without a
# warning, and a header that is none does not.
set -eu
include=$1
shift
# compiles <compiler> <language> <standard> <header>
compiles() {
	printf '#include <lanecrypt/%s>\n#include <lanecrypt/%s>\ntypedef int unit;\n' "$4" "$4" |
		"$1" -x "$2" -std="$3" -I "$include" -Wall -Wextra -pedantic -Wundef -Werror -fsyntax-only -
}
n=0
for compiler in "$@"; do
	for header in "$include"/lanecrypt/*.h; do
		name=$(basename "$header")
		compiles "$compiler" c c11 "$name"
		for standard in c++11 c++17 c++20; do
			compiles "$compiler" c++ $standard "$name"
		done
		n=$((n + 4))
	done
	if compiles "$compiler" c c11 no_such.h 2>/dev/null; then
		echo "$compiler took a header that is not there"
		exit 1
	fi
done
echo "$n compilations"
[ "$n" -ge 60 ]
