/**
 * What the agents of one simulated symbol do when it is their turn: market makers quote around what they take the value
 * to be, informed traders take what is offered on the wrong side of the value, noise traders trade, rest and cancel
 * without a reason, and others follow prices or lean against them. They know the book, the value as far as it is theirs
 * to know, and nothing of who else is there.
 */
import { BUY, MAX_TICK, MIN_TICK, NO_ASK, SELL } from '../../book/bookLayout.js';
import type { BookSide } from '../../book/bookLayout.js';
import { PrintFlag } from '../../domain/marketTables.js';
import type { SeededRandom } from '../../utils/random.js';
import { Agent } from './AgentOrders.js';
import type { SimProfile } from './simProfile.js';
import type { SimulatedBook } from './SimulatedBook.js';

/** The turns there are. */
export const Turn = { MAKER: 0, SECOND_MAKER: 1, NOISE: 2, INFORMED: 3, TREND: 4 } as const;

/** Venues that lit prints are reported from; off-exchange ones come from a reporting facility. */
const VENUES = 'PQZKNYBJXT';
const FINRA = 'D'.charCodeAt(0);
/** Orders of noise traders that rest at most; the next one cancels another. */
const MOST_NOISE = 64;
const LEVELS = 3;
/** Steps from a maker's best price to its last resort, and the grid of that. */
const [LAST_RESORT, RESORT_GRID] = [14, 5];
const OFF_EXCHANGE = 0.3;
const ODD_LOTS = 0.3;
const LOT = 100;

/** What the agents see and what limits them, kept up to date by the symbol's market. */
export interface AgentView {
  /** What the shares are worth, in ticks. */
  value: number;
  /** Half of the spread that makers ask now, in ticks, and the distance of their prices. */
  halfSpread: number;
  step: number;
  /** Price bands in ticks: no order is beyond them; 0 and the highest tick where there are none. */
  lower: number;
  upper: number;
  /** Averages of the middle of the market over about twenty seconds, and five minutes; ticks. */
  fast: number;
  slow: number;
}

/** See the module header. */
export class Agents {
  /** Recent trades, those of buyers less those of sellers, in ordinary orders; decays from second to second. */
  pressure = 0;
  readonly #book: SimulatedBook;
  readonly #random: SeededRandom;
  readonly #profile: SimProfile;
  readonly #view: AgentView;
  readonly #onFlow: (signedShares: number) => void;
  /** What each maker takes the value to be; 0 before its first look. */
  readonly #beliefs = [0, 0];
  readonly #targets = new Int32Array(2 * (LEVELS + 1));
  #lastSide: BookSide = BUY;

  /** `onFlow` hears of the shares that those who do not know the value took: positive of buyers. */
  constructor(
    book: SimulatedBook,
    profile: SimProfile,
    view: AgentView,
    random: SeededRandom,
    onFlow: (signedShares: number) => void,
  ) {
    this.#book = book;
    this.#profile = profile;
    this.#view = view;
    this.#random = random;
    this.#onFlow = onFlow;
  }

  /** Somebody's turn; the book's time is set. */
  act(turn: number): void {
    this.#book.exchange = VENUES.charCodeAt(this.#random.below(VENUES.length));
    if (turn <= Turn.SECOND_MAKER) this.#quote(turn);
    else if (turn === Turn.NOISE) this.#noise();
    else if (turn === Turn.INFORMED) this.#informed();
    else this.#trend();
  }

  /** Everybody leaves; the orders of others stay. */
  leave(): void {
    for (const agent of [Agent.NOISE, Agent.FIRST_MAKER, Agent.FIRST_MAKER + 1]) {
      const slots = this.#book.orders.of(agent);
      for (let slot = slots.at(-1); slot !== undefined; slot = slots.at(-1)) this.#book.cancel(slot);
    }
    this.#beliefs.fill(0);
    this.pressure = 0;
  }

  /** Orders from outside took shares; agents notice as they notice each other. */
  notice(side: BookSide, shares: number): void {
    const signed = side === BUY ? shares : -shares;
    this.pressure += signed / this.#profile.size;
    this.#onFlow(signed);
  }

