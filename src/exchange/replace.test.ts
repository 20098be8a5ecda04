import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { soakCount } from '../../test/soak.js';
import type { RigOptions } from './testing/ExchangeRig.js';
import { at, ExchangeRig, usd } from './testing/ExchangeRig.js';
import { playScenario } from './testing/scenario.js';

const PLAIN = { spread: { kind: 'none' }, participationBps: 0, regulatoryFees: false } as const;
/** Messages take no time, so that a line shows what it does. */
const NOW = { overrides: { ...PLAIN, orderLatency: 0, reportLatency: 0 } } as const;
/** Messages take 40 ms each way. */
const LATE = { overrides: PLAIN };

describe('replaced orders', () => {
  const scenarios: readonly (readonly [string, RigOptions, string])[] = [
    [
      'keep what was filled, and lose their place unless only the size goes down',
      { ...NOW, overrides: { ...NOW.overrides, queuePercent: 100 } },
      `
      10:00    | quote 99.98x300 100.00x40  |
      10:00:01 | A = buy 100 limit 100      | A partially_filled 40/100; A +40@100
      # Joins the best bid behind 300 shares.
      10:00:02 | replace A as B limit 99.98 | A replaced by B; B partially_filled 40/100
      10:00:03 | print 99.98 250            |
      # 50 are left ahead, also of the smaller order.
      10:00:04 | replace B as C shares 80   | B replaced by C; C partially_filled 40/80
      10:00:05 | print 99.98 60             | C partially_filled 50/80; C +10@99.98
      # A larger one joins again, behind the 300 of the quote.
      10:00:06 | replace C as D shares 90   | C replaced by D; D partially_filled 50/90
      10:00:07 | quote 99.98x300 100.00x41  |
      10:00:08 | print 99.98 300            |
      10:00:09 | print 99.98 400            | D filled; D +40@99.98`,
    ],
    [
      'are refused where nothing could go on, and then are as they were',
      NOW,
      `
      10:00    | quote 99.98x500 100.00x60           |
      10:00:01 | A = buy 100 limit 100               | A partially_filled 60/100; A +60@100
      10:00:02 | replace A as B shares 60            | A: replace refused QUANTITY_INVALID
      10:00:03 | replace A as C limit 99.985         | A: replace refused PRICE_OFF_GRID
      10:00:04 | replace A as D stop 98              | A: replace refused NOT_REPLACEABLE
      10:00:05 | replace A as E shares 2000          | A: replace refused BUYING_POWER
      10:00:06 | X = buy 1 limit 90 id taken         | X new 0/1
      10:00:07 | replace A as F limit 99.99 id taken | A: replace refused DUPLICATE_CLIENT_ORDER_ID
      10:00:08 | replace A as G tif cls              | A replaced by G; G partially_filled 60/100
      16:00:01 |                                     | X expired; G expired
      16:00:02 | replace A as H limit 99             | A: replace refused ORDER_UNKNOWN`,
    ],
    [
      'change stops until they are elected, and trails that go on from the best price',
      NOW,
      `
      10:00    | print 100 100                          |
      10:00:01 | A = sell 100 stop 99                   | A new 0/100
      10:00:02 | replace A as B stop 99.5               | A replaced by B; B new 0/100
      10:00:03 | C = sell 100 trail 1                   | C new 0/100 stop 99
      10:00:04 | print 101 100                          | C new 0/100 stop 100
      # 101 − 1.255 = 99.745
      10:00:05 | replace C as D trail 1.255             | C replaced by D; D new 0/100 stop 99.74
      # A trail keeps its unit.
      10:00:05 | replace D as X trail 1%                | D: replace refused NOT_REPLACEABLE
      10:00:06 | E = buy 100 stop 101 limit 101 tif gtc | E new 0/100
      10:00:07 | replace E as F limit 101.5 tif day     | E replaced by F; F new 0/100
      10:00:08 | print 101 50                           |
      10:00:09 | replace F as G stop 102                | F: replace refused NOT_REPLACEABLE
      10:00:10 | halt on                                |
      10:00:11 | replace F as H limit 101.6             | F replaced by H; H new 0/100`,
    ],
    [
      'go on from the best price at their new distance also while nothing trades',
      NOW,
      `
      10:00    | print 100 100                  |
      10:00:01 | A = sell 100 trail 1 tif gtc   | A new 0/100 stop 99
      10:00:02 | halt on                        |
      10:00:03 | replace A as B trail 2         | A replaced by B; B new 0/100 stop 98
      10:00:04 | halt off                       |
      10:02    | print 98.5 100                 |
      17:00    | replace B as C trail 2.5       | B replaced by C; C accepted 0/100 stop 97.5`,
    ],
    [
      'stay members of their group',
      NOW,
      `
      10:00    | quote 99.98x500 100.00x500               |
      10:00:01 | A = buy 100 limit 99 profit 102 loss 98  | A new 0/100; A-tp held 0/100; A-sl held 0/100
      10:00:02 | replace A-tp as T limit 103              | A-tp replaced by T; T held 0/100
      10:00:03 | replace A as B limit 100                 | A replaced by B; A-sl new 0/100; T new 0/100; B filled;
      | B +100@100
      10:00:04 | replace A-sl as S stop 103               | A-sl: replace refused LEGS_INVALID
      10:00:05 | replace A-sl as U stop 99.5              | A-sl replaced by U; U new 0/100
      10:00:06 | replace T as V shares 50                 | T: replace refused NOT_REPLACEABLE
      10:00:07 | print 99.5 100                           | T canceled; U filled; U +100@99.98
      10:00:08 | C = buy 100 limit 99 profit 102 loss 98  | C new 0/100; C-tp held 0/100; C-sl held 0/100
      10:00:09 | replace C as D limit 97.5                | C: replace refused LEGS_INVALID
      10:00:10 | P = buy 100 market                       | P filled; P +100@100
      10:00:11 | E = sell 100 limit 104 loss 98 class oco | E new 0/100; E-sl new 0/100
      10:00:12 | replace E as F limit 103                 | E replaced by F; F new 0/100
      10:00:13 | replace E-sl as G stop 97                | E-sl replaced by G; G new 0/100
      10:00:14 | cancel G                                 | F canceled; G canceled`,
    ],
    [
      'race fills, cancels and themselves: whoever is at the venue first wins (F34, F37)',
      LATE,
      `
      10:00        | quote 99.98x500 100.00x40  |
      10:00:01     | A = buy 100 limit 100      | A pending_new 0/100
      10:00:01.041 |                            | A partially_filled 40/100; A +40@100
      # The fill at .030 wins against the cancel, which arrives at .040.
      10:00:02     | cancel A                   |
      10:00:02.030 | quote 99.98x500 100.00x500 | A filled; A +60@100
      10:00:02.041 |                            | A: cancel refused
      10:00:03     | B = buy 100 limit 99.99    | B pending_new 0/100
      10:00:03.050 |                            | B new 0/100
      # 60 fill at the old limit before the new one arrives: it goes on with 40.
      10:00:04     | replace B as C limit 99.98 |
      10:00:04.010 | quote 99.97x500 99.99x60   | B partially_filled 60/100; B +60@99.99
      10:00:04.050 |                            | B replaced by C; C partially_filled 60/100
      10:00:05     | replace C as D shares 60   |
      10:00:05.050 |                            | C: replace refused QUANTITY_INVALID
      # The cancel was meant for C; what C has become is canceled.
      10:00:06     | replace C as E shares 70   |
      10:00:06.010 | cancel C                   |
      10:00:06.045 |                            | C replaced by E; E partially_filled 60/70
      10:00:06.055 |                            | E canceled
      10:00:07     | F = buy 100 limit 99.98    | F pending_new 0/100
      10:00:07.010 | replace F as G limit 99.97 |
      10:00:07.020 | cancel G                   |
      10:00:07.045 |                            | F new 0/100
      10:00:07.055 |                            | F replaced by G; G new 0/100
      10:00:07.065 |                            | G canceled`,
    ],
    [
      'come too late for an order that has expired',
      LATE,
      `
      15:58        | bar 100 100 100 100     |
      15:59:59     | A = buy 100 limit 99    | A pending_new 0/100
      15:59:59.970 | replace A as B limit 98 | A new 0/100
      16:00:01     |                         | A: replace refused ORDER_UNKNOWN; A expired`,
    ],
  ];
  it.each(scenarios)('%s', (_, options, table) => {
    const { expected, actual } = playScenario(table, options);
    expect(actual).toEqual(expected);
  });
});

