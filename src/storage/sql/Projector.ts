/**
 * Keeps the query tables equal to the tape. A batch of records and the new `applied_seq` go into one transaction:
 * after any crash the tables are those of exactly `applied_seq`, and records up to it are skipped when they come
 * again (I-22).
 */
import type { Transaction } from 'kysely';
import type { Fill } from '../../domain/fill.js';
import type { LedgerEntry } from '../../domain/ledger.js';
import type { Order } from '../../domain/order.js';
import type { Position } from '../../domain/position.js';
import type { RiskDecision } from '../../domain/risk.js';
import type { Signal } from '../../domain/signal.js';
import type { Micros } from '../../domain/units.js';
import { assert, required } from '../../utils/assert.js';
import type { SqlDatabase } from './database.js';
import type { ProjectionEvent, ProjectionRecord } from './projection.js';
import { PROJECTION_TABLES } from './schema.js';
import type { Tables } from './schema.js';

type Writer = Transaction<Tables>;

/** Applies one session's records to the tables. */
export class Projector {
  readonly #database: SqlDatabase;
  readonly #sessionId: string;
  readonly #symbols: readonly string[];

  /** `symbols` are the session's, by symbol id. */
  constructor(database: SqlDatabase, session: { readonly sessionId: string; readonly symbols: readonly string[] }) {
    this.#database = database;
    this.#sessionId = session.sessionId;
    this.#symbols = session.symbols;
  }

