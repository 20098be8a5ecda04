/**
 * The fills of a run in columns, receipts and ledger entries included; objects are made again on reading. A long
 * backtest has hundreds of thousands: as objects, collecting them would cost more than the run.
 */
import type { FeeKind, FeeLine, Fill } from '../domain/fill.js';
import type { LedgerAccount, LedgerEntry } from '../domain/ledger.js';
import type { Order } from '../domain/order.js';
import { FEED_COVERAGES } from '../domain/receipt.js';
import type { FillBasis, Receipt } from '../domain/receipt.js';
import { NumberRows } from '../utils/NumberRows.js';
import { placeIn } from '../utils/placeIn.js';
import { TextColumn, TextTable } from '../utils/TextTable.js';

const BASES: readonly FillBasis[] = ['book', 'nbbo', 'quoteBar', 'lastSale', 'tradeBar', 'auction'];
const FEE_KINDS: readonly FeeKind[] = ['commission', 'sec', 'taf'];
const ACCOUNTS: readonly LedgerAccount[] = [
  'cash',
  'position',
  'realisedPnl',
  'equity',
  'fee:commission',
  'fee:sec',
  'fee:taf',
];

const FILL_WIDTH = 10;
const RECEIPT_WIDTH = 18;
const RARE_WIDTH = 12;
const MAKER = 2;
/** Of the texts that a receipt shares with most others of its run. */
const TEXTS_WIDTH = 8;

/** See the module header. */
export class FillLog {
  readonly #texts = new TextTable();
  readonly #accounts = new TextColumn(this.#texts);
  /** Number, order, account, symbol, flags, quantity, price, time, report time, ends of fees and entries. */
  readonly #fills = new NumberRows(FILL_WIDTH);
  readonly #receipts = new NumberRows(RECEIPT_WIDTH);
  /** What a receipt on a bar does not have: a quote, a queue, a trigger. */
  readonly #rare = new NumberRows(RARE_WIDTH);
  /** Basis, rule, feed, preset, models and notes of receipts; each combination once in a row of equal ones. */
  readonly #provenance = new NumberRows(TEXTS_WIDTH);
  #lastReceipt: Receipt | undefined = undefined;
  /** Kind and amount. */
  readonly #fees = new NumberRows(2);
  /** Account and symbol, amount, quantity. */
  readonly #entries = new NumberRows(3);

  /** How many there are. */
  get length(): number {
    return this.#fills.length;
  }

  /** Copies a fill of an order. */
  add(fill: Fill, order: Pick<Order, 'number'> = {}): void {
    const { fees, entries } = fill;
    for (let i = 0; i < fees.length; i += 1) this.#addFee(fees[i]);
    for (let i = 0; i < entries.length; i += 1) this.#addEntry(entries[i]);
    const at = this.#fills.next();
    const row = this.#fills.block;
    row[at] = numberIn(fill.id);
    row[at + 1] = order.number ?? numberIn(fill.orderId);
    row[at + 2] = this.#accounts.codeOf(fill.accountId);
    row[at + 3] = fill.symbolId * 4 + (fill.side === 'buy' ? 1 : 0) + (fill.liquidity === 'maker' ? MAKER : 0);
    row[at + 4] = fill.quantity;
    row[at + 5] = fill.price;
    row[at + 6] = fill.time;
    row[at + 7] = fill.reportTime;
    // Where the lines of this fill end; they begin where those of the fill before end.
    row[at + 8] = this.#fees.length;
    row[at + 9] = this.#entries.length;
    this.#addReceipt(fill.receipt);
  }

  /** All fills, oldest first. `clientOrderIdOf` says what an order was called. */
  toArray(clientOrderIdOf: (orderId: string) => string): Fill[] {
    return Array.from({ length: this.length }, (_, index) => this.#fillAt(index, clientOrderIdOf));
  }

  #addFee(fee: FeeLine | undefined): void {
    if (fee === undefined) return;
    const at = this.#fees.next();
    this.#fees.block[at] = placeIn(FEE_KINDS, fee.kind);
    this.#fees.block[at + 1] = fee.amount;
  }

