/**
 * In what accounts may differ in how their orders are treated: our defaults, and what Alpaca does instead. Rows of
 * data by `AccountSettings.fidelity`; the exchange reads the fields and knows no row by its name.
 */
import type { AccountSettings } from '../domain/venueDesk.js';

/** One row. */
export interface OrderRules {
  /** Legs begin to work with each part of the entry that fills, or only once it is `complete` (R24). */
  readonly legArming: 'partial' | 'complete';
  /** The exits of a group lie beyond its entry's own limit price only, or beyond the market's price too (R24). */
  readonly basePrice: 'entry' | 'entryAndMarket';
  /** Whether entries of groups may be stop orders, and stop losses trailing ones. */
  readonly groupTypes: 'all' | 'plain';
  /** Whether the print that elects a stop must lie within the best quote (R3). */
  readonly electionWithinQuote: boolean;
}

/** The rows by the name that an account's settings give. */
export const ORDER_RULES: Readonly<Record<AccountSettings['fidelity'], OrderRules>> = {
  papertape: { legArming: 'partial', basePrice: 'entry', groupTypes: 'all', electionWithinQuote: false },
  alpaca: { legArming: 'complete', basePrice: 'entryAndMarket', groupTypes: 'plain', electionWithinQuote: true },
};
