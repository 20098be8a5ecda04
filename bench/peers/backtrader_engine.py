"""backtrader: its own averages, vectorised (`runonce`), market orders at the next open. Everything in cents."""

import backtrader
import peer


class Cross(backtrader.Strategy):
    def __init__(self):
        self.fast = backtrader.indicators.SimpleMovingAverage(self.data.close, period=peer.FAST)
        self.slow = backtrader.indicators.SimpleMovingAverage(self.data.close, period=peer.SLOW)
        self.closed = 0

    def next(self):
        if len(self) <= peer.SLOW:
            return
        before = self.fast[-1] - self.slow[-1]
        now = self.fast[0] - self.slow[0]
        if before <= 0 < now and not self.position:
            self.buy(size=peer.SHARES)
        elif before >= 0 > now and self.position:
            self.close()

    def notify_trade(self, trade):
        self.closed += trade.isclosed


class Fee(backtrader.CommInfoBase):
    params = (("stocklike", True),)

    def _getcommission(self, size, price, pseudoexec):
        return peer.FEE * 100


def prepare(series):
    frame = series.frame()
    for name in ("Open", "High", "Low", "Close"):
        frame[name] = (frame[name] * 100).round()
    return frame


def run(frame):
    cerebro = backtrader.Cerebro(stdstats=False)
    cerebro.adddata(backtrader.feeds.PandasData(dataname=frame, openinterest=None))
    cerebro.addstrategy(Cross)
    cerebro.broker.setcash(peer.CASH * 100)
    cerebro.broker.addcommissioninfo(Fee())
    (strategy,) = cerebro.run()
    return strategy.closed, cerebro.broker.getvalue() / 100


peer.measure(backtrader.__version__, prepare, run)
