/**
 * A session without a kernel: a seeded random walk of a few symbols, one make-believe strategy and instant fills.
 * It serves the development of the page and the tests of the gateway; nothing in it is a model of a market.
 */
import type { TradeDocument } from '../../src/analytics/tradeDocument.js';
import type { BarsQuery, TradingSession, UpdateListener } from '../../src/api/tradingSession.js';
import type {
  Account,
  Bars,
  Catalogue,
  Dependency,
  EquityCurve,
  Fills,
  FillView,
  Logs,
  LogLine,
  MarketControl,
  OrderExplanation,
  Orders,
  OrderView,
  Positions,
  PositionView,
  Quotes,
  QuoteView,
  ReceiptView,
  RiskDecisionView,
  Scenarios,
  SessionInfo,
  Signals,
  SignalView,
  Strategies,
  StrategyView,
} from '../../src/contracts/index.js';
import type { Command, CommandResult } from '../../src/domain/commands.js';
import { PapertapeError } from '../../src/domain/errors.js';
import { isTerminal } from '../../src/domain/orderState.js';
import { MINUTE, SECOND } from '../../src/domain/timeframe.js';
import type { Timeframe } from '../../src/domain/timeframe.js';
import { formatDecimal, RAW_PRICE_SCALE, SHARE } from '../../src/domain/units.js';
import type { Order } from '../../src/domain/order.js';
import type { SessionConfig } from '../../src/domain/session.js';
import type { AccountState, VenueRequest } from '../../src/domain/venueDesk.js';
import { PaperVenue } from '../../src/exchange/PaperVenue.js';
import { required } from '../../src/utils/assert.js';
import { SeededRandom } from '../../src/utils/random.js';
import {
  CATALOGUE,
  decimal,
  money,
  nextPhaseOf,
  phaseAt,
  POOR,
  receiptOf,
  riskDecision,
  round,
} from './fakeSessionData.js';
import { fakeBars } from './fakeBars.js';
import { fakePerformance } from './fakePerformance.js';
import { fakeScenarios } from './fakeScenarios.js';
import type { Market } from './fakeBars.js';

const SYMBOLS: readonly (readonly [symbol: string, price: number])[] = [
  ['ALTA', 182.4],
  ['BRIO', 46.12],
  ['CORV', 12.87],
  ['DUNE', 311.05],
  ['ELMO', 74.9],
  ['FERN', 5.61],
  ['GALE', 128.33],
  ['HALO', 95.2],
];
/** 2026-03-02 09:29:00 New York (14:29 UTC), a minute before the open. */
const START = Date.UTC(2026, 2, 2, 14, 29) * 1000;
const STARTING_CASH = 100_000;
const HISTORY_MINUTES = 600;

interface Holding {
  shares: number;
  average: number;
  realised: number;
  fees: number;
  openedAt: number;
}

/** {@link TradingSession} with made-up contents; `advance` moves it. */
export class FakeSession implements TradingSession {
  readonly priceScale = RAW_PRICE_SCALE;
  readonly commands: Command[] = [];
  readonly #random: SeededRandom;
  readonly #listeners = new Set<UpdateListener>();
  readonly #barListeners = new Map<string, Set<UpdateListener>>();
  readonly #markets: Market[];
  readonly #orders: OrderView[] = [];
  readonly #risks = new Map<string, RiskDecisionView>();
  readonly #fills: FillView[] = [];
  readonly #signals: SignalView[] = [];
  readonly #logs: LogLine[] = [];
  readonly #holdings = new Map<string, Holding>();
  readonly #equity: { time: number; equity: number; cash: number }[] = [];
  readonly #strategies = new Map<string, StrategyView>();
  /** The desk is a real one, on a market in which nothing happens. */
  readonly #venue = new PaperVenue(deskConfig());
  #cash = STARTING_CASH;
  #time = START;
  #speed = 60;
  #paused = false;
  #killSwitch: SessionInfo['killSwitch'] = { on: false, reason: '', user: '', since: null };
  #ids = 0;
  #nextTrade = START + 2 * MINUTE;

