"""A machine that fails: no room or no right to write in the middle, slow syncs, a clock that is set back, stopped ranks.
Nothing acknowledged is lost, every end has a message, and the same command finishes the sweep."""

import errno
import itertools
import os
import signal
import time

from support import PROJECT, CommandLineTest, main

FAULTS = os.environ.get("GLASSCAPE_FAULTS", str(PROJECT / "build" / "tests" / "libfaults.so"))
POINTS = 60


class Faults(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.sweep("[parameters]\nseconds = 0.01\n", x=f"linspace(0, 1, {POINTS})")
        self.assert_succeeds("run", "sweep.ini", "-o", "reference.h5")

    def run_with(self, *options, ranks=None, **faults):
        environment = {"LD_PRELOAD": FAULTS, **{f"FAULT_{name}": str(value) for name, value in faults.items()}}
        return self.run_program("run", "sweep.ini", "-o", "a.h5", *options, ranks=ranks, environment=environment)

    def assert_finishes(self, ranks=None):
        self.assert_succeeds("run", "sweep.ini", "-o", "a.h5", ranks=ranks)
        self.assert_same_results("a.h5", "reference.h5")
        self.assert_folder_holds("a.h5", "reference.h5", "sweep.ini")

    def acknowledged(self):
        """Row → value, of what the file says is done, after all its checksums held."""
        if not (self.folder / "a.h5").exists():
            return {}
        self.assert_succeeds("check", "a.h5")
        values = self.read("a.h5", "value")
        return {row: values[row].tobytes() for row, status in enumerate(self.read("a.h5", "status")) if status == 1}


class FailingWrites(Faults):
    def test_of_rows_and_side_files(self):
        """The file is there; then the disk is full, becomes read-only or breaks, at one write or another."""
        for ranks, counts in ((None, (0, 1, 2, 5, 20, 100, 1000)), (3, (0, 5, 20))):
            for count, error in zip(counts, itertools.cycle((errno.ENOSPC, errno.EROFS, errno.EIO, errno.EDQUOT))):
                with self.subTest(ranks=ranks, count=count, error=errno.errorcode[error]):
                    (self.folder / "a.h5").unlink(missing_ok=True)
                    self.assertEqual(self.run_program("run", "sweep.ini", "-o", "a.h5", "--walltime", "0").code, 75)
                    done = self.run_with(ranks=ranks, WRITE_COUNT=count, WRITE_ERROR=error)
                    self.assert_calm(done)
                    self.assertEqual(done.code, 0 if count == 1000 else 74, done.err)
                    if done.code == 74:
                        self.assertIn(os.strerror(error), done.err)
                    before = self.acknowledged()
                    self.assert_finishes(ranks)
                    self.assertLessEqual(before.items(), self.acknowledged().items())


class SlowSync(Faults):
    def test_delay_of_a_tenth_of_a_second(self):
        for ranks in (None, 3):
            with self.subTest(ranks=ranks):
                (self.folder / "a.h5").unlink(missing_ok=True)
                start = time.monotonic()
                done = self.run_with(ranks=ranks, SYNC_SECONDS=0.1)
                self.assertEqual(done.code, 0, done.err)
                self.assertLess(time.monotonic() - start, 20)
                self.assert_finishes(ranks)

    def test_killed_amid_a_sync(self):
        for _ in range(3):
            environment = {"LD_PRELOAD": FAULTS, "FAULT_SYNC_SECONDS": "0.1"}
            done = self.run_program("run", "sweep.ini", "-o", "a.h5", environment=environment,
                                    prefix=["timeout", "-s", "KILL", "1.2"])
            self.assertIn(done.code, (-signal.SIGKILL, 128 + signal.SIGKILL))
            before = self.acknowledged()
            self.assertGreater(len(before), 0)
            self.assert_finishes()
            (self.folder / "a.h5").unlink()


class ClockSetBack(Faults):
    def test_by_an_hour_in_the_middle(self):
        for ranks in (None, 3):
            with self.subTest(ranks=ranks):
                (self.folder / "a.h5").unlink(missing_ok=True)
                done = self.run_with(ranks=ranks, CLOCK_SECONDS=3600, CLOCK_AFTER=0.3)
                self.assertEqual(done.code, 0, done.err)
                seconds = self.read("a.h5", "seconds")
                self.assertGreater(min(seconds), 0.009)
                self.assertLess(max(seconds), 5)
                self.assert_finishes(ranks)

    def test_does_not_move_the_deadline(self):
        done = self.run_with("--walltime", "0.3", CLOCK_SECONDS=3600, CLOCK_AFTER=0.1)
        self.assertEqual(done.code, 75, done.err)
        self.assertIn("stopped early", done.err)
        self.assert_finishes()

    def test_status_of_a_sweep_from_the_future(self):
        with self.running("run", "sweep.ini", "-o", "a.h5", "--set", "parameters.seconds=0.05"):
            self.wait_until((self.folder / "a.h5").exists, "the result file")
            for option in ("--json", None):
                words = ["status", "a.h5", *([option] if option else [])]
                environment = {"LD_PRELOAD": FAULTS, "FAULT_CLOCK_SECONDS": "3600"}
                self.assert_succeeds(*words, environment=environment)


if __name__ == "__main__":
    main()
