/**
 * Two reference backtests of backtesting.py on daily bars of GOOG: every trade of its lists, its statistics to 1e-8
 * relative, and the whole equity curve of the first.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backtestFromStore } from '../../src/analytics/backtestHistory.js';
import { closedTrade } from '../../src/analytics/BacktestRun.js';
import type { BacktestRun } from '../../src/analytics/BacktestRun.js';
import type { Statistics } from '../../src/analytics/statistics.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../../src/domain/units.js';
import { describeWithReferenceData, referenceData } from '../referenceData.js';
import { importGoldenHistory } from './goldenHistory.js';
import type { GoldenHistory } from './goldenHistory.js';
import FinalizedSmaCross from './strategies/FinalizedSmaCross.js';

/** Rows of a reference CSV by column name. */
function readRows(file: string): readonly ReadonlyMap<string, string>[] {
  const [header = '', ...lines] = readFileSync(referenceData(`goog/${file}`), 'utf8')
    .trim()
    .split('\n');
  const names = header.trim().split(',');
  return lines.map((line) => {
    const values = line.trim().split(',');
    return new Map(names.map((name, index) => [name, values[index] ?? '']));
  });
}

/** Where each published figure stands in our statistics, and what one of its units is there. */
const FIGURES: Readonly<Record<string, readonly [keyof Statistics, number]>> = {
  Duration: ['days', 1],
  'Exposure Time [%]': ['exposure', 100],
  'Equity Final [$]': ['finalEquity', 1],
  'Equity Peak [$]': ['peakEquity', 1],
  'Return [%]': ['totalReturn', 100],
  'Buy & Hold Return [%]': ['buyAndHoldReturn', 100],
  'Return (Ann.) [%]': ['annualReturn', 100],
  'Volatility (Ann.) [%]': ['annualVolatility', 100],
  'CAGR [%]': ['cagr', 100],
  'Sharpe Ratio': ['sharpe', 1],
  'Sortino Ratio': ['sortino', 1],
  'Calmar Ratio': ['calmar', 1],
  'Alpha [%]': ['alpha', 100],
  Beta: ['beta', 1],
  'Max. Drawdown [%]': ['maxDrawdown', -100],
  'Avg. Drawdown [%]': ['averageDrawdown', -100],
  'Max. Drawdown Duration': ['maxDrawdownDays', 1],
  'Avg. Drawdown Duration': ['averageDrawdownDays', 1],
  '# Trades': ['trades', 1],
  'Win Rate [%]': ['winRate', 100],
  'Best Trade [%]': ['bestTrade', 100],
  'Worst Trade [%]': ['worstTrade', 100],
  'Avg. Trade [%]': ['averageTrade', 100],
  'Max. Trade Duration': ['maxTradeDays', 1],
  'Avg. Trade Duration': ['averageTradeDays', 1],
  'Profit Factor': ['profitFactor', 1],
  'Expectancy [%]': ['expectancy', 100],
  SQN: ['sqn', 1],
  'Kelly Criterion': ['kelly', 1],
};

const BARS = 2148;

describeWithReferenceData('backtesting.py on GOOG', () => {
  let history: GoldenHistory;
  let finalized: BacktestRun;
  let commission: BacktestRun;
  beforeAll(async () => {
    history = await importGoldenHistory(['goog/GOOG.csv']);
    commission = await run({ fast: 10, slow: 20 }, 'relative-20bps');
    const lastButOne = commission.curve.time[BARS - 2] ?? 0;
    finalized = await run({ fast: 10, slow: 30, closeAt: lastButOne }, 'zero');
  }, 120_000);
  afterAll(() => history.close());

  async function run(params: Record<string, number>, feePlan: string): Promise<BacktestRun> {
    const result = await backtestFromStore(history.store, {
      strategies: [{ name: 'FinalizedSmaCross', strategyClass: FinalizedSmaCross, hash: '', params }],
      from: '2004-08-19',
      to: '2013-03-01',
      preset: 'backtesting.py',
      adjust: 'raw',
      feePlan,
      startingCash: 10_000 * DOLLAR,
      engineVersion: 'test',
      createHash: () => createHash('sha256'),
    });
    return result.run;
  }

  it('reads every bar', () => {
    expect(finalized.eventCount).toBe(BARS);
    expect(finalized.curve.equity).toHaveLength(BARS);
  });

  it.each([
    ['A', 'trades_sma_10_30.csv', () => finalized],
    ['B', 'trades_sma_10_20_commission.csv', () => commission],
  ] as const)('%s: every trade', (_name, file, runOf) => {
    const result = runOf();
    const barAt = new Map(Array.from(result.curve.time, (time, row) => [time, row]));
    const barOf = (time: number): number => barAt.get(time) ?? Number.NaN;
    const found = result.roundTrips.map((trip) => {
      const trade = closedTrade(trip, RAW_PRICE_SCALE);
      return {
        size: (trip.side === 'buy' ? trip.quantity : -trip.quantity) / SHARE,
        entry_bar: barOf(trip.entryTime),
        exit_bar: barOf(trip.exitTime),
        entry_price: trip.entryPrice / RAW_PRICE_SCALE,
        exit_price: trip.exitPrice / RAW_PRICE_SCALE,
        pnl: trade.pnl,
        commission: trip.fees / DOLLAR,
        return: trade.returnFraction,
      };
    });
    const expected = readRows(file).map((row) => {
      const number = (column: string): number => Number(row.get(column));
      return {
        size: number('size'),
        entry_bar: number('entry_bar'),
        exit_bar: number('exit_bar'),
        entry_price: number('entry_price'),
        exit_price: number('exit_price'),
        // The files round to ten significant digits; amounts are micro-dollars.
        pnl: expect.closeTo(number('pnl'), 5) as number,
        commission: expect.closeTo(number('commission'), 5) as number,
        return: expect.closeTo(number('return'), 9) as number,
      };
    });
    expect(found).toEqual(expected);
  });

  it.each([
    ['A', () => finalized],
    ['B', () => commission],
  ] as const)('%s: every statistic to 1e-8', (name, runOf) => {
    const { statistics, roundTrips } = runOf();
    // The entry of the trade that stays open is not in the published sum.
    const commissions = roundTrips.reduce((sum, trip) => sum + trip.fees, 0) / DOLLAR;
    const document: unknown = JSON.parse(readFileSync(referenceData('goog/expected_stats.json'), 'utf8'));
    const expected = (document as Record<string, Record<string, number | string>>)[name] ?? {};
    const wrong: string[] = [];
    let compared = 0;
    for (const [title, wanted] of Object.entries(expected)) {
      if (typeof wanted !== 'number') continue;
      const [field, unit] = FIGURES[title] ?? ['', 1];
      const figure = field === '' ? Number.NaN : Number(statistics[field]) * unit;
      const found = title === 'Commissions [$]' ? commissions : figure;
      compared += 1;
      if (!(Math.abs(found - wanted) <= 1e-8 * Math.abs(wanted))) wrong.push(`${title}: ${found}, not ${wanted}`);
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThanOrEqual(29);
  });

  it('A: the equity of every day', () => {
    const expected = readRows('equity_sma_10_30.csv').map((row) => Number(row.get('equity')));
    const found = Array.from(finalized.curve.equity);
    expect(found).toHaveLength(expected.length);
    const wrong = expected.flatMap((equity, day) => (Math.abs(equity - (found[day] ?? 0)) > 1e-6 ? [day] : []));
    expect(wrong).toEqual([]);
  });
});