  constructor(seed = 1) {
    this.#random = new SeededRandom(seed);
    this.#markets = SYMBOLS.map(([symbol, price]) => this.#newMarket(symbol, price));
    this.#addStrategy('demo-sma', 'sma-cross', ['ALTA', 'BRIO', 'GALE']);
    this.#addStrategy('demo-orb', 'opening-range-breakout', ['DUNE', 'ELMO']);
    this.#equity.push({ time: START, equity: STARTING_CASH, cash: STARTING_CASH });
    this.#log('info', 'session', 'The demonstration session has started.');
  }

  /** Moves market time on by what `realMs` of real time make at the current speed. */
  advance(realMs: number): void {
    if (!this.#paused) this.#move(realMs * 1000 * (this.#speed === 0 ? 3600 : this.#speed));
  }

  info(): SessionInfo {
    const phase = phaseAt(this.#time);
    const [nextPhase, nextPhaseAt] = nextPhaseOf(phase);
    return {
      sessionId: 'demo-2026-03-02',
      feed: 'sim',
      feedLabel: 'SIMULATED',
      simulated: true,
      controllable: true,
      sources: [],
      recordedFrom: [],
      broker: null,
      symbols: this.#markets.map((market) => market.symbol),
      accountId: 'paper',
      preset: 'realistic',
      feePlan: 'ib-fixed',
      fees: 'commission ib-fixed, SEC and TAF on sales',
      startTime: START,
      clock: {
        time: this.#time,
        tradingDate: '2026-03-02',
        phase,
        nextPhase,
        nextPhaseAt,
        speed: this.#speed,
        paused: this.#paused,
        ended: false,
      },
      killSwitch: this.#killSwitch,
    };
  }

  account(): Account {
    let long = 0;
    let short = 0;
    let unrealised = 0;
    let realised = 0;
    let fees = 0;
    for (const [key, holding] of this.#holdings) {
      const { price } = this.#market(symbolOf(key));
      if (holding.shares > 0) long += holding.shares * price;
      else short -= holding.shares * price;
      unrealised += holding.shares * (price - holding.average);
      realised += holding.realised;
      fees += holding.fees;
    }
    const equity = this.#cash + long - short;
    return {
      accountId: 'paper',
      time: this.#time,
      cash: money(this.#cash),
      equity: money(equity),
      buyingPower: money(Math.max(0, this.#cash)),
      reserved: money(0),
      startingCash: money(STARTING_CASH),
      dayStartEquity: money(STARTING_CASH),
      dayPnl: money(equity - STARTING_CASH),
      realisedPnl: money(realised),
      unrealisedPnl: money(unrealised),
      fees: money(fees),
      longValue: money(long),
      shortValue: money(short),
    };
  }

  equity(limit: number): EquityCurve {
    const points = this.#equity.slice(-limit);
    return {
      time: points.map((point) => point.time),
      equity: points.map((point) => point.equity),
      cash: points.map((point) => point.cash),
    };
  }

  scenarios(limits: { readonly orders: number; readonly points: number }): Scenarios {
    const all = fakeScenarios(this.account(), this.#fills, this.equity(limits.points));
    return { ...all, orders: all.orders.slice(0, limits.orders) };
  }

  positions(): Positions {
    const open = [...this.#holdings].filter(([, holding]) => holding.shares !== 0);
    return { positions: open.map(([key]) => this.#position(key)) };
  }

  orders(query: { readonly openOnly: boolean; readonly symbol?: string; readonly limit: number }): Orders {
    const wanted = this.#orders.filter(
      (order) => (!query.openOnly || order.open) && (query.symbol === undefined || order.symbol === query.symbol),
    );
    return { orders: wanted.reverse().slice(0, query.limit) };
  }

  order(orderId: string): OrderView | undefined {
    return this.#orders.find((order) => order.id === orderId);
  }

  fills(query: { readonly symbol?: string; readonly limit: number }): Fills {
    const wanted = this.#fills.filter((fill) => query.symbol === undefined || fill.symbol === query.symbol);
    return { fills: wanted.reverse().slice(0, query.limit) };
  }

  strategies(): Strategies {
    return { strategies: [...this.#strategies.values()] };
  }

  catalogue(): Catalogue {
    return CATALOGUE;
  }

  signals(query: { readonly instanceId?: string; readonly limit: number }): Signals {
    const wanted = this.#signals.filter(
      (signal) => query.instanceId === undefined || signal.instanceId === query.instanceId,
    );
    return { signals: wanted.reverse().slice(0, query.limit) };
  }

  quotes(): Quotes {
    return { quotes: this.#markets.map((market) => this.#quote(market)) };
  }

  logs(limit: number): Logs {
    return { lines: [...this.#logs].reverse().slice(0, limit) };
  }

  dependencies(): readonly Dependency[] {
    return [
      { name: 'kernel', state: 'up', detail: '', latencyMs: 0.4 },
      { name: 'tape', state: 'up', detail: '', latencyMs: 1.2 },
      { name: 'source', state: 'up', detail: '', latencyMs: null },
    ];
  }

  bars({ symbol, timeframe, limit, before }: BarsQuery): Promise<Bars> {
    return Promise.resolve(fakeBars(this.#market(symbol), timeframe, limit, before ?? Infinity));
  }

  receipt(fillId: string): Promise<ReceiptView | undefined> {
    const fill = this.#fills.find((one) => one.id === fillId);
    return Promise.resolve(fill === undefined ? undefined : receiptOf(fill));
  }

  explain(orderId: string): Promise<OrderExplanation | undefined> {
    const order = this.order(orderId);
    if (order === undefined || !order.open) return Promise.resolve(undefined);
    const market = this.#market(order.symbol);
    const price = order.limitPrice ?? order.stopPrice;
    return Promise.resolve({
      orderId,
      code: order.type === 'stop' ? 'stop-not-reached' : 'limit-below-ask',
      since: order.createdAt,
      orderPrice: price,
      marketPrice: decimal(market.price),
      queueAhead: null,
      sentence: `The market is at $${decimal(market.price)}; the order waits for $${price ?? ''}.`,
    });
  }

  risk(orderId: string): Promise<RiskDecisionView | undefined> {
    return Promise.resolve(this.#risks.get(orderId));
  }

  accountState(accountId: string): Promise<AccountState | undefined> {
    return Promise.resolve(this.#venue.accountState(accountId, this.#time));
  }

  /** Trades that are open; nothing here closes them. */
  readonly open: TradeDocument[] = [];
  openTrades(): Promise<readonly TradeDocument[]> {
    return Promise.resolve(this.open);
  }
  performance(): ReturnType<TradingSession['performance']> {
    return Promise.resolve(fakePerformance(this.info().sessionId, STARTING_CASH, this.#equity));
  }
  deskAccounts(): Promise<readonly string[]> {
    return Promise.resolve(this.#venue.deskAccounts());
  }

  deskOrders(accountId: string): Promise<readonly Order[]> {
    return Promise.resolve(this.#venue.deskOrders(accountId));
  }

  command(command: Command): Promise<CommandResult> {
    this.commands.push(command);
    return Promise.resolve(this.#run(command));
  }

  control(control: MarketControl): Promise<void> {
    if (control.action === 'pause') this.#paused = true;
    else if (control.action === 'resume') this.#paused = false;
    else if (control.action === 'speed') this.#speed = control.speed;
    else this.#move(control.micros);
    this.#emit({ topic: 'session', data: this.info() });
    return Promise.resolve();
  }

  onUpdate(listener: UpdateListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  watchBars(symbol: string, timeframe: Timeframe, listener: UpdateListener): () => void {
    const key = `${symbol}:${timeframe}`;
    const listeners = this.#barListeners.get(key) ?? new Set();
    this.#barListeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  #run(command: Command): CommandResult {
    switch (command.type) {
      case 'submitOrder': {
        if (this.#orders.some((order) => order.clientOrderId === command.clientOrderId)) {
          return { ok: false, reason: 'DUPLICATE_CLIENT_ORDER_ID', message: 'The client order id was used before.' };
        }
        const order = this.#newOrder({
          owner: 'manual',
          symbol: command.symbol,
          side: command.side,
          type: command.orderType,
          timeInForce: command.timeInForce,
          shares: command.quantity / SHARE,
          limit: command.limitPrice === undefined ? null : formatDecimal(command.limitPrice, RAW_PRICE_SCALE),
          stop: command.stopPrice === undefined ? null : formatDecimal(command.stopPrice, RAW_PRICE_SCALE),
          reason: command.reason,
          clientOrderId: command.clientOrderId,
          signalId: null,
        });
        if (order.status !== 'denied') return { ok: true, orderId: order.id };
        const reason = this.#killSwitch.on ? 'KILL_SWITCH' : 'BUYING_POWER';
        return { ok: false, reason, message: order.statusReason ?? '', orderId: order.id };
      }
      case 'replaceOrder': {
        const order = this.order(command.orderId);
        if (order === undefined || !order.open) {
          return { ok: false, reason: 'NOT_FOUND', message: `There is no open order ${command.orderId}.` };
        }
        const { quantity, limitPrice } = command.changes;
        const next = this.#newOrder({
          owner: 'manual',
          symbol: order.symbol,
          side: order.side,
          type: order.type,
          timeInForce: order.timeInForce,
          shares: quantity === undefined ? Number(order.quantity) : quantity / SHARE,
          limit: limitPrice === undefined ? order.limitPrice : formatDecimal(limitPrice, RAW_PRICE_SCALE),
          stop: order.stopPrice,
          reason: order.reason,
          clientOrderId: command.clientOrderId,
          signalId: null,
        });
        this.#changeOrder({ ...order, status: 'replaced', open: false, replacedBy: next.id });
        this.#changeOrder({ ...next, replaces: order.id });
        return { ok: true, orderId: next.id };
      }
      case 'cancelOrder': {
        const order = this.order(command.orderId);
        if (order === undefined || !order.open) {
          return { ok: false, reason: 'NOT_FOUND', message: `There is no open order ${command.orderId}.` };
        }
        this.#changeOrder({ ...order, status: 'canceled', open: false, statusReason: `Canceled by ${command.user}.` });
        return { ok: true, orderId: order.id };
      }
      case 'venue':
        return this.#askDesk(command.accountId, command.request);
      case 'brokerReport':
        throw new Error('the fake session trades at no broker');
      case 'cancelAllOrders':
        for (const order of this.#orders.filter((one) => one.open)) {
          this.#changeOrder({
            ...order,
            status: 'canceled',
            open: false,
            statusReason: `Canceled by ${command.user}.`,
          });
        }
        return { ok: true };
      case 'closePosition': {
        const held = [...this.#holdings].filter(([key, one]) => symbolOf(key) === command.symbol && one.shares !== 0);
        if (held.length === 0) {
          return { ok: false, reason: 'NOT_FOUND', message: `There is no position in ${command.symbol}.` };
        }
        for (const [key, holding] of held) this.#closeHolding(key, holding.shares, `Closed by ${command.user}.`);
        return { ok: true };
      }
      case 'killSwitch':
        this.#killSwitch = {
          on: command.on,
          reason: command.reason,
          user: command.user,
          since: this.#time,
        };
        if (command.on) this.#run({ type: 'cancelAllOrders', user: command.user });
        if (command.on && command.flatten) {
          for (const [key, holding] of this.#holdings) {
            if (holding.shares !== 0) this.#closeHolding(key, holding.shares, 'Flattened by the kill switch.');
          }
        }
        this.#log('warn', 'session', `The kill switch was turned ${command.on ? 'on' : 'off'} by ${command.user}.`);
        this.#emit({ topic: 'session', data: this.info() });
        return { ok: true };
      case 'startStrategy':
        if (this.#strategies.get(command.config.instanceId)?.state === 'running') {
          return { ok: false, reason: 'STRATEGY_INVALID', message: `${command.config.instanceId} runs already.` };
        }
        this.#addStrategy(command.config.instanceId, command.config.strategy, command.config.symbols);
        return { ok: true };
      case 'stopStrategy': {
        const strategy = this.#strategies.get(command.instanceId);
        if (strategy === undefined) {
          return { ok: false, reason: 'NOT_FOUND', message: `There is no strategy instance ${command.instanceId}.` };
        }
        this.#changeStrategy({ ...strategy, state: 'stopped' });
        return { ok: true };
      }
      case 'setLimits':
        return { ok: true };
    }
  }

  #move(micros: number): void {
    const end = this.#time + Math.round(micros);
    while (this.#time < end) {
      this.#time = Math.min(end, this.#time + 5 * SECOND);
      this.#tick();
    }
    this.#emit({ topic: 'quotes', data: this.quotes() });
    this.#emit({ topic: 'session', data: this.info() });
    this.#emit({ topic: 'account', data: this.account() });
    const positions = [...this.#holdings.keys()].map((key) => this.#position(key));
    if (positions.length > 0) this.#emit({ topic: 'positions', data: { positions } });
    const equity = Number(this.account().equity);
    this.#equity.push({ time: this.#time, equity, cash: this.#cash });
    this.#emit({ topic: 'equity', data: { time: [this.#time], equity: [equity], cash: [this.#cash] } });
    this.#emit({ topic: 'scenarios', data: this.scenarios({ orders: 20, points: 1 }) });
    for (const strategy of this.#strategies.values()) this.#changeStrategy(strategy);
    for (const [key, listeners] of this.#barListeners) this.#emitBars(key, listeners);
  }

  #tick(): void {
    for (const market of this.#markets) {
      market.price = Math.max(0.5, round(market.price * (1 + this.#random.normal() * 0.0004)));
      market.high = Math.max(market.high, market.price);
      market.low = Math.min(market.low, market.price);
      const volume = 100 * Math.ceil(this.#random.next() * 40);
      market.volume += volume;
      const start = Math.floor(this.#time / MINUTE) * MINUTE;
      const last = market.minutes.at(-1);
      if (last?.[0] === start) {
        last[2] = Math.max(last[2], market.price);
        last[3] = Math.min(last[3], market.price);
        last[4] = market.price;
        last[5] += volume;
      } else {
        market.minutes.push([start, market.price, market.price, market.price, market.price, volume]);
      }
    }
    for (const order of this.#orders.filter((one) => one.open)) this.#tryFill(order);
    if (this.#time >= this.#nextTrade) this.#strategyActs();
  }

  #strategyActs(): void {
    this.#nextTrade = this.#time + Math.ceil((1 + this.#random.next() * 4) * MINUTE);
    const running = [...this.#strategies.values()].filter((strategy) => strategy.state === 'running');
    const strategy = running[Math.floor(this.#random.next() * running.length)];
    if (strategy === undefined) return;
    const symbol = required(strategy.symbols[Math.floor(this.#random.next() * strategy.symbols.length)], 'a symbol');
    const held = this.#holdings.get(`${strategy.instanceId} ${symbol}`)?.shares ?? 0;
    const exits = held !== 0;
    const shares = exits ? Math.abs(held) : Math.max(1, Math.floor(8000 / this.#market(symbol).price));
    const reason = exits ? 'fast average crossed below slow' : 'fast average crossed above slow';
    const signalId = `s-${(this.#ids += 1)}`;
    const order = this.#newOrder({
      owner: strategy.instanceId,
      symbol,
      side: exits ? 'sell' : 'buy',
      type: 'market',
      timeInForce: 'day',
      shares,
      limit: null,
      stop: null,
      reason,
      clientOrderId: `demo-${signalId}`,
      signalId,
    });
    const signal: SignalView = {
      id: signalId,
      instanceId: strategy.instanceId,
      symbol,
      time: this.#time,
      intent: exits ? 'exit' : 'enterLong',
      orderType: 'market',
      timeInForce: 'day',
      limitPrice: null,
      stopPrice: null,
      reason,
      decision: required(this.#risks.get(order.id), 'a risk decision'),
      orderId: order.status === 'denied' ? null : order.id,
    };
    this.#signals.push(signal);
    this.#emit({ topic: 'signals', data: { signals: [signal] } });
  }

  #newOrder(wish: {
    readonly owner: string;
    readonly symbol: string;
    readonly side: 'buy' | 'sell';
    readonly type: OrderView['type'];
    readonly timeInForce: OrderView['timeInForce'];
    readonly shares: number;
    readonly limit: string | null;
    readonly stop: string | null;
    readonly reason: string;
    readonly clientOrderId: string;
    readonly signalId: string | null;
  }): OrderView {
    const cost = wish.shares * this.#market(wish.symbol).price;
    const poor = wish.side === 'buy' && cost > this.#cash;
    const denial = this.#killSwitch.on ? 'KILL_SWITCH: The kill switch is on.' : poor ? POOR : null;
    const order: OrderView = {
      id: `o-${(this.#ids += 1)}`,
      clientOrderId: wish.clientOrderId,
      symbol: wish.symbol,
      side: wish.side,
      type: wish.type,
      timeInForce: wish.timeInForce,
      quantity: String(wish.shares),
      filledQuantity: '0',
      averageFillPrice: null,
      limitPrice: wish.limit,
      stopPrice: wish.stop,
      trail: null,
      notional: null,
      orderClass: 'simple',
      parentId: null,
      role: null,
      replaces: null,
      replacedBy: null,
      extendedHours: false,
      status: denial === null ? 'accepted' : 'denied',
      open: denial === null,
      statusReason: denial,
      owner: wish.owner,
      reason: wish.reason,
      signalId: wish.signalId,
      createdAt: this.#time,
      updatedAt: this.#time,
    };
    this.#risks.set(order.id, riskDecision(order, cost, this.#cash));
    this.#orders.push(order);
    this.#emit({ topic: 'orders', data: { orders: [order] } });
    if (order.open) this.#tryFill(order);
    return required(this.order(order.id), 'the new order');
  }

  #tryFill(order: OrderView): void {
    const market = this.#market(order.symbol);
    const buys = order.side === 'buy';
    const touch = round(market.price + (buys ? 0.01 : -0.01));
    if (order.type === 'limit' && (buys ? touch > Number(order.limitPrice) : touch < Number(order.limitPrice))) return;
    if (order.type === 'stop' && (buys ? touch < Number(order.stopPrice) : touch > Number(order.stopPrice))) return;
    const shares = Number(order.quantity);
    const fee = Math.max(1, round(shares * 0.005));
    const fill: FillView = {
      id: `f-${(this.#ids += 1)}`,
      orderId: order.id,
      symbol: order.symbol,
      side: order.side,
      quantity: order.quantity,
      price: decimal(touch),
      fees: money(fee),
      time: this.#time,
      liquidity: order.type === 'limit' ? 'maker' : 'taker',
      owner: order.owner,
    };
    this.#hold(`${order.owner} ${order.symbol}`, buys ? shares : -shares, touch, fee);
    this.#fills.push(fill);
    this.#changeOrder({
      ...order,
      status: 'filled',
      open: false,
      filledQuantity: order.quantity,
      averageFillPrice: fill.price,
    });
    this.#emit({ topic: 'fills', data: { fills: [fill] } });
    this.#log('info', order.owner, `${buys ? 'Bought' : 'Sold'} ${shares} ${order.symbol} at $${fill.price}.`);
    const strategy = this.#strategies.get(order.owner);
    if (strategy) this.#changeStrategy({ ...strategy, fillCount: strategy.fillCount + 1 });
  }

  #hold(key: string, shares: number, price: number, fee: number): void {
    const held = this.#holdings.get(key) ?? { shares: 0, average: 0, realised: 0, fees: 0, openedAt: this.#time };
    const total = held.shares + shares;
    if (held.shares === 0 || Math.sign(held.shares) === Math.sign(shares)) {
      held.average = (held.average * held.shares + price * shares) / total;
    } else {
      const closed = Math.min(Math.abs(shares), Math.abs(held.shares)) * Math.sign(held.shares);
      held.realised += closed * (price - held.average);
      if (Math.sign(total) !== Math.sign(held.shares)) held.average = total === 0 ? 0 : price;
    }
    held.shares = total;
    held.fees += fee;
    this.#cash -= shares * price + fee;
    this.#holdings.set(key, held);
  }

  #closeHolding(key: string, shares: number, reason: string): void {
    const fee = 1;
    const { price } = this.#market(symbolOf(key));
    this.#hold(key, -shares, price, fee);
    this.#log('info', ownerOf(key), `${reason} ${symbolOf(key)} at $${decimal(price)}.`);
    this.#emit({ topic: 'positions', data: { positions: [this.#position(key)] } });
  }

  #changeOrder(order: OrderView): void {
    const index = this.#orders.findIndex((one) => one.id === order.id);
    const changed = { ...order, open: !isTerminal(order.status), updatedAt: this.#time };
    this.#orders[index] = changed;
    this.#emit({ topic: 'orders', data: { orders: [changed] } });
  }

  #addStrategy(instanceId: string, strategy: string, symbols: readonly string[]): void {
    const entry = CATALOGUE.strategies.find((one) => one.strategy === strategy);
    this.#changeStrategy({
      instanceId,
      strategy,
      title: entry?.title ?? strategy,
      symbols: [...symbols],
      timeframe: '1m',
      params: Object.fromEntries((entry?.params ?? []).map((param) => [param.name, param.default])),
      allocation: 0.25,
      state: 'running',
      error: null,
      notice: null,
      startedAt: this.#time,
      ...{ realisedPnl: money(0), unrealisedPnl: money(0), pnl: money(0), fees: money(0) },
      openPositions: 0,
      orderCount: 0,
      fillCount: 0,
      pnlHistory: [],
    });
  }

  #changeStrategy(strategy: StrategyView): void {
    const held = [...this.#holdings].filter(([key]) => ownerOf(key) === strategy.instanceId);
    const realised = held.reduce((sum, [, one]) => sum + one.realised, 0);
    const fees = held.reduce((sum, [, one]) => sum + one.fees, 0);
    const unrealised = held.reduce((sum, [key, one]) => {
      return sum + one.shares * (this.#market(symbolOf(key)).price - one.average);
    }, 0);
    const pnl = round(realised + unrealised - fees);
    const changed: StrategyView = {
      ...strategy,
      realisedPnl: money(realised),
      unrealisedPnl: money(unrealised),
      pnl: money(pnl),
      fees: money(fees),
      openPositions: held.filter(([, one]) => one.shares !== 0).length,
      orderCount: this.#orders.filter((order) => order.owner === strategy.instanceId).length,
      pnlHistory: [...strategy.pnlHistory, pnl].slice(-60),
    };
    this.#strategies.set(changed.instanceId, changed);
    this.#emit({ topic: 'strategies', data: { strategies: [changed] } });
  }

  #position(key: string): PositionView {
    const holding = required(this.#holdings.get(key), `the holding ${key}`);
    const { price } = this.#market(symbolOf(key));
    return {
      owner: ownerOf(key),
      symbol: symbolOf(key),
      quantity: String(holding.shares),
      averagePrice: decimal(holding.average),
      mark: decimal(price),
      marketValue: money(holding.shares * price),
      unrealisedPnl: money(holding.shares * (price - holding.average)),
      realisedPnl: money(holding.realised),
      fees: money(holding.fees),
      openedAt: holding.openedAt,
    };
  }

  #quote(market: Market): QuoteView {
    const change = round(market.price - market.previousClose);
    return {
      symbol: market.symbol,
      time: this.#time,
      last: decimal(market.price),
      previousClose: decimal(market.previousClose),
      change: decimal(change),
      changeFraction: change / market.previousClose,
      bid: decimal(market.price - 0.01),
      bidSize: 300,
      ask: decimal(market.price + 0.01),
      askSize: 500,
      open: decimal(market.open),
      high: decimal(market.high),
      low: decimal(market.low),
      volume: market.volume,
      halted: false,
    };
  }

  #askDesk(accountId: string, request: VenueRequest): CommandResult {
    const answer = this.#venue.request(accountId, request, this.#time);
    for (let event = this.#venue.takeEvent(this.#time); event !== undefined;) {
      this.#venue.apply(event);
      event = this.#venue.takeEvent(this.#time);
    }
    return { ok: true, answer };
  }

  #emitBars(key: string, listeners: ReadonlySet<UpdateListener>): void {
    const [symbol, timeframe] = key.split(':') as [string, Timeframe];
    const data = fakeBars(this.#market(symbol), timeframe, 2, Infinity);
    for (const listener of listeners) listener({ topic: `bars:${symbol}:${timeframe}`, data });
  }

  #newMarket(symbol: string, price: number): Market {
    const minutes: Market['minutes'] = [];
    let last = price;
    for (let index = HISTORY_MINUTES; index > 0; index -= 1) {
      const open = last;
      const close = Math.max(0.5, round(open * (1 + this.#random.normal() * 0.001)));
      const high = round(Math.max(open, close) * 1.0004);
      const low = round(Math.min(open, close) * 0.9996);
      minutes.push([START - index * MINUTE, open, high, low, close, 100 * Math.ceil(this.#random.next() * 300)]);
      last = close;
    }
    return { symbol, price: last, previousClose: price, open: last, high: last, low: last, volume: 0, minutes };
  }

  #market(symbol: string): Market {
    const market = this.#markets.find((one) => one.symbol === symbol);
    if (market === undefined) throw new PapertapeError('SYMBOL_UNKNOWN', `This session has no symbol ${symbol}.`);
    return market;
  }

  #log(level: LogLine['level'], source: string, text: string): void {
    const line = { id: this.#logs.length, time: this.#time, level, source, text };
    this.#logs.push(line);
    this.#emit({ topic: 'logs', data: { lines: [line] } });
  }

  #emit(update: Parameters<UpdateListener>[0]): void {
    for (const listener of this.#listeners) listener(update);
  }
}

function deskConfig(): SessionConfig {
  return {
    sessionId: 'demo-2026-03-02',
    feed: 'sim',
    symbols: SYMBOLS.map(([symbol]) => symbol),
    priceScale: RAW_PRICE_SCALE,
    accountId: 'paper',
    startingCash: STARTING_CASH * 1_000_000,
    preset: 'papertape',
    feePlan: 'zero',
    seed: 1,
    startTime: START,
    limits: {},
    strategies: [],
  };
}

function ownerOf(key: string): string {
  return required(key.split(' ')[0], 'an owner');
}

function symbolOf(key: string): string {
  return required(key.split(' ')[1], 'a symbol');
}
