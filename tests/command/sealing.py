# SPDX-License-Identifier: MIT
"""seal, open and keygen from outside. Arguments as for command.py."""

import contextlib
import fcntl
import os
import pty
import random
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import termios
import time

from command import COMMAND, ESCAPE, Folder, lanecrypt, run_case

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
HEADER, CHUNK, TAG = 88, 1 << 16, 16
UNIT = CHUNK + TAG
KEY = bytes(range(32))
# As tests/bench/seal_format.c has it.
KNOWN = bytes.fromhex(
    "4c414e455345414c0101000a000000000000000000000000fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0efeeedecebeae9e8e7e6e5e4"
    "e3e2e1e0fd343fd373e840f9294271cd1a1e254900658ab0acbcd4f77d5bf14ebd13ab6b99f2a328b3602d269e2120e88f23a9ab"
    "b026059a7026720c2302d02942")


def content(length):
    return random.Random(length).randbytes(length)


class Sealed(Folder):
    def setUp(self):
        super().setUp()
        self.key = self.file("key", KEY)

    def read(self, name):
        with open(self.path(name), "rb") as f:
            return f.read()

    def command(self, *arguments, code=0, data=None, **options):
        """Standard output; on failure one line on standard error."""
        done = subprocess.run([COMMAND, *arguments], input=data, capture_output=True, check=False, timeout=120,
                              cwd=self.folder, **options)
        said = done.stderr.decode()
        self.assertEqual(done.returncode, code, said)
        self.assertRegex(said, r"\A\Z" if code == 0 else r"\Alanecrypt: [^\n]+\n\Z")
        self.said = said
        return done.stdout

    def seal(self, data):
        return self.command("seal", "--key-file", self.key, data=data)

    def open(self, sealed, code=0, key=None):
        return self.command("open", "--key-file", key or self.key, data=sealed, code=code)


