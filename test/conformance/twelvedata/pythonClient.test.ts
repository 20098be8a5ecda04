/** The unmodified Python client `twelvedata` against the server; skipped by name where it is not installed. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../../support/alpacaHarness.js';
import { print, twelvedataHarness } from '../../support/twelvedataHarness.js';
import type { TwelvedataHarness } from '../../support/twelvedataHarness.js';
import { fillMarket, MORNING } from '../../support/twelvedataMarket.js';

const python = process.env['PAPERTAPE_PYTHON_TWELVEDATA'];
const SCRIPT = fileURLToPath(new URL('pythonClient.py', import.meta.url));

describe.skipIf(python === undefined)(
  'Python twelvedata (npm test makes its environment with PAPERTAPE_PYTHON_SDK=1)',
  () => {
    let h: TwelvedataHarness;
    let seen: ReadonlyMap<string, Json>;

    beforeAll(async () => {
      h = await twelvedataHarness();
      fillMarket(h.venue);
      // A trade for whoever begins to watch the market, once its subscription was answered.
      h.venue.onWatch = () => setImmediate(() => h.venue.tellMarket([print(41, MORNING, 200.5, 50)]));
      seen = new Map(JSON.parse(await run([SCRIPT, (await h.listen()).rest, h.apikey])));
    }, 120_000);
    afterAll(() => h.close());

    const rows: readonly [string, unknown][] = [
      [
        'time series',
        [
          expect.objectContaining({ datetime: '2026-08-03 10:02:00', close: '200.32000', volume: '100' }),
          expect.objectContaining({ datetime: '2026-08-03 10:01:00', open: '200.31000' }),
        ],
      ],
      [
        'time series as CSV',
        [
          ['datetime', 'open', 'high', 'low', 'close', 'volume'],
          ['2026-08-03 10:02:00', '200.32000', '200.34000', '200.30000', '200.32000', '100'],
          ['2026-08-03 10:01:00', '200.31000', '200.33000', '200.29000', '200.31000', '100'],
        ],
      ],
      ['ascending', ['2026-08-03 10:01:00', '2026-08-03 10:02:00']],
      ['days', ['200.00000', '198.00000']],
      ['UTC', '2026-08-03 14:02:00'],
      // The client leaves out what was refused.
      ['several symbols', { AAPL: 1, MSFT: 1 }],
      ['price', { price: '200.32000' }],
      ['prices', { AAPL: { price: '200.32000' }, MSFT: { price: '400.32000' } }],
      ['quote', { close: '400.32000', previous_close: '400.00000', is_market_open: true }],
      ['eod', '200.00000'],
      ['stocks', ['AAPL', 'MSFT', 'BRK.B']],
      ['etfs', []],
      ['search', ['MSFT']],
      ['earliest', '2026-07-30'],
      ['market state', true],
      ['schedule', 3],
      ['exchanges', ['XNGS', 'XNYS', 'ARCX', 'XASE', 'BATS']],
      ['usage', 'local'],
      ['dividends', [{ ex_date: '2026-05-08', amount: 0.26 }]],
      ['splits', ['4-for-1 split']],
      ['no data', 'BadRequestError'],
      ['unknown symbol', 'TwelveDataError'],
      ['no pair', 'TwelveDataError'],
      ['wrong key', 'InvalidApiKeyError'],
      ['subscribed', ['ok', ['AAPL']]],
      ['streamed', ['AAPL', 200.5, 3_350]],
      ['heartbeat', 'ok'],
      ['added', ['MSFT']],
      ['taken away', ['MSFT']],
      ['reset', 'ok'],
    ];
    test.each(rows)('%s', (name, value) => {
      expect(seen.get(name)).toEqual(value);
    });
  },
);

function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(python ?? '', args);
    let [out, err] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve(out) : reject(new Error(`the script failed: ${err}`))));
  });
}
