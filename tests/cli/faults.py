"""A machine that fails: no room or no right to write in the middle, slow syncs, a clock that is set back, stopped ranks,
too little memory. Nothing acknowledged is lost, every end has a message, and the same command finishes the sweep."""

import contextlib
import errno
import itertools
import os
import pathlib
import signal
import subprocess
import time

from support import DONE, FAILED, MACHINE_FAILED, PROJECT, SOME_FAILED, STOPPED, CommandLineTest, main, variable_of

FAULTS = os.environ.get("GLASSCAPE_FAULTS", str(PROJECT / "build" / "tests" / "libfaults.so"))


class Faults(CommandLineTest):
    points, seconds = 60, 0.01  # a point

    def setUp(self):
        super().setUp()
        self.sweep(f"[parameters]\nseconds = {self.seconds}\n", x=f"linspace(0, 1, {self.points})")
        self.assert_succeeds("run", "sweep.ini", "-o", "reference.h5", ranks=3)

    def run_with(self, *options, ranks=None, **faults):
        environment = {"LD_PRELOAD": FAULTS, "FAULT_WRITE_NAME": "/a.h5",
                       **{f"FAULT_{name}": str(value) for name, value in faults.items()}}
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

    def rows(self, file="a.h5"):
        """How many are done."""
        return int((self.read(file, "status") == DONE).sum()) if (self.folder / file).exists() else 0


class FailingWrites(Faults):
    def fail_to_write(self, count, error, ranks, fails=True):
        done = self.run_with(ranks=ranks, WRITE_COUNT=count, WRITE_ERROR=error)
        self.assert_calm(done)
        self.assertEqual(done.code, MACHINE_FAILED if fails else 0, done.err)
        if fails:
            self.assertEqual(done.err.count(os.strerror(error)), 1, done.err)

    def test_while_the_file_is_made(self):
        """At each of the first writes, claims of space, renames and syncs."""
        errors = itertools.cycle((errno.ENOSPC, errno.EROFS, errno.EIO, errno.EDQUOT))
        for count, error in zip(range(12), errors):
            ranks = 3 if count == 5 else None
            with self.subTest(ranks=ranks, count=count, error=errno.errorcode[error]):
                self.fail_to_write(count, error, ranks)
                self.assertFalse((self.folder / "a.h5.creating").exists())
                self.assertEqual(self.acknowledged(), {})
                self.assert_finishes(ranks)
                (self.folder / "a.h5").unlink()

    def test_while_a_larger_file_is_made(self):
        """The former file stands as it was."""
        self.assert_succeeds("run", "sweep.ini", "-o", "a.h5", "--set", "grid.x=0, 1")
        before = (self.folder / "a.h5").read_bytes()
        for count in range(0, 12, 2):
            with self.subTest(count=count):
                self.fail_to_write(count, errno.ENOSPC, None)
                self.assertEqual((self.folder / "a.h5").read_bytes(), before)
        self.assert_finishes()

    def test_of_rows_and_side_files(self):
        """The file is there; then the disk is full, becomes read-only or breaks, at one write or another."""
        for ranks, counts in ((None, (0, 1, 2, 5, 20, 100, 1000)), (3, (0, 5, 20))):
            for count, error in zip(counts, itertools.cycle((errno.ENOSPC, errno.EROFS, errno.EIO, errno.EDQUOT))):
                with self.subTest(ranks=ranks, count=count, error=errno.errorcode[error]):
                    (self.folder / "a.h5").unlink(missing_ok=True)
                    self.assertEqual(self.run_program("run", "sweep.ini", "-o", "a.h5", "--walltime", "0").code, STOPPED)
                    self.fail_to_write(count, error, ranks, fails=count < 1000)
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
        for moment in (0, 0.1, 0.25):
            environment = {"LD_PRELOAD": FAULTS, "FAULT_SYNC_SECONDS": "0.1"}
            with self.running("run", "sweep.ini", "-o", "a.h5", environment=environment) as sweep:
                self.wait_until(lambda: self.rows() > 0, "a row")
                time.sleep(moment)
            self.assertEqual(sweep.returncode, -signal.SIGKILL)
            before = self.acknowledged()
            self.assertGreater(len(before), 0)
            self.assert_finishes()
            self.assertLessEqual(before.items(), self.acknowledged().items())
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
        self.assertEqual(done.code, STOPPED, done.err)
        self.assertIn("stopped early", done.err)
        self.assert_finishes()

    def test_status_of_a_sweep_from_the_future(self):
        with self.running("run", "sweep.ini", "-o", "a.h5", "--set", "parameters.seconds=0.05"):
            self.wait_until((self.folder / "a.h5").exists, "the result file")
            for option in ("--json", None):
                words = ["status", "a.h5", *([option] if option else [])]
                environment = {"LD_PRELOAD": FAULTS, "FAULT_CLOCK_SECONDS": "3600"}
                self.assert_succeeds(*words, environment=environment)


