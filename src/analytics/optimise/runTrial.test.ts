import { describe, expect, it } from 'vitest';
import { fromNewYork } from '../../calendar/newYorkTime.js';
import { parseDate } from '../../calendar/tradingDate.js';
import type { BarTable } from '../../domain/marketTables.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../../domain/units.js';
import { backtestFromStore } from '../backtestHistory.js';
import { batchOf } from '../Backtester.js';
import { loadTrialData } from './loadTrialData.js';
import { perturbPrices } from './perturbPrices.js';
import { runTrial } from './runTrial.js';
import { BACKTEST, dailyWalk, walkData, walkHistory } from './testing/searchRig.js';
import type { Trial, TrialOutcome, TrialResult } from './trial.js';

const data = await walkData();
const midnight = (date: string): number => fromNewYork(parseDate(date), 0);
const trial = (change: Partial<Trial> = {}): Trial => ({ id: 7, params: { fast: 5, slow: 20 }, ...change });

function outcomeOf(result: TrialResult): TrialOutcome {
  if (result.kind === 'outcome') return result;
  throw new Error(`${result.code}: ${result.reason}`);
}

/** The fills of `papertape backtest` over the same days. */
async function backtestOf(change: Partial<typeof BACKTEST>, params: Trial['params'] = trial().params) {
  const strategies = BACKTEST.strategies.map((strategy) => ({ ...strategy, params }));
  return (await backtestFromStore(await walkHistory(), { ...BACKTEST, ...change, strategies })).run;
}

