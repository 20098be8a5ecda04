/**
 * The kernel on a live market: an hour of prints and quotes, told by a source with delays, copies and spikes, gives the
 * fills of the same hour recorded without them, receipts and ledger entries included. A stop and a target rest where
 * each spike would have met one of them (F47, F51).
 */
import { describe, expect, it } from 'vitest';
import { BacktestRecorder } from '../../src/analytics/BacktestRecorder.js';
import { composeKernel } from '../../src/analytics/composeKernel.js';
import { streamOf } from '../../src/data/recordedDay.js';
import { openLiveMarket } from '../../src/data/twelvedataClient/streamRouter.js';
import type { Fill } from '../../src/domain/fill.js';
import { createPrintTable, createQuoteTable, ensureRoom } from '../../src/domain/tables.js';
import { MINUTE } from '../../src/domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../../src/domain/units.js';
import type { Kernel } from '../../src/engine/Kernel.js';
import { Strategy } from '../../src/index.js';
import type { Bar, Context } from '../../src/index.js';
import { SeededRandom } from '../../src/utils/random.js';
import { ManualClock } from '../support/ManualClock.js';
import { consolidated, ScriptedFeed } from '../support/ScriptedFeed.js';

/** 2026-01-05 10:00 New York, and an hour later. */
const START = Date.UTC(2026, 0, 5, 15) * 1000;
const END = START + 60 * MINUTE;
const CENT = 10_000;

/** Holds a position with a stop and a target far from the market for most of the hour. */
class Holder extends Strategy.with({}) {
  static override readonly subscribe = { symbols: ['AAA'], timeframe: '1m' };
  private count = 0;

  override onBar(bar: Bar, ctx: Context): void {
    this.count += 1;
    if (this.count === 2) {
      const size = { shares: 100 };
      ctx.enterLong(bar.symbol, { reason: 'in', size, stop: { percent: 10 }, target: { percent: 10 } });
    }
    if (this.count === 55) ctx.exit(bar.symbol, { reason: 'out' });
  }
}

interface Row {
  readonly time: number;
  readonly price: number;
  readonly size: number;
  readonly isSpike: boolean;
}

/** A quote and a print every half second, prices in cents around 100 dollars; `isSpike` is in the told hour only. */
function anHour(): Row[] {
  const random = new SeededRandom(51);
  const rows: Row[] = [];
  let price = 100 * DOLLAR;
  for (let time = START + 500_000; time < END; time += 500_000) {
    price += (random.below(5) - 2) * CENT;
    if (random.chance(0.01)) {
      // Not so far away that the exchange itself would take it for a misprint.
      const spike = Math.round(price * (random.chance(0.5) ? 1.3 : 0.7));
      rows.push({ time: time - 100_000, price: spike, size: 100, isSpike: true });
    }
    rows.push({ time, price, size: 100 + random.below(400), isSpike: false });
  }
  return rows;
}

function trade(feed: (kernel: Kernel) => void): readonly Fill[] {
  const recorder = new BacktestRecorder();
  const { kernel } = composeKernel({
    config: {
      sessionId: 'backtest',
      feed: 'recorded',
      symbols: ['AAA'],
      priceScale: RAW_PRICE_SCALE,
      accountId: 'backtest',
      startingCash: 100_000 * DOLLAR,
      preset: 'papertape',
      feePlan: 'zero',
      seed: 1,
      startTime: START,
      limits: {},
      strategies: [
        { instanceId: 'holder', strategy: 'holder', symbols: ['AAA'], timeframe: '1m', params: {}, allocation: 1 },
      ],
    },
    sink: recorder,
    resolveStrategy: () => Holder,
  });
  kernel.start();
  feed(kernel);
  kernel.advanceClock(END + MINUTE);
  kernel.finish();
  const fills = recorder.fills.toArray((orderId) => kernel.manager.order(orderId)?.clientOrderId ?? '');
  // Rows are counted, and heartbeats are rows.
  return fills.map((fill) => ({ ...fill, receipt: { ...fill.receipt, evidenceSequence: 0 } }));
}

/** The hour as it would have been recorded; with spikes only to show that they would have been filled on. */
function recorded(rows: readonly Row[], spikes: boolean): readonly Fill[] {
  const prints = createPrintTable(rows.length);
  const quotes = createQuoteTable(rows.length);
  for (const { time, price, size, isSpike } of rows) {
    if (isSpike && !spikes) continue;
    ensureRoom(prints);
    const row = prints.length;
    prints.time[row] = time;
    prints.price[row] = price;
    prints.size[row] = size;
    prints.flags[row] = 7;
    prints.exchange[row] = 78;
    prints.length = row + 1;
    if (isSpike) continue;
    ensureRoom(quotes);
    const at = quotes.length;
    quotes.time[at] = time;
    quotes.bid[at] = price - CENT;
    quotes.ask[at] = price + CENT;
    quotes.bidSize[at] = 500;
    quotes.askSize[at] = 500;
    quotes.length = at + 1;
  }
  return trade((kernel) => kernel.process(streamOf(['AAA'], [quotes, prints]).readUntil(Infinity, Infinity)));
}

/** The hour told live. */
function told(rows: readonly Row[], seed: number): { readonly fills: readonly Fill[]; readonly held: number } {
  const random = new SeededRandom(seed);
  const clock = new ManualClock(START / 1000);
  const source = new ScriptedFeed(clock, consolidated('live'), ['AAA']);
  const market = openLiveMarket({
    symbols: ['AAA'],
    sources: [{ source, priority: 0 }],
    clock,
    references: [100 * DOLLAR],
  });
  source.live();
  const deliveries = rows
    .flatMap((row, index) => {
      const first = { row, id: index + 1, at: row.time + random.below(240) * 1000 };
      return random.chance(0.5) ? [first, { ...first, at: row.time + random.below(2_000) * 1000 }] : [first];
    })
    .toSorted((a, b) => a.at - b.at);
  let next = 0;
  const fills = trade((kernel) => {
    while (clock.now() < END + 2 * MINUTE) {
      clock.advance(20);
      for (; (deliveries[next]?.at ?? Infinity) <= clock.now(); next += 1) {
        const { row, id = 0 } = deliveries[next] ?? {};
        if (row === undefined) continue;
        source.print({ time: row.time, price: row.price, size: row.size, id });
        if (!row.isSpike) source.quote(0, row.time, row.price - CENT, row.price + CENT, 500, 500);
      }
      if (source.rows.length > 0) source.send();
      const batch = market.readUntil(Infinity, 1_000);
      if (batch.length > 0) kernel.process(batch);
      kernel.advanceClock(Math.min(market.settledTime(), END));
    }
  });
  return { fills, held: market.counters()['heldPrints'] ?? 0 };
}

describe('a kernel on a live market', () => {
  it('F47 F51 fills as on the record without what the feed did to it', () => {
    const rows = anHour();
    const clean = recorded(rows, false);
    expect(clean).toHaveLength(2);
    for (const seed of [1, 2, 3]) {
      const live = told(rows, seed);
      expect(live.held).toBe(rows.filter(({ isSpike }) => isSpike).length);
      expect(live.fills).toEqual(clean);
    }
    // Had the spikes passed, the stop would have been hit.
    expect(recorded(rows, true)).not.toEqual(clean);
  });
});
