/**
 * Whether an account on margin meets what it must keep (R18). Below the house requirement a call is made, to be met by
 * a date: two business days under the intraday standard, where small deficits are excused; one payment period under
 * the rules before. When the date passes, or equity falls below FINRA's own minimum, positions are closed by force.
 */
import { sessionOf } from '../../calendar/sessions.js';
import type { TradingDate } from '../../calendar/tradingDate.js';
import { formatDate } from '../../calendar/tradingDate.js';
import type { Micros } from '../../domain/units.js';
import type { Restriction } from '../../domain/venueEvents.js';
import { paymentDeadline } from '../rulebook/CashSettlement.js';
import { intradayDeficit } from '../rulebook/dayTrades.js';
import { dollars } from './doorChecks.js';
import { maintenanceOf } from './figures.js';
import type { VenueAccount } from './VenueAccount.js';

/** What is to be done about an account. */
export interface MarginVerdict {
  /** A standing that differs from the present one. */
  readonly change: { readonly restriction: Restriction; readonly reason: string } | undefined;
  /** When a call that is made must be met; 0 without one. */
  readonly callDue: Micros;
  readonly mustLiquidate: boolean;
}

/** Looks at an account at `now`. */
export function checkMargin(account: VenueAccount, now: Micros): MarginVerdict {
  const { restriction, book } = account;
  const { date } = account.day;
  const { equity } = book;
  const required = maintenanceOf(book, 'alpaca', date, account.exchange.priceScale);
  const isCalled = restriction === 'marginCall' || restriction === 'liquidationOnly';
  if (equity >= required) {
    const change = isCalled ? { restriction: 'none' as const, reason: 'the margin requirement is met' } : undefined;
    return { change, callDue: 0, mustLiquidate: false };
  }
  const least = maintenanceOf(book, 'finra', date, account.exchange.priceScale);
  const isOverdue = restriction === 'marginCall' && now >= account.callDue;
  if (equity < least || isOverdue || restriction === 'liquidationOnly') {
    const why = isOverdue ? 'the margin call was not met in time' : `equity is below the minimum of ${dollars(least)}`;
    const reason = `${why}: equity ${dollars(equity)}, required ${dollars(required)}; positions are closed`;
    const change = restriction === 'liquidationOnly' ? undefined : { restriction: 'liquidationOnly' as const, reason };
    return { change, callDue: 0, mustLiquidate: true };
  }
  if (restriction !== 'none') return { change: undefined, callDue: account.callDue, mustLiquidate: false };
  const deficit = intradayDeficit(equity, required, date);
  if (deficit?.isExcused === true) return { change: undefined, callDue: 0, mustLiquidate: false };
  const dueOn = deficit?.dueOn ?? paymentDeadline(date);
  const reason = `equity ${dollars(equity)} is below the required ${dollars(required)}; due ${formatDate(dueOn)}`;
  return { change: { restriction: 'marginCall', reason }, callDue: closeOf(dueOn, now), mustLiquidate: false };
}

/** The close of a trading day; a deadline that is none is over at once. */
function closeOf(date: TradingDate, now: Micros): Micros {
  return sessionOf(date)?.close ?? now;
}
