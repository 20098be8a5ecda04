/** Charts of equity that was 0 or below: what has no value is not drawn, and the reader is told why. */
import { describe, expect, it } from 'vitest';
import { profitsAsReturns, reshuffleTrades } from '../validation/monteCarlo.js';
import { areaOf, pathOf, scaleOf } from './chartParts.js';
import { drawnFigures } from './drawnFigures.js';
import { equityFigure, fallsOf } from './equityFigure.js';
import { histogramOf } from './histogramFigure.js';

const BROKEN = /NaN|Infinity|undefined/;

function curveOf(...equity: readonly number[]) {
  const time = Float64Array.from(equity, (_, minute) => Date.UTC(2013, 9, 7, 14, minute) * 1000);
  return { time, equity: Float64Array.from(equity) };
}

describe('equity', () => {
  it.each([
    ['is 0 throughout', [0, 0, 0]],
    ['starts at 0', [0, 0, 100, 90]],
    ['is below 0', [-5, -10, -2]],
    ['falls to 0', [100, 50, 0]],
    ['is one point of 0', [0]],
  ])('that %s is drawn without coordinates that are none', (_, equity) => {
    expect(equityFigure({ curve: curveOf(...equity), startEquity: equity[0] ?? 0 }).text).not.toMatch(BROKEN);
  });

  it('has no drawdown before it was above 0, and the reader is told', () => {
    expect([...fallsOf(Float64Array.of(0, -5, 100, 90, -10), 0)]).toEqual([NaN, NaN, 0, 90 / 100 - 1, -10 / 100 - 1]);
    const { text } = equityFigure({ curve: curveOf(0, 0), startEquity: 0 });
    expect(text).toContain('No drawdown is drawn: the equity was never above 0.');
    expect(text).not.toContain('aria-label="Drawdown"');
  });

  it('that never fell has an axis that leads down from 0', () => {
    const { text } = equityFigure({ curve: curveOf(100, 100, 100), startEquity: 100 });
    const drawdown = text.slice(text.indexOf('aria-label="Drawdown"'));
    expect(drawdown.match(/−?\d+\.\d\d %/g)).toEqual(['−0.10 %', '−0.05 %', '0.00 %']);
  });

  it('has its drawdown filled from where it begins', () => {
    const { text } = equityFigure({ curve: curveOf(0, 0, 100, 90, 95), startEquity: 0 });
    const area = /class="fall"\s+d="([^"]*)"/.exec(text)?.[1] ?? '';
    expect(area).toMatch(/^M500 /);
    expect(area).toMatch(/L1000 \S+L500 \S+Z$/);
  });
});

describe('parts', () => {
  it('leave out what is no finite number', () => {
    const values = Float64Array.of(NaN, 1, Infinity, 2, NaN);
    expect(pathOf(values, (value) => value)).toBe('M250 1L750 2');
    expect(areaOf(values, (value) => value)).toBe('M250 1L750 2L750 0L250 0Z');
    expect(areaOf(Float64Array.of(NaN), (value) => value)).toBe('');
    expect([...histogramOf(Float64Array.of(NaN, 0.1, -0.1, Infinity)).counts].reduce((a, b) => a + b)).toBe(2);
  });

  it('have an axis around 0 where there is nothing to make one of', () => {
    const scale = scaleOf(NaN, -Infinity);
    expect(scale.lines.length).toBeGreaterThan(1);
    expect(scale.lines.every(Number.isFinite)).toBe(true);
    expect(scale.place(0)).toBeGreaterThanOrEqual(0);
  });
});

describe('runs drawn from trades', () => {
  it.each([
    ['began with nothing', 0, [5, -2, 3]],
    ['lost everything on the way', 100, [-100, 50, 20]],
  ])('of an account that %s are not drawn, and the reader is told', (_, startEquity, profits) => {
    const trades = Float64Array.from(profits);
    const { text } = drawnFigures({
      runs: reshuffleTrades(trades, { startEquity, runs: 20, seed: 1 }),
      returns: profitsAsReturns(trades, startEquity),
      startEquity,
      period: 'trade',
      name: 'The best trial',
      explained: '20 orders of its trades.',
      withReturns: false,
    });
    expect(text).not.toMatch(BROKEN);
    expect(text).toContain('Nothing is drawn: the equity was 0 or below before one of these trades');
    expect(text).not.toContain('<svg');
  });
});
