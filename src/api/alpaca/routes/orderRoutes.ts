/** `/v2/orders`: create, list, read, replace, cancel. */
import { SHARE } from '../../../domain/units.js';
import type { OrderChanges, Trail } from '../../../domain/order.js';
import type { VenueAnswer } from '../../../domain/venueDesk.js';
import { required } from '../../../utils/assert.js';
import { AlpacaCode, AlpacaError, invalid, notFound, unprocessable } from '../alpacaError.js';
import { isUuid } from '../alpacaIds.js';
import type { AlpacaDesk } from '../AlpacaDesk.js';
import { ok } from '../alpacaRoute.js';
import type { AlpacaAnswer, AlpacaRequest, AlpacaRoute } from '../alpacaRoute.js';
import { intentOf } from '../model/OrderEntry.js';
import type { OrderEntry } from '../model/OrderEntry.js';
import { isClosed } from '../model/orderStatus.js';
import { listOrders } from '../orderList.js';
import { orderJson } from '../orderJson.js';
import {
  readClientOrderId,
  readOrder,
  readPrice,
  readQuantity,
  readTimeInForce,
  readTrailPercent,
  requireIncrement,
} from '../readOrder.js';
import { refusalError } from '../refusalErrors.js';
import { booleanField, given, objectBody, textField } from '../requestFields.js';

/** The routes. */
export function orderRoutes(desk: AlpacaDesk): readonly AlpacaRoute[] {
  const trading = { api: 'trading' } as const;
  return [
    {
      ...trading,
      method: 'POST',
      path: '/v2/orders',
      access: 'trade',
      handle: (request) => createOrder(desk, request),
    },
    {
      ...trading,
      method: 'GET',
      path: '/v2/orders',
      access: 'read',
      handle: async ({ principal, query }) => {
        await desk.followTrails(principal.accountId);
        return ok(listOrders(desk, principal.accountId, query));
      },
    },
    {
      ...trading,
      method: 'DELETE',
      path: '/v2/orders',
      access: 'trade',
      handle: (request) => cancelAll(desk, request),
    },
    {
      ...trading,
      method: 'GET',
      // A doubled colon is a literal one.
      path: '/v2/orders::by_client_order_id',
      access: 'read',
      handle: async ({ principal, query }) => {
        const id = textField(query, 'client_order_id');
        if (id === undefined) throw invalid('client_order_id is missing');
        // The latest: an account that was opened anew can use an id of a session before again.
        const found = desk.model.orders(principal.accountId).findLast((entry) => entry.clientOrderId === id);
        if (found === undefined) throw notFound(`order not found for ${id}`);
        await desk.followTrails(principal.accountId);
        return ok(orderJson(found, desk.facts, booleanField(query, 'nested', false)));
      },
    },
    {
      ...trading,
      method: 'GET',
      path: '/v2/orders/:id',
      access: 'read',
      handle: async (request) => {
        const entry = orderOf(desk, request);
        await desk.followTrails(entry.accountId);
        return ok(orderJson(entry, desk.facts, booleanField(request.query, 'nested', false)));
      },
    },
    {
      ...trading,
      method: 'PATCH',
      path: '/v2/orders/:id',
      access: 'trade',
      handle: (request) => replaceOrder(desk, request),
    },
    {
      ...trading,
      method: 'DELETE',
      path: '/v2/orders/:id',
      access: 'trade',
      handle: (request) => cancelOrder(desk, request),
    },
  ];
}

/** Turns a refused answer into Alpaca's error. */
export function throwIfRefused(
  desk: AlpacaDesk,
  answer: VenueAnswer,
  about: { readonly symbol: string; readonly entry?: OrderEntry },
): asserts answer is Extract<VenueAnswer, { ok: true }> {
  if (answer.ok) return;
  const { entry } = about;
  throw refusalError(answer.refusal, {
    symbol: about.symbol,
    uuidOf: (orderId) => desk.model.uuidOf(orderId),
    ...(entry === undefined ? {} : { orderUuid: entry.uuid, orderStatus: entry.status }),
  });
}

