/**
 * Every REST route: method, path, who may call it, and the schemas of what goes in and out. The gateway
 * registers exactly this table, the page's client takes its types from it, OpenAPI is made from it.
 */
import { z } from 'zod';
import {
  accountSchema,
  deskAccountSchema,
  deskAccountsSchema,
  equityCurveSchema,
  openAccountSchema,
  positionsSchema,
  resetAccountSchema,
} from './account.js';
import {
  accessSchema,
  linkSignInSchema,
  passwordSignInSchema,
  setPasswordSchema,
  streamTicketSchema,
  userSchema,
  userSessionsSchema,
} from './auth.js';
import type { Role } from '../domain/identity.js';
import { fillsSchema, receiptSchema } from './fills.js';
import { MARKET_ROUTES } from './marketRoutes.js';
import {
  acceptedSchema,
  newOrderSchema,
  orderExplanationSchema,
  orderSchema,
  ordersSchema,
  replaceOrderSchema,
} from './orders.js';
import { PERFORMANCE_ROUTES } from './performanceRoutes.js';
import { RUN_ROUTES } from './runRoutes.js';
import { riskDecisionSchema, signalsSchema } from './risk.js';
import { scenariosSchema } from './scenarios.js';
import { idSchema, limitSchema, symbolSchema } from './scalars.js';
import { killSwitchRequestSchema, killSwitchSchema, marketControlSchema, sessionClockSchema } from './session.js';
import { sessionInfoSchema } from './session.js';
import { catalogueSchema, startStrategySchema, stopStrategySchema, strategiesSchema } from './strategies.js';
import { healthSchema, logsSchema } from './system.js';

/** Where the routes of this table live. */
export const API_PREFIX = '/api/v1';

/**
 * One route. `access` is the weakest role that may call it; `open` needs no sign-in, `cookie` the refresh cookie;
 * `document` is a page that a browser opens, for every role: a token or the refresh cookie.
 */
export interface RouteSpec {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below {@link API_PREFIX}; parameters as `:name`. */
  readonly path: string;
  readonly access: Role | 'open' | 'cookie' | 'document';
  readonly summary: string;
  readonly tag: string;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** 200 with this body; absent: 204. */
  readonly response?: z.ZodType;
}

function routes<const Table extends Readonly<Record<string, RouteSpec>>>(table: Table): Table {
  return table;
}

const byId = z.strictObject({ id: idSchema });
const bySymbol = z.strictObject({ symbol: symbolSchema });
const page = z.strictObject({ limit: limitSchema(100, 1000) });