  /** Sequence number up to which the tables are; 0 before the first record. */
  async appliedSeq(): Promise<number> {
    const row = await this.#database
      .selectFrom('projection_state')
      .select('applied_seq')
      .where('session_id', '=', this.#sessionId)
      .executeTakeFirst();
    return row?.applied_seq ?? 0;
  }

  /**
   * Applies records in order, in one transaction; those at or below `applied_seq` are skipped. Returns the new
   * `applied_seq`. Fails an assertion when the records are not in order.
   */
  apply(records: readonly ProjectionRecord[]): Promise<number> {
    return this.#database.transaction().execute(async (writer) => {
      const state = await writer
        .selectFrom('projection_state')
        .select('applied_seq')
        .where('session_id', '=', this.#sessionId)
        .executeTakeFirst();
      let applied = state?.applied_seq ?? 0;
      let previous = 0;
      for (const { seq, event } of records) {
        assert(seq > previous, `projection records are out of order: ${seq} after ${previous}`);
        previous = seq;
        if (seq <= applied) continue;
        await this.#write(writer, seq, event);
        applied = seq;
      }
      await writer
        .insertInto('projection_state')
        .values({ session_id: this.#sessionId, applied_seq: applied })
        .onConflict((conflict) => conflict.column('session_id').doUpdateSet({ applied_seq: applied }))
        .execute();
      return applied;
    });
  }

  /** Empties this session's tables and applies all records from the tape's start, in one transaction each part. */
  async rebuild(records: Iterable<ProjectionRecord> | AsyncIterable<ProjectionRecord>): Promise<number> {
    await this.#database.transaction().execute(async (writer) => {
      for (const table of PROJECTION_TABLES) {
        await writer.deleteFrom(table).where('session_id', '=', this.#sessionId).execute();
      }
    });
    let batch: ProjectionRecord[] = [];
    for await (const record of records) {
      batch.push(record);
      if (batch.length < REBUILD_BATCH) continue;
      await this.apply(batch);
      batch = [];
    }
    return this.apply(batch);
  }

  async #write(writer: Writer, seq: number, event: ProjectionEvent): Promise<void> {
    switch (event.type) {
      case 'session':
        await writer
          .insertInto('sessions')
          .values({
            session_id: this.#sessionId,
            started_at: event.config.startTime,
            feed: event.config.feed,
            config: JSON.stringify(event.config),
            kill_switch_on: 0,
            kill_switch_reason: '',
            kill_switch_user: '',
            kill_switch_since: null,
            applied_seq: seq,
          })
          .onConflict((conflict) => conflict.column('session_id').doNothing())
          .execute();
        return;
      case 'order':
        return this.#writeOrder(writer, seq, event.order, event.decision);
      case 'fill':
        await this.#writeFill(writer, seq, event.fill);
        await this.#writeEntries(writer, seq, event.fill.time, event.fill.entries, event.fill.id);
        return this.#writePosition(writer, seq, event.position);
      case 'ledger':
        return this.#writeEntries(writer, seq, event.time, event.entries, null);
      case 'signal':
        return this.#writeSignal(writer, seq, event.signal, event.decision, event.orderId);
      case 'strategy': {
        const { config, state, time } = event;
        const change = { state, error: optionalText(event.error), updated_at: time, applied_seq: seq };
        const row = { strategy: config.strategy, config: JSON.stringify(config), ...change };
        await writer
          .insertInto('strategies')
          .values({ session_id: this.#sessionId, instance_id: config.instanceId, ...row })
          .onConflict((conflict) => conflict.columns(['session_id', 'instance_id']).doUpdateSet(row))
          .execute();
        return;
      }
      case 'killSwitch':
        await writer
          .updateTable('sessions')
          .set({
            kill_switch_on: event.on ? 1 : 0,
            kill_switch_reason: textOf(event.reason),
            kill_switch_user: event.user,
            kill_switch_since: event.time,
            applied_seq: seq,
          })
          .where('session_id', '=', this.#sessionId)
          .execute();
        return;
      case 'equity':
        await writer
          .insertInto('equity')
          .values({
            session_id: this.#sessionId,
            time: event.time,
            equity: event.equity,
            cash: event.cash,
            applied_seq: seq,
          })
          .execute();
        return;
    }
  }

  async #writeOrder(writer: Writer, seq: number, order: Order, decision: RiskDecision | undefined): Promise<void> {
    const changing = {
      status: order.status,
      status_reason: optionalText(order.statusReason),
      filled_quantity: order.filledQuantity,
      filled_notional: order.filledNotional,
      updated_at: order.updatedAt,
      applied_seq: seq,
    };
    await writer
      .insertInto('orders')
      .values({
        session_id: this.#sessionId,
        order_id: order.id,
        client_order_id: textOf(order.clientOrderId),
        account_id: order.accountId,
        symbol: this.#symbol(order.symbolId),
        side: order.side,
        type: order.type,
        time_in_force: order.timeInForce,
        quantity: order.quantity,
        limit_price: order.limitPrice ?? null,
        stop_price: order.stopPrice ?? null,
        extended_hours: order.extendedHours ? 1 : 0,
        owner: order.source.kind === 'strategy' ? order.source.instanceId : 'manual',
        reason: textOf(order.reason),
        signal_id: order.signalId ?? null,
        created_at: order.createdAt,
        decision: decision === undefined ? null : decisionJson(decision),
        ...changing,
      })
      .onConflict((conflict) => conflict.columns(['session_id', 'order_id']).doUpdateSet(changing))
      .execute();
  }

  async #writeFill(writer: Writer, seq: number, fill: Fill): Promise<void> {
    await writer
      .insertInto('fills')
      .values({
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
      })
      .execute();
  }

  async #writeEntries(
    writer: Writer,
    seq: number,
    time: Micros,
    entries: readonly LedgerEntry[],
    fillId: string | null,
  ): Promise<void> {
    if (entries.length === 0) return;
    const rows = entries.map((entry, line) => ({
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
    }));
    await writer.insertInto('ledger_entries').values(rows).execute();
  }

  async #writePosition(writer: Writer, seq: number, position: Position): Promise<void> {
    const changing = {
      quantity: position.quantity,
      average_price: position.averagePrice,
      realised_pnl: position.realisedPnl,
      fees: position.fees,
      opened_at: position.openedAt,
      applied_seq: seq,
    };
    await writer
      .insertInto('positions')
      .values({
        session_id: this.#sessionId,
        owner: position.owner,
        symbol: this.#symbol(position.symbolId),
        ...changing,
      })
      .onConflict((conflict) => conflict.columns(['session_id', 'owner', 'symbol']).doUpdateSet(changing))
      .execute();
  }

  async #writeSignal(
    writer: Writer,
    seq: number,
    signal: Signal,
    decision: RiskDecision,
    orderId: string | undefined,
  ): Promise<void> {
    await writer
      .insertInto('signals')
      .values({
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
      })
      .execute();
  }

  #symbol(symbolId: number): string {
    return required(this.#symbols[symbolId], `the symbol ${symbolId}`);
  }
}

/** Records per transaction of a rebuild. */
const REBUILD_BATCH = 1000;

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
