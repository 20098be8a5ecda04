/**
 * The market of the running session as the endpoints see it: its time, its instruments, and bars of any interval over
 * the days before and the day up to now. Nothing that it gives is later than market time now.
 */
import { fromNewYork, newYorkDate } from '../../calendar/newYorkTime.js';
import { phaseAt } from '../../calendar/sessions.js';
import { FIRST_DATE } from '../../calendar/TradingCalendar.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import { DAY, HOUR } from '../../domain/timeframe.js';
import type { DurationMicros, Micros } from '../../domain/units.js';
import type { BarRow, MarketReads, VenueBarsQuery } from '../alpaca/PaperVenue.js';
import { barsOf } from './intervals.js';
import type { Interval } from './intervals.js';
import { Listings } from './Listings.js';
import type { Listing } from './Listings.js';

/** Before the first bar of any history. */
export const HISTORY_START: Micros = fromNewYork(FIRST_DATE + 1, 0);
/** Regular hours of a day: as many bars as fit are expected of it. */
const TRADING_DAY: DurationMicros = 6.5 * HOUR;
/** By how much a stretch that held too few bars is lengthened. */
const GROWTH = 4;

/** Which bars: labels from `from` (inclusive) to `to` (exclusive), the newest `limit` of them. */
export interface SeriesQuery {
  readonly interval: Interval;
  /** Undefined: as far back as it takes. */
  readonly from: Micros | undefined;
  readonly to: Micros;
  /** At least 1. */
  readonly limit: number;
  /** Bars outside regular hours: none, all, or those of days before the running one. */
  readonly extended: 'none' | 'all' | 'past';
  readonly adjust: VenueBarsQuery['adjust'];
}

/** See the module header. */
export class MarketDesk {
  readonly reads: MarketReads;
  #listings: { readonly sessionId: string; readonly listings: Listings } | undefined;

  constructor(reads: MarketReads) {
    this.reads = reads;
  }

  /** Market time. */
  get now(): Micros {
    return this.reads.clock().time;
  }
  /** The New York date of market time. */
  get today(): TradingDate {
    return newYorkDate(this.now);
  }
  /** Price steps per dollar. */
  get priceScale(): number {
    return this.reads.session.priceScale;
  }
  /** The instruments of the running session. */
  get listings(): Listings {
    const { session } = this.reads;
    if (this.#listings?.sessionId !== session.sessionId) {
      this.#listings = { sessionId: session.sessionId, listings: new Listings(session) };
    }
    return this.#listings.listings;
  }

  /** Bars of an interval, ascending; the last one may not be over. */
  async series({ symbolId }: Listing, query: SeriesQuery): Promise<readonly BarRow[]> {
    const { interval, limit } = query;
    const { now } = this;
    const to = Math.min(query.to, now + 1);
    const lowest = Math.max(query.from ?? HISTORY_START, HISTORY_START);
    for (let span = firstSpan(interval, limit); ; span *= GROWTH) {
      // Bars are whole only from the beginning of what they are part of.
      const start = Math.max(lowest, to - span) - (interval.kind === 'intraday' ? 0 : interval.length);
      const rows = await this.reads.bars({
        symbolId,
        base: interval.kind === 'intraday' ? '1m' : '1d',
        from: fromNewYork(newYorkDate(Math.max(start, HISTORY_START)), 0),
        to: Math.min(to + interval.length, now),
        adjust: query.adjust,
      });
      const first = Math.max(lowest, to - span);
      const bars = barsOf(this.#shown(rows, query), interval).filter(
        ({ start: label }) => label >= first && label < to,
      );
      if (bars.length >= limit || to - span <= lowest) return bars.slice(-limit);
    }
  }

  #shown(rows: readonly BarRow[], { interval, extended }: SeriesQuery): readonly BarRow[] {
    if (interval.kind !== 'intraday' || extended === 'all') return rows;
    const { today } = this;
    return rows.filter(
      ({ start }) => phaseAt(start) === 'regular' || (extended === 'past' && newYorkDate(start) < today),
    );
  }
}

/** A stretch that usually holds so many bars. */
function firstSpan({ kind, length }: Interval, limit: number): DurationMicros {
  if (kind !== 'intraday') return (limit + 2) * length * (kind === 'day' ? 1.5 : 1) + 7 * DAY;
  const days = Math.ceil((limit * length) / TRADING_DAY);
  return (Math.ceil(days * 1.5) + 4) * DAY;
}
