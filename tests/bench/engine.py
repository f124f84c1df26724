"""What the engine costs, on the built program: rates, shares of a core, times. Prints a line a figure; asserts nothing.

    engine.py [--build FOLDER] [--scratch FOLDER] [FIGURE]...      all figures by default
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OPENBLAS_NUM_THREADS": "1"}


def report(what, value, target):
    print(f"{what:<62} {value:>16}   (target {target})", flush=True)


def median(values):
    return sorted(values)[len(values) // 2]


class Bench:
    def __init__(self, build, scratch):
        self.build, self.scratch = build, scratch

    def launch(self, ranks, *command):
        return ["mpirun", "-q", "-n", str(ranks), "--oversubscribe", "--bind-to", "none",
                str(self.build / command[0]), *map(str, command[1:])]

    def timed(self, *command):
        """Seconds of wall time; the command must end with 0."""
        start = time.monotonic()
        done = subprocess.run([*map(str, command)], env=ENVIRONMENT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
        return time.monotonic() - start

    def testbed(self, seconds, x, y):
        sweep = self.scratch / "testbed.ini"
        sweep.write_text(f"[sweep]\nmodel = testbed\nsolver = ordinary\n[grid]\nx = linspace(0, 1, {x})\n"
                         f"y = linspace(0, 1, {y})\n[parameters]\nseconds = {seconds}\n")
        return sweep

    def fresh(self):
        for path in self.scratch.glob("bench.h5*"):
            path.unlink()
        return self.scratch / "bench.h5"

    def quickstart_sweep(self):
        sweep = ROOT / "jobs" / "quickstart.ini"
        if not sweep.exists():
            sweep = self.scratch / "quickstart.ini"
            sweep.write_text("[sweep]\nmodel = spiked_matrix_tensor\nsolver = state_evolution\n[grid]\n"
                             "deltap = logspace(0.05, 10, 200)\ndelta2 = linspace(0.1, 2, 200)\n[parameters]\np = 3\n")
        return sweep

    def quickstart(self):
        seconds = median([self.timed(*self.launch(3, "glasscape", "run", self.quickstart_sweep(), "-o", self.fresh()))
                          for _ in range(3)])
        report("quickstart, 40 000 points end to end, 3 ranks", f"{seconds:.2f} s", "10 s")

    def store(self):
        """From start to end of the command, creation of the file included."""
        sweep = self.testbed(0, 1000, 1000)
        for ranks in (1, 3):
            run = ["run", sweep, "-o", self.fresh()]
            command = self.launch(ranks, "glasscape_testbed", *run) if ranks > 1 else [
                self.build / "glasscape_testbed", *run]
            whole = self.timed(*command)
            again = self.timed(*command)  # nothing left: start, scan, end
            report(f"10^6 no-op points through dispatch and store, {ranks} rank(s)", f"{1e6 / whole:.0f} /s", "20 000 /s")
            report("  the same command again, nothing left to solve", f"{again:.2f} s", "none")

    def dispatch(self):
        for ranks in (2, 3, 5):
            done = subprocess.run(self.launch(ranks, "tests/bench/empty_dispatch", 3_000_000), env=ENVIRONMENT,
                                  capture_output=True, text=True, check=True)
            report(f"dispatch alone, {ranks} ranks", f"{float(done.stdout):.0f} /s", "100 000 /s")

    def share(self):
        """CPU of each rank, from /proc/PID/stat, over some seconds in which the points sleep 20 ms each."""
        for what, x, seconds in (("points of 20 ms", 1000, 0.02), ("one point of 20 s, so one worker idle", 1, 20)):
            job = subprocess.Popen(self.launch(3, "glasscape_testbed", "run", self.testbed(seconds, x, 1), "-o",
                                               self.fresh()), env=ENVIRONMENT, stderr=subprocess.DEVNULL)
            time.sleep(3)
            ranks = sorted(ranks_of(job.pid))
            before = [ticks(pid) for _, pid in ranks]
            time.sleep(5)
            after = [ticks(pid) for _, pid in ranks]
            job.terminate()
            job.wait()
            for (rank, _), start, end in zip(ranks, before, after):
                report(f"{what}: rank {rank}{' (master)' if rank == 0 else ''}",
                       f"{100 * (end - start) / CLOCK_TICKS / 5:.1f} % of a core", "2 %")

    def plan(self):
        """Of 10^8 points: time and peak memory."""
        sweep = self.scratch / "plan.ini"
        sweep.write_text("[sweep]\nmodel = spiked_matrix_tensor\nsolver = state_evolution\n[grid]\n"
                         "deltap = logspace(0.05, 10, 10000)\ndelta2 = linspace(0.1, 2, 10000)\n")
        start = time.monotonic()
        process = subprocess.Popen([self.build / "glasscape", "plan", sweep], stdout=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        report("plan of 10^8 points", f"{time.monotonic() - start:.2f} s", "1 s")
        report("  memory", f"{usage.ru_maxrss / 1024:.0f} MB", "100 MB")

    def status(self):
        output = self.fresh()
        self.timed(*self.launch(3, "glasscape", "run", self.quickstart_sweep(), "-o", output))
        seconds = median([self.timed(self.build / "glasscape", "status", output) for _ in range(5)])
        report("status of a file of 40 000 points", f"{seconds:.3f} s", "0.3 s")


def ranks_of(launcher):
    """(rank, pid) of the launcher's ranks."""
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if not entry.name.isdigit() or int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) != launcher:
                continue
            for variable in (entry / "environ").read_bytes().split(b"\0"):
                if variable.startswith(b"OMPI_COMM_WORLD_RANK="):
                    yield int(variable.split(b"=")[1]), int(entry.name)
        except OSError:
            continue  # it ended meanwhile


def ticks(pid):
    """User and system time of a process, in clock ticks."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def main():
    figures = ["quickstart", "store", "dispatch", "share", "plan", "status"]
    parser = argparse.ArgumentParser()
    parser.add_argument("figures", nargs="*", default=figures, metavar="FIGURE", help=", ".join(figures))
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--scratch", type=pathlib.Path, help="where the result files go; default: the temporary folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        bench = Bench(options.build.resolve(), pathlib.Path(scratch))
        for figure in options.figures:
            if figure not in figures:
                parser.error(f"no figure {figure}; there are {', '.join(figures)}")
            getattr(bench, figure)()


if __name__ == "__main__":
    main()
