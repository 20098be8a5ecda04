/** The trade log as a flat table, one row per trade, for spreadsheets and data frames; nested parts become averages. */
import { MINUTE, SECOND } from '../domain/timeframe.js';
import type { Figure } from './figure.js';
import { MARKOUT_HORIZONS } from './tradeCosts.js';
import type { TradeDocument } from './tradeDocument.js';

/** What a person has written on a trade. */
export interface TradeAnnotations {
  /** As they were set last. */
  readonly tags: readonly string[];
  /** Oldest first. */
  readonly notes: readonly string[];
}

/** One cell: exact amounts are decimal texts, statistics numbers, null where there is no figure. */
export type TradeCell = string | number | null;

/** A column. Amounts and times are exact: decimal texts, and Micros. */
export interface TradeColumn {
  readonly name: string;
  readonly type: 'text' | 'amount' | 'number' | 'time';
  readonly of: (trade: TradeDocument, annotations: TradeAnnotations) => TradeCell;
}

const NONE: TradeAnnotations = { tags: [], notes: [] };

const text = (name: string, of: TradeColumn['of']): TradeColumn => ({ name, type: 'text', of });
const amount = (name: string, of: TradeColumn['of']): TradeColumn => ({ name, type: 'amount', of });
const time = (name: string, of: TradeColumn['of']): TradeColumn => ({ name, type: 'time', of });
const number = (name: string, of: (trade: TradeDocument) => Figure | number): TradeColumn => ({
  name,
  type: 'number',
  of: (trade) => {
    const found = of(trade);
    return typeof found === 'number' ? found : 'value' in found ? found.value : null;
  },
});

/** The columns, in the order in which files have them. Money in dollars; spreads and markouts in dollars per share. */
export const TRADE_COLUMNS: readonly TradeColumn[] = [
  text('run', ({ sessionId }) => sessionId),
  text('trade', ({ id }) => id),
  text('owner', ({ owner }) => owner),
  text('symbol', ({ symbol }) => symbol),
  text('side', ({ side }) => side),
  text('state', ({ state }) => state),
  text('session', ({ session }) => session),
  time('entry_time', ({ entryTime }) => entryTime),
  time('exit_time', ({ exitTime }) => exitTime),
  amount('quantity', ({ quantity }) => quantity),
  amount('entry_price', ({ entryPrice }) => entryPrice),
  amount('exit_price', ({ exitPrice }) => exitPrice),
  amount('pnl', ({ pnl }) => pnl),
  amount('fees', ({ fees }) => fees),
  number('return', ({ returnFraction }) => returnFraction),
  number('initial_risk', ({ initialRisk }) => initialRisk),
  number('r_multiple', ({ rMultiple }) => rMultiple),
  number('max_adverse', ({ maxAdverse }) => maxAdverse),
  number('max_favourable', ({ maxFavourable }) => maxFavourable),
  number('effective_spread', ({ costs }) => costs.effectiveSpread),
  number('realised_spread', ({ costs }) => costs.realisedSpread),
  ...MARKOUT_HORIZONS.map((horizon, index) =>
    number(`markout_${horizonName(horizon)}`, ({ costs }) => costs.markouts[index]?.perShare ?? { unsupported: '' }),
  ),
  number('shortfall_delay', ({ costs }) => costs.shortfall.delay),
  number('shortfall_execution', ({ costs }) => costs.shortfall.execution),
  number('shortfall_opportunity', ({ costs }) => costs.shortfall.opportunity),
  number('shortfall', ({ costs }) => costs.shortfall.total),
  number('fills', ({ fills }) => fills.length),
  text('entry_reason', ({ entryReason }) => entryReason),
  text('exit_reason', ({ exitReason }) => exitReason),
  text('signal', ({ signal }) => signal?.id ?? null),
  text('risk_decision', ({ signal }) => signal?.outcome ?? null),
  text('tags', (_, { tags }) => tags.join(' ')),
  text('notes', (_, { notes }) => notes.join(' | ')),
];

/** The cells of one trade, by column. */
export function tradeRow(trade: TradeDocument, annotations: TradeAnnotations = NONE): readonly TradeCell[] {
  return TRADE_COLUMNS.map(({ of }) => of(trade, annotations));
}

/** The same as an object, for JSON. */
export function tradeRowObject(trade: TradeDocument): Readonly<Record<string, TradeCell>> {
  const cells = tradeRow(trade);
  return Object.fromEntries(TRADE_COLUMNS.map(({ name }, index) => [name, cells[index] ?? null]));
}

/** `1s`, `10s`, `1m`. */
export function horizonName(horizon: number): string {
  return horizon < MINUTE ? `${horizon / SECOND}s` : `${horizon / MINUTE}m`;
}
