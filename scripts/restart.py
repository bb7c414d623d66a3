"""Measures what a folder of machine code spares new processes on the TPC-H queries; scripts/restart sets up what it needs.

Every run is a process of its own with one worker thread; tables are mapped from files that earlier runs have read.
"""

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
    loads, later = [], []
    for _ in range(processes):
        statistics_, sameRows = run(store, query, code, folder)
        if sameRows != rows:
            raise SystemExit(f"restart: {query}: with code from {code} the rows differ")
        for pipeline in statistics_["pipelines"]:
            if pipeline["compileMilliseconds"] > 0:
                raise SystemExit(f"restart: {query}: pipeline {pipeline['id']} ({pipeline['description']}) was compiled again: "
                                 f"{pipeline['tierReason']}")
            if pipeline["loadMilliseconds"] > 0:
                loads.append(pipeline["loadMilliseconds"])
        later.append(statistics_["milliseconds"])
    return {"query": query, "compile_ms": compiles, "load_ms": loads, "first_ms": first["milliseconds"],
            "later_ms": statistics.median(later)}


def describe(row):
    compiles, loads = row["compile_ms"], row["load_ms"]
    return (f"| {row['query']} | {len(compiles)} | {min(compiles):.0f} to {max(compiles):.0f} | {statistics.median(loads):.3f} | "
            f"{max(loads):.3f} | {row['first_ms']:.1f} | {row['later_ms']:.1f} |")


def main():
    parser = makeParser(__doc__)
    parser.add_argument("--processes", type=int, default=11)
    arguments = parser.parse_args()
    print("| query | pipelines | compiling one, ms | loading one, ms: median | longest | first run, ms | later ones, ms |\n"
          "|---|--:|--:|--:|--:|--:|--:|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        rows = collect((measure(arguments.store, query, arguments.processes, folder)
                        for query in chosenQueries(arguments)), arguments.json, describe)
    compiles = [time for row in rows for time in row["compile_ms"]]
    loads = [time for row in rows for time in row["load_ms"]]
    print(f"\n{len(compiles)} pipelines compiled in {min(compiles):.0f} to {max(compiles):.0f} ms each. {len(loads)} loads: median "
          f"{statistics.median(loads):.3f} ms, longest {max(loads):.3f}, {sum(time > GOAL_MS for time in loads)} of more than "
          f"{GOAL_MS}.")


if __name__ == "__main__":
    main()
