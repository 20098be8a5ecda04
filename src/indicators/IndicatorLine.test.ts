/** What a line remembers and shows, against a list that remembers everything. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IndicatorLine, LINE_DEPTH } from './IndicatorLine.js';
import { RowsAhead } from './RowsAhead.js';

/** What a bar brings to a line: a value, none, or one with which the line begins anew. */
type Step = readonly ['value' | 'none' | 'anew', number];

/** The values since the line began anew, the newest last; empty where the newest bar has none. */
function seriesOf(steps: readonly Step[]): readonly number[] {
  let series: number[] = [];
  for (const [kind, value] of steps) {
    if (kind !== 'value') series = [];
    if (kind !== 'none') series = [...series, value];
  }
  return series;
}

function crossesAbove(steps: readonly Step[], others: readonly (number | undefined)[], unit: number): boolean {
  const [past, now] = seriesOf(steps).slice(-2);
  const [otherPast, otherNow] = others;
  if (past === undefined || now === undefined || otherPast === undefined || otherNow === undefined) return false;
  return now / unit > otherNow && past / unit <= otherPast;
}

function take(line: IndicatorLine, slot: number, [kind, value]: Step): void {
  if (kind === 'none') line.skip(slot);
  else line.values[kind === 'anew' ? line.nextAnew(slot) : line.next(slot)] = value;
}

const kinds = fc.constantFrom<Step[0][]>('value', 'value', 'value', 'none', 'anew');
const steps = fc.array(fc.tuple(kinds, fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 150 });

describe('a line of an indicator', () => {
  it.each([1, 2])('that comes and goes shows what there was since it began anew, of %i symbols', (slots) => {
    fc.assert(
      fc.property(steps, steps, fc.integer({ min: 0, max: LINE_DEPTH - 1 }), (own, other, bars) => {
        const cursor = { slot: slots - 1 };
        const line = new IndicatorLine(cursor, slots, 2, new RowsAhead(), true);
        const against = new IndicatorLine(cursor, slots, 4, new RowsAhead(), true);
        for (let count = 1; count <= Math.min(own.length, other.length); count += 1) {
          take(line, cursor.slot, own[count - 1] ?? ['none', 0]);
          take(against, cursor.slot, other[count - 1] ?? ['none', 0]);
          const seen = own.slice(0, count);
          const series = seriesOf(seen);
          const others = seriesOf(other.slice(0, count)).slice(-2);
          expect(line.countOf(cursor.slot)).toBe(series.length);
          expect(line.ready).toBe(series.length > 0);
          expect(line.value).toBe((series.at(-1) ?? NaN) / 2);
          expect(line.ago(bars)).toBe((series.at(-1 - bars) ?? NaN) / 2);
          expect(line.crossedAbove(2)).toBe(crossesAbove(seen, [2, 2], 2));
          const scaled = others.map((value) => value / 4);
          expect(line.crossedAbove(against)).toBe(crossesAbove(seen, scaled, 2));
        }
      }),
    );
  });

  it.each([1, 2])('shows nothing from before its first value, of %i symbols', (slots) => {
    const line = new IndicatorLine({ slot: slots - 1 }, slots, 1);
    const seen: unknown[] = [];
    for (const value of [5, 7, 6]) {
      line.values[line.next(slots - 1)] = value;
      seen.push([line.value, line.ago(1), line.ago(LINE_DEPTH - 1), line.crossedAbove(6), line.crossedBelow(6.5)]);
    }
    expect(seen).toEqual([
      [5, NaN, NaN, false, false],
      [7, 5, NaN, true, false],
      [6, 7, NaN, false, true],
    ]);
  });

  const level = fc.integer({ min: 1, max: 4 });
  const asked = fc.array(fc.record({ values: fc.tuple(level, level, level), which: fc.nat({ max: 3 }) }), {
    minLength: 2,
    maxLength: 120,
  });

  it('crosses others as its values say, whatever was computed ahead and whichever was asked of before', () => {
    fc.assert(
      fc.property(asked, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (bars, blocks) => {
        const ahead = new RowsAhead();
        const lines = [0, 1, 2].map(() => new IndicatorLine({ slot: 0 }, 1, 1, ahead));
        const [line, ...others] = lines;
        for (let row = 0, block = 0; row < bars.length; block += 1) {
          const count = Math.min(blocks[block % blocks.length] ?? 1, bars.length - row);
          lines.forEach((one, index) => {
            const first = one.nextMany(count);
            for (let i = 0; i < count; i += 1) one.values[(first + i) & one.mask] = bars[row + i]?.values[index] ?? NaN;
          });
          for (ahead.rows = count; ahead.rows > 0; row += 1) {
            ahead.rows -= 1;
            const { which } = bars[row] ?? { which: 3 };
            // None, one or both of the others.
            others.forEach((other, index) => {
              if ((which & (index + 1)) === 0) return;
              const difference = (bar: number): number =>
                (bars[bar]?.values[0] ?? NaN) - (bars[bar]?.values[index + 1] ?? NaN);
              const [now, past] = [difference(row), difference(row - 1)];
              expect(line?.crossedAbove(other)).toBe(now > 0 && past <= 0);
              expect(line?.crossedBelow(other)).toBe(now < 0 && past >= 0);
            });
          }
        }
      }),
    );
  });

  it('crosses others of the same symbol, where each has as many values as it comes to', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 2 }), level, level), { maxLength: 200 }), (bars) => {
        const cursor = { slot: 0 };
        const [line, other] = [1, 2].map(() => new IndicatorLine(cursor, 3, 1));
        const differences: number[][] = [[], [], []];
        for (const [slot, one, two] of bars) {
          cursor.slot = slot;
          if (line === undefined || other === undefined) return;
          line.values[line.next(slot)] = one;
          other.values[other.next(slot)] = two;
          differences[slot]?.push(one - two);
          const [past = NaN, now = NaN] = differences[slot]?.slice(-2) ?? [];
          const isFirst = differences[slot]?.length === 1;
          expect(line.crossedAbove(other)).toBe(!isFirst && now > 0 && past <= 0);
          expect(line.crossedBelow(other)).toBe(!isFirst && now < 0 && past >= 0);
        }
      }),
    );
  });

  it.each([1, 2])('fails where it is asked of no line, of %i symbols', (slots) => {
    const line = new IndicatorLine({ slot: 0 }, slots, 1);
    line.values[line.next(0)] = 1;
    const none = undefined as unknown as IndicatorLine;
    expect(() => line.crossedAbove(none)).toThrow(TypeError);
  });

  it('refuses to look further back than it remembers', () => {
    const line = new IndicatorLine({ slot: 0 }, 1, 1);
    for (const bars of [LINE_DEPTH, -1, 0.5, NaN])
      expect(() => line.ago(bars)).toThrow(`ago(${bars}): 0 to 63 is kept`);
  });
});
