/**
 * What is left of what each order opened, at the naive exchange, where exits are for that (`Preset.exitsClose`): one
 * plain list of all trades in the order in which they were opened.
 */
import type { Side } from '../../domain/order.js';
import type { NaiveExchange } from './NaiveExchange.js';
import type { NaiveOrder } from './naiveTypes.js';

/** What is left of what one order opened; strategies leave one another's alone. */
export interface NaiveTrade {
  entry: NaiveOrder;
  readonly owner: string;
  readonly symbolId: number;
  readonly side: Side;
  left: number;
}

/** Who gave an order: a strategy, or nobody by name. */
export function ownerOf({ order: { source } }: NaiveOrder): string {
  return source.kind === 'strategy' ? source.instanceId : '';
}

/** Micro-shares that are left of what an entry opened. */
export function leftOfEntry(exchange: NaiveExchange, entry: NaiveOrder): number {
  return exchange.trades.filter((trade) => trade.entry === entry).reduce((sum, { left }) => sum + left, 0);
}

/** Takes a fill in: it closes, of its own entry first, then the oldest; the rest opens. Gives whose it closed. */
export function bookTrade(exchange: NaiveExchange, known: NaiveOrder, quantity: number): NaiveOrder[] {
  const { side, symbolId } = known.order;
  const owner = ownerOf(known);
  const own = known.group?.entry;
  const against = exchange.trades.filter(
    (trade) => trade.owner === owner && trade.symbolId === symbolId && trade.side !== side,
  );
  const inTurn = [...against.filter(({ entry }) => entry === own), ...against.filter(({ entry }) => entry !== own)];
  let rest = quantity;
  const reduced: NaiveOrder[] = [];
  for (const trade of inTurn) {
    const closed = Math.min(rest, trade.left);
    if (closed > 0) reduced.push(trade.entry);
    trade.left -= closed;
    rest -= closed;
  }
  exchange.trades = exchange.trades.filter(({ left }) => left > 0);
  if (rest === 0) return reduced;
  const begun = exchange.trades.find(({ entry }) => entry === known);
  if (begun === undefined) exchange.trades.push({ entry: known, owner, symbolId, side, left: rest });
  else begun.left += rest;
  return reduced;
}
