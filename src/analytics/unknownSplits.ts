/**
 * Prices that jump over night as by a split which nobody knows of, in words: one sentence for all who are to be warned,
 * whether of one backtest, of the trials of a search or of the data behind a check.
 */
import { formatDate } from '../calendar/tradingDate.js';
import type { DatedAction } from '../domain/corporateActions.js';
import { DOLLAR } from '../domain/units.js';
import { formatMoney, plural } from './figureText.js';
import type { OvernightJump } from './overnightJumps.js';

/** Jumps of a market, and what is known of its symbols. */
export interface JumpedMarket {
  readonly jumps: readonly OvernightJump[];
  /** By symbol id. */
  readonly symbols: readonly string[];
  /** Units of its prices per dollar. */
  readonly priceScale: number;
  /** Splits and others that are known in its range. */
  readonly actions: readonly DatedAction[];
}

/** A jump without a known split. Prices are in dollars. */
export interface UnknownSplit {
  readonly symbol: string;
  /** New York date `YYYY-MM-DD` of the later price. */
  readonly date: string;
  /** The last close of the day before, and the first open of the day. */
  readonly before: number;
  readonly after: number;
}

/** The jumps that no known split explains, by date. */
export function unknownSplits({ jumps, symbols, priceScale, actions }: JumpedMarket): readonly UnknownSplit[] {
  const splits = actions.filter(({ action }) => action.kind === 'split');
  const known = new Set(splits.map(({ symbolId, exDate }) => `${symbolId} ${exDate}`));
  return jumps
    .map((jump) => ({ ...jump, date: formatDate(jump.date) }))
    .filter(({ symbolId, date }) => !known.has(`${symbolId} ${date}`))
    .map(({ symbolId, date, before, after }) => ({
      symbol: symbols[symbolId] ?? '',
      date,
      before: before / priceScale,
      after: after / priceScale,
    }));
}

/** The first of them, and how many there are: half a sentence; undefined where there is none. */
export function unknownSplitsText(found: readonly UnknownSplit[]): string | undefined {
  const [first] = found;
  if (first === undefined) return undefined;
  const dollars = (price: number): string => formatMoney(Math.round(price * DOLLAR));
  const more = found.length === 1 ? '' : ` (and ${plural(found.length - 1, 'more such night')})`;
  return (
    `${first.symbol} went from ${dollars(first.before)} to ${dollars(first.after)} at the open of ` +
    `${first.date}${more}, and the cache knows no split of it then`
  );
}

/** What to know before believing what came of such a market; nothing where it has no such jump. */
export function unknownSplitWarnings(market: JumpedMarket): readonly string[] {
  const found = unknownSplits(market);
  const text = unknownSplitsText(found);
  if (text === undefined) return [];
  return [`${text}: if it was one, what positions gained or lost by it is not real. ${unknownSplitsRemedy(found)}`];
}

/**
 * How the cache comes to know splits, with the commands; empty for none. Of a symbol with an imported factor file
 * sources are not asked: what that lacks only another file can bring.
 */
function unknownSplitsRemedy(found: readonly UnknownSplit[]): string {
  const dates = found.map(({ date }) => date).toSorted();
  const [from] = dates;
  const to = dates.at(-1);
  if (from === undefined || to === undefined) return '';
  const symbols = [...new Set(found.map(({ symbol }) => symbol))];
  const days = from === to ? `on ${from}` : `from ${from} to ${to}`;
  return (
    `What is missing are splits of ${symbols.join(', ')} ${days}: ` +
    `fetch them with \`${fetchCommand(symbols, from, to)}\`, ` +
    'or, where a factor file of the symbol is in the cache already, import one that has them with ' +
    '`papertape data import FILE` (columns symbol, date, price_factor, split_factor).'
  );
}

/** The command that gets bars of some symbols with their splits and dividends. */
export function fetchCommand(symbols: readonly string[], from: string, to: string): string {
  const wanted = `--symbols ${symbols.join(',')} --from ${from} --to ${to}`;
  return `papertape data fetch --source twelvedata ${wanted} --timeframe 1d`;
}
