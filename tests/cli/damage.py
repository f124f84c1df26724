"""Bytes flipped on disk: `check` finds the row, `run` computes it again."""

import numpy

from support import CommandLineTest, main


class Damage(CommandLineTest):
    def setUp(self):
        super().setUp()
        self.sweep("y = 1, 2, 3\n", x="0.5, 1")
        self.assert_succeeds("run", "sweep.ini", "-o", "whole.h5")
        self.assert_succeeds("run", "sweep.ini", "-o", "a.h5")

    def test_an_undamaged_file(self):
        done = self.assert_succeeds("check", "a.h5")
        self.assertEqual(done.out, "a.h5: 6 rows, 0 damaged\n")

    def test_flipped_bytes_are_found_and_recomputed(self):
        for dataset, row_bytes in {"value": 8, "value_error": 8, "status": 1, "message": 256, "point_key": 8,
                                   "checksum": 8}.items():
            with self.subTest(dataset):
                self.flip_byte("a.h5", dataset, 4 * row_bytes)
                done = self.run_program("check", "a.h5")
                self.assertEqual(done.code, 1)
                self.assertIn("damaged: row 4 (x = 1, y = 2)\n", done.out)
                self.assertIn("a.h5: 6 rows, 1 damaged\n", done.out)
                done = self.assert_succeeds("run", "sweep.ini", "-o", "a.h5")
                self.assertIn("finished: 1 point in", done.err)
                self.assert_same_results("a.h5", "whole.h5")
                self.assert_succeeds("check", "a.h5")

    def test_several_rows(self):
        for row in (0, 5):
            self.flip_byte("a.h5", "value", 8 * row + 3)
        done = self.run_program("check", "a.h5")
        self.assertEqual(done.code, 1)
        self.assertIn("damaged: row 0 (x = 0.5, y = 1)\n", done.out)
        self.assertIn("damaged: row 5 (x = 1, y = 3)\n", done.out)
        self.assert_succeeds("run", "sweep.ini", "-o", "a.h5", ranks=3)
        self.assert_same_results("a.h5", "whole.h5")

    def test_history_is_not_checksummed(self):
        self.flip_byte("a.h5", "seconds", 8)
        self.assert_succeeds("check", "a.h5")

    def test_a_single_point(self):
        self.sweep("[parameters]\nx = 1\n", name="point.ini", x=None)
        self.assert_succeeds("run", "point.ini")
        self.assertEqual(self.read("point.h5", "value").shape, ())
        self.flip_byte("point.h5", "value")
        self.assertIn("damaged: row 0 (the only point)\n", self.run_program("check", "point.h5").out)
        self.assert_succeeds("run", "point.ini")
        numpy.testing.assert_equal(self.read("point.h5", "attempts"), 2)


if __name__ == "__main__":
    main()
