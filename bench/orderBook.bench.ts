/**
 * The limit order book alone: messages made beforehand from a seed, applied to a book that starts empty. Three mixes:
 * deep (54 % orders, 32 % cancels, 14 % immediate-or-cancel, about 10,000 resting), touch (81 % replaces, 10 %
 * orders, 6 % cancels, 3 % immediate-or-cancel, about 1,000 resting) and wide (as deep with about 200,000 resting).
 * No risk checks, accounts or tape. What must come out (trades, shares, final book) is computed by the naive book of
 * the tests first. Other order books from npm run beside it where they are installed.
 */
import { BUY, MAX_TICK, MIN_TICK, REPORT_SHIFT, Report, SELL } from '../src/exchange/book/bookLayout.js';
import { LimitOrderBook } from '../src/exchange/book/LimitOrderBook.js';
import { NaiveOrderBook } from '../src/exchange/testing/NaiveOrderBook.js';
import { assert } from '../src/utils/assert.js';
import { SeededRandom } from '../src/utils/random.js';
import { measure } from './harness.js';
import type { BenchResult } from './harness.js';
import { measurePeers } from './orderBookPeers.js';

const MESSAGES = 3_000_000;
/** The naive book and the peers get so many of the messages that they end within seconds. */
const SLOW_MESSAGES = 300_000;

/** Kinds of messages. */
export const Kind = { ADD: 0, CANCEL: 1, REPLACE: 2, TAKE: 3 } as const;
/** Integers of a message: kind, order number, side, price in ticks, shares. */
export const MESSAGE_SHIFT = 3;

/** One mix of messages. */
interface Mix {
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
  readonly slow: number;
}

const MIXES: readonly Mix[] = [
  { name: 'deep', resting: 10_000, adds: 0.54, cancels: 0.32, replaces: 0, distance: 40, walk: 0.05, gatePerSecond: 15e6, slow: 1 },
  { name: 'touch', resting: 1000, adds: 0.1, cancels: 0.06, replaces: 0.81, distance: 30, walk: 0.005, gatePerSecond: 12e6, slow: 1 },
  { name: 'wide', resting: 200_000, adds: 0.54, cancels: 0.32, replaces: 0, distance: 800, walk: 0.02, gatePerSecond: 9e6, slow: 2 },
];

/** What a run of messages comes to. */
export interface Outcome {
  trades: number;
  shares: number;
  checksum: number;
}

/** Measures the cases. */
export async function run(): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const mix of MIXES) {
    const messages = makeMessages(mix, MESSAGES);
    const prefix = (mix.resting + SLOW_MESSAGES) * mix.slow;
    results.push(await measureBook(mix, messages, Math.min(prefix, messages.count)));
    if (mix.name !== 'wide') results.push(...(await measurePeers(mix.name, messages.rows, SLOW_MESSAGES)));
  }
  return results;
}

async function measureBook(mix: Mix, messages: Messages, prefix: number): Promise<BenchResult> {
  const { rows, count, orders, expected, note } = messages;
  const naive = runNaive(rows, prefix);
  const fast = runBook(rows, prefix, orders);
  assert(JSON.stringify(fast) === JSON.stringify(naive), `${mix.name}: ${JSON.stringify([fast, naive])}`);
  return measure({
    name: `order-book/${mix.name}`,
    unit: 'messages',
    work: count,
    run: () => runBook(rows, count, orders),
    check: (outcome) => {
      assert(JSON.stringify(outcome) === JSON.stringify(expected), JSON.stringify([outcome, expected]));
    },
    gatePerSecond: mix.gatePerSecond,
    note,
  });
}

/** Applies messages to a new book; reads every report. */
function runBook(rows: Int32Array, count: number, orders: number): Outcome {
  const book = new LimitOrderBook({ tickSize: 10_000 });
  const handles = new Int32Array(orders + 1);
  let trades = 0;
  let shares = 0;
  for (let at = 0; at < count << MESSAGE_SHIFT; at += 1 << MESSAGE_SHIFT) {
    const order = rows[at + 1] ?? 0;
    const side = rows[at + 2] === BUY ? BUY : SELL;
    const tick = rows[at + 3] ?? 0;
    const size = rows[at + 4] ?? 0;
    switch (rows[at]) {
      case Kind.ADD:
        handles[order] = book.add(side, tick, size, order);
        break;
      case Kind.CANCEL:
        book.cancel(handles[order] ?? 0);
        break;
      case Kind.REPLACE:
        book.replace(handles[order] ?? 0, tick, size);
        break;
      default:
        book.take(side, tick, size);
    }
    const { reportCount, reports } = book;
    for (let i = 0; i < reportCount; i += 1) {
      trades += 1;
      shares += reports[(i << REPORT_SHIFT) + Report.SIZE] ?? 0;
    }
  }
  return { trades, shares, checksum: book.queues.checksum() };
}

function runNaive(rows: Int32Array, count: number): Outcome {
  const book = new NaiveOrderBook('allow');
  let trades = 0;
  let shares = 0;
  for (let at = 0; at < count << MESSAGE_SHIFT; at += 1 << MESSAGE_SHIFT) {
    const [kind = 0, order = 0, sideNumber = 0, tick = 0, size = 0] = rows.subarray(at, at + 5);
    const side = sideNumber === BUY ? BUY : SELL;
    if (kind === Kind.ADD) book.add(side, tick, size, order);
    else if (kind === Kind.CANCEL) book.cancel(order);
    else if (kind === Kind.REPLACE) book.replace(order, tick, size);
    else book.take(side, tick, size);
    trades += book.reports.length;
    for (const report of book.reports) shares += report[5];
  }
  return { trades, shares, checksum: book.checksum() };
}

/** Messages and what they come to. */
interface Messages {
  readonly rows: Int32Array;
  readonly count: number;
  /** Orders are numbered from 1 to this. */
  readonly orders: number;
  readonly expected: Outcome;
  readonly note: string;
}

/** A mix after so many orders as shall rest, so that the book has its size from the first message of the mix. */
function makeMessages(mix: Mix, mixed: number): Messages {
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
