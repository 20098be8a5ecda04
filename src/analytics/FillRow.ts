/**
 * A fill that is filled anew for each row of a log, so that a walk over hundreds of thousands makes no objects. Whoever
 * keeps something of it copies that.
 */
import type { FeeLine, Fill } from '../domain/fill.js';
import type { LedgerEntry } from '../domain/ledger.js';
import type { Receipt } from '../domain/receipt.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** See the module header. */
export interface FillRow extends Mutable<Omit<Fill, 'fees' | 'entries' | 'receipt'>> {
  fees: Mutable<FeeLine>[];
  entries: Mutable<LedgerEntry>[];
  receipt: Mutable<Required<Receipt>>;
}

/** A fill without what it was decided on. */
export type PlainFill = Omit<Fill, 'receipt'>;

/** One to begin with; what is in it means nothing. */
export function emptyFillRow(): FillRow {
  return {
    id: '',
    orderId: '',
    clientOrderId: '',
    accountId: '',
    symbolId: 0,
    side: 'buy',
    quantity: 0,
    price: 0,
    time: 0,
    reportTime: 0,
    liquidity: 'taker',
    fees: [],
    entries: [],
    receipt: {
      basis: 'tradeBar',
      rule: '',
      evidenceTime: 0,
      evidenceSequence: 0,
      bid: 0,
      bidSize: 0,
      ask: 0,
      askSize: 0,
      open: 0,
      high: 0,
      low: 0,
      last: 0,
      volume: 0,
      decidedAt: 0,
      arrivedAt: 0,
      basePrice: 0,
      halfSpread: 0,
      slippage: 0,
      queueAtEntry: -1,
      queueAtFill: -1,
      participationLimit: 0,
      participation: 0,
      triggerPrice: 0,
      triggerTime: 0,
      feed: '',
      preset: '',
      models: '',
      notes: '',
      impact: 0,
      bandLower: 0,
      bandUpper: 0,
      shortFloor: 0,
      dataLatency: 0,
      reportLatency: 0,
      feedDelay: 0,
      coverage: 'unknown',
    },
  };
}

/** The line at an index of a list of lines that is used again: the one that is there, else a new one. */
export function lineAt<T>(lines: T[], index: number, make: () => T): T {
  let line = lines[index];
  if (line === undefined) {
    line = make();
    lines[index] = line;
  }
  return line;
}
