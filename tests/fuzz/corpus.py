# SPDX-License-Identifier: MIT
"""What a fuzzer begins with: a few inputs of each kind, and the words of text formats. corpus.py TARGET FOLDER"""

import glob
import json
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "command"))
from result_files import dump, entry, handshake, parts, result  # noqa: E402

GAP = {"handshake": "openssl TLS 1.3 X25519 RSA-2048", "cipher": "native auto AES-128-GCM", "side": "server",
       "break_even_bytes": 6e6, "break_even_bytes_lo": 5.9e6, "break_even_bytes_hi": 6.1e6}
MODEL = {"engine": "native", "kernel": "auto", "algorithm": "AES-128-GCM", "op": "seal", "latency": False, "aad": 13,
         "size_min": 16, "size_max": 16384, "sizes": 36, "r2": 0.99, "residual": 0.01,
         **{name + end: 10.0 for name in ["fixed_ns", "ns_per_byte", "fixed_cycles", "cycles_per_byte"]
            for end in ["", "_lo", "_hi"]}}
FLIGHT = {"engine": "openssl", "kind": "TLS 1.3 X25519 RSA-2048", "side": "client", "flight": 1, "bytes": 200,
          "messages": "ClientHello", "ns": 3e4, "ns_lo": 2.9e4, "ns_hi": 3.1e4}
LAYER = {"engine": "openssl", "version": "TLS 1.3", "algorithm": "AES-128-GCM", "op": "write", "against": "native/auto",
         "size": 16384, **{name + end: 10.0 for name in ["ns", "ratio"] for end in ["", "_lo", "_hi"]}}
PREDICTION = {"engine": "native", "kernel": "aes-gcm:neon-aes", "library_version": "lanecrypt 0.1.0", "size": 15360,
              "algorithm": "AES-128-GCM", "op": "seal", "architecture": "aarch64", "cpu": "neoverse-v2",
              "model": "llvm-mca 22 V2", "loops": "groups: 374 instructions for 128 bytes, 119 trips",
              "cycles_per_byte_lo": 0.43, "cycles_per_byte_hi": 0.523, "baseline": "openssl", "cycles_ratio": 0.94}
MISSING = {"engine": "openssl", "algorithm": "GHASH", "op": "mac", "state": "not offered", "reason": "not there"}


def binary():
    """Choices and content for `equal` and `streams`: every algorithm with messages of many lengths."""
    rng = random.Random(1)
    for first in range(24):
        for length in [12, 40, 200]:
            yield bytes([first]) + rng.randbytes(length)


def results():
    yield dump(result(entry()))
    yield dump(result(entry(), entry(op="open", size=64), entry("X25519", "derive", 0, "openssl", None)))
    yield dump(result(entry(), handshake(), handshake(side="client"), gap=[GAP]))
    yield dump(result(entry(), missing=[MISSING], kind="partial", seed=1, starts=3, seconds=2.5))
    yield dump({**result(entry()), "models": [MODEL]})
    yield dump({**result(handshake()), "parts": parts() + parts(side="client"), "flights": [FLIGHT], "layers": [LAYER]})
    yield dump({**result(kind="predicted"), "predictions": [PREDICTION]})


def options():
    for line in ["run --quick --json -", "bench --algorithm AES-128-GCM,GHASH --size 64,16K --op seal --aad 0",
                 "bench --sweep --latency --starts 3 --precision 1% --budget 60", "bench --self-test --seed 7",
                 "compare a.json b.json --fail-if-slower 3% --by time --all --format markdown",
                 "verify --engine native,./x.so --kernel aesni", "handshake --algorithm TLS --baseline best",
                 "scaling --threads 2 --quick", "conditions --size 1350", "roofline --format csv", "summary a.json",
                 "gap --no-color --no-progress", "list --help", "bench --worker 2 --group AES-128-GCM/seal/64"]:
        yield line.replace(" ", "\n").encode()


