# SPDX-License-Identifier: MIT
"""Tables as CSV, Markdown and JSON; Google Benchmark's own compare.py. Arguments as for command.py."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import unittest

from command import Folder, lanecrypt, run_case
from result_files import dump, entry, handshake, result

GAP = {"handshake": 'openssl, "TLS" 1.3 X25519 RSA-2048', "cipher": "=cmd|' /C calc'!A0", "side": "server",
       "break_even_bytes": 6.5e6, "break_even_bytes_lo": 6.4e6, "break_even_bytes_hi": 6.6e6, "headline": True}


def tables(text):
    """The tables of a CSV output, each a list of dictionaries."""
    return [list(csv.DictReader(io.StringIO(part), strict=True)) for part in text.split("\n\n")]


class Formats(Folder):
    def setUp(self):
        super().setUp()
        self.result = self.file("result.json", dump(result(
            entry(), entry(engine="openssl", kernel=None, ns=2000.0), entry(op="open"), handshake(version="TLS 1.3",
            group="X25519", certificate="RSA-2048"), handshake(side="client", ns=500000.0), gap=[GAP])))

    def shown(self, *arguments):
        done = lanecrypt(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def test_csv(self):
        bulk, handshakes = tables(self.shown("summary", self.result, "--format", "csv"))
        self.assertEqual([row["operation"] for row in bulk], ["encrypt", "decrypt"])
        self.assertEqual({row["algorithm"] for row in bulk}, {"AES-128-GCM"})  # repeated, not left blank
        self.assertAlmostEqual(float(bulk[0]["large GB/s"]), 16.384)
        self.assertEqual(bulk[0]["large next"], "openssl")
        self.assertEqual(bulk[1]["large next GB/s"], "")
        self.assertEqual(float(handshakes[0]["server ns"]), 400000)
        self.assertEqual(handshakes[0]["table"], "One TLS handshake")

    def test_csv_quotes(self):
        gap, = tables(self.shown("gap", self.file("quotes.json", dump(result(gap=[]))), "--format", "csv")) or [None]
        self.assertEqual(gap, [])
        text = self.shown("summary", self.file("names.json", dump(result(entry(
            algorithm='a "b", c'), entry(algorithm="=1+1"), entry(algorithm=" x"), entry(algorithm="–")))),
            "--format", "csv")
        names = [row["algorithm"] for row in tables(text)[0]]
        self.assertEqual(names, ['a "b", c', "'=1+1", " x", ""])

    def test_gap_chart(self):
        """Half of the CPU time is the handshake where the axis reaches the break-even bytes: 400 × 16 KiB."""
        chart = self.shown("gap", self.result, "--ascii").split("Share of the CPU time that is the handshake\n")[-1]
        rows = [line for line in chart.splitlines() if "|" in line]
        self.assertEqual(len(rows), 11)
        self.assertTrue(all(line.isascii() and len(line) <= 100 for line in rows))
        at = (rows[5].index("*") - 9) / 89 * 30  # doublings of a byte
        self.assertAlmostEqual(2 ** at / (400 * 16384), 1, delta=0.4)
        self.assertIn("50 % at 6.55 MB", chart)
        self.assertIn("●", lanecrypt("gap", self.result, env={"LC_ALL": "C.UTF-8"}).stdout)
        self.assertNotIn("●", lanecrypt("gap", self.result, env={"LC_ALL": "C"}).stdout)
        self.assertNotIn("50 % at", self.shown("gap", self.result, "--format", "markdown"))

    def test_markdown(self):
        text = self.shown("summary", self.file("bars.json", dump(result(
            entry(algorithm="a|b*c"), handshake()))), "--format", "markdown")
        self.assertIn("### Encryption on one core\n\nmessages of", text)
        rows = [line for line in text.splitlines() if line.startswith("|")]
        self.assertIn("| a\\|b\\*c | encrypt |", rows[2])
        self.assertRegex(rows[1], r"^(\|---:?)+\|$")
        for row in rows:
            self.assertIn(row.replace("\\|", "").count("|"), (11, 7))  # as many cells in each row of a table
        self.assertNotIn("\033", text)

    def test_json(self):
        for arguments in [("--format", "json"), ("--json", "-")]:
            self.assertEqual(json.loads(self.shown("summary", self.result, *arguments))["context"]["kind"], "measured")

    def test_bad(self):
        self.refused("summary", self.result, "--format", "cvs", names=["cvs", "csv"])
        self.refused("summary", self.result, "--format", names="format")
        self.refused("summary", self.result, "--format", "json", "--json", self.path("x.json"), names="--json")
        self.refused("list", "--size", "64", names="size")  # an option that this command does not have

    def test_list(self):
        engines, algorithms, kernels = tables(self.shown("list", "--engine", "native", "--format", "csv"))
        self.assertEqual([row["engine"] for row in engines], ["native"])
        self.assertIn(("aead", "AES-128-GCM"), {(row["kind"], row["algorithm"]) for row in algorithms})
        self.assertIn("kernel", algorithms[0]["native"])
        self.assertIn(("native", "aes-gcm:portable"), {(row["engine"], row["kernel"]) for row in kernels})
        self.assertEqual([engine["name"] for engine in json.loads(
            self.shown("list", "--engine", "native", "--format", "json"))["engines"]], ["native"])

    def test_verify(self):
        rows, = tables(self.shown("verify", "--engine", "native", "--algorithm", "GHASH", "--format", "csv"))
        self.assertIn(("GHASH", "native auto", "passed"),
                      {(row["algorithm"], row["implementation"], row["result"]) for row in rows})
        text = self.shown("verify", "--engine", "native", "--algorithm", "GHASH", "--format", "markdown")
        self.assertRegex(text, r"(?m)^\d+ passed, 0 failed, ")

    def test_bench(self):
        table, *_ = tables(self.shown("bench", "--quick", "--algorithm", "GHASH", "--size", "64", "--engine", "native",
                                      "--format", "csv"))
        self.assertEqual((table[0]["bytes"], table[0]["implementation"]), ("64", "native auto"))
        self.assertLessEqual(float(table[0]["ns lo"]), float(table[0]["ns"]))


class GoogleCompare(Folder):
    def test_two_files(self):
        tool = shutil.which("compare.py") or "/usr/share/benchmark/compare.py"
        # Debian's modules belong to Debian's interpreter, which may not be the first in PATH.
        pythons = [python for python in [sys.executable, "/usr/bin/python3"] if subprocess.run(
            [python, "-c", "import numpy, scipy"], capture_output=True, check=False).returncode == 0]
        if not os.path.exists(tool) or not pythons:
            self.skipTest("Google's compare.py (Debian: libbenchmark-tools), numpy or scipy is not here")
        old = self.file("old.json", dump(result(entry(), entry(op="open"), handshake())))
        new = self.file("new.json", dump(result(entry(ns=1200.0), entry(op="open"), handshake())))
        done = subprocess.run([pythons[0], tool, "--no-color", "-d", self.path("diff.json"), "benchmarks", old, new],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"AES-128-GCM/seal/16384/native/auto +\+0\.20")
        with open(self.path("diff.json"), encoding="utf-8") as f:
            self.assertEqual({row["name"] for row in json.load(f)} - {"OVERALL_GEOMEAN"},
                             {e["name"] for e in [entry(), entry(op="open"), handshake()]})


if __name__ == "__main__":
    run_case()
