"""vectorbt, end to end: averages, signals, portfolio and its value. Its compiler is warm after the first run."""

import numpy
import vectorbt

import peer


def run(series):
    difference = series.difference()
    before, now = difference[:-1], difference[1:]
    entries = numpy.zeros(len(series), dtype=bool)
    exits = numpy.zeros(len(series), dtype=bool)
    # Decided with the bar before, filled at the open of this one.
    entries[2:] = ((before <= 0) & (now > 0))[:-1]
    exits[2:] = ((before >= 0) & (now < 0))[:-1]
    portfolio = vectorbt.Portfolio.from_signals(
        series.close, entries, exits, price=series.open, size=peer.SHARES, fixed_fees=peer.FEE, init_cash=peer.CASH
    )
    value = portfolio.value()
    return portfolio.trades.closed.count(), value.iloc[-1]


peer.measure(vectorbt.__version__, lambda series: series, run)
