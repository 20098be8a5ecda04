import { describe, expect, it } from 'vitest';
import { equityPoints } from '../../charts/equityPoints.js';
import { waterfallSteps } from '../receipt/waterfallSteps.js';
import { lastDay } from './lastDay.js';
import { freeId } from './instanceId.js';

const micros = (iso: string): number => Date.parse(iso) * 1000;
const curveOf = (...times: string[]) => ({
  time: times.map(micros),
  equity: times.map((_, index) => index),
  cash: times.map(() => 0),
});

describe('the equity curve of today', () => {
  it('begins at midnight in New York, not in London', () => {
    const curve = curveOf(
      '2013-10-07T23:00:00Z',
      '2013-10-08T03:59:59Z',
      '2013-10-08T04:00:00Z',
      '2013-10-08T13:30:00Z',
    );
    expect(lastDay(curve).equity).toEqual([2, 3]);
  });

  it('may be empty', () => expect(lastDay(curveOf()).time).toEqual([]));

  it('is drawn with one point per second, the last one', () => {
    const curve = curveOf('2013-10-07T13:30:00.100Z', '2013-10-07T13:30:00.900Z', '2013-10-07T13:30:01Z');
    expect(equityPoints(curve).map(({ value }) => value)).toEqual([1, 2]);
  });
});

describe('the build-up of a price', () => {
  const build = { basePrice: '100', halfSpread: '0.01', slippage: '0.02', impact: '0', price: '100.03' };
  it('rises for a buyer and falls for a seller', () => {
    expect(waterfallSteps(build, 'buy').map(({ to }) => to.toFixed(2))).toEqual([
      '100.00',
      '100.01',
      '100.03',
      '100.03',
    ]);
    expect(waterfallSteps({ ...build, price: '99.97' }, 'sell').map(({ to }) => to.toFixed(2))).toEqual([
      '100.00',
      '99.99',
      '99.97',
      '99.97',
    ]);
  });

  it('shows the impact of our own trading where there is any', () => {
    const steps = waterfallSteps({ ...build, impact: '0.05', price: '100.08' }, 'buy');
    expect(steps.map(({ name, to }) => `${name} ${to.toFixed(2)}`).slice(2)).toEqual([
      'Slippage 100.03',
      'Impact 100.08',
      'Fill price 100.08',
    ]);
  });

  it('writes a cost with a plus and an improvement with a minus', () => {
    expect(waterfallSteps({ ...build, slippage: '-0.02', price: '99.99' }, 'buy').map(({ text }) => text)).toEqual([
      '100.00',
      '+0.01',
      '−0.02',
      '99.99',
    ]);
  });
});

it('an instance id is the name of the strategy, with the first free number', () => {
  expect(freeId('sma-cross', [])).toBe('sma-cross');
  expect(freeId('sma-cross', ['sma-cross', 'sma-cross-2'])).toBe('sma-cross-3');
  expect(freeId('strategies/My Strategy.ts', [])).toBe('My-Strategy');
});
