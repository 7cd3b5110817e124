# SPDX-License-Identifier: MIT
"""The command of another architecture, under the emulator that LANE_TEST_EMULATOR names. Arguments as for command.py."""

import json
import os
import re
import subprocess

from command import COMMAND, SCHEMA, Folder, run_case

EMULATOR = os.environ["LANE_TEST_EMULATOR"].split()
ENGINES = os.environ["LANE_TEST_ENGINES"].split()


def emulated(*arguments):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LANE_")}
    return subprocess.run([*EMULATOR, COMMAND, *arguments], capture_output=True, text=True, timeout=800, check=False,
                          env=clean)


class EmulatedVerify(Folder):
    """Every engine of the build beside ours: the same bytes."""

    def test_engines_agree(self):
        path = self.path("verified.json")
        done = emulated("verify", "--json", path)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        passed = {line.split()[-4] for line in re.findall(r"^.* passed +\d+ checks$", done.stdout, re.M)}
        self.assertLessEqual(set(ENGINES) - {"native"}, passed)
        self.assertRegex(done.stdout, r"\n\d+ passed, 0 failed, ")


class EmulatedRun(Folder):
    """A run is marked, and never compared as a speed."""

    def test_result_is_marked(self):
        path = self.path("run.json")
        done = emulated("run", "--quick", "--no-progress", "--json", path)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("EMULATED: these figures say nothing about real speed", done.stdout)
        with open(path, encoding="utf-8") as f:
            result = json.load(f)
        try:
            import jsonschema
            with open(SCHEMA, encoding="utf-8") as f:
                jsonschema.validate(result, json.load(f))
        except ImportError:
            pass
        self.assertEqual(result["context"]["kind"], "emulated")
        self.assertEqual({e["name"] for e in result["context"]["engines"] if e["state"] == "loaded"}, set(ENGINES))
        self.assertIn(("native", "AES-128-GCM", "seal"),
                      {(b["engine"], b["algorithm"], b["op"]) for b in result["benchmarks"]})
        self.assertTrue(result["gap"])
        compared = emulated("compare", path, path)
        self.assertEqual((compared.returncode, compared.stdout), (2, ""))
        self.assertRegex(compared.stderr, r"\A[^\n]*emulated, not measured; --anyway[^\n]*\n\Z")


if __name__ == "__main__":
    run_case()
