"""What every Python peer of the benchmarks shares.

A peer is called as `python NAME.py DATA RUNS SETTINGS`: DATA is a file of columns of little-endian float64, one after
the other; SETTINGS is JSON. Of bars the columns are time (microseconds), open, high, low, close (cents) and volume, and
the settings say how many `symbols` stand in turn at each time, of which it takes the first `use` (all, if absent), and
how many `bars` of each; `cash` is in dollars. It prints one JSON object in a line: version, seconds of each run,
peakMiB, and outcomes: closed trades (of ticks: fills) and final equity in dollars of each backtest of a run.
"""

import json
import resource
import sys
import time

import numpy

DATA, RUNS, SETTINGS = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])

FAST = 10
SLOW = 50
SHARES = 100
CASH = float(SETTINGS.get("cash", 10_000_000))
FEE = 1.0


def columns(count):
    """The columns of DATA, a row each."""
    return numpy.fromfile(DATA, dtype="<f8").reshape(count, -1)


class Series:
    """Bars of one symbol; prices in dollars, closes in whole cents too."""

    def __init__(self, name, micros, open, high, low, close, volume):
        self.name = name
        self.micros = micros.astype(numpy.int64)
        self.cents = close.astype(numpy.int64)
        self.open, self.high, self.low, self.close = (column / 100 for column in (open, high, low, close))
        self.volume = volume

    def __len__(self):
        return len(self.cents)

    def difference(self, fast=FAST, slow=SLOW):
        """Fast less slow average, times both lengths: whole numbers, so that equal averages are equal. NaN at first."""
        total = numpy.concatenate(([0], numpy.cumsum(self.cents)))
        difference = numpy.full(len(self), numpy.nan)
        fast_sum = total[slow:] - total[slow - fast : -fast]
        slow_sum = total[slow:] - total[:-slow]
        difference[slow - 1 :] = fast_sum * slow - slow_sum * fast
        return difference

    def frame(self):
        """As pandas wants it."""
        import pandas

        index = pandas.to_datetime(self.micros, unit="us")
        columns = {"Open": self.open, "High": self.high, "Low": self.low, "Close": self.close, "Volume": self.volume}
        return pandas.DataFrame(columns, index=index)


def all_series():
    """The bars of every symbol that SETTINGS give it."""
    symbols, bars = SETTINGS.get("symbols", 1), SETTINGS["bars"]
    table = columns(6).reshape(6, -1, symbols)[:, :bars]
    return [Series(f"W{each}", *table[:, :, each]) for each in range(SETTINGS.get("use", symbols))]


def series():
    """The bars of the only symbol."""
    (only,) = all_series()
    return only


def outcome(trades, equity):
    """What a backtest came to."""
    return {"trades": int(trades), "finalEquity": float(equity)}


def measure(version, prepared, run):
    """Runs as often as asked, and prints. `run` gives a list of outcomes."""
    tell(version, *timed(run, prepared))


def timed(run, prepared):
    """Seconds of each run, and the outcomes of the last."""
    seconds = []
    outcomes = None
    for _ in range(RUNS):
        started = time.perf_counter()
        outcomes = run(prepared)
        seconds.append(time.perf_counter() - started)
    return seconds, outcomes


def tell(version, seconds, outcomes, processes=0):
    """Prints the answer. Memory is that of this process and of `processes`, ended by now, as large as the largest."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if processes > 0:
        peak += processes * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    answer = {"version": version, "seconds": seconds, "outcomes": outcomes, "peakMiB": peak / 1024}
    print("\n" + json.dumps(answer))
