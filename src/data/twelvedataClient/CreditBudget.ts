/**
 * API credits: how many may still be spent in this wall-clock minute and this UTC day, and who may spend them. A live
 * need goes before a backfill, which also leaves a part of every minute to live needs. What waits is bounded.
 *
 * The count here is of what this process spends; the headers of answers tell what the key has spent in the minute, by
 * whichever process. The lower of what is left by either counts. Pure on the clock that it is given.
 */
import { PapertapeError } from '../../domain/errors.js';
import type { Clock } from '../../utils/clock.js';

/** Whose need goes first. */
export type CreditPriority = 'live' | 'backfill';

/** What a budget begins with. */
export interface CreditBudgetOptions {
  readonly clock: Clock;
  /** Uniform in [0, 1): whoever waits for a minute does not come exactly at its start. */
  readonly random: () => number;
  readonly perMinute: number;
  /** Absent: no limit of the day. */
  readonly perDay?: number;
  /** Requests that may wait. */
  readonly capacity?: number;
}

/** What a budget has left. */
export interface CreditsLeft {
  readonly minute: number;
  readonly minuteLimit: number;
  /** Undefined: no limit. */
  readonly day: number | undefined;
}

interface Waiting {
  readonly cost: number;
  readonly start: () => void;
  readonly refuse: (error: unknown) => void;
}

const MINUTE_US = 60_000_000;
const DAY_US = 86_400_000_000;
const CAPACITY = 10_000;
/** After the start of a minute: clocks differ. */
const GUARD_MS = 500;
const JITTER_MS = 1_500;
/** The part of a minute that is left to live needs. */
const LIVE_SHARE = 8;

/** See the module header. */
export class CreditBudget {
  readonly #options: CreditBudgetOptions;
  readonly #waiting: Readonly<Record<CreditPriority, Waiting[]>> = { live: [], backfill: [] };
  #minuteLimit: number;
  #dayLimit: number;
  /** Number of the minute and of the day that the counts are of. */
  #minute = -1;
  #day = -1;
  #usedMinute = 0;
  #usedDay = 0;
  /** Number of the day of which the service has said that it has nothing left. */
  #blockedDay = -1;
  #stopTimer: (() => void) | undefined;

  constructor(options: CreditBudgetOptions) {
    this.#options = options;
    this.#minuteLimit = options.perMinute;
    this.#dayLimit = options.perDay ?? Infinity;
  }

  /** Requests that wait. */
  get length(): number {
    return this.#waiting.live.length + this.#waiting.backfill.length;
  }

