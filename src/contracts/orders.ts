/** Orders as the page and programs see them, manual orders, and why an open order has not filled. */
import { z } from 'zod';
import { ORDER_TYPES, TIMES_IN_FORCE } from '../domain/order.js';
import { ORDER_STATUSES } from '../domain/orderState.js';
import { decimalSchema, idSchema, microsSchema, positiveDecimalSchema, reasonSchema, symbolSchema } from './scalars.js';

/** Buy or sell. */
export const sideSchema = z.enum(['buy', 'sell']);
/** How the price is decided. */
export const orderTypeSchema = z.enum(ORDER_TYPES);
/** How long an order works. */
export const timeInForceSchema = z.enum(TIMES_IN_FORCE);
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

/** Body of `POST /orders`: a manual order. */
export const newOrderSchema = z
  .strictObject({
    /** Unique per account for ever; repeating a request with the same id never makes a second order. */
    clientOrderId: idSchema,
    symbol: symbolSchema,
    side: sideSchema,
    type: orderTypeSchema,
    timeInForce: timeInForceSchema.default('day'),
    /** Shares. */
    quantity: positiveDecimalSchema,
    limitPrice: positiveDecimalSchema.optional(),
    stopPrice: positiveDecimalSchema.optional(),
    extendedHours: z.boolean().default(false),
    reason: reasonSchema.default(''),
  })
  .superRefine((order, context) => {
    if ((order.type === 'limit') !== (order.limitPrice !== undefined)) {
      context.addIssue({
        code: 'custom',
        path: ['limitPrice'],
        message: 'is required for limit orders, and only there',
      });
    }
    if ((order.type === 'stop') !== (order.stopPrice !== undefined)) {
      context.addIssue({ code: 'custom', path: ['stopPrice'], message: 'is required for stop orders, and only there' });
    }
  });
/** A manual order before defaults are filled in. */
export type NewOrder = z.input<typeof newOrderSchema>;

/** Answer to a command that was taken; `orderId` names the order it made, if any. */
export const acceptedSchema = z.object({ orderId: z.string().nullable() });
/** Answer to a command that was taken. */
export type Accepted = z.infer<typeof acceptedSchema>;

/** Why an open order has not filled yet. */
export const orderExplanationSchema = z.object({
  orderId: idSchema,
  /** A stable code, e.g. `waiting-for-open`, `limit-below-ask`, `stop-not-reached`, `queue-ahead`, `halted`. */
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
