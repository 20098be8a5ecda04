"""backtesting.py: the backtest of backtesting_engine.py for many pairs of averages, which its `optimize` spreads over
processes in the same way, but tells only the best of."""

import backtesting

import peer
import sweep
from backtesting_engine import backtest, prepare

sweep.measure(
    backtesting.__version__,
    prepare(peer.series()),
    lambda test, fast, slow: backtest(test, fast=fast, slow=slow),
)
