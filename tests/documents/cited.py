#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Whatever a document cites is there: files, and tests by `ctest -R PATTERN`.
# usage: cited.py CTEST BUILD-FOLDER SOURCE-FOLDER DOCUMENT…

import pathlib
import re
import subprocess
import sys

ctest, build, source, *documents = sys.argv[1:]
listing = subprocess.run([ctest, "--test-dir", build, "-N"], capture_output=True, text=True, check=True).stdout
tests = re.findall(r"^ *Test +#\d+: (\S+)", listing, re.M)
parts = re.findall(r"^part_(\w+)\(\)", pathlib.Path(source, "tests/run").read_text(), re.M)

n_cited = 0
missing = []
for document in documents:
    text = pathlib.Path(source, document).read_text()
    patterns = [p.strip("'") for p in re.findall(r"`ctest -R ([^`]+)`", text)]
    files = re.findall(r"`((?:bench|engines|kernels|results|tests)/[\w./*-]+\.\w+)`", text)
    files += [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    only = [part for line in re.findall(r"`tests/run --only ([\w ]+)`", text) for part in line.split()]
    missing += [f"{document}: no test {p}" for p in patterns if not any(re.search(p, test) for test in tests)]
    missing += [f"{document}: no file {f}" for f in files if not any(pathlib.Path(source).glob(f))]
    missing += [f"{document}: no part {p} of tests/run" for p in only if p not in parts]
    n_cited += len(patterns) + len(files) + len(only)
print(*missing, f"{n_cited} cited, {len(missing)} of them missing", sep="\n")
sys.exit(1 if missing or n_cited == 0 else 0)
