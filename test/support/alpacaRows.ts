/** Rows of an invented market for tests of the Alpaca server. */
import { MINUTE } from '../../src/domain/timeframe.js';
import type { BarRow, PrintRow } from '../../src/api/alpaca/PaperVenue.js';

/** A minute in which everything traded at one price. */
export function flatMinute(symbolId: number, start: number, price: number, volume = 10): BarRow {
  return {
    kind: 'bar',
    symbolId,
    start,
    time: start + MINUTE,
    open: price,
    high: price,
    low: price,
    close: price,
    volume,
    count: 1,
    turnover: price * volume,
  };
}

/** A trade of five shares. */
export function smallPrint(symbolId: number, time: number, price: number, flags: number, id: number): PrintRow {
  return { kind: 'print', symbolId, time, price, size: 5, flags, exchange: 'V', id };
}
