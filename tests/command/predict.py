# SPDX-License-Identifier: MIT
"""bench/predict: how it finds loops, what it says of loops whose cycles are known, and what it refuses. Arguments as
for command.py."""

import importlib.machinery
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import unittest

from command import COMMAND, SCHEMA, Folder, lanecrypt, run_case

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SCRIPT = os.path.join(ROOT, "bench", "predict")
BUILD = os.path.dirname(COMMAND)
COMPILERS = {"x86_64": "cc", "aarch64": "aarch64-linux-gnu-gcc"}

# Four multiplications, each waiting for the last: 3 cycles each on every x86-64 core; an AES round is 2 cycles for
# AESE and 2 for AESMC on Neoverse V2, and 2 for both where they are fused.
SOURCES = {
    "x86_64": ".globl chain\n.type chain, @function\nchain:\n1: imul %rax, %rax\n imul %rax, %rax\n imul %rax, %rax\n"
              " imul %rax, %rax\n dec %rdi\n jnz 1b\n ret\n.size chain, .-chain\n"
              ".globl straight\n.type straight, @function\nstraight: imul %rax, %rax\n ret\n.size straight, .-straight\n",
    "aarch64": ".arch armv8-a+crypto\n.globl chain\n.type chain, %function\nchain:\n1: aese v0.16b, v1.16b\n"
               " aesmc v0.16b, v0.16b\n aese v0.16b, v1.16b\n aesmc v0.16b, v0.16b\n subs x0, x0, #1\n b.ne 1b\n ret\n"
               ".size chain, .-chain\n",
}


def module():
    loader = importlib.machinery.SourceFileLoader("predict_script", SCRIPT)
    sys.dont_write_bytecode = True
    made = importlib.util.module_from_spec(importlib.util.spec_from_loader("predict_script", loader))
    loader.exec_module(made)
    return made


def predict(*arguments, **options):
    return subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, timeout=250, check=False,
                          **options)


def need_llvm_mca():
    try:
        tools = module().Tools()
    except Exception as why:
        raise unittest.SkipTest(str(why)) from None
    if tools.llvm < 19:
        raise unittest.SkipTest(f"llvm-mca {tools.llvm} has no models of its own for Neoverse cores (Debian: llvm-22)")


