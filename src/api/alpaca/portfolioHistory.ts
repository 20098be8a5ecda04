/**
 * `GET /v2/account/portfolio/history`: the account's value over time, from its ledger and the market's bars.
 *
 * A point is labelled by the start of its window and valued at the window's end (or now): cash of that moment plus
 * every position at the last price known then. Windows lie on the clock within the reported hours of trading days; the
 * daily one ends at the close. Profit leaves out money that was paid in or taken out.
 */
import { newYorkDate, newYorkMicrosOfDay } from '../../calendar/newYorkTime.js';
import { previousSession, sessionOf, sessionsBetween } from '../../calendar/sessions.js';
import { FIRST_DATE } from '../../calendar/TradingCalendar.js';
import type { Session } from '../../calendar/TradingCalendar.js';
import { civilOf, dateOf, formatDate } from '../../calendar/tradingDate.js';
import { DAY, HOUR, MINUTE } from '../../domain/timeframe.js';
import { DOLLAR, notional } from '../../domain/units.js';
import type { Micros, Money, Price, Quantity } from '../../domain/units.js';
import { invalid } from './alpacaError.js';
import type { AlpacaDesk } from './AlpacaDesk.js';
import type { AccountStep } from './model/AccountHistory.js';
import { booleanField, choiceField, listField, textField, timeField, withinCalendar } from './requestFields.js';
import type { Fields } from './requestFields.js';

const FRAMES = { '1min': MINUTE, '5min': 5 * MINUTE, '15min': 15 * MINUTE, '1h': HOUR, '1d': DAY } as const;
const NAMES = { '1min': '1Min', '5min': '5Min', '15min': '15Min', '1h': '1H', '1d': '1D' } as const;
type Frame = keyof typeof FRAMES;
/** Periods of fewer days are shown in minutes, and in quarter hours, if nothing is said. */
const MINUTE_DAYS = 7;
const INTRADAY_DAYS = 30;

/** One window: where it starts (its label) and the moment it is valued at. */
export interface HistoryWindow {
  readonly label: Micros;
  readonly valuedAt: Micros;
}

/** A price and since when it is known. */
export interface PricePoint {
  readonly time: Micros;
  readonly price: Price;
}

/** The last price of a symbol at or before a time; undefined if there was none. */
export type PriceAt = (symbolId: number, time: Micros) => PricePoint | undefined;

/** The value at each window's end. */
export interface ValuedWindow {
  readonly label: Micros;
  readonly equity: Money;
  /** Money paid in or taken out since the account was opened. */
  readonly flow: Money;
}

/** Reads the query, values the windows and writes the answer. */
export async function readPortfolioHistory(
  desk: AlpacaDesk,
  accountId: string,
  query: Fields,
): Promise<Record<string, unknown>> {
  const now = desk.venue.clock().time;
  const range = readRange(query, now);
  const frame = readFrame(query, range);
  const reporting = booleanField(query, 'extended_hours', false)
    ? 'extended_hours'
    : choiceField(
        query,
        'intraday_reporting',
        ['market_hours', 'extended_hours', 'continuous'] as const,
        'market_hours',
      );
  const reset = choiceField(query, 'pnl_reset', ['per_day', 'no_reset'] as const, 'per_day');
  const history = desk.model.account(accountId);
  const openedAt = history?.steps[0]?.time ?? now;
  const windows = windowsOf(frame, Math.max(range.from, dayStart(openedAt)), range.to, now, reporting).filter(
    ({ valuedAt }) => valuedAt >= openedAt,
  );
  const steps = history?.steps ?? [];
  const priceAt = await pricesOf(desk, steps, windows, now);
  const scale = desk.facts.session.priceScale;
  const points = valueWindows(steps, windows, priceAt, scale);
  const before = valueAt(steps, Math.max(range.from, openedAt), priceAt, scale);
  const cashflow = cashflowOf(desk, accountId, query, windows);
  return {
    ...profitOf(points, before, frame === '1d', reset),
    ...baseOf(range.from, before),
    ...cashflow,
    timeframe: NAMES[frame],
  };
}

function baseOf(from: Micros, before: { readonly equity: Money }): Record<string, unknown> {
  return { base_value: dollars(before.equity), base_value_asof: formatDate(previousSession(newYorkDate(from)).date) };
}

interface Range {
  readonly from: Micros;
  readonly to: Micros;
  readonly days: number;
}

function readRange(query: Fields, now: Micros): Range {
  const period = textField(query, 'period');
  const start = timeField(query, 'start');
  const end = timeField(query, 'end', true) ?? timeField(query, 'date_end', true);
  if (period !== undefined && start !== undefined && end !== undefined) {
    throw invalid('only two of start, end and period can be specified');
  }
  if (start !== undefined && end !== undefined) {
    if (end < start) throw invalid('end should not be before start');
    return span(start, end);
  }
  if (start !== undefined && period === undefined) return span(start, now);
  const asked = readPeriod(period ?? '1M');
  const days = asked.count * DAYS_OF_UNIT[asked.unit];
  if (start !== undefined) return { ...span(start, Math.min(now, moved(start, asked, 1))), days };
  const to = end ?? now;
  return { ...span(moved(to, asked, -1), to), days };
}

