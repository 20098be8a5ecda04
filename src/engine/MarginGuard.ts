/**
 * Margin calls (`buyingPower: 'margin'`). Positions need a margin of their value over the leverage. In regular hours,
 * every five minutes, what needs more than 1.1 times the equity is reduced by force: each symbol by orders for the
 * market that leave it the margin it has less what is missing in all, those with the largest loss first, until the
 * equity covers the rest. Hooks come after that. The rule is that of LEAN's `DefaultMarginCallModel` and of the loop of
 * its `AlgorithmManager`, which waits for the orders of a call; here what orders for the market close already, an
 * earlier call that fills in parts among them, is taken off. Orders that are open stay.
 *
 * Positions of several owners in one symbol are one to the account: they are reduced in the order in which their
 * owners first traded, each by what he does not close already.
 *
 * Bars of a stretch in which nothing is decided need no look at each: with a number of shares what is needed over the
 * equity rises or falls with the price alone, so that where the least and the highest close of a portion are within
 * what is allowed all of its rows are. The five minutes run from the first instant after the last ones all the same.
 */
import type { SessionClock } from '../calendar/SessionClock.js';
import { leverageAt } from '../domain/marginTerms.js';
import type { BarTable } from '../domain/marketTables.js';
import { MINUTE } from '../domain/timeframe.js';
import type { Micros, Money, Quantity } from '../domain/units.js';
import { SHARE, notional } from '../domain/units.js';
import { CloseRange } from './CloseRange.js';
import type { EquityGuard } from './EquityGuard.js';
import type { KernelClock } from './KernelClock.js';
import type { OrderPolicy } from './OrderPolicy.js';
import { ownerOf } from './PositionTracker.js';
import type { PositionTracker } from './PositionTracker.js';
import type { TradeManager } from './TradeManager.js';
import { firstRowAt } from './rowTimes.js';
import type { TradeOrchestrator } from './TradeOrchestrator.js';

/** What it works with. */
export interface MarginParts {
  readonly clock: KernelClock;
  readonly tracker: PositionTracker;
  readonly manager: TradeManager;
  readonly sessions: SessionClock;
  readonly orchestrator: TradeOrchestrator;
  readonly policy: Pick<OrderPolicy, 'leverage' | 'overnightLeverage' | 'estimateFees'>;
  readonly priceScale: number;
  /** Takes and applies what the venue reports; a new decision point. */
  readonly drain: () => void;
}

/** What a symbol is to be reduced by. */
interface Call {
  readonly symbolId: number;
  /** Positive micro-shares. */
  readonly quantity: Quantity;
  readonly unrealisedPnl: Money;
}

const INTERVAL = 5 * MINUTE;
/** So much more than the equity may be needed before a call is made. */
const BUFFER = 0.1;
/** What the extremes of a portion are held to: less, by more than what rounding makes of any row. */
const SAFE_BUFFER = BUFFER - 1e-6;

/** See the module header. */
export class MarginGuard implements EquityGuard {
  readonly isArmed = true;
  readonly #parts: MarginParts;
  readonly #range = new CloseRange();
  /** The first instant from here on is the next one to be looked at. */
  #nextAt: Micros = -Infinity;

  constructor(parts: MarginParts) {
    this.#parts = parts;
  }

  adopt(): void {
    // What was carried over is looked at with the first instant.
  }

