#!/bin/sh
# SPDX-License-Identifier: MIT
# clone.sh <repository>: what a user does first: a fresh clone of HEAD, and bench/run in it.
set -eu
command -v git >/dev/null || { echo "skipped: no git"; exit 77; }
[ -e "$1/.git" ] || { echo "skipped: not a clone itself"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
git clone --quiet "$1" "$folder/lanecrypt"
"$folder/lanecrypt/bench/run" --quick >"$folder/out" 2>&1 || { cat "$folder/out"; exit 1; }
cat "$folder/out"
grep -q 'The gap' "$folder/out"
[ "$(find "$folder/lanecrypt/results/local" -name '*.json' | wc -l)" -eq 1 ]
[ -z "$(git -C "$folder/lanecrypt" status --porcelain)" ] # nothing that git does not ignore
