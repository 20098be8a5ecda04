/** Donchian's breakout as the Turtles traded it: in out of a long channel, out of it with a break of a shorter one. */
import type { Bar } from '../Bar.js';
import type { Context, EntryOptions } from '../Context.js';
import { param } from '../param.js';
import { Strategy } from '../Strategy.js';
import type { StrategySetup } from '../Strategy.js';
import { demand } from './parameterRules.js';
import { isRegular } from './regularHours.js';

const params = {
  entry: param.int({ default: 20, min: 2, max: 200, label: 'Entry channel', unit: 'bars' }),
  exit: param.int({ default: 10, min: 1, max: 200, label: 'Exit channel', unit: 'bars' }),
  range: param.int({ default: 20, min: 2, max: 100, label: 'Average true range', unit: 'bars' }),
  stop: param.number({
    default: 2,
    min: 0,
    max: 10,
    step: 0.5,
    label: 'Stop loss (0: none)',
    unit: 'average true ranges',
  }),
  direction: param.choice(['long', 'longShort'], { default: 'long', label: 'Direction' }),
};

/**
 * Buys when a bar closes above the highest high of the `entry` bars before it, with a stop some average true ranges
 * below; sells when one closes below the lowest low of the `exit` bars before it. With `longShort` the mirror image.
 * A breakout is taken with the bar that makes it, or not at all, and in regular hours only.
 */
export default class DonchianBreakout extends Strategy.with(params) {
  static override readonly subscribe = { timeframe: '1d', warmUp: 'auto' };
  static override readonly description =
    'Buys new highs of a channel, sells new lows of a shorter one, with a volatility stop.';

  private readonly high = this.highest(this.p.entry);
  private readonly low = this.lowest(this.p.entry);
  private readonly exitHigh = this.highest(this.p.exit);
  private readonly exitLow = this.lowest(this.p.exit);
  private readonly closes = this.sma(1);
  private readonly exits = this.p.stop > 0 ? { stop: { atr: this.p.stop } } : {};

  /** Throws `STRATEGY_PARAMETER_INVALID` for an exit channel longer than the entry channel. */
  constructor(setup: StrategySetup) {
    super(setup);
    this.atr(this.p.range);
    const { entry, exit } = this.p;
    demand(
      exit <= entry,
      `The parameter exit of donchian-breakout is ${exit}, and entry is ${entry}: the exit channel may not be longer.`,
      `Give exit at most as many bars as entry, such as entry=${params.entry.default} and exit=${params.exit.default}.`,
    );
  }

  override onBar(bar: Bar, ctx: Context): void {
    if (!isRegular(bar)) return;
    const { symbol, close } = bar;
    const { quantity } = ctx.position(symbol);
    const options = (reason: string): EntryOptions => ({ reason, ...this.exits });
    // A cross, not a level: an entry that was refused is not asked for again with every bar of the same move.
    if (quantity <= 0 && close > this.high.ago(1) && !(this.closes.ago(1) > this.high.ago(2))) {
      ctx.enterLong(symbol, options('closed above the entry channel'));
    } else if (
      quantity >= 0 &&
      this.p.direction === 'longShort' &&
      close < this.low.ago(1) &&
      !(this.closes.ago(1) < this.low.ago(2))
    ) {
      ctx.enterShort(symbol, options('closed below the entry channel'));
    } else if (quantity > 0 && close < this.exitLow.ago(1)) {
      ctx.exit(symbol, { reason: 'closed below the exit channel' });
    } else if (quantity < 0 && close > this.exitHigh.ago(1)) {
      ctx.exit(symbol, { reason: 'closed above the exit channel' });
    }
  }
}
