"""Help, suggestions and exit codes of every verb; plan, models and status."""

import json
import time

from support import GLASSCAPE, PROJECT, CommandLineTest, main

VERBS = ("run", "plan", "status", "show", "models", "export", "plot", "check")


class Help(CommandLineTest):
    def test_of_the_program(self):
        for option in ("--help", "-h"):
            done = self.assert_succeeds(option, program=GLASSCAPE)
            for verb in VERBS:
                self.assertRegex(done.out, rf"(?m)^  {verb}\b")
            self.assertEqual(done.err, "")

    def test_of_every_verb(self):
        for verb in VERBS:
            with self.subTest(verb):
                done = self.assert_succeeds(verb, "--help", program=GLASSCAPE)
                self.assertTrue(done.out.startswith(f"usage: glasscape {verb}"), done.out)
                self.assertEqual(done.err, "")
                self.assertEqual(done.out, self.assert_succeeds(verb, "-h", program=GLASSCAPE).out)

    def test_of_run_once_on_several_ranks(self):
        done = self.assert_succeeds("run", "--help", ranks=3, program=GLASSCAPE)
        self.assertEqual(done.out.count("usage:"), 1)

    def test_version(self):
        self.assertRegex(self.assert_succeeds("--version", program=GLASSCAPE).out, r"^glasscape \d+\.\d+\.\d+ \(\S+\)\n$")


class BadUsage(CommandLineTest):
    def test_without_a_verb(self):
        done = self.run_program()
        self.assertEqual((done.code, done.out), (2, ""))
        self.assertIn("usage: glasscape VERB", done.err)

    def test_unknown_verb(self):
        self.assert_complains(2, "statsu", says="unknown verb 'statsu'; did you mean 'status'?")
        self.assert_complains(2, "frobnicate", says="unknown verb 'frobnicate'; allowed: run, plan")

    def test_unknown_option(self):
        for verb, option, meant in (("run", "--overwrit", "--overwrite"), ("run", "--retry-faild", "--retry-failed"),
                                    ("status", "--jsn", "--json"), ("models", "--jason", "--json")):
            with self.subTest(verb):
                done = self.assert_complains(2, verb, option, says=f"unknown option '{option}'; did you mean '{meant}'?")
                self.assertIn(f"usage: glasscape {verb}", done.err)

    def test_missing_and_superfluous_arguments(self):
        for verb in ("run", "plan"):
            self.assert_complains(2, verb, says="the sweep file is missing")
            self.assert_complains(2, verb, "a.ini", "b.ini", says="too many arguments")
        for verb in ("status", "check"):
            self.assert_complains(2, verb, says="the result file is missing")
            self.assert_complains(2, verb, "a.h5", "b.h5", says="too many arguments")

    def test_bad_walltime(self):
        self.sweep()
        self.assert_complains(2, "run", "sweep.ini", "--walltime", "soon", says="--walltime soon: write HH:MM:SS")
        self.assert_folder_holds("sweep.ini")

    def test_an_option_without_its_value(self):
        self.assert_complains(2, "run", "sweep.ini", "-o", says="output")

    def test_unknown_names_of_models(self):
        self.assert_complains(2, "models", "spikedmatrix_tensor", program=GLASSCAPE,
                              says="no model 'spikedmatrix_tensor'; did you mean 'spiked_matrix_tensor'?")
        self.assert_complains(2, "models", "spiked_matrix_tensor", "threshold", program=GLASSCAPE,
                              says="has no solver 'threshold'; did you mean 'thresholds'?")

    def test_full_standard_output(self):
        done = self.run_program("models", prefix=["bash", "-c", 'exec "$@" > /dev/full', "bash"], program=GLASSCAPE)
        self.assertEqual((done.code, done.err), (74, "glasscape: cannot write to standard output\n"))


