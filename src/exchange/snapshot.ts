/**
 * The exchange's state as canonical, JSON-safe values: equal states give equal text. Everything that later
 * decisions can depend on is in it: accounts, open orders, used ids, messages and reports under way, and the
 * markets of all symbols. A snapshot is taken between instants.
 */
import type { Order } from '../domain/order.js';
import type { Micros } from '../domain/units.js';
import type { VenueEvent } from '../domain/venueEvents.js';
import { assert, required } from '../utils/assert.js';
import type { AccountBook } from './AccountBook.js';
import type { ExchangeBook } from './ExchangeBook.js';
import type { MarketBookState, OwnBookState } from './MarketBook.js';
import type { MarketWatch } from './MarketWatch.js';
import type { TradesSnapshot } from './OpenTrades.js';
import type { OrderBooks } from './OrderBooks.js';
import { orderSnapshot } from './orderSnapshot.js';
import type { InboxMessage, OrderInbox, ReplaceRequest } from './OrderInbox.js';
import type { ReportQueue } from './ReportQueue.js';
import type { SymbolMarket } from './SymbolMarket.js';
import { WorkingOrder } from './WorkingOrder.js';

const VERSION = 3;
/** In this one an order had all its fields. */
const WHOLE_ORDERS_VERSION = 2;

/** Scalars of an account that a snapshot keeps. */
const ACCOUNT_FIELDS = [
  'cash',
  'reserved',
  'realisedPnl',
  'deposits',
  'commissions',
  'secFees',
  'tafFees',
  'borrowFees',
  'interest',
  'accruedFees',
  'dividends',
  'dividendsAccrued',
  'bought',
  'sold',
] as const;

/** What an order's request says where its snapshot does not show it. */
const USUAL_REQUEST = { extendedHours: false, reason: '' };

type Json = Record<string, unknown>;

/** What a snapshot is made of, beside the parts that know their own state. */
export interface SnapshotParts {
  readonly book: ExchangeBook;
  readonly inbox: OrderInbox;
  readonly reports: ReportQueue;
  readonly watch: MarketWatch;
  readonly books: OrderBooks;
  readonly sequence: number;
  readonly lastFill: number;
  readonly expiry: Micros;
  readonly boundary: Micros;
}

/** The snapshot of an exchange. */
export function exchangeSnapshot(parts: SnapshotParts): unknown {
  const { book } = parts;
  return {
    version: VERSION,
    book: bookSnapshot(book),
    market: {
      sequence: parts.sequence,
      marks: [...book.marks],
      symbols: book.symbols.map(symbolSnapshot),
      heard: parts.watch.lastHeard,
      rules: parts.watch.list(),
      ...(parts.books.isUsed ? { orderBooks: parts.books.snapshot() } : {}),
    },
    inbox: inboxSnapshot(parts.inbox, book),
    reports: parts.reports.list(),
    reportDues: parts.reports.listDues(),
    lastFill: parts.lastFill,
    expiry: finite(parts.expiry),
    boundary: parts.boundary,
  };
}

/**
 * What no recorded event says and no market row gives back: open orders with their places in queues, sizes taken,
 * messages and reports under way, and the books as the undelivered decisions left them. Small: symbols in which
 * nothing of ours is and the used client order ids are left out.
 */
export function workingSnapshot(parts: SnapshotParts): unknown {
  const { book } = parts;
  return {
    version: VERSION,
    accounts: [...book.accounts.values()].map(scalarsOf),
    orders: [...book.orders.values()].map(orderSnapshot),
    symbols: book.symbols.filter((symbol) => symbol.isInvolved).map(symbolSnapshot),
    ...(parts.books.isUsed ? { orderBooks: parts.books.workingState() } : {}),
    inbox: inboxSnapshot(parts.inbox, book),
    reports: parts.reports.list(),
    reportDues: parts.reports.listDues(),
    lastFill: parts.lastFill,
    expiry: finite(parts.expiry),
    boundary: parts.boundary,
  };
}

