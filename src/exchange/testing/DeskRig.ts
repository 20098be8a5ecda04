/**
 * Drives a venue with a desk in tests the way the kernel does, in dollars, shares and New York wall-clock times,
 * records every reported event, and checks the invariants after each step.
 */
import type { Fill } from '../../domain/fill.js';
import type { OrderClass, OrderType, Side, TimeInForce, Trail } from '../../domain/order.js';
import type { SessionConfig } from '../../domain/session.js';
import { createBarTable, createPrintTable, createQuoteTable, createStatusTable } from '../../domain/tables.js';
import { MINUTE } from '../../domain/timeframe.js';
import { RAW_PRICE_SCALE, SHARE } from '../../domain/units.js';
import type { AccountState, AccountTerms, LegRequest, VenueAnswer, VenueRequest } from '../../domain/venueDesk.js';
import type { VenueEvent } from '../../domain/venueEvents.js';
import { isOrderEvent } from '../../domain/venueEvents.js';
import { required } from '../../utils/assert.js';
import { checkVenue } from '../invariants.js';
import { PaperVenue } from '../PaperVenue.js';
import { at, ORDINARY, usd } from './ExchangeRig.js';

/** An order in dollars and shares; by default a market order for 100 shares, for the day. */
export interface RigOrder {
  readonly id?: string;
  readonly symbolId?: number;
  readonly side?: Side;
  readonly type?: OrderType;
  readonly timeInForce?: TimeInForce;
  readonly shares?: number;
  readonly notional?: number;
  readonly limit?: number;
  readonly stop?: number;
  readonly trail?: Trail;
  readonly extendedHours?: boolean;
  readonly orderClass?: OrderClass;
  readonly legs?: readonly LegRequest[];
}

/** What a recovery is given, in order: events that were taken, and market rows. */
export type Recorded = VenueEvent | ((venue: PaperVenue) => void);

/** See the module header. */
export class DeskRig {
  venue: PaperVenue;
  readonly config: SessionConfig;
  readonly events: VenueEvent[] = [];
  readonly record: Recorded[] = [];
  now: number;
  #ids = 0;

  constructor(
    options: Partial<
      Pick<
        SessionConfig,
        'symbols' | 'preset' | 'startTime' | 'stockLoans' | 'corporateActions' | 'shadowPresets' | 'listings'
      >
    > = {},
  ) {
    this.config = {
      sessionId: 'desk-rig',
      feed: 'recorded',
      symbols: ['AAA', 'BBB'],
      priceScale: RAW_PRICE_SCALE,
      accountId: 'main',
      startingCash: usd(100_000),
      preset: 'papertape',
      feePlan: 'zero',
      seed: 1,
      startTime: at('04:00'),
      limits: {},
      strategies: [],
      ...options,
    };
    this.venue = new PaperVenue(this.config);
    this.now = this.config.startTime;
  }

  /** Opens an account with dollars. */
  open(accountId: string, cash = 100_000, terms: Partial<AccountTerms> = {}): VenueAnswer {
    return this.request(accountId, {
      type: 'openAccount',
      terms: { kind: 'margin', startingCash: usd(cash), ...terms },
    });
  }

  request(accountId: string, request: VenueRequest): VenueAnswer {
    const answer = this.venue.request(accountId, request, this.now);
    this.drain();
    return answer;
  }

  /** Submits an order; gives the order's id, or the reason of the refusal. */
  submit(accountId: string, order: RigOrder = {}): string {
    const answer = this.ask(accountId, order);
    return answer.ok ? required(answer.orderId, 'the id of the order') : answer.refusal.reason;
  }

  /** As {@link submit}, with the whole answer. */
  ask(accountId: string, order: RigOrder = {}): VenueAnswer {
    this.#ids += 1;
    const { shares = 100, notional, limit, stop, trail } = order;
    return this.request(accountId, {
      type: 'submit',
      order: {
        clientOrderId: order.id ?? `c-${this.#ids}`,
        symbolId: order.symbolId ?? 0,
        side: order.side ?? 'buy',
        type: order.type ?? (limit === undefined ? (stop === undefined ? 'market' : 'stop') : 'limit'),
        timeInForce: order.timeInForce ?? 'day',
        ...(notional === undefined ? { quantity: Math.round(shares * SHARE) } : { notional: usd(notional) }),
        ...(limit === undefined ? {} : { limitPrice: usd(limit) }),
        ...(stop === undefined ? {} : { stopPrice: usd(stop) }),
        ...(trail === undefined ? {} : { trail }),
        extendedHours: order.extendedHours ?? false,
        orderClass: order.orderClass ?? 'simple',
        legs: order.legs ?? [],
      },
    });
  }

