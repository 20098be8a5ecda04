/**
 * What happened to one account's money and shares, in order: its ledger as steps of cash and positions. Orders and
 * prices are elsewhere; this is enough to value the account at any past time.
 */
import type { LedgerEntry } from '../../../domain/ledger.js';
import type { Side } from '../../../domain/order.js';
import type { Micros, Money, Price, Quantity } from '../../../domain/units.js';
import type { AccountSettings } from '../../../domain/venueDesk.js';
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
  /** Everything that was there goes outside, at what it is worth then. */
  readonly ends?: true;
}

/** An execution, or what became of one, as an activity shows it. */
export interface TradeActivity {
  readonly kind: 'trade';
  readonly id: string;
  /** Its place among all events of all accounts, as a ULID. */
  readonly eventId: string;
  /** Id of the execution; the row's own id ends with it, but for busts and corrections of it. */
  readonly executionUuid: string;
  readonly time: Micros;
  /** A bust has the price and quantity that were taken back, a correction those that stand. */
  readonly type: 'fill' | 'partial_fill' | 'trade_bust' | 'trade_correct';
  readonly orderUuid: string;
  readonly symbolId: number;
  readonly side: Side | 'sell_short';
  readonly price: Price;
  readonly quantity: Quantity;
  /** What was left to fill and what was filled of the order then, and its state. */
  readonly leaves: Quantity;
  readonly cumulative: Quantity;
  readonly status: string;
}
/** Anything else that moved money or shares. */
export interface BookedActivity {
  readonly kind: 'booked';
  readonly id: string;
  readonly eventId: string;
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
  /** Whether the listed deviations from Alpaca are switched to what Alpaca does. */
  fidelity: AccountSettings['fidelity'];
  readonly steps: AccountStep[] = [];
  readonly activities: Activity[] = [];
  readonly #positions = new Map<number, Quantity>();

  constructor(accountId: string, openedAt: Micros, startingCash: Money, fidelity: AccountSettings['fidelity']) {
    this.accountId = accountId;
    this.openedAt = openedAt;
    this.fidelity = fidelity;
    this.begin(openedAt, startingCash);
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
    this.end(time);
    this.begin(time, startingCash);
  }

  /** Money and positions are gone; what was stays readable. */
  end(time: Micros): void {
    this.steps.push({ time, cash: 0, symbolId: -1, quantity: 0, price: undefined, flow: 0, ends: true });
    this.#positions.clear();
  }

  /** The account is opened with `startingCash`, for the first time or after its end. */
  begin(time: Micros, startingCash: Money): void {
    this.openedAt = time;
    this.steps.push({ time, cash: startingCash, symbolId: -1, quantity: 0, price: undefined, flow: startingCash });
  }
}
