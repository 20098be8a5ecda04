/**
 * Market-wide circuit breakers by date (R7), as data: how far the index must fall and for how long all trading then
 * stops. The point levels before 2013 were 10, 20 and 30 % of the Dow Jones average of the month before each quarter,
 * rounded to 50 points; only levels seen in a notice are kept, other quarters are unknown.
 */
import { HOUR, MINUTE } from '../../domain/timeframe.js';
import type { DurationMicros } from '../../domain/units.js';
import type { RuleRow } from './RuleRow.js';
import { rowOf, unverified, verified } from './RuleRow.js';

/** 1 is the mildest. */
export type BreakerLevel = 1 | 2 | 3;

/** What a level does if it is reached before a New York wall-clock time (of a full day). */
export interface BreakerHalt {
  /** Exclusive; undefined: at any later time. */
  readonly before: DurationMicros | undefined;
  /** Length of the halt; 0: none; `day`: until the end of the session. */
  readonly halt: DurationMicros | 'day';
}

/** The rule of a stretch of time. */
export interface CircuitBreakerRule extends RuleRow {
  readonly index: 'sp500' | 'dow';
  /** `percent`: falls in bps of the previous close. `points`: falls in points, known per quarter at best. */
  readonly basis: 'percent' | 'points';
  /** Falls of levels 1 to 3 in bps of the previous close, or in points; empty where they are not known. */
  readonly falls: readonly number[];
  /** Halts per level, each in order of time. */
  readonly halts: readonly (readonly BreakerHalt[])[];
}

const DOW_HALTS: readonly (readonly BreakerHalt[])[] = [
  [
    { before: 14 * HOUR, halt: HOUR },
    { before: 14 * HOUR + 30 * MINUTE, halt: 30 * MINUTE },
    { before: undefined, halt: 0 },
  ],
  [
    { before: 13 * HOUR, halt: 2 * HOUR },
    { before: 14 * HOUR, halt: HOUR },
    { before: undefined, halt: 'day' },
  ],
  [{ before: undefined, halt: 'day' }],
];

const POINTS_UNKNOWN = 'Points of the Dow Jones average: 10, 20 and 30 %, set each quarter; the levels are not kept';
const NYSE_NOTICE = 'NYSE notice of the circuit-breaker levels of the fourth quarter of 2001';

/** Ascending by date. */
export const CIRCUIT_BREAKERS: readonly CircuitBreakerRule[] = [
  rowOf(
    '1998-04-15',
    { index: 'dow', basis: 'points', falls: [], halts: DOW_HALTS },
    unverified(POINTS_UNKNOWN, 'NYSE Rule 80B', 'the start is from memory, the levels of these quarters are unknown'),
  ),
  rowOf(
    '2001-10-01',
    { index: 'dow', basis: 'points', falls: [900, 1_800, 2_700], halts: DOW_HALTS },
    verified('Falls of 900, 1,800 and 2,700 points of the Dow Jones average', NYSE_NOTICE),
  ),
  rowOf(
    '2002-01-01',
    { index: 'dow', basis: 'points', falls: [], halts: DOW_HALTS },
    unverified(POINTS_UNKNOWN, 'NYSE Rule 80B', 'the levels of these quarters are unknown'),
  ),
  rowOf(
    '2008-10-01',
    { index: 'dow', basis: 'points', falls: [1_100, 2_200, 3_350], halts: DOW_HALTS },
    unverified(
      'Falls of 1,100, 2,200 and 3,350 points of the Dow Jones average',
      'press reports of October 2008',
      'the levels come from secondary sources',
    ),
  ),
  rowOf(
    '2009-01-01',
    { index: 'dow', basis: 'points', falls: [], halts: DOW_HALTS },
    unverified(POINTS_UNKNOWN, 'NYSE Rule 80B', 'the levels of these quarters are unknown'),
  ),
  rowOf(
    '2013-04-08',
    {
      index: 'sp500',
      basis: 'percent',
      falls: [700, 1_300, 2_000],
      halts: [
        [
          { before: 15 * HOUR + 25 * MINUTE, halt: 15 * MINUTE },
          { before: undefined, halt: 0 },
        ],
        [
          { before: 15 * HOUR + 25 * MINUTE, halt: 15 * MINUTE },
          { before: undefined, halt: 0 },
        ],
        [{ before: undefined, halt: 'day' }],
      ],
    },
    verified(
      'S&P 500 7, 13 and 20 % below its previous close: 15 minutes before 15:25, level 3 the rest of the day',
      'NYSE Rule 7.12 (earlier 80B), Nasdaq Rule 4121; several accounts of March 2020 agree',
      'on early closes the border is taken as 35 minutes before the close',
    ),
  ),
];
