# SPDX-License-Identifier: MIT
"""check.py WHAT NM OBJDUMP LIBRARY FILE…: what the compiler made of the kernels and the plug-ins.

exports     a kernel object exports one symbol, other objects of the library lane_… alone
api         the shared library exports what its headers declare, no more and no less, with the version of its symbols
plugins     a plug-in exports its entry, and BoringSSL's the hooks that it looks for
baseline    objects that are no kernels hold no instruction beyond the x86-64 baseline; of a library that was
            optimised as a whole, the public functions
vzeroupper  no function leaves the upper halves of ymm and zmm registers in use when it returns to, or calls, code
            that may not be compiled for AVX
controls    the faults planted in control/ are found by the checks
"""

import collections
import os
import pathlib
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
    return wrong


HEADERS = pathlib.Path(__file__).parents[2] / "kernels/include/lanecrypt"


def check_api(tools, library, _objects):
    declared = {name for header in HEADERS.glob("*.h")
                for name in re.findall(r"^LANE_API[^;{]*?\b(lane_\w+)\(", header.read_text(), re.M)}
    exported = dict((line.split()[-1] + "@@").split("@@")[:2]
                    for line in output(tools["nm"], "-D", "--defined-only", library).splitlines() if " A " not in line)
    name = os.path.basename(library)
    wrong = [f"{name} exports {stray}, which no header declares" for stray in exported.keys() - declared]
    wrong += [f"{name} exports {bare} without LANECRYPT_0" for bare, version in exported.items()
              if version != "LANECRYPT_0"]
    lacking = sorted(declared - exported.keys())
    return wrong + [f"{name} lacks {lacking[0]}, which a header declares"] if lacking else wrong


HOOKS = {"OPENSSL_memory_alloc", "OPENSSL_memory_free", "OPENSSL_memory_get_size"}


def check_plugins(tools, _library, plugins):
    wrong = []
    for path in plugins:
        names = {line.split()[-1] for line in output(tools["nm"], "-D", "--defined-only", path).splitlines()}
        right = {"lane_engine_entry"} | (HOOKS if "boringssl" in path or "awslc" in path else set())
        if names != right:
            wrong.append(f"{os.path.basename(path)} exports {', '.join(sorted(names))}")
    return wrong


# Beyond SSE2: what is VEX- or EVEX-coded begins with v; the rest is listed.
ABOVE = re.compile(
    r"(v[a-z0-9]+|k(mov|or|ortest|and|andn|xor|xnor|not|shift[lr]|unpck\w\w|test|add)[bwdq]|"
    r"lddqu|movs[lh]dup|movddup|h(add|sub)p[sd]|addsubp[sd]|fisttp\w*|"
    r"pshufb|palignr|pabs\w|ph(add|sub)\w+|pmulhrsw|pmaddubsw|psign\w|"
    r"ptest|pblend\w+|blendv?p[sd]|pinsr[bdq]|pextr[bdq]|pmov[sz]x\w+|pmuldq|pmulld|pmin(s[bd]|u[wd])|pmax(s[bd]|u[wd])|"
    r"pcmp(eqq|gtq|[ei]str[im])|packusdw|roundp?s?[sd]|dpp[sd]|mpsadbw|phminposuw|insertps|extractps|movntdqa|"
    r"aes\w+|pclmul\w*|gf2p8\w+|sha(1|256)\w+|crc32\w*|popcnt|lzcnt|tzcnt|andn|bextr|bls\w+|mulx|rorx|sarx|shlx|shrx|"
    r"pdep|pext|adcx|adox|movbe)")
NO_VECTOR = {"verr", "verw"}


def is_above(instruction):
    mnemonic = instruction.split()[0] if instruction.split() else ""
    return bool(ABOVE.fullmatch(mnemonic)) and mnemonic not in NO_VECTOR


# An instruction: its address, its text, and where a call or jump goes to: the function's key, or a name from outside.
Instruction = collections.namedtuple("Instruction", "address text target")

BRANCH = re.compile(r"(call|jmp|j[a-z]+)\s+([0-9a-f]+)(?: <([^>]+)>)?$")


