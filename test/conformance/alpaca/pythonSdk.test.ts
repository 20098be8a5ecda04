/** The unmodified Python SDK alpaca-py against the server; skipped by name where it is not installed. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/domain/timeframe.js';
import { flatMinute, smallPrint } from '../../support/alpacaRows.js';
import { alpacaHarness } from '../../support/alpacaHarness.js';
import type { AlpacaHarness, Json } from '../../support/alpacaHarness.js';
import { FAKE_NOW } from '../../support/FakePaperVenue.js';

const python = process.env['PAPERTAPE_PYTHON'];
const SCRIPT = fileURLToPath(new URL('pythonSdk.py', import.meta.url));

describe.skipIf(python === undefined)('alpaca-py (npm test makes its environment with PAPERTAPE_PYTHON_SDK=1)', () => {
  let h: AlpacaHarness;
  let seen: ReadonlyMap<string, Json>;

  beforeAll(async () => {
    h = await alpacaHarness();
    for (let i = 0; i < 3; i += 1) {
      for (const symbolId of [0, 1]) {
        const price = (100 + i) * 1_000_000;
        const start = FAKE_NOW - (5 - i) * MINUTE;
        h.venue.minuteBars.push(flatMinute(symbolId, start, price));
        h.venue.printRows.push(smallPrint(symbolId, start, price, 6, i + 1));
      }
    }
    // A trade, a restated bar and a pause for whoever begins to watch the market.
    h.venue.onWatch = () => {
      const row = { kind: 'print', symbolId: 0, time: FAKE_NOW + 123_456, price: 200_500_000 } as const;
      h.venue.tellMarket([
        { ...row, size: 1, flags: 6, exchange: 'V', id: 9 },
        { ...flatMinute(0, FAKE_NOW - MINUTE, 200_500_000, 7), restated: true },
        { kind: 'status', symbolId: 0, time: FAKE_NOW, halted: true, halt: 'volatilityPause' },
      ]);
    };
    const base = await h.server.listen('127.0.0.1', 0);
    seen = new Map(JSON.parse(await run([SCRIPT, base, h.keyId, h.secret])));
  }, 120_000);
  afterAll(() => h.close());

  const rows: readonly [string, unknown][] = [
    ['account', ['ACTIVE', '100000', '4']],
    ['submit', ['10', '190.5', 'new']],
    ['duplicate', [422, 40010001, 'client_order_id must be unique']],
    ['by client id', true],
    ['replace', [true, '2']],
    ['bracket', ['held', 'held']],
    ['nested', [2, 0]],
    ['cancel all', [200]],
    ['trailing stop', '1.5'],
    [
      'trading stream',
      [
        ['pending_new', null, 'pending_new'],
        ['new', null, 'new'],
        ['fill', 10, 'filled'],
      ],
    ],
    ['position', ['10', 'long', '2000']],
    ['close part', ['5', 'sell']],
    ['close all', [['AAPL', 200]]],
    ['no position', [404, 40410000, 'position does not exist']],
    ['assets', ['AAPL', 'BRK.B', 'MSFT']],
    ['no asset', 404],
    ['clock', true],
    ['calendar', ['2026-11-25', '2026-11-27']],
    ['history', ['5Min', true]],
    ['configuration', false],
    ['watchlist', ['AAPL']],
    ['bars', { AAPL: [100, 101, 102], MSFT: [100, 101, 102] }],
    ['trades', 3],
    ['latest quote', 200],
    ['snapshot', 102],
    [
      'market stream',
      [
        ['AAPL', 200.5, '2026-08-03T14:30:00.123456+00:00'],
        ['AAPL', 7, '2026-08-03T14:29:00+00:00'],
        ['AAPL', 'P', 'LUDP'],
      ],
    ],
  ];
  test.each(rows)('%s', (name, value) => {
    expect(seen.get(name)).toEqual(value);
  });
});

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