/** Puts a {@link workingSnapshot} over what recovery gave; gives the rest to the caller. */
export function restoreWorkingSnapshot(
  snapshot: unknown,
  { book, inbox, reports, books }: SnapshotParts,
): { lastFill: number; expiry: Micros; boundary: Micros } {
  const root = objectOf(snapshot, 'working state');
  checkVersion(root, 'working state');
  for (const state of listOf(root['accounts'], 'accounts')) restoreScalars(objectOf(state, 'account'), book, true);
  book.orders.clear();
  book.successors.clear();
  for (const state of listOf(root['orders'], 'orders')) restoreOrder(objectOf(state, 'order'), book);
  for (const symbol of book.symbols) {
    symbol.orders = [];
    symbol.stale = 0;
    symbol.forgetTaken();
    symbol.measureReach();
  }
  for (const item of listOf(root['symbols'], 'symbols')) {
    const state = objectOf(item, 'symbol');
    restoreSymbol(state, book.symbol(numberOf(state['symbolId'], 'symbolId')), book);
  }
  books.restoreWorking(listOf(root['orderBooks'] ?? [], 'order books') as readonly (readonly [number, OwnBookState])[]);
  inbox.reset(listOf(root['inbox'], 'inbox').map((state) => messageOf(objectOf(state, 'message'), book)));
  const events = listOf(root['reports'], 'reports').map((state) => objectOf(state, 'report') as unknown as VenueEvent);
  reports.reset(events, numbersOf(root['reportDues'] ?? [], 'report dues'));
  // The ids of replacements come with their events, which are not applied again when they are delivered.
  for (const event of events) {
    if (event.type === 'replaced') book.useClientOrderId(event.order.accountId, event.order.clientOrderId);
  }
  return {
    lastFill: numberOf(root['lastFill'], 'lastFill'),
    expiry: root['expiry'] === null ? Infinity : numberOf(root['expiry'], 'expiry'),
    boundary: numberOf(root['boundary'], 'boundary'),
  };
}

/** An order that has ended on its way is not in the book any more, and its arrival changes nothing. */
function inboxSnapshot(inbox: OrderInbox, book: ExchangeBook): readonly unknown[] {
  const messages = inbox.list().filter(({ order }) => order === undefined || book.orders.has(order.id));
  return messages.map((message) => {
    const orderId = message.order?.id ?? '';
    // A replacement gives the order that is on its way another id.
    if (message.told?.['orderId'] !== orderId) message.told = messageSnapshot(message, orderId);
    return message.told;
  });
}

function messageSnapshot(message: InboxMessage, orderId: string): Json {
  return {
    time: message.time,
    orderId,
    isDuplicate: message.isDuplicate,
    cancelId: message.cancelId,
    replace: message.replace ?? null,
  };
}

/** Orders, accounts and ledger alone: what applying recorded events must reproduce. */
export function bookSnapshot(book: ExchangeBook): unknown {
  return {
    accounts: [...book.accounts.values()].map((account) => accountSnapshot(account)),
    orders: [...book.orders.values()].map(orderSnapshot),
  };
}

/** Money and positions of an account without open orders, for {@link restoreMoney}. */
export function moneyOf(account: AccountBook): unknown {
  return { ...scalarsOf(account), reserved: 0 };
}

/** Gives an account without open orders the money and positions that {@link moneyOf} told. */
export function restoreMoney(state: unknown, book: ExchangeBook): void {
  restoreScalars(objectOf(state, 'account'), book, false);
}

function scalarsOf(account: AccountBook): Json {
  const scalars: Json = { accountId: account.accountId };
  for (const field of ACCOUNT_FIELDS) scalars[field] = account[field];
  return {
    ...scalars,
    quantities: [...account.quantities],
    costs: [...account.costs],
    realised: [...account.realised],
    lots: account.lots.map((lots) => lots.list()),
    // In few presets; and an account that tells none apart says so by leaving them out.
    ...(account.trades === undefined ? {} : { trades: account.trades.list(), tradesOpened: account.trades.opened }),
  };
}

function accountSnapshot(account: AccountBook): Json {
  return { ...scalarsOf(account), clientOrderIds: [...account.clientOrderIds] };
}

