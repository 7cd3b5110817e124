#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Plants faults in the kernels, one at a time, and looks whether the suites of tests/kernels find each.
#
# Every number, operator and paired instruction of a kernel is a site, in C and in assembly. A mutant is one object of
# the library compiled anew from a copy of kernels/ and linked before the library into test-kernels; the suites that
# kill soonest run first, and the first that fails, crashes or hangs ends it. What does not compile, or compiles to the
# very same object, is no mutant: another is drawn. Survivors are either in equivalent.txt, with the reason, or fail.
#
# With --shuffles the sites are what arm64's kernels shuffle, rotate, shift and choose lanes with, one of each line
# first; each is tried in the first object, of those that are made of it, that it changes. Another seed draws others.
#
#   mutate.py --preset arm64 --shuffles --mutants 0  # all of them, eleven minutes on one core

import argparse
import collections
import concurrent.futures
import filecmp
import hashlib
import json
import pathlib
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading

# What is not a kernel: it has tests of its own, of which a mutant of one object would show nothing.
NOT_KERNELS = {"common.c", "cpu.c", "cpu.h", "table.c", "kernel_impl.h", "ct.h"}
SUITES = """known cipher_known lengths cipher_lengths forge wrap gcm_wrap siv_wrap ccm ctr_wrap chacha20_end
            ghash poly1305 hchacha20 aegis_model aes_block xts cbc stream cipher_stream context cipher_context batch
            refuse cipher_refuse cipher_limits guard cipher_guard residue cipher_residue xchacha20_known
            xchacha20_lengths xchacha20_forge xchacha20_stream xchacha20_context xchacha20_batch xchacha20_refuse
            xchacha20_guard xchacha20_residue""".split()
SECONDS = 120  # a suite takes at most a few
SECONDS_EMULATED = 300

SWAPS = [("unpacklo", "unpackhi"), ("slli", "srli"), ("_add_", "_sub_"), ("_xor_", "_or_"), ("adc", "add"),
         ("clmullo", "clmulhi"), ("min", "max"), ("aesenc", "aesdec"),
         ("rev64", "rev32"), ("vshlq_n", "vshrq_n"), ("trn1", "trn2"), ("zip1", "zip2"), ("get_low", "get_high")]
OPERATORS = {"<=": "<", "<": "<=", ">=": ">", ">": ">=", "==": "!=", "!=": "==", "+": "-", "-": "+", "<<": ">>",
             ">>": "<<", "^": "|", "|": "&", "&": "|", "*": "+", "/": "*", "%": "/", "&&": "||", "||": "&&"}
NUMBER = re.compile(r"(?<![\w.])(0x[0-9a-fA-F]+|\d+)(?=[uUlL]*\b)")
# Of an array's size where it is defined: room for one more is no fault.
BOUND = re.compile(r"^\s*(?!return )(.*[(,] *)?((static|const|struct|_Alignas\(\w+\)) )*"
                   r"\w+ (\*?\w+(\[\w+\])*, )*\*?\w+\[$")
OPERATOR = re.compile(r"(?<= )(" + "|".join(sorted(map(re.escape, OPERATORS), key=len, reverse=True)) + r")(?= )")


def code_lines(text, left_out=("#", "_Static_assert")):
    """Number and code of each line, comments blanked, preprocessor lines left out."""
    blank = lambda m: re.sub(r"[^\n]", " ", m.group(0))
    text = re.sub(r"/\*.*?\*/|//[^\n]*", blank, text, flags=re.S)
    return [(i, line) for i, line in enumerate(text.split("\n"))
            if not line.lstrip().startswith(left_out)]


def changes(line):
    """Each (begin, end, new text) that a line offers."""
    for m in NUMBER.finditer(line):
        if BOUND.search(line[:m.start()]):
            continue
        value = int(m.group(1), 0 if m.group(1).startswith("0x") else 10)
        bit = 1 << (m.start() + len(line)) % max(1, value.bit_length())
        yield m.start(1), m.end(1), hex(value ^ bit) if m.group(1).startswith("0x") else str(value + 1)
    for m in OPERATOR.finditer(line):
        yield m.start(1), m.end(1), OPERATORS[m.group(1)]
    for a, b in SWAPS:
        for old, new in ((a, b), (b, a)):
            for m in re.finditer(r"(?<![a-z])" + old if old.isalpha() else old, line):
                yield m.start(), m.end(), new


