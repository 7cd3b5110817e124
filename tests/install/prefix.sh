#!/bin/sh
# SPDX-License-Identifier: MIT
# prefix.sh <build folder> <prefix>: installs below a DESTDIR and takes that away again, leaving what is not ours; then
# to the prefix, for the tests that look at it. The manifest of the user's own installation stays as it was.
set -eu
build=$1 prefix=$2
manifest=$build/install_manifest.txt
folder=$(mktemp -d)
had=
[ ! -e "$manifest" ] || { had=yes && cp -p "$manifest" "$folder/manifest"; }
clean() {
	rm -f "$manifest"
	[ -z "$had" ] || cp -p "$folder/manifest" "$manifest"
	rm -rf "$folder"
}
trap clean EXIT

export DESTDIR="$folder/root"
mkdir -p "$DESTDIR"
cmake --install "$build" >"$folder/log"
count() {
	find "$DESTDIR" -mindepth 1 "$@" | wc -l
}
fail() {
	echo "$*"
	exit 1
}
[ "$(count ! -type d)" -eq "$(grep -c . "$manifest")" ] || fail "the manifest tells of other files than there are"
stranger=$(dirname "$(find "$DESTDIR" -name native.so)")/stranger.so
touch "$stranger"
cmake --build "$build" --target uninstall >"$folder/log" || { cat "$folder/log"; exit 1; }
[ "$(find "$DESTDIR" ! -type d)" = "$stranger" ] || fail "uninstall left $(find "$DESTDIR" ! -type d)"
[ -z "$(find "$DESTDIR" -type d -name lanecrypt -empty)" ] || fail "uninstall left empty folders"
! cmake --build "$build" --target uninstall >"$folder/log" 2>&1 || fail "uninstall with nothing installed is no error"
unset DESTDIR

rm -rf "$prefix"
cmake --install "$build" --prefix "$prefix" >"$folder/log"
