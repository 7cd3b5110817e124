# SPDX-License-Identifier: MIT
"""Result sets made up for tests: what a run would have written."""

import json


def entry(algorithm="AES-128-GCM", op="seal", size=16384, engine="native", kernel="auto", ns=1000.0, half=0.01, **more):
    """A measured cell; half: half the width of its interval, as a share of ns."""
    parts = [algorithm, op, *([str(size)] if size else []), *([more["side"]] if "side" in more else []), engine,
             *([kernel] if kernel else [])]
    made = {"name": "/".join(parts), "run_name": "/".join(parts), "run_type": "iteration", "family_index": 0,
            "per_family_instance_index": 0, "repetitions": 1, "repetition_index": 0, "threads": 1,
            "iterations": 1000, "real_time": ns, "cpu_time": ns, "time_unit": "ns", "engine": engine,
            "algorithm": algorithm, "op": op, "in_place": False, "ns": ns, "ns_lo": ns * (1 - half),
            "ns_hi": ns * (1 + half), "cycles": 3.5 * ns, "rounds": 40, "rounds_discarded": 0, "rounds_disturbed": 0,
            "verified": True, "samples": [ns]}
    if kernel:
        made["kernel"] = kernel
    if size:
        made.update(size=size, aad=13, bytes_per_second=1e9 * size / ns, cycles_per_byte=3.5 * ns / size)
    return {**made, **more}


def handshake(kind="TLS 1.3 X25519 RSA-2048", side="server", engine="openssl", ns=400000.0, **more):
    return entry(algorithm=kind, op="handshake", size=0, engine=engine, kernel=None, ns=ns, kind=kind, side=side,
                 resumed=False, **more)


def parts(side="server", engine="openssl", kind="TLS 1.3 X25519 RSA-2048"):
    """What a side of a handshake is made of; it adds up."""
    return [{"engine": engine, "kind": kind, "side": side, "part": part, "primitives": "some", "ns": ns,
             "ns_lo": ns - 10, "ns_hi": ns + 10}
            for part, ns in [("whole", 400000.0), ("signature", 300000.0), ("key exchange", 101000.0), ("rest", -1000.0)]]


def result(*entries, cpu="Testium 1", kind="measured", gap=(), missing=(), **context):
    return {
        "context": {
            "date": "2026-01-31T12:00:00+01:00", "host_name": "host", "num_cpus": 2, "method_version": 2, "kind": kind,
            "machine": {"cpu": cpu, "cores": 2, "features": ["aes"], "architecture": "x86_64",
                        "clock": {"source": "core clock by a chain of adds", "hz_before": 3.5e9, "hz_after": 3.5e9}},
            "build": {"version": "0.1.0", "compiler": "GNU 12", "flags": "-O2", "type": "Release", "commit": "0" * 40},
            "environment": {}, "engines": [{"name": "native", "state": "loaded", "library_version": "lanecrypt 0.1.0"}],
            "verification": {"passed": 3, "failed": 0}, **context},
        "benchmarks": list(entries), "missing": list(missing), "gap": list(gap)}


def dump(value):
    return json.dumps(value).encode()
