#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""abi.py LIBRARY HEADERS COMPILER [--renew]: the ABI of a library with debugging information against abi/.

abi/liblanecrypt.so.0.abi  what libabigail's abidw says of it: functions, their versions, types with sizes and offsets
abi/constants.txt          the headers' constants, which callers have compiled in, context sizes among them

A function more, or a constant, is fine for old programs, but has to be written down: --renew does. What is incompatible
wants another soname, unless nobody has the old one yet. That changes are seen is tried with a small library.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

library, headers, compiler, *renew = sys.argv[1:]
ABI = pathlib.Path(__file__).parent / "abi"
DUMP, CONSTANTS = ABI / "liblanecrypt.so.0.abi", ABI / "constants.txt"
INCOMPATIBLE = 8  # a bit of abidiff's exit code; 4 is a change of any kind

if not shutil.which("abidw"):
    print("skipped: no abidw (Debian: abigail-tools)")
    sys.exit(77)


def dump(library, headers, to):
    # Types that only the library sees into may change as they like.
    subprocess.run(["abidw", "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--drop-private-types",
                    "--headers-dir", headers, "--out-file", to, library], check=True)


def constants():
    macros = subprocess.run([compiler, "-E", "-dM", "-I", headers, "-include", "lanecrypt/lanecrypt.h", "-x", "c",
                             "/dev/null"], check=True, capture_output=True, text=True).stdout
    own = [line for line in macros.splitlines(keepends=True)
           if re.match(r"#define LANE_(?!API|ALIGNAS|MUST_CHECK|VERSION_)", line)]
    return "".join(sorted(own))


def compare(before, after):
    done = subprocess.run(["abidiff", before, after], capture_output=True, text=True)
    assert done.returncode & 3 == 0, done.stderr
    return done.returncode, done.stdout


def constants_changed(before, after):
    """What old programs have otherwise, and what they do not have yet."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


# A small library, and what must not pass: (what, in its header, becomes).
CONTROL = """
enum status { OK = 0, ERR_AUTH = 1 };
struct ctx { unsigned char opaque[64]; };
enum status lane_seal(struct ctx *ctx, unsigned char *out, unsigned long len);
void lane_wipe(void *p);
"""
CONTROL_BODY = """
#include "control.h"
enum status lane_seal(PARAMETERS) { return ctx ? OK : ERR_AUTH; }
#ifndef NO_WIPE
void lane_wipe(void *p) { (void)p; }
#endif
"""
CHANGES = [
    ("a length of another type", "unsigned long len", "unsigned int len"),
    ("a parameter less", "unsigned char *out, ", ""),
    ("a larger context", "[64]", "[128]"),
    ("another value of an enumerator", "ERR_AUTH = 1", "ERR_AUTH = 2"),
    ("a function less", "void lane_wipe(void *p);", "#define NO_WIPE"),
]


def control(folder, header):
    folder.mkdir()
    (folder / "control.h").write_text(header)
    parameters = re.search(r"lane_seal\((.*)\);", header)[1]
    (folder / "control.c").write_text(CONTROL_BODY.replace("PARAMETERS", parameters))
    subprocess.run([compiler, "-g", "-shared", "-fPIC", "-o", folder / "control.so", folder / "control.c"], check=True)
    dump(folder / "control.so", folder, folder / "control.abi")
    return folder / "control.abi"


def unseen(folder):
    """Which changes are not seen, and whether something is seen where nothing changed."""
    before = control(folder / "before", CONTROL)
    if compare(before, control(folder / "same", CONTROL))[0] != 0:
        yield "none"
    for what, old, new in CHANGES:
        if compare(before, control(folder / what.replace(" ", "-"), CONTROL.replace(old, new)))[0] == 0:
            yield what
    if constants_changed("#define LANE_X 1\n", "#define LANE_X 2\n") != (["#define LANE_X 1"], ["#define LANE_X 2"]):
        yield "another constant"


with tempfile.TemporaryDirectory() as folder:
    now = pathlib.Path(folder, "now.abi")
    dump(library, headers, now)
    if renew:
        shutil.copyfile(now, DUMP)
        CONSTANTS.write_text(constants())
        sys.exit()
    wrong = []
    code, report = compare(DUMP, now)
    lost, added = constants_changed(CONSTANTS.read_text(), constants())
    if code & INCOMPATIBLE or lost:
        wrong.append("The ABI is no longer what programs were linked with: a change of SOVERSION, or a mistake.")
    elif code or added:
        wrong.append("The ABI has grown: cmake --build build-debug --target abi-renew writes it down.")
    wrong += [report] * bool(code) + [f"was: {line}" for line in lost] + [f"is: {line}" for line in added]
    wrong += [f"control: {what}: not told rightly" for what in unseen(pathlib.Path(folder))]
    print("\n".join(wrong))
    sys.exit(1 if wrong else 0)
