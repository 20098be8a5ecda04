/**
 * Messages for the order-book benchmark, made from a seed before anything is timed, and what they must come to.
 * Nothing here is measured.
 */
import { BUY, MAX_TICK, MIN_TICK, REPORT_SHIFT, Report, SELL } from '../src/book/bookLayout.js';
import { LimitOrderBook } from '../src/book/LimitOrderBook.js';
import { assert } from '../src/utils/assert.js';
import { SeededRandom } from '../src/utils/random.js';

/** Kinds of messages. */
export const Kind = { ADD: 0, CANCEL: 1, REPLACE: 2, TAKE: 3 } as const;
/** Integers of a message: kind, order number, side, price in ticks, shares. */
export const MESSAGE_SHIFT = 3;

/** One mix of messages. */
export interface Mix {
  readonly name: string;
  readonly resting: number;
  readonly adds: number;
  readonly cancels: number;
  readonly replaces: number;
  /** Mean distance from the middle in ticks. */
  readonly distance: number;
  /** How often the middle moves by a tick. */
  readonly walk: number;
  readonly gatePerSecond: number;
}

/** The three mixes. */
export const MIXES: readonly Mix[] = [
  {
    name: 'deep',
    resting: 10_000,
    adds: 0.54,
    cancels: 0.32,
    replaces: 0,
    distance: 40,
    walk: 0.05,
    gatePerSecond: 15e6,
  },
  {
    name: 'touch',
    resting: 1000,
    adds: 0.1,
    cancels: 0.06,
    replaces: 0.81,
    distance: 30,
    walk: 0.005,
    gatePerSecond: 12e6,
  },
  {
    name: 'wide',
    resting: 200_000,
    adds: 0.54,
    cancels: 0.32,
    replaces: 0,
    distance: 800,
    walk: 0.02,
    gatePerSecond: 9e6,
  },
];

/** What a run of messages comes to. */
export interface Outcome {
  trades: number;
  shares: number;
  checksum: number;
}

/** Messages and what they come to. */
export interface Messages {
  readonly rows: Int32Array;
  readonly count: number;
  /** Orders are numbered from 1 to this. */
  readonly orders: number;
  readonly expected: Outcome;
  readonly note: string;
}

/** A mix after so many orders as shall rest, so that the book has its size from the first message of the mix. */
export function makeMessages(mix: Mix, mixed: number): Messages {
  const maker = new MessageMaker(mix, mixed + mix.resting);
  for (let i = 0; i < mix.resting; i += 1) maker.add(0);
  for (let i = 0; i < mixed; i += 1) maker.next();
  return maker.finish();
}

/**
 * Draws messages as they could arrive: orders lie at geometric distances from a middle that walks, cancels and
 * replaces name orders that rest, and a part of the orders crosses, more when too many rest and fewer when too few.
 */
class MessageMaker {
  private readonly rows: Int32Array;
  private readonly random = new SeededRandom(42);
  private readonly book = new LimitOrderBook({ tickSize: 10_000 });
  private readonly handles: Int32Array;
  private readonly sides: Int32Array;
  /** Orders that rest, in no order, and where each stands. */
  private readonly resting: Int32Array;
  private readonly places: Int32Array;
  private restingCount = 0;
  /** Numbers of orders that ended: given again, as a table of working orders gives its places. */
  private readonly free: Int32Array;
  private freeCount = 0;
  private readonly mix: Mix;
  private count = 0;
  private orders = 0;
  private middle = 100_000;
  private trades = 0;
  private shares = 0;

  constructor(mix: Mix, capacity: number) {
    this.mix = mix;
    this.rows = new Int32Array(capacity << MESSAGE_SHIFT);
    this.free = new Int32Array(capacity + 1);
    [this.handles, this.sides] = [new Int32Array(capacity + 1), new Int32Array(capacity + 1)];
    [this.resting, this.places] = [new Int32Array(capacity + 1), new Int32Array(capacity + 1)];
  }

