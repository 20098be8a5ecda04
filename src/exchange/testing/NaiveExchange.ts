/**
 * A second exchange, written from docs/fill-model.md and not from the exchange's code: every order is looked at in
 * every instant, every figure is computed anew, nothing is kept sorted. It decides outcomes by itself, so that the
 * two can be compared line by line. It shares domain types, exact arithmetic, calendar, rulebook and preset data.
 *
 * Not covered: order books, auctions of other listing markets, square-root impact, accounts of the desk, corporate
 * actions. Margin calls are the engine's: NaiveCaller.ts.
 */
import { isAuction, isImmediate, namedPriceOf, sessionFor } from './naiveRules.js';
import { nextSession, phaseAt } from '../../calendar/sessions.js';
import { newYorkDate } from '../../calendar/newYorkTime.js';
import type { Order, OrderChanges, ReplacementIds } from '../../domain/order.js';
import { DAY } from '../../domain/timeframe.js';
import { RAW_PRICE_SCALE } from '../../domain/units.js';
import type { FeePlanData } from '../fees/FeePlan.js';
import { feePlanOf } from '../fees/feePlans.js';
import type { Preset } from '../preset.js';
import { tickOf } from '../rulebook/tickSizes.js';
import { refusalOf } from './naiveAdmission.js';
import { afterEnd, afterFill, groupOf, lookArmed, membersOf } from './naiveGroups.js';
import { latencyOf, reportedAt } from './naiveLatency.js';
import { commissionOwed, NaiveMoney, saleFeesOwed, worth } from './NaiveMoney.js';
import { NaiveAccount } from './NaiveAccount.js';
import { NaiveBands } from './NaiveBands.js';
import { NaiveMarket } from './NaiveMarket.js';
import { followBands, heldWithinBands } from './naiveHalts.js';
import { replaceNow } from './naiveReplace.js';
import type { NaiveTrade } from './naiveTrades.js';
import type { NaiveOrder, NaiveRow } from './naiveTypes.js';
import { outcomeLine } from './naiveTypes.js';

/** What a fill is decided on: its price before costs, and when it traded. */
export interface Evidence {
  readonly base: number;
  readonly time: number;
}

interface Message {
  readonly arrivesAt: number;
  readonly rank: number;
  readonly act: (time: number) => void;
}

/** See the module header. */
export class NaiveExchange {
  readonly preset: Preset;
  readonly plan: FeePlanData;
  readonly money: NaiveMoney;
  readonly account: NaiveAccount;
  readonly markets: NaiveMarket[];
  /** Everything decided, in order. */
  readonly outcomes: string[] = [];
  /** When each of them is reported. */
  readonly reports: number[] = [];
  /** When the bar began that decides at present. */
  barStart: number | undefined = undefined;
  readonly orders: NaiveOrder[] = [];
  /** Orders that others took the place of. */
  readonly replaced: NaiveOrder[] = [];
  readonly clientIds = new Set<string>();
  /** All fills in their order. */
  readonly fills: { readonly known: NaiveOrder; readonly quantity: number; readonly price: number }[] = [];
  /** What is open of what orders opened, oldest first. */
  trades: NaiveTrade[] = [];
  /**
   * Legs that are to look at the market; `inBar` is what their entry filled at within the bar of this instant, else
   * 0; `barStart` is of the bar that decided on the entry.
   */
  readonly armed: { readonly exit: NaiveOrder; readonly inBar: number; readonly barStart: number | undefined }[] = [];
  inBar = 0;
  #messages: Message[] = [];
  #count = 0;
  #ranks = 0;
  now: number;
  /** Of the latencies. */
  seed = 1;
  /** Of the first symbol, 0 if unknown. */
  previousClose = 0;

  constructor(preset: Preset, feePlan: string, startingCash: number, symbols: number, startTime: number) {
    this.preset = preset;
    this.plan = feePlanOf(feePlan).data;
    this.money = new NaiveMoney(startingCash);
    this.account = new NaiveAccount(this);
    this.markets = Array.from({ length: symbols }, (_, symbolId) => new NaiveMarket(this, symbolId));
    this.now = startTime;
  }

  /** What is known of the first symbol beforehand: without a previous close no bands are computed. */
  expect(previousClose: number, tier: 1 | 2 | undefined): void {
    this.previousClose = previousClose;
    const [first] = this.markets;
    if (first === undefined || previousClose === 0 || this.preset.priceBands !== 'computed') return;
    first.bands = new NaiveBands(sessionFor(this.now), previousClose, tier);
  }

