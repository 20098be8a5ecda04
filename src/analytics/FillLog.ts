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
import { SharedRows } from '../utils/SharedRows.js';
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

/** Of what every fill has another one of. */
const FILL_WIDTH = 20;
/** Of what most fills of a run have in common. */
const SHARED_WIDTH = 10;
const RARE_WIDTH = 12;
const MAKER = 2;
/** Of the texts that a receipt shares with most others of its run. */
const TEXTS_WIDTH = 8;

/** See the module header. */
export class FillLog {
  readonly #texts = new TextTable();
  readonly #accounts = new TextColumn(this.#texts);
  /** Number, order, price, time, shared and rare row, ends of fees and entries, figures of the receipt, symbol. */
  readonly #fills = new NumberRows(FILL_WIDTH);
  /** Account, flags, quantity, texts of the receipt, and its figures that models give. */
  readonly #shared = new SharedRows(SHARED_WIDTH);
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
    const { receipt } = fill;
    const { row: shared } = this.#shared;
    shared[0] = this.#accounts.codeOf(fill.accountId);
    shared[1] = (fill.side === 'buy' ? 1 : 0) + (fill.liquidity === 'maker' ? MAKER : 0);
    shared[2] = fill.quantity;
    shared[3] = this.#provenanceOf(receipt);
    shared[4] = receipt.halfSpread;
    shared[5] = receipt.slippage;
    shared[6] = receipt.participationLimit;
    shared[7] = fill.reportTime - fill.time;
    shared[8] = receipt.dataLatency;
    shared[9] = receipt.reportLatency;
    const at = this.#fills.next();
    const row = this.#fills.block;
    row[at] = numberIn(fill.id);
    row[at + 1] = order.number ?? numberIn(fill.orderId);
    row[at + 2] = fill.price;
    row[at + 3] = fill.time;
    row[at + 4] = this.#shared.place();
    row[at + 5] = this.#rareOf(receipt);
    // Where the lines of this fill end; they begin where those of the fill before end.
    row[at + 6] = this.#fees.length;
    row[at + 7] = this.#entries.length;
    row[at + 8] = receipt.evidenceTime;
    row[at + 9] = receipt.evidenceSequence;
    row[at + 10] = receipt.open;
    row[at + 11] = receipt.high;
    row[at + 12] = receipt.low;
    row[at + 13] = receipt.last;
    row[at + 14] = receipt.volume;
    row[at + 15] = receipt.decidedAt;
    row[at + 16] = receipt.arrivedAt;
    row[at + 17] = receipt.basePrice;
    row[at + 18] = receipt.participation;
    row[at + 19] = fill.symbolId;
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

  /** The row of the receipt's texts: the last one, unless it differs. */
  #provenanceOf(receipt: Receipt): number {
    const last = this.#lastReceipt;
    if (last === undefined || !hasSameTexts(receipt, last)) {
      this.#lastReceipt = { ...receipt };
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
    const shared = (column: number): number => this.#shared.at(number(4), column);
    const before = (column: number): number => (index === 0 ? 0 : this.#fills.at(index - 1, column));
    const orderId = `o-${number(1)}`;
    const accountId = this.#texts.textOf(shared(0));
    const flags = shared(1);
    return {
      id: `f-${number(0)}`,
      orderId,
      clientOrderId: clientOrderIdOf(orderId),
      accountId,
      symbolId: number(19),
      side: (flags & 1) === 1 ? 'buy' : 'sell',
      quantity: shared(2),
      price: number(2),
      time: number(3),
      reportTime: number(3) + shared(7),
      liquidity: (flags & MAKER) === 0 ? 'taker' : 'maker',
      fees: Array.from({ length: number(6) - before(6) }, (_, line) => this.#feeAt(before(6) + line)),
      entries: Array.from({ length: number(7) - before(7) }, (_, line) => this.#entryAt(before(7) + line, accountId)),
      receipt: this.#receiptAt(number, shared),
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

  #receiptAt(number: (column: number) => number, shared: (column: number) => number): Receipt {
    const provenance = (column: number): number => this.#provenance.at(shared(3), column);
    const text = (column: number): string => this.#texts.textOf(provenance(column));
    const rare = (column: number, plain: number): number => (number(5) < 0 ? plain : this.#rare.at(number(5), column));
    return {
      basis: BASES[provenance(0)] ?? 'tradeBar',
      rule: text(1),
      evidenceTime: number(8),
      evidenceSequence: number(9),
      bid: rare(0, 0),
      bidSize: rare(1, 0),
      ask: rare(2, 0),
      askSize: rare(3, 0),
      open: number(10),
      high: number(11),
      low: number(12),
      last: number(13),
      volume: number(14),
      decidedAt: number(15),
      arrivedAt: number(16),
      basePrice: number(17),
      halfSpread: shared(4),
      slippage: shared(5),
      queueAtEntry: rare(4, -1),
      queueAtFill: rare(5, -1),
      participationLimit: shared(6),
      participation: number(18),
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
      dataLatency: shared(8),
      reportLatency: shared(9),
      feedDelay: provenance(6),
      coverage: FEED_COVERAGES[provenance(7)] ?? 'unknown',
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
