/**
 * What happens to the desk's accounts by date and not by request: the start of a trading day, its close, and freezes
 * that begin and end. All of it is decided once, at a boundary of the calendar, and told by events.
 */
import { SessionClock } from '../../calendar/SessionClock.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import { formatDate } from '../../calendar/tradingDate.js';
import type { SessionConfig } from '../../domain/session.js';
import type { Micros } from '../../domain/units.js';
import type { VenueEvent } from '../../domain/venueEvents.js';
import type { SettlementViolation } from './Settlement.js';
import type { VenueAccount } from './VenueAccount.js';

/** What the keeper works on. */
export interface KeptDesk {
  readonly config: SessionConfig;
  readonly accounts: ReadonlyMap<string, VenueAccount>;
  emit(event: VenueEvent): void;
}

const VIOLATIONS: Readonly<Record<SettlementViolation, string>> = {
  goodFaith: 'shares were sold before the money that bought them had settled, for the third time in a year',
  freeRiding: 'shares were sold that no money of the account had paid for',
};

/** See the module header. */
export class DayKeeper {
  readonly #desk: KeptDesk;
  readonly #clock: SessionClock;

  constructor(desk: KeptDesk) {
    this.#desk = desk;
    this.#clock = new SessionClock(desk.config.startTime);
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
    if (time >= this.#clock.nextBoundary && this.#desk.accounts.size === 0) this.#clock.advance(time);
    return this.#clock.session().date;
  }

  nextDue(): Micros {
    return this.#needsDay() ? this.#desk.config.startTime : this.#clock.nextBoundary;
  }

  /** Lets every boundary up to `time` happen. */
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
  }

  /** A sale broke a rule of settlement. */
  violated(account: VenueAccount, violation: SettlementViolation, time: Micros): void {
    if (!account.settlement.note(violation, account.day.date)) return;
    const until = formatDate(account.settlement.frozenUntil);
    const reason = `${VIOLATIONS[violation]}; only settled money may be spent until ${until}`;
    const { accountId } = account;
    this.#desk.emit({ type: 'accountRestricted', accountId, time, restriction: 'settledCashOnly', reason });
  }

  /** Whether a trading day is under way that some account has not begun. */
  #needsDay(): boolean {
    if (!this.#clock.isOpen()) return false;
    const { date } = this.#clock.session();
    for (const account of this.#desk.accounts.values()) if (account.day.date < date) return true;
    return false;
  }

  #startDay(time: Micros): void {
    const { date } = this.#clock.session();
    for (const account of this.#desk.accounts.values()) {
      if (account.day.date >= date) continue;
      account.day.start(date);
      this.#release(account, time);
    }
  }

  #closeDay(): void {
    for (const account of this.#desk.accounts.values()) {
      const { equity, maintenanceMargin } = account.figures();
      account.day.close(equity, maintenanceMargin, account.exchange.book.marks);
    }
  }

  #release(account: VenueAccount, time: Micros): void {
    const { settlement, accountId, day } = account;
    if (account.restriction !== 'settledCashOnly' || day.date < settlement.frozenUntil) return;
    const reason = 'the freeze is over';
    this.#desk.emit({ type: 'accountRestricted', accountId, time, restriction: 'none', reason });
  }
}
