/** What the session tests trade: commands by the minute, and a plan in which everything happens. */
import type { Command } from '../../src/domain/commands.js';
import type { StrategyConfig } from '../../src/domain/session.js';
import { MINUTE } from '../../src/domain/timeframe.js';
import { DOLLAR, SHARE } from '../../src/domain/units.js';
import type { SessionPlan } from '../../src/host/sessionPlan.js';
import { RIG_START, type RigPlan, type TimedCommand } from './sessionRig.js';

/** A strategy on minutes with a tenth of the account. */
export const strategy = (instanceId: string, name: string, symbols: string[], params = {}): StrategyConfig => ({
  instanceId,
  strategy: name,
  symbols,
  timeframe: '1m',
  params,
  allocation: 0.1,
});

/** A command at a whole minute after the rig's start. */
export const at = (minute: number, command: Command): TimedCommand => ({ time: RIG_START + minute * MINUTE, command });

let orders = 0;

/** A manual order with a client order id of its own: 50 shares at the market unless `more` says otherwise. */
export function order(
  symbol: string,
  side: 'buy' | 'sell',
  more: Partial<Extract<Command, { type: 'submitOrder' }>>,
): Extract<Command, { type: 'submitOrder' }> {
  orders += 1;
  return {
    type: 'submitOrder',
    user: 'owner',
    clientOrderId: `mine-${orders}`,
    symbol,
    side,
    orderType: 'market',
    timeInForce: 'day',
    quantity: 50 * SHARE,
    extendedHours: false,
    reason: 'by hand',
    ...more,
  };
}

/** A simulated day with ten million dollars and nothing else, from its beginning, on top of what a disk may hold. */
export const BARE_DAY: SessionPlan = {
  dataDir: '/data',
  cwd: '/',
  market: { kind: 'simulated', seed: 5, date: '2026-11-23' },
  startingCash: 10_000_000 * DOLLAR,
  preset: 'papertape',
  feePlan: undefined,
  strategies: [],
  limits: {},
  keepMarketRows: 0,
  startAt: undefined,
  speed: 1,
  fresh: false,
  stopFirst: undefined,
};

/** Market and resting orders, a stop, cancels, a large order that fills in parts, a reversal by the strategy. */
export const PLAN: RigPlan = {
  strategies: [
    strategy('cross', 'sma-cross', ['AURX', 'BYTQ', 'CIRQ'], { fast: 2, slow: 5, direction: 'longShort' }),
    strategy('orb', 'opening-range-breakout', ['GRNL', 'HALC', 'FLYN'], { minutes: 5 }),
    strategy('hold', 'buy-and-hold', ['SIMX']),
  ],
  commands: [
    at(2, order('VEGA', 'buy', {})),
    at(11, order('VEGA', 'buy', { orderType: 'limit', limitPrice: 54 * DOLLAR, timeInForce: 'gtc' })),
    at(12, order('JOLT', 'buy', { quantity: 400 * SHARE })),
    at(13, order('RUSK', 'buy', { orderType: 'limit', limitPrice: 46.5 * DOLLAR, quantity: 30 * SHARE })),
    at(14, order('VEGA', 'sell', { orderType: 'stop', stopPrice: 54.5 * DOLLAR })),
    at(15, order('RUSK', 'buy', { quantity: 0, notional: 500 * DOLLAR })),
    at(15, order('HALC', 'buy', { orderType: 'trailing_stop', trail: { kind: 'percent', ppm: 20_000 } })),
    at(16, {
      ...order('VEGA', 'buy', { quantity: 10 * SHARE }),
      group: {
        orderClass: 'bracket',
        exits: [
          { role: 'takeProfit', type: 'limit', limitPrice: 58 * DOLLAR },
          { role: 'stopLoss', type: 'stop', stopPrice: 50 * DOLLAR },
        ],
      },
    }),
    at(20, { type: 'cancelAllOrders', user: 'owner' }),
    at(21, { type: 'closePosition', user: 'owner', symbol: 'JOLT' }),
    at(25, { type: 'stopStrategy', user: 'owner', instanceId: 'hold', flatten: true }),
    at(26, {
      type: 'startStrategy',
      user: 'owner',
      config: strategy('late', 'sma-cross', ['YARD'], { fast: 2, slow: 4 }),
    }),
  ],
};
