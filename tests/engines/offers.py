# SPDX-License-Identifier: MIT
"""offers.py LANECRYPT EXPECTED: which engine offers which algorithm on Debian 12, pinned. A line is
"engine kind algorithm". After a change that is meant: offers.py LANECRYPT EXPECTED --write."""

import json
import subprocess
import sys

PINNED = {"native", "libsodium", "boringssl", "openssl", "ipsec-mb", "bearssl", "botan", "libgcrypt", "mbedtls", "nettle",
          "wolfssl"}


def offers(command):
    listed = json.loads(subprocess.run([command, "list", "--json", "-"], check=True, capture_output=True).stdout)
    lines = set()
    for engine in listed["engines"]:
        if engine["name"] not in PINNED:
            continue
        if engine["state"] != "loaded":
            lines.add(f"{engine['name']} missing: {engine['reason']}")
        for item in engine.get("items", []):
            lines.add(" ".join([engine["name"], item["kind"], item["algorithm"]]))
    return sorted(lines)


def main():
    command, expected_file, *write = sys.argv[1:]
    with open("/etc/os-release", encoding="utf-8") as f:
        if "bookworm" not in f.read():
            print("skipped: not Debian 12")
            return 77
    actual = offers(command)
    if write:
        with open(expected_file, "w", encoding="utf-8") as f:
            f.write("\n".join(actual) + "\n")
        return 0
    with open(expected_file, encoding="utf-8") as f:
        expected = f.read().splitlines()
    for line in sorted(set(expected) - set(actual)):
        print("no longer offered:", line)
    for line in sorted(set(actual) - set(expected)):
        print("not pinned:", line)
    return int(actual != expected)


sys.exit(main())
