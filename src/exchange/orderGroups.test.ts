import { describe, expect, it } from 'vitest';
import { ORDER_RULES } from './orderRules.js';
import { presetOf } from './presets.js';
import type { RigOptions } from './testing/ExchangeRig.js';
import { at, ExchangeRig, usd } from './testing/ExchangeRig.js';
import { playScenario } from './testing/scenario.js';

const PLAIN = { spread: { kind: 'none' }, participationBps: 0, regulatoryFees: false } as const;
/** Messages take no time, so that a line shows what it does. */
const NOW = { overrides: { ...PLAIN, orderLatency: 0, reportLatency: 0 } } as const;
const ALPACA = { overrides: { ...NOW.overrides, orderRules: ORDER_RULES.alpaca } };

describe('groups of orders, by class and basis', () => {
  const scenarios: readonly (readonly [string, RigOptions, string])[] = [
    [
      'bracket: each part of the entry arms the legs, each part of an exit shrinks the other (R24)',
      NOW,
      `
      10:00    | quote 99.98x500 100.00x40                |
      10:00:01 | A = buy 100 limit 100 profit 102 loss 99 | A partially_filled 40/100; A-tp new 0/40; A-sl new 0/40;
      | A +40@100
      10:00:02 | quote 99.98x500 100.00x60                | A filled; A-tp new 0/100; A-sl new 0/100; A +60@100
      # 30 of 100 are sold at a profit: 70 are left to protect.
      10:00:03 | quote 102.00x30 102.02x500               | A-tp partially_filled 30/100; A-sl new 0/70;
      | A-tp +30@102
      10:00:04 | print 99 100                             |
      # The stop loss takes the bid of 50: 100 − 50 = 50 for the take profit, 30 of them done.
      10:00:05 | quote 98.98x50 99.00x500                 | A-tp partially_filled 30/50;
      | A-sl partially_filled 50/70; A-sl +50@98.98
      10:00:06 | quote 98.97x500 99.00x500                | A-tp canceled; A-sl filled; A-sl +20@98.97`,
    ],
    [
      'bracket at Alpaca: the legs wait for the complete entry and die with its rest (R24)',
      ALPACA,
      `
      10:00    | quote 99.98x500 100.00x40                |
      10:00:01 | A = buy 100 limit 100 profit 102 loss 99 | A partially_filled 40/100; A-tp held 0/100;
      | A-sl held 0/100; A +40@100
      10:00:02 | cancel A                                 | A canceled; A-tp canceled; A-sl canceled
      10:00:03 | quote 99.98x500 100.00x60                |
      10:00:04 | B = buy 100 limit 100 profit 102 loss 99 | B partially_filled 60/100; B-tp held 0/100;
      | B-sl held 0/100; B +60@100
      10:00:05 | quote 99.98x500 100.00x41                | B filled; B-tp new 0/100; B-sl new 0/100; B +40@100`,
    ],
    [
      'an entry that is canceled in part leaves its legs armed for the other part',
      NOW,
      `
      10:00    | quote 99.98x500 100.00x40                |
      10:00:01 | A = buy 100 limit 100 profit 102 loss 99 | A partially_filled 40/100; A-tp new 0/40; A-sl new 0/40;
      | A +40@100
      10:00:02 | cancel A                                 | A canceled
      10:00:03 | quote 102.00x500 102.02x500              | A-tp filled; A-sl canceled; A-tp +40@102`,
    ],
    [
      'an exit that fills while its entry still works ends the entry',
      NOW,
      `
      10:00    | quote 99.98x500 100.00x40                |
      10:00:01 | A = buy 100 limit 100 profit 102 loss 99 | A partially_filled 40/100; A-tp new 0/40; A-sl new 0/40;
      | A +40@100
      10:00:02 | quote 102.00x500 102.02x500              | A canceled; A-tp filled; A-sl canceled; A-tp +40@102`,
    ],
    [
      'the cancel of any member cancels the group; an entry that ends unfilled takes its legs along',
      NOW,
      `
      10:00    | quote 99.98x500 100.00x40               |
      10:00:01 | A = buy 100 limit 99 profit 102 loss 98 | A new 0/100; A-tp held 0/100; A-sl held 0/100
      10:00:02 | cancel A-sl                             | A canceled; A-tp canceled; A-sl canceled
      10:00:03 | B = buy 100 limit 99 profit 102 loss 98 | B new 0/100; B-tp held 0/100; B-sl held 0/100
      10:00:04 | cancel B                                | B canceled; B-tp canceled; B-sl canceled
      10:00:05 | C = buy 100 limit 99 profit 102 loss 98 | C new 0/100; C-tp held 0/100; C-sl held 0/100
      10:00:06 | D = buy 20 market profit 102 loss 98    | D-tp new 0/20; D-sl new 0/20; D filled; D +20@100
      10:00:07 | cancel D-tp                             | D-tp canceled; D-sl canceled
      16:00:01 |                                         | C expired; C-tp canceled; C-sl canceled`,
    ],
    [
      'a short bracket has its exits the other way round',
      NOW,
      `
      10:00    | quote 100.00x40 100.02x500                |
      10:00:01 | A = sell 100 limit 100 profit 98 loss 101 | A partially_filled 40/100; A-tp new 0/40;
      | A-sl new 0/40; A +40@100
      10:00:02 | quote 97.98x500 98.00x500                 | A canceled; A-tp filled; A-sl canceled; A-tp +40@98`,
    ],
    [
      'oco: of two exits one cancels the other, a part shrinks it',
      NOW,
      `
      10:00    | quote 99.98x500 100.00x500                |
      10:00:01 | P = buy 100 market                        | P filled; P +100@100
      10:00:02 | A = sell 100 limit 102 loss 99 class oco  | A new 0/100; A-sl new 0/100
      10:00:03 | quote 102.00x30 102.02x500                | A partially_filled 30/100; A-sl new 0/70; A +30@102
      10:00:04 | quote 102.00x500 102.02x500               | A filled; A-sl canceled; A +70@102
      10:00:05 | Q = buy 100 market                        | Q filled; Q +100@102.02
      10:00:06 | B = sell 100 limit 104 loss 101 class oco | B new 0/100; B-sl new 0/100
      10:00:07 | quote 100.98x500 101.02x500               |
      10:00:08 | print 101 100                             | B canceled; B-sl filled; B-sl +100@100.98
      10:00:09 | C = sell 10 limit 104 loss 99 class oco   | C new 0/10; C-sl new 0/10
      10:00:10 | cancel C-sl                               | C canceled; C-sl canceled`,
    ],
    [
      'oto: one exit, with a stop-limit or a trailing stop',
      NOW,
      `
      10:00    | quote 99.98x500 100.00x500                |
      10:00    | print 100 100                             |
      10:00:01 | A = buy 100 market loss 99 losslimit 98.9 | A-sl new 0/100; A filled; A +100@100
      10:00:02 | B = buy 100 market losstrail 0.5          | B-sl new 0/100 stop 99.5; B filled; B +100@100
      10:00:03 | print 100.40 100                          | B-sl new 0/100 stop 99.9
      10:00:04 | quote 98.80x500 99.00x500                 |
      # 100.40 − 0.50 = 99.90: both are elected, the limit 98.90 of A is above the bid.
      10:00:05 | print 99 100                              | B-sl filled; B-sl +100@98.8
      10:00:06 | quote 98.95x500 99.00x500                 | A-sl filled; A-sl +100@98.9`,
    ],
    [
      'on bars the adverse one of two exits happens, also in the bar of the entry (M9)',
      NOW,
      `
      10:00    | bar 100 100 100 100                     |
      10:00:30 | A = buy 100 limit 99 profit 101 loss 98 | A new 0/100; A-tp held 0/100; A-sl held 0/100
      10:01    | bar 100 100 100 100                     |
      # Bought at 99 on the way down; the low 97 is taken to be after it, the high 102 before.
      10:02    | bar 100 102 97 100                      | A filled; A-tp canceled; A-sl filled; A +100@99;
      | A-sl +100@98
      10:02:30 | B = buy 100 market profit 101 loss 99   | B new 0/100; B-tp held 0/100; B-sl held 0/100
      10:03    | bar 100 100 100 100                     |
      10:04    | bar 100 100.5 99.5 100                  | B filled; B-tp new 0/100; B-sl new 0/100; B +100@100
      # Both exits lie in the bar.
      10:05    | bar 100 102 98 100                      | B-tp canceled; B-sl filled; B-sl +100@99
      10:05:30 | C = buy 100 market profit 101 loss 99   | C new 0/100; C-tp held 0/100; C-sl held 0/100
      10:06    | bar 100 100 100 100                     |
      # In its own bar the take profit is not looked at.
      10:07    | bar 100 102 99.5 100                    | C filled; C-tp new 0/100; C-sl new 0/100; C +100@100
      10:08    | bar 100 102 99.5 100                    | C-tp filled; C-sl canceled; C-tp +100@101`,
    ],
    [
      'a stop loss above the fill of its entry fills in its bar no better than the entry did (M9)',
      NOW,
      `
      10:00    | bar 100 100 100 100         |
      10:00:30 | A = buy 100 market loss 101 | A new 0/100; A-sl held 0/100
      10:01    | bar 100 100 100 100         |
      # Bought at the open 99; a sale at 101 would be a gift.
      10:02    | bar 99 102 98 100           | A filled; A-sl filled; A +100@99; A-sl +100@99`,
    ],
    [
      'a stop loss in the bar of its entry pays the spread of that part of the day (M9, M11)',
      { overrides: { ...NOW.overrides, spread: presetOf('papertape').spread } },
      `
      09:29    | A = buy 100 market loss 99 | A accepted 0/100; A-sl held 0/100
      # The first minutes have twice the spread: 100 × 1.5 bp = 0.015, and 99 × 3 bp = 0.0297 below $100.
      09:31    | bar 100 100 98 98          | A filled; A-sl filled; A +100@100.015; A-sl +100@98.9703`,
    ],
    [
      'a bracket that waits overnight is armed by its fill in the morning (M12)',
      NOW,
      `
      18:00            | A = buy 100 market profit 102 loss 99 | A accepted 0/100; A-tp held 0/100; A-sl held 0/100
      09:31 2013-10-08 | bar 100 101 99.5 100                  | A filled; A-tp new 0/100; A-sl new 0/100;
      | A +100@100
      09:32 2013-10-08 | bar 100 101 98 100                    | A-tp canceled; A-sl filled; A-sl +100@99`,
    ],
    [
      'a lasting bracket keeps its exits over night, one for the day does not',
      NOW,
      `
      10:00            | quote 99.98x500 100.00x500                    |
      10:00:01         | A = buy 100 market profit 102 loss 99 tif gtc | A-tp new 0/100; A-sl new 0/100; A filled;
      | A +100@100
      10:00:02         | B = buy 100 market profit 102 loss 99         | B-tp new 0/100; B-sl new 0/100; B filled;
      | B +100@100
      16:00:01         |                                               | B-tp expired; B-sl expired
      09:31 2013-10-08 | quote 102.00x500 102.02x500                   | A-tp filled; A-sl canceled; A-tp +100@102`,
    ],
    [
      'exits of an entry that fills in the last bar are for the same day, or last with it',
      NOW,
      `
      15:58            | bar 100 100 100 100                   |
      15:58:30         | A = buy 100 market profit 102 loss 99 | A new 0/100; A-tp held 0/100; A-sl held 0/100
      15:58:30         | B = buy 100 market loss 98 tif gtc    | B new 0/100; B-sl held 0/100
      # The bar ends at the close: what it arms has nothing of the day left.
      16:00            | bar 100 101 99.5 100                  | A filled; A-tp expired; A-sl expired; B filled;
      | B-sl accepted 0/100; A +100@100; B +100@100
      09:30 2013-10-08 |                                       | B-sl new 0/100
      09:31 2013-10-08 | bar 99 99 97 97                       | B-sl filled; B-sl +100@98`,
    ],
    [
      'a halt keeps the group, and its members can be canceled',
      NOW,
      `
      10:00    | quote 99.98x500 100.00x500            |
      10:00:01 | A = buy 100 market profit 102 loss 99 | A-tp new 0/100; A-sl new 0/100; A filled; A +100@100
      10:00:02 | halt on                               |
      10:00:03 | print 99 100                          |
      10:00:04 | cancel A-tp                           | A-tp canceled; A-sl canceled`,
    ],
    [
      'what does not fit is refused with all of its members (R24)',
      ALPACA,
      `
      10:00    | quote 99.98x500 100.00x500                       |
      10:00    | print 100 100                                    |
      10:00:01 | A = buy 100 limit 100 profit 98 loss 99          | A rejected LEGS_INVALID;
      | A-tp rejected LEGS_INVALID; A-sl rejected LEGS_INVALID
      10:00:02 | B = buy 100 limit 100 profit 102 loss 100        | B rejected LEGS_INVALID;
      | B-tp rejected LEGS_INVALID; B-sl rejected LEGS_INVALID
      # The market is at 100: the take profit must be at 100.01 or above.
      10:00:03 | C = buy 100 limit 98 profit 100 loss 97          | C rejected LEGS_INVALID;
      | C-tp rejected LEGS_INVALID; C-sl rejected LEGS_INVALID
      10:00:04 | D = buy 100 market profit 102 losstrail 1        | D rejected ORDER_TYPE_UNSUPPORTED;
      | D-tp rejected ORDER_TYPE_UNSUPPORTED; D-sl rejected ORDER_TYPE_UNSUPPORTED
      10:00:05 | E = buy 100 stop 101 profit 103 loss 99          | E rejected ORDER_TYPE_UNSUPPORTED;
      | E-tp rejected ORDER_TYPE_UNSUPPORTED; E-sl rejected ORDER_TYPE_UNSUPPORTED
      10:00:06 | F = buy 0.5 market profit 102 loss 99            | F rejected FRACTIONAL_INVALID;
      | F-tp rejected FRACTIONAL_INVALID; F-sl rejected FRACTIONAL_INVALID
      10:00:07 | G = buy 100 limit 100 profit 102 loss 99 tif ioc | G rejected ORDER_TYPE_UNSUPPORTED;
      | G-tp rejected ORDER_TYPE_UNSUPPORTED; G-sl rejected ORDER_TYPE_UNSUPPORTED
      10:00:08 | H = buy 100 limit 100 profit 102 loss 99.005     | H rejected PRICE_OFF_GRID;
      | H-tp rejected PRICE_OFF_GRID; H-sl rejected PRICE_OFF_GRID
      10:00:09 | I = buy 100 limit 100 profit 102 loss 99 ext     | I rejected EXTENDED_HOURS_INVALID;
      | I-tp rejected EXTENDED_HOURS_INVALID; I-sl rejected EXTENDED_HOURS_INVALID
      10:00:10 | J = buy 100 market loss 99 class oco             | J rejected ORDER_TYPE_UNSUPPORTED;
      | J-sl rejected ORDER_TYPE_UNSUPPORTED
      10:00:11 | K = buy 100 market profit 101 loss 99            | K-tp new 0/100; K-sl new 0/100; K filled;
      | K +100@100`,
    ],
  ];
  it.each(scenarios)('%s', (_, options, table) => {
    const { expected, actual } = playScenario(table, options);
    expect(actual).toEqual(expected);
  });
});