def wycheproof():
    """The first tests of the first group of each file; one that is made up where there are none."""
    test = {"tcId": 1, "comment": "", "key": "00" * 16, "iv": "00" * 12, "aad": "", "msg": "00" * 16, "ct": "00" * 16,
            "tag": "00" * 16, "result": "valid", "flags": []}
    yield json.dumps({"algorithm": "AES-GCM", "schema": "aead_test_schema_v1.json", "numberOfTests": 1, "testGroups": [
        {"type": "AeadTest", "keySize": 128, "ivSize": 96, "tagSize": 128, "tests": [test]}]}).encode()
    folder = os.environ.get("LANE_WYCHEPROOF_DIR")
    for path in sorted(glob.glob(os.path.join(folder, "**", "*.json"), recursive=True)) if folder else []:
        with open(path, encoding="utf-8") as f:
            content = json.load(f)
        for group in content.get("testGroups", [])[:1]:
            group["tests"] = group["tests"][:2]
            seed = json.dumps({**content, "testGroups": [group], "notes": {}}).encode()
            if len(seed) < 4096:
                yield seed


def cavp():
    yield (b"# CAVS 14.0\n# 'GCM Decrypt' information\n\n[Keylen = 128]\n[IVlen = 96]\n[PTlen = 128]\n[AADlen = 0]\n"
           b"[Taglen = 128]\n\nCount = 0\nKey = " + b"00" * 16 + b"\nIV = " + b"00" * 12 + b"\nCT = " + b"00" * 16 +
           b"\nAAD = \nTag = " + b"00" * 16 + b"\nFAIL\n\n")
    folder = "/usr/lib/python3/dist-packages/cryptography_vectors/ciphers/AES"  # Debian: python3-cryptography-vectors
    for path in sorted(glob.glob(os.path.join(folder, "**", "*.rsp"), recursive=True))[::5]:
        with open(path, "rb") as f:
            yield b"".join(f.readlines()[:40])


def messages():
    """Each recorded message as a flight of its own, and a flight with records."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench", "tls_messages.txt"),
              encoding="ascii") as f:
        lines = [line for line in f if line[0] != "#"]
    recorded = []
    for line in lines:
        if line[0] == "\t":
            recorded[-1][1] += bytes.fromhex(line.strip())
        else:
            recorded.append([line.split()[1] == "server", b"", line.startswith("tls13"), "dhe" in line])
    for server, message, tls13, dhe in recorded:
        yield bytes([server + 2 * (2 if tls13 else 1) + 8 * (2 if dhe else 3)]) + len(message).to_bytes(2) + message
    yield bytes([5, 0, 4, 14, 0, 0, 0, 0, 16, 20, 0, 0, 12] + [0] * 12 + [22, 3, 3, 0, 4, 14, 0, 0, 0, 20, 3, 3, 0, 1, 1])


def element(tag, *contents):
    body = b"".join(contents)
    n = len(body)
    return bytes([tag, *([n] if n < 128 else [0x81, n] if n < 256 else [0x82, n >> 8, n & 255])]) + body


def number(n_bytes, last):
    return element(2, b"\x00" + b"\xc3" * (n_bytes - 1) + bytes([last]))


RSA, EC, P256, P384, ED25519, X25519 = [element(6, bytes.fromhex(oid)) for oid in [
    "2a864886f70d010101", "2a8648ce3d0201", "2a8648ce3d030107", "2b81040022", "2b6570", "2b656e"]]


def der():
    """A private and a public key of each kind, and signatures: numbers of the right lengths, nothing more."""
    def both(algorithm, private, public):
        algorithm = element(0x30, algorithm)
        yield b"\x01" + element(0x30, b"\2\1\0", algorithm, element(4, private))
        yield b"\x00" + element(0x30, algorithm, element(3, b"\0", public))
    for n in [8, 256]:
        public = number(n, 1) + b"\2\3\1\0\1"
        numbers = number(n, 5) + b"".join(number(n // 2, 3) for _ in range(5))
        yield from both(RSA + b"\5\0", element(0x30, b"\2\1\0", public, numbers), element(0x30, public))
    for curve, n in [(P256, 32), (P384, 48)]:
        point = b"\4" + bytes(2 * n)
        yield from both(EC + curve, element(0x30, b"\2\1\1", element(4, bytes(n)), element(0xa0, curve),
                                            element(0xa1, element(3, b"\0", point))), point)
        yield bytes([2 + (n == 48)]) + element(0x30, number(n, 1), b"\2\1\7")
    for curve in [ED25519, X25519]:
        yield from both(curve, element(4, bytes(32)), bytes(32))


def sealed():
    """Headers with a few chunks' worth behind them, and chunks of files that were sealed, as tests/fuzz/sealed.c counts."""
    for chunk_log2, rest in [(10, 0), (10, 2000), (16, 100)]:
        yield b"LANESEAL\1\1\0" + bytes([chunk_log2]) + bytes(76 + rest)
    yield b"LANESEAL\1\1\1\x10\3\0\0\0" + (8 << 20).to_bytes(8, "little") + bytes(64 + 16)
    for chunks in [[0, 1, 2], [128, 129, 130], [0, 129, 2], [1, 0, 2], [0, 1], []]:
        yield bytes([0, *chunks, 0, 0])
        yield bytes([0, *chunks, 0, 116])


