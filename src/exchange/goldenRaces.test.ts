/**
 * Golden scenarios of races and edges: two things that happen at once, or on a boundary, and which of them counts. The
 * state before is the line above, the event and the state after stand in the line.
 */
import { describe, expect, it } from 'vitest';
import type { DatedAction } from '../domain/corporateActions.js';
import { SHARE } from '../domain/units.js';
import { DEFAULT_SETTINGS } from '../domain/venueDesk.js';
import { DeskRig } from './testing/DeskRig.js';
import type { RigOptions } from './testing/ExchangeRig.js';
import { at, usd } from './testing/ExchangeRig.js';
import { playScenario } from './testing/scenario.js';

const PLAIN = { spread: { kind: 'none' }, participationBps: 0, regulatoryFees: false } as const;
const NOW = { overrides: { ...PLAIN, orderLatency: 0, reportLatency: 0 } } as const;
/** Messages take 40 ms each way. */
const LATE = { overrides: PLAIN };
const CAPPED = { overrides: { ...NOW.overrides, participationBps: 1000 } };

describe('golden races and edges', () => {
  const scenarios: readonly (readonly [string, RigOptions, string])[] = [
    [
      'F37: a fill on the way of a cancel counts, the rest is canceled',
      LATE,
      `
      10:00        | quote 99.98x500 100.00x40 |
      10:00:01     | A = buy 100 limit 100     | A pending_new 0/100
      10:00:01.041 |                           | A partially_filled 40/100; A +40@100
      10:00:02     | cancel A                  |
      # The cancel arrives at .040.
      10:00:02.039 | quote 99.98x500 100.00x41 | A partially_filled 81/100; A +41@100
      10:00:02.041 |                           | A canceled`,
    ],
    [
      'F37: a fill on the way of a replace counts, the replace is for the remainder',
      LATE,
      `
      10:00        | quote 99.98x500 100.00x40   |
      10:00:01     | A = buy 100 limit 100       | A pending_new 0/100
      10:00:01.041 |                             | A partially_filled 40/100; A +40@100
      10:00:02     | replace A as B limit 99.99  |
      10:00:02.039 | quote 99.98x500 100.00x41   | A partially_filled 81/100; A +41@100
      10:00:02.041 |                             | A replaced by B; B partially_filled 81/100
      10:00:03     | quote 99.98x500 99.99x500   | B filled; B +19@99.99`,
    ],
    [
      'F37: cancel and fill in the same microsecond: the market is matched before messages (X13)',
      LATE,
      `
      10:00        | quote 99.98x500 100.02x500 |
      10:00:01     | A = buy 100 limit 100      | A pending_new 0/100
      10:00:01.041 |                            | A new 0/100
      10:00:02     | cancel A                   |
      10:00:02.040 | quote 99.98x500 100.00x500 | A: cancel refused; A filled; A +100@100`,
    ],
    [
      'M9: both exits in one bar, nothing finer: the adverse one happens',
      NOW,
      `
      10:00    | bar5 100 100 100 100                   |
      10:00:30 | A = buy 100 market profit 101 loss 99  | A new 0/100; A-tp held 0/100; A-sl held 0/100
      10:10    | bar5 100 100.5 99.5 100                | A filled; A-tp new 0/100; A-sl new 0/100; A +100@100
      10:15    | bar5 100 102 98 100                    | A-tp canceled; A-sl filled; A-sl +100@99`,
    ],
    [
      'M9: both exits in one bar of five minutes, with bars of one minute: they decide',
      NOW,
      `
      10:00    | bar 100 100 100 100                    |
      10:00:30 | A = buy 100 market profit 101 loss 99  | A new 0/100; A-tp held 0/100; A-sl held 0/100
      10:02    | bar 100 100.5 99.5 100                 | A filled; A-tp new 0/100; A-sl new 0/100; A +100@100
      10:03    | bar 100 102 99.5 101.5                 | A-tp filled; A-sl canceled; A-tp +100@101
      10:04    | bar 101.5 101.5 98 98                  |
      10:05    | bar5 100 102 98 98                     |`,
    ],
    [
      'M9: both exits in one minute, with prints: the first that trades decides',
      NOW,
      `
      10:00    | print 100 100                          |
      10:00:30 | A = buy 100 market profit 101 loss 99  | A new 0/100; A-tp held 0/100; A-sl held 0/100
      10:00:31 | print 100 500                          | A filled; A-tp new 0/100; A-sl new 0/100; A +100@100
      10:00:40 | print 101.01 500                       | A-tp filled; A-sl canceled; A-tp +100@101
      10:00:50 | print 98 500                           |
      10:01    | bar 100 101.01 98 98                   |`,
    ],
    ...['HALTED', 'LULD_PAUSE', 'MARKET_WIDE_1', 'MARKET_WIDE_2', 'MARKET_WIDE_3'].map(
      (status): readonly [string, RigOptions, string] => [
        `F56: ${status} across the close: nothing fills, the auction that comes fills what waited`,
        NOW,
        `
      15:58            | print 100 100                      |
      15:58            | quote 99.98x500 100.00x500         |
      15:58:30         | A = buy 100 limit 99.50            | A new 0/100
      15:58:30         | G = buy 100 limit 90 tif gtc       | G new 0/100
      15:59            | status ${status}                   |
      15:59:10         | B = buy 100 market                 | B new 0/100
      15:59:20         | print 99 500                       |
      15:59:30         | C = buy 10 limit 99                | C new 0/10
      15:59:40         | cancel C                           | C canceled
      16:00:01         |                                    |
      16:00:05         | print 99.2 9000 close              | A filled; B filled; A +100@99.2; B +100@99.2
      # Another one for the day, and no auction left.
      20:00:01         |                                    |`,
      ],
    ),
    [
      'F56: a halt across the close without an auction: orders for the day end, others stay',
      NOW,
      `
      15:58    | quote 99.98x500 100.00x500   |
      15:58:30 | A = buy 100 limit 99.50      | A new 0/100
      15:58:30 | G = buy 100 limit 90 tif gtc | G new 0/100
      15:59    | halt on                      |
      16:00:01 |                              |
      20:00:01 |                              | A expired`,
    ],
    [
      'F59: the last instants of the day: the bar before the end of the day, both before messages',
      NOW,
      `
      15:58            | bar 100 100 100 100       |
      15:58:30         | A = buy 100 limit 99      | A new 0/100
      15:58:30         | B = buy 100 limit 90      | B new 0/100
      # The last bar had begun before this one.
      15:59:59.999     | C = buy 100 limit 99      | C new 0/100
      16:00            | bar 100 100 98 99         | A filled; B expired; C expired; A +100@99
      16:00            | D = buy 100 limit 99      | D accepted 0/100
      09:30 2013-10-08 |                           | D new 0/100
      09:31 2013-10-08 | bar 98.5 98.5 98.5 98.5   | D filled; D +100@98.5`,
    ],
    [
      'M10, R5: an order for the close that the daily bar tells of is too late, and one for the open before 19:00',
      NOW,
      `
      15:40            | A = buy 100 market tif cls | A accepted 0/100
      16:00            | day 100 101 99 100.5       | A filled; A +100@100.5
      16:00            | B = buy 100 market tif cls | B rejected AUCTION_CUTOFF
      16:00            | C = buy 100 market tif opg | C rejected AUCTION_CUTOFF
      19:00            | D = buy 100 market tif opg | D accepted 0/100
      16:00 2013-10-08 | day 102 103 101 102        | D filled; D +100@102`,
    ],
    [
      'M1: an open is bounded by the volume known then, that of the bar before; a limit by its own bar',
      CAPPED,
      `
      10:00    | bar 100 100 100 100 1000        |
      10:00:30 | A = buy 300 market              | A new 0/300
      10:00:30 | L = buy 300 limit 99            | L new 0/300
      10:01    | bar 100 100 100 100 500         |
      # A tenth of 500 for the open; a tenth of 2,000 for the limit, less the 50.
      10:02    | bar 100 100 98 99 2000          | A partially_filled 50/300; L partially_filled 150/300; A +50@100;
      | L +150@99`,
    ],
    [
      'R12: an own odd lot between bid and offer is no quote for other orders',
      NOW,
      `
      10:00    | quote 99.96x500 100.00x500 |
      10:00:01 | A = buy 10 limit 99.98     | A new 0/10
      10:00:02 | B = sell 10 market         | B filled; B +10@99.96
      10:00:03 | print 99.96 10 odd         |`,
    ],
    [
      'R19: prints of six decimals decide, and set no order off the grid',
      NOW,
      `
      10:00    | print 100 100                |
      10:00:01 | A = buy 100 limit 99.99      | A new 0/100
      10:00:02 | B = sell 100 stop 99.989999  | B rejected PRICE_OFF_GRID
      10:00:03 | print 99.990001 100          |
      10:00:04 | print 99.989999 100          | A filled; A +100@99.99`,
    ],
    [
      'F33: a client order id is used up for ever, also 90 days later',
      NOW,
      `
      10:00            | quote 99.98x500 100.00x500  |
      10:00:01         | A = buy 100 market id once  | A filled; A +100@100
      10:00:02         | B = buy 100 market id once  | B rejected DUPLICATE_CLIENT_ORDER_ID
      10:00 2014-01-21 | C = buy 100 market id once  | C rejected DUPLICATE_CLIENT_ORDER_ID`,
    ],
  ];
  it.each(scenarios)('%s', (_, options, table) => {
    const { expected, actual } = playScenario(table, options);
    expect(actual).toEqual(expected);
  });
});

