import { describe, expect, it } from 'vitest';
import { presetOf } from './presets.js';
import type { RigOptions } from './testing/ExchangeRig.js';
import { at } from './testing/ExchangeRig.js';
import { playScenario } from './testing/scenario.js';

const PLAIN = { spread: { kind: 'none' }, participationBps: 0, regulatoryFees: false } as const;
/** Messages take no time, so that a line shows what it does. */
const NOW = { overrides: { ...PLAIN, orderLatency: 0, reportLatency: 0 } } as const;
const SPREAD = { overrides: { ...NOW.overrides, spread: presetOf('papertape').spread } };
const CAPPED = { overrides: { ...NOW.overrides, participationBps: 1000 } };
const COMMISSION = { ...NOW, feePlan: 'relative-20bps' };
const EARLY = { ...NOW, startTime: at('04:00') };

describe('order types, by session and basis', () => {
  const scenarios: readonly (readonly [string, RigOptions, string])[] = [
    [
      'a stop-limit on quotes is elected by an eligible print and then takes within its limit (R3)',
      NOW,
      `
      10:00    | quote 99.98x500 100.00x500           |
      10:00:01 | A = buy 100 stop 100.50 limit 100.60 | A new 0/100
      # An odd lot elects nothing (R3).
      10:00:02 | print 100.50 10 odd                  |
      10:00:03 | quote 100.52x500 100.55x40           |
      # The 40 shares displayed at 100.55 are within 100.60.
      10:00:04 | print 100.50 100                     | A partially_filled 40/100; A +40@100.55
      10:00:05 | quote 100.70x500 100.75x500          |
      10:00:06 | quote 100.58x500 100.60x500          | A filled; A +60@100.6`,
    ],
    [
      'a stop-limit that the market jumped over rests with a queue place of its own',
      NOW,
      `
      10:00    | quote 99.98x500 100.00x500          |
      10:00:01 | A = sell 100 stop 99.50 limit 99.40 | A new 0/100
      10:00:02 | quote 99.00x500 99.05x500           |
      # Elected at 99.02, but the bid 99.00 is below the limit.
      10:00:03 | print 99.02 100                     |
      # The limit betters the offer 99.45: nobody is ahead.
      10:00:04 | quote 99.38x500 99.45x200           |
      10:00:05 | print 99.40 60                      | A partially_filled 60/100; A +60@99.4
      10:00:06 | print 99.40 150                     | A filled; A +40@99.4`,
    ],
    [
      'stop-limits on bars: at the stop if the limit allows it, at the limit after a gap (M9)',
      NOW,
      `
      10:00    | bar 100 100 100 100                |
      10:00:30 | A = buy 100 stop 101 limit 101.5   | A new 0/100
      10:00:30 | B = buy 100 stop 100.8 limit 100.9 | B new 0/100
      # This bar had begun before the orders.
      10:01    | bar 100 101.2 100 101.1            |
      10:02    | bar 100 101.2 100 101.1            | A filled; B filled; A +100@101; B +100@100.8
      10:02:30 | C = sell 100 stop 100 limit 99.5   | C new 0/100
      10:03    | bar 101 101 101 101                |
      # Opens at 99, below the limit; the high 99.4 does not reach it.
      10:04    | bar 99 99.4 98 98.5                |
      10:05    | bar 99 99.6 99 99.5                | C filled; C +100@99.5`,
    ],
    [
      'a stop-limit pays half a spread on a bar, and fills only if its limit covers that',
      SPREAD,
      `
      10:00    | bar 100 100 100 100               |
      # Half of the modelled spread at 101 is 101 × 0.75 bp = 0.007575, doubled nowhere: volume is ample.
      10:00:30 | A = buy 100 stop 101 limit 101.01 | A new 0/100
      10:00:30 | B = buy 100 stop 101 limit 101    | B new 0/100
      10:01    | bar 100 100 100 100               |
      10:02    | bar 100 101.5 100 101.2           | A filled; A +100@101.007575`,
    ],
    [
      'a trailing stop follows eligible prints and rounds away from the market (R3, R20)',
      NOW,
      `
      10:00    | print 100 100               |
      10:00:01 | A = sell 100 trail 1        | A new 0/100 stop 99
      # 101.505 − 1 = 100.505, down to the cent.
      10:00:02 | print 101.505 100           | A new 0/100 stop 100.5
      10:00:03 | print 105 100 odd           |
      10:00:04 | print 101 100               |
      10:00:05 | quote 100.40x500 100.50x500 |
      10:00:06 | print 100.50 100            | A filled; A +100@100.4`,
    ],
    [
      'a trail in percent: down for sales, up for purchases (R20)',
      NOW,
      `
      10:00    | print 33.33 100         |
      # 33.33 × 0.985 = 32.83005
      10:00:01 | A = sell 100 trail 1.5% | A new 0/100 stop 32.83
      # 33.33 × 1.015 = 33.82995
      10:00:01 | B = buy 100 trail 1.5%  | B new 0/100 stop 33.83
      # 33.00 × 1.015 = 33.495
      10:00:02 | print 33.00 100         | B new 0/100 stop 33.5
      # 34.01 × 0.985 = 33.49985; B is elected and takes the next trade.
      10:00:03 | print 34.01 100         | A new 0/100 stop 33.49
      10:00:04 | print 34 300            | B filled; B +100@34`,
    ],
    [
      'a trailing stop on bars: the adverse extreme before the better one, then the close (M9)',
      NOW,
      `
      10:00    | bar 100 100 100 100       |
      10:00:30 | A = sell 100 trail 1      | A new 0/100
      10:01    | bar 100 100.5 99.6 100.4  |
      # Begins at the open 100.4: 99.4, which the low 99.6 does not reach; the high moves it to 102, below the close.
      10:02    | bar 100.4 103 99.6 102.5  | A new 0/100 stop 102
      # The low 102.1 is above 102; the high moves it to 103, and from there the close 102.6 is behind it.
      10:03    | bar 102.5 104 102.1 102.6 | A filled; A +100@103
      10:03:30 | B = sell 100 trail 2      | B new 0/100
      10:04    | bar 102.5 103 102 103     |
      # 103 − 2 = 101 before, 105 − 2 = 103 after.
      10:05    | bar 103 105 102 105       | B new 0/100 stop 103
      # Opens at 102, through 103.
      10:06    | bar 102 102.5 101 102     | B filled; B +100@102`,
    ],
    [
      'a trailing stop is never elected outside regular hours (R3)',
      NOW,
      `
      15:59            | print 100 100                |
      15:59:01         | A = sell 100 trail 1 tif gtc | A new 0/100 stop 99
      16:30            | print 98 100 extended        |
      16:31            | print 98 100                 |
      09:31 2013-10-08 | print 97 100                 |
      09:32 2013-10-08 | quote 96.99x500 97.01x500    | A filled; A +100@96.99`,
    ],
    [
      'stops without any trade data go by the far side of quote bars',
      NOW,
      `
      10:00    | qbar 100 100 100 100              |
      10:00:30 | A = sell 100 trail 1              | A new 0/100
      10:00:30 | B = buy 100 stop 101 limit 101.02 | B new 0/100
      10:01    | qbar 100 100 100 100              |
      # Bid high 101: the stop goes to 100. Ask high 101.02 elects B, the ask closes at 101.02.
      10:02    | qbar 100 101 100 101              | A new 0/100 stop 100; B filled; B +100@101.02
      10:03    | qbar 101 101 100 100.5            | A filled; A +100@100.5`,
    ],
    [
      'fill-or-kill and immediate-or-cancel are judged once, on the first quote (R22)',
      NOW,
      `
      10:00    | quote 99.98x500 100.00x500      |
      10:00:01 | A = buy 600 market tif fok      | A canceled
      10:00:02 | B = buy 500 limit 100 tif fok   | B filled; B +500@100
      10:00:03 | C = buy 100 limit 99.99 tif fok | C canceled
      # B has taken all that is displayed.
      10:00:04 | D = buy 100 market tif ioc      | D canceled
      10:00:05 | quote 99.98x500 100.00x60       |
      10:00:06 | E = buy 100 limit 100 tif ioc   | E canceled; E +60@100
      10:00:07 | halt on                         |
      10:00:08 | F = buy 50 limit 101 tif fok    | F new 0/50
      10:00:09 | halt off                        |
      10:00:10 | quote 99.98x500 100.00x60       | F filled; F +50@100
      # Regular hours only.
      16:30    | G = buy 100 limit 100 tif ioc   | G canceled
      16:31    | H = buy 100 limit 100 tif fok   | H canceled`,
    ],
    [
      'immediate orders on bars: the next open and nothing else (R22)',
      NOW,
      `
      10:00    | bar 100 100 100 100             |
      10:00:30 | A = buy 100 limit 100 tif fok   | A new 0/100
      10:00:30 | B = buy 100 limit 100.5 tif ioc | B new 0/100
      10:01    | bar 100.2 101 99 100            |
      # The open 100.2 is beyond the limit of A, although the bar trades down to 99.
      10:02    | bar 100.2 101 99 100            | A canceled; B filled; B +100@100.2`,
    ],
    [
      'fill-or-kill on bars is bounded by the volume of the bar before (M1)',
      CAPPED,
      `
      10:00    | bar 100 100 100 100 1000   |
      10:00:30 | A = buy 101 market tif fok | A new 0/101
      10:00:30 | B = buy 100 market tif fok | B new 0/100
      10:01    | bar 100 100 100 100 1000   |
      # A tenth of 1,000 shares are 100.
      10:02    | bar 100 100 100 100 500000 | A canceled; B filled; B +100@100`,
    ],
    [
      'immediate limits on prints take the next trade with its spread, or end',
      NOW,
      `
      10:00    | print 100 100                  |
      10:00:01 | A = buy 50 limit 100 tif ioc   | A new 0/50
      10:00:01 | B = buy 50 limit 99.99 tif ioc | B new 0/50
      10:00:02 | print 100 30                   | A canceled; B canceled; A +30@100`,
    ],
    [
      'notional orders: six decimals at the fill, rounded down, never above the notional',
      NOW,
      `
      10:00    | quote 33.32x500 33.33x2   |
      # 2 × 33.33 = 66.66; 33.34 are left and buy one share.
      10:00:01 | A = buy $100 market       | A partially_filled 2; A +2@33.33
      10:00:02 | quote 33.33x500 33.34x2   | A filled; A +1@33.34
      # The other share at 33.34; 16.66 ÷ 33.34 = 0.49970005…
      10:00:03 | B = buy $50 limit 33.34   | B partially_filled 1; B +1@33.34
      10:00:04 | quote 33.33x500 33.34x200 | B filled; B +0.4997@33.34
      # 50 ÷ 33.33 = 1.500150015
      10:00:05 | C = sell $50 market       | C filled; C +1.50015@33.33
      # 4.4997 − 1.50015 = 2.99955 shares are all that is held.
      10:00:06 | D = sell $500 market      | D filled; D +2.99955@33.33
      10:00:07 | E = sell $5 market        | E rejected FRACTIONAL_INVALID`,
    ],
    [
      'a notional counts the commission in',
      COMMISSION,
      `
      10:00    | quote 9.99x500 10.00x500 |
      # 0.2 % of 100 is 0.20: 99.80 ÷ 10 = 9.98 shares for 99.80 and a fee of 0.1996.
      10:00:01 | A = buy $100 market      | A filled; A +9.98@10`,
    ],
    [
      'fractions fill by limit, stop and stop-limit too',
      NOW,
      `
      10:00    | quote 99.98x500 100.00x500      |
      10:00:01 | A = buy 0.5 limit 100           | A filled; A +0.5@100
      10:00:02 | B = buy 1.25 stop 101           | B new 0/1.25
      10:00:03 | C = sell 0.4 stop 99 limit 98.5 | C new 0/0.4
      10:00:04 | quote 100.98x500 101.00x1       |
      10:00:05 | print 101 100                   | B partially_filled 1/1.25; B +1@101
      10:00:06 | quote 98.9x500 99.00x500        | B filled; B +0.25@99
      10:00:07 | print 99 100                    | C filled; C +0.4@98.9`,
    ],
    [
      'limits for the auctions are certain only when strictly better (R4)',
      NOW,
      `
      08:00    | print 100 100 extended           |
      08:01    | A = buy 100 limit 101 tif opg    | A accepted 0/100
      08:02    | B = buy 100 limit 101.01 tif opg | B accepted 0/100
      08:03    | C = sell 100 limit 101 tif opg   | C accepted 0/100
      09:30:05 | print 101 5000 open              | B filled; B +100@101
      10:00    | quote 101x500 101.02x500         |
      10:01    | D = buy 100 limit 102 tif cls    | D accepted 0/100
      10:02    | E = buy 100 limit 102.5 tif cls  | E accepted 0/100
      16:00:05 | print 102 9000 close             | A expired; C expired; E filled; E +100@102
      20:01    |                                  | D expired`,
    ],
    [
      'limits for the auctions on bars, which stand for them',
      NOW,
      `
      08:00    | A = buy 100 limit 100 tif opg     | A accepted 0/100
      08:00    | B = buy 100 limit 100.01 tif opg  | B accepted 0/100
      09:31    | bar 100 101 99 100                | B filled; B +100@100
      10:00    | C = sell 100 limit 105 tif cls    | C accepted 0/100
      10:00    | D = sell 100 limit 104.99 tif cls | D accepted 0/100
      16:00    | bar 104 106 103 105               | A expired; C expired; D filled; D +100@105
      16:00:01 |                                   |`,
    ],
    [
      'extended hours: limits for the day and till canceled, with the flag',
      EARLY,
      `
      04:30 | A = buy 100 limit 100 ext          | A new 0/100
      04:30 | B = buy 100 limit 100              | B accepted 0/100
      04:30 | C = sell 100 limit 105 ext tif gtc | C new 0/100
      05:00 | quote 99.98x500 100.00x500         | A filled; A +100@100
      09:30 |                                    | B new 0/100
      09:31 | quote 99.98x500 100.00x500         | B filled; B +100@100
      17:00 | quote 105.00x500 105.02x500        | C filled; C +100@105`,
    ],
    [
      'done for the day: a day order ends with it, a lasting one goes on (R23)',
      NOW,
      `
      10:00            | quote 99.98x500 100.00x40     |
      10:00:01         | A = buy 100 limit 100 tif gtc | A partially_filled 40/100; A +40@100
      10:00:02         | done A                        | A done_for_day 40/100
      10:00:03         | quote 99.98x500 100.00x500    |
      10:00:04         | B = buy 100 limit 99          | B new 0/100
      10:00:05         | done B                        | B done_for_day 0/100
      16:00:01         |                               | B expired
      09:30 2013-10-08 |                               | A partially_filled 40/100
      09:31 2013-10-08 | quote 99.98x500 100.00x500    | A filled; A +60@100`,
    ],
    [
      'good till canceled ends at the close after 90 days',
      NOW,
      `
      10:00               | quote 99.98x500 100.00x40             |
      10:00:01            | A = sell 100 stop 90 limit 89 tif gtc | A new 0/100
      15:00 2014-01-06    |                                       |
      16:00:01 2014-01-06 |                                       | A canceled`,
    ],
  ];
  it.each(scenarios)('%s', (_, options, table) => {
    const { expected, actual } = playScenario(table, options);
    expect(actual).toEqual(expected);
  });
});
