/**
 * The invented companies of the simulated market. None of them exists; the tickers were chosen not to be
 * those of large listed companies, so that nobody mistakes a simulated price for a real one.
 */

/** One invented instrument and how it behaves. */
export interface SimInstrument {
  readonly symbol: string;
  readonly name: string;
  readonly sector: string;
  /** Price in dollars before the first simulated day. */
  readonly price: number;
  /** Standard deviation of a day's return, as a fraction. */
  readonly dailyVolatility: number;
  /** Shares traded on an ordinary day. */
  readonly dailyVolume: number;
  /** How strongly it follows the market's common move. */
  readonly beta: number;
}

const row = (
  symbol: string,
  name: string,
  sector: string,
  price: number,
  dailyVolatility: number,
  dailyVolume: number,
  beta: number,
): SimInstrument => ({ symbol, name, sector, price, dailyVolatility, dailyVolume, beta });

/** Thirty instruments: an index fund, large, middle and small companies in six sectors. */
export const SIM_UNIVERSE: readonly SimInstrument[] = [
  row('SIMX', 'Simulated Market Index Fund', 'Index', 412.5, 0.009, 42_000_000, 1),
  row('AURX', 'Aurora Semiconductors', 'Technology', 184.2, 0.022, 21_000_000, 1.4),
  row('BYTQ', 'Bytequarry Cloud', 'Technology', 96.35, 0.026, 9_500_000, 1.3),
  row('CIRQ', 'Cirque Devices', 'Technology', 57.8, 0.021, 6_200_000, 1.1),
  row('DELF', 'Delphin Software', 'Technology', 268.9, 0.018, 4_400_000, 1.2),
  row('ECHV', 'Echovale Networks', 'Technology', 33.15, 0.028, 7_800_000, 1.3),
  row('FLYN', 'Flyan Robotics', 'Technology', 21.4, 0.038, 12_600_000, 1.6),
  row('GRNL', 'Greenlode Solar', 'Energy', 18.75, 0.034, 10_300_000, 1.2),
  row('HALC', 'Halcyon Oil', 'Energy', 74.6, 0.017, 8_700_000, 0.8),
  row('INKR', 'Inker Pipelines', 'Energy', 41.25, 0.012, 3_900_000, 0.6),
  row('JOLT', 'Joltworks Batteries', 'Energy', 12.9, 0.041, 15_800_000, 1.7),
  row('KEPL', 'Kepler Therapeutics', 'Health', 8.42, 0.055, 5_600_000, 0.9),
  row('LUMD', 'Lumen Diagnostics', 'Health', 129.4, 0.016, 2_700_000, 0.7),
  row('MEDV', 'Medivault', 'Health', 63.1, 0.019, 3_300_000, 0.8),
  row('NOVT', 'Novatine Pharma', 'Health', 211.7, 0.014, 3_800_000, 0.6),
  row('OSTR', 'Ostrea Biologics', 'Health', 4.86, 0.062, 8_900_000, 1.1),
  row('PLUM', 'Plumage Apparel', 'Consumer', 37.95, 0.02, 4_100_000, 1),
  row('QUIK', 'Quikmart Stores', 'Consumer', 152.3, 0.012, 5_900_000, 0.6),
  row('RUSK', 'Rusk & Rye Foods', 'Consumer', 46.55, 0.01, 4_800_000, 0.4),
  row('SAIL', 'Sailhouse Resorts', 'Consumer', 28.7, 0.025, 3_600_000, 1.3),
  row('TOYA', 'Toyarcade', 'Consumer', 15.2, 0.03, 6_700_000, 1.2),
  row('UPLD', 'Upland Homes', 'Consumer', 88.4, 0.019, 2_900_000, 1.1),
  row('VEGA', 'Vega National Bank', 'Finance', 54.9, 0.015, 11_200_000, 1.1),
  row('WICK', 'Wickham Insurance', 'Finance', 118.6, 0.011, 2_400_000, 0.7),
  row('XCHG', 'Exchequer Markets', 'Finance', 176.25, 0.016, 1_900_000, 1),
  row('YARD', 'Yardstick Payments', 'Finance', 71.3, 0.024, 7_100_000, 1.3),
  row('ZEST', 'Zestline Freight', 'Industry', 39.8, 0.018, 3_200_000, 1),
  row('ANVL', 'Anvil Aerospace', 'Industry', 143.9, 0.017, 3_700_000, 1.1),
  row('BRZE', 'Breeze Turbines', 'Industry', 24.35, 0.029, 5_300_000, 1.2),
  row('CRAG', 'Cragstone Mining', 'Industry', 9.65, 0.036, 9_900_000, 1),
];

/** Dollars that an instrument of tier 1 trades on an ordinary day, at least. */
const TIER_1_TURNOVER = 250_000_000;

/** The tier of an instrument in the limit up-limit down plan: the index fund and large companies are of the first. */
export function simTierOf({ price, dailyVolume }: SimInstrument): 1 | 2 {
  return price * dailyVolume >= TIER_1_TURNOVER ? 1 : 2;
}

/** The listing market of a symbol of {@link SIM_UNIVERSE}. */
export function simVenueOf(symbolId: number): 'N' | 'Q' {
  return symbolId % 2 === 0 ? 'N' : 'Q';
}