describe('what a group reserves (I-05)', () => {
  it('is that of its entry: legs never reserve, and never hold shares twice', () => {
    const rig = new ExchangeRig(NOW);
    const account = rig.exchange.account('main');
    rig.quote('10:00', 99.98, 500, 100, 40);
    rig.submit({ shares: 100, limit: 100, profit: 102, loss: 99 });
    // 40 are bought for 4,000, the other 60 reserve 6,000; the exits close what is held.
    expect([account.cash, account.reserved]).toEqual([usd(96_000), usd(6000)]);
    rig.quote('10:00:01', 99.98, 500, 100, 60);
    expect([account.cash, account.reserved]).toEqual([usd(90_000), 0]);
    // All 100 shares are held by the exits: another sale opens a short position and needs cover.
    rig.submit({ side: 'sell', shares: 100, limit: 105 });
    expect(account.reserved).toBe(usd(10_500));
  });

  it('is one order for the two of an oco that opens', () => {
    const rig = new ExchangeRig(NOW);
    rig.quote('10:00', 99.98, 500, 100, 40);
    rig.submit({ side: 'sell', shares: 100, limit: 102, loss: 99, orderClass: 'oco' });
    expect(rig.exchange.account('main').reserved).toBe(usd(10_200));
  });

  it('is that of an exit which outlives the other', () => {
    const rig = new ExchangeRig(NOW);
    const account = rig.exchange.account('main');
    rig.quote('15:30', 99.98, 500, 100, 40);
    const order = rig.submit({ side: 'buy', shares: 100, limit: 99, loss: 101, lossLimit: 101, orderClass: 'oco' });
    expect(account.reserved).toBe(usd(9900));
    // The halt holds both over the close; what is replaced then is for the next day.
    rig.halt('15:40', true);
    rig.advance(at('16:01'));
    rig.replace(rig.legs(order).loss, { limit: 102 });
    expect(account.reserved).toBe(usd(9900));
    rig.advance(at('20:00:01'));
    expect(rig.types(order).at(-1)).toContain('expired');
    expect(account.reserved).toBe(usd(10_200));
  });

  it('refuses the whole group for a client order id of a leg that was used (I-14)', () => {
    const rig = new ExchangeRig(NOW);
    rig.quote('10:00', 99.98, 500, 100, 40);
    rig.submit({ clientOrderId: 'x-sl', limit: 90 });
    const order = rig.submit({ clientOrderId: 'x', limit: 99, profit: 102, loss: 98 });
    const legs = rig.legs(order);
    expect([order, legs.profit, legs.loss].flatMap((id) => rig.types(id))).toEqual([
      'rejected DUPLICATE_CLIENT_ORDER_ID',
      'rejected DUPLICATE_CLIENT_ORDER_ID',
      'rejected DUPLICATE_CLIENT_ORDER_ID',
    ]);
    expect(rig.exchange.account('main').reserved).toBe(usd(9000));
  });
});

