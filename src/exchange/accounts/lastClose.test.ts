/** The close of the day before, with which an account compares a position. */
import { expect, it } from 'vitest';
import type { SymbolListing } from '../../domain/listing.js';
import type { AccountPositionState } from '../../domain/venueDesk.js';
import { DeskRig } from '../testing/DeskRig.js';
import { at, usd } from '../testing/ExchangeRig.js';

const DAY = '2014-06-06';

/** A position bought at 100.01 and marked at 100.00, on the first day of its account. */
function positionOf(listings: readonly SymbolListing[]): AccountPositionState | undefined {
  const rig = new DeskRig({ preset: 'optimistic', startTime: at('09:30', DAY), listings });
  rig.open('a');
  rig.quote('09:31', 99.99, 100.01, 10_000, 0, DAY);
  rig.submit('a', { shares: 10 });
  return rig.state('a').positions[0];
}

it('is that of the listing on an account’s first day, where history knows it', () => {
  const position = positionOf([{ previousClose: usd(95) }]);
  expect([position?.lastClose, position?.mark]).toEqual([usd(95), usd(100)]);
  // What was opened today is compared with what it cost.
  expect(position?.intradayPnl).toBe(position?.unrealisedPnl);
});

it('is the mark where nothing is known', () => {
  expect(positionOf([])?.lastClose).toBe(usd(100));
});
