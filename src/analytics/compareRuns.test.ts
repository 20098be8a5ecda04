/** What two kept backtests were asked for, told where it differs. */
import { expect, it } from 'vitest';
import type { ComparedRun, RunRecord, RunResult } from '../domain/runs.js';
import { compareRuns } from './compareRuns.js';

interface Asked {
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly symbols?: readonly string[];
  readonly data?: RunResult['data'];
  readonly dataHash?: string;
}

const MINUTES = { what: '1m bars of regular hours', rows: 390 };

function sideOf({ flags = {}, symbols = ['SPY'], data = [MINUTES], dataHash = 'a'.repeat(64) }: Asked): ComparedRun {
  const run: RunRecord = {
    kind: 'backtest',
    number: 1,
    title: 'sma-cross',
    symbols,
    from: '2013-10-07',
    to: '2013-10-07',
    request: JSON.stringify({ cwd: '/', strategies: [], flags }),
    pid: 1,
    state: 'done',
    startedAt: 0,
    updatedAt: 0,
    inputs: undefined,
    checkpoint: undefined,
    result: undefined,
    failure: undefined,
    analysis: undefined,
  };
  const result: RunResult = {
    identity: '',
    ledgerHash: '',
    dataHash,
    engineVersion: '1',
    seed: 1,
    preset: 'papertape',
    feePlan: 'none',
    adjust: 'raw',
    strategies: [],
    startingCash: 1,
    finalEquity: 1,
    fees: 0,
    orders: 0,
    fills: 0,
    statistics: {},
    data,
    warmUpRows: 0,
    warnings: [],
    priceScale: 1,
  };
  return { run, result, trades: [], dailyReturns: 0 };
}

const inputsOf = (a: Asked, b: Asked) => compareRuns(sideOf(a), sideOf(b)).inputs;

it('says nothing of what is the same', () => {
  expect(inputsOf({ flags: { ticks: ['quote'] } }, { flags: { ticks: ['quote'] } })).toEqual([]);
});

it('says which hours and kinds of data were read', () => {
  const prints = { what: 'prints of all hours', rows: 12_345 };
  const other = { data: [{ what: '1m bars of all hours', rows: 1020 }, prints], dataHash: 'b'.repeat(64) };
  expect(inputsOf({}, other)).toEqual([
    { name: 'data', a: '390 1m bars of regular hours', b: '1,020 1m bars of all hours, 12,345 prints of all hours' },
    { name: 'data hash', a: 'aaaaaaaaaaaa', b: 'bbbbbbbbbbbb' },
  ]);
});

it('says which feed, ticks and benchmark were asked for', () => {
  expect(inputsOf({}, { flags: { feed: 'iex', ticks: ['quote', 'print'], benchmark: 'QQQ' } })).toEqual([
    { name: 'feed', a: 'consolidated', b: 'iex' },
    { name: 'ticks', a: 'none', b: 'quote, print' },
    { name: 'benchmark', a: 'SPY', b: 'QQQ' },
  ]);
});

it('names the source whose feed is read, and no benchmark of several symbols', () => {
  expect(inputsOf({ symbols: ['A', 'B'], flags: { source: 'alpaca' } }, { symbols: ['A'] })).toEqual([
    { name: 'symbols', a: 'A B', b: 'A' },
    { name: 'feed', a: 'that of alpaca', b: 'consolidated' },
    { name: 'benchmark', a: 'none', b: 'A' },
  ]);
});

it('reads a request of another form as one that asks for nothing', () => {
  const odd = sideOf({});
  for (const request of ['{}', '[]', '{"flags":{"ticks":"quote","feed":5}}']) {
    expect(compareRuns(odd, { ...odd, run: { ...odd.run, request } }).inputs).toEqual([]);
  }
});
