/**
 * The rows that are in the row log and not yet in Parquet files, in generations: one takes new rows, an older one is
 * being folded into the files of its series, a few series at a time. A generation's segments are deleted when every
 * row and claim of it is in files; after a crash before that its rows come back and change nothing.
 */
import type { CoveredStretch, HistorySeries } from '../domain/historyArchive.js';
import type { CacheDisk } from './cacheDisk.js';
import type { StampedRows } from './mergeRows.js';
import { RecentRows } from './RecentRows.js';
import { RowLog } from './RowLog.js';
import type { LoggedRows } from './rowRecord.js';
import { withClaims } from './stretches.js';

interface Generation {
  /** Tells it from every other one of this object, whatever rows they hold. */
  readonly serial: number;
  readonly segments: Set<string>;
  readonly rows: RecentRows;
}

/** See the module header. */
export class RecentLog {
  readonly #log: RowLog;
  #generations: Generation[] = [];
  /** The generation that is being folded with the series that are left. */
  #folding: { readonly generation: Generation; readonly left: HistorySeries[] } | undefined;
  /** The segments on disk as this object knows them. */
  #state = '';
  #lastReceived = 0;
  #serial = 0;

  constructor(folder: string, disk: CacheDisk) {
    this.#log = new RowLog(folder, disk);
  }

  /** Rows in memory. */
  get rows(): number {
    return this.#generations.reduce((sum, { rows }) => sum + rows.rows, 0);
  }

  /** The latest receipt of any row that was read or written here. */
  get lastReceived(): number {
    return this.#lastReceived;
  }

  /** Reads what other processes have written since. Throws `CACHE_CORRUPT`. */
  refresh(): void {
    const state = this.#log.state();
    if (state === this.#state) return;
    const generation = this.#newGeneration();
    for (const name of this.#log.segments()) {
      generation.segments.add(name);
      for (const rows of this.#log.read(name).records) {
        generation.rows.add(rows);
        this.#lastReceived = Math.max(this.#lastReceived, rows.receivedAt);
      }
    }
    this.#generations = [generation];
    this.#folding = undefined;
    this.#state = state;
  }

  /** Appends rows durably. */
  async append(rows: LoggedRows): Promise<void> {
    this.refresh();
    try {
      const name = await this.#log.append(rows);
      let generation = this.#generations.at(-1);
      if (generation === undefined || generation === this.#folding?.generation) {
        generation = this.#newGeneration();
        this.#generations.push(generation);
      }
      generation.segments.add(name);
      generation.rows.add(rows);
      this.#lastReceived = Math.max(this.#lastReceived, rows.receivedAt);
    } finally {
      this.#state = this.#log.state();
    }
  }

  /** A series' rows in the order of receipt, in portions. */
  of(series: HistorySeries): readonly StampedRows[] {
    return this.#generations.flatMap(({ rows }) => rows.of(series) ?? []);
  }

  /** How the rows of a series stand: a text that never comes again once they have changed. */
  state(series: HistorySeries): string {
    return this.#generations.map(({ serial, rows }) => `${serial} ${rows.state(series)}`).join(' ');
  }

  /** What sources have said about a series together with these rows. */
  claims(series: HistorySeries): readonly CoveredStretch[] {
    return this.#generations.reduce<readonly CoveredStretch[]>(
      (claims, { rows }) => withClaims(claims, rows.claims(series)),
      [],
    );
  }

  /** The series that have rows or claims here; doubles are possible. */
  series(): readonly HistorySeries[] {
    return this.#generations.flatMap(({ rows }) => rows.series());
  }

  /** Forgets a series' rows, which are in its files now. */
  taken(series: HistorySeries): void {
    for (const { rows } of this.#generations) rows.taken(series);
  }

  /** Whether a generation is being folded. */
  get isFolding(): boolean {
    return this.#folding !== undefined;
  }

  /** Begins to fold what is here; what comes from now on waits for the next time. */
  beginFold(): void {
    this.refresh();
    // While nothing is being folded, there is one generation at most.
    const [generation] = this.#generations;
    if (this.#folding !== undefined || generation === undefined) return;
    this.#log.roll();
    this.#folding = { generation, left: [...generation.rows.series()] };
  }

  /** The next series to fold, undefined when all are. */
  nextToFold(): HistorySeries | undefined {
    return this.#folding?.left.at(-1);
  }

  /** Notes that a series' rows and claims are in its files. */
  folded(series: HistorySeries): void {
    this.#folding?.generation.rows.taken(series);
    this.#folding?.left.pop();
  }

  /** Deletes the segments of the generation whose series are all folded. */
  async endFold(): Promise<void> {
    const folding = this.#folding;
    if (folding === undefined || folding.left.length > 0) return;
    await this.#log.drop([...folding.generation.segments]);
    this.#generations = this.#generations.filter((generation) => generation !== folding.generation);
    this.#folding = undefined;
    this.#state = this.#log.state();
  }

  /** Closes the open segment. */
  close(): void {
    this.#log.roll();
  }

  #newGeneration(): Generation {
    this.#serial += 1;
    return { serial: this.#serial, segments: new Set(), rows: new RecentRows() };
  }
}
