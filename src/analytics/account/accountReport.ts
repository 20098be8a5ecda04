/** Makes a daily or weekly report from what was kept of an account's sessions. */
import { newYorkDate } from '../../calendar/newYorkTime.js';
import { formatDate } from '../../calendar/tradingDate.js';
import type {
  KeptActivity,
  KeptOrder,
  KeptPoint,
  KeptProgramAccount,
  KeptSession,
} from '../../domain/accountReports.js';
import { isTerminal } from '../../domain/orderState.js';
import { DENIAL_REASONS, REJECTION_REASONS } from '../../domain/refusals.js';
import { DOLLAR, formatDecimal, parseDecimal, SHARE } from '../../domain/units.js';
import type { Money } from '../../domain/units.js';
import { required } from '../../utils/assert.js';
import { fallsBelowPeak } from '../drawdowns.js';
import { valueOf } from '../figure.js';
import { plural } from '../figureText.js';
import type { TradeDocument } from '../tradeDocument.js';
import { TradeGroup } from '../TradeGroup.js';
import type {
  AccountReport,
  ReportDay,
  ReportGroup,
  ReportPeriod,
  ReportProgram,
  UnfilledOrder,
} from './accountReportTypes.js';
import { ACCOUNT_REPORT_VERSION } from './accountReportTypes.js';
import { answersOf, touchedRules } from './touchedRules.js';

/** Trades, orders and answers that are listed at most, from the first on. */
export const MOST_LISTED = 500;

/** One session of a report. */
export interface SessionOfReport {
  readonly session: KeptSession;
  /** The account, if it is one of a program. */
  readonly program?: KeptProgramAccount | undefined;
  /** What the account was worth before it; undefined where nothing tells. */
  readonly startEquity: Money | undefined;
  readonly activity: KeptActivity;
  /** Closed ones, in the order in which they were closed. */
  readonly trades: readonly TradeDocument[];
}

/** What a report is made from. */
export interface AccountReportInput {
  readonly period: ReportPeriod;
  readonly from: string;
  readonly to: string;
  /** One or more, oldest first, of one account, one a day. */
  readonly sessions: readonly SessionOfReport[];
  /** Names of other sessions of these days. */
  readonly left: readonly string[];
}

