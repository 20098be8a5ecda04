/**
 * Parity of a session with its re-run from the tape: the first difference, what caused it, and the rest in numbers. The
 * cause is found by experiment: of the inputs that are not the recorded ones, each is put back alone, and the one
 * without which the first difference goes away has caused it. With all inputs as recorded, decisions that differ in
 * nothing but their times are the clock's.
 */
import type { MarketStream } from '../domain/ports.js';
import type { SessionConfig } from '../domain/session.js';
import type { Money } from '../domain/units.js';
import { hashLedger } from '../analytics/runIdentity.js';
import type { HashFactory } from '../analytics/runIdentity.js';
import type { StrategyResolver } from '../engine/StrategyRunner.js';
import type { Fill } from '../domain/fill.js';
import { compareRecords } from './recordDifferences.js';
import type { RecordComparison, RecordDifference } from './recordDifferences.js';
import type { Tape } from './readTape.js';
import { rerunTape } from './rerunTape.js';
import type { TapeRecord } from './tapeRecords.js';
import { canonical, DECISIONS } from './verifyTape.js';

/** What can differ between a session and its re-run. */
export const PARITY_CAUSES = ['data', 'configuration', 'code', 'clock'] as const;
/** Why the first difference is there. */
export type ParityCause = (typeof PARITY_CAUSES)[number];

/** Inputs that are not the recorded ones, each with what is different about it, for people. */
export type ChangedInputs = Readonly<Partial<Record<Exclude<ParityCause, 'clock'>, readonly string[]>>>;

/** One set of inputs of a re-run. */
export interface ParityInputs {
  /** Opened anew for each run. */
  readonly market: () => Promise<MarketStream>;
  readonly config: SessionConfig;
  readonly resolveStrategy: StrategyResolver;
}

/** What is compared. */
export interface ParityParts {
  readonly tape: Tape;
  /** As the session was recorded; an input that cannot be had any more is undefined. */
  readonly recorded: Partial<ParityInputs>;
  /** As it is to be run again. */
  readonly again: ParityInputs;
  /** In which of the inputs the two differ. */
  readonly changed: ChangedInputs;
  readonly createHash: HashFactory;
  readonly onProgress?: (fraction: number) => void;
  /** See `KernelOptions.hookProbe`. */
  readonly hookProbe?: Int32Array;
}

/** The outcome. */
export interface ParityReport {
  readonly sessionId: string;
  readonly equal: boolean;
  /** SHA-256 of all fills with their fees and ledger entries. */
  readonly recordedLedgerHash: string;
  readonly ledgerHash: string;
  /** SHA-256 of all decisions of the re-run. */
  readonly decisionDigest: string;
  readonly changed: ChangedInputs;
  readonly first: RecordDifference | undefined;
  /** Undefined where there is no difference. */
  readonly cause: ParityCause | undefined;
  /** What the cause rests on, one sentence. */
  readonly because: string;
  readonly counts: RecordComparison['counts'];
  /** Of the engine's account at the end of the re-run, and as last recorded; null where the tape says nothing. */
  readonly equity: Money;
  readonly recordedEquity: Money | null;
  readonly marketRows: number;
  readonly recordedBy: string;
}

interface Run {
  readonly comparison: RecordComparison;
  readonly decided: readonly TapeRecord[];
  readonly equity: Money;
  readonly marketRows: number;
}

