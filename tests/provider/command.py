#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lanecrypt provider from outside: command.py LANECRYPT"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

LANECRYPT = sys.argv.pop(1)
PLAIN = {k: v for k, v in os.environ.items() if k != "OPENSSL_CONF"}


def provider(*arguments, code=0, env=None):
    done = subprocess.run([LANECRYPT, "provider", *arguments], capture_output=True, text=True, env={**PLAIN, **(env or {})},
                          timeout=60, check=False)
    if done.returncode != code:
        raise AssertionError(f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


class Provider(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.config = str(pathlib.Path(self.folder.name, "lanecrypt.cnf"))

    def tearDown(self):
        self.folder.cleanup()

    def write(self, old, new):
        path = pathlib.Path(self.config)
        text = path.read_text()
        self.assertIn(old, text)
        path.write_text(text.replace(old, new))

    def test_enabled(self):
        shown = provider("enable", "--config", self.config)
        self.assertEqual(shown.count(" lanecrypt\n"), 13)
        self.assertIn("use lanecrypt.", shown)
        self.assertIn("use lanecrypt.", provider("status", "--config", self.config))
        self.assertIn("use lanecrypt.", provider("status", env={"OPENSSL_CONF": self.config}))

    def test_it_is_really_asked(self):
        provider("enable", "--config", self.config)
        self.write("?provider=lanecrypt", "?provider=somebody")
        self.assertIn("not preferred", provider("status", "--config", self.config, code=1))
        self.write("?provider=somebody", "?provider=lanecrypt")
        self.write("[lanecrypt_default]\nactivate = 1", "[lanecrypt_default]\n")
        self.assertIn("default provider is not loaded", provider("status", "--config", self.config, code=1))
        self.write("[lanecrypt_default]\n", "[lanecrypt_default]\nactivate = 1")
        self.write("lanecrypt.so", "nothing.so")
        self.assertIn("not loaded", provider("status", "--config", self.config, code=1))

    def test_without(self):
        self.assertIn("not loaded", provider("status", "--config", "/dev/null", code=1))

    def test_nothing_is_overwritten(self):
        pathlib.Path(self.config).write_text("mine")
        provider("enable", "--config", self.config, code=2)
        self.assertEqual(pathlib.Path(self.config).read_text(), "mine")
        provider("enable", "--config", self.config, "--force")
        system = "/etc/ssl/openssl.cnf"
        if os.path.exists(system):
            before = pathlib.Path(system).read_bytes()
            self.assertIn("system's own", provider("enable", "--config", system, code=2))
            self.assertEqual(pathlib.Path(system).read_bytes(), before)

    def test_what_the_system_says_stays(self):
        provider("enable", "--config", self.config)
        self.assertIn(".include = ", pathlib.Path(self.config).read_text())

    def test_wrong_usage(self):
        for arguments in [[], ["dance"], ["enable"], ["status", "--config", "/no/such/file"],
                          ["enable", "--config", "/no/such/folder/file"]]:
            self.assertEqual(provider(*arguments, code=2).count("\n"), 1)


unittest.main(argv=[sys.argv[0]])