# --- Of arm64's kernels: what shuffles, rotates, shifts or chooses a lane, and what it becomes.

SHUFFLED = re.compile(r"(neon|arm64|pmull)[^/]*$")
# Calls by name: whose first two arguments are exchanged where they differ; whose last number, of a lane or of bits and
# bytes, changes; and of which nothing but the argument is left.
EXCHANGED = re.compile(r"vext\w*|vqtbl1\w*|v(zip|uzp|trn)[12]\w*|vcombine\w*|vs[rl]i\w*|FINISH|Z_FINISH_FOUR")
LANES = re.compile(r"v[gs]etq?_lane\w*|vdupq?_lane\w*|ADD_PRODUCT|ADD_LANE|MULTIPLY_ADD")
COUNTS = re.compile(r"vext\w*|v(sh|sr|sl)\w*_n_\w+|V_ROTATE_EOR|Z_ROTATE|EXCHANGE_BITS|times_x_to")
DROPPED = re.compile(r"swap_halves|element|v_rotl16|v_rotl8|aes_two_rows|times_x8|bring_back")
# Names, and what stands in their place.
VARIANTS = [(r"^vrev64q_u8$", "vrev32q_u8"), (r"^vrev32q_u8$", "vrev64q_u8"), (r"^vrev32q_u16$", "vrev64q_u16"),
            (r"^v(zip|uzp|trn)1", r"v\g<1>2"), (r"^v(zip|uzp|trn)2", r"v\g<1>1"), ("get_low", "get_high"),
            ("get_high", "get_low"), (r"^vshl(?=q?_n_)", "vshr"), (r"^vshr(?=q?_n_)", "vshl"),
            ("_first$", "_second"), ("_second$", "_first"), ("^reverse_halves$", "vreinterpretq_u8_u64"),
            ("^V_REV$", "V_BYTES"), ("^V_BYTES$", "V_REV")]
# In lines of assembly; the first group, if there is one, is what is replaced.
ASSEMBLY = [(r"\brev32\b", "rev64"), (r"\brev64\b", "rev32"), (r"\bzip1\b", "zip2"), (r"\bzip2\b", "zip1"),
            (r"\btbl [^{]*(\{.*\}, .*)(?= \"\.16b)", '{" BY8 ".16b}, " x'),
            (r"\bzip[12] v\" \w+ \"\.\w+, (v\" \w+ \".*?, v\" \w+) \"\.\w+\\n",
             lambda m: re.sub(r"(\w+)( \".*\" )(\w+)$", r"\3\2\1", m[1])),
            (r"pmull %0.1q, %1.1d, %2.1d", "pmull2 %0.1q, %1.2d, %2.2d"),
            (r"pmull2 %0.1q, %1.2d, %2.2d", "pmull %0.1q, %1.1d, %2.1d"),
            (r"#\" #n \"", '#" #n "-1'), (r"#(32)-", "31"), (r"\bls[lr] #(\d+)", lambda m: other_count(m[1]))]
TABLE = re.compile(r"static const (LANE_ALIGNAS\(\d+\) )?u?int\w+ (?!sigma)\w+\[\w+\] = \{")
SHIFT = re.compile(r"(?:<<|>>) (\d+)")
OF_FUNCTION = re.compile(r"(LANE_INLINE|static (inline|__attribute__)) ")  # where one begins


def other_count(text):
    return str(int(text) - 1 if int(text) > 1 else int(text) + 1)


def calls(line):
    """(begin, name, [(begin, end) of each argument]) of each call that ends in its line."""
    for m in re.finditer(r"\b(\w+)\(", line):
        depth, arguments, begin = 0, [], m.end()
        for i in range(m.end(), len(line)):
            if depth == 0 and line[i] in ",)":
                begin += len(line[begin:i]) - len(line[begin:i].lstrip())
                arguments.append((begin, i))
                begin = i + 1
                if line[i] == ")":
                    yield m.start(), m[1], arguments
                    break
            depth += (line[i] in "([{") - (line[i] in ")]}")


