import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DataStretch, LedgerRecord, LedgerTrial } from '../../domain/trialLedger.js';
import { SeededRandom } from '../../utils/random.js';
import { significanceOf } from './judgement.js';
import { periodSharpe } from './sharpeSignificance.js';
import { countAtLeast, countTrials, heldOut, holdoutLooks, trialKey } from './trialCount.js';
import type { Configuration } from './trialCount.js';

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
      { key: 'a', sharpe: 0.1, days: 100 },
      { key: 'b', sharpe: null },
    ]),
    trials(stretch('2013-06-28', '2013-12-31', ['IBM', 'SPY']), [{ key: 'a', sharpe: 0.3, days: 100 }], 5),
    trials(stretch('2013-01-02', '2013-12-31', ['IBM']), [{ key: 'c', sharpe: 0.5, days: 100 }]),
    trials(stretch('2014-01-02', '2014-12-31'), [{ key: 'd', sharpe: 0.25, days: 400 }]),
  ];

  it('counts configurations once and runs all, on data that share a symbol and a date', () => {
    expect(countTrials(records, stretch('2013-06-01', '2013-09-30'))).toEqual({
      trials: 2,
      runs: 7,
      scoreVariance: undefined,
    });
    expect(countTrials(records, stretch('2013-01-02', '2014-12-31', ['SPY', 'IBM']))).toMatchObject({
      trials: 4,
      runs: 9,
    });
    expect(countTrials(records, stretch('2012-01-03', '2012-12-31'))).toMatchObject({ trials: 0, runs: 0 });
  });

  it('has the variance of the last known ratios, each by the length of its record', () => {
    const all = countTrials(records, stretch('2013-01-02', '2014-12-31', ['SPY', 'IBM']));
    // Times √days they are 3, 5 and 5: their mean is 13/3.
    expect(all.scoreVariance).toBeCloseTo(((4 / 3) ** 2 + 2 * (2 / 3) ** 2) / 2, 12);
  });

  it('is not swayed by ratios whose length is not known', () => {
    const data = stretch('2013-01-02', '2013-12-31');
    const unknown = trials(data, [{ key: 'x', sharpe: 9 }]);
    const known = countTrials(records, data);
    expect(countTrials([...records, unknown], data)).toEqual({
      ...known,
      trials: known.trials + 1,
      runs: known.runs + 1,
    });
  });

  it('is not swayed by shorter records of the same configurations', () => {
    const data = stretch('2013-01-02', '2013-12-31');
    const whole = trials(
      data,
      ['a', 'b', 'c'].map((key, place) => ({ key, sharpe: place / 10, days: 250 })),
    );
    const walk = trials(
      data,
      ['a', 'b', 'c'].map((key) => ({ key, sharpe: 0.01, days: 60 })),
      60,
    );
    const { scoreVariance } = countTrials([whole], data);
    expect(countTrials([whole, walk], data)).toEqual({ trials: 3, runs: 63, scoreVariance });
  });

  it('does not let runs of a few days take the worth from a long one', () => {
    const random = new SeededRandom(7);
    const noise = (days: number) => Float64Array.from({ length: days }, () => random.normal() / 100);
    const data = stretch('2000-01-03', '2019-12-31');
    const made = (key: string, returns: Float64Array): LedgerRecord =>
      trials(data, [{ key, sharpe: periodSharpe(returns) ?? null, days: returns.length }]);
    const long = Array.from({ length: 40 }, (_, index) => made(`long ${index}`, noise(2500)));
    const short = Array.from({ length: 40 }, (_, index) => made(`short ${index}`, noise(25)));
    const skilled = noise(2500).map((value) => value + 0.001);
    const deflatedAfter = (list: readonly LedgerRecord[]): number => {
      const answer = significanceOf(skilled, [], countTrials(list, data));
      return 'value' in answer ? answer.value.deflated : Number.NaN;
    };
    expect(deflatedAfter(long)).toBeGreaterThan(0.95);
    // What lost everything is not skill, whatever its debt grew by.
    const owing = skilled.with(10, -1.5);
    const ruined = significanceOf(owing, [], countTrials(long, data));
    expect('value' in ruined && ruined.value.deflated).toBeLessThan(0.5);
    expect(deflatedAfter([...long, ...short])).toBeGreaterThan(0.9);
  });

  it('is worth no less for a search that keeps the returns of few of its many trials', () => {
    const random = new SeededRandom(11);
    const noise = () => Float64Array.from({ length: 500 }, () => random.normal() / 100);
    const [kept, other] = [noise(), noise()];
    const count = { trials: 400, runs: 900, scoreVariance: 1 };
    for (const series of [[], [kept], [kept, other]]) {
      const answer = significanceOf(kept, series, count);
      expect('value' in answer && answer.value.independent).toBeGreaterThan(340);
      expect('value' in answer && answer.value.independent).toBeLessThanOrEqual(400);
    }
  });
});

describe('countAtLeast', () => {
  it('never counts fewer than a search made itself', () => {
    const own = [{ sharpe: 0.1, days: 100 }, { sharpe: 0.3, days: 100 }, { sharpe: null }];
    const lost = { trials: 1, runs: 1, scoreVariance: undefined };
    expect(countAtLeast(lost, own)).toEqual({ trials: 3, runs: 3, scoreVariance: expect.closeTo(2) });
    const more = { trials: 9, runs: 20, scoreVariance: 0.5 };
    expect(countAtLeast(more, own)).toBe(more);
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
    const of: Configuration = {
      strategyHash: 'h',
      params: { fast: 1, slow: 2 },
      preset: 'papertape',
      timeframe: '1d',
    };
    const key = trialKey(of, sha256);
    expect(key).toMatch(/^[0-9a-f]{16}$/);
    expect(trialKey({ ...of, params: { slow: 2, fast: 1 } }, sha256)).toBe(key);
    const others = [
      trialKey({ ...of, params: { fast: 1, slow: 3 } }, sha256),
      trialKey({ ...of, strategyHash: 'i' }, sha256),
      trialKey({ ...of, preset: 'strict' }, sha256),
      // Who tries bars of a day, an hour and a minute has tried three things.
      trialKey({ ...of, timeframe: '1h' }, sha256),
      trialKey({ ...of, timeframe: '1m' }, sha256),
    ];
    expect(new Set([key, ...others]).size).toBe(6);
  });
});
