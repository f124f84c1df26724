"""What a sweep file with a mistake gets: exit code 2, a sentence that says where and what is allowed, no file."""

import os

from support import GLASSCAPE, CommandLineTest, main

GRID = "[grid]\ndelta2 = 0.5, 1\n"
GIVEN = "[parameters]\ndeltap = 1\n"


class BadSweepFile(CommandLineTest):
    def assert_refused(self, text, *says, sentences=1, options=(), ranks=None):
        self.write("bad.ini", text)
        for verb in ("run", "plan") if ranks is None else ("run",):
            done = self.assert_complains(2, verb, "bad.ini", *options, says=says, sentences=sentences, program=GLASSCAPE,
                                         ranks=ranks)
        self.assert_folder_holds("bad.ini")
        return done

    def assert_sections_refused(self, sections, *says, **options):
        """`sections` start in line 4."""
        header = "[sweep]\nmodel = spiked_matrix_tensor\nsolver = state_evolution\n"
        return self.assert_refused(header + sections, *says, **options)

    def test_missing_file(self):
        for verb in ("run", "plan"):
            self.assert_complains(2, verb, "nowhere.ini", says=["nowhere.ini", "No such file or directory"])
        self.assert_folder_holds()

    def test_folder_instead_of_a_file(self):
        (self.folder / "folder.ini").mkdir()
        self.assert_complains(2, "run", "folder.ini", says="folder.ini: is a folder, not a file")

    def test_no_sweep_file_given(self):
        self.assert_complains(2, "run", says="the sweep file is missing")

    def test_empty_file(self):
        self.assert_refused("", "bad.ini: [sweep] model is missing", "bad.ini: [sweep] solver is missing", sentences=2)

    def test_unknown_section(self):
        self.assert_sections_refused(GRID + GIVEN + "[paramters]\np = 3\n",
                                     "bad.ini:8: unknown section [paramters]; did you mean 'parameters'?")

    def test_unknown_section_without_keys(self):
        self.assert_sections_refused(GRID + GIVEN + "[rum]\n", "bad.ini:8: unknown section [rum]; did you mean 'run'?")

    def test_unknown_key(self):
        self.assert_sections_refused("sed = 3\n" + GRID + GIVEN, "bad.ini:4: [sweep] sed = 3: unknown key 'sed'",
                                     "did you mean 'seed'?")
        self.assert_sections_refused(GRID + GIVEN + "temprature = 1\n", "bad.ini:8: [parameters] temprature = 1",
                                     "unknown parameter 'temprature'; did you mean 'temperature'?")
        self.assert_sections_refused("[grid]\ndelta_2 = 1\n[parameters]\ndelta2 = 1\ndeltap = 1\n",
                                     "bad.ini:5: [grid] delta_2 = 1", "did you mean 'delta2'?")

    def test_unknown_model(self):
        self.assert_refused("[sweep]\nmodel = spiked_matrix\nsolver = state_evolution\n",
                            "bad.ini:2: [sweep] model = spiked_matrix: unknown model", "spiked_matrix_tensor")

    def test_unknown_solver(self):
        self.assert_refused("[sweep]\nmodel = spiked_matrix_tensor\nsolver = state_evolutoin\n",
                            "bad.ini:3: [sweep] solver = state_evolutoin", "model spiked_matrix_tensor has no such solver",
                            "did you mean 'state_evolution'?")

    def test_text_where_a_number_belongs(self):
        self.assert_sections_refused(GRID + GIVEN + "temperature = warm\n",
                                     "bad.ini:8: [parameters] temperature = warm: 'warm' is no number; allowed: a number in")
        self.assert_sections_refused("[grid]\ndelta2 = 0.5, one\n" + GIVEN,
                                     "bad.ini:5: [grid] delta2 = 0.5, one: 'one' is no number; allowed: a number in")

    def test_value_out_of_its_domain(self):
        for line, allowed in {"p = 2.5": "2.5 is not a whole number; allowed: a whole number in [2,",
                              "p = 1": "1 is not allowed; allowed: a whole number in [2,",
                              "temperature = -1": "-1 is not allowed; allowed: a number in [0, inf",
                              "temperature = nan": "'nan' is no number; allowed: a number in [0, inf"}.items():
            with self.subTest(line):
                self.assert_sections_refused(GRID + GIVEN + line + "\n", f"bad.ini:8: [parameters] {line}: {allowed}")
        self.assert_sections_refused("[grid]\ndelta2 = 1, -1\n" + GIVEN,
                                     "bad.ini:5: [grid] delta2 = 1, -1: -1 is not allowed; allowed: a number in (0, inf]")

    def test_axis_without_values_of_length_zero_with_a_value_twice(self):
        for values, complaint in {"": "an axis needs at least one value",
                                  "linspace(1, 2, 0)": "an axis needs at least one value",
                                  "1, 2, 1": "the value 1 stands twice",
                                  "linspace(1, 1, 2)": "the value 1 stands twice"}.items():
            with self.subTest(values):
                self.assert_sections_refused(f"[grid]\ndelta2 = {values}\n" + GIVEN,
                                             f"bad.ini:5: [grid] delta2 = {values}: {complaint}")

    def test_malformed_range(self):
        for values in ("linspace(1, 2", "linspace(1, 2)", "linspace(1, 2, 2.5)", "logspace(0, 1, 3)", "lispace(1, 2, 3)"):
            with self.subTest(values):
                self.assert_sections_refused(f"[grid]\ndelta2 = {values}\n" + GIVEN, f"bad.ini:5: [grid] delta2 = {values}: ",
                                             "linspace" if "lin" in values or "lis" in values else "logspace")

    def test_same_name_as_axis_and_parameter(self):
        self.assert_sections_refused(GRID + GIVEN + "delta2 = 1\n", "bad.ini:5: [grid] delta2 = 0.5, 1",
                                     "'delta2' is both an axis and a parameter")

    def test_missing_control_parameter(self):
        self.assert_sections_refused(GRID, "bad.ini: 'deltap'", "is missing: give it in [grid] or [parameters]")

    def test_parameters_that_do_not_go_together(self):
        header = "[sweep]\nmodel = phase_retrieval\nsolver = sgd\n[parameters]\nalpha = 3\n"
        self.assert_refused(header + "width = 4\n", "bad.ini:6: [parameters] width = 4: ", "give start = random")
        self.assert_refused(header + "width = 4\nstart = random\nlags = 1\nwaiting_times = 2\n",
                            "bad.ini:9: [parameters] waiting_times = 2: ", "give width = 1, or no waiting_times and lags")
        header = "[sweep]\nmodel = gaussian_mixture\nsolver = sgd_dmft\n[parameters]\nalpha = 2\n"
        self.assert_refused(header + "steps = 200\nclusters = 3\npaths = 256\n",
                            "bad.ini:8: [parameters] paths = 256: 256 paths are too few for 200 steps: at least 257")
        self.assert_refused(header + "batch_size = 0.1\npersistence_time = 0.3\nsteps = 60\npaths = 64\n",
                            "bad.ini:7: [parameters] persistence_time = 0.3: ", "is below 1.8", "allowed: 0, or 1.8 and more",
                            "bad.ini:9: [parameters] paths = 64: 64 paths are too few for 60 steps: at least 65",
                            sentences=2)

    def test_parameters_that_do_not_go_together_at_some_points(self):
        header = "[sweep]\nmodel = phase_retrieval\nsolver = sgd\n"
        grid = "[grid]\nalpha = 2, 3\nbatch_size = 0.1, 0.2, 0.5, 1\npersistence_time = 0, 0.03, 1\n"
        self.assert_refused(header + grid, "bad.ini:7: [grid] persistence_time = 0, 0.03, 1: persistence_time = 0.03 is below",
                            "(wrong at 1 of 12 values: batch_size = 0.1, persistence_time = 0.03)")
        self.assert_refused(header + grid + "[parameters]\nlearning_rate = 0.04\n",
                            "(wrong at 3 of 12 values: batch_size = 0.1, persistence_time = 0.03; "
                            "batch_size = 0.2, persistence_time = 0.03; batch_size = 0.5, persistence_time = 0.03)")
        self.assert_refused(header + "[grid]\nwidth = 1, 2, 3, 4, 5\n[parameters]\nalpha = 2\n",
                            "bad.ini:5: [grid] width = 1, 2, 3, 4, 5: ",
                            "(wrong at 4 of 5 values: width = 2; width = 3; width = 4; and 1 more)")

    def assert_too_large(self, text):
        self.write("bad.ini", text)
        for verb in ("run", "plan"):
            done = self.run_program(verb, "bad.ini", program=GLASSCAPE)
            self.assertEqual(done.code, 2, done)
            self.assertRegex(done.err, r"bad.ini: a point needs [0-9.]+ [TP]B of memory, the machine has")
        self.assert_folder_holds("bad.ini")

    def test_memory_that_is_enough_for_one_point_alone(self):
        machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        size = int((0.7 * machine / 8 * 6) ** (1 / 3))  # a sample has about size³/6 numbers of 8 bytes
        self.write("large.ini", "[sweep]\nmodel = spiked_matrix_tensor\nsolver = gradient_flow\n"
                   f"[grid]\ndelta2 = 0.2, 0.4\n[parameters]\ndeltap = 1\nsize = {size}\n")
        self.assertEqual(self.run_program("plan", "large.ini", program=GLASSCAPE).code, 0)
        done = self.run_program("run", "large.ini", program=GLASSCAPE, ranks=3)
        self.assertEqual(done.code, 2, done.err)
        self.assertRegex(done.err, "large.ini: 2 points at once need .* of memory, up to .* each; the machine has .*: start fewer")
        self.assert_folder_holds("large.ini")

    def test_memory_that_no_machine_has(self):
        header = "[sweep]\nmodel = phase_retrieval\nsolver = sgd\n[parameters]\n"
        for lines in ("alpha = 3\nsize = 1000000\n",
                      "alpha = 0.0001\nsize = 100000\nstart = random\nwidth = 100000\nstarts = 32\n",
                      "alpha = 1\nsize = 10\nsteps = 100000\nstarts = 4096\n"
                      "waiting_times = linspace(1, 10000, 10000)\nlags = linspace(1, 10000, 10000)\n"):
            with self.subTest(lines):
                self.assert_too_large(header + lines)

    def test_memory_that_no_machine_has_at_one_of_many_points(self):
        sizes = ", ".join(map(str, range(100, 10100)))
        self.assert_too_large("[sweep]\nmodel = gaussian_mixture\nsolver = sgd\n[grid]\nbatch_size = 0.2, 0.5\n"
                              f"size = {sizes}, 1000000\n[parameters]\nalpha = 2\n")

    def test_parameter_that_the_solver_computes(self):
        self.assert_refused("[sweep]\nmodel = spiked_matrix_tensor\nsolver = thresholds\n" + GRID + GIVEN,
                            "bad.ini:5: [grid] delta2 = 0.5, 1: solver thresholds computes delta2: do not give it")

    def test_syntax(self):
        self.assert_sections_refused(GRID + GIVEN + "deltap = 2\np 3\n", "bad.ini:8: 'deltap' was given before, in line 7",
                                     "bad.ini:9: 'p 3' is neither a [section] nor key = value", sentences=2)

    def test_binary_file(self):
        (self.folder / "bad.ini").write_bytes(bytes(range(256)) * 8)
        done = self.run_program("run", "bad.ini")
        self.assert_calm(done)
        self.assertEqual(done.code, 2)
        self.assert_folder_holds("bad.ini")

    def test_all_mistakes_are_reported_at_once_and_only_once_on_several_ranks(self):
        self.assert_sections_refused(
            "sed = 1\n[grid]\np = 1, 2\n[parameters]\ntemperature = -1\ndeltap = x\n",
            "bad.ini:4: [sweep] sed", "bad.ini:6: [grid] p", "bad.ini:8: [parameters] temperature",
            "bad.ini:9: [parameters] deltap", "'delta2'", sentences=5, ranks=3)

    def test_mistake_in_an_override(self):
        self.assert_sections_refused(GRID + GIVEN, "--set: [parameters] p = 1: 1 is not allowed",
                                     options=["--set", "parameters.p=1"])
        self.assert_sections_refused(GRID + GIVEN, "--set p=3: write --set section.key=value", options=["--set", "p=3"])

    def test_byte_order_mark_and_carriage_returns_are_no_mistake(self):
        text = "\ufeff[sweep]\r\nmodel = testbed\r\nsolver = ordinary\r\n[grid]\r\nx = 1, 2 # two\r\n"
        (self.folder / "windows.ini").write_bytes(text.encode())
        self.assert_succeeds("run", "windows.ini")
        self.assertEqual(list(self.read("windows.h5", "x")), [1, 2])


if __name__ == "__main__":
    main()