/** Runs the tape again and compares. Throws as `rerunTape` does. */
export async function parityOf(parts: ParityParts): Promise<ParityReport> {
  const { tape, again, changed, createHash } = parts;
  const recorded = tape.records.filter(({ record }) => DECISIONS.has(record.type)).map(({ record }) => record);
  const { symbols, priceScale } = tape.session.config;
  const runWith = async (inputs: ParityInputs): Promise<Run> => {
    const decided: TapeRecord[] = [];
    const market = await inputs.market();
    const { kernel, marketRows } = rerunTape({
      tape,
      market,
      config: inputs.config,
      resolveStrategy: inputs.resolveStrategy,
      // The records hold live objects of the kernel.
      onRecord: (record) => decided.push(structuredClone(record)),
      ...(parts.onProgress === undefined ? {} : { onProgress: parts.onProgress }),
      ...(parts.hookProbe === undefined ? {} : { hookProbe: parts.hookProbe }),
    });
    const comparison = compareRecords(recorded, decided, symbols, priceScale);
    return { comparison, decided, equity: kernel.tracker.equity, marketRows };
  };

  const run = await runWith(again);
  const { first, counts } = run.comparison;
  const found = first === undefined ? undefined : await causeOf(parts, run, first, runWith);
  const digest = createHash();
  for (const record of run.decided) digest.update(canonical(record));
  const equities = tape.records.flatMap(({ record }) => (record.type === 'equity' ? [record.equity] : []));
  return {
    sessionId: tape.session.config.sessionId,
    equal: first === undefined,
    recordedLedgerHash: hashLedger(fillsOf(recorded), createHash),
    ledgerHash: hashLedger(fillsOf(run.decided), createHash),
    decisionDigest: digest.digest('hex'),
    changed,
    first,
    cause: found?.cause,
    because: found?.because ?? '',
    counts,
    equity: run.equity,
    recordedEquity: equities.at(-1) ?? null,
    marketRows: run.marketRows,
    recordedBy: tape.session.identity.engineVersion,
  };
}

/** The fills among records, in order. */
export function fillsOf(records: readonly TapeRecord[]): readonly Fill[] {
  return records.flatMap((record) =>
    record.type === 'venue' && record.event.type === 'filled' ? [record.event.fill] : [],
  );
}

async function causeOf(
  { recorded, again, changed }: ParityParts,
  run: Run,
  first: RecordDifference,
  runWith: (inputs: ParityInputs) => Promise<Run>,
): Promise<{ readonly cause: ParityCause; readonly because: string }> {
  const kinds = PARITY_CAUSES.filter(
    (kind): kind is keyof ChangedInputs => kind !== 'clock' && changed[kind] !== undefined,
  );
  const textOf = (kind: keyof ChangedInputs): string => (changed[kind] ?? []).join('; ');
  const [only] = kinds;
  if (only === undefined) return unchangedCause(run, again, runWith);
  for (const kind of kinds) {
    const restored = restoredInputs(kind, recorded, again);
    if (restored === undefined) continue;
    const { comparison } = await runWith(restored);
    if (comparison.first === undefined) {
      return { cause: kind, because: `with the recorded ${kind} everything is equal: ${textOf(kind)}` };
    }
    if (isLater(comparison.first, first)) {
      return { cause: kind, because: `with the recorded ${kind} the first difference is gone: ${textOf(kind)}` };
    }
  }
  if (kinds.length === 1) return { cause: only, because: `it is the only input that is another one: ${textOf(only)}` };
  return { cause: only, because: `none of ${kinds.join(', ')} explains it alone: ${kinds.map(textOf).join('; ')}` };
}

async function unchangedCause(
  { comparison, decided }: Run,
  again: ParityInputs,
  runWith: (inputs: ParityInputs) => Promise<Run>,
): Promise<{ readonly cause: ParityCause; readonly because: string }> {
  const second = await runWith(again);
  const same =
    second.decided.length === decided.length &&
    second.decided.every((record, index) => canonical(record) === canonical(decided[index] ?? record));
  if (!same) return { cause: 'code', because: 'two re-runs differ from each other: a strategy is not deterministic' };
  if (comparison.sameButTimes) {
    return { cause: 'clock', because: 'every decision is the recorded one, at another time' };
  }
  return {
    cause: 'code',
    because: 'data, configuration and strategies are the recorded ones: a fault of Papertape, or of the tape',
  };
}

function restoredInputs(
  kind: keyof ChangedInputs,
  recorded: Partial<ParityInputs>,
  again: ParityInputs,
): ParityInputs | undefined {
  const { market, config, resolveStrategy } = recorded;
  if (kind === 'data') return market === undefined ? undefined : { ...again, market };
  if (kind === 'configuration') return config === undefined ? undefined : { ...again, config };
  return resolveStrategy === undefined ? undefined : { ...again, resolveStrategy };
}

/** Whether a difference is another one than `first`, further on or of less weight. */
function isLater(difference: RecordDifference, first: RecordDifference): boolean {
  return difference.time > first.time || (first.isVisible && !difference.isVisible);
}
