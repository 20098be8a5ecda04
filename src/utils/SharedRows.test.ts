import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SharedRows } from './SharedRows.js';

const WIDTH = 3;

/** Puts a row in as a writer does that compares what it has at hand. */
function put(rows: SharedRows, values: readonly number[], compares: boolean): number {
  if (compares && values.every((value, column) => rows.expected[column] === value)) return rows.again();
  rows.row.set(values);
  return rows.place();
}

describe('rows that are shared', () => {
  it('gives back every row that was put in, however the writer compares', () => {
    const row = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: WIDTH, maxLength: WIDTH });
    const puts = fc.array(fc.tuple(row, fc.boolean()), { maxLength: 200 });
    fc.assert(
      fc.property(puts, (all) => {
        const rows = new SharedRows(WIDTH);
        const places = all.map(([values, compares]) => put(rows, values, compares));
        const read = places.map((place) => valuesAt(rows, place));
        expect(read).toEqual(all.map(([values]) => values));
      }),
    );
  });

  it('keeps rows that come in turn mostly once, and those that differ in high bits alone apart', () => {
    const rows = new SharedRows(WIDTH);
    const all = Array.from({ length: 16 }, (_, index) => [index, 100 * index, 2 ** 40 * index]);
    const places = Array.from({ length: 160 }, (_, turn) => put(rows, all[turn % 16] ?? [], turn % 3 === 0));
    expect(new Set(places).size).toBeLessThan(20);
    const fractions = Array.from({ length: 60 }, (_, turn) => put(rows, [0.1 * (turn % 4), 1, 2], false));
    expect(new Set(fractions).size).toBe(4);
    const one = put(rows, [1, 2, 2 ** 40], true);
    const other = put(rows, [1, 2, 2 ** 41], true);
    expect([one, other].map((place) => valuesAt(rows, place))).toEqual([
      [1, 2, 2 ** 40],
      [1, 2, 2 ** 41],
    ]);
  });

  it('keeps rows that alternate, or repeat, once', () => {
    const rows = new SharedRows(WIDTH);
    const entry = [1, 100, 7];
    const exit = [2, 100, 8];
    const places = [entry, exit, entry, exit, exit, entry].map((values) => put(rows, values, true));
    expect(places).toEqual([0, 1, 0, 1, 1, 0]);
  });
});

function valuesAt(rows: SharedRows, place: number): number[] {
  return [0, 1, 2].map((column) => rows.at(place, column));
}
