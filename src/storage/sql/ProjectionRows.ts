/**
 * The rows that a batch of records comes to. Only the end of a batch is ever visible, so that a row that changes
 * several times is written once, and rows of one table are written together.
 */
import type { Insertable, Transaction } from 'kysely';
import type { Fill } from '../../domain/fill.js';
import type { LedgerEntry } from '../../domain/ledger.js';
import type { Order } from '../../domain/order.js';
import type { Position } from '../../domain/position.js';
import type { RiskDecision } from '../../domain/risk.js';
import type { SessionConfig, StrategyConfig } from '../../domain/session.js';
import type { Signal } from '../../domain/signal.js';
import type { Micros } from '../../domain/units.js';
import { required } from '../../utils/assert.js';
import { DeskRows } from './DeskRows.js';
import { insertRows } from './insertRows.js';
import type { BookedKind, DeskChange, ProjectionEvent } from './projection.js';
import type {
  EquityTable,
  FillsTable,
  LedgerEntriesTable,
  OrdersTable,
  PositionsTable,
  SessionsTable,
  SignalsTable,
  StrategiesTable,
  Tables,
} from './schema.js';

type KillSwitch = Pick<
  SessionsTable,
  'kill_switch_on' | 'kill_switch_reason' | 'kill_switch_user' | 'kill_switch_since' | 'applied_seq'
>;

/** Collects rows of one session, then writes them. */
export class ProjectionRows {
  readonly #sessionId: string;
  readonly #symbols: readonly string[];
  #session: Insertable<SessionsTable> | undefined;
  #killSwitch: KillSwitch | undefined;
  readonly #orders = new Map<string, Insertable<OrdersTable>>();
  readonly #positions = new Map<string, Insertable<PositionsTable>>();
  readonly #strategies = new Map<string, Insertable<StrategiesTable>>();
  readonly #fills: Insertable<FillsTable>[] = [];
  readonly #entries: Insertable<LedgerEntriesTable>[] = [];
  readonly #signals: Insertable<SignalsTable>[] = [];
  readonly #equity: Insertable<EquityTable>[] = [];
  readonly #desk: DeskRows;

  constructor(sessionId: string, symbols: readonly string[]) {
    this.#sessionId = sessionId;
    this.#symbols = symbols;
    this.#desk = new DeskRows(sessionId, (symbolId) => this.#symbol(symbolId));
  }

