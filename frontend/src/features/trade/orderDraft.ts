/** What somebody typed into the ticket, and the order that it stands for. */
import { newOrderSchema } from '../../../../src/contracts/index.js';
import type { NewOrder } from '../../../../src/contracts/index.js';

/** How long an order works. */
export type TimeInForce = NonNullable<NewOrder['timeInForce']>;

/** The fields of the ticket as typed; `price` is that of a limit or stop. */
export interface Draft {
  readonly side: 'buy' | 'sell';
  readonly type: NewOrder['type'];
  readonly quantity: string;
  readonly price: string;
  readonly timeInForce: TimeInForce;
  readonly extendedHours: boolean;
}

/** What is wrong, by field. */
export type Faults = Readonly<Partial<Record<'quantity' | 'price', string>>>;

/** The request that a draft stands for; `clientOrderId` makes repeating it harmless. */
export function toNewOrder(symbol: string, draft: Draft, clientOrderId: string): NewOrder {
  const { side, type, quantity, price, timeInForce, extendedHours } = draft;
  return {
    clientOrderId,
    symbol,
    side,
    type,
    quantity: quantity.trim(),
    timeInForce,
    extendedHours: extendedHours && type === 'limit',
    ...(type === 'limit' ? { limitPrice: price.trim() } : {}),
    ...(type === 'stop' ? { stopPrice: price.trim() } : {}),
  };
}

/** What is wrong with an order before it is sent; empty when nothing is. */
export function faultsOf(order: NewOrder): Faults {
  const parsed = newOrderSchema.safeParse(order);
  if (parsed.success) return {};
  const faults: { quantity?: string; price?: string } = {};
  for (const { path } of parsed.error.issues) {
    if (path[0] === 'quantity') faults.quantity = 'A number of shares above zero, such as 100.';
    else if (path[0] === 'limitPrice' || path[0] === 'stopPrice') faults.price = 'A price above zero, such as 101.25.';
  }
  return faults;
}
