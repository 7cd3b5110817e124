# SPDX-License-Identifier: MIT
"""The command from outside: command.py LANECRYPT PLUGINS SCHEMA CASE runs one test case.
PLUGINS is a folder with wrong.so and, below it, what the loader's tests refuse."""

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

COMMAND, PLUGINS, SCHEMA = sys.argv[1:4]
COMMANDS = ["run", "list", "verify", "bench", "handshake", "gap", "profiles", "roofline", "scaling", "conditions", "summary",
            "compare", "report", "seal", "open", "keygen", "provider"]
ESCAPE = "\033"


def lanecrypt(*arguments, env=None, timeout=120, **options):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LANE_") and k != "NO_COLOR"}
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, timeout=timeout, check=False,
                          env={**clean, **(env or {})}, **options)


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def file(self, name, content):
        with open(self.path(name), "wb") as f:
            f.write(content)
        return self.path(name)

    def refused(self, *arguments, names, env=None):
        """Exit 2, nothing on standard output, one line that names what is wrong."""
        with self.subTest(arguments=arguments, env=env):
            done = lanecrypt(*arguments, env=env, cwd=self.folder)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertEqual(done.stdout, "")
            self.assertRegex(done.stderr, r"\A[^\n]+\n\Z")
            for name in [names] if isinstance(names, str) else names:
                self.assertIn(name, done.stderr)
            self.assertNotIn(ESCAPE, done.stderr)


class BadInput(Folder):
    def test_commands_and_options(self):
        self.refused("frobnicate", names="frobnicate")
        self.refused("bench", "--frobnicate", names="frobnicate")
        self.refused("bench", "stray", names="stray")
        self.refused("bench", "--size", names="size")
        self.refused("summary", "file.json", "--json", names="--json wants a value")
        self.refused("summary", "file.json", "-xh", names="'-x'")
        self.refused("summary", names="")

    def test_names(self):
        self.refused("bench", "--algorithm", "AES-128-GMC", names=["AES-128-GMC", "AES-128-GCM"])
        self.refused("bench", "--algorithm", "AES-128-GCM,", names="")
        self.refused("bench", "--engine", "opensll", names=["opensll", "openssl"])
        self.refused("bench", "--kernel", "aes-gcm:mmx", names=["aes-gcm:mmx", "aes-gcm:portable"])
        self.refused("bench", "--op", "seel", names=["seel", "seal"])
        self.refused("bench", "--baseline", "fastest", names=["fastest", "best"])
        self.refused("bench", "--algorithm", "evil\033[31mname\nline", names="evil")

    def test_numbers(self):
        for size in ["", "x", "-1", "12q", "1e3", "99999999999999999999", "0x10", "16,,32", "16K16", "1T"]:
            self.refused("bench", "--size", size, names="size")
        for aad in ["", "-1", "x", "99999999999999999999"]:
            self.refused("bench", "--aad", aad, names="aad")

    def test_kind_of_handshake(self):
        self.refused("handshake", "--algorithm", "nope", names=["nope", "handshake --list"])
        self.refused("handshake", "--algorithm", "TLS 1.3 X25519 RSA-204", names="TLS 1.3 X25519 RSA-2048")
        self.refused("handshake", "--algorithm", "TLS 1.3 P-256 DHE", names="TLS 1.3 P-256 DHE")
        self.refused("handshake", "--algorithm", "AES-128-GCM", names="kind of handshake")
        self.refused("bench", "--list", names="--list")

    def test_precision_and_starts(self):
        for option, values in {"--starts": ["", "0", "-1", "1.5", "101", "many"],
                               "--precision": ["", "0", "x", "1e-2", "-1%", "1%%", "99%"],
                               "--budget": ["", "0", "-5", "1h", "1e9", "nan", "inf"]}.items():
            for value in values:
                self.refused("bench", option, value, names=option)
        self.refused("bench", "--sweep", "--size", "64", names=["--sweep", "--size"])
        self.refused("bench", "--sweep", "--algorithm", "RSA-2048", names="--sweep")
        self.refused("bench", "--latency", "--algorithm", "X25519", names="--latency")
        for option in ["--sweep", "--latency", "--precision=1%", "--size=64"]:
            self.refused("bench", "--self-test", option, names="--self-test")
        self.refused("run", "--self-test", names="--self-test")

    def test_environment(self):
        self.refused("verify", env={"LANE_KERNEL": "aes-gcm:mmx"}, names=["LANE_KERNEL", "aes-gcm:mmx"])
        self.refused("verify", env={"LANE_CPU_DISABLE": "mmx9"}, names=["LANE_CPU_DISABLE", "mmx9"])

    def test_where_to_write(self):
        self.refused("bench", "--json", "/nowhere/at/all.json", "--algorithm", "GHASH", names="/nowhere/at/all.json")
        self.refused("bench", "--json", self.folder, "--algorithm", "GHASH", names=self.folder)


