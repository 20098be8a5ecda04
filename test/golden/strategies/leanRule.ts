/** Rules of LEAN algorithms in a few lines: functions for the hooks, and a place for what they remember. */
import { fromNewYork } from '../../../src/calendar/newYorkTime.js';
import { parseDate } from '../../../src/calendar/tradingDate.js';
import { Strategy } from '../../../src/index.js';
import type { Bar, Context, StrategyClass } from '../../../src/index.js';

const MINUTE = 60_000_000;

/** Functions for the hooks of one run; made anew for each. */
export interface LeanHooks {
  readonly onStart?: (ctx: Context) => void;
  readonly onBar?: (bar: Bar, ctx: Context) => void;
  readonly onTimer?: (name: string, ctx: Context) => void;
}

/** The time of a New York date, hours and minutes, in micros. */
export function atNewYork(date: string, hour: number, minute = 0): number {
  return fromNewYork(parseDate(date), (hour * 60 + minute) * MINUTE);
}

/** What orders that last say. */
export const LASTING = { reason: 'rule', timeInForce: 'gtc' } as const;

/** A strategy of such functions. */
export function leanRule(symbols: readonly string[], timeframe: string, hooksOf: () => LeanHooks): StrategyClass {
  return class extends Strategy.with({}) {
    static override readonly subscribe = { symbols, timeframe };

    private readonly hooks = hooksOf();

    override onStart(ctx: Context): void {
      this.hooks.onStart?.(ctx);
    }
    override onBar(bar: Bar, ctx: Context): void {
      this.hooks.onBar?.(bar, ctx);
    }
    override onTimer(name: string, ctx: Context): void {
      this.hooks.onTimer?.(name, ctx);
    }
  };
}
