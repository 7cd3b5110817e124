# SPDX-License-Identifier: MIT
"""What a fuzzer begins with: a few inputs of each kind, and the words of text formats. corpus.py TARGET FOLDER"""

import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "command"))
from result_files import dump, entry, handshake, result  # noqa: E402

GAP = {"handshake": "openssl TLS 1.3 X25519 RSA-2048", "cipher": "native auto AES-128-GCM", "side": "server",
       "break_even_bytes": 6e6, "break_even_bytes_lo": 5.9e6, "break_even_bytes_hi": 6.1e6}
MODEL = {"engine": "native", "kernel": "auto", "algorithm": "AES-128-GCM", "op": "seal", "latency": False, "aad": 13,
         "size_min": 16, "size_max": 16384, "sizes": 36, "r2": 0.99, "residual": 0.01,
         **{name + end: 10.0 for name in ["fixed_ns", "ns_per_byte", "fixed_cycles", "cycles_per_byte"]
            for end in ["", "_lo", "_hi"]}}
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


def options():
    for line in ["run --quick --json -", "bench --algorithm AES-128-GCM,GHASH --size 64,16K --op seal --aad 0",
                 "bench --sweep --latency --starts 3 --precision 1% --budget 60", "bench --self-test --seed 7",
                 "compare a.json b.json --fail-if-slower 3% --by time --all --format markdown",
                 "verify --engine native,./x.so --kernel aesni", "handshake --algorithm TLS --baseline best",
                 "scaling --threads 2 --quick", "conditions --size 1350", "roofline --format csv", "summary a.json",
                 "gap --no-color --no-progress", "list --help", "bench --worker 2 --group AES-128-GCM/seal/64"]:
        yield line.replace(" ", "\n").encode()


WORDS = {
    "result": ['"' + word + '"' for word in [
        "context", "benchmarks", "missing", "models", "gap", "kind", "measured", "partial", "predicted", "emulated",
        "method_version", "verification", "engines", "machine", "clock", "environment", "samples", "size", "ns",
        "ns_lo", "ns_hi", "cycles", "ratio", "op", "seal", "handshake", "side", "server", "headline"]] +
              ["1e308", "-1", "0.0", "null", "true", "[]", "{}", "\\u001b", "18446744073709551615"],
    "options": [w for line in options() for w in line.decode().split("\n")] + [
        "--anyway", "--all-kernels", "42", "99", "256M", "TLS 1.3", "0.01%", "=", ","],
}
SEEDS = {"equal": binary, "streams": binary, "result": results, "options": options}


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
