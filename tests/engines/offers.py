# SPDX-License-Identifier: MIT
"""offers.py LANECRYPT FOLDER: which engine offers which algorithm, pinned for this release of Debian in
FOLDER/offers-debian-12.txt and its like. A line is "engine kind algorithm", for a TLS library one more for each of its
groups. After a change that is meant: offers.py LANECRYPT FOLDER --write."""

import json
import os
import platform
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
            lines.update(" ".join([engine["name"], item["kind"], "group", group]) for group in item.get("groups", []))
    return sorted(lines)


def main():
    command, folder, *write = sys.argv[1:]
    system = platform.freedesktop_os_release()
    expected_file = os.path.join(folder, f"offers-debian-{system.get('VERSION_ID')}.txt")
    if system["ID"] != "debian" or not (write or os.path.exists(expected_file)):
        print("skipped: no list for", system["PRETTY_NAME"])
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
