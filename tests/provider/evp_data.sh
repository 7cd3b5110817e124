#!/bin/sh
# SPDX-License-Identifier: MIT
# evp_data.sh <test-provider-evp-data> <folder of lanecrypt.so> <work folder>: fetches OpenSSL's source by apt, once,
# and runs its test data for ciphers through our provider.
set -eu
program=$1 modules=$2 work=$3
command -v apt-get >/dev/null || { echo "skipped: no apt-get to fetch OpenSSL's source with"; exit 77; }
mkdir -p "$work/lists/partial" "$work/sources"
cd "$work"
if ! ls openssl-*/test/recipes/30-test_evp_data/evpciph_chacha.txt >/dev/null 2>&1; then
	rm -f sources/*
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
		[ -e "$file" ] && grep -q debian-archive-keyring "$file" || grep -qs '^deb .*debian' "$file" || continue
		sed -e 's/^Types:.*/Types: deb-src/' -e 's/^deb /deb-src /' "$file" >"sources/$(basename "$file")"
	done
	apt_source() {
		apt-get -qq -o Dir::State::Lists="$PWD/lists" -o Dir::Etc::SourceList=/dev/null \
			-o Dir::Etc::SourceParts="$PWD/sources" -o APT::Sandbox::User="$(id -un)" "$@"
	}
	if ! apt_source update >log 2>&1 || ! apt_source --download-only --tar-only source openssl >>log 2>&1; then
		echo "skipped: OpenSSL's source cannot be fetched here"
		exit 77
	fi
	tar -xf openssl_*.orig.tar.* --wildcards '*/test/recipes/30-test_evp_data/evpciph_*.txt'
fi
exec "$program" "$modules" openssl-*/test/recipes/30-test_evp_data/evpciph_*.txt
