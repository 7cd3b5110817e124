#!/bin/sh
# SPDX-License-Identifier: MIT
# engine.sh <lanecrypt> <test-engines-tls> <folder of engines>: the engine `openssl` never runs our own code through our
# provider, though the configuration makes every OpenSSL program prefer it. Who maps lanecrypt.so is told by the dynamic
# linker. The control: the openssl command does.
set -eu
lanecrypt=$1 tls=$2 engines=$3
command -v openssl >/dev/null || { echo "skipped: no openssl command for the control"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$lanecrypt" provider enable --config "$folder/lanecrypt.cnf" >/dev/null
export OPENSSL_CONF="$folder/lanecrypt.cnf"

# How many files called lanecrypt.so a command loads, its children among them.
loads() {
	rm -f "$folder"/files.*
	LD_DEBUG=files LD_DEBUG_OUTPUT="$folder/files" "$@" >"$folder/out" 2>&1 || { cat "$folder/out" >&2; exit 1; }
	cat "$folder"/files.* | grep -c 'calling init: .*/lanecrypt\.so' || true
}

[ "$(loads openssl rand 1)" -gt 0 ] || { echo "the control failed: the provider is not loaded"; exit 1; }
[ "$(loads "$lanecrypt" verify --engine openssl)" -eq 0 ] && [ "$(loads "$tls" "$engines" forwards)" -eq 0 ] || {
	echo "the engine openssl loaded lanecrypt.so"
	exit 1
}
