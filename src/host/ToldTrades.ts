/** Which trades of a log have been told: each when it is closed, and once more when it can change no more. */
import type { TradeDocument } from '../analytics/tradeDocument.js';
import type { TradeLogger } from '../analytics/TradeLogger.js';
import type { TradeRecord } from '../analytics/TradeRecord.js';

/** See the module header. */
export class ToldTrades {
  readonly #log: TradeLogger;
  readonly #documentOf: (trade: TradeRecord) => TradeDocument;
  /** Trades that may still change, by number, and those of them that were told as closed. */
  #live: number[] = [];
  #known = 0;
  readonly #toldClosed = new Set<number>();

  constructor(log: TradeLogger, documentOf: (trade: TradeRecord) => TradeDocument) {
    this.#log = log;
    this.#documentOf = documentOf;
  }

  /** Closed trades that were not told yet, and those told whose last markout is known now. */
  take(): readonly TradeDocument[] {
    const log = this.#log;
    for (; this.#known < log.count; this.#known += 1) this.#live.push(this.#known);
    const told: TradeDocument[] = [];
    let settled = false;
    for (const index of this.#live) {
      const isSettled = log.isSettled(index);
      settled ||= isSettled;
      if (!log.isClosed(index) || (!isSettled && this.#toldClosed.has(index))) continue;
      this.#toldClosed.add(index);
      told.push(this.#document(index));
    }
    if (settled) {
      this.#live = this.#live.filter((index) => {
        if (!log.isSettled(index) || !this.#toldClosed.delete(index)) return true;
        log.forget(index);
        return false;
      });
    }
    return told;
  }

  /** Open trades that a {@link take} has seen, the last one begun first. */
  open(): readonly TradeDocument[] {
    const open = this.#live.filter((index) => !this.#log.isClosed(index));
    return open.map((index) => this.#document(index)).reverse();
  }

  #document(index: number): TradeDocument {
    return this.#documentOf(this.#log.trade(index));
  }
}
