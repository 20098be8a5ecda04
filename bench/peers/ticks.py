"""What the peers on ticks share: DATA has the columns time (microseconds), symbol, kind, bid or price of a print, its
size, ask and its size; NaN where a side has no price. Prices in dollars.
"""

import numpy

import peer

QUOTE, LIT_PRINT, OFF_EXCHANGE_PRINT, NOTHING, UNFIT_QUOTE = range(5)
EVERY = peer.SETTINGS.get("every")
SHARES = peer.SETTINGS.get("shares")
# Shares held, of which no more are bought.
ENOUGH = 5
TICK = 0.01
LATENCY_NS = 40_000_000


def rows():
    """The columns by name. Times are nanoseconds, each later than the one before, so that the order of rows is kept."""
    micros, symbol, kind, price, size, ask, ask_size = peer.columns(7)
    nanos = micros.astype(numpy.int64) * 1000
    starts = numpy.r_[True, nanos[1:] != nanos[:-1]]
    first = numpy.maximum.accumulate(numpy.where(starts, numpy.arange(len(nanos)), 0))
    nanos += numpy.arange(len(nanos)) - first
    return {
        "nanos": nanos,
        "symbol": symbol.astype(numpy.int64),
        "kind": kind.astype(numpy.int64),
        "price": price,
        "size": size,
        "ask": ask,
        "ask_size": ask_size,
    }
