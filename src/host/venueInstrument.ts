/**
 * A symbol of a session as programs see it: its listing exchange, whether its shares can be borrowed, and what the
 * venue asks of a position in it. What the session does not know is empty or unknown here.
 */
import type { VenueInstrument } from '../api/alpaca/PaperVenue.js';
import { newYorkDate } from '../calendar/newYorkTime.js';
import { SIM_UNIVERSE } from '../data/sim/simUniverse.js';
import type { ListingVenue } from '../domain/listing.js';
import type { SessionConfig } from '../domain/session.js';
import { mulDiv, notional, SHARE } from '../domain/units.js';
import { maintenanceRequirement } from '../exchange/rulebook/margin.js';

/** Exchanges by Alpaca's names. */
const EXCHANGES: Readonly<Record<ListingVenue, string>> = {
  N: 'NYSE',
  Q: 'NASDAQ',
  A: 'AMEX',
  P: 'ARCA',
  Z: 'BATS',
};

/** Dollars of a price at which no tier for cheap stocks applies; where no price is known beforehand. */
const ORDINARY_DOLLARS = 100;

/** The instrument of a symbol id. */
export function venueInstrument(
  config: Pick<SessionConfig, 'symbols' | 'listings' | 'stockLoans' | 'priceScale' | 'startTime'>,
  symbolId: number,
  isSimulated: boolean,
): VenueInstrument {
  const symbol = config.symbols[symbolId] ?? '';
  const listing = config.listings?.[symbolId];
  const invented = isSimulated ? SIM_UNIVERSE.find((one) => one.symbol === symbol) : undefined;
  return {
    symbol,
    name: invented?.name ?? '',
    exchange: listing?.venue === undefined ? '' : EXCHANGES[listing.venue],
    lending: config.stockLoans?.find((one) => one.symbolId === symbolId)?.availability ?? 'unknown',
    fractionable: true,
    marginLongPercent: marginPercent(config, listing?.previousClose, 'long'),
    marginShortPercent: marginPercent(config, listing?.previousClose, 'short'),
    ...(listing?.previousClose === undefined ? {} : { previousClose: listing.previousClose }),
  };
}

/** What one share needs in per cent of its price, by the plan that accounts are margined with. */
function marginPercent(
  { priceScale, startTime }: Pick<SessionConfig, 'priceScale' | 'startTime'>,
  close: number | undefined,
  side: 'long' | 'short',
): number {
  const price = close ?? ORDINARY_DOLLARS * priceScale;
  const position = { side, quantity: SHARE, price, leverage: 1 };
  const required = maintenanceRequirement('alpaca', position, priceScale, newYorkDate(startTime));
  return mulDiv(required, 100, notional(price, SHARE, priceScale));
}