class Listing:
    """The functions of an object or a library, by (section, address)."""

    def __init__(self, objdump, path):
        self.names, self.bodies, raw = {}, {}, {}
        section, key = None, None
        for line in output(objdump, "-dr", "--no-show-raw-insn", path).splitlines():
            if line.startswith("Disassembly of section"):
                section = line.split()[-1].rstrip(":")
            elif start := re.match(r"([0-9a-f]+) <(.+)>:$", line):
                key = (section, int(start[1], 16))
                self.names[key], raw[key] = start[2], []
            elif relocation := re.match(r"\s+[0-9a-f]+: R_X86_64_(\w+)\s+(\S+)", line):
                raw[key][-1][2] = relocation[2]
            elif instruction := re.match(r"\s*([0-9a-f]+):\t(.+)", line):
                raw[key].append([int(instruction[1], 16), instruction[2].split("#")[0].strip(), None])
        for key, body in raw.items():
            self.bodies[key] = [Instruction(address, text, self.target(key, text, relocation))
                                for address, text, relocation in body]
        self.pointed_at = set(self.pointers(objdump, path))

    def function_at(self, section, address):
        starts = [start for where, start in self.names if where == section and start <= address]
        return (section, max(starts)) if starts else None

    def named(self, name):
        return next((key for key, own in self.names.items() if own == name), None)

    def from_relocation(self, relocation, bias):
        """"name-0x4" or ".text+0x1230" as the function's key or, from outside, its name."""
        name, sign, offset = re.fullmatch(r"([^+-]+)(?:([+-])0x([0-9a-f]+))?", relocation).groups()
        address = int(offset or "0", 16) * (-1 if sign == "-" else 1) + bias
        return self.function_at(name, address) if name.startswith(".text") else self.named(name) or name

    def target(self, key, text, relocation):
        """Where a branch goes to: (function's key, address), or a name from outside; None for what is no branch."""
        branch = BRANCH.match(text)
        if not branch:
            return "*" if re.search(r"(call|jmp)\s+\*", text) else None
        if relocation:
            found = self.from_relocation(relocation, 4)
            return (found, found[1]) if isinstance(found, tuple) else found
        address = int(branch[2], 16)
        if "@plt" in (branch[3] or ""):
            return branch[3]
        return (self.function_at(key[0], address), address)

    def pointers(self, objdump, path):
        """Functions that data point at: those that come from anywhere."""
        section = ""
        for line in output(objdump, "-R" if ".so" in path else "-r", path).splitlines():
            if line.startswith("RELOCATION RECORDS FOR"):
                section = line.split("[")[1]
            elif "R_X86_64_64" in line and not section.startswith((".debug", ".eh_frame")):
                yield self.from_relocation(line.split()[-1], 0)
            elif "R_X86_64_RELATIVE" in line:
                yield self.function_at(".text", int(line.split("+0x")[-1], 16))


def check_baseline(tools, library, objects):
    wrong = []
    for path in objects:
        if is_kernel(path) and not path.endswith("_portable.c.o"):
            continue
        listing = Listing(tools["objdump"], path)
        for key, body in listing.bodies.items():
            if path == library and not listing.names[key].startswith("lane_"):
                continue
            wrong += [f"{os.path.basename(path)}: {listing.names[key]}: {i.text}" for i in body if is_above(i.text)]
    return wrong


WIDE = re.compile(r"%[yz]mm\d")
CLEAN, DIRTY = 1, 2 # sets of states as bits


