/**
 * Performance and trade log of a finished backtest: its events and its market once more in their order, through what a
 * live session feeds as it goes. Derived when it is asked for, so that a run itself costs nothing more.
 */
import type { MarketBatch } from '../domain/marketTables.js';
import type { Order } from '../domain/order.js';
import type { Micros } from '../domain/units.js';
import type { AccountBooking } from '../domain/venueEvents.js';
import { DOLLAR } from '../domain/units.js';
import { AccountAnalysis } from './AccountAnalysis.js';
import type { AccountAnalysisOptions } from './AccountAnalysis.js';
import type { FillLog } from './FillLog.js';
import { emptyFillRow } from './FillRow.js';
import { sliceMarket } from './marketSlices.js';
import type { EquityCurve } from './returns.js';
import type { SignalLog } from './SignalLog.js';

/** What happened in a run, each list oldest first. */
export interface RunEvents {
  readonly market: MarketBatch;
  /** In their final states. */
  readonly orders: readonly Order[];
  readonly fills: FillLog;
  readonly signals: SignalLog;
  /** What was booked beside trades: splits change what is open. */
  readonly bookings: readonly AccountBooking[];
  /** Dollars. */
  readonly curve: EquityCurve;
  /** Dollars of a benchmark that is not in the market, at each point of the curve; NaN before it has a price. */
  readonly benchmark?: Float64Array | undefined;
}

/** Rows between two settlements. */
const SLICE_ROWS = 50_000;

/** One kind of event: when the next one happened, and what to do about it. Kinds of one time come in list order. */
interface Line {
  readonly peek: () => Micros;
  readonly take: () => void;
}

/** Puts the events through an analysis. */
export function analyseRun(options: AccountAnalysisOptions, events: RunEvents): AccountAnalysis {
  const { market, orders, fills, signals, bookings, curve, benchmark } = events;
  const analysis = new AccountAnalysis(options);
  const created = orders.toSorted((a, b) => a.createdAt - b.createdAt);
  const ended = orders.toSorted((a, b) => a.updatedAt - b.updatedAt);
  const arrivals = arrivalsOf(fills);
  // Exits name the last order of their entry, from the start.
  for (const order of created) analysis.log.noteReplacement(order);
  const lines: readonly Line[] = [
    line(
      bookings,
      ({ time }) => time,
      (booking) => analysis.log.noteBooking(booking),
    ),
    signalLine(signals, analysis),
    // Its final state would end it; it begins as it was when it was decided.
    line(
      created,
      (order) => order.createdAt,
      (order) => analysis.noteOrder({ ...order, status: 'submitted' }),
    ),
    line(
      arrivals,
      ([, time]) => time,
      ([orderId, time]) => analysis.noteArrival(orderId, time),
    ),
    fillLine(fills, analysis),
    line(
      ended,
      (order) => order.updatedAt,
      (order) => analysis.noteOrder(order),
    ),
    pointLine(curve, benchmark, analysis),
  ];
  let last = -Infinity;
  for (const slice of sliceMarket(market, SLICE_ROWS)) {
    analysis.observe(slice);
    for (const { time, length } of slice.tables) if (length > 0) last = Math.max(last, time[length - 1] ?? last);
    tellUntil(last, lines);
    analysis.log.settle(last);
  }
  tellUntil(Infinity, lines);
  analysis.log.finish(last);
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
  let next = signals.at(index);
  return {
    peek: () => next?.signal.time ?? Infinity,
    take: () => {
      if (next !== undefined) analysis.noteSignal(next.signal, next.decision, next.orderId);
      index += 1;
      next = signals.at(index);
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

/** When each order that filled had reached the venue, by its receipts. */
function arrivalsOf(fills: FillLog): readonly (readonly [string, Micros])[] {
  const times = new Map<number, Micros>();
  for (let index = 0; index < fills.length; index += 1) {
    const { order, time } = fills.arrivalAt(index);
    if (!times.has(order)) times.set(order, time);
  }
  return Array.from(times, ([order, time]) => [`o-${order}`, time] as const).sort(([, a], [, b]) => a - b);
}
