#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# The code of a document's section, word for word, a file for each language: hello.c, hello.sh …
# usage: snippets.py DOCUMENT SECTION FOLDER

import pathlib
import sys

document, section, folder = sys.argv[1:]
NAMES = {"c": "hello.c", "sh": "hello.sh", "cmake": "CMakeLists.txt", "python": "hello.py"}
inside, block, found = False, None, {}
for line in pathlib.Path(document).read_text().splitlines(keepends=True):
    if block is not None:
        if line == "```\n":
            block = None
        else:
            block.append(line)
    elif line.startswith("```"):
        block = []
        language = line.strip("`\n")
        if inside and language:
            assert language not in found, f"{section}: two blocks of {language}"
            found[language] = block
    elif line.startswith("#"):
        inside = line.strip("# \n") == section
assert found.keys() == NAMES.keys(), f"{document}, {section}: has {sorted(found)}, not {sorted(NAMES)}"
for language, lines in found.items():
    pathlib.Path(folder, NAMES[language]).write_text("".join(lines))
