/** Handlers that read the running session and put commands to it. */
import type { z } from 'zod';
import type { newOrderSchema, replaceOrderSchema, trailSchema } from '../../contracts/index.js';
import type { Command } from '../../domain/commands.js';
import type { ExitTerms, GroupTerms, Trail } from '../../domain/order.js';
import { PapertapeError } from '../../domain/errors.js';
import { DOLLAR, parseDecimal, SHARE } from '../../domain/units.js';
import type { AuthService, Principal } from '../microservices/AuthService.js';
import { acceptedOrderId } from '../problems.js';
import type { RouteHandlers } from '../routeHandlers.js';
import type { TradingSession } from '../tradingSession.js';
import { sessionSymbol } from './marketRoutes.js';

const PARTS_PER_PERCENT = 10_000;

type TradingRouteName =
  | 'session'
  | 'controlMarket'
  | 'killSwitch'
  | 'setKillSwitch'
  | 'account'
  | 'equity'
  | 'positions'
  | 'closePosition'
  | 'orders'
  | 'submitOrder'
  | 'cancelAllOrders'
  | 'order'
  | 'cancelOrder'
  | 'replaceOrder'
  | 'explainOrder'
  | 'orderRisk'
  | 'fills'
  | 'receipt'
  | 'strategyCatalogue'
  | 'strategies'
  | 'startStrategy'
  | 'stopStrategy'
  | 'signals'
  | 'logs';

/** Handlers of the routes about the session. */
export function tradingRoutes(session: TradingSession, auth: AuthService): Pick<RouteHandlers, TradingRouteName> {
  const run = async (command: Command): Promise<{ orderId: string | null }> => ({
    orderId: acceptedOrderId(await session.command(command)) ?? null,
  });
  const knownSymbol = (symbol: string): string => sessionSymbol(session, symbol);

  return {
    session: () => session.info(),
    controlMarket: async ({ body, principal }) => {
      await session.control(body);
      await auth.audit(principal, `market.${body.action}`, JSON.stringify(body));
      return session.info().clock;
    },
    killSwitch: () => session.info().killSwitch,
    setKillSwitch: async ({ body, principal }) => {
      await run({ type: 'killSwitch', user: principal.name, ...body });
      await auth.audit(principal, body.on ? 'kill-switch.on' : 'kill-switch.off', body.reason);
      return session.info().killSwitch;
    },
    account: () => session.account(),
    equity: ({ query }) => session.equity(query.limit),
    positions: () => session.positions(),
    closePosition: ({ params, principal }) =>
      run({ type: 'closePosition', user: principal.name, symbol: knownSymbol(params.symbol) }),
    orders: ({ query: { status, symbol, limit } }) =>
      session.orders({ openOnly: status === 'open', limit, ...(symbol === undefined ? {} : { symbol }) }),
    submitOrder: ({ body, principal }) => run(orderCommand(body, principal, session.priceScale, knownSymbol)),
    cancelAllOrders: ({ principal }) => run({ type: 'cancelAllOrders', user: principal.name }),
    order: ({ params }) => found(session.order(params.id), 'order', params.id),
    cancelOrder: ({ params, principal }) => run({ type: 'cancelOrder', user: principal.name, orderId: params.id }),
    replaceOrder: ({ params, body, principal }) => run(replaceCommand(params.id, body, principal, session.priceScale)),
    explainOrder: async ({ params }) => found(await session.explain(params.id), 'open order', params.id),
    orderRisk: async ({ params }) => found(await session.risk(params.id), 'risk decision for', params.id),
    fills: ({ query: { symbol, limit } }) => session.fills({ limit, ...(symbol === undefined ? {} : { symbol }) }),
    receipt: async ({ params }) => found(await session.receipt(params.id), 'fill', params.id),
    strategyCatalogue: () => session.catalogue(),
    strategies: () => session.strategies(),
    startStrategy: async ({ body, principal }) => {
      body.symbols.forEach(knownSymbol);
      if (!session.catalogue().strategies.some((entry) => entry.strategy === body.strategy)) {
        throw new PapertapeError('STRATEGY_UNKNOWN', `There is no strategy ${body.strategy} to start.`, {
          remedy: 'Use one that GET /api/v1/strategy-catalogue lists.',
        });
      }
      const answer = await run({ type: 'startStrategy', user: principal.name, config: body });
      await auth.audit(principal, 'strategy.start', `${body.instanceId} (${body.strategy})`);
      return answer;
    },
    stopStrategy: async ({ params, body, principal }) => {
      const answer = await run({
        type: 'stopStrategy',
        user: principal.name,
        instanceId: params.id,
        flatten: body.flatten,
      });
      await auth.audit(principal, 'strategy.stop', params.id);
      return answer;
    },
    signals: ({ query: { instanceId, limit } }) =>
      session.signals({ limit, ...(instanceId === undefined ? {} : { instanceId }) }),
    logs: ({ query }) => session.logs(query.limit),
  };
}

