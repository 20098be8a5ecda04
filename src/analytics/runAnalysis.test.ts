import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DOLLAR, RAW_PRICE_SCALE } from '../domain/units.js';
import { createBarTable } from '../domain/tables.js';
import type { MarketBatch } from '../domain/marketTables.js';
import { sessionsBetween } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import { Strategy } from '../index.js';
import type { Bar, Context } from '../index.js';
import DonchianBreakout from '../strategies/builtin/DonchianBreakout.js';
import RsiReversion from '../strategies/builtin/RsiReversion.js';
import { SeededRandom } from '../utils/random.js';
import { runBacktest } from './Backtester.js';
import type { BacktestRun } from './BacktestRun.js';
import { costsSection } from './report/performanceSections.js';

const SYMBOLS = ['AAA', 'BBB', 'CCC'];
const MINUTE = 60_000_000;

/** Scales in, reverses, rests limits that it replaces or lets end, and brackets what it buys. */
class Restless extends Strategy.with({}) {
  static override readonly subscribe = { timeframe: '1m' };
  private bars = 0;
  private resting: string | undefined;

  override onBar(bar: Bar, ctx: Context): void {
    this.bars += 1;
    const { symbol, close } = bar;
    const size = { shares: 10 + (this.bars % 7) };
    switch (this.bars % 23) {
      case 1:
        ctx.enterLong(symbol, { reason: 'in', size, stop: close * 0.997, target: close * 1.004 });
        break;
      case 5:
        ctx.order.market(symbol, this.bars % 2 === 0 ? 'sell' : 'buy', 25, { reason: 'turn' });
        break;
      case 9:
        this.resting = ctx.order.limit(symbol, 'buy', 12, close * 0.999, { reason: 'rest' });
        break;
      case 12:
        if (this.resting !== undefined) ctx.order.replace(this.resting, { limit: close * 1.001 });
        break;
      case 17:
        ctx.exit(symbol, { reason: 'out' });
        break;
    }
  }
}

function market(): MarketBatch {
  const random = new SeededRandom(5);
  const sessions = sessionsBetween(parseDate('2019-06-03'), parseDate('2019-06-14'));
  const table = createBarTable('1m', sessions.length * 390 * SYMBOLS.length);
  const prices = SYMBOLS.map((_, id) => 50 + 20 * id);
  for (const { open } of sessions) {
    for (let minute = 0; minute < 390; minute += 1) {
      for (const id of SYMBOLS.keys()) {
        const before = prices[id] ?? 0;
        const after = Math.round((before + 0.05 * random.normal()) * 100) / 100;
        const row = table.length;
        table.symbolId[row] = id;
        table.start[row] = open + minute * MINUTE;
        table.time[row] = open + (minute + 1) * MINUTE;
        table.open[row] = Math.round(before * 100) * (RAW_PRICE_SCALE / 100);
        table.close[row] = Math.round(after * 100) * (RAW_PRICE_SCALE / 100);
        table.high[row] = Math.max(table.open[row] ?? 0, table.close[row] ?? 0) + RAW_PRICE_SCALE / 100;
        table.low[row] = Math.min(table.open[row] ?? 0, table.close[row] ?? 0) - RAW_PRICE_SCALE / 100;
        table.volume[row] = 50_000;
        table.length = row + 1;
        prices[id] = after;
      }
    }
  }
  return { tables: [table], order: null, length: table.length };
}

const MARKET = market();

function run(): BacktestRun {
  const classes = { restless: Restless, 'donchian-breakout': DonchianBreakout, 'rsi-reversion': RsiReversion };
  return runBacktest(MARKET, {
    strategies: Object.entries(classes).map(([name, strategyClass]) => ({
      name,
      strategyClass,
      hash: name,
      timeframe: '1m',
      allocation: 0.3,
    })),
    symbols: SYMBOLS,
    priceScale: RAW_PRICE_SCALE,
    startingCash: 100_000 * DOLLAR,
    startTime: MARKET.tables[0]?.time[0] ?? 0,
    engineVersion: 'test',
    createHash: () => createHash('sha256'),
  });
}

describe('an analysis that forgets its trades', () => {
  it('says of them what one that keeps them says', () => {
    const kept = run();
    const { log, performance } = kept.analysis;
    expect(log.count).toBeGreaterThan(300);
    expect(log.held.trades).toBe(log.count);
    const walked = run();
    expect(walked.tradeFigures).toEqual(kept.tradeFigures);
    expect(walked.performance.figures).toEqual(performance.figures);
    expect(walked.performance.groups('owner')).toEqual(performance.groups('owner'));
    expect(walked.tradeFigures.excursions.length).toBeGreaterThan(300);
    const { fees } = walked.tradeFigures;
    expect(fees.map(({ kind }) => kind)).toEqual(['sec', 'taf']);
    expect(fees.reduce((sum, { amount }) => sum + amount, 0)).toBe(walked.fees);
    expect(costsSection(walked).text).toMatch(/Fees of the fills: SEC \$\d[\d,.]*, TAF \$\d[\d,.]*\./);
  });
});
