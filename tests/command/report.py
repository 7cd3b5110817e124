# SPDX-License-Identifier: MIT
"""The report as a file and in the terminal. Arguments as for command.py. What a browser makes of it: tests/report."""

import json
import os
import re
import time

from command import COMMAND, Folder, OnTerminal, lanecrypt, run_case
from result_files import dump, entry, handshake, parts, result

GAP = {"handshake": "openssl TLS 1.3 X25519 RSA-2048", "cipher": "native auto AES-128-GCM", "side": "server",
       "break_even_bytes": 6553600.0, "break_even_bytes_lo": 6500000.0, "break_even_bytes_hi": 6600000.0, "headline": True}
HOSTILE = "</script><script>alert(1)</script><!--<img src=x onerror=alert(2)> &amp; \"'`${1}"


def run(**more):
    cells = [entry(op=op, size=size, engine=engine, kernel=kernel, ns=20.0 + ns * size)
             for op in ("seal", "open") for size in (64, 1350, 8192, 16384)
             for engine, kernel, ns in (("native", "auto", 0.0625), ("openssl", None, 0.15))]
    cells += [handshake(version="TLS 1.3", group="X25519", certificate="RSA-2048"),
              handshake(side="client", ns=500000.0, version="TLS 1.3", group="X25519", certificate="RSA-2048")]
    made = result(*cells, gap=[GAP], **more)
    made["parts"] = parts()
    return made


def scaling(cpu="Testium 1"):
    return {"context": run(cpu=cpu)["context"], "neighbours": [],
            "threads": [{"engine": "native", "kernel": "auto", "what": "AES-128-GCM", "unit": "bytes", "threads": n,
                         "per_second": [2e10 * n, 1.9e10 * n, 2.1e10 * n], "efficiency": [1.0, 0.99, 1.01],
                         "clock_hz": [3e9, 3e9, 3e9]} for n in (1, 2)]}


class Report(Folder, OnTerminal):
    def setUp(self):
        super().setUp()
        self.result = self.file("result.json", dump(run()))

    def page(self, *files):
        """The page and the data in it; None where this build makes none."""
        out = self.path("out.html")
        done = lanecrypt("report", *files, "-o", out)
        if "no charting library" in done.stderr:
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.skipTest(done.stderr)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        with open(out, encoding="utf-8") as f:
            text = f.read()
        return text, json.loads(re.search(r'id="data">(.*?)</script>', text, re.S)[1])

    def test_figures(self):
        text, data = self.page(self.result)
        source, one = run(), data["sets"][0]
        self.assertLess(len(text), 2_000_000)
        self.assertEqual(len(one["cells"]), len(source["benchmarks"]))
        for row, cell in zip(one["cells"], source["benchmarks"]):
            self.assertEqual(data["names"][row[0] - 1], cell.get("kind", cell["algorithm"]))
            self.assertEqual([f"{x:.5g}" for x in row[8:11]], [f"{cell[k]:.5g}" for k in ("ns", "ns_lo", "ns_hi")])
            self.assertEqual(f"{row[8]:.6g}", f"{cell['ns']:.6g}")
        self.assertEqual(one["gaps"][0][3:], [6553600, 6500000, 6600000, 1])
        self.assertEqual([data["names"][row[3] - 1] for row in one["parts"]], ["whole", "signature", "key exchange", "rest"])
        self.assertNotIn("host_name", one["context"])

    def test_needs_nothing_else(self):
        text, _ = self.page(self.result)
        self.assertNotRegex(text, r'(?i)<(link|img|iframe|object)\b|<script[^>]*\bsrc=|@import|url\(')
        self.assertIn("default-src 'none'", text)

    def test_hostile_text(self):
        text, data = self.page(self.file("hostile.json", dump(run(cpu=HOSTILE))))
        self.assertEqual(data["sets"][0]["context"]["machine"]["cpu"], HOSTILE)
        self.assertEqual(text.lower().count("</script"), self.page(self.result)[0].lower().count("</script"))
        self.assertNotIn("<img", text)

    def test_folder(self):
        folder = self.path("machine")
        os.mkdir(folder)
        for name, content in (("run.json", run()), ("scaling.json", scaling()), ("more.json", result(
                entry(algorithm="AES-256-GCM"), entry(ns=1.0)))):
            self.file("machine/" + name, dump(content))
        _, data = self.page(folder)
        one = data["sets"][0]
        self.assertEqual(len(data["sets"]), 1)
        self.assertEqual(len(one["cells"]), len(run()["benchmarks"]) + 1)  # what both have is the larger one's
        self.assertEqual([p["threads"] for p in one["scaling"]], [1, 2])
        self.file("machine/other.json", dump(run(cpu="Testium 2")))
        self.refused("report", folder, "-o", self.path("x.html"), names=["machine", "Testium 1", "Testium 2"])

    def test_twenty_sets(self):
        """Files as large as real ones, in the time and size that twenty may take."""
        real = run()
        for i in range(700):
            real["benchmarks"].append(entry(algorithm=f"cipher {i // 70}", size=16 + i % 70, engine=f"e{i % 7}",
                                            ns=100.123456 + i, half=0.0123456, ratio=1.23456789, ratio_lo=1.1234567, ratio_hi=1.3456789,
                                            baseline="openssl", limit_fraction=0.712345678))
        file = self.file("real.json", dump(real))
        begin = time.monotonic()
        text, data = self.page(*[file] * 20)
        self.assertLess(time.monotonic() - begin, 3 if "san" not in COMMAND and "build/" in COMMAND else 60)
        self.assertLess(len(text), 2_000_000)
        self.assertEqual(len(data["sets"]), 20)

    def test_refused(self):
        self.refused("report", names="a result file is needed")
        self.refused("report", "absent.json", names="absent.json")
        alone = self.file("scaling.json", dump(scaling()))
        self.refused("report", alone, names=["scaling.json", "folder"])
        bad = scaling()
        bad["threads"][1]["per_second"] = [1, 2, 3]
        os.mkdir(self.path("machine"))
        self.file("machine/run.json", dump(run()))
        self.file("machine/scaling.json", dump(bad))
        self.refused("report", self.path("machine"), names=["scaling.json", "threads[1]"])
        self.refused("report", self.result, "-o", self.path("none/out.html"), names="")
        self.refused("report", self.file("empty.json", b""), names="empty.json")

    def test_terminal(self):
        shown = lanecrypt("report", self.result, env={"LC_ALL": "C.UTF-8"}).stdout
        for text in ("as much CPU time as encrypting 6.55 MB", "15.7 ±1.0 %", "handshake, server: 400 µs", "signature"):
            self.assertIn(text, shown)
        bars = {line.split()[0]: line.count("█") for line in shown.split("Ranking")[1].split("What a")[0].splitlines() if "±" in line}
        self.assertAlmostEqual(bars["openssl"] / bars["native"], (20 + 0.0625 * 16384) / (20 + 0.15 * 16384), delta=0.03)
        plain = lanecrypt("report", self.result, "--ascii").stdout
        self.assertTrue(plain.isascii())
        self.assertIn("400 us", plain)
        self.assertEqual(len(plain.splitlines()), len(shown.splitlines()))

    def test_terminal_width(self):
        for columns in (64, 90, 120, 300):
            shown = self.on_terminal("report", self.result, "--no-color", env={"LC_ALL": "C.UTF-8"}, columns=columns)
            widest = max(len(line) for line in shown.splitlines())
            self.assertLessEqual(widest, min(columns, 120))
            self.assertGreater(widest, min(columns, 120) - 12)


if __name__ == "__main__":
    run_case()
