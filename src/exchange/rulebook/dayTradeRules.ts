/** Rules for day traders by date (R18), as data: the pattern day trader, and since June 2026 the intraday margin. */
import type { RuleRow } from './RuleRow.js';
import { rowOf, unverified, verified } from './RuleRow.js';

/** Four day trades in five business days make a pattern day trader, who needs $25,000. */
export interface PatternDayTraderFigures {
  readonly kind: 'patternDayTrader';
  readonly dayTrades: number;
  readonly businessDays: number;
  /** Day trades must also exceed this part of all trades of the window. */
  readonly leastShareBps: number;
  readonly minimumDollars: number;
  /** Multiple of the maintenance excess that a pattern day trader may use intraday. */
  readonly multiplier: 4;
}

/** Equity must cover the maintenance margin of the actual intraday exposure. */
export interface IntradayMarginFigures {
  readonly kind: 'intradayMargin';
  /** A deficit up to the lesser of these is excused. */
  readonly excusedDollars: number;
  readonly excusedEquityBps: number;
  /** Business days to meet a deficit, and after which an unmet one freezes the account, and calendar days of that. */
  readonly dueBusinessDays: number;
  readonly freezeAfterBusinessDays: number;
  readonly freezeDays: number;
}

/** The rule of a stretch of time. */
export type DayTradeRule = RuleRow & (PatternDayTraderFigures | IntradayMarginFigures);

const patternDayTrader: PatternDayTraderFigures = {
  kind: 'patternDayTrader',
  dayTrades: 4,
  businessDays: 5,
  leastShareBps: 600,
  minimumDollars: 25_000,
  multiplier: 4,
};

const intradayMargin: IntradayMarginFigures = {
  kind: 'intradayMargin',
  excusedDollars: 1_000,
  excusedEquityBps: 500,
  dueBusinessDays: 2,
  freezeAfterBusinessDays: 5,
  freezeDays: 90,
};

/** Ascending by date; before the first row the rulebook knows no rule. */
export const DAY_TRADE_RULES: readonly DayTradeRule[] = [
  rowOf(
    '2001-09-28',
    patternDayTrader,
    unverified(
      'Pattern day trader: 4 day trades in 5 business days and more than 6 % of trades; $25,000; 4:1 intraday',
      'FINRA Rule 4210(f)(8)(B), earlier NASD 2520 and NYSE 431',
      'the start is from memory; which fills make one day trade follows practice',
    ),
  ),
  rowOf(
    '2026-06-04',
    intradayMargin,
    verified(
      'Intraday margin: deficits beyond the lesser of $1,000 and 5 % of equity are due; 90-day freeze if unmet',
      '91 FR 20731 (release 34-105226), FINRA Regulatory Notice 26-10; Alpaca documentation',
      'firms may keep the old rule until 2027-10-20; sources differ on lesser or greater for excused deficits',
    ),
  ),
];
