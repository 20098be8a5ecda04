/** The rule of the backtesting.py reference runs. */
import { param, Strategy } from '../../../src/index.js';
import type { Bar, Context } from '../../../src/index.js';

const params = {
  fast: param.int({ default: 10, min: 1, max: 400 }),
  slow: param.int({ default: 30, min: 2, max: 400 }),
  /** Time of the last bar but one: what is open then is closed at the open of the last. 0: nothing is closed. */
  closeAt: param.number({ default: 0, min: 0, max: Number.MAX_SAFE_INTEGER }),
};

/** Long above, short below; the last trade is closed at the end, as `finalize_trades` does. */
export default class FinalizedSmaCross extends Strategy.with(params) {
  static override readonly subscribe = { symbols: ['GOOG'], timeframe: '1d' };

  private readonly fast = this.sma(this.p.fast);
  private readonly slow = this.sma(this.p.slow);

  override onBar(bar: Bar, ctx: Context): void {
    if (bar.time === this.p.closeAt) ctx.exit(bar.symbol, { reason: 'end of the test' });
    else if (this.fast.crossedAbove(this.slow)) ctx.enterLong(bar.symbol, { reason: 'fast crossed above slow' });
    else if (this.fast.crossedBelow(this.slow)) ctx.enterShort(bar.symbol, { reason: 'fast crossed below slow' });
  }
}
