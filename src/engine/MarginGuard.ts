/**
 * Margin calls (`buyingPower: 'margin'`). Positions need a margin of their value over the leverage. In regular hours,
 * every five minutes, what needs more than 1.1 times the equity is reduced by force: each symbol by orders for the
 * market that leave it the margin it has less what is missing in all, those with the largest loss first, until the
 * equity covers the rest. Hooks come after that. The rule is that of LEAN's `DefaultMarginCallModel` and of the loop of
 * its `AlgorithmManager`; orders that are open stay.
 *
 * Positions of several owners in one symbol are one to the account: they are reduced in the order in which their
 * owners first traded.
 */
import type { SessionClock } from '../calendar/SessionClock.js';
import { leverageAt } from '../domain/marginTerms.js';
import { MINUTE } from '../domain/timeframe.js';
import type { Micros, Money, Quantity } from '../domain/units.js';
import { SHARE, notional } from '../domain/units.js';
import type { EquityGuard } from './EquityGuard.js';
import type { KernelClock } from './KernelClock.js';
import type { OrderPolicy } from './OrderPolicy.js';
import type { PositionTracker } from './PositionTracker.js';
import type { TradeOrchestrator } from './TradeOrchestrator.js';

/** What it works with. */
export interface MarginParts {
  readonly clock: KernelClock;
  readonly tracker: PositionTracker;
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

/** See the module header. */
export class MarginGuard implements EquityGuard {
  readonly isArmed = true;
  readonly actsAmongBars = true;
  readonly #parts: MarginParts;
  #nextAt: Micros = -Infinity;

  constructor(parts: MarginParts) {
    this.#parts = parts;
  }

  adopt(): void {
    // What was carried over is looked at with the first instant.
  }

  before(_table: unknown, from: number): number {
    return from;
  }

  check(): void {
    const { clock, tracker, sessions, orchestrator, policy, drain } = this.#parts;
    if (clock.now < this.#nextAt) return;
    this.#nextAt = clock.now + INTERVAL;
    if (clock.phase !== 'regular') return;
    const leverage = leverageAt(policy, true, sessions.nextBoundary, clock.now);
    const { equity } = tracker;
    if (tracker.grossExposure / leverage <= equity * (1 + BUFFER)) return;
    for (const { symbolId, quantity } of this.#calls(leverage)) {
      let rest = quantity;
      for (const position of tracker.positions()) {
        const isOurs = position.symbolId === symbolId && position.quantity * (tracker.quantities[symbolId] ?? 0) > 0;
        if (!isOurs || rest <= 0) continue;
        orchestrator.closePosition(position.owner, symbolId, 'margin call', rest);
        rest -= Math.abs(position.quantity);
      }
      drain();
      if (tracker.grossExposure / leverage <= tracker.equity) return;
    }
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
      const quantity = this.#reduction(symbolId, missing, leverage);
      if (quantity > 0) calls.push({ symbolId, quantity, unrealisedPnl });
    }
    return calls.toSorted((a, b) => a.unrealisedPnl - b.unrealisedPnl);
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
    const { equity } = tracker;
    let wanted = kept;
    for (;;) {
      const left = Math.floor(wanted / unit) * SHARE;
      const quantity = size - left;
      if (left <= 0) return size;
      if (quantity <= 0) return 0;
      const fee = policy.estimateFees(symbolId, held > 0 ? 'sell' : 'buy', quantity, price);
      wanted = equity > 0 ? kept * (1 - fee / equity) : 0;
      if ((left / SHARE) * unit <= wanted) return quantity;
    }
  }
}