class BadFiles(Folder):
    def refused_file(self, name, content):
        self.refused("summary", self.file(name, content), names=name)

    def test_what_is_no_result(self):
        self.refused("summary", "/nowhere/at/all.json", names="/nowhere/at/all.json")
        self.refused("summary", self.folder, names=self.folder)
        self.refused_file("empty.json", b"")
        self.refused_file("text.json", b"not json\n")
        self.refused_file("zeroes.json", bytes(4096))
        self.refused_file("number.json", b"17")
        self.refused_file("list.json", b"[]")
        self.refused_file("object.json", b"{}")
        self.refused_file("deep.json", b"[" * 200000)
        self.refused_file("utf8.json", b'{"context": "\xff\xfe"}')

    def test_google_benchmark_file(self):
        self.refused_file("google.json", json.dumps({
            "context": {"date": "2026-01-01", "num_cpus": 2},
            "benchmarks": [{"name": "BM_x", "run_type": "iteration", "cpu_time": 1.0, "real_time": 1.0}]}).encode())


class Help(unittest.TestCase):
    def test_every_command(self):
        for command in COMMANDS:
            with self.subTest(command=command):
                done = lanecrypt(command, "--help")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn("Example", done.stdout)
                self.assertIn("Exit codes", done.stdout)
                self.assertIn(command, lanecrypt("help").stdout)
                self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100)


