"""Points that kill their rank, or that only killing their rank can end: tried twice, then failed; the sweep ends."""

from support import CommandLineTest, main

DONE, FAILED = 1, 2
GRID = "0, 0.25, 0.5, 0.75, 1"
KILLED_TWICE = "killed its rank twice (crash, or memory): see --retry-failed"


class PointDeaths(CommandLineTest):
    def bad_sweep(self, solver, trigger=0.5, run=""):
        self.sweep(f"[parameters]\ntrigger = {trigger}\n{run}", solver=solver, x=GRID)

    def run_sweep(self, *options, ranks):
        done = self.run_program("run", "sweep.ini", *options, ranks=ranks)
        self.assertNotIn("terminate called", done.err)
        return done

    def assert_given_up(self, done, message):
        """The point at x = 0.5 is failed, all others are done."""
        self.assertEqual(done.code, 1, done.err)
        self.assertTrue(done.err.rstrip().endswith("4 done, 1 failed, 0 unconverged"), done.err)
        self.assertEqual(list(self.read("sweep.h5", "status")), [DONE, DONE, FAILED, DONE, DONE])
        self.assertEqual(self.messages("sweep.h5")[2], message)
        self.assert_folder_holds("sweep.h5", "sweep.ini")

    def check_death(self, solver, ranks, code):
        self.bad_sweep(solver)
        self.assertEqual(self.run_sweep(ranks=ranks).code, code)
        second = self.run_sweep(ranks=ranks)
        self.assertEqual(second.code, code)
        self.assertIn("x = 0.5 was under way when a rank died; it is tried again, last", second.err)
        (self.folder / ".sweep.h5.new.teams").write_text("of a master that was killed as it wrote this")
        self.assert_given_up(self.run_sweep(ranks=ranks), KILLED_TWICE)

    # alone, the code says that a signal came; under the launcher it is 128 + signal

    def test_aborts_alone(self):
        self.check_death("abort", None, -6)

    def test_aborts_under_the_launcher(self):
        self.check_death("abort", 3, 134)

    def test_is_killed_alone(self):
        self.check_death("killed", None, -9)

    def test_is_killed_under_the_launcher(self):
        self.check_death("killed", 3, 137)

    def test_is_tried_again_where_told_to(self):
        self.bad_sweep("killed")
        for code in (-9, -9, 1):
            self.assertEqual(self.run_sweep(ranks=None).code, code)
        for code in (-9, -9, 1):
            self.assertEqual(self.run_sweep(*["--retry-failed"] if code == -9 else [], ranks=None).code, code)

    def test_starting_anew_forgets_deaths(self):
        self.bad_sweep("killed")
        for options in ((), ("--overwrite",), ()):
            self.assertEqual(self.run_sweep(*options, ranks=None).code, -9)
        self.assert_given_up(self.run_sweep(ranks=None), KILLED_TWICE)

    def test_a_good_point_on_another_rank_is_solved_in_the_end(self):
        """The bad point comes first, its neighbour is under way at the same time and dies with it."""
        self.bad_sweep("killed", trigger=0)
        for _ in range(4):
            done = self.run_sweep(ranks=3)
            if done.code == 1:
                break
        self.assertEqual(list(self.read("sweep.h5", "status")), [FAILED] + 4 * [DONE], done.err)

    def test_never_asks(self):
        """Its rank cannot be freed: the job ends with 75, the point is failed, the next job does the others."""
        why = "exceeded point_timeout = 0.2 s without ever asking whether to stop"
        for ranks in (None, 3):
            with self.subTest(ranks=ranks):
                self.bad_sweep("spin_deaf", run="[run]\npoint_timeout = 0.2\n")
                done = self.run_sweep("--overwrite", ranks=ranks)
                self.assertEqual(done.code, 75, done.err)
                self.assertIn(f"x = 0.5: {why}; it is marked failed: run again to continue with the others", done.err)
                self.assert_given_up(self.run_sweep(ranks=ranks), why)


if __name__ == "__main__":
    main()
