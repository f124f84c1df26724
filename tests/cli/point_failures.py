"""Points that throw, give NaN, do not converge or take too long: outcomes with a message; the sweep goes on."""

import json

from support import CommandLineTest, main

DONE, FAILED, UNCONVERGED = 1, 2, 3
GRID = "0, 0.25, 0.5, 0.75, 1"
BAD = 2  # the row of x = 0.5


class PointFailures(CommandLineTest):
    def bad_sweep(self, solver, run="", trigger=0.5):
        self.sweep(f"[parameters]\ntrigger = {trigger}\n{run}", solver=solver, x=GRID)

    def assert_ends(self, code, *options, ranks=None, **more):
        done = self.run_program("run", "sweep.ini", *options, ranks=ranks, **more)
        self.assertEqual(done.code, code, done.err)
        return done

    def assert_outcome(self, status, message):
        expected = [DONE] * 5
        expected[BAD] = status
        self.assertEqual(list(self.read("sweep.h5", "status")), expected)
        self.assertEqual(self.messages("sweep.h5")[BAD], message)

    def check_failure(self, solver, message, status=FAILED, run=""):
        """The sweep ends with 1 and says how many, resumes to the same, and tries again when told to."""
        for ranks in (None, 3):
            with self.subTest(ranks=ranks):
                self.bad_sweep(solver, run)
                counts = "4 done, 1 failed, 0 unconverged" if status == FAILED else "4 done, 0 failed, 1 unconverged"
                done = self.assert_ends(1, "--overwrite", ranks=ranks)
                self.assert_calm(done)
                self.assertTrue(done.err.rstrip().endswith(counts), done.err)
                self.assert_outcome(status, message)
                done = self.assert_ends(1, ranks=ranks)
                self.assertIn("nothing was left to solve", done.err)
                self.assertTrue(done.err.rstrip().endswith(counts), done.err)
                self.assert_ends(1, "--retry-failed", ranks=ranks)
                self.assertEqual(list(self.read("sweep.h5", "attempts")), [1, 1, 2, 1, 1])
                self.assert_folder_holds("sweep.h5", "sweep.ini")

    def test_throws(self):
        self.check_failure("throw", "diverged at x = 0.5")

    def test_gives_nan(self):
        self.check_failure("nan", "value is not a number")

    def test_does_not_converge(self):
        self.check_failure("unconverged", "residual 0.1 after 100 iterations", status=UNCONVERGED)
        self.assertFalse(any(self.read("sweep.h5", "value") != self.read("sweep.h5", "value")))  # its numbers are kept

    def test_asks_and_is_told_that_time_is_over(self):
        self.check_failure("spin_asking", "exceeded point_timeout = 0.2 s", run="[run]\npoint_timeout = 0.2\n")

    def test_a_stop_is_no_failure(self):
        """A point that is asked to stop is left pending."""
        self.bad_sweep("spin_asking")
        self.assert_ends(75, "--walltime", "0.5")
        counts = json.loads(self.run_program("status", "sweep.h5", "--json").out)
        self.assertEqual((counts["failed"], counts["pending"] > 0, counts["running"]), (0, True, False))


if __name__ == "__main__":
    main()
