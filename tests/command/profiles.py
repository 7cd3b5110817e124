# SPDX-License-Identifier: MIT
"""`lanecrypt profiles`: its arithmetic, and profile files that are wrong. Arguments as for command.py."""

import json
import math

from command import Folder, lanecrypt, run_case
from result_files import dump, entry, handshake, result

KIND = {"engine": "openssl", "version": "TLS 1.3", "group": "X25519", "certificate": "RSA-2048"}
TLS = {"engine": "openssl", "kernel": None}


class Profiles(Folder):
    def setUp(self):
        super().setUp()
        self.result = self.file("result.json", dump(result(
            *(entry(op=op, size=size, ns=ns, **TLS) for op, size, ns in [
                ("seal", 64, 100.0), ("seal", 16384, 1000.0), ("open", 64, 200.0), ("open", 16384, 2000.0)]),
            # neither is what is called full or resumed
            {**handshake(kind="TLS 1.3 X25519 RSA-2048 client authentication", ns=7.0, **KIND), "client_auth": True},
            {**handshake(kind="TLS 1.3 X25519 RSA-2048 PSK-only", ns=7.0, **{**KIND, "group": "none"}), "resumed": True},
            handshake(**KIND), handshake(side="client", ns=500000.0, **KIND),
            {**handshake(kind="TLS 1.3 X25519 RSA-2048 PSK", ns=100000.0, **KIND), "resumed": True})))

    def profile(self, *connections, **more):
        return self.file("profile.json", dump({"name": "mine", "connections": list(connections), **more}))

    def rows(self, profile):
        done = lanecrypt("profiles", self.result, "--profile", profile, "--json", "-")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return {(row["resumed"], row["side"]): row for row in json.loads(done.stdout)["profiles"]}

    def test_arithmetic(self):
        rows = self.rows(self.profile({"count": 2, "down": 3 * 16384 + 8224, "up": 10}))
        self.assertEqual(set(rows), {(False, "server"), (False, "client"), (True, "server")})
        server, client = rows[False, "server"], rows[False, "client"]
        # 8224 bytes are half-way between 64 and 16384; 10 bytes cost what 64 do.
        self.assertAlmostEqual(server["ns"][0], 2 * (400000 + 3 * 1000 + 550 + 200))
        self.assertAlmostEqual(client["ns"][0], 2 * (500000 + 3 * 2000 + 1100 + 100))
        self.assertAlmostEqual(rows[True, "server"]["handshake_ns"][0], 2 * 100000)
        self.assertAlmostEqual(server["per_second"] * server["ns"][0], 1e9, delta=10)
        half = 0.01 * 2 * math.hypot(3 * 1000, 550, 200)
        self.assertAlmostEqual(server["bulk_ns"][2] - server["bulk_ns"][0], half, delta=1e-3)
        self.assertAlmostEqual(server["ns"][2] - server["ns"][0], math.hypot(half, 0.01 * 800000), delta=1e-2)

    def test_handshakes_by_name(self):
        rows = self.rows(self.profile({"handshake": "full"}, {"handshake": "resumed"},
                                      {"handshake": "TLS 1.3 X25519 RSA-2048 PSK", "record": 100}))
        self.assertEqual(rows[False, "server"]["ns"][0], 600000)
        self.assertEqual(rows[True, "server"]["ns"][0], 600000)

    def test_built_in(self):
        done = lanecrypt("profiles", self.result, "--format", "csv")
        for name in ["an API call", "6 connections", "SMTP", "FTPS", "VPN"]:
            self.assertIn(name, done.stdout)

    def test_refused(self):
        for connections, names in [([{"sise": 1}], "connections[0].sise"), ([{}, {"up": -1}], "connections[1].up"),
                                   ([{"down": 1 << 60}], "connections[0].down"), ([{"up": 1.5}], "[0].up"),
                                   ([{"record": 0}], "record"), ([{"record": 16385}], "record"), ([], "connections"),
                                   ([{"count": 0}], "count"), ([{"handshake": 1}], "handshake"), ([1], "[0]"),
                                   ([{"handshake": "\033[2J"}], "handshake"), ([{}] * 1001, "connections")]:
            self.refused("profiles", self.result, "--profile", self.profile(*connections), names=["profile.json", names])
        self.refused("profiles", self.result, "--profile", self.profile({}, x=1), names="x: no such key")
        for text, names in [(b'{"name": "a",\n "connections": [}', ":2:"), (b"", "not JSON"), (b"[]", "object"),
                            (b'{"connections": [{}]}', "name: missing"), (b'{"name": "a"}', "connections: missing"),
                            (b'{"name": "a", "name": "b"}', "duplicate"), (b"[" * 100000, "not JSON")]:
            self.refused("profiles", self.result, "--profile", self.file("bad.json", text), names=["bad.json", names])
        self.refused("profiles", "--profile", self.path("none.json"), names="none.json")
        self.refused("profiles", "--profile", self.profile({"handshake": "TLS 9"}), names=["handshake", "TLS 9"])
        self.refused("profiles", self.file("empty.json", dump(result())), names="no engine")


if __name__ == "__main__":
    run_case()
