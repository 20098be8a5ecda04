/**
 * The fills of a run in columns, receipts and ledger entries included; objects are made again on reading. A long
 * backtest has hundreds of thousands: as objects, collecting them would cost more than the run.
 */
import type { Fill } from '../domain/fill.js';
import type { Order } from '../domain/order.js';
import type { PromptFill } from '../domain/promptFill.js';
import { FEED_COVERAGES } from '../domain/receipt.js';
import type { FillBasis, Receipt } from '../domain/receipt.js';
import { idNumber } from '../utils/idNumber.js';
import { NumberRows } from '../utils/NumberRows.js';
import { placeIn } from '../utils/placeIn.js';
import { SharedRows } from '../utils/SharedRows.js';
import { textPiece } from '../utils/TextBytes.js';
import type { TextBytes } from '../utils/TextBytes.js';
import { TextColumn, TextTable } from '../utils/TextTable.js';
import { FillLines } from './FillLines.js';
import { emptyFillRow } from './FillRow.js';
import type { BareFill, FillRow, PlainFill } from './FillRow.js';

const BASES: readonly FillBasis[] = ['book', 'nbbo', 'quoteBar', 'lastSale', 'tradeBar', 'auction'];
/** Of what every fill has another one of. */
const FILL_WIDTH = 21;
/** Of what most fills of a run have in common. */
const SHARED_WIDTH = 11;
const RARE_WIDTH = 12;
/** Flags of a fill. */
const BUY = 1;
const MAKER = 2;
const CLOSES = 4;
/** In place of the counts of lines, of a fill whose lines are not kept: they follow from cash and cost. */
const DERIVED = -1;
/** Of the texts that a receipt shares with most others of its run. */
const TEXTS_WIDTH = 8;
/** Beyond the end. */
const NO_ROW = new Float64Array(0);
/** Of the lines of `hashLedger`. */
const FILL_ID = textPiece('f-');
const ORDER_ID = textPiece('o-');
const BOUGHT = textPiece('buy ');
const SOLD = textPiece('sell ');
const BLANK = 32;

/** See the module header. */
export class FillLog {
  readonly #texts = new TextTable();
  readonly #accounts = new TextColumn(this.#texts);
  /**
   * Number, order, price, time, shared and rare row, first fee and first entry (or what cash and the cost of the
   * position changed by), figures of the receipt, symbol, commission of those without lines.
   */
  readonly #fills = new NumberRows(FILL_WIDTH);
  /** Account, flags, quantity, texts of the receipt, its figures that models give, and counts of lines. */
  readonly #shared = new SharedRows(SHARED_WIDTH);
  /** What a receipt on a bar does not have: a quote, a queue, a trigger. */
  readonly #rare = new NumberRows(RARE_WIDTH);
  /** Basis, rule, feed, preset, models and notes of receipts; each combination once in a row of equal ones. */
  readonly #provenance = new NumberRows(TEXTS_WIDTH);
  #lastReceipt: Receipt | undefined = undefined;
  /** The receipt of the last fill in numbers, and what its wording was; it is written over. */
  #lastPrompt: Receipt | undefined = undefined;
  #lastWording = -1;
  readonly #lines = new FillLines();

  /** How many there are. */
  get length(): number {
    return this.#fills.length;
  }

  /** Copies a fill of an order. */
  add(fill: Fill, order: Pick<Order, 'number'> = {}): void {
    const { receipt } = fill;
    const lines = this.#lines;
    const { feesEnd, entriesEnd } = lines;
    const { row: shared } = this.#shared;
    shared[0] = this.#accounts.codeOf(fill.accountId);
    shared[1] = (fill.side === 'buy' ? BUY : 0) + (fill.liquidity === 'maker' ? MAKER : 0);
    shared[10] = lines.add(fill.fees, fill.entries);
    shared[2] = fill.quantity;
    shared[7] = fill.reportTime - fill.time;
    this.#writeModels(receipt, this.#provenanceOf(receipt));
    const place = this.#shared.place();
    this.#lastPrompt = undefined;
    const at = this.#fills.next();
    const row = this.#fills.block;
    row[at] = idNumber(fill.id);
    row[at + 1] = order.number ?? idNumber(fill.orderId);
    row[at + 2] = fill.price;
    row[at + 3] = fill.time;
    row[at + 4] = place;
    row[at + 6] = feesEnd;
    row[at + 7] = entriesEnd;
    row[at + 19] = fill.symbolId;
    this.#writeEvidence(at, receipt);
  }

