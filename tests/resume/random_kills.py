"""Sweeps killed with SIGKILL at random moments of every stage of their life, run again until they are complete, and
compared with uninterrupted ones. After each kill the file opens, all its checksums hold, and no acknowledged row is
lost.

    random_kills.py [--kills N] [--seed S] [--only TRIAL] [--stage NAME]

A trial is a pure function of seed and number as far as the machine's timing allows. It is written out, with what was
killed and how many rows the file held.
"""
import argparse
import collections
import contextlib
import dataclasses
import itertools
import os
import pathlib
import random
import signal
import subprocess
import sys
import time
import unittest

import h5py
import numpy as np

from support import (COMPLETE, DONE, INFERRED, SOME_FAILED, Job, ResumeTest, datasets, differences, glasscape,
                     processes_on, read_file, rows_with_result, sweep_text, wait_until)

OPTIONS = argparse.Namespace(kills=20, seed=None, only=None, stage=None)


@dataclasses.dataclass
class Stage:
    """Sweeps that grow from one to the next in the same file, and what they take to solve on one rank."""
    texts: list
    seconds: float
    moment: str = "any"
    keeps_states: bool = False


def grid(x, y):
    return sweep_text((x, y), 0.0002)


def steps(count, run):
    return sweep_text((3, 2), 0.3, "resumable", f"steps = {count}", run)


def samples(count):
    return ("[sweep]\nmodel = testbed\nsolver = sampled\n[grid]\nx = linspace(0.1, 1, 6)\n[parameters]\n"
            f"seconds = 0.05\nreplicas = {count}\n[run]\ncheckpoint_interval = 0.05\n")


def disc(values, seconds):
    return sweep_text((values, values), seconds, "disc", run="[refine]\nobservable = region\nlevels = 4")


STAGES = {
    "running": Stage([sweep_text((15, 20), 0.005)], 1.5),
    "slow points": Stage([sweep_text((12, 10), 0.02)], 2.4),
    "creation": Stage([sweep_text((200, 200), 0)], 0.6, moment="creation"),
    "last point": Stage([sweep_text((15, 20), 0.005)], 1.5, moment="last point"),
    "within points": Stage([steps(100, "checkpoint_interval = 0.03")], 1.8),
    "states that go on": Stage([steps(n, "checkpoint_interval = 0.05\nkeep_state = true") for n in (50, 80, 120)], 1,
                               keeps_states=True),
    "samples that are added": Stage([samples(n) for n in (2, 4, 7)], 0.9, keeps_states=True),
    "extension": Stage([grid(21, 40), grid(41, 40), grid(41, 79)], 1),
    "extension's file": Stage([grid(21, 40), grid(41, 40), grid(41, 79)], 1, moment="creation"),
    "refinement": Stage([disc(129, 0.0003)], 1),
}


def acknowledged(path):
    """What the file was made for, and point key → bytes of all its datasets, of every row that holds a result."""
    if not path.exists():
        return None, {}
    with h5py.File(path, "r") as file:
        data = datasets(file)
        made_for = file.attrs["parameters"]
    grid_shape, rows = data["status"].shape, data["status"].size
    columns = [data[name].reshape(rows, -1) for name in sorted(data) if name not in {"seconds", "attempts"} and
               data[name].shape[:len(grid_shape)] == grid_shape]
    status, keys = data["status"].ravel(), data["point_key"].ravel()
    return made_for, {int(keys[row]): b"".join(column[row].tobytes() for column in columns)
                      for row in np.flatnonzero((status != 0) & (status != INFERRED))}


