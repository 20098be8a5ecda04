/** Terminal and HTML report say the same of a run: figures per year by one rule, and of which fills they are. */
import { createHash } from 'node:crypto';
import pc from 'picocolors';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FillScenarios } from '../analytics/fillScenarios.js';
import { scenariosFromStore } from '../analytics/fillScenarios.js';
import type { HistoryBacktestRun } from '../analytics/backtestHistory.js';
import { generateReport } from '../analytics/ReportGenerator.js';
import { scenarioOfPreset } from '../analytics/scenarioOfPreset.js';
import { createMemoryHistory } from '../cache/memoryHistory.js';
import { sessionsBetween } from '../calendar/sessions.js';
import { parseDate } from '../calendar/tradingDate.js';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR } from '../domain/units.js';
import { Strategy } from '../index.js';
import type { Bar, Context } from '../index.js';
import { renderBacktest } from './backtestReport.js';
import { renderScenarios } from './scenarioReport.js';

const FROM = '2013-10-07';
const TO = '2013-10-11';
const plain = pc.createColors(false);

class InAndOut extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1m' };
  private count = 0;

  override onBar(bar: Bar, ctx: Context): void {
    this.count += 1;
    if (this.count % 50 === 1) ctx.enterLong(bar.symbol, { reason: 'in', size: { shares: 100 } });
    if (this.count % 50 === 26) ctx.exit(bar.symbol, { reason: 'out' });
  }
}

let scenarios: FillScenarios;

beforeAll(async () => {
  const sessions = sessionsBetween(parseDate(FROM), parseDate(TO));
  const table = createBarTable('1m', sessions.length * 390);
  for (const { open, close } of sessions) {
    for (let start = open; start < close; start += MINUTE) {
      const row = table.length;
      table.start[row] = start;
      table.time[row] = start + MINUTE;
      const price = (100 + (row % 7) / 100) * DOLLAR;
      for (const column of [table.open, table.high, table.low, table.close]) column[row] = Math.round(price);
      table.volume[row] = 1_000_000;
      table.length = row + 1;
    }
  }
  const history = createMemoryHistory();
  await history.merge('SPY', table);
  scenarios = await scenariosFromStore(history, {
    strategies: [{ name: 'in-and-out', strategyClass: InAndOut, hash: 'x' }],
    from: FROM,
    to: TO,
    engineVersion: 'test',
    createHash: () => createHash('sha256'),
  });
});

function terminalOf({ run, symbols }: HistoryBacktestRun): string {
  const summary = {
    strategy: 'in-and-out',
    symbols,
    timeframe: '1m',
    from: FROM,
    to: TO,
    scenario: scenarioOfPreset(run.config.preset),
    startingCash: run.config.startingCash,
    finalEquity: run.finalEquity,
    fees: run.fees,
    orders: run.orders.length,
    fills: run.fillCount,
    statistics: run.statistics,
    benchmark: 'Buy and hold',
    curve: run.curve,
    facts: [],
    warnings: [],
  };
  return renderBacktest(summary, plain, 80);
}

/** The HTML report as a reader sees it. */
function reportOf(result: HistoryBacktestRun, all?: FillScenarios): string {
  const report = { strategy: 'in-and-out', strategyHash: 'x', from: FROM, to: TO, result, warnings: [] };
  const page = generateReport({ ...report, scenarios: all });
  return page
    .slice(page.indexOf('<body>'))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

describe('figures per year', () => {
  afterEach(() => Reflect.deleteProperty(scenarios.runs.expected.run, 'statistics'));

  it.each([
    [5, 'n/a'],
    [59.9, 'n/a'],
    [60, /−\d+\.\d\d/],
  ])('of %d days: Calmar is %s in the terminal and in the report', (days, calmar) => {
    const result = scenarios.runs.expected;
    const statistics = { ...result.run.statistics, days };
    // The run as if it had been so long.
    Object.defineProperty(result.run, 'statistics', { value: statistics, configurable: true });
    const pattern = new RegExp(`Calmar\\s+${typeof calmar === 'string' ? calmar : calmar.source}`);
    expect(terminalOf(result)).toMatch(pattern);
    expect(reportOf(result)).toMatch(pattern);
  });
});

describe('figures of daily returns', () => {
  afterEach(() => Reflect.deleteProperty(scenarios.runs.expected.run, 'curve'));

  it.each(['Sharpe', 'Sortino', 'olatility'])('of five days: %s is n/a in the terminal and in the report', (name) => {
    const result = scenarios.runs.expected;
    expect(Number.isFinite(result.run.statistics.sharpe)).toBe(true);
    const pattern = new RegExp(`${name}\\s+n/a`);
    expect(terminalOf(result)).toMatch(pattern);
    expect(reportOf(result)).toMatch(pattern);
    expect(reportOf(result)).toContain('they take 20 daily returns, there are 5');
  });

  it.each([
    [19, /Sharpe\s+n\/a/],
    [20, /Sharpe\s+−?\d+\.\d\d/],
  ])('of %d days: %s', (days, pattern) => {
    const result = scenarios.runs.expected;
    const dates = sessionsBetween(parseDate('2013-10-07'), parseDate('2013-12-31')).slice(0, days);
    const curve = {
      time: Float64Array.from(dates, ({ close }) => close),
      equity: Float64Array.from(dates, (_, day) => 100_000 + day),
    };
    // The run as if it had had so many days.
    Object.defineProperty(result.run, 'curve', { value: curve, configurable: true });
    expect(terminalOf(result)).toMatch(pattern);
  });
});

it('says of what the profit factor is that is not of dollars', () => {
  for (const text of [terminalOf(scenarios.runs.expected), reportOf(scenarios.runs.expected)]) {
    expect(text).toMatch(/Profit factor of returns\s+\d/);
  }
});

describe('the scenario of a figure', () => {
  it.each(['expected', 'strict', 'optimistic'] as const)('%s: stands beside the equity and in the report', (name) => {
    const result = scenarios.runs[name];
    expect(terminalOf(result).split('\n')[3]).toContain(`${name} fills`);
    expect(reportOf(result)).toContain(`preset ${result.run.inputs.preset}: ${name} fills`);
  });

  it('is told with the band and the assumption that carries most, alike in both', () => {
    const page = reportOf(scenarios.runs.expected, scenarios);
    const terminal = renderScenarios(scenarios, plain);
    const sentence = terminal.trim().split('\n').at(-1)?.trim() ?? '';
    expect(sentence).toMatch(/^Most depends on .*: its strict form alone costs \$/);
    expect(page).toContain(sentence);
    for (const { text } of scenarios.effects) expect(page).toContain(text);
    expect(reportOf(scenarios.runs.expected)).not.toContain('Under other fills');
  });
});
