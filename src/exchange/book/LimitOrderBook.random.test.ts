import { describe, expect, it } from 'vitest';
import { isSoak, soakCount } from '../../../test/soak.js';
import { SeededRandom } from '../../utils/random.js';
import { NaiveOrderBook } from '../testing/NaiveOrderBook.js';
import type { NaiveReport } from '../testing/NaiveOrderBook.js';
import { BUY, MAX_TICK, MIN_TICK, REPORT_SHIFT, Refusal, Report, ReportKind, SELL } from './bookLayout.js';
import type { SelfTrade } from './LimitOrderBook.js';
import { LimitOrderBook } from './LimitOrderBook.js';
import { queueFaults } from './queueFaults.js';

const KINDS = new Map<number, NaiveReport[0]>([
  [ReportKind.TRADE, 'trade'],
  [ReportKind.SELF_TRADE_CANCEL, 'selfTradeCancel'],
  [ReportKind.EXPIRED, 'expired'],
]);

/** The smallest window, so that prices leave it often. */
const WINDOW = 1024;
/** Commands between two looks at the whole book. */
const LOOK = 50;

/** How prices are drawn: around a moving middle, with some part far away from it. */
interface Prices {
  readonly name: string;
  readonly spread: number;
  readonly far: number;
  readonly drift: number;
}

const PRICES: readonly Prices[] = [
  { name: 'close prices', spread: 12, far: 0, drift: 1 },
  { name: 'wide prices', spread: 900, far: 0.05, drift: 30 },
  { name: 'leaps', spread: 40, far: 0.02, drift: 5000 },
  { name: 'anything', spread: 40, far: 0.6, drift: 100_000 },
];

/** Both books under the same commands; throws at the first difference, which names seed and step. */
class Pair {
  private readonly random: SeededRandom;
  private readonly fast: LimitOrderBook;
  private readonly naive: NaiveOrderBook;
  private readonly handles = new Map<number, number>();
  private readonly refs: number[] = [];
  private readonly where: string;
  private readonly prices: Prices;
  private middle = 50_000;
  private nextRef = 1;
  private crowd: number;
  readonly counts = { trades: 0, selfTrades: 0, kept: 0, moved: 0, filledAll: 0, refusedAll: 0, expired: 0 };
  readonly windows = new Set<number>();

  constructor(seed: number, selfTrade: SelfTrade, prices: Prices, crowd: number) {
    this.random = new SeededRandom(seed);
    this.fast = new LimitOrderBook({ tickSize: 10_000, selfTrade, windowTicks: WINDOW, capacity: 4 });
    this.naive = new NaiveOrderBook(selfTrade);
    this.prices = prices;
    this.crowd = crowd;
    this.where = `seed ${seed}, ${selfTrade}, ${prices.name}`;
  }

  run(steps: number): void {
    for (let step = 1; step <= steps; step += 1) {
      this.command();
      const where = `${this.where}, step ${step}`;
      if (!sameReports(this.fast, this.naive.reports)) {
        expect(reportsOf(this.fast), where).toEqual(this.naive.reports);
      }
      this.forget();
      if (step % LOOK === 0) this.compare(where);
    }
  }

  private command(): void {
    const { random } = this;
    const draw = random.next();
    const isCrowded = this.refs.length > this.crowd;
    if (draw < (isCrowded ? 0.2 : 0.45)) this.add();
    else if (draw < 0.6) this.cancelOrReduce();
    else if (draw < 0.8) this.replace();
    else if (draw < 0.9995) this.take();
    else this.expire();
    if (random.chance(0.3)) {
      const step = (random.below(2 * this.prices.drift + 1) - this.prices.drift) * (random.chance(0.9) ? 0 : 1);
      this.middle = Math.max(1, Math.min(2_000_000_000, this.middle + step));
    }
  }

