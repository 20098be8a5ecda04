/** SEC and TAF fees of sales that fill on several days: each fill has the rates of its own trading date (R16). */
import { describe, expect, it } from 'vitest';
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { formatDate } from '../../calendar/tradingDate.js';
import { at, ExchangeRig } from '../testing/ExchangeRig.js';

const FLAT = [100, 100, 100, 100] as const;
const PLAIN = { spread: { kind: 'none' }, participationBps: 1000, orderLatency: 0, dataLatency: 0 } as const;

/** What comes between the fills of a sale: nothing, another order in its place before one of them, or a restart. */
type Between = number | 'restart' | undefined;

/** Fees in dollars of each fill of a sale that fills shares at $100 on days in 2014 that are given. */
function feesOf(fills: readonly (readonly [string, number])[], between?: Between): readonly unknown[] {
  const first = fills[0]?.[0] ?? '';
  let rig = new ExchangeRig({ overrides: PLAIN, startTime: at('09:00', first), cash: 1e6 });
  let minute = 31;
  const bar = (date: string, shares: number): void => {
    rig.bar(at(`09:${minute}`, date), FLAT, shares * 10);
    minute += 1;
  };
  const shares = fills.reduce((sum, [, part]) => sum + part, 0) + 100;
  bar(first, shares);
  rig.submit({ shares });
  bar(first, 10_000);
  bar(first, shares);
  let sale = rig.submit({ side: 'sell', shares, limit: 99, timeInForce: 'gtc' });
  bar(first, 0);
  const told = fills.flatMap(([date, part], index) => {
    if (index === between) sale = rig.replace(sale, { shares: shares - 1 });
    if (between === 'restart') {
      const restored = rig.sibling();
      restored.restore(JSON.parse(JSON.stringify(rig.exchange.snapshot())));
      rig = rig.continueOn(restored);
    }
    const before = rig.fills.length;
    bar(date, part);
    return rig.fills.slice(before);
  });
  return told.flatMap(({ side, quantity, time, fees }) =>
    side === 'buy'
      ? []
      : [[formatDate(newYorkDate(time)), quantity / 1e6, ...fees.map(({ kind, amount }) => [kind, amount / 1e6])]],
  );
}

describe('SEC and TAF fees of a sale that fills on several days', () => {
  // The SEC rate goes from 17.40 to 22.10 dollars a million with sales of 2014-03-13, three sessions before it starts.
  it.each([
    ['of one order', undefined],
    ['of one that took the place of another one in between', 1],
    ['of one that took the place of another one after the change', 2],
    ['with a restart before each', 'restart'],
  ] as const)('are those of the date of each fill, %s', (_, between) => {
    const fills = [
      ['2014-03-12', 500],
      ['2014-03-13', 500],
      ['2014-03-13', 100],
    ] as const;
    expect(feesOf(fills, between)).toEqual([
      // 50,000 × 17.4 = 0.87, and 500 × 0.000119 = 0.0595.
      ['2014-03-12', 500, ['sec', 0.87], ['taf', 0.06]],
      // 50,000 × 22.1 = 1.105; 60,000 × 22.1 = 1.326.
      ['2014-03-13', 500, ['sec', 1.11], ['taf', 0.06]],
      ['2014-03-13', 100, ['sec', 0.22], ['taf', 0.02]],
    ]);
  });

  it('are rounded up once for all days at one rate', () => {
    const fills = [
      ['2014-03-13', 500],
      ['2014-03-14', 500],
      ['2014-03-17', 500],
    ] as const;
    expect(feesOf(fills)).toEqual([
      ['2014-03-13', 500, ['sec', 1.11], ['taf', 0.06]],
      ['2014-03-14', 500, ['sec', 1.1], ['taf', 0.06]],
      ['2014-03-17', 500, ['sec', 1.11], ['taf', 0.06]],
    ]);
  });
});