  /** A maker moves its orders to where it takes the value to be; those that are right already keep their place. */
  #quote(maker: number): void {
    const [book, view, random] = [this.#book, this.#view, this.#random];
    const { bid, ask } = book;
    const lean = bid === 0 || ask === NO_ASK ? 0 : imbalance(book.sizeAt(BUY, bid), book.sizeAt(SELL, ask));
    const pull = Math.max(-1.5, Math.min(1.5, 0.12 * this.pressure + 0.25 * lean));
    const wanted = view.value + view.halfSpread * (pull + 0.12 * random.normal());
    const before = this.#beliefs[maker] ?? 0;
    const belief = before === 0 ? wanted : before + 0.75 * (wanted - before);
    this.#beliefs[maker] = belief;
    this.#aim(belief, view.halfSpread * (1 + 0.35 * maker));
    const agent = Agent.FIRST_MAKER + maker;
    const least = 0.35 * this.#profile.size;
    const slots = book.orders.of(agent);
    for (let i = slots.length - 1; i >= 0; i -= 1) {
      const slot = slots[i] ?? 0;
      if (!this.#isAimed(book.orders.sides[slot] ?? 0, book.orders.ticks[slot] ?? 0) || book.sizeOf(slot) < least)
        book.cancel(slot);
    }
    for (const side of [BUY, SELL] as const) {
      for (let level = 0; level <= LEVELS; level += 1) {
        const tick = this.#targets[side * (LEVELS + 1) + level] ?? 0;
        if (tick > 0 && !this.#hasOrder(agent, side, tick)) {
          const share = level === LEVELS ? 6 : 0.9 + 0.7 * level;
          book.rest(agent, side, tick, this.#lots(this.#profile.size * share * (0.6 + 0.8 * random.next())));
        }
      }
    }
  }

  /** Writes where a maker's orders are to be: the best price of each side, worse ones, and a last resort. */
  #aim(belief: number, half: number): void {
    const { step, lower, upper } = this.#view;
    const targets = this.#targets;
    const bid = Math.min(upper, Math.floor((belief - half) / step) * step);
    const ask = Math.max(lower, bid + 1, Math.ceil((belief + half) / step) * step);
    const grid = step * RESORT_GRID;
    for (let level = 0; level < LEVELS; level += 1) {
      targets[level] = bid - level * step;
      targets[LEVELS + 1 + level] = ask + level * step;
    }
    targets[LEVELS] = Math.floor((bid - LAST_RESORT * step) / grid) * grid;
    targets[2 * LEVELS + 1] = Math.ceil((ask + LAST_RESORT * step) / grid) * grid;
  }

  #isAimed(side: number, tick: number): boolean {
    for (let level = 0; level <= LEVELS; level += 1) {
      if (this.#targets[side * (LEVELS + 1) + level] === tick) return true;
    }
    return false;
  }

  #hasOrder(agent: number, side: BookSide, tick: number): boolean {
    const { orders } = this.#book;
    for (const slot of orders.of(agent)) if (orders.ticks[slot] === tick && orders.sides[slot] === side) return true;
    return false;
  }

  /** Takes what is offered below the value, or bid above it. */
  #informed(): void {
    const [book, view] = [this.#book, this.#view];
    const margin = 0.3 * view.halfSpread;
    const size = this.#lots(this.#profile.size * (0.7 + 2 * this.#random.next()));
    if (view.value - margin > book.ask) book.take(BUY, Math.min(view.upper, Math.floor(view.value - margin)), size);
    else if (book.bid > 0 && view.value + margin < book.bid)
      book.take(SELL, Math.max(view.lower, MIN_TICK, Math.ceil(view.value + margin)), size);
  }

