/** What the read model tells as it follows the venue's events, and how each is numbered. */
import type { Micros, Price, Quantity } from '../../../domain/units.js';
import { eventUlid, executionUuid } from '../alpacaIds.js';
import type { VenueSession } from '../PaperVenue.js';
import type { Activity } from './AccountHistory.js';
import type { OrderEntry } from './OrderEntry.js';
import type { TradeEventName } from './orderStatus.js';

/** One message of the trading stream; `entry` is live and must be written out before the next event. */
export interface TradeUpdate {
  readonly accountId: string;
  readonly event: TradeEventName;
  readonly eventId: string;
  readonly executionId: string | null;
  readonly time: Micros;
  readonly entry: OrderEntry;
  readonly execution?: { readonly price: Price; readonly quantity: Quantity; readonly position: Quantity };
}

/** Hears of every update and every activity, in order; an activity comes before the update of the same execution. */
export interface ModelListener {
  onUpdate(update: TradeUpdate): void;
  onActivity(activity: Activity, accountId: string): void;
}

/**
 * Numbers of a session's events, and ids made of them: the same events give the same ids after every restart. Each
 * session counts from its beginning.
 */
export class EventNumbers {
  #session: VenueSession;
  #number = 0;

  constructor(session: VenueSession) {
    this.#session = session;
  }

  get session(): VenueSession {
    return this.#session;
  }

  /** Begins the count of another session. */
  begin(session: VenueSession): void {
    this.#session = session;
    this.#number = 0;
  }

  /** Counts one more event and gives its number. */
  next(): number {
    this.#number += 1;
    return this.#number;
  }

  /** The ULID of the present event. */
  ulid(time: Micros): string {
    return eventUlid(time, this.#number);
  }

  /** The UUID of an execution of the session, or of another thing that has a name in it. */
  uuid(name: string): string {
    return executionUuid(this.#session.sessionId, name);
  }

  /** The UUID of the present event, made of its number and what it is. */
  uuidOfEvent(what: string): string {
    return this.uuid(`${what} ${this.#number}`);
  }
}
