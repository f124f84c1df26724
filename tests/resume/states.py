"""Points that are stopped or killed within themselves and go on from the state that they left."""
import contextlib
import itertools
import os
import re
import signal

from support import COMPLETE, MACHINE_FAILED, STOPPED, Job, ResumeTest, differences, main, read_file, wait_until

SECONDS = 2.0  # a point of 100 steps


class States(ResumeTest):
    def sweep_of(self, run="", points=2):
        return self.write_sweep(shape=(points, 1), seconds=SECONDS, solver="resumable", run=run)

    def stop_within_a_point(self, sweep, ranks, number=signal.SIGUSR1, after=SECONDS / 2):
        job = self.start(sweep, ranks)
        self.assertTrue(wait_until(self.output.exists))
        self.assertFalse(wait_until(lambda: job.process.poll() is not None, timeout=after), job.said())
        os.kill(job.process.pid, number)
        return job

    def assert_goes_on(self, sweep, ranks, points):
        """The same command ends with the bits of an uninterrupted sweep; so many points begin amid their steps."""
        job = self.start(sweep, ranks)
        self.assertEqual(job.wait(), COMPLETE, job.said())
        self.assertEqual(differences(read_file(self.output), self.uninterrupted(sweep)), [])
        self.assertEqual(len(re.findall(r"^goes on from step \d+$", job.said(), re.M)), points, job.said())

    def test_stop(self):
        for ranks, states in ((1, 1), (3, 2)):
            with self.subTest(ranks=ranks):
                self.output.unlink(missing_ok=True)
                sweep = self.sweep_of()
                job = self.stop_within_a_point(sweep, ranks)
                self.assertEqual(job.wait(20), STOPPED, job.said())
                self.assertEqual(len(self.kept()), states)
                self.assert_goes_on(sweep, ranks, points=states)
                self.assert_nothing_left()

    def test_kill_after_a_checkpoint(self):
        sweep = self.sweep_of(run="checkpoint_interval = 0.2")
        job = self.start(sweep, 1)
        self.assertTrue(wait_until(lambda: len(self.kept()) == 1, timeout=10), job.said())
        self.assertFalse(wait_until(lambda: job.process.poll() is not None, timeout=SECONDS / 2), job.said())
        job.process.kill()
        job.wait()
        self.assertEqual(len(self.kept()), 1)
        self.assert_goes_on(sweep, 1, points=1)
        self.assert_nothing_left()

    def test_no_checkpoint_before_its_time(self):
        sweep = self.sweep_of()
        job = self.stop_within_a_point(sweep, 1, signal.SIGKILL)
        job.wait()
        self.assertEqual(self.kept(), [])

    def test_damaged_state_does_not_count(self):
        sweep = self.sweep_of(points=1)
        self.assertEqual(self.stop_within_a_point(sweep, 1).wait(20), STOPPED)
        path = self.states / self.kept()[0]
        state = bytearray(path.read_bytes())
        state[-1] ^= 1
        path.write_bytes(state)
        self.assert_goes_on(sweep, 1, points=0)
        self.assert_nothing_left()

    def test_kept_states_serve_a_file_made_anew(self):
        sweep = self.sweep_of(run="keep_state = true")
        job = self.start(sweep, 3)
        self.assertEqual(job.wait(), COMPLETE, job.said())
        self.assertEqual(len(self.kept()), 2)
        again = Job(sweep, self.output, 3, "--overwrite")
        self.assertEqual(again.wait(), COMPLETE, again.said())
        data = read_file(self.output)
        self.assertEqual(differences(data, self.uninterrupted(sweep)), [])
        self.assertLess(data["seconds"].max(), 0.5 * SECONDS)
        self.assertEqual(len(self.kept()), 2)

    def test_kept_states_are_continued_to_more_steps(self):
        sweep = self.sweep_of(run="keep_state = true", points=1)
        self.assertEqual(self.start(sweep, 1).wait(), COMPLETE)
        # 0.5, 0 and, because fewer steps start anew, 1.2 times SECONDS asleep; a busy machine takes longer
        for steps, least, most in ((150, 0.5, 1.3), (150, 0, 1), (120, 1.2, 60)):
            with self.subTest(steps=steps):
                options = ("--set", f"parameters.steps={steps}", "--overwrite")
                self.assertEqual(self.start(sweep, 1, *options).wait(), COMPLETE)
                data = read_file(self.output)
                reference = self.folder / f"reference{steps}.h5"
                self.assertEqual(Job(sweep, reference, 1, *options).wait(), COMPLETE)
                self.assertEqual(differences(data, read_file(reference)), [])
                self.assertGreaterEqual(data["seconds"].ravel()[0], 0.99 * least * SECONDS)
                self.assertLess(data["seconds"].ravel()[0], most * SECONDS)

    def test_disk_that_takes_no_state_fails_the_machine_and_not_the_point(self):
        sweep = self.sweep_of(run="checkpoint_interval = 0.1")
        for ranks in (1, 3):
            with self.subTest(ranks=ranks):
                self.output.unlink(missing_ok=True)
                job = self.start(sweep, ranks)
                self.assertTrue(wait_until(lambda: len(self.kept()) > 0, timeout=10), job.said())
                self.put_a_file_in_place_of_the_states(self.folder / f"moved{ranks}")
                self.assertEqual(job.wait(20), MACHINE_FAILED, job.said())
                self.assertIn("cannot keep the state of a point", job.said())
                self.assertEqual(read_file(self.output)["status"].max(), 0)
                self.states.unlink()
                self.assert_goes_on(sweep, ranks, points=0)

    def put_a_file_in_place_of_the_states(self, moved):
        for attempt in itertools.count():
            self.states.rename(f"{moved}.{attempt}")
            with contextlib.suppress(IsADirectoryError):  # a checkpoint made it in between
                self.states.write_text("in the way")
                return

    def test_overwriting_removes_states_that_are_not_to_be_kept(self):
        sweep = self.sweep_of()
        self.assertEqual(self.stop_within_a_point(sweep, 1).wait(20), STOPPED)
        self.assertEqual(len(self.kept()), 1)
        job = Job(sweep, self.output, 1, "--overwrite")
        self.assertEqual(job.wait(), COMPLETE, job.said())
        self.assertGreater(read_file(self.output)["seconds"].min(), 0.95 * SECONDS)
        self.assert_nothing_left()


if __name__ == "__main__":
    main()
