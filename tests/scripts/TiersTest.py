"""What scripts/tiers.py makes of the times of its runs."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts"))

import rounds
import tiers


class FakeServer:
    """Answers with one time per engine, and keeps what it was asked."""

    def __init__(self, milliseconds):
        self.milliseconds = milliseconds
        self.asked = []
        self.pipelines = []

    def run(self, query, mode, threads, new_engine):
        assert new_engine and query == "q01" and threads == 2
        self.asked.append(mode)
        self.pipelines = [mode]
        return self.milliseconds[mode]


class TiersTest(unittest.TestCase):

    def compare(self, times, better):
        ratio, verdict = tiers.compare(times, better)
        return ratio, verdict.keeps

    def test_five_percent_or_half_a_millisecond_is_kept_to(self):
        self.assertEqual(self.compare([104], [100]), (1.04, True))
        self.assertEqual(self.compare([106], [100]), (1.06, False))
        self.assertEqual(self.compare([1.4], [1]), (1.4, True))
        self.assertEqual(self.compare([1.6], [1]), (1.6, False))

    def test_rounds_are_compared_one_by_one(self):
        # The medians would say 20 beside 10.
        self.assertEqual(self.compare([10, 20, 21], [10, 20, 7]), (1, True))
        self.assertEqual(self.compare([10, 20, 30], [None, 20, None]), (1, True))

    def test_rounds_go_on_until_most_of_them_say_the_same(self):
        verdicts = {3: [True, True, False], 4: [True] * 3 + [False], 8: [True] * 7 + [False]}
        run = []
        for number in rounds.roundsUntilClear(3, lambda: rounds.Verdict(verdicts.get(len(run), [True, False]))):
            run.append(number)
        self.assertEqual(run, list(range(8)))
        self.assertEqual(len(list(rounds.roundsUntilClear(3, lambda: rounds.Verdict([True, False])))), 3 * rounds.MOST_EXTENSION)
        self.assertEqual(str(rounds.Verdict([True] * 7 + [False])), "yes, 7 of 8")
        self.assertEqual(str(rounds.Verdict([False, False, True])), "**no**?, 1 of 3")

    def test_the_adaptive_time_is_held_against_the_better(self):
        row = tiers.measure(FakeServer({"auto": 33, "interpreted": 30, "compiled": 40}), "q01", 2, 5)
        self.assertEqual((row["adaptive_ms"], row["interpreted_ms"], row["compiled_ms"], row["again_ms"]), (33, 30, 40, 30))
        self.assertEqual((row["ratio"], row["again_ratio"]), (1.1, 1))
        self.assertEqual((row["keeps"], row["again_keeps"]), (False, True))
        self.assertEqual(row["pipelines"], ["auto"])

    def test_what_is_clearly_worse_is_run_no_more_once_that_is_known(self):
        server = FakeServer({"auto": 30, "interpreted": 50, "compiled": 30})
        tiers.measure(server, "q01", 2, 10)
        # One run of each that is not counted comes first.
        self.assertEqual(server.asked.count("interpreted"), 1 + tiers.ROUNDS_TO_JUDGE)
        self.assertEqual(server.asked.count("auto"), 1 + 10)
        self.assertEqual(server.asked.count("compiled"), 1 + 10 + 10)

    def test_what_may_be_the_better_is_run_to_the_end(self):
        server = FakeServer({"auto": 30, "interpreted": 32, "compiled": 30})
        tiers.measure(server, "q01", 2, 10)
        self.assertEqual(server.asked.count("interpreted"), 1 + 10)


if __name__ == "__main__":
    unittest.main()
