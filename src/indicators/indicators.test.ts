/** Indicators against TA-Lib's values and against plain second implementations. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsOfCsv, DEFAULT_BARS, RAW_SCALE as SCALE, talibResults } from '../../test/indicatorVectors.js';
import { describeWithReferenceData } from '../../test/referenceData.js';
import { createBarTable, ensureRoom } from '../domain/tables.js';
import type { BarTable } from '../domain/marketTables.js';
import { MINUTE } from '../domain/timeframe.js';
import { sessionOf } from '../calendar/sessions.js';
import { dateOf } from '../calendar/tradingDate.js';
import { Atr } from './Atr.js';
import { Ema } from './Ema.js';
import { Extreme } from './Extreme.js';
import type { Indicator } from './Indicator.js';
import { IndicatorLine } from './IndicatorLine.js';
import { OpeningRange } from './OpeningRange.js';
import { RowsAhead } from './RowsAhead.js';
import { Rsi } from './Rsi.js';
import { SessionVwap } from './SessionVwap.js';
import { Sma } from './Sma.js';
import { BollingerBands } from './studies/bandStudies.js';
import { StudyIndicator } from './Study.js';

function tableOf(
  rows: readonly (readonly [open: number, high: number, low: number, close: number, volume: number])[],
): BarTable {
  const table = createBarTable('1d', rows.length);
  rows.forEach(([open, high, low, close, volume], row) => {
    table.start[row] = row;
    table.time[row] = row + 1;
    table.open[row] = open;
    table.high[row] = high;
    table.low[row] = low;
    table.close[row] = close;
    table.volume[row] = volume;
  });
  table.length = rows.length;
  return table;
}

/** The line's value after each row, NaN before the first. */
function run(make: (line: IndicatorLine) => Indicator, table: BarTable, unit = SCALE): number[] {
  const line = new IndicatorLine({ slot: 0 }, 1, unit);
  const indicator = make(line);
  const values: number[] = [];
  for (let row = 0; row < table.length; row += 1) {
    const before = line.countOf(0);
    indicator.update(0, table, row);
    values.push(line.countOf(0) > before ? line.value : NaN);
    expect(indicator.isReady(0)).toBe(row + 1 >= indicator.warmUpBars);
  }
  return values;
}

describeWithReferenceData('indicators equal TA-Lib on 502 daily bars', () => {
  const table = barsOfCsv(DEFAULT_BARS);
  const results = talibResults();
  const cases: readonly [name: string, unit: number, make: (line: IndicatorLine, length: number) => Indicator][] = [
    ['SMA', SCALE, (line, length) => new Sma(line, 1, length, 'close')],
    ['EMA', SCALE, (line, length) => new Ema(line, 1, length, 'close')],
    ['RSI', 1, (line, length) => new Rsi(line, 1, length, 'close')],
    ['ATR', SCALE, (line, length) => new Atr(line, 1, length)],
    ['MAX', SCALE, (line, length) => new Extreme(line, 1, length, 'close', 1)],
    ['MIN', SCALE, (line, length) => new Extreme(line, 1, length, 'close', -1)],
  ];

  it.each(cases)('%s', (name, unit, make) => {
    const matching = results.filter((result) => result.function === name);
    expect(matching.length).toBeGreaterThan(0);
    for (const { params, begIndex, outputs } of matching) {
      const length = params['timePeriod'] ?? params['optInTimePeriod'] ?? 0;
      const expected = Object.values(outputs)[0] ?? [];
      const values = run((line) => make(line, length), table, unit);
      expect(values.findIndex((value) => !Number.isNaN(value))).toBe(begIndex);
      expected.forEach((value, index) => {
        expect(Math.abs((values[begIndex + index] ?? NaN) - value)).toBeLessThan(1e-8 * Math.max(1, Math.abs(value)));
      });
    }
  });
});

