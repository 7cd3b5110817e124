#!/bin/sh
# SPDX-License-Identifier: MIT
# consumers.sh <prefix> <README.md> <lib folder's name> <version> <compiler>…: what README.md says about using the
# library, word for word, but for the prefix; by pkg-config and by CMake, shared and static, in C and in C++.
set -eu
prefix=$1 readme=$2 libdir=$3 version=$4
shift 4
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 "$here/snippets.py" "$readme" "Install and use the library" "$folder"
cd "$folder"
sed -i "s|~/.local/lib|$prefix/$libdir|g" hello.sh

fail() {
	echo "$*"
	exit 1
}
# says_hello <what> <command…>
says_hello() {
	what=$1
	shift
	said=$("$@") || fail "$what: exit code $?"
	[ "$said" = "hello: success" ] || fail "$what: $said"
}
says_hello "the shell's block" sh -eu hello.sh
. ./hello.sh >/dev/null
readelf -d hello | grep -q 'NEEDED.*liblanecrypt\.so\.0\]' || fail "pkg-config: not linked with the soname"
[ "$(pkg-config --modversion lanecrypt)" = "$version" ] || fail "pkg-config says another version"
LD_LIBRARY_PATH= && export LD_LIBRARY_PATH

flags=$(pkg-config --cflags lanecrypt)
for compiler in "$@"; do # the static library, in C and C++
	for language in "c -std=c11" "c++ -std=c++11" "c++ -std=c++20"; do
		$compiler -x $language -Wall -Wextra -Wpedantic -Werror $flags -o hello hello.c \
			-x none "$prefix/$libdir/liblanecrypt.a"
		says_hello "$compiler -x $language" ./hello
	done
done

# With the library's folder in the program's run path, which CMake sets by itself.
for target in lanecrypt lanecrypt_static; do
	mkdir $target
	sed "s/lanecrypt::lanecrypt)/lanecrypt::$target)/" CMakeLists.txt >$target/CMakeLists.txt
	cp hello.c $target
	cmake -S $target -B $target/build "-DCMAKE_PREFIX_PATH=$prefix" >log &&
		cmake --build $target/build >log || { cat log; exit 1; }
	says_hello "find_package, lanecrypt::$target" $target/build/hello
done
! readelf -d lanecrypt_static/build/hello | grep liblanecrypt || fail "the static target needs the shared library"
sed -i 's/lanecrypt 0.1 REQ/lanecrypt 1.0 REQ/' lanecrypt/CMakeLists.txt
! cmake -S lanecrypt -B refused "-DCMAKE_PREFIX_PATH=$prefix" >log 2>&1 || fail "CMake takes version $version for 1.0"

# Python's block, then what it made, opened by the same library.
cat >>hello.py <<'P'
assert status == 0 and out.raw != text
library, = [line.split()[-1] for line in open("/proc/self/maps") if "liblanecrypt" in line and "r-xp" in line]
lib.lane_version.restype = ctypes.c_char_p
assert library.startswith(os.environ["PREFIX"]) and lib.lane_version().decode() == os.environ["VERSION"]
key_bytes = bytes(16)
key = lib.lane_aes_gcm_new(key_bytes, 16)
assert lib.lane_aes_gcm_seal(key, out, tag, 16, bytes(12), 12, None, 0, bytes(5), 5) == 0
assert out.raw == bytes.fromhex("0388dace60")  # the GCM specification's test case 2, its first bytes
lib.lane_aes_gcm_free(key)
P
LD_LIBRARY_PATH="$prefix/$libdir" PREFIX="$prefix" VERSION="$version" python3 hello.py
