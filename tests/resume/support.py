"""Starting sweeps of the testbed, finding their ranks, and comparing their result files."""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("GLASSCAPE_TESTBED", str(ROOT / "build" / "glasscape_testbed"))
HISTORY = {"seconds", "attempts"}  # what may differ between a killed and an uninterrupted sweep
PENDING, DONE, FAILED = 0, 1, 2


def sweep_text(shape=(15, 20), seconds=0.005, solver="ordinary", parameters="", run=""):
    """A sweep over x and y of the testbed's model."""
    return (f"[sweep]\nmodel = testbed\nsolver = {solver}\n"
            f"[grid]\nx = linspace(0, 1, {shape[0]})\ny = linspace(0, 1, {shape[1]})\n"
            f"[parameters]\nseconds = {seconds}\n{parameters}\n[run]\n{run}\n")


class Job:
    """A running `glasscape run`: the launcher (or the serial process) and its ranks."""

    def __init__(self, sweep, output, ranks, *options):
        self.ranks, self.output = ranks, output
        launcher = ["mpirun", "-q", "-n", str(ranks), "--oversubscribe", "--bind-to", "none"] if ranks > 1 else []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="job", dir=output.parent))  # for its log, and Open MPI's files
        self.log = self.folder / "log"
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [*launcher, PROGRAM, "run", str(sweep), "-o", str(output), *options], env=environment(self.folder),
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


def environment(folder):
    """Open MPI may run as root, and keeps its own files in `folder`, where those of a killed job are not left for ever."""
    return {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
            "OPENBLAS_NUM_THREADS": "1", "OMPI_MCA_orte_tmpdir_base": str(folder),
            "OMPI_MCA_btl_vader_backing_directory": str(folder)}


def glasscape(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)


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


def read_file(path):
    """Every dataset of a result file, by name; the status first: what it acknowledges is then in the others."""
    with h5py.File(path, "r") as file:
        names = sorted(file, key=lambda name: name != "status")
        return {name: np.asarray(file[name][()]) for name in names}


def status_of(path):
    """The status of every row, also while the file is being made or written; nothing where there is no file."""
    if not path.exists():
        return np.zeros(0, np.int8)
    with h5py.File(path, "r") as file:
        return file["status"][()].ravel()


def rows_with_result(path):
    return int(np.count_nonzero(status_of(path)))


def differences(left, right):
    """Names of datasets that are not the same bit for bit, what tells of the history aside."""
    return [name for name in sorted(left.keys() | right.keys()) if name not in HISTORY and
            (name not in left or name not in right or left[name].tobytes() != right[name].tobytes())]


class ResumeTest(unittest.TestCase):
    """A test with a folder of its own and the sweep file in it."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="resume"))
        self.output = self.folder / "out.h5"
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.addCleanup(self.end_all)

    def end_all(self):
        for pid, _ in processes_on(self.output):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def write_sweep(self, **options):
        sweep = self.folder / "sweep.ini"
        sweep.write_text(sweep_text(**options))
        return sweep

    def start(self, sweep, ranks, *options):
        return Job(sweep, self.output, ranks, *options)

    def uninterrupted(self, sweep):
        """The datasets of the same sweep, solved by one rank without a break."""
        reference = self.folder / "reference.h5"
        if not reference.exists():
            Job(sweep, reference, 1).wait()
        return read_file(reference)

    def assert_nothing_left(self):
        """No rank, and no file beside the result."""
        self.assertTrue(wait_until(lambda: not processes_on(self.output), timeout=10),
                        f"processes left: {processes_on(self.output)}")
        beside = [path.name for path in self.folder.glob(self.output.name + "*") if path != self.output]
        self.assertEqual(beside, [], "side files left")
