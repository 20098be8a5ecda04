/** How much of the equity was in the market. */
import { newYorkDate } from '../calendar/newYorkTime.js';
import { formatDate } from '../calendar/tradingDate.js';
import { SHARE } from '../domain/units.js';
import type { Micros } from '../domain/units.js';
import type { AccountBooking } from '../domain/venueEvents.js';
import type { BareFill } from './FillRow.js';
import { rowAt } from './pricePaths.js';
import type { PricePath } from './pricePaths.js';
import type { EquityCurve } from './returns.js';

/** The most that was held at any moment of one New York date, as fractions of its last equity. */
export interface DayExposure {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** Long and short positions added up; at least 0. */
  readonly gross: number;
  /** Long less short at the same moment. */
  readonly net: number;
}

/**
 * One entry per New York date with a point of the curve. Positions are valued at every fill and at the end of the day,
 * at the last price known then; within the day they may have been worth more. Fills may be one object for all;
 * `bookings` are what was booked beside them, of which splits make other shares of those held, at the same value.
 */
export function exposureByDay(
  curve: EquityCurve,
  fills: Iterable<BareFill>,
  paths: readonly PricePath[],
  priceScale: number,
  bookings: readonly AccountBooking[] = [],
): readonly DayExposure[] {
  const shares = new Float64Array(paths.length);
  const prices = new Float64Array(paths.length);
  const rows = new Int32Array(paths.length);
  const days: DayExposure[] = [];
  const coming = fills[Symbol.iterator]();
  let next = coming.next();
  let booked = 0;
  const splitUntil = (time: Micros): void => {
    for (; (bookings[booked]?.time ?? Infinity) <= time; booked += 1) {
      const { kind, symbolId, entries } = bookings[booked] ?? {};
      if (kind !== 'split' || symbolId === undefined) continue;
      const before = shares[symbolId] ?? 0;
      const after = entries?.reduce((sum, { quantity }) => sum + quantity / SHARE, before) ?? before;
      shares[symbolId] = after;
      if (after !== 0) prices[symbolId] = ((prices[symbolId] ?? 0) * before) / after;
    }
  };
  for (const { date, last, equity } of daysOf(curve)) {
    let gross = 0;
    let net = 0;
    const look = (): void => {
      let long = 0;
      let short = 0;
      for (let id = 0; id < shares.length; id += 1) {
        const value = (shares[id] ?? 0) * (prices[id] ?? 0);
        if (value > 0) long += value;
        else short -= value;
      }
      if (long + short <= gross) return;
      gross = long + short;
      net = long - short;
    };
    look();
    for (; next.done !== true && next.value.time <= last; next = coming.next()) {
      splitUntil(next.value.time);
      const { symbolId, side, quantity, price } = next.value;
      shares[symbolId] = (shares[symbolId] ?? 0) + (side === 'buy' ? quantity : -quantity) / SHARE;
      prices[symbolId] = price / priceScale;
      look();
    }
    splitUntil(last);
    for (const [id, path] of paths.entries()) {
      if (shares[id] === 0) continue;
      const row = rowAt(path, last, rows[id]);
      if (row < 0) continue;
      rows[id] = row;
      prices[id] = path.price[row] ?? 0;
    }
    look();
    if (equity > 0) days.push({ date: formatDate(date), gross: gross / equity, net: net / equity });
  }
  return days;
}

/** The last time and equity of each New York date of a curve. */
function* daysOf({ time, equity }: EquityCurve): Generator<{ date: number; last: number; equity: number }> {
  for (let i = 0; i < time.length; i += 1) {
    const date = newYorkDate(time[i] ?? 0);
    if (i + 1 < time.length && newYorkDate(time[i + 1] ?? 0) === date) continue;
    yield { date, last: time[i] ?? 0, equity: equity[i] ?? 0 };
  }
}