  #noise(): void {
    const random = this.#random;
    const resting = this.#book.orders.of(Agent.NOISE);
    const kind = random.next();
    if (kind < 0.4) {
      const side: BookSide = random.chance(0.6) ? this.#lastSide : random.chance(0.5) ? BUY : SELL;
      this.#lastSide = side;
      this.#trade(side);
    } else if (kind < 0.72 && resting.length < MOST_NOISE) this.#rest();
    else if (resting.length > 0) this.#cancelOne(resting);
  }

  /** At once, at the market; or filled by a wholesaler, which is reported and nothing else. */
  #trade(side: BookSide): void {
    const [book, random] = [this.#book, this.#random];
    const { bid, ask } = book;
    if (bid === 0 || ask === NO_ASK) return;
    const isOdd = random.chance(ODD_LOTS);
    const size = isOdd ? 1 + random.below(99) : this.#lots(this.#profile.size * (0.4 + 1.2 * random.next()));
    if (random.chance(OFF_EXCHANGE)) {
      const middle = bid + ask;
      const tick = middle % 2 === 0 && random.chance(0.35) ? middle / 2 : side === BUY ? ask : bid;
      const { lower, upper } = this.#view;
      if (tick >= lower && tick <= upper) book.print(tick, size, PrintFlag.OFF_EXCHANGE, FINRA);
      return;
    }
    this.#takeWithin(side, size);
  }

  /** An order at the market, protected against a hole in the book. */
  #takeWithin(side: BookSide, size: number): void {
    const [book, view] = [this.#book, this.#view];
    const room = 4 * view.step;
    const limit =
      side === BUY ? Math.min(view.upper, book.ask + room) : Math.max(view.lower, book.bid - room, MIN_TICK);
    const shares = book.take(side, Math.min(limit, MAX_TICK), size);
    if (shares > 0) this.notice(side, shares);
  }

  /** At or near the best price of its side, sometimes better. */
  #rest(): void {
    const [book, view, random] = [this.#book, this.#view, this.#random];
    const { bid, ask } = book;
    if (bid === 0 || ask === NO_ASK) return;
    const side: BookSide = random.chance(0.5) ? BUY : SELL;
    let away = 0;
    while (away < 8 && random.chance(0.55)) away += 1;
    let tick = side === BUY ? bid - away * view.step : ask + away * view.step;
    if (away === 0 && ask - bid > 2 && random.chance(0.3)) tick += side === BUY ? 1 : -1;
    if (tick < MIN_TICK || tick < view.lower || tick > view.upper) return;
    book.rest(Agent.NOISE, side, tick, this.#lots(this.#profile.size * (0.3 + 1.2 * random.next())));
  }

  /** Of two orders the one that is farther from the market goes. */
  #cancelOne(resting: readonly number[]): void {
    const [book, random] = [this.#book, this.#random];
    const first = resting[random.below(resting.length)] ?? 0;
    const second = resting[random.below(resting.length)] ?? 0;
    const { ticks } = book.orders;
    const middle = book.ask === NO_ASK ? book.bid : (book.bid + book.ask) / 2;
    const isFirst = Math.abs((ticks[first] ?? 0) - middle) >= Math.abs((ticks[second] ?? 0) - middle);
    book.cancel(isFirst ? first : second);
  }

  /** Half of them follow a move of the last seconds, half lean against one of the last minutes. */
  #trend(): void {
    const [book, view, random] = [this.#book, this.#view, this.#random];
    if (book.bid === 0 || book.ask === NO_ASK) return;
    const size = this.#lots(this.#profile.size * (0.5 + random.next()));
    const middle = (book.bid + book.ask) / 2;
    if (random.chance(0.5)) {
      const move = middle - view.fast;
      if (Math.abs(move) > 2.5 * view.halfSpread) this.#takeWithin(move > 0 ? BUY : SELL, size);
      return;
    }
    const away = middle - view.slow;
    if (Math.abs(away) < 5 * view.halfSpread) return;
    const side: BookSide = away > 0 ? SELL : BUY;
    if (random.chance(0.4)) this.#takeWithin(side, size);
    else if (this.#book.orders.of(Agent.NOISE).length < MOST_NOISE) {
      const tick = side === BUY ? book.bid : book.ask;
      if (tick >= view.lower && tick <= view.upper) book.rest(Agent.NOISE, side, tick, size);
    }
  }

  /** Round lots, at least one. */
  #lots(shares: number): number {
    return Math.max(1, Math.round(shares / LOT)) * LOT;
  }
}

function imbalance(bidSize: number, askSize: number): number {
  return bidSize + askSize === 0 ? 0 : (bidSize - askSize) / (bidSize + askSize);
}
