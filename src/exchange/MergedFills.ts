/**
 * A run of instants of one table of bars of many symbols (`MergedVenue`). Bars on which nothing can be decided leave a
 * mark and, at the end of the run, a volume. Market orders may wait for the next bar of their symbol: what accepts and
 * fills them is the code of orders at work, as with single prompt orders (PromptFills); what is left out are their
 * places in lists and queues, and their reports. An order that turns out not to be plain is put to work as if it had
 * been there all the time.
 */
import type { BarTable } from '../domain/marketTables.js';
import type { Order } from '../domain/order.js';
import type { MergedVenue } from '../domain/ports.js';
import type { PromptFill } from '../domain/promptFill.js';
import type { Micros } from '../domain/units.js';
import { assert, required } from '../utils/assert.js';
import { refusalOf } from './admission.js';
import { emptyPromptFill } from './emptyFill.js';
import type { LatencyModel } from './LatencyModel.js';
import { BarMatcher } from './matching/BarMatcher.js';
import { spreadPartAt } from './matching/costs.js';
import { FillDecision, takeFrom } from './matching/FillDecision.js';
import type { PromptParts } from './PromptFills.js';
import { allocatePlainly, isPlain, offersPrompt } from './promptRules.js';
import type { SymbolMarket } from './SymbolMarket.js';
import { WorkingOrder } from './WorkingOrder.js';

const NO_LEGS: readonly WorkingOrder[] = [];

/** What a run asks of its exchange. */
export interface MergedCalls {
  /** Brings the trading session up to a time, as the arrival of an order does. */
  readonly moveTo: (time: Micros) => void;
  /** Counts rows and gives the number of the last. */
  readonly countRows: (rows: number) => number;
  /** Finds anew when something is due. */
  readonly plan: () => void;
}

/** See the module header. One per exchange. */
export class MergedFills implements MergedVenue {
  decisive = new Int32Array(16);
  private readonly parts: PromptParts;
  private readonly calls: MergedCalls;
  private readonly rules: BarMatcher;
  private readonly isOffered: boolean;
  private readonly decision = new FillDecision();
  /** Written over for each: whoever keeps a fill copies it. */
  private readonly made = emptyPromptFill();
  /** The orders that wait, by place; one that is free is used again. */
  private readonly waiting: (WorkingOrder | undefined)[] = [];
  private readonly free: number[] = [];
  /** By symbol id: the place of the order that waits in it plus one, else 0; and the last row of the run, else −1. */
  private readonly places: Int32Array;
  private readonly lastRows: Int32Array;
  private table: BarTable | undefined = undefined;
  private code = 0;

  constructor(parts: PromptParts, latency: LatencyModel, calls: MergedCalls) {
    const { preset, book } = parts;
    this.calls = calls;
    this.parts = parts;
    this.rules = new BarMatcher(preset, parts.priceScale);
    this.isOffered = offersPrompt(preset, latency);
    this.places = new Int32Array(book.symbols.length);
    this.lastRows = new Int32Array(book.symbols.length).fill(-1);
  }

  begin(code: number, table: BarTable): boolean {
    if (!this.parts.bars.notesBars) return false;
    this.table = table;
    this.code = code;
    return true;
  }

  observe(from: number, to: number): number {
    const { table, lastRows, parts } = this;
    if (table === undefined) return 0;
    const { marks, plainBars } = parts.book;
    const { symbolId, close } = table;
    const plain = this.code + 1;
    const end = to | 0;
    let counted = from | 0;
    let count = 0;
    for (let row = from | 0; row < end; row = (row + 1) | 0) {
      const id = symbolId[row] ?? 0;
      if (plainBars[id] === plain) {
        const price = close[row] ?? 0;
        if (price > 0) marks[id] = price;
        lastRows[id] = row;
        continue;
      }
      if (this.look(table, row, row + 1 - counted)) {
        if (count === this.decisive.length) this.grow();
        this.decisive[count] = row;
        count += 1;
      }
      counted = (row + 1) | 0;
    }
    this.calls.countRows(to - counted);
    return count;
  }