  /** Orders of a symbol that are at the venue and not over, in the order in which they were sent. */
  atVenue(symbolId: number): NaiveOrder[] {
    return this.open(symbolId).filter((known) => this.isAtVenue(known));
  }

  /** Whether an order waits or works, and is not over. */
  isAtVenue({ state }: NaiveOrder): boolean {
    return state === 'waiting' || state === 'working';
  }

  open(symbolId: number): NaiveOrder[] {
    return this.orders.filter(({ state, order }) => state !== 'done' && order.symbolId === symbolId);
  }

  /** An order with its legs, which travel with it. */
  submit(order: Order): void {
    const isDuplicate = [order, ...(order.legs ?? [])].some(({ clientOrderId }) => this.clientIds.has(clientOrderId));
    const known = this.#enter(order, isDuplicate);
    const legs = (order.legs ?? []).map((leg) => this.#enter(leg, isDuplicate));
    if (legs.length > 0) for (const member of [known, ...legs]) member.group = groupOf(known, legs);
    this.account.reserve();
    this.#send(known.arrivesAt, () => this.#arrive(known));
  }

  #enter(order: Order, isDuplicate: boolean): NaiveOrder {
    const data = order.source.kind === 'strategy' ? latencyOf(this, 'data') : 0;
    const known: NaiveOrder = {
      order,
      group: undefined,
      armedAt: 0,
      submittedAt: this.now,
      arrivesAt: this.now + data + latencyOf(this, 'order'),
      rank: this.nextRank(),
      asked: [],
      answers: 0,
      isDuplicate,
      tif: order.timeInForce,
      state: 'sent',
      filled: 0,
      value: 0,
      sales: [],
      paid: { commission: 0, sec: 0, taf: 0 },
      reservePrice: 0,
      opening: 0,
      isElected: false,
      isRepriced: false,
      stop: order.stopPrice ?? 0,
      best: 0,
      looksFrom: 0,
      electedAt: 0,
      rests: false,
      awaitsAuction: false,
      endsAt: Infinity,
      ahead: -1,
    };
    known.reservePrice = namedPriceOf(order) ?? this.markets[order.symbolId]?.priceFor(order.side) ?? 0;
    this.clientIds.add(order.clientOrderId);
    this.orders.push(known);
    return known;
  }

