"""
NautilusTrader: bars of equities through its engine, market orders. It fills a market order with the bar that it was
decided on, at the close. Averages are kept by hand in whole cents: its own ones are sums of fractions, which part from
ours where two averages are equal. Its data are added before the clock starts; it runs once.
"""

import collections
from decimal import Decimal

import nautilus_trader
import pandas
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.backtest.engine import BacktestEngineConfig
from nautilus_trader.backtest.models import FixedFeeModel
from nautilus_trader.config import LoggingConfig
from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType
from nautilus_trader.model.enums import OmsType
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money
from nautilus_trader.model.objects import Quantity
from nautilus_trader.persistence.wranglers import BarDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

import peer

VENUE = Venue("SIM")


class Averages:
    """Fast less slow average of one symbol, times both lengths."""

    def __init__(self):
        self.cents = collections.deque([0] * (peer.SLOW + 1), maxlen=peer.SLOW + 1)
        self.seen = self.fast = self.slow = 0
        self.before = None

    def take(self, cents):
        """The difference before and now; None until there are two."""
        self.cents.append(cents)
        self.fast += cents - self.cents[-1 - peer.FAST]
        self.slow += cents - self.cents[0]
        self.seen += 1
        if self.seen < peer.SLOW:
            return None
        now = self.fast * peer.SLOW - self.slow * peer.FAST
        before, self.before = self.before, now
        return None if before is None else (before, now)


class Cross(Strategy):
    def __init__(self, bar_types):
        super().__init__(StrategyConfig())
        self.averages = {bar_type: Averages() for bar_type in bar_types}

    def on_start(self):
        for bar_type in self.averages:
            self.subscribe_bars(bar_type)

    def on_bar(self, bar):
        bar_type = bar.bar_type
        difference = self.averages[bar_type].take(round(bar.close.as_double() * 100))
        if difference is None:
            return
        before, now = difference
        if before <= 0 < now and self.portfolio.is_flat(bar_type.instrument_id):
            self._send(bar_type.instrument_id, OrderSide.BUY)
        elif before >= 0 > now and self.portfolio.is_net_long(bar_type.instrument_id):
            self._send(bar_type.instrument_id, OrderSide.SELL)

    def _send(self, instrument_id, side):
        self.submit_order(self.order_factory.market(instrument_id, side, Quantity.from_int(peer.SHARES)))


def prepare(all_series):
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True), run_analysis=False))
    engine.add_venue(
        VENUE,
        OmsType.NETTING,
        AccountType.MARGIN,
        [Money(peer.CASH, USD)],
        base_currency=USD,
        default_leverage=Decimal(1),
        fee_model=FixedFeeModel(Money(peer.FEE, USD)),
    )
    bar_types = []
    closes = {}
    for series in all_series:
        instrument = TestInstrumentProvider.equity(series.name, "SIM")
        bar_type = BarType.from_str(f"{series.name}.SIM-1-MINUTE-LAST-EXTERNAL")
        frame = series.frame()
        frame.columns = ["open", "high", "low", "close", "volume"]
        frame.index = pandas.DatetimeIndex(frame.index, tz="UTC").as_unit("ns")
        engine.add_instrument(instrument)
        # Sorted with the last of them.
        engine.add_data(BarDataWrangler(bar_type, instrument).process(frame), sort=series is all_series[-1])
        bar_types.append(bar_type)
        closes[instrument.id] = series.close[-1]
    engine.add_strategy(Cross(bar_types))
    return engine, closes


def run(prepared):
    engine, closes = prepared
    engine.run()
    closed = sum(1 for order in engine.cache.orders() if order.is_closed and order.side == OrderSide.SELL)
    equity = engine.portfolio.account(VENUE).balance_total(USD).as_double()
    for position in engine.cache.positions_open():
        equity += float(position.signed_qty) * (closes[position.instrument_id] - position.avg_px_open)
    return [peer.outcome(closed, equity)]


peer.measure(nautilus_trader.__version__, prepare(peer.all_series()), run)