function symbolSnapshot(symbol: SymbolMarket): Json {
  const fields: Json = {};
  for (const key of Object.keys(symbol)) {
    const value: unknown = Reflect.get(symbol, key);
    if (typeof value === 'number') fields[key] = finite(value);
    else if (typeof value === 'boolean') fields[key] = value;
  }
  return {
    ...fields,
    levels: symbol.levels.list(),
    impact: symbol.impact.list(),
    orders: symbol.orders.map((order) => order.id),
  };
}

/**
 * Brings the markets of a book to what another one of the same symbols has observed. What the book's own orders took
 * stays taken where the same size still stands (M2); the book has no open order.
 */
export function adoptMarkets(book: ExchangeBook, from: ExchangeBook): void {
  for (const symbol of book.symbols) adoptMarket(book, symbol, marketOf(from.symbol(symbol.symbolId)));
}

/** What an exchange has observed of a symbol, for {@link adoptMarket}: it may be given to several. */
export function marketOf(symbol: SymbolMarket): unknown {
  return { ...symbolSnapshot(symbol), orders: [] };
}

/** As {@link adoptMarkets} for one symbol, from what {@link marketOf} told of it. */
export function adoptMarket(book: ExchangeBook, symbol: SymbolMarket, observed: unknown): void {
  const { bid, bidSize, ask, askSize, quoteBarTime, barTime } = symbol;
  const { bidTaken, askTaken, bidBarTaken, askBarTaken, barTaken } = symbol;
  restoreSymbol(objectOf(observed, 'symbol'), symbol, book);
  symbol.forgetTaken();
  if (symbol.bid === bid && symbol.bidSize === bidSize) symbol.bidTaken = bidTaken;
  if (symbol.ask === ask && symbol.askSize === askSize) symbol.askTaken = askTaken;
  if (symbol.barTime === barTime) symbol.barTaken = barTaken;
  if (symbol.quoteBarTime === quoteBarTime) {
    symbol.bidBarTaken = bidBarTaken;
    symbol.askBarTaken = askBarTaken;
  }
  symbol.stale = 0;
  symbol.endInstant();
  symbol.measureReach();
}

/** JSON has no Infinity; null stands for it. */
function finite(value: number): number | null {
  return value === Infinity ? null : value;
}

/** Puts a snapshot's state into a fresh exchange's parts; gives the rest to the caller. */
export function restoreExchange(
  snapshot: unknown,
  { book, inbox, reports, watch, books }: SnapshotParts,
): { sequence: number; lastFill: number; expiry: Micros; boundary: Micros } {
  const root = objectOf(snapshot, 'snapshot');
  checkVersion(root, 'exchange snapshot');
  const bookState = objectOf(root['book'], 'book');
  for (const state of listOf(bookState['accounts'], 'accounts')) restoreAccount(objectOf(state, 'account'), book);
  book.orders.clear();
  book.successors.clear();
  for (const state of listOf(bookState['orders'], 'orders')) restoreOrder(objectOf(state, 'order'), book);
  const market = objectOf(root['market'], 'market');
  book.marks.set(listOf(market['marks'], 'marks').map((mark) => numberOf(mark, 'mark')));
  listOf(market['symbols'], 'symbols').forEach((state, id) => {
    restoreSymbol(objectOf(state, 'symbol'), book.symbol(id), book);
  });
  books.restore(listOf(market['orderBooks'] ?? [], 'order books') as readonly (readonly [number, MarketBookState])[]);
  watch.lastHeard = numberOf(market['heard'], 'heard');
  watch.restore(
    listOf(market['rules'], 'rules').map((rules) =>
      rules === null ? null : listOf(rules, 'rules').map((list) => numbersOf(list, 'rule')),
    ),
    book.symbols,
  );
  inbox.reset(listOf(root['inbox'], 'inbox').map((state) => messageOf(objectOf(state, 'message'), book)));
  const events = listOf(root['reports'], 'reports').map((state) => objectOf(state, 'report') as unknown as VenueEvent);
  reports.reset(events, numbersOf(root['reportDues'] ?? [], 'report dues'));
  return {
    sequence: numberOf(market['sequence'], 'sequence'),
    lastFill: numberOf(root['lastFill'], 'lastFill'),
    expiry: root['expiry'] === null ? Infinity : numberOf(root['expiry'], 'expiry'),
    boundary: numberOf(root['boundary'], 'boundary'),
  };
}

