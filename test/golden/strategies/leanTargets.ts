/** Rules of LEAN algorithms that hold targets, under their names. */
import { newYorkMinuteOfDay } from '../../../src/calendar/newYorkTime.js';
import type { StrategyClass } from '../../../src/index.js';
import { LASTING, atNewYork, leanRule } from './leanRule.js';

const WEEK = ['2013-10-07', '2013-10-08', '2013-10-09', '2013-10-10', '2013-10-11'];
const REASON = { reason: 'rule' };
const QUARTER_HOUR = 15;

/** Sets a target on the first bar of the last symbol, for each symbol in turn. */
export function leanTargetOnce(weights: Readonly<Record<string, number>>, timeframe = '1m'): StrategyClass {
  const symbols = Object.keys(weights);
  return leanRule(symbols, timeframe, () => {
    let done = false;
    return {
      onBar({ symbol }, ctx) {
        if (done || symbol !== symbols.at(-1)) return;
        done = true;
        for (const [name, weight] of Object.entries(weights)) ctx.target(name, { weight }, REASON);
      },
    };
  });
}

/** Sets a target on every bar. */
export function leanTargetAlways(weight: number, timeframe = '1m'): StrategyClass {
  return leanRule(['SPY'], timeframe, () => ({ onBar: (_, ctx) => ctx.target('SPY', { weight }, REASON) }));
}

/** Sets targets at New York times, whatever bars come. */
export function leanTargetsAt(
  symbols: readonly string[],
  timeframe: string,
  targets: readonly (readonly [date: string, hour: number, minute: number, symbol: string, weight: number])[],
): StrategyClass {
  return leanRule(symbols, timeframe, () => ({
    onStart(ctx) {
      for (const [index, [date, hour, minute]] of targets.entries()) {
        ctx.setTimer(String(index), atNewYork(date, hour, minute));
      }
    },
    onTimer(index, ctx) {
      const [, , , symbol = '', weight = 0] = targets[Number(index)] ?? [];
      ctx.target(symbol, { weight }, REASON);
    },
  }));
}

/** NoMarginCallExpected: five times the equity by day, twice overnight. */
export const leanDayLeverage = leanTargetsAt(
  ['SPY'],
  '1m',
  WEEK.flatMap((date) => [
    [date, 9, 31, 'SPY', 5],
    [date, 15, 45, 'SPY', 2],
  ]),
);

/** LiquidateAllExceptSpecifiedSymbol: orders that are canceled at once, and everything in one symbol, two midnights. */
export const leanAllButOne = leanRule(['SPY', 'IBM'], '1d', () => ({
  onStart(ctx) {
    for (const date of ['2018-01-05', '2018-01-08']) ctx.setTimer(date, atNewYork(date, 0));
  },
  onTimer(_, ctx) {
    const { order } = ctx;
    const ids = [
      order.market('IBM', 'buy', 10, REASON),
      order.limit('IBM', 'buy', 1, (ctx.lastPrice('IBM') ?? 0) - 5, LASTING),
    ];
    for (const id of ids) order.cancel(id);
    ctx.target('SPY', { weight: 1 }, REASON);
  },
}));

/** MarginRemaining: most in one symbol; the rest in another from 2009 on. */
export const leanDipBuyer = leanRule(['SPY', 'AAPL'], '1d', () => {
  const bought = new Set<string>();
  return {
    onBar({ symbol, time }, ctx) {
      if (symbol !== 'AAPL') return;
      const wanted = time < atNewYork('2009-01-01', 0) ? 'SPY' : 'AAPL';
      if (!bought.has(wanted)) ctx.target(wanted, { weight: wanted === 'SPY' ? 0.7 : 0.3 }, REASON);
      bought.add(wanted);
    },
  };
});

/** DisplacedMovingAverageRibbon, whose ribbon is of closes 5 to 30 bars ago: its average is never fed. */
export const leanRibbon = leanRule(['SPY'], '1d', () => {
  const closes: number[] = [];
  return {
    onBar({ close }, ctx) {
      closes.push(close);
      if (closes.length <= 30) return;
      const ribbon = [5, 10, 15, 20, 25, 30].map((ago) => closes.at(-1 - ago) ?? 0);
      const isSorted = (sign: 1 | -1): boolean =>
        ribbon.every((value, index) => index === 0 || sign * ((ribbon[index - 1] ?? 0) - value) >= 0);
      const held = ctx.position('SPY').quantity;
      if (held <= 0 && isSorted(1)) ctx.target('SPY', { weight: 1 }, REASON);
      else if (held > 0 && isSorted(-1)) ctx.exit('SPY', REASON);
    },
  };
});

/** EquityTradeAndQuotes: all in when flat, till a quarter of an hour before the close; out every quarter of an hour. */
export const leanQuarterHours = leanRule(['IBM'], '1m', () => ({
  onBar({ time }, ctx) {
    const minute = newYorkMinuteOfDay(time);
    const isFlat = ctx.position('IBM').quantity === 0;
    if (isFlat && minute < 16 * 60 - QUARTER_HOUR - 1) ctx.target('IBM', { weight: 1 }, REASON);
    if (minute % QUARTER_HOUR === 0) ctx.exit('IBM', REASON);
  },
}));

/** NoMarginCallOutsideRegularHours: sells 2.1 times the equity short late on the first day, with nothing kept free. */
export const leanLateShort = leanRule(['SPY'], '1m', () => {
  let done = false;
  return {
    onBar({ time, close }, { order }) {
      if (done || newYorkMinuteOfDay(time) !== 15 * 60 + 48) return;
      done = true;
      order.market('SPY', 'sell', Math.floor((2.1 * 99_992) / close), REASON);
    },
  };
});

/** Does nothing. */
export function leanIdle(symbol: string, timeframe: string): StrategyClass {
  return leanRule([symbol], timeframe, () => ({}));
}
