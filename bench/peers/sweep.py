"""What the sweeps of Python peers share: backtests of many pairs of averages over one symbol, `sets` of the settings,
on all processors. `backtest` is called with series and lengths in processes that have it, series and compiler ready.
"""

import multiprocessing
import os

import peer

_state = {}


def _work(lengths):
    return _state["backtest"](_state["prepared"], *lengths)


def measure(version, prepared, backtest):
    """Runs the sets with a process for each processor, which exist before the first run."""
    _state.update(prepared=prepared, backtest=backtest)
    sets = [tuple(each) for each in peer.SETTINGS["sets"]]
    processes = os.cpu_count()
    backtest(prepared, *sets[0])
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        pool.map(_work, sets[: 2 * processes], chunksize=1)

        def run(_):
            return pool.map(_work, sets, chunksize=1)

        answer = peer.timed(run, prepared)
        pool.close()
        pool.join()
    peer.tell(version, *answer, processes)