class Plan(CommandLineTest):
    def test_every_sweep_of_the_project(self):
        sweeps = sorted((PROJECT / "jobs").rglob("*.ini"))
        self.assertTrue(sweeps)
        for sweep in sweeps:
            with self.subTest(sweep.relative_to(PROJECT)):
                done = self.assert_succeeds("plan", sweep, program=GLASSCAPE)
                for word in ("sweep ", "points ", "on disk ", "cost "):
                    self.assertIn(word, done.out)
        self.assert_folder_holds()

    def test_says_axes_points_and_output(self):
        self.sweep("y = 1, 2\n")
        done = self.assert_succeeds("plan", "sweep.ini", "--set", "grid.y=1, 2, 3")
        self.assertRegex(done.out, r"axis +x: 11 values, 0 \.\.\. 1\n")
        self.assertRegex(done.out, r"points +33\n")
        self.assertRegex(done.out, r"on disk .*sweep\.h5")
        self.assert_folder_holds("sweep.ini")

    def test_a_hundred_million_points_in_a_moment(self):
        self.write("large.ini", "[sweep]\nmodel = spiked_matrix_tensor\nsolver = state_evolution\n"
                                "[grid]\ndelta2 = linspace(0.1, 2, 10000)\ndeltap = logspace(0.05, 10, 10000)\n")
        start = time.monotonic()
        done = self.assert_succeeds("plan", "large.ini", program=GLASSCAPE)
        self.assertRegex(done.out, r"points +100000000\n")
        self.assertRegex(done.out, r"cost +\d\S* \S+ \(.* to .*\) of one team \(the solver's estimate\)")
        self.assertLess(time.monotonic() - start, 5)  # on a loaded machine; alone well under 1 s


class Models(CommandLineTest):
    def test_json_names_everything(self):
        solvers = json.loads(self.assert_succeeds("models", "--json", program=GLASSCAPE).out)
        by_name = {(solver["model"], solver["solver"]): solver for solver in solvers}
        solver = by_name["spiked_matrix_tensor", "state_evolution"]
        parameters = {parameter["name"]: parameter for parameter in solver["parameters"]}
        self.assertTrue(parameters["delta2"]["required"])
        self.assertEqual(parameters["delta2"]["domain"], "number in (0, inf]")
        observables = {observable["name"]: observable for observable in solver["observables"]}
        self.assertIn({"value": 3, "meaning": "easy"}, observables["phase"]["categories"])
        for solver in solvers:
            self.assertTrue(solver["paper"])
            for described in solver["parameters"] + solver["observables"]:
                self.assertTrue(described["meaning"] and described["unit"], described)

    def test_text(self):
        listed = self.assert_succeeds("models", program=GLASSCAPE).out
        self.assertIn("spiked_matrix_tensor\n", listed)
        self.assertIn("  thresholds", listed)
        described = self.assert_succeeds("models", "spiked_matrix_tensor", "thresholds", program=GLASSCAPE).out
        for word in ("paper: ", "deltap", "delta2_langevin", "default required"):
            self.assertIn(word, described)

    def test_says_over_what_a_state_is_continued(self):
        def inputs(model, solver):
            lines = self.assert_succeeds("models", model, solver, program=GLASSCAPE).out.splitlines()
            return {line.split()[0]: meaning for line, meaning in zip(lines, lines[1:]) if line[:2] == "  " != line[1:3]}

        langevin = inputs("spiked_matrix_tensor", "langevin")
        self.assertIn("(a larger value continues what is there)", langevin["replicas"])
        self.assertIn("(a larger value continues what is there)", langevin["t_max"])
        self.assertIn("(values beyond the former end continue what is there)", langevin["times"])
        for words in ("continues", "may grow"):
            self.assertNotIn(words, langevin["temperature"])
        self.assertIn("(a larger value continues what is there)", inputs("mixed_pspin", "quench")["t_max"])
        self.assertIn("(may grow; points start anew)", inputs("mixed_pspin", "equilibrium")["times"])
        self.assertIn("(may grow; points start anew)", inputs("gaussian_mixture", "sgd_dmft")["steps"])

    def test_one_model_as_json(self):
        one = json.loads(self.assert_succeeds("models", "testbed", "series", "--json").out)
        self.assertEqual([solver["solver"] for solver in one], ["series"])
        self.assertEqual(one[0]["observables"][0]["dims"], ["time"])


