/**
 * The thread side of the SQL projections: takes the groups of a session's tape as they become durable and feeds what
 * they say to the tables. In a thread of its own, so that nobody's order waits while rows are written; the tape is the
 * truth, and a session that is opened again tells all of it again (I-22).
 */
import type { MessagePort } from 'node:worker_threads';
import { groupOf } from '../storage/logGroup.js';
import type { SqlDatabase } from '../storage/sql/database.js';
import { Projector } from '../storage/sql/Projector.js';
import type { Clock } from '../utils/clock.js';
import { ProjectionFeed } from './ProjectionFeed.js';
import { decodeRecord, isRecordCode } from './tapeRecords.js';
import type { PlacedRecord } from './tapeRecords.js';

/** What is asked of the thread; structured-clone safe. */
export type ProjectionRequest =
  /** From now on lists of groups come from this port, in the order of their tape. */
  | { readonly type: 'tape'; readonly port: MessagePort }
  /** Answered once everything that was told before is in the database, or it has refused, and it is closed. */
  | { readonly type: 'stop' };

/** What the thread says. */
export type ProjectionMessage = { readonly type: 'stopped' } | { readonly type: 'fault'; readonly message: string };

/** See the module header. */
export class ProjectionWorker {
  readonly #database: SqlDatabase;
  readonly #clock: Pick<Clock, 'setTimer'>;
  readonly #onFault: (error: unknown) => void;
  #feed: ProjectionFeed | undefined;
  /** Resolves when the feeds of the sessions before have nothing left to write. */
  #earlier: Promise<void> = Promise.resolve();

  /** `onFault` hears of a database that refuses. */
  constructor(database: SqlDatabase, clock: Pick<Clock, 'setTimer'>, onFault: (error: unknown) => void) {
    this.#database = database;
    this.#clock = clock;
    this.#onFault = onFault;
  }

  /** Takes the bytes of a durable group; one that begins with an opening record begins its tape. */
  take(bytes: Uint8Array): void {
    const records: PlacedRecord[] = [];
    groupOf(bytes).forEach((seq, code, _time, payload) => {
      // Nothing of these is in SQL, and reading them is most of the work.
      if (isRecordCode(code, 'position') || isRecordCode(code, 'result')) return;
      const record = decodeRecord(seq, code, payload);
      if (record.type === 'session') this.#begin(record.config);
      records.push({ seq, record });
    });
    this.#feed?.push(records);
  }

  /** Resolves when everything that was taken is in the database, or it has refused. */
  async settled(): Promise<void> {
    await this.#earlier;
    await this.#feed?.settled();
  }

  /** Settles, and closes the database. */
  async stop(): Promise<void> {
    await this.settled();
    await this.#database.destroy();
  }

  #begin(session: { readonly sessionId: string; readonly symbols: readonly string[] }): void {
    this.#earlier = this.settled();
    this.#feed = new ProjectionFeed(new Projector(this.#database, session), this.#onFault, this.#clock);
  }
}