/** Every route by name. */
export const ROUTES = routes({
  signInWithLink: {
    method: 'POST',
    path: '/auth/link',
    access: 'open',
    tag: 'auth',
    summary: 'Sign in with the token of a one-time link',
    body: linkSignInSchema,
    response: accessSchema,
  },
  signInWithPassword: {
    method: 'POST',
    path: '/auth/password',
    access: 'open',
    tag: 'auth',
    summary: 'Sign in with a name and a password',
    body: passwordSignInSchema,
    response: accessSchema,
  },
  refresh: {
    method: 'POST',
    path: '/auth/refresh',
    access: 'cookie',
    tag: 'auth',
    summary: 'Get a new access token for the refresh cookie, which is replaced',
    response: accessSchema,
  },
  signOut: {
    method: 'POST',
    path: '/auth/sign-out',
    access: 'cookie',
    tag: 'auth',
    summary: 'End this device’s sign-in',
  },
  signOutEverywhere: {
    method: 'POST',
    path: '/auth/sign-out-everywhere',
    access: 'viewer',
    tag: 'auth',
    summary: 'End every sign-in of the user, this one included',
  },
  me: {
    method: 'GET',
    path: '/auth/me',
    access: 'viewer',
    tag: 'auth',
    summary: 'The signed-in user',
    response: userSchema,
  },
  setPassword: {
    method: 'PUT',
    path: '/auth/password',
    access: 'viewer',
    tag: 'auth',
    summary: 'Set or change the password; ends every other sign-in',
    body: setPasswordSchema,
  },
  userSessions: {
    method: 'GET',
    path: '/auth/sessions',
    access: 'viewer',
    tag: 'auth',
    summary: 'The user’s signed-in devices',
    response: userSessionsSchema,
  },
  streamTicket: {
    method: 'POST',
    path: '/auth/stream-ticket',
    access: 'viewer',
    tag: 'auth',
    summary: 'A ticket for one WebSocket connection',
    response: streamTicketSchema,
  },
  session: {
    method: 'GET',
    path: '/session',
    access: 'viewer',
    tag: 'session',
    summary: 'The session: feed, clock, kill switch',
    response: sessionInfoSchema,
  },
  controlMarket: {
    method: 'POST',
    path: '/market-control',
    access: 'trader',
    tag: 'session',
    summary: 'Pause, resume, step or change the speed of a replay or simulation',
    body: marketControlSchema,
    response: sessionClockSchema,
  },
  killSwitch: {
    method: 'GET',
    path: '/kill-switch',
    access: 'viewer',
    tag: 'session',
    summary: 'State of the kill switch',
    response: killSwitchSchema,
  },
  setKillSwitch: {
    method: 'POST',
    path: '/kill-switch',
    access: 'trader',
    tag: 'session',
    summary: 'Switch trading off or on again',
    body: killSwitchRequestSchema,
    response: killSwitchSchema,
  },
  account: {
    method: 'GET',
    path: '/account',
    access: 'viewer',
    tag: 'account',
    summary: 'Balances',
    response: accountSchema,
  },
  equity: {
    method: 'GET',
    path: '/equity',
    access: 'viewer',
    tag: 'account',
    summary: 'The equity curve, the newest points',
    query: z.strictObject({ limit: limitSchema(2000, 10_000) }),
    response: equityCurveSchema,
  },
  positions: {
    method: 'GET',
    path: '/positions',
    access: 'viewer',
    tag: 'account',
    summary: 'Open positions of every owner',
    response: positionsSchema,
  },
  closePosition: {
    method: 'DELETE',
    path: '/positions/:symbol',
    access: 'trader',
    tag: 'account',
    summary: 'Close the position in a symbol at the market',
    params: bySymbol,
    response: acceptedSchema,
  },
  accounts: {
    method: 'GET',
    path: '/accounts',
    access: 'viewer',
    tag: 'accounts',
    summary: 'Your accounts that programs trade; an owner sees those of everybody',
    response: deskAccountsSchema,
  },
  openAccount: {
    method: 'POST',
    path: '/accounts',
    access: 'trader',
    tag: 'accounts',
    summary: 'Open an account for a program, with any cash',
    body: openAccountSchema,
    response: deskAccountSchema,
  },
  resetAccount: {
    method: 'POST',
    path: '/accounts/:id/reset',
    access: 'trader',
    tag: 'accounts',
    summary: 'Begin anew: orders are canceled, positions go, the cash is new',
    params: byId,
    body: resetAccountSchema,
    response: deskAccountSchema,
  },
  closeAccount: {
    method: 'DELETE',
    path: '/accounts/:id',
    access: 'trader',
    tag: 'accounts',
    summary: 'Close an account for ever; one that holds positions or has open orders is refused',
    params: byId,
  },
  scenarios: {
    method: 'GET',
    path: '/accounts/:id/scenarios',
    access: 'viewer',
    tag: 'accounts',
    summary: 'The session’s account under expected, strict and optimistic fills; the newest orders and points',
    params: byId,
    query: z.strictObject({ orders: limitSchema(100, 1000), points: limitSchema(2000, 10_000) }),
    response: scenariosSchema,
  },
  orders: {
    method: 'GET',
    path: '/orders',
    access: 'viewer',
    tag: 'orders',
    summary: 'Orders, newest first',
    query: z.strictObject({
      status: z.enum(['open', 'all']).default('all'),
      symbol: symbolSchema.optional(),
      limit: limitSchema(100, 1000),
    }),
    response: ordersSchema,
  },
  submitOrder: {
    method: 'POST',
    path: '/orders',
    access: 'trader',
    tag: 'orders',
    summary: 'Submit a manual order',
    body: newOrderSchema,
    response: acceptedSchema,
  },
  cancelAllOrders: {
    method: 'DELETE',
    path: '/orders',
    access: 'trader',
    tag: 'orders',
    summary: 'Ask to cancel every open order',
    response: acceptedSchema,
  },
  order: {
    method: 'GET',
    path: '/orders/:id',
    access: 'viewer',
    tag: 'orders',
    summary: 'One order',
    params: byId,
    response: orderSchema,
  },
  replaceOrder: {
    method: 'PATCH',
    path: '/orders/:id',
    access: 'trader',
    tag: 'orders',
    summary: 'Ask to let an open order go on under other terms, as the order that is answered',
    params: byId,
    body: replaceOrderSchema,
    response: acceptedSchema,
  },
  cancelOrder: {
    method: 'DELETE',
    path: '/orders/:id',
    access: 'trader',
    tag: 'orders',
    summary: 'Ask to cancel one order',
    params: byId,
    response: acceptedSchema,
  },
  explainOrder: {
    method: 'GET',
    path: '/orders/:id/explanation',
    access: 'viewer',
    tag: 'orders',
    summary: 'Why an open order has not filled yet',
    params: byId,
    response: orderExplanationSchema,
  },
  orderRisk: {
    method: 'GET',
    path: '/orders/:id/risk',
    access: 'viewer',
    tag: 'orders',
    summary: 'The stored answers of the risk checks',
    params: byId,
    response: riskDecisionSchema,
  },
  fills: {
    method: 'GET',
    path: '/fills',
    access: 'viewer',
    tag: 'orders',
    summary: 'Fills, newest first',
    query: z.strictObject({ symbol: symbolSchema.optional(), limit: limitSchema(100, 1000) }),
    response: fillsSchema,
  },
  receipt: {
    method: 'GET',
    path: '/fills/:id/receipt',
    access: 'viewer',
    tag: 'orders',
    summary: 'Why a fill happened',
    params: byId,
    response: receiptSchema,
  },
  strategyCatalogue: {
    method: 'GET',
    path: '/strategy-catalogue',
    access: 'viewer',
    tag: 'strategies',
    summary: 'Strategies that can be started, with their parameters',
    response: catalogueSchema,
  },
  strategies: {
    method: 'GET',
    path: '/strategies',
    access: 'viewer',
    tag: 'strategies',
    summary: 'Strategy instances of the session',
    response: strategiesSchema,
  },
  startStrategy: {
    method: 'POST',
    path: '/strategies',
    access: 'trader',
    tag: 'strategies',
    summary: 'Start a strategy',
    body: startStrategySchema,
    response: acceptedSchema,
  },
  stopStrategy: {
    method: 'POST',
    path: '/strategies/:id/stop',
    access: 'trader',
    tag: 'strategies',
    summary: 'Stop a strategy',
    params: byId,
    body: stopStrategySchema,
    response: acceptedSchema,
  },
  signals: {
    method: 'GET',
    path: '/signals',
    access: 'viewer',
    tag: 'strategies',
    summary: 'Signals with the risk decision on each, newest first',
    query: z.strictObject({ instanceId: idSchema.optional(), limit: limitSchema(100, 1000) }),
    response: signalsSchema,
  },
  ...MARKET_ROUTES,
  ...PERFORMANCE_ROUTES,
  ...RUN_ROUTES,
  logs: {
    method: 'GET',
    path: '/logs',
    access: 'viewer',
    tag: 'system',
    summary: 'The activity log, newest first',
    query: page,
    response: logsSchema,
  },
  health: {
    method: 'GET',
    path: '/health',
    access: 'viewer',
    tag: 'system',
    summary: 'Health of every dependency',
    response: healthSchema,
  },
});

/** The name of a route. */
export type RouteName = keyof typeof ROUTES;
