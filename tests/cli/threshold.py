"""`glasscape threshold`: tables of crossings, as a user makes and uses them."""

import csv
import math

from support import CommandLineTest, main

OPTIONS = ("--along", "time", "--observable", "correlation", "--level", "0.5")


class Threshold(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.sweep("shape = exponential, algebraic\n[parameters]\ntimes = linspace(0, 4, 81)\n", solver="series",
                   x="0, 0.5, 1, 1.5, 2")
        self.assert_succeeds("run", "sweep.ini", "-o", "a.h5")

    def rows(self, file):
        with open(self.folder / file, newline="", encoding="utf-8") as text:
            return list(csv.DictReader(text))

    def test_times_of_a_level(self):
        """exp(-(1 + x^2) t) and (1 + t)^-(1 + x^2) reach 1/2 at known times; values have an error of 0.01."""
        done = self.assert_succeeds("threshold", "a.h5", *OPTIONS, "-o", "t.csv")
        self.assertEqual((done.out, done.err), ("", ""))
        rows = self.rows("t.csv")
        self.assertEqual(len(rows), 10)
        for row in rows:
            rate = 1 + float(row["x"]) ** 2
            exact = math.log(2) / rate if row["shape"] == "exponential" else 2 ** (1 / rate) - 1
            self.assertAlmostEqual(float(row["threshold"]), exact, delta=1e-4)
            slope = rate / 2 if row["shape"] == "exponential" else rate / 2 / (1 + exact)
            self.assertLess(float(row["threshold_error"]), 0.0105 / slope)
            self.assertGreater(float(row["threshold_error"]), 0.0099 / slope / math.sqrt(2))
            self.assertEqual(row["crossings"], "1")

    def test_change_of_a_category_fixed_elsewhere(self):
        self.assert_succeeds("threshold", "a.h5", "--along", "x", "--observable", "regime", "--at", "shape=algebraic",
                             "-o", "t.csv")
        self.assertEqual([(row["threshold"], row["threshold_error"]) for row in self.rows("t.csv")], [("1.25", "0.25")])

    def test_table_is_a_result_file_and_an_overlay(self):
        self.assert_succeeds("threshold", "a.h5", *OPTIONS, "-o", "t.h5")
        self.assert_succeeds("check", "t.h5")
        self.assertIn("correlation = 0.5; with error", self.assert_succeeds("show", "t.h5").out)
        self.assert_succeeds("plot", "a.h5", "-o", "a.svg", "--x", "x", "--y", "time", "--value", "correlation",
                             "--at", "shape=exponential", "--overlay", "t.h5")
        self.assertIn("correlation = 0.5", (self.folder / "a.svg").read_text())
        self.assertEqual(self.read("t.h5", "threshold").shape, (5, 2))

    def test_level_out_of_reach(self):
        done = self.assert_succeeds("threshold", "a.h5", *OPTIONS[:-1], "2", "-o", "t.csv")
        self.assertIn("note: 10 of 10 lines without a threshold", done.err)
        self.assertEqual({row["message"] for row in self.rows("t.csv")}, {"no crossing"})

    def test_no_divergence(self):
        done = self.assert_succeeds("threshold", "a.h5", "--along", "time", "--diverging", "response", "-o", "t.csv")
        self.assertIn("without a threshold", done.err)
        self.assertEqual({row["exponent"] for row in self.rows("t.csv")}, {"nan"})

    def test_mistakes(self):
        for words, says in ((["--along", "tiem", *OPTIONS[2:]], "did you mean 'time'?"),
                            (["--along", "shape", *OPTIONS[2:]], "its values are names"),
                            (["--along", "time", "--observable", "regime"], "regime does not depend on it"),
                            (["--along", "x", "--observable", "corelation", "--level", "1"], "did you mean 'correlation'?"),
                            (["--along", "time", "--observable", "correlation"], "--level is missing"),
                            (["--along", "x"], "either --observable or --diverging"),
                            ([*OPTIONS, "--diverging", "response"], "either --observable or --diverging"),
                            ([*OPTIONS, "--nearest", "5"], "--nearest: belongs to --diverging"),
                            (["--along", "x", "--diverging", "response", "--nearest", "2"], "at least 4"),
                            (OPTIONS[2:], "--along, the dimension of the threshold, is missing")):
            with self.subTest(words=words):
                self.assert_complains(2, "threshold", "a.h5", *words, "-o", "t.csv", says=says)
        self.assert_complains(2, "threshold", "a.h5", *OPTIONS, "-o", "t.txt", says="ends in .csv or .h5")
        self.assert_complains(2, "threshold", "a.h5", *OPTIONS, "-o", "a.h5", says="is the result file itself")
        self.assert_complains(2, "threshold", "b.h5", *OPTIONS, "-o", "t.csv", says="no such file")
        self.assert_folder_holds("a.h5", "sweep.ini")

    def test_help(self):
        done = self.assert_succeeds("threshold", "--help")
        for words in ("--along DIMENSION", "--diverging", "--overlay"):
            self.assertIn(words, done.out)


if __name__ == "__main__":
    main()
