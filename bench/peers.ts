/**
 * Other programs on the same data in the same run: those in bench/peers, each of which prints what it came to and how
 * long it took. Their trades are compared with ours before their speed counts for anything. Those that are not
 * installed (`npm run bench:peers`) are named.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '../src/utils/assert.js';
import { figures } from './harness.js';
import type { BenchResult } from './harness.js';

/** What a backtest came to. */
export interface Outcome {
  /** Closed trades, or fills. */
  readonly trades: number;
  /** Dollars. */
  readonly finalEquity: number;
}

/** Another program, and how much of the work it gets. */
export interface Peer {
  readonly name: string;
  /** File in bench/peers. */
  readonly program: string;
  /** Where its packages are. */
  readonly variable: PeerVariable;
  /** Plain data that it is given beside the file. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Units of work in one run. */
  readonly work: number;
  /** Of several the first is left out, which pays for its compiler. */
  readonly runs: number;
  /** What ours comes to on that much of the data: one outcome for each that the program gives. */
  readonly expected: () => readonly Outcome[];
  readonly comparison: Comparison;
  /** What differs from our work, and what it was spared. */
  readonly note: string;
}

/** How much of an outcome must be ours, where a peer cannot be made to do exactly the same. */
export interface Comparison {
  /** What is counted. */
  readonly what: 'trades' | 'fills';
  /** By how much their number may differ, as a fraction; the note has the reason, unless it is 0. */
  readonly count: number;
  /** By how many dollars final equity may differ; undefined where a peer fills at other prices, as the note says. */
  readonly equity: number | undefined;
}

const EXACT_DOLLARS = 0.5;

/** The same trades at the same prices. Sums of many fractions, and peers that round to cents, part by less. */
export const EXACT: Comparison = { what: 'trades', count: 0, equity: EXACT_DOLLARS };

/** Variables with an interpreter (Python) or a folder of packages (npm), set by scripts/lib/peers.mjs. */
export type PeerVariable =
  | 'PAPERTAPE_PEERS_PYTHON'
  | 'PAPERTAPE_PEERS_NAUTILUS'
  | 'PAPERTAPE_PEERS_ZIPLINE'
  | 'PAPERTAPE_PEERS_HFTBACKTEST'
  | 'PAPERTAPE_PEERS_NPM';

type PeerEnvironment = Readonly<Record<string, string | undefined>>;

/** What a program prints. */
interface Answer {
  readonly version: string;
  /** Of each run. */
  readonly seconds: readonly number[];
  readonly outcomes: readonly Outcome[];
  /** Most memory that it and its processes held. */
  readonly peakMiB: number;
}

const MOST_MS = 15 * 60_000;

/**
 * Adds the peers that are installed behind `ours`, whose note names the others. `write` makes the file that all of them
 * read. Throws a sentence if one of them came to something else.
 */
export function besidePeers(
  ours: BenchResult,
  peers: readonly Peer[],
  write: (path: string) => void,
  environment: PeerEnvironment = process.env,
): BenchResult[] {
  const found = peers.filter(({ variable }) => environment[variable] !== undefined);
  const missing = peers.filter((peer) => !found.includes(peer)).map(({ name }) => name);
  const notes = [ours.note, missing.length === 0 ? undefined : `not installed: ${missing.join(', ')}`];
  const note = notes.filter((each) => each !== undefined).join('; ');
  const folder = mkdtempSync(join(tmpdir(), 'papertape-peers-'));
  try {
    const data = join(folder, 'data');
    if (found.length > 0) write(data);
    const results = found.map((peer) => runPeer(peer, data, ours, environment));
    return [note === '' ? ours : { ...ours, note }, ...results];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runPeer(peer: Peer, data: string, ours: BenchResult, environment: PeerEnvironment): BenchResult {
  const { name, work, runs } = peer;
  const { version, outcomes, seconds, peakMiB } = ask(peer, data, environment);
  const same = compareOutcomes(name, outcomes, peer.expected(), peer.comparison);
  const [first = 0, ...rest] = seconds.map((each) => each * 1000);
  const result = figures(`${ours.name}/${name}`, ours.unit, work, first, runs === 1 ? [first] : rest, 0);
  const note = [version, same, peer.note].filter((each) => each !== '').join('; ');
  return { ...result, peakMiB, ratio: ours.perSecond / result.perSecond, note };
}

/** Says how alike two lists of outcomes are; throws a sentence where they differ by more than they may. */
export function compareOutcomes(
  name: string,
  theirs: readonly Outcome[],
  ours: readonly Outcome[],
  { what, count, equity }: Comparison,
): string {
  assert(theirs.length === ours.length, `${name} came to ${theirs.length} outcomes, ours to ${ours.length}`);
  for (const [index, our] of ours.entries()) {
    const their = theirs[index] ?? { trades: Number.NaN, finalEquity: Number.NaN };
    const which = ours.length === 1 ? '' : ` in run ${index}`;
    assert(
      Math.abs(their.trades - our.trades) <= count * our.trades,
      `${name} made ${their.trades} ${what}${which}, ours ${our.trades}`,
    );
    assert(
      equity === undefined || Math.abs(their.finalEquity - our.finalEquity) <= equity,
      `${name} ends with ${their.finalEquity} dollars${which}, ours with ${our.finalEquity}`,
    );
  }
  const total = (outcomes: readonly Outcome[]): number => outcomes.reduce((sum, { trades }) => sum + trades, 0);
  const [their, our] = [total(theirs), total(ours)];
  const counted = their === our ? `the same ${text(our)} ${what}` : `${text(their)} ${what}, ours ${text(our)}`;
  if (equity === undefined) return counted;
  const apart = Math.max(...ours.map((each, index) => Math.abs((theirs[index]?.finalEquity ?? 0) - each.finalEquity)));
  return apart <= EXACT_DOLLARS
    ? `${counted}, the same profit`
    : `${counted}, profit ${apart.toFixed(0)} dollars apart`;
}

function ask({ program, variable, settings, runs }: Peer, data: string, environment: PeerEnvironment): Answer {
  const place = environment[variable] ?? '';
  const source = join(environment['PAPERTAPE_PEERS'] ?? '', program);
  const isNode = program.endsWith('.mjs');
  const command = isNode ? process.execPath : place;
  const args = [isNode ? join(place, program) : source, data, String(runs), JSON.stringify(settings)];
  const output = execFileSync(command, args, {
    encoding: 'utf8',
    timeout: MOST_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const answer: unknown = JSON.parse(output.slice(output.lastIndexOf('\n{"version"') + 1));
  assert(isAnswer(answer), `${program} answered ${output.slice(0, 200)}`);
  return answer;
}

function text(count: number): string {
  return count.toLocaleString('en-US');
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && 'outcomes' in value && 'seconds' in value && 'version' in value;
}
