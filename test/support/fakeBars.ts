/** Bars of the fake session's invented markets. */
import type { Bars } from '../../src/contracts/index.js';
import { MINUTE, TIMEFRAME_DURATION } from '../../src/domain/timeframe.js';
import type { Timeframe } from '../../src/domain/timeframe.js';
import { DAY_CLOSE, DAY_OPEN, round } from './fakeSessionData.js';

/** An invented market. */
export interface Market {
  readonly symbol: string;
  price: number;
  readonly previousClose: number;
  open: number;
  high: number;
  low: number;
  volume: number;
  /** Minute bars as rows [time, open, high, low, close, volume]. */
  readonly minutes: [number, number, number, number, number, number][];
}

/** The newest bars of a timeframe that began before `before`, made of the market's minutes. */
export function fakeBars(market: Market, timeframe: Timeframe, limit: number, before: number): Bars {
  const length = Math.max(MINUTE, TIMEFRAME_DURATION[timeframe]);
  const rows: [number, number, number, number, number, number][] = [];
  for (const [time, open, high, low, close, volume] of market.minutes) {
    const start = Math.floor(time / length) * length;
    const last = rows.at(-1);
    if (last?.[0] !== start) {
      rows.push([start, open, high, low, close, volume]);
      continue;
    }
    last[2] = Math.max(last[2], high);
    last[3] = Math.min(last[3], low);
    last[4] = close;
    last[5] += volume;
  }
  const shown = rows.filter(([time]) => time < before).slice(-limit);
  let value = 0;
  let shares = 0;
  const vwap = rows.map(([, , high, low, close, volume]) => {
    value += ((high + low + close) / 3) * volume;
    shares += volume;
    return shares === 0 ? null : round(value / shares);
  });
  const first = rows.findIndex((row) => row === shown[0]);
  return {
    symbol: market.symbol,
    timeframe,
    time: shown.map((row) => row[0]),
    open: shown.map((row) => row[1]),
    high: shown.map((row) => row[2]),
    low: shown.map((row) => row[3]),
    close: shown.map((row) => row[4]),
    volume: shown.map((row) => row[5]),
    vwap: first < 0 ? [] : vwap.slice(first, first + shown.length),
    phase: shown.map(([time]) => (time < DAY_OPEN ? 0 : time < DAY_CLOSE ? 1 : 2)),
  };
}
