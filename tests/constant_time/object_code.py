# SPDX-License-Identifier: MIT
"""object_code.py OBJDUMP OBJECT… --leaky OBJECT… --kinds OBJECT: follows secrets through the machine code of kernels.

Every kernel object has to be free of conditional jumps, addresses, masks of memory accesses, lengths of string
instructions and divisions that depend on a secret; every leaky object has to be caught at one, and of the object of
kinds every function leak_… and no other. What is taken for a secret: all that is loaded from memory, but for the stack
(what was stored there is remembered), constants of the object, and the PUBLIC loads below. What is public: arguments of
functions in the kernels' tables. Registers, flags, stack slots, arguments and results of local functions are followed
to a fixed point; README.md says what this does not see.
"""

import re
import subprocess
import sys
from collections import defaultdict

# Loads that are public all the same: (object, function, instruction, reason). At most a dozen.
PUBLIC = [
    (r"aes_", r"", r"(mov|cmp\w?|add)\s.*\b0x([12]?f0|3c0|788)\(%r\w+\)",
     "n_rounds of struct aes_key and aes_bitsliced_key, one or more: it follows from the key's length"),
    (r"chacha20_poly1305_avx512", r"wide_crypt", r"0x1(00|08|10)\(%rdi\)",
     "out, in and the count of rounds of struct wide, the argument"),
]

# Arguments that point to what is public: nonces, tweaks, and counters that are no hash. (object, function, argument)
PUBLIC_ARGUMENTS = [
    (r"aes_ccm_", r"^(seal|open)", "rcx"), # pointers and lengths; what they point to is not
    (r"aes_ctr_", r"^crypt", "rdx"),
    (r"aes_xts_", r"^(en|de)crypt$", "rdx"),
    (r"aes_gcm_(?!siv)", r"^(seal|open)", "rcx"),
    (r"chacha20_[a-z0-9]+[.]", r"crypt", "rsi"),
    (r"chacha20_poly1305_", r"^(seal|open)|crypt", "rsi"),
    (r"chacha20_poly1305_", r"^hchacha20", "rdx"),
]

PUBLIC_VALUE, SECRET = 0, 1
CONSTANT = "constant"  # the address of something public

GPR = {}
for i, name in enumerate(["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"]):
    for alias in ("r" + name, "e" + name, name):
        GPR[alias] = "r" + name
    GPR[name[0] + "l" if i < 4 else name + "l"] = "r" + name
    if i < 4:
        GPR[name[0] + "h"] = "r" + name
for i in range(8, 16):
    for alias in (f"r{i}", f"r{i}d", f"r{i}w", f"r{i}b"):
        GPR[alias] = f"r{i}"
SIZES = {"q": 8, "l": 4, "w": 2, "b": 1}
CALLEE_SAVED = {"rbx", "rsp", "rbp", "r12", "r13", "r14", "r15"}
ARGUMENTS = ["rdi", "rsi", "rdx", "rcx", "r8", "r9"] + [f"v{i}" for i in range(8)]


def register(name):
    """The name under which a register is followed: rax for al, v3 for xmm3 and zmm3."""
    if name in GPR:
        return GPR[name]
    vector = re.match(r"[xyz]mm(\d+)$", name)
    return f"v{vector[1]}" if vector else name


def register_size(name):
    if name[0] in "xyz":
        return {"x": 16, "y": 32, "z": 64}[name[0]]
    if name[0] == "k":
        return 8
    if re.match(r"r(\d+|[a-ds][xip])$|r[sd]i$", name):
        return 8
    if name[0] == "e" or name.endswith("d"):
        return 4
    return 2 if name.endswith(("x", "p", "i", "w")) else 1