class Sealing(Sealed):
    def test_lengths(self):
        for length in [0, 1, 17, CHUNK - 1, CHUNK, CHUNK + 1, 16 * CHUNK - 1, 16 * CHUNK, 16 * CHUNK + 1, 32 * CHUNK,
                       5 << 20]:
            with self.subTest(length=length):
                data = content(length)
                sealed = self.seal(data)
                self.assertEqual(len(sealed), HEADER + length + TAG * max(1, -(-length // CHUNK)))
                self.assertEqual(self.open(sealed), data)
                self.file("in", data)
                self.command("seal", "--key-file", self.key, "in", "--force")
                self.command("open", "--key-file", self.key, "in.sealed", "-o", "out", "--force")
                self.assertEqual(self.read("out"), data)
                self.assertNotEqual(self.read("in.sealed"), sealed)  # another salt

    def test_known(self):
        self.assertEqual(self.open(KNOWN), b"a sealed file")

    def test_a_pipe_that_trickles(self):
        data = content(3 * CHUNK + 5)
        with subprocess.Popen([COMMAND, "seal", "--key-file", self.key], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as process:
            for at in range(0, len(data), 9973):
                process.stdin.write(data[at:at + 9973])
                process.stdin.flush()
            process.stdin.close()
            sealed = process.stdout.read()
        self.assertEqual(self.open(sealed), data)

    def test_refused_before_it_is_written(self):
        """What standard output gets of a spoilt file is a beginning of it, in whole groups; a file gets nothing."""
        data = content(40 * CHUNK + 5)
        sealed = self.seal(data)
        header, chunks = sealed[:HEADER], [sealed[at:at + UNIT] for at in range(HEADER, len(sealed), UNIT)]
        other = self.seal(data)
        self.assertEqual(len(chunks), 41)
        spoilt = {"swapped": header + b"".join([*chunks[:20], chunks[21], chunks[20], *chunks[22:]]),
                  "dropped": header + b"".join(chunks[:20] + chunks[21:]),
                  "repeated": header + b"".join(chunks[:21] + chunks[20:]),
                  "another file's": header + b"".join([*chunks[:20], other[HEADER + 20 * UNIT:HEADER + 21 * UNIT], *chunks[21:]]),
                  "another file's header": other[:HEADER] + sealed[HEADER:],
                  "without an end": header + b"".join(chunks[:40]), "without a chunk": header,
                  "shorter": sealed[:-1], "longer": sealed + b"\0", "twice": sealed + sealed,
                  "a bit": sealed[:HEADER + 20 * UNIT] + bytes([sealed[HEADER + 20 * UNIT] ^ 1]) + sealed[HEADER + 20 * UNIT + 1:]}
        for what, bad in spoilt.items():
            with self.subTest(what=what):
                out = self.open(bad, code=1)
                self.assertEqual(len(out) % (16 * CHUNK), 0)
                self.assertEqual(out, data[:len(out)])
                self.file("bad.sealed", bad)
                before = sorted(os.listdir(self.folder))
                self.command("open", "--key-file", self.key, "bad.sealed", code=1)
                self.assertIn("bad.sealed", self.said)
                self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_every_byte_of_a_header(self):
        sealed = self.seal(b"x")
        for i in range(HEADER):
            with self.subTest(byte=i):
                bad = bytearray(sealed)
                bad[i] ^= 1
                code = 1 if i == 11 or i >= 24 else 2  # with other chunks, salt or commitment it is a header still
                self.assertEqual(self.open(bytes(bad), code=code), b"")
        for length in [0, 1, 8, HEADER - 1]:
            self.assertEqual(self.open(sealed[:length], code=2), b"")

    def test_keys(self):
        sealed = self.seal(b"text")
        for good in [KEY.hex().encode(), KEY.hex().upper().encode() + b"\n", KEY.hex().encode() + b"\r\n"]:
            self.assertEqual(self.open(sealed, key=self.file("good", good)), b"text")
        self.open(sealed, code=1, key=self.file("other", KEY[::-1]))
        self.assertIn("another key", self.said)
        for bad in [b"", KEY[1:], KEY + b"\n", KEY.hex().encode()[1:], KEY.hex().encode() + b"\n\n", b"g" * 64, b"/" * 64,
                    b":" * 64, b"@" * 64, b"`" * 64, b"\x80" * 64, bytes(64), content(1 << 20)]:
            with self.subTest(key=bad[:70]):
                self.assertEqual(self.open(sealed, code=2, key=self.file("bad", bad)), b"")
                self.assertIn("bad", self.said)
        self.open(sealed, code=2, key="/nowhere/key")
        self.command("open", data=sealed, code=2)
        self.assertIn("--key-file", self.said)

    def test_keygen(self):
        self.command("keygen", "new.key")
        self.assertRegex(self.read("new.key"), rb"\A[0-9a-f]{64}\n\Z")
        self.assertEqual(stat.S_IMODE(os.stat(self.path("new.key")).st_mode), 0o600)
        before = self.read("new.key")
        self.command("keygen", "new.key", code=2)
        self.assertEqual(self.read("new.key"), before)
        self.command("keygen", "next.key")
        self.assertNotEqual(self.read("next.key"), before)
        self.command("keygen", "/nowhere/at/all.key", code=2)
        self.command("keygen", code=2)
        self.assertEqual(self.open(self.command("seal", "--key-file", "new.key", data=b"x"), key="new.key"), b"x")


class SealingFiles(Sealed):
    """Where it is read from and written to."""

    def setUp(self):
        super().setUp()
        self.file("in", b"content")

    def seal_file(self, *arguments, code=0, **options):
        return self.command("seal", "--key-file", self.key, *arguments, code=code, **options)

    def open_file(self, *arguments, code=0, **options):
        return self.command("open", "--key-file", self.key, *arguments, code=code, **options)

    def mode(self, name):
        return stat.S_IMODE(os.stat(self.path(name)).st_mode)

    def test_nothing_is_overwritten(self):
        self.seal_file("in")
        first = self.read("in.sealed")
        for arguments in [["in"], ["in", "-o", self.file("there", b"")], ["in", "--output=in.sealed"]]:
            self.seal_file(*arguments, code=2)
            self.assertIn("--force", self.said)
        self.open_file("in.sealed", code=2)
        self.seal_file("in", "--force")
        self.assertNotEqual(self.read("in.sealed"), first)
        self.open_file("in.sealed", "--force")
        self.assertEqual((self.read("in"), self.read("key")), (b"content", KEY))
        self.assertEqual(sorted(os.listdir(self.folder)), ["in", "in.sealed", "key", "there"])

    def test_what_is_read_is_no_output(self):
        os.link(self.path("in"), self.path("twin"))
        os.symlink("in", self.path("alias"))
        for target in ["in", "twin", "alias", "key"]:
            self.seal_file("in", "-o", target, "--force", code=2)
            self.assertIn("read here", self.said)
        with open(self.path("in"), "ab") as same:
            done = subprocess.run([COMMAND, "seal", "--key-file", self.key, "in", "-o", "-"], stdout=same, stderr=subprocess.PIPE,
                                  cwd=self.folder, check=False)
        self.assertEqual((done.returncode, self.read("in"), self.read("key")), (2, b"content", KEY))

    def test_permissions(self):
        for mode in [0o600, 0o640, 0o755]:
            os.chmod(self.path("in"), mode)
            self.seal_file("in", "-o", "s", "--force")
            self.assertEqual(self.mode("s"), mode)
            self.open_file("s", "-o", "out", "--force")
            self.assertEqual(self.mode("out"), 0o600)

    def test_links_are_followed(self):
        self.file("target", b"old")
        os.symlink("target", self.path("link"))
        self.seal_file("in", "-o", "link", code=2)
        self.seal_file("in", "-o", "link", "--force")
        self.assertTrue(os.path.islink(self.path("link")))
        self.open_file("target", "-o", "out")
        self.assertEqual(self.read("out"), b"content")
        os.symlink("nowhere", self.path("dangling"))
        self.seal_file("in", "-o", "dangling", code=2)

    def test_bad_names(self):
        os.mkdir(self.path("folder"))
        self.seal_file("missing", code=2)
        self.seal_file("folder", code=2)
        self.seal_file("in", "-o", "folder", code=2)
        self.seal_file("in", "-o", "folder/", code=2)
        self.seal_file("in", "-o", "", code=2)
        self.seal_file("in", "-o", "missing/out", code=2)
        self.open_file("in", code=2)
        self.assertIn("is no sealed file", self.said)
        shutil.copy(self.path("key"), self.path(".sealed"))
        self.seal_file("in", "-o", "in.s")
        self.open_file("in.s", code=2)
        self.assertIn("--output", self.said)
        self.seal_file("in", "out", code=2)
        self.seal_file("in", "--passphrase-file", "key", code=2)
        for memory in ["", "7M", "2G", "x", "8388609"]:
            self.seal_file("in", "--memory", memory, code=2)

    def test_devices_and_pipes(self):
        self.assertEqual(self.open_file("-", data=self.seal_file("in", "-o", "-")), b"content")
        self.seal_file("in", "-o", "/dev/null")
        self.assertEqual(len(self.seal_file("/dev/null", "-o", "/dev/stdout")), HEADER + TAG)
        os.mkfifo(self.path("pipe"))
        with subprocess.Popen([COMMAND, "seal", "--key-file", self.key, "in", "-o", "pipe"], cwd=self.folder) as process:
            sealed = self.read("pipe")
            self.assertEqual(process.wait(60), 0)
        self.assertEqual(self.open_file(data=sealed), b"content")

    def test_a_part_of_standard_input(self):
        """From where it stands, not from its beginning."""
        with open(self.path("in"), "rb") as f:
            os.lseek(f.fileno(), 3, os.SEEK_SET)
            sealed = subprocess.run([COMMAND, "seal", "--key-file", self.key], stdin=f, capture_output=True, check=True).stdout
        self.assertEqual(self.open_file(data=sealed), b"tent")

    def test_sparse(self):
        with open(self.path("holes"), "wb") as f:
            f.truncate(64 << 20)
        self.seal_file("holes")
        self.open_file("holes.sealed", "-o", "out")
        with open(self.path("out"), "rb") as f:
            self.assertEqual(sum(block.count(0) for block in iter(lambda: f.read(1 << 20), b"")), 64 << 20)

    def test_a_kernel_that_is_none(self):
        self.seal_file("in", code=2, env={**os.environ, "LANE_KERNEL": "aes-gcm:mmx"})
        self.assertIn("LANE_KERNEL", self.said)
        sealed = self.seal_file("in", "-o", "-", env={**os.environ, "LANE_KERNEL": "aes-gcm:portable"})
        self.assertEqual(self.open_file(data=sealed), b"content")

    def test_a_full_disk(self):
        limit = 1 << 20
        self.file("large", content(3 << 20))
        before = sorted(os.listdir(self.folder))
        self.seal_file("large", code=2, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
        self.assertIn("large.sealed: cannot be written: File too large", self.said)
        self.assertEqual(sorted(os.listdir(self.folder)), before)
        disk = self.path("disk")
        os.mkdir(disk)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", disk], capture_output=True,
                          check=False).returncode == 0:
            self.addCleanup(subprocess.run, ["umount", disk], check=False)
            for source in [["large"], []]:  # of known and of unknown length
                self.seal_file(*source, "-o", "disk/out", code=2, data=None if source else content(3 << 20))
                self.assertIn("disk/out: cannot be written: No space left", self.said)
                self.assertEqual(os.listdir(disk), [])
        if os.path.exists("/dev/full"):
            self.seal_file("in", "-o", "/dev/full", code=2)
            self.assertIn("No space left", self.said)

    def test_killed(self):
        """A signal, even the one that cannot be caught, leaves nothing, be it in the middle."""
        for number in [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL]:
            with self.subTest(signal=number), subprocess.Popen(
                    [COMMAND, "seal", "--key-file", self.key, "-o", "out"], stdin=subprocess.PIPE, cwd=self.folder) as process:
                process.stdin.write(content(3 << 20))  # more than a pipe holds: it has been read
                process.stdin.flush()
                process.send_signal(number)
                self.assertEqual(process.wait(60), -number)
                self.assertEqual(sorted(os.listdir(self.folder)), ["in", "key"])
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.close()

    def test_files_that_need_a_name(self):
        """Without /proc no file can be given its name at the end: it has a temporary one, which signals remove."""
        if not shutil.which("unshare") or subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/proc"],
                                                         capture_output=True, check=False).returncode != 0:
            self.skipTest("unshare and mount are not permitted here")
        hidden = ["unshare", "-m", "sh", "-c", 'mount -t tmpfs none /proc && exec "$0" "$@"', COMMAND, "seal", "--key-file",
                  self.key]
        run = {"cwd": self.folder, "capture_output": True, "check": False}
        if subprocess.run([*hidden[:-3], "--version"], **run).returncode != 0:
            self.skipTest("AddressSanitizer needs /proc itself")
        self.file("there", b"precious")
        self.assertEqual(subprocess.run([*hidden, "in"], **run).returncode, 0)
        self.assertEqual(subprocess.run([*hidden, "in", "-o", "there"], **run).returncode, 2)
        self.assertEqual(self.read("there"), b"precious")
        self.assertEqual(subprocess.run([*hidden, "in", "-o", "there", "--force"], **run).returncode, 0)
        for name in ["in.sealed", "there"]:
            self.assertEqual(self.open_file(name, "-o", "-"), b"content")
        before = sorted(os.listdir(self.folder))
        with subprocess.Popen([*hidden, "-o", "out"], stdin=subprocess.PIPE, cwd=self.folder) as process:
            process.stdin.write(content(3 << 20))
            process.stdin.flush()
            self.assertEqual(len(os.listdir(self.folder)), len(before) + 1)
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(60), -signal.SIGTERM)
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_a_progress_line_on_a_terminal_alone(self):
        with open(self.path("holes"), "wb") as f:
            f.truncate(1 << 30)
        ours, theirs = pty.openpty()
        with subprocess.Popen([COMMAND, "seal", "--key-file", self.key, "holes", "-o", "/dev/null"], stderr=theirs,
                              cwd=self.folder) as process:
            os.close(theirs)
            text = b""
            with contextlib.suppress(OSError):
                while piece := os.read(ours, 65536):
                    text += piece
            self.assertEqual(process.wait(60), 0)
        os.close(ours)
        self.assertRegex(text.decode(), r"\r" + re.escape(ESCAPE) + r"\[K\d+ MiB of 1024, \d+ s left, \d+ MiB/s")


class SealingPassphrase(Sealed):
    """By the engine libsodium; quick, with the least memory."""

    def setUp(self):
        super().setUp()
        self.phrase = self.file("phrase", "correct horse Batterie f\u00fcr\n".encode())
        done = subprocess.run([COMMAND, "list", "--engine", "libsodium", "--json", "-"], capture_output=True, check=False)
        if b'"loaded"' not in done.stdout:
            self.skipTest("no libsodium here")

    def with_passphrase(self, what, *arguments, phrase="phrase", **options):
        return self.command(what, "--passphrase-file", phrase, *arguments, **options)

    def test_round_trip(self):
        sealed = self.with_passphrase("seal", "--memory", "8M", data=b"text")
        self.assertEqual(sealed[8:24], bytes([1, 1, 1, 16, 3, 0, 0, 0]) + (8 << 20).to_bytes(8, "little"))
        self.assertEqual(self.with_passphrase("open", data=sealed), b"text")
        self.file("bare", self.read("phrase")[:-1])
        self.file("dos", self.read("phrase")[:-1] + b"\r\n")
        for same in ["bare", "dos"]:
            self.assertEqual(self.with_passphrase("open", phrase=same, data=sealed), b"text")
        self.file("other", b"correct horse\n")
        self.with_passphrase("open", phrase="other", data=sealed, code=1)
        self.assertIn("another passphrase", self.said)
        self.open(sealed, code=2)
        self.assertIn("passphrase", self.said)
        with open(self.phrase, "rb") as f:
            self.assertEqual(self.with_passphrase("open", phrase=f"/dev/fd/{f.fileno()}", data=sealed, pass_fds=[f.fileno()]), b"text")

    def test_by_hashlib_or_libsodium(self):
        """The same key as another implementation derives."""
        try:
            from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
        except ImportError:
            self.skipTest("no Argon2id in Python (cryptography 44 or newer)")
        sealed = self.with_passphrase("seal", "--memory", "8M", data=b"text")
        key = Argon2id(salt=sealed[24:40], length=32, iterations=3, lanes=1, memory_cost=8 << 10).derive(
            self.read("phrase")[:-1])
        self.file("derived", key)
        as_key_file = bytearray(sealed)
        as_key_file[10:11] = b"\0"
        as_key_file[12:24] = bytes(12)
        self.open(bytes(as_key_file), key=self.path("derived"), code=1)  # the right key, for a header that was altered
        self.assertIn("chunk 0", self.said)

    def test_bad_phrases(self):
        for bad in [b"", b"\n", b"two\nlines\n", b"x" * 1025]:
            self.with_passphrase("seal", phrase=self.file("bad", bad), data=b"text", code=2)
            self.assertIn("passphrase", self.said)
        self.with_passphrase("seal", "--memory", "8M", phrase=self.file("long", b"x" * 1024), data=b"text")
        self.with_passphrase("seal", phrase="/nowhere/phrase", data=b"text", code=2)

    def test_headers_that_ask_for_much(self):
        sealed = bytearray(self.with_passphrase("seal", "--memory", "8M", data=b"text"))
        for passes, memory in [(3, 64 << 30), (3, (1 << 30) + 1024), (5, 1 << 30), (0xFFFFFFFF, 8 << 20), (0, 8 << 20),
                               (3, 1 << 20), (3, 0), (0xFFFFFFFF, (1 << 64) - 1)]:
            sealed[12:24] = passes.to_bytes(4, "little") + memory.to_bytes(8, "little")
            began = time.monotonic()
            self.with_passphrase("open", data=bytes(sealed), code=2)
            self.assertRegex(self.said, "limit")
            self.assertLess(time.monotonic() - began, 10)

    def test_without_libsodium(self):
        sealed = self.with_passphrase("seal", "--memory", "8M", data=b"text")
        alone = shutil.copy(COMMAND, self.folder)
        for what, data in [("seal", b"text"), ("open", sealed)]:
            done = subprocess.run([alone, what, "--passphrase-file", self.phrase], input=data, capture_output=True, check=False,
                                  env={"PATH": os.environ["PATH"]})
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assertRegex(done.stderr, rb"\A[^\n]*Argon2id[^\n]*libsodium[^\n]*key file[^\n]*\n\Z")
        sealed = subprocess.run([alone, "seal", "--key-file", self.key], input=b"text", capture_output=True, check=True).stdout
        self.assertEqual(self.open(sealed), b"text")

    def at_terminal(self, *arguments, answers):
        """Exit code and what a terminal shows; data and errors do not go there."""
        ours, theirs = pty.openpty()

        def take_terminal():
            os.setsid()
            fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)
        with subprocess.Popen([COMMAND, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              cwd=self.folder, preexec_fn=take_terminal) as process:
            shown = b""
            for answer in answers:
                while not shown.endswith(b": "):
                    shown += os.read(ours, 1000)
                self.assertFalse(termios.tcgetattr(theirs)[3] & termios.ECHO)
                os.write(ours, answer + b"\n")
                shown += os.read(ours, 1000)
            process.communicate(timeout=60)
        self.assertTrue(termios.tcgetattr(theirs)[3] & termios.ECHO)
        os.close(theirs)
        os.close(ours)
        return process.returncode, shown

    def test_typed(self):
        self.file("in", b"content")
        code, shown = self.at_terminal("seal", "in", "--memory", "8M", answers=[b"open sesame", b"open sesame"])
        self.assertEqual(code, 0)
        self.assertNotIn(b"sesame", shown)
        self.assertEqual(self.with_passphrase("open", "in.sealed", "-o", "-", phrase=self.file("same", b"open sesame")),
                         b"content")
        os.remove(self.path("in"))
        code, _ = self.at_terminal("open", "in.sealed", answers=[b"open sesame"])
        self.assertEqual((code, self.read("in")), (0, b"content"))
        code, _ = self.at_terminal("seal", "in", "-o", "differ", answers=[b"open sesame", b"open sesami"])
        self.assertEqual(code, 2)
        code, _ = self.at_terminal("seal", "in", "-o", "empty", answers=[b""])
        self.assertEqual(code, 2)
        self.assertFalse({"differ", "empty"} & set(os.listdir(self.folder)))
        self.command("seal", "in", "-o", "none", start_new_session=True, code=2)
        self.assertIn("terminal", self.said)


class SealingReference(Sealed):
    """The Python of bench/sealed-files.md opens what is sealed here."""

    def test_document(self):
        pythons = [python for python in [sys.executable, "/usr/bin/python3"] if subprocess.run(
            [python, "-c", "import cryptography"], capture_output=True, check=False).returncode == 0]
        if not pythons:
            self.skipTest("no cryptography here (Debian: python3-cryptography)")
        with open(os.path.join(ROOT, "bench", "sealed-files.md"), encoding="utf-8") as f:
            program = self.file("open.py", re.search(r"```python\n(.*?)```", f.read(), re.DOTALL)[1].encode())
        for length in [0, 1, CHUNK, CHUNK + 1, 40 * CHUNK, 3 << 20]:
            sealed = self.file("sealed", self.seal(content(length)))
            done = subprocess.run([pythons[0], program, sealed, self.key], capture_output=True, check=False)
            self.assertEqual((done.returncode, done.stdout), (0, content(length)), done.stderr)
        done = subprocess.run([pythons[0], program, self.file("known", KNOWN), self.key], capture_output=True, check=True)
        self.assertEqual(done.stdout, b"a sealed file")


if __name__ == "__main__":
    run_case()
