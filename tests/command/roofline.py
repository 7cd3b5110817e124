# SPDX-License-Identifier: MIT
"""The roofline. Arguments as for command.py."""

import csv
import io
import json
import unittest

from command import SCHEMA, Folder, lanecrypt, run_case

try:
    import jsonschema
except ImportError:
    jsonschema = None


class Roofline(Folder):
    """What it says, not how fast anything is."""

    def measured(self, *arguments, env=None):
        file = self.path("roofline.json")
        done = lanecrypt("roofline", "--quick", "--json", file, *arguments, env=env)
        self.assertIn(done.returncode, (0, 1), done.stderr)  # 1: a busy machine made the rates wrong
        with open(file, encoding="utf-8") as f:
            result = json.load(f)
        if jsonschema is not None:
            with open(SCHEMA, encoding="utf-8") as f:
                jsonschema.validate(result, json.load(f))
        return done, result

    def test_shares_of_limits(self):
        done, result = self.measured("--algorithm", "AES-128-CTR,ChaCha20", "--op", "encrypt", "--format", "csv")
        roofline = result["context"]["roofline"]
        self.assertTrue(roofline["instructions"])
        for entry in result["benchmarks"]:
            best = min(limit["cycles_per_byte"] for limit in roofline["limits"]
                       if limit["algorithm"] == entry["algorithm"])
            self.assertAlmostEqual(entry["limit_fraction"], best / entry["cycles_per_byte"], delta=1e-6)
        tables = {rows[0]["table"]: rows for rows in (list(csv.DictReader(io.StringIO(part)))
                                                      for part in done.stdout.split("\n\n"))}
        self.assertEqual(list(tables), ["Instructions", "Latency", "Mixtures", "Limits", "Kernels"])
        self.assertEqual({row["algorithm"] for row in tables["Limits"]}, {"AES-128-CTR", "ChaCha20"})
        self.assertEqual({row["operation"] for row in tables["Kernels"]}, {"encrypt"})
        self.assertEqual(len(tables["Kernels"]), len(result["benchmarks"]))

    def test_without_vectors(self):
        _, result = self.measured("--algorithm", "ChaCha20", env={"LANE_CPU_DISABLE": "avx2"})
        widths = {row["width"] for row in result["context"]["roofline"]["instructions"]}
        self.assertFalse(widths & {"ymm", "zmm"})

    def test_unknown_limits(self):
        self.refused("roofline", "--algorithm", "RSA-2048", names="no limit is known")
        self.refused("roofline", "--size", "64", names="--size")


class RooflineHolds(Folder):
    """At full precision no kernel is faster than its limit: the command says so if one is."""

    def test_no_kernel_is_above(self):
        done = lanecrypt("roofline")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    run_case()
