"""Measures Basalt beside DuckDB on the TPC-H queries; scripts/compare sets up what it needs.

Modes, each against DuckDB's time of the same kind, the better of its in-memory tables and its own database file:

  warm         compiled, the code in the cache; second and later runs of both
  plain        the same on tables in Arrow's layout: 8-byte decimals, no dictionaries, no zone maps
  interpreted  never compiled; later runs of both
  adaptive     an engine that has compiled nothing yet, in a warm process; DuckDB's later runs. own_ms is the better of
               interpreting and of compiling everything first, in engines as new
  cold         a new process that has read its data, no code cache: the first run of both (DuckDB: its database file)

Medians; the two take turns run by run. Results are compared before anything is timed. DuckDB's times include parsing
and planning its SQL, Basalt's binding the plan.
"""

import argparse
import csv
import datetime
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time

import duckdb

from comparison_picture import drawComparison
from comparison_server import Basalt, machine
from tpch_options import writeRows

MODES = ("warm", "plain", "interpreted", "adaptive", "cold")
TABLES = ("nation", "region", "supplier", "customer", "part", "partsupp", "orders", "lineitem")


def log(text):
    print(f"compare: {text}", file=sys.stderr, flush=True)


class DuckDb:
    """A connection to one database, in memory or in a file."""

    def __init__(self, path, readOnly=False):
        self.connection = duckdb.connect(path, read_only=readOnly)

    def load(self, scale):
        with open("bench/tpch/schema.sql", encoding="utf-8") as schema:
            self.connection.execute(schema.read())
        for table in TABLES:
            self.connection.execute(f"COPY {table} FROM 'data/tpch/sf{scale}/{table}.tbl' (DELIMITER '|', HEADER false)")

    def touch(self):
        """Reads every column, so that no query pays for that."""
        for table in TABLES:
            columns = [row[0] for row in self.connection.execute(f"DESCRIBE {table}").fetchall()]
            self.connection.execute("SELECT " + ", ".join(f'max("{column}")' for column in columns) + f" FROM {table}").fetchall()

    def run(self, sql, threads):
        self.connection.execute(f"SET threads = {threads}")
        start = time.perf_counter()
        self.connection.execute(sql).fetchall()
        return (time.perf_counter() - start) * 1000

    def writeResult(self, sql, path):
        cursor = self.connection.execute(sql)
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter="|")
            writer.writerow([column[0] for column in cursor.description])
            writer.writerows([["" if value is None else value for value in row] for row in cursor.fetchall()])


def databaseFile(scale):
    """DuckDB's own file of TPC-H at this scale factor, made unless it is there."""
    path = f"build/compare/sf{scale}-{duckdb.__version__}.duckdb"
    if not os.path.exists(path):
        log(f"loading DuckDB's file {path}")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        unfinished = DuckDb(path + ".unfinished")
        unfinished.load(scale)
        unfinished.connection.close()
        os.rename(path + ".unfinished", path)
    return path


def readSql(query):
    with open(f"bench/tpch/queries/{query}.sql", encoding="utf-8") as file:
        return file.read()


def orderColumns():
    with open("bench/tpch/order-by.txt", encoding="utf-8") as file:
        return {fields[0]: fields[1] if len(fields) > 1 else "" for fields in map(str.split, file) if fields}


def requireSameRows(query, basalt, peer, orderBy, modes):
    """Both engines' rows; raises when they differ."""
    with tempfile.TemporaryDirectory() as folder:
        answer, result = os.path.join(folder, "answer.csv"), os.path.join(folder, "result.csv")
        peer.writeResult(readSql(query), answer)
        for mode, data in (("interpreted", "store"), ("compiled", "store"), ("compiled", "plain")):
            if data == "plain" and "plain" not in modes:
                continue
            basalt.run(query, mode, 2, data=data, result=result)
            check = subprocess.run(["scripts/check-answer", answer, result, "--order-by", orderBy], capture_output=True, text=True)
            if check.returncode != 0:
                raise RuntimeError(f"{query}, {mode} on {data}: {check.stdout}{check.stderr}")


def measureWarm(query, threads, repetitions, basalt, peers, modes):
    """Rows of one query in all modes that need no new process."""
    sql = readSql(query)
    runs = {f"peer {number}": lambda peer=peer: peer.run(sql, threads) for number, peer in enumerate(peers)}
    runs |= {
        "compiled": lambda: basalt.run(query, "compiled", threads),
        "interpreted": lambda: basalt.run(query, "interpreted", threads),
    }
    if "plain" in modes:
        runs["plain"] = lambda: basalt.run(query, "compiled", threads, data="plain")
    if "adaptive" in modes:
        runs["adaptive"] = lambda: basalt.run(query, "auto", threads, new_engine=True)
        runs["new compiled"] = lambda: basalt.run(query, "compiled", threads, new_engine=True)
        runs["new interpreted"] = lambda: basalt.run(query, "interpreted", threads, new_engine=True)
    times = {name: [] for name in runs}
    for repetition in range(repetitions + 1):
        for name, run in runs.items():
            milliseconds = run()
            if repetition > 0:
                times[name].append(milliseconds)
    medians = {name: statistics.median(values) for name, values in times.items()}
    peer = min(medians[f"peer {number}"] for number in range(len(peers)))
    own = {"warm": "compiled", "plain": "plain", "interpreted": "interpreted", "adaptive": "adaptive"}
    for mode in modes:
        if mode not in own:
            continue
        row = makeRow(query, mode, threads, medians[own[mode]], peer)
        if mode == "adaptive":
            row["own_ms"] = round(min(medians["new compiled"], medians["new interpreted"]), 3)
        yield row


