/**
 * SEC (Section 31) and TAF rates by date, as data with a source each. SEC rates apply by charge date, which is
 * the settlement date of the sale (17 CFR 240.31); TAF rates by trade date. A rate whose start is not certain is
 * used and flagged in the receipt; an unknown rate is never taken as zero (R16).
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import { parseDate } from '../../calendar/tradingDate.js';
import type { Money } from '../../domain/units.js';

/** A rate in force from a date. */
export interface DatedRate {
  readonly from: TradingDate;
  /** SEC: dollars per million of sale proceeds, in cents. TAF: micro-dollars per share. */
  readonly rate: number;
  /** TAF: largest fee per trade in micro-dollars; 0 for SEC. */
  readonly maximum: Money;
  /** Whether the start date is certain; if not, sales near it may carry the neighbouring rate. */
  readonly isCertain: boolean;
  readonly source: string;
}

const sec = (from: string, dollarsPerMillion: number, source: string, isCertain = true): DatedRate => ({
  from: parseDate(from),
  rate: Math.round(dollarsPerMillion * 100),
  maximum: 0,
  isCertain,
  source,
});

const LIST = 'secondary list of rates (traderstatus.com)';

/** SEC rates, ascending. Two start dates are known only as "in force by" and marked as uncertain. */
export const SEC_RATES: readonly DatedRate[] = [
  sec('2001-12-28', 15, LIST),
  sec('2002-04-01', 30.1, LIST),
  sec('2003-03-22', 25.2, LIST),
  sec('2003-04-01', 46.8, LIST),
  sec('2004-02-22', 39, LIST),
  sec('2004-04-01', 23.4, LIST),
  sec('2005-01-07', 32.9, LIST),
  sec('2005-04-01', 41.8, LIST),
  sec('2005-12-22', 30.7, `${LIST}; the end of this rate in 2006-2008 is not known`, false),
  sec('2008-03-10', 11, 'in force by the FINRA information notice 3/10/08; start not known', false),
  sec(
    '2008-04-01',
    5.6,
    'FINRA information notice 3/10/08; the end of this rate before October 2010 is not known',
    false,
  ),
  sec('2010-10-01', 19.2, 'in force at the start of fiscal year 2011 (broker page); start not known', false),
  sec('2012-04-01', 22.4, 'in force 2012-11-15 (SEC press release 2012-232); start not verified', false),
  sec('2013-05-25', 17.4, 'SEC order 34-69449; FINRA information notice 3/3/14'),
  sec('2014-03-18', 22.1, 'FINRA information notice 3/3/14'),
  sec('2015-02-14', 18.4, 'in force through 2016-02-15 (SEC press release 2016-2); start not verified', false),
  sec('2016-02-16', 21.8, 'SEC press release 2016-2; FINRA information notice 3/15/16'),
  sec('2017-07-04', 23.1, 'SEC fee rate advisory'),
  sec('2018-05-22', 13, 'FINRA information notice 5/7/18'),
  sec('2019-04-16', 20.7, 'SEC fee rate advisory 2 for fiscal year 2019'),
  sec('2020-02-18', 22.1, 'FINRA information notice 2/3/20'),
  sec('2021-02-25', 5.1, 'SEC fee rate advisory 2 for fiscal year 2021; FINRA information notice 2/16/21'),
  sec('2022-05-14', 22.9, 'in force through 2023-02-26; start not verified', false),
  sec('2023-02-27', 8, 'SEC order 34-96724'),
  sec('2024-05-22', 27.8, 'SEC order 34-99973, in force through 2025-05-13; start not verified', false),
  sec('2025-05-14', 0, 'SEC order 34-102779; FINRA information notice 4/24/25'),
  sec('2026-04-04', 20.6, 'SEC order 34-104909, fee rate advisory 2026-2'),
];

const taf = (from: string, perShare: Money, maximum: Money, source: string, isCertain = true): DatedRate => ({
  from: parseDate(from),
  rate: perShare,
  maximum,
  isCertain,
  source,
});

/** TAF rates, ascending. */
export const TAF_RATES: readonly DatedRate[] = [
  taf('2004-07-01', 75, 3_750_000, 'FINRA Regulatory Notice 11-27; start not verified', false),
  taf('2011-07-01', 90, 4_500_000, 'FINRA Regulatory Notice 11-27'),
  taf('2012-03-01', 95, 4_750_000, 'FINRA Regulatory Notice 12-06'),
  taf('2012-07-01', 119, 5_950_000, 'broker pages; start not verified', false),
  taf('2022-01-01', 130, 6_490_000, 'SR-FINRA-2020-032; not verified', false),
  taf('2023-01-01', 145, 7_270_000, 'second hand; start not verified', false),
  taf('2024-01-01', 166, 8_300_000, 'broker pages; start second hand', false),
  taf('2026-01-01', 195, 9_790_000, 'SR-FINRA-2024-019'),
  taf('2026-10-01', 0, 0, 'pause of the fee until 2026-12-31, SR-FINRA-2026-021, release 34-106409'),
  taf('2027-01-01', 195, 9_790_000, 'sources differ: SR-FINRA-2024-019 or SR-FINRA-2026-020', false),
];

/**
 * The rate in force on a date. Before the first known rate it is that rate, marked as uncertain by the second
 * value: an unknown rate is not zero.
 */
export function rateOn(rates: readonly DatedRate[], date: TradingDate): { rate: DatedRate; isCertain: boolean } {
  let found: DatedRate | undefined;
  for (const rate of rates) {
    if (rate.from > date) break;
    found = rate;
  }
  if (found !== undefined) return { rate: found, isCertain: found.isCertain };
  const [first] = rates;
  if (first === undefined) throw new RangeError('the table of rates is empty');
  return { rate: first, isCertain: false };
}
