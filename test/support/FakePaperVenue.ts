/**
 * A small venue for tests of the Alpaca server: marketable orders fill at the quote when they arrive, others rest until
 * a quote meets them; brackets, oco groups, replaces and cancels as the real desk does them. No latency, fees, margin
 * or sessions; books are double entries.
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
} from '../../src/api/alpaca/PaperVenue.js';
import type { Fill } from '../../src/domain/fill.js';
import type { LedgerEntry } from '../../src/domain/ledger.js';
import type { Order } from '../../src/domain/order.js';
import { notional, SHARE } from '../../src/domain/units.js';
import type { Micros, Price, Quantity } from '../../src/domain/units.js';
import type {
  AccountSettings,
  AccountState,
  AccountTerms,
  DeskOrder,
  DeskOutcome,
  DoorReason,
  Injection,
  VenueAnswer,
  VenueRequest,
} from '../../src/domain/venueDesk.js';
import type { VenueEvent } from '../../src/domain/venueEvents.js';
import { required } from '../../src/utils/assert.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface Working {
  order: Mutable<Order>;
  held: boolean;
}
interface Book {
  terms: AccountTerms;
  settings: AccountSettings;
  cash: number;
  positions: Map<number, { quantity: number; cost: number }>;
  clientIds: Set<string>;
}

const SCALE = 1_000_000;
/** 2026-08-03 10:30 New York. */
export const FAKE_NOW: Micros = Date.UTC(2026, 7, 3, 14, 30) * 1000;

/** See the module header. */
export class FakePaperVenue implements PaperVenue {
  session: VenueSession;
  readonly events: VenueEvent[] = [];
  /** Sessions before the present one. */
  earlier: readonly EarlierSession[] = [];
  readonly controls: VenueControl[] = [];
  readonly injections: Injection[] = [];
  readonly quoteRows: QuoteRow[] = [];
  readonly printRows: PrintRow[] = [];
  readonly minuteBars: BarRow[] = [];
  readonly dayBars: BarRow[] = [];
  readonly actions: CorporateActionRow[] = [];
  /** Called when somebody begins to watch the market. */
  onWatch: () => void = () => undefined;
  /** When set, the next request is refused with it. */
  refuseNext: { reason: DoorReason; message: string; details: Record<string, string> } | undefined;
  /** When set, replaces wait until `completeReplaces`. */
  holdReplaces = false;
  now: Micros = FAKE_NOW;
  speed = 1;
  paused = false;
  readonly #books = new Map<string, Book>();
  readonly #open = new Map<string, Working>();
  readonly #listeners = new Set<VenueListener>();
  readonly #marketListeners = new Set<(rows: readonly MarketRow[]) => void>();
  readonly #waiting: (() => void)[] = [];
  #nextOrder = 1;
  #nextFill = 1;

  constructor(symbols: readonly string[] = ['AAPL', 'MSFT', 'BRK.B'], sessionId = 'fake-0001') {
    this.session = {
      sessionId,
      instruments: symbols.map((symbol) => ({
        symbol,
        name: `${symbol} Inc.`,
        exchange: 'NASDAQ',
        lending: symbol === 'BRK.B' ? 'none' : 'easy',
        fractionable: symbol !== 'BRK.B',
        marginLongPercent: 30,
        marginShortPercent: 30,
        previousClose: 200 * SCALE,
      })),
      priceScale: SCALE,
      startTime: FAKE_NOW,
      endTime: FAKE_NOW + 10 * 3_600_000_000,
      controllable: true,
      carriesOn: false,
      fidelityOf: ({ preset }) => (preset === 'alpaca' ? 'alpaca' : 'papertape'),
    };
  }

  clock(): VenueClock {
    return { time: this.now, speed: this.speed, paused: this.paused, ended: false };
  }

