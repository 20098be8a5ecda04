/** The data of a benchmark as the peers read them: columns of little-endian float64, one after the other. */
import { writeFileSync } from 'node:fs';
import { PrintFlag } from '../src/domain/marketTables.js';
import type { BarTable, MarketBatch } from '../src/domain/marketTables.js';
import { RAW_PRICE_SCALE } from '../src/domain/units.js';
import { assert } from '../src/utils/assert.js';

const CENT = RAW_PRICE_SCALE / 100;
const TICK_COLUMNS = 7;
/** What a row of ticks is; `NOTHING` decides nothing, off-exchange prints only a whole tick beyond a limit. */
const TickKind = { QUOTE: 0, LIT_PRINT: 1, OFF_EXCHANGE_PRINT: 2, NOTHING: 3, UNFIT_QUOTE: 4 } as const;

/** Writes start in microseconds, open, high, low and close in cents, and volume of every row, then `more` columns. */
export function writeBars(path: string, table: BarTable, more: readonly Float64Array[] = []): void {
  const { length } = table;
  const cents = (column: Float64Array): Float64Array => column.subarray(0, length).map((price) => price / CENT);
  writeColumns(path, [
    table.start.subarray(0, length),
    ...[table.open, table.high, table.low, table.close].map(cents),
    table.volume.subarray(0, length),
    ...more,
  ]);
}

/**
 * Writes time in microseconds, symbol, `TickKind`, bid or price of the print, its size, ask and its size of every row
 * of quotes and prints; prices in dollars, NaN where a side has none.
 */
export function writeTicks(path: string, { tables, order, length }: MarketBatch): void {
  const columns = Array.from({ length: TICK_COLUMNS }, () => new Float64Array(length));
  const next = tables.map(() => 0);
  for (let event = 0; event < length; event += 1) {
    const index = order?.[event] ?? 0;
    const table = tables[index];
    const row = next[index] ?? 0;
    next[index] = row + 1;
    assert(table?.kind === 'quote' || table?.kind === 'print', 'ticks are quotes and prints');
    const flags = table.flags[row] ?? 0;
    const values =
      table.kind === 'quote'
        ? [
            flags === 0 ? TickKind.QUOTE : TickKind.UNFIT_QUOTE,
            dollars(table.bid[row]),
            table.bidSize[row],
            dollars(table.ask[row]),
            table.askSize[row],
          ]
        : [kindOfPrint(flags), dollars(table.price[row]), table.size[row], Number.NaN, 0];
    for (const [column, value] of [table.time[row], table.symbolId[row], ...values].entries()) {
      const target = columns[column];
      if (target !== undefined) target[event] = value ?? Number.NaN;
    }
  }
  writeColumns(path, columns);
}

function dollars(price = Number.NaN): number {
  return price > 0 ? price / RAW_PRICE_SCALE : Number.NaN;
}

function kindOfPrint(flags: number): number {
  if ((flags & (PrintFlag.LAST | PrintFlag.SUSPICIOUS)) !== PrintFlag.LAST) return TickKind.NOTHING;
  return (flags & PrintFlag.OFF_EXCHANGE) === 0 ? TickKind.LIT_PRINT : TickKind.OFF_EXCHANGE_PRINT;
}

function writeColumns(path: string, columns: readonly Float64Array[]): void {
  writeFileSync(
    path,
    Buffer.concat(columns.map((column) => Buffer.from(column.buffer, column.byteOffset, column.byteLength))),
  );
}