  accept(order: Order, now: Micros): number {
    const { book, session, watch } = this.parts;
    const symbol = book.symbols[order.symbolId];
    if (!this.isOffered || symbol === undefined || this.table === undefined) return -1;
    if (!isPlain(symbol) || this.places[symbol.symbolId] !== 0 || !watch.isFree(symbol)) return -1;
    this.calls.moveTo(now);
    if (session.phase !== 'regular') return -1;
    const account = book.account(order.accountId);
    const { clientOrderNumber, clientOrderPrefix } = order;
    if (account.rules !== undefined || clientOrderNumber === undefined || clientOrderPrefix === undefined) return -1;
    const ids = account.clientOrderIds;
    if (!ids.isNext(clientOrderPrefix, clientOrderNumber)) return -1;
    const place = this.free.pop() ?? this.waiting.length;
    const working = this.workAs(place, order, now);
    if (working.isFractional || !allocatePlainly(working, book, this.parts.priceScale)) return this.refuse(place);
    account.addReserve(working.reserve);
    if (!this.isAccepted(working, symbol, now)) {
      account.addReserve(-working.reserve);
      return this.refuse(place);
    }
    ids.useNumbered(clientOrderPrefix, clientOrderNumber);
    watch.refresh(symbol, now);
    this.places[symbol.symbolId] = place + 1;
    book.plainBars[symbol.symbolId] = 0;
    return place;
  }

  placeOf(symbolId: number): number {
    return (this.places[symbolId] ?? 0) - 1;
  }

  fill(place: number, row: number): PromptFill | undefined {
    const { book, session, fills, reports } = this.parts;
    const { decision } = this;
    const working = this.waitingAt(place);
    const { account, quantity } = working;
    const symbol = book.symbol(working.symbolId);
    // A bar that began before the order came decides nothing for it.
    if (symbol.barStart < working.decidedAt || !this.rules.isSound(symbol)) return undefined;
    if (symbol.barTime !== this.table?.time[row]) return undefined;
    this.rules.atOpen(working, symbol, spreadPartAt(symbol.barStart, session), 'bar-open', decision);
    if (decision.quantity !== quantity || fills.payable(working, decision, quantity) !== quantity) return undefined;
    takeFrom(symbol, decision, quantity);
    const time = symbol.barTime;
    const fill = fills.makeInNumbers(working, decision, quantity, time, reports.dueFor(time), this.made);
    account.postFill(fill);
    account.trades?.take(working, quantity, true);
    account.addReserve(-working.reserve);
    this.places[symbol.symbolId] = 0;
    this.free.push(place);
    book.plainBars[symbol.symbolId] = this.code + 1;
    return fill;
  }

  release(place: number, order: Order): void {
    const { book, matcher, session } = this.parts;
    const working = this.waitingAt(place);
    const { decidedAt, symbolId } = working;
    working.takeIds(order);
    working.dueAt = decidedAt;
    working.evidenceFrom = 0;
    this.places[symbolId] = 0;
    // The place gets another object when it is taken the next time: this one goes its own way.
    this.waiting[place] = undefined;
    this.free.push(place);
    book.enterAccepted(working);
    matcher.wakes.plan(book.symbol(symbolId), session, decidedAt);
    this.calls.plan();
  }

  touch(row: number): void {
    this.parts.bars.touch(this.parts.book.symbol(this.table?.symbolId[row] ?? 0));
  }

  end(): void {
    const { table, lastRows } = this;
    const { symbols } = this.parts.book;
    assert(this.free.length === this.waiting.length, 'no order waits at the end of a run');
    this.table = undefined;
    if (table === undefined) return;
    for (let id = 0; id < lastRows.length; id += 1) {
      const row = lastRows[id] ?? -1;
      if (row < 0) continue;
      lastRows[id] = -1;
      const symbol = symbols[id];
      if (symbol !== undefined) symbol.volume = table.volume[row] ?? 0;
    }
  }

  /** Observes a row that may be decided on, or of an unknown symbol; `rows` with it were not counted yet. */
  private look(table: BarTable, row: number, rows: number): boolean {
    const { book, bars } = this.parts;
    const id = table.symbolId[row] ?? 0;
    const last = this.lastRows[id] ?? -1;
    if (last >= 0) {
      book.symbol(id).volume = table.volume[last] ?? 0;
      this.lastRows[id] = -1;
    }
    return bars.look(this.code, table, row, this.calls.countRows(rows), this.places[id] !== 0);
  }

  private isAccepted(working: WorkingOrder, symbol: SymbolMarket, now: Micros): boolean {
    if (this.parts.matcher.refusesShort(working, symbol, now)) return false;
    return refusalOf(working, NO_LEGS, this.parts, false, true, 0, now) === undefined;
  }

  private workAs(place: number, order: Order, now: Micros): WorkingOrder {
    const account = this.parts.book.account(order.accountId);
    const working = (this.waiting[place] ??= new WorkingOrder(order, account, now));
    working.workAs(order, account, now);
    return working;
  }

  private refuse(place: number): -1 {
    this.free.push(place);
    return -1;
  }

  private waitingAt(place: number): WorkingOrder {
    return required(this.waiting[place], 'waiting order');
  }

  private grow(): void {
    const decisive = new Int32Array(this.decisive.length * 2);
    decisive.set(this.decisive);
    this.decisive = decisive;
  }
}
