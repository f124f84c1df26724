"""What the tests of the command line share: running the programs as a user does, and comparing result files."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import h5py
import numpy

PROJECT = pathlib.Path(__file__).resolve().parents[2]
GLASSCAPE = os.environ.get("GLASSCAPE", str(PROJECT / "build" / "glasscape"))
TESTBED = os.environ.get("GLASSCAPE_TESTBED", str(PROJECT / "build" / "glasscape_testbed"))
MPIEXEC = os.environ.get("GLASSCAPE_MPIEXEC", "mpirun")

# Root may start ranks, a rank computes on one thread, messages are English.
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OPENBLAS_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}

# Words that no user should ever read.
PANIC = re.compile(r"terminate called|Signal: |\*\*\* |backtrace|what\(\)|Assertion|MPI_ABORT|core dumped|HDF5-DIAG", re.I)

# All datasets of two files of the same sweep are equal but these.
HISTORY = {"seconds", "attempts"}


class Finished:
    """Exit code, standard output and standard error of a program that ended."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def sentences(self):
        return [line for line in self.err.splitlines() if line.startswith("glasscape: ")]


def command(arguments, ranks=None, program=TESTBED):
    """The words that start `program`: alone, or under mpirun."""
    launcher = [] if ranks is None else [MPIEXEC, "-q", "-n", str(ranks), "--oversubscribe", "--bind-to", "none"]
    return [*launcher, program, *map(str, arguments)]


class CommandLineTest(unittest.TestCase):
    """Each test works in a new folder of its own, `self.folder`."""

    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="glasscape_cli_"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def run_program(self, *arguments, ranks=None, program=TESTBED, timeout=60, prefix=(), environment=None):
        done = subprocess.run([*prefix, *command(arguments, ranks, program)], cwd=self.folder, timeout=timeout,
                              env={**ENVIRONMENT, **(environment or {})}, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)
        return Finished(done.returncode, done.stdout, done.stderr)

    @contextlib.contextmanager
    def running(self, *arguments, ranks=None, program=TESTBED):
        """A program in the background, ended (all its ranks) when the block is left."""
        process = subprocess.Popen(command(arguments, ranks, program), cwd=self.folder, env=ENVIRONMENT, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   start_new_session=True)
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

    def sweep(self, text="", solver="ordinary", name="sweep.ini", x="linspace(0, 1, 11)"):
        """Writes a sweep of model testbed over x; `text` follows the [grid] section."""
        grid = f"[grid]\nx = {x}\n" if x else ""
        return self.write(name, f"[sweep]\nmodel = testbed\nsolver = {solver}\n{grid}{text}")

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return name

    def assert_succeeds(self, *arguments, **options):
        done = self.run_program(*arguments, **options)
        self.assert_calm(done)
        self.assertEqual(done.code, 0, done.err)
        return done

    def assert_complains(self, code, *arguments, says=(), sentences=1, **options):
        """The program ends with `code` after that many sentences on stderr, which hold all of `says`; stdout is empty."""
        done = self.run_program(*arguments, **options)
        self.assert_calm(done)
        self.assertEqual(done.code, code, done.err)
        self.assertEqual(len(done.sentences), sentences, done.err)
        self.assertEqual(done.out, "")
        for words in [says] if isinstance(says, str) else says:
            self.assertIn(words, done.err)
        return done

    def assert_calm(self, done):
        """No stack trace, no abort, no library's own words."""
        self.assertIsNone(PANIC.search(done.out + done.err), done.out + done.err)

    def assert_folder_holds(self, *names):
        """Nothing else was created: no temporary file, no lock, no side file."""
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), sorted(names))

    def read(self, file, name):
        with h5py.File(self.folder / file, "r") as opened:
            return opened[name][()]

    def messages(self, file):
        """One text a row."""
        rows = self.read(file, "message")
        return [b"".join(row).decode() for row in rows.reshape(-1, rows.shape[-1])]

    def assert_same_results(self, one, two):
        """Bit for bit, all datasets but those that tell of history."""
        with h5py.File(self.folder / one, "r") as a, h5py.File(self.folder / two, "r") as b:
            self.assertEqual(list(a), list(b))
            for name in set(a) - HISTORY:
                self.assertEqual(a[name].shape, b[name].shape, name)
                self.assertEqual(numpy.asarray(a[name]).tobytes(), numpy.asarray(b[name]).tobytes(), name)

    def flip_byte(self, file, dataset, byte=0):
        """Inverts the highest bit of a byte of a contiguous dataset, past HDF5."""
        with h5py.File(self.folder / file, "r") as opened:
            offset = opened[dataset].id.get_offset() + byte
        with open(self.folder / file, "r+b") as raw:
            raw.seek(offset)
            value = raw.read(1)[0]
            raw.seek(offset)
            raw.write(bytes([value ^ 0x80]))

    def wait_until(self, condition, what, seconds=20):
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end, f"waited in vain for {what}")
            time.sleep(0.02)


def main():
    unittest.main(verbosity=2)