  isDue(): boolean {
    const { clock, tracker } = this.#parts;
    const { now } = clock;
    if (now < this.#nextAt) return false;
    if (clock.phase === 'regular' && needsCall(tracker.grossExposure, tracker.equity, this.#leverageAt(now)))
      return true;
    this.#nextAt = now + INTERVAL;
    return false;
  }

  before(table: BarTable, from: number, to: number, shares: number): number {
    const { clock, tracker, policy } = this.#parts;
    if (shares === 0 || clock.phase !== 'regular') return to;
    const rest = tracker.equityBesideSole;
    const { leverage, overnightLeverage = leverage } = policy;
    const least = Math.min(leverage, overnightLeverage);
    // What was paid for in full never needs more than it is worth.
    if (shares > 0 && rest >= 0 && least >= 1) return to;
    const range = this.#range;
    range.reach(table, from);
    const end = Math.min(to, range.to);
    const low = range.least * shares;
    const high = range.most * shares;
    if (isSafe(low, low + rest, least) && isSafe(high, high + rest, least)) return end;
    const { time, close } = table;
    let row = from;
    let nextAt = this.#nextAt;
    for (;;) {
      row = firstRowAt(time, row, end, nextAt);
      if (row >= end) return end;
      const at = time[row] ?? 0;
      const value = (close[row] ?? 0) * shares;
      if (needsCall(Math.abs(value), value + rest, this.#leverageAt(at))) return row;
      nextAt = at + INTERVAL;
      row += 1;
    }
  }

  pass({ time }: BarTable, from: number, to: number): void {
    let row = from;
    while ((time[to - 1] ?? 0) >= this.#nextAt) {
      row = firstRowAt(time, row, to, this.#nextAt);
      this.#nextAt = (time[row] ?? 0) + INTERVAL;
    }
  }

  check(): void {
    if (!this.isDue()) return;
    const { clock, tracker, orchestrator, drain } = this.#parts;
    const { now } = clock;
    this.#nextAt = now + INTERVAL;
    const leverage = this.#leverageAt(now);
    for (const { symbolId, quantity } of this.#calls(leverage)) {
      let rest = quantity;
      for (const position of tracker.positions()) {
        const isOurs = position.symbolId === symbolId && position.quantity * (tracker.quantities[symbolId] ?? 0) > 0;
        if (!isOurs || rest <= 0) continue;
        const { owner } = position;
        const part = Math.min(rest, Math.abs(position.quantity) - this.#closing(symbolId, owner));
        if (part <= 0) continue;
        orchestrator.closePosition(owner, symbolId, 'margin call', part);
        rest -= part;
      }
      drain();
      if (tracker.grossExposure / leverage <= tracker.equity) return;
    }
  }

  /** The leverage at a time of the regular hours that it is. */
  #leverageAt(time: Micros): number {
    const { policy, sessions } = this.#parts;
    return leverageAt(policy, true, sessions.nextBoundary, time);
  }

  /** What each symbol is to be reduced by, the largest loss first. */
  #calls(leverage: number): readonly Call[] {
    const { tracker } = this.#parts;
    const missing = tracker.grossExposure / leverage - tracker.equity;
    const profits = new Map<number, Money>();
    for (const { symbolId, unrealisedPnl } of tracker.positions()) {
      profits.set(symbolId, (profits.get(symbolId) ?? 0) + unrealisedPnl);
    }
    const calls: Call[] = [];
    for (const [symbolId, unrealisedPnl] of profits) {
      const quantity = this.#reduction(symbolId, missing, leverage) - this.#closing(symbolId);
      if (quantity > 0) calls.push({ symbolId, quantity, unrealisedPnl });
    }
    return calls.toSorted((a, b) => a.unrealisedPnl - b.unrealisedPnl);
  }

  /**
   * Micro-shares of a position, of one owner or of all, that open market orders close already: exits, or an earlier
   * call that still fills.
   */
  #closing(symbolId: number, owner?: string): Quantity {
    const { tracker, manager } = this.#parts;
    const side = (tracker.quantities[symbolId] ?? 0) > 0 ? 'sell' : 'buy';
    let closing = 0;
    for (const order of manager.openOrders()) {
      const isClosing = order.symbolId === symbolId && order.side === side && order.type === 'market';
      if (!isClosing || (owner !== undefined && ownerOf(order) !== owner)) continue;
      closing += order.quantity - order.filledQuantity;
    }
    return closing;
  }

  /**
   * Micro-shares by which the margin of a symbol falls by what is missing, its fee included; all if that is not enough.
   */
  #reduction(symbolId: number, missing: Money, leverage: number): Quantity {
    const { tracker, policy, priceScale } = this.#parts;
    const held = tracker.quantities[symbolId] ?? 0;
    const size = Math.abs(held);
    const price = tracker.marks[symbolId] ?? 0;
    const unit = notional(price, SHARE, priceScale) / leverage;
    const margin = notional(price, size, priceScale) / leverage;
    const kept = margin - missing;
    if (kept <= 0 || unit === 0) return size;
    let shares = Math.floor(kept / unit);
    for (;;) {
      if (shares <= 0) return size;
      const quantity = size - shares * SHARE;
      if (quantity <= 0) return 0;
      const fee = policy.estimateFees(symbolId, held > 0 ? 'sell' : 'buy', quantity, price);
      // What is kept is a part of the equity, which is above 0 then. Whole shares are compared: of products that were
      // rounded the same number could be too many for ever.
      const fewer = Math.floor((kept * (1 - fee / tracker.equity)) / unit);
      if (shares <= fewer) return quantity;
      shares = fewer;
    }
  }
}

function needsCall(gross: Money, equity: Money, leverage: number): boolean {
  return gross / leverage > equity * (1 + BUFFER);
}

/** As not {@link needsCall}, with something to spare. */
function isSafe(value: Money, equity: Money, leverage: number): boolean {
  return equity >= 0 && Math.abs(value) / leverage <= equity * (1 + SAFE_BUFFER);
}
