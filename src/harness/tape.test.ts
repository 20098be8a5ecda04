import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHistory } from '../compose.js';
import { importFile } from '../data/import/importFile.js';
import { PapertapeError } from '../domain/errors.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../domain/units.js';
import { openSession } from '../host/openSession.js';
import { sessionNames, tapeDirectory } from '../host/tapeNames.js';
import { readTapeMarket } from '../host/readTape.js';
import type { SessionPlan } from '../host/sessionPlan.js';
import { nodeFileSystem } from '../storage/fileSystem.js';
import SmaCross from '../strategies/builtin/SmaCross.js';
import { systemClock } from '../utils/clock.js';
import { backtest, csv, tape } from '../testing.js';

const PARAMS = { fast: 3, slow: 8, direction: 'longShort' } as const;
const LIMITS = { maxOrdersPerMinute: 50 };
const CASH = 50_000;

let folder = '';
/** Data directories: a simulated session, two imported days, and a replay of the first of them. */
let simulated = '';
let history = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'papertape-tape-'));
  simulated = join(folder, 'simulated');
  history = join(folder, 'imported');
  for (const [symbol, phase] of [
    ['SPY', 0],
    ['IBM', 2],
  ] as const) {
    const file = join(folder, `${symbol}.csv`);
    writeFileSync(file, minutesOf(['2013-10-07', '2013-10-08'], phase));
    const cache = openHistory(history);
    await importFile(file, cache, { symbol, timeframe: '1m', timezone: 'America/New_York' });
    await cache.close();
  }
  await record(simulated, { kind: 'simulated', seed: 3, date: '2026-11-23' }, ['AURX', 'BYTQ']);
  await record(history, { kind: 'replay', date: '2013-10-07', symbols: undefined }, ['SPY', 'IBM']);
}, 300_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Minute bars of regular hours whose closes swing, so that averages cross. */
function minutesOf(dates: readonly string[], phase: number): string {
  const lines = ['time,open,high,low,close,volume'];
  for (const date of dates) {
    for (let minute = 570; minute < 960; minute += 1) {
      const clock = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
      const close = (100 + Math.sin(minute / 7 + phase)).toFixed(2);
      lines.push(`${date} ${clock}:00,${close},${close},${close},${close},500000`);
    }
  }
  return lines.join('\n');
}

/** Records a session at full speed to its end. */
async function record(dataDir: string, market: SessionPlan['market'], symbols: readonly string[]): Promise<void> {
  const cache = openHistory(dataDir);
  let nowMs = 0;
  const { session } = await openSession(
    {
      dataDir,
      cwd: folder,
      market,
      startingCash: CASH * DOLLAR,
      preset: 'papertape',
      feePlan: undefined,
      strategies: [
        { instanceId: 'cross', strategy: 'sma-cross', symbols, timeframe: '1m', params: PARAMS, allocation: 0.2 },
      ],
      limits: LIMITS,
      keepMarketRows: 0,
      startAt: undefined,
      speed: 0,
      fresh: false,
      stopFirst: undefined,
    },
    {
      fs: nodeFileSystem,
      history: () => cache,
      clock: { ...systemClock, monotonicMs: () => (nowMs += 2) },
      onDurable: () => undefined,
      onNotice: () => undefined,
    },
  );
  while (!session.ended) session.step();
  const { roundTrips } = session.composed.kernel.tracker;
  recordedTrades.set(
    dataDir,
    roundTrips.toArray().map((trip) => ({
      side: trip.side === 'buy' ? 'long' : 'short',
      quantity: trip.quantity / SHARE,
      entryTime: trip.entryTime,
      exitTime: trip.exitTime,
      entryPrice: trip.entryPrice / RAW_PRICE_SCALE,
      exitPrice: trip.exitPrice / RAW_PRICE_SCALE,
      pnl: trip.pnl / DOLLAR,
    })),
  );
  await cache.close();
}

/** The round trips of the recorded sessions, in dollars and shares, by data directory. */
const recordedTrades = new Map<string, readonly Readonly<Record<string, unknown>>[]>();

