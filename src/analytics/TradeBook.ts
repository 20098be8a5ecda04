/**
 * One trade while it goes on: its fills and round trips, and how far its open result went. Prices and results here
 * are dollars in float64, for statistics; what is booked is exact.
 *
 * Excursions are those of the result before fees at every price that was seen: middles of quotes, last sales, the range
 * of bars. Of a bar in which a fill was decided the order of its prices is not known (M9): after an entry inside it
 * only the adverse extreme counts, before an exit inside it none; a fill at its open or close leaves no doubt.
 */
import { phaseAt } from '../calendar/sessions.js';
import type { SessionPhase } from '../calendar/TradingCalendar.js';
import { exitReasonOf } from '../domain/exitReason.js';
import type { Fill } from '../domain/fill.js';
import type { Side } from '../domain/order.js';
import type { RoundTrip } from '../domain/position.js';
import type { Micros, Money, Price, Quantity } from '../domain/units.js';
import { DOLLAR, mulDiv, notional, SHARE } from '../domain/units.js';
import { figure } from './figure.js';
import type { Figure } from './figure.js';
import type { FillMeasure } from './FillMeasure.js';
import type { MarketTrails } from './MarketTrails.js';
import type { OrderFacts } from './OrderFacts.js';
import { combined, signOf } from './tradeCosts.js';
import type { Benchmark, Shortfall } from './tradeCosts.js';
import type { Excursion, MeasuredTrade, TradeFill, TradeRecord, TradeSignal } from './TradeRecord.js';

/** A part of a fill. */
interface Part {
  readonly measure: FillMeasure;
  readonly role: 'entry' | 'exit';
  readonly quantity: Quantity;
  readonly fees: Money;
}

const AT_OPEN: ReadonlySet<string> = new Set(['bar-open', 'session-open', 'stop-gap']);
const AT_CLOSE: ReadonlySet<string> = new Set(['bar-close', 'session-close']);

/** What a trade came to. */
export type TradeResult = Pick<
  TradeRecord,
  | 'id'
  | 'owner'
  | 'symbolId'
  | 'side'
  | 'entryTime'
  | 'exitTime'
  | 'session'
  | 'pnl'
  | 'returnFraction'
  | 'initialRisk'
  | 'rMultiple'
  | 'excursion'
>;

const EARLIER = 'it was entered in an earlier session, whose log has this';

/** What a trade begins with. */
export interface TradeBeginning {
  readonly id: string;
  readonly owner: string;
  readonly symbolId: number;
  readonly side: Side;
  readonly time: Micros;
  readonly reason: string;
  readonly signal: TradeSignal | undefined;
  readonly priceScale: number;
}

/** See the module header. */
export class TradeBook {
  readonly begin: TradeBeginning;
  /** In the order of their first fills; a trade that is not flat for long may have very many. */
  readonly orders = new Set<OrderFacts>();
  readonly roundTrips: RoundTrip[] = [];
  readonly adjustments: string[] = [];
  /** Signed micro-shares that are open. */
  open: Quantity = 0;
  closed = false;
  carried = false;
  /** Dollars per share that the first entry's stop was away from it. */
  riskPerShare: number | undefined = undefined;
  private readonly parts: Part[] = [];
  private entered: Quantity = 0;
  private entryValue: Money = 0;
  private exited: Quantity = 0;
  private exitValue: Money = 0;
  private exitTime: Micros | null = null;
  private exitReason = '';
  private pnl: Money = 0;
  private fees: Money = 0;
  /** Of the entry in an earlier session. */
  private carriedFees: Money = 0;
  /** Dollars that the fills moved, bought negative. */
  private cash = 0;
  private seenTo: Micros;
  private adverse = 0;
  private favourable = 0;
  /** Of orders that were let go of, in the order in which they ended. */
  private endedShortfall: Shortfall | undefined = undefined;
  private frozen: TradeRecord | undefined = undefined;

  constructor(begin: TradeBeginning) {
    this.begin = begin;
    this.seenTo = begin.time;
  }

