import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDate } from '../calendar/tradingDate.js';
import { PrintFlag } from './marketTables.js';
import { planOfTape, SALE_CONDITIONS, SaleConditions } from './saleConditions.js';

/** Flags in words, in a fixed order. */
function words(flags: number): string {
  const names: [number, string][] = [
    [PrintFlag.LAST, 'last'],
    [PrintFlag.HIGH_LOW, 'range'],
    [PrintFlag.VOLUME, 'volume'],
    [PrintFlag.EXTENDED_HOURS, 'extended'],
    [PrintFlag.ODD_LOT, 'odd'],
    [PrintFlag.OPENING_AUCTION, 'open'],
    [PrintFlag.CLOSING_AUCTION, 'close'],
  ];
  return names
    .filter(([bit]) => (flags & bit) !== 0)
    .map(([, name]) => name)
    .join(' ');
}

const of = (tape: 'A' | 'B' | 'C', codes: string, date = '2026-08-03'): string =>
  words(new SaleConditions(planOfTape(tape), parseDate(date)).of(codes).flags);

describe('sale conditions (R1, R2)', () => {
  it.each([
    ['A', '', 'last range volume'],
    ['A', '@', 'last range volume'],
    ['C', '@F', 'last range volume'],
    ['A', 'B', 'volume'], // average price on CTA
    ['B', 'B', 'volume'],
    ['C', 'B', 'last range volume'], // bunched on UTP
    ['C', 'W', 'volume'],
    ['A', 'C', 'volume'],
    ['A', 'H', 'volume'],
    ['A', 'I', 'volume odd'],
    ['A', 'N', 'volume'],
    ['A', 'V', 'volume'],
    ['A', '7', 'volume'],
    ['A', '4', 'range volume'],
    ['C', 'P', 'range volume'],
    ['C', 'Z', 'range volume'],
    ['C', 'G', 'range volume'],
    ['A', 'R', 'range volume'],
    ['A', 'M', ''], // official prices are no trades
    ['A', 'Q', ''],
    ['A', '9', 'last range'],
    ['A', 'O', 'last range volume open'],
    ['A', '6', 'last range volume close'],
    ['C', '@ T', 'last range volume extended'], // extended-hours bars, not regular ones (R2)
    ['C', 'U', 'volume extended'],
    ['C', '@4T', 'range volume extended'], // several codes: only what each allows
    ['C', 'F TI', 'volume extended odd'],
    ['A', 'M6', 'close'], // an official price stays none
    ['A', '9B', ''],
  ] as const)('tape %s, "%s": %s', (tape, codes, expected) => {
    expect(of(tape, codes)).toBe(expected);
  });

  it.each([
    ['V', '2015-07-24', 'last range volume'], // price-eligible before the last week of July 2015
    ['V', '2015-07-27', 'volume'],
    ['I', '2013-12-06', 'volume'], // not a condition yet: unknown
    ['I', '2013-12-09', 'volume odd'],
    ['9', '2013-10-18', 'volume'],
    ['9', '2013-10-21', 'last range'],
  ])('%s on %s: %s', (code, date, expected) => {
    expect(of('C', code, date)).toBe(expected);
  });

  it('lets an unknown code count into volume only, and names it', () => {
    const conditions = new SaleConditions('utp', parseDate('2026-08-03'));
    expect(conditions.of('@?')).toEqual({ flags: PrintFlag.VOLUME, unknown: '?' });
    expect(conditions.of('@').unknown).toBe('');
    expect(new SaleConditions('cta', parseDate('2026-08-03')).of('W').unknown).toBe('W');
  });

  it('elects no stop (R3) on I, T, U, Z, P, 4 and 9 prints of regular hours', () => {
    const conditions = new SaleConditions('utp', parseDate('2026-08-03'));
    const electing = Array.from('ITUZP4').filter((code) => {
      const { flags } = conditions.of(code);
      return (flags & PrintFlag.LAST) !== 0 && (flags & PrintFlag.EXTENDED_HOURS) === 0;
    });
    expect(electing).toEqual([]);
  });

  it('is the conjunction of its codes in any order', () => {
    const letters = [...new Set(SALE_CONDITIONS.filter(({ plan }) => plan === 'utp').map(({ code }) => code))];
    const conditions = new SaleConditions('utp', parseDate('2026-08-03'));
    const eligibility = PrintFlag.LAST | PrintFlag.HIGH_LOW | PrintFlag.VOLUME;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...letters), { maxLength: 4 }), (codes) => {
        const single = codes.reduce((all, code) => all & conditions.of(code).flags, eligibility) & eligibility;
        expect(conditions.of(codes.join('')).flags & eligibility).toBe(single);
        expect(conditions.of([...codes].reverse().join(''))).toEqual(conditions.of(codes.join('')));
      }),
    );
  });

  it('has ascending rows of each code', () => {
    const last = new Map<string, number>();
    for (const { plan, code, from } of SALE_CONDITIONS) {
      expect(from).toBeGreaterThan(last.get(plan + code) ?? -1e9);
      last.set(plan + code, from);
    }
  });
});
