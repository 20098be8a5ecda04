import { expect, it } from 'vitest';
import { RAW_PRICE_SCALE } from '../domain/units.js';
import { venueInstrument } from './venueInstrument.js';

it('says what the session knows: listing, loans, margin by the last close; and nothing that it does not', () => {
  const config = {
    symbols: ['AURX', 'BBB', 'CCC', 'DDD'],
    priceScale: RAW_PRICE_SCALE,
    startTime: Date.UTC(2026, 7, 3, 8) * 1000,
    listings: [{ venue: 'N', previousClose: 50 * RAW_PRICE_SCALE }, { venue: 'P' }, {}, { previousClose: 4_000_000 }],
    stockLoans: [
      { symbolId: 0, availability: 'easy' },
      { symbolId: 1, availability: 'none' },
      { symbolId: 3, availability: 'hard' },
    ],
  } as const;
  const common = { fractionable: true, marginLongPercent: 30, marginShortPercent: 30 };
  expect([0, 1, 2, 3].map((symbolId) => venueInstrument(config, symbolId, true))).toEqual([
    {
      ...common,
      symbol: 'AURX',
      name: 'Aurora Semiconductors',
      exchange: 'NYSE',
      lending: 'easy',
      previousClose: 50 * RAW_PRICE_SCALE,
    },
    { ...common, symbol: 'BBB', name: '', exchange: 'ARCA', lending: 'none' },
    { ...common, symbol: 'CCC', name: '', exchange: '', lending: 'unknown' },
    // A stock at $4: half of a long position, all of a short one.
    {
      symbol: 'DDD',
      name: '',
      exchange: '',
      lending: 'hard',
      fractionable: true,
      marginLongPercent: 50,
      marginShortPercent: 100,
      previousClose: 4_000_000,
    },
  ]);
});
