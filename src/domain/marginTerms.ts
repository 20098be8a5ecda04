/** What margin carries by day and overnight, where orders are covered by it (`Preset.buyingPower`). */
import { MINUTE } from './timeframe.js';
import type { Micros } from './units.js';

/** Dollars of a position that one dollar of margin carries. */
export interface MarginTerms {
  readonly leverage: number;
  /** Outside regular hours and in their last ten minutes; as by day if absent. */
  readonly overnightLeverage?: number | undefined;
}

/** How long before the close the margin of the night is asked for. */
const CLOSING = 10 * MINUTE;

/** The leverage at a time; `close` is that of the regular hours that it is in. */
export function leverageAt(terms: MarginTerms, isRegular: boolean, close: Micros, time: Micros): number {
  const { leverage, overnightLeverage = leverage } = terms;
  return isRegular && time < close - CLOSING ? leverage : overnightLeverage;
}
