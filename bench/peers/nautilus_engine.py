"""
NautilusTrader: bars of one equity through its engine, market orders. It fills a market order with the bar that it was
decided on, at the close, so that its equity is not comparable; its trades are.
"""

from decimal import Decimal

import nautilus_trader
import pandas
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.backtest.engine import BacktestEngineConfig
from nautilus_trader.backtest.models import FixedFeeModel
from nautilus_trader.config import LoggingConfig
from nautilus_trader.config import StrategyConfig
from nautilus_trader.indicators import SimpleMovingAverage
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


class Cross(Strategy):
    def __init__(self, instrument_id, bar_type):
        super().__init__(StrategyConfig())
        self.instrument_id = instrument_id
        self.bar_type = bar_type
        self.fast = SimpleMovingAverage(peer.FAST)
        self.slow = SimpleMovingAverage(peer.SLOW)
        self.before = None

    def on_start(self):
        self.register_indicator_for_bars(self.bar_type, self.fast)
        self.register_indicator_for_bars(self.bar_type, self.slow)
        self.subscribe_bars(self.bar_type)

    def on_bar(self, bar):
        if not self.slow.initialized:
            return
        now = self.fast.value - self.slow.value
        before, self.before = self.before, now
        if before is None:
            return
        if before <= 0 < now and self.portfolio.is_flat(self.instrument_id):
            self._send(OrderSide.BUY)
        elif before >= 0 > now and self.portfolio.is_net_long(self.instrument_id):
            self._send(OrderSide.SELL)

    def _send(self, side):
        self.submit_order(self.order_factory.market(self.instrument_id, side, Quantity.from_int(peer.SHARES)))


def prepare(series):
    instrument = TestInstrumentProvider.equity("WALK", "SIM")
    bar_type = BarType.from_str("WALK.SIM-1-MINUTE-LAST-EXTERNAL")
    frame = series.frame()
    frame.columns = ["open", "high", "low", "close", "volume"]
    frame.index = pandas.DatetimeIndex(frame.index, tz="UTC").as_unit("ns")
    return instrument, bar_type, BarDataWrangler(bar_type, instrument).process(frame)


def run(prepared):
    instrument, bar_type, bars = prepared
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True), run_analysis=False))
    engine.add_venue(
        Venue("SIM"),
        OmsType.NETTING,
        AccountType.MARGIN,
        [Money(peer.CASH, USD)],
        base_currency=USD,
        default_leverage=Decimal(1),
        fee_model=FixedFeeModel(Money(peer.FEE, USD)),
    )
    engine.add_instrument(instrument)
    engine.add_data(bars)
    engine.add_strategy(Cross(instrument.id, bar_type))
    engine.run()
    fills = sum(1 for order in engine.cache.orders() if order.is_closed)
    equity = engine.portfolio.account(Venue("SIM")).balance_total(USD).as_double()
    engine.dispose()
    return fills // 2, equity


peer.measure(nautilus_trader.__version__, prepare, run)
