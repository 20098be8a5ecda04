/** Limit-if-touched orders: when a price touches their trigger, and what the limit behind it gets then. */
import { describe, expect, it } from 'vitest';
import { parseDate } from '../calendar/tradingDate.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import { adjustOpenOrder } from './rulebook/openOrderAdjustments.js';
import type { RigOptions } from './testing/ExchangeRig.js';
import { at, ExchangeRig } from './testing/ExchangeRig.js';
import { playScenario } from './testing/scenario.js';

const PLAIN = { spread: { kind: 'none' }, participationBps: 0, regulatoryFees: false } as const;
/** Two cents from the middle, whatever the price and the part of the day. */
const WIDE = {
  kind: 'table',
  minimum: 0.02 * DOLLAR,
  tiers: [{ below: Infinity, half: 0 }],
  partPercent: { premarket: 100, open: 100, regular: 100, close: 100, afterHours: 100 },
  thinVolume: 0,
  thinFactor: 1,
} as const;
/** Messages take no time, so that a line shows what it does. */
const NOW = { overrides: { ...PLAIN, orderLatency: 0, reportLatency: 0 } } as const;
const LEAN = { preset: 'lean' } as const;

describe('limit-if-touched orders', () => {
  const scenarios: readonly (readonly [string, RigOptions, string])[] = [
    [
      'on bars: at the trigger if the limit allows it, else once the limit is traded through',
      NOW,
      `
      10:00    | bar 100 100 100 100                 |
      10:00:30 | A = buy 100 touch 99 limit 99.5     | A new 0/100
      10:00:30 | B = buy 100 touch 99 limit 98.5     | B new 0/100
      10:00:30 | C = sell 100 touch 102 limit 101    | C new 0/100
      # Neither trigger is touched: the limit of C alone would have been.
      10:02    | bar 100 101.5 99.1 100              |
      # Down to 99 and no further: B waits at its limit now, as any limit.
      10:03    | bar 100 100 99 100                  | A filled; A +100@99
      10:04    | bar 100 100 98.4 99                 | B filled; B +100@98.5
      10:05    | bar 101 102.2 101 101.5             | C filled; C +100@102`,
    ],
    [
      'on bars: an open behind the trigger touches it',
      NOW,
      `
      10:00    | bar 100 100 100 100                 |
      10:00:30 | A = buy 100 touch 99 limit 99       | A new 0/100
      10:00:30 | B = buy 100 touch 99 limit 98       | B new 0/100
      10:02    | bar 98.5 99 97.9 98.2               | A filled; B filled; A +100@98.5; B +100@98`,
    ],
    [
      'on bars with a spread: a limit that leaves no room for it must be traded through, as any limit',
      { overrides: { ...NOW.overrides, spread: WIDE } },
      `
      10:00    | bar 100 100 100 100                 |
      10:00:30 | A = buy 100 touch 99 limit 99       | A new 0/100
      10:00:30 | B = buy 100 touch 99 limit 99.01    | B new 0/100
      10:00:30 | C = buy 100 touch 99 limit 99.5     | C new 0/100
      # Offers are at 99.02 when it trades at 99: C takes one, B was traded through, A is nobody's to fill.
      10:02    | bar 100 100 99 100                  | B filled; C filled; B +100@99.01; C +100@99.02
      10:03    | bar 100 100 98.99 100               | A filled; A +100@99`,
    ],
    [
      'on bars: no better than the bar, also where stops get the close before',
      { preset: 'backtesting.py-close' },
      `
      10:00    | bar 98.5 98.5 98.5 98.5             |
      10:00    | A = buy 100 touch 99 limit 99.2     | A new 0/100
      10:01    | bar 99.5 99.6 99 99.3               | A filled; A +100@99`,
    ],
    [
      'on quotes: a print touches, then it takes within its limit or rests at it',
      NOW,
      `
      10:00    | quote 99.98x500 100.00x500          |
      10:00:01 | A = buy 100 touch 99.50 limit 99.60 | A new 0/100
      # A quote touches nothing.
      10:00:02 | quote 99.40x500 99.45x500           |
      # An odd lot touches nothing either (R3).
      10:00:03 | print 99.45 10 odd                  |
      # The 40 shares displayed at 99.55 are within 99.60.
      10:00:04 | quote 99.50x500 99.55x40            |
      10:00:05 | print 99.50 100                     | A partially_filled 40/100; A +40@99.55
      10:00:06 | quote 99.60x500 99.65x500           |
      10:00:07 | quote 99.50x500 99.58x500           | A filled; A +60@99.6`,
    ],
    [
      'by the close: a bar touches, and each bar whose close is within the limit fills at that close',
      LEAN,
      `
      10:00    | bar 100 100 100 100                 |
      10:00    | A = buy 100 touch 99.5 limit 99     | A new 0/100
      10:00    | B = sell 100 touch 101 limit 100.5  | B new 0/100
      10:01    | bar 100 101 99.5 100.4              |
      10:02    | bar 100 100.6 99 100.6              | B filled; B +100@100.6
      # Traded through, but the close is not within it.
      10:03    | bar 99.5 99.5 98.5 99.1             |
      10:04    | bar 99.1 99.2 98.5 98.9             | A filled; A +100@98.9`,
    ],
    [
      'by the close with quote bars: trades touch, the far side fills',
      LEAN,
      `
      10:00    | qbar 100 100 100 100                |
      10:00:01 | bar 100 100 100 100                 |
      10:00:02 | A = buy 100 touch 99.5 limit 100    | A new 0/100
      # The bid goes to the trigger, the trades do not.
      10:02    | qbar 100 100 99.4 99.9              |
      10:02    | bar 100 100 99.6 99.9               |
      10:03    | qbar 99.8 99.9 99.5 99.7            |
      10:03    | bar 99.8 99.9 99.5 99.7             | A filled; A +100@99.72`,
    ],
    [
      'a replace changes trigger and limit until it is touched, then the limit alone',
      NOW,
      `
      10:00    | bar 100 100 100 100                 |
      10:00:30 | A = buy 100 touch 98 limit 97       | A new 0/100
      10:00:31 | replace A by B stop 99 limit 97.5   | A replaced by B; B new 0/100
      10:02    | bar 100 100 98.9 99                 |
      10:02:30 | replace B by C stop 98              | B: replace refused NOT_REPLACEABLE
      10:02:31 | replace B by D limit 98.5           | B replaced by D; D new 0/100
      10:04    | bar 99 99 98.4 99                   | D filled; D +100@98.5`,
    ],
  ];
  it.each(scenarios)('%s', (_, options, text) => {
    const { expected, actual } = playScenario(text, options);
    expect(actual).toEqual(expected);
  });

  it('come without exits, for the regular day, on the grid', () => {
    const rig = new ExchangeRig(NOW);
    const touch = { type: 'limit_if_touched', stop: 99, limit: 98 } as const;
    const refused = [
      rig.submit({ ...touch, orderClass: 'bracket', profit: 110, loss: 90 }),
      rig.submit({ ...touch, extendedHours: true }),
      rig.submit({ ...touch, timeInForce: 'ioc' }),
      rig.submit({ ...touch, stop: 99.001 }),
      rig.submit({ type: 'limit_if_touched', limit: 98 }),
    ];
    rig.advance(at('10:00'));
    const reasons = new Map(
      rig.decided.flatMap((event) => (event.type === 'rejected' ? [[event.orderId, event.reason] as const] : [])),
    );
    expect(refused.map((id) => reasons.get(id))).toEqual([
      'ORDER_TYPE_UNSUPPORTED',
      'EXTENDED_HOURS_INVALID',
      'ORDER_TYPE_UNSUPPORTED',
      'PRICE_OFF_GRID',
      'PRICE_INVALID',
    ]);
  });

  it('are looked at by the bars that reach their trigger, and by every bar once it is touched', () => {
    const rig = new ExchangeRig(NOW);
    rig.bar(at('10:00'), [100, 100, 100, 100]);
    rig.submit({ type: 'limit_if_touched', stop: 99, limit: 98 });
    rig.submit({ type: 'limit_if_touched', side: 'sell', stop: 102, limit: 103 });
    const symbol = rig.exchange.book.symbol(0);
    const isReached = (low: number, high: number): boolean => symbol.isReachedBy(low * DOLLAR, high * DOLLAR);
    expect([isReached(99.01, 101.99), isReached(99, 100), isReached(100, 102)]).toEqual([false, true, true]);
    rig.bar(at('10:02'), [100, 100, 99, 100]);
    rig.bar(at('10:03'), [100, 100, 99.5, 100]);
    expect(isReached(100, 100)).toBe(true);
  });

  it('are touched by the trade bar also where nothing was offered when it ended', () => {
    const rig = new ExchangeRig(LEAN);
    rig.bar(at('10:00'), [100, 100, 100, 100]);
    const id = rig.submit({ type: 'limit_if_touched', stop: 99, limit: 99.5 });
    const bid = [99, 99, 99, 99] as const;
    rig.instant(
      at('10:01'),
      rig.quoteBarRow(bid, 100, [0, 0, 0, 0], 0, '1m'),
      rig.barRow([100, 100, 99, 99.2], 1000, '1m'),
    );
    expect(rig.types(id)).toContain('triggered');
    expect(rig.fillList).toEqual([]);
    const ask = [99.4, 99.4, 99.4, 99.4] as const;
    rig.instant(
      at('10:02'),
      rig.quoteBarRow(bid, 100, ask, 100, '1m'),
      rig.barRow([99.4, 99.4, 99.2, 99.4], 1000, '1m'),
    );
    expect(rig.fillList).toEqual(['100 @ 99.4']);
  });

  it('go on as they were after a snapshot: touched is touched', () => {
    const first = new ExchangeRig(NOW);
    first.bar(at('10:00'), [100, 100, 100, 100]);
    const id = first.submit({ type: 'limit_if_touched', stop: 99, limit: 98.5 });
    first.bar(at('10:02'), [100, 100, 99, 100]);
    const restored = first.sibling();
    restored.restore(JSON.parse(JSON.stringify(first.exchange.snapshot())));
    const again = first.continueOn(restored);
    for (const rig of [first, again]) {
      rig.bar(at('10:03'), [100, 100, 99.2, 100]);
      expect(rig.exchange.explain(id, rig.now)?.code).toBe('limit-not-reached');
      rig.bar(at('10:04'), [100, 100, 98.4, 100]);
    }
    expect([first.fillList, again.fillList]).toEqual([['100 @ 98.5'], ['100 @ 98.5']]);
  });

  it('say what they wait for', () => {
    const rig = new ExchangeRig(NOW);
    rig.bar(at('10:00'), [100, 100, 100, 100]);
    const id = rig.submit({ type: 'limit_if_touched', stop: 99, limit: 98 });
    rig.bar(at('10:02'), [100, 100, 99.5, 100]);
    expect(rig.exchange.explain(id, rig.now)?.code).toBe('trigger-not-touched');
    rig.bar(at('10:03'), [100, 100, 99, 99]);
    expect(rig.exchange.explain(id, rig.now)?.code).toBe('limit-not-reached');
  });

  it('are limits where a dividend lowers open orders: a purchase is lowered, a sale stays (R13)', () => {
    const terms = { limitPrice: 98 * DOLLAR, stopPrice: 99 * DOLLAR, remaining: SHARE, doNotReduce: false };
    const dividend = { kind: 'cashDividend', amount: DOLLAR } as const;
    const after = (side: 'buy' | 'sell'): string =>
      JSON.stringify(
        adjustOpenOrder(
          { side, ...terms, isExempt: false, isIfTouched: true },
          dividend,
          parseDate('2024-06-03'),
          DOLLAR,
        ),
      );
    expect(after('buy')).toContain('"limitPrice":97000000,"stopPrice":98000000');
    expect(after('sell')).toContain('unchanged');
  });
});
