# SPDX-License-Identifier: MIT
"""Machines that lack something: /proc, /sys, all but one CPU. Arguments as for command.py."""

import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "command"))
from command import COMMAND, SCHEMA, Folder, lanecrypt, run_case  # noqa: E402

BENCH = ["bench", "--quick", "--algorithm", "GHASH", "--size", "64", "--json", "-"]


class Machine(Folder):
    def check_result(self, done):
        import jsonschema
        said = done.stderr.replace("failed to open /proc/cpuinfo\n", "")  # Google Benchmark's own word
        self.assertEqual((done.returncode, said), (0, ""), done.stdout)
        made = json.loads(done.stdout)
        with open(SCHEMA, encoding="utf-8") as f:
            jsonschema.Draft202012Validator(json.load(f)).validate(made)
        self.assertIn("native", {e["engine"] for e in made["benchmarks"]})
        return made


class Hidden(Machine):
    def without(self, folder, *arguments):
        if not shutil.which("unshare") or subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", folder],
                                                         capture_output=True, check=False).returncode != 0:
            self.skipTest("unshare and mount are not permitted here")
        return subprocess.run(["unshare", "-m", "sh", "-c", f'mount -t tmpfs none {folder} && exec "$0" "$@"', COMMAND,
                               *arguments], capture_output=True, text=True, timeout=120, check=False)

    def test_no_proc(self):
        done = self.without("/proc", "list")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"native +lanecrypt")
        done = self.without("/proc", "verify", "--algorithm", "GHASH")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.check_result(self.without("/proc", *BENCH))

    def test_no_sys(self):
        self.check_result(self.without("/sys", *BENCH))
        done = self.without("/sys", "verify", "--algorithm", "GHASH")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)


class OneCpu(Machine):
    def on_one(self, *arguments):
        cpu = {min(os.sched_getaffinity(0))}
        return lanecrypt(*arguments, preexec_fn=lambda: os.sched_setaffinity(0, cpu))

    def test_affinity(self):
        self.check_result(self.on_one(*BENCH))
        done = self.on_one("verify", "--algorithm", "GHASH,Poly1305,X25519")
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        done = self.on_one("scaling", "--quick", "--algorithm", "AES-128-GCM", "--size", "16K")
        self.assertIn(done.returncode, [0, 2], done.stderr)  # 2: nothing to scale, or built without OpenMP
        self.assertLessEqual(len(done.stderr.splitlines()), 1)

    def test_control_group(self):
        group = f"/sys/fs/cgroup/cpuset/lanecrypt-{os.getpid()}"
        cpu = min(os.sched_getaffinity(0))
        try:
            os.mkdir(group)
            self.addCleanup(os.rmdir, group)
            for name, value in [("cpuset.cpus", cpu), ("cpuset.mems", 0)]:
                with open(os.path.join(group, name), "w", encoding="ascii") as f:
                    f.write(str(value))
        except OSError as error:
            self.skipTest(f"no control group of our own: {error}")

        def enter():
            with open(os.path.join(group, "tasks"), "w", encoding="ascii") as f:
                f.write(str(os.getpid()))
        self.check_result(lanecrypt(*BENCH, preexec_fn=enter))


if __name__ == "__main__":
    run_case()