describe('runTrial', () => {
  it('gives what a backtest of the whole range gives', async () => {
    const outcome = outcomeOf(runTrial(data, trial()));
    const run = await backtestOf({});
    expect(run.roundTrips.length).toBeGreaterThan(3);
    expect(outcome.trialId).toBe(7);
    expect(outcome.ledgerHash).toBe(run.ledgerHash);
    expect(outcome.statistics).toEqual(run.statistics);
    expect(outcome.finalEquity).toBe(run.finalEquity);
    expect(outcome.tradeReturns).toHaveLength(run.roundTrips.length);
    const growth = outcome.dailyReturns.reduce((product, r) => product * (1 + r), 1);
    expect(growth * 100_000 * DOLLAR).toBeCloseTo(run.finalEquity, -2);
    expect(outcome.dates).toHaveLength(252);
  });

  it('gives what a backtest gives whose shares split and pay, within the window alone', async () => {
    const corporateActions = [
      { exDate: '2013-03-01', symbolId: 0, action: { kind: 'split', newShares: 3, oldShares: 1 } },
      { exDate: '2013-06-03', symbolId: 0, action: { kind: 'split', newShares: 2, oldShares: 1 } },
      { exDate: '2013-07-01', symbolId: 0, action: { kind: 'cashDividend', amount: DOLLAR } },
    ] as const;
    const acted = { ...data, setup: { ...data.setup, corporateActions } };
    const dates = { from: midnight('2013-05-01'), to: fromNewYork(parseDate('2013-09-30') + 1, 0) };
    const outcome = outcomeOf(runTrial(acted, trial(dates)));
    const run = await backtestOf({ from: '2013-05-01', to: '2013-09-30', corporateActions: corporateActions.slice(1) });
    expect(outcome.finalEquity).toBe(run.finalEquity);
    expect(outcome.ledgerHash).toBe(run.ledgerHash);
    expect(outcome.finalEquity).not.toBe(outcomeOf(runTrial(data, trial(dates))).finalEquity);
  });

  it.each([
    ['2013-05-01', '2013-09-30'],
    ['2013-01-02', '2013-06-28'],
    ['2013-02-01', '2013-12-31'],
  ])('gives what a backtest of %s to %s gives, warmed up by the rows before', async (from, to) => {
    const outcome = outcomeOf(
      runTrial(
        data,
        trial({ from: midnight(from), to: fromNewYork(parseDate(to) + 1, 0), params: { fast: 3, slow: 60 } }),
      ),
    );
    const run = await backtestOf({ from, to }, { fast: 3, slow: 60 });
    expect(run.fills.length).toBeGreaterThan(0);
    expect(outcome.ledgerHash).toBe(run.ledgerHash);
    expect(outcome.statistics).toEqual(run.statistics);
  });

  it('gives what a backtest gives that begins on a day without trading, where statistics sample that', async () => {
    const lean = { ...BACKTEST, preset: 'lean', adjust: 'raw', from: '2013-01-05' } as const;
    const own = await loadTrialData(await walkHistory(), lean, [{ fast: 5, slow: 60 }]);
    const { statistics } = outcomeOf(runTrial(own, trial()));
    expect(statistics).toEqual((await backtestOf(lean)).statistics);
    // The close before the run counts, and only there.
    const without = { ...own, benchmarkBefore: undefined };
    expect(outcomeOf(runTrial(without, trial())).statistics.trackingError).not.toBe(statistics.trackingError);
    const later = trial({ from: midnight('2013-05-04') });
    expect(runTrial(own, later)).toEqual(runTrial(without, later));
  });

  it('refuses parameters that the strategy rejects together, and a window without data', () => {
    expect(runTrial(data, trial({ params: { fast: 50, slow: 20 } }))).toMatchObject({
      kind: 'refusal',
      trialId: 7,
      code: 'STRATEGY_PARAMETER_INVALID',
      reason: expect.stringContaining('fast of sma-cross is 50') as string,
    });
    const from = midnight('2015-01-05');
    expect(runTrial(data, trial({ from }))).toMatchObject({ kind: 'refusal', code: 'DATA_MISSING' });
  });

  it('misses every entry, some or none, as it is told', () => {
    const skipping = (fraction: number, seed = 1): TrialOutcome =>
      outcomeOf(runTrial(data, trial({ perturbation: { kind: 'skippedEntries', seed, fraction } })));
    const all = outcomeOf(runTrial(data, trial()));
    expect(skipping(0).ledgerHash).toBe(all.ledgerHash);
    expect(skipping(1).tradeReturns).toHaveLength(0);
    expect(skipping(1).finalEquity).toBe(100_000 * DOLLAR);
    const some = skipping(0.5);
    expect(some.tradeReturns.length).toBeGreaterThan(0);
    expect(some.tradeReturns.length).toBeLessThan(all.tradeReturns.length);
    expect(skipping(0.5).ledgerHash).toBe(some.ledgerHash);
    expect(new Set([1, 2, 3, 4].map((seed) => skipping(0.5, seed).ledgerHash)).size).toBeGreaterThan(1);
  });

  it('costs more the more taking costs', () => {
    const equity = [0, 5, 20].map(
      (bps) => outcomeOf(runTrial(data, trial({ perturbation: { kind: 'slippage', bps } }))).finalEquity,
    );
    expect(equity[0]).toBe(outcomeOf(runTrial(data, trial())).finalEquity);
    expect(equity.toSorted((a, b) => b - a)).toEqual(equity);
    expect(new Set(equity).size).toBe(3);
  });

  it('adds to what taking costs by the preset', () => {
    const equityWith = (preset: string, bps?: number): number => {
      const own = { ...data, setup: { ...data.setup, preset } };
      return outcomeOf(runTrial(own, trial(bps === undefined ? {} : { perturbation: { kind: 'slippage', bps } })))
        .finalEquity;
    };
    const costly = `backtesting.py+slippage.20bps`;
    expect(equityWith(costly, 5)).toBe(equityWith(`backtesting.py+slippage.25bps`));
    // What is in dollars, or of some symbols, stays and costs so much more, and the others as much.
    for (const preset of ['backtesting.py+slippage.0.5usd', 'backtesting.py+slippage.X,SPY.20bps']) {
      const equities = [undefined, 1, 5].map((bps) => equityWith(preset, bps));
      expect(equities).toEqual([...new Set(equities)].sort((a, b) => b - a));
    }
    expect(equityWith('backtesting.py+slippage.NONE.20bps', 5)).toBe(equityWith('backtesting.py+slippage.5bps'));
    expect(equityWith(costly, 5)).toBeLessThan(equityWith(costly));
  });

  it('gives the same after other trials, whose memory it takes', () => {
    const first = runTrial(data, trial());
    const kept = structuredClone(first);
    for (const fast of [2, 3, 9]) outcomeOf(runTrial(data, trial({ params: { fast, slow: 20 } })));
    expect(runTrial(data, trial())).toEqual(first);
    expect(first).toEqual(kept);
  });

  it('looks at prices that somebody has written into the columns since', () => {
    const own = dailyWalk('2012-01-03', '2013-12-31', 5);
    const run = (): TrialOutcome => outcomeOf(runTrial({ ...data, market: batchOf(own) }, trial()));
    const before = run().statistics.buyAndHoldReturn;
    for (const column of [own.open, own.high, own.low, own.close]) column.subarray(0, own.length).reverse();
    const after = run().statistics.buyAndHoldReturn;
    expect(after).not.toBeCloseTo(before, 3);
    const fresh = { ...own, close: own.close.slice() };
    const anew = outcomeOf(runTrial({ ...data, market: batchOf(fresh) }, trial()));
    expect(run().statistics).toEqual(anew.statistics);
  });

  it('is not touched by trials after it or before it, longer or shorter ones', () => {
    const whole = outcomeOf(runTrial(data, trial()));
    const before = structuredClone(whole);
    const part = trial({ params: { fast: 3, slow: 9 }, to: midnight('2013-06-03') });
    const short = outcomeOf(runTrial(data, part));
    expect(whole).toEqual(before);
    expect(outcomeOf(runTrial(data, trial()))).toEqual(before);
    expect(outcomeOf(runTrial(data, part))).toEqual(short);
  });

  it('leaves the data as they were', () => {
    const [table] = data.market.tables;
    const before = (table as BarTable).close.slice();
    const noisy = runTrial(data, trial({ perturbation: { kind: 'prices', seed: 3, deviationBps: 50 } }));
    expect(outcomeOf(noisy).ledgerHash).not.toBe(outcomeOf(runTrial(data, trial())).ledgerHash);
    expect((table as BarTable).close).toEqual(before);
  });
});

