import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alpacaHarness } from '../../../test/support/alpacaHarness.js';
import type { AlpacaHarness } from '../../../test/support/alpacaHarness.js';
import { DataRig, turn } from '../../../test/support/dataRig.js';
import { FaultProxy } from '../../../test/support/FaultProxy.js';
import type { MarketRow } from '../../api/alpaca/PaperVenue.js';
import { TradingStatus } from '../../domain/marketTables.js';
import type { AlpacaStreamOptions } from './AlpacaMarketStream.js';

const TIME = Date.UTC(2026, 7, 3, 14, 30) * 1000 + 123_456;
const MINUTE_START = TIME - 123_456;
/** 10:00 New York on a Monday, and the evening of the day. */
const OPEN_MS = Date.UTC(2026, 0, 5, 15);
const NIGHT_MS = Date.UTC(2026, 0, 6, 4);

const print = (symbolId = 0, price = 200_500_000, id = 9): MarketRow => ({
  kind: 'print',
  symbolId,
  time: TIME,
  price,
  size: 7,
  flags: 0,
  exchange: 'V',
  id,
});
const bar = (restated: boolean): MarketRow => ({
  kind: 'bar',
  symbolId: 0,
  start: MINUTE_START,
  time: MINUTE_START + 60_000_000,
  open: 2e8,
  high: 2.1e8,
  low: 2e8,
  close: 2.05e8,
  volume: 5,
  count: 2,
  turnover: 1e9,
  ...(restated ? { restated } : {}),
});
const EVERYTHING: readonly MarketRow[] = [
  print(),
  { kind: 'quote', symbolId: 1, time: TIME, bid: 4e8, bidSize: 100, ask: 4.01e8, askSize: 200 },
  bar(false),
  bar(true),
  { kind: 'status', symbolId: 0, time: TIME, halted: true, halt: 'volatilityPause' },
  { kind: 'bands', symbolId: 0, time: TIME, lower: 190_000_000, upper: 210_500_000, cause: 'opening' },
];

let h: AlpacaHarness;
let proxy: FaultProxy;
const rigs: DataRig[] = [];

beforeEach(async () => {
  h = await alpacaHarness({ dataLimits: { symbolLimit: 3, connectionLimit: 1 } });
  proxy = await FaultProxy.start(await h.server.listen('127.0.0.1', 0));
});
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.source.stop();
  await proxy.close();
  await h.close();
});

function rigOf(options: Partial<AlpacaStreamOptions> & { readonly startMs?: number } = {}): DataRig {
  const url = proxy.url.replace('http', 'ws');
  const rig = new DataRig({ url, keyId: h.keyId, secretKey: h.secret, ...options });
  rigs.push(rig);
  return rig;
}

describe.each(['json', 'msgpack'] as const)('over the Alpaca server in %s', (coding) => {
  it('brings rows of every kind, in order', async () => {
    const rig = rigOf({ coding });
    rig.source.want(['AAPL', 'MSFT']);
    await rig.live();
    h.venue.tellMarket(EVERYTHING);
    await rig.until(() => rig.told.rows.length === EVERYTHING.length);
    expect(rig.told.rows).toEqual([
      { kind: 'print', symbol: 'AAPL', time: TIME, value: 200_500_000 },
      { kind: 'quote', symbol: 'MSFT', time: TIME, value: 400_000_000 },
      { kind: 'bar', symbol: 'AAPL', time: MINUTE_START + 60_000_000, value: 205_000_000 },
      { kind: 'bar', symbol: 'AAPL', time: MINUTE_START + 60_000_000, value: 205_000_000 },
      { kind: 'status', symbol: 'AAPL', time: TIME, value: TradingStatus.LULD_PAUSE },
      { kind: 'status', symbol: 'AAPL', time: TIME, value: TradingStatus.BANDS },
    ]);
    expect(rig.source.counters()).toMatchObject({ trades: 1, quotes: 1, bars: 2, revisedBars: 1, statuses: 2 });
    expect([rig.told.gaps, rig.told.symbols]).toEqual([[], ['AAPL subscribed', 'MSFT subscribed']]);
    expect(rig.told.states.map(({ kind }) => kind)).toEqual(['connecting', 'live']);
  });

  it('a connection that was cut comes back with the same symbols, and a gap is told (F45)', async () => {
    const rig = rigOf({ coding });
    rig.source.want(['AAPL', 'MSFT']);
    await rig.live();
    rig.clock.advance(1_234);
    h.venue.tellMarket([print()]);
    await rig.until(() => rig.told.rows.length === 1);
    const lastHeard = rig.clock.now();
    proxy.cut();
    await rig.until(() => rig.state === 'waiting');
    await rig.live(50);
    h.venue.tellMarket([print(), print(1)]);
    await rig.until(() => rig.told.rows.length === 3);
    expect(rig.told.gaps).toHaveLength(1);
    expect(rig.told.gaps[0]?.since).toBe(lastHeard);
    expect(rig.told.gaps[0]?.until).toBeGreaterThan(lastHeard);
    expect(rig.told.states.map(({ kind }) => kind)).toEqual(['connecting', 'live', 'waiting', 'connecting', 'live']);
  });
});

