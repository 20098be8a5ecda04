/**
 * Other backtesters on the same bars in the same run: programs in bench/peers, each of which prints what it came to and
 * how long it took. Their trades are compared with ours before their speed counts for anything. Those that are not
 * installed (`npm run bench:peers`) are named.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BarTable } from '../src/domain/marketTables.js';
import { assert } from '../src/utils/assert.js';
import { figures } from './harness.js';
import type { BenchResult } from './harness.js';

/** Another backtester, and how much of the data it gets. */
export interface Peer {
  readonly name: string;
  /** File in bench/peers. */
  readonly program: string;
  /** Variable with the interpreter (Python), or with the folder of packages (npm). */
  readonly variable: string;
  readonly bars: number;
  readonly runs: number;
  /** By how much its number of trades may differ from ours, as a fraction; with the reason, unless it is 0. */
  readonly tolerance: number;
  /** Whether its final equity must be ours; not where it fills at another price. */
  readonly comparesEquity: boolean;
  readonly note: string;
}

/** What ours comes to on the first bars. */
export interface Outcome {
  readonly trades: number;
  /** Dollars. */
  readonly finalEquity: number;
}

interface Answer extends Outcome {
  readonly version: string;
  readonly seconds: readonly number[];
}

const EQUITY_TOLERANCE = 1e-5;
const MOST_MS = 15 * 60_000;

/** Runs the peers that are installed; `expected` says what ours comes to on so many bars, `ours` how fast it is. */
export function runPeers(
  peers: readonly Peer[],
  table: BarTable,
  expected: (bars: number) => Outcome,
  ours: BenchResult,
): { readonly results: BenchResult[]; readonly missing: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'papertape-peers-'));
  const data = join(folder, 'bars.f64');
  writeFileSync(data, columnsOf(table));
  try {
    const found = peers.filter(({ variable }) => process.env[variable] !== undefined);
    const results = found.map((peer) => runPeer(peer, data, expected(peer.bars), ours));
    return { results, missing: peers.filter((peer) => !found.includes(peer)).map(({ name }) => name) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runPeer(peer: Peer, data: string, expected: Outcome, ours: BenchResult): BenchResult {
  const { name, bars, runs, tolerance } = peer;
  const answer = ask(peer, data);
  const apart = Math.abs(answer.trades / expected.trades - 1);
  assert(apart <= tolerance, `${name} made ${answer.trades} trades, ours ${expected.trades}`);
  if (peer.comparesEquity) {
    const difference = Math.abs(answer.finalEquity / expected.finalEquity - 1);
    assert(difference <= EQUITY_TOLERANCE, `${name} ends with ${answer.finalEquity}, ours ${expected.finalEquity}`);
  }
  const [first = 0, ...rest] = answer.seconds.map((seconds) => seconds * 1000);
  const result = figures(`${ours.name}/${name}`, ours.unit, bars, first, runs === 1 ? [first] : rest, 0);
  const trades =
    answer.trades === expected.trades ? 'the same trades' : `${answer.trades} trades, ours ${expected.trades}`;
  return { ...result, ratio: ours.perSecond / result.perSecond, note: `${answer.version}; ${trades}${peer.note}` };
}

function ask({ program, variable, bars, runs }: Peer, data: string): Answer {
  const place = process.env[variable] ?? '';
  const source = join(process.env['PAPERTAPE_PEERS'] ?? '', program);
  const isNode = program.endsWith('.mjs');
  const command = isNode ? process.execPath : place;
  const args = [isNode ? join(place, program) : source, data, String(bars), String(runs)];
  const text = execFileSync(command, args, { encoding: 'utf8', timeout: MOST_MS, stdio: ['ignore', 'pipe', 'ignore'] });
  const answer: unknown = JSON.parse(text.slice(text.indexOf('{')));
  assert(isAnswer(answer), `${program} answered ${text.slice(0, 200)}`);
  return answer;
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && 'trades' in value && 'seconds' in value && 'version' in value;
}

/** Time in microseconds, prices in cents, volume: one column after the other. */
function columnsOf(table: BarTable): Buffer {
  const { length } = table;
  const cents = (column: Float64Array): Float64Array => column.subarray(0, length).map((price) => price / 10_000);
  const columns = [
    table.start.subarray(0, length),
    ...[table.open, table.high, table.low, table.close].map(cents),
    table.volume.subarray(0, length),
  ];
  return Buffer.concat(columns.map((column) => Buffer.from(column.buffer, column.byteOffset, column.byteLength)));
}
