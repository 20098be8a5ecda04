import fc from 'fast-check';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { formatCount, formatMoney, formatPercent, formatRatio, plural } from '../analytics/figureText.js';
import { drawChart } from './equityChart.js';
import { formatBytes } from './format.js';
import { renderFacts, renderTable } from './table.js';

const plain = pc.createColors(false);

describe('numbers for people', () => {
  const cases: readonly [string, string][] = [
    [formatCount(1234567), '1,234,567'],
    [formatMoney(98_653_410_000), '$98,653.41'],
    [formatMoney(-3_000_000), '−$3.00'],
    [formatMoney(5_000), '$0.00'], // half a cent goes to the even cent
    [formatMoney(15_000), '$0.02'],
    [formatMoney(-4_999), '$0.00'],
    [formatMoney(0), '$0.00'],
    [formatPercent(0.01234, { signed: true }), '+1.23 %'],
    [formatPercent(-0.5), '−50.00 %'],
    [formatPercent(-0.000001, { signed: true }), '0.00 %'],
    [formatPercent(Number.NaN), 'n/a'],
    [formatPercent(12.345678), '1,234.57 %'],
    [formatRatio(-1.5), '−1.50'],
    [formatRatio(Infinity), 'n/a'],
    [formatRatio(-Infinity), 'n/a'],
    [formatBytes(999), '999 B'],
    [formatBytes(1_500_000), '1.5 MB'],
    [plural(1, 'file'), '1 file'],
    [plural(2000, 'file'), '2,000 files'],
  ];
  it.each(cases)('%s', (text, expected) => {
    expect(text).toBe(expected);
  });
});

describe('drawChart', () => {
  it('rises from the bottom to the top', () => {
    expect(drawChart(Float64Array.of(0, 1, 2, 3), { width: 4, height: 2 })).toEqual(['  ▃█', '▁▆██']);
  });

  it('draws a flat curve in the middle', () => {
    expect(drawChart(Float64Array.of(5, 5), { width: 10, height: 2 })).toEqual(['  ', '██']);
  });

  it('has the asked size, and a full and a least column unless flat', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 6 }), (list, width, height) => {
        const rows = drawChart(Float64Array.from(list), { width, height });
        expect(rows).toHaveLength(height);
        for (const row of rows) expect(row).toHaveLength(Math.min(width, list.length));
        // Every column has ink in the lowest row.
        expect(rows.at(-1)).not.toContain(' ');
      }),
    );
  });
});

describe('tables', () => {
  it('align numbers to the right and leave no blanks at the ends of lines', () => {
    const columns = [{ title: 'symbol' }, { title: 'rows', right: true }];
    const text = renderTable(
      columns,
      [
        ['SPY', '1,000'],
        ['IBM', '7'],
      ],
      plain,
    );
    expect(text).toBe('  symbol   rows\n  SPY     1,000\n  IBM         7\n');
  });

  it('show facts in two columns', () => {
    expect(
      renderFacts(
        [
          ['a', '1'],
          ['longer', '2'],
        ],
        plain,
      ),
    ).toBe('  a       1\n  longer  2\n');
  });
});

it('a count that there is none of is n/a', () => {
  expect([plural(NaN, 'day'), formatCount(NaN), plural(1, 'day'), plural(0, 'day')]).toEqual([
    'n/a',
    'n/a',
    '1 day',
    '0 days',
  ]);
});
