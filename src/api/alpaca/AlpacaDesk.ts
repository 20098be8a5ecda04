/**
 * The running session as the Alpaca side sees it: port, names, read model and who hears of updates, exchanged as a
 * whole when another session begins. Opens a key's account when it is used for the first time.
 */
import { DOLLAR } from '../../domain/units.js';
import type { AccountState, DeskOrder, VenueAnswer, VenueRequest } from '../../domain/venueDesk.js';
import type { VenueEvent } from '../../domain/venueEvents.js';
import type { IdGenerator } from '../../utils/idGenerator.js';
import { required } from '../../utils/assert.js';
import { AlpacaCode, AlpacaError } from './alpacaError.js';
import { SessionFacts } from './SessionFacts.js';
import { tradeUpdateJson } from './orderJson.js';
import type { EarlierSession, PaperVenue, StatusRow } from './PaperVenue.js';
import type { Activity } from './model/AccountHistory.js';
import type { OrderEntry } from './model/OrderEntry.js';
import { isClosed } from './model/orderStatus.js';
import { translateEvent } from './model/translateEvent.js';
import { VenueModel } from './model/VenueModel.js';
import type { ModelListener, TradeUpdate } from './model/ModelEvents.js';

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
  readonly #activityListeners = new Set<(activity: Activity, accountId: string) => void>();
  readonly #haltListeners = new Set<(status: StatusRow, accountId: string) => void>();
  readonly #sessionListeners = new Set<() => void>();
  readonly #stop: () => void;
  #facts: SessionFacts;
  #model: VenueModel;

  constructor(venue: PaperVenue, ids: IdGenerator) {
    this.venue = venue;
    this.ids = ids;
    // The past is not told again: updates are written once the session's events so far have been read.
    let isTold = false;
    const tell: ModelListener = {
      onUpdate: (update) => {
        if (!isTold || this.#listeners.size === 0) return;
        const wire = wireUpdate(update, this.#facts);
        for (const listener of this.#listeners) listener(wire);
      },
      onActivity: (activity, accountId) => {
        if (!isTold) return;
        for (const listener of this.#activityListeners) listener(activity, accountId);
      },
    };
    this.#facts = new SessionFacts(venue.session);
    this.#model = readSessions(this.#facts, [], tell);
    this.#stop = venue.watch({
      onSession: (session, earlier) => {
        const wasTold = isTold;
        isTold = false;
        this.#facts = new SessionFacts(session, earlier);
        this.#model = readSessions(this.#facts, earlier, tell);
        isTold = wasTold;
        for (const listener of this.#sessionListeners) listener();
      },
      onEvents: (events) => {
        for (const event of events) {
          this.#model.apply(event);
          if (isTold && event.type === 'injected') this.#tellHalt(event);
        }
      },
    });
    isTold = true;
  }

  get facts(): SessionFacts {
    return this.#facts;
  }
  get model(): VenueModel {
    return this.#model;
  }

  /** The updates of an account so far that are wanted, oldest first, those of earlier sessions included. */
  history(accountId: string, isWanted: (update: TradeUpdate) => boolean): readonly WireUpdate[] {
    const found: WireUpdate[] = [];
    let apply = (_event: VenueEvent): void => undefined;
    // Events are read again, since an update shows its order as it was then.
    const stop = this.venue.watch({
      onSession: (session, earlier) => {
        const facts = new SessionFacts(session, earlier);
        const model = readSessions(facts, earlier, {
          onUpdate: (update) => {
            if (update.accountId === accountId && isWanted(update)) found.push(wireUpdate(update, facts));
          },
          onActivity: () => undefined,
        });
        apply = (event) => model.apply(event);
      },
      onEvents: (events) => {
        for (const event of events) apply(event);
      },
    });
    stop();
    return found;
  }

  /** Calls `listener` with every update from now on. */
  onUpdate(listener: (update: WireUpdate) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  /** Calls `listener` with every row of an account's activities from now on. */
  onActivity(listener: (activity: Activity, accountId: string) => void): () => void {
    this.#activityListeners.add(listener);
    return () => this.#activityListeners.delete(listener);
  }
  /** Calls `listener` with every halt, and its end, that was injected into the market of an account alone. */
  onHalt(listener: (status: StatusRow, accountId: string) => void): () => void {
    this.#haltListeners.add(listener);
    return () => this.#haltListeners.delete(listener);
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

  /** Lets the read model know where an account's trailing stops stand; no event tells it. */
  async followTrails(accountId: string): Promise<void> {
    const isTrailing = (entry: OrderEntry): boolean => entry.type === 'trailing_stop' && !isClosed(entry.status);
    if (!this.#model.orders(accountId).some(isTrailing)) return;
    for (const { id, type, stopPrice, highWaterMark } of await this.venue.openOrders(accountId)) {
      const entry = type === 'trailing_stop' ? this.#model.order(id) : undefined;
      if (entry === undefined || highWaterMark === undefined || isClosed(entry.status)) continue;
      entry.stopPrice = stopPrice;
      entry.highWaterMark = highWaterMark;
    }
  }

  /** Ends it. */
  close(): void {
    this.#stop();
    this.#listeners.clear();
    this.#activityListeners.clear();
    this.#haltListeners.clear();
  }

  #tellHalt({ accountId, time, injection }: Extract<VenueEvent, { readonly type: 'injected' }>): void {
    if (injection.kind !== 'halt') return;
    const { symbolId, halted } = injection;
    const status = {
      kind: 'status',
      symbolId,
      time,
      halted,
      ...(halted ? { halt: 'operator' as const } : {}),
    } as const;
    for (const listener of this.#haltListeners) listener(status, accountId);
  }

  async #open(user: string, accountId: string): Promise<void> {
    const terms = { kind: 'margin', startingCash: DEFAULT_ALPACA_CASH } as const;
    const answer = await this.venue.request(user, accountId, { type: 'openAccount', terms });
    // Two first requests at once: one of them opens it.
    if (answer.ok || answer.refusal.reason === 'ACCOUNT_EXISTS') return;
    throw new AlpacaError(403, AlpacaCode.FORBIDDEN, answer.refusal.message);
  }
}

/** The read model of a session after those before it; its own events are still to be applied. */
function readSessions(facts: SessionFacts, earlier: readonly EarlierSession[], listener: ModelListener): VenueModel {
  const { session } = facts;
  const model = new VenueModel(earlier[0]?.session ?? session, listener);
  for (const [index, before] of earlier.entries()) {
    if (index > 0) model.beginSession(before.session);
    const numbers = facts.numbersOf(before.session);
    for (const event of before.events) model.apply(numbers === undefined ? event : translateEvent(event, numbers));
  }
  if (earlier.length > 0) model.beginSession(session);
  return model;
}

function wireUpdate(update: TradeUpdate, facts: SessionFacts): WireUpdate {
  const { accountId, eventId, time } = update;
  return { accountId, eventId, time, payload: tradeUpdateJson(update, facts) };
}

/** Paper money of a new account: what Alpaca gives. */
const DEFAULT_ALPACA_CASH = 100_000 * DOLLAR;
