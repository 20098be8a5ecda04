/** The rule of LEAN's OrderTicketDemoAlgorithm: every kind of order, changed and canceled while it works. */
import { Strategy } from '../../../src/index.js';
import type { Bar, Context, OrderDesk } from '../../../src/index.js';

type Changes = Parameters<OrderDesk['replace']>[1];

/** Two orders of which one is canceled when the other has filled. */
interface Pair {
  long: string;
  short: string;
  longPrices: readonly number[];
  shortPrices: readonly number[];
}

const GTC = { reason: 'order ticket', timeInForce: 'gtc' } as const;
const PENNY = 0.01;
const MINUTE = 60_000_000;

/** A time of October 2013 in New York. */
function at(day: number, hour: number, minute: number): number {
  return Date.UTC(2013, 9, day, hour + 4, minute) * 1000;
}

/** Pairs of limits, stops, stop-limits and trailing stops that close in on the market; orders for open and close. */
export default class LeanOrderTickets extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1m' };

  private readonly filled = new Set<string>();
  private limits: Pair | undefined;
  private stops: Pair | undefined;
  private stopLimits: Pair | undefined;
  private trails: Pair | undefined;
  private trail = 0.25;
  private trailsSince = 0;
  private atClose: { id: string; shares: number } | undefined;

  override onBar({ time, close, symbol }: Bar, ctx: Context): void {
    const { order } = ctx;
    if (time === at(7, 9, 31)) for (let i = 0; i < 2; i += 1) order.market(symbol, 'buy', 10, { reason: 'market' });
    if (time === at(7, 12, 0)) {
      const [low, high] = [close * 0.999, close * 1.001];
      this.limits = {
        long: order.limit(symbol, 'buy', 10, low, GTC),
        short: order.limit(symbol, 'sell', 10, high, GTC),
        longPrices: [low],
        shortPrices: [high],
      };
    }
    this.limits = this.closeIn(this.limits, ctx, PENNY, ([limit = 0]) => ({ limit }));
    if (time === at(7, 16, 0)) {
      const [low, high] = [close * 0.9975, close * 1.0025];
      this.stops = {
        long: order.stop(symbol, 'buy', 10, high, GTC),
        short: order.stop(symbol, 'sell', 10, low, GTC),
        longPrices: [high],
        shortPrices: [low],
      };
    }
    this.stops = this.closeIn(this.stops, ctx, -PENNY, ([stop = 0]) => ({ stop }));
    if (time === at(8, 12, 1)) {
      const [long, short] = [
        [close - 0.03, close * 1.001],
        [close + 0.03, close * 0.999],
      ] as const;
      this.stopLimits = {
        long: order.stopLimit(symbol, 'buy', 10, long[1], long[0], GTC),
        short: order.stopLimit(symbol, 'sell', 10, short[1], short[0], GTC),
        longPrices: long,
        shortPrices: short,
      };
    }
    this.stopLimits = this.closeIn(this.stopLimits, ctx, PENNY, ([limit = 0, stop = 0]) => ({ limit, stop }));
    this.followTrails(time, symbol, ctx);
    if (time === at(8, 16, 0)) order.market(symbol, 'buy', 50, { reason: 'open', timeInForce: 'opg' });
    this.tradeClose(time, symbol, ctx);
  }

  override onFill(fill: { readonly orderId: string }): void {
    this.filled.add(fill.orderId);
  }

  /** Brings the prices of both orders in by a step: the first price of each as given, the second the other way. */
  private closeIn(
    pair: Pair | undefined,
    ctx: Context,
    step: number,
    changesOf: (prices: readonly number[]) => Changes,
  ): Pair | undefined {
    if (pair === undefined || this.isOver(pair, ctx)) return undefined;
    const moved = (prices: readonly number[], by: number): number[] =>
      prices.map((price, index) => price + (index === 0 ? by : -by));
    const longPrices = moved(pair.longPrices, step);
    const shortPrices = moved(pair.shortPrices, -step);
    return {
      long: ctx.order.replace(pair.long, changesOf(longPrices)) ?? pair.long,
      short: ctx.order.replace(pair.short, changesOf(shortPrices)) ?? pair.short,
      longPrices,
      shortPrices,
    };
  }

  private isOver({ long, short }: Pair, ctx: Context): boolean {
    if (this.filled.has(long)) ctx.order.cancel(short);
    else if (this.filled.has(short)) ctx.order.cancel(long);
    return this.filled.has(long) || this.filled.has(short);
  }

  /** Trailing stops a quarter of a percent away; every five minutes a basis point nearer. */
  private followTrails(time: number, symbol: string, ctx: Context): void {
    const { order } = ctx;
    if (time === at(7, 12, 0)) {
      this.trailsSince = time;
      this.trails = {
        long: order.trailingStop(symbol, 'buy', 10, { percent: this.trail }, GTC),
        short: order.trailingStop(symbol, 'sell', 10, { percent: this.trail }, GTC),
        longPrices: [],
        shortPrices: [],
      };
      return;
    }
    if (this.trails === undefined) return;
    if (this.isOver(this.trails, ctx)) {
      this.trails = undefined;
    } else if ((time - this.trailsSince) % (5 * MINUTE) === 0) {
      this.trail = Math.max(this.trail - 0.01, 0.01);
      const changes = { trail: { percent: this.trail } };
      this.trails.long = order.replace(this.trails.long, changes) ?? this.trails.long;
      this.trails.short = order.replace(this.trails.short, changes) ?? this.trails.short;
    }
  }

  /** Triples the position at the close of the third day, a share more for each hour until then. */
  private tradeClose(time: number, symbol: string, ctx: Context): void {
    if (time === at(9, 12, 0)) {
      const held = ctx.position(symbol).quantity;
      const shares = held === 0 ? 100 : 2 * held;
      const id = ctx.order.market(symbol, 'buy', shares, { reason: 'close', timeInForce: 'cls' });
      this.atClose = { id, shares };
    }
    if (this.atClose === undefined || new Date(time / 1000).getUTCMinutes() !== 59) return;
    if (this.filled.has(this.atClose.id)) {
      this.atClose = undefined;
      return;
    }
    const shares = this.atClose.shares + 1;
    this.atClose = { id: ctx.order.replace(this.atClose.id, { shares }) ?? this.atClose.id, shares };
  }
}
