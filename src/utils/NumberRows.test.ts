import { expect, it } from 'vitest';
import { NumberRows } from './NumberRows.js';

const ROWS = 2500;

it('reads numbers by row and column, or by the block of their row', () => {
  const rows = new NumberRows(2);
  for (let row = 0; row < ROWS; row += 1) {
    const at = rows.next();
    rows.block[at] = row;
    rows.block[at + 1] = -row;
  }
  for (const row of [0, 1, 1023, 1024, ROWS - 1]) {
    const offset = rows.offsetOf(row);
    expect([rows.at(row, 0), rows.at(row, 1)]).toEqual([row, -row]);
    expect([...(rows.blockOf(row)?.subarray(offset, offset + 2) ?? [])]).toEqual([row, -row]);
  }
  expect(rows.blockOf(1024 * 3)).toBeUndefined();
  expect(rows.at(1024 * 3, 0)).toBe(0);
});

it('hands blocks that were let go to the next table of the width, as rows of zeros', () => {
  const first = new NumberRows(2);
  const fill = (): void => {
    for (let row = 0; row < ROWS; row += 1) {
      const at = first.next();
      first.block.fill(7, at, at + 2);
    }
  };
  fill();
  const blocks = [0, 1024, 2048].map((row) => first.blockOf(row));
  first.release();
  expect([first.length, first.blockOf(0), first.at(0, 0)]).toEqual([0, undefined, 0]);
  const next = new NumberRows(2);
  for (let row = 0; row < ROWS; row += 1) next.next();
  expect(blocks).toContain(next.blockOf(0));
  for (let row = 0; row < ROWS; row += 1) expect(next.at(row, 0) + next.at(row, 1)).toBe(0);
  // The one that let go takes others, of which nobody else has any.
  fill();
  expect(next.at(0, 0)).toBe(0);
  expect(first.at(ROWS - 1, 1)).toBe(7);
});
