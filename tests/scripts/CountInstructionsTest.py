"""What scripts/count-instructions reports as worse and as better, and that it says when it cannot count."""

import contextlib
import importlib.machinery
import importlib.util
import io
import os
import subprocess
import sys
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts", "count-instructions")


def load():
    loader = importlib.machinery.SourceFileLoader("count_instructions", SCRIPT)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


class CountInstructionsTest(unittest.TestCase):

    EXPECTED = {
        "tolerance": 3,
        "tolerances": {"q02 compiled": 20},
        "counts": {"q01": {"compiled": 1000, "interpreted": 2000}, "q02": {"compiled": 1000}},
    }

    def compare(self, counts):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            worse, better = load().compare(self.EXPECTED, counts)
        return worse, better, printed.getvalue()

    def test_small_changes_pass(self):
        worse, better, printed = self.compare({"q01": {"compiled": 1030, "interpreted": 1940}, "q02": {"compiled": 1200}})
        self.assertEqual((worse, better), ([], []))
        self.assertIn("q01    compiled             1,000         1,030    +3.0%  3%\n", printed)

    def test_large_changes_are_told(self):
        worse, better, _ = self.compare({"q01": {"compiled": 1040, "interpreted": 1900}, "q02": {"compiled": 1201}})
        self.assertEqual(worse, ["q01 compiled: +4.0%", "q02 compiled: +20.1%"])
        self.assertEqual(better, ["q01 interpreted: -5.0%"])

    def test_unknown_counts_are_told(self):
        worse, _, _ = self.compare({"q03": {"compiled": 5}})
        self.assertEqual(worse, ["q03 compiled: nothing is expected yet"])

    def test_says_when_it_cannot_count(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-B", SCRIPT, "--build", folder, "--store", folder],
                                  capture_output=True, text=True, check=False, env={"PATH": folder})
        self.assertEqual(done.returncode, 77)
        self.assertTrue(done.stdout.startswith("SKIPPED: valgrind is not installed"), done.stdout)


if __name__ == "__main__":
    unittest.main()