  /** Takes one event in. */
  add(seq: number, event: ProjectionEvent): void {
    switch (event.type) {
      case 'session':
        this.#session ??= this.#sessionRow(seq, event.config);
        for (const change of event.desk ?? []) this.#addDesk(seq, change);
        return;
      case 'desk':
        for (const change of event.changes) this.#addDesk(seq, change);
        return;
      case 'order':
        this.#addOrder(seq, event.order, event.decision, ownerOf(event.order));
        return;
      case 'fill':
        this.#addFill(seq, event.fill);
        this.#addPosition(seq, event.position);
        return;
      case 'ledger':
        this.#addEntries(seq, event.time, event.entries, null, event.booking);
        return;
      case 'signal':
        this.#signals.push(this.#signalRow(seq, event.signal, event.decision, event.orderId));
        return;
      case 'strategy':
        this.#strategies.set(event.config.instanceId, this.#strategyRow(seq, event.config, event));
        return;
      case 'killSwitch':
        this.#killSwitch = {
          kill_switch_on: event.on ? 1 : 0,
          kill_switch_reason: textOf(event.reason),
          kill_switch_user: event.user,
          kill_switch_since: event.time,
          applied_seq: seq,
        };
        return;
      case 'equity': {
        const { time, equity, cash } = event;
        this.#equity.push({ session_id: this.#sessionId, time, equity, cash, applied_seq: seq });
        return;
      }
    }
  }

  /** Writes everything. */
  async write(writer: Transaction<Tables>): Promise<void> {
    if (this.#session !== undefined) {
      await writer
        .insertInto('sessions')
        .values(this.#session)
        .onConflict((conflict) => conflict.column('session_id').doNothing())
        .execute();
    }
    if (this.#killSwitch !== undefined) {
      await writer.updateTable('sessions').set(this.#killSwitch).where('session_id', '=', this.#sessionId).execute();
    }
    await insertRows(writer, [...this.#orders.values()], (values) =>
      writer
        .insertInto('orders')
        .values(values)
        .onConflict((conflict) =>
          conflict.columns(['session_id', 'order_id']).doUpdateSet((row) => ({
            quantity: row.ref('excluded.quantity'),
            limit_price: row.ref('excluded.limit_price'),
            stop_price: row.ref('excluded.stop_price'),
            parent_id: row.ref('excluded.parent_id'),
            replaced_by: row.ref('excluded.replaced_by'),
            status: row.ref('excluded.status'),
            status_reason: row.ref('excluded.status_reason'),
            filled_quantity: row.ref('excluded.filled_quantity'),
            filled_notional: row.ref('excluded.filled_notional'),
            updated_at: row.ref('excluded.updated_at'),
            applied_seq: row.ref('excluded.applied_seq'),
          })),
        ),
    );
    await insertRows(writer, [...this.#positions.values()], (values) =>
      writer
        .insertInto('positions')
        .values(values)
        .onConflict((conflict) =>
          conflict.columns(['session_id', 'owner', 'symbol']).doUpdateSet((row) => ({
            quantity: row.ref('excluded.quantity'),
            average_price: row.ref('excluded.average_price'),
            realised_pnl: row.ref('excluded.realised_pnl'),
            fees: row.ref('excluded.fees'),
            opened_at: row.ref('excluded.opened_at'),
            applied_seq: row.ref('excluded.applied_seq'),
          })),
        ),
    );
    await insertRows(writer, [...this.#strategies.values()], (values) =>
      writer
        .insertInto('strategies')
        .values(values)
        .onConflict((conflict) =>
          conflict.columns(['session_id', 'instance_id']).doUpdateSet((row) => ({
            strategy: row.ref('excluded.strategy'),
            config: row.ref('excluded.config'),
            state: row.ref('excluded.state'),
            error: row.ref('excluded.error'),
            updated_at: row.ref('excluded.updated_at'),
            applied_seq: row.ref('excluded.applied_seq'),
          })),
        ),
    );
    await insertRows(writer, this.#fills, (row) => writer.insertInto('fills').values(row));
    await insertRows(writer, this.#entries, (row) => writer.insertInto('ledger_entries').values(row));
    await insertRows(writer, this.#signals, (row) => writer.insertInto('signals').values(row));
    await insertRows(writer, this.#equity, (row) => writer.insertInto('equity').values(row));
    await this.#desk.write(writer);
  }

  #addDesk(seq: number, change: DeskChange): void {
    switch (change.kind) {
      case 'order':
        this.#addOrder(seq, change.order, undefined, change.order.accountId);
        return;
      case 'fill':
        this.#addFill(seq, change.fill);
        return;
      case 'entries':
        this.#addEntries(seq, change.time, change.entries, null, change.booking);
        return;
      default:
        this.#desk.add(seq, change);
    }
  }

  #sessionRow(seq: number, config: SessionConfig): Insertable<SessionsTable> {
    return {
      session_id: this.#sessionId,
      started_at: config.startTime,
      feed: config.feed,
      config: JSON.stringify(config),
      kill_switch_on: 0,
      kill_switch_reason: '',
      kill_switch_user: '',
      kill_switch_since: null,
      applied_seq: seq,
    };
  }

  #addOrder(seq: number, order: Order, decision: RiskDecision | undefined, owner: string): void {
    const changing = {
      quantity: order.quantity,
      limit_price: order.limitPrice ?? null,
      stop_price: order.stopPrice ?? null,
      parent_id: order.parentId ?? null,
      replaced_by: order.replacedBy ?? null,
      status: order.status,
      status_reason: optionalText(order.statusReason),
      filled_quantity: order.filledQuantity,
      filled_notional: order.filledNotional,
      updated_at: order.updatedAt,
      applied_seq: seq,
    };
    const earlier = this.#orders.get(order.id);
    if (earlier !== undefined) {
      this.#orders.set(order.id, { ...earlier, ...changing });
      return;
    }
    this.#orders.set(order.id, {
      session_id: this.#sessionId,
      order_id: order.id,
      client_order_id: textOf(order.clientOrderId),
      account_id: order.accountId,
      symbol: this.#symbol(order.symbolId),
      side: order.side,
      type: order.type,
      time_in_force: order.timeInForce,
      notional: order.notional ?? null,
      trail: order.trail === undefined ? null : JSON.stringify(order.trail),
      order_class: order.orderClass ?? 'simple',
      role: order.role ?? null,
      replaces: order.replaces ?? null,
      extended_hours: order.extendedHours ? 1 : 0,
      owner,
      reason: textOf(order.reason),
      signal_id: order.signalId ?? null,
      created_at: order.createdAt,
      decision: decision === undefined ? null : decisionJson(decision),
      ...changing,
    });
  }

  #addFill(seq: number, fill: Fill): void {
    this.#fills.push(this.#fillRow(seq, fill));
    this.#addEntries(seq, fill.time, fill.entries, fill.id, null);
  }

  #fillRow(seq: number, fill: Fill): Insertable<FillsTable> {
    return {
      session_id: this.#sessionId,
      fill_id: fill.id,
      order_id: fill.orderId,
      account_id: fill.accountId,
      symbol: this.#symbol(fill.symbolId),
      side: fill.side,
      quantity: fill.quantity,
      price: fill.price,
      time: fill.time,
      report_time: fill.reportTime,
      liquidity: fill.liquidity,
      fees: JSON.stringify(fill.fees),
      receipt: JSON.stringify(fill.receipt),
      applied_seq: seq,
    };
  }

  #addEntries(
    seq: number,
    time: Micros,
    entries: readonly LedgerEntry[],
    fillId: string | null,
    booking: BookedKind | null,
  ): void {
    for (const [line, entry] of entries.entries()) {
      this.#entries.push({
        session_id: this.#sessionId,
        applied_seq: seq,
        line,
        fill_id: fillId,
        time,
        account_id: entry.accountId,
        account: entry.account,
        symbol: entry.symbolId < 0 ? null : this.#symbol(entry.symbolId),
        amount: entry.amount,
        quantity: entry.quantity,
        booking,
      });
    }
  }

  #addPosition(seq: number, position: Position): void {
    this.#positions.set(`${position.owner} ${position.symbolId}`, {
      session_id: this.#sessionId,
      owner: position.owner,
      symbol: this.#symbol(position.symbolId),
      quantity: position.quantity,
      average_price: position.averagePrice,
      realised_pnl: position.realisedPnl,
      fees: position.fees,
      opened_at: position.openedAt,
      applied_seq: seq,
    });
  }

  #signalRow(
    seq: number,
    signal: Signal,
    decision: RiskDecision,
    orderId: string | undefined,
  ): Insertable<SignalsTable> {
    return {
      session_id: this.#sessionId,
      signal_id: signal.id,
      instance_id: signal.instanceId,
      symbol: this.#symbol(signal.symbolId),
      time: signal.time,
      intent: signal.intent,
      reason: textOf(signal.reason),
      signal: JSON.stringify(signal),
      decision: decisionJson(decision),
      outcome: decision.outcome,
      order_id: orderId ?? null,
      applied_seq: seq,
    };
  }

  #strategyRow(
    seq: number,
    config: StrategyConfig,
    now: { readonly time: Micros; readonly state: string; readonly error: string | undefined },
  ): Insertable<StrategiesTable> {
    return {
      session_id: this.#sessionId,
      instance_id: config.instanceId,
      strategy: config.strategy,
      config: JSON.stringify(config),
      state: now.state,
      error: optionalText(now.error),
      updated_at: now.time,
      applied_seq: seq,
    };
  }

  #symbol(symbolId: number): string {
    return required(this.#symbols[symbolId], `the symbol ${symbolId}`);
  }
}

function ownerOf({ source }: Order): string {
  return source.kind === 'strategy' ? source.instanceId : 'manual';
}

/** Text without NUL, which SQLite would end at and PostgreSQL refuses; people and strategies may write anything. */
function textOf(value: string): string {
  return value.replaceAll('\0', '\uFFFD');
}

function optionalText(value: string | undefined): string | null {
  return value === undefined ? null : textOf(value);
}

/** A decision as JSON: the typed arrays as lists, an absent limit (Infinity) as null. */
function decisionJson(decision: RiskDecision): string {
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return JSON.stringify({
    outcome: decision.outcome,
    reason: decision.reason ?? null,
    requestedQuantity: decision.requestedQuantity,
    quantity: decision.quantity,
    answers: [...decision.answers],
    measured: [...decision.measured].map(finite),
    limits: [...decision.limits].map(finite),
  });
}
