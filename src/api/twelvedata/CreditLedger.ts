/**
 * API credits by key, counted in minutes of the clock and UTC days of market time. A call that would go beyond a limit
 * is refused and costs nothing; every other call is charged before it is answered, whatever the answer is.
 */
import { DAY, MINUTE } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';
import type { Plan } from './plans.js';
import { outOfCredits } from './twelvedataError.js';
import type { TwelvedataError } from './twelvedataError.js';

/** Owners that are remembered; the one that asked longest ago is forgotten first. */
const MAX_OWNERS = 10_000;

interface Account {
  minute: number;
  usedInMinute: number;
  day: number;
  usedInDay: number;
}

/** Credits used in the running windows. */
export interface CreditUsage {
  readonly minute: number;
  readonly day: number;
}

/** See the module header. */
export class CreditLedger {
  readonly #now: () => Micros;
  readonly #accounts = new Map<string, Account>();

  /** `now` is market time. */
  constructor(now: () => Micros) {
    this.#now = now;
  }

  /** What was used so far. */
  usage(owner: string): CreditUsage {
    const { usedInMinute, usedInDay } = this.#account(owner);
    return { minute: usedInMinute, day: usedInDay };
  }

  /** Charges a call; the error if it goes beyond a limit of the plan. The day is judged first: it lasts longer. */
  take(owner: string, plan: Plan, cost: number): TwelvedataError | undefined {
    const account = this.#account(owner);
    const { creditsPerDay = Infinity, creditsPerMinute } = plan;
    if (account.usedInDay + cost > creditsPerDay) {
      return outOfCredits('day', account.usedInDay + cost, creditsPerDay);
    }
    if (account.usedInMinute + cost > creditsPerMinute) {
      return outOfCredits('minute', account.usedInMinute + cost, creditsPerMinute);
    }
    account.usedInMinute += cost;
    account.usedInDay += cost;
    return undefined;
  }

  #account(owner: string): Account {
    const now = this.#now();
    const minute = Math.floor(now / MINUTE);
    const day = Math.floor(now / DAY);
    const account = this.#accounts.get(owner) ?? { minute, usedInMinute: 0, day, usedInDay: 0 };
    if (account.minute !== minute) Object.assign(account, { minute, usedInMinute: 0 });
    if (account.day !== day) Object.assign(account, { day, usedInDay: 0 });
    this.#accounts.delete(owner);
    this.#accounts.set(owner, account);
    const [oldest] = this.#accounts.keys();
    if (this.#accounts.size > MAX_OWNERS && oldest !== undefined) this.#accounts.delete(oldest);
    return account;
  }
}
