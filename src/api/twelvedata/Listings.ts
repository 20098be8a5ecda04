/**
 * The instruments of a session in the protocol's words: which exchange and market code they have there, and how a
 * request names them. What a session does not know of a listing is taken to be Nasdaq common stock, and then any
 * exchange that a request names fits.
 */
import { required } from '../../utils/assert.js';
import type { Price } from '../../domain/units.js';
import type { VenueInstrument, VenueSession } from '../alpaca/PaperVenue.js';
import type { Query } from './Query.js';

/** Country and currency of everything that is served. */
export const COUNTRY = 'United States';
/** See {@link COUNTRY}. */
export const CURRENCY = 'USD';
const COUNTRY_NAMES: readonly string[] = ['united states', 'us', 'usa'];

/** An instrument. */
export interface Listing {
  readonly symbolId: number;
  readonly symbol: string;
  /** The symbol where no name is known. */
  readonly name: string;
  readonly exchange: string;
  readonly mic: string;
  readonly type: 'Common Stock' | 'ETF';
  /** Names of its exchange that a filter may use, in lower case; undefined: any. */
  readonly exchangeNames: readonly string[] | undefined;
  /** The close of the trading day before the session, where known. */
  readonly previousClose: Price | undefined;
}

/** An exchange as `/exchanges` lists it. */
export interface Exchange {
  readonly title: string;
  readonly name: string;
  readonly mic: string;
  /** Other codes of its market segments. */
  readonly synonyms: readonly string[];
}

/** Exchanges by the names that sessions use. */
export const EXCHANGES: Readonly<Record<string, Exchange>> = {
  NASDAQ: { title: 'Nasdaq', name: 'NASDAQ', mic: 'XNGS', synonyms: ['XNAS', 'XNMS', 'XNCM'] },
  NYSE: { title: 'New York Stock Exchange', name: 'NYSE', mic: 'XNYS', synonyms: [] },
  ARCA: { title: 'NYSE Arca', name: 'NYSE', mic: 'ARCX', synonyms: [] },
  AMEX: { title: 'NYSE American', name: 'NYSE', mic: 'XASE', synonyms: [] },
  BATS: { title: 'Cboe BZX', name: 'CBOE', mic: 'BATS', synonyms: [] },
};
/** Where mostly exchange-traded products are listed; sessions do not tell the type. */
const FUND_EXCHANGES = new Set(['ARCA', 'BATS']);
const FUND_NAME = /\b(ETF|Fund)\b/i;

/** What a request may say of an instrument beside its symbol. */
export interface ListingFilter {
  readonly exchange?: string | undefined;
  readonly mic?: string | undefined;
  readonly country?: string | undefined;
  readonly type?: string | undefined;
}

/** See the module header. */
export class Listings {
  readonly all: readonly Listing[];
  readonly #bySymbol: ReadonlyMap<string, Listing>;

  constructor({ instruments }: Pick<VenueSession, 'instruments'>) {
    this.all = instruments.map(listingOf);
    this.#bySymbol = new Map(this.all.map((listing) => [listing.symbol.toUpperCase(), listing]));
  }

  /** An instrument by its symbol id. */
  byId(symbolId: number): Listing {
    return required(this.all[symbolId], `the instrument ${symbolId}`);
  }

  /** The instrument that `SYMBOL` or `SYMBOL:EXCHANGE` names, in any case, if the filter fits it. */
  find(reference: string, filter: ListingFilter): Listing | undefined {
    const [symbol = '', exchange] = reference.split(':');
    const listing = this.#bySymbol.get(symbol.toUpperCase());
    if (listing === undefined || !fits(listing, filter)) return undefined;
    return exchange === undefined || fits(listing, { exchange }) ? listing : undefined;
  }
}

/** The filter of a REST request. */
export function readFilter(query: Query): ListingFilter {
  return {
    exchange: query.text('exchange'),
    mic: query.text('mic_code'),
    country: query.text('country'),
    type: query.text('type'),
  };
}

/** Whether an instrument is what a filter asks for. */
export function fits(listing: Listing, { exchange, mic, country, type }: ListingFilter): boolean {
  return (
    hasExchange(listing, exchange) &&
    hasExchange(listing, mic) &&
    isCountry(country) &&
    (type === undefined || type.toLowerCase() === listing.type.toLowerCase())
  );
}

/** Whether a filter's country is where everything is listed; without one it is. */
export function isCountry(name: string | undefined): boolean {
  return name === undefined || COUNTRY_NAMES.includes(name.toLowerCase());
}

/** A code is as good as a name: requests put either into either place. */
function hasExchange({ exchangeNames }: Listing, name: string | undefined): boolean {
  return name === undefined || exchangeNames === undefined || exchangeNames.includes(name.toLowerCase());
}

function listingOf(instrument: VenueInstrument, symbolId: number): Listing {
  const { symbol, name, exchange: listedOn, previousClose } = instrument;
  const known = EXCHANGES[listedOn];
  const { name: exchange, mic, synonyms } = required(known ?? EXCHANGES['NASDAQ'], 'the exchange');
  const names = [exchange, mic, listedOn, ...synonyms].map((one) => one.toLowerCase());
  return {
    symbolId,
    symbol,
    name: name === '' ? symbol : name,
    exchange,
    mic,
    type: FUND_EXCHANGES.has(listedOn) || FUND_NAME.test(name) ? 'ETF' : 'Common Stock',
    exchangeNames: known === undefined ? undefined : names,
    previousClose,
  };
}
