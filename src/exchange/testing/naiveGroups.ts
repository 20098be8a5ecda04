/**
 * Brackets, oco and oto at the naive exchange: which are offered, and what a member's fill or end means for the
 * others.
 */
import type { Order } from '../../domain/order.js';
import type { RejectionReason } from '../../domain/refusals.js';
import { RAW_PRICE_SCALE } from '../../domain/units.js';
import { tickOf } from '../rulebook/tickSizes.js';
import type { NaiveExchange } from './NaiveExchange.js';
import { bookTrade, leftOfEntry } from './naiveTrades.js';
import type { NaiveGroup, NaiveOrder } from './naiveTypes.js';
import { WITH_GROUP } from './naiveTypes.js';

/** The members of a group: the exits of an oco are its parent and its leg, of others the legs. */
export function groupOf(parent: NaiveOrder, legs: NaiveOrder[]): NaiveGroup {
  const isOco = parent.order.orderClass === 'oco';
  return { entry: isOco ? undefined : parent, exits: isOco ? [parent, ...legs] : legs };
}

/** Everybody of the order's group, itself included; of a simple order itself. */
export function membersOf(known: NaiveOrder): NaiveOrder[] {
  const { group } = known;
  if (group === undefined) return [known];
  return group.entry === undefined ? [...group.exits] : [group.entry, ...group.exits];
}

/** Whether an order waits for an entry before it works. */
export function isLeg(known: NaiveOrder): boolean {
  return known.order.role !== undefined && known.order.orderClass !== 'oco';
}

/** Of two exits only the take profit counts for what closes the position, as long as it is there. */
export function isSecondExit(known: NaiveOrder): boolean {
  const [first, second] = known.group?.exits ?? [];
  return second !== undefined && known.order.role === 'stopLoss' && first?.state !== 'done';
}

/** Why a new group is not offered, by its members' types. */
export function isOffered(exchange: NaiveExchange, parent: Order, legs: readonly Order[]): boolean {
  const { orderClass, type, timeInForce, side, quantity } = parent;
  const isPlain = exchange.preset.orderRules.groupTypes === 'plain';
  const roles = legs.map(({ role }) => role).join(' ');
  const isOco = orderClass === 'oco';
  const offered = {
    bracket: ['takeProfit stopLoss'],
    oto: ['takeProfit', 'stopLoss'],
    oco: ['stopLoss'],
    simple: [''],
  };
  if (!offered[orderClass ?? 'simple'].includes(roles)) return false;
  if (timeInForce !== 'day' && timeInForce !== 'gtc') return false;
  if (type === 'trailing_stop' || type === 'limit_if_touched' || (isOco && type !== 'limit')) return false;
  if (isPlain && type !== 'market' && type !== 'limit') return false;
  return legs.every((leg) => {
    const isKind = leg.role === 'takeProfit' ? leg.type === 'limit' : leg.type !== 'limit' && leg.type !== 'market';
    const isSide = (leg.side === side) === isOco;
    return isKind && isSide && leg.quantity === quantity && !(isPlain && leg.type === 'trailing_stop');
  });
}

/**
 * Whether the exits lie on their sides: of each other, of the entry's limit, and where the rules say so of the
 * market.
 */
export function areApart(exchange: NaiveExchange, entry: Order | undefined, exits: readonly Order[]): boolean {
  const [first] = exits;
  if (first === undefined) return true;
  const up = first.side === 'sell' ? 1 : -1;
  const profit = exits.find(({ role }) => role !== 'stopLoss')?.limitPrice;
  const loss = exits.find(({ role }) => role === 'stopLoss')?.stopPrice;
  if (profit !== undefined && loss !== undefined && up * (profit - loss) <= 0) return false;
  const market = exchange.markets[first.symbolId];
  const isFarToo = exchange.preset.orderRules.basePrice === 'entryAndMarket';
  const bases = [entry?.limitPrice, isFarToo ? market?.last || market?.mark : undefined];
  return bases.every((base) => {
    if (base === undefined || base === 0) return true;
    const tick = tickOf(base, RAW_PRICE_SCALE);
    const isAbove = profit === undefined || up * (profit - base) >= tick;
    return isAbove && (loss === undefined || up * (base - loss) >= tick);
  });
}

/** Why a member may not be replaced by an order. */
export function memberRefusal(exchange: NaiveExchange, known: NaiveOrder, order: Order): RejectionReason | undefined {
  const { group } = known;
  if (group === undefined) return undefined;
  const termsIn = (one: NaiveOrder): Order => (one === known ? order : one.order);
  const open = group.exits.filter(({ state }) => state !== 'done');
  const { entry } = group;
  const base = entry === undefined || entry.state === 'done' ? undefined : termsIn(entry);
  return areApart(exchange, base, open.map(termsIn)) ? undefined : 'LEGS_INVALID';
}

