/**
 * `backtest-rich`: what a strategy of a real user does: six indicators, entries with a stop and a target that follow
 * the average true range, slippage and fees, trading hours of its own and flat at the close. The result is checked
 * against a run that looks at every instant, which takes the engine's general way instead of its fast one.
 *
 * Peers have neither our spread nor our fees: their trades are compared with what ours comes to without them.
 */
import { createHash } from 'node:crypto';
import { runBacktest, startOf } from '../src/analytics/Backtester.js';
import type { BacktestSetup } from '../src/analytics/Backtester.js';
import type { BarTable, MarketBatch } from '../src/domain/marketTables.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../src/domain/units.js';
import { MINUTE } from '../src/domain/timeframe.js';
import { Strategy } from '../src/index.js';
import type { Bar, Context } from '../src/index.js';
import { nyse } from '../src/calendar/sessions.js';
import { newYorkDate } from '../src/calendar/newYorkTime.js';
import { assert } from '../src/utils/assert.js';
import { measure } from './harness.js';
import type { BenchResult } from './harness.js';
import { writeBars } from './peerData.js';
import { besidePeers, EXACT } from './peers.js';
import type { Outcome, Peer } from './peers.js';
import { randomWalk } from './randomWalk.js';

const BARS = 1_000_000;
const GATE = 10_000_000;
const SHARES = 100;
const CASH = 1_000_000 * DOLLAR;
const OVERSOLD = 30;

const ENTRY = {
  reason: 'oversold in an uptrend',
  size: { shares: SHARES },
  stop: { atr: 3 },
  target: { atr: 4 },
};
const EXIT = { reason: 'flat before the close' };

class BenchRich extends Strategy.with({}) {
  private readonly trend = this.ema(200);
  private readonly strength = this.rsi(14);
  private readonly range = this.atr(14);
  private readonly bands = this.ta.bollinger(20, 2);
  private readonly low = this.lowest(60);
  private readonly average = this.vwap();
  private open = 0;
  private close = 0;

  override onBar(bar: Bar, ctx: Context): void {
    const { time } = bar;
    if (time > this.close) {
      const session = nyse.sessionOf(newYorkDate(time - 1));
      this.open = session?.open ?? 0;
      this.close = session?.close ?? 0;
    }
    const { symbol } = bar;
    const isHeld = ctx.position(symbol).quantity !== 0;
    if (time >= this.close - 5 * MINUTE) {
      if (isHeld) ctx.exit(symbol, EXIT);
      return;
    }
    if (isHeld || time < this.open + 30 * MINUTE || time > this.close - 30 * MINUTE) return;
    const { close } = bar;
    if (
      this.strength.crossedBelow(OVERSOLD) &&
      close < this.bands.lower.value &&
      close > this.trend.value * 0.99 &&
      close > this.low.ago(1) &&
      close < this.average.value &&
      this.range.value > 0
    ) {
      ctx.enterLong(symbol, ENTRY);
    }
  }
}

/** Measures the case. */
export async function run(): Promise<BenchResult[]> {
  const table = randomWalk(BARS);
  const market: MarketBatch = { tables: [table], order: null, length: table.length };
  const setup: BacktestSetup = {
    strategies: [{ name: 'bench-rich', strategyClass: BenchRich, hash: 'bench', timeframe: '1m' }],
    symbols: ['WALK'],
    priceScale: RAW_PRICE_SCALE,
    startingCash: CASH,
    preset: 'papertape',
    startTime: startOf(market),
    engineVersion: 'bench',
    createHash: () => createHash('sha256'),
  };
  let instants = 0;
  const general = runBacktest(market, { ...setup, onInstant: () => void (instants += 1) });
  assert(instants >= BARS, `only ${instants} instants were looked at`);
  assert(general.roundTrips.length > 100, `only ${general.roundTrips.length} trades`);
  const result = await measure({
    name: 'backtest-rich',
    unit: 'bars',
    work: BARS,
    run: () => runBacktest(market, setup),
    check: (outcome) => assert(outcome.ledgerHash === general.ledgerHash, 'the fast way came to another ledger'),
    gatePerSecond: GATE,
    note: `${general.roundTrips.length} trades with stop and target`,
  });
  return besidePeers(result, peersOn(table, setup), (path) => {
    writeBars(path, table, sessionsOf(table));
  });
}

/** When the session of each row opens and closes, in microseconds: the peers have no calendar that says so. */
function sessionsOf(table: BarTable): readonly Float64Array[] {
  const open = new Float64Array(table.length);
  const close = new Float64Array(table.length);
  let session = nyse.sessionOf(newYorkDate(table.start[0] ?? 0));
  for (let row = 0; row < table.length; row += 1) {
    const start = table.start[row] ?? 0;
    if (start >= (session?.close ?? 0)) session = nyse.sessionOf(newYorkDate(start));
    open[row] = session?.open ?? 0;
    close[row] = session?.close ?? 0;
  }
  return [open, close];
}

function peersOn(table: BarTable, setup: BacktestSetup): readonly Peer[] {
  const expected = (bars: number) => (): Outcome[] => {
    const part = { ...table, length: bars };
    const plain: BacktestSetup = { ...setup, preset: 'backtesting.py' };
    const { roundTrips, finalEquity } = runBacktest({ tables: [part], order: null, length: bars }, plain);
    return [{ trades: roundTrips.length, finalEquity: finalEquity / DOLLAR }];
  };
  const peer = (bars: number): Pick<Peer, 'settings' | 'work' | 'expected'> => ({
    settings: { bars, cash: CASH / DOLLAR },
    work: bars,
    expected: expected(bars),
  });
  return [
    {
      ...peer(500_000),
      name: 'grademark',
      program: 'grademark_rich.mjs',
      variable: 'PAPERTAPE_PEERS_NPM',
      runs: 3,
      comparison: EXACT,
      note: 'no spread, no fees; indicators by hand beforehand',
    },
    {
      ...peer(100_000),
      name: 'nautilus_trader',
      program: 'nautilus_rich.py',
      variable: 'PAPERTAPE_PEERS_NAUTILUS',
      runs: 1,
      comparison: EXACT,
      note: 'no spread, no fees; indicators by hand; fills at the close that it decides on',
    },
  ];
}
