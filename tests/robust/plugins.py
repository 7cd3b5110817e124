# SPDX-License-Identifier: MIT
"""Plug-ins that crash, hang or end the process, at any moment, in any way: the command does neither.
Arguments as for command.py."""

import json
import os
import shutil
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "command"))
from command import COMMAND, PLUGINS, Folder, lanecrypt, run_case  # noqa: E402

BREAKING, SOUND = os.path.join(PLUGINS, "breaking.so"), os.path.join(PLUGINS, "refused", "sound.so")
SEGFAULT, ABORTED = "it crashed: Segmentation fault", "it crashed: Aborted"
ENDED, HUNG = "it ended the process, with exit code ", "it gave no answer for 2 s"
CRASHES = {"segfault": SEGFAULT, "abort": ABORTED, "trap": "it crashed: ", "exit": ENDED, "_exit": ENDED,
           "overflow": SEGFAULT, "nowhere": SEGFAULT}


def with_breaking(command, *arguments, breaks, plugin=BREAKING, **more):
    return lanecrypt(command, "--engine", f"native,{plugin}", *arguments, env={"BREAK": breaks}, **more)


class BreakingPlugin(Folder):
    def engines(self, *arguments, env):
        done = lanecrypt("list", "--json", "-", *arguments, env=env)
        self.assertEqual(done.returncode, 0, done.stderr)
        return {e["name"]: e for e in json.loads(done.stdout)["engines"]}

    def test_sound_when_it_does_not_break(self):
        done = with_breaking("verify", "--algorithm", "ChaCha20", breaks="")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertRegex(done.stdout, r"ChaCha20 +breaking +passed")

    def test_list_tells_the_reason(self):
        for where in ["load", "entry", "version", "table", "create"]:
            for how, reason in CRASHES.items():
                if where != "create" and how not in ["segfault", "exit"]:
                    continue
                with self.subTest(where=where, how=how):
                    engines = self.engines("--engine", f"native,{BREAKING}", env={"BREAK": f"{where} {how}"})
                    self.assertEqual(engines["breaking"]["state"], "missing")
                    self.assertIn(reason, engines["breaking"]["reason"])
                    self.assertEqual(engines["native"]["state"], "loaded")

    def test_list_with_one_that_hangs(self):
        for where, how in [("load", "hang"), ("version", "deaf"), ("create", "hang"), ("create", "deaf")]:
            with self.subTest(where=where, how=how):
                engines = self.engines("--engine", f"native,{BREAKING}", "--isolate", "2",
                                       env={"BREAK": f"{where} {how}"})
                self.assertEqual(engines["breaking"]["reason"], HUNG)
                self.assertEqual(engines["native"]["state"], "loaded")

    def test_a_folder_of_the_environment(self):
        shutil.copy(BREAKING, self.folder)
        shutil.copy(SOUND, self.folder)
        engines = self.engines(env={"LANE_ENGINE_PATH": self.folder, "BREAK": "entry segfault"})
        self.assertEqual(engines["breaking"]["reason"], SEGFAULT)
        self.assertEqual(engines["sound"]["state"], "loaded")

    def test_verify_fails_it(self):
        for where, how in [("create", "segfault"), ("key", "abort"), ("crypt:1", "segfault"), ("crypt:200", "exit"),
                           ("crypt:100", "overflow"), ("crypt:100", "nowhere"), ("entry", "_exit")]:
            with self.subTest(where=where, how=how):
                done = with_breaking("verify", "--algorithm", "ChaCha20", breaks=f"{where} {how}")
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertRegex(done.stdout, r"every algorithm +breaking +FAILED +" + CRASHES[how])
                self.assertRegex(done.stdout, r"ChaCha20 +native.* passed")
                self.assertRegex(done.stdout, r"[1-9]\d* passed, 1 failed")
                self.assertRegex(done.stderr, r"\Alanecrypt: [^\n]+: it [^\n]+\n\Z")
                if how != "_exit":  # which nobody sees
                    self.assertIn("breaking.so: it", done.stderr)

    def test_verify_fails_one_that_hangs(self):
        for how in ["hang", "deaf"]:
            with self.subTest(how=how):
                done = with_breaking("verify", "--algorithm", "ChaCha20", "--isolate", "2", breaks=f"crypt:50 {how}")
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertRegex(done.stdout, r"every algorithm +breaking +FAILED +" + HUNG)

    def test_only_the_broken_one_was_asked_for(self):
        done = lanecrypt("verify", "--engine", BREAKING, env={"BREAK": "load segfault"})
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("0 passed, 1 failed", done.stdout)
        done = lanecrypt("bench", "--quick", "--engine", BREAKING, "--algorithm", "ChaCha20",
                         env={"BREAK": "load segfault"})
        self.assertEqual(done.returncode, 1, done.stderr)

    def test_a_run_goes_on_without_it(self):
        # Verification takes some thousand calls: the first breaks there, the others while it is timed.
        for where, how, reason in [("crypt:10", "segfault", SEGFAULT), ("crypt:60000", "abort", ABORTED),
                                   ("crypt:60000", "hang", HUNG)]:
            with self.subTest(where=where, how=how):
                file = self.path("result.json")
                done = with_breaking("bench", "--quick", "--algorithm", "ChaCha20", "--size", "64", "--json", file,
                                     *(["--isolate", "2"] if how == "hang" else []), breaks=f"{where} {how}")
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                with open(file, encoding="utf-8") as f:
                    result = json.load(f)
                self.assertEqual({e["engine"] for e in result["benchmarks"]}, {"native"})
                states = {e["name"]: e for e in result["context"]["engines"]}
                self.assertEqual((states["breaking"]["state"], states["breaking"]["reason"]), ("missing", reason))
                self.assertEqual(result["context"]["verification"]["failed"], 1)

    def test_further_starts_go_on_without_it(self):
        file = self.path("result.json")
        done = with_breaking("bench", "--algorithm", "ChaCha20", "--size", "64", "--budget", "4", "--starts", "2",
                             "--json", file, breaks="crypt:10 segfault")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        with open(file, encoding="utf-8") as f:
            self.assertEqual(json.load(f)["context"]["starts"], 2)

    def test_after_all_was_shown(self):
        for where, how in [("destroy", "segfault"), ("unload", "abort")]:
            with self.subTest(where=where, how=how):
                done = with_breaking("verify", "--algorithm", "ChaCha20", breaks=f"{where} {how}")
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertEqual(len([line for line in done.stdout.splitlines() if "failed, " in line]), 1)
                self.assertIn(CRASHES[how], done.stderr)

    def test_of_two_the_right_one_is_blamed(self):
        engines = self.engines("--engine", f"{SOUND},{BREAKING}", env={"BREAK": "create segfault"})
        self.assertEqual((engines["sound"]["state"], engines["breaking"]["state"]), ("loaded", "missing"))

    def test_not_isolated_it_takes_the_command_along(self):  # the control
        done = with_breaking("list", "--isolate", "0", breaks="create abort")
        self.assertNotIn(done.returncode, [0, 1, 2])

    def test_interruption_reaches_the_work(self):
        file = self.path("partial.json")
        with subprocess.Popen([COMMAND, "bench", "--engine", f"native,{BREAKING}", "--algorithm", "ChaCha20",
                               "--sweep", "--budget", "60", "--starts", "1", "--json", file],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as bench:
            time.sleep(3)
            bench.terminate()
            bench.communicate(timeout=30)
            self.assertEqual(bench.returncode, 1)
        with open(file, encoding="utf-8") as f:
            self.assertEqual(json.load(f)["context"]["kind"], "partial")

    def test_killed_it_leaves_no_process(self):
        with subprocess.Popen([COMMAND, "list", "--engine", BREAKING], stdout=subprocess.PIPE,
                              env={**os.environ, "BREAK": "create hang"}) as watcher:
            children = f"/proc/{watcher.pid}/task/{watcher.pid}/children"
            if not os.path.exists(children):
                self.skipTest("this kernel does not list children")
            deadline = time.monotonic() + 20
            worker = ""
            while not worker and time.monotonic() < deadline:
                time.sleep(0.05)
                with open(children, encoding="ascii") as f:
                    worker = f.read().strip()
            watcher.kill()
            watcher.wait()
            while os.path.exists(f"/proc/{worker}/exe") and time.monotonic() < deadline:
                time.sleep(0.05)
            self.assertTrue(worker)
            self.assertFalse(os.path.exists(f"/proc/{worker}/exe"))


if __name__ == "__main__":
    run_case()