function restoreScalars(state: Json, book: ExchangeBook, isRecovered: boolean): AccountBook {
  const account = book.account(String(state['accountId']));
  // A field that an older snapshot does not know was 0 then.
  for (const field of ACCOUNT_FIELDS) account[field] = numberOf(state[field] ?? 0, field);
  for (const column of ['quantities', 'costs', 'realised'] as const) {
    account[column].set(listOf(state[column], column).map((value) => numberOf(value, column)));
  }
  listOf(state['lots'], 'lots').forEach((list, symbolId) => {
    account.lots[symbolId]?.restore(listOf(list, 'lots').map((value) => numberOf(value, 'lot')));
  });
  // An older snapshot does not tell trades: recovery has made them, or nobody knows more than the position.
  const { trades = isRecovered ? undefined : unnamedTrades(account) } = state;
  const opened = numberOf(state['tradesOpened'] ?? 0, 'tradesOpened');
  if (trades !== undefined) account.trades?.restore(listOf(trades, 'trades') as TradesSnapshot, opened);
  account.reindex();
  return account;
}

function unnamedTrades({ quantities }: AccountBook): TradesSnapshot {
  return [...quantities].flatMap((quantity, symbolId) => (quantity === 0 ? [] : [[symbolId, '', '', quantity]]));
}

function restoreAccount(state: Json, book: ExchangeBook): void {
  const account = restoreScalars(state, book, false);
  const used = account.clientOrderIds;
  used.clear();
  for (const id of listOf(state['clientOrderIds'], 'clientOrderIds')) used.use(String(id));
}

function restoreOrder(state: Json, book: ExchangeBook): void {
  // The constructor needs an order's request fields only; recorded fields then overwrite what it made.
  const account = book.account(String(state['account']));
  const request = { ...USUAL_REQUEST, ...state } as unknown as Order;
  const order = new WorkingOrder(request, account, numberOf(state['decidedAt'], 'decidedAt'));
  for (const key of Object.keys(state)) {
    if (key !== 'account' && state[key] !== undefined) Reflect.set(order, key, state[key]);
  }
  book.orders.add(order);
  for (const id of order.formerIds) book.successors.set(id, order);
}

function checkVersion(root: Json, what: string): void {
  const { version } = root;
  const isKnown = version === VERSION || version === WHOLE_ORDERS_VERSION;
  assert(isKnown, `${what} version ${String(version)} is not ${VERSION}`);
}

function restoreSymbol(state: Json, symbol: SymbolMarket, book: ExchangeBook): void {
  for (const key of Object.keys(state)) {
    if (key === 'orders' || key === 'levels' || key === 'impact' || key === 'symbolId') continue;
    Reflect.set(symbol, key, state[key] === null ? Infinity : state[key]);
  }
  book.plainBars[symbol.symbolId] = 0;
  symbol.impact.restore(numbersOf(state['impact'], 'impact'));
  symbol.levels.restore(numbersOf(state['levels'], 'levels'));
  symbol.orders = listOf(state['orders'], 'orders').map((id) =>
    required(book.orders.get(String(id)), `order ${String(id)}`),
  );
}

function messageOf(state: Json, book: ExchangeBook): InboxMessage {
  const orderId = String(state['orderId']);
  return {
    time: numberOf(state['time'], 'time'),
    order: orderId === '' ? undefined : required(book.orders.get(orderId), `order ${orderId}`),
    isDuplicate: state['isDuplicate'] === true,
    cancelId: String(state['cancelId']),
    replace: state['replace'] === null ? undefined : (state['replace'] as ReplaceRequest),
    told: undefined,
  };
}

function objectOf(value: unknown, what: string): Json {
  assert(typeof value === 'object' && value !== null && !Array.isArray(value), `${what} is not an object`);
  return value as Json;
}

function listOf(value: unknown, what: string): readonly unknown[] {
  assert(Array.isArray(value), `${what} is not a list`);
  return value;
}

function numbersOf(value: unknown, what: string): readonly number[] {
  return listOf(value, what).map((item) => numberOf(item, what));
}

function numberOf(value: unknown, what: string): number {
  assert(typeof value === 'number', `${what} is not a number`);
  return value;
}