function orderCommand(
  order: z.output<typeof newOrderSchema>,
  principal: Principal,
  priceScale: number,
  knownSymbol: (symbol: string) => string,
): Command {
  const price = (text: string, field: string): number => exact(text, priceScale, field);
  return {
    type: 'submitOrder',
    user: principal.name,
    clientOrderId: order.clientOrderId,
    symbol: knownSymbol(order.symbol),
    side: order.side,
    orderType: order.type,
    timeInForce: order.timeInForce,
    quantity: order.quantity === undefined ? 0 : exact(order.quantity, SHARE, 'quantity'),
    ...(order.notional === undefined ? {} : { notional: exact(order.notional, DOLLAR, 'notional') }),
    ...(order.trail === undefined ? {} : { trail: trailOf(order.trail, priceScale) }),
    ...groupOf(order, price),
    ...(order.limitPrice === undefined ? {} : { limitPrice: price(order.limitPrice, 'limitPrice') }),
    ...(order.stopPrice === undefined ? {} : { stopPrice: price(order.stopPrice, 'stopPrice') }),
    extendedHours: order.extendedHours,
    reason: order.reason,
  };
}

function replaceCommand(
  orderId: string,
  changes: z.output<typeof replaceOrderSchema>,
  principal: Principal,
  priceScale: number,
): Command {
  const { quantity, limitPrice, stopPrice, trail, timeInForce, clientOrderId } = changes;
  return {
    type: 'replaceOrder',
    user: principal.name,
    orderId,
    clientOrderId,
    changes: {
      ...(quantity === undefined ? {} : { quantity: exact(quantity, SHARE, 'quantity') }),
      ...(limitPrice === undefined ? {} : { limitPrice: exact(limitPrice, priceScale, 'limitPrice') }),
      ...(stopPrice === undefined ? {} : { stopPrice: exact(stopPrice, priceScale, 'stopPrice') }),
      ...(trail === undefined ? {} : { trail: trailOf(trail, priceScale) }),
      ...(timeInForce === undefined ? {} : { timeInForce }),
    },
  };
}

/** The exits of an order as the venue takes them. */
function groupOf(
  order: z.output<typeof newOrderSchema>,
  price: (text: string, field: string) => number,
): { readonly group?: GroupTerms } {
  const { orderClass, takeProfit, stopLoss } = order;
  if (orderClass === 'simple') return {};
  const exits: ExitTerms[] = [];
  if (takeProfit !== undefined) {
    exits.push({ role: 'takeProfit', type: 'limit', limitPrice: price(takeProfit.limitPrice, 'takeProfit') });
  }
  if (stopLoss !== undefined) {
    const stopPrice = price(stopLoss.stopPrice, 'stopLoss');
    const { limitPrice } = stopLoss;
    if (limitPrice === undefined) exits.push({ role: 'stopLoss', type: 'stop', stopPrice });
    else exits.push({ role: 'stopLoss', type: 'stop_limit', stopPrice, limitPrice: price(limitPrice, 'stopLoss') });
  }
  return { group: { orderClass, exits } };
}

function trailOf(trail: z.output<typeof trailSchema>, priceScale: number): Trail {
  if ('price' in trail) return { kind: 'price', amount: exact(trail.price, priceScale, 'trail') };
  // A percent has four decimals at most: millionths of the price.
  return { kind: 'percent', ppm: exact(trail.percent, PARTS_PER_PERCENT, 'trail') };
}

function exact(text: string, scale: number, field: string): number {
  const value = parseDecimal(text, scale);
  if (value !== undefined && value > 0) return value;
  throw new PapertapeError('REQUEST_INVALID', `The ${field} ${text} is not a positive amount that can be represented.`);
}

function found<T>(value: T | undefined, kind: string, id: string): T {
  if (value !== undefined) return value;
  throw new PapertapeError('NOT_FOUND', `There is no ${kind} ${id}.`);
}
