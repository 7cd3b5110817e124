# SPDX-License-Identifier: MIT
"""Result files compared. Arguments as for command.py."""

import json
import os
import random

from command import Folder, lanecrypt, run_case
from result_files import dump, entry, handshake, result

OLD = [entry(), entry(op="open"), entry(engine="openssl", kernel=None), entry("X25519", "derive", 0, "openssl", None),
       handshake(), handshake(side="client")]
GAP = {"handshake": "openssl TLS 1.3 X25519 RSA-2048", "cipher": "native auto AES-128-GCM", "side": "server",
       "break_even_bytes": 6e6, "break_even_bytes_lo": 5.9e6, "break_even_bytes_hi": 6.1e6}


class Comparing(Folder):
    def save(self, name, *arguments, **context):
        return self.file(name, dump(result(*arguments, **context)))

    def compare(self, *arguments, code=0):
        done = lanecrypt("compare", *arguments)
        self.assertEqual((done.returncode, done.stderr), (code, ""), done.stdout)
        return done.stdout

    def verdicts(self, *arguments, code=0):
        """The verdict on each cell of the second file, by name."""
        compared = json.loads(self.compare(*arguments, "--format", "json", code=code))
        return {cell["name"]: cell["figures"][1]["verdict"] for cell in compared["cells"]}

    def test_verdicts(self):
        old = self.save("old.json", *OLD)
        new = self.save("new.json", entry(ns=1100.0), entry(op="open", ns=900.0),
                        entry(engine="openssl", kernel=None, ns=1015.0),
                        entry("X25519", "derive", 0, "openssl", None, ns=1040.0), handshake(ns=430000.0))
        expected = {"AES-128-GCM/seal/16384/native/auto": "slower", "AES-128-GCM/open/16384/native/auto": "faster",
                    "AES-128-GCM/seal/16384/openssl": "no difference",
                    "X25519/derive/openssl": "slower",
                    "TLS 1.3 X25519 RSA-2048/handshake/server/openssl": "slower",
                    "TLS 1.3 X25519 RSA-2048/handshake/client/openssl": "nothing to compare"}
        self.assertEqual(self.verdicts(old, new), expected)
        too_slow = {**expected, "AES-128-GCM/seal/16384/native/auto": "TOO SLOW",
                    "TLS 1.3 X25519 RSA-2048/handshake/server/openssl": "TOO SLOW"}
        self.assertEqual(self.verdicts(old, new, "--fail-if-slower", "3%", code=1), too_slow)
        self.compare(old, new, "--fail-if-slower", "12%")
        self.compare(old, new, "--fail-if-slower", "3%", "--op", "open")
        self.compare(old, old, "--fail-if-slower", "0")
        text = self.compare(old, new)
        self.assertRegex(text, r"seal +16 KiB +native auto +1\.00 µs +1\.10 µs +0\.909 \[0\.8\d+, 0\.9\d+\] +slower")
        self.assertNotIn("no difference\n", text)
        self.assertIn("no difference\n", self.compare(old, new, "--all"))

    def test_cycles_are_what_counts(self):
        old = self.save("old.json", entry())
        new = self.save("new.json", entry(ns=2000.0, cycles=3500.0))  # half the clock
        self.assertEqual(set(self.verdicts(old, new).values()), {"no difference"})
        self.assertEqual(set(self.verdicts(old, new, "--by", "time").values()), {"slower"})

    def test_wide_intervals_are_no_difference(self):
        old, new = self.save("old.json", entry(half=0.1)), self.save("new.json", entry(ns=1100.0, half=0.1))
        self.assertEqual(set(self.verdicts(old, new, "--fail-if-slower", "3%").values()), {"no difference"})

    def test_failed(self):
        old = self.save("old.json", *OLD)
        missing = {"engine": "native", "kernel": "auto", "algorithm": "AES-128-GCM", "op": "open", "size": 16384,
                   "state": "failed", "reason": "wrong tag"}
        new = self.save("new.json", entry(), missing=[missing])
        self.assertEqual(self.verdicts(old, new)["AES-128-GCM/open/16384/native/auto"], "FAILED")
        self.compare(old, new, "--fail-if-slower", "3%", code=1)

    def test_machines(self):
        a = self.save("zen.json", entry(limit_fraction=0.9), handshake(), gap=[GAP])
        b = self.save("arm.json", entry(ns=2000.0, cycles=3500.0), handshake(), cpu="Testium 2",
                      gap=[{**GAP, "break_even_bytes": 6.05e6}])
        text = self.compare(a, b)
        for part in ["different machines", "zen GB/s", "arm cycles/byte", "zen % of limit", "× per clock", "90.0",
                     "6.00 MB  6.05 MB"]:
            self.assertIn(part, text)
        self.assertRegex(text, r"native auto +16\.4 +8\.19 +0\.500 +\S+ +\S+ +1\.00 ")
        self.refused("compare", a, b, "--fail-if-slower", "3%", names="different machines")
        self.compare(a, b, "--fail-if-slower", "3%", "--anyway")

    def test_matrix(self):
        files = [self.save(name, entry(ns=ns), cpu=name) for name, ns in [("x.json", 1e3), ("y.json", 2e3), ("z.json", 4e3)]]
        self.assertRegex(self.compare(*files), r"native auto +16\.4 +8\.19 +4\.10\n")
        # Names that are no fit heads of columns, or the same twice: letters.
        other = os.path.join(self.folder, "other")
        os.mkdir(other)
        again = self.file("other/x.json", dump(result(entry())))
        self.assertRegex(self.compare(files[0], again, files[2]), r" A +B +C\n")

    def test_what_is_not_comparable(self):
        good = self.save("good.json", entry())
        for name, context in [("emulated", {"kind": "emulated"}), ("predicted", {"kind": "predicted"}),
                              ("verified", {"verification": {"passed": 0, "failed": 0}})]:
            bad = self.save("bad.json", entry(ns=3000.0), **context)
            self.refused("compare", good, bad, names=["bad.json", name, "--anyway"])
            self.refused("compare", bad, good, names=["bad.json", name])
            self.assertIn("NOT COMPARABLE", self.compare(good, bad, "--anyway"))
            marked = json.loads(self.compare(good, bad, "--anyway", "--json", "-"))["files"]
            self.assertEqual(["not_comparable" in file for file in marked], [False, True])
        self.refused("compare", good, self.save("newer.json", entry(), method_version=3), names="newer")
        self.compare(good, self.save("partial.json", entry(), kind="partial"))

    def test_bad_input(self):
        good = self.save("good.json", entry())
        self.refused("compare", names="two result files")
        self.refused("compare", good, names="two result files")
        self.refused("compare", good, "/nowhere.json", names="/nowhere.json")
        self.refused("compare", good, self.save("other.json", entry(op="open")), names="no cell")
        self.refused("compare", good, good, "--engine", "frob", names="no cell")
        self.refused("compare", good, good, "--by", "size", names=["size", "cycles"])
        for margin in ["", "x", "-1", "3%%", "nan", "inf", "1e9"]:
            self.refused("compare", good, good, "--fail-if-slower", margin, names="fail-if-slower")

    def test_hostile_files(self):
        """Cut anywhere or with bytes changed: compared, or refused with one line."""
        rng = random.Random(7)
        good = self.save("good.json", *OLD)
        with open(good, "rb") as f:
            whole = f.read()
        for cut in [0, 1, len(whole) // 2, len(whole) - 2]:
            self.refused("compare", good, self.file("cut.json", whole[:cut]), names="cut.json")
        for _ in range(100):
            spoiled = bytearray(whole)
            for _ in range(rng.randrange(1, 4)):
                spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
            done = lanecrypt("compare", good, self.file("spoiled.json", bytes(spoiled)))
            self.assertIn(done.returncode, (0, 2))
            if done.returncode == 2:
                self.assertRegex(done.stderr, r"\A[^\n]+\n\Z")
            self.assertNotIn("\033", done.stdout + done.stderr)

    def test_hostile_values(self):
        good = self.save("good.json", *OLD)
        for spoil in [{"ns_lo": 0}, {"ns": -1}, {"ns": 1e400}, {"ns_hi": 1}, {"size": -1}, {"size": 2**70},
                      {"engine": "\033[2J"}, {"engine": 7}, {"cycles": "many"}, {"verified": False}]:
            made = {**entry(), **spoil}
            self.refused("compare", good, self.file("spoiled.json", dump(result(made))), names="spoiled.json")
        extreme = self.save("extreme.json", entry(ns=1e300, cycles=1e-300), entry(), entry())  # and one cell twice
        self.assertIn("AES-128-GCM", self.compare(good, extreme, "--all"))
        json.loads(self.compare(good, extreme, "--json", "-"))


if __name__ == "__main__":
    run_case()
