/**
 * `/papertape/…`: what Alpaca does not have. Steers the market's clock, resets the account, and makes things happen
 * that a program should be tested against. The clock is everybody's, so it needs a key of the role `admin`.
 */
import { roleIncludes } from '../../../domain/identity.js';
import { MINUTE } from '../../../domain/timeframe.js';
import { DOLLAR, SHARE } from '../../../domain/units.js';
import type { Price, Quantity } from '../../../domain/units.js';
import type { Injection } from '../../../domain/venueDesk.js';
import type { AlpacaDesk } from '../AlpacaDesk.js';
import { forbidden, invalid, notFound, unprocessable } from '../alpacaError.js';
import { quantityText, readDecimal, timeText } from '../alpacaFormat.js';
import { ok } from '../alpacaRoute.js';
import type { AlpacaAnswer, AlpacaRequest, AlpacaRoute } from '../alpacaRoute.js';
import type { OrderEntry } from '../model/OrderEntry.js';
import { isClosed } from '../model/orderStatus.js';
import type { VenueControl } from '../PaperVenue.js';
import { booleanField, given, integerField, objectBody, textField, timeField } from '../requestFields.js';
import type { Fields } from '../requestFields.js';
import { throwIfRefused } from './orderRoutes.js';

const MAX_SPEED = 100_000;
const MAX_STEP_SECONDS = 86_400;
const MAX_COUNT = 10_000;
const MAX_DELAY_MS = 3_600_000;
const MAX_TRADE_SHARES = 10_000_000;

/** The routes. */
export function controlRoutes(desk: AlpacaDesk): readonly AlpacaRoute[] {
  const post = { api: 'control', method: 'POST', access: 'trade' } as const;
  const control = (path: string, read: (fields: Fields) => VenueControl): AlpacaRoute => ({
    ...post,
    path,
    handle: async ({ principal, body }) => {
      if (!roleIncludes(principal.role, 'admin')) throw forbidden('the clock needs a key of the role admin');
      await desk.venue.control(read(body === undefined ? {} : objectBody(body)));
      return ok(clockJson(desk));
    },
  });
  return [
    { api: 'control', method: 'GET', access: 'read', path: '/papertape/clock', handle: () => ok(clockJson(desk)) },
    control('/papertape/speed', (fields) => ({ action: 'speed', speed: readSpeed(fields) })),
    control('/papertape/pause', () => ({ action: 'pause' })),
    control('/papertape/resume', () => ({ action: 'resume' })),
    control('/papertape/step', (fields) => ({
      action: 'step',
      micros: Math.round(readSeconds(fields) * 1_000_000),
    })),
    control('/papertape/jump', (fields) => {
      const to = timeField(fields, 'to');
      if (to === undefined) throw invalid('to is required');
      const now = desk.venue.clock().time;
      if (to < now) throw unprocessable(`the market is at ${timeText(now)} and cannot go back; start another session`);
      const { endTime } = desk.facts.session;
      if (to > endTime) throw unprocessable(`the session ends at ${timeText(endTime)}`);
      return { action: 'jump', to };
    }),
    { ...post, path: '/papertape/reset', handle: (request) => reset(desk, request) },
    { ...post, path: '/papertape/inject', handle: (request) => inject(desk, request) },
  ];
}

function clockJson(desk: AlpacaDesk): Record<string, unknown> {
  const { time, speed, paused, ended } = desk.venue.clock();
  const { sessionId, controllable } = desk.facts.session;
  return {
    session_id: sessionId,
    time: timeText(time),
    speed: speed === 0 ? 'max' : speed,
    paused,
    ended,
    controllable,
  };
}

function readSpeed(fields: Fields): number {
  const text = textField(fields, 'speed');
  if (text === 'max') return 0;
  const speed = Number(text);
  if (text === undefined || !(speed > 0 && speed <= MAX_SPEED)) {
    throw invalid(`speed must be "max" or in (0, ${MAX_SPEED}]${text === undefined ? '' : `, not ${text}`}`);
  }
  return speed;
}

function readSeconds(fields: Fields): number {
  const text = textField(fields, 'seconds') ?? '60';
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= MAX_STEP_SECONDS)) {
    throw invalid(`seconds must be in (0, ${MAX_STEP_SECONDS}], not ${text}`);
  }
  return seconds;
}

async function reset(desk: AlpacaDesk, { principal, body }: AlpacaRequest): Promise<AlpacaAnswer> {
  const cash = body === undefined ? undefined : given(objectBody(body), 'cash');
  const { terms } = await desk.account(principal.keyId, principal.accountId);
  const startingCash = cash === undefined ? terms.startingCash : readDecimal(cash, DOLLAR);
  if (startingCash === undefined || startingCash <= 0) throw invalid('cash must be > 0');
  const answer = await desk.request(principal.keyId, principal.accountId, { type: 'resetAccount', startingCash });
  throwIfRefused(desk, answer, { symbol: '' });
  return { status: 204 };
}

