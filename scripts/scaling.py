"""Measures what a second thread gives on the TPC-H queries; scripts/scaling sets up what it needs.

Timings of one process say little where machines are shared: a second thread may find half a processor. So beside every
query stands the capacity, measured in the same minute with two processes that share nothing but the machine.
"""

import json
import os
import statistics
import subprocess
import tempfile

from rounds import Verdict, roundsUntilClear
from tpch_options import PLANS, PROGRAM, chosenQueries, collect, makeParser

# Of what two processes get done at once, two threads of one have to do this part: where the machine gives two whole
# processors, the query is 1.9 times as fast.
SHARE = 0.95


class Run:
    """A process that runs one query several times."""

    def __init__(self, store, query, threads, repetitions, statistics_path):
        self.statistics_path = statistics_path
        self.process = subprocess.Popen(
            [PROGRAM, "run", f"{PLANS}/{query}.json", "--store", store, "--engine", "compiled", "--threads", str(threads),
             "--repeat", str(repetitions + 1), "--stats", statistics_path, "--output", "/dev/null"])

    def milliseconds(self):
        """Waits; the median but for the first run, which compiles."""
        if self.process.wait() != 0:
            raise SystemExit(f"scaling: {PROGRAM} ended with status {self.process.returncode}")
        with open(self.statistics_path, encoding="utf-8") as file:
            return statistics.median(run["milliseconds"] for run in json.load(file)["runs"][1:])


def measure(store, query, repetitions, rounds, folder):
    one, two, shared = [], [], []
    paths = [os.path.join(folder, name) for name in ("first.json", "second.json")]

    def shares():
        # In a round the same machine is met; minutes later it may be another.
        return [beside / (2 * both) for beside, both in zip(shared, two)]

    def verdict():
        return Verdict([share >= SHARE for share in shares()])

    for _ in roundsUntilClear(rounds, verdict):
        one.append(Run(store, query, 1, repetitions, paths[0]).milliseconds())
        two.append(Run(store, query, 2, repetitions, paths[0]).milliseconds())
        beside = [Run(store, query, 1, repetitions, path) for path in paths]
        shared.append(statistics.mean(run.milliseconds() for run in beside))
    speedup = statistics.median(alone / both for alone, both in zip(one, two))
    capacity = statistics.median(2 * alone / beside for alone, beside in zip(one, shared))
    return {"query": query, "one_thread_ms": round(statistics.median(one), 3),
            "two_threads_ms": round(statistics.median(two), 3), "speedup": round(speedup, 3),
            "capacity": round(capacity, 3), "share": round(statistics.median(shares()), 3)} | verdict().columns()


def describe(row):
    return (f"| {row['query']} | {row['one_thread_ms']:.1f} | {row['two_threads_ms']:.1f} | {row['speedup']:.2f} | "
            f"{row['capacity']:.2f} | {row['share']:.2f} | {row['verdict']} |")


def main():
    parser = makeParser(__doc__)
    parser.add_argument("--repetitions", type=int, default=31)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    print(f"| query | 1 thread, ms | 2 threads, ms | times as fast | capacity | share of it | at least {SHARE}, in rounds |")
    print("|---|--:|--:|--:|--:|--:|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        collect((measure(arguments.store, query, arguments.repetitions, arguments.rounds, folder)
                 for query in chosenQueries(arguments)), arguments.json, describe)


if __name__ == "__main__":
    main()
