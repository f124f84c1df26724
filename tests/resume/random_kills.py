"""Sweeps killed with SIGKILL at random moments, resumed until they are complete, and compared with uninterrupted ones.

    random_kills.py [--trials N] [--seed S] [--only TRIAL]

A trial is a pure function of seed and number as far as the machine's timing allows. Written out for each kill: what was
killed, when, and how many rows the file held.
"""
import argparse
import collections
import contextlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import numpy as np

from support import (DONE, FAILED, Job, differences, glasscape, processes_on, read_file, rows_with_result, sweep_text,
                     wait_until)

OPTIONS = argparse.Namespace(trials=20, seed=None, only=None)

# name: shape of the grid, seconds a point
GRIDS = {"middling": ((15, 20), 0.005), "slow": ((12, 10), 0.02), "large": ((200, 200), 0)}


def checksummed_rows(path):
    """Row → bytes of all its datasets, of every row that the file acknowledges."""
    data = read_file(path)
    rows = data["status"].size
    columns = [data[name].reshape(rows, -1) for name in sorted(data) if data[name].size % rows == 0 and
               data[name].shape[:2] == data["status"].shape]
    return {int(row): b"".join(column[row].tobytes() for column in columns)
            for row in np.flatnonzero(data["status"].ravel())}


class Trial:
    """One sweep, one to three kills."""

    references = {}

    def __init__(self, test, number, folder):
        self.test, self.folder = test, folder
        self.random = random.Random(f"{OPTIONS.seed} {number}")
        self.scenario = self.random.choice(["any moment", "any moment", "creation", "last point"])
        self.grid = "large" if self.scenario == "creation" else self.random.choice(["middling", "slow"])
        self.ranks = self.random.choice([1, 3, 3, 3])
        self.shape, seconds = GRIDS[self.grid]
        self.points = self.shape[0] * self.shape[1]
        self.expected_seconds = self.points * (seconds or 2e-5) / max(1, self.ranks - 1)
        self.sweep = folder / "sweep.ini"
        self.sweep.write_text(sweep_text(self.shape, seconds))
        self.output = folder / "out.h5"
        self.log = [f"trial {number}: {self.scenario}, {self.ranks} ranks, {self.points} points"]
        self.kills = collections.Counter()

    def run(self):
        for kill in range(self.random.choice([1, 1, 2, 3])):
            # one kill at the last point: a point under way in two jobs that died is taken for the culprit
            scenario = self.scenario if kill == 0 else "any moment"
            job = Job(self.sweep, self.output, self.ranks)
            self.await_moment(job, scenario)
            self.kill(job, scenario)
            if job.process.poll() is not None and job.wait() == 0:
                break  # it was complete before the kill
        final = Job(self.sweep, self.output, self.ranks)
        code = final.wait()
        self.test.assertEqual(code, 0, f"{self.told()}\nthe last run ended with {code}:\n{final.said()}")
        self.compare()

    def await_moment(self, job, scenario):
        if scenario == "creation":
            temporary = pathlib.Path(f"{self.output}.creating")
            wait_until(lambda: temporary.exists() or self.output.exists(), pause=0)
            time.sleep(self.random.uniform(0, 0.02))
        elif scenario == "last point":
            last = self.points - self.random.choice([1, 2, 3])
            wait_until(lambda: job.process.poll() is not None or
                       (self.output.exists() and rows_with_result(self.output) >= last))
            time.sleep(self.random.uniform(0, 0.03))
        else:
            time.sleep(self.random.uniform(0, 0.8 + self.expected_seconds))

    def kill(self, job, scenario):
        """Kills one process; checks that the file opens, then and later, and that no acknowledged row changes."""
        victim = "serial"
        pid = job.process.pid
        if self.ranks > 1:
            victim = self.random.choice(["mpirun", "master", "worker", "worker"])
            if victim != "mpirun":
                pid = job.pid_of_rank(0 if victim == "master" else self.random.randrange(1, self.ranks))
        # reading takes longer than creation does
        before = checksummed_rows(self.output) if self.output.exists() and scenario != "creation" else {}
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.kills[victim] += 1
        there = self.output.exists()
        if not there and pathlib.Path(f"{self.output}.creating").exists():
            self.kills["(during creation)"] += 1
        at_kill = checksummed_rows(self.output) if there else {}
        self.log.append(f"  killed {victim} with {len(at_kill)} rows in the file"
                        f"{'' if there else ' (no file yet)'}{'' if pid else ': there was none'}")
        self.await_end(job)
        after = checksummed_rows(self.output) if self.output.exists() else {}
        for earlier in (before, at_kill):
            lost = [row for row, data in earlier.items() if after.get(row) != data]
            self.test.assertEqual(len(lost), 0, f"{self.told()}\nacknowledged rows lost or changed: {lost[:10]} ...")
        if self.output.exists():
            check = glasscape("check", self.output)
            self.test.assertEqual(check.returncode, 0, f"{self.told()}\n{check.stdout}{check.stderr}")

    def await_end(self, job):
        """Every rank ends by itself. Open MPI's launcher sometimes hangs at its own end, in PMIx_server_finalize, when
        no rank lives any more: that is told, and the launcher killed."""
        def ranks():
            return [process for process in processes_on(self.output) if process[0] != job.process.pid]
        self.test.assertTrue(wait_until(lambda: not ranks(), timeout=30), f"{self.told()}\nranks left: {ranks()}")
        try:
            job.wait(10)
        except subprocess.TimeoutExpired:
            self.test.assertGreater(self.ranks, 1, f"{self.told()}\nthe process did not end")
            self.kills["(launcher hung without ranks)"] += 1
            self.log.append("  the launcher hung without ranks")
            job.process.kill()
            job.wait(10)

    def compare(self):
        finished = read_file(self.output)
        self.test.assertEqual(np.count_nonzero(finished["status"] == FAILED), 0, self.told())
        self.test.assertTrue((finished["status"] == DONE).all(), self.told())
        self.test.assertEqual(differences(finished, self.reference()), [], self.told())
        left = [path.name for path in self.folder.glob("out.h5*") if path != self.output]
        self.test.assertEqual(left, [], f"{self.told()}\nside files left")
        self.test.assertEqual(processes_on(self.output), [], self.told())

    def reference(self):
        if self.grid not in self.references:
            path = self.folder / "reference.h5"
            self.test.assertEqual(Job(self.sweep, path, 1).wait(), 0)
            self.references[self.grid] = read_file(path)
        return self.references[self.grid]

    def told(self):
        return "\n".join(self.log)


class RandomKills(unittest.TestCase):
    def test_random_kills(self):
        numbers = range(OPTIONS.trials) if OPTIONS.only is None else [OPTIONS.only]
        print(f"seed {OPTIONS.seed}, {len(numbers)} trials", flush=True)
        kills = collections.Counter()
        failures = 0
        for number in numbers:
            folder = pathlib.Path(tempfile.mkdtemp(prefix="kill"))
            trial = Trial(self, number, folder)
            with self.subTest(trial=number, seed=OPTIONS.seed):
                try:
                    trial.run()
                except AssertionError as error:
                    failures += 1
                    print(f"FAILED {error}", flush=True)
                    raise
                finally:
                    print(trial.told(), flush=True)
                    kills += trial.kills
                    shutil.rmtree(folder, ignore_errors=True)
        print(f"{len(numbers)} trials, kills {dict(kills)}, {failures} trials failed", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=int, default=int(os.environ.get("GLASSCAPE_KILL_TRIALS", "20")))
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--only", type=int, help="run this trial alone")
    OPTIONS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
