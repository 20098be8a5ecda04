/**
 * The shadow accounts of a session on its tape: their fills with each group, their equity beside the session's own.
 * They are not applied from the record but run again (ShadowAccounts.ts); what is recorded proves that the same came
 * out. Where it did not, as after a change of the engine in the middle of a session, they end and the session goes on.
 */
import type { SessionConfig } from '../domain/session.js';
import type { ShadowFill } from '../domain/shadow.js';
import type { Micros } from '../domain/units.js';
import type { ShadowAccounts } from '../exchange/shadows/ShadowAccounts.js';
import type { PlacedRecord, TapeRecord } from './tapeRecords.js';

/** Fills by the preset of their shadow account, oldest first. */
export type FillsByPreset = ReadonlyMap<string, readonly ShadowFill[]>;

/** Where recorded and decided fills part first. */
export interface ShadowDifference {
  /** Sequence number on the tape; 0 if the tape has no fill there. */
  readonly seq: number;
  readonly recorded: string;
  readonly decided: string;
}

/** The configuration without shadow accounts, if the tape says that they ended. */
export function configWithLivingShadows(config: SessionConfig, records: readonly PlacedRecord[]): SessionConfig {
  if (!records.some(({ record }) => record.type === 'shadowsEnded')) return config;
  const { shadowPresets: _, ...rest } = config;
  return rest;
}

/** See the module header. */
export class ShadowRecorder {
  readonly #shadows: ShadowAccounts;
  readonly #write: (record: TapeRecord, time: Micros) => void;

  constructor(shadows: ShadowAccounts, write: (record: TapeRecord, time: Micros) => void) {
    this.#shadows = shadows;
    this.#write = write;
  }

  /** Writes the fills up to `now`; `at` is the input position. */
  record(at: number, now: Micros): void {
    for (const [preset, fills] of decidedFills(this.#shadows, now)) {
      for (const fill of fills) this.#write({ type: 'shadowFill', at, preset, fill }, now);
    }
  }

  /** Writes what each is worth. */
  sample(at: number, now: Micros): void {
    if (this.#shadows.accounts.length > 0) this.#write(shadowEquityAt(this.#shadows, at, now), now);
  }

  /** After a recovery up to `now`: gives the first difference to the tape; then the shadow accounts have ended. */
  recover(records: readonly PlacedRecord[], now: Micros): ShadowDifference | undefined {
    const difference = shadowDifference(records, decidedFills(this.#shadows, now));
    if (difference !== undefined) this.#shadows.end();
    return difference;
  }

  /** Writes that they have ended, and why. */
  end(at: number, time: Micros, reason: string): void {
    this.#write({ type: 'shadowsEnded', at, time, reason }, time);
  }
}

/** What each shadow account is worth at `time`, as a tape has it; `at` is the input position. */
export function shadowEquityAt(
  shadows: ShadowAccounts,
  at: number,
  time: Micros,
): Extract<TapeRecord, { type: 'shadowEquity' }> {
  shadows.settle(time);
  return { type: 'shadowEquity', at, time, equity: shadows.accounts.map((account) => account.equity) };
}

/** The fills that were decided up to `now` and not taken yet. */
export function decidedFills(shadows: ShadowAccounts, now: Micros): FillsByPreset {
  shadows.settle(now);
  return new Map(shadows.accounts.map((account) => [account.preset, account.takeFills()]));
}

/** Compares each shadow account by itself: the order between them is that of the groups. */
export function shadowDifference(
  records: readonly PlacedRecord[],
  decided: FillsByPreset,
): ShadowDifference | undefined {
  const counts = new Map<string, number>();
  for (const { seq, record } of records) {
    if (record.type !== 'shadowFill') continue;
    const index = counts.get(record.preset) ?? 0;
    counts.set(record.preset, index + 1);
    const fill = decided.get(record.preset)?.[index];
    if (fill !== undefined && textOf(fill) === textOf(record.fill)) continue;
    const text = fill === undefined ? 'nothing more' : `${record.preset} ${textOf(fill)}`;
    return { seq, recorded: `${record.preset} ${textOf(record.fill)}`, decided: text };
  }
  for (const [preset, fills] of decided) {
    const more = fills[counts.get(preset) ?? 0];
    if (more !== undefined) return { seq: 0, recorded: 'nothing more', decided: `${preset} ${textOf(more)}` };
  }
  return undefined;
}

function textOf({ orderId, symbolId, side, quantity, price, time, fees }: ShadowFill): string {
  return JSON.stringify({ orderId, symbolId, side, quantity, price, time, fees });
}
