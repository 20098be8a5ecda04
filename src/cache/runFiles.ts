/**
 * Trades and equity of a kept run as Parquet files, which other programs read as they are: prices, amounts and
 * quantities in dollars and shares, times in UTC, and texts as indices into the list `names.json` beside them.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PapertapeError } from '../domain/errors.js';
import type { StoredTrade } from '../domain/runs.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../domain/units.js';
import { required } from '../utils/assert.js';
import { nodeDisk } from './cacheDisk.js';
import { prepared, publishFiles, writeTextDurably } from './durableFile.js';
import { ParquetEngine } from './ParquetEngine.js';
import type { FileColumn } from './ParquetEngine.js';

/** The equity of a run: times, and dollars. */
export interface StoredEquity {
  readonly time: Float64Array;
  readonly equity: Float64Array;
}

/** Trades of a run and the equity that they made. */
export interface RunColumns {
  readonly trades: readonly StoredTrade[];
  readonly equity: StoredEquity;
}

const TRADES = 'trades.parquet';
const EQUITY = 'equity.parquet';
const NAMES = 'names.json';
/** Columns of the trades that are texts. */
const TEXTS = ['owner', 'symbol', 'side', 'entryReason', 'exitReason'] as const;
const NUMBERS = ['quantity', 'entryTime', 'entryPrice', 'exitTime', 'exitPrice', 'fees', 'pnl'] as const;

/** Writes the files of a run into `folder`, which is made; each is there whole or not at all. */
export async function writeRunFiles(folder: string, { trades, equity }: RunColumns, priceScale: number): Promise<void> {
  const names = new Map<string, number>();
  const codeOf = (text: string): number => {
    const code = names.get(text) ?? names.size;
    names.set(text, code);
    return code;
  };
  const columns: FileColumn[] = [
    ...TEXTS.map((name) =>
      column(
        name,
        'count',
        Float64Array.from(trades, (trade) => codeOf(trade[name])),
      ),
    ),
    ...NUMBERS.map((name) =>
      column(
        name,
        typeOf(name, priceScale),
        Float64Array.from(trades, (trade) => trade[name]),
      ),
    ),
  ];
  const money = equity.equity.map((dollars) => Math.round(dollars * DOLLAR));
  const engine = await ParquetEngine.open();
  try {
    await writeTextDurably(nodeDisk, join(folder, NAMES), JSON.stringify([...names.keys()]));
    const tradesFile = prepared(join(folder, TRADES));
    const equityFile = prepared(join(folder, EQUITY));
    await engine.writeColumns(columns, trades.length, tradesFile.temporary);
    const points = [column('time', 'time', equity.time), column('equity', 'price', money)];
    await engine.writeColumns(points, money.length, equityFile.temporary);
    await publishFiles([tradesFile, equityFile]);
  } finally {
    engine.close();
  }
}

/** Reads the trades of a run back. Throws `CACHE_CORRUPT` if its files are not what was written. */
export async function readRunTrades(folder: string): Promise<readonly StoredTrade[]> {
  const { names, columns } = await readable(folder, async (engine) => {
    const path = join(folder, TRADES);
    const { rows } = await engine.describe(path);
    const list: unknown = JSON.parse(await readFile(join(folder, NAMES), 'utf8'));
    return {
      names: Array.isArray(list) ? list.map(String) : [],
      columns: await engine.readColumns(path, [...TEXTS, ...NUMBERS], rows),
    };
  });
  const at = (name: (typeof TEXTS)[number] | (typeof NUMBERS)[number], row: number): number =>
    required(columns[[...TEXTS, ...NUMBERS].indexOf(name)]?.[row], `${name} of trade ${row}`);
  const text = (name: (typeof TEXTS)[number], row: number): string => names[at(name, row)] ?? '';
  return Array.from({ length: columns[0]?.length ?? 0 }, (_, row) => ({
    owner: text('owner', row),
    symbol: text('symbol', row),
    side: text('side', row) === 'buy' ? ('buy' as const) : ('sell' as const),
    quantity: at('quantity', row),
    entryTime: at('entryTime', row),
    entryPrice: at('entryPrice', row),
    entryReason: text('entryReason', row),
    exitTime: at('exitTime', row),
    exitPrice: at('exitPrice', row),
    exitReason: text('exitReason', row),
    fees: at('fees', row),
    pnl: at('pnl', row),
  }));
}

/** Reads the equity of a run back. Throws as {@link readRunTrades} does. */
export async function readRunEquity(folder: string): Promise<StoredEquity> {
  return readable(folder, async (engine) => {
    const path = join(folder, EQUITY);
    const { rows } = await engine.describe(path);
    const [time, money] = await engine.readColumns(path, ['time', 'equity'], rows);
    return {
      time: required(time, 'the times'),
      equity: required(money, 'the equity').map((value) => value / DOLLAR),
    };
  });
}

async function readable<T>(folder: string, read: (engine: ParquetEngine) => Promise<T>): Promise<T> {
  const engine = await ParquetEngine.open();
  try {
    return await read(engine);
  } catch (cause) {
    throw new PapertapeError('CACHE_CORRUPT', `The files of the run in ${folder} cannot be read.`, {
      remedy: 'Run the backtest again, and remove this run with `papertape runs rm`.',
      cause,
    });
  } finally {
    engine.close();
  }
}

function column(name: string, type: FileColumn['type'], field: Float64Array): FileColumn {
  return { name, type, field };
}

function typeOf(name: (typeof NUMBERS)[number], priceScale: number): FileColumn['type'] {
  if (name === 'entryTime' || name === 'exitTime') return 'time';
  const isPrice = name === 'entryPrice' || name === 'exitPrice';
  return isPrice && priceScale !== RAW_PRICE_SCALE ? 'adjusted' : 'price';
}