describe('exits of an entry that fills in the bar that ends the session', () => {
  const daily = (preset: string, entry: object, bar: readonly [number, number, number, number]): ExchangeRig => {
    const rig = new ExchangeRig({ preset, feePlan: 'zero', startTime: at('09:00', '2013-10-07') });
    rig.bar(at('16:00', '2013-10-07'), [100, 100, 100, 100], 1_000_000, '1d');
    rig.submit({ shares: 10, timeInForce: 'gtc', ...entry });
    rig.bar(at('16:00', '2013-10-08'), bar, 1_000_000, '1d');
    return rig;
  };

  it('M9: a stop loss that the daily bar of its entry reached has filled', () => {
    const { fillList, fills } = daily('optimistic', { loss: 98, profit: 103 }, [100, 104, 97, 101]);
    expect(fillList).toEqual(['10 @ 100', '10 @ 98']);
    expect(fills[1]?.receipt.rule).toBe('stop-after-entry');
  });

  it('a take profit has not, except where the preset lets exits look at the whole bar', () => {
    expect(daily('optimistic', { loss: 98, profit: 103 }, [100, 104, 99, 101]).fillList).toEqual(['10 @ 100']);
    const whole = daily('backtesting.py', { loss: 98, profit: 103 }, [100, 104, 99, 101]);
    expect(whole.fillList).toEqual(['10 @ 100', '10 @ 103']);
  });

  it('of both in one bar the stop loss is first', () => {
    const { fillList } = daily('backtesting.py', { loss: 98, profit: 103 }, [100, 104, 97, 101]);
    expect(fillList).toEqual(['10 @ 100', '10 @ 98']);
  });

  it('a limit entry leaves them for the next bar', () => {
    const { fillList } = daily('backtesting.py', { limit: 99, loss: 98, profit: 103 }, [100, 104, 97, 101]);
    expect(fillList).toEqual(['10 @ 99']);
  });
});
