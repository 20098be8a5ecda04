"""backtrader: its own averages, vectorised (`runonce`), market orders at the next open. Everything in cents."""

import backtrader
import peer


class Cross(backtrader.Strategy):
    def __init__(self):
        average = backtrader.indicators.SimpleMovingAverage
        self.averages = [
            (data, average(data.close, period=peer.FAST), average(data.close, period=peer.SLOW)) for data in self.datas
        ]
        self.closed = 0

    def next(self):
        if len(self) <= peer.SLOW:
            return
        for data, fast, slow in self.averages:
            before = fast[-1] - slow[-1]
            now = fast[0] - slow[0]
            if before <= 0 < now and not self.getposition(data):
                self.buy(data, size=peer.SHARES)
            elif before >= 0 > now and self.getposition(data):
                self.close(data)

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
    return series.name, frame


def run(frames):
    cerebro = backtrader.Cerebro(stdstats=False)
    for name, frame in frames:
        cerebro.adddata(backtrader.feeds.PandasData(dataname=frame, openinterest=None), name=name)
    cerebro.addstrategy(Cross)
    cerebro.broker.setcash(peer.CASH * 100)
    cerebro.broker.addcommissioninfo(Fee())
    (strategy,) = cerebro.run()
    return [peer.outcome(strategy.closed, cerebro.broker.getvalue() / 100)]


peer.measure(backtrader.__version__, [prepare(series) for series in peer.all_series()], run)