/** See the module header. */
export function accountReport({ period, from, to, sessions, left }: AccountReportInput): AccountReport {
  const first = required(sessions[0], 'a session');
  const last = required(sessions.at(-1), 'a session');
  const { config } = last.session;
  const { program } = last;
  const days = sessions.map(dayOf);
  const points = sessions.flatMap(({ activity }) => activity.points);
  const equity = points.map((point) => point.equity / DOLLAR);
  const exposure = points.map((point) => (point.equity > 0 ? (point.equity - point.cash) / point.equity : 0));
  const trades = sessions.flatMap((session) => session.trades);
  const unfilled = sessions.flatMap(unfilledOf);
  const answers = sessions.flatMap(({ session, activity }) => answersOf(session.sessionId, activity));
  const start = first.startEquity;
  const falls = fallsBelowPeak(Float64Array.from(withoutFlows(points)), start ?? -Infinity);
  const sum = (of: (activity: KeptActivity) => number): number =>
    sessions.reduce((total, { activity }) => total + of(activity), 0);
  const feesByKind = new Map<string, number>();
  for (const { activity } of sessions) {
    for (const { kind, amount } of activity.fees) feesByKind.set(kind, (feesByKind.get(kind) ?? 0) + amount);
  }
  return {
    format: 'papertape-account-report',
    version: ACCOUNT_REPORT_VERSION,
    period,
    from,
    to,
    accountId: program?.accountId ?? config.accountId,
    feed: config.feed,
    coverage: config.coverage ?? null,
    broker: config.broker === undefined || program !== undefined ? 'paper' : config.broker.name,
    preset: program?.preset ?? config.preset,
    feePlan: program?.feePlan ?? config.feePlan,
    limits: program === undefined ? Object.fromEntries(Object.entries(config.limits)) : {},
    program: program === undefined ? null : programOf(program),
    warnings: warningsOf(sessions, days, left),
    summary: {
      startEquity: dollars(start),
      endEquity: dollars(points.at(-1)?.equity),
      ...changeOf(start, points),
      flows: dollarsOf(flowsOf(points)),
      tradesProfit: dollarsOf(trades.reduce((total, trade) => total + moneyOf(trade.pnl), 0)),
      fees: dollarsOf(sum(feesOf)),
      maxDrawdown: falls.reduce((deepest, fall) => Math.max(deepest, -(fall || 0)), 0),
      trades: trades.length,
      fills: sum(({ fills }) => fills),
      traded: dollarsOf(sum(({ traded }) => traded)),
      orders: sum(({ orders }) => orders.length),
      unfilledOrders: unfilled.length,
      ordersDenied: answers.filter(({ outcome }) => outcome === 'deny').length,
    },
    days,
    equity: {
      time: points.map(({ time }) => time),
      equity,
      exposure,
      drawdown: Array.from(falls, (fall) => (Number.isNaN(fall) ? null : fall)),
    },
    exposure: {
      mean: exposure.length === 0 ? 0 : exposure.reduce((total, value) => total + value, 0) / exposure.length,
      highest: exposure.reduce((a, b) => Math.max(a, b), 0),
      lowest: exposure.reduce((a, b) => Math.min(a, b), 0),
      last: exposure.at(-1) ?? 0,
    },
    positions: last.activity.positions.map(({ owner, symbol, quantity, averagePrice, openedAt }) => ({
      owner,
      symbol,
      quantity: formatDecimal(quantity, SHARE, 0),
      averagePrice: formatDecimal(averagePrice, config.priceScale),
      openedAt,
    })),
    figures: groupOf(trades).figures,
    byStrategy: groupsBy(trades, ({ owner }) => owner),
    bySymbol: groupsBy(trades, ({ symbol }) => symbol),
    trades: { count: trades.length, listed: trades.slice(0, MOST_LISTED) },
    fees: [...feesByKind].map(([kind, amount]) => ({ kind, amount: dollarsOf(amount) })),
    bookings: dollarsOf(
      sum(({ cash }) => cash.reduce((total, { amount, ofFill }) => total + (ofFill ? 0 : amount), 0)),
    ),
    unfilled: { count: unfilled.length, listed: unfilled.slice(0, MOST_LISTED) },
    rules: { touched: touchedRules(answers), count: answers.length, listed: answers.slice(0, MOST_LISTED) },
    bookingsByKind: bookedKinds(sessions.flatMap(({ activity }) => activity.cash)),
    // It stops the engine's orders alone.
    killSwitch: program === undefined ? (last.session.killSwitch ?? null) : null,
  };
}

function dayOf({ session, startEquity, activity, trades }: SessionOfReport): ReportDay {
  const { points } = activity;
  return {
    date: formatDate(newYorkDate(session.startedAt)),
    sessionId: session.sessionId,
    startEquity: dollars(startEquity),
    endEquity: dollars(points.at(-1)?.equity),
    ...changeOf(startEquity, points),
    trades: trades.length,
    fees: dollarsOf(feesOf(activity)),
  };
}

/** Orders that ended without being filled whole; of a group of legs one is always canceled, which missed nothing. */
function unfilledOf({ session, activity }: SessionOfReport): readonly UnfilledOrder[] {
  const { sessionId, config } = session;
  const price = (value: number | null): string | null =>
    value === null ? null : formatDecimal(value, config.priceScale);
  return activity.orders.filter(isUnfilled).map((order) => ({
    sessionId,
    orderId: order.orderId,
    time: order.createdAt,
    owner: order.owner,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    quantity: formatDecimal(order.quantity, SHARE, 0),
    notional: order.notional === null ? null : dollarsOf(order.notional),
    filledQuantity: formatDecimal(order.filledQuantity, SHARE, 0),
    limitPrice: price(order.limitPrice),
    stopPrice: price(order.stopPrice),
    status: order.status,
    statusReason: sentenceOf(order.statusReason),
    reason: order.reason,
  }));
}

function isUnfilled({ status, role }: KeptOrder): boolean {
  if (!isTerminal(status)) return true;
  if (status === 'canceled') return role === null;
  return status === 'expired' || status === 'rejected';
}

/** What a code says; whatever else a venue said, as it is. */
function sentenceOf(reason: string | null): string {
  if (reason === null) return '';
  const known: Readonly<Record<string, string>> = { ...DENIAL_REASONS, ...REJECTION_REASONS };
  return Object.hasOwn(known, reason) ? (known[reason] ?? reason) : reason;
}

