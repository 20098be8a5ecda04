/**
 * The fills of a run in columns, receipts and ledger entries included; objects are made again on reading. A long
 * backtest has hundreds of thousands: as objects, collecting them would cost more than the run.
 */
import type { FeeKind, FeeLine, Fill } from '../domain/fill.js';
import type { LedgerAccount, LedgerEntry } from '../domain/ledger.js';
import { FEED_COVERAGES } from '../domain/receipt.js';
import type { FillBasis, Receipt } from '../domain/receipt.js';
import { NumberRows } from '../utils/NumberRows.js';
import { TextTable } from '../utils/TextTable.js';

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

const FILL_WIDTH = 14;
const RECEIPT_WIDTH = 36;

/** See the module header. */
export class FillLog {
  readonly #texts = new TextTable();
  readonly #fills = new NumberRows(FILL_WIDTH);
  readonly #receipts = new NumberRows(RECEIPT_WIDTH);
  /** Kind and amount. */
  readonly #fees = new NumberRows(2);
  /** Account, symbol, amount, quantity. */
  readonly #entries = new NumberRows(4);

  /** How many there are. */
  get length(): number {
    return this.#fills.length;
  }

  /** Copies a fill. */
  add(fill: Fill): void {
    const texts = this.#texts;
    const at = this.#fills.next();
    const row = this.#fills.block;
    row[at] = numberIn(fill.id);
    row[at + 1] = numberIn(fill.orderId);
    row[at + 2] = texts.codeOf(fill.accountId);
    row[at + 3] = fill.symbolId;
    row[at + 4] = fill.side === 'buy' ? 1 : 0;
    row[at + 5] = fill.quantity;
    row[at + 6] = fill.price;
    row[at + 7] = fill.time;
    row[at + 8] = fill.reportTime;
    row[at + 9] = fill.liquidity === 'maker' ? 1 : 0;
    row[at + 10] = this.#fees.length;
    row[at + 11] = fill.fees.length;
    row[at + 12] = this.#entries.length;
    row[at + 13] = fill.entries.length;
    for (const fee of fill.fees) {
      const feeAt = this.#fees.next();
      this.#fees.block[feeAt] = FEE_KINDS.indexOf(fee.kind);
      this.#fees.block[feeAt + 1] = fee.amount;
    }
    for (const entry of fill.entries) {
      const entryAt = this.#entries.next();
      const block = this.#entries.block;
      block[entryAt] = ACCOUNTS.indexOf(entry.account);
      block[entryAt + 1] = entry.symbolId;
      block[entryAt + 2] = entry.amount;
      block[entryAt + 3] = entry.quantity;
    }
    this.#addReceipt(fill.receipt);
  }

  /** All fills, oldest first. `clientOrderIdOf` says what an order was called. */
  toArray(clientOrderIdOf: (orderId: string) => string): Fill[] {
    return Array.from({ length: this.length }, (_, index) => this.#fillAt(index, clientOrderIdOf));
  }

  #addReceipt(receipt: Receipt): void {
    const texts = this.#texts;
    const at = this.#receipts.next();
    const row = this.#receipts.block;
    row[at] = BASES.indexOf(receipt.basis);
    row[at + 1] = texts.codeOf(receipt.rule);
    row[at + 2] = receipt.evidenceTime;
    row[at + 3] = receipt.evidenceSequence;
    row[at + 4] = receipt.bid;
    row[at + 5] = receipt.bidSize;
    row[at + 6] = receipt.ask;
    row[at + 7] = receipt.askSize;
    row[at + 8] = receipt.open;
    row[at + 9] = receipt.high;
    row[at + 10] = receipt.low;
    row[at + 11] = receipt.last;
    row[at + 12] = receipt.volume;
    row[at + 13] = receipt.decidedAt;
    row[at + 14] = receipt.arrivedAt;
    row[at + 15] = receipt.basePrice;
    row[at + 16] = receipt.halfSpread;
    row[at + 17] = receipt.slippage;
    row[at + 18] = receipt.queueAtEntry;
    row[at + 19] = receipt.queueAtFill;
    row[at + 20] = receipt.participationLimit;
    row[at + 21] = receipt.participation;
    row[at + 22] = receipt.triggerPrice;
    row[at + 23] = receipt.triggerTime;
    row[at + 24] = texts.codeOf(receipt.feed);
    row[at + 25] = texts.codeOf(receipt.preset);
    row[at + 26] = texts.codeOf(receipt.models);
    row[at + 27] = texts.codeOf(receipt.notes ?? '');
    row[at + 28] = receipt.impact;
    row[at + 29] = receipt.bandLower;
    row[at + 30] = receipt.bandUpper;
    row[at + 31] = receipt.shortFloor;
    row[at + 32] = receipt.dataLatency;
    row[at + 33] = receipt.reportLatency;
    row[at + 34] = receipt.feedDelay;
    row[at + 35] = FEED_COVERAGES.indexOf(receipt.coverage);
  }

