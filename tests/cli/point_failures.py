"""Points that throw, give NaN, do not converge, take too long or kill their rank: outcomes with a message."""

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

    def test_never_asks(self):
        """Its rank cannot be freed: the job ends with 75, the point is failed, the next job does the others."""
        for ranks in (None, 3):
            with self.subTest(ranks=ranks):
                self.bad_sweep("spin_deaf", "[run]\npoint_timeout = 0.2\n")
                done = self.run_program("run", "sweep.ini", "--overwrite", ranks=ranks)
                self.assertEqual(done.code, 75, done.err)
                self.assertIn("x = 0.5: exceeded point_timeout = 0.2 s without ever asking whether to stop; it is marked "
                              "failed: run again to continue with the others", done.err)
                self.assert_ends(1, ranks=ranks)
                self.assert_outcome(FAILED, "exceeded point_timeout = 0.2 s without ever asking whether to stop")

    def check_death(self, solver, codes):
        """It kills its rank once, twice; then it is failed, all others are done, and the sweep ends."""
        for ranks in (None, 3):
            with self.subTest(ranks=ranks):
                self.bad_sweep(solver)
                self.assertIn(self.run_program("run", "sweep.ini", "--overwrite", ranks=ranks).code, codes)
                second = self.run_program("run", "sweep.ini", ranks=ranks)
                self.assertIn(second.code, codes)
                self.assertIn("x = 0.5 was under way when a rank died; it is tried again, last", second.err)
                done = self.assert_ends(1, ranks=ranks)
                self.assertTrue(done.err.rstrip().endswith("4 done, 1 failed, 0 unconverged"), done.err)
                self.assert_outcome(FAILED, "killed its rank twice (crash, or memory): see --retry-failed")
                self.assert_folder_holds("sweep.h5", "sweep.ini")
                self.assertIn(self.run_program("run", "sweep.ini", "--retry-failed", ranks=ranks).code, codes)

    def test_aborts(self):
        self.check_death("abort", codes={-6, 134})  # alone; the launcher's 128 + SIGABRT

    def test_is_killed(self):
        self.check_death("killed", codes={-9, 137})

    def test_a_good_point_is_not_blamed(self):
        """With the bad point first, its neighbour on another rank dies with it, yet is solved in the end."""
        self.bad_sweep("killed", trigger=0)
        for _ in range(3):
            self.run_program("run", "sweep.ini", ranks=3)
        done = self.run_program("run", "sweep.ini", ranks=3)
        statuses = list(self.read("sweep.h5", "status"))
        self.assertEqual((statuses[0], statuses[2:]), (FAILED, [DONE] * 3), done.err)

    def test_a_stop_is_no_failure(self):
        """A point that is asked to stop is left pending."""
        self.bad_sweep("spin_asking")
        self.assert_ends(75, "--walltime", "0.5")
        counts = json.loads(self.run_program("status", "sweep.h5", "--json").out)
        self.assertEqual((counts["failed"], counts["pending"] > 0, counts["running"]), (0, True, False))


if __name__ == "__main__":
    main()
