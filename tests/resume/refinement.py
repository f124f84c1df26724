"""Refined sweeps: the same points solved and the same file, whatever number of ranks and stops."""
import re

import numpy as np

from support import (COMPLETE, DONE, FAILED, INFERRED, SOME_FAILED, STOPPED, Job, ResumeTest, differences, glasscape, main,
                     read_file)


def text(values=65, seconds=0.0, refine="observable = region\nlevels = 4", parameters=""):
    section = f"[refine]\n{refine}\n" if refine else ""
    return ("[sweep]\nmodel = testbed\nsolver = disc\n"
            f"[grid]\nx = linspace(0, 1, {values})\ny = linspace(0, 1, {values})\n"
            f"[parameters]\nseconds = {seconds}\n{parameters}\n{section}")


class Refinement(ResumeTest):
    def setUp(self):
        super().setUp()
        self.sweep_file = self.folder / "sweep.ini"

    def run_sweep(self, sweep_text, *options, ranks=1, code=COMPLETE, output=None):
        self.sweep_file.write_text(sweep_text)
        job = Job(self.sweep_file, output or self.output, ranks, *options)
        self.assertEqual(job.wait(), code, job.said())
        return job.said()

    def once(self, sweep_text, code=COMPLETE):
        """The datasets of a sweep that nothing disturbs, on one rank."""
        path = self.folder / "once.h5"
        path.unlink(missing_ok=True)
        self.run_sweep(sweep_text, output=path, code=code)
        return read_file(path)

    def test_gives_the_map_of_all_points(self):
        said = self.run_sweep(text())
        data = read_file(self.output)
        inferred = data["status"] == INFERRED
        self.assertIn(f"holds 4225 points: 4225 done ({inferred.sum()} of them inferred), 0 failed, 0 unconverged", said)
        self.assertLess((~inferred).sum(), 4225 / 5)
        everywhere = self.once(text(refine=""))
        self.assertEqual(data["region"].tobytes(), everywhere["region"].tobytes())
        self.assertTrue(np.isnan(data["distance"][inferred]).all())
        self.assertEqual(data["distance"][~inferred].tobytes(), everywhere["distance"][~inferred].tobytes())
        self.assertTrue((data["attempts"] == np.where(inferred, 0, 1)).all())
        status = glasscape("status", self.output)
        self.assertIn(f"{inferred.sum()} inferred", status.stdout)
        self.assertIn("complete", status.stdout)
        self.assertEqual(glasscape("check", self.output).returncode, COMPLETE)
        plan = glasscape("plan", self.sweep_file, "--set", "refine.observable=region", "--set", "refine.levels=4")
        self.assertIn("25 of them first, then where region changes, in 4 levels", plan.stdout)

    def test_plan_bounds_the_cost(self):
        self.run_sweep(text(9, seconds=0.4, refine=""), ranks=9)  # 32 s in all: its costs are kept
        self.sweep_file.write_text(text(65, seconds=0.4))
        plan = glasscape("plan", self.sweep_file, "--set", f"sweep.output={self.folder}/other.h5").stdout
        cost = re.search(r"cost +([\d.]+) s \+- .* for the first points, (\d+):(\d+) min \+- .* if all were solved: of one team",
                         plan)
        first, everything = float(cost[1]), 60 * int(cost[2]) + int(cost[3])
        self.assertGreater(first, 25 * 0.4 * 0.95)
        self.assertAlmostEqual(everything / first, 65**2 / 25, delta=8)

    def test_a_number_is_interpolated_on_its_side_of_the_contour(self):
        self.run_sweep(text(refine="observable = distance\ncontour = 0.3\nlevels = 2"))
        data = read_file(self.output)
        everywhere = self.once(text(refine=""))
        inferred = data["status"] == INFERRED
        self.assertGreater(inferred.sum(), 2000)
        self.assertTrue(((data["distance"] > 0.3) == (everywhere["distance"] > 0.3)).all())
        self.assertLess(np.abs(data["distance"] - everywhere["distance"]).max(), 0.05)
        self.assertTrue((data["region"][inferred] == -1).all())

    def test_any_number_of_ranks_solves_the_same_points(self):
        alone = self.once(text())
        for ranks in (2, 3, 5):
            with self.subTest(ranks=ranks):
                self.output.unlink(missing_ok=True)
                self.run_sweep(text(), ranks=ranks)
                self.assertEqual(differences(read_file(self.output), alone), [])

    def test_again_there_is_nothing_to_do(self):
        self.run_sweep(text())
        before = self.output.read_bytes()
        self.assertIn("nothing was left to solve", self.run_sweep(text()))
        self.assertEqual(self.output.read_bytes(), before)

    def test_stopped_and_resumed(self):
        slow = text(seconds=0.001)
        stops = 0
        self.sweep_file.write_text(slow)
        while (job := self.start(self.sweep_file, 1, "--walltime", "0.2")).wait() == STOPPED:
            stops += 1
            self.assertLess(stops, 50)
        self.assertGreater(stops, 1, job.said())
        self.assertEqual(differences(read_file(self.output), self.once(slow)), [])

    def test_failed_corners_are_surrounded_and_tried_again_on_demand(self):
        failing = text(parameters="trigger = 0.25")
        self.run_sweep(failing, code=SOME_FAILED)
        data = read_file(self.output)
        self.assertEqual(np.count_nonzero(data["status"] == FAILED), 65)
        self.assertTrue((data["status"][15:18] != INFERRED).all())
        before = self.output.read_bytes()
        self.run_sweep(failing, code=SOME_FAILED)
        self.assertEqual(self.output.read_bytes(), before)
        self.run_sweep(failing, "--retry-failed", code=SOME_FAILED)
        self.assertEqual(differences(read_file(self.output), data), [])

    def test_another_refinement_keeps_what_was_solved(self):
        self.run_sweep(text())
        solved = read_file(self.output)["status"] == DONE
        said = self.run_sweep(text(refine="observable = region\nlevels = 3"))
        self.assertIn(f"of 4225 points {solved.sum()} reused", said)
        data = read_file(self.output)
        self.assertTrue((data["status"][solved] == DONE).all())
        self.run_sweep(text(refine=""))
        self.assertEqual(differences(read_file(self.output), self.once(text(refine=""))), [])

    def test_a_refined_sweep_can_be_extended(self):
        self.run_sweep(text(33))
        self.run_sweep(text(65))
        data, alone = read_file(self.output), self.once(text(65))
        self.assertEqual(data["region"].tobytes(), alone["region"].tobytes())
        solved = alone["status"] == DONE
        self.assertTrue((data["status"][solved] == DONE).all())


if __name__ == "__main__":
    main()
