/**
 * Proves a tape: a fresh kernel is fed the tape's inputs (market data and commands) and decides again; every
 * order, fill, ledger entry, signal and strategy state must be the recorded one, in the same order and at the same
 * place, and what the accounts are worth must be what the tape says. Says where the first difference is and why it may
 * be there.
 */
import type { ComposedKernel } from '../analytics/composeKernel.js';
import type { MarketStream } from '../domain/ports.js';
import type { Micros } from '../domain/units.js';
import type { StrategyResolver } from '../engine/StrategyRunner.js';
import { INSTALLATION } from './installation.js';
import { MarkAgain, type PlacedMark } from './markAgain.js';
import type { Tape } from './readTape.js';
import { rerunTape } from './rerunTape.js';
import { decidedFills, shadowDifference } from './ShadowRecorder.js';
import type { TapeRecord } from './tapeRecords.js';

/** How many of each were compared and are equal. */
export interface VerifiedCounts {
  readonly orders: number;
  readonly fills: number;
  readonly ledgerEntries: number;
  readonly signals: number;
  readonly commands: number;
  readonly marketRows: number;
  /** Of all shadow accounts together. */
  readonly shadowFills: number;
  /** How often the tape says what accounts are worth: the session's own, those of the desk, shadow accounts. */
  readonly equityMarks: number;
}

/** The first place where the run and the tape part. */
export interface VerifyDifference {
  /** Sequence number on the tape; 0 when the run decided something more than the tape has. */
  readonly seq: number;
  readonly time: Micros;
  readonly recorded: string;
  readonly decided: string;
  /** What most likely explains it: other code, other strategy, or other data. */
  readonly cause: string;
}

/** The outcome. */
export interface VerifyReport {
  readonly sessionId: string;
  readonly equal: boolean;
  readonly counts: VerifiedCounts;
  readonly difference: VerifyDifference | undefined;
  readonly recordedBy: string;
  readonly verifiedBy: string;
  /** sha-256 chain or similar is the tape's own; this is a digest of all decisions, equal on every machine. */
  readonly decisionDigest: string;
}

/** The kinds of record that are decisions. */
export const DECISIONS = new Set<TapeRecord['type']>(['signal', 'order', 'venue', 'fill', 'strategy', 'log', 'result']);

/** What verification needs beside the tape. */
export interface VerifyParts {
  readonly tape: Tape;
  readonly market: MarketStream;
  readonly resolveStrategy: StrategyResolver;
  /** Whether the strategies are the recorded ones, byte for byte. */
  readonly sameStrategies: boolean;
  /** A digest of text parts, in order. */
  readonly digest: () => { update(text: string): void; finish(): string };
  /** Called with the share of the session's time that is done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
  /** See `KernelOptions.hookProbe`. */
  readonly hookProbe?: Int32Array;
}

/**
 * Runs the tape again. Never throws for a difference; throws the kernel's own errors for inputs that cannot be run,
 * and `TAPE_NOT_FOUND` for a tape without a decision.
 */
export function verifyTape(parts: VerifyParts): VerifyReport {
  const { tape, market } = parts;
  const recorded = tape.records.filter(({ record }) => DECISIONS.has(record.type));
  const counts = {
    orders: 0,
    fills: 0,
    ledgerEntries: 0,
    signals: 0,
    commands: 0,
    marketRows: 0,
    shadowFills: 0,
    equityMarks: 0,
  };
  const digest = parts.digest();
  let next = 0;
  let difference: VerifyDifference | undefined;

  const compare = (record: TapeRecord, time: Micros): void => {
    if (difference !== undefined) return;
    const placed = recorded[next];
    const decided = canonical(record);
    const wanted = placed === undefined ? 'nothing more' : canonical(placed.record);
    if (decided !== wanted) {
      difference = { seq: placed?.seq ?? 0, time, recorded: wanted, decided, cause: causeOf(parts) };
      return;
    }
    next += 1;
    digest.update(decided);
    if (record.type === 'order' && record.transition === 'submit') counts.orders += 1;
    if (record.type === 'signal') counts.signals += 1;
    if (record.type === 'venue' && record.event.type === 'filled') {
      counts.fills += 1;
      counts.ledgerEntries += record.event.fill.entries.length;
    }
  };

  const marks = new MarkAgain();
  const compareMark = (mark: PlacedMark, composed: ComposedKernel): void => {
    const again = marks.of(mark, composed);
    if (difference !== undefined || again === undefined) return;
    const { seq, record } = mark;
    const { time } = record;
    const missed = recorded[next];
    const wanted = canonical(record);
    if (missed !== undefined && missed.seq < seq) {
      difference = {
        seq: missed.seq,
        time,
        recorded: canonical(missed.record),
        decided: 'nothing here',
        cause: causeOf(parts),
      };
    } else if (canonical(again) !== wanted) {
      difference = { seq, time, recorded: wanted, decided: canonical(again), cause: causeOf(parts) };
    } else {
      counts.equityMarks += 1;
    }
  };

  const { venue, end, marketRows, commands } = rerunTape({
    tape,
    market,
    resolveStrategy: parts.resolveStrategy,
    onRecord: compare,
    onMark: compareMark,
    ...(parts.onProgress === undefined ? {} : { onProgress: parts.onProgress }),
    ...(parts.hookProbe === undefined ? {} : { hookProbe: parts.hookProbe }),
  });
  counts.marketRows = marketRows;
  counts.commands = commands;
  const missing = recorded[next];
  if (difference === undefined && missing !== undefined) {
    difference = {
      seq: missing.seq,
      time: end,
      recorded: canonical(missing.record),
      decided: 'nothing more',
      cause: causeOf(parts),
    };
  }
  if (venue.shadows.accounts.length > 0) {
    const decided = decidedFills(venue.shadows, end);
    const shadow = shadowDifference(tape.records, decided);
    for (const fills of decided.values()) counts.shadowFills += fills.length;
    if (shadow !== undefined) difference ??= { ...shadow, time: end, cause: causeOf(parts) };
  }
  return {
    sessionId: tape.session.config.sessionId,
    equal: difference === undefined,
    counts,
    difference,
    recordedBy: tape.session.identity.engineVersion,
    verifiedBy: INSTALLATION.version,
    decisionDigest: digest.finish(),
  };
}

/** Equal records give equal text: keys in order, and nothing but JSON. */
export function canonical(decision: TapeRecord): string {
  // The stack of an error names files of this machine; its first line is what the strategy said.
  const record =
    decision.type === 'strategy' && decision.error !== undefined
      ? { ...decision, error: decision.error.split('\n', 1)[0] }
      : decision;
  return JSON.stringify(record, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function causeOf(parts: VerifyParts): string {
  const { identity } = parts.tape.session;
  if (!parts.sameStrategies) return 'a strategy file is not the one that was recorded';
  if (identity.engineVersion !== INSTALLATION.version) {
    return `the tape was recorded by version ${identity.engineVersion}, this is ${INSTALLATION.version}`;
  }
  return 'same version, strategies and data: a fault of Papertape, or a strategy that is not deterministic';
}