  /** Whether nothing of it can change any more. */
  get settled(): boolean {
    if (!this.closed || !this.parts.every(({ measure }) => measure.settled)) return false;
    for (const { ended } of this.orders) if (!ended) return false;
    return true;
  }

  /** Takes over what was open when the session began, at its cost and with the fees of its entry, both positive. */
  carry(quantity: Quantity, cost: Money, fees: Money): void {
    this.carried = true;
    this.carriedFees = fees;
    this.open = quantity;
    this.entered = Math.abs(quantity);
    this.entryValue = cost;
    this.cash = quantity > 0 ? -cost / DOLLAR : cost / DOLLAR;
  }

  /** Takes the part of a fill that belongs to this trade; `signed` micro-shares of it. */
  addFill(
    fill: Fill,
    measure: FillMeasure,
    facts: OrderFacts,
    signed: Quantity,
    fees: Money,
    trails: MarketTrails,
  ): void {
    const { price } = measure;
    const role = fill.side === this.begin.side ? 'entry' : 'exit';
    this.seeBefore(fill, trails);
    this.see(price, price);
    const quantity = Math.abs(signed);
    const value = notional(fill.price, quantity, this.begin.priceScale);
    this.parts.push({ measure, role, quantity, fees });
    this.orders.add(facts);
    this.cash -= (signed / SHARE) * price;
    this.open += signed;
    if (role === 'entry') {
      this.entered += quantity;
      this.entryValue += value;
      this.riskPerShare ??= riskOf(facts, price, this.begin.side);
    } else {
      this.exited += quantity;
      this.exitValue += value;
      this.exitTime = fill.time;
      this.exitReason = exitReasonOf(facts.order);
    }
    this.seeAfter(fill, role, measure, trails);
    this.closed = this.open === 0;
  }

  /** Takes a round trip that a fill of this trade completed. */
  addRoundTrip(trip: RoundTrip): void {
    this.roundTrips.push(trip);
    this.pnl += trip.pnl;
    this.fees += trip.fees;
  }

  /** Lets go of an order that has ended; true if what it cost is kept here, so that nobody need know it any more. */
  letGo(facts: OrderFacts): boolean {
    if (!this.orders.delete(facts) || facts.tradeId !== this.begin.id) return false;
    const { shortfall } = facts;
    this.endedShortfall = this.endedShortfall === undefined ? shortfall : sumOf([this.endedShortfall, shortfall]);
    return true;
  }

  /** A split: other micro-shares at the same cost. */
  rescale(open: Quantity, time: Micros, text: string): void {
    if (this.open !== 0) {
      this.entered = mulDiv(this.entered, Math.abs(open), Math.abs(this.open));
      this.exited = mulDiv(this.exited, Math.abs(open), Math.abs(this.open));
    }
    this.adjust(open, time, text);
  }

  /** A fill was taken back or corrected: `cash` dollars moved, of which `result` is no price of shares. */
  correct(open: Quantity, cash: number, result: Money, time: Micros, text: string): void {
    this.cash += cash;
    this.pnl += result;
    this.adjust(open, time, text);
  }

  /** Takes in the prices up to a time. */
  seeUntil(time: Micros, trails: MarketTrails): void {
    if (time <= this.seenTo || this.open === 0) return;
    trails.visit(this.begin.symbolId, this.seenTo, time, (low, high) => this.see(low, high));
    this.seenTo = time;
  }

  /**
   * As the log tells it; `now` is the time up to which an open trade's prices count. One that can change no more is
   * kept unless told otherwise.
   */
  record(trails: MarketTrails, now: Micros, keep = true): TradeRecord {
    if (this.frozen !== undefined) return this.frozen;
    if (this.closed) return this.compose({ unsupported: 'the trade is closed' }, keep);
    // A fill of this moment may yet be told: what is read ahead of it is forgotten again.
    const { seenTo, adverse, favourable } = this;
    this.seeUntil(now, trails);
    const { price } = trails.benchmark(this.begin.symbolId, now);
    const record = this.compose(
      combined(price, price, (last) => this.resultAt(last)),
      keep,
    );
    Object.assign(this, { seenTo, adverse, favourable });
    return record;
  }