/** Whether exits are for what is left of what their entry opened. */
function isByTrade({ preset }: NaiveExchange): boolean {
  return preset.exitsClose === 'ownTrade';
}

/** What an entry has opened that its exits are for. */
function openedBy(exchange: NaiveExchange, entry: NaiveOrder): number {
  return isByTrade(exchange) ? leftOfEntry(exchange, entry) : entry.filled;
}

/** An order was filled by a quantity. */
export function afterFill(exchange: NaiveExchange, known: NaiveOrder, quantity: number): void {
  const reduced = bookTrade(exchange, known, quantity);
  followFill(exchange, known, quantity);
  if (isByTrade(exchange)) for (const entry of reduced) fitExits(exchange, entry);
}

/** The exits of an entry that are at work are for what is left of what it opened, and end or wait without anything. */
function fitExits(exchange: NaiveExchange, entry: NaiveOrder): void {
  const left = leftOfEntry(exchange, entry);
  for (const exit of entry.group?.entry === entry ? entry.group.exits : []) {
    if (!exchange.isAtVenue(exit)) continue;
    if (left > 0) resize(exchange, exit, exit.filled + left);
    else if (entry.state === 'done') exchange.end(exit, 'canceled', exchange.now, WITH_GROUP);
    else exchange.hold(exit);
  }
  exchange.account.reserve();
}

/** What the fill of a member means for its group. */
function followFill(exchange: NaiveExchange, known: NaiveOrder, quantity: number): void {
  const { group } = known;
  if (group === undefined) return;
  const isDone = known.state === 'done';
  if (known !== group.entry) {
    for (const other of group.exits) {
      if (other === known || other.state === 'done') continue;
      if (isDone) exchange.end(other, 'canceled', exchange.now, WITH_GROUP);
      else resize(exchange, other, other.order.quantity - quantity);
    }
    if (isDone && group.entry !== undefined && group.entry.state !== 'done') {
      exchange.end(group.entry, 'canceled', exchange.now, WITH_GROUP);
    }
    return;
  }
  const isWhole = exchange.preset.orderRules.legArming === 'complete';
  if (isWhole && !isDone) return;
  const opened = openedBy(exchange, known);
  if (opened === 0) {
    // It has closed alone, so far or in all.
    for (const exit of group.exits) {
      if (isDone && exit.state !== 'done') exchange.end(exit, 'canceled', exchange.now, WITH_GROUP);
    }
    return;
  }
  const armed = group.exits.filter(({ state }) => state === 'held');
  for (const exit of group.exits) {
    if (exit.state === 'done') continue;
    const isHeld = exit.state === 'held';
    const isAll = isHeld || isByTrade(exchange);
    resize(exchange, exit, isAll ? exit.filled + opened : exit.order.quantity + quantity);
    if (isHeld) exchange.arm(exit);
  }
  exchange.account.reserve();
  const { inBar, barStart } = exchange;
  exchange.armed.push(...armed.map((exit) => ({ exit, inBar, barStart })));
}

/**
 * Legs that were armed look at the market, once what armed them is over. The bar that ends the session still decides on
 * the stop loss of an entry that filled in it (M9), though it is for the next part of the day.
 */
export function lookArmed(exchange: NaiveExchange): void {
  for (let next = exchange.armed.shift(); next !== undefined; next = exchange.armed.shift()) {
    const { exit, inBar, barStart } = next;
    exchange.decideOn(barStart, () => {
      if (inBar === 0) {
        if (exit.state === 'working') exchange.look(exit);
      } else if (exchange.isAtVenue(exit) && exit.order.role === 'stopLoss') {
        exchange.markets[exit.order.symbolId]?.stopInBar(exit, inBar);
      }
    });
  }
}

/** A member ended in another way than by its last fill. */
export function afterEnd(exchange: NaiveExchange, known: NaiveOrder, how: string, reason: string): void {
  const { group } = known;
  if (group === undefined) return;
  if (known === group.entry) {
    const isWhole = exchange.preset.orderRules.legArming === 'complete';
    if (openedBy(exchange, known) > 0 && !isWhole) return;
  } else if (how === 'expired') {
    return;
  }
  for (const other of membersOf(known)) {
    if (other !== known && other.state !== 'done') {
      if (how === 'rejected') exchange.end(other, 'rejected', exchange.now, reason);
      else exchange.end(other, 'canceled', exchange.now, WITH_GROUP);
    }
  }
}

function resize(exchange: NaiveExchange, known: NaiveOrder, quantity: number): void {
  if (known.order.quantity === quantity) return;
  known.order = { ...known.order, quantity };
  exchange.tell('resized', known.order.id, exchange.now, quantity);
  exchange.account.reserve();
}
