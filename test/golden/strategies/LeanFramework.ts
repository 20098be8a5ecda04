/**
 * LEAN's algorithm framework as its regression algorithms use it: insights in force make targets of equal weight, a
 * risk model may override them, and market orders go out for what is missing, the largest change first and sales of
 * what is held before all.
 */
import type { Context } from '../../../src/index.js';

const LEVERAGE = 2;
const SMALLEST_PART = 0.001;
const FREE_PART = 0.0025;

/** Interactive Brokers' fee as LEAN has it, in dollars. */
function feeOf(shares: number, price: number): number {
  return shares === 0 ? 0 : Math.max(1, Math.min(0.005 * shares, 0.005 * shares * price));
}

/** What an alpha model says of a symbol, in force through its end. */
export interface LeanInsight {
  readonly symbol: string;
  readonly direction: 1 | 0 | -1;
  /** Micros. */
  readonly end: number;
}

/** Which models a framework has, and what makes it set targets anew. */
export interface LeanModels {
  /** Time after which targets are set anew in any case, in micros; each time if absent. */
  readonly every?: number;
  /** When they are set next, in place of `every`. */
  readonly nextAt?: (now: number) => number;
  /** Whether new and ended insights make it set them; they do if absent. */
  readonly onInsights?: boolean;
  /** Whether symbols that come and go make it set them; they do if absent. */
  readonly onSymbols?: boolean;
  /** Symbols that its risk model takes out. */
  readonly overridden?: (ctx: Context, targets: readonly string[]) => readonly string[];
  /** Shares to order now of those that are missing; all if absent. */
  readonly part?: (symbol: string, missing: number, ctx: Context) => number;
  /** Least part of the equity that a change of a target takes as margin; a thousandth if absent. */
  readonly least?: number;
  /** The same of an order; `least` if absent. */
  readonly leastOrder?: number;
}

/** The state of one run. */
export class LeanFramework {
  private readonly models: LeanModels;
  private insights: LeanInsight[] = [];
  private readonly wanted = new Map<string, number>();
  private readonly sent = new Map<string, number>();
  private readonly removed = new Set<string>();
  private symbolsChanged = true;
  private next: number | undefined;
  private now = 0;

  constructor(models: LeanModels = {}) {
    this.models = models;
  }

  /** Ends what is said of a symbol. */
  cancel(symbol: string): void {
    this.insights = this.insights.filter((insight) => insight.symbol !== symbol);
  }

  /** Takes notice of symbols that come or go. */
  change(removed: readonly string[] = []): void {
    this.symbolsChanged = true;
    for (const symbol of removed) {
      this.removed.add(symbol);
      this.cancel(symbol);
    }
  }

  /** One step with new insights; those of one bar may come in several steps. */
  step(ctx: Context, fresh: readonly LeanInsight[]): void {
    if (ctx.now !== this.now) this.sent.clear();
    this.now = ctx.now;
    this.insights.push(...fresh);
    const targets = this.isDue(fresh) ? this.targets(ctx) : new Map<string, number>();
    for (const symbol of this.models.overridden?.(ctx, [...targets.keys()]) ?? []) {
      this.cancel(symbol);
      targets.set(symbol, 0);
    }
    for (const [symbol, target] of targets) this.wanted.set(symbol, target);
    this.execute(ctx);
  }

  private isDue(fresh: readonly LeanInsight[]): boolean {
    const { every, nextAt, onInsights = true, onSymbols = true } = this.models;
    const after = nextAt ?? (every === undefined ? undefined : (now: number) => now + every);
    if (after === undefined) return true;
    this.next ??= after(this.now);
    const isDue =
      this.next <= this.now ||
      (onSymbols && this.symbolsChanged) ||
      (onInsights && (fresh.length > 0 || this.insights.some(({ end }) => end < this.now)));
    if (!isDue) return false;
    this.next = after(this.now);
    this.symbolsChanged = false;
    return true;
  }

  /** Shares wanted of each symbol of which something is or was said. */
  private targets(ctx: Context): Map<string, number> {
    const ended = this.insights.filter(({ end }) => end < this.now);
    this.insights = this.insights.filter(({ end }) => end >= this.now);
    const last = new Map(this.insights.map((insight) => [insight.symbol, insight]));
    const count = [...last.values()].filter(({ direction }) => direction !== 0).length;
    const targets = new Map<string, number>();
    for (const { symbol, direction } of last.values()) {
      targets.set(symbol, this.sharesAt(ctx, symbol, count === 0 ? 0 : direction / count));
    }
    for (const symbol of [...ended.map((insight) => insight.symbol), ...this.removed]) {
      if (!last.has(symbol)) targets.set(symbol, 0);
    }
    this.removed.clear();
    return targets;
  }

  /** LEAN's target for a part of the equity; what is held where the way takes too little margin. */
  private sharesAt(ctx: Context, symbol: string, weight: number): number {
    const { equity } = ctx;
    const { least = SMALLEST_PART } = this.models;
    const held = ctx.position(symbol).quantity;
    const price = ctx.lastPrice(symbol) ?? 0;
    const sign = Math.sign(weight);
    const most = equity * (1 - FREE_PART);
    let value = Math.abs(weight) * most;
    if (Math.abs(sign * value - held * price) < least * LEVERAGE * equity) return weight === 0 ? 0 : held;
    for (;;) {
      const shares = Math.floor(value / price);
      const fee = feeOf(Math.abs(sign * shares - held), price);
      const left = Math.abs(weight) * (most - fee);
      if (shares * price <= left) return sign * shares;
      value = left;
    }
  }

  private execute(ctx: Context): void {
    const { part = (_symbol: string, missing: number) => missing, least = SMALLEST_PART } = this.models;
    const { leastOrder = least } = this.models;
    const changes = [...this.wanted].map(([symbol, target]) => {
      const held = ctx.position(symbol).quantity + (this.sent.get(symbol) ?? 0);
      const price = ctx.lastPrice(symbol) ?? 0;
      return { symbol, missing: target - held, price, value: Math.abs(target - held) * price, held };
    });
    const reduces = ({ missing, held }: { missing: number; held: number }): number => Number(missing * held < 0);
    changes.sort((a, b) => reduces(b) - reduces(a) || b.value - a.value);
    for (const { symbol, missing, price } of changes) {
      if (missing === 0) continue;
      const shares = part(symbol, missing, ctx);
      if (shares === 0 || (Math.abs(shares) * price) / LEVERAGE < leastOrder * ctx.equity) continue;
      ctx.order.market(symbol, shares > 0 ? 'buy' : 'sell', Math.abs(shares), { reason: 'target' });
      this.sent.set(symbol, (this.sent.get(symbol) ?? 0) + shares);
    }
    for (const [symbol, target] of this.wanted) {
      if (ctx.position(symbol).quantity === target) this.wanted.delete(symbol);
    }
  }
}
