/**
 * Performance and trade log of a finished backtest: its events and its market once more in their order, through what a
 * live session feeds as it goes. Derived when it is asked for, so that a run itself costs nothing more.
 */
import type { MarketBatch } from '../domain/marketTables.js';
import type { Order } from '../domain/order.js';
import type { Micros } from '../domain/units.js';
import type { AccountBooking } from '../domain/venueEvents.js';
import { DOLLAR } from '../domain/units.js';
import { idNumber } from '../utils/idNumber.js';
import { AccountAnalysis } from './AccountAnalysis.js';
import type { AccountAnalysisOptions } from './AccountAnalysis.js';
import type { OrderMoment } from './BacktestRecorder.js';
import type { FillLog } from './FillLog.js';
import { emptyFillRow } from './FillRow.js';
import { sliceMarket } from './marketSlices.js';
import type { EquityCurve } from './returns.js';
import type { SignalLog } from './SignalLog.js';
import type { MeasuredTrade } from './TradeRecord.js';

/** What happened in a run, each list oldest first. */
export interface RunEvents {
  readonly market: MarketBatch;
  /** In their final states. */
  readonly orders: readonly Order[];
  readonly fills: FillLog;
  readonly signals: SignalLog;
  /** Stops that were elected, whether or not they filled; those of fills are known by their receipts too. */
  readonly triggers: readonly OrderMoment[];
  /** What was booked beside trades: splits change what is open. */
  readonly bookings: readonly AccountBooking[];
  /** Dollars. */
  readonly curve: EquityCurve;
  /** Dollars of a benchmark that is not in the market, at each point of the curve; NaN before it has a price. */
  readonly benchmark?: Float64Array | undefined;
}

/** Rows between two settlements. */
const SLICE_ROWS = 5_000;

/** One kind of event: when the next one happened, and what to do about it. Kinds of one time come in list order. */
interface Line {
  readonly peek: () => Micros;
  readonly take: () => void;
}

/**
 * Puts the events through an analysis. With `onTrade` its log forgets: each trade is told when it can change no more,
 * at the latest at the end, in the order in which they began, and is not to be found in the log. A run may have more
 * trades and orders than the memory holds with all that was measured of them.
 */
export function analyseRun(
  options: Omit<AccountAnalysisOptions, 'forgets'>,
  events: RunEvents,
  onTrade?: (trade: MeasuredTrade) => void,
): AccountAnalysis {
  const { market, orders, fills, signals, triggers, bookings, curve, benchmark } = events;
  const analysis = new AccountAnalysis({ ...options, forgets: onTrade !== undefined });
  const { log } = analysis;
  const created = orders.toSorted((a, b) => a.createdAt - b.createdAt);
  const ended = orders.toSorted((a, b) => a.updatedAt - b.updatedAt);
  // Exits name the last order of their entry, from the start.
  for (const order of created) log.noteReplacement(order);
  const lines: readonly Line[] = [
    line(
      bookings,
      ({ time }) => time,
      (booking) => log.noteBooking(booking),
    ),
    signalLine(signals, analysis),
    // Its final state would end it; it begins as it was when it was decided.
    line(
      created,
      (order) => order.createdAt,
      (order) => analysis.noteOrder({ ...order, status: 'submitted' }),
    ),
    momentLine(arrivalsOf(fills), (orderId, time) => analysis.noteArrival(orderId, time)),
    momentLine(triggersOf(triggers, fills), (orderId, time) => analysis.noteTrigger(orderId, time)),
    fillLine(fills, analysis),
    line(
      ended,
      (order) => order.updatedAt,
      (order) => analysis.noteOrder(order),
    ),
    pointLine(curve, benchmark, analysis),
  ];
  let told = 0;
  const tellTrades = (all: boolean): void => {
    if (onTrade === undefined) return;
    for (; told < log.count && (all || log.isSettled(told)); told += 1) {
      onTrade(log.measured(told));
      log.forget(told);
    }
  };
  let last = -Infinity;
  for (const slice of sliceMarket(market, SLICE_ROWS)) {
    analysis.observe(slice);
    for (const { time, length } of slice.tables) if (length > 0) last = Math.max(last, time[length - 1] ?? last);
    tellUntil(last, lines);
    log.settle(last);
    tellTrades(false);
  }
  tellUntil(Infinity, lines);
  log.finish(last);
  tellTrades(true);
  return analysis;
}

