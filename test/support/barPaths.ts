/**
 * The same run on every path that bars can take through the kernel, and markets to run on: minutes of several symbols
 * whose steps and volumes are given, so that strategies can take them as their script.
 */
import { createHash } from 'node:crypto';
import { Backtester, startOf } from '../../src/analytics/Backtester.js';
import type { BacktestSetup } from '../../src/analytics/Backtester.js';
import type { BacktestRun } from '../../src/analytics/BacktestRun.js';
import { nyse } from '../../src/calendar/sessions.js';
import { dateOf } from '../../src/calendar/tradingDate.js';
import type { BarTable } from '../../src/domain/marketTables.js';
import { createBarTable } from '../../src/domain/tables.js';
import { MINUTE } from '../../src/domain/timeframe.js';
import { RAW_PRICE_SCALE } from '../../src/domain/units.js';
import type { PaperVenue } from '../../src/exchange/PaperVenue.js';

const CENT = RAW_PRICE_SCALE / 100;

/** Rows in an order of their own, though it is the same one, take the long way; who listens, one between. */
export type Way = 'plain' | 'listening' | 'fast';

/** What a case says of its runs. */
export interface PathSetup extends Omit<
  BacktestSetup,
  'priceScale' | 'startTime' | 'engineVersion' | 'createHash' | 'onInstant'
> {
  /** Bars from before the run. */
  readonly warmUp?: BarTable;
  /** Called between two portions of rows. */
  readonly onPortion?: (backtester: Backtester) => void;
}

/** Runs on a table of bars; `onInstant` is called on the way for who listens. */
export function runOn(
  way: Way,
  table: BarTable,
  { warmUp, onPortion, ...setup }: PathSetup,
  onInstant: NonNullable<BacktestSetup['onInstant']> = () => undefined,
): { readonly backtester: Backtester; readonly run: BacktestRun } {
  const order = way === 'plain' ? new Uint8Array(table.length) : null;
  const market = { tables: [table], order, length: table.length };
  const backtester = new Backtester({
    ...setup,
    priceScale: RAW_PRICE_SCALE,
    startTime: startOf(market),
    engineVersion: 'test',
    createHash: () => createHash('sha256'),
    ...(way === 'listening' ? { onInstant } : {}),
  });
  if (warmUp !== undefined && warmUp.length > 0) backtester.warmUp(warmUp);
  const steps = backtester.steps(market);
  let step = steps.next();
  while (step.done !== true) {
    onPortion?.(backtester);
    step = steps.next();
  }
  return { backtester, run: step.value };
}

/** Everything that a run decided. */
export function decidedBy({ kernel, venue }: Backtester, run: BacktestRun): Record<string, unknown> {
  const { fills, orders, roundTrips, logs, bookings, strategies, curve, signals, ledgerHash } = run;
  const { inputSequence, decisionPoint, tracker } = kernel;
  return {
    place: [inputSequence, decisionPoint],
    fills,
    // The number and prefix of an id are no part of a record, and of the newest orders more is known.
    orders: orders.map((one) => ({ ...one, clientOrderNumber: 0, clientOrderPrefix: '', legs: [], begun: false })),
    ...{ roundTrips, logs, bookings, ledgerHash },
    positions: tracker.positions(),
    // Which calls led to an error differs from path to path.
    states: strategies.map(({ state, readyAt, error }) => [state, readyAt, error?.split('\n')[0]]),
    curve: [[...curve.time], [...curve.equity]],
    signals: Array.from({ length: signals.length }, (_, index) => signals.at(index)),
    denials: [...signals.denials],
    venue: stateOf(venue),
  };
}

/** What a venue holds, but for when its desk looks at margins next: without any to look at, that decides nothing. */
export function stateOf(venue: PaperVenue): unknown {
  const state = venue.snapshot() as { readonly desk?: object };
  return state.desk === undefined ? state : { ...state, desk: { ...state.desk, nextCheck: undefined } };
}

/** A minute: the step of the first symbol's close, and a number that decides all else. */
export type MinuteRow = readonly [step: number, chance: number];

/** What minutes are like; prices in cents. */
export interface MinuteTerms {
  readonly symbols: number;
  readonly firstClose: number;
  readonly leastClose: number;
  /** What a step is of the price, in thousandths. */
  readonly scale: number;
  /** When the first bar of a session begins, after its open; in minutes, also negative. */
  readonly from: number;
  /** Whether minutes, and bars of all symbols but the first, are missing, and of a day's middle all but the end. */
  readonly hasHoles: boolean;
}

/** Minutes of the symbols in turn; the closes of each go by steps of its own. Volumes are the numbers that decide. */
export function minutesOf(rows: readonly MinuteRow[], terms: MinuteTerms): BarTable {
  const { symbols, firstClose, leastClose, scale, from, hasHoles } = terms;
  const table = createBarTable('1m', rows.length * symbols);
  const closes = Array.from({ length: symbols }, () => firstClose);
  let session = nyse.nextSession(dateOf(2024, 3, 1));
  let start = session.open + from * MINUTE;
  for (const [step, chance] of rows) {
    for (let id = 0; id < symbols; id += 1) {
      if (hasHoles && id > 0 && (chance + id) % 11 === 0) continue;
      const row = table.length;
      const own = id === 0 ? step : ((step * (id + 2)) % 30) * (chance % 2 === 0 ? 1 : -1);
      const open = closes[id] ?? 0;
      const close = Math.max(leastClose, Math.round(open * (1 + (own * scale) / 1000)));
      closes[id] = close;
      table.symbolId[row] = id;
      table.start[row] = start;
      table.time[row] = start + MINUTE;
      table.open[row] = open * CENT;
      table.close[row] = close * CENT;
      table.high[row] = (Math.max(open, close) + 1) * CENT;
      table.low[row] = Math.max(1, Math.min(open, close) - 1) * CENT;
      table.volume[row] = chance + id * 7;
      table.length += 1;
    }
    start += hasHoles && chance % 13 === 0 ? 3 * MINUTE : MINUTE;
    const isMiddle = start > session.open + 116 * MINUTE && start < session.close - 30 * MINUTE;
    if (hasHoles && isMiddle) start = session.close - 30 * MINUTE;
    if (start < session.close - from * MINUTE) continue;
    session = nyse.nextSession(session.date);
    start = session.open + from * MINUTE;
  }
  return table;
}