  /** A new best bid and offer in dollars; orders that meet it fill. */
  quote(symbol: string, bid: number, ask: number): void {
    const symbolId = this.#symbolId(symbol);
    this.now += 1000;
    const row: QuoteRow = {
      kind: 'quote',
      symbolId,
      time: this.now,
      bid: Math.round(bid * SCALE),
      bidSize: 100,
      ask: Math.round(ask * SCALE),
      askSize: 200,
    };
    this.quoteRows.push(row);
    this.tellMarket([row]);
    for (const working of [...this.#open.values()]) if (working.order.symbolId === symbolId) this.#match(working);
  }

  /** How many watch the market. */
  get watchers(): number {
    return this.#marketListeners.size;
  }

  /** Hands rows to whoever watches the market. */
  tellMarket(rows: readonly MarketRow[]): void {
    for (const listener of this.#marketListeners) listener(rows);
  }

  /** Fills a part of a working order at a price in dollars. */
  fillPart(orderId: string, shares: number, price: number): void {
    this.#fill(required(this.#open.get(orderId), orderId), shares * SCALE, Math.round(price * SCALE));
  }

  /** Tells an event that the fake does not make by itself. */
  emit(event: VenueEvent): void {
    this.events.push(event);
    for (const listener of this.#listeners) listener.onEvents([event]);
  }

  /** Puts the replacements that wait in place. */
  completeReplaces(): void {
    for (const complete of this.#waiting.splice(0)) complete();
  }

  /**
   * Another session begins: of other accounts, unless it follows the present one. Accounts that are not carried on are
   * gone with their orders.
   */
  beginSession(sessionId: string, how: Partial<Pick<VenueSession, 'instruments' | 'carriesOn'>> = {}): void {
    const session = { ...this.session, endTime: this.now };
    const prices = session.instruments.map((_, symbolId) => this.#bid(symbolId));
    this.earlier = [...this.earlier, { session, events: [...this.events], closes: [], closingPrices: prices }];
    if (how.carriesOn === undefined) this.earlier = [];
    this.session = {
      ...session,
      carriesOn: false,
      ...how,
      sessionId,
      startTime: this.now,
      endTime: this.now + 10 * 3_600_000_000,
    };
    this.events.length = 0;
    if (how.carriesOn !== true) {
      this.#books.clear();
      this.#open.clear();
      this.#nextOrder = 1;
    }
    for (const listener of this.#listeners) {
      listener.onSession(this.session, this.earlier);
      listener.onEvents([]);
    }
  }

  request(_user: string, accountId: string, request: VenueRequest): Promise<VenueAnswer> {
    const refusal = this.refuseNext;
    if (refusal !== undefined && request.type !== 'openAccount') {
      this.refuseNext = undefined;
      return Promise.resolve({ ok: false, refusal });
    }
    return Promise.resolve(this.#answer(accountId, request));
  }

  /** Where trailing stops stand, by client order id; this market moves none. */
  readonly trails = new Map<string, Pick<Order, 'stopPrice' | 'highWaterMark'>>();

  openOrders(accountId: string): Promise<readonly Order[]> {
    const own = [...this.#open.values()].filter(({ order }) => order.accountId === accountId);
    return Promise.resolve(own.map(({ order }) => ({ ...order, ...this.trails.get(order.clientOrderId) })));
  }

  accountState(accountId: string): Promise<AccountState | undefined> {
    const book = this.#books.get(accountId);
    if (book === undefined) return Promise.resolve(undefined);
    let long = 0;
    let short = 0;
    const positions = [...book.positions].map(([symbolId, { quantity, cost }]) => {
      const mark = this.#bid(symbolId);
      const marketValue = notional(mark, quantity, SCALE);
      if (quantity > 0) long += marketValue;
      else short += marketValue;
      return {
        symbolId,
        quantity,
        availableQuantity: quantity - this.#heldBy(accountId, symbolId, quantity),
        averagePrice: Math.round((cost * SCALE) / quantity),
        cost,
        mark,
        marketValue,
        unrealisedPnl: marketValue - cost,
        intradayPnl: marketValue - cost,
        lastClose: 200 * SCALE,
      };
    });
    const equity = book.cash + long + short;
    return Promise.resolve({
      accountId,
      time: this.now,
      terms: book.terms,
      settings: book.settings,
      restriction: 'none',
      cash: book.cash,
      settledCash: book.cash,
      equity,
      lastEquity: book.terms.startingCash,
      longMarketValue: long,
      shortMarketValue: short,
      initialMargin: (long - short) / 2,
      maintenanceMargin: Math.round((long - short) * 0.3),
      lastMaintenanceMargin: 0,
      multiplier: 4,
      buyingPower: equity * 4,
      overnightBuyingPower: equity * 2,
      nonMarginableBuyingPower: book.cash,
      reserved: 0,
      accruedFees: 0,
      dividendsAccrued: 0,
      realisedPnl: 0,
      fees: 0,
      dayTrades: 0,
      positions,
    });
  }

  watch(listener: VenueListener): () => void {
    this.#listeners.add(listener);
    listener.onSession(this.session, this.earlier);
    listener.onEvents([...this.events]);
    return () => this.#listeners.delete(listener);
  }

  quotes(query: RowsQuery): Promise<readonly QuoteRow[]> {
    return Promise.resolve(this.#within(this.quoteRows, query));
  }
  prints(query: RowsQuery): Promise<readonly PrintRow[]> {
    return Promise.resolve(this.#within(this.printRows, query));
  }
  bars({ symbolId, base, from, to }: VenueBarsQuery): Promise<readonly BarRow[]> {
    const rows = base === '1m' ? this.minuteBars : this.dayBars;
    const end = Math.min(to, this.now);
    return Promise.resolve(rows.filter((row) => row.symbolId === symbolId && row.start >= from && row.start <= end));
  }
  latest(symbolIds: readonly number[]): Promise<readonly LatestRows[]> {
    const last = <T extends { readonly symbolId: number }>(rows: readonly T[], symbolId: number): T | undefined =>
      rows.filter((row) => row.symbolId === symbolId).at(-1);
    return Promise.resolve(
      symbolIds.map((symbolId) => {
        const [quote, print] = [last(this.quoteRows, symbolId), last(this.printRows, symbolId)];
        const [minuteBar, dayBar] = [last(this.minuteBars, symbolId), last(this.dayBars, symbolId)];
        return {
          ...(quote === undefined ? {} : { quote }),
          ...(print === undefined ? {} : { print }),
          ...(minuteBar === undefined ? {} : { minuteBar }),
          ...(dayBar === undefined ? {} : { dayBar }),
        };
      }),
    );
  }
  corporateActions(symbols: readonly string[], from: string, to: string): Promise<readonly CorporateActionRow[]> {
    const found = this.actions.filter(
      ({ symbol, exDate }) => (symbols.length === 0 || symbols.includes(symbol)) && exDate >= from && exDate <= to,
    );
    return Promise.resolve(found);
  }
  watchMarket(listener: (rows: readonly MarketRow[]) => void): () => void {
    this.#marketListeners.add(listener);
    this.onWatch();
    return () => this.#marketListeners.delete(listener);
  }
  control(control: VenueControl): Promise<void> {
    this.controls.push(control);
    if (control.action === 'pause') this.paused = true;
    if (control.action === 'resume') this.paused = false;
    if (control.action === 'speed') this.speed = control.speed;
    if (control.action === 'jump') this.now = control.to;
    return Promise.resolve();
  }

  #within<T extends { readonly symbolId: number; readonly time: Micros }>(rows: readonly T[], query: RowsQuery): T[] {
    const end = Math.min(query.to, this.now);
    const found = rows.filter((row) => row.symbolId === query.symbolId && row.time >= query.from && row.time <= end);
    return query.sort === 'asc' ? found.slice(0, query.limit) : found.slice(-query.limit);
  }

  #answer(accountId: string, request: VenueRequest): VenueAnswer {
    if (request.type === 'openAccount') return this.#openAccount(accountId, request.terms);
    const book = this.#books.get(accountId);
    if (book === undefined) return refused('ACCOUNT_UNKNOWN');
    switch (request.type) {
      case 'configure':
        book.settings = request.settings;
        this.emit({ type: 'accountConfigured', accountId, time: this.now, settings: request.settings });
        return { ok: true };
      case 'resetAccount': {
        const terms = { ...book.terms, startingCash: request.startingCash };
        this.#books.set(accountId, { ...book, terms, cash: request.startingCash, positions: new Map() });
        for (const [id, { order }] of this.#open) if (order.accountId === accountId) this.#open.delete(id);
        this.emit({ type: 'accountReset', accountId, time: this.now, terms });
        return { ok: true };
      }
      case 'submit':
        return this.#submit(accountId, book, request.order);
      case 'replace':
        return this.#replace(request);
      case 'cancel':
        return this.#cancel(request.orderId);
      case 'cancelAll': {
        const outcomes: DeskOutcome[] = [];
        for (const { order } of [...this.#open.values()]) {
          if (order.accountId !== accountId || order.parentId !== undefined) continue;
          this.#cancel(order.id);
          outcomes.push({ orderId: order.id, symbolId: order.symbolId });
        }
        return { ok: true, outcomes: outcomes.map(({ orderId = '' }) => ({ orderId })) };
      }
      case 'closePosition': {
        const position = book.positions.get(request.symbolId);
        if (position === undefined) return refused('POSITION_NOT_FOUND');
        const whole = Math.abs(position.quantity);
        const part = request.part;
        let quantity = whole;
        if (part !== undefined && 'quantity' in part) quantity = part.quantity;
        if (part !== undefined && 'ppm' in part) quantity = Math.floor((whole * part.ppm) / 1_000_000);
        if (part !== undefined && 'nanoPercent' in part) {
          quantity = Math.floor((whole / SHARE) * (part.nanoPercent / 100_000_000_000)) * SHARE;
        }
        return this.#submit(
          accountId,
          book,
          this.#closing(request.symbolId, position.quantity, quantity, request.clientOrderId),
        );
      }
      case 'closeAllPositions': {
        if (request.cancelOrders) this.#answer(accountId, { type: 'cancelAll' });
        const outcomes = [...book.positions].map(([symbolId, { quantity }], index): DeskOutcome => {
          const held = Math.abs(this.#heldBy(accountId, symbolId, quantity));
          if (held > 0) {
            const details = { requested: text(quantity), available: '0', existing: text(quantity), held: text(held) };
            return { symbolId, refusal: { reason: 'SHARES_UNAVAILABLE', message: 'held', details } };
          }
          const id = `${request.clientOrderIdPrefix}-${index}`;
          const answer = this.#submit(accountId, book, this.#closing(symbolId, quantity, Math.abs(quantity), id));
          return answer.ok ? { symbolId, orderId: answer.orderId ?? '' } : { symbolId, refusal: answer.refusal };
        });
        return { ok: true, outcomes };
      }
      case 'inject':
        this.injections.push(request.injection);
        return { ok: true };
      case 'closeAccount':
        return { ok: true };
    }
  }

  #closing(symbolId: number, position: number, quantity: number, clientOrderId: string): DeskOrder {
    return {
      clientOrderId,
      symbolId,
      side: position > 0 ? 'sell' : 'buy',
      type: 'market',
      timeInForce: 'day',
      quantity,
      extendedHours: false,
      orderClass: 'simple',
      legs: [],
    };
  }

  #openAccount(accountId: string, terms: AccountTerms): VenueAnswer {
    if (this.#books.has(accountId)) return refused('ACCOUNT_EXISTS');
    this.#books.set(accountId, {
      terms,
      settings: {
        suspendTrade: false,
        noShorting: false,
        maxMarginMultiplier: 4,
        fractionalTrading: true,
        washTradeCheck: true,
        fidelity: 'papertape',
      },
      cash: terms.startingCash,
      positions: new Map(),
      clientIds: new Set(),
    });
    this.emit({ type: 'accountOpened', accountId, time: this.now, terms });
    return { ok: true };
  }

  #submit(accountId: string, book: Book, desk: DeskOrder): VenueAnswer {
    if (book.clientIds.has(desk.clientOrderId)) return refused('DUPLICATE_CLIENT_ORDER_ID');
    if (book.settings.suspendTrade) return refused('TRADING_SUSPENDED');
    const ask = this.#ask(desk.symbolId);
    const cost = notional(desk.limitPrice ?? ask, desk.quantity ?? 0, SCALE);
    if (desk.side === 'buy' && cost > book.cash * 4) {
      return refused('BUYING_POWER', { buyingPower: text(book.cash * 4), costBasis: text(cost) });
    }
    book.clientIds.add(desk.clientOrderId);
    this.now += 1000;
    const { legs, ...rest } = desk;
    const order: Mutable<Order> = {
      ...rest,
      id: `v-${this.#nextOrder++}`,
      accountId,
      quantity: desk.quantity ?? Math.floor(((desk.notional ?? 0) * SCALE) / ask),
      source: { kind: 'manual', user: 'test' },
      reason: '',
      status: 'submitted',
      createdAt: this.now,
      updatedAt: this.now,
      filledQuantity: 0,
      filledNotional: 0,
    };
    if (desk.orderClass === 'simple') delete order.orderClass;
    const exit = desk.orderClass === 'oco' ? desk.side : desk.side === 'buy' ? 'sell' : 'buy';
    order.legs = legs.map((leg, index) => ({
      ...order,
      id: `v-${this.#nextOrder++}`,
      clientOrderId: leg.clientOrderId ?? `${desk.clientOrderId}-${index}`,
      side: exit,
      type: leg.stopPrice === undefined ? 'limit' : leg.limitPrice === undefined ? 'stop' : 'stop_limit',
      limitPrice: leg.limitPrice,
      stopPrice: leg.stopPrice,
      parentId: order.id,
      role: leg.role,
      legs: [],
    })) as Order[];
    this.emit({ type: 'entered', orderId: order.id, time: this.now, order: { ...order } });
    this.#open.set(order.id, { order, held: false });
    for (const leg of order.legs) {
      this.#open.set(leg.id, { order: { ...leg }, held: true });
      this.emit({ type: 'held', orderId: leg.id, time: this.now });
    }
    this.now += 1000;
    this.emit({ type: 'accepted', orderId: order.id, time: this.now, waiting: false });
    this.#match(required(this.#open.get(order.id), order.id));
    return { ok: true, orderId: order.id };
  }

  #replace({ orderId, changes }: Extract<VenueRequest, { type: 'replace' }>): VenueAnswer {
    const working = this.#open.get(orderId);
    if (working === undefined) return refused('ORDER_UNKNOWN');
    const id = `v-${this.#nextOrder++}`;
    this.emit({ type: 'replaceRequested', orderId, time: this.now });
    const complete = (): void => {
      if (!this.#open.has(orderId)) {
        this.emit({ type: 'replaceRejected', orderId, time: this.now, reason: 'ORDER_UNKNOWN', message: 'filled' });
        return;
      }
      this.#open.delete(orderId);
      const order = {
        ...working.order,
        ...changes,
        id,
        clientOrderId: changes.clientOrderId ?? `c-${id}`,
        replaces: orderId,
      };
      this.#open.set(id, { order, held: working.held });
      this.emit({ type: 'replaced', orderId, time: this.now, order });
      this.#match(required(this.#open.get(id), id));
    };
    if (this.holdReplaces) this.#waiting.push(complete);
    else complete();
    return { ok: true, orderId: id };
  }

  #cancel(orderId: string): VenueAnswer {
    const working = this.#open.get(orderId);
    if (working === undefined) return refused('ORDER_UNKNOWN');
    const root = working.order.parentId ?? orderId;
    this.emit({ type: 'cancelRequested', orderId, time: this.now });
    for (const { order } of [...this.#open.values()]) {
      if (order.id === root || order.parentId === root) this.#end(order.id, 'canceled');
    }
    return { ok: true };
  }

  #end(orderId: string, type: 'canceled' | 'expired'): void {
    this.#open.delete(orderId);
    this.emit({ type, orderId, time: this.now, reason: '' });
  }

  #match(working: Working): void {
    const { order, held } = working;
    if (held || !this.#open.has(order.id)) return;
    const [bid, ask] = [this.#bid(order.symbolId), this.#ask(order.symbolId)];
    const price = order.side === 'buy' ? ask : bid;
    if (price === 0) return;
    const sign = order.side === 'buy' ? 1 : -1;
    if (order.stopPrice !== undefined && sign * (price - order.stopPrice) < 0) return;
    if (order.limitPrice !== undefined && sign * (price - order.limitPrice) > 0) return;
    if (order.type === 'trailing_stop') return;
    this.#fill(working, order.quantity - order.filledQuantity, price);
  }

  #fill({ order }: Working, quantity: Quantity, price: Price): void {
    const book = required(this.#books.get(order.accountId), order.accountId);
    this.now += 1000;
    const value = notional(price, quantity, SCALE);
    const sign = order.side === 'buy' ? 1 : -1;
    const line = (account: LedgerEntry['account'], amount: number, shares: number): LedgerEntry => ({
      accountId: order.accountId,
      account,
      symbolId: account === 'cash' ? -1 : order.symbolId,
      amount,
      quantity: shares,
    });
    const entries = [line('cash', -sign * value, 0), line('position', sign * value, sign * quantity)];
    const fill: Fill = {
      id: `f-${this.#nextFill++}`,
      orderId: order.id,
      clientOrderId: order.clientOrderId,
      accountId: order.accountId,
      symbolId: order.symbolId,
      side: order.side,
      quantity,
      price,
      time: this.now,
      reportTime: this.now,
      liquidity: 'taker',
      fees: [],
      entries,
      receipt: {} as Fill['receipt'],
    };
    book.cash -= sign * value;
    const position = book.positions.get(order.symbolId) ?? { quantity: 0, cost: 0 };
    position.quantity += sign * quantity;
    position.cost += sign * value;
    if (position.quantity === 0) book.positions.delete(order.symbolId);
    else book.positions.set(order.symbolId, position);
    order.filledQuantity += quantity;
    const final = order.filledQuantity >= order.quantity;
    if (final) this.#open.delete(order.id);
    this.emit({ type: 'filled', orderId: order.id, time: this.now, fill, final });
    if (final) this.#afterFill(order);
  }

  /** The entry of a bracket lets its take profit work; a filled exit cancels the other. */
  #afterFill(order: Order): void {
    if (order.parentId === undefined && order.orderClass !== 'oco') {
      for (const working of [...this.#open.values()].filter((one) => one.order.parentId === order.id)) {
        if (working.order.role === 'stopLoss' && order.orderClass === 'bracket') continue;
        working.held = false;
        this.emit({ type: 'accepted', orderId: working.order.id, time: this.now, waiting: false });
      }
      return;
    }
    const root = order.parentId ?? order.id;
    for (const { order: other } of [...this.#open.values()]) {
      if (other.id === root || other.parentId === root) this.#end(other.id, 'canceled');
    }
  }

  #heldBy(accountId: string, symbolId: number, position: number): number {
    const closing = position > 0 ? 'sell' : 'buy';
    let held = 0;
    for (const { order } of this.#open.values()) {
      if (order.accountId !== accountId || order.symbolId !== symbolId || order.side !== closing) continue;
      if (order.parentId === undefined) held += order.quantity - order.filledQuantity;
    }
    return Math.sign(position) * held;
  }

  #bid(symbolId: number): Price {
    return this.quoteRows.filter((row) => row.symbolId === symbolId).at(-1)?.bid ?? 0;
  }
  #ask(symbolId: number): Price {
    return this.quoteRows.filter((row) => row.symbolId === symbolId).at(-1)?.ask ?? 0;
  }
  #symbolId(symbol: string): number {
    return this.session.instruments.findIndex((one) => one.symbol === symbol);
  }
}

function refused(reason: DoorReason, details: Record<string, string> = {}): VenueAnswer {
  return { ok: false, refusal: { reason, message: reason, details } };
}

function text(micro: number): string {
  return String(micro / 1_000_000);
}
