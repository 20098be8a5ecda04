/**
 * The end of the engine's account once its equity is 0 or below (`Preset.ruin`): every open order is canceled at once,
 * each order that comes then closes a position and fills whole at the mark of its symbol, with the commission of any
 * other order, and what is left of the equity is written off as a booking of its own.
 */
import type { RuinVenue } from '../domain/ports.js';
import type { Micros } from '../domain/units.js';
import { DOLLAR, formatDecimal } from '../domain/units.js';
import type { AccountBooking, OrderEvent } from '../domain/venueEvents.js';
import type { ExchangeBook } from './ExchangeBook.js';
import type { FillMaker } from './FillMaker.js';
import { writeOffEntries } from './ledger.js';
import { FillDecision } from './matching/FillDecision.js';
import type { ReportQueue } from './ReportQueue.js';
import type { WorkingOrder } from './WorkingOrder.js';

/** What it works with. */
export interface WindUpParts {
  readonly accountId: string;
  readonly book: ExchangeBook;
  readonly fills: FillMaker;
  readonly reports: ReportQueue;
  /** Brings the exchange to a time, what is due before included. */
  readonly moveTo: (time: Micros) => void;
  readonly emit: (event: OrderEvent, order: WorkingOrder) => void;
  readonly emitBooking: (event: AccountBooking) => void;
  /** Whether recorded events are applied: they hold what came of it. */
  readonly isRecovering: () => boolean;
}

/** See the module header. */
export class WindUp implements RuinVenue {
  /** Whether orders that come close positions at their marks. */
  isBegun = false;
  readonly #parts: WindUpParts;
  readonly #decision = new FillDecision();

  constructor(parts: WindUpParts) {
    this.#parts = parts;
  }

  hasten(now: Micros): void {
    if (this.#parts.isRecovering()) return;
    this.#parts.moveTo(now);
    this.#parts.reports.hasten(now);
  }

  begin(now: Micros): void {
    this.isBegun = true;
    const { book, emit, isRecovering, moveTo } = this.#parts;
    if (isRecovering()) return;
    moveTo(now);
    for (const order of [...book.orders.values()]) {
      if (order.closed) continue;
      emit({ type: 'canceled', orderId: order.id, time: now, reason: 'the account is ruined' }, order);
      book.symbol(order.symbolId).compact();
    }
  }

  /** Takes in an order that has just been entered and fills it. */
  close(order: WorkingOrder, now: Micros): void {
    const { book, fills, reports, emit } = this.#parts;
    const symbol = book.symbol(order.symbolId);
    const decision = this.#decision;
    emit({ type: 'accepted', orderId: order.id, time: now, waiting: false }, order);
    // The mark alone: bars that decided nothing were not kept whole.
    decision.basis = 'lastSale';
    decision.rule = 'ruin';
    decision.evidenceTime = now;
    decision.make(book.marks[order.symbolId] ?? 0, false);
    decision.last = decision.price;
    const fill = fills.make(order, decision, order.remaining, now, reports.dueFor(now));
    emit({ type: 'filled', orderId: order.id, time: now, fill, final: true }, order);
    symbol.compact();
  }

  finish(now: Micros): void {
    const { accountId, book, emitBooking, isRecovering } = this.#parts;
    if (isRecovering()) return;
    const { equity } = book.account(accountId);
    emitBooking({
      type: 'booked',
      accountId,
      time: now,
      kind: 'writeOff',
      symbolId: -1,
      entries: writeOffEntries(accountId, equity),
      note: `the account is ruined: its equity after closing was ${formatDecimal(equity, DOLLAR)} dollars`,
    });
  }
}
