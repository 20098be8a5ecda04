/**
 * The running session behind the port of the Alpaca server: keeps the durable events of the desk's accounts, and
 * passes requests and reads on to the session's thread.
 */
import type {
  BarRow,
  CorporateActionRow,
  EarlierSession,
  LatestRows,
  MarketRow,
  PaperVenue,
  PrintRow,
  QuoteRow,
  RowsQuery,
  VenueBarsQuery,
  VenueClock,
  VenueControl,
  VenueListener,
  VenueSession,
} from '../api/alpaca/PaperVenue.js';
import { PapertapeError } from '../domain/errors.js';
import type { Order } from '../domain/order.js';
import type { Micros } from '../domain/units.js';
import type { AccountState, VenueAnswer, VenueRequest } from '../domain/venueDesk.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import { required } from '../utils/assert.js';
import { AccountChronicle } from './earlierSessions.js';
import type { SessionRecord } from './readTape.js';
import type { SessionClient } from './SessionClient.js';
import type { ClosingPrices } from './tapeRecords.js';

/** See the module header. */
export class SessionVenue implements PaperVenue {
  readonly #client: () => SessionClient;
  readonly #listeners = new Set<VenueListener>();
  readonly #marketListeners = new Set<(rows: readonly MarketRow[]) => void>();
  readonly #onFault: (error: unknown) => void;
  readonly #readEarlier: (opening: SessionRecord) => readonly EarlierSession[];
  #chronicle: AccountChronicle | undefined;
  #earlier: readonly EarlierSession[] = [];
  /** Events of a session that is told again from its beginning, which the listeners have heard. */
  #heard = 0;
  /** Time of the last event: the mirror of the clock lags behind it by a moment. */
  #lastEvent: Micros = 0;

  /** `onFault` hears of what a background call could not do; `readEarlier` gives what lies before a session. */
  constructor(
    client: () => SessionClient,
    onFault: (error: unknown) => void,
    readEarlier: (opening: SessionRecord) => readonly EarlierSession[] = () => [],
  ) {
    this.#client = client;
    this.#onFault = onFault;
    this.#readEarlier = readEarlier;
  }

  get session(): VenueSession {
    return this.#present.session;
  }

  get #present(): AccountChronicle {
    return required(this.#chronicle, 'the session');
  }

  /**
   * Another session is open, or the same one again after a fault; `events` are those that its tape holds already. One
   * that was started again tells everything anew, which is nothing new to the listeners.
   */
  begin(opening: SessionRecord, events: readonly VenueEvent[]): void {
    const before = this.#chronicle;
    const { sessionId, startTime } = opening.config;
    this.#chronicle = new AccountChronicle(opening);
    if (before?.session.sessionId === sessionId) {
      this.#heard = before.events.length;
    } else {
      const isNext = before !== undefined && before.session.sessionId === opening.follows;
      this.#earlier = isNext ? [...this.#earlier, before.close()] : this.#readEarlier(opening);
      this.#lastEvent = startTime;
      for (const listener of this.#listeners) listener.onSession(this.session, this.#earlier);
    }
    this.noteEvents(events);
  }

  /** The session is over: what its symbols ended at. */
  noteClosing(closing: ClosingPrices): void {
    this.#present.noteClosing(closing);
  }

  /** Takes durable events of the desk's accounts. */
  noteEvents(events: readonly VenueEvent[]): void {
    const fresh: VenueEvent[] = [];
    for (const event of events) {
      this.#present.noteEvent(event);
      this.#lastEvent = event.time;
      if (this.#heard > 0) this.#heard -= 1;
      else fresh.push(event);
    }
    if (fresh.length === 0) return;
    for (const listener of this.#listeners) listener.onEvents(fresh);
  }

  /** Takes rows of the market. */
  noteRows(rows: readonly MarketRow[]): void {
    for (const listener of this.#marketListeners) listener(rows);
  }

  clock(): VenueClock {
    const { time, speed, paused, ended } = this.#client().info().clock;
    return { time: Math.max(time, this.#lastEvent), speed, paused, ended };
  }

  async request(user: string, accountId: string, request: VenueRequest): Promise<VenueAnswer> {
    const result = await this.#client().command({ type: 'venue', user, accountId, request });
    if (result.ok) return required(result.answer, 'the answer of the desk');
    throw new PapertapeError('SHUTTING_DOWN', result.message);
  }

  accountState(accountId: string): Promise<AccountState | undefined> {
    return this.#client().accountState(accountId);
  }

  openOrders(accountId: string): Promise<readonly Order[]> {
    return this.#client().deskOrders(accountId);
  }

  watch(listener: VenueListener): () => void {
    this.#listeners.add(listener);
    listener.onSession(this.session, this.#earlier);
    listener.onEvents([...this.#present.events]);
    return () => this.#listeners.delete(listener);
  }

  quotes(query: RowsQuery): Promise<readonly QuoteRow[]> {
    return this.#client().ask('marketQuotes', query);
  }
  prints(query: RowsQuery): Promise<readonly PrintRow[]> {
    return this.#client().ask('marketPrints', query);
  }
  bars(query: VenueBarsQuery): Promise<readonly BarRow[]> {
    return this.#client().ask('marketBars', query);
  }
  latest(symbolIds: readonly number[]): Promise<readonly LatestRows[]> {
    return this.#client().ask('marketLatest', symbolIds);
  }
  corporateActions(symbols: readonly string[], from: string, to: string): Promise<readonly CorporateActionRow[]> {
    return this.#client().ask('corporateActions', { symbols, from, to });
  }

  watchMarket(listener: (rows: readonly MarketRow[]) => void): () => void {
    this.#marketListeners.add(listener);
    if (this.#marketListeners.size === 1) this.#client().watchMarket(true).catch(this.#onFault);
    return () => {
      this.#marketListeners.delete(listener);
      if (this.#marketListeners.size === 0) this.#client().watchMarket(false).catch(this.#onFault);
    };
  }

  async control(control: VenueControl): Promise<void> {
    const client = this.#client();
    if (!client.info().controllable) {
      throw new PapertapeError('REQUEST_INVALID', 'The clock of this market cannot be steered.');
    }
    if (control.action === 'jump') {
      await client.ask('jump', control.to);
      return;
    }
    if (control.action !== 'step') return client.control(control);
    // The market has moved when the answer comes, so that a test knows what it sees.
    await client.control({ action: 'pause' });
    await client.ask('jump', this.clock().time + control.micros);
    return undefined;
  }
}
