/**
 * What the trade conditions of LEAN-derived tick files mean. The vendor writes a hexadecimal bit mask; which bits
 * take a print out of prices and out of volume was found by rebuilding its own second and minute bars.
 */
import { PrintFlag } from '../../domain/marketTables.js';

/** Any of these keeps a print from setting prices, unless it is an extended-hours print. */
const NO_PRICE = 0x20 | 0x200 | 0x40000 | 0x100000 | 0x1000000 | 0x4000000;
/** The exchange's official closing and opening price reports: no trades of their own. */
const OFFICIAL_CLOSE = 0x1000000;
const OFFICIAL_OPEN = 0x4000000;
const EXTENDED_HOURS = 0x2000;
const OPENING_PRINT = 0x40;
const CLOSING_PRINT = 0x80;
const REOPENING_PRINT = 0x100;

/**
 * The {@link PrintFlag} bits that a condition mask alone gives. Auction prints count into volume, as they are
 * trades; whoever rebuilds the vendor's second bars leaves them out by their auction bit.
 */
export function flagsOfConditions(mask: number): number {
  const isExtended = (mask & EXTENDED_HOURS) !== 0;
  let flags = 0;
  if ((mask & NO_PRICE) === 0 || isExtended) flags |= PrintFlag.HIGH_LOW | PrintFlag.LAST;
  if ((mask & (OFFICIAL_CLOSE | OFFICIAL_OPEN)) === 0) flags |= PrintFlag.VOLUME;
  if ((mask & OFFICIAL_CLOSE) !== 0) flags |= PrintFlag.OFFICIAL_CLOSE;
  if ((mask & OFFICIAL_OPEN) !== 0) flags |= PrintFlag.OFFICIAL_OPEN;
  if ((mask & REOPENING_PRINT) !== 0) flags |= PrintFlag.REOPENING_AUCTION;
  if ((mask & OPENING_PRINT) !== 0) flags |= PrintFlag.OPENING_AUCTION;
  if ((mask & CLOSING_PRINT) !== 0) flags |= PrintFlag.CLOSING_AUCTION;
  return isExtended ? flags | PrintFlag.EXTENDED_HOURS : flags;
}
