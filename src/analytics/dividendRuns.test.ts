/** What is told of a run on prices as they were traded whose share paid a dividend on the way. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import { sessionsBetween } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { ShareAction } from '../domain/corporateActions.js';
import { createBarTable } from '../domain/tables.js';
import { DOLLAR } from '../domain/units.js';
import { Strategy } from '../index.js';
import type { Bar, Context } from '../index.js';
import { backtestFromStore } from './backtestHistory.js';
import type { HistoryBacktestRun } from './backtestHistory.js';
import { comparisonSection } from './report/benchmarkSections.js';
import { modelSection } from './report/provenance.js';
import { statisticsSection } from './report/statisticsSections.js';

/** Takes 100 shares with the first day and keeps them. */
class Holder extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['AAA'], timeframe: '1d' };

  override onBar({ symbol }: Bar, ctx: Context): void {
    if (ctx.position(symbol).quantity === 0) ctx.enterLong(symbol, { reason: 'in', size: { shares: 100 } });
  }
}

const FROM = '2013-10-07';
const TO = '2013-10-10';
const EX_DATE = '2013-10-09';
/** Closes of the four days in dollars; the third opens without what it pays. */
const CLOSES = [100, 110, 99, 108];
/** A tenth of the close before it. */
const DIVIDEND = { kind: 'cashDividend', amount: 11 * DOLLAR } as const;

async function dividendRun(actions: readonly ShareAction[], preset = 'papertape'): Promise<HistoryBacktestRun> {
  const sessions = sessionsBetween(parseDate(FROM), parseDate(TO));
  const table = createBarTable('1d', sessions.length);
  for (const [row, session] of sessions.entries()) {
    const close = (CLOSES[row] ?? 0) * DOLLAR;
    table.start[row] = session.open;
    table.time[row] = session.close;
    for (const column of [table.open, table.high, table.low, table.close]) column[row] = close;
    table.volume[row] = 10_000_000;
    table.length = row + 1;
  }
  const history = createMemoryHistory();
  await history.merge('AAA', table);
  return backtestFromStore(history, {
    strategies: [{ name: 'Holder', strategyClass: Holder, hash: 'test', params: {} }],
    symbols: ['AAA'],
    from: FROM,
    to: TO,
    preset,
    adjust: 'raw',
    corporateActions: actions.map((action) => ({ exDate: EX_DATE, symbolId: 0, action })),
    engineVersion: 'test',
    createHash: () => createHash('sha256'),
  });
}

describe('a run through a dividend', () => {
  it.each(['papertape', 'alpaca', 'backtesting.py'])(
    'of %s is measured against a holder who puts it into shares, as it is paid to the account',
    async (preset) => {
      const { run } = await dividendRun([DIVIDEND], preset);
      expect(run.dividends).toBe(1100 * DOLLAR);
      // 11 of 110: a tenth more shares for one that is 99 without it.
      const held = Array.from(run.buyAndHold ?? [], (value) => Math.round(value));
      expect(held).toEqual([100_000, 110_000, 110_000, 120_000]);
      expect(run.statistics.buyAndHoldReturn).toBeCloseTo(0.2, 12);
      expect(run.performance.figures.beta).toEqual((await dividendRun([])).run.performance.figures.beta);
    },
  );

  it('that came before a split of the same day is of shares before it', async () => {
    const { run } = await dividendRun([DIVIDEND, { kind: 'split', newShares: 2, oldShares: 1 }]);
    const held = Array.from(run.buyAndHold ?? [], (value) => Math.round(value));
    expect(held).toEqual([100_000, 110_000, 220_000, 240_000]);
  });

  it('says what was paid, and that the benchmark has it', async () => {
    const paid = await dividendRun([DIVIDEND]);
    expect(statisticsSection(paid).text).toMatch(/Dividends[^$]*\+\$1,100\.00/);
    expect(comparisonSection(paid.run).text).toContain('dividends reinvested');
    expect(modelSection(paid).text).not.toContain('dividends in cash');

    const unpaid = await dividendRun([]);
    expect(unpaid.run.dividends).toBe(0);
    expect(statisticsSection(unpaid).text).not.toContain('Dividends');
    expect(comparisonSection(unpaid.run).text).not.toContain('reinvested');
  });
});
