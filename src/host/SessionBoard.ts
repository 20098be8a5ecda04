/**
 * Gathers what changed in a session since it was last published, as updates of the stream's topics. Orders,
 * fills, signals and log lines are told in full; positions, account, strategies and quotes as they are now.
 */
import type { Account, FillView, LogLine, PositionView, SignalView, TopicUpdate } from '../contracts/index.js';
import type { Command } from '../domain/commands.js';
import type { Fill } from '../domain/fill.js';
import type { Order } from '../domain/order.js';
import type { SessionConfig } from '../domain/session.js';
import type { Micros } from '../domain/units.js';
import { DOLLAR, formatDecimal, SHARE } from '../domain/units.js';
import { isDeskOrderId } from '../domain/venueDesk.js';
import { brokerLine } from './brokerViews.js';
import { ScenarioBoard } from './ScenarioBoard.js';
import type { PlacedRecord, TapeRecord, WarmUpInstead } from './tapeRecords.js';
import { insteadText } from './warmUp.js';
import { stuckIn } from './stuckStrategy.js';
import { fillView, orderView, ownerOf, signalView, type StoredRiskDecision, type Units } from './views.js';

/** What the board keeps of a fill, for its receipt. */
export interface KeptFill {
  readonly fill: Fill;
  readonly owner: string;
}

/** See the module header. */
export class SessionBoard {
  /** What each order got in each fill scenario. */
  readonly scenarios: ScenarioBoard;
  readonly #units: Units;
  /** As they were last: most change several times before they are told. */
  readonly #orders = new Map<string, Order>();
  readonly #fills: FillView[] = [];
  readonly #signals: SignalView[] = [];
  readonly #logs: LogLine[] = [];
  readonly #equity = { time: [] as number[], equity: [] as number[], cash: [] as number[] };
  readonly #keptFills = new Map<string, KeptFill>();
  readonly #decisions = new Map<string, StoredRiskDecision>();
  readonly #owners = new Map<string, string>();
  readonly #sentPositions = new Map<string, string>();
  readonly #counts = new Map<string, { orders: number; fills: number }>();
  readonly #answered = new Set<string>();
  /** Whose indicators began with other bars than the session's feed has. */
  readonly #instead: WarmUpInstead | undefined;
  #strategiesChanged = true;
  #lastCommand: Command | undefined;
  #logId = 0;

  /** `opening`: the records that are on the tape before the session goes on. */
  constructor(units: Units, config: SessionConfig, opening: readonly PlacedRecord[]) {
    this.#units = units;
    this.#instead = opening.map(({ record }) => (record.type === 'warmUp' ? record.instead : undefined)).find(Boolean);
    this.scenarios = new ScenarioBoard(units, config);
  }

