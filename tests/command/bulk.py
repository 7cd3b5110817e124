# SPDX-License-Identifier: MIT
"""`lanecrypt handshake --bulk`: application data inside TLS. Arguments as for command.py."""

import json

from command import SCHEMA, Folder, lanecrypt, run_case

SUITES = {"AES-128-GCM": "TLS_AES_128_GCM_SHA256", "AES-256-GCM": "TLS_AES_256_GCM_SHA384",
          "ChaCha20-Poly1305": "TLS_CHACHA20_POLY1305_SHA256"}
INSIDE, BARE = "inside TLS", "for TLS records"


class Bulk(Folder):
    def test_rows(self):
        file = self.path("bulk.json")
        done = lanecrypt("handshake", "--bulk", "--quick", "--engine", "native,openssl,boringssl", "--json", file)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(file, encoding="utf-8") as f:
            result = json.load(f)
        self.check_schema(result)
        entries = {(b["engine"], b["algorithm"], b["op"], b["condition"], b["size"]): b for b in result["benchmarks"]}
        layers = {(x["engine"], x["algorithm"], x["op"], x["size"], x["against"]) for x in result["layers"]}
        for engine, algorithm in [("boringssl", "AES-128-GCM")] + [("openssl", a) for a in SUITES]:
            for size in [16384, 1350]:
                with self.subTest(engine=engine, algorithm=algorithm, size=size):
                    for op, bare in [("write", "seal"), ("read", "open")]:
                        entry = entries[engine, algorithm, op, INSIDE, size]
                        self.assertEqual((entry["version"], entry["suite"]), ("TLS 1.3", SUITES[algorithm]))
                        self.assertGreater(entry["bytes_per_second"], 0)
                        for rival in [engine, "native"]:
                            self.assertEqual(entries[rival, algorithm, bare, BARE, size]["aad"], 5)
                        self.assertIn((engine, algorithm, op, size, engine), layers)
                        self.assertIn((engine, algorithm, op, size, "native/auto"), layers)
        missing = {(m["engine"], m["algorithm"]): m for m in result["missing"]}
        for algorithm in ["AES-256-GCM", "ChaCha20-Poly1305"]:
            self.assertEqual(missing["boringssl", algorithm]["state"], "not offered")
            self.assertIn(SUITES[algorithm], missing["boringssl", algorithm]["reason"])
        self.assertEqual(result["gap"], [])
        for text in [done.stdout, lanecrypt("summary", file).stdout]:
            self.assertRegex(text, r"(?m)^ +AES-128-GCM +16 KiB +boringssl +write ")

    def test_bad_input(self):
        for other in [["--parts"], ["--loopback"], ["--trace", "TLS 1.3 X25519 RSA-2048"], ["--list"], ["--all"],
                      ["--algorithm", "TLS 1.3"], ["--starts", "3"]]:
            with self.subTest(other=other):
                done = lanecrypt("handshake", "--bulk", *other)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn("--bulk", done.stderr)
                self.assertIn(other[0], done.stderr)
        done = lanecrypt("handshake", "--bulk", "--engine", "native")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("TLS", done.stderr)

    def check_schema(self, result):
        import jsonschema
        with open(SCHEMA, encoding="utf-8") as f:
            jsonschema.Draft202012Validator(json.load(f)).validate(result)


if __name__ == "__main__":
    run_case()
