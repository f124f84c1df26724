"""Clean stops, the launcher's abort, timeouts, and two sweeps on one file."""
import os
import pathlib
import signal
import tempfile
import time

from support import (COMPLETE, DONE, FAILED, SOME_FAILED, STOPPED, USAGE, Job, ResumeTest, differences, glasscape, main,
                     read_file, rows_with_result, wait_until)


def processor_seconds(pid):
    """That a process has used in its own code."""
    return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11]) / os.sysconf("SC_CLK_TCK")


class StopTest(ResumeTest):
    """Stops a sweep on its way, then lets the same command finish."""

    def run_until(self, sweep, ranks, rows, *options):
        job = self.start(sweep, ranks, *options)
        self.assertTrue(wait_until(lambda: job.process.poll() is not None or rows_with_result(self.output) >= rows))
        self.assertIsNone(job.process.poll(), job.said())
        return job

    def acknowledged(self):
        """Row → status and value, of what the file says is done; every checksum holds."""
        self.assertEqual(glasscape("check", self.output).returncode, COMPLETE)
        data = read_file(self.output)
        return {row: data["value"].ravel()[row].tobytes() for row in range(data["status"].size)
                if data["status"].ravel()[row] == DONE}

    def assert_continues(self, sweep, ranks):
        """The same command goes on from what is there to the bits of an uninterrupted sweep."""
        before = self.acknowledged()
        job = self.start(sweep, ranks)
        self.assertEqual(job.wait(), COMPLETE, job.said())
        points = read_file(self.output)["status"].size
        self.assertIn(f"{points - len(before)} of {points} points to solve", job.said())
        after = self.acknowledged()
        self.assertEqual([row for row in before if before[row] != after[row]], [])
        self.assertEqual(differences(read_file(self.output), self.uninterrupted(sweep)), [])
        self.assert_nothing_left()

    def assert_clean_stop(self, job, sweep):
        self.assertEqual(job.wait(20), STOPPED, job.said())
        held = len(self.acknowledged())
        self.assertIn(f"stopped early: {held} of 300 points are in", job.said())
        self.assertNotIn("rank died", job.said())
        self.assert_nothing_left()
        self.assert_continues(sweep, job.ranks)


class CleanStop(StopTest):
    def test_usr1_to_the_launcher(self):
        sweep = self.write_sweep(seconds=0.015)
        job = self.run_until(sweep, 3, 20)
        os.kill(job.process.pid, signal.SIGUSR1)
        self.assert_clean_stop(job, sweep)

    def test_signal_to_one_rank(self):
        for number in (signal.SIGUSR1, signal.SIGINT, signal.SIGTERM):
            for rank in (0, 1):
                with self.subTest(signal=number.name, rank=rank):
                    self.output.unlink(missing_ok=True)
                    sweep = self.write_sweep(seconds=0.015)
                    job = self.run_until(sweep, 3, 20)
                    os.kill(job.pid_of_rank(rank), number)
                    self.assert_clean_stop(job, sweep)

    def test_signal_to_a_serial_run(self):
        for number in (signal.SIGUSR1, signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number.name):
                self.output.unlink(missing_ok=True)
                sweep = self.write_sweep(seconds=0.015)
                job = self.run_until(sweep, 1, 20)
                os.kill(job.process.pid, number)
                self.assert_clean_stop(job, sweep)

    def test_stop_does_not_wait_for_the_batches_handed_out(self):
        sweep = self.write_sweep(shape=(10, 2), seconds=1)
        job = self.run_until(sweep, 3, 1)
        os.kill(job.process.pid, signal.SIGUSR1)
        self.assertEqual(job.wait(20), STOPPED)
        self.assertLess(rows_with_result(self.output), 8)

    def test_walltime(self):
        for ranks in (1, 3):
            with self.subTest(ranks=ranks):
                self.output.unlink(missing_ok=True)
                sweep = self.write_sweep(seconds=0.015)
                job = self.start(sweep, ranks, "--walltime", "0.4")
                self.assert_clean_stop(job, sweep)

    def test_point_that_asks_stops_within_itself(self):
        sweep = self.write_sweep(shape=(5, 2), seconds=0.1, solver="spin_asking", parameters="trigger = 0.5")
        for ranks in (1, 3):
            with self.subTest(ranks=ranks):
                self.output.unlink(missing_ok=True)
                job = self.run_until(sweep, ranks, 4)
                os.kill(job.process.pid, signal.SIGUSR1)
                self.assertEqual(job.wait(20), STOPPED, job.said())
                self.assertEqual(self.acknowledged().keys() & {4, 5}, set())  # x = 0.5: left pending
                self.assert_nothing_left()

    def test_second_interrupt_stops_at_once(self):
        sweep = self.write_sweep(shape=(3, 1), seconds=0.1, solver="spin_deaf", parameters="trigger = 0.5")
        job = self.run_until(sweep, 1, 1)
        before = processor_seconds(job.process.pid)
        self.assertTrue(wait_until(lambda: processor_seconds(job.process.pid) > before + 0.2), "the deaf point")
        os.kill(job.process.pid, signal.SIGINT)
        time.sleep(0.3)
        self.assertIsNone(job.process.poll(), "the point under way is let finish first")
        self.assertTrue(wait_until(lambda: self.interrupt(job), pause=0.5))  # two that come at once would be one
        self.assertEqual(job.wait(), 128 + signal.SIGINT)
        self.assertEqual(list(self.acknowledged()), [0])

    def interrupt(self, job):
        """Whether the job has ended; else it is asked to."""
        ended = job.process.poll() is not None
        if not ended:
            os.kill(job.process.pid, signal.SIGINT)
        return ended


