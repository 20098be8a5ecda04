/**
 * The Twelve Data server over real sessions on disk: a simulated day of prints, and a recorded day of bars alone. What
 * a client builds of the streamed prices is what the bars say, and nothing is later than market time.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { newYorkText } from '../../../src/calendar/newYorkText.js';
import { sessionOf } from '../../../src/calendar/sessions.js';
import { parseDate } from '../../../src/calendar/tradingDate.js';
import { openHistory } from '../../../src/compose.js';
import { createBarTable } from '../../../src/domain/tables.js';
import { MINUTE, SECOND } from '../../../src/domain/timeframe.js';
import { required } from '../../../src/utils/assert.js';
import type { Json } from '../../support/alpacaHarness.js';
import { startLiveAlpaca } from '../../support/liveAlpaca.js';
import type { LiveAlpaca, LiveAlpacaPlan } from '../../support/liveAlpaca.js';
import type { SocketProbe } from '../../support/SocketProbe.js';
import { twelvedataHarness } from '../../support/twelvedataHarness.js';
import type { TwelvedataHarness } from '../../support/twelvedataHarness.js';

const DATE = '2026-11-23';
const { open: OPEN } = required(sessionOf(parseDate(DATE)), DATE);

const ending: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'papertape-twelvedata-'));
  ending.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function serve(folder: string, plan: LiveAlpacaPlan): Promise<{ live: LiveAlpaca; h: TwelvedataHarness }> {
  const live = await startLiveAlpaca(folder, plan);
  ending.push(() => live.stop());
  const h = await twelvedataHarness({ reads: live.venue });
  ending.push(() => h.close());
  return { live, h };
}

const step = (live: LiveAlpaca, micros: number): Promise<void> => live.venue.control({ action: 'step', micros });

/** The prices of a client so far. */
async function prices(probe: SocketProbe): Promise<Json[]> {
  await probe.ping();
  return probe.received.splice(0).map((frame) => frame.json());
}

/** Whole minutes of prices: `[datetime, open, high, low, close, day volume at the end]`. */
function minutesOf(ticks: readonly Json[]): [string, number, number, number, number, number][] {
  const minutes = new Map<string, [string, number, number, number, number, number]>();
  for (const { timestamp, price, day_volume: volume } of ticks) {
    const label = newYorkText(Math.floor(timestamp / 60) * MINUTE);
    const [, open, high, low] = minutes.get(label) ?? ['', price, price, price];
    minutes.set(label, [label, open, Math.max(high, price), Math.min(low, price), price, volume]);
  }
  return [...minutes.values()];
}

test('a simulated day: prices, bars, quotes and volumes agree, also for whoever comes later', async () => {
  const market = { kind: 'simulated', seed: 3, date: DATE } as const;
  const { live, h } = await serve(newFolder(), { market, startAt: OPEN - 2 * MINUTE, fresh: true });
  const probe = await h.open();
  probe.send({ action: 'subscribe', params: { symbols: 'AURX' } });
  expect((await probe.take(1))[0]?.json()).toMatchObject({ status: 'ok', success: [{ symbol: 'AURX' }] });
  await step(live, 3 * MINUTE + 30 * SECOND);
  const early = await prices(probe);
  probe.send({ action: 'subscribe', params: { symbols: 'BYTQ' } });
  expect((await probe.take(1))[0]?.json()).toMatchObject({ status: 'ok' });
  await step(live, 4 * MINUTE);
  const ticks = [...early, ...(await prices(probe))];

  for (const symbol of ['AURX', 'BYTQ']) {
    const own = ticks.filter((tick) => tick.symbol === symbol);
    expect(own.length).toBeGreaterThan(20);
    expect(own.every((tick) => tick.timestamp * SECOND <= live.venue.clock().time)).toBe(true);
    const series = `/time_series?symbol=${symbol}&interval=1min&order=asc&prepost=true&outputsize=5000`;
    const { values } = (await h.get(series)).body;
    let volume = 0;
    const bars = values.map((row: Json) => {
      volume += Number(row.volume);
      return [row.datetime, Number(row.open), Number(row.high), Number(row.low), Number(row.close), volume];
    });
    // The first minute may have been joined in the middle: its open and extremes are not known.
    const minutes = minutesOf(own).slice(1);
    expect(minutes.length).toBeGreaterThanOrEqual(3);
    expect(minutes).toEqual(bars.slice(-minutes.length));
    const { close } = (await h.get(`/quote?symbol=${symbol}`)).body;
    expect(Number(close)).toBe(own.at(-1).price);
    expect((await h.get(`/price?symbol=${symbol}`)).body.price).toBe(close);
  }
  expect((await h.get('/etfs')).body.count).toBeGreaterThan(0);
  probe.close();
});

test('a recorded day of bars alone: the day before is history, ticks of bars give the bars back', async () => {
  const folder = newFolder();
  const before = required(sessionOf(parseDate('2026-11-20')), 'the day before').open;
  const history = openHistory(folder);
  const table = createBarTable('1m', 40);
  for (const [day, dollars] of [
    [before, 90],
    [OPEN, 100],
  ] as const) {
    for (let i = 0; i < 20; i += 1) {
      const at = table.length;
      table.start[at] = day + i * MINUTE;
      table.time[at] = day + (i + 1) * MINUTE;
      table.open[at] = (dollars + i) * 1e6;
      table.high[at] = (dollars + i + 1) * 1e6;
      table.low[at] = (dollars + i - 1) * 1e6;
      table.close[at] = (dollars + i) * 1e6 + (i % 2 === 0 ? 500_000 : -500_000);
      table.volume[at] = 1_000 + 7 * i;
      table.length = at + 1;
    }
  }
  await history.merge('SPY', table);
  await history.close();
  const market = { kind: 'replay', date: DATE, symbols: ['SPY'] } as const;
  const { live, h } = await serve(folder, { market, startAt: OPEN + 5 * MINUTE + 30 * SECOND, fresh: true });

  const labels = async (query: string): Promise<string[]> =>
    (await h.get(`/time_series?symbol=SPY&${query}`)).body.values.map((row: Json) => row.datetime);
  expect((await labels('interval=1min')).slice(0, 6)).toEqual([
    '2026-11-23 09:34:00',
    '2026-11-23 09:33:00',
    '2026-11-23 09:32:00',
    '2026-11-23 09:31:00',
    '2026-11-23 09:30:00',
    '2026-11-20 09:49:00',
  ]);
  expect(await labels('interval=1day')).toEqual(['2026-11-23', '2026-11-20']);
  expect((await h.get('/quote?symbol=SPY')).body).toMatchObject({ close: '104.50000', previous_close: '108.50000' });
  expect((await h.get('/earliest_timestamp?symbol=SPY&interval=1min')).body.datetime).toBe('2026-11-20 09:30:00');

  const probe = await h.open();
  probe.send({ action: 'subscribe', params: { symbols: 'SPY' } });
  await probe.take(1);
  await step(live, 6 * MINUTE);
  const ticks = await prices(probe);
  const { values } = (await h.get('/time_series?symbol=SPY&interval=1min&order=asc&date=today')).body;
  let volume = 0;
  const bars = values.map((row: Json) => {
    volume += Number(row.volume);
    return [row.datetime, Number(row.open), Number(row.high), Number(row.low), Number(row.close), volume];
  });
  expect(ticks[0].day_volume).toBe(bars[4][5]);
  expect(minutesOf(ticks)).toEqual(bars.slice(5));
  expect(minutesOf(ticks)).toHaveLength(6);
  probe.close();
});