function span(from: Micros, to: Micros): Range {
  return { from: withinCalendar(from), to, days: (to - from) / DAY };
}

/** What a unit counts as where a period is compared with a number of days. */
const DAYS_OF_UNIT = { D: 1, W: 7, M: 30, A: 365 } as const;

interface Period {
  readonly count: number;
  readonly unit: keyof typeof DAYS_OF_UNIT;
}

function readPeriod(text: string): Period {
  const match = /^(\d{1,4})([DWMA])$/i.exec(text);
  const count = Number(match?.[1]);
  if (match === null || count < 1) throw invalid('invalid period');
  return { count, unit: (match[2] ?? 'D').toUpperCase() as Period['unit'] };
}

/** A day means one trading day: the one that `time` lies in, and those before it. */
function moved(time: Micros, { count, unit }: Period, direction: 1 | -1): Micros {
  const date = newYorkDate(time);
  if (unit === 'D' && direction < 0) {
    let session = sessionOf(date) ?? previousSession(date);
    for (let i = 1; i < count && session.date > FIRST_DATE + 7; i += 1) session = previousSession(session.date);
    return session.premarketOpen;
  }
  if (unit === 'D' || unit === 'W') return time + direction * count * (unit === 'W' ? 7 : 1) * DAY;
  const { year, month, day } = civilOf(date);
  const months = year * 12 + (month - 1) + direction * count * (unit === 'A' ? 12 : 1);
  const target = Math.min(day, 28);
  return time + (dateOf(Math.floor(months / 12), (months % 12) + 1, target) + (day - target) - date) * DAY;
}

function readFrame(query: Fields, { days }: Range): Frame {
  const text = textField(query, 'timeframe')?.toLowerCase();
  if (text === undefined) return days < MINUTE_DAYS ? '1min' : days < INTRADAY_DAYS ? '15min' : '1d';
  const frame = (Object.keys(FRAMES) as Frame[]).find((one) => one === text);
  if (frame === undefined) throw invalid('invalid timeframe');
  // Thirty days up to now are a little more by the time that the question is here.
  if (frame !== '1d' && days > INTRADAY_DAYS + 1)
    throw invalid('only 1D timeframe is allowed for periods over 30 days');
  return frame;
}

function dayStart(time: Micros): Micros {
  return time - newYorkMicrosOfDay(time);
}

/** The windows from one time to another, ascending; none starts after `now`. */
export function windowsOf(
  frame: Frame,
  from: Micros,
  to: Micros,
  now: Micros,
  reporting: 'market_hours' | 'extended_hours' | 'continuous',
): readonly HistoryWindow[] {
  const windows: HistoryWindow[] = [];
  const length = FRAMES[frame];
  const last = Math.min(to, now);
  if (last < from) return [];
  for (const session of sessionsBetween(newYorkDate(from), newYorkDate(last))) {
    const { start, end } = hoursOf(session, reporting);
    if (frame === '1d') {
      const label = reporting === 'market_hours' ? session.open : end;
      const begun = now >= start;
      if (begun && session.close >= from && start <= last) windows.push({ label, valuedAt: Math.min(end, now) });
      continue;
    }
    const anchor = dayStart(start);
    for (let label = anchor + Math.ceil((start - anchor) / length) * length; label < end; label += length) {
      if (label + length <= from || label > last) continue;
      windows.push({ label, valuedAt: Math.min(label + length, now) - (label + length <= now ? 1 : 0) });
    }
  }
  return windows;
}

function hoursOf(session: Session, reporting: string): { readonly start: Micros; readonly end: Micros } {
  if (reporting === 'market_hours') return { start: session.open, end: session.close };
  if (reporting === 'extended_hours') return { start: session.premarketOpen, end: session.afterHoursClose };
  return { start: session.premarketOpen, end: dayStart(session.open) + 22 * HOUR };
}

/** Values the account at each window's end in one pass over its steps. */
export function valueWindows(
  steps: readonly AccountStep[],
  windows: readonly HistoryWindow[],
  priceAt: PriceAt,
  scale: number,
): readonly ValuedWindow[] {
  return windows.map(({ label, valuedAt }) => ({ label, ...valueAt(steps, valuedAt, priceAt, scale) }));
}

