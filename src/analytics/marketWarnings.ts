/** What makes the data of a market doubtful of which no run was made yet, such as that of a search. */
import type { DatedAction } from '../domain/corporateActions.js';
import type { MarketBatch } from '../domain/marketTables.js';
import { presetOf } from '../exchange/presets.js';
import { evidenceGaps } from './evidenceGaps.js';
import { evidenceGapWarnings } from './evidenceGapWarnings.js';
import { overnightJumps } from './overnightJumps.js';
import { unknownSplitWarnings } from './unknownSplits.js';

/** What is known of a market before it runs. */
export interface MarketSetup {
  /** By symbol id. */
  readonly symbols: readonly string[];
  /** Units of its prices per dollar. */
  readonly priceScale: number;
  /** Splits and others that are known in its range. */
  readonly corporateActions?: readonly DatedAction[];
  /** Name of the preset that decides fills; `papertape` if absent. */
  readonly preset?: string;
}

/** Sentences on prices that jump as by an unknown split, and on days without what fills are decided on. */
export function marketWarnings(market: MarketBatch, setup: MarketSetup): readonly string[] {
  const { symbols, priceScale, corporateActions: actions = [], preset = 'papertape' } = setup;
  return [
    ...unknownSplitWarnings({ jumps: overnightJumps(market), symbols, priceScale, actions }),
    ...evidenceGapWarnings(evidenceGaps(market, symbols.length, presetOf(preset)), symbols),
  ];
}
