/** Which basis decides for a symbol: the first one wanted for which its data have shown evidence. */
import type { MarketBasis } from '../preset.js';
import { Evidence } from '../SymbolMarket.js';

const EVIDENCE_OF: Readonly<Record<MarketBasis, number>> = {
  book: Evidence.BOOK,
  nbbo: Evidence.QUOTE,
  quoteBar: Evidence.QUOTE_BAR,
  lastSale: Evidence.PRINT,
  tradeBar: Evidence.BAR,
};

/** The basis among those wanted, best first; `known` are `Evidence` bits. */
export function bestBasis(wanted: readonly MarketBasis[], known: number): MarketBasis | undefined {
  return wanted.find((basis) => (known & EVIDENCE_OF[basis]) !== 0);
}
