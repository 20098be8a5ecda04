import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import { sessionsBetween } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { BarTable } from '../domain/marketTables.js';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { param, Strategy } from '../index.js';
import type { Bar, Context } from '../index.js';
import { backtestFromStore } from './backtestHistory.js';
import type { HistoryBacktestRun } from './backtestHistory.js';
import { html } from './report/html.js';
import { returnsByDay, returnsByMonth } from './periodReturns.js';
import { equityFigure } from './report/equityFigure.js';
import { generateReport, reportDocument } from './ReportGenerator.js';
import { MOST_FILLS, MOST_TRADES } from './report/tradeLists.js';

const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`;
const FROM = '2013-10-07';

/** Buys ten shares, sells them after so many bars, and so on. */
class Trader extends Strategy.with({
  hold: param.int({ default: 100, min: 1, max: 1000 }),
  failAfter: param.int({ default: 1_000_000, min: 0, max: 1_000_000 }),
}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1m' };
  private count = 0;

  override onBar(bar: Bar, ctx: Context): void {
    this.count += 1;
    if (this.count > this.p.failAfter) throw new RangeError('no <length>');
    if (this.count % (2 * this.p.hold) === 1) ctx.enterLong(bar.symbol, { reason: HOSTILE, size: { shares: 10 } });
    if (this.count % (2 * this.p.hold) === this.p.hold + 1) ctx.exit(bar.symbol, { reason: `leave ${HOSTILE}` });
  }
}

/** Minute bars of regular hours; the price rises a cent a minute within each day, from 100 dollars. */
function minuteBars(to: string): BarTable {
  const sessions = sessionsBetween(parseDate(FROM), parseDate(to));
  const table = createBarTable('1m', sessions.length * 390);
  for (const session of sessions) {
    for (let start = session.open, minute = 0; start < session.close; start += MINUTE, minute += 1) {
      const row = table.length;
      table.start[row] = start;
      table.time[row] = start + MINUTE;
      for (const column of [table.open, table.high, table.low, table.close]) {
        column[row] = 100 * DOLLAR + minute * 10_000;
      }
      table.volume[row] = 1_000_000;
      table.length = row + 1;
    }
  }
  return table;
}

async function resultOf(to: string, hold = 100, failAfter = 1_000_000): Promise<HistoryBacktestRun> {
  const history = createMemoryHistory();
  await history.merge('SPY', minuteBars(to));
  return backtestFromStore(history, {
    strategies: [{ name: 'trader', strategyClass: Trader, hash: 'h1', params: { hold, failAfter } }],
    from: FROM,
    to,
    engineVersion: '9.8.7',
    preset: 'backtesting.py',
    adjust: 'raw',
    createHash: () => createHash('sha256'),
  });
}

function reportOf(result: HistoryBacktestRun, strategy = 'trader', warnings: readonly string[] = []): string {
  return generateReport({ strategy, strategyHash: 'abc123', from: FROM, to: '2013-10-07', result, warnings });
}

/** Text as a reader sees it. */
function visible(page: string): string {
  return page
    .slice(page.indexOf('<body>'))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

describe('a report', () => {
  it('tells the figures, the trades with their reasons, the receipts and what identifies the run', async () => {
    const result = await resultOf('2013-10-07');
    const { run } = result;
    const text = visible(reportOf(result));
    // Orders of bars 1, 101, 201, 301 fill at the opens of the bars after: 10 shares, a dollar of gain twice.
    // The round trips: bought at 100.01, sold at 101.01; bought at 102.01, sold at 103.01.
    expect(run.finalEquity - run.config.startingCash).toBe(20 * DOLLAR);
    expect(text).toContain('Net profit +$20.00');
    expect(text).toContain('Final equity $100,020.00');
    expect(text).toContain('Round trips, won 2, 100.00 %');
    expect(text).toContain('1 Long SPY 10 100.01 at 2013-10-07 09:31:00');
    expect(text).toContain('103.01 at 2013-10-07 14:31:00');
    expect(text).toMatch(/Bought 10 SPY at 100\.01: the open 100\.01 of the bar that ended at 09:32/);
    expect(text).toContain('4 fills on trade bars');
    expect(text).toContain('By the conventions of backtesting.py');
    for (const part of [run.identity, run.ledgerHash, run.inputs.dataHash, 'abc123', '9.8.7', 'hold = 100']) {
      expect(text).toContain(part);
    }
    expect(text).toContain('SEC and TAF fees were not charged.');
  });

  it('says what is still open at the end, and every warning', async () => {
    const result = await resultOf('2013-10-07', 300);
    const text = visible(reportOf(result, 'trader', ['The first <order> was refused.']));
    expect(result.run.roundTrips).toHaveLength(1);
    expect(text).not.toContain('still open');
    const open = visible(reportOf(await resultOf('2013-10-07', 250)));
    expect(open).not.toContain('still open');
    const held = visible(reportOf(await resultOf('2013-10-07', 400)));
    expect(held).toContain('At the end 1 position is still open: long 10 SPY.');
    expect(held).toContain('No position was closed.');
    expect(text).toContain('The first &lt;order&gt; was refused.');
  });

  it('says first that a strategy failed, when and why', async () => {
    const result = await resultOf('2013-10-07', 100, 150);
    const note = 'failed at 2013-10-07 12:01:00 New York time and was stopped: onBar of SPY threw RangeError: no ';
    expect(visible(reportOf(result))).toContain(`${note}&lt;length&gt;. It decided nothing after that.`);
    const report = { strategy: 'trader', strategyHash: 'h', from: FROM, to: FROM, result, warnings: ['mind'] };
    expect(reportDocument(report)['warnings']).toEqual([expect.stringContaining(note), 'mind']);
    expect(visible(reportOf(await resultOf('2013-10-07')))).not.toContain('failed at');
  });

  it('runs and loads nothing, whatever names and reasons hold', async () => {
    const page = reportOf(await resultOf('2013-10-07'), HOSTILE, [HOSTILE]);
    expect(page).not.toMatch(/<script|<img|<iframe|<link|https?:|url\(|@import|javascript:/i);
    // The title, the heading, the identity, the warning; each order's reason in its fill, and in its trade.
    expect(page.split('&lt;script&gt;alert(1)&lt;/script&gt;')).toHaveLength(1 + 4 + 4 + 4);
    for (const [tag] of page.matchAll(/<[a-z][^>]*>/gi)) expect(tag).not.toMatch(/\son\w+=/i);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('bounds its lists and says how much is left out', async () => {
    // 16 sessions of 390 bars with a trade every 6 bars: 1,040 round trips and 2,080 fills.
    const result = await resultOf('2013-10-28', 3);
    expect([result.run.roundTrips.length, result.run.fillCount]).toEqual([1040, 2080]);
    const page = reportOf(result);
    expect(visible(page)).toContain('The first 500 of 1,040 round trips; the other 540 are left out here');
    expect(visible(page)).toContain('The first 200 of 2,080 fills; the other 1,880 are left out here');
    expect(page.split('<tr class="told">')).toHaveLength(1 + MOST_FILLS);
    expect(page.match(/Long SPY/g)).toHaveLength(MOST_TRADES);
  });

  it('is the same for the same run', async () => {
    expect(reportOf(await resultOf('2013-10-07'))).toBe(reportOf(await resultOf('2013-10-07')));
  });

  it('shows returns by day where there are several days, by month where there are several months', async () => {
    const oneDay = visible(reportOf(await resultOf('2013-10-07')));
    const week = visible(reportOf(await resultOf('2013-10-11')));
    const twoMonths = visible(reportOf(await resultOf('2013-11-15')));
    const has = (text: string): readonly boolean[] =>
      ['Returns by day', 'Returns by month'].map((x) => text.includes(x));
    expect([has(oneDay), has(week), has(twoMonths)]).toEqual([
      [false, false],
      [true, false],
      [true, true],
    ]);
    // What the colours of the months mean.
    expect(twoMonths).toContain('Colour: −8.00 or less −4.00 0.00 +4.00 +8.00 or more');
    expect(week).not.toContain('Colour:');
  });
});

describe('period returns', () => {
  /** 16:00 in New York of a date in 2013, before and after the clocks changed on 3 November. */
  const close = (month: number, day: number, utcHour: number): number => Date.UTC(2013, month - 1, day, utcHour) * 1000;

  it('go from the last equity before a period to its own last', () => {
    const curve = {
      time: Float64Array.of(close(10, 30, 15), close(10, 30, 20), close(10, 31, 20), close(11, 4, 21)),
      equity: Float64Array.of(101, 110, 99, 108.9),
    };
    const rounded = returnsByDay(curve, 100).map(({ name, profit, returnFraction }) => {
      return [name, profit.toFixed(4), returnFraction.toFixed(4)];
    });
    expect(rounded).toEqual([
      ['2013-10-30', '10.0000', '0.1000'],
      ['2013-10-31', '-11.0000', '-0.1000'],
      ['2013-11-04', '9.9000', '0.1000'],
    ]);
    expect(returnsByMonth(curve, 100).map(({ name, profit }) => [name, profit.toFixed(2)])).toEqual([
      ['2013-10', '-1.00'],
      ['2013-11', '9.90'],
    ]);
  });
});

describe('the chart', () => {
  it('keeps the lowest and the highest point of a long curve, in a page of bounded size', () => {
    const length = 300_000;
    const time = Float64Array.from({ length }, (_, i) => Date.UTC(2013, 0, 2, 15) * 1000 + i * MINUTE);
    const equity = new Float64Array(length).fill(100_000);
    equity[123_457] = 100_500;
    equity[200_001] = 99_500;
    const { text } = equityFigure({ curve: { time, equity }, startEquity: 100_000 });
    expect(text.length).toBeLessThan(60_000);
    const path = /class="equity"\s+d="([^"]*)"/.exec(text)?.[1] ?? '';
    const heights = [...path.matchAll(/[ML]\S+ (\S+?)(?=[ML]|$)/g)].map((match) => Number(match[1]));
    // The scale is 99,400 to 100,600 or wider, and symmetric, so that the two are equally far from the middle.
    const [top, bottom] = [Math.min(...heights), Math.max(...heights)];
    expect(top + bottom).toBeCloseTo(100, 1);
    expect(bottom - top).toBeGreaterThan(60);
  });

  it.each([1, 2, 3])('draws %d points', (length) => {
    const curve = {
      time: Float64Array.from({ length }, (_, i) => Date.UTC(2013, 9, 7, 14, i) * 1000),
      equity: new Float64Array(length).fill(100),
    };
    expect(equityFigure({ curve, startEquity: 100 }).text).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('html', () => {
  it('lets no text become markup, in elements and in attributes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const page = html`<a title="${text}">${text}</a>`.text;
        const parts = /^<a title="([^"<>]*)">([^<>]*)<\/a>$/.exec(page);
        expect(parts).not.toBeNull();
        expect(parts?.[1]).toBe(parts?.[2]);
      }),
    );
    expect(html`<b>${`a & b < c > d "e" 'f'`}</b>`.text).toBe(
      '<b>a &amp; b &lt; c &gt; d &quot;e&quot; &#39;f&#39;</b>',
    );
    expect(html`<b>${html`<i>${1}</i>`}${[html`x`, html`y`]}</b>`.text).toBe('<b><i>1</i>xy</b>');
  });
});