async function createOrder(desk: AlpacaDesk, { principal, body }: AlpacaRequest): Promise<AlpacaAnswer> {
  const { order, asset, positionIntent } = readOrder(body, desk.facts, () => desk.ids.id());
  const { accountId, keyId } = principal;
  if (positionIntent !== undefined) {
    const position = desk.model.account(accountId)?.position(asset.symbolId) ?? 0;
    const inferred = intentOf(order.side, position);
    if (inferred !== positionIntent) {
      throw unprocessable(`position intent mismatch, inferred: ${inferred}, specified: ${positionIntent}`);
    }
  }
  const answer = await desk.submit(keyId, accountId, order);
  throwIfRefused(desk, answer, { symbol: asset.symbol });
  const entry = required(desk.model.order(answer.orderId ?? ''), 'the order that was entered');
  return ok(orderJson(entry, desk.facts, true));
}

/** The order that a path names; 422 for what is no id, 404 for one that the account does not have. */
function orderOf(desk: AlpacaDesk, { principal, params }: AlpacaRequest): OrderEntry {
  const uuid = params['id'] ?? '';
  if (!isUuid(uuid)) throw invalid('order_id is missing');
  const entry = desk.model.orderOf(uuid);
  if (entry === undefined || entry.accountId !== principal.accountId) throw notFound(`order not found for ${uuid}`);
  return entry;
}

async function cancelOrder(desk: AlpacaDesk, request: AlpacaRequest): Promise<AlpacaAnswer> {
  const entry = orderOf(desk, request);
  // A second cancel is no error.
  if (entry.status === 'canceled' || entry.status === 'pending_cancel') return { status: 204 };
  if (isClosed(entry.status)) throw unprocessable(`order is already in "${entry.status}" state`);
  const { accountId, keyId } = request.principal;
  const answer = await desk.request(keyId, accountId, { type: 'cancel', orderId: entry.orderId });
  // It was filled or ended while the request was on its way.
  if (!answer.ok && answer.refusal.reason === 'ORDER_UNKNOWN') {
    throw unprocessable(`order is already in "${entry.status}" state`);
  }
  throwIfRefused(desk, answer, { symbol: desk.facts.asset(entry.symbolId).symbol, entry });
  return { status: 204 };
}

async function cancelAll(desk: AlpacaDesk, { principal }: AlpacaRequest): Promise<AlpacaAnswer> {
  const answer = await desk.request(principal.keyId, principal.accountId, { type: 'cancelAll' });
  throwIfRefused(desk, answer, { symbol: '' });
  const rows = (answer.outcomes ?? []).map(({ orderId = '', refusal }) => {
    const id = desk.model.uuidOf(orderId);
    if (refusal === undefined) return { id, status: 200 };
    const error = new AlpacaError(500, AlpacaCode.INTERNAL, refusal.message);
    return { id, status: 500, body: error.body() };
  });
  return { status: 207, body: rows };
}

async function replaceOrder(desk: AlpacaDesk, request: AlpacaRequest): Promise<AlpacaAnswer> {
  const entry = orderOf(desk, request);
  if (isClosed(entry.status)) throw unprocessable(`order is already in "${entry.status}" state`);
  if (['accepted', 'pending_new', 'pending_cancel', 'pending_replace'].includes(entry.status)) {
    throw unprocessable(`cannot replace order in ${entry.status} status`);
  }
  const changes = readChanges(request.body, entry, desk.facts.session.priceScale);
  await desk.followTrails(entry.accountId);
  const { accountId, keyId } = request.principal;
  const symbol = desk.facts.asset(entry.symbolId).symbol;
  // Named here, so that the order under way and the one put in place have one name.
  const named = { ...changes, clientOrderId: changes.clientOrderId ?? desk.ids.id() };
  const answer = await desk.request(keyId, accountId, { type: 'replace', orderId: entry.orderId, changes: named });
  throwIfRefused(desk, answer, { symbol, entry });
  const next = desk.model.order(answer.orderId ?? '');
  const shown = next ?? desk.model.expectReplacement(entry, required(answer.orderId, 'the id of a replacement'), named);
  return ok(orderJson(shown, desk.facts, true));
}

