import { expect, it } from 'vitest';
import { venueInstrument } from './venueInstrument.js';

it('names the listing exchange and says what can be borrowed, as far as the session knows', () => {
  const config = {
    symbols: ['AURX', 'BBB', 'CCC'],
    listings: [{ venue: 'N' }, { venue: 'P' }],
    stockLoans: [
      { symbolId: 0, availability: 'easy' },
      { symbolId: 1, availability: 'none' },
    ],
  } as const;
  const common = { fractionable: true };
  expect([0, 1, 2].map((symbolId) => venueInstrument(config, symbolId, true))).toEqual([
    { ...common, symbol: 'AURX', name: 'Aurora Semiconductors', exchange: 'NYSE', shortable: true },
    { ...common, symbol: 'BBB', name: 'BBB', exchange: 'ARCA', shortable: false },
    { ...common, symbol: 'CCC', name: 'CCC', exchange: 'NASDAQ', shortable: true },
  ]);
});
