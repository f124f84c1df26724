"""The quickstart's phase diagram on a fine grid: refined, it is that of all points at a small part of their cost."""
import numpy as np

from support import COMPLETE, INFERRED, PROJECT, Job, ResumeTest, main, read_file

VALUES = 1025
FINE = ("--set", f"grid.delta2=linspace(0.1, 2, {VALUES})", "--set", f"grid.deltap=logspace(0.05, 10, {VALUES})")
REFINED = ("--set", "refine.observable=phase", "--set", "refine.levels=5")


class PhaseDiagram(ResumeTest):
    def solve(self, name, *options):
        path = self.folder / name
        job = Job(PROJECT / "jobs" / "quickstart.ini", path, 3, *FINE, *options)
        self.assertEqual(job.wait(3000), COMPLETE, job.said())
        return read_file(path)

    def test_refined_is_that_of_all_points(self):
        refined = self.solve("refined.h5", *REFINED)
        everywhere = self.solve("everywhere.h5")
        self.assertEqual(refined["phase"].shape, (VALUES, VALUES))
        self.assertFalse((everywhere["status"] == INFERRED).any())
        evaluated = np.mean(refined["status"] != INFERRED)
        same = np.mean(refined["phase"] == everywhere["phase"])
        print(f"solved {100 * evaluated:.3f} % of the points, {100 * same:.5f} % have the same phase", flush=True)
        self.assertLessEqual(evaluated, 0.05)
        self.assertGreaterEqual(same, 0.9999)
        self.assertGreater(np.unique(everywhere["phase"]).size, 2)  # there are borders


if __name__ == "__main__":
    main()
