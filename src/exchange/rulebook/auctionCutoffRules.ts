/**
 * Until when orders for the opening and closing auctions are taken, by venue and date (R5), as data: how long before
 * the open or the close of the session the window ends, so that an early close moves it by itself.
 */
import { HOUR, MINUTE, SECOND } from '../../domain/timeframe.js';
import type { DurationMicros } from '../../domain/units.js';
import type { RuleRow } from './RuleRow.js';
import { CALENDAR_START, rowOf, unverified, verified } from './RuleRow.js';

/** Whose auction: the listing exchange's, or a broker that takes the order and has a window of its own. */
export type AuctionVenue = 'nyse' | 'nasdaq' | 'arca' | 'alpaca';

/** Orders of the auctions. */
export type AuctionOrderKind = 'marketOnOpen' | 'limitOnOpen' | 'marketOnClose' | 'limitOnClose';

/** How long before the open (on-open kinds) or close (on-close kinds) the last order is taken. */
export interface AuctionCutoffRule extends RuleRow, Readonly<Record<AuctionOrderKind, DurationMicros>> {
  /** Wall-clock time of the evening before from which orders are taken; undefined: from the venue's own opening. */
  readonly acceptedFrom?: DurationMicros;
}

const cutoffs = (
  marketOnOpen: DurationMicros,
  limitOnOpen: DurationMicros,
  marketOnClose: DurationMicros,
  limitOnClose: DurationMicros,
): Readonly<Record<AuctionOrderKind, DurationMicros>> => ({ marketOnOpen, limitOnOpen, marketOnClose, limitOnClose });

/** Per venue, ascending by date. */
export const AUCTION_CUTOFFS: Readonly<Record<AuctionVenue, readonly AuctionCutoffRule[]>> = {
  nyse: [
    rowOf(
      CALENDAR_START,
      cutoffs(2 * MINUTE, 2 * MINUTE, 15 * MINUTE, 15 * MINUTE),
      unverified(
        'Opening 09:28, closing 15:45',
        '83 FR 64910 (15:45 before the change of 2019); member notices of 2010 (09:28)',
        'the closing cut-off before 2010 and the start of both are not known',
      ),
    ),
    rowOf(
      '2019-02-01',
      cutoffs(2 * MINUTE, 2 * MINUTE, 10 * MINUTE, 10 * MINUTE),
      unverified(
        'Opening 09:28, closing 15:50',
        'release 34-85021 of 2019-01-31 (84 FR 2292)',
        'the day of the change after its approval was not seen; fact sheets since 2014 take opening orders until ' +
          'the stock opens, and 09:28 is kept as the safe time',
      ),
    ),
  ],
  nasdaq: [
    rowOf(
      CALENDAR_START,
      cutoffs(2 * MINUTE, 2 * MINUTE, 10 * MINUTE, 10 * MINUTE),
      unverified(
        'Opening 09:28, closing 15:50',
        '83 FR 53923 (15:50 before the change of 2018); member notices of 2010',
        'the start is not known: the closing cross began in 2004',
      ),
    ),
    rowOf(
      '2017-10-30',
      cutoffs(2 * MINUTE, 2 * MINUTE, 10 * MINUTE, 5 * MINUTE),
      unverified(
        'Opening 09:28; market on close 15:50, limit on close 15:55',
        'Nasdaq equity trader alerts 2017-176 and 2017-194',
        'phased in by symbol from this day; a late limit may be repriced to the 15:50 reference price',
      ),
    ),
    rowOf(
      '2018-10-19',
      cutoffs(2 * MINUTE, 30 * SECOND, 5 * MINUTE, 2 * MINUTE),
      unverified(
        'Market on open 09:28, limit on open 09:29:30; market on close 15:55, limit on close 15:58',
        '83 FR 53923 (order of 2018-10-19); Nasdaq opening and closing cross reference guide',
        'the day of the change after its approval, and the start of late limit-on-open orders, were not seen; ' +
          'late limits may be repriced',
      ),
    ),
  ],
  arca: [
    rowOf(
      CALENDAR_START,
      cutoffs(MINUTE, MINUTE, MINUTE, MINUTE),
      unverified(
        'Opening 09:29, closing 15:59',
        'NYSE Arca trading information (no cancel between 09:29 and the core open auction)',
        'the freeze is known, not the last time of entry, and no start; other venues without a row of their own ' +
          'are taken like this one',
      ),
    ),
  ],
  alpaca: [
    rowOf(
      CALENDAR_START,
      { ...cutoffs(2 * MINUTE, 2 * MINUTE, 10 * MINUTE, 10 * MINUTE), acceptedFrom: 19 * HOUR },
      verified(
        'opg 19:00 to 09:28, cls 19:00 to 15:50, else rejected',
        'Alpaca documentation of orders, time in force',
        'the window on days of an early close is taken to move with the close',
      ),
    ),
  ],
};
