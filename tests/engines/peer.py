# SPDX-License-Identifier: MIT
"""The kinds of handshake against OpenSSL's own command, over 127.0.0.1: they are what they claim to be, as the other
side tells it. peer.py OPENSSL PEER FOLDER ENGINE telling|all (peer.c)."""

import base64
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

OPENSSL, PEER, FOLDER, ENGINE, WHICH = sys.argv[1:6]
PATIENCE = 20
SKIPPED = 77
RESUME = {"0": None, "1": "ticket", "2": "session ID", "3": "PSK-only"}
# What s_client calls them.
SIGNATURES = {"rsa_pss_rsae_sha256": ("SHA256", "RSA-PSS"), "ecdsa_secp256r1_sha256": ("SHA256", "ECDSA"),
              "ecdsa_secp384r1_sha384": ("SHA384", "ECDSA"), "ed25519": (None, "ed25519")}
GROUPS = {"X25519": "X25519, 253 bits", "P-256": "ECDH, prime256v1, 256 bits", "P-384": "ECDH, secp384r1, 384 bits",
          "": "DH, 2048 bits"}


class Kind:
    def __init__(self, line):
        (self.name, version, resume, self.client_auth, self.suite, self.group, self.signature,
         self.key_type) = line.split("|")
        self.tls13 = version == "304"
        self.resume = RESUME[resume]
        self.client_auth = self.client_auth == "1"
        self.transport = self.suite.startswith("TLS_RSA_")

    def cipher(self):
        """As OpenSSL calls it."""
        if self.tls13:
            return self.suite
        exchange, cipher = self.suite.removeprefix("TLS_").split("_WITH_")
        cipher = cipher.replace("AES_128", "AES128").replace("_", "-")
        return cipher if exchange == "RSA" else exchange.replace("_", "-") + "-" + cipher

    def wanted(self):
        """Whether OpenSSL's command can do it; it always asks for a key exchange beside a PSK."""
        if self.resume == "PSK-only" or self.group == "X25519MLKEM768":
            return False
        if WHICH == "all":
            return True
        small = self.key_type in ["RSA-2048", "P-256"]
        variants = small and self.group in ["X25519", ""]
        return variants or (self.resume is None and not self.client_auth and (
            (small and self.tls13) or (self.tls13 and self.group == "X25519" and self.key_type != "RSA-4096")))

    def openssl(self):
        """Options of s_client and s_server alike."""
        options = ["-tls1_3", "-ciphersuites", self.suite] if self.tls13 else ["-tls1_2", "-cipher", self.cipher()]
        if self.group:
            # TLS 1.2 asks for the certificates' curves too; OpenSSL refuses a list that names one twice.
            curves = ["P-256", "P-384"] if not self.tls13 and "ECDSA" in self.suite else []
            options += ["-groups", ":".join(dict.fromkeys([self.group, *curves]))]
        if self.signature:
            options += ["-sigalgs", self.signature]
        return options


def kinds():
    lines = subprocess.run([PEER, FOLDER, "kinds"], check=True, capture_output=True, text=True).stdout.splitlines()
    return [kind for kind in map(Kind, lines) if kind.wanted()]


def pem(path, what):
    with open(path + ".der", "rb") as f:
        body = base64.encodebytes(f.read()).decode()
    return f"-----BEGIN {what}-----\n{body}-----END {what}-----\n"


