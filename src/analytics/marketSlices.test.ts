import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeTables } from '../domain/mergeTables.js';
import type { MarketBatch } from '../domain/marketTables.js';
import { createBarTable, createPrintTable, createQuoteTable } from '../domain/tables.js';
import { sliceMarket } from './marketSlices.js';

/** Up to three kinds of rows at small times, so that many share an instant. */
const market = fc
  .tuple(...Array.from({ length: 3 }, () => fc.array(fc.nat(12), { maxLength: 30 })))
  .map((times): MarketBatch => {
    const tables = [createQuoteTable(30), createPrintTable(30), createBarTable('1m', 30)];
    tables.forEach((table, index) => {
      for (const time of (times[index] ?? []).toSorted((a, b) => a - b)) {
        table.time[table.length] = time;
        table.symbolId[table.length] = table.length;
        table.length += 1;
      }
    });
    return mergeTables(tables);
  });

/** Every event as kind, time and row number, which stands in `symbolId` here. */
function eventsOf({ tables, order, length }: MarketBatch): string[] {
  const next = tables.map(() => 0);
  return Array.from({ length }, (_, event) => {
    const index = order?.[event] ?? 0;
    const row = next[index] ?? 0;
    next[index] = row + 1;
    const table = tables[index];
    return `${table?.kind ?? ''} ${table?.time[row] ?? NaN} ${table?.symbolId[row] ?? NaN}`;
  });
}

it('portions are the whole in its order, each at least as large as asked for, and never end inside an instant', () => {
  fc.assert(
    fc.property(market, fc.integer({ min: 1, max: 20 }), (whole, size) => {
      const slices = [...sliceMarket(whole, size)];
      expect(slices.flatMap(eventsOf)).toEqual(eventsOf(whole));
      slices.slice(0, -1).forEach((slice) => {
        expect(slice.length).toBeGreaterThanOrEqual(size);
      });
      const times = slices.map((slice) => eventsOf(slice).map((event) => Number(event.split(' ')[1])));
      times.slice(1).forEach((own, index) => {
        expect(own[0]).toBeGreaterThan(times[index]?.at(-1) ?? Infinity);
      });
    }),
  );
});

it('portions of one table need no order', () => {
  const table = createBarTable('1m', 5);
  table.time.set([1, 2, 2, 2, 3]);
  table.length = 5;
  const slices = [...sliceMarket({ tables: [table], order: null, length: 5 }, 2)];
  expect(slices.map((slice) => slice.length)).toEqual([4, 1]);
  expect(slices.map((slice) => slice.order)).toEqual([null, null]);
});
