/**
 * What a venue's snapshot says of the accounts of its desk, for whoever follows them without an exchange: money,
 * positions and open orders that a session begins with.
 */
import type { Order } from '../../domain/order.js';
import { STATUS_OF_VENUE } from '../../domain/orderState.js';
import type { VenueOrderStatus } from '../../domain/orderState.js';
import type { Money, Price, Quantity } from '../../domain/units.js';
import { notional } from '../../domain/units.js';
import type { AccountTerms } from '../../domain/venueDesk.js';

/** A position that a session begins with; signed shares and cost. */
interface CarriedDeskPosition {
  readonly symbolId: number;
  readonly quantity: Quantity;
  readonly cost: Money;
  readonly mark: Price;
  /** What is left of each opening fill, oldest first: micro-shares and cost, both positive. */
  readonly lots: readonly { readonly quantity: Quantity; readonly cost: Money }[];
}

/** An account that a session begins with. */
export interface CarriedDeskAccount {
  readonly accountId: string;
  readonly terms: AccountTerms;
  readonly cash: Money;
  readonly dividendsAccrued: Money;
  readonly accruedFees: Money;
  /** At the marks that the session before ended with. */
  readonly equity: Money;
  readonly positions: readonly CarriedDeskPosition[];
  /** Open ones as they stand, legs each for itself. */
  readonly orders: readonly Order[];
}

/** The parts of the snapshots of deskSnapshot.ts and snapshot.ts that are read here. */
interface DeskState {
  readonly accounts: readonly {
    readonly accountId: string;
    readonly terms: AccountTerms;
    readonly orders: readonly Order[];
    readonly exchange: {
      readonly book: { readonly accounts: readonly BookState[]; readonly orders: readonly OrderState[] };
      readonly market: { readonly marks: readonly Price[] };
    };
  }[];
}

interface BookState {
  readonly accountId: string;
  readonly cash: Money;
  readonly accruedFees?: Money;
  readonly dividendsAccrued?: Money;
  readonly quantities: readonly Quantity[];
  readonly costs: readonly Money[];
  readonly lots: readonly (readonly number[])[];
}

type OrderState = Partial<
  Pick<Order, 'quantity' | 'filledQuantity' | 'filledNotional' | 'limitPrice' | 'stopPrice' | 'parentId'>
> & { readonly id: string; readonly status?: VenueOrderStatus };

/** Reads a venue's snapshot; none for a venue without a desk. */
export function carriedDesk(venue: unknown, priceScale: number): readonly CarriedDeskAccount[] {
  const desk = typeof venue === 'object' && venue !== null && 'desk' in venue ? (venue.desk as DeskState) : undefined;
  return (desk?.accounts ?? []).map(({ accountId, terms, orders, exchange }) => {
    const { book, market } = exchange;
    const account = book.accounts.find((one) => one.accountId === accountId);
    const { cash = 0, accruedFees = 0, dividendsAccrued = 0 } = account ?? {};
    const positions = account === undefined ? [] : positionsOf(account, market.marks);
    const value = positions.reduce((sum, { mark, quantity }) => sum + notional(mark, quantity, priceScale), 0);
    const equity = cash + dividendsAccrued - accruedFees + value;
    const now = new Map(book.orders.map((order) => [order.id, order]));
    const open = orders.map((order) => orderNow(order, now.get(order.id)));
    return { accountId, terms, cash, dividendsAccrued, accruedFees, equity, positions, orders: open };
  });
}

function positionsOf({ quantities, costs, lots }: BookState, marks: readonly Price[]): CarriedDeskPosition[] {
  return quantities.flatMap((quantity, symbolId) => {
    if (quantity === 0) return [];
    const list = lots[symbolId] ?? [];
    const held: { quantity: Quantity; cost: Money }[] = [];
    for (let i = 0; i + 1 < list.length; i += 2) {
      held.push({ quantity: list[i] ?? 0, cost: Math.abs(list[i + 1] ?? 0) });
    }
    return [{ symbolId, quantity, cost: costs[symbolId] ?? 0, mark: marks[symbolId] ?? 0, lots: held }];
  });
}

/** An order as it was entered, with what has become of it; fields at the value that they were made with are absent. */
function orderNow({ legs: _, ...entered }: Order, state: OrderState | undefined): Order {
  if (state === undefined) return entered;
  const { quantity, limitPrice, stopPrice, filledQuantity = 0, filledNotional = 0, parentId } = state;
  return {
    ...entered,
    quantity: quantity ?? entered.quantity,
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
    ...(parentId === undefined ? {} : { parentId }),
    filledQuantity,
    filledNotional,
    status: STATUS_OF_VENUE[state.status ?? 'pending_new'],
  };
}
