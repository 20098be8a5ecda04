/**
 * Performance and trade log of a finished backtest: its events and its market once more in their order, through what a
 * live session feeds as it goes. Derived when it is asked for, so that a run itself costs nothing more.
 */
import type { MarketBatch } from '../domain/marketTables.js';
import type { Order } from '../domain/order.js';
import type { Micros } from '../domain/units.js';
import { DOLLAR } from '../domain/units.js';
import type { AccountBooking } from '../domain/venueEvents.js';
import { idNumber } from '../utils/idNumber.js';
import { AccountAnalysis } from './AccountAnalysis.js';
import type { AccountAnalysisOptions } from './AccountAnalysis.js';
import type { OrderMoment } from './BacktestRecorder.js';
import { EventLine } from './EventLine.js';
import type { FillLog } from './FillLog.js';
import { emptyFillRow } from './FillRow.js';
import { sliceMarket } from './marketSlices.js';
import type { EquityCurve } from './returns.js';
import type { SignalLog } from './SignalLog.js';
import type { MeasuredTrade } from './TradeRecord.js';

/** Orders in their final states, oldest first; those that are asked for are made when they are. */
export interface RunOrders {
  readonly length: number;
  at(index: number): Order;
  createdAt(index: number): Micros;
  updatedAt(index: number): Micros;
  replaces(index: number): string | undefined;
}

