/** What a line remembers and shows, against a list that remembers everything. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IndicatorLine, LINE_DEPTH } from './IndicatorLine.js';

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
        const line = new IndicatorLine(cursor, slots, 2, { rows: 0 }, true);
        const against = new IndicatorLine(cursor, slots, 4, { rows: 0 }, true);
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

  it('refuses to look further back than it remembers', () => {
    const line = new IndicatorLine({ slot: 0 }, 1, 1);
    for (const bars of [LINE_DEPTH, -1, 0.5, NaN])
      expect(() => line.ago(bars)).toThrow(`ago(${bars}): 0 to 63 is kept`);
  });
});