  private add(): void {
    const side = this.random.chance(0.5) ? BUY : SELL;
    const [tick, size, owner, isDay] = [this.tick(side), this.size(), this.random.below(4), this.random.chance(0.1)];
    const ref = this.nextRef;
    this.nextRef += 1;
    const handle = this.fast.add(side, tick, size, ref, owner, isDay);
    const left = this.naive.add(side, tick, size, ref, owner, isDay);
    this.check(handle > 0, left > 0, 'add rests');
    if (handle <= 0) return;
    this.handles.set(ref, handle);
    this.refs.push(ref);
  }

  /** One time in ten or so the order has ended, and both books must say so. */
  private cancelOrReduce(): void {
    const ref = this.someRef();
    const handle = this.handles.get(ref) ?? 0;
    const size = this.naive.resting.get(ref)?.size ?? 0;
    const isCancel = this.random.chance(0.5);
    const by = 1 + this.random.below(Math.max(1, size));
    const actual = isCancel ? this.fast.cancel(handle) : this.fast.reduce(handle, by);
    const expected = isCancel ? this.naive.cancel(ref) : this.naive.reduce(ref, by);
    this.check(actual, size === 0 ? Refusal.UNKNOWN : expected, isCancel ? 'cancel' : 'reduce');
    this.drop(ref);
  }

  private replace(): void {
    const ref = this.someRef();
    const order = this.naive.resting.get(ref);
    if (order === undefined) return;
    const tick = this.random.chance(0.3) ? order.tick : this.tick(order.side === 0 ? BUY : SELL);
    const size = this.random.chance(0.5) ? 1 + this.random.below(order.size) : this.size();
    this.counts[tick === order.tick && size <= order.size ? 'kept' : 'moved'] += 1;
    const handle = this.handles.get(ref) ?? 0;
    const replaced = this.fast.replace(handle, tick, size);
    this.check(replaced, this.naive.replace(ref, tick, size) > 0 ? handle : 0, 'replace');
    this.drop(ref);
  }

  private take(): void {
    const side = this.random.chance(0.5) ? BUY : SELL;
    const market = side === BUY ? MAX_TICK : MIN_TICK;
    const tick = this.random.chance(0.3) ? market : this.tick(side);
    const [size, owner] = [this.size() * (this.random.chance(0.1) ? 20 : 1), this.random.below(4)];
    if (this.random.chance(0.3)) {
      const traded = this.fast.takeAll(side, tick, size, owner);
      this.check(traded, this.naive.takeAll(side, tick, size, owner), 'fill or kill');
      this.counts[traded > 0 ? 'filledAll' : 'refusedAll'] += 1;
    } else {
      this.check(this.fast.take(side, tick, size, owner), this.naive.take(side, tick, size, owner), 'take');
    }
  }

  private expire(): void {
    const expired = this.fast.expireDay();
    this.counts.expired += expired;
    this.check(expired, this.naive.expireDay(), 'expire');
  }

  /** Counts the reports and forgets the resting orders that ended. */
  private forget(): void {
    for (const [kind, ref] of this.naive.reports) {
      if (kind === 'trade') this.counts.trades += 1;
      else if (kind === 'selfTradeCancel') this.counts.selfTrades += 1;
      this.drop(ref);
    }
    if (this.refs.length > 1.1 * this.naive.resting.size + 8) {
      this.refs.splice(0, this.refs.length, ...this.naive.resting.keys());
    }
  }

  private drop(ref: number): void {
    if (!this.naive.resting.has(ref)) this.handles.delete(ref);
  }

  private compare(where: string): void {
    expect(queueFaults(this.fast.queues), where).toEqual([]);
    expect(this.fast.queues.checksum(), where).toBe(this.naive.checksum());
    expect(this.fast.queues.orders.live, where).toBe(this.naive.resting.size);
    for (const side of [BUY, SELL] as const) {
      const levels = this.naive.depth(side);
      const [ticks, sizes] = [new Int32Array(levels.length + 1), new Int32Array(levels.length + 1)];
      const count = this.fast.queues.depth(side, ticks, sizes);
      expect(
        Array.from({ length: count }, (_, i) => [ticks[i], sizes[i]]),
        where,
      ).toEqual(levels);
    }
    const ref = this.someRef();
    if (this.naive.resting.has(ref)) {
      expect(this.fast.queues.sharesAhead(this.handles.get(ref) ?? 0), where).toBe(this.naive.sharesAhead(ref));
    }
    this.windows.add(this.fast.queues.levels.windowStart);
  }

