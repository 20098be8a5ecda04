/**
 * The order book and the naive one under the same random commands, drawn from a seed. Every report is compared, and
 * now and then the whole book: soundness, checksum, every level, a queue position. Says the first difference.
 */
import { SeededRandom } from '../../utils/random.js';
import { BUY, MAX_TICK, MIN_TICK, REPORT_SHIFT, Refusal, Report, ReportKind, SELL } from '../../book/bookLayout.js';
import type { SelfTrade } from '../../book/LimitOrderBook.js';
import { LimitOrderBook } from '../../book/LimitOrderBook.js';
import { queueFaults } from '../../book/queueFaults.js';
import { NaiveOrderBook } from './NaiveOrderBook.js';
import type { NaiveReport } from './NaiveOrderBook.js';

const KINDS = new Map<number, NaiveReport[0]>([
  [ReportKind.TRADE, 'trade'],
  [ReportKind.SELF_TRADE_CANCEL, 'selfTradeCancel'],
  [ReportKind.EXPIRED, 'expired'],
]);

/** The smallest window, so that prices leave it often. */
export const WINDOW = 1024;
/** Commands between two looks at the whole book. */
const LOOK = 50;

/** How prices are drawn: around a moving middle, with some part far away from it. */
export interface Prices {
  readonly name: string;
  readonly spread: number;
  readonly far: number;
  readonly drift: number;
}

/** See the module header. */
export class BookPair {
  /** The first difference, with seed and step; empty while the books agree. */
  readonly faults: string[] = [];
  private readonly random: SeededRandom;
  private readonly fast: LimitOrderBook;
  private readonly naive: NaiveOrderBook;
  private readonly handles = new Map<number, number>();
  private readonly refs: number[] = [];
  private readonly where: string;
  private readonly prices: Prices;
  private step = 0;
  private middle = 50_000;
  private nextRef = 1;
  private readonly crowd: number;
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
    for (let step = 1; step <= steps && this.faults.length === 0; step += 1) {
      this.step = step;
      this.command();
      if (!sameReports(this.fast, this.naive.reports)) {
        this.check(reportsOf(this.fast), this.naive.reports, 'reports');
      }
      this.forget();
      if (step % LOOK === 0) this.compare();
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

  private compare(): void {
    this.check(queueFaults(this.fast.queues), [], 'soundness');
    this.check(this.fast.queues.checksum(), this.naive.checksum(), 'checksum');
    this.check(this.fast.queues.orders.live, this.naive.resting.size, 'orders');
    for (const side of [BUY, SELL] as const) {
      const levels = this.naive.depth(side);
      const [ticks, sizes] = [new Int32Array(levels.length + 1), new Int32Array(levels.length + 1)];
      const count = this.fast.queues.depth(side, ticks, sizes);
      const shown = Array.from({ length: count }, (_, i) => [ticks[i], sizes[i]]);
      this.check(shown, levels, `levels of side ${side}`);
    }
    const ref = this.someRef();
    if (this.naive.resting.has(ref)) {
      this.check(this.fast.queues.sharesAhead(this.handles.get(ref) ?? 0), this.naive.sharesAhead(ref), 'shares ahead');
    }
    this.windows.add(this.fast.queues.levels.windowStart);
  }

  private check(actual: unknown, expected: unknown, what: string): void {
    const [is, shouldBe] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (is !== shouldBe) this.faults.push(`${this.where}, step ${this.step}, ${what}: ${is}, naive ${shouldBe}`);
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
