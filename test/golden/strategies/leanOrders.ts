/** Rules of LEAN algorithms that send orders of their own, under their names. */
import { newYorkMinuteOfDay } from '../../../src/calendar/newYorkTime.js';
import { LASTING, atNewYork, leanRule } from './leanRule.js';

const REASON = { reason: 'rule' };
const WEEK = ['2013-10-07', '2013-10-08', '2013-10-09', '2013-10-10', '2013-10-11'];

/** LimitFill: a limit at the last price each full hour, to buy for two days and to sell from then on. */
export const leanHourlyLimits = leanRule(['SPY'], '1s', () => ({
  onStart(ctx) {
    for (const date of WEEK) for (let hour = 10; hour <= 16; hour += 1) ctx.setTimer('hour', atNewYork(date, hour));
  },
  onTimer(_, ctx) {
    const side = ctx.now < atNewYork('2013-10-09', 0) ? 'buy' : 'sell';
    ctx.order.limit('SPY', side, 10, ctx.lastPrice('SPY') ?? 0, LASTING);
  },
}));

/** CompleteOrderTagUpdate: a limit that is canceled at once on the first bar, and a purchase on the second. */
export const leanCanceledFirst = leanRule(['SPY'], '1m', () => {
  let bars = 0;
  return {
    onBar({ close }, { order }) {
      bars += 1;
      if (bars === 1) order.cancel(order.limit('SPY', 'buy', 100, close / 10, LASTING));
      else if (bars === 2) order.market('SPY', 'buy', 100, REASON);
    },
  };
});

/** BacktestingAsynchronousOrders: a purchase and its sale within one bar, and a limit each 5 % below the market. */
export const leanFourAtOnce = leanRule(['SPY'], '1m', () => {
  let done = false;
  return {
    onBar({ close }, { order }) {
      if (done) return;
      done = true;
      for (const side of ['buy', 'sell'] as const) order.market('SPY', side, 100, REASON);
      for (const side of ['buy', 'sell'] as const) order.limit('SPY', side, 100, close * 0.95, LASTING);
    },
  };
});

/** ForwardDataOnlyFillModel: one share at the close of the first bar of the first full week. */
export const leanNextBar = leanRule(['SPY'], '1h', () => {
  let done = false;
  return {
    onBar({ time }, { order }) {
      if (done || time < atNewYork('2013-10-07', 0)) return;
      done = true;
      order.market('SPY', 'buy', 1, REASON);
    },
  };
});

/** AddBetaIndicator: a purchase with a limit and a stop that the market never comes near. */
export const leanFarOrders = leanRule(['IBM', 'SPY'], '1m', () => {
  let done = false;
  return {
    onBar({ symbol, close }, { order }) {
      if (done || symbol !== 'IBM') return;
      done = true;
      order.market('IBM', 'buy', 10, REASON);
      order.limit('IBM', 'buy', 10, close * 0.1, LASTING);
      order.stop('IBM', 'buy', 10, close / 0.1, LASTING);
    },
  };
});

/** DelistingEvents: everything in a symbol, out for the open of its last day, of which the midnight before tells. */
export const leanDelisted = leanRule(['AAA'], '1d', () => {
  let done = false;
  return {
    onStart: (ctx) => ctx.setTimer('warning', atNewYork('2007-05-18', 0)),
    onBar(_, ctx) {
      if (!done) ctx.target('AAA', { weight: 1 }, REASON);
      done = true;
    },
    onTimer: (_, ctx) => ctx.target('AAA', { weight: 0 }, REASON),
  };
});

/** OrderTicketAssignmentDemo: a share each full hour. */
export const leanShareEachHour = leanRule(['SPY'], '1m', () => ({
  onBar({ time }, { order }) {
    if (newYorkMinuteOfDay(time) % 60 === 0) order.market('SPY', 'buy', 1, REASON);
  },
}));
