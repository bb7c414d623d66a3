"""Measures what choosing between interpreter and compiler costs TPC-H queries; scripts/tiers sets up what it needs.

All runs are of engines that have compiled nothing yet, in one warm process, so that compiling is paid for in each:

  adaptive     the engine chooses, pipeline by pipeline
  interpreted  never compiled
  compiled     every pipeline compiled before its first row
  again        the better of the latter two once more: as far as it lies beside itself, the machine decides, not the engine
"""

import statistics

from comparison_server import Basalt, machine
from rounds import Verdict, roundsUntilClear
from tpch_options import chosenQueries, collect, makeParser

ENGINES = {"adaptive": "auto", "interpreted": "interpreted", "compiled": "compiled"}
# A query is not slower than the better when it is within this part, or within this many milliseconds, of it.
TOLERANCE = 0.05
TOLERANCE_MILLISECONDS = 0.5
# Which is the better is known after so many rounds; the other one is then left out where it takes this much longer.
ROUNDS_TO_JUDGE = 3
CLEARLY_WORSE = 1.3


def compare(times, better):
    """The median of the times' ratios to those of the better, round by round, and what the rounds say."""
    pairs = [(own, other) for own, other in zip(times, better) if own is not None and other is not None]
    kept = [own <= max(other * (1 + TOLERANCE), other + TOLERANCE_MILLISECONDS) for own, other in pairs]
    return round(statistics.median(own / other for own, other in pairs), 4), Verdict(kept)


def measure(server, query, threads, repetitions):
    times = {name: [] for name in (*ENGINES, "again")}

    def run(engine):
        return server.run(query, ENGINES[engine], threads, new_engine=True)

    def median(name):
        return statistics.median(time for time in times[name] if time is not None)

    def comparison(name):
        return compare(times[name], times[min(("interpreted", "compiled"), key=median)])

    first = {engine: run(engine) for engine in ENGINES}
    for repetition in roundsUntilClear(repetitions, lambda: comparison("adaptive")[1]):
        better, worse = sorted(("interpreted", "compiled"), key=median if repetition else first.get)
        leavesOut = repetition >= ROUNDS_TO_JUDGE and median(worse) > median(better) * CLEARLY_WORSE
        runs = [("adaptive", "adaptive"), (better, better), ("again", better), (worse, None if leavesOut else worse)]
        # Nobody is always the first, or always behind the same one.
        turn = repetition % len(runs)
        for name, engine in runs[turn:] + runs[:turn]:
            times[name].append(run(engine) if engine else None)
            if name == "adaptive":
                pipelines = server.pipelines
    row = {"query": query, "threads": threads, **{f"{name}_ms": round(median(name), 3) for name in times}}
    for name, prefix in (("adaptive", ""), ("again", "again_")):
        ratio, verdict = comparison(name)
        row |= {f"{prefix}ratio": ratio} | verdict.columns(prefix)
    return row | {"pipelines": pipelines}


def describe(row):
    return (f"| {row['query']} | {row['threads']} | {row['adaptive_ms']:.2f} | {row['interpreted_ms']:.2f} | "
            f"{row['compiled_ms']:.2f} | {row['ratio']:.2f} | {row['again_ratio']:.2f} | "
            f"{row['verdict']} |")


def main():
    parser = makeParser(__doc__)
    parser.add_argument("--threads", default="1,2", type=lambda text: [int(part) for part in text.split(",")])
    parser.add_argument("--repetitions", type=int, default=15)
    arguments = parser.parse_args()
    server = Basalt(arguments.store)
    print(f"Milliseconds, medians of at least {arguments.repetitions} runs in turn, and medians of their ratios. {machine()}; {server.build}.\n")
    print("| query | threads | adaptive | interpreted | compiled | ratio to the better | the better again | keeps to it, in rounds |")
    print("|---|--:|--:|--:|--:|--:|--:|---|", flush=True)
    measured = (measure(server, query, threads, arguments.repetitions)
                for query in chosenQueries(arguments) for threads in arguments.threads)
    rows = collect(measured, arguments.json, describe)
    server.close()
    kept, again, clear = (sum(row[name] for row in rows) for name in ("keeps", "again_keeps", "clear"))
    print(f"\n{kept} of {len(rows)} keep to the better; the better run again does in {again} of {len(rows)}. "
          f"Chance may have decided {len(rows) - clear}.")


if __name__ == "__main__":
    main()
