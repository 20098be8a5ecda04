"""Drives the unmodified `twelvedata` client against a local server: one check per call of the list.

Arguments: base address, key. Prints one JSON list of what each check saw, in order.
"""
import json
import queue
import sys

from twelvedata import TDClient
from twelvedata.exceptions import BadRequestError, InvalidApiKeyError, TwelveDataError

base, key = sys.argv[1:3]
td = TDClient(apikey=key, base_url=base)
seen = []


def note(name, value):
    seen.append([name, value])


def refusal(name, call, error):
    try:
        note(name, call())
    except error as caught:
        note(name, type(caught).__name__)


series = td.time_series(symbol="AAPL", interval="1min", outputsize=2)
note("time series", series.as_json())
note("time series as CSV", series.as_csv())
note("ascending", [row["datetime"] for row in td.time_series(symbol="AAPL", interval="1min", outputsize=2, order="ASC").as_json()])
note("days", [row["close"] for row in td.time_series(symbol="AAPL", interval="1day", start_date="2026-07-30", end_date="2026-08-01").as_json()])
note("UTC", td.time_series(symbol="AAPL", interval="1min", outputsize=1, timezone="UTC").as_json()[0]["datetime"])
keyed = td.time_series(symbol="AAPL,MSFT,ZZZZ", interval="1min", outputsize=1).as_json()
note("several symbols", {name: len(rows) for name, rows in keyed.items()})
note("price", td.price(symbol="AAPL").as_json())
note("prices", td.price(symbol="AAPL,MSFT").as_json())
note("quote", {name: td.quote(symbol="MSFT").as_json()[name] for name in ("close", "previous_close", "is_market_open")})
note("eod", td.eod(symbol="AAPL").as_json()["close"])
note("stocks", [row["symbol"] for row in td.get_stocks_list(exchange="NASDAQ").as_json()])
note("etfs", td.get_etf_list().as_json())
note("search", [row["symbol"] for row in td.symbol_search(symbol="MSF").as_json()])
note("earliest", td.get_earliest_timestamp(symbol="AAPL", interval="1day").as_json()["datetime"])
note("market state", td.get_market_state(code="XNYS").as_json()[0]["is_market_open"])
note("schedule", len(td.get_exchange_schedule(mic_code="XNYS").as_json()[0]["sessions"]))
note("exchanges", [row["code"] for row in td.get_exchanges_list().as_json()])
note("usage", td.api_usage().as_json()["plan_category"])
note("dividends", td.get_dividends(symbol="AAPL", range="full").as_json())
note("splits", [row["description"] for row in td.get_splits(symbol="AAPL").as_json()])
refusal("no data", lambda: td.time_series(symbol="AAPL", interval="1min", date="2026-08-01").as_json(), BadRequestError)
refusal("unknown symbol", lambda: td.price(symbol="ZZZZ").as_json(), TwelveDataError)
refusal("no pair", lambda: td.exchange_rate(symbol="EUR/USD").as_json(), TwelveDataError)
refusal("wrong key", lambda: TDClient(apikey="wrong", base_url=base).price(symbol="AAPL").as_json(), InvalidApiKeyError)

events = queue.Queue()
ws = td.websocket(symbols=["AAPL"], on_event=events.put)
ws.url = f"{base.replace('http', 'ws')}/v1/quotes/price?apikey={key}"
ws.connect()


def next_event(name):
    while True:
        event = events.get(timeout=30)
        if event["event"] == name:
            return event


status = next_event("subscribe-status")
note("subscribed", [status["status"], [one["symbol"] for one in status["success"]]])
price = next_event("price")
note("streamed", [price["symbol"], price["price"], price["day_volume"]])
ws.heartbeat()
note("heartbeat", next_event("heartbeat")["status"])
ws.subscribe("msft")
note("added", [one["symbol"] for one in next_event("subscribe-status")["success"]])
ws.unsubscribe("MSFT")
note("taken away", [one["symbol"] for one in next_event("subscribe-status")["success"]])
ws.reset()
note("reset", next_event("reset-status")["status"])
ws.disconnect()
print(json.dumps(seen))