describe('indicators equal a plain second implementation', () => {
  const prices = fc.array(fc.integer({ min: 1, max: 5_000_000_000 }), { minLength: 1, maxLength: 120 });
  const tables = prices.map((closes) =>
    tableOf(closes.map((close) => [close, close + 7, Math.max(1, close - 5), close, 10])),
  );

  it('simple average: the sum of the window, exactly', () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 1, max: 40 }), (table, length) => {
        const values = run((line) => new Sma(line, 1, length, 'close'), table, 1);
        values.forEach((value, row) => {
          const window = [...table.close].slice(row + 1 - length, row + 1);
          if (row + 1 < length) expect(value).toBeNaN();
          else expect(value).toBe(window.reduce((sum, close) => sum + close, 0) / length);
        });
      }),
    );
  });

  it('highest and lowest: the extreme of the window', () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 1, max: 40 }), (table, length) => {
        const highest = run((line) => new Extreme(line, 1, length, 'high', 1), table, 1);
        const lowest = run((line) => new Extreme(line, 1, length, 'low', -1), table, 1);
        for (let row = length - 1; row < table.length; row += 1) {
          expect(highest[row]).toBe(Math.max(...[...table.high].slice(row + 1 - length, row + 1)));
          expect(lowest[row]).toBe(Math.min(...[...table.low].slice(row + 1 - length, row + 1)));
        }
      }),
    );
  });

  it('is the same whether it works ahead in portions or takes bar by bar, from table to table', () => {
    const spare = (): IndicatorLine => new IndicatorLine({ slot: 0 }, 1, 1);
    const makers: readonly ((line: IndicatorLine, length: number) => Indicator)[] = [
      (line, length) => new Sma(line, 1, length, 'close'),
      (line, length) => new Ema(line, 1, length, 'close'),
      (line, length) => new Rsi(line, 1, length, 'close'),
      (line, length) => new Atr(line, 1, length),
      (line, length) => new Extreme(line, 1, length, 'high', 1),
      (line, length) => new Extreme(line, 1, length, 'low', -1),
      (line, length) => new StudyIndicator([line, spare(), spare()], 1, () => new BollingerBands(length, 2, 'close')),
      (line, length) => new StudyIndicator([spare(), line, spare()], 1, () => new BollingerBands(length, 2, 'close')),
      (line, length) => new StudyIndicator([spare(), spare(), line], 1, () => new BollingerBands(length, 2, 'typical')),
    ];
    const portions = fc.array(fc.tuple(fc.integer({ min: 1, max: 100 }), fc.boolean()), { minLength: 1 });
    fc.assert(
      fc.property(
        fc.array(tables, { minLength: 2, maxLength: 4 }),
        fc.integer({ min: 1, max: 40 }),
        portions,
        (all, length, cuts) => {
          for (const make of makers) {
            const ahead = new RowsAhead();
            const line = new IndicatorLine({ slot: 0 }, 1, 1, ahead);
            const plain = new IndicatorLine({ slot: 0 }, 1, 1);
            const indicator = make(line, length);
            const naive = make(plain, length);
            let cut = 0;
            for (const table of all) {
              let taken = 0;
              for (let row = 0; row < table.length; row += 1) {
                naive.update(0, table, row);
                if (row >= taken) {
                  const [size, worksAhead] = cuts[cut % cuts.length] ?? [1, false];
                  cut += 1;
                  taken = worksAhead && indicator.isReady(0) ? Math.min(table.length, row + size) : row + 1;
                  if (taken === row + 1) indicator.update(0, table, row);
                  else indicator.updateAhead?.(0, table, row, taken);
                  ahead.rows += taken - row;
                }
                ahead.rows -= 1;
                expect(line.countOf(0)).toBe(plain.countOf(0));
                expect([line.value, line.ago(1), line.ago(63)]).toEqual([plain.value, plain.ago(1), plain.ago(63)]);
              }
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps the state of symbols apart', () => {
    const a = tableOf([
      [1, 1, 1, 10, 1],
      [1, 1, 1, 20, 1],
      [1, 1, 1, 30, 1],
    ]);
    const b = tableOf([
      [1, 1, 1, 7, 1],
      [1, 1, 1, 9, 1],
      [1, 1, 1, 11, 1],
    ]);
    const cursor = { slot: 0 };
    const line = new IndicatorLine(cursor, 2, 1);
    const sma = new Sma(line, 2, 2, 'close');
    for (let row = 0; row < 3; row += 1) {
      sma.update(0, a, row);
      sma.update(1, b, row);
    }
    expect(line.value).toBe(25);
    cursor.slot = 1;
    expect(line.value).toBe(10);
    expect(line.ago(1)).toBe(8);
    expect(line.ago(2)).toBeNaN();
  });
});

describe('an indicator line', () => {
  it.each([
    [[1, 3], 2, true, false],
    [[2, 3], 2, true, false],
    [[3, 4], 2, false, false],
    [[3, 1], 2, false, true],
    [[2, 2], 2, false, false],
    [[5], 2, false, false],
  ] as const)('%j against the level %d: above %s, below %s', (values, level, above, below) => {
    const line = new IndicatorLine({ slot: 0 }, 1, 1);
    const other = new IndicatorLine({ slot: 0 }, 1, 1);
    for (const value of values) {
      line.values[line.next(0)] = value;
      other.values[other.next(0)] = level;
    }
    expect([line.crossedAbove(level), line.crossedBelow(level)]).toEqual([above, below]);
    expect([line.crossedAbove(other), line.crossedBelow(other)]).toEqual([above, below]);
  });

  it('remembers no more than it says', () => {
    const line = new IndicatorLine({ slot: 0 }, 1, 1);
    for (let i = 0; i < 100; i += 1) line.values[line.next(0)] = i;
    expect(line.ago(63)).toBe(36);
    expect(() => line.ago(64)).toThrow('0 to 63');
  });
});

describe('indicators of the day', () => {
  const session = sessionOf(dateOf(2013, 10, 7));
  const open = session?.open ?? 0;

  function minutes(
    from: number,
    rows: readonly (readonly [high: number, low: number, close: number, volume: number])[],
  ): BarTable {
    const table = createBarTable('1m', rows.length);
    rows.forEach(([high, low, close, volume]) => {
      ensureRoom(table);
      const row = table.length;
      table.start[row] = from + row * MINUTE;
      table.time[row] = from + (row + 1) * MINUTE;
      table.open[row] = close;
      table.high[row] = high;
      table.low[row] = low;
      table.close[row] = close;
      table.volume[row] = volume;
      table.length = row + 1;
    });
    return table;
  }

  function dayLine(ahead = new RowsAhead()): IndicatorLine {
    return new IndicatorLine({ slot: 0 }, 1, 1, ahead, true);
  }

  /** Two days from premarket to after-hours, with bars left out, of which some have no volume. */
  const twoDays = fc
    .array(fc.tuple(fc.integer({ min: 5, max: 9 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 40 })), {
      minLength: 40,
      maxLength: 120,
    })
    .map((rows) => {
      const table = createBarTable('1m', rows.length);
      let at = open - 60 * MINUTE;
      for (const [price, volume, gap] of rows) {
        at += gap * MINUTE;
        if (at > (session?.afterHoursClose ?? 0)) at = (sessionOf(dateOf(2013, 10, 8))?.open ?? 0) - 30 * MINUTE;
        const row = table.length;
        table.start[row] = at - MINUTE;
        table.time[row] = at;
        table.high[row] = price + 1;
        table.low[row] = price - 1;
        table.close[row] = price;
        table.volume[row] = volume;
        table.length = row + 1;
      }
      return table;
    });

  it('is the same whether it works ahead or takes bar by bar, over the ends of sessions', () => {
    type Maker = (line: IndicatorLine, other: IndicatorLine) => Indicator;
    const makers: readonly Maker[] = [
      (line) => new SessionVwap(line, 1),
      (line, other) => new OpeningRange(line, other, 1, 30),
    ];
    fc.assert(
      fc.property(twoDays, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (table, cuts) => {
        for (const make of makers) {
          const ahead = new RowsAhead();
          const line = dayLine(ahead);
          const plain = dayLine();
          const indicator = make(line, dayLine());
          const naive = make(plain, dayLine());
          let taken = 0;
          for (let row = 0; row < table.length; row += 1) {
            naive.update(0, table, row);
            if (row >= taken) {
              taken = Math.min(table.length, row + (cuts[row % cuts.length] ?? 1));
              indicator.updateAhead?.(0, table, row, taken);
              ahead.rows += taken - row;
            }
            ahead.rows -= 1;
            const seen = ({ ready, value }: IndicatorLine) => [ready, value];
            expect(seen(line)).toEqual(seen(plain));
            expect([line.countOf(0), line.ago(1), line.ago(5)]).toEqual([plain.countOf(0), plain.ago(1), plain.ago(5)]);
            expect(line.crossedAbove(7)).toBe(plain.crossedAbove(7));
          }
        }
      }),
    );
  });

  it('skips a bar that began before the open also when it works ahead', () => {
    const table = minutes(open, [
      [12, 9, 12, 100],
      [21, 21, 21, 300],
      [30, 30, 30, 100],
    ]);
    table.start[1] = open - MINUTE;
    const values = [false, true].map((worksAhead) => {
      const line = dayLine();
      const vwap = new SessionVwap(line, 1);
      if (worksAhead) vwap.updateAhead(0, table, 0, 3);
      else for (let row = 0; row < 3; row += 1) vwap.update(0, table, row);
      return [line.countOf(0), line.value, line.ago(1)];
    });
    expect(values[1]).toEqual(values[0]);
    expect(values[0]).toEqual([1, 20.5, NaN]);
  });

  it('opening range: premarket does not count, the range is known with the bar that ends it', () => {
    const high = dayLine();
    const low = dayLine();
    const range = new OpeningRange(high, low, 1, 2);
    const table = minutes(open - MINUTE, [
      [99, 1, 50, 1],
      [12, 10, 11, 1],
      [13, 11, 12, 1],
      [20, 5, 15, 1],
    ]);
    const seen: (readonly [boolean, number, number])[] = [];
    for (let row = 0; row < table.length; row += 1) {
      range.update(0, table, row);
      seen.push([high.ready, high.value, low.value]);
    }
    expect(seen).toEqual([
      [false, NaN, NaN],
      [false, NaN, NaN],
      [true, 13, 10],
      [true, 13, 10],
    ]);
  });

  it('session VWAP starts anew at the open', () => {
    const line = dayLine();
    const vwap = new SessionVwap(line, 1);
    const table = minutes(open - MINUTE, [
      [99, 99, 99, 1000],
      [12, 9, 12, 100],
      [21, 21, 21, 300],
    ]);
    vwap.update(0, table, 0);
    expect(line.ready).toBe(false);
    vwap.update(0, table, 1);
    expect(line.value).toBe(11);
    vwap.update(0, table, 2);
    // (11 × 100 + 21 × 300) ÷ 400
    expect(line.value).toBe(18.5);
    expect([line.ago(1), line.ago(2)]).toEqual([11, NaN]);
    const close = session?.close ?? 0;
    vwap.update(0, minutes(close, [[30, 30, 30, 100]]), 0);
    expect([line.ready, line.value, line.ago(1)]).toEqual([false, NaN, NaN]);
    vwap.update(0, minutes(sessionOf(dateOf(2013, 10, 8))?.open ?? 0, [[40, 40, 40, 100]]), 0);
    expect([line.value, line.ago(1)]).toEqual([40, NaN]);
    expect(line.crossedAbove(20)).toBe(false);
  });
});
