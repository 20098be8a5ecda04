"""
NautilusTrader on quotes and prints: a bid and an offer kept at the best prices, looked at with every so many quotes.
Orders take 40 ms. It knows no queue: a limit fills when the far side comes to it or a print goes through it. No fees.
Its data are added before the clock starts; it runs once.
"""

import nautilus_trader
import numpy
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.backtest.engine import BacktestEngineConfig
from nautilus_trader.backtest.models import FillModel
from nautilus_trader.backtest.models import LatencyModel
from nautilus_trader.config import LoggingConfig
from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.data import TradeTick
from nautilus_trader.model.enums import AccountType
from nautilus_trader.model.enums import AggressorSide
from nautilus_trader.model.enums import OmsType
from nautilus_trader.model.enums import OrderSide
from nautilus_trader.model.identifiers import TradeId
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money
from nautilus_trader.model.objects import Price
from nautilus_trader.model.objects import Quantity
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from nautilus_trader.trading.strategy import Strategy

import peer
import ticks

VENUE = Venue("SIM")


class Quoter(Strategy):
    def __init__(self, instrument_ids):
        super().__init__(StrategyConfig())
        self.seen = dict.fromkeys(instrument_ids, 0)
        self.own = {}

    def on_start(self):
        for instrument_id in self.seen:
            self.subscribe_quote_ticks(instrument_id)

    def on_quote_tick(self, quote):
        instrument_id = quote.instrument_id
        seen = self.seen[instrument_id] + 1
        self.seen[instrument_id] = seen
        if seen % ticks.EVERY != 0 or not quote.ask_price > quote.bid_price:
            return
        held = self.portfolio.net_position(instrument_id)
        self._keep(instrument_id, OrderSide.BUY, quote.bid_price, held < ticks.ENOUGH * ticks.SHARES)
        self._keep(instrument_id, OrderSide.SELL, quote.ask_price, held > 0)

    def _keep(self, instrument_id, side, price, is_wanted):
        own = self.own.get((instrument_id, side))
        if own is not None:
            if own.price == price and is_wanted:
                return
            if not own.is_closed:
                self.cancel_order(own)
            del self.own[instrument_id, side]
        if is_wanted:
            order = self.order_factory.limit(instrument_id, side, Quantity.from_int(ticks.SHARES), price)
            self.own[instrument_id, side] = order
            self.submit_order(order)


def ticks_of(table, instruments):
    """Quotes that have both sides, and prints that may fill, in order. A part of a tick is not through a limit."""
    data, mids = [], [numpy.nan] * len(instruments)
    for number, (nanos, symbol, kind, price, size, ask, ask_size) in enumerate(
        zip(*(table[key].tolist() for key in ("nanos", "symbol", "kind", "price", "size", "ask", "ask_size")))
    ):
        instrument = instruments[symbol]
        if kind in (ticks.QUOTE, ticks.UNFIT_QUOTE) and price > 0 and ask > 0:
            mids[symbol] = (price + ask) / 2
            sizes = Quantity(size, 0), Quantity(ask_size, 0)
            data.append(QuoteTick(instrument.id, Price(price, 2), Price(ask, 2), *sizes, nanos, nanos))
        elif kind in (ticks.LIT_PRINT, ticks.OFF_EXCHANGE_PRINT):
            is_sale = price <= mids[symbol]
            in_ticks = round(price / ticks.TICK, 4)
            tick = numpy.ceil(in_ticks) if is_sale else numpy.floor(in_ticks)
            side = AggressorSide.SELLER if is_sale else AggressorSide.BUYER
            at = Price(tick * ticks.TICK, 2)
            data.append(TradeTick(instrument.id, at, Quantity(size, 0), side, TradeId(str(number)), nanos, nanos))
    return data


def prepare():
    table = ticks.rows()
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True), run_analysis=False))
    engine.add_venue(
        VENUE,
        OmsType.NETTING,
        AccountType.MARGIN,
        [Money(peer.CASH, USD)],
        base_currency=USD,
        fill_model=FillModel(prob_fill_on_limit=0.0),
        latency_model=LatencyModel(base_latency_nanos=ticks.LATENCY_NS),
        trade_execution=True,
    )
    count = table["symbol"].max() + 1
    instruments = [TestInstrumentProvider.equity(f"S{symbol}", "SIM") for symbol in range(count)]
    for instrument in instruments:
        engine.add_instrument(instrument)
    data = ticks_of(table, instruments)
    for kind in (QuoteTick, TradeTick):
        for instrument in instruments:
            some = [each for each in data if isinstance(each, kind) and each.instrument_id == instrument.id]
            engine.add_data(some, sort=kind is TradeTick and instrument is instruments[-1])
    lasts = {
        instrument.id: next(
            each.price.as_double()
            for each in reversed(data)
            if isinstance(each, TradeTick) and each.instrument_id == instrument.id
        )
        for instrument in instruments
    }
    engine.add_strategy(Quoter([instrument.id for instrument in instruments]))
    return engine, lasts


def run(prepared):
    engine, lasts = prepared
    engine.run()
    orders = engine.cache.orders()
    fills = sum(len(order.trade_ids) for order in orders)
    equity = engine.portfolio.account(VENUE).balance_total(USD).as_double()
    for position in engine.cache.positions_open():
        equity += float(position.signed_qty) * (lasts[position.instrument_id] - position.avg_px_open)
    return [peer.outcome(fills, equity)]


peer.measure(nautilus_trader.__version__, prepare(), run)
