# SPDX-License-Identifier: MIT
"""check.py REPORT TRAP host UNUSABLE | dropped | model QEMU MODEL CTEST BUILD: kernels usable and chosen on a CPU.

host     on this one: what /proc/cpuinfo allows, no more and no less, and how tests/run ends
dropped  on this one with each feature dropped by LANE_CPU_DISABLE
model    on an emulated one, where the kernels' own suites run, too; an instruction that it lacks kills them
"""

import json
import os
import resource
import signal
import subprocess
import sys

SKIPPED = 77

# What a kernel needs in the names of /proc/cpuinfo, written down apart from the compiler's flags. Best first.
SSE = {"ssse3", "sse4_1"}
AVX = SSE | {"avx"}
AVX2 = AVX | {"avx2", "bmi2"}
AVX512 = AVX2 | {"avx512f", "avx512bw", "avx512dq", "avx512vl"}
VAES = {"aes", "vaes", "vpclmulqdq"}
NEEDS = {
    "aes-gcm:vaes512": AVX512 | VAES | {"pclmulqdq"},
    "aes-gcm:vaes256": AVX2 | VAES | {"pclmulqdq"},
    "aes-gcm:aesni-avx": AVX | {"aes", "pclmulqdq"},
    "aes-gcm:aesni": SSE | {"aes", "pclmulqdq"},
    "aes-gcm:portable": set(),
    "aes-gcm-siv:vaes512": AVX512 | VAES | {"pclmulqdq"},
    "aes-gcm-siv:vaes256": AVX2 | VAES | {"pclmulqdq"},
    "aes-gcm-siv:aesni-avx": AVX | {"aes", "pclmulqdq"},
    "aes-gcm-siv:aesni": SSE | {"aes", "pclmulqdq"},
    "aes-gcm-siv:portable": set(),
    "aes-ccm:aesni-avx": AVX | {"aes"},
    "aes-ccm:aesni": SSE | {"aes"},
    "aes-ccm:portable": set(),
    "aes-ctr:vaes512": AVX512 | VAES,
    "aes-ctr:vaes256": AVX2 | VAES,
    "aes-ctr:aesni-avx": AVX | {"aes"},
    "aes-ctr:aesni": SSE | {"aes"},
    "aes-ctr:portable": set(),
    "aes-xts:vaes512": AVX512 | VAES,
    "aes-xts:vaes256": AVX2 | VAES,
    "aes-xts:aesni-avx": AVX | {"aes"},
    "aes-xts:aesni": SSE | {"aes"},
    "aes-xts:portable": set(),
    "aes-cbc:vaes512": AVX512 | VAES,
    "aes-cbc:vaes256": AVX2 | VAES,
    "aes-cbc:aesni-avx": AVX | {"aes"},
    "aes-cbc:aesni": SSE | {"aes"},
    "aes-cbc:portable": set(),
    "chacha20:avx512": AVX512 | {"avx512ifma"},
    "chacha20:avx2": AVX2,
    "chacha20:ssse3": {"ssse3"},
    "chacha20:portable": set(),
    "chacha20-poly1305:avx512": AVX512 | {"avx512ifma"},
    "chacha20-poly1305:avx2": AVX2,
    "chacha20-poly1305:ssse3": {"ssse3"},
    "chacha20-poly1305:portable": set(),
    "aegis:vaes512": AVX512 | VAES,
    "aegis:vaes256": AVX2 | VAES,
    "aegis:aesni-avx": AVX | {"aes"},
    "aegis:aesni": SSE | {"aes"},
    "aegis:portable": set(),
}

# What goes with a feature that LANE_CPU_DISABLE names.
ZMM = {"avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512ifma", "avx512vbmi"}
YMM = ZMM | {"avx2", "bmi2", "vaes", "vpclmulqdq"}
DROPS = {
    "fast-zmm": set(),
    "vbmi": {"avx512vbmi"},
    "ifma": {"avx512ifma"},
    "avx512": ZMM,
    "vpclmul": {"vpclmulqdq"},
    "vaes": {"vaes"},
    "bmi2": {"bmi2"},
    "avx2": YMM,
    "avx": YMM | {"avx"},
    "pclmul": {"pclmulqdq", "vpclmulqdq"},
    "aes": {"aes", "vaes"},
    "sse4.1": YMM | {"avx", "aes", "pclmulqdq", "sse4_1"},
    "ssse3": YMM | {"avx", "aes", "pclmulqdq", "sse4_1", "ssse3"},
}

# What the emulated CPUs have, and what AES and ChaCha20 run on there.
WESTMERE = SSE | {"aes", "pclmulqdq"}
MODELS = {
    "qemu64": (set(), "portable", "portable"),
    "Nehalem": (SSE, "portable", "ssse3"),
    "Westmere": (WESTMERE, "aesni", "ssse3"),
    "SandyBridge": (WESTMERE | AVX, "aesni-avx", "ssse3"),
    "Haswell": (WESTMERE | AVX2, "aesni-avx", "avx2"),
    "max": (WESTMERE | AVX2 | {"vaes"}, "aesni-avx", "avx2"),
    "max,-xsave": (WESTMERE, "aesni", "ssse3"),
    "max,-avx": (WESTMERE, "aesni", "ssse3"),
}

# Instructions of the program cpu-trap.
TRAPS = {"ssse3": "ssse3", "aes": "aes", "avx": "avx", "avx2": "avx2", "vaes": "vaes", "vpclmul": "vpclmulqdq",
         "avx512": "avx512f"}

