/**
 * Asks history for the minutes of gaps, one request at a time, each when its minutes are over and published. Gaps of
 * one symbol that wait are asked for together, so that what waits is bounded by the number of symbols; while gaps
 * follow one another, several minutes at a time. A fault that may pass is tried again, later and later.
 */
import { PapertapeError } from '../../domain/errors.js';
import type { HistorySource } from '../../domain/marketSource.js';
import type { BarTable } from '../../domain/marketTables.js';
import { MINUTE } from '../../domain/timeframe.js';
import type { DurationMicros, Micros } from '../../domain/units.js';

/** Minutes of a symbol that are wanted, [from, to) by start; whole minutes. */
interface Wanted {
  from: Micros;
  to: Micros;
  /** When it may be tried again after a fault, by the process's clock. */
  retryAt: Micros;
  attempts: number;
}

/** So many published minutes of gaps that do not end are asked for without the rest. */
const ENOUGH = 5 * MINUTE;

/** What a backfiller needs and tells. */
export interface BackfillParts {
  readonly history: HistorySource;
  readonly symbols: readonly string[];
  /** How long after a minute's end the source has it, its own delay not counted. */
  readonly delay: DurationMicros;
  readonly attempts: number;
  readonly now: () => Micros;
  /** Whether a minute of the stretch is still wanted: a vendor's bar may have told it meanwhile. */
  readonly isNeeded: (symbolId: number, from: Micros, to: Micros) => boolean;
  /** Bars of a symbol and the stretch, whole minutes by start, of which they are all. */
  readonly onBars: (symbolId: number, table: BarTable, from: Micros, to: Micros) => void;
  readonly onFailure: (symbolId: number, from: Micros, to: Micros, error: unknown) => void;
}

/** See the module header. */
export class Backfiller {
  readonly #parts: BackfillParts;
  readonly #wanted = new Map<number, Wanted>();
  readonly #abort = new AbortController();
  #running: Promise<void> | undefined;
  /** Requests made. */
  requests = 0;

  constructor(parts: BackfillParts) {
    this.#parts = parts;
  }

  /** Symbols whose minutes are waited for. */
  get waiting(): number {
    return this.#wanted.size;
  }

  /** Wants the minutes of a symbol that overlap [since, until). */
  want(symbolId: number, since: Micros, until: Micros): void {
    const from = Math.floor(since / MINUTE) * MINUTE;
    const to = Math.ceil(until / MINUTE) * MINUTE;
    const present = this.#wanted.get(symbolId);
    if (present === undefined) {
      this.#wanted.set(symbolId, { from, to, retryAt: -Infinity, attempts: 0 });
      return;
    }
    present.from = Math.min(present.from, from);
    present.to = Math.max(present.to, to);
  }

  /** Starts what is due, unless something runs. */
  tick(): void {
    if (this.#running !== undefined || this.#abort.signal.aborted) return;
    const { now, delay, history, isNeeded } = this.#parts;
    const time = now();
    /** Minutes before it are published. */
    const end = Math.floor((time - delay - history.quality.delay) / MINUTE) * MINUTE;
    for (const [symbolId, wanted] of this.#wanted) {
      if (wanted.retryAt > time || (wanted.to > end && end - wanted.from < ENOUGH)) continue;
      const to = Math.min(wanted.to, end);
      this.#wanted.delete(symbolId);
      if (wanted.to > to) this.want(symbolId, to, wanted.to);
      if (!isNeeded(symbolId, wanted.from, to)) continue;
      this.#running = this.#run(symbolId, { ...wanted, to }).finally(() => {
        this.#running = undefined;
        this.tick();
      });
      return;
    }
  }

  /** Ends what runs and forgets what waits. */
  async stop(): Promise<void> {
    this.#wanted.clear();
    this.#abort.abort();
    await this.#running;
  }

  async #run(symbolId: number, wanted: Wanted): Promise<void> {
    const { history, symbols, onBars, onFailure, attempts } = this.#parts;
    const { signal } = this.#abort;
    const { from, to } = wanted;
    this.requests += 1;
    try {
      const request = {
        symbol: symbols[symbolId] ?? '',
        kind: 'bar',
        timeframe: '1m',
        from,
        to,
        priority: 'live',
      } as const;
      for await (const { table, covered } of history.read(request, signal)) {
        if (signal.aborted) return;
        if (table.kind !== 'bar' || table.timeframe !== '1m') {
          throw new PapertapeError('SOURCE_MESSAGE_INVALID', `${history.quality.source} answered minutes otherwise.`, {
            remedy: 'This is a fault of the source; its other data are not affected.',
          });
        }
        onBars(symbolId, table, Math.max(from, covered.from), Math.min(to, covered.to));
      }
    } catch (error) {
      if (signal.aborted) return;
      const mayPass = !(error instanceof PapertapeError) || error.retryable;
      if (!mayPass || wanted.attempts + 1 >= attempts) {
        onFailure(symbolId, from, to, error);
        return;
      }
      this.#retry(symbolId, { ...wanted, attempts: wanted.attempts + 1 });
    }
  }

  #retry(symbolId: number, wanted: Wanted): void {
    const { delay, now } = this.#parts;
    const present = this.#wanted.get(symbolId);
    this.#wanted.set(symbolId, {
      from: Math.min(wanted.from, present?.from ?? Infinity),
      to: Math.max(wanted.to, present?.to ?? 0),
      retryAt: now() + delay * 2 ** (wanted.attempts - 1),
      attempts: wanted.attempts,
    });
  }
}
