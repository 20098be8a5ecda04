/** The rule of a published LEAN backtest. */
import { Strategy } from '../../../src/index.js';
import type { Bar, Context } from '../../../src/index.js';

/** All in on the first bar, out on the second, nothing afterwards. */
export default class EnterThenLiquidate extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY'], timeframe: '1m' };

  private bars = 0;

  override onBar(bar: Bar, ctx: Context): void {
    this.bars += 1;
    if (this.bars === 1) ctx.enterLong(bar.symbol, { reason: 'first bar' });
    else if (this.bars === 2) ctx.exit(bar.symbol, { reason: 'second bar' });
  }
}