# Quick ones, since each instruction takes twenty there.
SUITES = {"known", "forge", "batch", "context", "refuse", "stream", "poly1305", "hchacha20", "ccm", "xchacha20_known",
          "xchacha20_forge", "cipher_known", "cipher_context", "cipher_refuse", "cipher_limits", "cipher_stream", "cbc"}


def run(command, **environment):
    """The command's exit status and output, with nothing of ours in its environment but what is given."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LANE_")}
    done = subprocess.run(command, capture_output=True, text=True, env=clean | environment, check=False)
    return done.returncode, done.stdout


def host_flags():
    with open("/proc/cpuinfo", encoding="ascii") as cpuinfo:
        fields = [line.split(":", 1) for line in cpuinfo if ":" in line]
    first = {name.strip(): value.strip() for name, value in reversed(fields)}
    flags = set(first["flags"].split())
    heavy = first["vendor_id"] == "GenuineIntel" and int(first["model"]) in (0x55, 0x66)
    return flags, not heavy


def usable(flags):
    return {name for name, needs in NEEDS.items() if needs <= flags}


def chosen(family, flags, fast_zmm):
    of_family = [name for name in NEEDS if name.split(":")[0] == family and name in usable(flags)]
    preferred = [name for name in of_family if fast_zmm or "avx512f" not in NEEDS[name]]
    return (preferred or of_family)[0]


def check_report(command, flags, fast_zmm, **environment):
    """Holds the library's report against the flags."""
    status, report = run(command, **environment)
    assert status == 0, f"{command} ended with {status}"
    wrong, seen = [], set()
    for words in map(str.split, report.splitlines()):
        if words[0] == "auto":
            right = chosen(words[1], flags, fast_zmm)
            if words[3] != right:
                wrong.append(f"{words[1]} of {words[2]} bytes runs on {words[3]}, not on {right}")
        else:
            seen.add(words[0])
            if (words[1] == "usable") != (words[0] in usable(flags)):
                wrong.append(f"{words[0]} is called {words[1]}")
    if seen != set(NEEDS):
        wrong.append(f"the library's kernels are not those of check.py: {sorted(seen ^ set(NEEDS))}")
    return wrong


def check_traps(command, flags):
    """An instruction that the CPU lacks kills; one that it has does not."""
    wrong = []
    for name, flag in TRAPS.items():
        status, _ = run(command + [name])
        if status != (0 if flag in flags else -signal.SIGILL):
            wrong.append(f"an instruction of {name} ends with {status}")
    return wrong


def check_host(report, trap, unusable):
    flags, fast_zmm = host_flags()
    wrong = check_report([report], flags, fast_zmm) + check_traps([trap], flags)
    _, end = run([unusable])
    lines = end.splitlines()
    lacking = {line.split()[0] for line in lines[1:]}
    if lacking != set(NEEDS) - usable(flags):
        wrong.append(f"tests/run would end by naming {sorted(lacking)}")
    if (lines[0] == "This CPU ran every kernel of its architecture.") != (usable(flags) == set(NEEDS)):
        wrong.append(f"tests/run would end with: {lines[0]}")
    return wrong


def check_dropped(report, _trap):
    flags, fast_zmm = host_flags()
    return [f"without {drop}: {line}" for drop, gone in DROPS.items()
            for line in check_report([report], flags - gone, fast_zmm and drop != "fast-zmm", LANE_CPU_DISABLE=drop)]


def suites(ctest, build):
    """The kernel suites of the build as (kernel, command)."""
    status, listing = run([ctest, "--test-dir", build, "--show-only=json-v1", "-L", "kernels"])
    assert status == 0
    for test in json.loads(listing)["tests"]:
        kernel, _, suite = test["name"].partition("/")
        if ":" in kernel and suite in SUITES:
            yield kernel, test["command"]


def had_their_run(model):
    """Kernels that have been run on a model with less: there they may use less, and were right."""
    flags = MODELS[model][0]
    return set().union(*(usable(less) for less, *_ in MODELS.values() if less < flags))


def check_model(report, trap, qemu, model, ctest, build):
    if not qemu:
        print("skipped: no qemu-x86_64 here (Debian: qemu-user-static)")
        sys.exit(SKIPPED)
    emulate = [qemu, "-cpu", model]
    flags, aes, chacha20 = MODELS[model]
    # Later versions of qemu's max go further than Debian 12's.
    if model == "max" and run(emulate + [trap, "vpclmul"])[0] == 0:
        flags, aes = flags | {"vpclmulqdq"}, "vaes256"
    for family, isa in (("aes-gcm", aes), ("aes-gcm-siv", aes), ("aes-ctr", aes), ("aes-xts", aes), ("aes-cbc", aes),
                        ("chacha20", chacha20), ("chacha20-poly1305", chacha20), ("aegis", aes)):
        assert chosen(family, flags, False) == f"{family}:{isa}"
    wrong = check_report(emulate + [report], flags, False) + check_traps(emulate + [trap], flags)
    n = 0
    for kernel, command in suites(ctest, build):
        if kernel in had_their_run(model):
            continue
        right = 0 if kernel.endswith(":auto") or kernel in usable(flags) else SKIPPED
        status, output = run(emulate + command)
        n += 1
        if status != right:
            wrong.append(f"{' '.join(command[1:])} ended with {status} instead of {right}:\n{output}")
    print(f"{n} suites on {model}")
    assert n > len(NEEDS) // 2, "hardly any suite was run"
    return wrong


def main():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0)) # what traps leaves no file behind
    report, trap, what, *arguments = sys.argv[1:]
    checks = {"host": check_host, "dropped": check_dropped, "model": check_model}
    wrong = checks[what](report, trap, *arguments)
    print("\n".join(wrong))
    return int(bool(wrong))


sys.exit(main())