describe('the reserve of a replaced order (I-05)', () => {
  it('is the larger of both until the answer, then that of the one that goes on', () => {
    const rig = new ExchangeRig(LATE);
    const account = rig.exchange.account('main');
    rig.quote('10:00', 99.98, 500, 100, 500);
    const order = rig.submit({ shares: 100, limit: 90 });
    rig.advance('10:00:01');
    const larger = rig.replace(order, { shares: 150, limit: 92 });
    expect(account.reserved).toBe(usd(13_800));
    rig.advance('10:00:02');
    expect(account.reserved).toBe(usd(13_800));
    rig.replace(larger, { shares: 10, limit: 91 });
    expect(account.reserved).toBe(usd(13_800));
    rig.advance('10:00:03');
    expect(account.reserved).toBe(usd(910));
  });

  it('is the larger of all that are on their way, so that none is judged without its own (I-05)', () => {
    const rig = new ExchangeRig(LATE);
    const account = rig.exchange.account('main');
    rig.quote('10:00', 99.98, 500, 100, 500);
    const order = rig.submit({ shares: 100, limit: 90 });
    rig.advance('10:00:01');
    rig.replace(order, { shares: 0 });
    rig.advance('10:00:01.010');
    rig.replace(order, { shares: 1200 });
    rig.advance('10:00:01.045');
    expect(account.reserved).toBe(usd(108_000));
    const refusals = ['QUANTITY_INVALID', 'BUYING_POWER'].map((reason) => `replaceRejected ${reason}`);
    expect(rig.types(order)).toEqual(['accepted', ...refusals]);
    expect(account.reserved).toBe(usd(9000));
  });

  it('does not stand in the way of a smaller one: that is judged by what it needs itself (I-05)', () => {
    const rig = new ExchangeRig(LATE);
    rig.quote('10:00', 99.98, 500, 100, 500);
    const order = rig.submit({ shares: 100, limit: 90 });
    rig.advance('10:00:01');
    rig.replace(order, { shares: 50 });
    rig.replace(order, { shares: 1200 });
    expect(rig.types(order)).toEqual(['accepted', 'replaced', 'replaceRejected ORDER_UNKNOWN']);
    expect(rig.exchange.account('main').reserved).toBe(usd(4500));
  });

  it('is never that of a fraction sold short: another sale closes the position already', () => {
    const rig = new ExchangeRig(LATE);
    rig.quote('10:00', 99.98, 500, 100, 500);
    rig.submit({ shares: 1 });
    rig.advance('10:00:01');
    rig.submit({ side: 'sell', shares: 1, limit: 105 });
    const short = rig.submit({ side: 'sell', shares: 1, limit: 105 });
    rig.advance('10:00:02');
    rig.replace(short, { shares: 0.5 });
    expect(rig.types(short)).toEqual(['accepted', 'replaceRejected FRACTIONAL_INVALID']);
  });

  it.each([
    [{ symbolId: 7 }, 'SYMBOL_NOT_TRADABLE'],
    [{ clientOrderId: 'again' }, 'DUPLICATE_CLIENT_ORDER_ID'],
  ])('is nothing of an order with %j, which will be refused', (doomed, reason) => {
    const rig = new ExchangeRig(LATE);
    rig.cancel(rig.submit({ shares: 100, limit: 90, clientOrderId: 'again' }));
    rig.advance('10:00:01');
    const order = rig.submit({ shares: 100, limit: 90, ...doomed });
    rig.replace(order, { shares: 110 });
    expect(rig.exchange.account('main').reserved).toBe(0);
    expect(rig.types(order)).toEqual([`rejected ${reason}`, 'replaceRejected ORDER_UNKNOWN']);
  });

  it('goes back to what it was when the replace is refused', () => {
    const rig = new ExchangeRig(LATE);
    const account = rig.exchange.account('main');
    rig.quote('10:00', 99.98, 500, 100, 500);
    const order = rig.submit({ shares: 100, limit: 90 });
    rig.advance('10:00:01');
    rig.replace(order, { shares: 1200 });
    expect(account.reserved).toBe(usd(108_000));
    expect(rig.types(order)).toEqual(['accepted', 'replaceRejected BUYING_POWER']);
    expect(account.reserved).toBe(usd(9000));
  });
});