describe('F57: a split on an open bracket (R13)', () => {
  const EX = '2014-06-09';
  const split = (newShares: number, oldShares: number): DatedAction => {
    return { exDate: EX, symbolId: 0, action: { kind: 'split', newShares, oldShares } };
  };
  /** Buys 100 at 100.00 before a weekend with exits at 110 and 90 that last, and shows what is left on the ex-date. */
  const over = (action: DatedAction, fidelity: 'papertape' | 'alpaca'): Record<string, unknown> => {
    const rig = new DeskRig({ preset: 'optimistic', startTime: at('09:30', '2014-06-06'), corporateActions: [action] });
    rig.open('a');
    rig.request('a', { type: 'configure', settings: { ...DEFAULT_SETTINGS, fidelity } });
    rig.quote('09:31', 99.99, 100, 10_000, 0, '2014-06-06');
    rig.submit('a', {
      orderClass: 'bracket',
      timeInForce: 'gtc',
      legs: [
        { role: 'takeProfit', clientOrderId: 'tp', limitPrice: usd(110) },
        { role: 'stopLoss', clientOrderId: 'sl', stopPrice: usd(90) },
      ],
    });
    rig.advance('16:01', '2014-06-06');
    const { equity } = rig.state('a');
    rig.advance('05:00', EX);
    const state = rig.state('a');
    return {
      lost: Math.abs(state.equity - equity),
      shares: (state.positions[0]?.quantity ?? 0) / SHARE,
      exits: rig.venue.deskOrders('a').map(({ quantity, limitPrice = 0, stopPrice = 0 }) => {
        return `${quantity / SHARE} at ${(limitPrice + stopPrice) / 1e6}`;
      }),
    };
  };
  it.each([
    ['2:1 forward', split(2, 1), 'papertape', { lost: 0, shares: 200, exits: ['200 at 55', '200 at 45'] }],
    ['10:1 forward', split(10, 1), 'papertape', { lost: 0, shares: 1000, exits: ['1000 at 11', '1000 at 9'] }],
    ['1:15 reverse', split(1, 15), 'papertape', { lost: 0, shares: 6, exits: [] }],
    // Alpaca leaves members of groups as they are (R13): exits for 100 at prices of before.
    ['2:1 forward, at Alpaca', split(2, 1), 'alpaca', { lost: 0, shares: 200, exits: ['100 at 110', '100 at 90'] }],
  ] as const)('%s on %j with the rules of %s', (_, action, fidelity, expected) => {
    expect(over(action, fidelity)).toEqual(expected);
  });
});
