import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import { sessionsBetween } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { BarTable } from '../domain/marketTables.js';
import { createBarTable } from '../domain/tables.js';
import { DOLLAR } from '../domain/units.js';
import { Strategy } from '../index.js';
import type { Bar, Context } from '../index.js';
import { backtestFromStore } from './backtestHistory.js';
import type { BacktestReport } from './BacktestReport.js';
import type { Figure } from './figure.js';
import { valueOf } from './figure.js';
import { formatMoney, formatPercent, formatRatio } from './figureText.js';
import { scenariosFromStore } from './fillScenarios.js';
import type { HistoryBacktest } from './historyMarket.js';
import { REPORT_SECTIONS } from './report/sections.js';
import { dayFiguresOf } from './runFigures.js';
import { ruinWarnings } from './ruinWarning.js';
import { generateReport, reportDocument } from './ReportGenerator.js';

const FROM = '2013-01-02';

/** In and out every seven bars. */
class InAndOut extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['ACME'], timeframe: '1d' };
  private count = 0;
  override onBar(bar: Bar, ctx: Context): void {
    this.count += 1;
    if (this.count % 14 === 1) ctx.enterLong(bar.symbol, { reason: 'in', size: { shares: 100 } });
    if (this.count % 14 === 8) ctx.exit(bar.symbol, { reason: 'out' });
  }
}

/** Sells ten times the equity short on a wave that rises first. */
class AllIn extends InAndOut {
  override onBar({ symbol }: Bar, ctx: Context): void {
    ctx.enterShort(symbol, { reason: 'all' });
  }
}

/** Daily bars on a wave; `phase` sets it against others. */
function daily(from: string, to: string, phase = 0): BarTable {
  const sessions = sessionsBetween(parseDate(from), parseDate(to));
  const table = createBarTable('1d', sessions.length);
  const price = (day: number): number => Math.round((100 + 10 * Math.sin(day / 9 + phase) + day / 20) * DOLLAR);
  for (const [day, session] of sessions.entries()) {
    table.start[day] = session.open;
    table.time[day] = session.close;
    table.open[day] = price(day - 0.5);
    table.close[day] = price(day);
    table.high[day] = Math.max(price(day), price(day - 0.5)) + DOLLAR;
    table.low[day] = Math.min(price(day), price(day - 0.5)) - DOLLAR;
    table.volume[day] = 1_000_000;
  }
  table.length = sessions.length;
  return table;
}

function backtestOf(to: string, benchmark?: string): HistoryBacktest {
  return {
    strategies: [{ name: 'in-and-out', strategyClass: InAndOut, hash: 'h1' }],
    from: FROM,
    to,
    engineVersion: '9.8.7',
    createHash: () => createHash('sha256'),
    ...(benchmark === undefined ? {} : { benchmark }),
  };
}

async function reportOf(
  to: string,
  hasScenarios: boolean,
  benchmark?: string,
  benchmarkFrom = FROM,
): Promise<BacktestReport> {
  const history = createMemoryHistory();
  await history.merge('ACME', daily(FROM, to));
  await history.merge('MKT', daily(benchmarkFrom, to, 1));
  const backtest = backtestOf(to, benchmark);
  const scenarios = hasScenarios ? await scenariosFromStore(history, backtest) : undefined;
  const result = scenarios?.runs.expected ?? (await backtestFromStore(history, backtest));
  return { strategy: 'in-and-out', strategyHash: 'h1', from: FROM, to, result, scenarios, warnings: ['mind'] };
}

/** Ids of the page's sections, in their order. */
function shownOn(page: string): readonly string[] {
  return Array.from(page.matchAll(/<section[^>]*\sid="([a-z]+)"/g), ([, id]) => id ?? '');
}

interface Sections {
  readonly summary: Readonly<Record<string, string | number | null>>;
  readonly equity: {
    readonly points: number;
    readonly time: number[];
    readonly equity: number[];
    readonly benchmark: (number | null)[] | null;
  };
  readonly trades: { readonly count: number; readonly listed: { readonly pnl: string; readonly entry: object }[] };
  readonly returns: { readonly histogram: { readonly days: number }[]; readonly unchangedDays: number };
  readonly statistics: { readonly figures: { readonly beta: number } };
}

function sectionsOf(report: BacktestReport): Sections {
  // What a program reads: through JSON, which drops what it cannot hold.
  const document = JSON.parse(JSON.stringify(reportDocument(report))) as { readonly sections: Sections };
  return document.sections;
}

interface Compared {
  readonly symbol: string;
  readonly strategy: Readonly<Record<string, Figure>>;
  readonly benchmark: Readonly<Record<string, Figure>>;
}
interface Years {
  readonly periods: readonly { name: string; profit: number; strategy: Figure; benchmark?: Figure }[];
}
const benchmarkParts = (
  report: BacktestReport,
): { readonly comparison: Compared | null; readonly years: Years | null } =>
  sectionsOf(report) as unknown as ReturnType<typeof benchmarkParts>;
const grown = (years: readonly (Figure | undefined)[]): number =>
  years.reduce((growth, year) => growth * (1 + valueOf(year ?? { unsupported: '' })), 1) - 1;

