"""jobs/sweep.slurm on a private cluster: sweeps that need several jobs, cancelled jobs, lost nodes, arrays, mistakes."""
import os
import pathlib
import re
import signal
import sys
import tempfile
import threading
import time
import unittest

import cluster
from support import PROJECT, TESTBED, Job, differences, environment, glasscape, read_file, rows_with_result, sweep_text

SCRIPT = PROJECT / "jobs" / "sweep.slurm"
SKIPPED = 77  # what ctest takes for "not run here"
OVER = {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL"}


class Submitted:
    """A job of the cluster that works in `folder`."""

    def __init__(self, slurm, folder, *words, **variables):
        self.slurm, self.folder = slurm, folder
        self.number = slurm.call("sbatch", "--parsable", "--ntasks=1", "--job-name=sweep", *words, cwd=folder,
                                 **variables)

    def field(self, name, element=""):
        """A word of `scontrol show job`."""
        shown = self.slurm.call("scontrol", "show", "job", "-o", self.number + element)
        return re.search(rf"\b{name}=(\S*)", shown)[1]

    def is_over(self, element=""):
        return self.field("JobState", element) in OVER

    def said(self, element=""):
        """The job's one log."""
        path = self.folder / f"sweep-{self.field('JobId', element)}.log"
        return path.read_text() if path.exists() else ""


class SlurmTest(unittest.TestCase):
    """Each test submits from a folder of its own; a thread shortens the two minutes that requeued jobs wait."""

    maxDiff = None
    patience = 150  # seconds
    pause = 4  # seconds, instead: sooner, SLURM may take the new run for the old one and kill it

    @classmethod
    def setUpClass(cls):
        cls.slurm = cluster.Cluster()
        cls.addClassCleanup(cls.slurm.close)
        cls.slurm.environment.update(environment(cls.slurm.folder))
        cls.over = threading.Event()
        hurry = threading.Thread(target=cls.hurry)
        hurry.start()
        cls.addClassCleanup(hurry.join)
        cls.addClassCleanup(cls.over.set)

    @classmethod
    def hurry(cls):
        hurried = set()
        while not cls.over.wait(0.5):
            waiting = cls.slurm.call("squeue", "-h", "-t", "PENDING", "-o", "%A %V %r", check=False).splitlines()
            for line in set(waiting) - hurried:  # %V changes when a job is requeued
                number, _, reason = line.split(maxsplit=2)
                if reason == "BeginTime":
                    hurried.add(line)
                    cls.slurm.call("scontrol", "update", f"JobId={number}", f"StartTime=now+{cls.pause}seconds",
                                   check=False)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sweeps", dir=self.slurm.folder))

    def write_sweep(self, name="sweep.ini", **options):
        path = self.folder / name
        path.write_text(sweep_text(**options))
        return path

    def submit(self, *words, **variables):
        return Submitted(self.slurm, self.folder, *words, **{"GLASSCAPE": TESTBED, **variables})

    def wait_for(self, condition, job, what):
        end = time.monotonic() + self.patience
        while not condition():
            if time.monotonic() > end:
                self.fail(f"waited in vain for {what}\n{job.said()}\n{self.slurm.logs()}")
            time.sleep(0.2)

    def wait_for_rows(self, job, output, rows):
        self.wait_for(lambda: output.exists() and rows_with_result(output) >= rows, job, f"{rows} rows")

    def wait_for_end(self, job, element=""):
        self.wait_for(lambda: job.is_over(element), job, "the job's end")

    def end_by_itself(self, job, state, code):
        """Waits for the end, in this state with this exit code, after one run."""
        self.wait_for_end(job)
        self.assertEqual((job.field("JobState"), job.field("ExitCode")), (state, f"{code}:0"), self.story(job))
        self.assertEqual(job.field("Restarts"), "0")
        self.assertNotIn("requeueing", job.said())

    def story(self, job, element=""):
        """All that is known of a job, for the message of a failed assertion."""
        controller = (self.slurm.folder / "slurmctld.log").read_text().splitlines()
        lines = [line for line in controller if f"JobId={job.number}" in line]
        return "\n".join(["", *lines, self.slurm.call("scontrol", "show", "job", job.number + element), job.said(element)])

    def assert_complete(self, job, sweep, output, runs=None, element=""):
        """The job went through so many runs and left the bits of an uninterrupted sweep, and nothing beside them."""
        self.wait_for_end(job, element)
        said = job.said(element)
        self.assertEqual(job.field("JobState", element), "COMPLETED", self.story(job, element))
        self.assertIn(f"complete: {output.name}", said.splitlines()[-1])
        if runs is not None:
            self.assertEqual(len(re.findall(r", run \d+: ", said)), runs, said)
        reference = self.folder / f"{sweep.stem}_reference.h5"
        self.assertEqual(Job(sweep, reference, 9).wait(), 0)
        self.assertEqual(differences(read_file(output), read_file(reference)), [])
        kept = {output.name + ".costs"}  # measured costs, for the next sweep
        beside = [path.name for path in self.folder.glob(output.name + "?*") if path.name not in kept]
        self.assertEqual(beside, [], "side files left")


class TimeLimit(SlurmTest):
    patience = 300

    def test_sweep_that_needs_several_jobs(self):
        sweep = self.write_sweep(shape=(20, 10), seconds=0.4)  # 80 s, of which a run has less than 30
        alone = self.write_sweep("alone.ini", shape=(20, 10), seconds=1)
        job = self.submit("--time=1", "--signal=B:USR1@30", SCRIPT, sweep.name)
        by_itself = self.submit("--time=1", "--output=sweep-%j.log", f"--wrap={TESTBED} run alone.ini")
        self.assert_complete(job, sweep, self.folder / "sweep.h5")
        said = job.said()
        self.assertGreaterEqual(int(job.field("Restarts")), 2, said)
        self.assertIn(said.count("SIGUSR1 came") - said.count("requeueing"), (0, 1))  # the last may come after the last point
        self.assertNotIn("TIME LIMIT", said)
        self.assertEqual(len(list(self.folder.glob(f"sweep-{job.number}*"))), 1, "one log")
        self.assert_stopped_by_itself(by_itself, alone)

    def assert_stopped_by_itself(self, job, sweep):
        """Without the script, too, and without a signal: the program asks SLURM for the time that is left."""
        self.end_by_itself(job, "FAILED", 75)
        self.assertRegex(job.said(), r"SLURM's time limit: stops by itself in 4\d\.\d s")
        self.assertGreater(rows_with_result(sweep.with_suffix(".h5")), 10)


class Interruption(SlurmTest):
    def setUp(self):
        super().setUp()
        self.sweep = self.write_sweep(shape=(10, 10), seconds=0.15)
        self.output = self.folder / "sweep.h5"

    def signal(self, job, name, *words):
        self.slurm.call("scancel", f"--signal={name}", *words, job.number)

    def test_signals(self):
        for name, words, launcher in (("USR1", ["--batch"], "mpirun"), ("TERM", ["--full"], "mpirun"),
                                      ("USR1", ["--batch"], "srun")):
            with self.subTest(signal=name, launcher=launcher):
                self.output.unlink(missing_ok=True)
                job = self.submit("--time=5", SCRIPT, self.sweep.name, GLASSCAPE_LAUNCHER=launcher)
                self.wait_for_rows(job, self.output, 20)
                self.signal(job, name, *words)
                self.assert_complete(job, self.sweep, self.output, runs=2)

    def test_overwrite_is_meant_once(self):
        self.output.write_bytes(b"an old file")
        job = self.submit("--time=5", SCRIPT, self.sweep.name, "--overwrite", "--retry-failed")
        self.wait_for(lambda: "points to solve" in job.said(), job, "the start")
        self.wait_for_rows(job, self.output, 20)
        self.signal(job, "USR1", "--batch")
        self.assert_complete(job, self.sweep, self.output, runs=2)
        self.assertEqual(job.said().count("100 of 100 points to solve"), 1, job.said())

    def test_cancelled_job_stays_cancelled(self):
        job = self.submit("--time=5", SCRIPT, self.sweep.name)
        self.wait_for_rows(job, self.output, 20)
        self.slurm.call("scancel", job.number)
        self.wait_for_end(job)
        self.assertEqual((job.field("JobState"), job.field("Restarts")), ("CANCELLED", "0"), job.said())
        self.assertIn("submit again to continue", job.said())
        self.assertEqual(glasscape("check", self.output).returncode, 0)
        held = rows_with_result(self.output)
        again = self.submit("--time=5", SCRIPT, self.sweep.name)
        self.assert_complete(again, self.sweep, self.output, runs=1)
        self.assertIn(f"{100 - held} of 100 points to solve", again.said())


class LostNode(SlurmTest):
    pause = 15  # the lost node has to end its former ranks meanwhile

    def test_cut_off_then_crashed(self):
        sweep = self.write_sweep(shape=(10, 10), seconds=0.15)
        output = self.folder / "sweep.h5"
        job = self.submit("--time=5", SCRIPT, sweep.name)
        self.wait_for_rows(job, output, 20)
        os.kill(self.slurm.daemons["slurmd"].pid, signal.SIGKILL)  # its ranks live on, as on a node cut off
        self.slurm.daemons.pop("slurmd").wait()
        self.slurm.lose_node()
        self.slurm.replace_node()
        self.wait_for(lambda: job.field("Restarts") == "1", job, "the job to be requeued")
        self.wait_for_rows(job, output, 50)
        self.wait_for(lambda: ", run 2: " in job.said(), job, "the second run")
        self.slurm.crash_node()
        self.slurm.replace_node()
        self.assert_complete(job, sweep, output)
        self.assertEqual(job.field("Restarts"), "2")


class Array(SlurmTest):
    def test_a_sweep_file_an_element(self):
        sweeps = [self.write_sweep(f"{name}.ini", shape=(10, size), seconds=0.2)
                  for name, size in (("a", 1), ("b", 3), ("c", 5))]
        job = self.submit("--time=5", "--array=1-3", SCRIPT, *(sweep.name for sweep in sweeps), "--set", "sweep.seed=1")
        last = self.folder / "c.h5"
        self.wait_for_rows(job, last, 10)
        self.slurm.call("scancel", "--signal=USR1", "--batch", f"{job.number}_3")  # has the number of the whole array
        for element, runs in ((1, 1), (2, 1), (3, 2)):
            sweep = sweeps[element - 1]
            self.assert_complete(job, sweep, sweep.with_suffix(".h5"), runs=runs, element=f"_{element}")

    def test_files_that_do_not_fit_the_array(self):
        for name in ("a.ini", "b.ini"):
            self.write_sweep(name, shape=(2, 1), seconds=0)
        for words, says in ((["a.ini", "b.ini"], "say sbatch --array=1-2"),
                            (["a.ini", "b.ini", "-o", "x.h5"], "say sbatch --array=1-2"), ([], "no sweep file")):
            job = self.submit("--time=5", SCRIPT, *words)
            self.end_by_itself(job, "FAILED", 2)
            self.assertIn(says, job.said())
        for array, words, says in (("0", ["a.ini", "b.ini"], "element 0 of the array has no sweep file"),
                                   ("1", ["a.ini", "b.ini", "-ox.h5"], "-o would be the same file")):
            job = self.submit("--time=5", f"--array={array}", SCRIPT, *words)
            self.end_by_itself(job, "FAILED", 2)
            self.assertIn(says, job.said())


class NoRequeue(SlurmTest):
    """What another run would not cure ends the job, with words that say what to do."""

    def fake_program(self, run):
        path = self.folder / "fake"
        path.write_text(f"#!/bin/bash\ncase $1 in plan) echo 'on disk     1 kB in out.h5';; run) {run};; esac\n")
        path.chmod(0o755)
        return str(path)

    def test_bad_sweep_file(self):
        self.write_sweep(parameters="triger = 1")
        job = self.submit("--time=5", SCRIPT, "sweep.ini")
        self.end_by_itself(job, "FAILED", 2)
        self.assertIn("did you mean 'trigger'?", job.said())
        self.assertIn("not run: correct what is said above", job.said())

    def test_bad_options(self):
        self.write_sweep()
        job = self.submit("--time=5", SCRIPT, "sweep.ini", "--wall-time", "10")
        self.end_by_itself(job, "FAILED", 2)
        self.assertIn("not requeued: correct what is said above", job.said())

    def test_failed_points(self):
        self.write_sweep(shape=(3, 1), seconds=0, solver="throw", parameters="trigger = 0.5")
        job = self.submit("--time=5", SCRIPT, "sweep.ini", "-o", "other.h5")
        self.end_by_itself(job, "FAILED", 1)
        self.assertIn("some points failed", job.said())
        self.assertEqual(rows_with_result(self.folder / "other.h5"), 3)

    def test_other_ends(self):
        for run, code, says in (("exit 74", 74, "cure it, then submit again"),
                                ("kill -SEGV $$", 139, "finished no point and kept no state"),
                                ("exit 75", 75, "finished no point and kept no state"),
                                ("exit 1", 1, "could not be started"), ("exit 3", 3, "could not be started")):
            with self.subTest(run=run):
                job = self.submit("--time=5", SCRIPT, "sweep.ini", GLASSCAPE=self.fake_program(run),
                                  GLASSCAPE_LAUNCHER="env")
                self.end_by_itself(job, "FAILED", code)
                self.assertIn(says, job.said())

    def test_missing_program(self):
        self.write_sweep()
        job = self.submit("--time=5", SCRIPT, "sweep.ini", GLASSCAPE=str(self.folder / "nowhere"))
        self.end_by_itself(job, "FAILED", 127)


def main():
    """Skipped where SLURM does not run here: not installed, or its daemons do not start."""
    try:
        cluster.Cluster().close()
    except cluster.CannotRun as reason:
        print(f"skipped: SLURM does not run here: {reason}")
        return SKIPPED
    return 0 if unittest.main(verbosity=2, exit=False).result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