class Status(CommandLineTest):
    def status(self, file="sweep.h5"):
        return json.loads(self.assert_succeeds("status", file, "--json").out)

    def test_of_a_finished_sweep(self):
        self.sweep("[parameters]\ntrigger = 0.5\n", solver="unconverged")
        self.assertEqual(self.run_program("run", "sweep.ini").code, 1)
        self.assertEqual(self.status(), {"file": "sweep.h5", "points": 11, "done": 10, "failed": 0, "unconverged": 1,
                                         "inferred": 0, "pending": 0, "running": False})
        text = self.assert_succeeds("status", "sweep.h5").out
        self.assertEqual(text, "sweep.h5: 11 points, 10 done, 1 unconverged\ncomplete\n")

    def test_of_a_stopped_sweep(self):
        self.sweep("[parameters]\nseconds = 0.05\n", x="linspace(0, 1, 101)")
        self.assertEqual(self.run_program("run", "sweep.ini", "--walltime", "2").code, 75)
        status = self.status()
        self.assertEqual(status["done"] + status["pending"], 101)
        self.assertGreater(status["done"], 0)
        self.assertIn("not running: run the sweep again to continue", self.run_program("status", "sweep.h5").out)

    def test_of_a_running_sweep(self):
        self.sweep("[parameters]\nseconds = 0.02\n", x="linspace(0, 1, 1000)")
        with self.running("run", "sweep.ini") as sweep:
            self.wait_until((self.folder / "sweep.h5").exists, "the file")
            self.wait_until(lambda: self.status()["done"] > 3, "points")
            status = self.status()
            self.assertTrue(status["running"])
            self.assertEqual(status["pid"], sweep.pid)
            self.assertGreater(status["points_per_second"], 0)
            self.assertGreater(status["seconds_left"], 0)
            self.assertRegex(self.run_program("status", "sweep.h5").out, r"running: process \d+ on .* points/s, .* left\n")

    def test_follows_until_the_end(self):
        self.sweep("[parameters]\nseconds = 0.1\n", x="linspace(0, 1, 15)")
        with self.running("run", "sweep.ini") as sweep:
            self.wait_until(lambda: (self.folder / "sweep.h5").exists(), "the file")
            done = self.assert_succeeds("status", "sweep.h5", "--follow", "--json")
            counts = [json.loads(line)["done"] for line in done.out.splitlines()]
            self.assertEqual(counts, sorted(counts))
            self.assertEqual(counts[-1], 15)
            sweep.communicate()
            self.assertEqual(sweep.returncode, 0)


class Run(CommandLineTest):
    def test_set_changes_the_sweep_and_is_recorded(self):
        self.sweep()
        self.assert_succeeds("run", "sweep.ini", "--set", "grid.x=1, 2", "--set", "sweep.output=b.h5", "--set", "sweep.seed=4")
        self.assertEqual(list(self.read("b.h5", "x")), [1, 2])
        self.assert_folder_holds("b.h5", "sweep.ini")

    def test_output_option_wins(self):
        self.sweep("[run]\npoint_timeout = 5\n")
        self.assert_succeeds("run", "sweep.ini", "-o", "c.h5", "--set", "sweep.output=b.h5")
        self.assert_folder_holds("c.h5", "sweep.ini")

    def test_a_finished_sweep_has_nothing_left_to_do(self):
        self.sweep()
        self.assert_succeeds("run", "sweep.ini", ranks=3)
        before = (self.folder / "sweep.h5").read_bytes()
        for ranks in (None, 2):
            self.assertIn("nothing was left to solve", self.assert_succeeds("run", "sweep.ini", ranks=ranks).err)
        self.assertEqual((self.folder / "sweep.h5").read_bytes(), before)
        self.assert_folder_holds("sweep.h5", "sweep.ini")

    def test_results_go_to_the_file_and_words_to_standard_error(self):
        self.sweep()
        done = self.assert_succeeds("run", "sweep.ini")
        self.assertEqual(done.out, "")
        self.assertTrue(done.err.rstrip().endswith("11 done, 0 failed, 0 unconverged"), done.err)


if __name__ == "__main__":
    main()
