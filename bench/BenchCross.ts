/** The SMA cross of the benchmarks; smaReference.ts says what it must come to. */
import { Strategy } from '../src/index.js';
import type { Bar, Context } from '../src/index.js';
import { FAST, SHARES, SLOW } from './smaReference.js';

const SIZE = { shares: SHARES };
const ENTRY = { reason: 'fast average crossed above slow', size: SIZE };
const EXIT = { reason: 'fast average crossed below slow' };

/** Long 100 shares or flat. */
export class BenchCross extends Strategy.with({}) {
  private readonly fast = this.sma(FAST);
  private readonly slow = this.sma(SLOW);

  override onBar(bar: Bar, ctx: Context): void {
    if (this.fast.crossedAbove(this.slow)) ctx.enterLong(bar.symbol, ENTRY);
    else if (this.fast.crossedBelow(this.slow)) ctx.exit(bar.symbol, EXIT);
  }
}
