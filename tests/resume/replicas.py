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
times    = {times}
replicas = {replicas}
[run]
keep_state = {keep_state}
"""
COUNTS = "of 2 points 0 reused, {} to continue from kept states, {} to solve anew"


def text(replicas, x="0.5, 1", seconds=0.0, steps=20, run=""):
    return (f"[sweep]\nmodel = testbed\nsolver = sampled\n[grid]\nx = {x}\n"
            f"[parameters]\nreplicas = {replicas}\nseconds = {seconds}\nsteps = {steps}\n[run]\n{run}\n")


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
        self.run_sweep(text(3, seconds=0.1))
        self.assertEqual(len(list(self.states.iterdir())), 2)
        said = self.run_sweep(text(8, x="0.5, 0.75, 1", seconds=0.1), ranks=3)
        self.assertIn("of 3 points 0 reused, 2 to continue from kept states, 1 to solve anew", said)
        data = self.assert_same_as_at_once(text(8, x="0.5, 0.75, 1", seconds=0.1))
        self.assertEqual(data["samples"].tolist(), [8, 8, 8])
        self.assertLess(data["seconds"][[0, 2]].min(), 0.85 * data["seconds"][1])  # five samples, and eight
        self.assertEqual(len(list(self.states.iterdir())), 3)

    def test_each_sample_goes_on_to_a_later_end(self):
        self.run_sweep(LANGEVIN.format(t_max=1, replicas=2, times="0, 0.6", keep_state="true"))
        # what was not observed on the way is not there; a state that kept no ends serves more samples only
        for t_max, replicas, times, keep_state, continued in (
                (2, 2, "0, 0.6, 1.5", "true", 2), (2, 3, "0, 0.6, 1.5", "true", 2), (3, 4, "0, 0.6, 1.5", "true", 2),
                (4, 4, "0, 0.6, 1, 1.5", "true", 0), (5, 4, "0, 0.6, 1, 1.5", "false", 2),
                (5, 5, "0, 0.6, 1, 1.5", "false", 2), (6, 5, "0, 0.6, 1, 1.5", "true", 0)):
            with self.subTest(t_max=t_max, replicas=replicas):
                larger = LANGEVIN.format(t_max=t_max, replicas=replicas, times=times, keep_state=keep_state)
                self.assertIn(COUNTS.format(continued, 2 - continued), self.run_sweep(larger))
                self.assert_same_as_at_once(larger)

    def test_more_steps_cost_no_more_than_those(self):
        keep = "keep_state = true"
        self.run_sweep(text(3, seconds=0.4, run=keep))
        larger = text(4, seconds=0.4, steps=22, run=keep)
        self.assertIn(COUNTS.format(2, 0), self.run_sweep(larger))
        data = self.assert_same_as_at_once(larger)
        self.assertGreaterEqual(data["seconds"].min(), 0.56)  # 3 x 2 and 22 steps of 0.02 s
        self.assertLess(data["seconds"].max(), 1.7)  # anew 1.76

    def test_state_of_another_point_is_refused(self):
        self.run_sweep(text(3, run="keep_state = true"))
        first, second = sorted(self.states.iterdir())
        second.write_bytes(first.read_bytes())
        larger = text(3, steps=30, run="keep_state = true")
        self.assertIn(COUNTS.format(1, 1), self.run_sweep(larger))
        self.assert_same_as_at_once(larger)

    def test_fewer_samples_are_a_loss(self):
        self.run_sweep(text(8))
        self.assertIn("any more: replicas = 8;", self.run_sweep(text(3), code=USAGE))
        self.run_sweep(text(3), "--prune")
        self.assert_same_as_at_once(text(3))

    def test_stopped_and_killed_in_between(self):
        at_end = text(8, seconds=0.1, run="checkpoint_interval = 0.05")
        self.disturb(text(3, seconds=0.1), at_end)

    def test_stopped_and_killed_on_the_way_to_more_steps(self):
        run = "checkpoint_interval = 0.02\nkeep_state = true"
        at_end = text(6, seconds=0.1, steps=50, run=run)
        self.disturb(text(5, seconds=0.1, run=run), at_end)
        longer = text(6, seconds=0.1, steps=52, run=run)
        self.assertIn(COUNTS.format(2, 0), self.run_sweep(longer))
        self.assert_same_as_at_once(longer)

    def disturb(self, at_first, at_end):
        """Runs the first sweep; stops and kills the other one before it may end."""
        seed = int(os.environ.get("GLASSCAPE_REPLICAS_SEED", str(random.randrange(10**6))))
        print(f"seed {seed}", flush=True)
        for trial in range(TRIALS):
            chance = random.Random(f"{seed} {trial}")
            self.output.unlink(missing_ok=True)
            for path in self.states.glob("*"):
                path.unlink()
            self.run_sweep(at_first)
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
