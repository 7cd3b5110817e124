# SPDX-License-Identifier: MIT
"""check.py exports|baseline|vzeroupper NM OBJDUMP LIBRARY OBJECT…: what the compiler made of the kernels.

exports     a kernel object exports one symbol, the library lane_… alone
baseline    objects that are no kernels hold no instruction beyond the x86-64 baseline
vzeroupper  functions that use ymm or zmm registers clear them before they return
"""

import os
import re
import subprocess
import sys

KERNEL = re.compile(r"/(\w+)/\1_(\w+)\.c\.o$")  # aes_gcm/aes_gcm_vaes512.c.o


def is_kernel(path):
    """Kernel files are <family>/<family>_<isa>.c; the family's public layer has no _<isa>."""
    return bool(KERNEL.search(path))


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def check_exports(tools, library, objects):
    wrong = []
    for path in objects:
        names = [line.split()[-1] for line in output(tools["nm"], "-g", "--defined-only", path).splitlines()
                 if len(line.split()) == 3]
        kernel = KERNEL.search(path)
        if kernel and names != [f"lane_kernel_{kernel[1]}_{kernel[2]}"]:
            wrong.append(f"{os.path.basename(path)} exports {', '.join(names) or 'nothing'}")
        if not kernel and not all(name.startswith("lane_") for name in names):
            wrong.append(f"{os.path.basename(path)} exports {[n for n in names if not n.startswith('lane_')]}")
    for line in output(tools["nm"], "-D", "--defined-only", library).splitlines():
        name = line.split()[-1]
        if not name.startswith("lane_") or name.startswith("lane_kernel_aes") or name.startswith("lane_kernel_cha"):
            wrong.append(f"{os.path.basename(library)} exports {name}")
    return wrong


# Beyond SSE2: what is VEX- or EVEX-coded begins with v; the rest is listed.
ABOVE = re.compile(r"\t(v[a-z0-9]+|aes\w+|pclmul\w*|pshufb|palignr|pabs\w|phadd\w+|pmulhrsw|psign\w|ptest|pblend\w+|"
                   r"blendv?p[sd]|pinsr[bdq]|pextr[bdq]|pmov[sz]x\w+|pmuldq|pmulld|pmin[us]d|pmax[us]d|crc32\w*|"
                   r"popcnt|lzcnt|tzcnt|andn|bextr|bls\w+|mulx|rorx|sarx|shlx|shrx|pdep|pext|adcx|adox|sha\w+|movbe)\s")
NO_VECTOR = {"verr", "verw"}


def check_baseline(tools, _library, objects):
    wrong = []
    for path in objects:
        if is_kernel(path) and not path.endswith("_portable.c.o"):
            continue
        for line in output(tools["objdump"], "-d", "--no-show-raw-insn", path).splitlines():
            found = ABOVE.search(line)
            if found and found[1] not in NO_VECTOR:
                wrong.append(f"{os.path.basename(path)}: {line.strip()}")
    return wrong


def functions(listing):
    name, body = None, []
    for line in listing.splitlines():
        start = re.match(r"[0-9a-f]+ <(.+)>:$", line)
        if start:
            if name:
                yield name, body
            name, body = start[1], []
        elif "\t" in line:
            body.append(line.split("\t", 1)[1])
    if name:
        yield name, body


WIDE = re.compile(r"%[yz]mm\d")


def check_vzeroupper(tools, _library, objects):
    wrong, n_wide = [], 0
    for path in filter(is_kernel, objects):
        for name, body in functions(output(tools["objdump"], "-d", "--no-show-raw-insn", path)):
            if not any(WIDE.search(i) for i in body):
                continue
            n_wide += 1
            dirty = False
            # In the order of the text: a compiler puts vzeroupper right before each return of a wide path.
            for instruction in body:
                if WIDE.search(instruction):
                    dirty = True
                elif re.match(r"vzero(upper|all)", instruction):
                    dirty = False
                elif re.match(r"ret", instruction):
                    if dirty:
                        wrong.append(f"{os.path.basename(path)}: {name} returns with dirty upper halves")
                    dirty = False
    if n_wide == 0:
        print("skipped: no kernel here uses wide registers")
        sys.exit(77)
    return wrong


def main():
    what, nm, objdump, library, *objects = sys.argv[1:]
    checks = {"exports": check_exports, "baseline": check_baseline, "vzeroupper": check_vzeroupper}
    assert any(map(is_kernel, objects)), "no kernel among the objects"
    wrong = checks[what]({"nm": nm, "objdump": objdump}, library, objects)
    print("\n".join(wrong))
    return int(bool(wrong))


sys.exit(main())