  private check(actual: unknown, expected: unknown, what: string): void {
    if (actual !== expected) expect(actual, `${this.where}: ${what}`).toBe(expected);
  }

  private someRef(): number {
    return this.refs[this.random.below(this.refs.length)] ?? 0;
  }

  private size(): number {
    return 1 + this.random.below(150);
  }

  private tick(side: number): number {
    if (this.random.chance(this.prices.far)) return 1 + this.random.below(this.random.chance(0.1) ? MAX_TICK : 200_000);
    const away = this.random.below(this.prices.spread) - Math.floor(this.prices.spread / 5);
    return Math.max(1, Math.min(MAX_TICK, side === BUY ? this.middle - away : this.middle + away));
  }
}

function reportsOf(book: LimitOrderBook): NaiveReport[] {
  return Array.from({ length: book.reportCount }, (_, row) => {
    const field = (index: number): number => book.reports[(row << REPORT_SHIFT) + index] ?? -1;
    return [
      KINDS.get(field(Report.KIND)) ?? '',
      field(Report.REF),
      field(Report.OWNER),
      field(Report.SIDE),
      field(Report.TICK),
      field(Report.SIZE),
      field(Report.LEFT),
    ];
  });
}

function sameReports(book: LimitOrderBook, naive: readonly NaiveReport[]): boolean {
  if (book.reportCount !== naive.length) return false;
  if (naive.length === 0) return true;
  return JSON.stringify(reportsOf(book)) === JSON.stringify(naive);
}

const SELF_TRADES: readonly SelfTrade[] = ['allow', 'cancelResting', 'cancelIncoming'];

describe('the order book beside a naive one', () => {
  const steps = soakCount(1500, 100_000);
  const firstSeed = isSoak ? Math.floor(Math.random() * 2 ** 31) : 1;

  for (const prices of PRICES) {
    for (const [index, selfTrade] of SELF_TRADES.entries()) {
      it(`agrees on every trade and level: ${prices.name}, self-trades ${selfTrade}, ${steps} commands`, () => {
        const pair = new Pair(firstSeed + index, selfTrade, prices, soakCount(150, 400));
        pair.run(steps);
        expect(pair.counts.trades).toBeGreaterThan(steps / 10);
        expect(pair.counts.kept * pair.counts.moved * pair.counts.filledAll * pair.counts.refusedAll).toBeGreaterThan(
          0,
        );
        if (selfTrade === 'cancelResting') expect(pair.counts.selfTrades).toBeGreaterThan(10);
        if (prices.drift > 1000) expect(pair.windows.size, 'the window moves').toBeGreaterThan(1);
      });
    }
  }

  it('goes on from a snapshot as if nothing had happened, handles included', () => {
    const random = new SeededRandom(11);
    const book = new LimitOrderBook({ tickSize: 1, windowTicks: WINDOW });
    const commands = Array.from({ length: 4000 }, () => [
      random.below(2),
      1 + random.below(3000),
      1 + random.below(90),
    ]);
    const apply = (target: LimitOrderBook, from: number, to: number): number[] =>
      commands.slice(from, to).map(([side = 0, tick = 0, size = 0], i) => {
        if (i % 3 === 0) return target.cancel(tick % 200);
        return target.add(side === 0 ? BUY : SELL, tick, size, from + i);
      });
    apply(book, 0, 2000);
    const restored = new LimitOrderBook({ tickSize: 1, windowTicks: 2048 });
    const text = JSON.stringify(book.snapshot());
    restored.restore(JSON.parse(text) as ReturnType<LimitOrderBook['snapshot']>);
    expect(restored.queues.checksum()).toBe(book.queues.checksum());
    expect(apply(restored, 2000, 4000)).toEqual(apply(book, 2000, 4000));
    expect(restored.snapshot()).toEqual(book.snapshot());
  });
});
