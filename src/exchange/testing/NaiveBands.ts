/**
 * Price bands and pauses of one symbol at the naive exchange (R6, R7), for the day of the rig: from everything that was
 * seen of the day the state is worked out anew whenever it is asked for, moment by moment.
 *
 * The plan: a reference price (the opening trade, or after five minutes without one the mean of what traded, else the
 * previous close), then the mean of the last five minutes where that is 1 % away and the old one stood for 30 seconds;
 * bands of 5 or 10 % around it, twice that in the first 15 and the last 25 minutes; a best bid at the upper or a best
 * offer at the lower band is a limit state, in which nothing moves, and after 15 seconds of it trading pauses.
 */
import type { Session } from '../../calendar/TradingCalendar.js';
import { MINUTE, SECOND } from '../../domain/timeframe.js';

/** What the bands are worked out from. */
export type BandEvent =
  | { readonly kind: 'opening' | 'reopening' | 'print'; readonly time: number; readonly price: number }
  | { readonly kind: 'quote'; readonly time: number; readonly bid: number; readonly ask: number };

/** What holds at a time; without bands both are 0. */
export interface BandState {
  readonly state: 'none' | 'trading' | 'limit' | 'paused';
  readonly lower: number;
  readonly upper: number;
  /** Since when trading is paused, else 0. */
  readonly pausedAt: number;
}

const CENT = 10_000n;
const WINDOW = 5 * MINUTE;

/** The quotient, rounded half to even; both positive. */
function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
  const floor = dividend / divisor;
  const twice = 2n * (dividend % divisor);
  const isUp = twice > divisor || (twice === divisor && floor % 2n === 1n);
  return isUp ? floor + 1n : floor;
}

/** See the module header. */
export class NaiveBands {
  readonly #session: Session;
  readonly #previousClose: number;
  readonly #percent: bigint;
  readonly #events: BandEvent[] = [];

  /** A tier that is not known counts as 2; prices are above 3 dollars. */
  constructor(session: Session, previousClose: number, tier: 1 | 2 | undefined) {
    this.#session = session;
    this.#previousClose = previousClose;
    this.#percent = tier === 1 ? 5n : 10n;
  }

  /** Takes in what was seen; times do not go back. */
  add(event: BandEvent): void {
    this.#events.push(event);
  }

  /** The state at a time that is not before the last event. */
  at(time: number): BandState {
    return new Walk(this.#session, this.#previousClose, this.#percent).through(this.#events, time);
  }
}

/** One walk through a day. */
class Walk {
  readonly #session: Session;
  readonly #percent: bigint;
  #now: number;
  #state: BandState['state'] = 'none';
  #reference: number;
  #since: number;
  #isOpened = false;
  #isDoubled = false;
  #prints: { readonly time: number; readonly price: number }[] = [];
  #bid = 0;
  #ask = 0;
  #limitSince = 0;
  #pausedAt = 0;

  constructor(session: Session, previousClose: number, percent: bigint) {
    this.#session = session;
    this.#percent = percent;
    this.#now = session.premarketOpen;
    this.#reference = previousClose;
    this.#since = session.open;
  }

  through(events: readonly BandEvent[], until: number): BandState {
    for (const event of events) {
      this.#pass(event.time);
      this.#take(event);
    }
    this.#pass(until);
    const hasBands = this.#state === 'trading' || this.#state === 'limit';
    const [lower, upper] = hasBands ? this.#bands() : [0, 0];
    return { state: this.#state, lower, upper, pausedAt: this.#state === 'paused' ? this.#pausedAt : 0 };
  }

  /** Lets time pass, looking at every moment at which it could change anything. */
  #pass(until: number): void {
    for (let next = this.#nextMoment(); next <= until; next = this.#nextMoment()) {
      this.#now = next;
      this.#settle();
    }
    this.#now = until;
    this.#settle();
  }

  #nextMoment(): number {
    const { open, close } = this.#session;
    const moments = [open, open + WINDOW, open + 15 * MINUTE, close - 25 * MINUTE, close - 15 * MINUTE];
    moments.push(this.#since + 30 * SECOND, this.#limitSince + 15 * SECOND);
    moments.push(...this.#prints.map((print) => print.time + WINDOW));
    return Math.min(...moments.filter((moment) => moment > this.#now));
  }

  #take(event: BandEvent): void {
    if (event.kind === 'quote') {
      this.#bid = event.bid;
      this.#ask = event.ask;
    } else if (event.kind === 'print') {
      this.#prints.push(event);
    } else if (event.kind === 'reopening' || !this.#isOpened) {
      if (event.kind === 'reopening') {
        if (this.#state === 'paused') this.#state = 'trading';
        this.#bid = 0;
        this.#ask = 0;
      }
      this.#isOpened = true;
      this.#prints = [];
      this.#refer(event.price);
    }
    this.#settle();
  }

  #settle(): void {
    const { open, close } = this.#session;
    const now = this.#now;
    if (this.#state === 'paused') return;
    if (this.#state === 'limit' && now >= this.#limitSince + 15 * SECOND) {
      this.#state = 'paused';
      this.#pausedAt = now;
      return;
    }
    const isInForce = now >= open && now < close - 15 * MINUTE;
    if (this.#state === 'limit' && isInForce && this.#isAtBand()) return;
    if (this.#state === 'limit') this.#state = 'trading';
    if (!this.#isOpened && now >= open + WINDOW) {
      this.#isOpened = true;
      const mean = this.#mean();
      if (mean !== undefined) this.#refer(mean);
    }
    const mean = this.#isOpened && now >= this.#since + 30 * SECOND ? this.#mean() : undefined;
    if (mean !== undefined && 100 * Math.abs(mean - this.#reference) >= this.#reference) this.#refer(mean);
    this.#state = isInForce ? 'trading' : 'none';
    if (!isInForce) return;
    this.#isDoubled = now < open + 15 * MINUTE || now >= close - 25 * MINUTE;
    if (!this.#isAtBand()) return;
    this.#state = 'limit';
    this.#limitSince = now;
  }

  #refer(price: number): void {
    this.#reference = price;
    this.#since = this.#now;
  }

  /** Of the prints that are younger than five minutes. */
  #mean(): number | undefined {
    const young = this.#prints.filter(({ time }) => time > this.#now - WINDOW);
    if (young.length === 0) return undefined;
    const sum = young.reduce((total, { price }) => total + BigInt(price), 0n);
    return Number(roundedQuotient(sum, BigInt(young.length)));
  }

  #isAtBand(): boolean {
    const [lower, upper] = this.#bands();
    return (this.#bid > 0 && this.#bid >= upper) || (this.#ask > 0 && this.#ask <= lower);
  }

  #bands(): readonly [lower: number, upper: number] {
    const percent = this.#percent * (this.#isDoubled ? 2n : 1n);
    const band = (share: bigint): number =>
      Number(roundedQuotient(BigInt(this.#reference) * share, 100n * CENT) * CENT);
    return [band(100n - percent), band(100n + percent)];
  }
}
