"""Bit for bit the same datasets (but `seconds` and `attempts`) on any number of ranks, stopped or not."""

import signal

from support import GLASSCAPE, TESTBED, CommandLineTest, main


class SameResults(CommandLineTest):
    def run_on(self, ranks, *options, program, sweep="sweep.ini"):
        name = f"ranks{ranks}.h5"
        code = self.run_program("run", sweep, "-o", name, *options, ranks=ranks, program=program).code
        self.assertIn(code, (0, 1))
        return name

    def assert_same_on_any_number_of_ranks(self, program):
        alone = self.run_on(None, program=program)
        for ranks in (1, 2, 3, 5):
            self.assert_same_results(alone, self.run_on(ranks, program=program))

    def test_random_numbers(self):
        self.sweep("y = linspace(0, 1, 31)\n[parameters]\ntrigger = 0.5\n", solver="throw", x="linspace(0, 1, 41)")
        self.assert_same_on_any_number_of_ranks(program=TESTBED)

    def test_own_dimensions_and_categories(self):
        self.sweep("shape = algebraic, exponential\n[parameters]\ntimes = logspace(0.1, 10, 9)\n", solver="series",
                   x="linspace(0, 2, 50)")
        self.assert_same_on_any_number_of_ranks(program=TESTBED)

    def test_spiked_matrix_tensor(self):
        self.write("sweep.ini", "[sweep]\nmodel = spiked_matrix_tensor\nsolver = state_evolution\n"
                                "[grid]\ndelta2 = linspace(0.2, 1.5, 14)\ndeltap = logspace(0.1, 10, 9)\n")
        self.assert_same_on_any_number_of_ranks(program=GLASSCAPE)

    def test_stopped_by_signals_and_deadline_and_resumed(self):
        self.sweep("[parameters]\nseconds = 0.01\n", x="linspace(0, 1, 400)")
        self.assert_succeeds("run", "sweep.ini", "-o", "straight.h5", ranks=3)
        self.assertEqual(self.run_program("run", "sweep.ini", "--walltime", "0.3", ranks=2).code, 75)
        for number, ranks in ((signal.SIGUSR1, None), (signal.SIGINT, None), (signal.SIGTERM, None), (signal.SIGUSR1, 3)):
            with self.running("run", "sweep.ini", ranks=ranks) as sweep:
                done = self.points_done()
                self.wait_until(lambda: self.points_done() > done, "a point")
                sweep.send_signal(number)
                _, errors = sweep.communicate(timeout=30)
                self.assertEqual(sweep.returncode, 75, errors)
                self.assertIn("run again to continue", errors)
        self.assert_succeeds("run", "sweep.ini", ranks=5)
        self.assert_same_results("sweep.h5", "straight.h5")
        self.assertEqual(set(self.read("sweep.h5", "attempts")), {1})
        self.assert_folder_holds("straight.h5", "sweep.h5", "sweep.ini")

    def points_done(self):
        return int((self.read("sweep.h5", "status") == 1).sum())

    def test_an_axis_in_another_order_or_a_larger_grid_has_the_same_numbers(self):
        self.sweep(x="0.1, 0.2, 0.3")
        self.assert_succeeds("run", "sweep.ini", "-o", "forward.h5")
        self.assert_succeeds("run", "sweep.ini", "-o", "backward.h5", "--set", "grid.x=0.3, 0.2, 0.1")
        self.assert_succeeds("run", "sweep.ini", "-o", "larger.h5", "--set", "grid.x=linspace(0, 1, 11)")
        forward = self.read("forward.h5", "value").tobytes()
        self.assertEqual(forward, self.read("backward.h5", "value")[::-1].tobytes())
        self.assertEqual(forward, self.read("larger.h5", "value")[1:4].tobytes())


if __name__ == "__main__":
    main()
