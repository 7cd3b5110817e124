# SPDX-License-Identifier: MIT
"""Runs one fuzz target on a corpus made anew: run.py libfuzzer|afl TARGET PROGRAM [planted]
LANE_FUZZ_SECONDS says how long (20; AFL++: 2). With `planted` what was planted has to be found by then. An input
that breaks the target stays in the folder beside the program; PROGRAM FILE repeats it."""

import os
import shutil
import subprocess
import sys

import corpus

TRIES = 3  # of a control: a search may be unlucky


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder


def libfuzzer(program, target, seconds):
    """Whether an input was found that breaks the target, and what the fuzzer said."""
    work = fresh(program + ".work")
    seeds, found = os.path.join(work, "seeds"), fresh(os.path.join(work, "found"))
    words = corpus.write(target, seeds)
    options = [f"-max_total_time={seconds}", f"-artifact_prefix={work}/", "-close_fd_mask=2", "-timeout=10",
               "-rss_limit_mb=4096", "-max_len=4096", "-print_final_stats=1"]
    if words:
        options.append(f"-dict={words}")
    done = subprocess.run([program, *options, found, seeds], capture_output=True, text=True, errors="replace",
                          check=False, timeout=10 * seconds + 120)
    said = "\n".join(done.stderr.splitlines()[-6:])
    for name in os.listdir(work):
        if name.startswith(("crash-", "leak-", "oom-", "timeout-")):  # once more, to see what it says
            path = os.path.join(work, name)
            again = subprocess.run([program, path], capture_output=True, text=True, errors="replace", check=False,
                                   timeout=120)
            said += f"\nRepeat it: {program} {path}\n" + again.stderr[:8000]
    return done.returncode != 0, said


def afl(program, target, seconds):
    work = fresh(program + ".work")
    words = corpus.write(target, os.path.join(work, "seeds"))
    environment = {"AFL_SKIP_CPUFREQ": "1", "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1", "AFL_NO_UI": "1",
                   "AFL_NO_AFFINITY": "1", "AFL_IGNORE_PROBLEMS": "1", "AFL_QUIET": "1",
                   "AFL_FAST_CAL": "1"}
    options = ["-V", str(seconds), "-m", "none", "-t", "5000", *(["-x", words] if words else [])]
    done = subprocess.run(["afl-fuzz", "-i", os.path.join(work, "seeds"), "-o", os.path.join(work, "out"), *options,
                           "--", program, "@@"], capture_output=True, text=True, errors="replace", check=False,
                          env={**os.environ, **environment}, timeout=10 * seconds + 120)
    crashes = os.path.join(work, "out", "default", "crashes")
    stats = os.path.join(work, "out", "default", "fuzzer_stats")
    if done.returncode != 0 or not os.path.exists(stats):
        return True, done.stdout + done.stderr
    with open(stats, encoding="utf-8") as f:
        text = "".join(line for line in f if line.startswith(("execs_done", "edges_found", "saved_crashes")))
    return any(name.startswith("id:") for name in os.listdir(crashes)), text


def main(how, target, program, planted=None):
    if how == "afl" and not shutil.which("afl-fuzz"):
        print("skipped: no afl-fuzz here (Debian: afl++)")
        return 77
    seconds = int(os.environ.get("LANE_FUZZ_SECONDS", "20"))
    if how == "afl":
        seconds = max(2, seconds // 10)
    fuzz = libfuzzer if how == "libfuzzer" else afl
    for _ in range(TRIES if planted else 1):
        found, said = fuzz(program, target, seconds)
        if planted and found:
            print("found what was planted:\n" + said)
            return 0
    print(said)
    return 1 if found or planted else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