WORDS = {
    "sealed": ["LANESEAL"],
    "result": ['"' + word + '"' for word in [
        "context", "benchmarks", "missing", "models", "gap", "parts", "flights", "layers", "predictions", "kind", "measured", "partial", "predicted", "emulated",
        "method_version", "verification", "engines", "machine", "clock", "environment", "samples", "size", "ns",
        "ns_lo", "ns_hi", "cycles", "ratio", "op", "seal", "handshake", "side", "server", "headline"]] +
              ["1e308", "-1", "0.0", "null", "true", "[]", "{}", "\\u001b", "18446744073709551615"],
    "wycheproof": ['"' + word + '"' for word in [
        "algorithm", "testGroups", "tests", "type", "AeadTest", "keySize", "ivSize", "tagSize", "tcId", "comment", "key",
        "iv", "aad", "msg", "ct", "tag", "result", "valid", "invalid", "acceptable", "flags", "sig", "publicKey",
        "publicKeyDer", "privateKeyPkcs8", "shared", "public", "private", "AES-GCM", "CHACHA20-POLY1305", "AES-CCM",
        "ECDSA", "XDH", "EDDSA", "RSASSA-PSS", "HKDF-SHA-256", "ikm", "okm", "salt", "info", "sha"]] + ["1e9", "-1", "null"],
    "cavp": ["[ENCRYPT]", "[DECRYPT]", "[Keylen = 256]", "[IVlen = 8]", "[Taglen = 32]", "[PTlen = 0]", "COUNT = ",
             "Count = ", "KEY = ", "Key = ", "IV = ", "PLAINTEXT = ", "CIPHERTEXT = ", "PT = ", "CT = ", "AAD = ",
             "Tag = ", "FAIL", "DataUnitLen = ", "i = ", "Result = Pass", "Nonce = ", "Adata = ", "Payload = ", "Alen = ",
             "Plen = ", "Nlen = ", "Tlen = ", "# AESVS", "# XTSGen", "# CCM"],
    "options": [w for line in options() for w in line.decode().split("\n")] + [
        "--anyway", "--all-kernels", "42", "99", "256M", "TLS 1.3", "0.01%", "=", ","],
}
SEEDS = {"equal": binary, "streams": binary, "result": results, "options": options,
         "wycheproof": wycheproof, "cavp": cavp, "messages": messages, "der": der, "sealed": sealed}


def write(target, folder):
    """The seeds into a folder; the dictionary's path, or None."""
    os.makedirs(folder, exist_ok=True)
    for i, seed in enumerate(SEEDS[target]()):
        with open(os.path.join(folder, f"seed-{i}"), "wb") as f:
            f.write(seed)
    if target not in WORDS:
        return None
    path = folder.rstrip("/") + ".dict"
    with open(path, "w", encoding="ascii") as f:
        for word in WORDS[target]:
            f.write('"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"\n')
    return path


if __name__ == "__main__":
    write(*sys.argv[1:3])
