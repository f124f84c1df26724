"""Averages over samples of the disorder: more samples are added to those that are there, with the bits of all at once."""
import os
import random
import signal
import time

from support import COMPLETE, USAGE, ResumeTest, differences, main, read_file

TRIALS = 4


LANGEVIN = """[sweep]
model  = spiked_matrix_tensor
solver = langevin
[grid]
delta2 = 0.3, 0.6
[parameters]
deltap   = 1
size     = 20
t_max    = {t_max}
times    = 0, 1
replicas = {replicas}
[run]
keep_state = true
"""


def text(replicas, x="0.5, 1", seconds=0.0, run=""):
    return (f"[sweep]\nmodel = testbed\nsolver = sampled\n[grid]\nx = {x}\n"
            f"[parameters]\nreplicas = {replicas}\nseconds = {seconds}\n[run]\n{run}\n")


class Replicas(ResumeTest):
    def setUp(self):
        super().setUp()
        self.sweep_file = self.folder / "sweep.ini"

    def run_sweep(self, sweep_text, *options, ranks=1, code=COMPLETE):
        self.sweep_file.write_text(sweep_text)
        job = self.start(self.sweep_file, ranks, *options)
        self.assertEqual(job.wait(), code, job.said())
        return job.said()

    def assert_same_as_at_once(self, sweep_text):
        data = read_file(self.output)
        self.assertEqual(differences(data, self.at_once(sweep_text)), [])
        return data

    def test_more_samples_on_a_larger_grid(self):
        self.run_sweep(text(3, seconds=0.05))
        self.assertEqual(len(list(self.states.iterdir())), 2)
        said = self.run_sweep(text(8, x="0.5, 0.75, 1", seconds=0.05), ranks=3)
        self.assertIn("of 3 points 0 reused, 2 to continue from kept states, 1 to solve anew", said)
        data = self.assert_same_as_at_once(text(8, x="0.5, 0.75, 1", seconds=0.05))
        self.assertEqual(data["samples"].tolist(), [8, 8, 8])
        self.assertLess(data["seconds"][0], 0.85 * data["seconds"][1])  # five samples, and eight
        self.assertEqual(len(list(self.states.iterdir())), 3)

    def test_each_sample_starts_anew_to_a_later_end(self):
        counts = "of 2 points 0 reused, {} to continue from kept states, {} to solve anew"
        self.run_sweep(LANGEVIN.format(t_max=1, replicas=2))
        for t_max, replicas, continued in ((2, 2, 0), (2, 3, 2), (3, 4, 0)):
            with self.subTest(t_max=t_max, replicas=replicas):
                larger = LANGEVIN.format(t_max=t_max, replicas=replicas)
                self.assertIn(counts.format(continued, 2 - continued), self.run_sweep(larger))
                self.assert_same_as_at_once(larger)

    def test_fewer_samples_are_a_loss(self):
        self.run_sweep(text(8))
        self.assertIn("any more: replicas = 8;", self.run_sweep(text(3), code=USAGE))
        self.run_sweep(text(3), "--prune")
        self.assert_same_as_at_once(text(3))

    def test_stopped_and_killed_in_between(self):
        seed = int(os.environ.get("GLASSCAPE_REPLICAS_SEED", str(random.randrange(10**6))))
        print(f"seed {seed}", flush=True)
        at_end = text(8, seconds=0.1, run="checkpoint_interval = 0.05")
        for trial in range(TRIALS):
            chance = random.Random(f"{seed} {trial}")
            self.output.unlink(missing_ok=True)
            for path in self.states.glob("*"):
                path.unlink()
            self.run_sweep(text(3, seconds=0.1))
            self.sweep_file.write_text(at_end)
            for number in (signal.SIGUSR1, signal.SIGKILL):
                job = self.start(self.sweep_file, 1)
                time.sleep(chance.uniform(0.3, 0.7))
                os.kill(job.process.pid, number)
                job.wait(20)
            self.run_sweep(at_end)
            self.assert_same_as_at_once(at_end)


if __name__ == "__main__":
    main()
