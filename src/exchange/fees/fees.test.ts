import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDate, parseDate } from '../../calendar/tradingDate.js';
import { DOLLAR, notional, SHARE } from '../../domain/units.js';
import { rateOn, SEC_RATES, TAF_RATES } from '../rulebook/usEquityFees.js';
import { settlementDate } from '../rulebook/settlement.js';
import { isOnGrid, tickOf } from '../rulebook/tickSizes.js';
import { describeFees, feePlanOf } from './feePlans.js';
import { RegulatoryFees } from './RegulatoryFees.js';

const usd = (dollars: number): number => Math.round(dollars * DOLLAR);

describe('commission plans', () => {
  const cases: readonly [string, number, number, number][] = [
    // plan, shares, price, commission of the whole order
    ['zero', 100, 50, 0],
    ['interactive-brokers-fixed', 100, 50, 1], // 0.50, minimum 1.00
    ['interactive-brokers-fixed', 1000, 50, 5],
    ['interactive-brokers-fixed', 1000, 0.25, 2.5], // 5.00, maximum 1 % of 250
    ['interactive-brokers-fixed', 10, 0.2, 0.02], // the maximum 1 % of 2.00 is below the minimum
    ['lean-interactive-brokers', 1000, 0.25, 1.25], // 5.00, maximum 0.5 % of 250
    ['lean-interactive-brokers', 10, 0.2, 1], // the minimum is above the maximum
    ['relative-20bps', 59, 169.02, 19.94436],
    ['per-order-100usd+relative-100bps', 47, 110.75, 152.0525],
    ['per-share-0.0035usd', 200, 10, 0.7],
    ['per-order-1.25usd', 200, 10, 1.25],
    ['relative-7bps', 1000, 100, 70],
    ['relative-0.1bps', 1000, 100, 1],
    ['relative-0.1bps+min-1.5usd', 1000, 100, 1.5],
    ['per-share-0.005usd+min-1usd+max-100bps', 10, 0.2, 0.02], // the maximum stands last
    ['per-share-0.005usd+max-50bps+min-1usd', 10, 0.2, 1],
    ['per-share-0.005usd+max-50bps+min-1usd', 1000, 0.25, 1.25],
    ['per-order-1usd', 1000, 100, 1],
  ];
  it.each(cases)('%s: %d shares at %d cost %d', (name, shares, price, expected) => {
    const value = usd(shares * price);
    expect(feePlanOf(name).commission(shares * SHARE, value)).toBe(usd(expected));
  });

  it('owe nothing before a fill and refuse unknown names', () => {
    expect(feePlanOf('interactive-brokers-fixed').commission(0, 0)).toBe(0);
    expect(() => feePlanOf('min-1usd')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    // A maximum of nothing would be none, and of two bounds of a kind one would mean nothing.
    for (const bounds of ['max-0bps', 'max-0.00bps', 'max-10bps+max-20bps', 'min-1usd+max-10bps+min-2usd']) {
      expect(() => feePlanOf(`per-order-1usd+${bounds}`)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    }
    expect(() => feePlanOf('free lunch')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  // Zipline's tests of commissions: one order of three fills, 230, 170 and 100 shares at 100, 101 and 102.
  it.each([
    ['per-order-10usd', [10, 10, 10]],
    ['per-share-0.0075usd', [1.725, 3, 3.75]],
    ['relative-15bps', [34.5, 60.255, 75.555]],
    // With a minimum that the first, the second, the third fill meets, and none.
    ['per-share-0.0075usd+min-1usd', [1.725, 3, 3.75]],
    ['per-share-0.0075usd+min-2.5usd', [2.5, 3, 3.75]],
    ['per-share-0.0075usd+min-3.5usd', [3.5, 3.5, 3.75]],
    ['per-share-0.0075usd+min-5.5usd', [5.5, 5.5, 5.5]],
    // A fee of the exchange once an order, as its commissions of futures have it.
    ['per-order-0.3usd+per-share-0.01usd', [2.6, 4.3, 5.3]],
    ['per-order-0.3usd+per-share-0.01usd+min-5usd', [5, 5, 5.3]],
  ])('%s: as Zipline has it, %j dollars in all after each fill', (name, expected) => {
    const plan = feePlanOf(name);
    const fills = [230 * 100, 170 * 101, 100 * 102];
    const owed = [230, 400, 500].map((shares, index) => {
      const value = fills.slice(0, index + 1).reduce((sum, part) => sum + part, 0);
      return plan.commission(shares * SHARE, usd(value)) / DOLLAR;
    });
    expect(owed).toEqual(expected);
  });

  it('never decrease while an order fills, so that no fill is paid back', () => {
    const names = ['interactive-brokers-fixed', 'lean-interactive-brokers', 'relative-20bps', 'per-order-1usd'];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 100, max: 5_000_000 }))),
        (name, fills) => {
          const plan = feePlanOf(name);
          let [shares, value, paid] = [0, 0, 0];
          for (const [quantity, price] of fills) {
            shares += quantity * SHARE;
            value += price * quantity;
            const owed = plan.commission(shares, value);
            expect(owed).toBeGreaterThanOrEqual(paid);
            paid = owed;
          }
        },
      ),
    );
  });

  it('afford exactly: what is affordable is, one share more is not', () => {
    const names = ['zero', 'interactive-brokers-fixed', 'relative-20bps', 'per-order-1usd'];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.integer({ min: 0, max: 1e11 }),
        fc.integer({ min: 100, max: 1e9 }),
        (name, available, price) => {
          const plan = feePlanOf(name);
          const cost = (quantity: number): number => {
            const value = notional(price, quantity, 1_000_000);
            return value + plan.commission(quantity, value);
          };
          const quantity = plan.affordable(available, price, 1_000_000);
          if (quantity > 0) expect(cost(quantity)).toBeLessThanOrEqual(available);
          expect(cost(quantity + SHARE)).toBeGreaterThan(available);
        },
      ),
    );
  });
});

