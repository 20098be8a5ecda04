import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DataStretch, LedgerRecord, LedgerTrial } from '../../domain/trialLedger.js';
import { countAtLeast, countTrials, heldOut, holdoutLooks, trialKey } from './trialCount.js';

const stretch = (from: string, to: string, symbols = ['SPY']): DataStretch => ({ symbols, from, to });
const base = { time: 0, run: 'r', command: 'backtest', strategy: 's' };
const trials = (data: DataStretch, list: readonly LedgerTrial[], runs = list.length): LedgerRecord => ({
  ...base,
  kind: 'trials',
  data,
  dataHash: '',
  runs,
  trials: list,
});
const sha256 = () => createHash('sha256');

describe('countTrials', () => {
  const records = [
    trials(stretch('2013-01-02', '2013-06-28'), [
      { key: 'a', sharpe: 0.1 },
      { key: 'b', sharpe: null },
    ]),
    trials(stretch('2013-06-28', '2013-12-31', ['IBM', 'SPY']), [{ key: 'a', sharpe: 0.3 }], 5),
    trials(stretch('2013-01-02', '2013-12-31', ['IBM']), [{ key: 'c', sharpe: 0.5 }]),
    trials(stretch('2014-01-02', '2014-12-31'), [{ key: 'd', sharpe: 0.5 }]),
  ];

  it('counts configurations once and runs all, on data that share a symbol and a date', () => {
    expect(countTrials(records, stretch('2013-06-01', '2013-09-30'))).toEqual({
      trials: 2,
      runs: 7,
      sharpeVariance: undefined,
    });
    expect(countTrials(records, stretch('2013-01-02', '2014-12-31', ['SPY', 'IBM']))).toMatchObject({
      trials: 4,
      runs: 9,
    });
    expect(countTrials(records, stretch('2012-01-03', '2012-12-31'))).toMatchObject({ trials: 0, runs: 0 });
  });

  it('has the variance of the last known ratios', () => {
    const all = countTrials(records, stretch('2013-01-02', '2014-12-31', ['SPY', 'IBM']));
    // 0.3, 0.5 and 0.5: their mean is 13/30.
    expect(all.sharpeVariance).toBeCloseTo(((2 / 15) ** 2 + 2 * (1 / 15) ** 2) / 2, 12);
  });
});

describe('countAtLeast', () => {
  it('never counts fewer than a search made itself', () => {
    const lost = { trials: 1, runs: 1, sharpeVariance: undefined };
    expect(countAtLeast(lost, [0.1, 0.3, null])).toEqual({ trials: 3, runs: 3, sharpeVariance: expect.closeTo(0.02) });
    const more = { trials: 9, runs: 20, sharpeVariance: 0.5 };
    expect(countAtLeast(more, [0.1, 0.3, null])).toBe(more);
  });
});

describe('holdouts', () => {
  const held = stretch('2013-10-01', '2013-12-31');

  it('know of looks on purpose and of runs that reach into them, but not of what came before', () => {
    const records: readonly LedgerRecord[] = [
      trials(stretch('2013-01-02', '2013-12-31'), [{ key: 'early', sharpe: 0 }]),
      { ...base, kind: 'holdout', data: held, command: 'optimize' },
      trials(stretch('2013-01-02', '2013-09-30'), [{ key: 'search', sharpe: 0 }]),
      { ...base, kind: 'opening', data: held, time: 5, run: 'x', command: 'validate' },
      { ...trials(stretch('2013-12-31', '2014-12-31'), [{ key: 'late', sharpe: 0 }]), time: 9 },
    ];
    expect(holdoutLooks(records, held)).toEqual([
      { time: 5, run: 'x', command: 'validate', onPurpose: true },
      { time: 9, run: 'r', command: 'backtest', onPurpose: false },
    ]);
    expect(heldOut(records, stretch('2013-12-01', '2014-01-31'))).toEqual([held]);
    expect(heldOut(records, stretch('2013-01-02', '2013-09-30'))).toEqual([]);
  });
});

describe('trialKey', () => {
  it('is the same for the same configuration, however it is written', () => {
    const key = trialKey('h', { fast: 1, slow: 2 }, 'papertape', sha256);
    expect(key).toMatch(/^[0-9a-f]{16}$/);
    expect(trialKey('h', { slow: 2, fast: 1 }, 'papertape', sha256)).toBe(key);
    const others = [
      trialKey('h', { fast: 1, slow: 3 }, 'papertape', sha256),
      trialKey('i', { fast: 1, slow: 2 }, 'papertape', sha256),
      trialKey('h', { fast: 1, slow: 2 }, 'strict', sha256),
    ];
    expect(new Set([key, ...others]).size).toBe(4);
  });
});
