"""
hftbacktest: a bid and an offer kept at the best prices. Its strategy is compiled, as its users write them, and called
for its looks alone, at the quotes that ours looks at; ours is called for every quote. Orders take 40 ms there and
reports 40 ms back. A limit waits behind the displayed size, which prints and a shorter display take away; it fills,
always whole, when its turn comes, when a print goes through it, or when the far side comes to it. No fees.
"""

import numpy
from hftbacktest import BUY_EVENT, DEPTH_EVENT, EXCH_EVENT, GTC, LIMIT, LOCAL_EVENT, SELL_EVENT, TRADE_EVENT
from hftbacktest import BacktestAsset, HashMapMarketDepthBacktest, __version__
from hftbacktest.types import event_dtype
from numba import njit

import peer
import ticks

BOTH = EXCH_EVENT | LOCAL_EVENT
END = numpy.iinfo(numpy.int64).max


def side_events(levels, price, size, is_bid, nanos, events):
    """A quote as changes of a ladder: levels beyond the new best price go, worse ones stay as they were last seen."""
    flag = DEPTH_EVENT | BOTH | (BUY_EVENT if is_bid else SELL_EVENT)
    while levels and (numpy.isnan(price) or (levels[-1] > price if is_bid else levels[-1] < price)):
        events.append((flag, nanos, nanos, levels.pop(), 0, 0, 0, 0))
    if not numpy.isnan(price):
        if not levels or levels[-1] != price:
            levels.append(price)
        events.append((flag, nanos, nanos, price, size, 0, 0, 0))


def events_of(table, symbol):
    """The events of one symbol."""
    events, bids, asks = [], [], []
    bid = ask = numpy.nan
    keys = ("nanos", "kind", "price", "size", "ask", "ask_size")
    of_symbol = table["symbol"] == symbol
    for nanos, kind, price, size, far, far_size in zip(*(table[key][of_symbol].tolist() for key in keys)):
        if kind == ticks.QUOTE:
            bid, ask = price, far
            side_events(bids, bid, size, True, nanos, events)
            side_events(asks, ask, far_size, False, nanos, events)
        elif kind in (ticks.LIT_PRINT, ticks.OFF_EXCHANGE_PRINT):
            # Whoever traded at the bid or near it sold. A part of a tick beyond a limit is not through it.
            is_sale = price <= (bid + ask) / 2
            in_ticks = round(price / ticks.TICK, 4)
            tick = numpy.ceil(in_ticks) if is_sale else numpy.floor(in_ticks)
            flag = TRADE_EVENT | BOTH | (SELL_EVENT if is_sale else BUY_EVENT)
            # Prints off the exchange do not shorten its queue.
            shown = size if kind == ticks.LIT_PRINT else 0
            events.append((flag, nanos, nanos, tick * ticks.TICK, shown, 0, 0, 0))
    return numpy.array(events, dtype=event_dtype)


def looks_of(table):
    """Time, symbol, bid and ask of every quote that is looked at."""
    is_quote = (table["kind"] == ticks.QUOTE) | (table["kind"] == ticks.UNFIT_QUOTE)
    chosen = []
    for symbol in range(table["symbol"].max() + 1):
        chosen.append(numpy.flatnonzero(is_quote & (table["symbol"] == symbol))[ticks.EVERY - 1 :: ticks.EVERY])
    rows = numpy.sort(numpy.concatenate(chosen))
    return table["nanos"][rows], table["symbol"][rows], table["price"][rows], table["ask"][rows]


@njit
def keep(hbt, asset, is_buy, price, is_wanted, own_ids, own_prices, next_id, shares):
    """One side of one symbol; `own_ids` has 0 where there is no order."""
    if own_ids[asset] > 0:
        if own_prices[asset] == price and is_wanted:
            return next_id
        order = hbt.orders(asset).get(own_ids[asset])
        if order is not None and order.cancellable:
            hbt.cancel(asset, own_ids[asset], False)
        own_ids[asset] = 0
    if not is_wanted:
        return next_id
    if is_buy:
        hbt.submit_buy_order(asset, next_id, price, shares, GTC, LIMIT, False)
    else:
        hbt.submit_sell_order(asset, next_id, price, shares, GTC, LIMIT, False)
    own_ids[asset] = next_id
    own_prices[asset] = price
    return next_id + 1


@njit
def trade(hbt, times, assets, bids, asks, shares, enough):
    """Looks at the times given, then goes to the end. Gives the number of orders."""
    count = hbt.num_assets
    bid_ids, ask_ids = numpy.zeros(count, numpy.int64), numpy.zeros(count, numpy.int64)
    bid_prices, ask_prices = numpy.zeros(count), numpy.zeros(count)
    next_id = 1
    hbt.elapse(0)
    for look in range(len(times)):
        hbt.elapse(times[look] - hbt.current_timestamp)
        asset, bid, ask = assets[look], bids[look], asks[look]
        if not (bid > 0 and ask > bid):
            continue
        held = hbt.position(asset)
        next_id = keep(hbt, asset, True, bid, held < enough, bid_ids, bid_prices, next_id, shares)
        next_id = keep(hbt, asset, False, ask, held > 0, ask_ids, ask_prices, next_id, shares)
        hbt.clear_inactive_orders(asset)
    while hbt.elapse(3_600_000_000_000) == 0:
        pass
    return next_id - 1


def run(prepared):
    events, looks, lasts = prepared
    hbt = HashMapMarketDepthBacktest(
        [
            BacktestAsset()
            .data(each)
            .linear_asset(1.0)
            .constant_order_latency(ticks.LATENCY_NS, ticks.LATENCY_NS)
            .risk_adverse_queue_model()
            .no_partial_fill_exchange()
            .flat_per_trade_fee_model(0.0, 0.0)
            .tick_size(ticks.TICK)
            .lot_size(1.0)
            for each in events
        ]
    )
    trade(hbt, *looks, ticks.SHARES, ticks.ENOUGH * ticks.SHARES)
    states = [hbt.state_values(asset) for asset in range(len(events))]
    equity = peer.CASH + sum(state.balance + state.position * last for state, last in zip(states, lasts))
    fills = sum(state.num_trades for state in states)
    hbt.close()
    return [peer.outcome(fills, equity)]


def prepare():
    table = ticks.rows()
    events = [events_of(table, symbol) for symbol in range(table["symbol"].max() + 1)]
    is_trade = [(each["ev"] & 0xFF) == TRADE_EVENT for each in events]
    lasts = [each["px"][trades][-1] for each, trades in zip(events, is_trade)]
    return events, looks_of(table), lasts


peer.measure(__version__, prepare(), run)
