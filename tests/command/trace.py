# SPDX-License-Identifier: MIT
"""`lanecrypt handshake --trace`: what passes between client and server, kind by kind. Arguments as for command.py."""

import json
import re

from command import Folder, OnTerminal, lanecrypt, run_case
from formats import tables

CERTIFICATE = ["Certificate", "CertificateVerify"]
FLIGHTS = {
    "TLS 1.3 X25519 RSA-2048": [
        ["ClientHello"], ["ServerHello", "EncryptedExtensions", *CERTIFICATE, "Finished"], ["Finished"]],
    "TLS 1.3 X25519 ECDSA-P256 PSK": [
        ["ClientHello"], ["ServerHello", "EncryptedExtensions", "Finished"], ["Finished"], ["NewSessionTicket"]],
    "TLS 1.2 RSA-2048 key transport": [
        ["ClientHello"], ["ServerHello", "Certificate", "ServerHelloDone"], ["ClientKeyExchange", "Finished"],
        ["Finished"]],
    "TLS 1.2 X25519 ECDSA-P256": [
        ["ClientHello"], ["ServerHello", "Certificate", "ServerKeyExchange", "ServerHelloDone"],
        ["ClientKeyExchange", "Finished"], ["Finished"]],
    "TLS 1.2 X25519 RSA-2048 session ID": [
        ["ClientHello"], ["ServerHello", "Finished"], ["Finished"]],
}


def says(flights, name):
    return [line for flight in flights for message in flight["messages"] if message["message"] == name
            for line in message["says"]]


def keys(flights, side):
    """What exists on a side in the end."""
    return [key for flight in flights if flight["side"] == side
            for key in [*flight["keys_taken"], *(m["keys"] for m in flight["messages"] if m["keys"])]]


