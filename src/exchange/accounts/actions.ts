/**
 * Corporate actions on accounts (R13–R15): before the first session of the ex-date positions, open orders and reference
 * prices become what they are after it. Dividends are accrued inside equity and paid on their day; splits keep the
 * value to the micro-dollar that rounding prices allows, with cash for fractions of whole shares.
 */
import type { TradingDate } from '../../calendar/tradingDate.js';
import { parseDate } from '../../calendar/tradingDate.js';
import type { DatedAction, ShareAction } from '../../domain/corporateActions.js';
import type { LedgerAccount, LedgerEntry } from '../../domain/ledger.js';
import type { Micros, Money, Quantity } from '../../domain/units.js';
import { SHARE } from '../../domain/units.js';
import type { AccountEvent, BookingKind } from '../../domain/venueEvents.js';
import type { AccountBook } from '../AccountBook.js';
import type { PaperExchange } from '../PaperExchange.js';
import { dividendOn } from '../rulebook/corporateActions.js';
import { adjustOpenOrder } from '../rulebook/openOrderAdjustments.js';
import { splitPosition } from '../rulebook/splits.js';
import type { DividendDue } from './VenueAccount.js';

/** An account to which actions happen. */
export interface ActionTarget {
  readonly accountId: string;
  readonly book: AccountBook;
  readonly exchange: PaperExchange;
  /** Least holding after a split: fractions of it become cash. */
  readonly unitOf: (quantity: Quantity) => Quantity;
  /** Whether dividends are booked at all. */
  readonly paysDividends: boolean;
  /** Whether members of groups are left alone, as Alpaca does. */
  readonly sparesGroups: boolean;
  readonly due: DividendDue[];
  emit(event: Extract<AccountEvent, { readonly type: 'booked' }>): void;
}

/** A whole share where whole shares were held; holders of fractions keep them. */
export function wholeShareUnit(quantity: Quantity): Quantity {
  return quantity % SHARE === 0 ? SHARE : 1;
}

/** The text that a booking of an action carries; it begins with the ex-date. */
export function actionNote(dated: DatedAction): string {
  const { exDate, action } = dated;
  if (action.kind === 'split') return `${exDate} split ${action.newShares} for ${action.oldShares}`;
  if (action.kind === 'symbolChange') return `${exDate} now ${action.to}`;
  const { payDate } = action;
  return `${exDate} dividend, paid ${payDate ?? 'on the ex-date, as the pay date is not known'}`;
}

/** Lets an action happen to an account; marks are still those of before. */
export function actOn(target: ActionTarget, dated: DatedAction, date: TradingDate, time: Micros): void {
  const { action, symbolId } = dated;
  const note = actionNote(dated);
  const ratio = action.kind === 'split' ? { newShares: action.newShares, oldShares: action.oldShares } : undefined;
  const booked = (kind: BookingKind, entries: readonly LedgerEntry[]): void => {
    const event = { type: 'booked', accountId: target.accountId, time, kind, symbolId, entries, note } as const;
    target.emit(ratio === undefined ? event : { ...event, ratio });
  };
  switch (action.kind) {
    case 'symbolChange':
      booked('symbolChange', []);
      return;
    case 'cashDividend':
      accrue(target, symbolId, action, dated.exDate, booked);
      break;
    case 'split':
      split(target, symbolId, action, booked);
      break;
  }
  adjustOrders(target, dated, date, time);
}

/** Pays the dividends of an account that are due by a date. */
export function payDividends(target: ActionTarget, date: TradingDate, time: Micros): void {
  const { accountId, due } = target;
  for (let i = 0; i < due.length;) {
    const one = due[i];
    if (one === undefined || one.payOn > date) {
      i += 1;
      continue;
    }
    due.splice(i, 1);
    const { symbolId, amount } = one;
    const entries = [entryOf(accountId, 'cash', amount), entryOf(accountId, 'dividendsAccrued', -amount)];
    target.emit({ type: 'booked', accountId, time, kind: 'dividendPaid', symbolId, entries, note: 'dividend paid' });
  }
}