  cancel(orderId: string): void {
    this.#send(this.#arrivalAt(orderId, latencyOf(this, 'cancel')), (time) => {
      const target = this.known(orderId);
      if (target === undefined || target.state === 'done') {
        this.tell('cancelRejected', orderId, time, 'ORDER_UNKNOWN');
      } else this.end(target, 'canceled', time, 'canceled on request');
    });
  }

  replace(orderId: string, changes: OrderChanges, ids: ReplacementIds): void {
    const target = this.orders.find(({ order }) => order.id === orderId);
    const replace = { orderId, changes, ids, sentAt: this.now };
    if (target !== undefined && target.state !== 'done') {
      const price = target.order.type === 'stop' && !target.isElected ? changes.stopPrice : changes.limitPrice;
      target.asked.push({ quantity: changes.quantity ?? 0, reservePrice: price ?? 0 });
      this.account.reserve();
    }
    this.#send(this.#arrivalAt(orderId, latencyOf(this, 'replace')), () => {
      const known = this.orders.find(({ order }) => order.id === orderId);
      if (known !== undefined) {
        known.answers += 1;
        if (known.answers >= known.asked.length) Object.assign(known, { asked: [], answers: 0 });
      }
      replaceNow(this, replace, known);
      this.account.reserve();
    });
  }

  /** The order of an id, or what it has become. */
  known(orderId: string): NaiveOrder | undefined {
    let known = [...this.orders, ...this.replaced].find(({ order }) => order.id === orderId);
    while (known?.next !== undefined) known = known.next;
    return known;
  }

  /** A message about an order does not overtake it. */
  #arrivalAt(orderId: string, latency: number): number {
    const target = this.known(orderId);
    const isOpen = target !== undefined && target.state !== 'done';
    const data = isOpen && target.order.source.kind === 'strategy' ? latencyOf(this, 'data') : 0;
    return Math.max(this.now + data + latency, target?.arrivesAt ?? 0);
  }

  /** An instant: lets time pass, doing on the way what is due, then decides on the rows. */
  instant(time: number, rows: readonly NaiveRow[]): void {
    for (let due = this.#nextDue(); due < time; due = this.#nextDue()) this.#step(due, []);
    this.#step(time, rows);
  }

  /** Everything of one time in its order (X13): session, rows, what they decide, ends of the day, messages. */
  #step(time: number, rows: readonly NaiveRow[]): void {
    this.now = time;
    for (const market of this.markets) followBands(market);
    for (const known of this.#byRank()) {
      if (known.state !== 'waiting' || isAuction(known) || this.#opensAt(known) > time) continue;
      known.state = 'working';
      known.looksFrom = time;
      known.rests = false;
      known.awaitsAuction = ['market', 'limit'].includes(known.order.type) && time === sessionFor(time).open;
      this.tell('activated', known.order.id, time);
    }
    for (const market of this.markets) market.observe(rows.filter(({ symbolId }) => symbolId === market.symbolId));
    // Symbols in the order in which the instant first told of them.
    for (const symbolId of new Set(rows.map((row) => row.symbolId))) this.markets[symbolId]?.decide();
    for (const market of this.markets) if (!rows.some((row) => row.symbolId === market.symbolId)) market.wake();
    lookArmed(this);
    for (const known of this.#byRank()) {
      if (!this.isAtVenue(known) || known.endsAt > time) continue;
      const market = this.markets[known.order.symbolId];
      const awaitsClosing = known.tif === 'cls' && market?.known.has('lastSale') === true;
      if (awaitsClosing || (market?.isHalted === true && known.tif === 'day')) {
        // What a halt holds at the close may still meet in the closing auction, whose trade comes late.
        const { afterHoursClose } = sessionFor(time - 1);
        if (time < afterHoursClose) known.endsAt = afterHoursClose;
        if (known.endsAt > time) continue;
      }
      if (known.tif === 'cls' && this.preset.auctionEstimate && time === sessionFor(time - 1).close)
        market?.settleClose(known);
      if (!this.isAtVenue(known)) continue;
      if (known.order.timeInForce === 'gtc') this.end(known, 'canceled', time, 'good till canceled ends after 90 days');
      else this.end(known, 'expired', time, 'the session it was for has ended');
    }
    this.#deliver();
  }

  /** Lets a bar that began at a time decide, or with undefined something else. */
  decideOn(barStart: number | undefined, decide: () => void): void {
    const before = this.barStart;
    this.barStart = barStart;
    decide();
    this.barStart = before;
  }

  nextRank(): number {
    this.#ranks += 1;
    return this.#ranks;
  }

  /** In the order in which they came into being. */
  #byRank(): NaiveOrder[] {
    return [...this.orders].sort((a, b) => a.rank - b.rank);
  }

  #deliver(): void {
    const due = this.#messages
      .filter(({ arrivesAt }) => arrivesAt <= this.now)
      .sort((a, b) => a.arrivesAt - b.arrivesAt || a.rank - b.rank);
    this.#messages = this.#messages.filter((message) => !due.includes(message));
    for (const { act } of due) {
      act(this.now);
      lookArmed(this);
    }
  }

  /** When the report of what happens now arrives: none overtakes another. */
  get #reportTime(): number {
    return Math.max(reportedAt(this, this.barStart), this.reports.at(-1) ?? 0);
  }

  tell(type: string, orderId: string, time: number, ...facts: (string | number | boolean)[]): void {
    this.reports.push(this.#reportTime);
    this.outcomes.push(outcomeLine(type, orderId, time, ...facts));
  }

  /** A stop is reached: it is a market order from now on. */
  elect(known: NaiveOrder): void {
    known.isElected = true;
    known.electedAt = this.now;
    this.tell('triggered', known.order.id, this.now, known.order.type === 'trailing_stop' ? known.stop : '');
  }

  /** A trailing stop follows a price that is better than all before; rounded away from the market (R20). */
  follow(known: NaiveOrder, price: number): void {
    const { side, trail } = known.order;
    const isBuy = side === 'buy';
    if (trail === undefined || (known.best !== 0 && (isBuy ? price >= known.best : price <= known.best))) return;
    known.best = price;
    const best = BigInt(price);
    const million = 1_000_000n;
    let stop = BigInt(price) + (isBuy ? 1n : -1n) * BigInt(trail.kind === 'price' ? trail.amount : 0);
    if (trail.kind === 'percent') {
      const left = (best * (million - BigInt(trail.ppm))) / million;
      stop = isBuy ? 2n * best - left : left;
    }
    const raw = Number(stop);
    const tick = this.preset.priceGrid === 'free' ? 1 : tickOf(raw, RAW_PRICE_SCALE);
    known.stop = isBuy ? Math.ceil(raw / tick) * tick : Math.max(1, Math.floor(raw / tick) * tick);
  }

  end(known: NaiveOrder, how: 'canceled' | 'expired' | 'rejected', time: number, reason: string): void {
    known.state = 'done';
    this.tell(how, known.order.id, time, reason);
    this.account.reserve();
    afterEnd(this, known, how, reason);
  }

  /** Whether an order may trade on evidence of a time. */
  tradesAt(known: NaiveOrder, time: number): boolean {
    const phase = phaseAt(time);
    return phase === 'regular' || (known.order.extendedHours && phase !== 'closed');
  }

  /**
   * What an order has left to fill at a price: of an amount in dollars, what it still buys; of a sale, what is
   * held.
   */
  leftAt(known: NaiveOrder, price: number): number {
    const { notional, quantity, side, symbolId } = known.order;
    if (notional === undefined) return quantity - known.filled;
    const amount = notional - known.value - known.paid.commission;
    const shares = this.account.sharesFor(known, amount, price);
    return side === 'buy' ? shares : Math.min(shares, Math.max(0, this.money.position(symbolId)));
  }

  /**
   * Fills what is left as far as there is room; gives what was filled. An amount that buys nothing more ends. Other
   * fills than those of auctions have their evidence, which price bands may rule out (R7).
   */
  take(known: NaiveOrder, room: number, price: number, evidence?: Evidence): number {
    if (evidence !== undefined) {
      const market = this.markets[known.order.symbolId];
      const held = market === undefined ? 0 : heldWithinBands(market, price, evidence.base, evidence.time);
      return held === 0 ? 0 : this.take(known, room, held);
    }
    const left = this.leftAt(known, price);
    if (left === 0 && room > 0 && known.order.notional !== undefined) {
      const reason =
        'what is left of the notional is worth less than a millionth of a share, or nothing is held to sell';
      this.end(known, 'canceled', this.now, reason);
    }
    const wanted = Math.min(left, room);
    const isWhole = known.tif !== 'fok' || wanted === known.order.quantity;
    return wanted > 0 && isWhole ? this.fill(known, wanted, price) : 0;
  }

  /** Fills up to a quantity; gives what was filled. What the account cannot pay for is canceled. */
  fill(known: NaiveOrder, wanted: number, price: number): number {
    const { order } = known;
    const time = this.now;
    const position = this.money.position(order.symbolId);
    const isOpposite = order.side === 'buy' ? position < 0 : position > 0;
    const closable = isOpposite ? Math.abs(position) : 0;
    if (isOpposite && closable < wanted && this.preset.crossing === 'reject') {
      this.end(known, 'canceled', time, 'the fill would cross from long to short in one step');
      return 0;
    }
    const payable = this.account.affordable(known, wanted, price, closable);
    const quantity = known.tif === 'fok' && payable < order.quantity ? 0 : payable;
    const isWhole = order.notional !== undefined && quantity === this.leftAt(known, price);
    if (quantity > 0) this.#book(known, quantity, price, isWhole);
    const what = quantity === 0 && known.filled === 0 && this.preset.buyingPower !== 'cash' ? 'it' : 'the rest';
    if (quantity < wanted) this.end(known, 'canceled', time, `the account cannot pay for ${what} at this price`);
    return quantity;
  }

  #send(arrivesAt: number, act: (time: number) => void): void {
    this.#count += 1;
    this.#messages.push({ arrivesAt, rank: this.#count, act });
    if (arrivesAt <= this.now) this.#deliver();
  }

  #nextDue(): number {
    const times = this.#messages.map(({ arrivesAt }) => arrivesAt);
    for (const known of this.orders) {
      if (known.state === 'waiting' && !isAuction(known)) times.push(this.#opensAt(known));
      if (this.isAtVenue(known)) times.push(known.endsAt);
    }
    for (const market of this.markets) times.push(market.nextDue());
    return Math.min(Infinity, ...times);
  }

  /** When a waiting order begins to work: the start of the first session part that it may trade in. */
  #opensAt(known: NaiveOrder): number {
    const from = Math.max(known.arrivesAt, known.armedAt);
    const session = sessionFor(from);
    if (known.order.extendedHours) return session.premarketOpen;
    return from < session.close ? session.open : nextSession(session.date).open;
  }

  #arrive(known: NaiveOrder): void {
    const { order, arrivesAt: time } = known;
    if (phaseAt(time) !== 'regular' && this.preset.closedMarketOrder === 'opening' && order.type === 'market') {
      if (known.tif === 'day') known.tif = 'opg';
    }
    const reason = known.isDuplicate ? 'DUPLICATE_CLIENT_ORDER_ID' : refusalOf(this, known);
    if (reason !== undefined) {
      this.end(known, 'rejected', time, reason);
      return;
    }
    known.endsAt = this.endOf(known);
    const isOpen = !isAuction(known) && this.tradesAt(known, time);
    this.tell('accepted', order.id, time, isOpen ? 'working' : 'waiting');
    for (const leg of membersOf(known)) {
      if (leg === known) continue;
      leg.endsAt = this.endOf(leg);
      leg.state = known.group?.entry === known ? 'held' : isOpen ? 'working' : 'waiting';
      if (leg.state === 'held') this.tell('held', leg.order.id, time);
      else this.tell('accepted', leg.order.id, time, leg.state);
    }
    this.begin(known);
  }

  /** A leg begins to work. */
  arm(leg: NaiveOrder): void {
    leg.armedAt = this.now;
    leg.state = this.tradesAt(leg, this.now) ? 'working' : 'waiting';
    this.tell('accepted', leg.order.id, this.now, leg.state);
  }

  /** A leg waits for its entry again, and knows nothing of what it saw while it worked. */
  hold(leg: NaiveOrder): void {
    const { type, stopPrice } = leg.order;
    const stop = type === 'trailing_stop' ? 0 : (stopPrice ?? 0);
    Object.assign(leg, { state: 'held', armedAt: 0, stop, best: 0, isElected: false, electedAt: 0, isRepriced: false });
    Object.assign(leg, { rests: false, awaitsAuction: false, ahead: -1 });
    this.tell('held', leg.order.id, this.now);
  }

  /** Lets an order look at the market that stands. */
  look(known: NaiveOrder): void {
    this.markets[known.order.symbolId]?.tryStanding(known);
  }

  /** An order that is at the venue now works, waits for its part of the day, or has had its only chance. */
  begin(known: NaiveOrder): void {
    const isOpen = !isAuction(known) && this.tradesAt(known, this.now);
    known.state = isOpen ? 'working' : 'waiting';
    if (isImmediate(known) && phaseAt(this.now) !== 'regular') {
      this.end(known, 'canceled', this.now, 'immediate orders trade in regular hours only');
    } else if (isOpen) this.look(known);
  }

  /** When an order's day is over. */
  endOf({ order, submittedAt, arrivesAt, tif }: NaiveOrder): number {
    if (tif === 'gtc') {
      // The first end of a session's regular or after-hours trading that is 90 days later.
      const after = submittedAt + 90 * DAY;
      const session = sessionFor(after);
      return after <= session.close ? session.close : session.afterHoursClose;
    }
    const session = sessionFor(arrivesAt);
    if (tif === 'opg' && arrivesAt > session.open) return nextSession(session.date).close;
    if (order.extendedHours) return session.afterHoursClose;
    return arrivesAt < session.close ? session.close : nextSession(session.date).close;
  }

  #book(known: NaiveOrder, quantity: number, price: number, isWhole: boolean): void {
    const { order, paid } = known;
    this.fills.push({ known, quantity, price });
    known.filled += quantity;
    known.value += worth(price, quantity);
    known.sales.push({ date: newYorkDate(this.now), quantity, value: worth(price, quantity) });
    this.money.trade(order.symbolId, order.side, quantity, price);
    const owed = { commission: commissionOwed(this.plan, known.filled, known.value), sec: 0, taf: 0 };
    if (order.side === 'sell' && this.preset.regulatoryFees) {
      Object.assign(owed, saleFeesOwed(known.sales));
    }
    const fees = (['commission', 'sec', 'taf'] as const).flatMap((kind) => {
      const amount = owed[kind] - paid[kind];
      paid[kind] = owed[kind];
      this.money.pay(amount);
      return amount === 0 ? [] : [`${kind} ${amount}`];
    });
    const isFinal = isWhole || known.filled === order.quantity;
    const reported = `reported @${this.#reportTime}`;
    this.tell('filled', order.id, this.now, quantity, `at ${price}`, isFinal ? 'final' : 'part', ...fees, reported);
    if (isFinal) known.state = 'done';
    this.account.reserve();
    afterFill(this, known, quantity);
  }
}