class Trace(Folder):
    def trace(self, kind, engine):
        done = lanecrypt("handshake", "--trace", kind.lower(), "--engine", engine, "--json", "-")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertNotRegex(done.stdout, r"[0-9a-fA-F]{24}")  # no key, nor anything like one
        return json.loads(done.stdout)["trace"]

    def check(self, kind, trace):
        flights = trace["flights"]
        names = [[m["message"] for m in flight["messages"] if m["message"] != "ChangeCipherSpec"]
                 for flight in flights]
        self.assertEqual([flight for flight in names if flight], FLIGHTS[kind])
        self.assertEqual([flight["side"] for flight in flights], (["client", "server"] * 3)[:len(flights)])
        self.assertEqual(sum(flight["bytes"] for flight in flights), trace["bytes"])
        for flight in flights:
            self.assertGreater(flight["ns"], 0)
            sent = sum(m["bytes"] for m in flight["messages"])
            self.assertLessEqual(sent + 5 * flight["records"], flight["bytes"])  # tags and nonces are the rest
            self.assertLessEqual(flight["bytes"] - sent, 40 * flight["records"])
        for side in ["client", "server"]:
            steps = sum(flight["ns"] for flight in flights if flight["side"] == side)
            self.assertTrue(0.7 * steps < trace[f"{side}_ns"] < 2 * steps + 1e5, (side, steps, trace))
        self.assertEqual([flight["completes"] for flight in flights].count(True), 2)
        for flight in flights:
            for m in flight["messages"]:
                if m["message"] == "Finished":
                    self.assertTrue(m["encrypted"])
                if m["message"] in ["ClientHello", "ServerHello", "ClientKeyExchange", "ServerHelloDone"]:
                    self.assertFalse(m["encrypted"])
                if m["message"] == "Certificate":
                    self.assertEqual(m["encrypted"], "1.3" in kind)
        self.assertEqual(trace["round_trips"], 2 if "1.2" in kind and "session" not in kind else 1)

    def test_kinds(self):
        for engine in ["boringssl", "openssl"]:
            for kind in FLIGHTS:
                with self.subTest(engine=engine, kind=kind):
                    trace = self.trace(kind, engine)
                    self.check(kind, trace)
                    flights = trace["flights"]
                    self.assertEqual((trace["engine"], trace["kind"]), (engine, kind))
                    self.assertIn("for lanecrypt.test", says(flights, "ClientHello"))
                    if "1.3" in kind:
                        for side in ["client", "server"]:
                            self.assertIn("application traffic keys, exporter secret", keys(flights, side))
                            self.assertIn("resumption secret", keys(flights, side))
                            self.assertTrue(any(key.startswith("handshake traffic keys") for key in
                                                keys(flights, side)))
                    elif "session" not in kind:
                        self.assertEqual(keys(flights, "client"), ["premaster secret, master secret, key block"])
                        self.assertEqual(keys(flights, "server"), keys(flights, "client"))
                    else:
                        self.assertEqual(keys(flights, "client"), ["key block, from the master secret kept"])
                    if kind == "TLS 1.3 X25519 RSA-2048":
                        self.assertIn("leaf + intermediate, 2 × RSA-2048", says(flights, "Certificate"))
                        self.assertIn("rsa_pss_rsae_sha256 over the transcript, 256 bytes",
                                      says(flights, "CertificateVerify"))
                    if "ECDSA" in kind and "PSK" not in kind:
                        self.assertIn("leaf + intermediate, 2 × ECDSA P-256", says(flights, "Certificate"))

    def test_library_that_tells_nothing(self):
        """Then the messages in plaintext are read off the wire."""
        if "wolfssl" in lanecrypt("handshake", "--trace", "TLS 1.3 X25519 RSA-2048", "--engine", "wolfssl").stderr:
            self.skipTest("no wolfSSL")
        for kind, names in [("TLS 1.3 X25519 ECDSA-P256", [
                ["ClientHello"], ["ServerHello", "encrypted"], ["encrypted"]]),
                            ("TLS 1.2 X25519 ECDSA-P256", [
                ["ClientHello"], ["ServerHello", "Certificate", "ServerKeyExchange", "ServerHelloDone"],
                ["ClientKeyExchange", "encrypted"], ["encrypted"]])]:
            flights = self.trace(kind, "wolfssl")["flights"]
            told = [[m["message"] for m in f["messages"] if m["message"] != "ChangeCipherSpec"] for f in flights]
            self.assertEqual([flight for flight in told if flight], names)

    def test_diagram(self):
        kind = "TLS 1.3 X25519 ECDSA-P256"
        done = lanecrypt("handshake", "--trace", kind, "--ascii")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.isascii())
        lines = done.stdout.splitlines()
        self.assertEqual({len(line) for line in lines if re.search(r"[|>]$", line)}, {71})  # the server's lifeline
        self.assertEqual(sum(bool(re.search(r"\|-+ .* bytes in \d records? -+>\|", line)) for line in lines), 2)
        self.assertEqual(sum(bool(re.search(r"\|<-+ .* bytes in \d records? -+\|", line)) for line in lines), 1)
        self.assertIn("the server encrypts from here on", done.stdout)

    def test_formats(self):
        kind = "TLS 1.3 X25519 ECDSA-P256"
        done = lanecrypt("handshake", "--trace", kind, "--format", "csv")
        flights, messages = tables(done.stdout)
        self.assertEqual([row["side"] for row in flights], ["client", "server", "client", "server"])
        self.assertEqual({row["table"] for row in messages}, {kind + ": messages"})
        self.assertIn("CertificateVerify", [row["message"] for row in messages])
        self.assertIn("| CertificateVerify |", lanecrypt("handshake", "--trace", kind, "--format", "markdown").stdout)

    def test_refused(self):
        self.refused("handshake", "--trace", "TLS 1.3 X25519 RSA-204", names=["TLS 1.3 X25519 RSA-204", "did you mean"])
        self.refused("handshake", "--trace", "", names="kind of handshake")
        self.refused("handshake", "--trace", "TLS 1.3 X25519 RSA-2048", "--engine", "native", names=["native", "TLS 1.3 X25519 RSA-2048"])
        self.refused("bench", "--trace", "TLS 1.3 X25519 RSA-2048", names="--trace")


class TraceTerminal(OnTerminal):
    def test_widths(self):
        arguments = ["handshake", "--trace", "TLS 1.3 X25519 ECDSA-P256", "--no-progress"]
        for columns, wide in [(40, 56), (80, 80), (120, 120), (400, 80)]:
            text = self.on_terminal(*arguments, columns=columns, env={"LC_ALL": "C.UTF-8"})
            lines = [re.sub(self.COLOR, "", line).rstrip() for line in text.splitlines()]
            self.assertRegex(text, self.COLOR)
            self.assertEqual({len(line) for line in lines if re.search("[│┤]$", line)}, {wide - 9})
            self.assertLessEqual(max(map(len, lines[2:])), wide)


if __name__ == "__main__":
    run_case()