/** The account's value at a time: cash, and every position at its last price, be it of the market or a fill's. */
export function valueAt(
  steps: readonly AccountStep[],
  time: Micros,
  priceAt: PriceAt,
  scale: number,
): { readonly equity: Money; readonly flow: Money } {
  let cash: Money = 0;
  let flow: Money = 0;
  const positions = new Map<number, Quantity>();
  const paid = new Map<number, PricePoint>();
  const equityAt = (moment: Micros): Money => {
    let equity = cash;
    for (const [symbolId, quantity] of positions) {
      if (quantity === 0) continue;
      const [market, own] = [priceAt(symbolId, moment), paid.get(symbolId)];
      const isOwnLater = own !== undefined && (market === undefined || own.time > market.time);
      equity += notional((isOwnLater ? own : market)?.price ?? 0, quantity, scale);
    }
    return equity;
  };
  for (const step of steps) {
    if (step.time > time) break;
    if (step.ends === true) {
      flow -= equityAt(step.time);
      cash = 0;
      positions.clear();
    }
    cash += step.cash;
    flow += step.flow;
    if (step.symbolId < 0) continue;
    positions.set(step.symbolId, (positions.get(step.symbolId) ?? 0) + step.quantity);
    if (step.price !== undefined) paid.set(step.symbolId, { time: step.time, price: step.price });
  }
  return { equity: equityAt(time), flow };
}

/** Reads the bars of every symbol that was held, and finds prices in them. */
async function pricesOf(
  desk: AlpacaDesk,
  steps: readonly AccountStep[],
  windows: readonly HistoryWindow[],
  now: Micros,
): Promise<PriceAt> {
  const first = windows[0];
  const known = new Map<number, readonly PricePoint[]>();
  const held = new Set(steps.flatMap(({ symbolId }) => (symbolId < 0 ? [] : [symbolId])));
  for (const symbolId of held) {
    const from = first === undefined ? now : first.label - 7 * DAY;
    // Of days before the session that no history knows, the closing price at least.
    const points = desk.facts.closes(symbolId).filter(({ time }) => time >= from);
    if (desk.facts.isOfSession(symbolId)) {
      const bars = await desk.venue.bars({ symbolId, base: '1m', from, to: now, adjust: 'raw' });
      // A minute is known when it is over; the forming one is what is known now.
      for (const { start, close } of bars) points.push({ time: Math.min(start + MINUTE, now), price: close });
      points.sort((a, b) => a.time - b.time);
    }
    known.set(symbolId, points);
  }
  return (symbolId, time) => {
    const points = known.get(symbolId) ?? [];
    let low = 0;
    let high = points.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((points[middle]?.time ?? Infinity) <= time) low = middle + 1;
      else high = middle;
    }
    return points[low - 1];
  };
}

/**
 * Profit of each point. Per day: daily points against the point before, intraday ones against the last point of the
 * day before; otherwise against the base. What was paid in or out in between is no profit.
 */
export function profitOf(
  points: readonly ValuedWindow[],
  base: Pick<ValuedWindow, 'equity' | 'flow'>,
  daily: boolean,
  reset: 'per_day' | 'no_reset',
): { timestamp: number[]; equity: number[]; profit_loss: number[]; profit_loss_pct: number[] } {
  const answer = {
    timestamp: [] as number[],
    equity: [] as number[],
    profit_loss: [] as number[],
    profit_loss_pct: [] as number[],
  };
  let reference = base.equity;
  let referenceFlow = base.flow;
  let previous: ValuedWindow | undefined;
  for (const point of points) {
    const newDay = previous !== undefined && newYorkDate(point.label) !== newYorkDate(previous.label);
    if (previous !== undefined && reset === 'per_day' && (daily || newDay)) {
      reference = previous.equity;
      referenceFlow = previous.flow;
    }
    const invested = reference + (point.flow - referenceFlow);
    const profit = point.equity - invested;
    answer.timestamp.push(Math.floor(point.label / 1_000_000));
    answer.equity.push(dollars(point.equity));
    answer.profit_loss.push(dollars(profit));
    answer.profit_loss_pct.push(invested === 0 ? 0 : Math.round((profit / invested) * 10_000) / 10_000);
    previous = point;
  }
  return answer;
}

/** Money by activity type and window, if it was asked for. */
function cashflowOf(
  desk: AlpacaDesk,
  accountId: string,
  query: Fields,
  windows: readonly HistoryWindow[],
): Record<string, unknown> {
  const types = listField(query, 'cashflow_types');
  if (types === undefined || types.includes('NONE')) return {};
  const sums: Record<string, number[]> = {};
  const codes = {
    deposit: 'CSD',
    dividendPaid: 'DIV',
    interest: 'INT',
    borrowFee: 'FEE',
    regulatoryFee: 'FEE',
  } as const;
  for (const activity of desk.model.account(accountId)?.activities ?? []) {
    if (activity.kind !== 'booked' || !(activity.booking in codes)) continue;
    const code = codes[activity.booking as keyof typeof codes];
    if (!types.includes('ALL') && !types.includes(code)) continue;
    const index = windows.findIndex(({ valuedAt }) => activity.time <= valuedAt);
    if (index < 0) continue;
    const row = (sums[code] ??= windows.map(() => 0));
    row[index] = (row[index] ?? 0) + dollars(activity.amount);
  }
  return { cashflow: sums };
}

function dollars(money: Money): number {
  return money / DOLLAR;
}