class PredictLoops(unittest.TestCase):
    """Traces made up: 1 … 9 before and after, then loops."""

    def loops(self, trace, short, more):
        found = module().loops_of(tuple(trace(short)), tuple(trace(short + more)), more)
        return [(loop.bytes, loop.trips, sorted(loop.kinds[0][0])) for loop in found]

    def test_one(self):
        self.assertEqual(self.loops(lambda n: [1, 2] + [10, 11, 12] * (n // 64) + [3], 640, 640), [(64, 19, [10, 11, 12])])

    def test_inner_loops_are_part_of_a_trip(self):
        def trace(n):
            return [1] + ([20] + [21, 22] * 10 + [23]) * (n // 64) + [2]
        self.assertEqual(self.loops(trace, 640, 640), [(64, 19, [20] + [21] * 10 + [22] * 10 + [23])])

    def test_two_passes(self):
        def trace(n):
            return [1] + [10, 11] * (n // 128) + [2] + [30, 31, 32] * (n // 64) + [3]
        self.assertEqual(self.loops(trace, 1280, 1280), [(128, 19, [10, 11]), (64, 39, [30, 31, 32])])

    def test_a_rare_trip_that_differs(self):
        def trace(n):
            for i in range(n // 64):  # a byte that counts six blocks a trip is full
                yield from [10, 11, 12, 13, 14, 15] + ([90] if 6 * i // 256 != 6 * (i + 1) // 256 else [16, 17])
        self.assertEqual(self.loops(trace, 64 * 80, 64 * 400)[0][0], 64)
        loop = module().loops_of(tuple(trace(64 * 80)), tuple(trace(64 * 480)), 64 * 400)[0]
        self.assertEqual([(len(trip), round(400 * share)) for trip, share in loop.kinds], [(8, 390), (7, 10)])

    def test_refused(self):
        script = module()
        for trace in [lambda n: [1, 2, 3],                             # no loop
                      lambda n: [10 + i for i in range(n // 64)],      # code as long as the message
                      lambda n: [10, 11] * (n // 60),                  # no whole number of bytes a trip
                      lambda n: [10, 11] * (n // 64) + [20 + i for i in range(n // 64)],
                      lambda n: [10, 11, 12] * (n // 256) + [20] * (n % 256),  # another rest
                      lambda n: list(range(100, 200)) * (n // 64) + list(range(n // 64))]:  # one in a hundred beside it
            with self.assertRaises(script.Refused):
                script.loops_of(tuple(trace(640)), tuple(trace(1280)), 640)

    def test_fusion(self):
        fused = module().fused
        self.assertEqual(fused(["aese v1.16b, v2.16b", "aesmc v1.16b, v1.16b"]), (["aese v1.16b, v2.16b"], 1))
        for apart in [["aese v1.16b, v2.16b", "aesmc v3.16b, v1.16b"], ["aesmc v1.16b, v1.16b"],
                      ["aese v1.16b, v2.16b", "eor v4.16b, v4.16b, v5.16b", "aesmc v1.16b, v1.16b"]]:
            self.assertEqual(fused(apart), (apart, 0))


class PredictObjects(Folder):
    def setUp(self):
        super().setUp()
        need_llvm_mca()

    def object(self, arch):
        if shutil.which(COMPILERS[arch]) is None:
            self.skipTest(f"no compiler for {arch}")
        source = self.file("loop.s", SOURCES[arch].encode())
        subprocess.run([COMPILERS[arch], "-c", "-o", self.path("loop.o"), source], check=True)
        return self.path("loop.o")

    def cycles(self, arch, cpu):
        done = predict("--object", self.object(arch), "--symbol", "chain", "--cpu", cpu)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, rf"\Achain {cpu} \(\w+\): 6 instructions, [\d.]+ \.\. [\d.]+ cycles a trip\n\Z")
        return [float(x) for x in done.stdout.split(": 6 instructions, ")[1].split(" cycles")[0].split(" .. ")]

    def test_x86_64(self):
        if os.uname().machine != "x86_64":
            self.skipTest("the compiler here is for another architecture")
        for cpu in ["znver3", "skylake"]:
            self.assertEqual(self.cycles("x86_64", cpu), [12.0, 12.0])

    def test_arm64(self):
        self.assertEqual(self.cycles("aarch64", "neoverse-v2"), [4.0, 8.0])

    def refused_by_script(self, *arguments, names):
        with self.subTest(arguments=arguments):
            done = predict(*arguments, cwd=self.folder)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertRegex(done.stderr, r"\A[^\n]+\n\Z")
            for name in names:
                self.assertIn(name, done.stderr)

    def test_bad_input(self):
        arch = "x86_64" if os.uname().machine == "x86_64" else "aarch64"
        good = self.object(arch)
        self.refused_by_script("--object", good, "--symbol", "chain", "--cpu", "frob9", names=["frob9", "no such CPU"])
        self.refused_by_script("--object", good, "--symbol", "frob", names=["loop.o", "frob"])
        if arch == "x86_64":
            self.refused_by_script("--object", good, "--symbol", "straight", names=["straight", "no loop"])
        self.refused_by_script("--object", "/nowhere.o", "--symbol", "x", names=["/nowhere.o"])
        for content in [b"", b"\x7fELF", b"\0" * 4096, b"text\n"]:
            self.refused_by_script("--object", self.file("bad.o", content), "--symbol", "x", names=["bad.o"])
        self.refused_by_script(self.folder, names=[self.folder, "no build"])
        self.refused_by_script("/nowhere", names=["/nowhere"])
        for arguments in [[], ["--object", good], ["--frob"], [self.folder, "--symbol", "x"]]:
            done = predict(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn("usage:", done.stderr)


class PredictKernels(Folder):
    """A kernel of this build from its instructions to a result set."""

    def test_prediction(self):
        need_llvm_mca()
        if os.uname().machine != "x86_64":
            self.skipTest("stepping through is for x86-64")
        path = self.path("predicted.json")
        done = predict(BUILD, "--engine", "native", "--algorithm", "AES-128-GCM", "--op", "seal", "--kernel", "aesni",
                       "--cpu", "znver3", "--json", path)
        if "may not trace" in done.stderr + done.stdout:
            self.skipTest("no process may be traced here")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("PREDICTED by llvm-mca", done.stdout)
        with open(path, encoding="utf-8") as f:
            result = json.load(f)
        with open(SCHEMA, encoding="utf-8") as f:
            schema = json.load(f)
        try:
            import jsonschema
            jsonschema.validate(result, schema)
        except ImportError:
            pass
        self.assertEqual((result["context"]["kind"], result["benchmarks"]), ("predicted", []))
        mine = [p for p in result["predictions"] if p["engine"] == "native"]
        self.assertEqual([(p["kernel"], p["cpu"], p["architecture"]) for p in mine],
                         [("aes-gcm:aesni", "znver3", "x86_64")])
        # The trips are the message but for what comes before and after them.
        words = mine[0]["loops"].split()
        a_trip, trips = int(words[words.index("for") + 1]), int(words[-2])
        self.assertEqual(a_trip % 16, 0)
        self.assertLessEqual(a_trip * trips, mine[0]["size"])
        self.assertGreaterEqual(a_trip * (trips + 3), mine[0]["size"])
        # Ten rounds a block, two a cycle at the very best.
        self.assertGreater(mine[0]["cycles_per_byte_lo"], 0.31)
        self.assertLess(mine[0]["cycles_per_byte_lo"], 2)
        shown = lanecrypt("summary", path)
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        self.assertIn("PREDICTED by a model, not measured", shown.stdout)
        self.assertRegex(shown.stdout, r"AES-128-GCM seal +aes-gcm:aesni +znver3 \(llvm-mca \d+ \w+\) +\d\.\d+ – \d\.\d+")
        self.refused("compare", path, path, names=["predicted, not measured", "--anyway"])
        again = lanecrypt("summary", path, "--json", "-")
        self.assertEqual(json.loads(again.stdout)["predictions"], result["predictions"])
        # What is spoiled is refused, with the place.
        for spoil, names in [({"cycles_per_byte_lo": 9e9}, "cycles_per_byte_lo"), ({"op": "frob"}, "op"),
                             ({"cycles_ratio": 1.0, "baseline": None}, "predictions"), ({"cycles_per_byte_hi": "x"}, "hi"),
                             ({"frob": 1}, "frob")]:
            bad = {**result, "predictions": [{k: v for k, v in {**mine[0], **spoil}.items() if v is not None}]}
            self.refused("summary", self.file("bad.json", json.dumps(bad).encode()), names=["bad.json", names])
        bad = {**result, "context": {**result["context"], "kind": "measured"}}
        self.refused("summary", self.file("bad.json", json.dumps(bad).encode()), names=["bad.json", "predictions"])


if __name__ == "__main__":
    run_case()
