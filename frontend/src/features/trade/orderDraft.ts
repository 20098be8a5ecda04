/** What somebody typed into the ticket, and the order that it stands for. */
import { newOrderSchema } from '../../../../src/contracts/index.js';
import type { NewOrder } from '../../../../src/contracts/index.js';

/** How long an order works. */
export type TimeInForce = NonNullable<NewOrder['timeInForce']>;

/** The fields of the ticket as typed; `price` is that of a limit, stop or trigger. */
export interface Draft {
  readonly side: 'buy' | 'sell';
  readonly type: NewOrder['type'];
  readonly quantity: string;
  /** Whether `quantity` is in dollars. */
  readonly inDollars: boolean;
  readonly price: string;
  /** Limit price of a stop-limit or limit-if-touched order. */
  readonly limit: string;
  /** Distance of a trailing stop: `1.25` dollars or `1.5%`. */
  readonly trail: string;
  readonly timeInForce: TimeInForce;
  readonly extendedHours: boolean;
  /** Prices of the exits; empty for none. */
  readonly takeProfit: string;
  readonly stopLoss: string;
}

/** Whether orders of a type have a stop or trigger price and a limit price behind it. */
export function hasBothPrices(type: Draft['type']): boolean {
  return type === 'stop_limit' || type === 'limit_if_touched';
}

/** What is wrong, by field. */
export type Faults = Readonly<
  Partial<Record<'quantity' | 'price' | 'limit' | 'trail' | 'takeProfit' | 'stopLoss', string>>
>;

/** The request that a draft stands for; `clientOrderId` makes repeating it harmless. */
export function toNewOrder(symbol: string, draft: Draft, clientOrderId: string): NewOrder {
  const { side, type, timeInForce, extendedHours } = draft;
  const quantity = draft.quantity.trim();
  const price = draft.price.trim();
  const trail = draft.trail.trim();
  const takeProfit = draft.takeProfit.trim();
  const stopLoss = draft.stopLoss.trim();
  const exits = (takeProfit === '' ? 0 : 1) + (stopLoss === '' ? 0 : 1);
  return {
    clientOrderId,
    symbol,
    side,
    type,
    ...(draft.inDollars ? { notional: quantity } : { quantity }),
    timeInForce,
    extendedHours: extendedHours && type === 'limit',
    ...(type === 'limit' ? { limitPrice: price } : {}),
    ...(type === 'stop' || hasBothPrices(type) ? { stopPrice: price } : {}),
    ...(hasBothPrices(type) ? { limitPrice: draft.limit.trim() } : {}),
    ...(type === 'trailing_stop' ? { trail: trailOf(trail) } : {}),
    ...(exits === 0 ? {} : { orderClass: exits === 2 ? 'bracket' : 'oto' }),
    ...(takeProfit === '' ? {} : { takeProfit: { limitPrice: takeProfit } }),
    ...(stopLoss === '' ? {} : { stopLoss: { stopPrice: stopLoss } }),
  };
}

/** What is wrong with an order before it is sent; empty when nothing is. */
export function faultsOf(order: NewOrder): Faults {
  const parsed = newOrderSchema.safeParse(order);
  if (parsed.success) return {};
  const faults: Partial<Record<keyof Faults, string>> = {};
  for (const { path } of parsed.error.issues) {
    const field = FIELDS[String(path[0])];
    const isLimitOfStop = path[0] === 'limitPrice' && hasBothPrices(order.type);
    if (field !== undefined) faults[isLimitOfStop ? 'limit' : field] = FAULTS[field];
  }
  return faults;
}

/** What somebody may be in the middle of typing: nothing, `1`, `1.`, `.5`. */
const BEGINNING = /^\d{0,12}(\.\d{0,6})?$/;
const TYPED = ['quantity', 'price', 'limit', 'trail', 'takeProfit', 'stopLoss'] as const;

/** Fields that hold what can never become a number, however it goes on; only those that the type of order shows. */
export function typingFaultsOf(draft: Draft): Faults {
  const shown: Readonly<Record<keyof Faults, boolean>> = {
    quantity: true,
    price: draft.type !== 'market' && draft.type !== 'trailing_stop',
    limit: hasBothPrices(draft.type),
    trail: draft.type === 'trailing_stop',
    takeProfit: true,
    stopLoss: true,
  };
  const faults: Partial<Record<keyof Faults, string>> = {};
  for (const field of TYPED) {
    const text = draft[field].trim();
    const number = field === 'trail' ? text.replace(/\s*%$/, '') : text;
    if (shown[field] && !BEGINNING.test(number)) faults[field] = FAULTS[field];
  }
  return faults;
}

const FIELDS: Readonly<Record<string, keyof Faults>> = {
  quantity: 'quantity',
  notional: 'quantity',
  limitPrice: 'price',
  stopPrice: 'price',
  trail: 'trail',
  takeProfit: 'takeProfit',
  stopLoss: 'stopLoss',
};
const PRICE_FAULT = 'A price above zero, such as 101.25.';
const FAULTS: Readonly<Record<keyof Faults, string>> = {
  quantity: 'A number above zero, such as 100.',
  price: PRICE_FAULT,
  limit: PRICE_FAULT,
  trail: 'A distance such as 1.25, or 1.5%.',
  takeProfit: PRICE_FAULT,
  stopLoss: PRICE_FAULT,
};

function trailOf(text: string): NonNullable<NewOrder['trail']> {
  return text.endsWith('%') ? { percent: text.slice(0, -1).trim() } : { price: text };
}