  state(accountId: string): AccountState {
    return required(this.venue.accountState(accountId, this.now), `account ${accountId}`);
  }

  /** Lets time pass without market data, doing at each due time what is due. */
  advance(clock: string | number, date?: string): void {
    const time = typeof clock === 'number' ? clock : at(clock, date);
    for (let due = this.venue.nextDue(); due < time; due = this.venue.nextDue()) {
      this.now = Math.max(this.now, due);
      this.venue.advanceTo(this.now);
      this.drain();
      this.venue.matchInstant(this.now);
      this.drain();
    }
    this.now = Math.max(this.now, time);
    this.venue.advanceTo(this.now);
    this.drain();
  }

  quote(clock: string | number, bid: number, ask: number, size = 10_000, symbolId = 0, date?: string, flags = 0): void {
    const table = createQuoteTable(1);
    this.#instant(
      clock,
      date,
      table,
      symbolId,
      () => {
        table.bid[0] = usd(bid);
        table.ask[0] = usd(ask);
        table.flags[0] = flags;
        table.bidSize[0] = size;
        table.askSize[0] = size;
      },
      (venue) => venue.onQuote(table, 0),
    );
  }

  print(clock: string | number, price: number, size = 100, symbolId = 0, date?: string): void {
    const table = createPrintTable(1);
    this.#instant(
      clock,
      date,
      table,
      symbolId,
      () => {
        table.price[0] = usd(price);
        table.size[0] = size;
        table.flags[0] = ORDINARY;
      },
      (venue) => venue.onPrint(table, 0),
    );
  }

  /** A minute bar of one price. */
  bar(clock: string | number, price: number, volume = 1_000_000, symbolId = 0, date?: string): void {
    const table = createBarTable('1m', 1);
    this.#instant(
      clock,
      date,
      table,
      symbolId,
      (time) => {
        table.start[0] = time - MINUTE;
        for (const column of [table.open, table.high, table.low, table.close]) column[0] = usd(price);
        table.volume[0] = volume;
      },
      (venue) => venue.onBar(table, 0),
    );
  }

  status(clock: string | number, status: number, symbolId = 0): void {
    const table = createStatusTable(1);
    this.#instant(
      clock,
      undefined,
      table,
      symbolId,
      () => {
        table.status[0] = status;
      },
      (venue) => venue.onStatus(table, 0),
    );
  }

  /** The types of the events of an order or account so far, after what is under way has arrived. */
  types(id: string): string[] {
    return this.events
      .filter((event) => (isOrderEvent(event) ? event.orderId : event.accountId) === id)
      .map(({ type }) => type);
  }

  /** Fills of an account so far. */
  fills(accountId: string): Fill[] {
    return this.events.flatMap((event) =>
      event.type === 'filled' && event.fill.accountId === accountId ? [event.fill] : [],
    );
  }

  /** A fresh venue that was given the record and then the working state, as a restarted process is. */
  recovered(): PaperVenue {
    const venue = new PaperVenue(this.config);
    for (const entry of this.record) {
      if (typeof entry === 'function') entry(venue);
      else venue.apply(entry);
    }
    venue.restoreWorking(JSON.parse(JSON.stringify(this.venue.workingState())));
    return venue;
  }

  #instant(
    clock: string | number,
    date: string | undefined,
    table: {
      length: number;
      readonly symbolId: { [index: number]: number };
      readonly time: { [index: number]: number };
    },
    symbolId: number,
    fill: (time: number) => void,
    row: (venue: PaperVenue) => void,
  ): void {
    this.advance(clock, date);
    table.length = 1;
    table.symbolId[0] = symbolId;
    table.time[0] = this.now;
    fill(this.now);
    this.record.push(row);
    row(this.venue);
    this.venue.matchInstant(this.now);
    this.drain();
  }

  private drain(): void {
    for (let event = this.venue.takeEvent(this.now); event !== undefined; event = this.venue.takeEvent(this.now)) {
      this.venue.apply(event);
      this.record.push(event);
      this.events.push(event);
    }
    const faults = checkVenue(this.venue);
    if (faults.length > 0) throw new Error(faults.join('\n'));
  }
}
