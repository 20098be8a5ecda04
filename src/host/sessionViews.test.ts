/** The buying power that a session tells is what its exchange takes. */
import { describe, expect, it } from 'vitest';
import { composeKernel } from '../analytics/composeKernel.js';
import { fromNewYork } from '../calendar/newYorkTime.js';
import { parseDate } from '../calendar/tradingDate.js';
import type { SessionConfig } from '../domain/session.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../domain/units.js';
import { HOUR, MINUTE } from '../domain/timeframe.js';
import { marginPower } from '../exchange/marginPower.js';
import { OPEN, RecordingSink, batchOf, minuteBars } from '../engine/testKit.js';
import type { Ohlc } from '../engine/testKit.js';
import { Strategy } from '../strategies/Strategy.js';
import type { Bar } from '../strategies/Bar.js';
import type { Context } from '../strategies/Context.js';
import type { LiveSession } from './LiveSession.js';
import { accountView } from './sessionViews.js';

/** A hundred thousand dollars; a share costs $100. Buys or sells `first` shares, and `second` a while later. */
function runOf(preset: string, first: number, second: number) {
  let told = '';
  class Twice extends Strategy.with({}) {
    private bar = 0;
    override onBar({ symbol }: Bar, ctx: Context): void {
      this.bar += 1;
      if (this.bar === 4) told = accountView(session).buyingPower;
      const shares = this.bar === 2 ? first : this.bar === 5 ? second : 0;
      if (shares !== 0) ctx.order.market(symbol, shares > 0 ? 'buy' : 'sell', Math.abs(shares), { reason: 'test' });
    }
  }
  const sink = new RecordingSink();
  const config: SessionConfig = {
    ...{ sessionId: 'run', kind: 'backtest', accountId: 'backtest', feed: 'recorded', seed: 1 },
    ...{ symbols: ['A'], priceScale: RAW_PRICE_SCALE, startTime: OPEN, startingCash: 100_000 * DOLLAR },
    ...{ preset, feePlan: 'zero', limits: {} },
    strategies: [
      { instanceId: 'twice', strategy: 'twice', symbols: ['A'], timeframe: '1m', params: {}, allocation: 1 },
    ],
  };
  const { kernel, venue } = composeKernel({ config, sink, resolveStrategy: () => Twice });
  sink.kernel = kernel;
  // What a view looks at of a session.
  const composed = { kernel, execution: venue, remote: undefined };
  const session = { composed, header: { config } } as unknown as LiveSession;
  const flat: readonly Ohlc[] = Array.from({ length: 10 }, () => [100, 100, 100, 100]);
  kernel.start();
  kernel.process(batchOf(minuteBars(flat)));
  return { told, statuses: kernel.manager.orders.toArray().map(({ status }) => status) };
}

describe('the buying power that is told', () => {
  it.each([
    ['lean', 0, '200000.00', 2000],
    ['lean', 1500, '50000.00', 500],
    ['lean', -500, '150000.00', -1500],
    ['lean+leverage.4', 1500, '250000.00', 2500],
    ['lean+margin.2500bps.5000bps', 1500, '250000.00', 2500],
    ['lean+unchecked', 0, '100000.00', 0],
    ['papertape', 600, '39997.00', 0],
  ] as const)('under %s with %d shares is %s, of which no more is taken', (preset, held, power, most) => {
    const run = runOf(preset, held, most);
    expect(run.told).toBe(power);
    if (most === 0) return;
    expect(run.statuses.at(-1)).toBe('filled');
    expect(runOf(preset, held, most + Math.sign(most)).statuses.at(-1)).toBe('rejected');
  });
});

it.each([
  ['09:30', 4],
  ['15:49', 4],
  ['15:50', 2],
  ['17:00', 2],
  ['23:00', 2],
])('the margin of the night is that of %s: %d times the equity', (clock, times) => {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  const time = fromNewYork(parseDate('2024-01-03'), hour * HOUR + minute * MINUTE);
  const terms = { leverage: 4, overnightLeverage: 2 };
  expect(marginPower(terms, 100 * DOLLAR, 30 * DOLLAR, time)).toBe((times * 100 - 30) * DOLLAR);
  expect(marginPower(terms, 100 * DOLLAR, 500 * DOLLAR, time)).toBe(0);
});
