/**
 * Decides the desk's requests one by one: refuses at the door, or makes the events that carry a request out. Keeps
 * nothing itself.
 */
import type { LegRole, Order, OrderChanges, Side } from '../../domain/order.js';
import type { SessionConfig } from '../../domain/session.js';
import type { Micros, Quantity } from '../../domain/units.js';
import { DOLLAR, formatDecimal, mulDiv, mulDivDown, SHARE } from '../../domain/units.js';
import type { DeskOrder, DeskOutcome, DoorRefusal, Injection, VenueAnswer } from '../../domain/venueDesk.js';
import type { AccountTerms, VenueRequest } from '../../domain/venueDesk.js';
import type { VenueEvent } from '../../domain/venueEvents.js';
import { LARGEST_ORDER } from '../../domain/orderSize.js';
import { PapertapeError } from '../../domain/errors.js';
import { MINUTE } from '../../domain/timeframe.js';
import { isPrice } from '../SymbolMarket.js';
import { maintenanceRequirement } from '../rulebook/margin.js';
import { feePlanOf } from '../fees/feePlans.js';
import { reverseFill } from './reversals.js';
import { doorRefusal, refusal, sizeRefusal } from './doorChecks.js';
import { replaceRefusal } from './replaceChecks.js';
import { injectOrder, rejectOrder } from './injections.js';
import { deskPreset } from './VenueAccount.js';
import type { VenueAccount } from './VenueAccount.js';

/** What the clerk works on. */
export interface DeskBooks {
  readonly config: SessionConfig;
  readonly accounts: ReadonlyMap<string, VenueAccount>;
  readonly closedAccounts: ReadonlySet<string>;
  readonly lastOrder: number;
  /** The number of a new order, counted up. */
  takeNumber(): number;
  emit(event: VenueEvent): void;
}

const DONE: VenueAnswer = { ok: true };
/** Begins the client order ids of forced orders. */
const FORCED = 'liquidation-';
/** Open accounts of a session: what each of them needs is written down with every group of the tape. */
const MOST_ACCOUNTS = 200;
/** Longest text of a client order id. */
const LONGEST_ID = 128;

type Request<Type extends VenueRequest['type']> = Extract<VenueRequest, { readonly type: Type }>;

/** See the module header. */
export class DeskClerk {
  readonly #desk: DeskBooks;

  constructor(desk: DeskBooks) {
    this.#desk = desk;
  }

  /** The answer to a request at `now`. */
  decide(accountId: string, request: VenueRequest, now: Micros): VenueAnswer {
    if (request.type === 'openAccount') return this.#open(accountId, request.terms, now);
    const account = this.#desk.accounts.get(accountId);
    if (account === undefined) return refused('ACCOUNT_UNKNOWN', { accountId });
    const desk = this.#desk;
    switch (request.type) {
      case 'resetAccount':
        if (!isCash(request.startingCash)) return refused('TERMS_INVALID');
        this.#cancelNow(account, now, 'the account was reset');
        desk.emit({
          type: 'accountReset',
          accountId,
          time: now,
          terms: { ...account.terms, startingCash: request.startingCash },
        });
        return DONE;
      case 'closeAccount': {
        const rest = openRest(account, desk.config.symbols);
        if (rest !== undefined) return { ok: false, refusal: rest };
        desk.emit({ type: 'accountClosed', accountId, time: now });
        return DONE;
      }
      case 'configure':
        desk.emit({ type: 'accountConfigured', accountId, time: now, settings: request.settings });
        return DONE;
      case 'submit':
        return this.#submit(account, request.order, now);
      case 'replace':
        return this.#replace(account, request.orderId, request.changes, now);
      case 'cancel':
        return this.#cancel(account, request.orderId, now);
      case 'cancelAll':
        return { ok: true, outcomes: this.#cancelAll(account, now) };
      case 'closePosition':
        return this.#closePosition(account, request, now);
      case 'closeAllPositions':
        return { ok: true, outcomes: this.#closeAll(account, request, now) };
      case 'inject':
        return this.#inject(account, request.injection, now);
    }
  }

  #open(accountId: string, terms: AccountTerms, now: Micros): VenueAnswer {
    const { accounts, closedAccounts, config } = this.#desk;
    if (accounts.has(accountId) || closedAccounts.has(accountId) || accountId === config.accountId) {
      const is = closedAccounts.has(accountId) ? 'was deleted' : 'exists already';
      const message = `The account ${accountId} ${is}: an id is used once. Open the account under another id.`;
      return { ok: false, refusal: refusal('ACCOUNT_EXISTS', { accountId }, message) };
    }
    if (accounts.size >= MOST_ACCOUNTS) return refused('TOO_MANY_ACCOUNTS');
    if (!isCash(terms.startingCash)) return refused('TERMS_INVALID');
    try {
      deskPreset(terms.preset ?? config.preset);
      feePlanOf(terms.feePlan ?? config.feePlan);
    } catch (error) {
      if (!(error instanceof PapertapeError)) throw error;
      return { ok: false, refusal: refusal('TERMS_INVALID', {}, `${error.message} ${error.remedy ?? ''}`.trim()) };
    }
    this.#desk.emit({ type: 'accountOpened', accountId, time: now, terms });
    return DONE;
  }

  #submit(account: VenueAccount, request: DeskOrder, now: Micros): VenueAnswer {
    const order = this.#orderOf(account, request, now);
    const reason = malformed(request) ?? sizeRefusal(account, request) ?? doorRefusal(account, order, now);
    if (reason !== undefined) return { ok: false, refusal: reason };
    this.#desk.emit({ type: 'entered', orderId: order.id, time: now, order });
    const message = account.takeRejection(order.symbolId);
    if (message !== undefined) rejectOrder(account.exchange, order.id, now, message);
    return { ok: true, orderId: order.id };
  }

