import { createHash } from 'node:crypto';
import pc from 'picocolors';
import { beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/ManualClock.js';
import type { BacktestReport } from '../analytics/BacktestReport.js';
import { backtestFromStore } from '../analytics/backtestHistory.js';
import { dailyWalk } from '../analytics/optimise/testing/searchRig.js';
import { generateReport, reportDocument } from '../analytics/ReportGenerator.js';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import { Strategy } from '../index.js';
import type { Bar, Context } from '../index.js';
import { makeReport } from './makeReport.js';
import type { ReportDesk } from './makeReport.js';

class Alternating extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['ACME'], timeframe: '1d' };
  private bars = 0;

  override onBar(bar: Bar, ctx: Context): void {
    this.bars += 1;
    if (this.bars % 2 === 1) ctx.enterLong(bar.symbol, { reason: 'odd day' });
    else ctx.exit(bar.symbol, { reason: 'even day' });
  }
}

/** Thirty years, so that its trades are measured in several steps. */
const [FROM, TO] = ['1990-01-02', '2019-12-31'];

async function reportOf(): Promise<BacktestReport> {
  const history = createMemoryHistory();
  await history.merge('ACME', dailyWalk(FROM, TO, 5));
  const result = await backtestFromStore(history, {
    strategies: [{ name: 'alternating', strategyClass: Alternating, hash: 'h' }],
    from: FROM,
    to: TO,
    engineVersion: '1.0.0',
    adjust: 'raw',
    createHash: () => createHash('sha256'),
  });
  return { strategy: 'alternating', strategyHash: 'h', from: FROM, to: TO, result, warnings: [] };
}

/** A desk on which time passes with every look at the clock; somebody stops it at the look of a number. */
function deskUntil(look = Infinity): ReportDesk & { readonly looks: () => number } {
  let looks = 0;
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const clock = new ManualClock();
  return {
    looks: () => looks,
    stopped,
    clock: {
      now: () => clock.now(),
      setTimer: (delayMs, callback) => clock.setTimer(delayMs, callback),
      monotonicMs: () => {
        looks += 1;
        if (looks === look) stop();
        return looks * 1_000;
      },
    },
    terminal: {
      out: () => undefined,
      err: () => undefined,
      colours: pc.createColors(false),
      errColours: pc.createColors(false),
      interactive: false,
      columns: 80,
    },
  };
}

describe('the report of a long run', () => {
  let whole: string;
  beforeAll(async () => {
    whole = generateReport(await reportOf());
  });

  it('is the same made in steps', async () => {
    const report = await reportOf();
    const desk = deskUntil();
    const made = await makeReport(report, desk);
    expect(made?.html).toBe(whole);
    expect(made?.json).toBe(`${JSON.stringify(reportDocument(report))}\n`);
    // At its start, and after each of two steps at least.
    expect(desk.looks()).toBeGreaterThanOrEqual(3);
  });

  it('is not made once somebody stops it, and can be made after that', async () => {
    const report = await reportOf();
    for (const look of [1, 2, 3]) expect(await makeReport(report, deskUntil(look))).toBeUndefined();
    expect(generateReport(report)).toBe(whole);
  });
});
