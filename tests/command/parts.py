# SPDX-License-Identifier: MIT
"""Handshakes taken apart: measured, stored, shown, and refused where they do not add up. Arguments as for command.py."""

import csv
import io
import json
import unittest

from command import SCHEMA, Folder, lanecrypt, run_case
from result_files import dump, handshake, parts, result

FLIGHT = {"engine": "openssl", "kind": "TLS 1.3 X25519 RSA-2048", "side": "client", "flight": 1,
          "messages": "ClientHello", "bytes": 200, "ns": 30000.0, "ns_lo": 29000.0, "ns_hi": 31000.0}


class Parts(Folder):
    def save(self, name, **lists):
        return self.file(name, dump({**result(handshake(version="TLS 1.3", suite="s", certificate="RSA-2048",
                                                        bytes_sent=2200, allocations=600, allocated_bytes=70000)), **lists}))

    def refused(self, name, *, names, **lists):
        done = lanecrypt("summary", self.save(name, **lists))
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertRegex(done.stderr, r"\A[^\n]+\n\Z")
        for word in [name, names]:
            self.assertIn(word, done.stderr)

    def test_round_trip(self):
        file = self.save("a.json", parts=parts() + parts(side="client"), flights=[FLIGHT])
        again = self.path("b.json")
        self.assertEqual(lanecrypt("summary", file, "--json", again).returncode, 0)
        with open(file, encoding="utf-8") as a, open(again, encoding="utf-8") as b:
            before, after = json.load(a), json.load(b)
        for name in ["parts", "flights"]:
            self.assertEqual(before[name], after[name])
        for name in ["bytes_sent", "allocations", "allocated_bytes"]:
            self.assertEqual(before["benchmarks"][0][name], after["benchmarks"][0][name])
        shown = lanecrypt("summary", file).stdout
        self.assertIn("What a TLS 1.3 X25519 RSA-2048 handshake is made of", shown)

    def test_what_does_not_add_up(self):
        good = parts()
        self.refused("sum.json", parts=[*good[:-1], {**good[-1], "ns": 1.0, "ns_lo": 0.0, "ns_hi": 2.0}],
                     names="parts[3].ns: the parts do not add up to the whole")
        self.refused("first.json", parts=good[1:], names="parts[0].part: a side begins with its whole")
        self.refused("last.json", parts=good[:-1], names="parts[2].part: a side ends with its rest")
        self.refused("two.json", parts=[good[0], *good], names="parts[1].part: a side has one whole")
        self.refused("other.json", parts=[good[0], {**good[1], "side": "client"}, *good[2:]], names="parts[1].part: of ano")
        self.refused("below.json", parts=[good[0], {**good[1], "ns": -1.0, "ns_lo": -2.0}, *good[2:]], names="parts[1].ns")
        self.refused("order.json", parts=[good[0], {**good[1], "ns_lo": 1e9}, *good[2:]], names="parts[1].ns")
        self.refused("side.json", parts=[{**good[0], "side": "middle"}], names="parts[0].side")
        self.refused("text.json", parts=[{**good[0], "ns": "fast"}], names="parts[0].ns")
        self.refused("lacks.json", parts=[{"engine": "openssl"}], names="parts[0].kind: missing")
        self.refused("more.json", parts=[{**good[0], "count": 3}], names="parts[0].count: no such field")
        self.refused("list.json", parts={}, names="parts: a list is needed")
        self.refused("object.json", parts=[1], names="parts[0]: an object is needed")
        self.refused("flight.json", flights=[{**FLIGHT, "ns": 1.0}], names="flights[0].ns")
        self.refused("bytes.json", flights=[{**FLIGHT, "bytes": -1}], names="flights[0].bytes")

    def test_measured(self):
        import jsonschema
        file = self.path("parts.json")
        done = lanecrypt("handshake", "--parts", "--quick", "--engine", "openssl,boringssl", "--algorithm",
                         "TLS 1.3 X25519 RSA-2048", "--json", file, "--format", "csv")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with open(file, encoding="utf-8") as f, open(SCHEMA, encoding="utf-8") as s:
            made = json.load(f)
            jsonschema.Draft202012Validator(json.load(s)).validate(made)
        for engine in ["openssl", "boringssl"]:
            whole = {}
            for side in ["client", "server"]:
                mine = {p["part"]: p for p in made["parts"] if (p["engine"], p["side"]) == (engine, side) and
                        p["kind"] == "TLS 1.3 X25519 RSA-2048"}
                whole[side], rest = mine["whole"]["ns"], mine["rest"]["ns"]
                self.assertAlmostEqual(sum(p["ns"] for name, p in mine.items() if name != "whole"), whole[side],
                                       delta=1e-6 * whole[side])
                self.assertLess(abs(rest), 0.4 * whole[side])  # 15 and 25 % when nobody disturbs
                self.assertNotIn("primitives", mine["rest"])  # nothing is missing
                entry, = [b for b in made["benchmarks"] if (b["engine"], b["side"], b["kind"]) ==
                          (engine, side, "TLS 1.3 X25519 RSA-2048")]
                flights = [f for f in made["flights"] if (f["engine"], f["side"], f["kind"]) ==
                           (engine, side, "TLS 1.3 X25519 RSA-2048")]
                self.assertEqual(sum(f["bytes"] for f in flights), entry["bytes_sent"])
                self.assertLess(sum(f["ns"] for f in flights), 1.1 * whole[side])
                self.assertGreater(entry["allocations"], 50)
                self.assertGreater(entry["allocated_bytes"], 5000)
            self.assertGreater(whole["server"], 0)
        tables = [list(csv.DictReader(io.StringIO(part))) for part in done.stdout.split("\n\n")]
        anatomy = [row for table in tables for row in table if row.get("part") == "signature"]
        self.assertTrue(all(float(row["server ns"]) > 0 and row["client ns"] == "" for row in anatomy))
        self.assertGreaterEqual(len(anatomy), 2)

    def test_both_sides_sign_and_what_no_primitive_has(self):
        authenticated, legacy = "TLS 1.3 X25519 ECDSA-P256 client authentication", "TLS 1.2 DHE-2048 RSA-2048"
        file = self.path("others.json")
        done = lanecrypt("handshake", "--parts", "--quick", "--engine", "openssl", "--algorithm",
                         f"{authenticated},{legacy}", "--json", file)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with open(file, encoding="utf-8") as f:
            parts_of = {(p["kind"], p["side"], p["part"]): p for p in json.load(f)["parts"]}
        for side in ["client", "server"]:
            for part in ["signature", "signature verification", "chain verification", "certificate decoding"]:
                self.assertGreater(parts_of[authenticated, side, part]["ns"], 0)
            self.assertIn("finite-field DHE", parts_of[legacy, side, "rest"]["primitives"])
        self.assertNotIn((legacy, "client", "signature"), parts_of)

    def test_one_start(self):
        done = lanecrypt("handshake", "--parts", "--starts", "3")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--starts", done.stderr)


if __name__ == "__main__":
    run_case()