describe('a run beside its benchmark', () => {
  it('has the headline figures and the years of both', async () => {
    const report = await reportOf('2015-03-31', false, 'MKT');
    const { comparison, years } = benchmarkParts(report);
    const { summary, statistics } = sectionsOf(report);
    const figures = statistics.figures as unknown as Readonly<Record<string, number>>;
    for (const [name, figure] of Object.entries(comparison?.strategy ?? {}))
      expect(figure).toEqual({ value: figures[name] });
    expect(Object.keys(comparison?.strategy ?? {})).toEqual([
      'totalReturn',
      'cagr',
      'annualVolatility',
      'sharpe',
      'maxDrawdown',
    ]);
    expect(comparison?.symbol).toBe('MKT');
    const held = comparison?.benchmark;
    const of = (name: string): number => valueOf(held?.[name] ?? { unsupported: '' });
    expect(of('totalReturn')).toBeCloseTo(Number(summary['benchmarkReturn']), 12);
    // By hand, of the closes: daily bars have one point a day.
    const closes = Array.from({ length: daily(FROM, '2015-03-31').length }, (_, day) =>
      Math.round((100 + 10 * Math.sin(day / 9 + 1) + day / 20) * DOLLAR),
    );
    const returns = closes.map((close, day) => (day === 0 ? 0 : close / (closes[day - 1] ?? NaN) - 1));
    const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
    const deviation = Math.sqrt(returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (returns.length - 1));
    expect(of('annualVolatility')).toBeCloseTo(deviation * Math.sqrt(252), 9);
    expect(of('sharpe')).toBeCloseTo((mean / deviation) * Math.sqrt(252), 9);
    let [peak, fall] = [0, 0];
    for (const close of closes) {
      peak = Math.max(peak, close);
      fall = Math.max(fall, 1 - close / peak);
    }
    expect(of('maxDrawdown')).toBeCloseTo(fall, 9);

    const { periods = [] } = years ?? {};
    expect(periods.map(({ name }) => name)).toEqual(['2013', '2014', '2015']);
    expect(grown(periods.map(({ strategy }) => strategy))).toBeCloseTo(figures['totalReturn'] ?? NaN, 12);
    expect(grown(periods.map(({ benchmark }) => benchmark))).toBeCloseTo(of('totalReturn'), 12);
    expect(periods.reduce((sum, { profit }) => sum + profit, 0)).toBeCloseTo(Number(summary['netProfit']), 6);
  });

  it('has no figure that its days, or those of the benchmark, do not support', async () => {
    const { comparison, years } = benchmarkParts(await reportOf('2013-01-08', false));
    expect(years).toBeNull();
    for (const figures of [comparison?.strategy, comparison?.benchmark]) {
      expect(figures?.['totalReturn']).toEqual({ value: expect.any(Number) as number });
      expect(figures?.['cagr']).toEqual({ unsupported: 'it takes 60 days, there are 6' });
      expect(figures?.['sharpe']).toEqual({ unsupported: 'it takes 20 daily returns, there are 5' });
    }
    const late = benchmarkParts(await reportOf('2014-12-31', false, 'MKT', '2014-12-15'));
    expect(late.years?.periods[0]?.benchmark).toEqual({ unsupported: 'the benchmark was not held yet' });
    expect(late.comparison?.benchmark['sharpe']).toEqual({ unsupported: 'it takes 20 daily returns, there are 12' });
    expect(late.comparison?.strategy['sharpe']).toEqual({ value: expect.any(Number) as number });
  });

  it('tells long and short trades apart, and why the market after a fill is not known', async () => {
    const report = await reportOf('2013-12-31', false);
    const { groups, costs } = sectionsOf(report) as unknown as {
      readonly groups: { readonly all: object; readonly bySide: readonly { key: string; figures: object }[] };
      readonly costs: object;
    };
    expect(groups.bySide).toEqual([{ key: 'long', figures: groups.all }]);
    expect(costs).not.toBeNull();
    const page = generateReport(report);
    expect(page).toMatch(/n\/a: .*market after 1s, .*market after 5m: no price was seen in that time/);
    expect(page).toContain('Alpha of the whole run');
  });
});

