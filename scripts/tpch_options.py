"""What the scripts that measure TPC-H queries share: the program, the plans, their options, and how rows come out."""

import argparse
import json
import os

PROGRAM = "build/release/bin/basalt"
PLANS = "bench/tpch/plans"


def makeParser(description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", required=True)
    parser.add_argument("--queries", default="")
    parser.add_argument("--json")
    return parser


def chosenQueries(arguments):
    """Those that --queries names, else all."""
    if arguments.queries:
        return arguments.queries.split(",")
    return sorted(os.path.splitext(name)[0] for name in os.listdir(PLANS) if name.endswith(".json"))


def writeRows(rows, path):
    """Writes what is measured so far, so that it stays should the rest not come to its end; nothing without a path."""
    if path:
        with open(path, "w", encoding="utf-8") as target:
            json.dump(rows, target, indent=1)


def collect(rows, path, describe):
    """Prints and writes rows as they come; returns all."""
    collected = []
    for row in rows:
        collected.append(row)
        print(describe(row), flush=True)
        writeRows(collected, path)
    return collected
