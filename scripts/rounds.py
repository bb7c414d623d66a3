"""How often to measure where machines are shared, and two medians of the same thing differ by more than what is looked for.

Times are compared within rounds: what follows each other meets the same machine, minutes later it may be another. And
rounds go on until what most of them say is no chance.
"""

import math

# A lead of so many standard deviations of tossed coins has one set of tosses in twenty. (The sign test.)
CLEAR_LEAD = 1.96
# As many rounds as were asked for, times this, are enough in any case.
MOST_EXTENSION = 5


class Verdict:
    """What rounds say, given whether each `kept` to what is asked of it."""

    def __init__(self, kept):
        self.kept = sum(kept)
        self.rounds = len(kept)
        self.keeps = 2 * self.kept > self.rounds
        self.isClear = abs(2 * self.kept - self.rounds) >= CLEAR_LEAD * math.sqrt(self.rounds)

    def columns(self, prefix=""):
        """What a row of JSON says of it."""
        return {f"{prefix}keeps": self.keeps, f"{prefix}clear": self.isClear, f"{prefix}verdict": str(self)}

    def __str__(self):
        return f"{'yes' if self.keeps else '**no**'}{'' if self.isClear else '?'}, {self.kept} of {self.rounds}"


def roundsUntilClear(repetitions, verdict):
    """Yields the numbers of the rounds to run: `repetitions`, and more while verdict() is not clear."""
    for number in range(repetitions * MOST_EXTENSION):
        if number >= repetitions and verdict().isClear:
            return
        yield number
