"""Points that kill their rank: tried twice, then given up, and nobody else is blamed."""
import signal

import numpy as np

from support import COMPLETE, DONE, FAILED, SOME_FAILED, ResumeTest, glasscape, main, read_file, rows_with_result

TRIGGER = "trigger = 0.5"  # the middle of the axis x: two points


class Blame(ResumeTest):
    def run_to_the_end(self, sweep, ranks, *options):
        """The exit codes of the same command, repeated until it does not die."""
        codes = []
        while len(codes) < 8 and (not codes or codes[-1] >= 128):
            job = self.start(sweep, ranks, *options)
            codes.append(job.wait())
            self.assertEqual(glasscape("check", self.output).returncode, COMPLETE)
        return codes, job.said()

    def assert_only_trigger_failed(self):
        data = read_file(self.output)
        self.assertEqual(np.flatnonzero((data["status"] == FAILED).all(axis=1)).tolist(), [2])
        self.assertEqual(np.count_nonzero(data["status"] == DONE), data["status"].size - 2)
        message = b"".join(data["message"][2, 0].tolist())
        self.assertTrue(message.startswith(b"killed its rank twice"), message)

    def test_point_that_kills_its_rank_fails_and_the_sweep_ends(self):
        for solver, number in (("abort", signal.SIGABRT), ("killed", signal.SIGKILL)):
            for ranks in (1, 3):
                with self.subTest(solver=solver, ranks=ranks):
                    self.output.unlink(missing_ok=True)
                    sweep = self.write_sweep(shape=(5, 2), seconds=0.02, solver=solver, parameters=TRIGGER)
                    codes, said = self.run_to_the_end(sweep, ranks)
                    self.assertEqual(set(codes[:-1]), {128 + number})
                    self.assertEqual(codes[-1], SOME_FAILED, said)
                    # alone each of the two points dies twice; two workers may die of both at once
                    self.assertIn(len(codes) - 1, [4] if ranks == 1 else [2, 3, 4])
                    self.assertIn("8 done, 2 failed", said)
                    self.assert_only_trigger_failed()
                    self.assert_nothing_left()

    def test_suspects_come_last(self):
        """All others are safe before a point that may have killed its rank is tried again."""
        sweep = self.write_sweep(shape=(5, 2), seconds=0.06, solver="killed", parameters=TRIGGER)
        self.assertEqual(self.start(sweep, 1).wait(), 128 + signal.SIGKILL)
        self.assertEqual(rows_with_result(self.output), 4)
        second = self.start(sweep, 1)
        self.assertEqual(second.wait(), 128 + signal.SIGKILL)
        self.assertRegex(second.said(), r"x = 0\.5, y = 0.* was under way when a rank died; it is tried again, last")
        third = self.start(sweep, 1)
        self.assertEqual(third.wait(), 128 + signal.SIGKILL)
        self.assertEqual(rows_with_result(self.output), 8)

    def test_retry_failed_tries_the_condemned_again(self):
        sweep = self.write_sweep(shape=(5, 2), seconds=0.02, solver="abort", parameters=TRIGGER)
        self.run_to_the_end(sweep, 1)
        self.assertEqual(self.start(sweep, 1).wait(), SOME_FAILED)  # not by itself
        self.assertEqual(self.start(sweep, 1, "--retry-failed").wait(), 128 + signal.SIGABRT)


if __name__ == "__main__":
    main()
