/** What is derived from a run on prices as they were traded, through which a share became two. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import { sessionsBetween } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import { createBarTable } from '../domain/tables.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import { param, Strategy } from '../index.js';
import type { Bar, Context } from '../index.js';
import { backtestFromStore } from './backtestHistory.js';
import type { HistoryBacktestRun } from './backtestHistory.js';
import { openPositionsText } from './openPositions.js';
import { exposureToShow } from './report/pricesSection.js';

/** Takes some shares with the first day and closes what they became with the fourth; the split is on the third. */
class Holder extends Strategy.with({ shares: param.int({ default: 500, min: -1000, max: 1000 }) }) {
  static override readonly subscribe = { symbols: ['AAA'], timeframe: '1d' };
  private day = 0;

  override onBar(bar: Bar, ctx: Context): void {
    this.day += 1;
    if (this.day === 1) this.enter(bar, ctx);
    if (this.day === 4) ctx.exit(bar.symbol, { reason: 'out' });
  }

  private enter({ symbol }: Bar, ctx: Context): void {
    const { shares } = this.p;
    const entry = { reason: 'in', size: { shares: Math.abs(shares) } };
    if (shares > 0) ctx.enterLong(symbol, entry);
    else ctx.enterShort(symbol, entry);
  }
}

const FROM = '2013-10-07';
const TO = '2013-10-11';
/** Closes of the five days in dollars: as if nothing had been split 100, 104, 108, 110, 112. */
const CLOSES = [100, 104, 54, 55, 56];

const TWO_FOR_ONE = { newShares: 2, oldShares: 1 };

/** `to` before the last day leaves the positions open; each owner has so many shares, or is short of them. */
async function splitRun(
  to = TO,
  ratio = TWO_FOR_ONE,
  preset = 'backtesting.py',
  owners: readonly number[] = [500],
): Promise<HistoryBacktestRun> {
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
    strategies: owners.map((shares, owner) => ({
      name: `Holder${owner}`,
      strategyClass: Holder,
      hash: 'test',
      params: { shares },
    })),
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

  it.each(['backtesting.py', 'lean'])('of %s keeps the fraction of a share that a split leaves', async (preset) => {
    const { run } = await splitRun('2013-10-10', { newShares: 1_999_998, oldShares: 1_000_000 }, preset);
    expect(run.positions.map(({ quantity }) => quantity / SHARE)).toEqual([999.999]);
    expect((await splitRun(TO, { newShares: 1_999_998, oldShares: 1_000_000 }, 'lean')).run.statistics).toMatchObject({
      closings: 1,
      closingWinRate: 1,
    });
  });

  it('has trades that earn what the account does, whatever the ratio, the shares and their owners', async () => {
    // Few enough for margin to cover all, so that no order is refused.
    const shares = fc.integer({ min: 1, max: 100 });
    const owners = fc.array(shares, { minLength: 1, maxLength: 3 });
    const millions = fc.integer({ min: 1_000_000, max: 10_000_000 });
    const anyRatio = fc.record({ newShares: millions, oldShares: millions });
    const opposite = fc.tuple(shares, shares).map(([long, short]) => [long, -short]);
    const whole = fc.record({ newShares: fc.integer({ min: 2, max: 10 }), oldShares: fc.constant(1) });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.tuple(owners, anyRatio), fc.tuple(opposite, whole)), async ([held, ratio]) => {
        const { run } = await splitRun(TO, ratio, 'lean', held);
        const trades = [...run.analysis.log.eachTrade()];
        expect(trades.map(({ state }) => state)).toEqual(held.map(() => 'closed'));
        const earned = trades.reduce((sum, { pnl }) => sum + pnl, 0);
        // Fractions of micro-shares are lost, and the values of each owner rounded.
        expect(Math.abs(earned - (run.finalEquity - run.config.startingCash))).toBeLessThan(0.01 * DOLLAR);
      }),
      { numRuns: 40 },
    );
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