describe('the JSON report', () => {
  it.each([
    ['a long run under other fills', '2013-12-31', true],
    ['a short run', '2013-02-15', false],
    ['one day, on which nothing filled', '2013-01-02', false],
  ])('has the sections of the page and no other, of %s', async (_, to, hasScenarios) => {
    const report = await reportOf(to, hasScenarios);
    const { sections } = reportDocument(report) as { readonly sections: Readonly<Record<string, unknown>> };
    expect(Object.keys(sections)).toEqual(REPORT_SECTIONS.map(({ key }) => key));
    const short = generateReport(report).includes('figures per year, Calmar and Martin ratio are not given');
    expect(short).toBe(!hasScenarios);
    const there = Object.keys(sections).filter((key) => sections[key] !== null);
    expect(there).toEqual(shownOn(generateReport(report)));
  });

  it('shows every section in one run or another', async () => {
    const shown = new Set<string>();
    for (const report of [await reportOf('2014-01-31', true), await reportOf('2013-02-15', false)]) {
      for (const id of shownOn(generateReport(report))) shown.add(id);
    }
    expect([...shown].toSorted()).toEqual(REPORT_SECTIONS.map(({ key }) => key).toSorted());
  });

  it('of a run that lost everything has no figure that is none, and the page tells the date', async () => {
    const history = createMemoryHistory();
    const to = '2013-12-31';
    await history.merge('ACME', daily(FROM, to));
    const strategies = [{ name: 'all-in', strategyClass: AllIn, hash: 'h1' }];
    const backtest = { ...backtestOf(to), strategies, preset: 'backtesting.py+margin.1000bps', adjust: 'raw' } as const;
    const result = await backtestFromStore(history, backtest);
    const warnings = ruinWarnings(result.run.curve, result.run.bookings);
    const report = { strategy: 'all-in', strategyHash: 'h1', from: FROM, to, result, scenarios: undefined, warnings };
    const document = reportDocument(report);
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(document).toMatchObject({ sections: { summary: { finalEquity: '0.00', totalReturn: -1 } } });
    const page = generateReport(report);
    expect(page).toMatch(/The account was ruined on 2013-\d\d-\d\d/);
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
    expect(page).toContain('Figures of the months are n/a: the equity was 0 or below.');
    expect(page).toContain('Value at risk is n/a: the equity was 0 or below.');
    const { worst, valueAtRisk } = dayFiguresOf(result.run);
    expect([worst, valueAtRisk]).toEqual([NaN, NaN]);
  });

  it('tells what the page tells, with nothing that JSON cannot hold', async () => {
    const report = await reportOf('2013-12-31', false);
    const document = reportDocument(report);
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(document).toMatchObject({ format: 'papertape-backtest-report', version: 1, symbols: ['ACME'] });
    const page = generateReport(report);
    const { summary, equity, trades, returns } = sectionsOf(report);
    const { run } = report.result;
    expect(page).toContain(formatRatio(Number(summary['sharpe'])));
    const words = page.replaceAll(/\s+/g, ' ');
    expect(words).toContain('Of the drawdowns at the ends of days, from the starting cash on, are ulcer index');
    expect(page).toContain(formatPercent(-Number(summary['maxDrawdown'])));
    expect(page).toContain(formatMoney(Math.round(Number(summary['finalEquity']) * DOLLAR)));
    expect([equity.points, equity.time.length]).toEqual([252, 252]);
    expect(equity.equity).toEqual([...run.curve.equity]);
    expect(trades.count).toBe(run.roundTrips.length);
    expect(trades.listed.map(({ pnl }) => Number(pnl) * DOLLAR)).toEqual(run.roundTrips.map(({ pnl }) => pnl));
    // Decided on the first close, filled at the second day's open.
    const open = sessionsBetween(parseDate('2013-01-03'), parseDate('2013-01-03'))[0]?.open;
    expect(trades.listed[0]?.entry).toMatchObject({ from: open, to: open, reason: 'in' });
    const days = returns.histogram.reduce((sum, bin) => sum + bin.days, 0);
    expect(days + returns.unchangedDays).toBe(252);
  });

  it('measures a run against the benchmark of choice', async () => {
    const own = await reportOf('2013-12-31', false);
    const other = await reportOf('2013-12-31', false, 'MKT');
    expect(other.result.run.identity).toBe(own.result.run.identity);
    const page = generateReport(other);
    expect(page).toContain('Holding MKT');
    expect(page).not.toContain('Buy and hold');
    expect(page).toContain('and beta against MKT');
    const [mine, theirs] = [sectionsOf(own), sectionsOf(other)];
    expect([mine.summary['benchmark'], theirs.summary['benchmark']]).toEqual(['ACME', 'MKT']);
    expect(theirs.statistics.figures.beta).not.toBeCloseTo(mine.statistics.figures.beta, 2);
    // MKT from the first close on, with the starting cash.
    const market = daily(FROM, '2013-12-31', 1);
    const [first = 0, last = 0] = [market.close[0], market.close[251]];
    expect(theirs.equity.benchmark?.at(-1)).toBeCloseTo((100_000 * last) / first, 2);
    expect(theirs.summary['benchmarkReturn']).toBeCloseTo(last / first - 1, 6);
  });

  it('gives no ratio against a benchmark that begins late, and says why', async () => {
    const report = await reportOf('2013-12-31', false, 'MKT', '2013-12-27');
    expect(report.result.run.statistics.benchmarkDays).toBe(3);
    const page = generateReport(report).replaceAll(/\s+/g, ' ');
    for (const name of ['Information ratio', 'Tracking error', 'Treynor ratio']) {
      expect(page).toMatch(new RegExp(`>${name}</th> <td class="n">n/a<`));
    }
    expect(page).toMatch(/>Sharpe<\/th> <td class="n">[-−\d.]+</);
    expect(page).toContain('they take 20 days that have a return of the benchmark too, there are 3.');
  });
});