function readChanges(body: unknown, entry: OrderEntry, scale: number): OrderChanges {
  const fields = objectBody(body);
  const qty = given(fields, 'qty');
  const limit = given(fields, 'limit_price');
  const stop = given(fields, 'stop_price');
  const trail = given(fields, 'trail');
  if (entry.notional !== undefined) throw unprocessable('notional orders cannot be replaced');
  const quantity = qty === undefined ? undefined : unlessSame(readQuantity(qty), entry.quantity);
  if (quantity !== undefined && entry.quantity % SHARE !== 0) throw unprocessable('fractional qty cannot be replaced');
  if (quantity !== undefined && quantity % SHARE !== 0) throw unprocessable('qty must be a whole number');
  if (quantity !== undefined && quantity <= entry.filledQuantity) throw unprocessable('qty must be > filled_qty');
  const limitPrice = limit === undefined ? undefined : readPrice(limit, 'limit_price', scale);
  const stopPrice = stop === undefined ? undefined : readPrice(stop, 'stop_price', scale);
  if (limitPrice !== undefined && entry.limitPrice === undefined)
    throw invalid(`${entry.type} orders require no limit price`);
  // Where a trailing stop stands is the market's doing.
  if (stopPrice !== undefined && (entry.stopPrice === undefined || entry.trail !== undefined))
    throw invalid(`${entry.type} orders require no stop price`);
  if (limitPrice !== undefined) requireIncrement('limit_price', limitPrice, scale);
  if (stopPrice !== undefined) requireIncrement('stop_price', stopPrice, scale);
  if (trail !== undefined && entry.trail === undefined) throw invalid(`${entry.type} orders take no trail`);
  const hasLifetime = given(fields, 'time_in_force') !== undefined;
  const timeInForce = hasLifetime ? unlessSame(readTimeInForce(fields), entry.timeInForce) : undefined;
  const clientOrderId = readClientOrderId(fields);
  const newTrail = trail === undefined ? undefined : readNewTrail(trail, entry, scale);
  // What is said again is no change: programs send whole orders, and members of groups change their prices alone.
  const changes: OrderChanges = {
    ...(quantity === undefined ? {} : { quantity }),
    ...(timeInForce === undefined ? {} : { timeInForce }),
    ...(limitPrice === undefined || limitPrice === entry.limitPrice ? {} : { limitPrice }),
    ...(stopPrice === undefined || stopPrice === entry.stopPrice ? {} : { stopPrice }),
    ...(newTrail === undefined ? {} : { trail: newTrail }),
  };
  if (Object.keys(changes).length === 0) throw unprocessable('order parameters are not changed');
  if (entry.orderClass !== 'simple' && (quantity !== undefined || timeInForce !== undefined)) {
    throw unprocessable(`only limit_price and stop_price of ${entry.orderClass} orders can be replaced`);
  }
  return { ...changes, ...(clientOrderId === undefined ? {} : { clientOrderId }) };
}

/** The new trail, in the unit of the old one; undefined if it is the same. */
function readNewTrail(trail: unknown, entry: OrderEntry, scale: number): Trail | undefined {
  const read: Trail =
    entry.trail?.kind === 'percent'
      ? readTrailPercent(trail)
      : { kind: 'price', amount: readPrice(trail, 'trail', scale) };
  return JSON.stringify(read) === JSON.stringify(entry.trail) ? undefined : read;
}

function unlessSame<T>(value: T, before: T): T | undefined {
  return value === before ? undefined : value;
}