describe('subscriptions', () => {
  it('follow what is wanted', async () => {
    const rig = rigOf();
    rig.source.want(['AAPL']);
    await rig.live();
    rig.source.want(['MSFT']);
    await rig.until(() => rig.told.symbols.includes('MSFT subscribed'));
    h.venue.tellMarket([print(0), print(1)]);
    await rig.until(() => rig.told.rows.length === 1);
    expect(rig.told.rows.map(({ symbol }) => symbol)).toEqual(['MSFT']);
    expect(rig.source.symbols).toEqual(['AAPL', 'MSFT']);
  });

  it('beyond the plan are refused one by one, and asked for again when there is room (405)', async () => {
    const rig = rigOf();
    rig.source.want(['AAPL', 'MSFT', 'BRK.B', 'AMD', 'IBM']);
    await rig.live();
    expect(rig.told.symbols.filter((text) => / subscribed/.test(text))).toHaveLength(3);
    expect(rig.told.symbols.filter((text) => / refused: the plan/.test(text))).toHaveLength(2);
    rig.source.want(['AMD', 'IBM']);
    const both = (): boolean => ['AMD', 'IBM'].every((symbol) => rig.told.symbols.includes(`${symbol} subscribed`));
    await rig.until(both);
  });

  it('a limit that is known is not tried', async () => {
    const rig = rigOf({ symbolLimit: 1 });
    rig.source.want(['AAPL', 'MSFT']);
    await rig.live();
    expect(rig.told.symbols).toEqual(['MSFT refused: the plan allows no more symbols', 'AAPL subscribed']);
    expect(rig.source.counters()['streamErrors']).toBe(0);
  });

  it('what is no symbol is refused here', async () => {
    const rig = rigOf();
    rig.source.want(['AAPL', 'a b']);
    await rig.live();
    expect(rig.told.symbols).toEqual(['a b refused: it is not a symbol of US stocks', 'AAPL subscribed']);
  });
});

describe('keys and places', () => {
  it('a wrong secret ends it, and nothing that it tells shows a secret', async () => {
    const rig = rigOf({ secretKey: 'wrong-but-just-as-secret' });
    await rig.until(() => rig.state === 'failed');
    const last = rig.told.states.at(-1);
    expect(last?.kind === 'failed' ? last.error.code : undefined).toBe('SOURCE_KEY_REFUSED');
    rig.clock.advance(600_000);
    await turn();
    expect(rig.source.counters()['connections']).toBe(1);
    const all = JSON.stringify([
      rig.told.states.map((one) => ('error' in one ? `${one.error.stack}` : one)),
      rig.source,
    ]);
    expect(all).not.toContain('wrong-but-just-as-secret');
  });

  it('waits for the one place of the account (406)', async () => {
    const first = rigOf();
    await first.live();
    const second = rigOf();
    await second.until(() => second.state === 'waiting');
    const state = second.told.states.at(-1);
    expect(state).toMatchObject({ kind: 'waiting', error: { code: 'SOURCE_UNAVAILABLE' } });
    // Sooner than after some seconds there is no use in asking again.
    second.clock.advance(2_000);
    await turn();
    expect(second.source.counters()['connections']).toBe(1);
    await first.source.stop();
    await second.live(250);
  });

  it.each([
    [401, 'failed', 'SOURCE_KEY_REFUSED'],
    [403, 'failed', 'SOURCE_KEY_REFUSED'],
    [404, 'failed', 'SOURCE_REQUEST_REFUSED'],
    [429, 'waiting', 'SOURCE_UNAVAILABLE'],
    [503, 'waiting', 'SOURCE_UNAVAILABLE'],
  ])('a handshake that is answered with %i: %s, %s', async (status, kind, code) => {
    proxy.handshakeStatus = status;
    const rig = rigOf();
    await rig.until(() => rig.state === kind);
    expect(rig.told.states.at(-1)).toMatchObject({ kind, error: { code } });
  });

  it.each(['AK123456789', 'nonsense'])('the key %s is not taken', (keyId) => {
    expect(() => rigOf({ keyId })).toThrow('not the key of a paper account');
  });

  it.each(['wss://api.example.org', 'wss://paper-api.alpaca.markets', 'ws://stream.data.alpaca.markets'])(
    'keys do not go to %s',
    (url) => {
      expect(() => rigOf({ url })).toThrow('takes no Alpaca data from');
    },
  );
});

