"""Points of the two-time dynamics that are stopped or killed within themselves: they go on with the same bits."""
import os
import pathlib
import re
import signal

from support import COMPLETE, STOPPED, Job, ResumeTest, differences, main, read_file, wait_until

SWEEP = """[sweep]
model  = spiked_matrix_tensor
solver = langevin_state_evolution
[grid]
delta2 = {delta2}
[parameters]
deltap          = 1
temperature     = 1
initial_overlap = 0.01
t_max           = {t_max}
tolerance       = 1e-3
waiting_times   = 0.1, 1
lags            = 0.1, 1, 4
{parameters}
[run]
{run}
"""


def is_solving(job):
    """Whether the last rank runs and catches SIGUSR1, which a young process does not."""
    pid = job.pid_of_rank(job.ranks - 1)
    if pid is None or not job.output.exists():
        return False
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False
    caught = re.search(r"^SigCgt:\s*([0-9a-f]+)", status, re.M)
    return bool(caught and int(caught.group(1), 16) >> (signal.SIGUSR1 - 1) & 1)


class Dynamics(ResumeTest):
    def sweep_of(self, delta2="0.3", t_max=1e3, parameters="", run=""):
        sweep = self.folder / "sweep.ini"
        sweep.write_text(SWEEP.format(delta2=delta2, t_max=t_max, parameters=parameters, run=run))
        return sweep

    def stop_after(self, sweep, ranks, seconds):
        """Whether the job was stopped within its points; False where it was done before."""
        job = self.start(sweep, ranks)
        if not wait_until(lambda: is_solving(job) or job.process.poll() is not None, timeout=30):
            self.fail(job.said())
        if wait_until(lambda: job.process.poll() is not None, timeout=seconds):
            self.assertEqual(job.wait(), COMPLETE, job.said())
            return False
        os.kill(job.process.pid, signal.SIGUSR1)
        code = job.wait(30)
        self.assertIn(code, (STOPPED, COMPLETE), job.said())
        return code == STOPPED

    def assert_same_as_uninterrupted(self, sweep):
        self.assertEqual(differences(read_file(self.output), self.uninterrupted(sweep)), [])

    def test_stops_again_and_again(self):
        for ranks in (1, 3):
            with self.subTest(ranks=ranks):
                self.output.unlink(missing_ok=True)
                sweep = self.sweep_of(delta2="0.3, 0.6")
                stops = 0
                while self.stop_after(sweep, ranks, 0.1 * 1.2**stops):  # a busy machine may take long to start
                    stops += 1
                    self.assertLess(stops, 30)
                self.assertGreater(stops, 0)
                self.assert_same_as_uninterrupted(sweep)
                self.assert_nothing_left()

    def test_ended_early_when_recovered(self):
        sweep = self.sweep_of(delta2="0.5, 0.55", t_max=1e6, parameters="stop_when_recovered = true\ntimes = 0.1, 1, 3")
        stops = sum(self.stop_after(sweep, 1, seconds) for seconds in (0.05, 0.2, 0.4))
        self.assertGreater(stops, 0)
        self.assertEqual(self.start(sweep, 1).wait(), COMPLETE)
        self.assert_same_as_uninterrupted(sweep)

    def test_killed_after_a_checkpoint(self):
        sweep = self.sweep_of(run="checkpoint_interval = 0.2")
        job = self.start(sweep, 1)
        self.assertTrue(wait_until(lambda: len(self.kept()) == 1, timeout=30), job.said())
        job.process.kill()
        job.wait()
        self.assertEqual(len(self.kept()), 1)
        self.assertEqual(self.start(sweep, 1).wait(), COMPLETE)
        self.assert_same_as_uninterrupted(sweep)
        self.assert_nothing_left()

    def test_kept_states_are_continued_to_other_ends(self):
        sweep = self.sweep_of(t_max=6, run="keep_state = true")
        self.assertEqual(self.start(sweep, 1).wait(), COMPLETE)
        for t_max in (100, 100, 20):
            with self.subTest(t_max=t_max):
                options = ("--set", f"parameters.t_max={t_max}", "--set", "parameters.times=1", "--overwrite")
                self.assertEqual(self.start(sweep, 1, *options).wait(), COMPLETE)
                reference = self.folder / "reference_to_other_end.h5"
                self.assertEqual(Job(sweep, reference, 1, *options, "--set", "run.keep_state=false").wait(), COMPLETE)
                self.assertEqual(differences(read_file(self.output), read_file(reference)), [])

    def test_extension_goes_on_from_kept_states(self):
        self.assertEqual(self.start(self.sweep_of(t_max=6, run="keep_state = true"), 1).wait(), COMPLETE)
        larger = self.sweep_of(delta2="0.3, 0.6", t_max=20, run="keep_state = true")
        job = self.start(larger, 1)
        self.assertEqual(job.wait(), COMPLETE, job.said())
        self.assertIn("of 2 points 0 reused, 1 to continue from kept states, 1 to solve anew", job.said())
        self.assertEqual(differences(read_file(self.output), self.at_once(larger.read_text())), [])


if __name__ == "__main__":
    main()