  #fillAt(index: number, clientOrderIdOf: (orderId: string) => string): Fill {
    const number = (column: number): number => this.#fills.at(index, column);
    const orderId = `o-${number(1)}`;
    const accountId = this.#texts.textOf(number(2));
    return {
      id: `f-${number(0)}`,
      orderId,
      clientOrderId: clientOrderIdOf(orderId),
      accountId,
      symbolId: number(3),
      side: number(4) === 1 ? 'buy' : 'sell',
      quantity: number(5),
      price: number(6),
      time: number(7),
      reportTime: number(8),
      liquidity: number(9) === 1 ? 'maker' : 'taker',
      fees: Array.from({ length: number(11) }, (_, line) => this.#feeAt(number(10) + line)),
      entries: Array.from({ length: number(13) }, (_, line) => this.#entryAt(number(12) + line, accountId)),
      receipt: this.#receiptAt(index),
    };
  }

  #feeAt(row: number): FeeLine {
    return { kind: FEE_KINDS[this.#fees.at(row, 0)] ?? 'commission', amount: this.#fees.at(row, 1) };
  }

  #entryAt(row: number, accountId: string): LedgerEntry {
    const number = (column: number): number => this.#entries.at(row, column);
    const account = ACCOUNTS[number(0)] ?? 'cash';
    return { accountId, account, symbolId: number(1), amount: number(2), quantity: number(3) };
  }

  #receiptAt(index: number): Receipt {
    const number = (column: number): number => this.#receipts.at(index, column);
    const text = (column: number): string => this.#texts.textOf(number(column));
    return {
      basis: BASES[number(0)] ?? 'tradeBar',
      rule: text(1),
      evidenceTime: number(2),
      evidenceSequence: number(3),
      bid: number(4),
      bidSize: number(5),
      ask: number(6),
      askSize: number(7),
      open: number(8),
      high: number(9),
      low: number(10),
      last: number(11),
      volume: number(12),
      decidedAt: number(13),
      arrivedAt: number(14),
      basePrice: number(15),
      halfSpread: number(16),
      slippage: number(17),
      queueAtEntry: number(18),
      queueAtFill: number(19),
      participationLimit: number(20),
      participation: number(21),
      triggerPrice: number(22),
      triggerTime: number(23),
      feed: text(24),
      preset: text(25),
      models: text(26),
      notes: text(27),
      impact: number(28),
      bandLower: number(29),
      bandUpper: number(30),
      shortFloor: number(31),
      dataLatency: number(32),
      reportLatency: number(33),
      feedDelay: number(34),
      coverage: FEED_COVERAGES[number(35)] ?? 'unknown',
    };
  }
}

/** The number in an id such as `f-12`. Digits by hand: this runs for every fill. */
function numberIn(id: string): number {
  let value = 0;
  for (let i = 2; i < id.length; i += 1) value = value * 10 + (id.charCodeAt(i) - 48);
  return value;
}
