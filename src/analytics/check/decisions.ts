/**
 * What a strategy decided in a run, as a list that can be compared with that of another run: its signals with what the
 * risk checks made of them, its direct orders, and what was canceled. Fills are the market's doing and no part of it.
 */
import type { Order } from '../../domain/order.js';
import type { Micros } from '../../domain/units.js';
import { formatDecimal, SHARE } from '../../domain/units.js';
import type { HistoryBacktestRun } from '../backtestHistory.js';
import type { HashFactory } from '../runIdentity.js';
import type { SignalRecord } from '../SignalLog.js';

/** One decision. */
export interface Decision {
  readonly time: Micros;
  readonly symbol: string;
  /** What was wanted, without sizes and prices: `enterLong`, `buy limit`, `cancel`. */
  readonly intent: string;
  /** All of it; equal decisions have equal texts. */
  readonly text: string;
}

/** Where two lists part; a side that decided nothing has no decision. */
export interface DecisionDifference {
  readonly time: Micros;
  readonly symbol: string;
  readonly before: string;
  readonly after: string;
}

/** Said where a run has no decision in the place of another's. */
const NOTHING = 'no decision';

/** All decisions of a run in order of time; those of one time in the order in which they were made. */
export function decisionsOf({ run, symbols }: HistoryBacktestRun): readonly Decision[] {
  const { priceScale } = run.config;
  const symbolOf = (id: number): string => symbols[id] ?? '';
  const decisions: Decision[] = [];
  for (let index = 0; index < run.signals.length; index += 1) {
    const record = run.signals.at(index);
    if (record !== undefined) decisions.push(signalDecision(record, symbolOf(record.signal.symbolId), priceScale));
  }
  for (const order of run.orders) {
    const symbol = symbolOf(order.symbolId);
    const what = orderText(order, priceScale);
    // An order that stands for a signal says nothing that the signal does not; its exits do.
    if (order.signalId === undefined || order.parentId !== undefined) {
      decisions.push({ time: order.createdAt, symbol, intent: `${order.side} ${order.type}`, text: what });
    }
    if (order.status === 'canceled') {
      decisions.push({ time: order.updatedAt, symbol, intent: 'cancel', text: `canceled: ${what}` });
    }
  }
  return decisions.sort((a, b) => a.time - b.time);
}

/** The first place where `after` is not `before`, looking at decisions up to and including `until`. */
export function firstDifference(
  before: readonly Decision[],
  after: readonly Decision[],
  until: Micros = Infinity,
): DecisionDifference | undefined {
  for (let index = 0; ; index += 1) {
    const one = upTo(before[index], until);
    const other = upTo(after[index], until);
    if (one === undefined && other === undefined) return undefined;
    if (one !== undefined && one.text === other?.text && one.time === other.time && one.symbol === other.symbol)
      continue;
    const earlier = other === undefined || (one !== undefined && one.time <= other.time) ? one : other;
    const at = earlier?.time ?? 0;
    // A decision that comes later is not the other one's counterpart.
    return {
      time: at,
      symbol: earlier?.symbol ?? '',
      before: one?.time === at ? one.text : NOTHING,
      after: other?.time === at ? other.text : NOTHING,
    };
  }
}

/** SHA-256 over decisions; equal lists have equal hashes on every machine. */
export function hashDecisions(decisions: readonly Decision[], createHash: HashFactory): string {
  const hash = createHash();
  for (const { time, symbol, text } of decisions) hash.update(`${time} ${symbol} ${text}\n`);
  return hash.digest('hex');
}

function upTo(decision: Decision | undefined, until: Micros): Decision | undefined {
  return decision === undefined || decision.time > until ? undefined : decision;
}

function signalDecision({ signal, decision }: SignalRecord, symbol: string, scale: number): Decision {
  const { intent, target, limitPrice, stopPrice, orderType, timeInForce, reason, time } = signal;
  const parts = [
    intent,
    target === undefined ? '' : `${target.kind} ${target.value}`,
    `${orderType} ${timeInForce}`,
    limitPrice === undefined ? '' : `limit ${formatDecimal(limitPrice, scale)}`,
    stopPrice === undefined ? '' : `stop ${formatDecimal(stopPrice, scale)}`,
    decision.outcome === 'deny'
      ? `denied (${decision.reason ?? 'no reason'})`
      : `${formatDecimal(Math.abs(decision.quantity), SHARE, 0)} shares`,
    `“${reason}”`,
  ];
  return { time, symbol, intent, text: parts.filter((part) => part !== '').join(', ') };
}

function orderText(order: Order, scale: number): string {
  const { side, type, timeInForce, quantity, limitPrice, stopPrice, trail, reason, parentId } = order;
  const parts = [
    // Exits are as large as what their entry came to, which is the market's doing.
    parentId === undefined ? `${side} ${formatDecimal(quantity, SHARE, 0)} shares` : `${side} all`,
    `${type} ${timeInForce}`,
    limitPrice === undefined ? '' : `limit ${formatDecimal(limitPrice, scale)}`,
    stopPrice === undefined ? '' : `stop ${formatDecimal(stopPrice, scale)}`,
    trail === undefined ? '' : `trail ${trail.kind === 'price' ? trail.amount : trail.ppm} ${trail.kind}`,
    `“${reason}”`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