def makeRow(query, mode, threads, basalt, peer):
    return {"query": query, "mode": mode, "threads": threads, "basalt_ms": round(basalt, 3), "peer_ms": round(peer, 3),
            "ratio": round(basalt / peer, 4)}


COLD_PEER = """
import sys, time, duckdb
sys.path.insert(0, "scripts")
from compare import DuckDb
peer = DuckDb(sys.argv[1], readOnly=True)
peer.touch()
print(peer.run(open(sys.argv[2]).read(), int(sys.argv[3])))
"""


def measureCold(query, threads, repetitions, store, database):
    """The first run of new processes."""
    own, peer = [], []
    for _ in range(repetitions):
        server = Basalt(store)
        own.append(server.run(query, "auto", threads))
        server.close()
        output = subprocess.run([sys.executable, "-c", COLD_PEER, database, f"bench/tpch/queries/{query}.sql", str(threads)],
                                check=True, capture_output=True, text=True).stdout
        peer.append(float(output))
    return makeRow(query, "cold", threads, statistics.median(own), statistics.median(peer))


def geometricMean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def printTable(rows, modes, threads):
    columns = [(mode, count) for mode in modes for count in threads if any(row["mode"] == mode and row["threads"] == count for row in rows)]
    found = {(row["query"], row["mode"], row["threads"]): row for row in rows}
    queries = sorted({row["query"] for row in rows})
    print("| query | " + " | ".join(f"{mode}, {count} thread{'s' if count > 1 else ''}" for mode, count in columns) + " |")
    print("|---|" + "--:|" * len(columns))
    for query in queries:
        cells = []
        for mode, count in columns:
            row = found.get((query, mode, count))
            cells.append(f"{row['basalt_ms']:.1f} / {row['peer_ms']:.1f} = {row['ratio']:.2f}" if row else "")
        print(f"| {query} | " + " | ".join(cells) + " |")
    means = []
    for mode, count in columns:
        means.append(f"{geometricMean([row['ratio'] for row in rows if (row['mode'], row['threads']) == (mode, count)]):.3f}")
    print("| geometric mean | " + " | ".join(means) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", choices=("duckdb",), default="duckdb")
    parser.add_argument("--scale", default="1")
    parser.add_argument("--threads", default="1,2", type=lambda text: [int(part) for part in text.split(",")])
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--queries", default="")
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--peer-tables", choices=("both", "file"), default="both",
                        help="file: not DuckDB's in-memory tables, for data that does not fit beside them")
    parser.add_argument("--json")
    parser.add_argument("--picture")
    arguments = parser.parse_args()
    modes = arguments.modes.split(",")
    if unknown := set(modes) - set(MODES):
        parser.error(f"no such mode: {', '.join(sorted(unknown))}; there are {', '.join(MODES)}")
    orders = orderColumns()
    queries = arguments.queries.split(",") if arguments.queries else sorted(orders)

    store = f"build/release/tpch/sf{arguments.scale}.store"
    database = databaseFile(arguments.scale)
    file = DuckDb(database, readOnly=True)
    file.touch()
    peers = [file]
    if arguments.peer_tables == "both":
        log("loading DuckDB's tables in memory")
        memory = DuckDb(":memory:")
        memory.load(arguments.scale)
        peers.append(memory)
    basalt = Basalt(store)

    print(f"TPC-H, scale factor {arguments.scale}, milliseconds of Basalt / DuckDB {duckdb.__version__} = ratio; medians of "
          f"{arguments.repetitions} runs in turn. {machine()}; {datetime.date.today()}; {basalt.build}.\n")
    rows = []
    for query in queries:
        requireSameRows(query, basalt, file, orders[query], modes)
        for threads in arguments.threads:
            log(f"{query} on {threads} thread{'s' if threads > 1 else ''}")
            rows.extend(measureWarm(query, threads, arguments.repetitions, basalt, peers, modes))
            if "cold" in modes and threads == max(arguments.threads):
                rows.append(measureCold(query, threads, arguments.repetitions, store, database))
        writeRows(rows, arguments.json)
    basalt.close()
    printTable(rows, modes, arguments.threads)
    if arguments.picture:
        drawComparison(rows, arguments.picture)


if __name__ == "__main__":
    main()