  #cancel(account: VenueAccount, orderId: string, now: Micros): VenueAnswer {
    if (!account.exchange.book.orders.has(orderId)) return refused('ORDER_UNKNOWN', { orderId });
    // Asking once more changes nothing: the first cancel is on its way.
    if (!account.canceling.has(orderId)) {
      const { exchange } = account;
      exchange.emit({ type: 'cancelRequested', orderId, time: now }, exchange.book.orders.get(orderId));
      exchange.cancel(orderId, now);
    }
    return { ok: true, orderId };
  }

  #replace(account: VenueAccount, orderId: string, changes: OrderChanges, now: Micros): VenueAnswer {
    const { exchange } = account;
    const order = exchange.book.orders.get(orderId);
    if (order === undefined) return refused('ORDER_UNKNOWN', { orderId });
    const reason = replaceRefusal(account, order, changes, now);
    if (reason !== undefined) return { ok: false, refusal: reason };
    const id = `v-${this.#desk.takeNumber()}`;
    exchange.emit({ type: 'replaceRequested', orderId, time: now }, order);
    exchange.replace(orderId, changes, { id, clientOrderId: changes.clientOrderId ?? `${orderId}-${id}` }, now);
    return { ok: true, orderId: id };
  }

  #cancelAll(account: VenueAccount, now: Micros): DeskOutcome[] {
    const outcomes: DeskOutcome[] = [];
    for (const [orderId, order] of [...account.orders]) {
      // A leg goes with its parent.
      if (order.parentId !== undefined && account.orders.has(order.parentId)) continue;
      if (!account.exchange.book.orders.has(orderId)) continue;
      this.#cancel(account, orderId, now);
      outcomes.push({ orderId, symbolId: order.symbolId });
    }
    return outcomes;
  }

  /**
   * Closes positions by force until what is left meets its margin, those that bind most first. Orders of the account
   * end; while a forced order is open, no more are given.
   */
  liquidate(account: VenueAccount, now: Micros): void {
    const { exchange, book, day } = account;
    for (const { clientOrderId } of exchange.book.orders.values()) if (clientOrderId.startsWith(FORCED)) return;
    this.#cancelNow(account, now, 'the account does not meet its margin');
    const { priceScale } = exchange;
    const bound = book.positions().map((position) => {
      const { quantity, mark: price } = position;
      const side = quantity > 0 ? ('long' as const) : ('short' as const);
      const size = { side, quantity: Math.abs(quantity), price, leverage: 1 };
      return { position, margin: maintenanceRequirement('alpaca', size, priceScale, day.date) };
    });
    bound.sort((one, other) => other.margin - one.margin || one.position.symbolId - other.position.symbolId);
    let required = bound.reduce((sum, { margin }) => sum + margin, 0);
    for (const { position, margin } of bound) {
      if (required <= book.equity) return;
      const { symbolId, quantity } = position;
      const request = closingOrder(`${FORCED}${this.#desk.lastOrder + 1}`, symbolId, quantity, Math.abs(quantity));
      const order = this.#orderOf(account, request, now);
      this.#desk.emit({ type: 'entered', orderId: order.id, time: now, order });
      required -= margin;
    }
  }

  /** Ends every open order at once; the venue does it, so that no message is under way. */
  #cancelNow(account: VenueAccount, now: Micros, reason: string): void {
    const { exchange } = account;
    for (const order of [...exchange.book.orders.values()]) {
      if (order.closed) continue;
      exchange.cancelOrder(order, now, reason);
      exchange.book.symbols[order.symbolId]?.compact();
    }
  }

  #closePosition(account: VenueAccount, request: Request<'closePosition'>, now: Micros): VenueAnswer {
    const { symbolId, part } = request;
    const held = account.book.quantityOf(symbolId);
    if (held === 0) return refused('POSITION_NOT_FOUND', { symbolId: String(symbolId) });
    const all = Math.abs(held);
    let quantity: Quantity = all;
    if (part !== undefined) quantity = partOf(held, part);
    if (!Number.isSafeInteger(quantity) || quantity <= 0) return refused('QUANTITY_INVALID');
    return this.#submit(account, closingOrder(request.clientOrderId, symbolId, held, quantity), now);
  }

  #closeAll(account: VenueAccount, request: Request<'closeAllPositions'>, now: Micros): DeskOutcome[] {
    if (request.cancelOrders) this.#cancelNow(account, now, 'all positions are closed');
    return account.book.positions().map(({ symbolId, quantity }) => {
      const clientOrderId = `${request.clientOrderIdPrefix}${symbolId}`;
      const order = closingOrder(clientOrderId, symbolId, quantity, Math.abs(quantity));
      const answer = this.#submit(account, order, now);
      if (!answer.ok) return { symbolId, refusal: answer.refusal };
      return { symbolId, ...(answer.orderId === undefined ? {} : { orderId: answer.orderId }) };
    });
  }

  #inject(account: VenueAccount, injection: Injection, now: Micros): VenueAnswer {
    const { accountId } = account;
    switch (injection.kind) {
      case 'halt':
      case 'rejectNext':
      case 'delayNext':
      case 'lateTrade': {
        const reason = injectionFault(account, injection, now);
        if (reason !== undefined) return { ok: false, refusal: reason };
        this.#desk.emit({ type: 'injected', accountId, time: now, injection });
        return DONE;
      }
      case 'bust':
        return answerOf(reverseFill(account, injection.fillId, undefined, now));
      case 'correct':
        return answerOf(reverseFill(account, injection.fillId, injection, now));
      default:
        return answerOf(injectOrder(account.exchange, injection, now));
    }
  }

  #orderOf(account: VenueAccount, request: DeskOrder, now: Micros): Order {
    const { accountId } = account;
    const number = this.#desk.lastOrder + 1;
    const { quantity = 0, notional, limitPrice, stopPrice, trail, orderClass, legs } = request;
    const id = `v-${number}`;
    const base = {
      accountId,
      symbolId: request.symbolId,
      timeInForce: request.timeInForce,
      quantity,
      extendedHours: request.extendedHours,
      source: { kind: 'manual', user: accountId },
      reason: '',
      status: 'submitted',
      createdAt: now,
      updatedAt: now,
      filledQuantity: 0,
      filledNotional: 0,
    } as const;
    // The parent of an oco is its take profit: its legs close the same position as it does.
    const legSide = orderClass === 'oco' ? request.side : other(request.side);
    const legOrders = legs.map((leg, index): Order => ({
      ...base,
      id: `v-${number + 1 + index}`,
      clientOrderId: leg.clientOrderId ?? `${id}-${LEG_NAMES[leg.role]}`,
      side: legSide,
      type: leg.role === 'takeProfit' ? 'limit' : leg.limitPrice === undefined ? 'stop' : 'stop_limit',
      ...(leg.limitPrice === undefined ? {} : { limitPrice: leg.limitPrice }),
      ...(leg.stopPrice === undefined ? {} : { stopPrice: leg.stopPrice }),
      orderClass,
      parentId: id,
      role: leg.role,
    }));
    return {
      ...base,
      id,
      clientOrderId: request.clientOrderId,
      side: request.side,
      type: request.type,
      ...(notional === undefined ? {} : { notional }),
      ...(limitPrice === undefined ? {} : { limitPrice }),
      ...(stopPrice === undefined ? {} : { stopPrice }),
      ...(trail === undefined ? {} : { trail }),
      ...(orderClass === 'simple' ? {} : { orderClass, legs: legOrders }),
    };
  }
}

