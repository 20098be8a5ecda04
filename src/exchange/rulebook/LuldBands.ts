/**
 * The price bands, limit states and trading pauses of one symbol, computed from its own prints and quotes (R6, R7).
 * Bands that a feed publishes are to be preferred; these stand in where there are none.
 *
 * Fed in order of time with eligible consolidated prints, national best quotes and the primary market's auction
 * prints. What depends on time alone is dated exactly, however late an event or {@link LuldBands.advance} brings it. A
 * pause ends only with the primary's reopening print. Allocates nothing per print once its window has grown.
 */
import type { Session } from '../../calendar/TradingCalendar.js';
import type { Micros, Price } from '../../domain/units.js';
import { assert, required } from '../../utils/assert.js';
import type { LuldRule, LuldTimingRule } from './luldRules.js';
import { LULD_TIMINGS } from './luldRules.js';
import type { LuldStock, PriceBands } from './luldWidths.js';
import { bandsAround, isDoubled, isLuldTime, luldRuleOn } from './luldWidths.js';
import { TrailingMean } from './TrailingMean.js';

/**
 * `none`: no bands at this time. `straddle`: a side of the best quote lies outside the bands and is not executable.
 * `limit`: the best bid is at the upper or the best offer at the lower band. `paused`: no trading.
 */
export type LuldState = 'none' | 'normal' | 'straddle' | 'limit' | 'paused';

const TIMING: LuldTimingRule = required(LULD_TIMINGS[0], 'the timing of the plan');
const STATES: readonly LuldState[] = ['none', 'normal', 'straddle', 'limit', 'paused'];

/** See the module header. One per symbol; {@link startDay} begins each session. */
export class LuldBands {
  readonly #prints = new TrailingMean(TIMING.window);
  readonly #bands: PriceBands = { lower: 0, upper: 0 };
  #rule: LuldRule | undefined;
  #session: Session | undefined;
  #stock: LuldStock | undefined;
  #state: LuldState = 'none';
  #reference: Price = 0;
  #referenceSince: Micros = 0;
  #hasOpened = false;
  #doubled = false;
  #bid: Price = 0;
  #ask: Price = 0;
  #limitSince: Micros = 0;
  #pausedAt: Micros = 0;
  #pauseEnds: Micros = 0;
  /** When something last happened. */
  #now: Micros = -Infinity;
  /** Times of the session at which bands begin, double, narrow or end, and the next of them. */
  #borders: readonly Micros[] = [];
  #nextBorder: Micros = Infinity;
  /** What the last border decided: whether bands are in force, and whether they are doubled. */
  #isInForce = false;
  #isDoubleTime = false;

  /** State as of the last event or {@link advance}. */
  get state(): LuldState {
    return this.#state;
  }

  /** The price that the bands are around; 0 if it is not known. */
  get reference(): Price {
    return this.#reference;
  }

  /** The lower band, and below the upper one; both 0 while there are none ({@link LuldState} `none`). */
  get lower(): Price {
    return this.#state === 'none' ? 0 : this.#bands.lower;
  }

  get upper(): Price {
    return this.#state === 'none' ? 0 : this.#bands.upper;
  }

  /** Since when the symbol is in a limit state, and since when it is paused; 0 if it is not. */
  get limitSince(): Micros {
    return this.#state === 'limit' ? this.#limitSince : 0;
  }

  get pausedAt(): Micros {
    return this.#state === 'paused' ? this.#pausedAt : 0;
  }

  /** When the primary market may reopen at the earliest: the close, if the pause goes into the closing auction. */
  get pauseEnds(): Micros {
    return this.#state === 'paused' ? this.#pauseEnds : 0;
  }

  /** Begins a session. A previous close of 0 is unknown: then there are no bands, as nothing can be computed. */
  startDay(session: Session, stock: LuldStock): void {
    this.#session = session;
    this.#stock = stock;
    this.#rule = stock.previousClose > 0 ? luldRuleOn(session.date, stock.tier) : undefined;
    this.#state = 'none';
    this.#hasOpened = false;
    this.#doubled = false;
    this.#bid = 0;
    this.#ask = 0;
    this.#prints.clear();
    this.#now = session.premarketOpen;
    this.#borders = this.#rule === undefined ? [] : bordersOf(this.#rule, session);
    this.#cross(this.#now);
    this.#setReference(session.open, stock.previousClose);
  }

