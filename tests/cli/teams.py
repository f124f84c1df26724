"""[run] ranks_per_point: several ranks solve a point together."""

from support import CommandLineTest, main

DONE, FAILED = 1, 2
GRID = "linspace(0, 3, 31)"


class Teams(CommandLineTest):
    def team_sweep(self, ranks_per_point, parameters=""):
        self.sweep(f"[parameters]\n{parameters}[run]\nranks_per_point = {ranks_per_point}\n", solver="team", x=GRID)

    def test_a_team_adds_up_over_its_ranks(self):
        """Without the random number: 10 rounds of x (1 + 2 + ... + k)."""
        self.team_sweep(1)
        self.assert_succeeds("run", "sweep.ini", "-o", "alone.h5")
        alone = self.read("alone.h5", "value")
        for size, ranks in ((2, 3), (2, 5), (3, 5), (4, 9)):
            with self.subTest(size=size, ranks=ranks):
                self.team_sweep(size)
                done = self.assert_succeeds("run", "sweep.ini", "--overwrite", ranks=ranks)
                self.assertEqual("left over" in done.err, (ranks - 1) % size > 0, done.err)
                more = 10 * self.read("sweep.h5", "x") * (size * (size + 1) / 2 - 1)
                for got, expected in zip(self.read("sweep.h5", "value"), alone + more):
                    self.assertAlmostEqual(got, expected, 12)

    def test_the_same_numbers_on_any_number_of_teams(self):
        self.team_sweep(2)
        for ranks in (3, 7):
            self.assert_succeeds("run", "sweep.ini", "-o", f"{ranks}.h5", ranks=ranks)
        self.assert_same_results("3.h5", "7.h5")

    def test_a_rank_that_throws_fails_the_point_and_the_team_goes_on(self):
        for culprit in (0, 1, 2):
            with self.subTest(culprit=culprit):
                self.team_sweep(3, f"trigger = 1.5\nculprit = {culprit}\n")
                done = self.run_program("run", "sweep.ini", "--overwrite", ranks=4)
                self.assertEqual(done.code, 1, done.err)
                self.assert_calm(done)
                status = [FAILED if i == 15 else DONE for i in range(31)]
                self.assertEqual(list(self.read("sweep.h5", "status")), status)
                self.assertEqual(self.messages("sweep.h5")[15], f"rank {culprit} diverged in round 5")
                self.assertIn(f"1 x failed: rank {culprit} diverged in round 5", done.err)

    def test_stops_and_goes_on(self):
        self.team_sweep(2, "seconds = 0.2\n")
        self.assertEqual(self.run_program("run", "sweep.ini", "--walltime", "1.5", ranks=5).code, 75)
        self.assertTrue(0 < list(self.read("sweep.h5", "status")).count(DONE) < 31)
        self.assert_succeeds("run", "sweep.ini", ranks=5)
        self.assert_succeeds("run", "sweep.ini", "-o", "straight.h5", ranks=5)
        self.assert_same_results("sweep.h5", "straight.h5")

    def test_mistakes(self):
        self.team_sweep(5)
        self.assert_complains(2, "plan", "sweep.ini", says="solver team uses at most 4 ranks a point")
        self.team_sweep(1.5)
        self.assert_complains(2, "plan", "sweep.ini", says="a whole number of ranks, at least 1")
        self.team_sweep(3)
        for ranks in (None, 3):
            self.assert_complains(2, "run", "sweep.ini", ranks=ranks, says="ranks_per_point = 3 needs at least 4 ranks")
        self.assert_succeeds("run", "sweep.ini", ranks=4)
        self.team_sweep(2)
        self.assert_complains(2, "run", "sweep.ini", ranks=4, says="its ranks_per_point is '3', that of sweep.ini is '2'")


if __name__ == "__main__":
    main()