  #addEntry(entry: LedgerEntry | undefined): void {
    if (entry === undefined) return;
    const at = this.#entries.next();
    const block = this.#entries.block;
    block[at] = (entry.symbolId + 1) * ACCOUNTS.length + placeIn(ACCOUNTS, entry.account);
    block[at + 1] = entry.amount;
    block[at + 2] = entry.quantity;
  }

  #addReceipt(receipt: Receipt): void {
    const at = this.#receipts.next();
    const row = this.#receipts.block;
    row[at] = this.#provenanceOf(receipt);
    row[at + 1] = this.#rareOf(receipt);
    row[at + 2] = receipt.evidenceTime;
    row[at + 3] = receipt.evidenceSequence;
    row[at + 4] = receipt.open;
    row[at + 5] = receipt.high;
    row[at + 6] = receipt.low;
    row[at + 7] = receipt.last;
    row[at + 8] = receipt.volume;
    row[at + 9] = receipt.decidedAt;
    row[at + 10] = receipt.arrivedAt;
    row[at + 11] = receipt.basePrice;
    row[at + 12] = receipt.halfSpread;
    row[at + 13] = receipt.slippage;
    row[at + 14] = receipt.participationLimit;
    row[at + 15] = receipt.participation;
    row[at + 16] = receipt.dataLatency;
    row[at + 17] = receipt.reportLatency;
  }

  /** The row of the receipt's texts: the last one, unless it differs. */
  #provenanceOf(receipt: Receipt): number {
    const last = this.#lastReceipt;
    if (last === undefined || !hasSameTexts(receipt, last)) {
      this.#lastReceipt = receipt;
      const at = this.#provenance.next();
      const row = this.#provenance.block;
      const texts = this.#texts;
      row[at] = placeIn(BASES, receipt.basis);
      row[at + 1] = texts.codeOf(receipt.rule);
      row[at + 2] = texts.codeOf(receipt.feed);
      row[at + 3] = texts.codeOf(receipt.preset);
      row[at + 4] = texts.codeOf(receipt.models);
      row[at + 5] = texts.codeOf(receipt.notes ?? '');
      row[at + 6] = receipt.feedDelay;
      row[at + 7] = placeIn(FEED_COVERAGES, receipt.coverage);
    }
    return this.#provenance.length - 1;
  }

  /** The row of the figures that most receipts on bars have not; -1 without any. */
  #rareOf(receipt: Receipt): number {
    const { bid, bidSize, ask, askSize, queueAtEntry, queueAtFill, triggerPrice, triggerTime } = receipt;
    const isPlain = bid === 0 && bidSize === 0 && ask === 0 && askSize === 0 && triggerPrice === 0;
    const { impact, bandLower, bandUpper, shortFloor } = receipt;
    const isFree = impact === 0 && bandLower === 0 && bandUpper === 0 && shortFloor === 0;
    if (isPlain && isFree && triggerTime === 0 && queueAtEntry === -1 && queueAtFill === -1) return -1;
    const at = this.#rare.next();
    const row = this.#rare.block;
    row[at] = bid;
    row[at + 1] = bidSize;
    row[at + 2] = ask;
    row[at + 3] = askSize;
    row[at + 4] = queueAtEntry;
    row[at + 5] = queueAtFill;
    row[at + 6] = triggerPrice;
    row[at + 7] = triggerTime;
    row[at + 8] = impact;
    row[at + 9] = bandLower;
    row[at + 10] = bandUpper;
    row[at + 11] = shortFloor;
    return this.#rare.length - 1;
  }

  #fillAt(index: number, clientOrderIdOf: (orderId: string) => string): Fill {
    const number = (column: number): number => this.#fills.at(index, column);
    const before = (column: number): number => (index === 0 ? 0 : this.#fills.at(index - 1, column));
    const orderId = `o-${number(1)}`;
    const accountId = this.#texts.textOf(number(2));
    const flags = number(3);
    return {
      id: `f-${number(0)}`,
      orderId,
      clientOrderId: clientOrderIdOf(orderId),
      accountId,
      symbolId: Math.floor(flags / 4),
      side: (flags & 1) === 1 ? 'buy' : 'sell',
      quantity: number(4),
      price: number(5),
      time: number(6),
      reportTime: number(7),
      liquidity: (flags & MAKER) === 0 ? 'taker' : 'maker',
      fees: Array.from({ length: number(8) - before(8) }, (_, line) => this.#feeAt(before(8) + line)),
      entries: Array.from({ length: number(9) - before(9) }, (_, line) => this.#entryAt(before(9) + line, accountId)),
      receipt: this.#receiptAt(index),
    };
  }

  #feeAt(row: number): FeeLine {
    return { kind: FEE_KINDS[this.#fees.at(row, 0)] ?? 'commission', amount: this.#fees.at(row, 1) };
  }

  #entryAt(row: number, accountId: string): LedgerEntry {
    const number = (column: number): number => this.#entries.at(row, column);
    const account = ACCOUNTS[number(0) % ACCOUNTS.length] ?? 'cash';
    const symbolId = Math.floor(number(0) / ACCOUNTS.length) - 1;
    return { accountId, account, symbolId, amount: number(1), quantity: number(2) };
  }

  #receiptAt(index: number): Receipt {
    const number = (column: number): number => this.#receipts.at(index, column);
    const text = (column: number): string => this.#texts.textOf(this.#provenance.at(number(0), column));
    const rare = (column: number, plain: number): number => (number(1) < 0 ? plain : this.#rare.at(number(1), column));
    return {
      basis: BASES[this.#provenance.at(number(0), 0)] ?? 'tradeBar',
      rule: text(1),
      evidenceTime: number(2),
      evidenceSequence: number(3),
      bid: rare(0, 0),
      bidSize: rare(1, 0),
      ask: rare(2, 0),
      askSize: rare(3, 0),
      open: number(4),
      high: number(5),
      low: number(6),
      last: number(7),
      volume: number(8),
      decidedAt: number(9),
      arrivedAt: number(10),
      basePrice: number(11),
      halfSpread: number(12),
      slippage: number(13),
      queueAtEntry: rare(4, -1),
      queueAtFill: rare(5, -1),
      participationLimit: number(14),
      participation: number(15),
      triggerPrice: rare(6, 0),
      triggerTime: rare(7, 0),
      feed: text(2),
      preset: text(3),
      models: text(4),
      notes: text(5),
      impact: rare(8, 0),
      bandLower: rare(9, 0),
      bandUpper: rare(10, 0),
      shortFloor: rare(11, 0),
      dataLatency: number(16),
      reportLatency: number(17),
      feedDelay: this.#provenance.at(number(0), 6),
      coverage: FEED_COVERAGES[this.#provenance.at(number(0), 7)] ?? 'unknown',
    };
  }
}

function hasSameTexts(one: Receipt, other: Receipt): boolean {
  const isSameFeed = one.feed === other.feed && one.feedDelay === other.feedDelay && one.coverage === other.coverage;
  const isSameRun = isSameFeed && one.preset === other.preset && one.models === other.models;
  return isSameRun && one.basis === other.basis && one.rule === other.rule && one.notes === other.notes;
}

/** The number in an id such as `f-12`. Digits by hand: this runs for every fill. */
function numberIn(id: string): number {
  let value = 0;
  for (let i = 2; i < id.length; i += 1) value = value * 10 + (id.charCodeAt(i) - 48);
  return value;
}