/** What happened in a run, each list oldest first. */
export interface RunEvents {
  readonly market: MarketBatch;
  readonly orders: RunOrders;
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

/**
 * Puts the events through an analysis, in steps of some thousand rows; each yields which part of the market it has gone
 * through, up to 1. With `onTrade` the log forgets: each trade is told when it can change no more, at the latest at the
 * end, in the order in which they began, and is not to be found in the log. A run may have more trades and orders than
 * the memory holds with all that was measured of them.
 */
export function* analysisSteps(
  options: Omit<AccountAnalysisOptions, 'forgets'>,
  events: RunEvents,
  onTrade?: (trade: MeasuredTrade) => void,
): Generator<number, AccountAnalysis> {
  const analysis = new AccountAnalysis({ ...options, forgets: onTrade !== undefined });
  const { log } = analysis;
  const lines = linesOf(events, analysis);
  let told = 0;
  const tellTrades = (all: boolean): void => {
    if (onTrade === undefined) return;
    for (; told < log.count && (all || log.isSettled(told)); told += 1) {
      onTrade(log.measured(told));
      log.forget(told);
    }
  };
  const { market } = events;
  let rows = 0;
  let last = -Infinity;
  for (const slice of sliceMarket(market, SLICE_ROWS)) {
    analysis.observe(slice);
    for (const { time, length } of slice.tables) if (length > 0) last = Math.max(last, time[length - 1] ?? last);
    tellUntil(last, lines);
    log.settle(last);
    tellTrades(false);
    rows += slice.length;
    yield rows / market.length;
  }
  tellUntil(Infinity, lines);
  log.finish(last);
  tellTrades(true);
  return analysis;
}

/** One line for each kind of event. Kinds of one time come in their order. */
function linesOf(events: RunEvents, analysis: AccountAnalysis): readonly EventLine[] {
  const { orders, fills, signals, triggers, bookings, curve, benchmark } = events;
  const { log } = analysis;
  const created = byTime(orders.length, (index) => orders.createdAt(index));
  const ended = byTime(orders.length, (index) => orders.updatedAt(index));
  const replacements = new Map<number, Replacement>();
  // Exits name the last order of their entry, from the start.
  for (let place = 0; place < orders.length; place += 1) {
    const index = created[place] ?? 0;
    const replaces = orders.replaces(index);
    if (replaces === undefined) continue;
    const order = orders.at(index);
    log.noteReplacement(order);
    replacements.set(idNumber(order.id), { former: idNumber(replaces), createdAt: order.createdAt });
  }
  const row = emptyFillRow();
  const { time, equity } = curve;
  return [
    new EventLine(
      bookings.length,
      (index) => bookings[index]?.time ?? Infinity,
      (index) => {
        const booking = bookings[index];
        if (booking !== undefined) log.noteBooking(booking);
      },
    ),
    new EventLine(
      signals.length,
      (index) => signals.timeAt(index),
      (index) => {
        const answered = signals.answerAt(index);
        if (answered !== undefined) analysis.noteSignal(answered.signal, answered.decision, answered.orderId);
      },
    ),
    // Its final state would end it; it begins as it was when it was decided.
    new EventLine(
      created.length,
      (place) => orders.createdAt(created[place] ?? 0),
      (place) => analysis.noteOrder({ ...orders.at(created[place] ?? 0), status: 'submitted' }),
    ),
    momentLine(arrivalsOf(fills, replacements), fills.length, (orderId, at) => analysis.noteArrival(orderId, at)),
    momentLine(triggersOf(triggers, fills), triggers.length + fills.length, (orderId, at) => {
      analysis.noteTrigger(orderId, at);
    }),
    new EventLine(
      fills.length,
      (index) => fills.reportTimeAt(index),
      (index) => analysis.noteFill(fills.read(index, row)),
    ),
    new EventLine(
      ended.length,
      (place) => orders.updatedAt(ended[place] ?? 0),
      (place) => analysis.noteOrder(orders.at(ended[place] ?? 0)),
    ),
    new EventLine(
      time.length,
      (index) => time[index] ?? Infinity,
      (index) => {
        analysis.notePoint(time[index] ?? 0, Math.round((equity[index] ?? 0) * DOLLAR), benchmark?.[index]);
      },
    ),
  ];
}

function tellUntil(time: Micros, lines: readonly EventLine[]): void {
  for (;;) {
    let next: EventLine | undefined;
    let due = Infinity;
    for (const line of lines) {
      if (line.due < due) {
        next = line;
        ({ due } = line);
      }
    }
    if (next === undefined || due > time) return;
    next.take();
  }
}

/** The number of an order and a moment of it; 0 for none. */
type NumberedMoment = ReturnType<FillLog['arrivalAt']>;

/** An order that took the place of the one with the number `former`. */
interface Replacement {
  readonly former: number;
  readonly createdAt: Micros;
}

/**
 * When each order that filled had reached the venue, by the receipts. One that kept the place of another one has the
 * arrival of that, of before it was decided.
 */
function* arrivalsOf(fills: FillLog, replacements: ReadonlyMap<number, Replacement>): Generator<NumberedMoment> {
  for (let fill = 0; fill < fills.length; fill += 1) {
    const arrival = fills.arrivalAt(fill);
    const { time } = arrival;
    let { order } = arrival;
    let taken = replacements.get(order);
    while (taken !== undefined && time < taken.createdAt) {
      order = taken.former;
      taken = replacements.get(order);
    }
    yield { order, time };
  }
}

/** When stops were elected: those that were told, and those of fills, by the receipts. */
function* triggersOf(triggers: readonly OrderMoment[], fills: FillLog): Generator<NumberedMoment> {
  for (const { orderId, time } of triggers) yield { order: idNumber(orderId), time };
  for (let fill = 0; fill < fills.length; fill += 1) yield fills.triggerAt(fill);
}

/** The first moment of each order; there are at most so many. */
function momentLine(
  moments: Iterable<NumberedMoment>,
  most: number,
  note: (orderId: string, time: Micros) => void,
): EventLine {
  const seen = new Set<number>();
  const numbers = new Float64Array(most);
  const times = new Float64Array(most);
  let count = 0;
  for (const { order, time } of moments) {
    if (time <= 0 || seen.has(order)) continue;
    seen.add(order);
    numbers[count] = order;
    times[count] = time;
    count += 1;
  }
  const sequence = byTime(count, (index) => times[index] ?? 0);
  return new EventLine(
    count,
    (place) => times[sequence[place] ?? 0] ?? 0,
    (place) => {
      const index = sequence[place] ?? 0;
      note(`o-${numbers[index] ?? 0}`, times[index] ?? 0);
    },
  );
}

/** Indices from 0 by their times, those of one time as they are; they mostly ascend as they stand. */
function byTime(count: number, timeAt: (index: number) => Micros): Uint32Array {
  const sequence = new Uint32Array(count);
  let ascends = true;
  let before = -Infinity;
  for (let index = 0; index < count; index += 1) {
    sequence[index] = index;
    const time = timeAt(index);
    if (time < before) ascends = false;
    before = time;
  }
  return ascends ? sequence : sequence.sort((a, b) => timeAt(a) - timeAt(b) || a - b);
}
