/** Looks regularly whether the database answers; the state is for health. */
import { sql } from 'kysely';
import type { Clock } from '../../utils/clock.js';
import type { SqlDatabase } from './database.js';

const EVERY_MS = 5000;

/** State of the database as health shows it. */
export interface DatabaseState {
  readonly name: 'database';
  readonly state: 'up' | 'down';
  /** Why it is down; empty otherwise. */
  readonly detail: string;
  /** Duration of the last look; null before the first. */
  readonly latencyMs: number | null;
}

/** Looks at once and then every five seconds until `stop`. */
export class DatabaseProbe {
  readonly #database: SqlDatabase;
  readonly #clock: Clock;
  #state: DatabaseState = { name: 'database', state: 'up', detail: '', latencyMs: null };
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(database: SqlDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** The state at the last look. */
  read(): DatabaseState {
    return this.#state;
  }

  /** Looks now and keeps looking; never rejects. */
  async start(): Promise<void> {
    const start = this.#clock.monotonicMs();
    try {
      await sql`select 1`.execute(this.#database);
      const latencyMs = Math.round((this.#clock.monotonicMs() - start) * 100) / 100;
      this.#state = { name: 'database', state: 'up', detail: '', latencyMs };
    } catch {
      // The driver's words may hold paths; the log of whoever uses the database has them.
      this.#state = { name: 'database', state: 'down', detail: 'The database does not answer.', latencyMs: null };
    }
    if (!this.#stopped) this.#cancel = this.#clock.setTimer(EVERY_MS, () => void this.start());
  }

  /** Ends it. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }
}
