"""The result file as netCDF-4 readers see it: xarray (h5netcdf), h5py and ncdump."""

import subprocess

import h5py
import numpy
import xarray

from support import CommandLineTest, main


class FileFormat(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.sweep("shape = algebraic, exponential\n[parameters]\ntimes = 0, 1, 2\ny = 1\n", solver="series",
                   x="linspace(0, 2, 5)")
        self.assert_succeeds("run", "sweep.ini", "-o", "a.h5", "--set", "parameters.y=2")

    def open(self, name="a.h5", **options):
        dataset = xarray.open_dataset(self.folder / name, engine="h5netcdf", **options)
        self.addCleanup(dataset.close)
        return dataset

    def test_xarray_finds_labelled_dimensions(self):
        data = self.open()
        self.assertEqual(dict(data.sizes), {"x": 5, "shape": 2, "time": 3})
        self.assertEqual(list(data.x.values), [0, 0.5, 1, 1.5, 2])
        self.assertEqual(list(data.time.values), [0, 1, 2])
        self.assertEqual(data.correlation.dims, ("x", "shape", "time"))
        self.assertEqual(data.regime.dims, ("x", "shape"))
        decay = data.correlation.sel(x=1, shape=0, time=2)  # exp(-(1 + x^2) t)
        self.assertAlmostEqual(float(decay), numpy.exp(-4), places=15)
        self.assertAlmostEqual(float(data.correlation.sel(x=1, shape=1, time=2)), 3.0**-2, places=15)

    def test_every_dataset_is_labelled(self):
        data = self.open()
        for name in [*data.data_vars, *data.coords]:
            with self.subTest(name):
                self.assertTrue(data[name].attrs.get("long_name"))
                self.assertTrue(data[name].attrs.get("units") or name == "time")  # xarray decodes units of time
        self.assertEqual(data.response.attrs["symbol"], "χ")
        self.assertEqual(data.correlation_error.attrs["long_name"], "one standard error of correlation")

    def test_categories_are_cf_flags(self):
        raw = self.open(mask_and_scale=False)
        self.assertEqual(raw.regime.dtype, numpy.int8)
        self.assertEqual(list(raw.regime.attrs["flag_values"]), [0, 1])
        self.assertEqual(raw.regime.attrs["flag_meanings"], "fast slow")
        self.assertEqual(raw.regime.attrs["_FillValue"], -1)
        self.assertEqual(raw.status.attrs["flag_meanings"], "pending done failed unconverged inferred")
        self.assertEqual(raw["shape"].attrs["flag_meanings"], "exponential algebraic")
        self.assertEqual(list(raw["shape"].values), [1, 0])
        self.assertEqual([raw[name].dtype.name for name in ("point_key", "checksum", "attempts", "seconds")],
                         ["uint64", "uint64", "int32", "float64"])

    def test_missing_values_are_masked_and_messages_are_text(self):
        self.sweep("[parameters]\ntrigger = 0.5\n", solver="throw", name="part.ini", x="0, 0.5, 1")
        self.assertEqual(self.run_program("run", "part.ini").code, 1)
        data = self.open("part.h5")
        self.assertEqual(list(numpy.isnan(data.value.values)), [False, True, False])
        self.assertEqual([text.decode() for text in data.message.values], ["", "diverged at x = 0.5", ""])
        self.assertTrue(numpy.isnan(self.open("part.h5", mask_and_scale=False).value.attrs["_FillValue"]))

    def test_root_says_where_it_comes_from(self):
        attributes = self.open().attrs
        self.assertEqual(attributes["model"], "testbed")
        self.assertEqual(attributes["solver"], "series")
        self.assertEqual(attributes["seed"], "1")
        self.assertEqual(attributes["sweep_file"], (self.folder / "sweep.ini").read_text())
        self.assertEqual(attributes["overrides"], "parameters.y=2")
        for name in ("glasscape_version", "format_version", "git_commit", "solver_version", "reference",
                     "ranks_per_point", "created", "hdf5_version", "mpi_version"):
            self.assertTrue(attributes[name], name)

    def test_creation_order_and_attached_scales(self):
        with h5py.File(self.folder / "a.h5", "r") as opened:
            names = []
            opened.id.links.iterate(lambda name: names.append(name.decode()), idx_type=h5py.h5.INDEX_CRT_ORDER)
            self.assertEqual(names[:4], ["x", "shape", "time", "message_length"])
            correlation = opened["correlation"]
            self.assertEqual([dimension.keys()[0] for dimension in correlation.dims], ["x", "shape", "time"])
            self.assertTrue(all(opened[name].chunks is None for name in names))

    def test_ncdump_prints_header_and_values(self):
        header = self.ncdump("-h", "a.h5")
        self.assertIn("double correlation(x, shape, time) ;", header)
        self.assertIn("x = 5 ;", header)
        values = self.ncdump("a.h5")
        self.assertIn(" x = 0, 0.5, 1, 1.5, 2 ;", values)
        self.assertIn(" status =\n  1, 1,\n", values)

    def test_ncdump_prints_messages(self):
        self.sweep("[parameters]\ntrigger = 0.5\n", solver="throw", name="part.ini", x="0, 0.5, 1")
        self.run_program("run", "part.ini")
        self.assertIn('"diverged at x = 0.5"', self.ncdump("-v", "message", "part.h5"))

    def ncdump(self, *arguments):
        done = subprocess.run(["ncdump", *arguments], cwd=self.folder, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_it_opens_while_the_sweep_runs(self):
        self.sweep("[parameters]\nseconds = 0.05\n", name="long.ini", x="linspace(0, 1, 500)")
        with self.running("run", "long.ini", ranks=3):
            self.wait_until((self.folder / "long.h5").exists, "the file")
            self.wait_until(lambda: (self.open("long.h5").status == 1).sum() >= 5, "five points")
            data = self.open("long.h5")
            done = data.status.values == 1
            self.assertTrue(numpy.isfinite(data.value.values[done]).all())
            self.assertIn("double value(x)", self.ncdump("-h", "long.h5"))


if __name__ == "__main__":
    main()
