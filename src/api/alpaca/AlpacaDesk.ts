/**
 * The running session as the Alpaca side sees it: port, names, read model and who hears of updates, exchanged as a
 * whole when another session begins. Opens a key's account when it is used for the first time.
 */
import { DOLLAR } from '../../domain/units.js';
import type { AccountState, DeskOrder, VenueAnswer, VenueRequest } from '../../domain/venueDesk.js';
import type { IdGenerator } from '../../utils/idGenerator.js';
import { required } from '../../utils/assert.js';
import { AlpacaCode, AlpacaError } from './alpacaError.js';
import { SessionFacts } from './SessionFacts.js';
import { tradeUpdateJson } from './orderJson.js';
import type { PaperVenue } from './PaperVenue.js';
import { VenueModel } from './model/VenueModel.js';

/** Updates kept for readers that ask for the past. */
const MAX_KEPT_UPDATES = 10_000;

/** An update in wire form. */
export interface WireUpdate {
  readonly accountId: string;
  readonly eventId: string;
  readonly time: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** See the module header. */
export class AlpacaDesk {
  readonly venue: PaperVenue;
  readonly ids: IdGenerator;
  readonly #listeners = new Set<(update: WireUpdate) => void>();
  readonly #sessionListeners = new Set<() => void>();
  readonly #stop: () => void;
  #facts: SessionFacts;
  #model: VenueModel;
  #updates: WireUpdate[] = [];
  /** The past is not told again: updates count from when the session's events so far have been read. */
  #replaying = false;

  constructor(venue: PaperVenue, ids: IdGenerator) {
    this.venue = venue;
    this.ids = ids;
    this.#facts = new SessionFacts(venue.session);
    this.#model = this.#newModel();
    this.#replaying = true;
    this.#stop = venue.watch({
      onSession: (session) => {
        this.#facts = new SessionFacts(session);
        this.#model = this.#newModel();
        this.#updates = [];
        for (const listener of this.#sessionListeners) listener();
      },
      onEvents: (events) => {
        for (const event of events) this.#model.apply(event);
      },
    });
    this.#replaying = false;
  }

  get facts(): SessionFacts {
    return this.#facts;
  }
  get model(): VenueModel {
    return this.#model;
  }
  /** The newest updates, oldest first. */
  get updates(): readonly WireUpdate[] {
    return this.#updates;
  }

  /** Calls `listener` with every update from now on. */
  onUpdate(listener: (update: WireUpdate) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  /** Calls `listener` when another session has begun. */
  onSession(listener: () => void): () => void {
    this.#sessionListeners.add(listener);
    return () => this.#sessionListeners.delete(listener);
  }

  /** Figures of the account, which is opened if it is not there yet. */
  async account(user: string, accountId: string): Promise<AccountState> {
    const state = await this.venue.accountState(accountId);
    if (state !== undefined) return state;
    await this.#open(user, accountId);
    return required(await this.venue.accountState(accountId), `the account ${accountId}`);
  }

  /** Puts a request to the desk. An account that is not there yet is opened first. */
  async request(user: string, accountId: string, request: VenueRequest): Promise<VenueAnswer> {
    const answer = await this.venue.request(user, accountId, request);
    if (answer.ok || answer.refusal.reason !== 'ACCOUNT_UNKNOWN') return answer;
    await this.#open(user, accountId);
    return this.venue.request(user, accountId, request);
  }

  /** Enters an order and gives its id, or the refusal. */
  submit(user: string, accountId: string, order: DeskOrder): Promise<VenueAnswer> {
    return this.request(user, accountId, { type: 'submit', order });
  }

  /** Ends it. */
  close(): void {
    this.#stop();
    this.#listeners.clear();
  }

  async #open(user: string, accountId: string): Promise<void> {
    const terms = { kind: 'margin', startingCash: DEFAULT_ALPACA_CASH } as const;
    const answer = await this.venue.request(user, accountId, { type: 'openAccount', terms });
    // Two first requests at once: one of them opens it.
    if (answer.ok || answer.refusal.reason === 'ACCOUNT_EXISTS') return;
    throw new AlpacaError(403, AlpacaCode.FORBIDDEN, answer.refusal.message);
  }

  #newModel(): VenueModel {
    const { sessionId, priceScale } = this.#facts.session;
    const facts = this.#facts;
    const model = new VenueModel(sessionId, priceScale, (update) => {
      const wire: WireUpdate = {
        accountId: update.accountId,
        eventId: update.eventId,
        time: update.time,
        payload: tradeUpdateJson(update, facts, model),
      };
      this.#updates.push(wire);
      if (this.#updates.length > MAX_KEPT_UPDATES) this.#updates = this.#updates.slice(MAX_KEPT_UPDATES / 2);
      if (this.#replaying) return;
      for (const listener of this.#listeners) listener(wire);
    });
    return model;
  }
}

/** Paper money of a new account: what Alpaca gives. */
export const DEFAULT_ALPACA_CASH = 100_000 * DOLLAR;
