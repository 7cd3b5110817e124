#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# The man pages, the shells' completions and the command's own help tell of the same commands, options and values.
# usage: manual.py PREFIX CASE…

import gzip
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

PREFIX = pathlib.Path(sys.argv[1])
COMMAND = PREFIX / "bin/lanecrypt"
ENVIRONMENT = {"PATH": f"{COMMAND.parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "TERM": "dumb", "HOME": "/none"}


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True, env=ENVIRONMENT, timeout=60).stdout


def commands():
    """Each command with its summary."""
    return dict(re.findall(r"^  ([a-z]+) +(.+)$", output(COMMAND, "help").split("\nExamples")[0], re.M))


def options(text):
    """Options of a help text: their names, and the arguments that they want or ""."""
    return dict(re.findall(r"^  --([a-z-]+)(?: ([A-Z]\S*))?  *\S", text.split("\nOptions:\n")[1], re.M))


def page(name, section=1):
    path, = PREFIX.glob(f"share/man/man{section}/{name}.{section}*")
    return gzip.open(path, "rt").read() if path.suffix == ".gz" else path.read_text()


class Pages(unittest.TestCase):
    def test_a_page_for_each_command(self):
        names = {f"lanecrypt-{command}" for command in commands() if command != "help"} | {"lanecrypt"}
        self.assertGreater(len(names), 12)
        self.assertEqual({re.sub(r"\.1(\.gz)?$", "", path.name) for path in PREFIX.glob("share/man/man1/*")}, names)
        overview = page("lanecrypt")
        self.assertEqual(set(re.findall(r"^\.It Cm (\w+)", overview, re.M)), set(commands()))
        self.assertEqual(set(re.findall(r"^\.Xr (\S+) 1", overview, re.M)), names - {"lanecrypt"})

    def test_options_are_those_of_the_help(self):
        for command, summary in commands().items():
            if command == "help":
                continue
            with self.subTest(command=command):
                text = page(f"lanecrypt-{command}")
                items = dict(re.findall(r"^\.It Fl Fl (\S+)(?: Ar (\S+))?", text, re.M))
                helped = {name: argument.replace("…", "...")
                          for name, argument in options(output(COMMAND, command, "--help")).items()}
                self.assertIn("help", helped)
                self.assertEqual(items, helped)
                said = re.search(r"^\.Nd (.+)", text, re.M)[1]
                self.assertEqual(re.sub(r"\\f[BR]", "", said), summary.replace("`", "").rstrip(" …"))

    def test_errors_are_those_of_the_header(self):
        header = (PREFIX / "include/lanecrypt/common.h").read_text()
        self.assertEqual(set(re.findall(r"^\.It Dv (LANE_ERR_\w+)", page("lanecrypt", 3), re.M)),
                         set(re.findall(r"\b(LANE_ERR_\w+) = ", header)))
        for name in re.findall(r"\b(\w+\.h)\b", page("lanecrypt", 3)):
            self.assertTrue((PREFIX / "include/lanecrypt" / name).exists(), name)

    def test_nothing_to_complain_of(self):
        with tempfile.TemporaryDirectory() as folder:
            for path in PREFIX.glob("share/man/man?/*"):
                name = re.sub(r"\.(\d)(\.gz)?$", "", path.name)
                plain = pathlib.Path(folder, name + path.parent.name[-1])
                plain.write_text(page(name, path.parent.name[-1]))
                if shutil.which("mandoc"):
                    lint = subprocess.run(["mandoc", "-T", "lint", "-W", "style", plain],
                                          capture_output=True, text=True)
                    self.assertEqual([line for line in lint.stdout.splitlines() if "manual not found" not in line], [])
                if shutil.which("groff"):
                    done = subprocess.run(["groff", "-mandoc", "-ww", "-Kutf8", "-Tutf8", "-z", plain],
                                          capture_output=True, text=True)
                    self.assertEqual((done.returncode, done.stderr), (0, ""))


