/** `GET /v2/orders`: which orders, in which order, how many. */
import { invalid } from './alpacaError.js';
import { readNanos } from './alpacaFormat.js';
import type { AlpacaDesk } from './AlpacaDesk.js';
import type { OrderEntry } from './model/OrderEntry.js';
import { isClosed } from './model/orderStatus.js';
import { orderJson } from './orderJson.js';
import { booleanField, choiceField, integerField, listField, textField, timeField } from './requestFields.js';
import type { Fields } from './requestFields.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

/** The orders that a query asks for, written out. */
export function listOrders(desk: AlpacaDesk, accountId: string, query: Fields): readonly Record<string, unknown>[] {
  const { facts, model } = desk;
  const status = choiceField(query, 'status', ['open', 'closed', 'all'] as const, 'open');
  const direction = choiceField(query, 'direction', ['asc', 'desc'] as const, 'desc');
  const limit = integerField(query, 'limit', DEFAULT_LIMIT, 1, MAX_LIMIT);
  const nested = booleanField(query, 'nested', false);
  const side = textField(query, 'side')?.toLowerCase();
  if (side !== undefined && side !== 'buy' && side !== 'sell') throw invalid('invalid side');
  const classes = listField(query, 'asset_class');
  const symbols = listField(query, 'symbols')?.map((symbol) => symbol.toUpperCase());
  const after = timeField(query, 'after');
  const until = timeField(query, 'until');
  const afterNanos = readNanos(textField(query, 'after') ?? '');
  const untilNanos = readNanos(textField(query, 'until') ?? '');
  const bounds = idBounds(desk, accountId, query, after !== undefined || until !== undefined);
  if (classes !== undefined && !classes.some((one) => one === 'all' || one === 'us_equity')) return [];

  const wanted = (entry: OrderEntry, index: number): boolean =>
    (status === 'all' || isClosed(entry.status) === (status === 'closed')) &&
    (side === undefined || entry.side === side) &&
    (symbols === undefined || symbols.includes(facts.asset(entry.symbolId).symbol)) &&
    (after === undefined || isBefore(after, afterNanos, entry.createdAt, entry.submittedNanos)) &&
    (until === undefined || isBefore(entry.createdAt, entry.submittedNanos, until, untilNanos)) &&
    index > bounds.after &&
    index < bounds.before;

  const entries = model.orders(accountId);
  const listed: OrderEntry[] = [];
  const descending = direction === 'desc';
  for (let step = 0; step < entries.length && listed.length < limit; step += 1) {
    const index = descending ? entries.length - 1 - step : step;
    const entry = entries[index];
    if (entry === undefined || (nested && entry.parentId !== undefined)) continue;
    const legs = nested && !model.isExpected(entry) ? entry.shownLegs : [];
    // A group is open as long as one of its members is.
    if ([entry, ...legs].some((one) => wanted(one, index))) listed.push(entry);
  }
  // Every leg once: until a replacement is in place, under the order that works.
  return listed.map((entry) => orderJson(entry, facts, nested && !model.isExpected(entry)));
}

function isBefore(a: number, aNanos: number, b: number, bNanos: number): boolean {
  return a < b || (a === b && aNanos < bNanos);
}

function idBounds(
  desk: AlpacaDesk,
  accountId: string,
  query: Fields,
  withTimes: boolean,
): { readonly after: number; readonly before: number } {
  const beforeId = textField(query, 'before_order_id');
  const afterId = textField(query, 'after_order_id');
  if (beforeId === undefined && afterId === undefined) return { after: -1, before: Infinity };
  if ((beforeId !== undefined && afterId !== undefined) || withTimes) {
    throw invalid('before_order_id and after_order_id cannot be combined with each other or with after or until');
  }
  const known = desk.model.orderOf(beforeId ?? afterId ?? '');
  const index = known === undefined ? -1 : desk.model.orders(accountId).indexOf(known);
  if (index < 0) throw invalid(`invalid ${beforeId === undefined ? 'after_order_id' : 'before_order_id'}`);
  return beforeId === undefined ? { after: index, before: Infinity } : { after: -1, before: index };
}
