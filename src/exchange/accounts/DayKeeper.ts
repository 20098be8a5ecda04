/**
 * What happens to the desk's accounts by date and time and not by request: the start of a trading day with corporate
 * actions, fees of the nights before and freezes that end; margin calls while the market is open; the close. All of it
 * is decided once, at a boundary of the calendar or a whole minute, and told by events.
 */
import { SessionClock } from '../../calendar/SessionClock.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import { formatDate } from '../../calendar/tradingDate.js';
import type { SessionConfig } from '../../domain/session.js';
import { MINUTE } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';
import type { VenueEvent } from '../../domain/venueEvents.js';
import type { CashViolation } from '../rulebook/CashSettlement.js';
import { accrueNights } from './carryCosts.js';
import { checkMargin } from './marginCalls.js';
import type { VenueAccount } from './VenueAccount.js';

/** What the keeper works on. */
export interface KeptDesk {
  readonly config: SessionConfig;
  readonly accounts: ReadonlyMap<string, VenueAccount>;
  /** Whether corporate actions are known at all. */
  readonly hasActions: boolean;
  emit(event: VenueEvent): void;
  /** Closes positions of an account that does not meet its margin. */
  liquidate(account: VenueAccount, now: Micros): void;
  /** Lets the corporate actions up to a trading day happen to all accounts, and pays what is due. */
  actOnAll(date: TradingDate, time: Micros): void;
}

const VIOLATIONS: Readonly<Record<CashViolation, string>> = {
  goodFaith: 'shares were sold before the money that bought them had settled, once too often',
  freeRiding: 'shares were sold that no money of the account had paid for',
};

/** See the module header. */
export class DayKeeper {
  readonly #desk: KeptDesk;
  readonly #clock: SessionClock;
  /** The trading day up to which corporate actions have happened. */
  actedTo: TradingDate;
  /** When margins are looked at next. */
  nextCheck: Micros;

  constructor(desk: KeptDesk) {
    this.#desk = desk;
    this.#clock = new SessionClock(desk.config.startTime);
    this.actedTo = this.#clock.session().date - 1;
    this.nextCheck = minuteAfter(desk.config.startTime);
  }

  /** The next boundary of the trading day that is to be crossed. */
  get boundary(): Micros {
    return this.#clock.nextBoundary;
  }
  set boundary(boundary: Micros) {
    // A desk that goes on from an earlier session begins no earlier than its own.
    if (boundary > this.#clock.nextBoundary) this.#clock.advance(boundary - 1);
  }

  /** The trading day at a time from the keeper's present on; once after-hours trading has ended, the next one. */
  dateAt(time: Micros): TradingDate {
    if (this.#desk.accounts.size === 0) {
      this.#clock.advance(time);
      this.nextCheck = Math.max(this.nextCheck, minuteAfter(time));
    }
    return this.#clock.session().date;
  }

  nextDue(): Micros {
    if (this.#needsDay()) return this.#desk.config.startTime;
    const { nextBoundary } = this.#clock;
    return this.#watchesMargin() ? Math.min(nextBoundary, this.nextCheck) : nextBoundary;
  }

  /** Lets everything up to `time` happen. */
  advanceTo(time: Micros): void {
    if (this.#needsDay()) this.#startDay(Math.max(this.#desk.config.startTime, time));
    const clock = this.#clock;
    while (clock.nextBoundary <= time) {
      const at = clock.nextBoundary;
      const before = clock.phase;
      clock.step();
      if (before === 'closed') this.#startDay(at);
      if (before === 'regular') this.#closeDay();
    }
    if (time < this.nextCheck) return;
    this.nextCheck = minuteAfter(time);
    if (this.#watchesMargin()) this.#checkMargins(time);
  }

  /** A sale broke a rule of settlement, and may have frozen the account. */
  violated(account: VenueAccount, violation: CashViolation, time: Micros): void {
    const { accountId, settlement } = account;
    if (settlement.frozenUntil === undefined || account.restriction === 'settledCashOnly') return;
    const until = formatDate(settlement.frozenUntil);
    const reason = `${VIOLATIONS[violation]}; only settled money may be spent until ${until}`;
    this.#desk.emit({ type: 'accountRestricted', accountId, time, restriction: 'settledCashOnly', reason });
  }

  /** Whether a trading day is under way that some account has not begun. */
  #needsDay(): boolean {
    if (!this.#clock.isOpen()) return false;
    const { date } = this.#clock.session();
    if (this.actedTo < date && this.#desk.hasActions) return true;
    for (const account of this.#desk.accounts.values()) if (account.day.date < date) return true;
    return false;
  }

  #startDay(time: Micros): void {
    const { date } = this.#clock.session();
    for (const account of this.#desk.accounts.values()) {
      const before = account.day.date;
      if (before >= date) continue;
      accrueNights(account, before, date, time, (event) => this.#desk.emit(event));
      account.startDay(date);
      this.#release(account, time);
    }
    this.#desk.actOnAll(date, time);
    this.actedTo = date;
  }

  #closeDay(): void {
    for (const account of this.#desk.accounts.values()) {
      const { equity, maintenanceMargin } = account.figures();
      account.day.close(equity, maintenanceMargin, account.exchange.book.marks);
    }
  }

  #release(account: VenueAccount, time: Micros): void {
    const { settlement, accountId, restriction } = account;
    if (restriction !== 'settledCashOnly' || settlement.frozenUntil !== undefined) return;
    const reason = 'the freeze is over';
    this.#desk.emit({ type: 'accountRestricted', accountId, time, restriction: 'none', reason });
  }

  /** Margins matter while the market moves and an account on margin holds something, or has to be let free again. */
  #watchesMargin(): boolean {
    if (!this.#clock.isOpen()) return false;
    for (const { terms, book, restriction } of this.#desk.accounts.values()) {
      if (terms.kind === 'margin' && (book.isInvested || restriction !== 'none')) return true;
    }
    return false;
  }

  #checkMargins(time: Micros): void {
    for (const account of this.#desk.accounts.values()) {
      if (account.terms.kind !== 'margin') continue;
      const verdict = checkMargin(account, time);
      if (verdict.change !== undefined) {
        const { restriction, reason } = verdict.change;
        account.callDue = verdict.callDue;
        this.#desk.emit({ type: 'accountRestricted', accountId: account.accountId, time, restriction, reason });
      }
      if (verdict.mustLiquidate && this.#clock.phase === 'regular') this.#desk.liquidate(account, time);
    }
  }
}

/** The first whole minute after a time. */
function minuteAfter(time: Micros): Micros {
  return (Math.floor(time / MINUTE) + 1) * MINUTE;
}
