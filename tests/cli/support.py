"""What the tests of the built programs share: running them as a user does, or in the background to be stopped and
killed, and reading and comparing result files."""

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

COMPLETE, SOME_FAILED, USAGE, MACHINE_FAILED, STOPPED = 0, 1, 2, 74, 75  # exit codes
PENDING, DONE, FAILED, UNCONVERGED, INFERRED = 0, 1, 2, 3, 4  # of rows

# Words that no user should ever read.
PANIC = re.compile(r"terminate called|Signal: |\*\*\* |backtrace|what\(\)|Assertion|MPI_ABORT|core dumped|HDF5-DIAG", re.I)

# All datasets of two files of the same sweep are equal but these.
HISTORY = {"seconds", "attempts"}


# --- programs ---------------------------------------------------------------------------------------------------------

def environment(folder):
    """Root may start ranks, a rank computes on one thread, messages are English; Open MPI keeps its own files in
    `folder`, where those of a killed job are not left for ever."""
    return {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
            "OPENBLAS_NUM_THREADS": "1", "LC_ALL": "C.UTF-8", "OMPI_MCA_orte_tmpdir_base": str(folder),
            "OMPI_MCA_btl_vader_backing_directory": str(folder)}


def command(arguments, ranks=None, program=TESTBED):
    """The words that start `program`: alone, or under mpirun."""
    launcher = [] if ranks is None else [MPIEXEC, "-q", "-n", str(ranks), "--oversubscribe", "--bind-to", "none"]
    return [*launcher, program, *map(str, arguments)]


def glasscape(*arguments):
    return subprocess.run(command(arguments), capture_output=True, text=True, timeout=60, check=False)


class Finished:
    """Exit code, standard output and standard error of a program that ended."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def sentences(self):
        return [line for line in self.err.splitlines() if line.startswith("glasscape: ")]


class Job:
    """A running `glasscape run`: the launcher (or the serial process, on one rank) and its ranks."""

    def __init__(self, sweep, output, ranks, *options, **variables):
        self.ranks, self.output = ranks, output
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="job", dir=output.parent))  # for its log, and Open MPI's files
        self.log = self.folder / "log"
        words = command(["run", sweep, "-o", output, *options], ranks if ranks > 1 else None)
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(words, env={**environment(self.folder), **variables},
                                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)

    def pid_of_rank(self, rank):
        """The process of a rank; None where it does not run (yet, or any more)."""
        if self.ranks == 1:
            return self.process.pid if self.process.poll() is None else None
        for pid, _ in processes_on(self.output):
            if pid != self.process.pid and variable_of(pid, "OMPI_COMM_WORLD_RANK") == str(rank):
                return pid
        return None

    def wait(self, timeout=120):
        """The exit code; 128 + signal where a signal ended it."""
        code = self.process.wait(timeout)
        return code if code >= 0 else 128 - code

    def said(self):
        return self.log.read_text(encoding="utf-8")


def processes_on(output):
    """(pid, command line) of every living process that has `output` among its arguments."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            arguments = (entry / "cmdline").read_bytes().split(b"\0")
            if os.fsencode(output) in arguments:
                found.append((int(entry.name), b" ".join(arguments).decode()))
    return found


def variable_of(pid, name):
    """An environment variable of a process; None where it has none, or is gone."""
    with contextlib.suppress(OSError):
        for line in pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
            if line.startswith(name.encode() + b"="):
                return line.split(b"=", 1)[1].decode()
    return None


def wait_until(condition, timeout=30, pause=0.002):
    """Whether the condition came true in time."""
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


# --- sweeps and their files -------------------------------------------------------------------------------------------

def sweep_text(shape=(15, 20), seconds=0.005, solver="ordinary", parameters="", run=""):
    """A sweep over x and y of the testbed's model."""
    return (f"[sweep]\nmodel = testbed\nsolver = {solver}\n"
            f"[grid]\nx = linspace(0, 1, {shape[0]})\ny = linspace(0, 1, {shape[1]})\n"
            f"[parameters]\nseconds = {seconds}\n{parameters}\n[run]\n{run}\n")


