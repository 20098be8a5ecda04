/** A peer counts only if it came to what ours came to: these programs say what they are told to say. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { figures } from './harness.js';
import { besidePeers, compareOutcomes, EXACT } from './peers.js';
import type { Outcome, Peer } from './peers.js';

const PROGRAM = `import { readFileSync } from 'node:fs';
const [path, runs, settings] = process.argv.slice(2);
const { outcomes } = JSON.parse(settings);
console.log('a line of its own');
const seconds = Array.from({ length: Number(runs) }, (_, run) => 4 - run);
const version = readFileSync(path, 'utf8');
console.log(JSON.stringify({ version, seconds, outcomes, peakMiB: 50 }));
`;
const OURS = figures('work', 'bars', 1_000, 500, [100], 0);
const FIRST: Outcome = { trades: 10, finalEquity: 1_000 };
const BOTH: readonly Outcome[] = [FIRST, { trades: 20, finalEquity: 2_000 }];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'papertape-peers-test-'));
  writeFileSync(join(folder, 'says.mjs'), PROGRAM);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function peer(outcomes: readonly Outcome[], runs = 1): Peer {
  return {
    name: 'other',
    program: 'says.mjs',
    variable: 'PAPERTAPE_PEERS_NPM',
    settings: { outcomes },
    work: 500,
    runs,
    expected: () => BOTH,
    comparison: EXACT,
    note: 'slow',
  };
}

const write = (path: string): void => {
  writeFileSync(path, 'v1');
};

test('a peer with the same trades is timed by what it says, the first of several runs apart', () => {
  const environment = { PAPERTAPE_PEERS_NPM: folder };
  const [ours, once, thrice] = besidePeers(OURS, [peer(BOTH), peer(BOTH, 3)], write, environment);
  expect(ours).toEqual(OURS);
  expect(once).toMatchObject({
    name: 'work/other',
    medianMs: 4_000,
    // 10,000 bars a second against 125.
    ratio: 80,
    peakMiB: 50,
    note: 'v1; the same 30 trades, the same profit; slow',
  });
  expect(thrice).toMatchObject({ firstRunMs: 4_000, medianMs: 2_500 });
});

test('a peer that is not installed is named, and no data are written', () => {
  const unwanted = (): never => expect.unreachable('nobody reads them');
  expect(besidePeers({ ...OURS, note: 'fast' }, [peer(BOTH)], unwanted, {})).toEqual([
    { ...OURS, note: 'fast; not installed: other' },
  ]);
});

test('a peer that came to something else fails the case with a sentence', () => {
  const environment = { PAPERTAPE_PEERS_NPM: folder };
  const run = (second: Outcome) => () => besidePeers(OURS, [peer([FIRST, second])], write, environment);
  expect(run({ trades: 21, finalEquity: 2_000 })).toThrow('other made 21 trades in run 1, ours 20');
  expect(run({ trades: 20, finalEquity: 2_001 })).toThrow('other ends with 2001 dollars in run 1, ours with 2000');
  expect(() => besidePeers(OURS, [peer([FIRST])], write, environment)).toThrow('other came to 1 outcomes, ours to 2');
});

test('differences that a comparison allows are told', () => {
  const alike = { what: 'fills', count: 0.1, equity: 20 } as const;
  const compare = (their: Outcome) => compareOutcomes('other', [their], [FIRST], alike);
  expect(compare({ trades: 11, finalEquity: 1_012 })).toBe('11 fills, ours 10, profit 12 dollars apart');
  expect(() => compare({ trades: 12, finalEquity: 1_000 })).toThrow('other made 12 fills, ours 10');
  expect(compareOutcomes('other', [{ trades: 10, finalEquity: 0 }], [FIRST], { ...alike, equity: undefined })).toBe(
    'the same 10 fills',
  );
});