class Operand:
    __slots__ = ("kind", "reg", "size", "mask", "zeroing", "disp", "base", "index", "seg", "high")

    def __init__(self, text):
        self.mask, self.zeroing = None, "{z}" in text
        mask = re.search(r"\{%(k\d)\}", text)
        if mask:
            self.mask = mask[1]
        text = re.sub(r"\{[^}]*\}", "", text)
        self.reg = self.base = self.index = self.seg = None
        self.size = 0
        if text.startswith("$"):
            self.kind = "immediate"
            self.disp = int(text[1:], 16)
        elif text.startswith("%") and "(" not in text and ":" not in text:
            self.kind = "register"
            self.reg, self.size = register(text[1:]), register_size(text[1:])
            self.high = text[1:] in ("ah", "bh", "ch", "dh")
        else:
            self.kind = "memory"
            memory = re.match(r"(?:%(\w\w):)?(-?0x[0-9a-f]+|-?\d+)?(?:\((?:%(\w+))?(?:,%(\w+))?(?:,\d)?\))?$", text)
            if not memory:
                raise ValueError(f"operand {text}")
            self.seg, disp, self.base, self.index = memory.groups()
            self.disp = int(disp, 16) if disp else 0
            self.base = self.base and (self.base if self.base == "rip" else register(self.base))
            self.index = self.index and register(self.index)


def split_operands(text):
    return [part for part in re.split(r",(?![^(]*\))", text) if part]


class Instruction:
    __slots__ = ("at", "text", "prefix", "name", "operands", "target", "symbol")

    def __init__(self, at, text):
        self.at, self.text = at, text
        self.symbol = self.target = None
        text = re.sub(r"^\{e?vex\d?\}\s*|\s*#.*", "", text.strip()).strip()
        words = text.split(None, 1)
        self.prefix = ""
        while words[0] in ("rep", "repz", "repnz", "lock", "notrack", "data16", "cs", "bnd", "addr32"):
            self.prefix = self.prefix or words[0]
            words = words[1].split(None, 1) if len(words) > 1 else ["nop"]
        self.name = words[0]
        rest = words[1] if len(words) > 1 else ""
        self.operands = []
        if self.is_jump() or self.name == "call":
            target = re.match(r"([0-9a-f]+) <", rest)
            if target:
                self.target = int(target[1], 16)
            elif rest.startswith("*"):
                self.operands = [Operand(rest[1:])]
        elif not self.name.startswith("nop"):
            self.operands = [Operand(o.strip()) for o in split_operands(rest)]

    def is_jump(self):
        return self.name[0] == "j"


def read_object(objdump, path):
    """An object's functions, {(section, address): name}, its instructions, {(section, address): …}, its jump tables."""
    listing = subprocess.run([objdump, "-dr", "--no-show-raw-insn", path], check=True, capture_output=True,
                             text=True).stdout
    functions, code, section, last = {}, {}, None, None
    symbols = {}
    relocations = []
    for line in listing.splitlines():
        if line.startswith("Disassembly of section"):
            section = line.split()[-1].rstrip(":")
        elif start := re.match(r"([0-9a-f]+) <(.+)>:$", line):
            functions[section, int(start[1], 16)] = start[2]
            symbols[start[2]] = (section, int(start[1], 16))
        elif relocation := re.match(r"\s+([0-9a-f]+): (R_X86_64_\w+)\s+(\S+)", line):
            relocations.append((last, relocation[3]))
        elif instruction := re.match(r"\s+([0-9a-f]+):\t(.+)", line):
            last = (section, int(instruction[1], 16))
            code[last] = Instruction(last, instruction[2])
    tables = {}
    for at, to in relocations:
        i = code[at]
        if i.name == "lea" and (table := re.match(r"\.rodata([+-]0x[0-9a-f]+)$", to)):
            tables[int(table[1], 16) + 4] = at
        if i.is_jump() or i.name == "call":
            name, _, offset = re.sub(r"-0x4$", "", to).partition("+")
            if name in symbols:
                i.target = symbols[name]
            elif offset and name.startswith(".text"):
                i.target = (name, int(offset, 16) + 4)
            else:
                i.target, i.symbol = None, name
    for i in code.values():
        if isinstance(i.target, int):
            i.target = (i.at[0], i.target)
    return functions, code, jump_tables(objdump, path, tables)


