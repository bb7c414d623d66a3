"""Measures whether Basalt keeps its distance to DuckDB on the TPC-H queries as data grows; scripts/growth sets up what it needs.

A ratio of two ratios has the noise of four times. So all four are measured in one round, and compared within it.
"""

import argparse
import datetime
import statistics

import duckdb

from compare import DuckDb, databaseFile, geometricMean, orderColumns, readSql, requireSameRows
from comparison_server import Basalt, machine
from rounds import Verdict, roundsUntilClear
from tpch_options import collect

# The ratio of the larger tables may be so many times that of the smaller ones.
TOLERANCE = 1.15


class Scale:
    """Both engines with the tables of one scale factor."""

    def __init__(self, scale):
        self.basalt = Basalt(f"build/release/tpch/sf{scale}.store")
        self.peer = DuckDb(databaseFile(scale), readOnly=True)
        self.peer.touch()

    def check(self, query, orderBy):
        requireSameRows(query, self.basalt, self.peer, orderBy, ["warm"])

    def run(self, query, sql):
        return self.basalt.run(query, "compiled", 1), self.peer.run(sql, 1)


def measure(scales, query, orderBy, repetitions):
    sql = readSql(query)
    for scale in scales:
        scale.check(query, orderBy)
        scale.run(query, sql)
    rounds = []

    def changes():
        return [larger[0] / larger[1] / (smaller[0] / smaller[1]) for smaller, larger in rounds]

    def verdict():
        return Verdict([change <= TOLERANCE for change in changes()])

    for _ in roundsUntilClear(repetitions, verdict):
        rounds.append([scale.run(query, sql) for scale in scales])
    (smaller, larger) = ([statistics.median(times) for times in zip(*(round_[index] for round_ in rounds))] for index in (0, 1))
    return {"query": query, "basalt_ms": [round(times[0], 3) for times in (smaller, larger)],
            "peer_ms": [round(times[1], 3) for times in (smaller, larger)],
            "basalt_growth": round(larger[0] / smaller[0], 3), "peer_growth": round(larger[1] / smaller[1], 3),
            "change": round(statistics.median(changes()), 4)} | verdict().columns()


def describe(row):
    times = " | ".join(f"{basalt:.1f} / {peer:.1f} = {basalt / peer:.2f}" for basalt, peer in zip(row["basalt_ms"], row["peer_ms"]))
    return (f"| {row['query']} | {times} | {row['basalt_growth']:.1f} | {row['peer_growth']:.1f} | {row['change']:.2f} | "
            f"{row['verdict']} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", required=True)
    parser.add_argument("--larger", required=True)
    parser.add_argument("--queries", default="")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    orders = orderColumns()
    queries = arguments.queries.split(",") if arguments.queries else sorted(orders)
    scales = [Scale(arguments.scale), Scale(arguments.larger)]
    print(f"TPC-H, one thread, milliseconds of Basalt / DuckDB {duckdb.__version__} = ratio at scale factors {arguments.scale} and "
          f"{arguments.larger}; medians of at least {arguments.repetitions} rounds. {machine()}; {datetime.date.today()}; "
          f"{scales[0].basalt.build}.\n")
    print(f"| query | {arguments.scale} | {arguments.larger} | Basalt grows | DuckDB grows | ratio grows | keeps it, in rounds |")
    print("|---|--:|--:|--:|--:|--:|---|", flush=True)
    rows = collect((measure(scales, query, orders[query], arguments.repetitions) for query in queries), arguments.json, describe)
    for scale in scales:
        scale.basalt.close()
    kept, clear = (sum(row[name] for row in rows) for name in ("keeps", "clear"))
    print(f"\n{kept} of {len(rows)} keep their ratio; chance may have decided {len(rows) - clear}. Geometric mean of the growth of the "
          f"ratios: {geometricMean([row['change'] for row in rows]):.3f}.")


if __name__ == "__main__":
    main()
