/** Orders as the page and programs see them, manual orders, and why an open order has not filled. */
import { z } from 'zod';
import { ORDER_CLASSES, ORDER_TYPES, TIMES_IN_FORCE } from '../domain/order.js';
import { ORDER_STATUSES } from '../domain/orderState.js';
import { decimalSchema, idSchema, microsSchema, positiveDecimalSchema, reasonSchema, symbolSchema } from './scalars.js';

/** Buy or sell. */
export const sideSchema = z.enum(['buy', 'sell']);
/** How the price is decided. */
export const orderTypeSchema = z.enum(ORDER_TYPES);
/** How long an order works. */
export const timeInForceSchema = z.enum(TIMES_IN_FORCE);
/** How orders belong together. */
export const orderClassSchema = z.enum(ORDER_CLASSES);
/** Life cycle of an order. */
export const orderStatusSchema = z.enum(ORDER_STATUSES);

/** One order. */
export const orderSchema = z.object({
  id: idSchema,
  clientOrderId: z.string(),
  symbol: symbolSchema,
  side: sideSchema,
  type: orderTypeSchema,
  timeInForce: timeInForceSchema,
  /** Shares. */
  quantity: decimalSchema,
  filledQuantity: decimalSchema,
  /** Average price of the fills; null before the first. */
  averageFillPrice: decimalSchema.nullable(),
  limitPrice: decimalSchema.nullable(),
  stopPrice: decimalSchema.nullable(),
  /** Distance of a trailing stop, as `1.25` dollars or `1.5%`; null for others. */
  trail: z.string().nullable(),
  /** Dollars to trade, for orders without a quantity of their own. */
  notional: decimalSchema.nullable(),
  orderClass: orderClassSchema,
  /** The order that a leg belongs to, and what the leg is for. */
  parentId: z.string().nullable(),
  role: z.enum(['takeProfit', 'stopLoss']).nullable(),
  /** The order that this one took the place of, and the one that took its place. */
  replaces: z.string().nullable(),
  replacedBy: z.string().nullable(),
  extendedHours: z.boolean(),
  status: orderStatusSchema,
  /** Whether it can still fill. */
  open: z.boolean(),
  /** Why it was denied, rejected, canceled or expired: the code and its sentence. */
  statusReason: z.string().nullable(),
  /** Instance id of the strategy, or `manual`. */
  owner: z.string(),
  /** The strategy's or the person's words. */
  reason: z.string(),
  signalId: z.string().nullable(),
  createdAt: microsSchema,
  updatedAt: microsSchema,
});
/** One order. */
export type OrderView = z.infer<typeof orderSchema>;

/** List of orders, newest first. */
export const ordersSchema = z.object({ orders: z.array(orderSchema) });
/** List of orders, newest first. */
export type Orders = z.infer<typeof ordersSchema>;

/** How far a trailing stop follows the best price: dollars, or percent of that price. */
export const trailSchema = z.union([
  z.strictObject({ price: positiveDecimalSchema }),
  z.strictObject({ percent: positiveDecimalSchema }),
]);

const PRICES = {
  market: [],
  limit: ['limitPrice'],
  stop: ['stopPrice'],
  stop_limit: ['limitPrice', 'stopPrice'],
  trailing_stop: ['trail'],
  limit_if_touched: ['limitPrice', 'stopPrice'],
} as const;

/** How many exits an order of a class comes with. */
const EXITS = { simple: 0, oto: 1, bracket: 2, oco: 1 } as const;

/**
 * Body of `POST /orders`: a manual order. A bracket has both exits, an `oto` one of them; an `oco` is a limit order,
 * the take profit, with a stop loss.
 */
export const newOrderSchema = z
  .strictObject({
    /** Unique per account for ever; repeating a request with the same id never makes a second order. */
    clientOrderId: idSchema,
    symbol: symbolSchema,
    side: sideSchema,
    type: orderTypeSchema,
    timeInForce: timeInForceSchema.default('day'),
    /** Shares; or `notional`. */
    quantity: positiveDecimalSchema.optional(),
    /** Dollars to trade instead of a quantity. */
    notional: positiveDecimalSchema.optional(),
    limitPrice: positiveDecimalSchema.optional(),
    stopPrice: positiveDecimalSchema.optional(),
    trail: trailSchema.optional(),
    orderClass: orderClassSchema.default('simple'),
    takeProfit: z.strictObject({ limitPrice: positiveDecimalSchema }).optional(),
    stopLoss: z
      .strictObject({ stopPrice: positiveDecimalSchema, limitPrice: positiveDecimalSchema.optional() })
      .optional(),
    extendedHours: z.boolean().default(false),
    reason: reasonSchema.default(''),
  })
  .superRefine((order, context) => {
    const fault = (field: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [field], message });
    const needed: readonly string[] = PRICES[order.type];
    for (const field of ['limitPrice', 'stopPrice', 'trail'] as const) {
      if (needed.includes(field) !== (order[field] !== undefined)) {
        fault(field, `is ${needed.includes(field) ? 'required' : 'not possible'} for ${order.type} orders`);
      }
    }
    if ((order.quantity === undefined) === (order.notional === undefined)) {
      fault('quantity', 'is required, or a notional in its place');
    }
    const { orderClass, takeProfit, stopLoss } = order;
    const exits = (takeProfit === undefined ? 0 : 1) + (stopLoss === undefined ? 0 : 1);
    if (orderClass === 'oco' ? takeProfit !== undefined || stopLoss === undefined : exits !== EXITS[orderClass]) {
      fault('orderClass', 'a bracket has a take profit and a stop loss, an oto one, an oco a stop loss, others none');
    }
  });

/** Body of `PATCH /orders/:id`: what changes; what is absent stays. */
export const replaceOrderSchema = z
  .strictObject({
    /** Of the order that takes the place of the old one; as in a new order. */
    clientOrderId: idSchema,
    /** New total in shares, above what has been filled. */
    quantity: positiveDecimalSchema.optional(),
    limitPrice: positiveDecimalSchema.optional(),
    stopPrice: positiveDecimalSchema.optional(),
    trail: trailSchema.optional(),
    timeInForce: timeInForceSchema.optional(),
  })
  .refine((changes) => Object.keys(changes).length > 1, { message: 'nothing is changed' });
/** What a replace changes. */
export type ReplaceOrder = z.input<typeof replaceOrderSchema>;

/** A manual order before defaults are filled in. */
export type NewOrder = z.input<typeof newOrderSchema>;

/** Answer to a command that was taken; `orderId` names the order it made, if any. */
export const acceptedSchema = z.object({ orderId: z.string().nullable() });
/** Answer to a command that was taken. */
export type Accepted = z.infer<typeof acceptedSchema>;

/** Why an open order has not filled yet. */
export const orderExplanationSchema = z.object({
  orderId: idSchema,
  /** A stable code, e.g. `waiting-for-open`, `limit-not-reached`, `waiting-for-entry`, `queue-ahead`, `halted`. */
  code: z.string(),
  since: microsSchema,
  orderPrice: decimalSchema.nullable(),
  marketPrice: decimalSchema.nullable(),
  /** Shares ahead in the queue; null without a queue model. */
  queueAhead: decimalSchema.nullable(),
  /** The same in English. */
  sentence: z.string(),
});
/** Why an open order has not filled yet. */
export type OrderExplanation = z.infer<typeof orderExplanationSchema>;
