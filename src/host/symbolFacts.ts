/**
 * What is known of a session's symbols before it begins: where each is listed, its tier, the close of the day before,
 * actions of the day and what can be borrowed. From the simulator for a simulated market, from the history cache for a
 * recorded one; what neither knows stays absent, and is assumed the cautious way (R6).
 */
import { previousSession } from '../calendar/sessions.js';
import { formatDate, parseDate, type TradingDate } from '../calendar/tradingDate.js';
import type { HistoricalCache } from '../cache/historicalCache.js';
import { afterSplits, simulatedSplits, type SimSplit } from '../data/sim/simSplits.js';
import { SIM_UNIVERSE, simTierOf, simVenueOf } from '../data/sim/simUniverse.js';
import type { DatedAction } from '../domain/corporateActions.js';
import type { ListingVenue, SymbolListing } from '../domain/listing.js';
import type { SessionConfig } from '../domain/session.js';
import { RAW_PRICE_SCALE } from '../domain/units.js';
import { rebasePrice } from '../exchange/rulebook/corporateActions.js';
import { closeOf } from './closeOf.js';
import { corporateActionsOf } from './corporateActionsOf.js';
import type { FactorReading } from './factorActions.js';

/** What a simulated day begins from. */
export interface SimulatedOpening {
  readonly seed: number;
  readonly date: string;
  /** Dollars at the close before. */
  readonly openingPrices: readonly number[];
}

/** The part of a session's configuration that says what is known of its symbols. */
export type SymbolFacts = Pick<SessionConfig, 'listings' | 'corporateActions' | 'stockLoans'>;

const CENT = RAW_PRICE_SCALE / 100;
const VENUES: ReadonlySet<string> = new Set<ListingVenue>(['N', 'Q', 'A', 'P', 'Z']);

/**
 * The simulated market's: its symbols are borrowed without asking, and close before the first day at the prices that it
 * opens from, in dollars; splits of the day apply to them (R15). On later days the account that is carried on knows the
 * closes and restrictions better.
 */
export function simulatedFacts({ seed, date, openingPrices }: SimulatedOpening): SymbolFacts {
  const day = parseDate(date);
  const splits = simulatedSplits(seed, day, openingPrices);
  const prices = afterSplits(seed, day, openingPrices);
  return {
    listings: SIM_UNIVERSE.map((instrument, symbolId) => ({
      venue: simVenueOf(symbolId),
      tier: simTierOf(instrument),
      previousClose: Math.max(1, Math.round((prices[symbolId] ?? instrument.price) * 100)) * CENT,
    })),
    stockLoans: SIM_UNIVERSE.map((_, symbolId) => ({ symbolId, availability: 'easy' })),
    ...(splits.length === 0 ? {} : { corporateActions: splits.map((split) => splitAction(split, date)) }),
  };
}

function splitAction({ symbolId, newShares, oldShares }: SimSplit, exDate: string): DatedAction {
  return { exDate, symbolId, action: { kind: 'split', newShares, oldShares } };
}

/**
 * The history cache's on a day. It knows no tiers and no stock loans; dividends come from the factors and the close of
 * the day before, without their pay date. Factors of a file are read as the preset has it.
 */
export async function historyFacts(
  history: HistoricalCache,
  symbols: readonly string[],
  date: TradingDate,
  reading: FactorReading = 'declared',
): Promise<SymbolFacts> {
  const listings: SymbolListing[] = [];
  const corporateActions: DatedAction[] = [];
  const exDate = formatDate(date);
  for (const [symbolId, symbol] of symbols.entries()) {
    const venue = await venueOf(history, symbol, exDate);
    const close = await closeOf(history, symbol, previousSession(date).date);
    const actions = (await corporateActionsOf(history, [symbol], exDate, exDate, reading)).map(({ action }) => action);
    // The close of the day before as it is compared with prices of the day (R15).
    const previousClose = close === undefined ? undefined : actions.reduce(rebasePrice, close);
    listings.push({ ...(venue === undefined ? {} : { venue }), ...(previousClose ? { previousClose } : {}) });
    for (const action of actions) corporateActions.push({ exDate, symbolId, action });
  }
  const isKnown = listings.some((listing) => Object.keys(listing).length > 0);
  return { ...(isKnown ? { listings } : {}), ...(corporateActions.length > 0 ? { corporateActions } : {}) };
}

async function venueOf(history: HistoricalCache, symbol: string, date: string): Promise<ListingVenue | undefined> {
  const letter = (await history.tickers(symbol)).find(({ until }) => until >= date)?.exchange ?? '';
  return VENUES.has(letter) ? (letter as ListingVenue) : undefined;
}
