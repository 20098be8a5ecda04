/** The yardstick: whatever a strategy earns is compared with having done nothing. */
import type { Bar } from '../Bar.js';
import type { Context } from '../Context.js';
import { Strategy } from '../Strategy.js';

/** Buys each symbol on its first bar and keeps it. */
export default class BuyAndHold extends Strategy.with({}) {
  static override readonly subscribe = { timeframe: '1d', warmUp: 'auto' };
  static override readonly description = 'Buys once at the first bar and keeps it: the benchmark of everything else.';

  private readonly asked = new Set<string>();

  override onBar(bar: Bar, ctx: Context): void {
    const symbol = bar.symbol;
    if (this.asked.has(symbol)) return;
    this.asked.add(symbol);
    ctx.enterLong(symbol, { reason: 'buy and hold' });
  }
}