def datasets(file):
    """All of an open result file, by name; the status first: what it acknowledges is then in the others."""
    names = sorted(file, key=lambda name: name != "status")
    return {name: numpy.asarray(file[name][()]) for name in names}


def read_file(path):
    with h5py.File(path, "r") as file:
        return datasets(file)


def rows_with_result(path):
    """How many, also while the file is being made or written; none where there is no file."""
    if not path.exists():
        return 0
    with h5py.File(path, "r") as file:
        return int(numpy.count_nonzero(file["status"][()]))


def differences(left, right):
    """Names of datasets that are not the same bit for bit, what tells of the history aside."""
    return [name for name in sorted(left.keys() | right.keys()) if name not in HISTORY and
            (name not in left or name not in right or left[name].shape != right[name].shape or
             left[name].tobytes() != right[name].tobytes())]


# --- tests ------------------------------------------------------------------------------------------------------------

class CommandLineTest(unittest.TestCase):
    """Each test works in a new folder of its own, `self.folder`."""

    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="glasscape"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        scratch = tempfile.TemporaryDirectory(prefix="mpi", ignore_cleanup_errors=True)  # short: sockets lie in it
        self.addCleanup(scratch.cleanup)
        self.environment = environment(scratch.name)

    def run_program(self, *arguments, ranks=None, program=TESTBED, timeout=60, prefix=(), environment=None):
        done = subprocess.run([*prefix, *command(arguments, ranks, program)], cwd=self.folder, timeout=timeout,
                              env={**self.environment, **(environment or {})}, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)
        return Finished(done.returncode, done.stdout, done.stderr)

    @contextlib.contextmanager
    def running(self, *arguments, ranks=None, program=TESTBED, environment=None):
        """A program in the background, ended (all its ranks) when the block is left."""
        process = subprocess.Popen(command(arguments, ranks, program), cwd=self.folder, text=True,
                                   env={**self.environment, **(environment or {})}, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
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
        self.assertEqual(differences(read_file(self.folder / one), read_file(self.folder / two)), [])

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
        self.assertTrue(wait_until(condition, seconds, pause=0.02), f"waited in vain for {what}")


class ResumeTest(CommandLineTest):
    """A test of one sweep in `self.output` that is stopped or killed, and run again."""

    def setUp(self):
        super().setUp()
        self.output = self.folder / "out.h5"
        self.states = self.folder / "out.h5.state"
        self.addCleanup(self.end_all)

    def end_all(self):
        for pid, _ in processes_on(self.output):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def write_sweep(self, **options):
        return self.folder / self.write("sweep.ini", sweep_text(**options))

    def start(self, sweep, ranks, *options, **variables):
        return Job(sweep, self.output, ranks, *options, **variables)

    def uninterrupted(self, sweep):
        """The datasets of the same sweep, solved by one rank without a break."""
        reference = self.folder / "reference.h5"
        if not reference.exists():
            Job(sweep, reference, 1).wait()
        return read_file(reference)

    def at_once(self, text):
        """The datasets of another sweep, likewise."""
        path = self.folder / "at_once.h5"
        path.unlink(missing_ok=True)
        shutil.rmtree(self.folder / "at_once.h5.state", ignore_errors=True)  # of another text, perhaps
        sweep = self.folder / self.write("at_once.ini", text)
        self.assertEqual(Job(sweep, path, 1).wait(), COMPLETE)
        return read_file(path)

    def kept(self):
        """Names of the files with the states of points, but of those being written."""
        paths = self.states.iterdir() if self.states.exists() else []
        return sorted(path.name for path in paths if path.suffix != ".new")

    def assert_nothing_left(self):
        """No rank, and no file beside the result."""
        self.assertTrue(wait_until(lambda: not processes_on(self.output), timeout=10),
                        f"processes left: {processes_on(self.output)}")
        beside = [path.name for path in self.folder.glob(self.output.name + "*") if path != self.output]
        self.assertEqual(beside, [], "side files left")


def main():
    unittest.main(verbosity=2)
