/**
 * The records of a session on their way to its tape: they collect into a group, the group becomes durable, and only
 * then are they told (K3). While the disk is full they wait; what is known of that is here too.
 */
import { PapertapeError } from '../domain/errors.js';
import type { Micros } from '../domain/units.js';
import type { SessionTape } from './SessionTape.js';
import type { PlacedRecord, TapeRecord } from './tapeRecords.js';

/** After this many milliseconds a full disk is asked again whether it has room. */
const ASK_DISK_EVERY_MS = 1_000;

/** What the groups tell. */
export interface TapeGroupsEvents {
  /** Gets each record once it is durable, in order. */
  readonly onDurable: (placed: PlacedRecord) => void;
  /** The disk is full, or has room again. */
  readonly onRoom: (hasRoom: boolean) => void;
}

/** See the module header. */
export class TapeGroups {
  readonly #tape: SessionTape;
  readonly #nowMs: () => number;
  readonly #events: TapeGroupsEvents;
  #pending: PlacedRecord[] = [];
  #fullSince: number | undefined;
  /** Whether what is recorded now is taken although the disk is full. */
  essential = false;

  constructor(tape: SessionTape, nowMs: () => number, events: TapeGroupsEvents) {
    this.#tape = tape;
    this.#nowMs = nowMs;
    this.#events = events;
  }

  /** How many records wait to be durable. */
  get pending(): number {
    return this.#pending.length;
  }

  /** Whether the disk is full. */
  get full(): boolean {
    return this.#fullSince !== undefined;
  }

  /** Adds a record to the group. Throws the errors of `SessionTape.append`. */
  record(record: TapeRecord, time: Micros, essential = this.essential): void {
    const seq = this.#tape.append(record, time, essential);
    this.#pending.push({ seq, record });
  }

  /** Makes the group durable and tells it; if the disk is full it stays pending. Throws if the disk fails for good. */
  commit(): void {
    try {
      this.#tape.commit();
    } catch (error) {
      // The records stay pending; they become durable, and then known, when there is room.
      if (!(error instanceof PapertapeError) || error.code !== 'STORAGE_FULL') throw error;
      this.noteFull();
      return;
    }
    const durable = this.#pending;
    this.#pending = [];
    for (const placed of durable) this.#events.onDurable(placed);
    if (this.#tape.state === 'halted') this.noteFull();
  }

  /** The disk has refused something. */
  noteFull(): void {
    if (this.full) return;
    this.#fullSince = this.#nowMs();
    this.#events.onRoom(false);
  }

  /** Asks a full disk from time to time; true once there is room and everything pending is durable. */
  tryResume(): boolean {
    const nowMs = this.#nowMs();
    if (nowMs - (this.#fullSince ?? 0) < ASK_DISK_EVERY_MS) return false;
    this.#fullSince = nowMs;
    if (!this.#tape.resume()) return false;
    this.#fullSince = undefined;
    this.commit();
    if (this.full) return false;
    this.#events.onRoom(true);
    return true;
  }
}
