/** The rule of LEAN's SetHoldingsMultipleTargetsRegressionAlgorithm. */
import { Strategy } from '../../../src/index.js';
import type { Bar, Context } from '../../../src/index.js';

/** Four fifths in one symbol and a fifth in another; from the second bar on the other way round, on every bar. */
export default class LeanShiftingTargets extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY', 'IBM'], timeframe: '1m' };

  override onBar({ symbol }: Bar, ctx: Context): void {
    if (symbol !== 'IBM') return;
    const isFirst = ctx.position('SPY').quantity === 0;
    const weights = { SPY: isFirst ? 0.8 : 0.2, IBM: isFirst ? 0.2 : 0.8 };
    const change = (name: 'SPY' | 'IBM'): number =>
      weights[name] * ctx.equity - ctx.position(name).quantity * (ctx.lastPrice(name) ?? 0);
    // Sales go first, and the larger change before the smaller.
    const names = (['SPY', 'IBM'] as const).toSorted(
      (a, b) => Number(change(a) > 0) - Number(change(b) > 0) || Math.abs(change(b)) - Math.abs(change(a)),
    );
    for (const name of names) ctx.target(name, { weight: weights[name] }, { reason: 'weights' });
  }
}
