/** Altered histories: what is known at an instant stays, what comes after is cut, noise, or thin. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BarTable } from '../../domain/marketTables.js';
import type { HistoryStore } from '../../domain/ports.js';
import { createBarTable } from '../../domain/tables.js';
import { RAW_PRICE_SCALE } from '../../domain/units.js';
import { cutHistory, noisyHistory, thinHistory } from './alteredHistory.js';

const QUERY = { symbols: ['A', 'B'], kind: 'bar', from: '', to: '', adjust: 'raw', extendedHours: false } as const;

/** Two symbols with a bar at each time. */
function tableOf(closes: readonly number[]): BarTable {
  const table = createBarTable('1m', closes.length * 2);
  closes.forEach((close, time) => {
    for (const symbolId of [0, 1]) {
      const row = table.length;
      const price = (close + symbolId) * (RAW_PRICE_SCALE / 100);
      table.symbolId[row] = symbolId;
      table.start[row] = time;
      table.time[row] = time + 1;
      for (const column of [table.open, table.high, table.low, table.close]) column[row] = price;
      table.volume[row] = 1000 + row;
      table.length += 1;
    }
  });
  return table;
}

const storeOf = (table: BarTable): HistoryStore => ({
  coverage: () => Promise.resolve([]),
  load: () => Promise.resolve(table),
});

const closesOf = (table: BarTable): readonly number[] => [...table.close.subarray(0, table.length)];
const cents = fc.array(fc.integer({ min: 500, max: 50_000 }), { minLength: 4, maxLength: 40 });

describe('altered histories', () => {
  it('end after the rows of the instant, or go on as noise that is a market', async () => {
    await fc.assert(
      fc.asyncProperty(cents, fc.nat(45), fc.nat(1000), async (closes, time, seed) => {
        const table = tableOf(closes);
        const before = closesOf(table);
        const kept = before.slice(0, 2 * Math.min(closes.length, time));
        const cut = (await cutHistory(storeOf(table), time).load(QUERY)) as BarTable;
        expect(closesOf(cut)).toEqual(kept);

        const noisy = (await noisyHistory(storeOf(table), time, seed).load(QUERY)) as BarTable;
        expect(closesOf(noisy).slice(0, kept.length)).toEqual(kept);
        expect(noisy.time).toEqual(table.time);
        for (let row = kept.length; row < noisy.length; row += 1) {
          const [open = 0, high = 0, low = 0, close = 0] = [noisy.open, noisy.high, noisy.low, noisy.close].map(
            (column) => column[row],
          );
          expect(low).toBeGreaterThan(0);
          expect(low).toBeLessThanOrEqual(Math.min(open, close));
          expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
          expect(close % (RAW_PRICE_SCALE / 100)).toBe(0);
        }
        expect(closesOf(table)).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });

  it('have a share of the volume', async () => {
    const table = tableOf([100, 101]);
    const thin = (await thinHistory(storeOf(table), 10).load(QUERY)) as BarTable;
    expect([...thin.volume]).toEqual([100, 100, 100, 100]);
    expect([...table.volume]).toEqual([1000, 1001, 1002, 1003]);
  });
});