async function inject(desk: AlpacaDesk, { principal, body }: AlpacaRequest): Promise<AlpacaAnswer> {
  const injection = readInjection(desk, objectBody(body), principal.accountId);
  if (injection.kind === 'lateTrade' && !roleIncludes(principal.role, 'admin')) {
    throw forbidden('the market is everybody’s: a late trade needs a key of the role admin');
  }
  const answer = await desk.request(principal.keyId, principal.accountId, { type: 'inject', injection });
  throwIfRefused(desk, answer, { symbol: '' });
  return { status: 204 };
}

function readInjection(desk: AlpacaDesk, fields: Fields, accountId: string): Injection {
  const kind = textField(fields, 'kind');
  const count = integerField(fields, 'count', 1, 1, MAX_COUNT);
  switch (kind) {
    case 'halt':
    case 'resume': {
      const symbolId = symbolOf(desk, fields);
      if (symbolId === undefined) throw invalid('symbol is required');
      return { kind: 'halt', symbolId, halted: kind === 'halt' && booleanField(fields, 'halted', true) };
    }
    case 'reject': {
      const symbolId = symbolOf(desk, fields);
      const message = textField(fields, 'message') ?? 'rejected for a test';
      return { kind: 'rejectNext', count, message, ...(symbolId === undefined ? {} : { symbolId }) };
    }
    case 'late_trade': {
      const symbolId = symbolOf(desk, fields);
      if (symbolId === undefined) throw invalid('symbol is required');
      const { price } = termsOf(desk, fields);
      const size = integerField(fields, 'qty', 0, 1, MAX_TRADE_SHARES);
      const time = timeField(fields, 'time');
      const { time: now } = desk.venue.clock();
      if (time === undefined) throw invalid('time is required');
      if (time < desk.facts.session.startTime) throw invalid('time lies before the session');
      if (time >= now - (now % MINUTE))
        throw invalid('time lies in the minute under way or after it: no trade is late');
      return { kind: 'lateTrade', symbolId, time, price, size };
    }
    case 'delay': {
      const ms = integerField(fields, 'milliseconds', 1_000, 1, MAX_DELAY_MS);
      return { kind: 'delayNext', count, micros: ms * 1000 };
    }
    case 'fill': {
      const terms = termsOf(desk, fields);
      const entry = openOrderOf(desk, fields, accountId);
      const left = entry.quantity - entry.filledQuantity;
      if (terms.quantity > left) throw invalid(`qty must be <= ${quantityText(left)}, which is left of the order`);
      return { kind, orderId: entry.orderId, ...terms };
    }
    case 'bust':
      return { kind, fillId: fillOf(desk, fields, accountId) };
    case 'correct': {
      const terms = termsOf(desk, fields);
      return { kind, fillId: fillOf(desk, fields, accountId), ...terms };
    }
    case 'cancel':
    case 'expire':
    case 'reject_order':
    case 'done_for_day': {
      const { orderId } = openOrderOf(desk, fields, accountId);
      const kinds = { cancel: 'cancel', expire: 'expire', reject_order: 'reject', done_for_day: 'doneForDay' } as const;
      return { kind: kinds[kind], orderId };
    }
    default:
      throw invalid(
        'kind must be one of halt, resume, reject, delay, late_trade, fill, bust, correct, cancel, expire, ' +
          'reject_order, done_for_day',
      );
  }
}

/** The terms of an execution. */
function termsOf(desk: AlpacaDesk, fields: Fields): { readonly quantity: Quantity; readonly price: Price } {
  const quantity = readDecimal(given(fields, 'qty'), SHARE);
  const price = readDecimal(given(fields, 'price'), desk.facts.session.priceScale);
  if (quantity === undefined || quantity <= 0) throw invalid('qty must be > 0');
  if (price === undefined || price <= 0) throw invalid('price must be > 0');
  return { quantity, price };
}

/** The fill that an execution id of the trading stream names. */
function fillOf(desk: AlpacaDesk, fields: Fields, accountId: string): string {
  const uuid = textField(fields, 'execution_id') ?? '';
  const execution = desk.model.executionOf(uuid);
  if (execution?.entry.accountId !== accountId) throw notFound(`execution not found for ${uuid}`);
  return execution.fillId;
}

function symbolOf(desk: AlpacaDesk, fields: Fields): number | undefined {
  const symbol = textField(fields, 'symbol');
  if (symbol === undefined) return undefined;
  const asset = desk.facts.find(symbol);
  if (asset === undefined) throw notFound(`symbol not found: ${symbol}`);
  return asset.symbolId;
}

function openOrderOf(desk: AlpacaDesk, fields: Fields, accountId: string): OrderEntry {
  const uuid = textField(fields, 'order_id');
  if (uuid === undefined) throw invalid('order_id is required');
  const entry = desk.model.orderOf(uuid);
  if (entry?.accountId !== accountId) throw notFound(`order not found for ${uuid}`);
  if (isClosed(entry.status)) throw unprocessable(`order is already in "${entry.status}" state`);
  return entry;
}
