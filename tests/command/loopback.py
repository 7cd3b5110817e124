# SPDX-License-Identifier: MIT
"""`lanecrypt handshake --loopback`: handshakes over TCP of this machine. Arguments as for command.py."""

import json
import subprocess

from command import SCHEMA, Folder, lanecrypt, run_case


class Loopback(Folder):
    def test_kinds(self):
        kinds = ["TLS 1.3 X25519 ECDSA-P256", "TLS 1.3 X25519 ECDSA-P256 PSK", "TLS 1.2 X25519 ECDSA-P256 session ID",
                 "TLS 1.2 X25519 ECDSA-P256 client authentication"]
        # A few seconds are enough to see that it measures: as one start of several has.
        done = lanecrypt("handshake", "--loopback", "--algorithm", ",".join(kinds), "--worker", "4", "--json", "-",
                         stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads(done.stdout)
        for entry in result["benchmarks"]:  # a start hands over all of them, a file to keep has fewer
            del entry.get("samples", [])[50:]
        self.check_schema(result)
        entries = {(b["engine"], b["kind"], b["op"], b["side"]): b for b in result["benchmarks"]
                   if b["run_type"] == "iteration"}
        for engine in ["boringssl", "openssl"]:
            for kind in kinds:
                with self.subTest(engine=engine, kind=kind):
                    over_tcp = {side: entries[engine, kind, "loopback", side]["ns"]
                                for side in ["client", "server", "both"]}
                    for side in ["client", "server"]:
                        self.assertIn((engine, kind, "handshake", side), entries)
                    self.assertGreater(min(over_tcp.values()), 0)
                    self.assertEqual(entries[engine, kind, "loopback", "both"].get("resumed", False),
                                     "PSK" in kind or "session" in kind)

    def check_schema(self, result):
        import jsonschema
        with open(SCHEMA, encoding="utf-8") as f:
            jsonschema.Draft202012Validator(json.load(f)).validate(result)


if __name__ == "__main__":
    run_case()
