"""Drives the unmodified alpaca-py SDK against a local server: one check per call of the check-list.

Arguments: base address, key, secret. Prints one JSON list of what each check saw, in order.
"""
import asyncio
import json
import sys
from datetime import datetime, timezone

from alpaca.common.exceptions import APIError
from alpaca.data.enums import DataFeed
from alpaca.data.historical import StockHistoricalDataClient
from alpaca.data.live import StockDataStream
from alpaca.data.requests import StockBarsRequest, StockLatestQuoteRequest, StockSnapshotRequest, StockTradesRequest
from alpaca.data.timeframe import TimeFrame
from alpaca.trading.client import TradingClient
from alpaca.trading.enums import OrderClass, OrderSide, QueryOrderStatus, TimeInForce
from alpaca.trading.requests import (
    ClosePositionRequest,
    CreateWatchlistRequest,
    GetCalendarRequest,
    GetOrdersRequest,
    GetPortfolioHistoryRequest,
    LimitOrderRequest,
    MarketOrderRequest,
    ReplaceOrderRequest,
    StopLossRequest,
    TakeProfitRequest,
    TrailingStopOrderRequest,
)
from alpaca.trading.stream import TradingStream

base, key, secret = sys.argv[1:4]
sockets = base.replace("http", "ws")
trading = TradingClient(key, secret, paper=True, url_override=base)
data = StockHistoricalDataClient(key, secret, url_override=base)
seen = []


def note(name, value):
    seen.append([name, value])


def limit(price, **more):
    return LimitOrderRequest(
        symbol="AAPL", qty=10, side=OrderSide.BUY, time_in_force=TimeInForce.DAY, limit_price=price, **more
    )


account = trading.get_account()
note("account", [account.status.value, account.cash, account.multiplier])
order = trading.submit_order(limit(190.5, client_order_id="py-1"))
note("submit", [order.qty, order.limit_price, order.status.value])
try:
    trading.submit_order(limit(190.5, client_order_id="py-1"))
except APIError as error:
    note("duplicate", [error.status_code, error.code, error.message])
note("by client id", trading.get_order_by_client_id("py-1").id == order.id)
replaced = trading.replace_order_by_id(order.id, ReplaceOrderRequest(qty=2, limit_price=191.25))
note("replace", [replaced.replaces == order.id, replaced.qty])
bracket = trading.submit_order(
    limit(
        180,
        order_class=OrderClass.BRACKET,
        take_profit=TakeProfitRequest(limit_price=210),
        stop_loss=StopLossRequest(stop_price=170),
    )
)
note("bracket", [leg.status.value for leg in bracket.legs])
orders = trading.get_orders(GetOrdersRequest(status=QueryOrderStatus.OPEN, nested=True, symbols=["AAPL", "MSFT"]))
note("nested", [len(one.legs or []) for one in orders])
trading.cancel_order_by_id(replaced.id)
note("cancel all", [row.status for row in trading.cancel_orders()])
trail = trading.submit_order(
    TrailingStopOrderRequest(
        symbol="AAPL", qty=1, side=OrderSide.BUY, time_in_force=TimeInForce.GTC, trail_percent=1.5
    )
)
note("trailing stop", trail.trail_percent)
trading.cancel_orders()


async def stream_orders():
    stream = TradingStream(key, secret, paper=True, url_override=sockets + "/stream")
    events = []
    done = asyncio.Event()

    async def on_update(update):
        quantity = None if update.qty is None else float(update.qty)
        events.append([str(getattr(update.event, "value", update.event)), quantity, update.order.status.value])
        if events[-1][0] == "fill":
            done.set()

    stream.subscribe_trade_updates(on_update)
    running = asyncio.ensure_future(stream._run_forever())
    # The stream is listening once the client has said so and the server has answered a ping after it.
    while not stream._running:
        await asyncio.sleep(0)
    await (await stream._ws.ping())
    market = MarketOrderRequest(symbol="AAPL", qty=10, side=OrderSide.BUY, time_in_force=TimeInForce.DAY)
    await asyncio.get_running_loop().run_in_executor(None, trading.submit_order, market)
    await asyncio.wait_for(done.wait(), 20)
    await stream.stop_ws()
    running.cancel()
    return events


note("trading stream", asyncio.run(stream_orders()))
position = trading.get_open_position("AAPL")
note("position", [position.qty, position.side.value, position.cost_basis])
closed = trading.close_position("AAPL", ClosePositionRequest(percentage="50"))
note("close part", [closed.qty, closed.side.value])
note("close all", [[row.symbol, row.status] for row in trading.close_all_positions(cancel_orders=True)])
try:
    trading.get_open_position("AAPL")
except APIError as error:
    note("no position", [error.status_code, error.code, error.message])
note("assets", sorted(asset.symbol for asset in trading.get_all_assets()))
try:
    trading.get_asset("BTC/USD")
except APIError as error:
    note("no asset", error.status_code)
note("clock", trading.get_clock().is_open)
days = trading.get_calendar(GetCalendarRequest(start=datetime(2026, 11, 25).date(), end=datetime(2026, 11, 28).date()))
note("calendar", [str(day.date) for day in days])
history = trading.get_portfolio_history(GetPortfolioHistoryRequest(period="1D", timeframe="5Min", extended_hours=True))
note("history", [history.timeframe, len(history.equity) == len(history.timestamp)])
note("configuration", trading.get_account_configurations().no_shorting)
watchlist = trading.create_watchlist(CreateWatchlistRequest(name="py", symbols=["AAPL"]))
note("watchlist", [asset.symbol for asset in watchlist.assets])

start = datetime(2026, 8, 3, 14, 0, tzinfo=timezone.utc)
bars = data.get_stock_bars(StockBarsRequest(symbol_or_symbols=["AAPL", "MSFT"], timeframe=TimeFrame.Minute, start=start))
note("bars", {symbol: [bar.close for bar in rows] for symbol, rows in sorted(bars.data.items())})
trades = data.get_stock_trades(StockTradesRequest(symbol_or_symbols="AAPL", start=start))
note("trades", len(trades.data["AAPL"]))
note("latest quote", data.get_stock_latest_quote(StockLatestQuoteRequest(symbol_or_symbols="AAPL"))["AAPL"].ask_price)
note("snapshot", data.get_stock_snapshot(StockSnapshotRequest(symbol_or_symbols="AAPL"))["AAPL"].latest_trade.price)


async def stream_market():
    stream = StockDataStream(key, secret, feed=DataFeed.IEX, url_override=sockets + "/v2/iex")
    rows = []
    done = asyncio.Event()

    async def on_trade(trade):
        rows.append([trade.symbol, trade.price, trade.timestamp.isoformat()])

    async def on_updated_bar(bar):
        rows.append([bar.symbol, bar.volume, bar.timestamp.isoformat()])

    async def on_status(status):
        rows.append([status.symbol, status.status_code, status.reason_code])
        done.set()

    stream.subscribe_trades(on_trade, "AAPL")
    stream.subscribe_updated_bars(on_updated_bar, "AAPL")
    stream.subscribe_trading_statuses(on_status, "AAPL")
    running = asyncio.ensure_future(stream._run_forever())
    await asyncio.wait_for(done.wait(), 20)
    await stream.stop_ws()
    running.cancel()
    return rows


note("market stream", asyncio.run(stream_market()))
print(json.dumps(seen, default=str))