  /** The primary market's opening print: the first reference price, if it comes within five minutes of the open. */
  onOpening(time: Micros, price: Price): void {
    this.#reach(time);
    if (this.#hasOpened) return;
    this.#hasOpened = true;
    this.#prints.clear();
    this.#setReference(time, price);
    this.#judge(time);
  }

  /** A consolidated print of regular hours that may set the last price (R1); auction prints have their own calls. */
  onPrint(time: Micros, price: Price): void {
    this.#reach(time);
    this.#prints.add(time, price);
    this.#follow(time);
    this.#judge(time);
  }

  /** The national best quote; an absent side is 0. */
  onQuote(time: Micros, bid: Price, ask: Price): void {
    this.#reach(time);
    this.#bid = bid;
    this.#ask = ask;
    this.#judge(time);
  }

  /**
   * The primary market's reopening print, or its closing auction, ends a pause: new reference price; quotes and prints
   * before it are void.
   */
  onReopening(time: Micros, price: Price): void {
    this.#reach(time);
    if (this.#state === 'paused') this.#state = 'normal';
    this.#cross(time);
    this.#hasOpened = true;
    this.#bid = 0;
    this.#ask = 0;
    this.#prints.clear();
    this.#setReference(time, price);
    this.#judge(time);
  }

  /** Brings what depends on time alone up to `time`; times do not go back. Says whether there was anything. */
  advance(time: Micros): boolean {
    const session = this.#session;
    if (session === undefined || this.#rule === undefined) return false;
    let isChanged = false;
    for (let moment = this.#nextMoment(session); moment <= time; moment = this.#nextMoment(session)) {
      this.#now = moment;
      this.#step(moment, session);
      isChanged = true;
    }
    return isChanged;
  }

  /** Something happens at `time`. */
  #reach(time: Micros): void {
    this.advance(time);
    this.#now = time;
  }

  /** Whether an execution at `price` is allowed: anywhere where there are no bands, nowhere in a pause. */
  allows(price: Price): boolean {
    if (this.#state === 'none') return true;
    return this.#state !== 'paused' && price >= this.#bands.lower && price <= this.#bands.upper;
  }

  /** Everything that {@link startDay} does not set, as numbers. */
  list(): readonly number[] {
    return [
      STATES.indexOf(this.#state),
      this.#reference,
      this.#referenceSince,
      this.#hasOpened ? 1 : 0,
      this.#doubled ? 1 : 0,
      this.#bid,
      this.#ask,
      this.#limitSince,
      this.#pausedAt,
      this.#pauseEnds,
      this.#now,
      ...this.#prints.list(),
    ];
  }

  /** Restores a {@link list} after {@link startDay} of the same day. */
  restore(list: readonly number[]): void {
    const at = (index: number): number => list[index] ?? 0;
    this.#state = STATES[at(0)] ?? 'none';
    this.#hasOpened = at(3) === 1;
    this.#doubled = at(4) === 1;
    this.#setReference(at(2), at(1));
    this.#bid = at(5);
    this.#ask = at(6);
    this.#limitSince = at(7);
    this.#pausedAt = at(8);
    this.#pauseEnds = at(9);
    this.#now = at(10);
    this.#cross(this.#now);
    this.#prints.restore(list.slice(11));
  }

  /** The next time at which something happens without an event. */
  #nextMoment(session: Session): Micros {
    if (this.#state === 'paused') return this.#pauseEnds < session.close ? this.#pauseEnds : Infinity;
    const next = this.#nextBorder;
    if (this.#state === 'limit') return Math.min(next, this.#limitSince + TIMING.limitState);
    // A limit state may have outlasted the five minutes after the open.
    if (!this.#hasOpened) return Math.min(next, Math.max(this.#now, session.open + TIMING.window));
    const due = this.#referenceSince + TIMING.referenceStands;
    return Math.min(next, due > this.#now ? due : Infinity, this.#prints.nextExpiry);
  }

  #step(time: Micros, session: Session): void {
    if (this.#state === 'paused') {
      this.#extend(time, session);
      return;
    }
    if (time >= this.#nextBorder) this.#cross(time);
    if (this.#state === 'limit' && time >= this.#limitSince + TIMING.limitState) {
      this.#state = 'paused';
      this.#pausedAt = time;
      this.#extend(time, session);
    } else {
      if (!this.#hasOpened && time >= session.open + TIMING.window) this.#openLate(time);
      this.#follow(time);
      this.#judge(time);
    }
  }

  /** Takes over what holds from the border at or before `time` on. */
  #cross(time: Micros): void {
    this.#nextBorder = Infinity;
    for (const border of this.#borders) if (border > time && border < this.#nextBorder) this.#nextBorder = border;
    if (this.#session === undefined || this.#rule === undefined || this.#stock === undefined) return;
    this.#isInForce = isLuldTime(this.#rule, this.#session, time);
    this.#isDoubleTime = isDoubled(this.#rule, this.#stock, this.#session, time);
  }

  /** No opening print within five minutes: the mean of what traded, or still the previous close. */
  #openLate(time: Micros): void {
    this.#hasOpened = true;
    this.#prints.expire(time);
    if (this.#prints.count > 0) this.#setReference(time, this.#prints.mean);
  }

  /** A new reference price if the mean has moved enough and the old one stood long enough; none in a limit state. */
  #follow(time: Micros): void {
    this.#prints.expire(time);
    if (!this.#hasOpened || this.#state === 'limit' || this.#state === 'paused') return;
    if (this.#prints.count === 0 || time < this.#referenceSince + TIMING.referenceStands) return;
    const { mean } = this.#prints;
    const moved = Math.abs(mean - this.#reference) * 10_000;
    if (moved >= this.#reference * TIMING.referenceMoveBps) this.#setReference(time, mean);
  }

  #setReference(time: Micros, price: Price): void {
    this.#reference = price;
    this.#referenceSince = time;
    this.#place();
  }

  #place(): void {
    const { date } = required(this.#session, 'the session of the bands');
    if (this.#rule === undefined || this.#stock === undefined) return;
    bandsAround(this.#reference, this.#stock, date, this.#doubled, this.#bands);
    assert(this.#bands.lower <= this.#bands.upper, 'the lower band is not above the upper band');
  }

  /** The state that time, bands and best quote give; a pause is left by a reopening only. */
  #judge(time: Micros): void {
    if (this.#state === 'paused' || this.#rule === undefined) return;
    if (!this.#isInForce) {
      this.#state = 'none';
      return;
    }
    if (this.#state === 'limit') {
      if (this.#isAtBand()) return;
      // Bands stand still in a limit state; what fell into it takes effect when it is left.
      this.#state = 'normal';
      this.#follow(time);
    }
    if (this.#isDoubleTime !== this.#doubled) {
      this.#doubled = this.#isDoubleTime;
      this.#place();
    }
    if (this.#isAtBand()) {
      this.#limitSince = time;
      this.#state = 'limit';
      return;
    }
    const isOutside = (this.#bid > 0 && this.#bid < this.#bands.lower) || this.#ask > this.#bands.upper;
    this.#state = isOutside ? 'straddle' : 'normal';
  }

  /** Whether the best bid is at the upper or the best offer at the lower band, or beyond: the bands are computed. */
  #isAtBand(): boolean {
    return (this.#bid > 0 && this.#bid >= this.#bands.upper) || (this.#ask > 0 && this.#ask <= this.#bands.lower);
  }

  /** A pause lasts five minutes more, or until the closing auction if it would still be in force ten minutes before. */
  #extend(from: Micros, session: Session): void {
    const end = from + TIMING.pause;
    this.#pauseEnds = end > session.close - TIMING.closingAuctionFrom ? session.close : end;
  }
}

/** The times at which bands begin, change their width or end. */
function bordersOf(rule: LuldRule, session: Session): readonly Micros[] {
  return [
    session.open + rule.startsAfterOpen,
    session.open + rule.doubledAfterOpen,
    session.close - rule.doubledBeforeClose,
    session.close - rule.endsBeforeClose,
  ];
}