def shuffle_changes(line):
    if OF_FUNCTION.match(line):
        return
    for begin, name, arguments in calls(line):
        if line.startswith("#define") and begin == len("#define "):
            continue
        texts = [line[a:b] for a, b in arguments]
        if EXCHANGED.fullmatch(name) and len(texts) > 1 and texts[0] != texts[1]:
            (a, b), (c, d) = arguments[:2]
            yield a, d, texts[1] + line[b:c] + texts[0]
        if texts[-1].isdigit() and LANES.fullmatch(name):
            yield *arguments[-1], str(int(texts[-1]) ^ 1)
        if texts[-1].isdigit() and COUNTS.fullmatch(name):
            yield *arguments[-1], other_count(texts[-1])
        if name == "step":  # of registers in their order
            yield from ((*at, other_count(line[slice(*at)])) for at in arguments)
        if name == "vdupq_n_s64":  # how far to shift
            yield *arguments[0], texts[0] + " + 1"
        if name == "vqtbl4q_u8":
            yield from ((*m.span(1), str(int(m[1]) ^ 1)) for m in re.finditer(r"part\[(\d)\]", line))
        if DROPPED.fullmatch(name):
            yield begin, arguments[-1][1] + 1, "(" + texts[0] + ")"
        for pattern, new in VARIANTS:
            if re.search(pattern, name):
                yield begin, begin + len(name), re.sub(pattern, new, name)
    if '"' in line:
        for pattern, new in ASSEMBLY:
            for m in re.finditer(pattern, line):
                yield *m.span(m.re.groups), new(m) if callable(new) else new
    elif TABLE.search(line):
        for m in re.finditer(r"-?\d+(?=[,}])", line):
            yield *m.span(), str(int(m[0]) ^ 1)
    for m in SHIFT.finditer(line):
        yield *m.span(1), other_count(m[1])


class Mutant:
    def __init__(self, file, number, line, begin, end, new):
        self.file, self.number, self.line = file, number, line
        self.begin, self.end, self.new = begin, end, new

    def key(self):
        """Stays the same as long as the line does, wherever that stands."""
        before, old, after = self.line[:self.begin], self.line[self.begin:self.end], self.line[self.end:]
        return f"{self.file}: " + " ".join(f"{before}[{old} -> {self.new}]{after}".split())

    def keys(self, name):
        """Of the mutant in all objects, and in this one."""
        return {self.key(), f"{name}: {self.key()}"}

    def apply(self, text):
        lines = text.split("\n")
        lines[self.number] = lines[self.number][:self.begin] + self.new + lines[self.number][self.end:]
        return "\n".join(lines)