class Abort(StopTest):
    """The launcher's own abort: ranks get SIGTERM and, a second later, SIGKILL."""

    def test_signal_to_the_launcher(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number.name):
                self.output.unlink(missing_ok=True)
                sweep = self.write_sweep(seconds=0.02)
                job = self.run_until(sweep, 3, 20)
                before = self.acknowledged()
                os.kill(job.process.pid, number)
                self.assertNotEqual(job.wait(20), COMPLETE)
                self.assertTrue(before.items() <= self.acknowledged().items())
                self.assert_continues(sweep, 3)

    def test_blames_no_point(self):
        """Points under way in two aborted jobs are not taken for the cause."""
        sweep = self.write_sweep(shape=(2, 1), seconds=3)
        for _ in range(2):
            job = self.start(sweep, 3)
            time.sleep(1.5)
            os.kill(job.process.pid, signal.SIGTERM)
            job.wait(20)
        job = self.start(sweep, 3)
        self.assertEqual(job.wait(), COMPLETE, job.said())


class Misfortune(StopTest):
    def test_deaf_point_past_its_timeout(self):
        sweep = self.write_sweep(shape=(5, 2), seconds=0, solver="spin_deaf", parameters="trigger = 0.5",
                                 run="point_timeout = 0.2")
        for ranks in (1, 3):
            with self.subTest(ranks=ranks):
                self.output.unlink(missing_ok=True)
                codes = []
                while not codes or (codes[-1] == STOPPED and len(codes) < 5):
                    job = self.start(sweep, ranks)
                    codes.append(job.wait(30))
                # at x = 0.5 lie two points; on two workers they may end the same job
                self.assertIn(codes, [[STOPPED, STOPPED, SOME_FAILED], [STOPPED, SOME_FAILED]], job.said())
                data = read_file(self.output)
                self.assertEqual(data["status"].tolist(), [[DONE] * 2] * 2 + [[FAILED] * 2] + [[DONE] * 2] * 2)
                message = b"".join(data["message"][2, 0].tolist())
                self.assertIn(b"point_timeout = 0.2 s", message)
                self.assert_nothing_left()

    def test_leftover_of_a_killed_overwrite(self):
        """The old file stands; the unfinished new one beside it goes."""
        sweep = self.write_sweep(seconds=0)
        self.assertEqual(self.start(sweep, 1).wait(), COMPLETE)
        pathlib.Path(f"{self.output}.creating").write_bytes(b"half a file")
        self.assertEqual(self.start(sweep, 1).wait(), COMPLETE)
        self.assert_nothing_left()

    def test_two_starts_at_the_same_moment(self):
        sweep = self.write_sweep(shape=(30, 30), seconds=0.05)
        for ranks in (1, 1, 1, 3):
            outputs = []
            for _ in range(5 if ranks == 1 else 2):
                outputs.append(pathlib.Path(tempfile.mkdtemp(dir=self.folder)) / "out.h5")
            pairs = [(Job(sweep, output, ranks), Job(sweep, output, ranks)) for output in outputs]
            for pair in pairs:
                with self.subTest(output=pair[0].output):
                    self.assert_one_wins(pair)

    def assert_one_wins(self, pair):
        self.assertTrue(wait_until(lambda: any(job.process.poll() is not None for job in pair)))
        loser, winner = pair if pair[0].process.poll() is not None else reversed(pair)
        self.assertEqual(loser.wait(), USAGE, loser.said())
        self.assertRegex(loser.said(), r"^glasscape: .*out\.h5: in use by (a running|another) sweep.*\n$")
        os.kill(winner.process.pid, signal.SIGUSR1)
        self.assertEqual(winner.wait(), STOPPED, winner.said())
        self.assertEqual(glasscape("check", winner.output).returncode, COMPLETE)


class Status(StopTest):
    def test_while_it_runs(self):
        sweep = self.write_sweep(seconds=0.02)
        job = self.run_until(sweep, 3, 20)
        status = glasscape("status", self.output)
        self.assertEqual(status.returncode, COMPLETE)
        self.assertRegex(status.stdout, rf"running: process {job.pid_of_rank(0)} on \S+, .* points/s")
        follow = glasscape("status", self.output, "--follow")
        self.assertEqual(follow.returncode, COMPLETE)
        self.assertGreaterEqual(follow.stdout.count("running: process"), 1)
        self.assertIn("300 points, 300 done\ncomplete", follow.stdout)
        self.assertEqual(job.wait(), COMPLETE, job.said())
        self.assert_nothing_left()


if __name__ == "__main__":
    main()