def flow(listing, key, exits, entry):
    """The states in which a function ends when it begins in `entry`, and what is wrong on the way."""
    body = listing.bodies[key]
    index = {instruction.address: n for n, instruction in enumerate(body)}
    states, wrong, ends, todo = {}, [], 0, [(0, entry)]
    while todo:
        n, state = todo.pop()
        while n < len(body) and state & ~states.get(n, 0):
            states[n] = state = states.get(n, 0) | state
            address, text, target = body[n]
            mnemonic = text.split()[0]
            if mnemonic.startswith("vzero"):
                state = CLEAN
            elif WIDE.search(text):
                state = DIRTY
            if mnemonic == "ret":
                ends |= state
                break
            if mnemonic == "jmp" and target == "*": # a switch: its cases begin where nothing falls through to
                todo += [(n + 1, state) for n, before in enumerate(body[:-1])
                         if re.match(r"(jmp|ret)\b", before.text)]
            elif target is not None:
                inside = isinstance(target, tuple)
                if inside and target[0] == key and mnemonic != "call":
                    todo.append((index[target[1]], state))
                else:
                    known = inside and target[0] in listing.bodies
                    if state & DIRTY and not (known and any(is_above(i.text) for i in listing.bodies[target[0]])):
                        wrong.append(f"{text} with upper halves in use")
                        state = CLEAN # said once
                    after = 0
                    for bit in (CLEAN, DIRTY):
                        if state & bit:
                            after |= exits[target[0], bit] if known else bit
                    if mnemonic == "call":
                        state = after
                        if not state: # not known yet, or it never returns
                            break
                    else:
                        ends |= after
            if mnemonic == "jmp":
                break
            n += 1
    return ends, wrong


def check_vzeroupper(tools, library, objects):
    wrong, n_wide = [], 0
    for path in objects:
        if not is_kernel(path) and path != library:
            continue
        listing = Listing(tools["objdump"], path)
        exits = {(key, bit): 0 for key in listing.bodies for bit in (CLEAN, DIRTY)}
        changed = True
        while changed:
            changed = False
            for key, bit in exits:
                ends, _ = flow(listing, key, exits, bit)
                if ends != exits[key, bit]:
                    exits[key, bit], changed = ends, True
        called = {i.target[0] for key, body in listing.bodies.items() for i in body
                  if isinstance(i.target, tuple) and i.target[0] != key} - listing.pointed_at
        for key, body in listing.bodies.items():
            n_wide += any(WIDE.search(i.text) for i in body)
            name = f"{os.path.basename(path)}: {listing.names[key]}"
            if key not in called and exits[key, CLEAN] & DIRTY:
                wrong.append(f"{name} returns with upper halves in use")
            wrong += [f"{name}: {text}" for text in flow(listing, key, exits, CLEAN)[1]]
    if n_wide == 0:
        wrong.append("not one wide register: was the listing understood?")
    return wrong


FAULTS = {
    check_exports: {"control_dirty.c.o exports lane_kernel_control_dirty, stray"},
    check_api: {"libcontrol.so exports stray, which no header declares",
                "libcontrol.so exports stray without LANECRYPT_0",
                "libcontrol.so exports lane_wipe without LANECRYPT_0",
                "libcontrol.so lacks lane_aegis_aad, which a header declares"},
    check_baseline: {"control_portable.c.o: lane_leaks: pshufb %xmm0,%xmm0"},
    check_vzeroupper: {"control_dirty.c.o: returns_dirty returns with upper halves in use",
                       "control_dirty.c.o: cleans_on_one_path returns with upper halves in use",
                       "control_dirty.c.o: calls_dirty: call with upper halves in use",
                       "control_dirty.c.o: jumps_dirty: jmp with upper halves in use"},
}


def check_controls(tools, library, objects):
    """The checks find the faults planted in control/, and nothing else there."""
    wrong = []
    for check, faults in FAULTS.items():
        found = {re.sub(r"(call|jmp) .*? with", r"\1 with", fault) for fault in check(tools, library, objects)}
        wrong += [f"{check.__name__}: {fault}" for fault in found ^ faults]
    return wrong


def main():
    what, nm, objdump, library, *objects = sys.argv[1:]
    checks = {"exports": check_exports, "api": check_api, "plugins": check_plugins, "baseline": check_baseline,
              "vzeroupper": check_vzeroupper, "controls": check_controls}
    assert objects, "nothing to look at"
    wrong = checks[what]({"nm": nm, "objdump": objdump}, library, objects)
    print("\n".join(wrong))
    return int(bool(wrong))


sys.exit(main())
