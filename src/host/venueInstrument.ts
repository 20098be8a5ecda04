/** A symbol of a session as programs see it: its listing exchange, and whether its shares can be borrowed. */
import type { VenueInstrument } from '../api/alpaca/PaperVenue.js';
import { SIM_UNIVERSE } from '../data/sim/simUniverse.js';
import type { ListingVenue } from '../domain/listing.js';
import type { SessionConfig } from '../domain/session.js';

/** Exchanges by Alpaca's names. */
const EXCHANGES: Readonly<Record<ListingVenue, string>> = {
  N: 'NYSE',
  Q: 'NASDAQ',
  A: 'AMEX',
  P: 'ARCA',
  Z: 'BATS',
};

/**
 * The instrument of a symbol id. Where the listing is not known it counts as NASDAQ's, and where nothing is known of
 * loans as shortable: the desk decides when an order comes.
 */
export function venueInstrument(
  config: Pick<SessionConfig, 'symbols' | 'listings' | 'stockLoans'>,
  symbolId: number,
  isSimulated: boolean,
): VenueInstrument {
  const symbol = config.symbols[symbolId] ?? '';
  const invented = isSimulated ? SIM_UNIVERSE.find((one) => one.symbol === symbol) : undefined;
  const loan = config.stockLoans?.find((one) => one.symbolId === symbolId);
  return {
    symbol,
    name: invented?.name ?? symbol,
    exchange: EXCHANGES[config.listings?.[symbolId]?.venue ?? 'Q'],
    shortable: loan?.availability !== 'none',
    fractionable: true,
  };
}
