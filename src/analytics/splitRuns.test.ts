/** What is derived from a run on prices as they were traded, through which a share became two. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import { sessionsBetween } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import { createBarTable } from '../domain/tables.js';
import { DOLLAR, SHARE } from '../domain/units.js';
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

const TWO_FOR_ONE = { newShares: 2, oldShares: 1 };

/** `to` before the last day leaves the position open. */
async function splitRun(to = TO, ratio = TWO_FOR_ONE, preset = 'backtesting.py'): Promise<HistoryBacktestRun> {
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
    preset,
    adjust: 'raw',
    corporateActions: [{ exDate: '2013-10-09', symbolId: 0, action: { kind: 'split', ...ratio } }],
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

  it('keeps the fraction of a share that a split leaves, or has cash for it, by preset', async () => {
    // As factors of seven decimals may have it: 500 shares become a millionth of each fewer than 1,000.
    const nearlyTwo = { newShares: 1_999_998, oldShares: 1_000_000 };
    const held = async (preset: string): Promise<readonly number[]> => {
      const { run } = await splitRun('2013-10-10', nearlyTwo, preset);
      return [...run.positions.map(({ quantity }) => quantity / SHARE), run.finalEquity / DOLLAR];
    };
    const [kept = 0, equity = 0] = await held('backtesting.py');
    expect(kept).toBe(999.999);
    const [whole, ofWhole = 0] = await held('lean');
    expect(whole).toBe(999);
    // The fraction was sold at 52, half the close before, not kept until the close at 55; a fee is on top.
    expect(equity - ofWhole).toBeCloseTo(0.999 * (55 - 52) + 500 * 0.005, 2);
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
