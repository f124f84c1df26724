"""What one sees of a running sweep, and what is left of it: teams, costs, the summary at the end."""

import json
import re
import signal

from support import CommandLineTest, main


class Watching(CommandLineTest):
    def status(self):
        return json.loads(self.assert_succeeds("status", "sweep.h5", "--json").out)

    def wait_for_teams(self, condition):
        def seen():
            return (self.folder / "sweep.h5").exists() and condition(self.status().get("teams", []))
        self.wait_until(seen, "what the teams are doing")

    def test_status_shows_what_each_team_is_doing(self):
        self.sweep("[parameters]\nseconds = 20\n", solver="team", x="1, 2")
        for ranks in (None, 3):
            with self.subTest(ranks=ranks), self.running("run", "sweep.ini", "--overwrite", ranks=ranks) as sweep:
                self.wait_for_teams(lambda teams: len(teams) == (ranks or 2) - 1 and
                                    re.fullmatch("round = [1-9]", teams[0]["report"]))
                team = self.status()["teams"][0]
                self.assertIn(team["point"], ("x = 1", "x = 2"))
                self.assertGreater(team["seconds"], 1)
                self.assertLess(team["silence"], 4)
                self.assertRegex(self.assert_succeeds("status", "sweep.h5").out,
                                 r"  rank \d +x = [12]: \d+\.\d s, round = \d")
                sweep.send_signal(signal.SIGUSR1)
                sweep.communicate(timeout=30)
            self.assert_folder_holds("sweep.h5", "sweep.ini")

    def test_a_hung_rank_is_named_with_its_point(self):
        self.sweep("[parameters]\ntrigger = 0.5\n[run]\nhang_warning = 1\npoint_timeout = 3\n", solver="spin_deaf",
                   x="0, 0.5")
        done = self.run_program("run", "sweep.ini", ranks=3)
        self.assertEqual(done.code, 75, done.err)
        self.assertRegex(done.err, r"glasscape: rank [12] has given no sign of life for \d\.\d s at x = 0\.5\n")
        self.assertEqual(done.err.count("no sign of life"), 1, done.err)

    def test_after_a_death_status_says_where_it_was(self):
        self.sweep("[parameters]\nseconds = 20\n", solver="team", x="1, 2")
        with self.running("run", "sweep.ini", ranks=3) as sweep:
            self.wait_for_teams(lambda teams: len(teams) == 2)
            sweep.kill()
            sweep.communicate(timeout=30)
        self.wait_until(lambda: not self.status()["running"], "the ranks' end")
        text = self.assert_succeeds("status", "sweep.h5").out
        self.assertRegex(text, r"the last job died; under way were:\n  rank 1 +x = [12]: .*\n  rank 2 +x = [12]: ")

    def test_costs_are_learned_and_kept(self):
        self.sweep("steps = 10, 18, 32, 56, 100\n[parameters]\nseconds = 4\n", solver="resumable", x="1, 2")
        self.assertIn("cost        unknown", self.assert_succeeds("plan", "sweep.ini").out)
        done = self.assert_succeeds("run", "sweep.ini", ranks=3)
        self.assert_folder_holds("sweep.h5", "sweep.h5.costs", "sweep.ini")
        self.assertRegex(done.err, r"  slow: [4-6]\.\d s at x = [12], steps = 100\n")
        self.assertRegex(done.err, r"  used: .* of core time on 2 ranks, [\d.]+ % of it in points\n")
        plan = self.assert_succeeds("plan", "sweep.ini").out
        cost = re.search(r"cost        (\d+\.\d) s .* of one team \(from 10 measured points\)", plan)
        self.assertAlmostEqual(float(cost[1]) / self.read("sweep.h5", "seconds").sum(), 1, delta=0.15)
        # another sweep of the same solver, in the same folder
        self.sweep("[parameters]\nseconds = 4\nsteps = 10\n", solver="resumable", x="linspace(1, 2, 11)",
                   name="other.ini")
        self.assertRegex(self.assert_succeeds("plan", "other.ini").out, r"cost        [4-6]\.\d s ")

    def test_status_knows_the_cost_of_what_is_left(self):
        self.sweep("[parameters]\nseconds = 0.5\n", x="linspace(0, 1, 60)")
        self.assertEqual(self.run_program("run", "sweep.ini", "--walltime", "2", ranks=9).code, 75)
        status = self.status()
        took = self.read("sweep.h5", "seconds")[self.read("sweep.h5", "status") == 1].mean()
        self.assertAlmostEqual(status["cost"]["seconds"] / (60 * took), 1, delta=0.15)
        self.assertAlmostEqual(status["cost_left"]["seconds"] / (took * status["pending"]), 1, delta=0.15)
        self.assertLess(status["cost"]["factor"], 1.3)
        self.assertRegex(self.run_program("status", "sweep.h5").out, r"cost: [2-4]\d\.\d s \+- .* of one team; \d+\.\d s \+- .* left")


if __name__ == "__main__":
    main()
