/**
 * Gaps of symbols: marks their minutes, asks history for them, and tells them, those of one cause and one stretch
 * together (F46). Nights and holidays are no part of a gap.
 */
import type { LiveMarketEvent } from '../../domain/liveMarket.js';
import type { Micros } from '../../domain/units.js';
import type { MinuteBook } from './MinuteBook.js';
import { tradingStretches } from './tradingStretches.js';

type GapEvent = Extract<LiveMarketEvent, { kind: 'gap' }>;
/** Why rows may be missing. */
export type GapCause = GapEvent['cause'];

interface Group {
  readonly symbolIds: number[];
  readonly since: Micros;
  readonly until: Micros | undefined;
  readonly cause: GapCause;
}

interface Known {
  readonly since: Micros;
  readonly until: Micros;
  readonly stretches: ReturnType<typeof tradingStretches>;
}

/** See the module header. */
export class GapLog {
  readonly #minutes: MinuteBook;
  readonly #emit: (event: GapEvent) => void;
  readonly #want: (symbolId: number, since: Micros, until: Micros) => void;
  readonly #groups = new Map<string, Group>();
  readonly #causes = new Map<number, GapCause>();
  /** The stretch of time that was looked at last. */
  #known: Known = { since: Number.NaN, until: Number.NaN, stretches: [] };

  constructor(
    minutes: MinuteBook,
    emit: (event: GapEvent) => void,
    want: (symbolId: number, since: Micros, until: Micros) => void,
  ) {
    this.#minutes = minutes;
    this.#emit = emit;
    this.#want = want;
  }

  /** Rows of [since, until) may be missing. */
  note(symbolId: number, since: Micros, until: Micros, cause: GapCause): void {
    if (this.#mark(symbolId, since, until)) this.#add(symbolId, since, until, cause);
  }

  /** From `since` on rows are missing, until {@link end}. */
  begin(symbolId: number, since: Micros, cause: GapCause): void {
    this.#minutes.beginGap(symbolId, since);
    this.#causes.set(symbolId, cause);
    this.#add(symbolId, since, undefined, cause);
  }

  /** An open gap ended at `until`: told as it was told that it began, whatever it missed. */
  end(symbolId: number, until: Micros): void {
    const since = this.#minutes.endGap(symbolId);
    const cause = this.#causes.get(symbolId);
    this.#causes.delete(symbolId);
    if (since === undefined || cause === undefined) return;
    this.#mark(symbolId, since, until);
    this.#add(symbolId, since, Math.max(since, until), cause);
  }

  /** Tells what was noted since the last call. */
  flush(): void {
    if (this.#groups.size === 0) return;
    const groups = [...this.#groups.values()];
    this.#groups.clear();
    for (const group of groups) this.#emit({ kind: 'gap', ...group });
  }

  /** Whether anything can be missing. */
  #mark(symbolId: number, since: Micros, until: Micros): boolean {
    // A gap of all symbols is asked about once for each.
    if (since !== this.#known.since || until !== this.#known.until) {
      this.#known = { since, until, stretches: tradingStretches(since, until) };
    }
    const { stretches } = this.#known;
    for (const stretch of stretches) {
      this.#minutes.noteGap(symbolId, stretch.since, stretch.until);
      this.#want(symbolId, stretch.since, stretch.until);
    }
    return stretches.length > 0;
  }

  #add(symbolId: number, since: Micros, until: Micros | undefined, cause: GapCause): void {
    const key = `${since} ${until ?? ''} ${cause}`;
    const group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, { symbolIds: [symbolId], since, until, cause });
    else group.symbolIds.push(symbolId);
  }
}
