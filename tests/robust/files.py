# SPDX-License-Identifier: MIT
"""Result files when the process is killed, the disk full, the folder closed, the file hostile.
Arguments as for command.py."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "command"))
from command import COMMAND, ESCAPE, Folder, lanecrypt, run_case  # noqa: E402
from result_files import dump, entry, handshake, parts, result  # noqa: E402

NOBODY = 65534
MANY = [entry(size=16 * i, engine=engine) for i in range(1, 60) for engine in ["native", "openssl", "botan"]]
GAP = {"handshake": "openssl TLS 1.3 X25519 RSA-2048", "cipher": "native auto AES-128-GCM", "side": "server",
       "break_even_bytes": 6e6, "break_even_bytes_lo": 5.9e6, "break_even_bytes_hi": 6.1e6}
SMALL = {**result(entry(), entry(op="open"), handshake(), handshake(side="client"), gap=[GAP], missing=[
    {"engine": "openssl", "algorithm": "GHASH", "op": "mac", "state": "not offered", "reason": "not there"}]),
         "parts": parts()}


def read(path):
    with open(path, "rb") as f:
        return f.read()


class Files(Folder):
    def setUp(self):
        super().setUp()
        self.source = self.file("source.json", dump(result(*MANY)))

    def rewrite(self, target, **options):
        """A command that reads the source and saves it elsewhere."""
        return lanecrypt("gap", self.source, "--json", target, **options)

    def failed_write(self, target, done, *words):
        """Exit 2, one line that names the file, which is as it was, and nothing beside it."""
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertRegex(done.stderr, r"\A[^\n]+\n\Z")
        for word in [target, *words]:
            self.assertIn(word, done.stderr)


class Killed(Files):
    OLD = b"the old one\n"

    def kill_at_random(self, target, command, attempts):
        """What is in target after command was killed at a random moment, as a set."""
        began = time.monotonic()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        whole = time.monotonic() - began
        new, seen = read(target), set()
        rng = random.Random(1)
        for _ in range(attempts):
            with open(target, "wb") as f:
                f.write(self.OLD)
            with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
                time.sleep(rng.uniform(0, 1.2 * whole))
                process.kill()
            content = read(target)
            seen.add("old" if content == self.OLD else "new" if content == new else "torn")
        return seen

    def test_old_or_new(self):
        target = self.path("target.json")
        seen = self.kill_at_random(target, [COMMAND, "gap", self.source, "--json", target], 300)
        self.assertEqual(seen, {"old", "new"})

    def test_control(self):
        target = self.path("target.json")
        slowly = "import sys, time\nwith open(sys.argv[1], 'w') as f:\n" \
                 "    for i in range(20):\n        f.write('x' * 99)\n        f.flush()\n        time.sleep(0.003)\n"
        self.assertIn("torn", self.kill_at_random(target, [sys.executable, "-S", "-c", slowly, target], 40))


class DiskFull(Files):
    def test_a_small_disk(self):
        disk = self.path("disk")
        os.mkdir(disk)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", disk], capture_output=True,
                          check=False).returncode != 0:
            self.skipTest("mounting is not permitted here")
        self.addCleanup(subprocess.run, ["umount", disk], check=False)
        target = os.path.join(disk, "target.json")
        with open(target, "wb") as f:
            f.write(b"precious")
        self.failed_write(target, self.rewrite(target), "No space left")
        self.assertEqual(read(target), b"precious")
        self.assertEqual(os.listdir(disk), ["target.json"])

    def test_a_limit_on_files(self):
        target = self.file("target.json", b"precious")
        done = self.rewrite(target, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
        self.failed_write(target, done, "File too large")
        self.assertEqual(read(target), b"precious")
        self.assertEqual(sorted(os.listdir(self.folder)), ["source.json", "target.json"])

    def test_standard_output(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full")
        for arguments in [["list"], ["list", "--json", "-"], ["summary", self.source], ["help"],
                          ["gap", self.source, "--json", "-"], ["list", "--isolate", "20"]]:
            with self.subTest(arguments=arguments), open("/dev/full", "wb") as full:
                done = subprocess.run([COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
                                      check=False)
                self.assertEqual(done.returncode, 2)
                self.assertRegex(done.stderr, r"\A[^\n]*No space left[^\n]*\n\Z")
        done = self.rewrite("/dev/full")
        self.failed_write("/dev/full", done, "No space left")


class NoPermission(Files):
    def as_nobody(self, *arguments):
        if os.getuid() != 0:
            return lanecrypt(*arguments)
        prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        if not shutil.which("setpriv") or subprocess.run([*prefix, COMMAND, "--version"], capture_output=True,
                                                         check=False).returncode != 0:
            self.skipTest("nobody cannot run the command here")
        return subprocess.run([*prefix, COMMAND, *arguments], capture_output=True, text=True, timeout=120, check=False)

    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o755)
        self.closed = self.path("closed")
        os.mkdir(self.closed, 0o755)
        self.precious = os.path.join(self.closed, "old.json")
        with open(self.precious, "wb") as f:
            f.write(b"precious")
        os.chmod(self.precious, 0o644)
        os.chmod(self.closed, 0o555)
        self.addCleanup(os.chmod, self.closed, 0o755)

    def test_a_closed_folder(self):
        for name in ["old.json", "new.json"]:
            target = os.path.join(self.closed, name)
            for command in [["gap", self.source], ["bench", "--algorithm", "GHASH"], ["run"]]:
                with self.subTest(name=name, command=command):
                    began = time.monotonic()
                    self.failed_write(target, self.as_nobody(*command, "--json", target))
                    self.assertLess(time.monotonic() - began, 10)  # said before hours are spent
        self.assertEqual(read(self.precious), b"precious")
        self.assertEqual(os.listdir(self.closed), ["old.json"])

    def test_a_file_that_may_not_be_read(self):
        secret = self.file("secret.json", dump(SMALL))
        os.chmod(secret, 0)
        for command in [["summary", secret], ["compare", secret, secret], ["gap", secret]]:
            with self.subTest(command=command):
                self.failed_write(secret, self.as_nobody(*command), "Permission denied")

    def test_measuring_without_any_privilege(self):
        """No performance counters, no huge pages, no priorities: figures all the same."""
        done = self.as_nobody("bench", "--quick", "--algorithm", "GHASH", "--size", "64", "--json", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        made = json.loads(done.stdout)
        self.assertTrue(made["context"]["machine"]["clock"]["source"])
        self.assertTrue(all(e["cycles"] > 0 for e in made["benchmarks"]))


class ClosedPipe(Files):
    def read_a_line(self, *arguments):
        with subprocess.Popen([COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            line = process.stdout.readline()
            process.stdout.close()
            said = process.stderr.read()
            process.wait(timeout=60)
        return line, process.returncode, said

    def test_head(self):
        for arguments in [["list"], ["list", "--json", "-"], ["list", "--isolate", "20"], ["summary", self.source],
                          ["compare", self.source, self.source, "--all"], ["gap", self.source, "--json", "-"], ["help"]]:
            with self.subTest(arguments=arguments):
                line, code, said = self.read_a_line(*arguments)
                self.assertTrue(line)
                self.assertIn(code, [0, -signal.SIGPIPE])
                self.assertEqual(said, b"")

    def test_the_result_is_saved_before_it_is_shown(self):
        file = self.path("result.json")
        arguments = ["bench", "--quick", "--algorithm", "GHASH", "--size", "64", "--json", file]
        with subprocess.Popen([COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdout.close()
            process.wait(timeout=60)
        self.assertEqual(lanecrypt("summary", file).returncode, 0)


class HostileFiles(Files):
    """Whatever a file says: shown, or refused in one line."""

    COMMANDS = [["summary"], ["gap"], ["compare", "--anyway"]]

    def survives(self, command, content, label):
        hostile = self.file("hostile.json", content)
        good = [self.source] if command[0] == "compare" else []
        done = lanecrypt(command[0], *good, hostile, *command[1:], timeout=30)
        with self.subTest(command=command, label=label):
            self.assertIn(done.returncode, [0, 2], done.stderr)
            self.assertNotIn(ESCAPE, done.stdout + done.stderr)
            if done.returncode == 2:
                self.assertRegex(done.stderr, r"\A[^\n]+\n\Z")
        return done.returncode

    def test_truncated(self):
        whole = dump(SMALL)
        for command in self.COMMANDS:
            for cut in range(1, len(whole), len(whole) // 25):
                self.assertEqual(self.survives(command, whole[:cut], f"cut at {cut}"), 2)

    def places(self, value, path=()):
        yield path
        if isinstance(value, (dict, list)):
            for key in (value if isinstance(value, dict) else range(len(value))):
                yield from self.places(value[key], (*path, key))

    def spoiled(self, path, by):
        copy = json.loads(json.dumps(SMALL))
        at = copy
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = by
        return dump(copy)

    def test_other_values(self):
        values = [None, -1, 1e308, 0, 2**63 - 1, "", "x" * 5000, "\u001b[31m\u202e\u0000", [], {}, [[]], True]
        rng = random.Random(2)
        paths = [path for path in self.places(SMALL) if path]
        accepted = 0
        for i in range(300):
            path, by = rng.choice(paths), rng.choice(values)
            accepted += self.survives(self.COMMANDS[i % 3], self.spoiled(path, by), (path, str(by)[:20])) == 0
        self.assertGreater(accepted, 0)
        self.assertLess(accepted, 200)

    def test_other_kinds_of_files(self):
        fifo = self.path("fifo")
        os.mkfifo(fifo)
        sparse = self.path("sparse.json")
        with open(sparse, "wb") as f:
            f.truncate(1 << 40)
        loop = self.path("loop.json")
        os.symlink(loop, loop)
        for path in [sparse, loop, "/dev/zero", "/dev/null", "/proc/self/mem", self.folder]:
            for command in [["summary", path], ["compare", self.source, path], ["compare", path, self.source]]:
                self.refused(*command, names=path)
        with subprocess.Popen([COMMAND, "summary", fifo], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            with open(fifo, "wb") as f:
                f.write(dump(SMALL))
            process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0)


if __name__ == "__main__":
    run_case()