class Peer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.made = set()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def chain(self, key_type):
        """A server's chain and a client's, as DER for the engine and as PEM for OpenSSL, once for each type of key."""
        path = os.path.join(self.folder, key_type)
        if key_type not in self.made:
            for who, ending in [("server", ""), ("client", "-client")]:
                os.mkdir(path + ending)
                subprocess.run([PEER, FOLDER, "chain", key_type, who, path + ending], check=True, timeout=60)
                for name, what in [("root", "CERTIFICATE"), ("intermediate", "CERTIFICATE"), ("leaf", "CERTIFICATE"),
                                   ("key", "PRIVATE KEY")]:
                    part = os.path.join(path + ending, name)
                    with open(part + ".pem", "w", encoding="ascii") as f:
                        f.write(pem(part, what))
            self.made.add(key_type)
        return path

    def start(self, *arguments):
        process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   text=True, errors="replace", env={**os.environ, "OPENSSL_CONF": "/dev/null"})
        self.addCleanup(self.stop, process)
        return process

    @staticmethod
    def stop(process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    @staticmethod
    def identity(path):
        return ["-cert", path + "/leaf.pem", "-key", path + "/key.pem", "-cert_chain", path + "/intermediate.pem"]

    def until(self, process, pattern):
        """What it says up to a line like that, which is the last; None once it has ended without."""
        said = ""
        for line in process.stdout:
            said += line
            if re.search(pattern, line):
                return said
        self.said = said
        return None

    def check_own(self, kind, lines, as_client):
        """What the engine tells of each connection."""
        self.assertEqual(len(lines), 1 if kind.resume is None else 2, lines)
        for i, line in enumerate(lines):
            version, suite, group, signature, resumed, verified = line.removeprefix("connection ").split("|")
            self.assertEqual(version, "304" if kind.tls13 else "303")
            self.assertEqual(suite, kind.suite)
            self.assertEqual(resumed, str(i))
            self.assertEqual(verified, str(int(as_client or kind.client_auth)))
            if kind.group and (i == 0 or kind.tls13):
                self.assertEqual(group, kind.group)
            if i == 0 and kind.signature and (kind.client_auth if not as_client else not kind.transport):
                self.assertEqual(signature, kind.signature)

    def s_client(self, kind, path, port, i):
        session = os.path.join(self.folder, "session.pem")
        resume = [] if kind.resume is None else ["-sess_out" if i == 0 else "-sess_in", session]
        if kind.resume != "ticket":
            resume += ["-no_ticket"] if not kind.tls13 else []
        own = self.identity(path + "-client") if kind.client_auth else []
        client = self.start(OPENSSL, "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "lanecrypt.test",
                            "-verify_hostname", "lanecrypt.test", "-CAfile", path + "/root.pem",
                            "-verify_return_error", *kind.openssl(), *own, *resume)
        said = self.until(client, "hello") or self.fail(f"s_client: {self.said}")
        said += client.communicate("Q\n", timeout=PATIENCE)[0]
        return said

    def check_s_client(self, kind, said, i):
        reused = "Reused" if i else "New"
        # Of TLS 1.2 it shows when the suite was defined.
        version = "TLSv1.3" if kind.tls13 else r"(TLSv1\.2|SSLv3)"
        self.assertRegex(said, rf"{reused}, {version}, Cipher is {kind.cipher()}\n")
        self.assertRegex(said, rf"Protocol +: TLSv1.{3 if kind.tls13 else 2}\n|New, TLSv1.3|Reused, TLSv1.3")
        self.assertIn("Verification: OK" if not i else "erif", said)
        if i:
            return
        if kind.transport:
            self.assertNotIn("Temp Key", said)
            self.assertNotIn("Peer signature type", said)
            return
        digest, signature = SIGNATURES[kind.signature]
        self.assertRegex(said, rf"Temp Key: {GROUPS[kind.group]}\n")
        self.assertRegex(said, rf"(?i)Peer signature type: {signature}\n|{kind.signature}")
        if digest:
            self.assertIn(f"Peer signing digest: {digest}\n", said)

    def test_our_server(self):
        for kind in kinds():
            with self.subTest(engine=ENGINE, kind=kind.name):
                path = self.chain(kind.key_type)
                server = self.start(PEER, FOLDER, "server", ENGINE, kind.name, path)
                port = re.search("port ([0-9]+)", self.until(server, "^port") or "")
                if port is None and server.wait(timeout=PATIENCE) == SKIPPED:
                    continue
                for i in range(1 if kind.resume is None else 2):
                    self.check_s_client(kind, self.s_client(kind, path, port[1], i), i)
                said = server.communicate(timeout=PATIENCE)[0]
                self.assertEqual(server.returncode, 0, said)
                self.check_own(kind, said.splitlines(), as_client=False)
                type(self).done += 1

    def check_s_server(self, kind, said):
        """It shows both connections, one after the other."""
        n = 1 if kind.resume is None else 2
        self.assertEqual(said.count(f"CIPHER is {kind.cipher()}\n"), n, said)
        self.assertEqual(said.count("Reused session-id"), n - 1, said)
        if kind.client_auth:
            digest, signature = SIGNATURES[kind.signature]
            self.assertRegex(said, rf"(?i)Peer signature type: {signature}\n|{kind.signature}")
            self.assertIn("Client certificate", said)
            if digest:
                self.assertIn(f"Peer signing digest: {digest}\n", said)

    def test_our_client(self):
        for kind in kinds():
            with self.subTest(engine=ENGINE, kind=kind.name):
                path = self.chain(kind.key_type)
                n = 1 if kind.resume is None else 2
                more = ["-CAfile", path + "-client/root.pem", "-Verify", "2", "-verify_return_error"]
                server = self.start(OPENSSL, "s_server", "-accept", "127.0.0.1:0", "-naccept", str(n),
                                    "-ignore_unexpected_eof",  # or it forgets the session
                                    *self.identity(path), *kind.openssl(), *(more if kind.client_auth else []),
                                    *(["-no_ticket"] if kind.resume != "ticket" and not kind.tls13 else []))
                port = re.search("ACCEPT .*:([0-9]+)\n", self.until(server, "^ACCEPT") or self.fail(self.said))[1]
                client = self.start(PEER, FOLDER, "client", ENGINE, kind.name, path, port)
                said = client.communicate(timeout=PATIENCE)[0]
                if client.returncode == SKIPPED:
                    server.kill()
                    continue
                self.assertEqual(client.returncode, 0, said)
                self.check_own(kind, said.splitlines(), as_client=True)
                self.check_s_server(kind, server.communicate(timeout=PATIENCE)[0])
                type(self).done += 1

    done = 0


if __name__ == "__main__":
    result = unittest.main(argv=sys.argv[:1], verbosity=2, exit=False).result
    print(f"{Peer.done} kinds and directions")
    sys.exit(1 if not result.wasSuccessful() else 0 if Peer.done else SKIPPED)
