/**
 * Cross-sectional momentum: holds the symbols that rose most, and changes them once in a period. After Jegadeesh and
 * Titman (1993), long only, with their gap between measuring and holding as a parameter.
 */
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { civilOf } from '../../calendar/tradingDate.js';
import type { Micros } from '../../domain/units.js';
import type { Bar } from '../Bar.js';
import type { Context } from '../Context.js';
import { param } from '../param.js';
import { Strategy } from '../Strategy.js';
import type { StrategySetup } from '../Strategy.js';

const params = {
  lookback: param.int({ default: 120, min: 1, max: 500, label: 'Momentum over', unit: 'bars' }),
  skip: param.int({ default: 20, min: 0, max: 120, label: 'Without the last', unit: 'bars' }),
  hold: param.int({ default: 3, min: 1, max: 50, label: 'Symbols held' }),
  every: param.choice(['week', 'month', 'quarter'], { default: 'month', label: 'Rotate every' }),
  onlyRising: param.bool({ default: true, label: 'Only symbols that rose' }),
  invested: param.number({
    default: 0.95,
    min: 0.05,
    max: 1,
    step: 0.05,
    label: 'Invested',
    unit: 'fraction of equity',
  }),
};

/** The last bar of a symbol, and by what factor its price had grown. */
interface Standing {
  readonly symbol: string;
  readonly time: Micros;
  readonly growth: number;
}

/** 1970-01-01 was a Thursday: weeks begin on Mondays. */
const DAYS_FROM_MONDAY = 3;
/** By how much a part may be off before it is resized. */
const TOLERANCE = 0.05;

/**
 * With the first bars of each week, month or quarter, and with the very first, it ranks its symbols by the growth of
 * the close over `lookback` bars, the last `skip` left out. The best `hold` of them are held, each for the same part of
 * `invested`; with `onlyRising` only those that grew, the rest stays cash. Symbols that fell out of the list are sold
 * first, and what has outgrown its part is cut; with the next bars the new ones are bought and what has fallen behind
 * is raised. A part that is off by less than a twentieth is left alone. Symbols of equal growth stand in the order in
 * which they were named.
 */
export default class MomentumRotation extends Strategy.with(params) {
  static override readonly subscribe = { timeframe: '1d', warmUp: 'auto' };
  static override readonly description = 'Holds the symbols with the strongest momentum and rotates once in a period.';

  private readonly grown = this.ta.change(this.p.lookback + this.p.skip, 'ratio');
  private readonly skipped = this.p.skip > 0 ? this.ta.change(this.p.skip, 'ratio') : undefined;
  private readonly standings = new Map<string, Standing>();
  private readonly symbolCount: number;
  private readonly weight = this.p.invested / this.p.hold;
  private period = Number.NaN;
  /** Since when a ranking is due; undefined while none is. */
  private dueSince: Micros | undefined = undefined;
  /** What is to be held, until it has been bought with bars after `buyAfter`. */
  private best: readonly string[] = [];
  private buyAfter = 0;

  constructor(setup: StrategySetup) {
    super(setup);
    this.symbolCount = setup.symbols.length;
  }

  override onBar(bar: Bar, ctx: Context): void {
    const { symbol, time } = bar;
    // Some symbols had no bar at the time of the ranking: it is made up for without them.
    if (this.dueSince !== undefined && time > this.dueSince) this.rotate(ctx);
    if (this.best.length > 0 && time > this.buyAfter) this.buy(ctx);
    const growth = this.grown.value / (this.skipped?.value ?? 1);
    this.standings.set(symbol, { symbol, time, growth });
    const period = this.periodOf(time);
    if (period !== this.period) {
      this.period = period;
      this.dueSince = time;
    }
    if (this.dueSince === time && this.present(time).length === this.symbolCount) this.rotate(ctx);
  }

  private periodOf(time: Micros): number {
    const date = newYorkDate(time);
    if (this.p.every === 'week') return Math.floor((date + DAYS_FROM_MONDAY) / 7);
    const { year, month } = civilOf(date);
    return this.p.every === 'month' ? year * 12 + month : year * 4 + Math.ceil(month / 3);
  }

  /** Those that had a bar at that time. */
  private present(time: Micros): readonly Standing[] {
    return [...this.standings.values()].filter((standing) => standing.time === time);
  }

  private rotate(ctx: Context): void {
    const ranked = this.present(this.dueSince ?? 0).filter(({ growth }) =>
      this.p.onlyRising ? growth > 1 : growth > 0,
    );
    this.dueSince = undefined;
    const place = (symbol: string): number => ctx.symbols.indexOf(symbol);
    const best = [...ranked]
      .sort((a, b) => b.growth - a.growth || place(a.symbol) - place(b.symbol))
      .slice(0, this.p.hold)
      .map(({ symbol }) => symbol);
    let isSelling = false;
    for (const symbol of ctx.symbols) {
      const part = this.partOf(symbol, ctx);
      if (part > 0 && !best.includes(symbol)) ctx.exit(symbol, { reason: `not among the best ${this.p.hold}` });
      else if (part > 1 + TOLERANCE) this.resize(symbol, ctx);
      else continue;
      isSelling = true;
    }
    this.best = best;
    this.buyAfter = ctx.now;
    // What has just been sold pays for what is bought: only an account that sells nothing may buy at once.
    if (!isSelling) this.buy(ctx);
  }

  private buy(ctx: Context): void {
    for (const symbol of this.best) if (this.partOf(symbol, ctx) < 1 - TOLERANCE) this.resize(symbol, ctx);
    this.best = [];
  }

  /** What is held of a symbol, as a fraction of what should be. */
  private partOf(symbol: string, ctx: Context): number {
    const value = ctx.position(symbol).quantity * (ctx.lastPrice(symbol) ?? 0);
    return value / (ctx.equity * this.weight);
  }

  private resize(symbol: string, ctx: Context): void {
    ctx.target(symbol, { weight: this.weight }, { reason: `among the best ${this.p.hold}` });
  }
}