describe('every order of fill, cancel, replace and the end of the day (F34, F37)', () => {
  // Each happens at its own place in the list, a few milliseconds apart; the messages take 40 ms, the market none.
  const kinds = ['cancel', 'replace', 'replaceAgain', 'fillPart', 'fillAll', 'close'] as const;
  it('leaves one life with one end: nothing is filled twice, nothing after the end, nothing is lost', () => {
    const ends = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...kinds], { minLength: 2 }),
        fc.array(fc.integer({ min: 0, max: 45 }), { minLength: 6, maxLength: 6 }),
        fc.constantFrom('limit', 'bracket'),
        (list, gaps, kind) => {
          const rig = new ExchangeRig({ overrides: { ...PLAIN } });
          rig.quote('15:59:58', 99.98, 500, 100.1, 500);
          const exits = kind === 'bracket' ? { profit: 102, loss: 98 } : {};
          let order = rig.submit({ shares: 100, limit: 100, ...exits });
          let now = at('15:59:59.500');
          rig.advance(now);
          list.forEach((what, index) => {
            now += (gaps[index] ?? 0) * 1000;
            const clock = what === 'close' ? Math.max(now, at('16:00:00.001')) : now;
            now = clock;
            rig.advance(clock);
            if (what === 'cancel') rig.cancel(order);
            else if (what === 'replace')
              order = rig.replace(order, kind === 'bracket' ? { limit: 99.99 } : { shares: 80 });
            else if (what === 'replaceAgain') order = rig.replace(order, { limit: 100.01 });
            else if (what === 'fillPart') rig.quote(clock, 99.9, 500, 99.99, 30);
            else if (what === 'fillAll') rig.quote(clock, 99.9, 500, 99.98, 500);
          });
          rig.advance(at('16:01'));
          rig.naive.compare(rig.exchange.account('main'));
          expect(rig.faults()).toEqual([]);
          // What still works are the exits of what was filled, and only until the close.
          expect([...rig.exchange.book.orders.keys()]).toEqual([]);
          expect(rig.exchange.account('main').reserved).toBe(0);
          const filled = rig.fills.filter(({ side }) => side === 'buy').reduce((sum, fill) => sum + fill.quantity, 0);
          expect(filled).toBeLessThanOrEqual(100_000_000);
          for (const type of rig.types()) ends.set(type, (ends.get(type) ?? 0) + 1);
        },
      ),
      { numRuns: soakCount(300, 20_000) },
    );
    const wanted = ['filled', 'canceled', 'expired', 'replaced', 'cancelRejected', 'replaceRejected ORDER_UNKNOWN'];
    for (const type of wanted) expect([type, (ends.get(type) ?? 0) > 0]).toEqual([type, true]);
  });
});