  /** What figures of many trades are read from. Of an open one the excursion is that up to what was seen. */
  measured(): MeasuredTrade {
    return {
      state: this.closed ? 'closed' : 'open',
      quantity: this.entered,
      entryPrice: this.entryPrice,
      returnFraction: this.returnFraction,
      excursion: this.excursion,
      fills: this.parts.map(({ measure, quantity }) => ({
        liquidity: measure.fill.liquidity,
        quantity,
        costs: measure.costs,
      })),
    };
  }

  /** What it came to, without its fills and what they cost. */
  result(): TradeResult {
    const { begin } = this;
    const risk = this.closed ? this.initialRisk : figure(NaN, 'the trade is open');
    const result = this.value;
    return {
      id: begin.id,
      owner: begin.owner,
      symbolId: begin.symbolId,
      side: begin.side,
      entryTime: begin.time,
      exitTime: this.exitTime,
      session: this.session(),
      pnl: this.pnl,
      returnFraction: this.returnFraction,
      initialRisk: risk,
      rMultiple: combined(result, risk, (pnl, at) => pnl / at),
      excursion: this.excursion,
    };
  }

  /** Dollars that it came to. */
  private get value(): Figure {
    return this.closed ? { value: this.pnl / DOLLAR } : figure(NaN, 'the trade is open');
  }

  private get returnFraction(): Figure {
    const { value } = this;
    return combined(value, value, (pnl) => pnl / (this.entryValue / DOLLAR));
  }

  private get entryPrice(): Price {
    return this.entered === 0 ? 0 : mulDiv(this.entryValue, this.begin.priceScale, this.entered);
  }

  private get excursion(): Excursion {
    return { maxAdverse: this.known(this.adverse), maxFavourable: this.known(this.favourable) };
  }

  private compose(openResult: Figure, keep: boolean): TradeRecord {
    const { begin, entered, exited } = this;
    const record: TradeRecord = {
      ...this.result(),
      state: this.closed ? 'closed' : 'open',
      quantity: entered,
      openQuantity: Math.abs(this.open),
      entryPrice: this.entryPrice,
      exitPrice: exited === 0 ? null : mulDiv(this.exitValue, begin.priceScale, exited),
      fees: this.fees,
      openResult,
      entryReason: begin.reason,
      exitReason: this.exitReason,
      signal: begin.signal ?? null,
      carried: this.carried,
      adjustments: [...this.adjustments],
      fills: this.parts.map(fillOf),
      roundTrips: [...this.roundTrips],
      shortfall: this.shortfall(),
    };
    if (keep && this.settled) this.frozen = record;
    return record;
  }

  private shortfall(): Shortfall {
    const { begin, carriedFees, endedShortfall } = this;
    const own = [...this.orders].filter(({ tradeId }) => tradeId === begin.id).map(({ shortfall }) => shortfall);
    const sum = sumOf(endedShortfall === undefined ? own : [endedShortfall, ...own]);
    if (!this.carried) return sum;
    const unknown = this.known(NaN);
    return {
      delay: unknown,
      execution: unknown,
      fees: sum.fees + carriedFees / DOLLAR,
      opportunity: unknown,
      total: unknown,
    };
  }

  /** What only a log that saw the whole trade can say. */
  private known(value: number): Figure {
    return this.carried ? figure(NaN, EARLIER) : { value };
  }

  /** A fill on a bar, or at a close, has the time at which that ended: at 16:00 it is still of regular hours. */
  private session(): SessionPhase {
    const { time } = this.begin;
    const receipt = this.parts[0]?.measure.fill.receipt;
    const isEnd = receipt !== undefined && (isOnBar(receipt.basis) || AT_CLOSE.has(receipt.rule));
    return phaseAt(isEnd ? time - 1 : time);
  }

