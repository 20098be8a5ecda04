/** Rules of LEAN algorithms whose symbols come and go, and two of single orders, under their names. */
import { newYorkDate, newYorkMinuteOfDay } from '../../../src/calendar/newYorkTime.js';
import { formatDate } from '../../../src/calendar/tradingDate.js';
import { atNewYork, leanRule } from './leanRule.js';

const REASON = { reason: 'rule' };
const FIRST_HOUR = 10 * 60;
const DAYS_OF_WEEK = 7;

/** Whether IBM is in the universe of a date: on every seventh day of a month. */
function isWeekly(time: number): boolean {
  return Number(formatDate(newYorkDate(time)).slice(-2)) % DAYS_OF_WEEK === 0;
}

/** WeeklyUniverseSelection: all in on the first bar of a day of the universe, out on the first bar of the next. */
export const leanWeekly = leanRule(['IBM'], '1h', () => ({
  onBar({ time }, ctx) {
    if (newYorkMinuteOfDay(time) === FIRST_HOUR) ctx.target('IBM', { weight: isWeekly(time) ? 1 : 0 }, REASON);
  },
}));

/**
 * InceptionDateSelection: so with one half, but out for the open of the next day, and a half in a symbol that stays.
 */
export const leanInception = leanRule(['IBM', 'SPY'], '1h', () => {
  let isIn = false;
  return {
    onStart(ctx) {
      for (const date of ['2013-10-08', '2013-10-15', '2013-10-22', '2013-10-29']) {
        ctx.setTimer(date, atNewYork(date, 0));
      }
    },
    onTimer: (_, ctx) => ctx.target('IBM', { weight: 0 }, REASON),
    onBar({ symbol, time }, ctx) {
      if (symbol === 'IBM') {
        if (newYorkMinuteOfDay(time) === FIRST_HOUR && isWeekly(time)) ctx.target('IBM', { weight: 0.5 }, REASON);
      } else if (!isIn && time >= atNewYork('2013-10-06', 0)) {
        isIn = true;
        ctx.target('SPY', { weight: 0.5 }, REASON);
      }
    },
  };
});

/** LeveragePrecedence: ten times the equity, and what its framework wants of it at once. */
export const leanTenThenOne = leanRule(['SPY'], '1m', () => {
  let done = false;
  return {
    onBar(_, ctx) {
      if (done) return;
      done = true;
      for (const weight of [10, 1]) ctx.target('SPY', { weight }, REASON);
    },
  };
});

/** VolumeShareSlippageModel: a twentieth each in the constituents with data, from the second day on. */
export const leanConstituents = leanRule(['AAPL', 'FB', 'GOOGL', 'GOOG'], '1d', () => ({
  onBar({ symbol, time }, ctx) {
    if (symbol !== 'GOOG' || time < atNewYork('2020-12-01', 0)) return;
    for (const name of ['AAPL', 'FB', 'GOOGL', 'GOOG']) ctx.target(name, { weight: 0.05 }, REASON);
  },
}));

/** IndicatorSuite: what all the money buys on the twentieth bar, of which the first was of the session before. */
export const leanTwentiethBar = leanRule(['SPY'], '1d', () => {
  let bars = 1;
  return {
    onBar({ close }, { order }) {
      bars += 1;
      if (bars === 20) order.market('SPY', 'buy', Math.floor(25_000 / close), REASON);
    },
  };
});
