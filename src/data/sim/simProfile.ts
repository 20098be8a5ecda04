/** How the market of one simulated symbol is made, in ticks and shares: what its agents go by. */
import type { SimInstrument } from './simUniverse.js';

/** See the module header. Rates are per second at the mean activity of regular hours. */
export interface SimProfile {
  /** Dollars. */
  readonly tick: number;
  /** Half of the spread that market makers ask, in ticks, not a whole number. */
  readonly halfSpread: number;
  /** Ticks between the prices of a market maker's orders. */
  readonly step: number;
  /** Shares of an ordinary order. */
  readonly size: number;
  /** Shares of an ordinary day. */
  readonly dailyVolume: number;
  /** Orders and cancels of noise traders, and of traders that follow prices. */
  readonly noiseRate: number;
  /** How often a market maker looks at its quotes. */
  readonly makerRate: number;
  /** How often somebody compares the price with the value. */
  readonly informedRate: number;
}

/** Prints of an ordinary day for each event a second of noise traders; measured, and what sizes are made from. */
const PRINTS_PER_RATE = 13_000;
const BELOW_A_DOLLAR = 0.0001;

/** The profile of an instrument that opens at a price in dollars: what it trades in dollars stays what it was. */
export function profileOf(instrument: SimInstrument, opening: number): SimProfile {
  const ratio = Math.min(20, Math.max(0.05, instrument.price / opening));
  const dailyVolume = instrument.dailyVolume * ratio;
  const tick = opening >= 1 ? 0.01 : BELOW_A_DOLLAR;
  // Thin, dear and restless symbols have wider spreads.
  const thin = Math.min(4, 4_000_000 / instrument.dailyVolume);
  const fraction = 0.00006 + 0.00012 * thin + instrument.dailyVolatility * 0.006;
  const halfSpread = Math.max(0.5, (opening * fraction) / 2 / tick);
  const liquidity = instrument.dailyVolume / (instrument.dailyVolume + 6_000_000);
  const noiseRate = 0.22 + 0.75 * liquidity;
  const size = Math.max(1, dailyVolume / (PRINTS_PER_RATE * noiseRate));
  return {
    tick,
    halfSpread,
    step: Math.max(1, Math.round(halfSpread * 0.8)),
    size,
    dailyVolume,
    noiseRate,
    makerRate: 0.1 + 0.22 * liquidity,
    informedRate: 0.12 + 0.25 * liquidity,
  };
}