  private adjust(open: Quantity, time: Micros, text: string): void {
    this.open = open;
    this.adjustments.push(text);
    this.closed = open === 0;
    if (this.closed) this.exitTime = time;
  }

  private get initialRisk(): Figure {
    if (this.carried) return this.known(NaN);
    if (this.riskPerShare === undefined) return figure(NaN, 'it was entered without a stop');
    return figure((this.riskPerShare * this.entered) / SHARE, 'the stop was not beyond the entry');
  }

  /** Dollars if all was closed at a price, less the fees of its fills so far. */
  private resultAt(price: number): number {
    const fees = this.parts.reduce((sum, part) => sum + part.fees, this.carriedFees);
    return this.cash + (this.open / SHARE) * price - fees / DOLLAR;
  }

  private see(low: number, high: number): void {
    if (this.entered === 0) return;
    const shares = this.open / SHARE;
    const atLow = this.cash + shares * low;
    const atHigh = this.cash + shares * high;
    this.adverse = Math.min(this.adverse, atLow, atHigh);
    this.favourable = Math.max(this.favourable, atLow, atHigh);
  }

  /** The quote that a fill met stands on after it, whether or not the feed sends it again. */
  private seeInForce({ from, price }: Benchmark): void {
    if (from === 'mid' && 'value' in price) this.see(price.value, price.value);
  }

  private seeBefore({ time, receipt }: Fill, trails: MarketTrails): void {
    const isAfter = !isOnBar(receipt.basis) || AT_CLOSE.has(receipt.rule);
    this.seeUntil(isAfter ? time : time - 1, trails);
  }

  private seeAfter(
    { symbolId, time, receipt }: Fill,
    role: Part['role'],
    { price }: FillMeasure,
    trails: MarketTrails,
  ): void {
    this.see(price, price);
    this.seenTo = Math.max(this.seenTo, time);
    if (!isOnBar(receipt.basis)) this.seeInForce(trails.benchmark(symbolId, time));
    if (!isOnBar(receipt.basis) || AT_CLOSE.has(receipt.rule)) return;
    if (AT_OPEN.has(receipt.rule)) this.seenTo = time - 1;
    else if (role === 'entry' && receipt.low > 0) {
      const adverse = (this.open > 0 ? receipt.low : receipt.high) / this.begin.priceScale;
      this.see(adverse, adverse);
    }
  }
}

function isOnBar(basis: Fill['receipt']['basis']): boolean {
  return basis === 'tradeBar' || basis === 'quoteBar';
}

function riskOf({ stop }: OrderFacts, price: number, side: Side): number | undefined {
  if (stop === undefined) return undefined;
  if ('distance' in stop) return stop.distance;
  if ('fraction' in stop) return stop.fraction * price;
  const away = signOf(side) * (price - stop.price);
  return away > 0 ? away : NaN;
}

function fillOf({ measure, role, quantity, fees }: Part): TradeFill {
  const { fill } = measure;
  return {
    fillId: fill.id,
    orderId: fill.orderId,
    role,
    side: fill.side,
    quantity,
    price: fill.price,
    time: fill.time,
    liquidity: fill.liquidity,
    fees,
    basis: fill.receipt.basis,
    rule: fill.receipt.rule,
    costs: measure.costs,
  };
}

/** The shortfalls of several orders together; a part that one of them does not know is unknown. */
export function sumOf(all: readonly Shortfall[]): Shortfall {
  const add = (a: number, b: number): number => a + b;
  return all.reduce<Shortfall>(
    (sum, next) => ({
      delay: combined(sum.delay, next.delay, add),
      execution: combined(sum.execution, next.execution, add),
      fees: sum.fees + next.fees,
      opportunity: combined(sum.opportunity, next.opportunity, add),
      total: combined(sum.total, next.total, add),
    }),
    { delay: { value: 0 }, execution: { value: 0 }, fees: 0, opportunity: { value: 0 }, total: { value: 0 } },
  );
}
