# SPDX-License-Identifier: MIT
"""`lanecrypt handshake`: which kinds are measured, and what is said of those that an engine has not. Arguments as for
command.py."""

import csv
import io
import json

from command import Folder, lanecrypt, run_case

QUICK = ["--quick", "--budget", "2"]
FIELDS = ["version", "suite", "certificate", "resumed", "client_auth", "group"]


def offering(group):
    """The engines that have a group."""
    listed = json.loads(lanecrypt("list", "--json", "-").stdout)
    return {e["name"] for e in listed["engines"] for item in e.get("items", []) if group in item.get("groups", [])}


def measured(*arguments, **options):
    """Entries by kind and engine, server side; those not offered by engine and reason."""
    done = lanecrypt("handshake", *arguments, "--json", "-", **options)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout)
    return ({(e["kind"], e["engine"]): e for e in result["benchmarks"] if e["side"] == "server"},
            {(m["engine"], m["reason"]) for m in result["missing"]}, result)


class Handshakes(Folder):
    def test_list(self):
        done = lanecrypt("handshake", "--list", "--json", "-")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        kinds = json.loads(done.stdout)["kinds"]
        self.assertEqual(len({k["kind"] for k in kinds}), 152)
        self.assertEqual(sum(k["by_default"] for k in kinds), 12)
        by_name = {k["kind"]: k for k in kinds}
        self.assertIn("openssl", by_name["TLS 1.3 X25519 RSA-2048"]["engines"])
        self.assertNotIn("wolfssl", by_name["TLS 1.2 RSA-2048 key transport"]["engines"])
        self.assertNotIn("boringssl", by_name["TLS 1.3 X25519 RSA-2048 PSK-only"]["engines"])
        self.assertIsNone(by_name["TLS 1.3 X25519 RSA-2048 PSK-only"]["group"])
        self.assertTrue(by_name["TLS 1.3 P-384 Ed25519 client authentication"]["client_auth"])

    def test_list_filtered(self):
        done = lanecrypt("handshake", "--list", "--algorithm", "P-256 RSA-3072 full", "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        self.assertEqual([row["handshake"] for row in rows],
                         [f"TLS {version} P-256 RSA-3072{more}" for version in ["1.2", "1.3"]
                          for more in ["", " client authentication"]])
        self.assertEqual({row["openssl"] for row in rows}, {"yes"})

    def test_every_variant(self):
        entries, missing, result = measured(*QUICK, "--algorithm", "ECDSA-P256 TLS X25519,DHE", "--engine",
                                            "openssl,boringssl")
        self.assertEqual(missing, {("boringssl", "no finite-field DHE"), ("boringssl", "no PSK-only resumption")})
        kinds = {kind for kind, engine in entries if engine == "openssl"}
        self.assertEqual(len(kinds), 12)
        told = {kind: [entries[kind, "openssl"].get(name) for name in FIELDS] for kind in kinds}
        for kind, expected in {
                "TLS 1.3 X25519 ECDSA-P256": [False, None, "X25519"],
                "TLS 1.3 X25519 ECDSA-P256 PSK": [True, None, "X25519"],
                "TLS 1.3 X25519 ECDSA-P256 PSK-only": [True, None, None],
                "TLS 1.3 X25519 ECDSA-P256 client authentication": [False, True, "X25519"]}.items():
            self.assertEqual(told[kind], ["TLS 1.3", "TLS_AES_128_GCM_SHA256", "ECDSA-P256", *expected])
        self.assertEqual(told["TLS 1.2 DHE-2048 RSA-2048 ticket"],
                         ["TLS 1.2", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "RSA-2048", True, None, None])
        file = self.file("result.json", json.dumps(result).encode())  # what it writes, it reads
        self.assertEqual(lanecrypt("summary", file).returncode, 0)

    def test_post_quantum(self):
        """Measured where an engine has it, as OpenSSL from 3.5 on; else told apart from a failure."""
        having = offering("X25519MLKEM768")
        entries, missing, _ = measured(*QUICK, "--algorithm", "X25519MLKEM768 ECDSA-P256,X25519MLKEM768 RSA-2048 full")
        for engine in offering("X25519"):
            kinds = {kind for kind, e in entries if e == engine}
            self.assertEqual((engine, "no X25519MLKEM768") in missing, engine not in having)
            if engine == "openssl" and engine in having:
                self.assertEqual(kinds, {"TLS 1.3 X25519MLKEM768 " + more for more in [
                    "ECDSA-P256", "ECDSA-P256 PSK", "ECDSA-P256 PSK-only", "ECDSA-P256 client authentication",
                    "RSA-2048", "RSA-2048 client authentication"]})
                self.assertEqual({entries[kind, engine].get("group") for kind in kinds if "only" not in kind},
                                 {"X25519MLKEM768"})

    def test_not_offered_is_told_in_few_lines(self):
        done = lanecrypt("handshake", *QUICK, "--algorithm", "TLS 1.3 Ed25519,DHE,PSK-only P-384")
        self.assertEqual(done.returncode, 0, done.stdout)
        lines = done.stdout[done.stdout.index("Not measured"):].splitlines()[1:]
        self.assertLessEqual(len(lines), 6)
        without, = [line for line in lines if "no TLS" in line]
        self.assertIn("libsodium, ", without)
        self.assertTrue([line for line in lines if "boringssl" in line and "no PSK-only resumption" in line and
                         " more" in line], lines)

    def test_how_long(self):
        """Told before many kinds are measured; not where nothing but the result may be seen."""
        arguments = ["--quick", "--budget", "1", "--algorithm", "TLS 1.3 ECDSA", "--engine", "openssl"]
        done = lanecrypt("handshake", *arguments, "--json", "-")
        self.assertRegex(done.stderr, r"\A\d+ kinds of handshake in about 1 second; [^\n]+\n\Z")
        done = lanecrypt("handshake", *arguments, "--no-progress")
        self.assertEqual(done.stderr, "")


class HandshakesAll(Folder):
    def test_everything(self):
        entries, missing, result = measured("--all", "--quick", timeout=240)
        listed = json.loads(lanecrypt("handshake", "--list", "--json", "-").stdout)["kinds"]
        self.assertEqual(set(entries), {(k["kind"], engine) for k in listed for engine in k["engines"]})
        self.assertFalse([m for m in result["missing"] if m["state"] == "failed"])
        self.assertGreater(len(missing), 1)
        self.assertTrue(all(e["ns_lo"] > 0 for e in entries.values()))


if __name__ == "__main__":
    run_case()
