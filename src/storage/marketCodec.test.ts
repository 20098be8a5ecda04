import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PapertapeError } from '../domain/errors.js';
import type { MarketBatch } from '../domain/marketTables.js';
import {
  columnNames,
  columnOf,
  createBarTable,
  createPrintTable,
  createQuoteTable,
  ensureRoom,
} from '../domain/tables.js';
import { decodeMarketBatch, encodeMarketBatch } from './marketCodec.js';

/** The batch as plain arrays, void rows left out. */
function plain(batch: MarketBatch): unknown {
  return {
    order: batch.order === null ? null : [...batch.order],
    length: batch.length,
    tables: batch.tables.map((table) => ({
      kind: table.kind,
      timeframe: 'timeframe' in table ? table.timeframe : undefined,
      columns: columnNames(table.kind).map((name) => [name, [...columnOf(table, name).slice(0, table.length)]]),
    })),
  };
}

/** Half the safe range, so that the difference of two values is exact. */
const safe = fc.integer({ min: -(2 ** 52) + 1, max: 2 ** 52 - 1 });

describe('market codec', () => {
  it('gives back every batch exactly, whatever the values', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.integer({ min: 0, max: 65_535 }), safe, safe, fc.oneof(safe, fc.constant(0.5)), fc.boolean()),
          { maxLength: 60 },
        ),
        (rows) => {
          const quotes = createQuoteTable(0);
          const prints = createPrintTable(0);
          const order: number[] = [];
          for (const [symbolId, time, a, b, isQuote] of rows) {
            const table = isQuote ? quotes : prints;
            ensureRoom(table);
            table.symbolId[table.length] = symbolId;
            table.time[table.length] = time;
            if (table.kind === 'quote') {
              table.bid[table.length] = a;
              table.ask[table.length] = b;
              table.flags[table.length] = symbolId % 3;
            } else {
              table.price[table.length] = a;
              table.size[table.length] = b;
              table.exchange[table.length] = symbolId % 256;
            }
            table.length += 1;
            order.push(isQuote ? 0 : 1);
          }
          const batch = { tables: [quotes, prints], order: Uint8Array.from(order), length: order.length };
          expect(plain(decodeMarketBatch(encodeMarketBatch(batch)))).toEqual(plain(batch));
        },
      ),
    );
  });

  it('keeps the timeframe and a null order', () => {
    const bars = createBarTable('5m', 4);
    bars.length = 2;
    bars.open.set([101_250_000, 101_260_000]);
    bars.time.set([1_381_152_900_000_000, 1_381_153_200_000_000]);
    const batch = { tables: [bars], order: null, length: 2 };
    expect(plain(decodeMarketBatch(encodeMarketBatch(batch)))).toEqual(plain(batch));
  });

  it('refuses another format and a cut record by code', () => {
    const bytes = encodeMarketBatch({ tables: [], order: null, length: 0 });
    expect(() => decodeMarketBatch(Uint8Array.of(9, ...bytes.slice(1)))).toThrow(PapertapeError);
    expect(codeOf(() => decodeMarketBatch(Uint8Array.of(9)))).toBe('JOURNAL_VERSION_UNSUPPORTED');
    expect(codeOf(() => decodeMarketBatch(bytes.slice(0, 2)))).toBe('JOURNAL_CORRUPT');
  });
});

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof PapertapeError) return error.code;
    throw error;
  }
  return 'none';
}
