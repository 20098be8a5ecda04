/** The same market, the same requests at the same market times: the same bytes, REST and stream, twice over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../../src/domain/timeframe.js';
import { ManualClock } from '../../support/ManualClock.js';
import { startLiveAlpaca } from '../../support/liveAlpaca.js';
import { twelvedataHarness } from '../../support/twelvedataHarness.js';

const KEY = { authorization: 'apikey same' };
const REQUESTS = [
  '/time_series?symbol=AURX,BYTQ,NOPE&interval=1min&prepost=true&previous_close=true',
  '/time_series?symbol=AURX&interval=5min&prepost=true&format=CSV&timezone=UTC',
  '/quote?symbol=AURX&prepost=true',
  '/price?symbol=AURX,SIMX&prepost=true',
  '/market_state',
  '/exchange_schedule',
  '/stocks',
  '/symbol_search?symbol=a',
  '/api_usage',
  '/eod?symbol=AURX',
  '/nothing',
];

/** Everything that a day's first minutes answer and stream. */
async function play(): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'papertape-twelvedata-'));
  const market = { kind: 'simulated', seed: 11, date: '2026-11-23' } as const;
  const live = await startLiveAlpaca(folder, { market, fresh: true });
  const h = await twelvedataHarness({ reads: live.venue, anyKey: true, clock: new ManualClock() });
  const said: string[] = [];
  const probes = [await h.open('same'), await h.open('other')];
  for (const [index, symbols] of ['AURX,SIMX,NOPE', 'SIMX,BYTQ,AURX'].entries()) {
    probes[index]?.send({ action: 'subscribe', params: { symbols } });
    said.push(...((await probes[index]?.take(1)) ?? []).map((frame) => frame.data.toString()));
  }
  for (const micros of [20 * SECOND, 3 * MINUTE, 90 * SECOND]) {
    await live.venue.control({ action: 'step', micros });
    for (const probe of probes) {
      await probe.ping();
      said.push(...probe.received.splice(0).map((frame) => frame.data.toString()));
    }
    for (const url of REQUESTS) {
      const { status, headers, text } = await h.get(url, KEY);
      said.push(`${url} ${status} ${String(headers['api-credits-used'])} ${text}`);
    }
  }
  for (const probe of probes) probe.close();
  await h.close();
  await live.stop();
  rmSync(folder, { recursive: true, force: true });
  return said;
}

test('twice the same', async () => {
  const first = await play();
  expect(first.filter((line) => line.includes('"event":"price"')).length).toBeGreaterThan(50);
  expect(await play()).toEqual(first);
});