/** The same strategy on the tape's market, with the session's money and limits. */
function runOn(data: ReturnType<typeof tape>): ReturnType<typeof backtest> {
  return backtest(SmaCross, { data, params: PARAMS, limits: LIMITS, cash: CASH, allocation: 0.2 });
}

function sessionOf(dataDir: string): string {
  return tapeDirectory(dataDir, sessionNames(nodeFileSystem, dataDir)[0] ?? '');
}

describe('tape', () => {
  it('gives the market of a recorded session: the same strategy trades as it did in the session', async () => {
    const directory = sessionOf(simulated);
    const run = await runOn(tape(directory, { symbols: ['AURX', 'BYTQ'] }));
    const recorded = recordedTrades.get(simulated) ?? [];
    expect(recorded.length).toBeGreaterThan(10);
    expect(run.trades).toMatchObject(recorded);
    expect(run.trades).toHaveLength(recorded.length);
    expect(run.fills[0]?.receipt.basis).toBe('book');
  });

  it('gives the market of a replay from the history that its tape refers to', async () => {
    const directory = sessionOf(history);
    const run = await runOn(tape(directory));
    const recorded = recordedTrades.get(history) ?? [];
    expect(recorded.length).toBeGreaterThan(10);
    expect(run.trades).toMatchObject(recorded);
    expect(run.trades).toHaveLength(recorded.length);
  });

  it('keeps every row of a session in the order in which it was recorded', async () => {
    const directory = sessionOf(simulated);
    const { market, symbols, prints } = await tape(directory);
    expect(symbols).toHaveLength(30);
    expect(prints).toBe(true);
    let at = 0;
    const rows = market.tables.map(() => 0);
    for (const batch of readTapeMarket(nodeFileSystem, directory)) {
      const own = batch.tables.map(() => 0);
      for (let event = 0; event < batch.length; event += 1, at += 1) {
        const index = batch.order?.[event] ?? 0;
        const source = batch.tables[index];
        const table = market.tables[market.order?.[at] ?? 0];
        const row = rows[market.order?.[at] ?? 0] ?? 0;
        const sourceRow = own[index] ?? 0;
        rows[market.order?.[at] ?? 0] = row + 1;
        own[index] = sourceRow + 1;
        const isSame =
          table?.kind === source?.kind &&
          table?.time[row] === source?.time[sourceRow] &&
          table?.symbolId[row] === source?.symbolId[sourceRow];
        if (!isSame) expect.fail(`event ${at} is another`);
      }
    }
    expect(at).toBe(market.length);
    expect(at).toBeGreaterThan(10_000);
  });

  it('gives an imported day, as the file of that day does', async () => {
    const file = join(folder, 'SPY-8.csv');
    writeFileSync(file, minutesOf(['2013-10-08'], 0));
    const fromFile = await csv(file, { symbol: 'SPY', timeframe: '1m', timezone: 'America/New_York' });
    const fromTape = await tape(history, { symbols: ['SPY'], date: '2013-10-08' });
    expect(fromTape).toEqual(fromFile);
    expect(fromTape.market.length).toBe(390);
    // The history's own folder does as well.
    expect(await tape(join(history, 'history'), { symbols: ['SPY'], date: '2013-10-08' })).toEqual(fromFile);
  });

  it('says what is missing', async () => {
    const told = async (data: ReturnType<typeof tape>): Promise<string> => {
      const error: unknown = await data.catch((thrown: unknown) => thrown);
      return error instanceof PapertapeError ? `${error.code} ${error.message} ${error.remedy ?? ''}` : String(error);
    };
    expect(await told(tape(join(folder, 'none')))).toMatch(/^TAPE_NOT_FOUND There is no tape in .*none/);
    expect(await told(tape(folder))).toMatch(/^TAPE_NOT_FOUND There is no tape in /);
    expect(await told(tape(history))).toMatch(/^DATA_MISSING .*more than one day.*\{ date: '2013-10-07' \}/);
    expect(await told(tape(history, { date: '2013-10-09' }))).toMatch(/^DATA_MISSING /);
    const directory = sessionOf(simulated);
    expect(await told(tape(directory, { symbols: ['SPY'] }))).toMatch(/^SYMBOL_UNKNOWN .*has no SPY/);
  });
});
