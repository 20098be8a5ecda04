/**
 * When a fill happened, as far as its evidence tells. What is decided on a bar is known when the bar has ended, and
 * that is the time of the fill; it happened at the bar's open, at its close, or somewhere between.
 */
import { newYorkText } from '../calendar/newYorkText.js';
import type { Fill } from '../domain/fill.js';
import type { BarTable, MarketBatch, QuoteBarTable } from '../domain/marketTables.js';
import { SECOND } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';

/** Rules that fill at the open of their bar. */
const AT_OPEN: ReadonlySet<string> = new Set(['bar-open', 'session-open', 'stop-gap', 'limit-better-open']);
/** Rules that fill at the close of theirs. */
const AT_CLOSE: ReadonlySet<string> = new Set(['bar-close', 'session-close']);

/** The stretch of time in which a fill happened; both ends are the same where the moment is known. */
export interface FillMoment {
  readonly from: Micros;
  readonly to: Micros;
}

/** What of a fill its moment depends on. */
export type TimedFill = Pick<Fill, 'symbolId' | 'time'> & {
  readonly receipt: Pick<Fill['receipt'], 'basis' | 'rule' | 'evidenceTime' | 'arrivedAt'>;
};

/** Looks the bars up that fills were decided on. */
export class FillMoments {
  readonly #tables: readonly (BarTable | QuoteBarTable)[];

  constructor(market: MarketBatch) {
    this.#tables = market.tables.filter((table) => table.kind === 'bar' || table.kind === 'quoteBar');
  }

  /** O(log rows). */
  of({ symbolId, time, receipt }: TimedFill): FillMoment {
    const { basis, rule, evidenceTime, arrivedAt } = receipt;
    if ((basis !== 'tradeBar' && basis !== 'quoteBar') || AT_CLOSE.has(rule)) return { from: time, to: time };
    const start = this.#startOf(basis === 'tradeBar' ? 'bar' : 'quoteBar', symbolId, evidenceTime);
    if (start === undefined) return { from: time, to: time };
    // Nothing is filled before it has arrived.
    const from = Math.min(time, Math.max(start, arrivedAt));
    return { from, to: AT_OPEN.has(rule) ? from : time };
  }

  /** When the shortest bar of a symbol that ends at `time` began; undefined without one. */
  #startOf(kind: 'bar' | 'quoteBar', symbolId: number, time: Micros): Micros | undefined {
    let start: Micros | undefined;
    for (const table of this.#tables) {
      if (table.kind !== kind) continue;
      for (let row = firstAt(table, time); row < table.length && table.time[row] === time; row += 1) {
        if (table.symbolId[row] === symbolId) start = Math.max(start ?? -Infinity, table.start[row] ?? time);
      }
    }
    return start;
  }
}

/** New York date and time to the second: `2013-10-07 09:31:00`, or `2013-10-07 09:30 to 16:00` inside a bar. */
export function momentText({ from, to }: FillMoment): string {
  const text = newYorkText(Math.floor(from / SECOND) * SECOND);
  if (from === to) return text;
  return `${text.slice(0, 'YYYY-MM-DD HH:MM'.length)} to ${newYorkText(to).slice('YYYY-MM-DD '.length).slice(0, 5)}`;
}

function firstAt({ time, length }: BarTable | QuoteBarTable, wanted: Micros): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((time[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
