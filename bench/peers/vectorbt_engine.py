"""vectorbt, end to end: averages, signals, portfolio and its value. Its compiler is warm after the first run."""

import numpy
import vectorbt

import peer


def backtest(series, fast=peer.FAST, slow=peer.SLOW):
    difference = series.difference(fast, slow)
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
    return peer.outcome(portfolio.trades.closed.count(), value.iloc[-1])


if __name__ == "__main__":
    peer.measure(vectorbt.__version__, peer.series(), lambda series: [backtest(series)])
