/** Sizes entries: what a signal says of its size, else the sizing model of the preset, in signed micro-shares. */
import type { Side } from '../domain/order.js';
import type { Signal } from '../domain/signal.js';
import type { Money, Quantity } from '../domain/units.js';
import type { OrchestratorParts } from './OrchestratorParts.js';
import { equityFraction, fixedShares, leanSetHoldings, sharesFor } from './sizing.js';

/** See the module header. */
export class EntrySizer {
  private readonly parts: OrchestratorParts;
  private readonly feeOf: (side: Side, quantity: Quantity) => Money;
  private symbolId = 0;

  constructor(parts: OrchestratorParts) {
    const { policy, tracker } = parts;
    this.parts = parts;
    this.feeOf = (side, quantity) =>
      policy.estimateFees(this.symbolId, side, quantity, tracker.lastPrice[this.symbolId] ?? 0);
  }

  /** The signed quantity that brings `held` to what the signal wants; `allocation` is a fraction of equity. */
  quantityOf(signal: Signal, allocation: number, sign: 1 | -1, held: Quantity): Quantity {
    const { tracker, config, policy, broker } = this.parts;
    const price = tracker.lastPrice[signal.symbolId] ?? 0;
    const scale = config.priceScale;
    const target = signal.target;
    const equity = Math.max(0, tracker.equity);
    const weight = target === undefined ? sign * allocation : target.kind === 'weight' ? target.value : undefined;
    if (weight !== undefined && policy.sizing === 'leanSetHoldings') {
      this.symbolId = signal.symbolId;
      // An order of this very hook may have filled and not been reported: its cost is gone from the account already.
      const worth = Math.max(0, broker.account(config.accountId).equity);
      return leanSetHoldings(worth, weight, held, price, scale, this.feeOf, policy.leverage);
    }
    if (target === undefined && policy.sizing === 'fixedShares') return sign * fixedShares(allocation) - held;
    if (weight !== undefined) return Math.sign(weight) * equityFraction(equity, Math.abs(weight), price, scale) - held;
    if (target?.kind === 'notional')
      return Math.sign(target.value) * sharesFor(Math.abs(target.value), price, scale) - held;
    return (target?.value ?? 0) - held;
  }
}
