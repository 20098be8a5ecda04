/**
 * What happened to one account's money and shares, in order: its ledger as steps of cash and positions. Orders and
 * prices are elsewhere; this is enough to value the account at any past time.
 */
import type { Fill } from '../../../domain/fill.js';
import type { LedgerEntry } from '../../../domain/ledger.js';
import type { Micros, Money, Price, Quantity } from '../../../domain/units.js';
import type { BookingKind } from '../../../domain/venueEvents.js';

/** One step: what changed at a time. `price` is that of a fill, which values the symbol until the market does. */
export interface AccountStep {
  readonly time: Micros;
  readonly cash: Money;
  readonly symbolId: number;
  readonly quantity: Quantity;
  readonly price: Price | undefined;
  /** Money that came from or went outside (deposits and resets); no profit. */
  readonly flow: Money;
}

/** An execution as an activity shows it. */
export interface TradeActivity {
  readonly kind: 'trade';
  readonly id: string;
  readonly time: Micros;
  readonly fill: Fill;
  readonly partial: boolean;
  readonly sellShort: boolean;
  readonly leaves: Quantity;
  readonly cumulative: Quantity;
  readonly status: string;
}
/** Anything else that moved money or shares. */
export interface BookedActivity {
  readonly kind: 'booked';
  readonly id: string;
  readonly time: Micros;
  readonly booking: BookingKind;
  readonly symbolId: number;
  readonly amount: Money;
  readonly quantity: Quantity;
  readonly note: string;
}
/** A row of the account's activities. */
export type Activity = TradeActivity | BookedActivity;

/** See the module header. */
export class AccountHistory {
  readonly accountId: string;
  openedAt: Micros;
  readonly steps: AccountStep[] = [];
  readonly activities: Activity[] = [];
  readonly #positions = new Map<number, Quantity>();

  constructor(accountId: string, openedAt: Micros, startingCash: Money) {
    this.accountId = accountId;
    this.openedAt = openedAt;
    this.#begin(openedAt, startingCash);
  }

  /** Signed shares held of a symbol. */
  position(symbolId: number): Quantity {
    return this.#positions.get(symbolId) ?? 0;
  }

  /** Books a set of entries; those of other accounts are not ours. */
  book(time: Micros, entries: readonly LedgerEntry[], price?: Price, flow = false): void {
    let cash: Money = 0;
    const shares = new Map<number, Quantity>();
    for (const entry of entries) {
      if (entry.accountId !== this.accountId) continue;
      if (entry.account === 'cash') cash += entry.amount;
      if (entry.account === 'position') {
        shares.set(entry.symbolId, (shares.get(entry.symbolId) ?? 0) + entry.quantity);
      }
    }
    this.steps.push({ time, cash, symbolId: -1, quantity: 0, price: undefined, flow: flow ? cash : 0 });
    for (const [symbolId, quantity] of shares) {
      this.#positions.set(symbolId, this.position(symbolId) + quantity);
      this.steps.push({ time, cash: 0, symbolId, quantity, price, flow: 0 });
    }
  }

  /** Everything is gone and `startingCash` is there. */
  reset(time: Micros, startingCash: Money): void {
    let cash: Money = 0;
    for (const step of this.steps) cash += step.cash;
    this.steps.push({ time, cash: -cash, symbolId: -1, quantity: 0, price: undefined, flow: -cash });
    for (const [symbolId, quantity] of this.#positions) {
      this.steps.push({ time, cash: 0, symbolId, quantity: -quantity, price: undefined, flow: 0 });
    }
    this.#positions.clear();
    this.#begin(time, startingCash);
  }

  #begin(time: Micros, startingCash: Money): void {
    this.openedAt = time;
    this.steps.push({ time, cash: startingCash, symbolId: -1, quantity: 0, price: undefined, flow: startingCash });
  }
}