def jump_tables(objdump, path, tables):
    """Where the entries of the tables, {offset in .rodata: where its address is taken}, lead: {that place: targets}."""
    targets = defaultdict(list)
    listing = subprocess.run([objdump, "-r", "-j", ".rodata", path], capture_output=True, text=True).stdout
    for entry in re.finditer(r"^([0-9a-f]+) R_X86_64_PC32\s+(\.text\S*?)\+0x([0-9a-f]+)$", listing, re.M):
        offset = int(entry[1], 16)
        starts = [t for t in tables if t <= offset]
        if starts:
            targets[tables[max(starts)]].append((entry[2], int(entry[3], 16) - (offset - max(starts))))
    return targets


def join(a, b):
    if a == b:
        return a
    if a == SECRET or b == SECRET:
        return SECRET
    if isinstance(a, tuple) and isinstance(b, tuple) and a[0] == b[0]:
        return (a[0], None)  # somewhere on the stack
    return PUBLIC_VALUE


def taint(value):
    return SECRET if value == SECRET else PUBLIC_VALUE


class State:
    """What registers, flags and stack slots hold: PUBLIC_VALUE, SECRET, CONSTANT or a place on the stack."""
    __slots__ = ("regs", "stack")

    def __init__(self, regs=None, stack=None):
        self.regs, self.stack = regs or {}, stack or {}

    def copy(self):
        return State(dict(self.regs), dict(self.stack))

    def get(self, reg):
        """rax.b is the lowest byte of rax, where it was written last."""
        default = self.regs.get(reg[:-2], PUBLIC_VALUE) if reg.endswith(".b") else PUBLIC_VALUE
        return self.regs.get(reg, default)

    def set(self, reg, value):
        self.regs[reg] = value
        self.regs.pop(reg + ".b", None)

    def slot(self, slot):
        """What a callee, or a store through an index, wrote is taken for a secret; the caller's arguments are not."""
        is_argument = slot[0] == "entry" and slot[1] >= 0
        return self.stack.get(slot, PUBLIC_VALUE if is_argument else SECRET)

    def merge(self, other):
        """Takes the other's values in; whether anything changed."""
        changed = False
        for reg in sorted(set(self.regs) | set(other.regs)):
            mine = self.get(reg)
            joined = join(mine, other.get(reg))
            if joined != mine:
                self.regs[reg] = joined
                changed = True
        for slot in set(self.stack) | set(other.stack):
            mine = self.slot(slot)
            joined = join(mine, other.slot(slot))
            if joined != mine:
                self.stack[slot] = joined
                changed = True
        return changed


# --- instructions

IGNORED = re.compile(r"nop|endbr|vzero|prefetch|[lms]fence|ud2|hlt|int3|pause|cld")
NO_DESTINATION = re.compile(r"(cmp|test)[bwlq]?$|v?ptest$|vtestp|v?u?comis[sd]$|bt[wlq]?$|k?ortest\w$|ktest\w$")
MOVES = re.compile(r"mov[bwlq]?$|movabs|mov[sz][bw]?[wlq]$|movslq$|mov[ad]q?[au]?$|mov[adu]\w*$|movd$|movq$|movup[sd]$|"
                   r"movap[sd]$|lddqu|kmov|movdq[au]|movss$|movsd$|lea[lq]?$|pshuf[dlh]w?$|pshufd$|pabs|pmov|aesimc|"
                   r"aeskeygen|set\w+$|bswap|rorx|pextr|cvt|extract")
WITH_FLAGS_IN = re.compile(r"(adc|sbb|rcl|rcr)[bwlq]?$|cmov|set|adcx|adox")
FLAGLESS = re.compile(r"v|p(?!opcnt|test)|mov|lea|not|bswap|xchg|mulx|rorx|s[ah][lr]x|aes|k|set|cmov|shuf|unpck|ret|"
                      r"(add|sub|mul|and|andn|or|xor|min|max)[ps][sd]$|blend|insert|ext")