  /** Takes a record of the tape, live or recovered. */
  note(record: TapeRecord): void {
    this.scenarios.note(record);
    switch (record.type) {
      case 'order':
        this.#noteOrder(record.order, record.decision);
        return;
      case 'venue':
        // What the desk's accounts trade is theirs: the board shows the engine's account.
        if (record.event.type === 'filled' && !isDeskOrderId(record.event.orderId)) this.#noteFill(record.event.fill);
        return;
      case 'signal':
        this.#noteSignal(record);
        if (record.orderId !== undefined) this.#decisions.set(record.orderId, record.decision);
        return;
      case 'strategy':
        this.#strategiesChanged = true;
        this.log(
          record.time,
          record.state === 'quarantined' ? 'error' : 'info',
          record.instanceId,
          record.error === undefined
            ? `is ${record.state === 'warmingUp' ? 'warming up' : record.state}`
            : `stopped by its own error: ${record.error.split('\n')[0] ?? ''}`,
        );
        return;
      case 'log':
        this.log(record.time, 'info', record.instanceId, record.text);
        return;
      case 'command':
        this.#noteCommand(record.command, record.time);
        return;
      case 'result':
        if (!record.result.ok) this.log(record.time, 'warn', 'order desk', this.#refusalText(record.result.message));
        return;
      case 'equity':
        this.#equity.time.push(record.time);
        this.#equity.equity.push(record.equity / 1_000_000);
        this.#equity.cash.push(record.cash / 1_000_000);
        return;
      case 'shadowsEnded':
        this.log(record.time, 'error', 'fill scenarios', `The shadow accounts follow no longer: ${record.reason}.`);
        return;
      default:
        return;
    }
  }

  /** Adds a line to the activity log. */
  log(time: Micros, level: LogLine['level'], source: string, text: string): void {
    this.#logId += 1;
    this.#logs.push({ id: this.#logId, time, level, source, text });
  }

  /** A fill with its evidence. */
  fill(fillId: string): KeptFill | undefined {
    return this.#keptFills.get(fillId);
  }

  /** The stored answers of the risk checks to an order. */
  decision(orderId: string): StoredRiskDecision | undefined {
    return this.#decisions.get(orderId);
  }

  /** What is to be known of a strategy on these symbols; null: nothing. */
  noticeOf(symbols: readonly string[]): string | null {
    const { feed, symbols: all } = this.#instead ?? { feed: '', symbols: [] };
    const own = all.filter((symbol) => symbols.includes(symbol));
    return own.length === 0 ? null : insteadText({ feed, symbols: own });
  }

  /** How many orders and fills an owner had. */
  countsOf(owner: string): { readonly orders: number; readonly fills: number } {
    return this.#counts.get(owner) ?? { orders: 0, fills: 0 };
  }

  /** Whether strategies changed their state since the last call. */
  takeStrategiesChanged(): boolean {
    const changed = this.#strategiesChanged;
    this.#strategiesChanged = false;
    return changed;
  }

  /** The updates since the last call; empty lists are left out. */
  take(): TopicUpdate[] {
    const updates: TopicUpdate[] = [];
    if (this.#orders.size > 0) {
      const orders = Array.from(this.#orders.values(), (order) => orderView(order, this.#units));
      updates.push({ topic: 'orders', data: { orders } });
    }
    if (this.#fills.length > 0) updates.push({ topic: 'fills', data: { fills: this.#fills.splice(0) } });
    if (this.#signals.length > 0) updates.push({ topic: 'signals', data: { signals: this.#signals.splice(0) } });
    if (this.#logs.length > 0) updates.push({ topic: 'logs', data: { lines: this.#logs.splice(0) } });
    if (this.#equity.time.length > 0) {
      const { time, equity, cash } = this.#equity;
      updates.push({ topic: 'equity', data: { time: time.splice(0), equity: equity.splice(0), cash: cash.splice(0) } });
    }
    this.#orders.clear();
    return updates;
  }

  /** Those of the positions that differ from what was last told; closed ones are told once. */
  changedPositions(positions: readonly PositionView[]): PositionView[] {
    return positions.filter((position) => {
      const key = `${position.owner} ${position.symbol}`;
      const { mark, unrealisedPnl, quantity, realisedPnl } = position;
      const told = quantity === '0' ? `closed ${realisedPnl}` : `${quantity} ${mark} ${unrealisedPnl} ${realisedPnl}`;
      if (this.#sentPositions.get(key) === told) return false;
      this.#sentPositions.set(key, told);
      return true;
    });
  }

  /** A reversal answers one signal twice, for the close and for the open; each answer is told as its own. */
  #noteSignal(record: Extract<TapeRecord, { type: 'signal' }>): void {
    const view = signalView(record.signal, record.decision, record.orderId, this.#units);
    const again = this.#answered.has(view.id);
    this.#answered.add(view.id);
    this.#signals.push(again ? { ...view, id: `${view.id}.2` } : view);
  }

  #noteCommand(command: Command, time: Micros): void {
    this.#lastCommand = command;
    const stuck = stuckIn(command);
    if (stuck !== undefined) this.log(time, 'error', stuck.instanceId, stuck.text);
    if (command.type !== 'brokerReport') return;
    const line = brokerLine(command.report);
    if (line !== undefined) this.log(time, line.level, 'broker', line.text);
  }

  /** Whoever gives an order reads the answer; an order of the day before is entered while nobody looks. */
  #refusalText(message: string): string {
    const command = this.#lastCommand;
    if (command?.type !== 'submitOrder' || command.carried !== true) return message;
    const { side, quantity, notional, symbol, clientOrderId } = command;
    const size = notional === undefined ? formatDecimal(quantity, SHARE, 0) : `$${formatDecimal(notional, DOLLAR)} of`;
    return `The order of the day before to ${side} ${size} ${symbol} (${clientOrderId}) works on no longer: ${message}`;
  }

  #noteOrder(order: Order, decision: StoredRiskDecision | undefined): void {
    const owner = ownerOf(order.source);
    if (!this.#owners.has(order.id)) {
      this.#owners.set(order.id, owner);
      this.#count(owner).orders += 1;
    }
    if (decision !== undefined) this.#decisions.set(order.id, decision);
    this.#orders.set(order.id, order);
  }

  #noteFill(fill: Fill): void {
    const owner = this.#owners.get(fill.orderId) ?? 'manual';
    this.#keptFills.set(fill.id, { fill, owner });
    this.#count(owner).fills += 1;
    this.#fills.push(fillView(fill, owner, this.#units));
  }

  #count(owner: string): { orders: number; fills: number } {
    let counts = this.#counts.get(owner);
    if (counts === undefined) {
      counts = { orders: 0, fills: 0 };
      this.#counts.set(owner, counts);
    }
    return counts;
  }
}

/** Whether two account views tell a person the same; the time alone does not count. */
export function sameAccount(a: Account | undefined, b: Account): boolean {
  return a !== undefined && JSON.stringify({ ...a, time: 0 }) === JSON.stringify({ ...b, time: 0 });
}
