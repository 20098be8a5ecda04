/** What is derived from a run on prices as they were traded, through which a share became two. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import { sessionsBetween } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import { createBarTable } from '../domain/tables.js';
import { DOLLAR } from '../domain/units.js';
import { Strategy } from '../index.js';
import type { Bar, Context } from '../index.js';
import { backtestFromStore } from './backtestHistory.js';
import type { HistoryBacktestRun } from './backtestHistory.js';
import { openPositionsText } from './openPositions.js';
import { exposureToShow } from './report/pricesSection.js';

/** Buys 500 shares with the first day and sells what they became with the fourth; the split is on the third. */
class Holder extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['AAA'], timeframe: '1d' };
  private day = 0;

  override onBar(bar: Bar, ctx: Context): void {
    this.day += 1;
    if (this.day === 1) ctx.enterLong(bar.symbol, { reason: 'in', size: { shares: 500 } });
    if (this.day === 4) ctx.exit(bar.symbol, { reason: 'out' });
  }
}

const FROM = '2013-10-07';
const TO = '2013-10-11';
/** Closes of the five days in dollars: as if nothing had been split 100, 104, 108, 110, 112. */
const CLOSES = [100, 104, 54, 55, 56];

/** `to` before the last day leaves the position open. */
async function splitRun(to = TO): Promise<HistoryBacktestRun> {
  const sessions = sessionsBetween(parseDate(FROM), parseDate(TO));
  const table = createBarTable('1d', sessions.length);
  for (const [row, session] of sessions.entries()) {
    const close = (CLOSES[row] ?? 0) * DOLLAR;
    table.start[row] = session.open;
    table.time[row] = session.close;
    for (const column of [table.open, table.low, table.close]) column[row] = close;
    table.high[row] = close + DOLLAR;
    table.volume[row] = 10_000_000;
    table.length = row + 1;
  }
  const history = createMemoryHistory();
  await history.merge('AAA', table);
  return backtestFromStore(history, {
    strategies: [{ name: 'Holder', strategyClass: Holder, hash: 'test' }],
    symbols: ['AAA'],
    from: FROM,
    to,
    preset: 'backtesting.py',
    adjust: 'raw',
    corporateActions: [{ exDate: '2013-10-09', symbolId: 0, action: { kind: 'split', newShares: 2, oldShares: 1 } }],
    engineVersion: 'test',
    createHash: () => createHash('sha256'),
  });
}

describe('a run through a split', () => {
  it('has one trade, which earned what the account did', async () => {
    const { run } = await splitRun();
    const trades = [...run.analysis.log.eachTrade()];
    expect(trades).toHaveLength(1);
    const [trade] = trades;
    expect(trade).toMatchObject({ side: 'buy', state: 'closed', pnl: run.finalEquity - run.config.startingCash });
    // 500 shares at 104 on the second day became 1,000, sold at 56 on the fifth.
    expect(trade?.pnl).toBe(500 * (112 - 104) * DOLLAR);
    // Worst at the entry; best at the high of the fourth day, 56, of 1,000 shares.
    expect(trade?.excursion).toEqual({
      maxAdverse: { value: 0 },
      maxFavourable: { value: 1000 * 56 - 500 * 104 },
    });
  });

  it('is measured against holding what the share became', async () => {
    const { run } = await splitRun();
    expect(run.statistics.buyAndHoldReturn).toBeCloseTo(0.12, 12);
    expect(Array.from(run.buyAndHold ?? [])).toEqual([100, 104, 108, 110, 112].map((close) => close * 1000));
    // Slope of the log returns of 100, 100, 102, 103, 104 on those of the closes.
    expect(run.statistics.beta).toBeCloseTo(-0.026, 3);
  });

  it('values what was held by its number of shares of the day', async () => {
    const days = exposureToShow(await splitRun())?.days ?? [];
    const gross = days.map((day) => Math.round(day.gross * 1000) / 1000);
    // 52,000 of 100,000, 54,000 of 102,000, 55,000 of 103,000; sold from 56,000 of 104,000.
    expect(gross).toEqual([0, 0.52, 0.529, 0.534, 0.529]);
  });

  it('ends with the shares of after it', async () => {
    expect(openPositionsText(await splitRun('2013-10-10'))).toEqual({ count: 1, list: 'long 1,000 AAA' });
    expect(openPositionsText(await splitRun())).toBeUndefined();
  });
});