SCALAR = re.compile(r"(add|sub|and|or|xor|inc|dec|neg|sh[lr]d?|sa[lr]|ro[lr]|imul|mul|adc|sbb|andn|bl\w+|bextr|"
                    r"popcnt|tzcnt|lzcnt|bs[fr]|bzhi|adcx|adox|bt[src]?|not|cmp|test|push|pop|xchg|leave|ret|rc[lr])"
                    r"[bwlq]?$|mulx|cmov|set|s[ah][lr]x|rorx|pdep|pext|bswap|c(ltq|qto|ltd|wtl|btw|wtd)$|lea|mov|k\w+")
VECTOR = re.compile(r"v\w+|p(a|c|s|u|m|i|e|blend|h|xor|or)\w*|aes\w+|blend\w+|lddqu|"
                    r"(xor|and|or|andn|shuf|unpck[hl]|add|sub|mul)p[sd]$")
ALSO_SOURCE = re.compile(r"vpmadd52|vpternlog|vpermi2|vpermt2|vf?n?madd\d|vpdp|vpshld?v|vpcompress|vpexpand")
IMPLICIT = re.compile(r"i?mul|i?div|c(ltq|qto|ltd|wtl|btw|wtd)$|movs|stos|cmps|scas|lods|cpuid|xgetbv|rdtsc|cmpxchg")
DIVISION = re.compile(r"i?div[bwlq]?$|v?(div|sqrt|rsqrt|rcp)[ps][sd]$")
SLOW_BITS = re.compile(r"pdep|pext$")  # microcoded, by the number of bits set, on some


class Function:
    def __init__(self, name, entry):
        self.name, self.entry = name, entry
        self.args = {}  # joined over all callers; empty: public
        self.result = None  # state of registers at its returns
        self.mentions = set()  # registers that its code, or that of what it calls, has to do with