class Result(Folder):
    """A quick run, made once, looked at from all sides."""

    def only_result_and_report(self, name, shown):
        """No temporary file stays, and no report where the build makes none."""
        report = [] if "Report: none" in shown else [name + ".html"]
        self.assertEqual(sorted(os.listdir(self.folder)), [*report, name + ".json"])

    def test_quick_run(self):
        file = self.path("result.json")
        run = lanecrypt("run", "--quick", "--json", file)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.only_result_and_report("result", run.stdout)
        self.assertNotIn(ESCAPE, run.stdout + run.stderr)
        self.assertNotIn("\r", run.stdout + run.stderr)  # no progress line in a pipe
        with open(file, encoding="utf-8") as f:
            result = json.load(f)
        self.check_schema(result)
        self.check_content(result)
        self.check_summary(run.stdout, file)
        self.check_truncated(file)

    def check_schema(self, result):
        import jsonschema
        with open(SCHEMA, encoding="utf-8") as f:
            schema = json.load(f)
        validator = jsonschema.Draft202012Validator(schema)
        validator.check_schema(schema)
        validator.validate(result)
        for spoil in [lambda r: r.pop("context"), lambda r: r["benchmarks"][0].pop("name"),
                      lambda r: r["context"].update(kind="guessed"),
                      lambda r: r["benchmarks"][0].update(ns="fast")]:  # the schema can say no
            spoiled = json.loads(json.dumps(result))
            spoil(spoiled)
            self.assertFalse(validator.is_valid(spoiled))

    def check_content(self, result):
        engines = {e["name"] for e in result["context"]["engines"] if e["state"] == "loaded"}
        self.assertGreaterEqual(engines, {"native", "boringssl", "libsodium", "openssl"})
        self.assertEqual(result["context"]["kind"], "measured")
        self.assertEqual(result["context"]["verification"]["failed"], 0)
        entries = [b for b in result["benchmarks"] if b["run_type"] == "iteration"]
        for entry in entries:
            with self.subTest(name=entry["name"]):
                self.assertTrue(entry["verified"])
                self.assertLessEqual(entry["ns_lo"], entry["ns"])
                self.assertLessEqual(entry["ns"], entry["ns_hi"])
                self.assertGreater(entry["ns_lo"], 0)
        least = {16, 64, 256, 1350, 8192, 16384, 1 << 20}
        for algorithm in ["AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305"]:
            for op in ["seal", "open"]:
                sizes = {e["size"] for e in entries
                         if (e["engine"], e["algorithm"], e["op"]) == ("native", algorithm, op)}
                slow = self.left_out_as_slow(result, algorithm, op)
                self.assertGreaterEqual(sizes | slow, least, (algorithm, op))
        kinds = {e["kind"] for e in entries if e["op"] == "handshake"}
        for kind in ["TLS 1.2 RSA-2048 key transport", "TLS 1.2 X25519 RSA-2048", "TLS 1.2 X25519 ECDSA-P256",
                     "TLS 1.3 X25519 RSA-2048", "TLS 1.3 X25519 ECDSA-P256"]:
            self.assertIn(kind, kinds)
            for engine in ["boringssl", "openssl"]:
                for side in ["server", "client", "both"]:
                    self.assertTrue([g for g in result["gap"] if g["side"] == side and
                                     g["handshake"] == f"{engine} {kind}" and g["break_even_bytes"] > 0],
                                    (engine, kind, side))
        for missing in result.get("missing", []):
            self.assertEqual(missing.get("state", "not offered").replace("_", " "), "not offered", missing)

    def left_out_as_slow(self, result, algorithm, op):
        """Sizes of native's long messages that were left out, which needs another cell of it as slow as the reason says:
        without optimisation our kernels are, and on a busy machine almost."""
        left_out = {m["size"] for m in result["missing"]
                    if (m["engine"], m["algorithm"], m["op"]) == ("native", algorithm, op) and
                    m["reason"] == "left out: over 20 times slower than the best"}
        if not left_out:
            return left_out
        self.assertGreater(min(left_out), 65536)
        best, own = {}, {}
        for e in result["benchmarks"]:
            if e["algorithm"] == algorithm and e.get("ns"):
                cell = (e["op"], e["size"])
                best[cell] = min(e["ns"], best.get(cell, e["ns"]))
                if e["engine"] == "native":
                    own[cell] = max(e["ns"], own.get(cell, 0))
        self.assertTrue([c for c in own if own[c] > 19.9 * best[c]], (algorithm, op, own, best))
        return left_out

    def check_summary(self, printed, file):
        summary = lanecrypt("summary", file)
        self.assertEqual(summary.returncode, 0, summary.stderr)
        self.assertIn("The gap", summary.stdout)

        def without_paths(text):
            return [line for line in text.splitlines() if not line.startswith(("Result file:", "Report:")) and line.strip()]
        self.assertEqual(without_paths(summary.stdout), without_paths(printed))
        self.assertLessEqual(len(summary.stdout.splitlines()), 50)  # fits a screen

    def check_truncated(self, file):
        with open(file, "rb") as f:
            whole = f.read()
        for part in [1, len(whole) // 3, len(whole) // 2, len(whole) - 3]:
            self.refused("summary", self.file("cut.json", whole[:part]), names="cut.json")

    def test_json_on_standard_output_is_nothing_else(self):
        done = lanecrypt("bench", "--quick", "--algorithm", "GHASH", "--size", "64", "--json", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["context"]["kind"], "measured")

    def test_conditions(self):
        done = lanecrypt("conditions", "--quick", "--algorithm", "AES-128-GCM", "--size", "0,64", "--json", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads(done.stdout)
        native = [e for e in result["benchmarks"] if e["engine"] == "native" and e.get("size", 64) == 64]
        self.assertEqual(sorted((e["op"], e.get("condition", "")) for e in native if e.get("aad", 0) == 0),
                         [("open", ""), ("open", "forged tag"), ("seal", ""), ("seal", "cold data"),
                          ("seal", "cold key"), ("seal", "in place"), ("seal", "misaligned"),
                          ("setup", "key set-up"), ("setup", "key set-up")])
        self.assertEqual([e["in_place"] for e in native if e.get("condition") == "in place"], [True])
        only_aad = [e for e in result["benchmarks"] if e.get("aad") == 64 and e["engine"] == "native"]
        self.assertEqual([(e["size"], e["condition"]) for e in only_aad], [(0, "associated data alone")])
        self.assertGreater(result["context"]["peak_memory_bytes"], 1 << 20)
        names = [e["name"] for e in result["benchmarks"] if e["op"] != "setup"]
        self.assertEqual(len(names), len(set(names)))

    def bench(self, *arguments, code=0):
        """The result set of a bench of GHASH."""
        file = self.path("bench.json")
        done = lanecrypt("bench", "--algorithm", "GHASH", *arguments, "--json", file)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        with open(file, encoding="utf-8") as f:
            return json.load(f), done.stdout

    def test_starts(self):
        result, _ = self.bench("--size", "64", "--budget", "4", "--starts", "2")
        self.assertEqual(result["context"]["starts"], 2)
        self.assertTrue(result["benchmarks"])
        for entry in result["benchmarks"]:
            self.assertEqual(entry["starts"], 2)
            self.assertLessEqual(entry["cycles_lo"], entry["cycles"])
            self.assertLessEqual(len(entry["samples"]), 50)
        self.assertEqual(result["context"]["executable"], "lanecrypt")
        self.assertNotIn("/", result["context"]["executable"])

    def test_precision(self):
        result, shown = self.bench("--size", "1350", "--budget", "10", "--precision", "50%")
        precision = result["context"]["precision"]
        self.assertEqual((precision["reached"], precision["budget_spent"]), (precision["of"], False), shown)
        self.assertIn("Precision: all", shown)
        result, shown = self.bench("--size", "16,64,256,1350,16K", "--budget", "4", "--precision", "0.01%",
                                   "--all-kernels")
        self.assertTrue(result["context"]["precision"]["budget_spent"], shown)
        self.assertIn("the budget is spent", shown)

    def test_sweep_and_latency(self):
        result, shown = self.bench("--sweep", "--latency", "--engine", "native", "--budget", "6", "--starts", "1")
        self.assertIn("fixed cycles", shown)
        self.assertIn("each message waiting", shown)
        models = {m.get("latency", False): m for m in result["models"]}
        self.assertEqual(set(models), {False, True})
        for model in models.values():
            self.assertEqual((model["sizes"], model["size_min"], model["size_max"]), (36, 16, 16384))
            self.assertGreater(model["r2"], 0.5)
            self.assertLess(model["cycles_per_byte_lo"], model["cycles_per_byte_hi"])

    def test_a_failed_write_leaves_the_old_file(self):
        file = self.file("old.json", b"precious")
        os.chmod(self.folder, 0o500)
        self.addCleanup(os.chmod, self.folder, 0o700)
        if os.access(self.folder, os.W_OK):
            self.skipTest("root may write anywhere")
        lanecrypt("bench", "--quick", "--algorithm", "GHASH", "--size", "64", "--json", file)
        with open(file, "rb") as f:
            self.assertEqual(f.read(), b"precious")

    def test_interrupted(self):
        file = self.path("partial.json")
        with subprocess.Popen([COMMAND, "run", "--json", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            time.sleep(8)
            run.send_signal(signal.SIGINT)
            shown = run.communicate(timeout=30)[0].decode()
        with open(file, encoding="utf-8") as f:
            self.assertEqual(json.load(f)["context"]["kind"], "partial")
        self.assertEqual(lanecrypt("summary", file).returncode, 0)
        self.only_result_and_report("partial", shown)


class WrongPlugin(Folder):
    """What computes something wrong is FAILED, exit 1, and never timed."""

    PLUGIN = os.path.join(PLUGINS, "wrong.so")

    def test_verify(self):
        done = lanecrypt("verify", "--engine", self.PLUGIN, "--algorithm", "AES-128-GCM")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"(?m)^.*AES-128-GCM.*wrong.*FAILED")
        self.assertNotRegex(done.stdout, r"(?m)^.*native.*FAILED")

    def test_bench(self):
        file = self.path("result.json")
        done = lanecrypt("bench", "--quick", "--engine", f"{self.PLUGIN},native", "--algorithm", "AES-128-GCM",
                         "--size", "64", "--json", file)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("FAILED", done.stdout + done.stderr)
        with open(file, encoding="utf-8") as f:
            result = json.load(f)
        timed = {e["engine"] for e in result["benchmarks"] if e.get("ns")}
        self.assertIn("native", timed)
        self.assertNotIn("wrong", timed)


class BadPlugins(unittest.TestCase):
    """What cannot be loaded shows its reason in list, and the rest works on."""

    def test_list(self):
        for name, reason in [("abi", "ABI"), ("no_entry", "lane_engine_entry"), ("n_items", "4294967295")]:
            with self.subTest(plugin=name):
                file = os.path.join(PLUGINS, "refused", name + ".so")
                done = lanecrypt("list", "--engine", file)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(reason, done.stdout)
                listed = json.loads(lanecrypt("list", "--json", "-", env={
                    "LANE_ENGINE_PATH": os.path.join(PLUGINS, "refused")}).stdout)["engines"]
                states = {e["name"]: e["state"] for e in listed}
                self.assertEqual(states["native"], "loaded")
                self.assertEqual(states[name], "missing")

    def test_an_engine_that_cannot_start(self):
        done = lanecrypt("list", "--engine", os.path.join(PLUGINS, "refused", "create.so"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("no licence for this machine", done.stdout)

    def test_no_engine_at_all(self):
        with tempfile.TemporaryDirectory() as folder:
            alone = shutil.copy(COMMAND, folder)
            done = subprocess.run([alone, "list"], capture_output=True, text=True, check=False,
                                  env={"PATH": os.environ["PATH"]})
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("native", done.stdout)


class OnTerminal(unittest.TestCase):
    def on_terminal(self, *arguments, env=None, columns=None):
        """What the command writes to a terminal, as wide as that."""
        try:
            ours, theirs = pty.openpty()
        except OSError as error:  # a root without /dev/pts
            self.skipTest(str(error))
        if columns is not None:
            fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 25, columns, 0, 0))
        clean = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        with subprocess.Popen([COMMAND, *arguments], stdin=theirs, stdout=theirs, stderr=theirs,
                              env={**clean, "TERM": "xterm", **(env or {})}) as process:
            os.close(theirs)
            text = b""
            with contextlib.suppress(OSError):  # EIO: the other end is closed
                while select.select([ours], [], [], 60)[0]:
                    piece = os.read(ours, 65536)
                    if not piece:
                        break
                    text += piece
            self.assertEqual(process.wait(timeout=60), 0)
        os.close(ours)
        return text.decode()

    COLOR = re.compile(ESCAPE + r"\[[0-9;]*m")


class Terminal(OnTerminal):
    def test_colors(self):
        self.assertRegex(self.on_terminal("list"), self.COLOR)
        self.assertNotRegex(self.on_terminal("list", env={"NO_COLOR": "1"}), self.COLOR)
        self.assertNotRegex(self.on_terminal("list", env={"TERM": "dumb"}), self.COLOR)
        self.assertNotRegex(self.on_terminal("list", "--no-color"), self.COLOR)

    def test_progress(self):
        bench = ["bench", "--quick", "--algorithm", "GHASH,Poly1305", "--size", "64,1350", "--json", "/dev/null"]
        self.assertIn("\r", self.on_terminal(*bench).replace("\r\n", "\n"))
        self.assertNotIn("\r", self.on_terminal(*bench, "--no-progress").replace("\r\n", "\n"))


def run_case():
    """Runs the case that the command line names; ends with 77 when all of it was skipped."""
    result = unittest.main(module="__main__", argv=[sys.argv[0], *sys.argv[4:]], verbosity=2, exit=False).result
    sys.exit(1 if not result.wasSuccessful() else 77 if len(result.skipped) == result.testsRun else 0)


if __name__ == "__main__":
    run_case()
