"""What every Python peer of the benchmarks shares.

A peer is called as `python NAME.py DATA BARS RUNS`: DATA holds the columns time (microseconds), open, high, low, close
(cents) and volume of all bars, one after the other, as little-endian float64. It prints one JSON object: version,
seconds of each run, closed trades, and final equity in dollars.
"""

import json
import sys
import time

import numpy

FAST = 10
SLOW = 50
SHARES = 100
CASH = 10_000_000.0
FEE = 1.0


class Series:
    """The first bars of the data; prices in dollars, closes in whole cents too."""

    def __init__(self, path, bars):
        columns = numpy.fromfile(path, dtype="<f8").reshape(6, -1)[:, :bars]
        self.micros = columns[0].astype(numpy.int64)
        self.cents = columns[4].astype(numpy.int64)
        self.open, self.high, self.low, self.close = (column / 100 for column in columns[1:5])
        self.volume = columns[5]

    def __len__(self):
        return len(self.cents)

    def difference(self):
        """Fast less slow average, times both lengths: whole numbers, so that equal averages are equal. NaN at first."""
        total = numpy.concatenate(([0], numpy.cumsum(self.cents)))
        difference = numpy.full(len(self), numpy.nan)
        fast = total[SLOW:] - total[SLOW - FAST : -FAST]
        slow = total[SLOW:] - total[:-SLOW]
        difference[SLOW - 1 :] = fast * SLOW - slow * FAST
        return difference

    def frame(self):
        """As pandas wants it."""
        import pandas

        index = pandas.to_datetime(self.micros, unit="us")
        columns = {"Open": self.open, "High": self.high, "Low": self.low, "Close": self.close, "Volume": self.volume}
        return pandas.DataFrame(columns, index=index)


def measure(version, prepare, run):
    """Prepares (not timed), runs as often as asked, and prints. `run` gives trades and final equity."""
    path, bars, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    prepared = prepare(Series(path, bars))
    seconds = []
    trades = equity = None
    for _ in range(runs):
        started = time.perf_counter()
        trades, equity = run(prepared)
        seconds.append(time.perf_counter() - started)
    json.dump({"version": version, "seconds": seconds, "trades": int(trades), "finalEquity": float(equity)}, sys.stdout)