describe('SEC and TAF fees (R16)', () => {
  const fees = new RegulatoryFees();
  const october = parseDate('2013-10-07');

  it('are $17.40 a million and $0.000119 a share in October 2013, each rounded up to the cent', () => {
    // 100,000 × 17.40 ÷ 1,000,000 = 1.74; 1,000 × 0.000119 = 0.119.
    expect(fees.secOwed(usd(100_000), october)).toBe(usd(1.74));
    expect(fees.secOwed(usd(100_001), october)).toBe(usd(1.75));
    expect(fees.tafOwed(1000 * SHARE, october)).toBe(usd(0.12));
    expect(fees.tafOwed(1_000_000 * SHARE, october)).toBe(usd(5.95));
  });

  it('take the SEC rate of the settlement date: the new one already three trading days before it starts', () => {
    // 22.10 from Tuesday 2014-03-18; a trade of Thursday 03-13 settles on that day, one of 03-12 on Monday.
    expect(fees.secOwed(usd(1_000_000), parseDate('2014-03-12'))).toBe(usd(17.4));
    expect(fees.secOwed(usd(1_000_000), parseDate('2014-03-13'))).toBe(usd(22.1));
  });

  it('flag uncertain rates in words, and never take an unknown rate for zero', () => {
    expect(fees.notesOn(parseDate('2024-02-01'))).toContain('TAF rate uncertain');
    expect(fees.notesOn(parseDate('2026-05-01'))).toBe('');
    expect(fees.notesOn(parseDate('1999-05-03'))).toContain('SEC rate uncertain');
    expect(fees.secOwed(usd(1_000_000), parseDate('1999-05-03'))).toBeGreaterThan(0);
    expect(fees.tafOwed(SHARE, parseDate('2027-05-03'))).toBeGreaterThan(0);
  });

  it.each([
    ['SEC', SEC_RATES],
    ['TAF', TAF_RATES],
  ])('%s rates ascend by date and each names its source', (_, rates) => {
    rates.forEach((rate, index) => {
      expect(rate.source).not.toBe('');
      expect(rate.from).toBeGreaterThan(rates[index - 1]?.from ?? 0);
      expect(rateOn(rates, rate.from).rate).toBe(rate);
    });
  });
});

describe('the rulebook', () => {
  it.each([
    ['2013-10-07', '2013-10-10'], // T+3
    ['2013-10-10', '2013-10-16'], // over Columbus Day, which trades and does not settle (R17)
    ['2017-09-01', '2017-09-07'], // T+3, over Labor Day
    ['2017-09-05', '2017-09-07'], // T+2
    ['2024-05-24', '2024-05-29'], // T+2, over Memorial Day
    ['2024-05-28', '2024-05-29'], // T+1
    ['2024-11-08', '2024-11-12'], // T+1, over Veterans Day
  ])('a trade of %s settles on %s', (trade, settlement) => {
    expect(formatDate(settlementDate(parseDate(trade)))).toBe(settlement);
  });

  it('knows the tick by the order price itself, at any scale (R20)', () => {
    expect([tickOf(1_000_000, 1_000_000), tickOf(999_999, 1_000_000)]).toEqual([10_000, 100]);
    expect(isOnGrid(100_000_000, 100_000_000)).toBe(true);
    expect(isOnGrid(100_500_000, 100_000_000)).toBe(false);
  });
});

describe('what is charged, in words', () => {
  it.each([
    ['zero', true, 'no commission, SEC and TAF on sales'],
    ['zero', false, 'no commission, no SEC or TAF'],
    ['interactive-brokers-fixed', true, 'commission interactive-brokers-fixed, SEC and TAF on sales'],
  ] as const)('%s, regulatory fees %s', (plan, regulatory, words) => {
    expect(describeFees(plan, regulatory)).toBe(words);
  });
});