class Build:
    """The library and its tests as they are; what each object is made of, and how."""

    def __init__(self, source, folder, preset, jobs):
        self.source, self.folder = source, folder
        subprocess.run(["cmake", "--preset", preset, "-S", source, "-B", folder, "-G", "Unix Makefiles",
                        "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"], cwd=source, check=True, stdout=subprocess.DEVNULL)
        emulator = re.search(r"^CMAKE_CROSSCOMPILING_EMULATOR:\w+=(.*)$", (folder / "CMakeCache.txt").read_text(),
                             re.M)
        self.emulator = emulator[1].split(";") if emulator else []
        subprocess.run(["cmake", "--build", folder, "--target", "kernel-tests", "--parallel", str(jobs)],
                       check=True, stdout=subprocess.DEVNULL)
        kernels = source / "kernels"
        self.commands, self.objects_of = {}, {}
        for entry in json.loads((folder / "compile_commands.json").read_text()):
            file = pathlib.Path(entry["file"])
            if kernels not in file.parents or "lanecrypt-objects" not in entry["command"]:
                continue
            name = str(file.relative_to(kernels))
            self.commands[name] = shlex.split(entry["command"]), entry["directory"]
            depends = folder / "kernels/CMakeFiles/lanecrypt-objects.dir" / (name + ".o.d")
            for word in depends.read_text().replace("\\\n", " ").split()[1:]:
                path = (pathlib.Path(entry["directory"]) / word).resolve()
                if kernels in path.parents and "include" not in path.relative_to(kernels).parts:
                    self.objects_of.setdefault(str(path.relative_to(kernels)), set()).add(name)
        tests = subprocess.run(["ctest", "--test-dir", folder, "-N", "-L", "kernels"], capture_output=True, text=True,
                               check=True).stdout
        self.tests = re.findall(r"Test +#\d+: (\S+:\S+)/(\w+)$", tests, re.M)
        self.link = shlex.split((folder / "tests/kernels/CMakeFiles/test-kernels.dir/link.txt").read_text())
        unusable = subprocess.run([*self.emulator, folder / "tests/kernels/unusable-kernels"], capture_output=True,
                                  text=True).stdout
        self.unusable = set(re.findall(r"\S+:\S+", unusable))

    def subjects(self, name):
        """The kernels that an object is part of, as the tests call them; of a whole family, auto first."""
        family, _, rest = name.partition("/")
        own = family.replace("_", "-")
        isa = pathlib.Path(rest).stem.removeprefix(family + "_").replace("_", "-")
        of_family = sorted({s for s, _ in self.tests if s.startswith(own + ":") and s not in self.unusable},
                           key=lambda s: (not s.endswith(":auto"), s))
        exact = [s for s in of_family if s == f"{own}:{isa}"]
        if rest and pathlib.Path(rest).stem.startswith(family + "_"):
            return exact
        return of_family if rest else sorted({s for s, _ in self.tests} - self.unusable)

    def sites(self, shuffles):
        left_out = ("#if", "#el", "#end", "#inc", "_Static_assert") if shuffles else ("#", "_Static_assert")
        for file in sorted(self.objects_of):
            if file in NOT_KERNELS or not any(self.subjects(o) for o in self.objects_of[file]):
                continue
            if shuffles and not SHUFFLED.search(file):
                continue
            for number, line in code_lines((self.source / "kernels" / file).read_text(), left_out):
                for begin, end, new in shuffle_changes(line) if shuffles else changes(line):
                    yield Mutant(file, number, line, begin, end, new)


class Worker:
    """A copy of kernels/ in which one mutant at a time is made and tried."""

    def __init__(self, build, folder):
        self.build, self.folder = build, folder
        self.kernels = folder / "kernels"
        shutil.copytree(build.source / "kernels", self.kernels)
        self.plain = {}

    def compile(self, name, output):
        command, directory = self.build.commands[name]
        old, new = str(self.build.source / "kernels"), str(self.kernels)
        command = [word.replace(old, new) for word in command]
        command[command.index("-o") + 1] = str(output)
        return subprocess.run(command, cwd=directory, capture_output=True).returncode == 0

    def plain_object(self, name):
        if name not in self.plain:
            self.plain[name] = self.folder / (name.replace("/", "-") + ".o")
            self.compile(name, self.plain[name])
        return self.plain[name]

    def verdict(self, mutant, name):
        """None when it is no mutant; else the test that killed it, or "" when it survived."""
        plain, output, program = self.plain_object(name), self.folder / "mutant.o", self.folder / "test-kernels"
        file = self.kernels / mutant.file
        text = file.read_text()
        file.write_text(mutant.apply(text))
        try:
            compiled = self.compile(name, output)
        finally:
            file.write_text(text)
        if not compiled or filecmp.cmp(plain, output, shallow=False):
            return None
        link = [word if word != "test-kernels" else str(program) for word in self.build.link]
        first = next(i for i, word in enumerate(link) if word.endswith(".o"))
        linked = subprocess.run(link[:first] + [str(output)] + link[first:], capture_output=True,
                                cwd=self.build.folder / "tests/kernels")
        if linked.returncode != 0:
            return None
        subjects = self.build.subjects(name)
        tests = sorted((t for t in self.build.tests if t[0] in subjects),
                       key=lambda t: (SUITES.index(t[1]) if t[1] in SUITES else len(SUITES), subjects.index(t[0])))
        for subject, suite in tests:
            if fails([*self.build.emulator, program, suite, subject],
                     SECONDS_EMULATED if self.build.emulator else SECONDS):
                return f"{subject}/{suite}"
        return ""


def limits():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 24, 1 << 24))


def fails(command, seconds):
    try:
        run = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=seconds,
                             preexec_fn=limits)
    except subprocess.TimeoutExpired:
        return True
    return run.returncode not in (0, 77)


def lot(seed, mutant, name):
    """Where in the order a mutant is drawn: the same whatever else there is, so that samples stay as sources change."""
    return hashlib.sha256(f"{seed} {name} {mutant.key()}".encode()).digest()