class DiskThatTurnsReadOnly(Faults):
    seconds = 0.05

    @contextlib.contextmanager
    def disk(self, image):
        """Mounts a file system in the file `image` at self.folder / "disk"."""
        folder = self.folder / "disk"
        folder.mkdir(exist_ok=True)
        mounted = subprocess.run(["mount", "-o", "loop", image, folder], capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest("no file may be mounted here: " + mounted.stderr.strip())
        try:
            yield folder
        finally:
            subprocess.run(["umount", folder], check=True)

    def make_image(self):
        image = self.folder / "image"
        with open(image, "wb") as file:
            file.truncate(1 << 24)
        try:
            subprocess.run(["/sbin/mkfs.ext4", "-q", image], check=True, capture_output=True)
        except OSError as error:
            self.skipTest(f"no file system can be made here: {error}")
        return image

    def test_in_the_middle(self):
        """As ext4 does when it meets an error."""
        image = self.make_image()
        for ranks in (None, 3):
            with self.subTest(ranks=ranks):
                with self.disk(image) as disk:
                    with self.running("run", "sweep.ini", "-o", "disk/a.h5", ranks=ranks) as sweep:
                        self.wait_until(lambda: self.rows("disk/a.h5") > 5, "rows")
                        before = self.rows("disk/a.h5")
                        time.sleep(0.2)  # until they are safe
                        subprocess.run(["mount", "-o", "remount,abort", disk], check=True)
                        _, errors = sweep.communicate(timeout=30)
                    self.assertEqual(sweep.returncode, MACHINE_FAILED, errors)
                    self.assertEqual(errors.count(os.strerror(errno.EROFS)), 1, errors)
                with self.disk(image) as disk:
                    self.assert_succeeds("check", "disk/a.h5")
                    self.assertGreaterEqual(self.rows("disk/a.h5"), before)
                    self.assert_succeeds("run", "sweep.ini", "-o", "disk/a.h5", ranks=ranks)
                    self.assert_same_results("disk/a.h5", "reference.h5")
                    (disk / "a.h5").unlink()


class StoppedRanks(Faults):
    points, seconds = 200, 0.05

    def test_a_stopped_rank_is_named_with_its_point_and_goes_on(self):
        """SIGSTOP, as a debugger or a suspended job does it; GLASSCAPE_PAUSE makes it a minute."""
        pause = float(os.environ.get("GLASSCAPE_PAUSE", "3"))
        options = ("run", "sweep.ini", "-o", "a.h5", "--set", "run.hang_warning=1")
        for rank in (0, 1, 2):
            with self.subTest(rank=rank), self.running(*options, ranks=3) as sweep:
                self.wait_until(lambda: self.rows() > 0, "rows")
                pid = self.pid_of_rank(sweep.pid, rank)
                os.kill(pid, signal.SIGSTOP)
                time.sleep(pause)
                os.kill(pid, signal.SIGCONT)
                _, errors = sweep.communicate(timeout=60)
                self.assertEqual(sweep.returncode, 0, errors)
                if rank > 0:
                    self.assertRegex(errors, rf"glasscape: rank {rank} has given no sign of life for \d+\.\d s at x = \S+\n")
                    self.assertEqual(errors.count(f"rank {rank} has given no sign of life"), 1, errors)
                else:
                    self.assertNotIn("no sign of life", errors)
                self.assert_same_results("a.h5", "reference.h5")
            (self.folder / "a.h5").unlink()

    @staticmethod
    def pid_of_rank(launcher, rank):
        children = pathlib.Path(f"/proc/{launcher}/task/{launcher}/children").read_text().split()
        return next(int(pid) for pid in children if variable_of(int(pid), "OMPI_COMM_WORLD_RANK") == str(rank))


class OutOfMemory(Faults):
    LIMIT = 1 << 30  # of all ranks; the point at the trigger takes as much alone

    @contextlib.contextmanager
    def memory_limit(self):
        """The words in front of a command that confine it."""
        group = pathlib.Path(f"/sys/fs/cgroup/memory/{self.folder.name}")
        try:
            group.mkdir()
            (group / "memory.limit_in_bytes").write_text(str(self.LIMIT))
        except OSError as error:
            self.skipTest(f"no memory limit may be set here: {error}")
        try:
            yield ["sh", "-c", f'echo $$ > {group}/cgroup.procs; exec "$@"', "sh"]
        finally:
            self.wait_until(lambda: not (group / "cgroup.procs").read_text(), "the end of all ranks")
            group.rmdir()

    def test_a_point_that_takes_too_much_fails_the_second_time(self):
        self.sweep("[parameters]\ntrigger = 0.5\n", solver="greedy", x="0, 0.25, 0.5, 0.75, 1")
        with self.memory_limit() as prefix:
            for _ in range(2):
                done = self.run_program("run", "sweep.ini", ranks=3, prefix=prefix)
                self.assertEqual(done.code, 128 + signal.SIGKILL, done.err)
                self.assertRegex(done.err, r"glasscape: rank [12] was killed \(from outside, or because memory ran out\) "
                                           r"at x = 0\.5; run again to continue\n")
            done = self.run_program("run", "sweep.ini", ranks=3, prefix=prefix)
            self.assertEqual(done.code, SOME_FAILED, done.err)
        self.assertEqual(list(self.read("sweep.h5", "status")), [DONE, DONE, FAILED, DONE, DONE])
        self.assertIn("x = 0.5 killed its rank twice (crash, or memory) and is marked failed; --retry-failed", done.err)
        self.assertEqual(self.messages("sweep.h5")[2], "killed its rank twice (crash, or memory): see --retry-failed")
        self.assert_succeeds("check", "sweep.h5")

    def test_a_limit_of_the_shell_fails_the_point_at_once(self):
        """There is a limit that a program notices: allocations fail."""
        self.sweep("[parameters]\ntrigger = 0.5\n", solver="greedy", x="0, 0.25, 0.5, 0.75, 1")
        done = self.run_program("run", "sweep.ini", prefix=["sh", "-c", f'ulimit -v {self.LIMIT >> 10}; exec "$@"', "sh"])
        self.assertEqual(done.code, SOME_FAILED, done.err)
        self.assertEqual(self.messages("sweep.h5")[2], "out of memory")


if __name__ == "__main__":
    main()
