/**
 * What names a run: equal inputs have one identity on every machine, and equal ledgers one hash. SHA-256 comes from
 * the shell (`() => createHash('sha256')` of `node:crypto`), because results are computed without a platform.
 */
import type { DatedAction } from '../domain/corporateActions.js';
import type { MarketBatch } from '../domain/marketTables.js';
import type { RiskLimits } from '../domain/risk.js';
import type { StrategyConfig } from '../domain/session.js';
import { columnNames, columnOf } from '../domain/tables.js';
import type { Money } from '../domain/units.js';
import type { ParamValue } from '../strategies/param.js';
import { TextBytes } from '../utils/TextBytes.js';
import type { FillLog } from './FillLog.js';
import type { PlainFill } from './FillRow.js';

/** One computation of a hash. */
export interface Hash {
  update(data: string | Uint8Array): unknown;
  digest(encoding: 'hex'): string;
}
/** Begins a SHA-256. */
export type HashFactory = () => Hash;

/** Characters that are gathered before they are hashed: a call for each line would cost more than its hash. */
const HASHED_AT_ONCE = 65_536;

/** SHA-256 over symbols and columns. Little-endian, as every machine that Node runs on. */
export function hashMarket(market: MarketBatch, symbols: readonly string[], createHash: HashFactory): string {
  const hash = createHash();
  hash.update(JSON.stringify(symbols));
  for (const table of market.tables) {
    const timeframe = table.kind === 'bar' || table.kind === 'quoteBar' ? table.timeframe : '';
    hash.update(`\n${table.kind} ${timeframe} ${table.length}\n`);
    for (const name of columnNames(table.kind)) {
      const column = columnOf(table, name);
      hash.update(new Uint8Array(column.buffer, column.byteOffset, table.length * column.BYTES_PER_ELEMENT));
    }
  }
  return hash.digest('hex');
}

/**
 * SHA-256 over every fill with its fees and ledger entries, in order. What a fill was decided on is not part of
 * it: a tape and a backtest number the same evidence differently.
 */
export function hashLedger(fills: Iterable<PlainFill>, createHash: HashFactory): string {
  const hash = createHash();
  let text = '';
  for (const fill of fills) {
    text += ledgerLine(fill);
    if (text.length < HASHED_AT_ONCE) continue;
    hash.update(text);
    text = '';
  }
  hash.update(text);
  return hash.digest('hex');
}

function ledgerLine({ id, orderId, symbolId, side, quantity, price, time, fees, entries }: PlainFill): string {
  let lines = '';
  for (let i = 0; i < fees.length; i += 1) {
    const fee = fees[i];
    if (fee !== undefined) lines += `${i === 0 ? '' : ','}${fee.kind}:${fee.amount}`;
  }
  lines += ' ';
  for (let i = 0; i < entries.length; i += 1) {
    const entry = entries[i];
    if (entry === undefined) continue;
    lines += `${i === 0 ? '' : ','}${entry.account}:${entry.symbolId}:${entry.amount}:${entry.quantity}`;
  }
  return `${id} ${orderId} ${symbolId} ${side} ${quantity} ${price} ${time} ${lines}\n`;
}

/** Fills whose lines are hashed at a time. */
const FILLS_AT_ONCE = 256;

/** {@link hashLedger} of the fills of a log. */
export function hashFillLog(fills: FillLog, createHash: HashFactory): string {
  const hash = createHash();
  const text = new TextBytes();
  for (let from = 0; from < fills.length; from += FILLS_AT_ONCE) {
    text.clear();
    fills.writeLedger(from, Math.min(from + FILLS_AT_ONCE, fills.length), text);
    hash.update(text.bytes);
  }
  return hash.digest('hex');
}

/** Everything that decides a run. */
export interface RunInputs {
  readonly symbols: readonly string[];
  readonly dataHash: string;
  readonly warmUpHash: string;
  /** Name and version. */
  readonly preset: string;
  readonly feePlan: string;
  readonly engineVersion: string;
  readonly seed: number;
  readonly startingCash: Money;
  readonly priceScale: number;
  readonly limits: RiskLimits;
  /** Absent if there are none. */
  readonly corporateActions?: readonly DatedAction[];
  readonly strategies: readonly {
    readonly config: StrategyConfig;
    /** Of what decides: a file's bundle, or name and version of a built-in strategy. */
    readonly hash: string;
    /** All of them, defaults included. */
    readonly params: Readonly<Record<string, ParamValue>>;
  }[];
}

/** SHA-256 over the inputs; the order of parameters and limits does not matter. */
export function hashRun(inputs: RunInputs, createHash: HashFactory): string {
  const hash = createHash();
  const strategies = inputs.strategies.map(({ config, hash: strategy, params }) => ({
    strategy,
    instanceId: config.instanceId,
    symbols: config.symbols,
    timeframe: config.timeframe,
    allocation: config.allocation,
    params: sorted(params),
  }));
  hash.update(
    JSON.stringify([Object.entries({ ...inputs, strategies, limits: sorted(inputs.limits) }).toSorted(byName)]),
  );
  return hash.digest('hex');
}

function sorted(values: object): readonly (readonly [string, unknown])[] {
  return Object.entries(values).toSorted(byName);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
