"""
zipline-reloaded: its minute mode over bars in its own store, market orders that fill at the next bar's open, one dollar
an order. Averages are kept by hand, which is many times faster than asking its `history` for them. Takes whole sessions
of 390 minutes alone: BARS is a multiple of that, and ends before the first short session.
"""

import collections
import tempfile
import warnings

import pandas
import zipline
from sqlalchemy import create_engine
from zipline import api
from zipline.algorithm import TradingAlgorithm
from zipline.assets import AssetDBWriter
from zipline.assets import AssetFinder
from zipline.assets.synthetic import make_simple_equity_info
from zipline.data.bcolz_minute_bars import BcolzMinuteBarReader
from zipline.data.bcolz_minute_bars import BcolzMinuteBarWriter
from zipline.data.data_portal import DataPortal
from zipline.finance.commission import PerTrade
from zipline.finance.slippage import SlippageModel
from zipline.finance.trading import SimulationParameters
from zipline.utils.calendar_utils import get_calendar

import peer

MINUTES = 390
SID = 1


class NextOpen(SlippageModel):
    def process_order(self, data, order):
        return data.current(order.asset, "open"), order.amount


def initialize(context):
    api.set_slippage(NextOpen())
    api.set_commission(PerTrade(peer.FEE))
    context.asset = api.sid(SID)
    context.cents = collections.deque([0] * (peer.SLOW + 1), maxlen=peer.SLOW + 1)
    context.seen = context.fast = context.slow = 0
    context.before = None


def handle_data(context, data):
    cents = context.cents
    cents.append(round(data.current(context.asset, "close") * 100))
    context.fast += cents[-1] - cents[-1 - peer.FAST]
    context.slow += cents[-1] - cents[0]
    context.seen += 1
    if context.seen < peer.SLOW:
        return
    now = context.fast * peer.SLOW - context.slow * peer.FAST
    before, context.before = context.before, now
    if before is None:
        return
    if before <= 0 < now and not context.portfolio.positions[context.asset].amount:
        api.order(context.asset, peer.SHARES)
    elif before >= 0 > now:
        api.order_target(context.asset, 0)


def prepare(series):
    calendar = get_calendar("XNYS")
    first = calendar.minute_to_session(pandas.Timestamp(series.micros[0], unit="us", tz="UTC") + pandas.Timedelta("1min"))
    last = calendar.sessions_window(first, len(series) // MINUTES)[-1]
    minutes = calendar.minutes_in_range(calendar.session_first_minute(first), calendar.session_last_minute(last))
    if len(minutes) != len(series):
        raise ValueError(f"{len(series)} bars are not whole sessions, which have {len(minutes)} minutes")
    frame = series.frame()
    frame.columns = ["open", "high", "low", "close", "volume"]
    frame.index = minutes
    folder = tempfile.TemporaryDirectory()
    BcolzMinuteBarWriter(folder.name, calendar, first, last, MINUTES).write([(SID, frame)])
    engine = create_engine("sqlite://")
    AssetDBWriter(engine).write(equities=make_simple_equity_info([SID], first, last, symbols=["WALK"]))
    return calendar, first, last, folder, AssetFinder(engine)


def run(prepared):
    calendar, first, last, folder, finder = prepared
    reader = BcolzMinuteBarReader(folder.name)
    parameters = SimulationParameters(
        first, last, calendar, capital_base=peer.CASH, data_frequency="minute", emission_rate="daily"
    )
    algorithm = TradingAlgorithm(
        parameters,
        data_portal=DataPortal(finder, calendar, first_trading_day=first, equity_minute_reader=reader),
        trading_calendar=calendar,
        initialize=initialize,
        handle_data=handle_data,
        benchmark_returns=pandas.Series(0.0, index=calendar.sessions_in_range(first, last)),
    )
    result = algorithm.run()
    sales = sum(1 for day in result.transactions for each in day if each["amount"] < 0)
    return [peer.outcome(sales, result.portfolio_value.iloc[-1])]


warnings.simplefilter("ignore")
peer.measure(zipline.__version__, prepare(peer.series()), run)
