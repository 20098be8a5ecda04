/** Tickets that let one WebSocket connection in, once, within 30 seconds; so that no token stands in a URL (S38). */
import type { Clock } from '../../utils/clock.js';
import { SECOND } from '../../domain/timeframe.js';
import type { Micros } from '../../domain/units.js';
import type { IdGenerator } from '../../utils/idGenerator.js';
import type { Principal } from '../microservices/AuthService.js';

const LIFETIME = 30 * SECOND;

/** Issues and takes tickets; they live in memory only. */
export class StreamTickets {
  readonly #clock: Clock;
  readonly #ids: IdGenerator;
  readonly #open = new Map<string, { readonly principal: Principal; readonly expiresAt: Micros }>();

  constructor(clock: Clock, ids: IdGenerator) {
    this.#clock = clock;
    this.#ids = ids;
  }

  /** A new ticket for the signed-in user. */
  issue(principal: Principal): { readonly ticket: string; readonly expiresAt: Micros } {
    const now = this.#clock.now();
    for (const [ticket, { expiresAt }] of this.#open) if (expiresAt <= now) this.#open.delete(ticket);
    const ticket = this.#ids.token();
    const expiresAt = now + LIFETIME;
    this.#open.set(ticket, { principal, expiresAt });
    return { ticket, expiresAt };
  }

  /** Uses a ticket up; undefined for an unknown, used or expired one. */
  take(ticket: string): Principal | undefined {
    const entry = this.#open.get(ticket);
    this.#open.delete(ticket);
    return entry !== undefined && entry.expiresAt > this.#clock.now() ? entry.principal : undefined;
  }
}
