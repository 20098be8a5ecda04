/**
 * The rulebook as a whole: every dated table with the ids of the rules it serves, in one form, for the page
 * docs/rulebook.md, for receipts and for run identities. Adds no rule of its own.
 */
import { SALE_CONDITIONS } from '../../domain/saleConditions.js';
import { PrintFlag } from '../../domain/marketTables.js';
import { AUCTION_CUTOFFS } from './auctionCutoffRules.js';
import { BORROW_RULES } from './borrowRules.js';
import { CASH_ACCOUNT_RULES } from './cashAccountRules.js';
import { CIRCUIT_BREAKERS } from './circuitBreakerRules.js';
import { OPEN_ORDER_RULES } from './corporateActionRules.js';
import { DAY_TRADE_RULES } from './dayTradeRules.js';
import { LULD_HOURS, LULD_TIMINGS, LULD_WIDTHS } from './luldRules.js';
import { INITIAL_MARGINS, MAINTENANCE_MARGINS, MINIMUM_EQUITY } from './marginRules.js';
import { ALPACA_QUOTE_SIZES, ROUND_LOTS } from './roundLotRules.js';
import type { RuleRow } from './RuleRow.js';
import { BANK_ONLY_HOLIDAYS, SETTLEMENT_CYCLES } from './settlementRules.js';
import { SHORT_SALE_RULES } from './shortSaleRules.js';
import { TICK_SIZES } from './tickSizeRules.js';
import type { DatedRate } from './usEquityFees.js';
import { SEC_RATES, TAF_RATES } from './usEquityFees.js';

/**
 * Version of the data: a number that people raise when a meaning changes, and the first twelve hex digits of the
 * SHA-256 of {@link RULEBOOK} as JSON. A test computes it; run identities and receipts carry it.
 */
export const RULEBOOK_VERSION = '1-1b9ab848ca80';

/** What the rules would ask for and the accounts of the desk do not do; the page says so in these words. */
export const NOT_MODELLED: readonly string[] = [
  'R18: Regulation T calls for positions held overnight beyond two to one; the house maintenance is looked at instead',
  'R18: the 90-day freeze after an unmet intraday deficit, because such a position is liquidated before',
  'R18: concentration by kind of instrument, and leveraged funds, because a session knows no such fact',
  'R18: a reserve at the middle of the quote in extended hours, as some brokers have it; the limit is reserved',
  'M1: a volume profile by minute of the day; an open is bounded by the bar before it',
];

/** A table of the rulebook. */
export interface RuleTable {
  /** Heading on the page, unique. */
  readonly title: string;
  /** Ids of the rules of the market-rules list that it serves. */
  readonly ids: readonly string[];
  /**
   * `replace`: each row holds until the next, ascending by date. `together`: rows stand beside one another, each from
   * its own date.
   */
  readonly order: 'replace' | 'together';
  readonly rows: readonly RuleRow[];
}

const feeRow =
  (textOf: (rate: DatedRate) => string) =>
  (rate: DatedRate): RuleRow & DatedRate => ({
    ...rate,
    rule: textOf(rate),
    verified: rate.isCertain,
    note: rate.isCertain ? '' : rate.source,
  });

const secRow = feeRow(({ rate }) => `$${(rate / 100).toFixed(2)} per million of sale proceeds`);
const tafRow = feeRow(
  ({ rate, maximum }) => `$${(rate / 1_000_000).toFixed(6)} a share sold, at most $${(maximum / 1_000_000).toFixed(2)}`,
);

function conditionText(meaning: string, allows: number): string {
  const parts = [
    (allows & PrintFlag.LAST) !== 0 ? 'last' : '',
    (allows & PrintFlag.HIGH_LOW) !== 0 ? 'high/low' : '',
    (allows & PrintFlag.VOLUME) !== 0 ? 'volume' : '',
  ].filter((part) => part !== '');
  return `${meaning}: ${parts.length === 0 ? 'nothing' : parts.join(', ')}`;
}

/** Every table, in the order of the page. */
export const RULEBOOK: readonly RuleTable[] = [
  { title: 'Tick sizes', ids: ['R20'], order: 'replace', rows: TICK_SIZES },
  { title: 'Round lots', ids: ['R12'], order: 'replace', rows: ROUND_LOTS },
  { title: 'Quote sizes at Alpaca', ids: ['R12'], order: 'replace', rows: ALPACA_QUOTE_SIZES },
  ...Object.entries(AUCTION_CUTOFFS).map(([venue, rows]): RuleTable => ({
    title: `Auction cut-offs: ${venue}`,
    ids: ['R5'],
    order: 'replace',
    rows,
  })),
  { title: 'LULD hours', ids: ['R6', 'R7'], order: 'replace', rows: LULD_HOURS },
  { title: 'LULD widths', ids: ['R6', 'R7'], order: 'replace', rows: LULD_WIDTHS },
  { title: 'LULD timing', ids: ['R7'], order: 'replace', rows: LULD_TIMINGS },
  { title: 'Market-wide circuit breakers', ids: ['R7'], order: 'replace', rows: CIRCUIT_BREAKERS },
  { title: 'Short-sale price tests', ids: ['R8', 'R15'], order: 'replace', rows: SHORT_SALE_RULES },
  { title: 'Settlement cycles', ids: ['R17'], order: 'replace', rows: SETTLEMENT_CYCLES },
  { title: 'Bank holidays that trade', ids: ['R17'], order: 'together', rows: BANK_ONLY_HOLIDAYS },
  { title: 'Cash accounts', ids: ['R17'], order: 'replace', rows: CASH_ACCOUNT_RULES },
  { title: 'Initial margin', ids: ['R18'], order: 'replace', rows: INITIAL_MARGINS },
  ...Object.entries(MAINTENANCE_MARGINS).map(([plan, rows]): RuleTable => ({
    title: `Maintenance margin: ${plan}`,
    ids: ['R18'],
    order: 'replace',
    rows,
  })),
  { title: 'Minimum equity for margin', ids: ['R18'], order: 'replace', rows: MINIMUM_EQUITY },
  { title: 'Day trading', ids: ['R18'], order: 'replace', rows: DAY_TRADE_RULES },
  { title: 'Stock borrow', ids: ['M14'], order: 'replace', rows: BORROW_RULES },
  { title: 'Open orders on an ex-date', ids: ['R13', 'R14'], order: 'replace', rows: OPEN_ORDER_RULES },
  { title: 'SEC fee', ids: ['R16'], order: 'replace', rows: SEC_RATES.map(secRow) },
  { title: 'TAF', ids: ['R16'], order: 'replace', rows: TAF_RATES.map(tafRow) },
  ...(['cta', 'utp'] as const).map((plan): RuleTable => ({
    title: `Sale conditions: ${plan}`,
    ids: ['R1', 'R2', 'R3'],
    order: 'together',
    rows: SALE_CONDITIONS.filter((condition) => condition.plan === plan).map((condition) => ({
      ...condition,
      rule: `\`${condition.code}\` ${conditionText(condition.meaning, condition.allows)}`,
    })),
  })),
];