class Trial:
    """One sweep through a stage, killed again and again."""

    references = {}

    def __init__(self, test, number):
        self.test, self.folder, self.output = test, test.folder, test.output
        self.random = random.Random(f"{OPTIONS.seed} {number}")
        self.name = OPTIONS.stage or list(STAGES)[number % len(STAGES)]
        self.stage = STAGES[self.name]
        self.ranks = self.random.choice([1, 3, 3, 3])
        self.sweep = self.folder / "sweep.ini"
        self.log = [f"trial {number}: {self.name}, {self.ranks} ranks"]
        self.kills = collections.Counter()

    def run(self):
        for text in self.stage.texts:
            self.sweep.write_text(text)
            for kill in range(self.random.choice([1, 1, 2, 3])):
                job = Job(self.sweep, self.output, self.ranks)
                self.await_moment(job, self.stage.moment if kill == 0 else "any")
                self.kill(job)
                if job.process.poll() is not None and job.wait() == COMPLETE:
                    break  # it was complete before the kill
        self.finish()
        kept = {"out.h5.costs"} | ({"out.h5.state"} if self.stage.keeps_states else set())
        left = {path.name for path in self.folder.glob("out.h5?*")}
        self.test.assertLessEqual(left, kept, f"{self.told()}\nside files left")
        self.test.assertEqual(processes_on(self.output), [], self.told())

    def finish(self):
        """Alone at last, the sweep comes to its end, with the bits of one that was never killed."""
        final = Job(self.sweep, self.output, self.ranks)
        code = final.wait()
        was_condemned = code == SOME_FAILED and b"killed its rank twice" in read_file(self.output)["message"].tobytes()
        if was_condemned:  # it was under way in two jobs that died
            self.kills["(point condemned)"] += 1
            final = Job(self.sweep, self.output, self.ranks, "--retry-failed")
            code = final.wait()
        self.test.assertEqual(code, COMPLETE, f"{self.told()}\nthe last run ended with {code}:\n{final.said()}")
        self.test.assertEqual(glasscape("check", self.output).returncode, COMPLETE, self.told())
        data, reference = read_file(self.output), self.reference()
        if was_condemned and "region" in data:  # around a point that failed for a while, more are solved
            solved = reference["status"] == DONE
            self.test.assertTrue((data["status"][solved] == DONE).all(), self.told())
            self.test.assertEqual(data["region"].tobytes(), reference["region"].tobytes(), self.told())
        else:
            self.test.assertEqual(differences(data, reference), [], self.told())

    def reference(self):
        text = self.stage.texts[-1]
        if text not in self.references:
            self.references[text] = self.test.at_once(text)
        return self.references[text]

    def await_moment(self, job, moment):
        if moment == "creation":
            temporary = pathlib.Path(f"{self.output}.creating")
            wait_until(lambda: temporary.exists() or job.process.poll() is not None, timeout=3, pause=0)
            time.sleep(self.random.uniform(0, 0.02))
        elif moment == "last point":
            points = 300 - self.random.choice([1, 2, 3])
            wait_until(lambda: job.process.poll() is not None or rows_with_result(self.output) >= points)
            time.sleep(self.random.uniform(0, 0.03))
        else:
            if self.random.random() < 0.7:  # else while it starts
                before = rows_with_result(self.output)
                wait_until(lambda: job.process.poll() is not None or rows_with_result(self.output) > before, timeout=3)
            time.sleep(self.random.uniform(0, 0.5 + self.stage.seconds / max(1, self.ranks - 1)))

    def kill(self, job):
        """Kills one process; checks that the file opens, then and later, and that no acknowledged row changes."""
        victim = "serial" if self.ranks == 1 else self.random.choice(["mpirun", "master", "worker", "worker"])
        rank = self.random.randrange(1, self.ranks) if victim == "worker" else 0
        pid = job.process.pid
        if victim not in {"serial", "mpirun"}:
            wait_until(lambda: job.process.poll() is not None or job.pid_of_rank(rank) is not None)
            pid = job.pid_of_rank(rank)
        creating = pathlib.Path(f"{self.output}.creating").exists()
        if pid is not None and job.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.kills[victim] += 1
                self.kills["(while a file is made)"] += creating
        at_kill = acknowledged(self.output)
        self.log.append(f"  killed {victim} with {len(at_kill[1])} rows in the file{' being made' if creating else ''}{'' if pid else ': there was none'}")
        self.await_end(job)
        after = acknowledged(self.output)
        if at_kill[0] == after[0]:
            lost = [key for key, row in at_kill[1].items() if after[1].get(key) != row]
            self.test.assertEqual(len(lost), 0, f"{self.told()}\nacknowledged rows lost or changed: {lost[:10]} ...")
        if self.output.exists():
            check = glasscape("check", self.output)
            self.test.assertEqual(check.returncode, COMPLETE, f"{self.told()}\n{check.stdout}{check.stderr}")

    def await_end(self, job):
        """Every rank ends by itself. Open MPI's launcher sometimes hangs at its own end, in PMIx_server_finalize, when
        no rank lives any more: that is told, and the launcher killed."""
        def ranks():
            return [process for process in processes_on(self.output) if process[0] != job.process.pid]
        self.test.assertTrue(wait_until(lambda: not ranks(), timeout=120), f"{self.told()}\nranks left: {ranks()}")
        try:
            job.wait(10)
        except subprocess.TimeoutExpired:
            self.test.assertGreater(self.ranks, 1, f"{self.told()}\nthe process did not end")
            self.kills["(launcher hung without ranks)"] += 1
            self.log.append("  the launcher hung without ranks")
            job.process.kill()
            job.wait(10)

    def told(self):
        return "\n".join(self.log)


class RandomKills(ResumeTest):
    def test_random_kills(self):
        print(f"seed {OPTIONS.seed}, {OPTIONS.kills} kills", flush=True)
        kills, stages = collections.Counter(), collections.Counter()
        failures = 0
        for number in itertools.count() if OPTIONS.only is None else [OPTIONS.only]:
            if self.killed(kills) >= OPTIONS.kills:
                break
            trial = Trial(self, number)
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
                    stages[trial.name] += self.killed(trial.kills)
                    self.clear()
        print(f"{self.killed(kills)} kills, {dict(kills)}, by stage {dict(stages)}, {failures} trials failed", flush=True)

    @staticmethod
    def killed(kills):
        return sum(count for what, count in kills.items() if not what.startswith("("))

    def clear(self):
        self.end_all()
        for path in sorted(self.folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=int(os.environ.get("GLASSCAPE_KILLS", "20")))
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--only", type=int, help="run this trial alone")
    parser.add_argument("--stage", choices=STAGES, help="trials of this stage alone")
    OPTIONS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
