/** Rules of LEAN's execution models, with insights by the relative strength of hours, under their names. */
import { newYorkMinuteOfDay } from '../../../src/calendar/newYorkTime.js';
import type { Context, StrategyClass } from '../../../src/index.js';
import { LeanFramework } from './LeanFramework.js';
import type { LeanInsight, LeanModels } from './LeanFramework.js';
import { hourClosesBefore, minuteClosesBefore, quotesOf } from './leanReference.js';
import { leanRule } from './leanRule.js';

const DAY = 86_400_000_000;
const MINUTE = 60_000_000;
const SYMBOLS = ['AIG', 'BAC', 'IBM', 'SPY'];
const FROM = '2013-10-07';
const LENGTH = 14;
const OPEN = 9 * 60 + 30;
const CLOSE = 16 * 60;
const SESSION = CLOSE - OPEN;

/** The time that so many trading minutes of a week after a time end. */
export function tradingMinutesAfter(time: number, minutes: number): number {
  let left = minutes;
  let at = time;
  for (;;) {
    const today = CLOSE - newYorkMinuteOfDay(at);
    if (left <= today) return at + left * MINUTE;
    left -= today;
    at += today * MINUTE + (24 * 60 - SESSION) * MINUTE;
  }
}

/** Wilder's relative strength, seeded by the mean of the first changes. */
class Strength {
  private last: number | undefined;
  private changes = 0;
  private gain = 0;
  private loss = 0;

  /** 0 to 100, or undefined before there are enough changes. */
  next(close: number): number | undefined {
    const change = close - (this.last ?? close);
    const isFirst = this.last === undefined;
    this.last = close;
    if (isFirst) return undefined;
    this.changes += 1;
    const weight = 1 / Math.min(this.changes, LENGTH);
    this.gain += weight * (Math.max(change, 0) - this.gain);
    this.loss += weight * (Math.max(-change, 0) - this.loss);
    return this.changes < LENGTH ? undefined : 100 * (this.gain / (this.gain + this.loss));
  }
}

type State = 'low' | 'middle' | 'high';

function stateOf(strength: number, before: State): State {
  if (strength > 70) return 'high';
  if (strength < 30) return 'low';
  if (before === 'low' && strength > 35) return 'middle';
  return before === 'high' && strength < 65 ? 'middle' : before;
}

/** What each full hour says of a symbol, for 14 hours of trading: up once its strength is below 30, down above 70. */
function hourlyInsights(): (time: number, ctx: Context) => LeanInsight[] {
  const watched = SYMBOLS.map((symbol) => {
    const strength = new Strength();
    for (const close of hourClosesBefore(symbol, FROM, LENGTH)) strength.next(close);
    return { symbol, strength, state: 'middle' as State };
  });
  return (time, ctx) => {
    if (newYorkMinuteOfDay(time) % 60 !== 0) return [];
    return watched.flatMap((each) => {
      const value = each.strength.next(ctx.lastPrice(each.symbol) ?? 0);
      const before = each.state;
      if (value === undefined) return [];
      each.state = stateOf(value, before);
      if (each.state === before || each.state === 'middle') return [];
      const end = tradingMinutesAfter(time, LENGTH * 60);
      return [{ symbol: each.symbol, direction: each.state === 'low' ? 1 : -1, end } as const];
    });
  };
}

/** A framework of such insights on minute bars. */
function hourlyFramework(modelsOf: () => LeanModels & { readonly onSlice?: (ctx: Context) => void }): StrategyClass {
  return leanRule(SYMBOLS, '1m', () => {
    const { onSlice, ...models } = modelsOf();
    const framework = new LeanFramework({ every: DAY, leastOrder: 0, ...models });
    const insightsAt = hourlyInsights();
    return {
      onBar({ symbol, time }, ctx) {
        if (symbol !== SYMBOLS.at(-1)) return;
        onSlice?.(ctx);
        framework.step(ctx, insightsAt(time, ctx));
      },
    };
  });
}

/** SpreadExecutionModel: orders while the exchange is open and the spread is at most half a percent. */
export function leanSpreadExecution(): StrategyClass {
  const quotes = new Map(SYMBOLS.map((symbol) => [symbol, quotesOf(symbol, FROM)]));
  return hourlyFramework(() => ({
    part: (symbol, missing, ctx) => {
      const quote = quotes.get(symbol)?.get(ctx.now);
      const isTight = quote === undefined || quote.ask - quote.bid <= 0.005 * (ctx.lastPrice(symbol) ?? 0);
      return isTight && newYorkMinuteOfDay(ctx.now) < CLOSE ? missing : 0;
    },
  }));
}

const WINDOW = 60;
const MOST_VALUE = 20_000;

/** StandardDeviationExecutionModel: at most 20,000 dollars an order, two deviations of an hour off its mean. */
export function leanDeviationExecution(): StrategyClass {
  const quotes = new Map(SYMBOLS.map((symbol) => [symbol, quotesOf(symbol, FROM)]));
  return hourlyFramework(() => {
    const windows = new Map(SYMBOLS.map((symbol) => [symbol, minuteClosesBefore(symbol, FROM, WINDOW)]));
    const last = new Map<string, { readonly bid: number; readonly ask: number }>();
    return {
      onSlice(ctx) {
        for (const [symbol, window] of windows) {
          window.shift();
          window.push(ctx.lastPrice(symbol) ?? 0);
          const quote = quotes.get(symbol)?.get(ctx.now);
          if (quote !== undefined) last.set(symbol, quote);
        }
      },
      part: (symbol, missing, ctx) => {
        const window = windows.get(symbol) ?? [];
        const mean = window.reduce((sum, close) => sum + close, 0) / WINDOW;
        const deviation = Math.sqrt(window.reduce((sum, close) => sum + (close - mean) ** 2, 0) / WINDOW);
        const { bid = 0, ask = 0 } = last.get(symbol) ?? {};
        if (missing > 0 ? bid >= mean - 2 * deviation : ask <= mean + 2 * deviation) return 0;
        const most = Math.floor(MOST_VALUE / (ctx.lastPrice(symbol) ?? 0));
        return Math.sign(missing) * Math.min(Math.abs(missing), most);
      },
    };
  });
}
