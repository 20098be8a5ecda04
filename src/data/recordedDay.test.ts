import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MarketBatch, MarketTable } from '../domain/marketTables.js';
import { mergeTables, rankOfTable } from '../domain/mergeTables.js';
import type { HistoryQuery, HistoryStore, MarketStream } from '../domain/ports.js';
import {
  columnNames,
  columnOf,
  createBarTable,
  createPrintTable,
  createQuoteBarTable,
  createQuoteTable,
  createStatusTable,
  ensureRoom,
} from '../domain/tables.js';
import { openRecordedDay, streamOf } from './recordedDay.js';

/** One event as text: rank, time, symbol and a value that is unique in its table. */
function eventsOf(batch: MarketBatch): string[] {
  const next = batch.tables.map(() => 0);
  const order = batch.order ?? new Uint8Array(batch.length);
  const events = Array.from(order, (index) => {
    const table = batch.tables[index];
    if (table === undefined) throw new Error('order names an unknown table');
    const row = next[index] ?? 0;
    next[index] = row + 1;
    return describeRow(table, row);
  });
  expect(events.length).toBe(batch.length);
  expect(next).toEqual(batch.tables.map((table) => table.length));
  return events;
}

function describeRow(table: MarketTable, row: number): string {
  const value = columnOf(table, columnNames(table.kind)[2] ?? '')[row];
  return `${rankOfTable(table)} ${table.time[row]} ${table.symbolId[row]} ${value}`;
}

/** A table with rows at the given times and symbols, numbered by their value column. */
function filled<T extends MarketTable>(table: T, rows: readonly (readonly [time: number, symbol: number])[]): T {
  const sorted = rows.toSorted(([a, x], [b, y]) => a - b || x - y);
  sorted.forEach(([time, symbol], row) => {
    ensureRoom(table);
    table.time[row] = time;
    table.symbolId[row] = symbol;
    columnOf(table, columnNames(table.kind)[2] ?? '')[row] = row % 250;
    table.length = row + 1;
  });
  return table;
}

const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 3 })), { maxLength: 25 });
const tables = fc
  .tuple(rows, rows, rows, rows, rows, rows)
  .map(([prints, quotes, minutes, seconds, quoteBars, states]) => [
    filled(createBarTable('1m', 0), minutes),
    filled(createPrintTable(0), prints),
    filled(createQuoteBarTable('1s', 0), quoteBars),
    filled(createBarTable('1s', 0), seconds),
    filled(createQuoteTable(0), quotes),
    filled(createStatusTable(0), states),
  ]);

/** Every row with its place, sorted plainly. */
function sortedEvents(all: readonly MarketTable[]): string[] {
  const events = all.flatMap((table) =>
    Array.from({ length: table.length }, (_, row) => ({
      key: [table.time[row] ?? 0, rankOfTable(table), table.symbolId[row] ?? 0, row],
      text: describeRow(table, row),
    })),
  );
  events.sort((a, b) => a.key.reduce((sum, part, index) => sum || part - (b.key[index] ?? 0), 0));
  return events.map(({ text }) => text);
}

describe('mergeTables', () => {
  it('puts status before quotes, prints, quote bars and bars, the shorter first', () => {
    const all = [
      filled(createBarTable('1m', 0), [[5, 0]]),
      filled(createBarTable('1s', 0), [[5, 0]]),
      filled(createQuoteBarTable('1m', 0), [[5, 0]]),
      filled(createPrintTable(0), [[5, 0]]),
      filled(createQuoteTable(0), [
        [5, 1],
        [5, 0],
      ]),
      filled(createStatusTable(0), [[5, 0]]),
    ];
    const batch = mergeTables(all);
    const kinds = Array.from(batch.order ?? [], (index) => batch.tables[index]?.kind);
    expect(kinds).toEqual(['status', 'quote', 'quote', 'print', 'quoteBar', 'bar', 'bar']);
    expect(batch.tables.at(-1)).toMatchObject({ timeframe: '1m' });
  });

  it('orders as sorting by time, rank, symbol and row does', () => {
    fc.assert(
      fc.property(tables, (all) => {
        expect(eventsOf(mergeTables(all))).toEqual(sortedEvents(all));
      }),
    );
  });

  it('needs no order for one table', () => {
    const table = filled(createQuoteTable(0), [[1, 0]]);
    expect(mergeTables([table])).toEqual({ tables: [table], order: null, length: 1 });
  });
});

describe('recorded stream', () => {
  it('gives the same events in whatever portions it is read, and only whole instants', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 13 }), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(tables, fc.array(step, { maxLength: 12 }), fc.boolean(), (all, steps, onlyOne) => {
        const used = onlyOne ? all.slice(0, 1) : all;
        const stream = streamOf(['A', 'B', 'C', 'D'], used);
        const events: string[] = [];
        for (const [time, maxEvents] of steps) {
          const before = stream.peekTime();
          const portion = stream.readUntil(time, maxEvents);
          const times = portion.tables.flatMap((table) => Array.from(table.time.subarray(0, table.length)));
          expect(Math.max(-1, ...times)).toBeLessThanOrEqual(time);
          if (before <= time) expect(portion.length).toBeGreaterThan(0);
          expect(stream.peekTime()).toBeGreaterThan(Math.max(-1, ...times));
          events.push(...eventsOf(portion));
        }
        events.push(...drain(stream));
        expect(events).toEqual(sortedEvents(used));
        expect(stream.peekTime()).toBe(Infinity);
        expect(stream.readUntil(Infinity, 10).length).toBe(0);
      }),
    );
  });

  function drain(stream: MarketStream): string[] {
    const events: string[] = [];
    while (stream.peekTime() < Infinity) events.push(...eventsOf(stream.readUntil(Infinity, 7)));
    return events;
  }

  it('gives rows of some symbols only the ids of the session', async () => {
    const queries: HistoryQuery[] = [];
    const store: HistoryStore = {
      load(query) {
        queries.push(query);
        const table = query.kind === 'print' ? createPrintTable(0) : createQuoteTable(0);
        return Promise.resolve(
          filled(
            table,
            query.symbols.map((_, id) => [id, id] as const),
          ),
        );
      },
      coverage: () => Promise.resolve([]),
    };
    const stream = await openRecordedDay(store, {
      symbols: ['SPY', 'IBM', 'BAC'],
      from: '2013-10-07',
      to: '2013-10-07',
      feeds: [{ kind: 'print' }, { kind: 'quote', symbols: ['BAC', 'IBM'] }],
    });
    expect(queries.map(({ symbols, adjust, extendedHours }) => [symbols, adjust, extendedHours])).toEqual([
      [['SPY', 'IBM', 'BAC'], 'raw', true],
      [['IBM', 'BAC'], 'raw', true],
    ]);
    const [quotes, prints] = stream.readUntil(Infinity, 100).tables;
    expect(Array.from(quotes?.symbolId.subarray(0, 2) ?? [])).toEqual([1, 2]);
    expect(Array.from(prints?.symbolId.subarray(0, 3) ?? [])).toEqual([0, 1, 2]);
  });
});
