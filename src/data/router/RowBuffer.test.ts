import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { soakCount } from '../../../test/soak.js';
import { kindOfKey, RowBuffer, rowKey, sourceOfKey, symbolOfKey } from './RowBuffer.js';

interface Row {
  readonly time: number;
  readonly key: number;
  readonly number: number;
}

const row = fc.record({
  time: fc.integer({ min: 0, max: 60 }),
  key: fc.integer({ min: 0, max: 3 }),
  number: fc.integer({ min: 0, max: 2 }),
});
/** Rows come in, then those up to a time are taken out, then rows come in again. */
const steps = fc.array(fc.tuple(fc.array(row, { maxLength: 40 }), fc.integer({ min: 0, max: 60 })), { maxLength: 12 });

function write(buffer: RowBuffer, { time, key, number }: Row, mark: number): void {
  const base = buffer.reserve();
  buffer.cells[base] = time;
  buffer.cells[base + 1] = key;
  buffer.cells[base + 2] = number;
  buffer.cells[base + 3] = mark;
  buffer.push(base);
}

/** The marks of the rows up to a time, taken out. */
function takeUntil(buffer: RowBuffer, time: number): number[] {
  const marks: number[] = [];
  while (buffer.length > 0 && buffer.firstTime() <= time) {
    marks.push(buffer.cells[buffer.first() + 3] ?? -1);
    buffer.shift();
  }
  return marks;
}

const before = (a: Row, b: Row): number => a.time - b.time || a.key - b.key || a.number - b.number;

describe('row buffer', () => {
  it('gives rows back as a stable sort of those that wait does', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 8 }), (script, capacity) => {
        const buffer = new RowBuffer(capacity);
        let waiting: (Row & { mark: number })[] = [];
        let mark = 0;
        for (const [rows, until] of script) {
          for (const one of rows) {
            write(buffer, one, (mark += 1));
            waiting.push({ ...one, mark });
          }
          waiting = waiting.toSorted(before);
          expect(buffer.length).toBe(waiting.length);
          expect(buffer.lastTime()).toBe(waiting.at(-1)?.time ?? -Infinity);
          expect(takeUntil(buffer, until)).toEqual(
            waiting.filter(({ time }) => time <= until).map((kept) => kept.mark),
          );
          waiting = waiting.filter(({ time }) => time > until);
        }
      }),
      { numRuns: soakCount(150, 5_000) },
    );
  });

  it('sorts thousands of shuffled rows without losing one', () => {
    const buffer = new RowBuffer(16);
    const times = Array.from({ length: 5_000 }, (_, index) => (index * 7_919) % 5_003);
    times.forEach((time, mark) => write(buffer, { time, key: 0, number: 0 }, mark));
    expect(takeUntil(buffer, Infinity)).toEqual(
      times
        .map((time, mark) => ({ time, mark }))
        .sort((a, b) => a.time - b.time || a.mark - b.mark)
        .map(({ mark }) => mark),
    );
  });

  it('takes rows away in the middle, and uses their places again', () => {
    const buffer = new RowBuffer(4);
    for (let time = 1; time <= 10; time += 1) write(buffer, { time, key: time % 2, number: 0 }, time);
    buffer.filterBackwards((base) => buffer.cells[base + 1] === 0);
    write(buffer, { time: 3, key: 1, number: 0 }, 99);
    expect(buffer.findLast((base) => buffer.cells[base + 3] === 99)).toBeGreaterThanOrEqual(0);
    expect(buffer.findLast((base) => buffer.cells[base + 3] === 5)).toBe(-1);
    expect(takeUntil(buffer, Infinity)).toEqual([2, 99, 4, 6, 8, 10]);
    expect([buffer.length, buffer.firstTime(), buffer.lastTime()]).toEqual([0, Infinity, -Infinity]);
  });

  it('packs kind, symbol and source into one ordered key', () => {
    const key = rowKey(3, 65_535, 15);
    expect([kindOfKey(key), symbolOfKey(key), sourceOfKey(key)]).toEqual([3, 65_535, 15]);
    expect(rowKey(2, 7, 15)).toBeLessThan(rowKey(2, 8, 0));
    expect(rowKey(1, 65_535, 15)).toBeLessThan(rowKey(2, 0, 0));
  });
});
