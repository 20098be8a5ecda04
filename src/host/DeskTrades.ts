/**
 * The trade logs of the desk's accounts, one for each, from their events and the market that the session's own log
 * observes. A program gives no reasons; what its trades cost is measured as that of every other. An account has a log
 * from its first order on, so that a session without programs keeps none, and forgets what was told for the last time:
 * a program may trade hundreds of thousands of times a day.
 */
import { tradeDocument } from '../analytics/tradeDocument.js';
import type { TradeDocument } from '../analytics/tradeDocument.js';
import type { MarketTrails } from '../analytics/MarketTrails.js';
import { TradeLogger } from '../analytics/TradeLogger.js';
import { mulDiv } from '../domain/units.js';
import type { Micros } from '../domain/units.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import { isOrderEvent } from '../domain/venueEvents.js';
import { MANUAL_OWNER } from '../engine/PositionTracker.js';
import type { CarriedBooks } from '../engine/PositionTracker.js';
import { carriedDesk } from '../exchange/accounts/carriedDesk.js';
import type { CarriedDeskAccount } from '../exchange/accounts/carriedDesk.js';
import type { VenueAccount } from '../exchange/accounts/VenueAccount.js';
import { DeskOrders } from './DeskOrders.js';
import type { SessionRecord } from './readTape.js';
import type { CarriedDeskBooks } from './tapeRecords.js';
import { ToldTrades } from './ToldTrades.js';

/** Closed trades of one account. */
export interface ClosedDeskTrades {
  readonly accountId: string;
  readonly trades: readonly TradeDocument[];
}

interface AccountLog {
  readonly log: TradeLogger;
  readonly told: ToldTrades;
}

/** See the module header. */
export class DeskTrades {
  readonly #header: SessionRecord;
  readonly #trails: MarketTrails;
  readonly #orders: DeskOrders;
  readonly #logs = new Map<string, AccountLog>();
  /** Closed trades of accounts that were reset or closed. */
  #left: ClosedDeskTrades[] = [];
  #lastTrade = 0;

  constructor(header: SessionRecord, trails: MarketTrails) {
    const { config, carried } = header;
    this.#header = header;
    this.#trails = trails;
    const accounts = carriedDesk(carried?.venue, config.priceScale);
    const orders = accounts.flatMap((account) => account.orders);
    this.#orders = new DeskOrders(config.priceScale, orders);
    for (const account of accounts) {
      if (account.positions.length > 0) this.#begin(account.accountId, this.#booksOf(account));
    }
    for (const order of orders) this.#logOf(order.accountId).log.noteOrder(order);
  }

  /** Takes the next durable event of the desk. */
  note(event: VenueEvent): void {
    if (!isOrderEvent(event)) {
      const log = this.#logs.get(event.accountId)?.log;
      if (event.type === 'booked') log?.noteBooking(event);
      if (event.type === 'accountReset' || event.type === 'accountClosed') this.#end(event.accountId);
      return;
    }
    if (event.type === 'filled') this.#logOf(event.fill.accountId).log.noteFill(event.fill);
    const before = this.#orders.order(event.orderId);
    for (const order of this.#orders.apply(event)) this.#logOf(order.accountId).log.noteOrder(order);
    if (event.type === 'accepted' && before !== undefined) {
      this.#logOf(before.accountId).log.noteArrival(event.orderId, event.time);
    }
    if (event.type === 'replaced') this.#logs.get(event.order.accountId)?.log.noteArrival(event.order.id, event.time);
    if (event.type === 'triggered' && before !== undefined) {
      this.#logOf(before.accountId).log.noteTrigger(event.orderId, event.time);
    }
    if (event.type === 'busted' || event.type === 'corrected') {
      const [entry] = event.entries;
      if (entry !== undefined) this.#logs.get(entry.accountId)?.log.noteReversal(event);
    }
  }

  /** How many trades and orders the logs hold, of all accounts. */
  get held(): { readonly trades: number; readonly orders: number } {
    let [trades, orders] = [0, 0];
    for (const { log } of this.#logs.values()) {
      trades += log.held.trades;
      orders += log.held.orders;
    }
    return { trades, orders };
  }

  /** Everything up to `time` was observed and told; `ended` says that nothing follows. */
  settle(time: Micros, ended: boolean): void {
    for (const { log } of this.#logs.values()) {
      if (ended) log.finish(time);
      else log.settle(time);
    }
  }

  /** Closed trades that were not told yet, and those told whose last markout is known now. */
  takeClosed(): readonly ClosedDeskTrades[] {
    const closed = this.#left.splice(0);
    for (const [accountId, { told }] of this.#logs) {
      const trades = told.take();
      if (trades.length > 0) closed.push({ accountId, trades });
    }
    return closed;
  }

  /**
   * What the desk's open accounts hold, lot by lot, for the session that follows. Where the log of one knows of
   * something else than its books, it says nothing.
   */
  carry(accounts: ReadonlyMap<string, Pick<VenueAccount, 'book'>>): readonly CarriedDeskBooks[] {
    return Array.from(this.#logs, ([accountId, { log }]) => {
      const books = log.carry();
      const held = accounts.get(accountId)?.book;
      const known = books.books.filter(
        ({ symbolId, lots }) => lots.reduce((sum, { quantity }) => sum + quantity, 0) === held?.quantityOf(symbolId),
      );
      return { accountId, books: { ...books, books: known } };
    }).filter(({ books }) => books.books.length > 0);
  }

  #logOf(accountId: string): AccountLog {
    return this.#logs.get(accountId) ?? this.#begin(accountId, undefined);
  }

  #begin(accountId: string, carried: CarriedBooks | undefined): AccountLog {
    const { config } = this.#header;
    const log = new TradeLogger({
      symbolCount: config.symbols.length,
      priceScale: config.priceScale,
      carried,
      trails: this.#trails,
      forgets: true,
      nextId: () => {
        this.#lastTrade += 1;
        return `d-${this.#lastTrade}`;
      },
    });
    const told = new ToldTrades(log, (trade) => ({ ...tradeDocument(trade, config), owner: accountId }));
    const account = { log, told };
    this.#logs.set(accountId, account);
    return account;
  }

  /** The account is emptied: what is open never comes to a result, what is closed is told as it is. */
  #end(accountId: string): void {
    const account = this.#logs.get(accountId);
    if (account === undefined) return;
    const trades = account.told.take();
    if (trades.length > 0) this.#left.push({ accountId, trades });
    this.#logs.delete(accountId);
  }

  /** What the session before left; without a word of the entries, the lots as the venue has them. */
  #booksOf({ accountId, cash, positions }: CarriedDeskAccount): CarriedBooks {
    const { config, carried } = this.#header;
    const told = carried?.desk?.find((one) => one.accountId === accountId)?.books.books ?? [];
    const books = positions.map(({ symbolId, quantity, mark, lots }) => {
      const known = told.find((book) => book.symbolId === symbolId);
      if (known !== undefined) return known;
      const side = Math.sign(quantity);
      return {
        owner: MANUAL_OWNER,
        symbolId,
        mark,
        lots: lots.map((lot) => ({
          quantity: side * lot.quantity,
          cost: lot.cost,
          fees: 0,
          price: mulDiv(lot.cost, config.priceScale, lot.quantity),
          time: config.startTime,
          fillId: '',
          reason: '',
        })),
      };
    });
    return { cash, books };
  }
}
