/**
 * The exchange's own desk behind the port of the Alpaca server, in the thread of the test: what a session does between
 * the two, without tape and thread. Its time stands still but for quotes and for what requests take to arrive.
 */
import type { PaperVenue, VenueClock, VenueListener, VenueSession } from '../../src/api/alpaca/PaperVenue.js';
import type { Order } from '../../src/domain/order.js';
import { SECOND } from '../../src/domain/timeframe.js';
import { RAW_PRICE_SCALE } from '../../src/domain/units.js';
import type { AccountState, VenueAnswer, VenueRequest } from '../../src/domain/venueDesk.js';
import { DeskRig } from '../../src/exchange/testing/DeskRig.js';

/** Longer than any latency of the preset. */
const ARRIVES_IN = 2 * SECOND;

/** See the module header. */
export class DeskVenue implements PaperVenue {
  readonly rig: DeskRig;
  readonly session: VenueSession;
  readonly #listeners = new Set<VenueListener>();
  #told = 0;

  constructor(symbols: readonly string[], startClock: string) {
    this.rig = new DeskRig({ symbols });
    this.rig.advance(startClock);
    this.session = {
      sessionId: 'desk-venue',
      instruments: symbols.map((symbol) => ({
        symbol,
        name: symbol,
        exchange: 'NASDAQ',
        lending: 'easy',
        fractionable: true,
        marginLongPercent: 30,
        marginShortPercent: 30,
      })),
      priceScale: RAW_PRICE_SCALE,
      startTime: this.rig.config.startTime,
      endTime: this.rig.config.startTime + 16 * 3_600_000_000,
      controllable: false,
      carriesOn: false,
      fidelityOf: () => 'papertape',
    };
  }

  /** Moves the market of the first symbol by a quote. */
  quote(bid: number, ask: number, size: number): void {
    this.rig.quote(this.rig.now + SECOND, bid, ask, size);
    this.settle();
  }

  /** Lets time pass, to a New York wall-clock time or by what messages take. */
  settle(clock: string | number = this.rig.now + ARRIVES_IN): void {
    this.rig.advance(clock);
    const events = this.rig.events.slice(this.#told);
    this.#told = this.rig.events.length;
    if (events.length > 0) for (const listener of this.#listeners) listener.onEvents(events);
  }

  clock(): VenueClock {
    return { time: this.rig.now, speed: 1, paused: false, ended: false };
  }

  request(_user: string, accountId: string, request: VenueRequest): Promise<VenueAnswer> {
    const answer = this.rig.request(accountId, request);
    this.settle();
    return Promise.resolve(answer);
  }

  accountState(accountId: string): Promise<AccountState | undefined> {
    return Promise.resolve(this.rig.venue.accountState(accountId, this.rig.now));
  }

  openOrders(accountId: string): Promise<readonly Order[]> {
    return Promise.resolve(this.rig.venue.deskOrders(accountId));
  }

  watch(listener: VenueListener): () => void {
    this.#listeners.add(listener);
    listener.onSession(this.session, []);
    listener.onEvents(this.rig.events.slice(0, this.#told));
    return () => this.#listeners.delete(listener);
  }

  quotes(): Promise<readonly []> {
    return Promise.resolve([]);
  }
  prints(): Promise<readonly []> {
    return Promise.resolve([]);
  }
  bars(): Promise<readonly []> {
    return Promise.resolve([]);
  }
  latest(): Promise<readonly []> {
    return Promise.resolve([]);
  }
  corporateActions(): Promise<readonly []> {
    return Promise.resolve([]);
  }
  watchMarket(): () => void {
    return () => undefined;
  }
  control(): Promise<void> {
    return Promise.reject(new Error('the clock of this market is the test’s'));
  }
}