const LEG_NAMES: Readonly<Record<LegRole, string>> = { takeProfit: 'take-profit', stopLoss: 'stop-loss' };

function other(side: Side): Side {
  return side === 'buy' ? 'sell' : 'buy';
}

/** What keeps an account from being closed: closing is for ever, so nothing may be lost by it. */
function openRest({ accountId, book, exchange }: VenueAccount, symbols: readonly string[]): DoorRefusal | undefined {
  const positions = book
    .positions()
    .map(({ symbolId, quantity }) => `${formatDecimal(quantity, SHARE, 0)} ${symbols[symbolId] ?? `#${symbolId}`}`);
  const orders = [...exchange.book.orders.values()].filter(({ closed }) => !closed);
  if (positions.length === 0 && orders.length === 0) return undefined;
  const parts: string[] = [];
  if (positions.length > 0) parts.push(`holds ${positions.join(', ')}`);
  if (orders.length > 0) parts.push(`has ${orders.length} open ${orders.length === 1 ? 'order' : 'orders'}`);
  const message =
    `The account ${accountId} ${parts.join(' and ')}. Cancel its orders and close its positions, ` +
    'or reset it, which ends both; then delete it.';
  return refusal(
    'ACCOUNT_NOT_EMPTY',
    { accountId, positions: positions.join(', '), orders: `${orders.length}` },
    message,
  );
}

function isCash(amount: number): boolean {
  return Number.isSafeInteger(amount) && amount > 0 && amount <= LARGEST_ORDER * DOLLAR;
}

function malformed(order: DeskOrder): DoorRefusal | undefined {
  const { clientOrderId, quantity, notional } = order;
  if (clientOrderId === '' || clientOrderId.length > LONGEST_ID) {
    return refusal('DUPLICATE_CLIENT_ORDER_ID', {}, `A client order id has 1 to ${LONGEST_ID} characters.`);
  }
  if ((quantity === undefined) === (notional === undefined)) return refusal('QUANTITY_INVALID');
  return undefined;
}

function partOf(held: Quantity, part: NonNullable<Request<'closePosition'>['part']>): Quantity {
  if ('quantity' in part) return part.quantity;
  return 'ppm' in part ? shareOf(held, part.ppm) : percentageOf(held, part.nanoPercent);
}

/** Billionths of a per cent in a whole. */
const WHOLE_NANO_PERCENT = 100_000_000_000;

/** A percentage of a position, rounded down; a fraction of a share only where the position has one and is long. */
function percentageOf(held: Quantity, nanoPercent: number): Quantity {
  if (!Number.isSafeInteger(nanoPercent) || nanoPercent <= 0 || nanoPercent > WHOLE_NANO_PERCENT) return 0;
  if (nanoPercent === WHOLE_NANO_PERCENT) return Math.abs(held);
  const quantity = mulDivDown(Math.abs(held), nanoPercent, WHOLE_NANO_PERCENT);
  return held > 0 && held % SHARE !== 0 ? quantity : Math.floor(quantity / SHARE) * SHARE;
}

/** A share of a position in millionths; of a short one whole shares, since fractions cannot be bought back alone. */
function shareOf(held: Quantity, ppm: number): Quantity {
  if (!Number.isSafeInteger(ppm) || ppm <= 0 || ppm > 1_000_000) return 0;
  if (ppm === 1_000_000) return Math.abs(held);
  const quantity = mulDiv(Math.abs(held), ppm, 1_000_000);
  return held > 0 ? quantity : Math.floor(quantity / SHARE) * SHARE;
}

function closingOrder(clientOrderId: string, symbolId: number, held: Quantity, quantity: Quantity): DeskOrder {
  return {
    clientOrderId,
    symbolId,
    side: held > 0 ? 'sell' : 'buy',
    type: 'market',
    timeInForce: 'day',
    quantity,
    extendedHours: false,
    orderClass: 'simple',
    legs: [],
  };
}

function injectionFault(
  account: VenueAccount,
  injection: Extract<Injection, { readonly kind: 'halt' | 'rejectNext' | 'delayNext' | 'lateTrade' }>,
  now: Micros,
): DoorRefusal | undefined {
  const symbolId = injection.kind === 'delayNext' ? undefined : injection.symbolId;
  if (symbolId !== undefined && account.exchange.book.symbols[symbolId] === undefined) {
    return refusal('SYMBOL_NOT_TRADABLE', { symbolId: String(symbolId) });
  }
  if (injection.kind === 'lateTrade') {
    if (!isPrice(injection.price)) return refusal('PRICE_INVALID');
    // A trade of the minute under way, or one to come, is not late.
    const isLate = injection.time > 0 && injection.time < now - (now % MINUTE);
    return isLate && isPrice(injection.size)
      ? undefined
      : refusal('QUANTITY_INVALID', {}, 'The trade has no size, or is not late.');
  }
  const counts = injection.kind === 'halt' ? [] : [injection.count];
  if (injection.kind === 'delayNext') counts.push(injection.micros);
  return counts.every((count) => Number.isSafeInteger(count) && count > 0) ? undefined : refusal('QUANTITY_INVALID');
}

function refused(reason: DoorRefusal['reason'], details: Readonly<Record<string, string>> = {}): VenueAnswer {
  return { ok: false, refusal: refusal(reason, details) };
}

function answerOf(reason: DoorRefusal | undefined): VenueAnswer {
  return reason === undefined ? DONE : { ok: false, refusal: reason };
}