  next(): void {
    const { random, mix } = this;
    if (random.chance(mix.walk)) this.middle += random.chance(0.5) ? 1 : -1;
    const draw = random.next();
    const crossing = this.restingCount > mix.resting ? 0.35 : 0;
    if (draw < mix.adds) this.add(crossing);
    else if (draw < mix.adds + mix.cancels) this.cancel();
    else if (draw < mix.adds + mix.cancels + mix.replaces) this.replace(crossing / 20);
    else this.take();
  }

  add(crossing: number): void {
    const side = this.random.chance(0.5) ? BUY : SELL;
    const [tick, size] = [this.tick(side, crossing), this.size()];
    if (this.freeCount === 0) this.orders += 1;
    else this.freeCount -= 1;
    const order = this.free[this.freeCount] || this.orders;
    this.free[this.freeCount] = 0;
    this.write(Kind.ADD, order, side, tick, size);
    const handle = this.book.add(side, tick, size, order);
    this.dropFilled();
    if (handle === 0) {
      this.giveBack(order);
      return;
    }
    [this.handles[order], this.sides[order], this.places[order]] = [handle, side, this.restingCount];
    this.resting[this.restingCount] = order;
    this.restingCount += 1;
  }

  finish(): Messages {
    const { bestBid, bestAsk } = this.book;
    assert(bestBid > MIN_TICK && bestAsk < MAX_TICK, 'the book has two sides');
    const bids = this.book.queues.depth(BUY, new Int32Array(100_000), new Int32Array(100_000));
    const asks = this.book.queues.depth(SELL, new Int32Array(100_000), new Int32Array(100_000));
    const { trades, shares } = this;
    const checksum = this.book.queues.checksum();
    const note = `${this.restingCount} rest on ${bids + asks} levels, ${trades} trades`;
    return { rows: this.rows, count: this.count, orders: this.orders, expected: { trades, shares, checksum }, note };
  }

  private cancel(): void {
    const order = this.someOrder();
    this.write(Kind.CANCEL, order, 0, 0, 0);
    this.book.cancel(this.handles[order] ?? 0);
    this.drop(order);
    this.dropFilled();
  }

  private replace(crossing: number): void {
    const order = this.someOrder();
    const side = this.sides[order] === BUY ? BUY : SELL;
    const [tick, size] = [this.tick(side, crossing), this.size()];
    this.write(Kind.REPLACE, order, side, tick, size);
    const handle = this.book.replace(this.handles[order] ?? 0, tick, size);
    if (handle === 0) this.drop(order);
    this.dropFilled();
  }

  private take(): void {
    const side = this.random.chance(0.5) ? BUY : SELL;
    const [tick, size] = [side === BUY ? MAX_TICK : MIN_TICK, this.size()];
    this.write(Kind.TAKE, 0, side, tick, size);
    this.book.take(side, tick, size);
    this.dropFilled();
  }

  private write(...fields: number[]): void {
    this.rows.set(fields, this.count << MESSAGE_SHIFT);
    this.count += 1;
  }

  private dropFilled(): void {
    for (let i = 0; i < this.book.reportCount; i += 1) {
      const field = (index: number): number => this.book.reports[(i << REPORT_SHIFT) + index] ?? 0;
      this.trades += 1;
      this.shares += field(Report.SIZE);
      if (field(Report.LEFT) === 0) this.drop(field(Report.REF));
    }
  }

  private drop(order: number): void {
    this.restingCount -= 1;
    const last = this.resting[this.restingCount] ?? 0;
    const place = this.places[order] ?? 0;
    this.resting[place] = last;
    this.places[last] = place;
    this.giveBack(order);
  }

  private giveBack(order: number): void {
    this.free[this.freeCount] = order;
    this.freeCount += 1;
  }

  private someOrder(): number {
    assert(this.restingCount > 0, 'the mix keeps orders resting');
    return this.resting[this.random.below(this.restingCount)] ?? 0;
  }

  private size(): number {
    return 1 + this.random.below(150);
  }

  /** Geometric beyond the middle, or a few ticks through it. */
  private tick(side: number, crossing: number): number {
    const away = this.random.chance(crossing)
      ? -this.random.below(5)
      : 1 + Math.floor(-this.mix.distance * Math.log(1 - this.random.next()));
    return Math.max(MIN_TICK, side === BUY ? this.middle - away : this.middle + away);
  }
}
