"""Langevin state evolution as a user runs it: planned, run, shown, read with xarray; times that make no sense."""

import os

import numpy
import xarray

from support import GLASSCAPE, CommandLineTest, main

SWEEP = "[sweep]\nmodel = spiked_matrix_tensor\nsolver = langevin_state_evolution\n"
GRID = "[grid]\ntemperature = 0, 1\ndelta2 = 0.2, 0.5, 0.8\n"
PARAMETERS = "[parameters]\ndeltap = 1\nscheme = uniform\ninitial_overlap = 0.01\ntolerance = 1e-3\nt_max = 4\n"


class Dynamics(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.write("short.ini", SWEEP + GRID + PARAMETERS + "waiting_times = 0.5, 1\nlags = 0, 1, 3, 4\n")

    def open(self, name="short.h5"):
        dataset = xarray.open_dataset(self.folder / name, engine="h5netcdf")
        self.addCleanup(dataset.close)
        return dataset

    def test_plan(self):
        done = self.assert_succeeds("plan", "short.ini", program=GLASSCAPE)
        self.assertRegex(done.out, r"points +6\n")
        self.assertRegex(done.out, r"cost +\d")
        self.assert_folder_holds("short.ini")

    def test_run_gives_labelled_dimensions(self):
        self.assert_succeeds("run", "short.ini", program=GLASSCAPE)
        self.assert_folder_holds("short.h5", "short.ini")
        data = self.open()
        self.assertEqual(data.overlap.dims, ("temperature", "delta2", "time"))
        self.assertEqual(data.correlation.dims, ("temperature", "delta2", "waiting_time", "lag"))
        self.assertEqual(data.recovered.dims, ("temperature", "delta2"))
        self.assertEqual(data.recovered.attrs["flag_meanings"], "not_recovered recovered")
        self.assertEqual((data.time.values[0], data.time.values[-1], data.sizes["time"]), (0.01, 4, 22))
        self.assertTrue(numpy.isfinite(data.overlap).all())
        parts = data.energy_matrix + data.energy_tensor
        self.assertLess(float(abs(data.energy - parts).max()), 1e-12)
        self.assertTrue((data.recovered.sel(delta2=0.2) == 1).all())
        self.assertTrue(numpy.isnan(data.recovery_time.where(data.recovered == 0)).all())
        # entries later than t_max are missing, and only they
        later = data.waiting_time + data.lag > 4
        self.assertTrue((numpy.isnan(data.correlation) == later).all())

    def test_show_and_export(self):
        self.assert_succeeds("run", "short.ini", program=GLASSCAPE)
        shown = self.assert_succeeds("show", "short.h5", "--at", "delta2=0.2,temperature=1", program=GLASSCAPE)
        for name in ("overlap", "energy", "correlation", "recovery_time"):
            self.assertIn(name, shown.out)
        self.assert_succeeds("export", "short.h5", "-o", "table.csv", "--observable", "recovery_time", program=GLASSCAPE)
        self.assertEqual(len((self.folder / "table.csv").read_text().splitlines()), 7)

    def test_end_on_an_axis(self):
        self.write("ends.ini", SWEEP + "[grid]\nt_max = 1, 2\n[parameters]\ndelta2 = 0.4\ndeltap = 1\n"
                   "scheme = uniform\ntolerance = 1e-2\n")
        self.assert_succeeds("run", "ends.ini", program=GLASSCAPE)
        data = self.open("ends.h5")
        self.assertEqual(float(data.time[-1]), 2)
        self.assertTrue((numpy.isnan(data.energy) == (data.time > data.t_max)).all())

    def test_models_says_what_the_default_times_are(self):
        done = self.assert_succeeds("models", "spiked_matrix_tensor", "langevin_state_evolution", program=GLASSCAPE)
        self.assertRegex(done.out, r"times .*default 8 per decade up to t_max")
        self.assertIn("up to t_max", done.out)

    def test_twelve_decades_of_rows_fit_into_little_memory(self):
        self.write("late.ini", "[sweep]\nmodel = mixed_pspin\nsolver = quench\n"
                   "[parameters]\np = 3\ntemperature = 0\nt_max = 1e7\ntolerance = 1e-6\n")
        with self.running("run", "late.ini", program=GLASSCAPE) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(self.open("late.h5").status, 1)
        self.assertLess(used.ru_maxrss, 200e3, "kB")

    def test_times_beyond_the_end(self):
        for line, complaint in {
                "times = 1, 5": "bad.ini:14: [parameters] times = 1, 5: 5 is beyond t_max = 4",
                "waiting_times = 4.5": "bad.ini:14: [parameters] waiting_times = 4.5: 4.5 is beyond t_max = 4",
                "times = -1": "-1 is not allowed; allowed: a number in [0, inf)",
                "times = soon": "'soon' is no number",
                "lags = 1, 1": "the value 1 stands twice"}.items():
            with self.subTest(line):
                self.write("bad.ini", SWEEP + GRID + PARAMETERS + "\n" + line + "\n")
                self.assert_complains(2, "run", "bad.ini", says=complaint, program=GLASSCAPE)
        self.write("bad.ini", SWEEP + GRID + PARAMETERS.replace("t_max = 4", "t_max = 0"))
        self.assert_complains(2, "run", "bad.ini", says="t_max = 0: 0 is not allowed", program=GLASSCAPE)
        self.write("bad.ini", SWEEP + "[grid]\ntimes = 1, 2\ndelta2 = 1\n" + PARAMETERS)
        self.assert_complains(2, "run", "bad.ini", says="'times' is a list and belongs into [parameters]",
                              program=GLASSCAPE)


if __name__ == "__main__":
    main()