  /** Completes the shared row of a receipt, whose texts are a row of `#provenance`. */
  #writeModels(receipt: Receipt, provenance: number): void {
    const { row } = this.#shared;
    row[3] = provenance;
    row[4] = receipt.halfSpread;
    row[5] = receipt.slippage;
    row[6] = receipt.participationLimit;
    row[8] = receipt.dataLatency;
    row[9] = receipt.reportLatency;
  }

  /** Completes the newest row, which begins at a place of its block: the rare row, and evidence. */
  #writeEvidence(at: number, receipt: Receipt): void {
    const row = this.#fills.block;
    row[at + 5] = this.#rareOf(receipt);
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
  }

  /** As {@link add} of a fill in numbers, of the order with a number. */
  addPrompt(fill: PromptFill, order: number): void {
    const { receipt } = fill;
    // Cash and cost tell the sum of the fees: which kinds they are of only if there is but a commission.
    const isDerived = fill.secFee === 0 && fill.tafFee === 0;
    const first = isDerived ? fill.cash : this.#lines.feesEnd;
    const second = isDerived ? fill.position : this.#lines.entriesEnd;
    const place = this.#placeOf(fill, isDerived ? DERIVED : this.#lines.addPrompt(fill));
    const at = this.#fills.next();
    const row = this.#fills.block;
    row[at] = fill.number;
    row[at + 1] = order;
    row[at + 2] = fill.price;
    row[at + 3] = fill.time;
    row[at + 4] = place;
    row[at + 6] = first;
    row[at + 7] = second;
    row[at + 19] = fill.symbolId;
    row[at + 20] = fill.commission;
    this.#writeEvidence(at, receipt);
  }

  /** Where what a fill in numbers shares with those before it is kept; `counts` are of its lines. */
  #placeOf(fill: PromptFill, counts: number): number {
    const shared = this.#shared;
    const { receipt, wording, quantity } = fill;
    const account = this.#accounts.codeOf(fill.accountId);
    const flags = (fill.sign === 1 ? BUY : 0) + (fill.isClosing ? CLOSES : 0);
    const delay = fill.reportTime - fill.time;
    const isSameText = receipt === this.#lastPrompt && wording === this.#lastWording;
    const provenance = isSameText ? this.#provenance.length - 1 : this.#provenanceOf(receipt);
    this.#lastPrompt = receipt;
    this.#lastWording = wording;
    const { expected } = shared;
    const { halfSpread, slippage, participationLimit, dataLatency, reportLatency } = receipt;
    const isSameFill = expected[0] === account && expected[1] === flags && expected[2] === quantity;
    const isSameSource = expected[3] === provenance && expected[7] === delay && expected[10] === counts;
    const isSameModel = expected[4] === halfSpread && expected[5] === slippage && expected[6] === participationLimit;
    const isSameLatency = expected[8] === dataLatency && expected[9] === reportLatency;
    if (isSameFill && isSameSource && isSameModel && isSameLatency) return shared.again();
    const { row } = shared;
    row[0] = account;
    row[1] = flags;
    row[2] = quantity;
    row[7] = delay;
    row[10] = counts;
    this.#writeModels(receipt, provenance);
    return shared.place();
  }

  /** All fills, oldest first. `clientOrderIdOf` says what an order was called. */
  toArray(clientOrderIdOf: (orderId: string) => string): Fill[] {
    return Array.from({ length: this.length }, (_, index) => {
      const fill = this.at(index);
      return { ...fill, clientOrderId: clientOrderIdOf(fill.orderId) };
    });
  }

  /** One fill as an object of its own, without the client's name of its order. */
  at(index: number): Fill {
    return this.read(index, emptyFillRow());
  }

  /** All fills, oldest first, each in the same object, without the client's names of their orders. */
  *rows(): Generator<Fill, void> {
    const row = emptyFillRow();
    for (let index = 0; index < this.length; index += 1) yield this.read(index, row);
  }

  /** The same without receipts, which are most of the work. */
  *plainRows(): Generator<PlainFill, void> {
    const row = emptyFillRow();
    for (let index = 0; index < this.length; index += 1) {
      this.#readPlain(index, row);
      yield row;
    }
  }

  /** The same without fees and ledger entries as well, which are most of the rest. */
  *bareRows(): Generator<BareFill, void> {
    const row = emptyFillRow();
    for (let index = 0; index < this.length; index += 1) {
      this.#readBare(index, row);
      yield row;
    }
  }

  /** How many fills were decided on what, in the order in which each came first. */
  get bases(): ReadonlyMap<FillBasis, number> {
    const counts = new Map<FillBasis, number>();
    for (let index = 0; index < this.length; index += 1) {
      const basis = BASES[this.#provenance.at(this.#shared.at(this.#fills.at(index, 4), 3), 0)] ?? 'tradeBar';
      counts.set(basis, (counts.get(basis) ?? 0) + 1);
    }
    return counts;
  }

  /** Lets go of all rows for good, for logs to come. */
  release(): void {
    this.#fills.release();
    this.#lines.release();
  }

  /** When a fill was told. */
  reportTimeAt(index: number): number {
    return this.#fills.at(index, 3) + this.#shared.at(this.#fills.at(index, 4), 7);
  }

  /** Number of the order of a fill, and when that order had arrived. */
  arrivalAt(index: number): { readonly order: number; readonly time: number } {
    return { order: this.#fills.at(index, 1), time: this.#fills.at(index, 16) };
  }

  /** Number of the order of a fill, and when its stop was elected; 0 if it has none. */
  triggerAt(index: number): { readonly order: number; readonly time: number } {
    const rare = this.#fills.at(index, 5);
    return { order: this.#fills.at(index, 1), time: rare < 0 ? 0 : this.#rare.at(rare, 7) };
  }

  /**
   * Writes the lines of `hashLedger` (runIdentity.ts) of the fills from one index up to another, without making the
   * fills: a search hashes every run, and reads no receipt of them.
   */
  writeLedger(from: number, to: number, out: TextBytes): void {
    const fills = this.#fills;
    const shared = this.#shared;
    for (let index = from; index < to; index += 1) {
      const row = fills.blockOf(index) ?? NO_ROW;
      const at = fills.offsetOf(index);
      const place = row[at + 4] ?? 0;
      out.piece(FILL_ID);
      out.number(row, at, BLANK);
      out.piece(ORDER_ID);
      out.number(row, at + 1, BLANK);
      out.number(row, at + 19, BLANK);
      out.piece((shared.at(place, 1) & BUY) !== 0 ? BOUGHT : SOLD);
      out.number(shared.blockOf(place) ?? NO_ROW, shared.offsetOf(place) + 2, BLANK);
      out.number(row, at + 2, BLANK);
      out.number(row, at + 3, BLANK);
      this.#readLines(row, at);
      this.#lines.writeText(out);
    }
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

  /** Puts a fill into a row and gives it back. */
  read(index: number, row: FillRow): Fill {
    this.#readPlain(index, row);
    this.#readReceipt(index, this.#fills.at(index, 4), row.receipt);
    return row;
  }

  #readPlain(index: number, row: FillRow): void {
    const fills = this.#fills;
    this.#readBare(index, row);
    this.#readLines(fills.blockOf(index) ?? NO_ROW, fills.offsetOf(index));
    this.#lines.writeInto(row);
  }

  #readBare(index: number, row: FillRow): void {
    const fills = this.#fills;
    const place = fills.at(index, 4);
    const shared = this.#shared;
    const flags = shared.at(place, 1);
    row.id = `f-${fills.at(index, 0)}`;
    row.orderId = `o-${fills.at(index, 1)}`;
    row.accountId = this.#texts.textOf(shared.at(place, 0));
    row.symbolId = fills.at(index, 19);
    row.side = (flags & BUY) !== 0 ? 'buy' : 'sell';
    row.quantity = shared.at(place, 2);
    row.price = fills.at(index, 2);
    row.time = fills.at(index, 3);
    row.reportTime = row.time + shared.at(place, 7);
    row.liquidity = (flags & MAKER) === 0 ? 'taker' : 'maker';
  }

  /** Of the fill whose row begins at a place of its block. */
  #readLines(row: Float64Array, at: number): void {
    const shared = this.#shared;
    const place = row[at + 4] ?? 0;
    const counts = shared.at(place, 10);
    const first = row[at + 6] ?? 0;
    const second = row[at + 7] ?? 0;
    if (counts !== DERIVED) {
      this.#lines.read(first, second, counts);
      return;
    }
    const flags = shared.at(place, 1);
    const signed = (flags & BUY) !== 0 ? shared.at(place, 2) : -shared.at(place, 2);
    this.#lines.derive(row[at + 19] ?? 0, signed, first, second, row[at + 20] ?? 0, (flags & CLOSES) !== 0);
  }

  #readReceipt(index: number, place: number, into: FillRow['receipt']): void {
    const fills = this.#fills;
    const shared = this.#shared;
    const provenance = this.#provenance;
    const texts = this.#texts;
    const rare = this.#rare;
    const origin = shared.at(place, 3);
    const rareRow = fills.at(index, 5);
    const isRare = rareRow >= 0;
    into.basis = BASES[provenance.at(origin, 0)] ?? 'tradeBar';
    into.rule = texts.textOf(provenance.at(origin, 1));
    into.feed = texts.textOf(provenance.at(origin, 2));
    into.preset = texts.textOf(provenance.at(origin, 3));
    into.models = texts.textOf(provenance.at(origin, 4));
    into.notes = texts.textOf(provenance.at(origin, 5));
    into.feedDelay = provenance.at(origin, 6);
    into.coverage = FEED_COVERAGES[provenance.at(origin, 7)] ?? 'unknown';
    into.evidenceTime = fills.at(index, 8);
    into.evidenceSequence = fills.at(index, 9);
    into.open = fills.at(index, 10);
    into.high = fills.at(index, 11);
    into.low = fills.at(index, 12);
    into.last = fills.at(index, 13);
    into.volume = fills.at(index, 14);
    into.decidedAt = fills.at(index, 15);
    into.arrivedAt = fills.at(index, 16);
    into.basePrice = fills.at(index, 17);
    into.participation = fills.at(index, 18);
    into.halfSpread = shared.at(place, 4);
    into.slippage = shared.at(place, 5);
    into.participationLimit = shared.at(place, 6);
    into.dataLatency = shared.at(place, 8);
    into.reportLatency = shared.at(place, 9);
    into.bid = isRare ? rare.at(rareRow, 0) : 0;
    into.bidSize = isRare ? rare.at(rareRow, 1) : 0;
    into.ask = isRare ? rare.at(rareRow, 2) : 0;
    into.askSize = isRare ? rare.at(rareRow, 3) : 0;
    into.queueAtEntry = isRare ? rare.at(rareRow, 4) : -1;
    into.queueAtFill = isRare ? rare.at(rareRow, 5) : -1;
    into.triggerPrice = isRare ? rare.at(rareRow, 6) : 0;
    into.triggerTime = isRare ? rare.at(rareRow, 7) : 0;
    into.impact = isRare ? rare.at(rareRow, 8) : 0;
    into.bandLower = isRare ? rare.at(rareRow, 9) : 0;
    into.bandUpper = isRare ? rare.at(rareRow, 10) : 0;
    into.shortFloor = isRare ? rare.at(rareRow, 11) : 0;
  }
}

function hasSameTexts(one: Receipt, other: Receipt): boolean {
  const isSameFeed = one.feed === other.feed && one.feedDelay === other.feedDelay && one.coverage === other.coverage;
  const isSameRun = isSameFeed && one.preset === other.preset && one.models === other.models;
  return isSameRun && one.basis === other.basis && one.rule === other.rule && one.notes === other.notes;
}
