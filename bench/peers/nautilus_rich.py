"""
NautilusTrader: entries with a stop and a target by the average true range as a bracket, hours of its own and flat at
the close. Columns seven and eight of DATA are when the session of a bar opens and closes (microseconds). Indicators are
kept by hand, because its own ones begin differently. A market order fills with the bar that it was decided on, at the
close, which is where the next bar opens; no slippage, no fees. Its data are added before the clock starts; it runs
once.
"""

import collections
import math

import nautilus_trader
import numpy
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.backtest.engine import BacktestEngineConfig
from nautilus_trader.config import LoggingConfig
from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import Bar
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType
from nautilus_trader.model.enums import OmsType
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.identifiers import Symbol
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Money
from nautilus_trader.model.objects import Price
from nautilus_trader.model.objects import Quantity
from nautilus_trader.trading.strategy import Strategy

import peer

VENUE = Venue("SIM")
DECIMALS = 6
MINUTE = 60_000_000
EMA, RSI, ATR, BAND, LOWEST, OVERSOLD = 200, 14, 14, 20, 60, 30


class Signals:
    """The six indicators and what they say together."""

    def __init__(self):
        self.count = 0
        self.ema = self.gains = self.losses = self.atr = self.before = 0.0
        self.rsi = math.nan
        self.closes = collections.deque(maxlen=BAND)
        self.lows = collections.deque(maxlen=LOWEST)
        self.session = self.turnover = self.volume = 0

    def take(self, bar, session):
        """Whether to enter after this bar."""
        high, low, close = bar.high.as_double(), bar.low.as_double(), bar.close.as_double()
        volume = bar.volume.as_double()
        count = self.count
        self.count += 1
        if count < EMA:
            self.ema += close / EMA
        else:
            self.ema += (close - self.ema) * 2 / (EMA + 1)
        rsi = self.rsi
        if count > 0:
            change = close - self.before
            gain, loss = max(change, 0.0), max(-change, 0.0)
            true_range = max(high, self.before) - min(low, self.before)
            if count <= RSI:
                self.gains += gain / RSI
                self.losses += loss / RSI
                self.atr += true_range / ATR
            else:
                self.gains = (self.gains * (RSI - 1) + gain) / RSI
                self.losses = (self.losses * (RSI - 1) + loss) / RSI
                self.atr = (self.atr * (ATR - 1) + true_range) / ATR
            if count >= RSI:
                both = self.gains + self.losses
                self.rsi = 50.0 if both == 0 else 100 * self.gains / both
        self.before = close
        self.closes.append(close)
        lowest = min(self.lows) if len(self.lows) == LOWEST else math.nan
        self.lows.append(low)
        if session != self.session:
            self.session, self.turnover, self.volume = session, 0.0, 0.0
        self.turnover += (high + low + close) / 3 * volume
        self.volume += volume
        if not (rsi >= OVERSOLD > self.rsi) or self.count < EMA:
            return False
        mean = sum(self.closes) / BAND
        deviation = math.sqrt(sum((each - mean) ** 2 for each in self.closes) / BAND)
        return (
            close < mean - 2 * deviation
            and close > self.ema * 0.99
            and close > lowest
            and close < self.turnover / self.volume
            and self.atr > 0
        )


class Rich(Strategy):
    def __init__(self, instrument_id, bar_type, opens, closes):
        super().__init__(StrategyConfig())
        self.instrument_id = instrument_id
        self.bar_type = bar_type
        self.sessions = iter(zip(opens, closes))
        self.signals = Signals()

    def on_start(self):
        self.subscribe_bars(self.bar_type)

    def on_bar(self, bar):
        session_open, session_close = next(self.sessions)
        time = bar.ts_event // 1000
        enters = self.signals.take(bar, session_open)
        is_held = not self.portfolio.is_flat(self.instrument_id)
        if time >= session_close - 5 * MINUTE:
            if is_held:
                self.cancel_all_orders(self.instrument_id)
                self.close_all_positions(self.instrument_id)
            return
        if is_held or time < session_open + 30 * MINUTE or time > session_close - 30 * MINUTE or not enters:
            return
        close = bar.close.as_double()
        self.submit_order_list(
            self.order_factory.bracket(
                instrument_id=self.instrument_id,
                order_side=OrderSide.BUY,
                quantity=Quantity.from_int(peer.SHARES),
                sl_trigger_price=Price(close - round(3 * self.signals.atr, DECIMALS), DECIMALS),
                tp_price=Price(close + round(4 * self.signals.atr, DECIMALS), DECIMALS),
            )
        )


def prepare():
    micros, *prices, volume, opens, closes = peer.columns(8)[:, : peer.SETTINGS["bars"]]
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True), run_analysis=False))
    engine.add_venue(VENUE, OmsType.NETTING, AccountType.MARGIN, [Money(peer.CASH, USD)], base_currency=USD)
    symbol = Symbol("WALK")
    instrument = Equity(
        instrument_id=InstrumentId(symbol, VENUE),
        raw_symbol=symbol,
        currency=USD,
        price_precision=DECIMALS,
        price_increment=Price(10**-DECIMALS, DECIMALS),
        lot_size=Quantity.from_int(1),
        ts_event=0,
        ts_init=0,
    )
    bar_type = BarType.from_str("WALK.SIM-1-MINUTE-LAST-EXTERNAL")
    engine.add_instrument(instrument)
    ends = ((micros + MINUTE) * 1000).astype(numpy.int64)
    rows = zip(*((column / 100).tolist() for column in prices), volume.tolist(), ends.tolist())
    bars = [
        Bar(bar_type, *(Price(price, DECIMALS) for price in ohlc), Quantity(size, 0), end, end)
        for *ohlc, size, end in rows
    ]
    engine.add_data(bars)
    engine.add_strategy(Rich(instrument.id, bar_type, opens.tolist(), closes.tolist()))
    return engine


def run(engine):
    engine.run()
    sales = sum(1 for order in engine.cache.orders() if order.side == OrderSide.SELL and order.filled_qty > 0)
    return [peer.outcome(sales, engine.portfolio.account(VENUE).balance_total(USD).as_double())]


peer.measure(nautilus_trader.__version__, prepare(), run)