  /** What is left now. */
  left(): CreditsLeft {
    this.#turnPage();
    const day = this.#blockedDay === this.#day ? 0 : this.#dayLimit - this.#usedDay;
    return {
      minute: Math.max(0, this.#minuteLimit - this.#usedMinute),
      minuteLimit: this.#minuteLimit,
      day: day === Infinity ? undefined : Math.max(0, day),
    };
  }

  /** Number of the wall-clock minute that it is, to be given back to {@link correct}. */
  get minute(): number {
    return Math.floor(this.#options.clock.now() / MINUTE_US);
  }

  /**
   * Resolves when `cost` credits may be spent, which they then are. With `wait` false, and whenever the day has not
   * enough left, it rejects with `SOURCE_CREDITS_USED_UP` instead of waiting; a cost beyond the whole minute of the
   * plan rejects with `SOURCE_PLAN_REFUSED`; more urgent requests in a full queue reject the oldest backfill. When
   * `signal` is aborted it rejects with its reason and spends nothing.
   */
  async take(cost: number, priority: CreditPriority, wait: boolean, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#turnPage();
    if (cost > this.#minuteLimit) throw beyondPlan(cost, this.#minuteLimit);
    if (!this.#dayHas(cost)) throw usedUp('day');
    const isFirst = this.#waiting.live.length === 0 && (priority === 'live' || this.#waiting.backfill.length === 0);
    if (isFirst && this.#mayHave(cost, priority)) return this.#spend(cost);
    if (!wait) throw usedUp('minute');
    await this.#queue(cost, priority, signal);
  }

  /**
   * Puts the count right by the headers of an answer to a request that left in minute number `minute`: what the key has
   * used in the minute and has left. Headers of another minute say nothing.
   */
  correct(used: number, left: number, minute: number): void {
    this.#turnPage();
    if (!Number.isSafeInteger(used) || !Number.isSafeInteger(left) || used < 0 || left < 0 || used + left === 0) return;
    if (minute !== this.#minute) return;
    this.#minuteLimit = used + left;
    this.#usedMinute = Math.max(this.#usedMinute, used);
    this.#pump();
  }

  /** Puts the count of the day right, as the service tells it; a limit that it does not tell stays. */
  correctDay(used: number, limit: number | undefined): void {
    this.#turnPage();
    if (limit !== undefined && limit > 0) this.#dayLimit = limit;
    this.#usedDay = Math.max(this.#usedDay, used);
    if (used < this.#dayLimit) this.#blockedDay = -1;
  }

  /** The service says that the minute has nothing left. */
  minuteIsUsedUp(): void {
    this.#turnPage();
    this.#usedMinute = Math.max(this.#usedMinute, this.#minuteLimit);
  }

  /** The service says that the day has nothing left: whatever waits is refused. */
  dayIsUsedUp(): void {
    this.#turnPage();
    this.#blockedDay = this.#day;
    this.#refuseAll(usedUp('day'));
  }

  /** Refuses everything that waits; its timer ends. */
  close(error: unknown): void {
    this.#refuseAll(error);
  }

  #mayHave(cost: number, priority: CreditPriority): boolean {
    const reserved = priority === 'live' ? 0 : Math.floor(this.#minuteLimit / LIVE_SHARE);
    // What costs more than a backfill may ever have goes in a minute of which nothing was spent.
    if (cost > this.#minuteLimit - reserved) return this.#usedMinute === 0;
    return this.#usedMinute + cost <= this.#minuteLimit - reserved;
  }

  #dayHas(cost: number): boolean {
    return this.#blockedDay !== this.#day && this.#usedDay + cost <= this.#dayLimit;
  }

  #spend(cost: number): void {
    this.#usedMinute += cost;
    this.#usedDay += cost;
  }

  #queue(cost: number, priority: CreditPriority, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const line = this.#waiting[priority];
      const leave = (): void => {
        const at = line.indexOf(waiting);
        if (at >= 0) line.splice(at, 1);
        signal.removeEventListener('abort', abort);
        if (this.length === 0) this.#stop();
      };
      const waiting: Waiting = {
        cost,
        start: () => (leave(), resolve()),
        refuse: (error) => (leave(), reject(error as Error)),
      };
      const abort = (): void => waiting.refuse(signal.reason);
      signal.addEventListener('abort', abort);
      line.push(waiting);
      if (this.length > (this.#options.capacity ?? CAPACITY)) {
        (this.#waiting.backfill[0] ?? this.#waiting.live[0])?.refuse(crowded());
      }
      this.#arm();
    });
  }

  /** A new minute or day begins with nothing spent. */
  #turnPage(): void {
    const now = this.#options.clock.now();
    const minute = Math.floor(now / MINUTE_US);
    const day = Math.floor(now / DAY_US);
    if (minute !== this.#minute) [this.#minute, this.#usedMinute] = [minute, 0];
    if (day === this.#day) return;
    [this.#day, this.#usedDay] = [day, 0];
  }

  #pump(): void {
    this.#turnPage();
    for (;;) {
      const priority = this.#waiting.live.length > 0 ? 'live' : 'backfill';
      const [next] = this.#waiting[priority];
      if (next === undefined) return this.#stop();
      if (next.cost > this.#minuteLimit) next.refuse(beyondPlan(next.cost, this.#minuteLimit));
      else if (!this.#dayHas(next.cost)) next.refuse(usedUp('day'));
      else if (this.#mayHave(next.cost, priority)) {
        this.#spend(next.cost);
        next.start();
      } else return this.#arm();
    }
  }

  /** Comes back in the next minute. */
  #arm(): void {
    if (this.#stopTimer !== undefined || this.length === 0) return;
    const { clock, random } = this.#options;
    const leftMs = (MINUTE_US - (clock.now() % MINUTE_US)) / 1_000;
    this.#stopTimer = clock.setTimer(Math.ceil(leftMs) + GUARD_MS + Math.floor(JITTER_MS * random()), () => {
      this.#stopTimer = undefined;
      this.#pump();
    });
  }

  #stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #refuseAll(error: unknown): void {
    for (const line of [this.#waiting.live, this.#waiting.backfill]) for (const one of [...line]) one.refuse(error);
  }
}

function usedUp(span: 'minute' | 'day'): PapertapeError {
  const again = span === 'minute' ? 'in the next minute' : 'at midnight UTC';
  return new PapertapeError('SOURCE_CREDITS_USED_UP', `Twelve Data's API credits of the ${span} are used up.`, {
    remedy: `Try again ${again}; a larger plan allows more.`,
  });
}

function beyondPlan(cost: number, limit: number): PapertapeError {
  return new PapertapeError(
    'SOURCE_PLAN_REFUSED',
    `The request costs ${cost} API credits of Twelve Data, and the plan allows ${limit} a minute.`,
    { remedy: 'Ask for fewer symbols at once, or take a larger plan.' },
  );
}

function crowded(): PapertapeError {
  return new PapertapeError(
    'SOURCE_CREDITS_USED_UP',
    'More requests wait for API credits of Twelve Data than may wait.',
    {
      remedy: 'Fetch less at once, or take a larger plan.',
    },
  );
}