describe('busts and corrections (R23, F41)', () => {
  it('take a fill back after the end of its order, money, shares and fees', () => {
    const rig = new ExchangeRig({ ...NOW, feePlan: 'relative-20bps' });
    const account = rig.exchange.account('main');
    rig.quote('10:00', 99.98, 500, 100, 500);
    const order = rig.submit({ shares: 100 });
    const [fill] = rig.fills;
    expect([account.cash, account.fees]).toEqual([usd(89_980), usd(20)]);
    if (fill !== undefined) rig.bust(fill);
    expect(rig.types(order)).toEqual(['accepted', 'filled', 'busted']);
    expect([account.cash, account.fees, account.quantityOf(0), account.realisedPnl]).toEqual([usd(100_000), 0, 0, 0]);
  });

  it('book the profit of shares that were sold in the meantime', () => {
    const rig = new ExchangeRig(NOW);
    const account = rig.exchange.account('main');
    rig.quote('10:00', 99.98, 500, 100, 500);
    rig.submit({ shares: 100 });
    const [fill] = rig.fills;
    rig.quote('10:01', 101, 500, 101.02, 500);
    rig.submit({ side: 'sell', shares: 100 });
    if (fill !== undefined) rig.bust(fill);
    // 100,000 − 10,000 paid + 10,100 received + 10,000 back; the 100 shares that were sold are short now.
    expect([account.quantityOf(0), account.cash]).toEqual([-100_000_000, usd(110_100)]);
  });

  it('let a fill stand at another price and size', () => {
    const rig = new ExchangeRig(NOW);
    const account = rig.exchange.account('main');
    rig.quote('10:00', 99.98, 500, 100, 500);
    rig.submit({ shares: 100 });
    const [fill] = rig.fills;
    if (fill !== undefined) rig.correct(fill, usd(100.5), 80_000_000);
    // 80 × 100.50 = 8,040 paid in the end.
    expect([account.quantityOf(0), account.cash]).toEqual([80_000_000, usd(91_960)]);
    expect(rig.faults()).toEqual([]);
  });
});

it('makes a leg that a halt held at the close an order for the next day, as any that is replaced then (R7)', () => {
  const rig = new ExchangeRig({ preset: 'optimistic' });
  rig.bar('15:58', [100, 100, 100, 100]);
  const entry = rig.submit({ shares: 10, profit: 110, loss: 90 });
  rig.bar('15:59', [100, 100, 100, 100]);
  const { profit, loss } = rig.legs(entry);
  const simple = rig.submit({ shares: 10, limit: 80 });
  rig.halt('15:59:30', true);
  rig.advance('16:00:30');
  const [next, lower] = [rig.replace(loss, { stop: 91 }), rig.replace(simple, { limit: 81 })];
  rig.advance('20:00:01');
  expect(rig.types(profit).at(-1)).toBe('expired');
  expect([rig.types(next), rig.types(lower)]).toEqual([[], []]);
});
