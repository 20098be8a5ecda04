import { describe, expect, it } from 'vitest';
import { PrintFlag } from '../domain/marketTables.js';
import { at, ExchangeRig, ORDINARY } from './testing/ExchangeRig.js';

const OPENING = ORDINARY | PrintFlag.OPENING_AUCTION;
const CLOSING = ORDINARY | PrintFlag.CLOSING_AUCTION;
const NYSE = { listings: [{ venue: 'N' as const }] };

describe('auctions', () => {
  it('fill at the trade of the listing market, whatever other markets printed first (R4)', () => {
    const rig = new ExchangeRig(NYSE);
    const opening = rig.submit({ timeInForce: 'opg' });
    rig.print('09:30:00.100', 10.2, 400, OPENING, 'P');
    rig.print('09:30:01', 10, 5000, OPENING, 'N');
    const closing = rig.submit({ timeInForce: 'cls', side: 'sell' });
    rig.print('16:00:00.100', 10.7, 400, CLOSING, 'P');
    rig.print('16:00:03', 10.5, 5000, CLOSING, 'N');
    expect(rig.types(opening)).toEqual(['accepted', 'filled']);
    expect(rig.types(closing)).toEqual(['accepted', 'filled']);
    expect(rig.fillList).toEqual(['100 @ 10', '100 @ 10.5']);
    expect(rig.fills.map(({ receipt }) => receipt.rule)).toEqual(['opening-auction', 'closing-auction']);
  });

  it('take no official price for a trade: it is a message without volume (R4)', () => {
    const rig = new ExchangeRig(NYSE);
    rig.submit({ timeInForce: 'opg' });
    rig.print('09:30:00.100', 10.2, 5000, PrintFlag.OPENING_AUCTION | PrintFlag.OFFICIAL_OPEN, 'N');
    expect(rig.fillList).toEqual([]);
    rig.print('09:30:01', 10, 5000, OPENING, 'N');
    expect(rig.fillList).toEqual(['100 @ 10']);
  });

  it('give no more than traded there, and share it (M2)', () => {
    const rig = new ExchangeRig(NYSE);
    rig.submit({ timeInForce: 'opg', shares: 300 });
    rig.submit({ timeInForce: 'opg', shares: 300 });
    rig.print('09:30:01', 10, 400, OPENING, 'N');
    expect(rig.fillList).toEqual(['300 @ 10', '100 @ 10']);
  });

  const limits: readonly [string, number, string[]][] = [
    ['papertape', 10.01, ['100 @ 10']],
    ['papertape', 10, []],
    ['optimistic', 10, ['100 @ 10']],
    ['optimistic', 9.99, []],
  ];
  it.each(limits)('with %s a limit of %d on an opening at 10.00 gives %j (R4)', (preset, limit, expected) => {
    const rig = new ExchangeRig({ ...NYSE, preset });
    rig.submit({ timeInForce: 'opg', limit });
    rig.print('09:30:01', 10, 5000, OPENING, 'N');
    expect(rig.fillList).toEqual(expected);
  });

  it('are estimated from the first and last trade of the listing market, and say so; never under strict (R4)', () => {
    const run = (preset: string): string[] => {
      const rig = new ExchangeRig({ ...NYSE, preset });
      rig.submit({ timeInForce: 'opg' });
      rig.print('09:31:05', 10.2, 5000, ORDINARY, 'P');
      rig.print('09:31:06', 10.1, 5000, ORDINARY, 'N');
      rig.submit({ timeInForce: 'cls', side: 'sell' });
      rig.print('15:59:59', 10.4, 5000, ORDINARY, 'N');
      rig.advance('16:30');
      return [...rig.fillList, ...rig.fills.map(({ receipt }) => receipt.rule)];
    };
    const rules = ['opening-auction-estimated', 'closing-auction-estimated'];
    expect(run('papertape')).toEqual(['100 @ 10.1', '100 @ 10.4', ...rules]);
    expect(run('strict')).toEqual([]);
  });

  it('end their orders when there was none: an expired order, no fill', () => {
    const rig = new ExchangeRig({ ...NYSE, preset: 'strict' });
    rig.print('09:31:05', 10, 5000, ORDINARY, 'N');
    const order = rig.submit({ timeInForce: 'cls' });
    rig.print('15:59:59', 10.4, 5000, ORDINARY, 'N');
    rig.advance(Date.parse('2013-10-08T08:00:00Z') * 1000);
    expect(rig.types(order)).toEqual(['accepted', 'expired']);
  });

  const cutoffs: readonly [string, 'N' | 'Q', string, number | undefined, string][] = [
    ['15:52', 'N', '2013-10-07', undefined, 'rejected AUCTION_CUTOFF'],
    ['15:47', 'N', '2013-10-07', undefined, 'rejected AUCTION_CUTOFF'],
    ['15:47', 'Q', '2013-10-07', undefined, 'accepted'],
    ['15:47', 'N', '2024-06-03', undefined, 'accepted'],
    ['15:53', 'N', '2024-06-03', undefined, 'rejected AUCTION_CUTOFF'],
    ['15:53', 'Q', '2024-06-03', undefined, 'accepted'],
    ['15:57', 'Q', '2024-06-03', undefined, 'rejected AUCTION_CUTOFF'],
    ['15:57', 'Q', '2024-06-03', 10, 'accepted'],
    ['15:59', 'Q', '2024-06-03', 10, 'rejected AUCTION_CUTOFF'],
  ];
  it.each(cutoffs)(
    'at %s take an order of a symbol listed at %s on %s with limit %s: %s (R5)',
    (clock, venue, date, limit, expected) => {
      const rig = new ExchangeRig({
        listings: [{ venue }],
        startTime: at('04:00', date),
        overrides: { orderLatency: 0 },
      });
      rig.advance(at(clock, date));
      const order = rig.submit({ timeInForce: 'cls', ...(limit === undefined ? {} : { limit }) });
      rig.advance(rig.now + 1_000_000);
      expect(rig.types(order)).toEqual([expected]);
    },
  );

  it('take an order of the evening for the next closing, which does not end with the night (R5)', () => {
    const rig = new ExchangeRig(NYSE);
    rig.print('15:59:59', 10, 5000, ORDINARY, 'N');
    rig.advance('19:30');
    const order = rig.submit({ timeInForce: 'cls' });
    rig.advance(at('15:00', '2013-10-08'));
    expect(rig.types(order)).toEqual(['accepted']);
    rig.print(at('16:00:02', '2013-10-08'), 10.5, 5000, CLOSING, 'N');
    expect(rig.types(order)).toEqual(['accepted', 'filled']);
  });

  it('give nothing to who comes after the close, where no cut-off holds either (M10)', () => {
    const rig = new ExchangeRig({ ...NYSE, overrides: { auctionCutoffs: 'none' } });
    rig.print('15:59:59', 10, 5000, ORDINARY, 'N');
    rig.advance('16:00:01');
    rig.submit({ timeInForce: 'cls' });
    rig.print('16:00:03', 10.5, 5000, CLOSING, 'N');
    expect(rig.fillList).toEqual([]);
  });

  it('wait ten minutes for a late closing trade before they estimate', () => {
    const rig = new ExchangeRig(NYSE);
    rig.print('09:31:05', 10, 5000, ORDINARY, 'N');
    rig.submit({ timeInForce: 'cls' });
    rig.print('15:59:59', 10.4, 5000, ORDINARY, 'N');
    rig.print('16:09:59', 10.5, 9000, CLOSING, 'N');
    expect(rig.fillList).toEqual(['100 @ 10.5']);
  });

  it('take a market order that waited for the open if it came before the cut-off (M12)', () => {
    const run = (submitted: string): string[] => {
      const rig = new ExchangeRig(NYSE);
      rig.print('08:30', 10, 100, ORDINARY | PrintFlag.EXTENDED_HOURS);
      rig.advance(submitted);
      rig.submit();
      rig.quote('09:30:00.500', 9.9, 300, 10.3, 500);
      rig.print('09:30:01', 10, 5000, OPENING, 'N');
      rig.quote('09:30:02', 10.05, 300, 10.07, 500);
      return rig.fillList;
    };
    expect(run('09:00')).toEqual(['100 @ 10']);
    // Too late for the auction: the first firm quote after the stock has opened.
    expect(run('09:29')).toEqual(['100 @ 10.07']);
  });
});
