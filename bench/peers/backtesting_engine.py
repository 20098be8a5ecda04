"""backtesting.py: averages as an indicator, market orders at the next open, one dollar an order."""

import warnings

import backtesting
from backtesting import Backtest, Strategy

import peer


class Cross(Strategy):
    series = None
    fast = peer.FAST
    slow = peer.SLOW

    def init(self):
        self.difference = self.I(self.series.difference, self.fast, self.slow, plot=False)

    def next(self):
        before, now = self.difference[-2], self.difference[-1]
        if before <= 0 < now and not self.position:
            self.buy(size=peer.SHARES)
        elif before >= 0 > now and self.position:
            self.position.close()


def prepare(series):
    Cross.series = series
    return Backtest(series.frame(), Cross, cash=peer.CASH, commission=lambda size, price: peer.FEE)


def backtest(test, **lengths):
    result = test.run(**lengths)
    return peer.outcome(result["# Trades"], result["Equity Final [$]"])


warnings.simplefilter("ignore")
if __name__ == "__main__":
    peer.measure(backtesting.__version__, prepare(peer.series()), lambda test: [backtest(test)])