def equivalents(path):
    """key → reason, from lines `key # reason`."""
    lines = [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return {key.strip(): reason.strip() for key, _, reason in (line.partition(" # ") for line in lines)}


def drawn(build, sites, arguments):
    """(mutant, objects to try it in until one is changed by it), in the order of their lots."""
    pairs = sorted(((s, o) for s in sites for o in build.objects_of[s.file]
                    if build.subjects(o) and re.search(arguments.objects, o)),
                   key=lambda pair: lot(arguments.seed, *pair))
    if not arguments.shuffles:
        return ((s, [o]) for s, o in pairs)
    objects, of_line, ranks = {}, collections.Counter(), {}
    for site, name in pairs:
        if site not in objects:
            ranks[site] = of_line[site.file, site.number]
            of_line[site.file, site.number] += 1
        objects.setdefault(site, []).append(name)
    return ((s, objects[s]) for s in sorted(objects, key=ranks.get))


def main():
    parser = argparse.ArgumentParser(description="Plants faults in the kernels and counts those that no test finds.")
    parser.add_argument("--mutants", type=int, default=150, help="0: all that there are")
    parser.add_argument("--shuffles", action="store_true",
                        help="one of each shuffle, rotation and lane of arm64's kernels, in one object of each")
    parser.add_argument("--build", type=pathlib.Path, help="a folder of builds to use, instead of a new one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="a regular expression for files below kernels/")
    parser.add_argument("--objects", default="", help="one for the objects that are made of them")
    parser.add_argument("--lines", default="", help="one for lines: vext|vrev|tbl, what shuffles and rotates on arm64")
    parser.add_argument("--preset", default="release", help="what to build; the programs of arm64's run under QEMU")
    arguments = parser.parse_args()
    here = pathlib.Path(__file__).resolve().parent
    known = equivalents(here / "equivalent.txt")
    lock = threading.Lock()
    counts = {"killed": 0, "equivalent": 0, "survived": 0}
    of_family = collections.defaultdict(collections.Counter)

    with tempfile.TemporaryDirectory(prefix="lanecrypt-mutants-") as scratch:
        scratch = pathlib.Path(scratch)
        folder = (arguments.build or scratch / "build").resolve()
        build = Build(here.parent.parent, folder, arguments.preset, arguments.jobs)
        sites = [s for s in build.sites(arguments.shuffles)
                 if re.search(arguments.only, s.file) and re.search(arguments.lines, s.line)]
        wanted = arguments.mutants or len(sites) * len(build.commands)
        queue = drawn(build, sites, arguments)
        print(f"{len(sites)} sites, {arguments.mutants or 'all'} mutants wanted, seed {arguments.seed}", flush=True)

        def work(index):
            worker = Worker(build, scratch / f"worker-{index}")
            while True:
                with lock:
                    if sum(counts.values()) >= wanted:
                        return
                    mutant, names = next(queue, (None, None))
                if mutant is None:
                    return
                for name in names:
                    killer = worker.verdict(mutant, name)
                    if killer is not None:
                        break
                else:
                    if arguments.shuffles:
                        print(f"{'no mutant':10} {mutant.key()}", flush=True)
                    continue
                with lock:
                    if sum(counts.values()) >= wanted:
                        return
                    what = "killed" if killer else "equivalent" if mutant.keys(name) & known.keys() else "survived"
                    counts[what] += 1
                    of_family[name.partition("/")[0]][what] += 1
                    where = f"{name}, line {mutant.number + 1}{': ' + killer if killer else ''}"
                    print(f"{what:10} {mutant.key()}  ({where})", flush=True)

        for i in range(arguments.jobs):
            (scratch / f"worker-{i}").mkdir()
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            for done in [pool.submit(work, i) for i in range(arguments.jobs)]:
                done.result()
    for family, of in sorted(of_family.items()) if arguments.shuffles else []:
        print(f"{family}: " + ", ".join(f"{of[what]} {what}" for what in counts))
    print(", ".join(f"{n} {what}" for what, n in counts.items()))
    return 1 if counts["survived"] or not counts["killed"] else 0


if __name__ == "__main__":
    sys.exit(main())
