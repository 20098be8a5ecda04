/** `/v2/positions`: list, read, close in whole or in part, close all. */
import type { AccountPositionState, VenueRequest } from '../../../domain/venueDesk.js';
import { required } from '../../../utils/assert.js';
import { positionJson } from '../accountJson.js';
import { invalid, notFound } from '../alpacaError.js';
import { readDecimal } from '../alpacaFormat.js';
import type { AlpacaDesk } from '../AlpacaDesk.js';
import { ok } from '../alpacaRoute.js';
import type { AlpacaAnswer, AlpacaRequest, AlpacaRoute } from '../alpacaRoute.js';
import { orderJson } from '../orderJson.js';
import { readQuantity } from '../readOrder.js';
import { refusalError } from '../refusalErrors.js';
import { booleanField, given } from '../requestFields.js';
import { throwIfRefused } from './orderRoutes.js';

/** A per cent in billionths: percentages have up to nine decimals. */
const PERCENT = 1_000_000_000;

/** The routes. */
export function positionRoutes(desk: AlpacaDesk): readonly AlpacaRoute[] {
  const trading = { api: 'trading' } as const;
  return [
    {
      ...trading,
      method: 'GET',
      path: '/v2/positions',
      access: 'read',
      handle: async ({ principal }) => {
        const { positions } = await desk.account(principal.keyId, principal.accountId);
        return ok(positions.map((position) => positionJson(position, desk.facts)));
      },
    },
    {
      ...trading,
      method: 'DELETE',
      path: '/v2/positions',
      access: 'trade',
      handle: (request) => closeAll(desk, request),
    },
    {
      ...trading,
      method: 'GET',
      path: '/v2/positions/*',
      access: 'read',
      handle: async (request) => ok(positionJson(await positionOf(desk, request), desk.facts)),
    },
    {
      ...trading,
      method: 'DELETE',
      path: '/v2/positions/*',
      access: 'trade',
      handle: (request) => closeOne(desk, request),
    },
  ];
}

async function positionOf(desk: AlpacaDesk, { principal, params }: AlpacaRequest): Promise<AccountPositionState> {
  const asset = desk.facts.find(params['*'] ?? '');
  if (asset === undefined) throw notFound(`symbol not found: ${params['*'] ?? ''}`);
  const { positions } = await desk.account(principal.keyId, principal.accountId);
  const position = positions.find(({ symbolId }) => symbolId === asset.symbolId);
  if (position === undefined) throw notFound('position does not exist');
  return position;
}

async function closeOne(desk: AlpacaDesk, request: AlpacaRequest): Promise<AlpacaAnswer> {
  const { principal, query } = request;
  const qty = given(query, 'qty');
  const percentage = given(query, 'percentage');
  if (qty !== undefined && percentage !== undefined) throw invalid('only one of qty or percentage is accepted');
  const { symbolId } = await positionOf(desk, request);
  const closing: VenueRequest = {
    type: 'closePosition',
    symbolId,
    clientOrderId: desk.ids.id(),
    ...(qty === undefined ? {} : { part: { quantity: readQuantity(qty) } }),
    ...(percentage === undefined ? {} : { part: { nanoPercent: readPercentage(percentage) } }),
  };
  const answer = await desk.request(principal.keyId, principal.accountId, closing);
  throwIfRefused(desk, answer, { symbol: desk.facts.asset(symbolId).symbol });
  return ok(orderOf(desk, answer.orderId));
}

function readPercentage(value: unknown): number {
  const nano = readDecimal(value, PERCENT);
  if (nano === undefined || nano <= 0 || nano > 100 * PERCENT) throw invalid('percentage must be in (0, 100]');
  return nano;
}

async function closeAll(desk: AlpacaDesk, { principal, query }: AlpacaRequest): Promise<AlpacaAnswer> {
  const cancelOrders = booleanField(query, 'cancel_orders', false);
  const answer = await desk.request(principal.keyId, principal.accountId, {
    type: 'closeAllPositions',
    clientOrderIdPrefix: desk.ids.id(),
    cancelOrders,
  });
  throwIfRefused(desk, answer, { symbol: '' });
  // Cancelled orders are outcomes too; only positions are rows here.
  const rows = (answer.outcomes ?? [])
    .filter(({ symbolId }) => symbolId !== undefined)
    .map(({ orderId, symbolId = -1, refusal }) => {
      const { symbol } = desk.facts.asset(symbolId);
      if (refusal === undefined) return { symbol, status: 200, body: orderOf(desk, orderId) };
      const error = refusalError(refusal, { symbol, uuidOf: (id) => desk.model.uuidOf(id) });
      return { symbol, status: error.status, body: error.body() };
    });
  return { status: 207, body: rows };
}

function orderOf(desk: AlpacaDesk, orderId: string | undefined): Record<string, unknown> {
  const entry = required(desk.model.order(orderId ?? ''), 'the order that closes a position');
  return orderJson(entry, desk.facts, true);
}
