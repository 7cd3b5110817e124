# SPDX-License-Identifier: MIT
"""Threads side by side: what is shown, not how fast it is. Arguments as for command.py."""

import csv
import io
import json
import os

from command import Folder, lanecrypt, run_case


class Scaling(Folder):
    def setUp(self):
        super().setUp()
        if "without OpenMP" in lanecrypt("scaling", "--quick").stderr:
            self.skipTest("built without OpenMP")

    def measured(self, *arguments, **options):
        file = self.path("scaling.json")
        done = lanecrypt("scaling", "--quick", "--json", file, *arguments, **options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with open(file, encoding="utf-8") as f:
            return done.stdout, json.load(f)

    def test_two_threads(self):
        if len(os.sched_getaffinity(0)) < 2:
            self.skipTest("one CPU")
        _, result = self.measured("--threads", "2")
        self.assertEqual({row["threads"] for row in result["threads"]}, {1, 2})
        self.assertEqual({row["what"] for row in result["threads"] if row["unit"] == "bytes"},
                         {"AES-128-GCM", "ChaCha20-Poly1305"})
        for row in result["threads"]:
            for figure in ["per_second", "efficiency", "clock_hz"]:
                median, low, high = row[figure]
                self.assertTrue(0 < low <= median <= high, row)
            if row["threads"] == 1:
                self.assertEqual(row["efficiency"], [1, 1, 1])
        for row in result["neighbours"]:
            self.assertGreater(row["integers"][0], 0)
        self.assertEqual(result["context"]["kind"], "measured")

    def test_one_cpu(self):
        cpu = min(os.sched_getaffinity(0))
        shown, result = self.measured("--algorithm", "ChaCha20-Poly1305",
                                      preexec_fn=lambda: os.sched_setaffinity(0, {cpu}))
        self.assertEqual([row["threads"] for row in result["threads"]], [1])
        self.assertEqual(result["neighbours"], [])
        self.assertIn("One CPU", shown)

    def test_csv(self):
        done = lanecrypt("scaling", "--quick", "--threads", "1", "--algorithm", "AES-128-GCM", "--format", "csv")
        row, = csv.DictReader(io.StringIO(done.stdout))
        self.assertEqual((row["what"], row["threads"]), ("AES-128-GCM", "1"))
        self.assertGreater(float(row["GB/s"]), 0)

    def test_bad_input(self):
        for count in ["0", "-1", "x", "4097", ""]:
            self.refused("scaling", "--threads", count, names="--threads")
        if len(os.sched_getaffinity(0)) < 4096:
            self.refused("scaling", "--threads", "4096", names=["--threads", "4096"])
        self.refused("scaling", "--algorithm", "GHASH", names="nothing to measure")


if __name__ == "__main__":
    run_case()
