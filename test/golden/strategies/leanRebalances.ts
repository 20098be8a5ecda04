/** Rules of LEAN algorithms that hold many symbols, or set targets again and again, under their names. */
import { Strategy } from '../../../src/index.js';
import type { Bar, Context } from '../../../src/index.js';
import { LASTING, atNewYork, leanRule } from './leanRule.js';

const REASON = { reason: 'rule' };

/** A strategy that sets a target in each symbol that it does not hold, on every bar of it. */
export function leanUntilInvested(symbol: string, timeframe: string, weight = 1) {
  return leanRule([symbol], timeframe, () => ({
    onBar(_, ctx) {
      if (ctx.position(symbol).quantity === 0) ctx.target(symbol, { weight }, REASON);
    },
  }));
}

/** SetHoldingReturnsOrderTickets: four fifths and a fifth, set again on every bar. */
export const leanFourFifths = leanRule(['SPY', 'IBM'], '1d', () => ({
  onBar({ symbol }, ctx) {
    if (symbol !== 'IBM') return;
    ctx.target('SPY', { weight: 0.8 }, REASON);
    ctx.target('IBM', { weight: 0.2 }, REASON);
  },
}));

/** ConstituentsUniverse: half in a symbol of the first bar, nothing from the second on. */
export const leanOneDay = leanRule(['AAPL'], '1d', () => {
  let bars = 0;
  return {
    onBar(_, ctx) {
      bars += 1;
      if (bars === 1) ctx.target('AAPL', { weight: 0.5 }, REASON);
      if (bars === 2) ctx.target('AAPL', { weight: 0 }, REASON);
    },
  };
});

/** Liquidate: a purchase and two limits that are canceled at once, two midnights. */
export const leanNothing = leanRule(['SPY', 'IBM'], '1d', () => ({
  onStart(ctx) {
    for (const date of ['2018-01-05', '2018-01-08']) ctx.setTimer(date, atNewYork(date, 0));
  },
  onTimer(_, ctx) {
    const { order } = ctx;
    const limitOf = (symbol: string): string =>
      order.limit(symbol, 'buy', 1, (ctx.lastPrice(symbol) ?? 0) - 5, LASTING);
    for (const id of [order.market('IBM', 'buy', 10, REASON), limitOf('IBM'), limitOf('SPY')]) order.cancel(id);
  },
}));

/** MarketOnCloseOrder: a share at the close of the second day, asked for at noon. */
export const leanNoonClose = leanRule(['SPY'], '1h', () => ({
  onStart: (ctx) => ctx.setTimer('noon', atNewYork('2021-03-02', 12)),
  onTimer: (_, ctx) => void ctx.order.market('SPY', 'buy', 1, { ...REASON, timeInForce: 'cls' }),
}));

/** MarketOnOpenOrder: a share at the open of the second day by an order for it, and one by an order for the market. */
export const leanTwoAtOpen = leanRule(['SPY'], '1h', () => ({
  onStart: (ctx) => ctx.setTimer('midnight', atNewYork('2021-03-02', 0)),
  onTimer(_, { order }) {
    order.market('SPY', 'buy', 1, { ...REASON, timeInForce: 'opg' });
    order.market('SPY', 'buy', 1, REASON);
  },
}));

/**
 * TotalPortfolioValue: ten times the equity in equal parts on one day, out on the next. A midnight before which a
 * dividend was paid tells of it: what is held is sold by new orders then.
 */
export function leanInAndOut(symbols: readonly string[], dividendDates: readonly string[], weight: number) {
  return leanRule(symbols, '1d', () => {
    let sales: string[] = [];
    const sell = (ctx: Context): void => {
      for (const id of sales) ctx.order.cancel(id);
      sales = symbols
        .filter((symbol) => ctx.position(symbol).quantity > 0)
        .map((symbol) => ctx.order.market(symbol, 'sell', ctx.position(symbol).quantity, REASON));
    };
    return {
      onStart(ctx) {
        for (const date of dividendDates) ctx.setTimer(date, atNewYork(date, 0));
      },
      onBar({ symbol }, ctx) {
        if (symbol !== symbols.at(-1)) return;
        if (symbols.some((name) => ctx.position(name).quantity > 0)) sell(ctx);
        else for (const name of symbols) ctx.target(name, { weight }, REASON);
      },
      onTimer: (_, ctx) => sell(ctx),
    };
  });
}

/** StatisticsResults: two symbols, both by averages of the first. */
export class LeanTwoTrends extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['SPY', 'IBM'], timeframe: '1m' };

  private readonly fast = this.ema(10);
  private readonly middle = this.ema(30);
  private readonly slow = this.ema(60);
  private readonly isUp = { SPY: false, IBM: false };

  override onBar({ symbol }: Bar, ctx: Context): void {
    if (symbol === 'SPY') {
      this.isUp.SPY = this.middle.value > this.slow.value;
      this.isUp.IBM = this.fast.value > this.middle.value;
      return;
    }
    for (const name of ['SPY', 'IBM'] as const) {
      if (this.isUp[name]) ctx.target(name, { weight: name === 'SPY' ? 0.5 : 0.2 }, REASON);
      else if (ctx.position(name).quantity > 0) ctx.exit(name, REASON);
    }
  }
}