function tellUntil(time: Micros, lines: readonly Line[]): void {
  for (;;) {
    let next: Line | undefined;
    let at = Infinity;
    for (const candidate of lines) {
      const due = candidate.peek();
      if (due < at) {
        at = due;
        next = candidate;
      }
    }
    if (next === undefined || at > time) return;
    next.take();
  }
}

function line<T>(list: readonly T[], timeOf: (value: T) => Micros, take: (value: T) => void): Line {
  let index = 0;
  return {
    peek: () => {
      const next = list[index];
      return next === undefined ? Infinity : timeOf(next);
    },
    take: () => {
      const next = list[index];
      index += 1;
      if (next !== undefined) take(next);
    },
  };
}

function signalLine(signals: SignalLog, analysis: AccountAnalysis): Line {
  let index = 0;
  let next = signals.answerAt(index);
  return {
    peek: () => next?.signal.time ?? Infinity,
    take: () => {
      if (next !== undefined) analysis.noteSignal(next.signal, next.decision, next.orderId);
      index += 1;
      next = signals.answerAt(index);
    },
  };
}

function fillLine(fills: FillLog, analysis: AccountAnalysis): Line {
  const row = emptyFillRow();
  let index = 0;
  return {
    peek: () => (index < fills.length ? fills.reportTimeAt(index) : Infinity),
    take: () => {
      analysis.noteFill(fills.read(index, row));
      index += 1;
    },
  };
}

function pointLine(
  { time, equity }: EquityCurve,
  benchmark: Float64Array | undefined,
  analysis: AccountAnalysis,
): Line {
  let index = 0;
  return {
    peek: () => time[index] ?? Infinity,
    take: () => {
      analysis.notePoint(time[index] ?? 0, Math.round((equity[index] ?? 0) * DOLLAR), benchmark?.[index]);
      index += 1;
    },
  };
}

/** The number of an order and a moment of it; 0 for none. */
type NumberedMoment = ReturnType<FillLog['arrivalAt']>;

/** When each order that filled had reached the venue, by the receipts. */
function* arrivalsOf(fills: FillLog): Generator<NumberedMoment> {
  for (let fill = 0; fill < fills.length; fill += 1) yield fills.arrivalAt(fill);
}

/** When stops were elected: those that were told, and those of fills, by the receipts. */
function* triggersOf(triggers: readonly OrderMoment[], fills: FillLog): Generator<NumberedMoment> {
  for (const { orderId, time } of triggers) yield { order: idNumber(orderId), time };
  for (let fill = 0; fill < fills.length; fill += 1) yield fills.triggerAt(fill);
}

/** The first moment of each order. */
function momentLine(moments: Iterable<NumberedMoment>, note: (orderId: string, time: Micros) => void): Line {
  const times = new Map<number, Micros>();
  for (const { order, time } of moments) if (time > 0 && !times.has(order)) times.set(order, time);
  const ordered = byTime(times);
  let index = 0;
  return {
    peek: () => ordered[index]?.[1] ?? Infinity,
    take: () => {
      const [order, time] = ordered[index] ?? [NaN, NaN];
      note(`o-${order}`, time);
      index += 1;
    },
  };
}

/** The entries by their times, those of one time as they are; they mostly ascend as they stand. */
function byTime(times: ReadonlyMap<number, Micros>): readonly (readonly [key: number, time: Micros])[] {
  const entries = [...times];
  const ascend = entries.every(([, time], index) => index === 0 || (entries[index - 1]?.[1] ?? 0) <= time);
  return ascend ? entries : entries.toSorted(([, a], [, b]) => a - b);
}
