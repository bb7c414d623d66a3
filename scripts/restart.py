"""Measures what a folder of machine code spares new processes on the TPC-H queries; scripts/restart sets up what it needs.

Every run is a process of its own with one worker thread; tables are mapped from files that earlier runs have read.
"""

import collections
import json
import os
import statistics
import subprocess
import tempfile

from tpch_options import PLANS, PROGRAM, chosenQueries, collect, makeParser

# What loading a pipeline should stay under.
GOAL_MS = 0.2


def run(store, query, code, folder):
    """The statistics of one process, and the rows it printed."""
    path = os.path.join(folder, "statistics.json")
    rows = subprocess.run(
        [PROGRAM, "run", f"{PLANS}/{query}.json", "--store", store, "--engine", "compiled", "--threads", "1", "--code-cache", code,
         "--stats", path, "--format", "csv"], check=True, capture_output=True).stdout
    with open(path, encoding="utf-8") as file:
        return json.load(file), rows


def measure(store, query, processes, folder):
    run(store, query, folder, folder)  # Brings the tables to memory.
    code = os.path.join(folder, f"{query}.code")
    os.mkdir(code, mode=0o700)
    first, rows = run(store, query, code, folder)
    compiles = [pipeline["compileMilliseconds"] for pipeline in first["pipelines"] if pipeline["compileMilliseconds"] > 0]
    loads, later = collections.defaultdict(list), []
    for _ in range(processes):
        statistics_, sameRows = run(store, query, code, folder)
        if sameRows != rows:
            raise SystemExit(f"restart: {query}: with code from {code} the rows differ")
        for pipeline in statistics_["pipelines"]:
            if pipeline["compileMilliseconds"] > 0:
                raise SystemExit(f"restart: {query}: pipeline {pipeline['id']} ({pipeline['description']}) was compiled again: "
                                 f"{pipeline['tierReason']}")
            if pipeline["loadMilliseconds"] > 0:
                loads[pipeline["id"]].append(pipeline["loadMilliseconds"])
        later.append(statistics_["milliseconds"])
    return {"query": query, "compile_ms": compiles, "load_ms": list(loads.values()), "first_ms": first["milliseconds"],
            "later_ms": statistics.median(later)}


def describe(row):
    compiles, loads = row["compile_ms"], row["load_ms"]
    medians = [statistics.median(times) for times in loads]
    return (f"| {row['query']} | {len(compiles)} | {min(compiles):.0f} to {max(compiles):.0f} | "
            f"{statistics.median(medians):.3f} | {max(medians):.3f} | {max(map(max, loads)):.3f} | {row['first_ms']:.1f} | {row['later_ms']:.1f} |")


def main():
    parser = makeParser(__doc__)
    parser.add_argument("--processes", type=int, default=11)
    arguments = parser.parse_args()
    print("| query | pipelines | compiling one, ms | loading one, ms: median | the slowest one's | longest load | "
          "first run, ms | later ones, ms |\n"
          "|---|--:|--:|--:|--:|--:|--:|--:|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        rows = collect((measure(arguments.store, query, arguments.processes, folder)
                        for query in chosenQueries(arguments)), arguments.json, describe)
    compiles = [time for row in rows for time in row["compile_ms"]]
    loads = [times for row in rows for times in row["load_ms"]]
    medians = [statistics.median(times) for times in loads]
    single = [time for times in loads for time in times]
    print(f"\n{len(compiles)} pipelines compiled in {min(compiles):.0f} to {max(compiles):.0f} ms each. Loading one takes "
          f"{statistics.median(medians):.3f} ms, the slowest one {max(medians):.3f} (medians of {arguments.processes}). "
          f"Of {len(single)} loads {sum(time > GOAL_MS for time in single)} took more than {GOAL_MS}, the longest {max(single):.3f}.")


if __name__ == "__main__":
    main()
