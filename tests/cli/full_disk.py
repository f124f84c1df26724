"""A full disk, on a small tmpfs: exit code 74 and one sentence; after space is freed the same command finishes."""

import contextlib
import pathlib
import subprocess

from support import CommandLineTest, main


class FullDisk(CommandLineTest):
    @contextlib.contextmanager
    def disk(self, kilobytes):
        """Mounts a tmpfs of that size at self.folder / "disk"."""
        folder = self.folder / "disk"
        folder.mkdir(exist_ok=True)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", folder],
                                 capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest("no tmpfs may be mounted here: " + mounted.stderr.strip())
        try:
            yield folder
        finally:
            subprocess.run(["umount", folder], check=True)

    @staticmethod
    def free_kilobytes(folder):
        answer = subprocess.run(["df", "--output=avail", "-k", folder], capture_output=True, text=True, check=True)
        return int(answer.stdout.split()[-1])

    def fill(self, folder, leaving):
        """Fills the disk up to `leaving` kilobytes; returns what to remove to free it."""
        ballast = pathlib.Path(folder / "ballast")
        ballast.write_bytes(bytes(1024 * (self.free_kilobytes(folder) - leaving)))
        return ballast

    def test_no_room_for_the_file_is_said_before_it_is_made(self):
        self.sweep(x="linspace(0, 1, 10000)")
        with self.disk(kilobytes=1024) as disk:
            for ranks in (None, 3):
                self.assert_complains(74, "run", "sweep.ini", "-o", "disk/a.h5", ranks=ranks,
                                      says=["disk/a.h5: the result file of 10000 points needs", "are free in disk"])
                self.assertEqual(list(disk.iterdir()), [])

    def test_room_that_shrinks_to_nothing_before_the_lock(self):
        self.sweep(x="linspace(0, 1, 100)")
        with self.disk(kilobytes=512) as disk:
            ballast = self.fill(disk, leaving=0)
            self.assert_complains(74, "run", "sweep.ini", "-o", "disk/a.h5", says="free in disk")
            self.assertEqual(list(disk.iterdir()), [ballast])
            ballast.unlink()
            self.assert_succeeds("run", "sweep.ini", "-o", "disk/a.h5")

    def test_no_room_for_a_side_file_of_an_existing_result(self):
        """The result file is there, complete in size, but the next job finds no room for its notes."""
        self.sweep("[parameters]\ntrigger = 0.5\n", solver="throw")
        with self.disk(kilobytes=512) as disk:
            self.assertEqual(self.run_program("run", "sweep.ini", "-o", "disk/a.h5").code, 1)
            before = (disk / "a.h5").read_bytes()
            for ranks in (None, 3):
                ballast = self.fill(disk, leaving=0)
                self.assert_complains(74, "run", "sweep.ini", "-o", "disk/a.h5", "--retry-failed", ranks=ranks,
                                      says="No space left on device")
                self.assertEqual((disk / "a.h5").read_bytes(), before)
                self.assert_succeeds("check", "disk/a.h5")
                ballast.unlink()
            done = self.run_program("run", "sweep.ini", "-o", "disk/a.h5", "--retry-failed", "--set", "parameters.trigger=0.5")
            self.assertEqual(done.code, 1, done.err)
            self.assertEqual(max(self.read("disk/a.h5", "attempts")), 2)

    def test_a_running_sweep_needs_no_more_room(self):
        """All space is claimed when the file is made: filling the disk afterwards does not hurt."""
        self.sweep("[parameters]\nseconds = 0.02\n", x="linspace(0, 1, 100)")
        with self.disk(kilobytes=1024) as disk:
            with self.running("run", "sweep.ini", "-o", "disk/a.h5") as sweep:
                self.wait_until((disk / "a.h5.underway").exists, "the last file that needs room")
                self.fill(disk, leaving=0)
                _, errors = sweep.communicate(timeout=60)
                self.assertEqual(sweep.returncode, 0, errors)
            self.assert_succeeds("check", "disk/a.h5")


if __name__ == "__main__":
    main()
