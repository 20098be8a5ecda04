"""vectorbt: the backtest of vectorbt_engine.py for many pairs of averages, one after the other in each process."""

import vectorbt

import peer
import sweep
from vectorbt_engine import backtest

sweep.measure(vectorbt.__version__, peer.series(), backtest)
