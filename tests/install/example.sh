#!/bin/sh
# SPDX-License-Identifier: MIT
# example.sh <prefix> <source folder>: builds the example engine against the installed header alone, and verifies it
# with the installed command.
set -eu
prefix=$1 source=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/prefix" # moved as a whole
cp -r "$prefix/." "$folder/prefix"
cp -r "$source/engines/example" "$folder/source" # so that nothing is found by a relative path
cmake -S "$folder/source" -B "$folder/build" -DCMAKE_PREFIX_PATH="$folder/prefix" \
	-DCMAKE_C_FLAGS="-Wall -Wextra -Wpedantic -Werror -std=c11" >"$folder/configure.log"
cmake --build "$folder/build" >"$folder/build.log" || { cat "$folder/build.log"; exit 1; }
[ "$(wc -l <"$source/engines/example/example.c")" -lt 100 ] || { echo "the example has 100 lines or more"; exit 1; }
command=$folder/prefix/bin/lanecrypt
"$command" list --engine "$folder/build/example.so" | grep -q "ChaCha20 in plain C"
"$command" verify --engine "$folder/build/example.so"
# What is installed works from where it lies, with its own engines.
"$command" list --json - | python3 -c '
import json, sys
engines = {e["name"]: e for e in json.load(sys.stdin)["engines"]}
native = engines["native"]
assert native["state"] == "loaded", native
assert native["path"].startswith(sys.argv[1]), native["path"]' "$folder/prefix"
