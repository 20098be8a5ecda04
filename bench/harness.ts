/**
 * How every benchmark is measured: the result is checked before anything is timed, then come warm-up runs, then
 * the timed ones, each with its garbage collections. The first run is kept apart, because it pays for the
 * compiler. One process per benchmark file (scripts/bench.mjs sees to that), so that no case runs in code that
 * another one has made slow.
 */
import { PerformanceObserver, constants } from 'node:perf_hooks';
import type { PerformanceEntry } from 'node:perf_hooks';

/** One measured case; times are wall-clock milliseconds of whole runs. */
export interface BenchResult {
  /** Case name, unique within the run, e.g. `backtest-single/sma-cross`. */
  readonly name: string;
  /** What `work` counts, plural: `bars`, `orders`. */
  readonly unit: string;
  /** Units of work in one run. */
  readonly work: number;
  readonly firstRunMs: number;
  /** Every timed run, in order. */
  readonly runsMs: readonly number[];
  readonly medianMs: number;
  readonly bestMs: number;
  /** Slowest timed run over the median, minus one: 0.05 means that the slowest took 5 % longer. */
  readonly spread: number;
  /** Units per second at the median. */
  readonly perSecond: number;
  /** Minor collections per million units over the timed runs. */
  readonly scavengesPerMillion: number;
  /** Most memory that the process held until the case was over, its data and what came before included. */
  readonly peakMiB?: number;
  /** Units per second that the project promises on its reference machine, if it promises any. */
  readonly gatePerSecond?: number;
  /** The longest of 99 in a hundred waits, in milliseconds, and what is promised of it. */
  readonly p99?: { readonly ms: number; readonly gateMs: number };
  /** Of another program: how many times faster ours is. */
  readonly ratio?: number;
  /** What limits the case, in a few words. */
  readonly note?: string;
}

/** A case to measure. */
export interface BenchCase<T> {
  readonly name: string;
  readonly unit: string;
  readonly work: number;
  /** One run; everything that is not part of the work (data, wiring) is made outside. */
  readonly run: () => T;
  /** Throws if the result of a run is wrong. Called for the first run and for the last. */
  readonly check: (result: T) => void;
  readonly warmUps?: number;
  readonly runs?: number;
  readonly gatePerSecond?: number;
  readonly note?: string;
}

const WARM_UPS = 3;
const RUNS = 7;

/** Checks and measures one case. */
export async function measure<T>(benchCase: BenchCase<T>): Promise<BenchResult> {
  const { name, unit, work, run, check, warmUps = WARM_UPS, runs = RUNS } = benchCase;
  const firstRunMs = timedCheck(run, check);
  for (let index = 1; index < warmUps; index++) run();
  const garbage = new GarbageCounter();
  const runsMs: number[] = [];
  for (let index = 1; index < runs; index++) runsMs.push(timed(run).ms);
  const last = timed(run);
  runsMs.push(last.ms);
  const scavenges = await garbage.stop();
  check(last.result);
  return {
    ...figures(name, unit, work, firstRunMs, runsMs, (scavenges / (work * runs)) * 1e6),
    peakMiB: peakMiB(),
    ...(benchCase.gatePerSecond === undefined ? {} : { gatePerSecond: benchCase.gatePerSecond }),
    ...(benchCase.note === undefined ? {} : { note: benchCase.note }),
  };
}

/** The result of runs that were timed elsewhere. */
export function figures(
  name: string,
  unit: string,
  work: number,
  firstRunMs: number,
  runsMs: readonly number[],
  scavengesPerMillion: number,
): BenchResult {
  const medianMs = median(runsMs);
  return {
    name,
    unit,
    work,
    firstRunMs,
    runsMs,
    medianMs,
    bestMs: Math.min(...runsMs),
    spread: Math.max(...runsMs) / medianMs - 1,
    perSecond: (work / medianMs) * 1000,
    scavengesPerMillion,
  };
}

/** Most memory that this process has held so far, in MiB. */
export function peakMiB(): number {
  return process.resourceUsage().maxRSS / 1024;
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** A result is not kept longer than it is looked at: what lives on is work for the collector in every later run. */
function timedCheck<T>(run: () => T, check: (result: T) => void): number {
  const { ms, result } = timed(run);
  check(result);
  return ms;
}

function timed<T>(run: () => T): { ms: number; result: T } {
  const started = performance.now();
  const result = run();
  return { ms: performance.now() - started, result };
}

/** Counts minor collections from its making until it is stopped. */
export class GarbageCounter {
  readonly #observer: PerformanceObserver;
  #scavenges = 0;

  constructor() {
    this.#observer = new PerformanceObserver((list) => this.#count(list.getEntries()));
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** How many there were. */
  async stop(): Promise<number> {
    // Entries arrive through the event loop, which the timed runs did not let turn.
    await new Promise((resolve) => setTimeout(resolve, 20));
    this.#count(this.#observer.takeRecords());
    this.#observer.disconnect();
    return this.#scavenges;
  }

  #count(entries: readonly PerformanceEntry[]): void {
    for (const entry of entries) {
      const detail: unknown = 'detail' in entry ? entry.detail : undefined;
      const kind = typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : undefined;
      if (kind === constants.NODE_PERFORMANCE_GC_MINOR) this.#scavenges += 1;
    }
  }
}