describe('silence', () => {
  it('of a socket that stays open is found by pings (F44)', async () => {
    const rig = rigOf({ startMs: NIGHT_MS });
    rig.source.want(['AAPL']);
    await rig.live();
    await rig.pass(12_000);
    expect(rig.state).toBe('live');
    expect(rig.told.heartbeats).toBeGreaterThanOrEqual(2);
    const beats = rig.told.heartbeats;
    const lost = rig.clock.now();
    proxy.stream('silent');
    await rig.until(() => rig.state === 'waiting', 500);
    expect(rig.clock.now() - lost).toBeLessThanOrEqual(11_000_000);
    expect(rig.told.heartbeats).toBe(beats);
    // The server learns that the old connection is gone.
    proxy.stream('none').cut();
    await rig.live(500);
    expect(rig.told.gaps).toHaveLength(1);
    expect(rig.told.gaps[0]?.since).toBeLessThanOrEqual(lost);
  });

  it('of the market is a stall while it is open: told, then another connection (F44)', async () => {
    const rig = rigOf({ startMs: OPEN_MS, stallAfterMs: 20_000 });
    rig.source.want(['AAPL']);
    await rig.live();
    await rig.until(() => rig.state === 'stalled', 1_000);
    expect(rig.clock.monotonicMs()).toBeGreaterThanOrEqual(20_000);
    const beats = rig.told.heartbeats;
    await rig.pass(7_000);
    expect([rig.state, rig.told.heartbeats]).toEqual(['stalled', beats]);
    h.venue.tellMarket([print()]);
    await rig.live();
    const recovered = rig.clock.now();
    expect(rig.told.gaps).toEqual([{ since: OPEN_MS * 1000, until: recovered }]);
    await rig.until(() => rig.state === 'stalled', 1_000);
    // The limit has doubled: a feed that is often quiet is not connected again and again.
    expect(rig.clock.now() - recovered).toBeGreaterThanOrEqual(40_000_000);
    await rig.until(() => rig.state === 'waiting', 1_000);
    await rig.live(250);
    expect(rig.source.counters()).toMatchObject({ connections: 2, stalls: 2 });
    expect(rig.told.gaps).toHaveLength(2);
    expect(rig.told.gaps[1]?.since).toBe(recovered);
  });

  it('of the market is nothing while it is closed', async () => {
    const rig = rigOf({ startMs: NIGHT_MS, stallAfterMs: 20_000 });
    rig.source.want(['AAPL']);
    await rig.live();
    await rig.pass(200_000, 2_000);
    expect(rig.told.states.map(({ kind }) => kind)).toEqual(['connecting', 'live']);
  });
});

describe('faults of the stream', () => {
  it('a corrupt frame is a gap, and nothing of it comes out', async () => {
    const rig = rigOf();
    rig.source.want(['AAPL']);
    await rig.live();
    proxy.stream('corrupt');
    h.venue.tellMarket([print()]);
    await rig.until(() => rig.told.gaps.length === 1);
    proxy.stream('none');
    h.venue.tellMarket([print()]);
    await rig.until(() => rig.told.rows.length === 1);
    expect([rig.state, rig.source.counters()['unreadableFrames']]).toEqual(['live', 1]);
  });

  it('doubled frames change nothing of what is subscribed to (F47)', async () => {
    proxy.stream('repeat');
    const rig = rigOf();
    rig.source.want(['AAPL']);
    await rig.until(() => rig.told.symbols.length > 0);
    rig.source.want(['AAPL', 'MSFT']);
    await rig.until(() => rig.told.symbols.includes('MSFT subscribed'));
    h.venue.tellMarket([print(), print(1)]);
    await rig.until(() => rig.told.rows.length === 4);
    expect([rig.state, rig.told.symbols]).toEqual(['live', ['AAPL subscribed', 'MSFT subscribed']]);
  });

  it('lost frames of the sign-in lead to another connection', async () => {
    proxy.stream('drop');
    const rig = rigOf();
    await rig.until(() => rig.state === 'waiting', 500);
    proxy.stream('none');
    await rig.live(250);
  });

  it('nothing is told after it was stopped', async () => {
    const rig = rigOf();
    rig.source.want(['AAPL']);
    await rig.live();
    const stopped = rig.source.stop();
    h.venue.tellMarket([print()]);
    await stopped;
    expect([rig.state, rig.told.rows, rig.clock.pending]).toEqual(['stopped', [], 0]);
  });
});
