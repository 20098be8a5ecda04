/**
 * A fill and its receipt before they are written. Each has one literal with every field, of which the amounts begin
 * with a fraction: they are then kept as doubles that are written in place, and no reader sees two shapes.
 */
import type { FeeLine, Fill } from '../domain/fill.js';
import type { LedgerEntry } from '../domain/ledger.js';
import type { PromptFill } from '../domain/promptFill.js';
import type { Receipt } from '../domain/receipt.js';

/** What may be written. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** A receipt while it is written. */
export type MutableReceipt = Mutable<Receipt>;
/** A fill while it is written, with its receipt. */
export type MutableFill = Mutable<Omit<Fill, 'receipt'>> & { readonly receipt: MutableReceipt };
/** A fill in numbers while it is written. */
export type MutablePromptFill = Mutable<Omit<PromptFill, 'receipt'>> & { readonly receipt: MutableReceipt };

const NO_FEES: readonly FeeLine[] = [];
const NO_ENTRIES: readonly LedgerEntry[] = [];

/** A fill to be written. */
export function emptyFill(): MutableFill {
  return {
    id: '',
    orderId: '',
    clientOrderId: '',
    accountId: '',
    symbolId: 0,
    side: 'buy',
    quantity: 0.5,
    price: 0.5,
    time: 0.5,
    reportTime: 0.5,
    liquidity: 'taker',
    fees: NO_FEES,
    entries: NO_ENTRIES,
    receipt: emptyReceipt(),
  };
}

/** A fill in numbers to be written. */
export function emptyPromptFill(): MutablePromptFill {
  return {
    number: 0,
    accountId: '',
    symbolId: 0,
    sign: 1,
    quantity: 0.5,
    price: 0.5,
    value: 0.5,
    time: 0.5,
    reportTime: 0.5,
    commission: 0.5,
    secFee: 0.5,
    tafFee: 0.5,
    isClosing: false,
    realised: 0.5,
    position: 0.5,
    cash: 0.5,
    wording: 0,
    receipt: emptyReceipt(),
  };
}

function emptyReceipt(): MutableReceipt {
  return {
    basis: 'tradeBar',
    rule: '',
    evidenceTime: 0.5,
    evidenceSequence: 0.5,
    bid: 0.5,
    bidSize: 0.5,
    ask: 0.5,
    askSize: 0.5,
    open: 0.5,
    high: 0.5,
    low: 0.5,
    last: 0.5,
    volume: 0.5,
    decidedAt: 0.5,
    arrivedAt: 0.5,
    basePrice: 0.5,
    halfSpread: 0.5,
    slippage: 0.5,
    impact: 0.5,
    bandLower: 0.5,
    bandUpper: 0.5,
    shortFloor: 0.5,
    dataLatency: 0.5,
    reportLatency: 0.5,
    queueAtEntry: 0.5,
    queueAtFill: 0.5,
    participationLimit: 0.5,
    participation: 0.5,
    triggerPrice: 0.5,
    triggerTime: 0.5,
    feed: '',
    feedDelay: 0.5,
    coverage: 'unknown',
    preset: '',
    models: '',
    notes: '',
  };
}