function warningsOf(
  sessions: readonly SessionOfReport[],
  days: readonly ReportDay[],
  left: readonly string[],
): readonly string[] {
  const warnings: string[] = [];
  if (left.length > 0) {
    const verb = left.length === 1 ? 'is' : 'are';
    const others = plural(left.length, 'other session');
    warnings.push(`There ${verb} ${others} of these days, left out here: ${left.join(', ')}.`);
  }
  for (const { date, sessionId, startEquity, endEquity } of days) {
    if (endEquity === null) warnings.push(`Nothing was kept of what the account was worth in ${sessionId}.`);
    else if (startEquity === null) {
      warnings.push(`What ${sessionId} began with on ${date} is not known: the session before it is not kept here.`);
    }
  }
  for (const [index, { session, startEquity }] of sessions.entries()) {
    const before = sessions[index - 1]?.activity.points.at(-1)?.equity;
    if (before === undefined || startEquity === undefined || before === startEquity) continue;
    warnings.push(`${session.sessionId} did not go on from the session before: it began with other money.`);
  }
  return warnings;
}

/** What came from outside is no profit. */
function changeOf(
  start: Money | undefined,
  points: readonly KeptPoint[],
): { readonly profit: string | null; readonly return: number | null } {
  const end = points.at(-1);
  const grown = withoutFlows(points).at(-1);
  if (start === undefined || end === undefined || grown === undefined) return { profit: null, return: null };
  return { profit: dollarsOf(end.equity - start - flowsOf(points)), return: start > 0 ? grown / start - 1 : null };
}

function flowsOf(points: readonly KeptPoint[]): Money {
  return points.reduce((sum, { flow = 0 }) => sum + flow, 0);
}

/**
 * Equity as it would have gone on, in proportion, had nothing come from outside: the time-weighted course, from which
 * returns and falls are taken. Without flows it is equity itself; what had lost all stays so, whatever comes after.
 */
function withoutFlows(points: readonly KeptPoint[]): readonly number[] {
  let factor = 1;
  return points.map(({ equity, flow = 0 }) => {
    if (flow !== 0 && equity > 0) factor *= Math.max(0, equity - flow) / equity;
    return equity * factor;
  });
}

/** Cash that moved beside trades, by why; the largest movement first. */
function bookedKinds(cash: KeptActivity['cash']): AccountReport['bookingsByKind'] {
  const kinds = new Map<string, Money>();
  for (const { amount, ofFill, booking } of cash) {
    if (ofFill || amount === 0) continue;
    const kind = booking ?? 'other';
    kinds.set(kind, (kinds.get(kind) ?? 0) + amount);
  }
  return [...kinds]
    .toSorted(([a, one], [b, other]) => Math.abs(other) - Math.abs(one) || (a < b ? -1 : 1))
    .map(([kind, amount]) => ({ kind, amount: dollarsOf(amount) }));
}

function programOf({
  owner,
  kind,
  startingCash,
  openedAt,
  carriedEquity,
  closedAt,
}: KeptProgramAccount): ReportProgram {
  return {
    owner,
    kind,
    startingCash: dollarsOf(startingCash),
    openedAt: carriedEquity === null ? openedAt : null,
    closedAt,
  };
}

function groupsBy(trades: readonly TradeDocument[], keyOf: (trade: TradeDocument) => string): readonly ReportGroup[] {
  const groups = new Map<string, TradeDocument[]>();
  for (const trade of trades) {
    const known = groups.get(keyOf(trade));
    if (known === undefined) groups.set(keyOf(trade), [trade]);
    else known.push(trade);
  }
  return Array.from(groups, ([key, own]) => ({ key, figures: groupOf(own).figures }));
}

function groupOf(trades: readonly TradeDocument[]): TradeGroup {
  const group = new TradeGroup();
  for (const trade of trades) {
    group.add({
      entryTime: trade.entryTime,
      exitTime: trade.exitTime ?? trade.entryTime,
      pnl: moneyOf(trade.pnl) / DOLLAR,
      returnFraction: valueOf(trade.returnFraction),
      rMultiple: trade.rMultiple,
      maxAdverse: trade.maxAdverse,
      maxFavourable: trade.maxFavourable,
    });
  }
  return group;
}

function feesOf({ fees }: KeptActivity): Money {
  return fees.reduce((total, { amount }) => total + amount, 0);
}

function moneyOf(text: string): Money {
  return required(parseDecimal(text, DOLLAR), 'an amount of money');
}

function dollarsOf(money: Money): string {
  return formatDecimal(money, DOLLAR);
}

function dollars(money: Money | undefined): string | null {
  return money === undefined ? null : dollarsOf(money);
}
