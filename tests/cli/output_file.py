"""Where the result file cannot be made or is not this sweep's: exit code 2 (74 for the disk), and nothing changes."""

import contextlib
import os
import subprocess

from support import GLASSCAPE, CommandLineTest, main


class NoPlaceForTheOutput(CommandLineTest):
    def test_folder_is_missing(self):
        self.sweep()
        self.assert_complains(2, "run", "sweep.ini", "-o", "no/such/a.h5",
                              says="no/such/a.h5: the output folder no/such does not exist")
        self.assert_folder_holds("sweep.ini")

    def test_output_is_a_folder(self):
        self.sweep()
        (self.folder / "results").mkdir()
        for options in ((), ("--overwrite",)):
            self.assert_complains(2, "run", "sweep.ini", "-o", "results", *options, says="results: is a folder, not a file")
        self.assert_folder_holds("sweep.ini", "results")

    def test_output_is_the_sweep_file(self):
        self.sweep()
        before = (self.folder / "sweep.ini").read_bytes()
        self.assert_complains(2, "run", "sweep.ini", "-o", "sweep.ini", "--overwrite", says="is the sweep file itself")
        self.assertEqual((self.folder / "sweep.ini").read_bytes(), before)

    def test_folder_is_read_only(self):
        """A read-only bind mount stops root as well."""
        self.sweep()
        (self.folder / "results").mkdir()
        with self.read_only(self.folder / "results"):
            for ranks in (None, 3):
                self.assert_complains(2, "run", "sweep.ini", "-o", "results/a.h5", ranks=ranks,
                                      says="results/a.h5: the output folder results is not writable")
        self.assertEqual(list((self.folder / "results").iterdir()), [])
        self.assert_succeeds("run", "sweep.ini", "-o", "results/a.h5")

    @contextlib.contextmanager
    def read_only(self, folder):
        if os.geteuid() != 0:
            folder.chmod(0o555)
            yield
            folder.chmod(0o755)
            return
        mounted = subprocess.run(["mount", "--bind", "-o", "ro", folder, folder], capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest("root may not mount here: " + mounted.stderr.strip())
        try:
            yield
        finally:
            subprocess.run(["umount", folder], check=True)

    def test_grid_too_large_for_the_disk(self):
        self.sweep("y = linspace(0, 1, 100000)\n", x="linspace(0, 1, 1000000)")
        for ranks in (None, 3):
            self.assert_complains(74, "run", "sweep.ini", ranks=ranks,
                                  says=["the result file of 100000000000 points needs", "are free in ."])
            self.assert_folder_holds("sweep.ini")


class ForeignOutput(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.sweep("[parameters]\ny = 2\n", x="0.1, 0.2")
        self.assert_succeeds("run", "sweep.ini", "-o", "a.h5")
        self.before = (self.folder / "a.h5").read_bytes()

    def assert_kept(self):
        self.assertEqual((self.folder / "a.h5").read_bytes(), self.before)
        self.assert_folder_holds("a.h5", "sweep.ini")

    def assert_foreign(self, difference, *overrides, program=None, ranks=None):
        options = [word for override in overrides for word in ("--set", override)]
        self.assert_complains(2, "run", "sweep.ini", "-o", "a.h5", *options, ranks=ranks,
                              says=["a.h5 belongs to another sweep: its " + difference, "choose another output (-o) or --overwrite"])
        self.assert_kept()

    def test_the_first_difference_is_named(self):
        self.assert_foreign("seed is '1', that of sweep.ini is '2'", "sweep.seed=2")
        self.assert_foreign("parameter y is '2', that of sweep.ini is '3'", "parameters.y=3")
        self.assert_foreign("solver is 'ordinary', that of sweep.ini is 'throw'", "sweep.solver=throw")

    def test_the_first_difference_is_named_once_on_several_ranks(self):
        self.assert_foreign("seed is '1', that of sweep.ini is '2'", "sweep.seed=2", ranks=3)

    def test_overwrite_starts_anew(self):
        self.assert_succeeds("run", "sweep.ini", "-o", "a.h5", "--set", "sweep.seed=2", "--overwrite")
        self.assertEqual(list(self.read("a.h5", "attempts")), [1, 1])
        self.assertNotEqual((self.folder / "a.h5").read_bytes(), self.before)

    def test_the_same_sweep_written_otherwise_is_no_other_sweep(self):
        self.sweep("# y = 3\n[parameters]\nseconds = 0\ny = 2.0\n[run]\npoint_timeout = 9\n", x="linspace(0.1, 0.2, 2)")
        done = self.assert_succeeds("run", "sweep.ini", "-o", "a.h5")
        self.assertIn("nothing was left to solve", done.err)
        self.assert_kept()


class BrokenOutput(CommandLineTest):
    READERS = (("status",), ("check",))

    def setUp(self):
        super().setUp()
        self.sweep()

    def assert_refused(self, content, says):
        (self.folder / "a.h5").write_bytes(content)
        self.assert_complains(2, "run", "sweep.ini", "-o", "a.h5", says=["a.h5: ", says])
        for reader in self.READERS:
            self.assert_complains(2, *reader, "a.h5", says=["a.h5: ", says])
        self.assertEqual((self.folder / "a.h5").read_bytes(), content)
        self.assert_folder_holds("a.h5", "sweep.ini")

    def test_not_hdf5(self):
        self.assert_refused(b"x, y\n1, 2\n", "cannot be read as HDF5 (truncated, damaged or another kind of file)")

    def test_empty(self):
        self.assert_refused(b"", "cannot be read as HDF5")

    def test_truncated(self):
        self.assert_succeeds("run", "sweep.ini", "-o", "whole.h5")
        whole = (self.folder / "whole.h5").read_bytes()
        (self.folder / "whole.h5").unlink()
        for length in (100, len(whole) // 2, len(whole) - 1):
            with self.subTest(length=length, of=len(whole)):
                self.assert_refused(whole[:length], "cannot be read as HDF5")

    def test_somebody_elses_hdf5(self):
        import h5py
        with h5py.File(self.folder / "other.h5", "w") as other:
            other["x"] = [1, 2, 3]
        content = (self.folder / "other.h5").read_bytes()
        (self.folder / "other.h5").unlink()
        self.assert_refused(content, "is HDF5, but no result of glasscape")

    def test_readers_of_a_missing_file(self):
        for reader in self.READERS:
            self.assert_complains(2, *reader, "nowhere.h5", says="nowhere.h5: no such file")
        self.assert_folder_holds("sweep.ini")

    def test_flipped_superblock(self):
        """Whatever byte of the file's head is inverted: refused with a sentence, or read as if nothing had happened."""
        self.assert_succeeds("run", "sweep.ini", "-o", "whole.h5")
        whole = (self.folder / "whole.h5").read_bytes()
        for position in range(48):
            with self.subTest(position=position):
                flipped = bytearray(whole)
                flipped[position] ^= 0xFF
                (self.folder / "a.h5").write_bytes(flipped)
                done = self.run_program("check", "a.h5")
                self.assert_calm(done)
                self.assertEqual((done.code, len(done.sentences)), (2, 1) if done.code else (0, 0), done.err)


class OutputInUse(CommandLineTest):
    def test_a_second_run_is_told_who_runs_the_first(self):
        self.sweep("[parameters]\nseconds = 0.05\n", x="linspace(0, 1, 2000)")
        for ranks, file in ((None, "alone.h5"), (3, "ranks.h5")):
            lock = self.folder / (file + ".lock")
            with self.subTest(ranks=ranks), self.running("run", "sweep.ini", "-o", file, ranks=ranks) as first:
                self.wait_until(lambda: lock.exists() and lock.stat().st_size > 0, "the lock")
                done = self.assert_complains(2, "run", "sweep.ini", "-o", file,
                                             says=f"{file}: in use by a running sweep (process ")
                if ranks is None:
                    self.assertIn(f"process {first.pid} on", done.err)
                    self.assert_complains(2, "run", "sweep.ini", "-o", file, "--overwrite", says=f"{file}: in use by")
                self.assertIsNone(first.poll())
            self.assert_succeeds("check", file, program=GLASSCAPE)


if __name__ == "__main__":
    main()