type Booked = (kind: BookingKind, entries: readonly LedgerEntry[]) => void;

function accrue(
  target: ActionTarget,
  symbolId: number,
  action: Extract<ShareAction, { readonly kind: 'cashDividend' }>,
  exDate: string,
  booked: Booked,
): void {
  const { accountId, book, exchange, due } = target;
  const position = book.quantityOf(symbolId);
  const amount = target.paysDividends ? dividendOn(position, action, exchange.priceScale) : 0;
  const entries =
    amount === 0 ? [] : [entryOf(accountId, 'dividendsAccrued', amount), entryOf(accountId, 'dividends', -amount)];
  booked('dividendAccrued', entries);
  if (amount !== 0) due.push({ payOn: parseDate(action.payDate ?? exDate), symbolId, amount });
}

function split(
  target: ActionTarget,
  symbolId: number,
  action: Extract<ShareAction, { readonly kind: 'split' }>,
  booked: Booked,
): void {
  const { accountId, book, exchange } = target;
  const quantity = book.quantityOf(symbolId);
  if (quantity === 0) {
    booked('split', []);
    return;
  }
  const mark = book.markOf(symbolId);
  const after = splitPosition(
    quantity,
    book.costOf(symbolId),
    mark,
    exchange.priceScale,
    action,
    target.unitOf(quantity),
  );
  const { cashInLieu, costInLieu } = after;
  // The fraction is gone with its cost first; what remains is then another number of shares at the same cost.
  booked('split', [
    { ...entryOf(accountId, 'position', -costInLieu, symbolId), quantity: after.quantity - quantity },
    ...realised(accountId, symbolId, cashInLieu, costInLieu),
  ]);
}

/** The fraction's part of a split: cash for it, and what it cost as profit or loss. */
function realised(accountId: string, symbolId: number, cash: Money, cost: Money): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  if (cash !== 0) entries.push(entryOf(accountId, 'cash', cash));
  if (cost !== cash) entries.push(entryOf(accountId, 'realisedPnl', cost - cash, symbolId));
  return entries;
}

function adjustOrders(target: ActionTarget, dated: DatedAction, date: TradingDate, time: Micros): void {
  const { exchange } = target;
  const { action, symbolId } = dated;
  if (action.kind === 'symbolChange') return;
  for (const order of [...exchange.book.orders.values()]) {
    if (order.symbolId !== symbolId || order.closed || order.notional > 0) continue;
    const isTrailing = order.type === 'trailing_stop';
    const outcome = adjustOpenOrder(
      {
        side: order.side,
        limitPrice: order.limitPrice,
        stopPrice: isTrailing ? 0 : order.stopPrice,
        isIfTouched: order.type === 'limit_if_touched',
        remaining: order.remaining,
        doNotReduce: false,
        isExempt: target.sparesGroups && order.orderClass !== 'simple',
      },
      action,
      date,
      exchange.priceScale,
    );
    if (outcome.outcome === 'canceled') {
      exchange.cancelOrder(order, time, `a corporate action ended it: ${actionNote(dated)}`);
    } else if (outcome.outcome === 'adjusted') {
      const { limitPrice, stopPrice } = outcome;
      exchange.emit(
        {
          type: 'restated',
          orderId: order.id,
          time,
          quantity: order.filledQuantity + outcome.remaining,
          ...(limitPrice === 0 ? {} : { limitPrice }),
          ...(stopPrice === 0 ? {} : { stopPrice }),
          reason: actionNote(dated),
        },
        order,
      );
    }
  }
  exchange.book.symbol(symbolId).compact();
}

function entryOf(accountId: string, account: LedgerAccount, amount: Money, symbolId = -1): LedgerEntry {
  return { accountId, account, symbolId, amount, quantity: 0 };
}
