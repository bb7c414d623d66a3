"""What the scripts that run TPC-H queries one process at a time share: the program, the plans, and their options."""

import argparse
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
