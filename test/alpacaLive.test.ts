/** Alpaca data over real sockets and a bad line, through source and router: the market is that of a good line. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MarketRow } from '../src/api/alpaca/PaperVenue.js';
import { AlpacaMarketStream } from '../src/data/alpacaClient/AlpacaMarketStream.js';
import { openLiveMarket } from '../src/data/twelvedataClient/streamRouter.js';
import type { LiveMarketEvent } from '../src/domain/liveMarket.js';
import { MINUTE } from '../src/domain/timeframe.js';
import { alpacaHarness } from './support/alpacaHarness.js';
import type { AlpacaHarness } from './support/alpacaHarness.js';
import { turn } from './support/dataRig.js';
import { FaultProxy } from './support/FaultProxy.js';
import type { StreamFault } from './support/FaultProxy.js';
import { ManualClock } from './support/ManualClock.js';

const SYMBOLS = ['AAPL', 'MSFT'];
/** A second before a minute of regular trading begins. */
const START = Date.UTC(2026, 7, 3, 14, 29, 59) * 1000;
const FRAMES = 100;
const STEP = 20_000;
const PATIENCE_MS = 20_000;

let h: AlpacaHarness;
let proxy: FaultProxy;
beforeEach(async () => {
  h = await alpacaHarness();
  proxy = await FaultProxy.start(await h.server.listen('127.0.0.1', 0));
});
afterEach(async () => {
  await proxy.close();
  await h.close();
});

async function until(holds: () => boolean): Promise<void> {
  for (const startedMs = performance.now(); !holds(); await turn()) {
    if (performance.now() - startedMs > PATIENCE_MS) throw new Error(`never: ${holds.toString()}`);
  }
}

const print = (at: number): MarketRow => ({
  kind: 'print',
  symbolId: at % 2,
  time: START + at * STEP,
  price: (at % 2 === 0 ? 200_000_000 : 400_000_000) + ((at * 7) % 11) * 10_000,
  size: 1 + at,
  flags: 0,
  exchange: 'Q',
  id: at + 1,
});

interface Seen {
  readonly minutes: unknown[];
  readonly prints: [symbolId: number, time: number, price: number, size: number][];
  readonly duplicates: number;
  readonly late: number;
}

/** What a reader sees while the line has the fault. */
async function seenThrough(fault: StreamFault, coding: 'json' | 'msgpack'): Promise<Seen> {
  const clock = new ManualClock(START / 1000);
  const url = proxy.url.replace('http', 'ws');
  const keys = { keyId: h.keyId, secretKey: h.secret };
  const source = new AlpacaMarketStream({ feed: 'sip', url, coding, ...keys, clock, random: () => 0.5 });
  const minutes: unknown[] = [];
  const prints: [number, number, number, number][] = [];
  const listener = (event: LiveMarketEvent): void => {
    if (event.kind !== 'minute') return;
    const { symbolId, start, state, figures } = event.minute;
    minutes.push({ symbolId, start, state, figures });
  };
  const references = [200_000_000, 400_000_000];
  const market = openLiveMarket({ symbols: SYMBOLS, sources: [{ source, priority: 1 }], clock, references, listener });
  await until(() => market.states()[0]?.state.kind === 'live');
  const read = (): void => {
    const { tables } = market.readUntil(market.settledTime(), 10_000);
    for (const table of tables) {
      if (table.kind !== 'print') continue;
      for (let row = 0; row < table.length; row += 1) {
        const at = [table.symbolId, table.time, table.price, table.size].map((column) => column[row] ?? 0);
        prints.push(at as [number, number, number, number]);
      }
    }
  };
  proxy.stream(fault);
  const times = fault === 'repeat' ? 2 : 1;
  for (let at = 0; at < FRAMES; at += 2) {
    clock.advance((2 * STEP) / 1000);
    h.venue.tellMarket([print(at)]);
    h.venue.tellMarket([print(at + 1)]);
    await until(() => (source.counters()['trades'] ?? 0) >= (at + 2) * times);
    read();
  }
  proxy.stream('none');
  for (let step = 0; step < 20; step += 1) {
    clock.advance(250);
    read();
  }
  const { duplicates = 0, latePrints: late = 0 } = market.counters();
  await market.stop();
  return { minutes, prints, duplicates, late };
}

describe.each(['json', 'msgpack'] as const)('a market over a bad line, in %s', (coding) => {
  it('doubled and swapped frames give the same prints and minutes as clean ones (F47)', async () => {
    const clean = await seenThrough('none', coding);
    expect(clean.prints).toHaveLength(FRAMES);
    expect(clean.minutes).toHaveLength(2);
    expect(clean.minutes[0]).toMatchObject({ start: START + 1_000_000 - MINUTE, state: 'complete' });
    expect([clean.duplicates, clean.late]).toEqual([0, 0]);
    const doubled = await seenThrough('repeat', coding);
    expect([doubled.prints, doubled.minutes]).toEqual([clean.prints, clean.minutes]);
    expect(doubled.duplicates).toBe(FRAMES);
    const swapped = await seenThrough('swap', coding);
    expect([swapped.prints, swapped.minutes, swapped.late]).toEqual([clean.prints, clean.minutes, 0]);
  });
});
