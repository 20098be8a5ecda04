/**
 * What the machine allows: the same work by a small program in C (bench/limits), compiled with all optimisations and
 * run on the same data in the same minutes. No peer, since it checks and records nothing; it tells how much of a time
 * is the processor's and the memory's. Left out, and named, where there is no C compiler.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '../src/utils/assert.js';
import { figures } from './harness.js';
import type { BenchResult } from './harness.js';

/** The work of a limit. */
export interface Limit {
  /** File in bench/limits, without its ending. */
  readonly program: string;
  /** What the program reads from its file. */
  readonly data: readonly Uint8Array[];
  /** Between the file and the number of runs. */
  readonly args: readonly string[];
  /** What it must come to. */
  readonly expected: Readonly<Record<string, number>>;
}

interface Answer {
  readonly runsMs: readonly number[];
  readonly outcome: Readonly<Record<string, number>>;
}

/** The first run pays for the pages of memory. */
const RUNS = 8;
const SOURCES = 'bench/limits';
const OPTIONS = ['-O3', '-march=native'];

/**
 * Adds the limit behind `ours`; its ratio is how many times faster ours is, below 1. Throws a sentence if the program
 * came to something else.
 */
export function besideLimit(ours: BenchResult, limit: Limit): BenchResult[] {
  const { program, data, args, expected } = limit;
  const folder = mkdtempSync(join(tmpdir(), 'papertape-limit-'));
  try {
    const binary = join(folder, program);
    const compiled = spawnSync('cc', [...OPTIONS, '-o', binary, join(SOURCES, `${program}.c`)], { encoding: 'utf8' });
    if (compiled.error !== undefined) return [{ ...ours, note: joined(ours.note, 'no C compiler for the limit') }];
    assert(compiled.status === 0, `${program}.c was not compiled: ${compiled.stderr}`);
    const file = join(folder, 'data');
    writeFileSync(file, Buffer.concat(data));
    const output = execFileSync(binary, [file, ...args, String(RUNS)], { encoding: 'utf8' });
    // Our own program, whose outcome is compared.
    const { runsMs, outcome } = JSON.parse(output) as Answer;
    const [is, should] = [JSON.stringify(outcome), JSON.stringify(expected)];
    assert(is === should, `${program} came to ${is}, ours to ${should}`);
    const [first = 0, ...rest] = runsMs;
    const result = figures(`${ours.name}/limit-c`, ours.unit, ours.work, first, rest, 0);
    const note = `C, ${OPTIONS.join(' ')}; the same outcome, nothing checked or recorded`;
    return [ours, { ...result, ratio: ours.perSecond / result.perSecond, note }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function joined(...notes: readonly (string | undefined)[]): string {
  return notes.filter((note) => note !== undefined).join('; ');
}