class Analysis:
    def __init__(self, objdump, path, public):
        self.path, self.public = path, public
        self.names, self.code, self.tables = read_object(objdump, path)
        self.order = sorted(self.code)
        self.next = {a: b for a, b in zip(self.order, self.order[1:]) if a[0] == b[0]}
        self.functions = {at: Function(name, at) for at, name in self.names.items()}
        self.found = {}
        self.used = set()  # entries of PUBLIC
        self.visited = set()
        self.note_mentions()

    def note_mentions(self):
        """What a function has nothing to do with is its caller's: compilers count on that where both are local."""
        callees, function = defaultdict(set), None
        for at in self.order:
            i = self.code[at]
            function = self.functions.get(at, function if function and function.entry[0] == at[0] else None)
            if function is None:
                continue
            for o in i.operands:
                function.mentions.update(reg for reg in (o.reg, o.base, o.index, o.mask) if reg)
            if IMPLICIT.match(i.name) or i.prefix.startswith("rep"):
                function.mentions.update(("rax", "rcx", "rdx", "rsi", "rdi"))
            if i.target in self.functions:
                callees[function.entry].add(i.target)
            elif i.name == "call" or i.symbol:
                function.mentions.add("all")
        changed = True
        while changed:
            changed = False
            for entry, targets in callees.items():
                mentions = set().union(*(self.functions[t].mentions for t in targets))
                changed |= not mentions <= self.functions[entry].mentions
                self.functions[entry].mentions |= mentions

    def report(self, i, what):
        self.found[i.at] = f"{self.function.name}: {i.text.strip()}: {what}"

    # --- memory

    def is_public_load(self, i):
        for n, (where, function, instruction, _) in enumerate(self.public):
            if (re.search(where, self.path) and re.search(function, self.function.name) and
                    re.search(instruction, i.text)):
                self.used.add(n)
                return True
        return False

    def address(self, state, o):
        """The value of a memory operand's address."""
        if o.base == "rip":
            return CONSTANT
        base = state.get(o.base) if o.base else PUBLIC_VALUE
        index = state.get(o.index) if o.index else PUBLIC_VALUE
        if base == SECRET or index == SECRET:
            return SECRET
        for value, other, has_other in ((base, index, o.index), (index, base, o.base)):
            if value == CONSTANT:
                return CONSTANT
            if isinstance(value, tuple):
                if has_other and (o.index or not o.base) or value[1] is None:
                    return (value[0], None)
                return (value[0], value[1] + o.disp)
        return PUBLIC_VALUE

    def check_address(self, state, i, o):
        address = self.address(state, o)
        if address == SECRET:
            self.report(i, "an address depends on a secret")
        return address

    def slots(self, address, size):
        first = address[1] // 4
        return [(address[0], n) for n in range(first, (address[1] + max(size, 1) + 3) // 4)]

    def load(self, state, i, o, size):
        address = self.check_address(state, i, o)
        if address == CONSTANT:
            return PUBLIC_VALUE
        if isinstance(address, tuple) and address[1] is not None:
            value = None
            for slot in self.slots(address, size):
                held = state.slot(slot)
                value = held if value is None else join(value, held)
            return value
        return PUBLIC_VALUE if self.is_public_load(i) else SECRET

    def store(self, state, i, o, size, value):
        address = self.check_address(state, i, o)
        if not isinstance(address, tuple) or address[1] is None:
            return
        for slot in self.slots(address, size):
            whole = size >= 4 and address[1] % 4 == 0
            state.stack[slot] = value if whole else join(state.slot(slot), value)

    # --- one instruction

    def size_of(self, i):
        sizes = [o.size for o in i.operands if o.kind == "register"]
        if re.match(r"v?movd$", i.name) or re.match(r"v?movss$|v?pinsrd|v?pextrd|v?extractps", i.name):
            return 4
        if re.match(r"v?movq$|v?mov[hl]p[sd]$|v?movsd$|v?pinsrq|v?pextrq", i.name):
            return 8
        if zero_extending := re.match(r"mov[sz]([bwl])[wlq]$", i.name):
            return SIZES[zero_extending[1]]
        if re.match(r"v?p(ins|ext)r[bw]", i.name) or i.name.startswith("set"):
            return 1
        vectors = [s for s in sizes if s >= 16]
        if extracted := re.match(r"v(?:extract|insert|broadcast)[if](?:128|\d\dx(\d))", i.name):
            element = 8 if "64x" in i.name else 4
            return int(extracted[1]) * element if extracted[1] else 16
        if vectors:
            return max(vectors)
        if sizes:
            return sizes[0] if i.name[:2] in ("sh", "sa", "ro") and len(sizes) == 1 else max(sizes)
        return SIZES.get(i.name[-1], 8)

    def value(self, state, i, o, size):
        if o.kind == "immediate":
            return PUBLIC_VALUE
        if o.kind == "register":
            is_count = o is i.operands[0] and re.match(r"s[ah][lr]x|bzhi", i.name)
            return state.get(o.reg + ".b" if o.size == 1 or is_count else o.reg)
        return self.load(state, i, o, size)

    def assign(self, state, i, o, size, value):
        if o.kind == "memory":
            self.store(state, i, o, size, value)
        elif o.size >= 4:
            state.set(o.reg, value)
        else:  # leaves the rest of the register as it was
            state.regs[o.reg] = join(state.get(o.reg), value)
            state.regs[o.reg + ".b"] = state.regs[o.reg] if o.high else value

    def step(self, state, i):
        name, operands = i.name, i.operands
        if IGNORED.match(name):
            return
        if i.prefix.startswith("rep") and name not in ("ret", "nop"):
            if SECRET in (state.get("rcx"), state.get("rdi"), state.get("rsi")):
                self.report(i, "a string instruction's length or address is a secret")
            for reg in ("rcx", "rdi"):
                state.set(reg, PUBLIC_VALUE)
            return
        if not (SCALAR.match(name) or VECTOR.match(name) or DIVISION.match(name)) or "str" in name:
            self.report(i, "not an instruction that this check knows")
            return
        size = self.size_of(i)
        for o in operands:
            if o.mask and state.get(o.mask) == SECRET and any(p.kind == "memory" for p in operands):
                self.report(i, "a memory access is masked by a secret")

        if name in ("push", "pop", "leave") or re.match(r"(push|pop)[wq]$", name):
            self.stack_step(state, i)
            return
        if name in ("cltq", "cwtl", "cbtw"):
            return
        if name in ("cqto", "cltd", "cwtd"):
            state.set("rdx", taint(state.get("rax")))
            return
        if DIVISION.match(name):
            if any(self.value(state, i, o, size) == SECRET for o in operands) or (
                    name[0] in "id" and SECRET in (state.get("rax"), state.get("rdx"))):
                self.report(i, "a division of a secret")
            for reg in ("rax", "rdx"):
                state.set(reg, PUBLIC_VALUE)
            return
        if name.startswith("lea"):
            state.set(operands[1].reg, self.address(state, operands[0]))
            return

        sources, destinations = operands[:-1], operands[-1:]
        if name.startswith("xchg"):
            sources, destinations = operands, operands
        elif name == "mulx":
            sources, destinations = operands[:1], operands[1:]
        elif NO_DESTINATION.match(name):
            sources, destinations = operands, []
        elif re.match(r"i?mul[bwlq]?$", name) and len(operands) == 1:
            sources, destinations = operands, []
        elif len(operands) == 1 and not name.startswith("set"):
            sources = operands
        elif not MOVES.match(name) and len(operands) <= 2 and name[0] != "v" and not re.match(
                r"[bpt]?[lzn]?(zcnt|opcnt|sf$|sr$)|bls", name):
            sources = operands
        elif name[0] in "pe" and re.match(r"p(insr|alignr|clmul|blend)", name) or re.match(
                r"shufp|insert|blend|sh[lr]d", name):
            sources = operands
        elif re.match(r"v?mov[hl](p[sd]|hps|lps)$", name) and len(operands) == 2 and destinations[0].kind != "memory":
            sources = operands
        elif name.startswith("cmov") or ALSO_SOURCE.match(name):
            sources = operands
        if destinations and destinations[0].mask and not destinations[0].zeroing:
            sources = operands

        value = None
        for o in sources:
            held = self.value(state, i, o, size)
            if value is None:
                value = held
            else:
                value = join(value, held) if MOVES.match(name) else max(taint(value), taint(held))
        value = PUBLIC_VALUE if value is None else value
        for o in operands:
            if o.mask and state.get(o.mask) == SECRET:
                value = SECRET
        if name == "mulx":
            value = max(taint(value), taint(state.get("rdx")))
        if re.match(r"i?mul[bwlq]?$", name) and len(operands) == 1:
            value = max(taint(value), taint(state.get("rax")))
            for reg in ("rax", "rdx"):
                state.set(reg, value)
        # Zero whatever it was; of sbb, the carry in all bits, and flags are looked at below.
        registers = [o.reg for o in operands if o.kind == "register"]
        if re.match(r"v?p?xor|s(ub|bb)[lq]?$|v?pcmpeq|v?psub", name) and len(operands) >= 2 and len(
                set(registers[:2])) == 1 and all(o.kind == "register" for o in operands[:2]):
            value = PUBLIC_VALUE
        elif re.match(r"v?pternlog", name) and operands[0].disp in (0, 0xff):
            value = PUBLIC_VALUE
        # Addresses: moved on by what is known, or somewhere.
        if re.match(r"(add|sub)[lq]?$", name) and destinations[0].kind == "register":
            held = state.get(destinations[0].reg)
            other = self.value(state, i, operands[0], size)
            if isinstance(held, tuple) and other != SECRET:
                by = operands[0].disp if operands[0].kind == "immediate" else None
                if by is not None and by >= 1 << 63:
                    by -= 1 << 64
                by = -by if by is not None and name.startswith("sub") else by
                value = (held[0], None if by is None or held[1] is None else held[1] + by)
            elif other == CONSTANT and name.startswith("sub"):
                self.report(i, "a difference of addresses that this check cannot follow")
            elif CONSTANT in (held, other) and SECRET not in (held, other):
                value = CONSTANT
            elif isinstance(other, tuple) and held != SECRET:
                value = (other[0], None)
        elif re.match(r"and[lq]?$", name) and destinations[0].kind == "register" and destinations[0].reg == "rsp":
            value = ("aligned", 0)  # a frame of its own from here on
        if WITH_FLAGS_IN.match(name) and state.get("flags") == SECRET:
            value = SECRET
        if SLOW_BITS.match(name) and value == SECRET:
            self.report(i, "an instruction whose time may depend on a secret")

        if not (MOVES.match(name) or name.startswith(("xchg", "v"))):
            value = value if isinstance(value, tuple) or value == CONSTANT else taint(value)
        for o in destinations:
            self.assign(state, i, o, size, value)
        if not FLAGLESS.match(name) or NO_DESTINATION.match(name):
            state.regs["flags"] = taint(value)

    def stack_step(self, state, i):
        sp = state.get("rsp")
        if i.name == "leave":
            sp = state.get("rbp")
            state.regs["rbp"] = PUBLIC_VALUE
            state.regs["rsp"] = (sp[0], sp[1] + 8) if isinstance(sp, tuple) and sp[1] is not None else PUBLIC_VALUE
            return
        o = i.operands[0]
        known = isinstance(sp, tuple) and sp[1] is not None
        if i.name.startswith("push"):
            value = self.value(state, i, o, 8)
            if known:
                state.regs["rsp"] = sp = (sp[0], sp[1] - 8)
                for slot in self.slots(sp, 8):
                    state.stack[slot] = value
        else:
            value = PUBLIC_VALUE
            if known:
                for slot in self.slots(sp, 8):
                    value = state.slot(slot)
                state.regs["rsp"] = (sp[0], sp[1] + 8)
            self.assign(state, i, o, 8, value)

    def call(self, state, i):
        """Takes a call's effects; False when the callee's result is not known yet."""
        if i.operands and self.value(state, i, i.operands[0], 8) == SECRET:
            self.report(i, "calls through a secret")
        if i.target in self.functions:
            callee = self.functions[i.target]
            for reg in ARGUMENTS:
                value = taint(state.get(reg))
                if value > callee.args.get(reg, PUBLIC_VALUE):
                    callee.args[reg] = value
                    self.dirty = True
            if callee.result is None:
                return False
            for reg, value in callee.result.items():
                if reg not in CALLEE_SAVED and (reg in callee.mentions or "all" in callee.mentions or
                                                reg not in GPR):
                    state.set(reg, value)
        else:
            for reg in ARGUMENTS[:2 if i.symbol == "lane_wipe" else 3]:
                if state.get(reg) == SECRET:
                    self.report(i, f"an argument of {i.symbol} is a secret")
            for reg in list(state.regs):
                if reg not in CALLEE_SAVED:
                    state.set(reg, PUBLIC_VALUE)
        return True

    # --- functions

    def run_function(self, function):
        self.function = function
        entry = State({reg: value for reg, value in function.args.items()})
        entry.regs["rsp"] = ("entry", 0)
        for where, name, argument in PUBLIC_ARGUMENTS:
            if re.search(where, self.path.rsplit("/", 1)[-1]) and re.search(name, function.name):
                entry.regs[argument] = CONSTANT
        at_block = {function.entry: entry}
        work = [function.entry]
        result = None
        while work:
            at = work.pop()
            state = at_block[at].copy()

            def reach(target):
                if target not in self.code:
                    return
                if target not in at_block:
                    at_block[target] = state.copy()
                    work.append(target)
                elif at_block[target].merge(state):
                    work.append(target)

            while True:
                i = self.code[at]
                self.visited.add(at)
                if i.is_jump():
                    if i.name != "jmp" and state.get("flags" if "cxz" not in i.name else "rcx") == SECRET:
                        self.report(i, "a conditional jump depends on a secret")
                    if i.operands:
                        if self.value(state, i, i.operands[0], 8) == SECRET:
                            self.report(i, "jumps to a secret")
                        targets = self.table_before(at)
                        if not targets:
                            self.report(i, "an indirect jump that this check cannot follow")
                        for target in targets:
                            reach(target)
                    elif i.name == "jmp" and i.target in self.functions and i.target != function.entry and (
                            not self.names[i.target].endswith(".cold")):
                        if self.call(state, i):  # in place of call and ret
                            result = self.merged_result(result, state)
                    elif i.symbol:
                        self.call(state, i)
                        result = self.merged_result(result, state)
                    else:
                        reach(i.target)
                    if i.name == "jmp":
                        break
                elif i.name == "call":
                    if not self.call(state, i):
                        break
                elif i.name.startswith("ret"):
                    result = self.merged_result(result, state)
                    break
                elif i.name == "ud2":
                    break
                else:
                    self.step(state, i)
                at = self.next.get(at)
                if at is None:
                    break
                if at in at_block or at in self.leaders:
                    reach(at)
                    break
        if result is not None:
            for reg, value in (function.result or {}).items():
                result[reg] = max(result.get(reg, PUBLIC_VALUE), value)
            if result != function.result:
                function.result = result
                self.dirty = True

    def table_before(self, at):
        """The targets of the table whose address is taken last before an indirect jump."""
        taken = [t for t in self.tables if t[0] == at[0] and t[1] < at[1]]
        return self.tables[max(taken)] if taken else []

    @staticmethod
    def merged_result(result, state):
        result = dict(result or {})
        for reg, value in state.regs.items():
            if reg.endswith(".b"):
                continue
            result[reg] = max(result.get(reg, PUBLIC_VALUE), taint(value))
        return result

    def run(self):
        self.leaders = {i.target for i in self.code.values() if i.is_jump() and i.target}
        self.leaders.update(target for targets in self.tables.values() for target in targets)
        roots = [f for at, f in self.functions.items() if not f.name.endswith(".cold")]
        self.dirty = True
        while self.dirty:
            self.dirty, self.found = False, {}
            for function in roots:
                self.run_function(function)
        for at in self.order:
            if at not in self.visited and not IGNORED.match(self.code[at].name) and self.code[at].name != "xchg":
                self.found[at] = f"{at[0]} {at[1]:x}: {self.code[at].text.strip()}: no known way leads here"
        return [self.found[at] for at in sorted(self.found)]


def check_kernels(objdump, paths):
    clean, used = True, set()
    for path in paths:
        analysis = Analysis(objdump, path, PUBLIC)
        found = analysis.run()
        used |= analysis.used
        n_jumps = sum(i.is_jump() and i.name != "jmp" for i in analysis.code.values())
        print(f"{path.rsplit('/', 1)[-1]}: {len(analysis.code)} instructions, {n_jumps} conditional jumps, "
              f"{len(found)} uses of secrets", *found, sep="\n  ")
        clean &= not found
    for n, entry in enumerate(PUBLIC):
        print(f"allowed{'' if n in used else ' (not needed here)'}: {entry[3]}")
    return clean


def check_leaky(objdump, paths):
    all_caught = True
    for path in paths:
        found = Analysis(objdump, path, PUBLIC).run()
        print(f"{path.rsplit('/', 1)[-1]}: {f'caught, {found[0]}' if found else 'NOT CAUGHT'}")
        all_caught &= bool(found)
    return all_caught


def check_kinds(objdump, path):
    analysis = Analysis(objdump, path, PUBLIC)
    caught = {line.split(":")[0] for line in analysis.run()}
    functions = {name.split(".")[0] for name in analysis.names.values() if name.startswith(("leak_", "clean_"))}
    wrong = sorted(name for name in functions if name.startswith("leak_") != (name in caught))
    print(f"kinds of leaks: {len(functions) - len(wrong)} of {len(functions)} functions told right", *wrong, sep="\n  ")
    return functions and not wrong


def main():
    objdump, *paths = sys.argv[1:]
    leaky, kinds = paths.index("--leaky"), paths.index("--kinds")
    verdicts = [check_kernels(objdump, paths[:leaky]), check_leaky(objdump, paths[leaky + 1:kinds]),
                check_kinds(objdump, paths[kinds + 1])]
    return int(not all(verdicts))


if __name__ == "__main__":
    sys.exit(main())