describe('perturbPrices', () => {
  const table = dailyWalk('2012-01-03', '2013-12-31', 5);
  const noisy = (seed: number, deviationBps: number): BarTable =>
    perturbPrices(batchOf(table), { kind: 'prices', seed, deviationBps, priceScale: RAW_PRICE_SCALE })
      .tables[0] as BarTable;

  it('moves prices by about the deviation, on the grid, inside high and low', () => {
    const moved = noisy(1, 30);
    const shifts: number[] = [];
    for (let row = 0; row < table.length; row += 1) {
      const [open = 0, high = 0, low = 0, close = 0] = [moved.open, moved.high, moved.low, moved.close].map(
        (column) => column[row],
      );
      expect(Math.max(open, close)).toBeLessThanOrEqual(high);
      expect(Math.min(open, close)).toBeGreaterThanOrEqual(low);
      expect([open, high, low, close].every((price) => price % 10_000 === 0)).toBe(true);
      shifts.push(close / (table.close[row] ?? 0) - 1);
    }
    const deviation = Math.sqrt(shifts.reduce((sum, shift) => sum + shift * shift, 0) / shifts.length);
    expect(deviation).toBeGreaterThan(0.0025);
    expect(deviation).toBeLessThan(0.0035);
  });

  it('gives one market for one seed', () => {
    expect(noisy(1, 30)).toEqual(noisy(1, 30));
    expect(noisy(1, 30)).not.toEqual(noisy(2, 30));
    expect(noisy(1, 0).close).toEqual(table.close.slice(0, table.length));
  });
});
