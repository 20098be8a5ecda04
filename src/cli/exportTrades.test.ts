/** The trade log as files: what stands in them is what the log said, and nothing is written by halves. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import pc from 'picocolors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TradeLogger } from '../analytics/TradeLogger.js';
import { tradeDocument } from '../analytics/tradeDocument.js';
import { endedOrder, fillOf, orderOf, quotes, at as timeAt } from '../analytics/tradeLogKit.js';
import { DOLLAR } from '../domain/units.js';
import { storedTrade } from '../host/TradeKeeper.js';
import { openDatabase } from '../storage/sql/database.js';
import { SqlTradeStore } from '../storage/sql/tradeStore.js';
import type { CommandContext } from './CommandContext.js';
import type { TradesExportFlags } from './commands/trades.js';
import { exportTrades } from './exportTrades.js';

const REASON = 'said "go", then, went\nafter it';
let folder: string;
let written: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'papertape-trades-'));
  written = '';
  const log = new TradeLogger({ symbolCount: 1, priceScale: DOLLAR });
  log.observe(
    quotes([
      [0, 99.98, 100.02],
      [40, 101.98, 102.02],
    ]),
  );
  for (const [id, side, price, seconds] of [
    ['a', 'buy', 100.02, 1],
    ['b', 'sell', 101.98, 41],
    ['c', 'sell', 101.98, 50],
    ['d', 'buy', 102.02, 60],
  ] as const) {
    const order = orderOf(id, side, 10, seconds, { reason: REASON });
    log.noteOrder(order);
    log.noteFill(fillOf(`f-${id}`, order, 10, price, seconds, { fee: 0.01 }));
    log.noteOrder(endedOrder(order, 'filled', seconds, 10));
  }
  log.finish(timeAt(60));
  const database = await openDatabase(join(folder, 'papertape.db'));
  const store = new SqlTradeStore(database);
  const units = { sessionId: 'sim-1', symbols: ['AAPL'], priceScale: DOLLAR };
  await store.saveTrades(log.trades.map((trade) => storedTrade(tradeDocument(trade, units))));
  const key = { sessionId: 'sim-1', tradeId: 't-2', user: 'owner' };
  await store.addTradeNote({ ...key, time: timeAt(70), text: 'late, "again"', tags: ['late'] });
  await database.destroy();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(flags: Partial<TradesExportFlags>): Promise<void> {
  const context: CommandContext = {
    cwd: folder,
    environment: {},
    terminal: {
      out: (text) => (written += text),
      err: () => undefined,
      colours: pc.createColors(false),
      errColours: pc.createColors(false),
      columns: 100,
      interactive: false,
    },
  };
  return exportTrades({ dataDir: folder, ...flags }, context);
}

describe('trades export', () => {
  it('writes Parquet with exact amounts, times and nulls where there is no figure', async () => {
    const path = join(folder, 't.parquet');
    await run({ format: 'parquet', out: 't.parquet' });
    expect(written).toContain('2 trades in');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const found = await connection.runAndReadAll(
      `select trade, side, pnl::varchar, epoch_us(entry_time)::varchar, r_multiple, effective_spread, markout_5m,
        entry_reason, tags, notes from '${path}' order by trade`,
    );
    connection.closeSync();
    instance.closeSync();
    // 10 × 1.96 − 0.02, and 10 × −0.04 − 0.02.
    expect(found.getRows()).toEqual([
      ['t-1', 'long', '19.58000000', String(timeAt(1)), null, expect.closeTo(0.04, 9), null, REASON, '', ''],
      [
        't-2',
        'short',
        '-0.42000000',
        String(timeAt(50)),
        null,
        expect.closeTo(0.04, 9),
        null,
        REASON,
        'late',
        'late, "again"',
      ],
    ]);
    expect(readdirSync(folder).filter((name) => name.includes('tmp'))).toEqual([]);
  });

  it('writes JSON with every fill and note, and CSV to standard output', async () => {
    await run({ format: 'json', out: 't.json', json: true });
    expect(JSON.parse(written)).toMatchObject({ format: 'json', trades: 2 });
    const trades = JSON.parse(readFileSync(join(folder, 't.json'), 'utf8')) as Record<string, unknown>[];
    expect(trades.map(({ id }) => id)).toEqual(['t-1', 't-2']);
    expect(trades[1]).toMatchObject({ tags: ['late'], notes: [{ user: 'owner', text: 'late, "again"' }] });
    expect(trades[0]?.['fills']).toHaveLength(2);
    written = '';
    await run({ symbol: 'AAPL', to: '2013-10-07' });
    expect(written.split('\n')[0]).toMatch(/^run,trade,owner,symbol/);
    expect(written).toContain('"said ""go"", then, went\nafter it"');
    written = '';
    await run({ from: '2013-10-08' });
    expect(written.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    '=HYPERLINK("http://evil.example","click")',
    "+1+cmd|' /c calc'!A1",
    '-2+3',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '＝1+1',
    '＋1',
    '－1+1',
    '＠SUM(A1)',
    '  =1',
  ])('S34: keeps a spreadsheet from reckoning the note %j, which other files have as it is', async (text) => {
    const database = await openDatabase(join(folder, 'papertape.db'));
    const key = { sessionId: 'sim-1', tradeId: 't-1', user: 'eve', time: timeAt(80) };
    await new SqlTradeStore(database).addTradeNote({ ...key, text, tags: ['=tag'] });
    await database.destroy();
    await run({ symbol: 'AAPL' });
    const quoted = text.replaceAll('"', '""');
    // A loss stays a number.
    expect(written).toMatch(/,-0\.420*,/);
    expect(written).toContain(`,"'=tag","${text.startsWith('  ') ? quoted : `'${quoted}`}"\n`);
    await run({ out: 't.json' });
    expect(JSON.parse(readFileSync(join(folder, 't.json'), 'utf8'))).toMatchObject([
      { notes: [{ text, tags: ['=tag'] }] },
      {},
    ]);
    await run({ out: 't.parquet' });
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const found = await connection.runAndReadAll(
      `select tags, notes from '${join(folder, 't.parquet')}' order by trade`,
    );
    connection.closeSync();
    instance.closeSync();
    expect(found.getRows()[0]).toEqual(['=tag', text]);
  });

  it.each([
    ['t.parquet', undefined, 'PAR1'],
    ['T.JSON', undefined, '[\n{"'],
    ['t.txt', undefined, 'run,trade'],
    ['t.json', 'csv', 'run,trade'],
  ] as const)('writes to %s what its name says, unless a format (%s) is', async (out, format, beginning) => {
    await run({ out, ...(format === undefined ? {} : { format }) });
    expect(readFileSync(join(folder, out), 'latin1').slice(0, beginning.length)).toBe(beginning);
  });

  it('leaves a file alone that is there, and says what it cannot do', async () => {
    writeFileSync(join(folder, 't.csv'), 'mine');
    await expect(run({ out: 't.csv' })).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(readFileSync(join(folder, 't.csv'), 'utf8')).toBe('mine');
    await expect(run({ format: 'parquet' })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(run({ out: 'no/such/folder/t.csv' })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    await expect(run({ dataDir: join(folder, 'nowhere') })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
