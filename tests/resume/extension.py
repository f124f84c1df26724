"""Sweeps whose grid or end grew go on in the same file, and end with the bits of a sweep that was large at once."""
import numpy as np

from support import COMPLETE, DONE, STOPPED, USAGE, ResumeTest, differences, glasscape, main, read_file


def text(grid, solver="ordinary", parameters="seconds = 0", run=""):
    return (f"[sweep]\nmodel = testbed\nsolver = {solver}\n[grid]\n{grid}\n"
            f"[parameters]\n{parameters}\n[run]\n{run}\n")


LINE = "x = 0, 0.5, 1"
SQUARE = "y = -1, 0, 1\nx = linspace(0, 1, 5)"  # LINE lies in it: y is 0 by default


class Extension(ResumeTest):
    def setUp(self):
        super().setUp()
        self.sweep_file = self.folder / "sweep.ini"

    def run_sweep(self, sweep_text, *options, ranks=1, code=COMPLETE):
        """What the program said."""
        self.sweep_file.write_text(sweep_text)
        job = self.start(self.sweep_file, ranks, *options)
        self.assertEqual(job.wait(), code, job.said())
        return job.said()

    def assert_same_as_at_once(self, sweep_text):
        data = read_file(self.output)
        self.assertEqual(differences(data, self.at_once(sweep_text)), [])
        self.assertEqual(glasscape("check", self.output).returncode, COMPLETE)
        return data

    def test_new_values_and_a_new_axis(self):
        for ranks in (1, 3):
            with self.subTest(ranks=ranks):
                self.output.unlink(missing_ok=True)
                self.run_sweep(text(LINE, parameters="seconds = 0.03"), ranks=ranks)
                said = self.run_sweep(text(SQUARE, parameters="seconds = 0.03"), ranks=ranks)
                self.assertIn("extended: of 15 points 3 reused, 0 to continue from kept states, 12 to solve anew", said)
                self.assertIn("12 of 15 points to solve", said)
                self.assert_same_as_at_once(text(SQUARE, parameters="seconds = 0.03"))
                self.assert_nothing_left()

    def test_a_file_that_is_not_complete_can_be_extended(self):
        self.sweep_file.write_text(text(SQUARE, parameters="seconds = 0.1"))
        job = self.start(self.sweep_file, 1, "--walltime", "0.5")
        self.assertEqual(job.wait(), STOPPED, job.said())
        solved = np.count_nonzero(read_file(self.output)["status"] == DONE)
        larger = text(SQUARE.replace("1, 0, 1", "1, 0, 1, 2"), parameters="seconds = 0.1")
        self.assertIn(f"of 20 points {solved} reused", self.run_sweep(larger))
        self.assert_same_as_at_once(larger)

    def test_lost_values_are_named_and_dropped_on_demand_only(self):
        self.run_sweep(text(SQUARE))
        before = self.output.read_bytes()
        smaller = text("y = 0, 1\nx = 0, 0.25, 2")
        said = self.run_sweep(smaller, code=USAGE)
        self.assertIn("out.h5 holds what ", said)
        self.assertIn("does not ask for any more: x = 0.5, 0.75, 1; y = -1; put it back", said)
        self.assertEqual(self.output.read_bytes(), before)
        said = self.run_sweep(smaller, "--prune")
        self.assertIn("of 6 points 4 reused, 0 to continue from kept states, 2 to solve anew; 11 rows dropped", said)
        self.assert_same_as_at_once(smaller)
        said = self.run_sweep(text(LINE, parameters="y = 0"), "--prune")
        self.assertIn("of 3 points 1 reused", said)
        self.assert_same_as_at_once(text(LINE, parameters="y = 0"))

    def resumable(self, steps, run="keep_state = true", seconds=0.2):
        return text(LINE, "resumable", f"seconds = {seconds}\nsteps = {steps}", run)

    def test_larger_parameters_go_on_from_kept_states(self):
        self.run_sweep(self.resumable(100, seconds=1))
        said = self.run_sweep(self.resumable(150, seconds=1))
        self.assertIn("of 3 points 0 reused, 3 to continue from kept states, 0 to solve anew", said)
        data = self.assert_same_as_at_once(self.resumable(150, seconds=1))
        self.assertLess(data["seconds"].max(), 1.4)  # half a second of sleep; anew they would sleep 1.5
        self.assertEqual(len(list(self.states.iterdir())), 3)

    def test_larger_parameters_start_anew_without_states(self):
        self.run_sweep(self.resumable(50, run=""))
        said = self.run_sweep(self.resumable(100, run=""))
        self.assertIn("of 3 points 0 reused, 0 to continue from kept states, 3 to solve anew", said)
        self.assert_same_as_at_once(self.resumable(100, run=""))
        self.assert_nothing_left()

    def test_smaller_parameters_are_a_loss(self):
        self.run_sweep(self.resumable(100))
        said = self.run_sweep(self.resumable(50), code=USAGE)
        self.assertIn("does not ask for any more: steps = 100; put it back", said)
        self.run_sweep(self.resumable(50), "--prune")
        self.assert_same_as_at_once(self.resumable(50))

    def test_state_of_another_point_is_refused(self):
        self.run_sweep(self.resumable(100, seconds=1))
        first, second, _ = sorted(self.states.iterdir())
        second.write_bytes(first.read_bytes())
        self.run_sweep(self.resumable(120, seconds=1))
        data = self.assert_same_as_at_once(self.resumable(120, seconds=1))
        self.assertEqual(np.count_nonzero(data["seconds"] > 0.9), 1)  # 1.2 seconds asleep anew, 0.2 to go on


if __name__ == "__main__":
    main()