class Completion(unittest.TestCase):
    def bash(self, *words):
        """What readline would be offered with the cursor behind the last word."""
        script = PREFIX / "share/bash-completion/completions/lanecrypt"
        call = (f'. {script}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lanecrypt;'
                'printf "%s\\n" "${COMPREPLY[@]}"')
        return output("bash", "--norc", "-u", "-c", call, "bash", "lanecrypt", *words).split("\n")[:-1]

    def test_bash(self):
        self.assertEqual(self.bash(""), list(commands()))
        self.assertEqual(self.bash("help", "be"), ["bench"])
        self.assertEqual(self.bash("--v"), ["--version"])
        for command in commands():
            if command != "help":
                told = options(output(COMMAND, command, "--help"))
                self.assertEqual(self.bash(command, "--"), [f"--{name}" for name in told])
        self.assertEqual(self.bash("bench", "--algorithm", "aes-128-g"), ["AES-128-GCM", "AES-128-GCM-SIV"])
        self.assertEqual(self.bash("bench", "--algorithm", "GHASH,XCha"), ["GHASH,XChaCha20-Poly1305"])
        self.assertEqual(self.bash("bench", "--engine", "nat"), ["native"])
        self.assertEqual(self.bash("bench", "--baseline", "b")[0], "best")
        self.assertEqual(self.bash("bench", "--kernel", "aes-gcm", ":", "por"), ["portable"]) # taken apart by readline
        self.assertEqual(self.bash("bench", "--format", "=", "c"), ["csv"])
        self.assertEqual(self.bash("compare", "--by", ""), ["cycles", "time"])
        self.assertEqual(self.bash("seal", "--key-file", str(PREFIX / "bi")), [str(PREFIX / "bin")])
        self.assertEqual(self.bash("summary", str(PREFIX / "bi")), [str(PREFIX / "bin")])
        if "provider" in commands():
            self.assertEqual(self.bash("provider", ""), ["status", "enable"])
        if "boringssl" in self.bash("bench", "--engine", ""):
            self.assertIn(r"TLS\ 1.3\ X25519\ RSA-2048", self.bash("handshake", "--trace", "TLS 1.3 X"))

    @unittest.skipUnless(shutil.which("fish"), "no fish")
    def test_fish(self):
        script = PREFIX / "share/fish/vendor_completions.d/lanecrypt.fish"
        with tempfile.TemporaryDirectory() as home:
            def fish(line):
                done = subprocess.run(["fish", "--no-config", "-c", f"source {script}; complete -C '{line}'"],
                                      capture_output=True, text=True, env={**ENVIRONMENT, "HOME": home}, timeout=60)
                self.assertEqual(done.stderr, "")
                return [offer.split("\t")[0] for offer in done.stdout.splitlines()]
            self.assertEqual(set(fish("lanecrypt ")), set(commands()))
            for command in ["bench", "compare"]:
                told = options(output(COMMAND, command, "--help"))
                self.assertEqual(set(fish(f"lanecrypt {command} --")), {f"--{name}" for name in told})
            self.assertEqual(fish("lanecrypt bench --algorithm AES-128-G"), ["AES-128-GCM", "AES-128-GCM-SIV"])
            if "provider" in commands():
                self.assertEqual(set(fish("lanecrypt provider ")), {"status", "enable"})
            self.assertEqual(fish("lanecrypt bench --kernel aes-gcm:por"), ["aes-gcm:portable"])

    @unittest.skipUnless(shutil.which("zsh"), "no zsh")
    def test_zsh(self):
        script = (PREFIX / "share/zsh").glob("*/_lanecrypt")
        folder = next(script).parent
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(shutil.which("zsh"), ["zsh", "-f", "-i"], {**ENVIRONMENT, "PS1": "> ", "COLUMNS": "200"})
        shown = ""

        def type_until(keys, expected):
            nonlocal shown
            os.write(terminal, keys.encode())
            seen, until = "", time.monotonic() + 20
            while not re.search(expected, seen) and time.monotonic() < until:
                if select.select([terminal], [], [], 0.2)[0]:
                    seen += os.read(terminal, 65536).decode(errors="replace")
            self.assertRegex(seen, expected)

        try:
            type_until(f"fpath=({folder} $fpath); autoload -U compinit; compinit -u -D; echo re''ady\n", "ready")
            type_until("lanecrypt ben\t", "bench ")
            type_until("--self\t", "--self-test")
            type_until("\x15lanecrypt bench --kernel aes-gcm:po\t", "aes-gcm:portable")
            type_until("\x15lanecrypt bench --algorithm GHASH,XCha\t", "GHASH,XChaCha20-Poly1305")
            type_until("\x15lanecrypt bench --format=m\t", "markdown")
            if "provider" in commands():
                type_until("\x15lanecrypt provider st\t", "status")
        finally:
            os.close(terminal)
            os.waitpid(pid, 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
