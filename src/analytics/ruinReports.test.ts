/** The end of a ruined run where what the venue has decided is reported a while later. */
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../domain/units.js';
import { OPEN, RecordingSink, batchOf, minuteBars } from '../engine/testKit.js';
import type { Ohlc } from '../engine/testKit.js';
import { checkVenue } from '../exchange/invariants.js';
import { Strategy } from '../strategies/Strategy.js';
import type { Bar } from '../strategies/Bar.js';
import type { Context } from '../strategies/Context.js';
import { composeKernel } from './composeKernel.js';
import { ruinOf } from './ruin.js';

/** Ten thousand dollars hold 900 shares at $100, with a stop for them. */
function runOf(preset: string, stop: number, bars: readonly Ohlc[]) {
  class Bold extends Strategy.with({}) {
    private bar = 0;
    override onBar({ symbol }: Bar, ctx: Context): void {
      this.bar += 1;
      if (this.bar === 1) ctx.order.market(symbol, 'buy', 900, { reason: 'all' });
      if (this.bar === 3) ctx.order.stop(symbol, 'sell', 900, stop, { reason: 'stop', timeInForce: 'gtc' });
    }
  }
  const sink = new RecordingSink();
  const composed = composeKernel({
    config: {
      ...{ sessionId: 'run', kind: 'backtest', accountId: 'backtest', feed: 'recorded', seed: 1 },
      ...{ symbols: ['A'], priceScale: RAW_PRICE_SCALE, startTime: OPEN, startingCash: 10_000 * DOLLAR },
      ...{ preset, feePlan: 'zero', limits: {} },
      strategies: [
        { instanceId: 'bold', strategy: 'bold', symbols: ['A'], timeframe: '1m', params: {}, allocation: 1 },
      ],
    },
    sink,
    resolveStrategy: () => Bold,
  });
  const { kernel, venue } = composed;
  sink.kernel = kernel;
  const flat: readonly Ohlc[] = Array.from({ length: 6 }, () => [100, 100, 100, 100]);
  kernel.start();
  kernel.process(batchOf(minuteBars([...flat, ...bars])));
  expect(checkVenue(venue)).toEqual([]);
  const ruin = ruinOf(sink.events.flatMap(({ event }) => (event.type === 'booked' ? [event] : [])));
  return {
    ruinedAt: ruin === undefined ? undefined : (ruin.time - OPEN) / MINUTE,
    debt: ruin === undefined ? undefined : ruin.debt / DOLLAR,
    equity: kernel.tracker.equity / DOLLAR,
    orders: kernel.manager.orders.toArray().map(({ reason, status }) => `${reason}: ${status}`),
    state: kernel.runner.instances.map(({ state }) => state),
  };
}

const PRESETS = ['backtesting.py+margin.1000bps', 'backtesting.py+margin.1000bps+strict.latency'];

describe.each(PRESETS)('a run under %s', (preset) => {
  it('goes on where a stop has sold in time, whatever the price comes to', () => {
    const run = runOf(preset, 95, [
      [100, 100, 80, 80],
      [80, 80, 80, 80],
      [80, 80, 80, 80],
    ]);
    expect(run).toMatchObject({ ruinedAt: undefined, equity: 5500, state: ['running'] });
    expect(run.orders).toEqual(['all: filled', 'stop: filled']);
  });

  it('is closed at the mark that ruined it, also where the next one would have saved it', () => {
    const run = runOf(preset, 20, [
      [88, 88, 88, 88],
      [120, 120, 120, 120],
      [120, 120, 120, 120],
    ]);
    expect(run).toMatchObject({ ruinedAt: 7, debt: 800, equity: 0 });
    expect(run.orders).toEqual(['all: filled', 'stop: canceled', 'the account is ruined: filled']);
  });

  it('ends with the last bar, too', () => {
    expect(runOf(preset, 20, [[88, 88, 88, 88]])).toMatchObject({ ruinedAt: 7, debt: 800, equity: 0 });
  });
});
