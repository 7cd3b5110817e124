#!/bin/sh
# SPDX-License-Identifier: MIT
# provider.sh <decoy provider .so> <lanecrypt> <test-engines-tls> <folder of engines>: the engine `openssl` never runs
# another provider's code, even when the configuration makes every OpenSSL program prefer it. The control: the openssl
# command does.
set -eu
decoy=$1 lanecrypt=$2 tls=$3 engines=$4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/openssl.cnf" <<END
openssl_conf = all
[all]
providers = providers
alg_section = algorithms
[providers]
default = default_provider
decoy = decoy_provider
[default_provider]
activate = 1
[decoy_provider]
module = $decoy
activate = 1
[algorithms]
default_properties = ?provider=decoy
END
export OPENSSL_CONF="$folder/openssl.cnf" LANE_DECOY_LOG="$folder/log"

# What the decoy was asked while a command ran.
asked_by() {
	rm -f "$LANE_DECOY_LOG"
	"$@" >"$folder/out" 2>&1 || { cat "$folder/out" >&2; exit 1; }
	cat "$LANE_DECOY_LOG" 2>/dev/null || true
}

if command -v openssl >/dev/null; then
	[ -n "$(asked_by openssl dgst -sha256 /dev/null)" ] || {
		echo "the control failed: the decoy does not work"
		exit 1
	}
else
	echo "skipped: no openssl command for the control"
	exit 77
fi
log=$(asked_by "$lanecrypt" verify --engine openssl && asked_by "$tls" "$engines" forwards)
[ -z "$log" ] || {
	echo "the engine openssl used a foreign provider: $log"
	exit 1
}
