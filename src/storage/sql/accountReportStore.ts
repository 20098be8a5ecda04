/** What happened in the accounts of sessions, from the projections of their tapes. */
import type { Selectable, SelectQueryBuilder } from 'kysely';
import type {
  AccountReportStore,
  KeptActivity,
  KeptDecision,
  KeptOrder,
  KeptPoint,
  KeptPosition,
  KeptProgramAccount,
  KeptSession,
  OwnedPrograms,
} from '../../domain/accountReports.js';
import type { FeeLine } from '../../domain/fill.js';
import type { OrderType, Side } from '../../domain/order.js';
import type { OrderStatus } from '../../domain/orderState.js';
import type { SessionConfig } from '../../domain/session.js';
import type { Micros } from '../../domain/units.js';
import { notional } from '../../domain/units.js';
import type { AccountKind } from '../../domain/venueDesk.js';
import type { SqlDatabase } from './database.js';
import type { DeskAccountsTable, OrdersTable, PositionsTable, SessionsTable, Tables } from './schema.js';

/** {@link AccountReportStore} on the database. */
export class SqlAccountReportStore implements AccountReportStore {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#database = database;
  }

  async sessions(from: Micros, to: Micros, program?: OwnedPrograms): Promise<readonly KeptSession[]> {
    const rows = await this.#sessionsOf(program)
      .where('started_at', '>=', from)
      .where('started_at', '<', to)
      .orderBy('started_at')
      .orderBy('session_id')
      .execute();
    return rows.map(sessionOf);
  }

  async session(sessionId: string): Promise<KeptSession | undefined> {
    const row = await this.#database
      .selectFrom('sessions')
      .selectAll()
      .where('session_id', '=', sessionId)
      .executeTakeFirst();
    return row === undefined ? undefined : sessionOf(row);
  }

  async sessionBefore(time: Micros, line: string): Promise<KeptSession | undefined> {
    const rows = await this.#database
      .selectFrom('sessions')
      .selectAll()
      .where('started_at', '<', time)
      .orderBy('started_at', 'desc')
      .orderBy('session_id', 'desc')
      .execute();
    const row = rows.find(({ session_id }) => session_id.startsWith(line));
    return row === undefined ? undefined : sessionOf(row);
  }

  async lastSession(program?: OwnedPrograms): Promise<KeptSession | undefined> {
    const row = await this.#sessionsOf(program)
      .orderBy('started_at', 'desc')
      .orderBy('session_id', 'desc')
      .executeTakeFirst();
    return row === undefined ? undefined : sessionOf(row);
  }

  programs(): Promise<readonly Pick<KeptProgramAccount, 'accountId' | 'owner'>[]> {
    return this.#database
      .selectFrom('desk_accounts')
      .select(['account_id as accountId', 'owner'])
      .distinct()
      .orderBy('account_id')
      .orderBy('owner')
      .execute();
  }

  async program(sessionId: string, accountId: string): Promise<KeptProgramAccount | undefined> {
    const row = await this.#database
      .selectFrom('desk_accounts')
      .selectAll()
      .where('session_id', '=', sessionId)
      .where('account_id', '=', accountId)
      .executeTakeFirst();
    return row === undefined ? undefined : programOf(row);
  }

  lastPoint(sessionId: string): Promise<KeptPoint | undefined> {
    return this.#database
      .selectFrom('equity')
      .select(['time', 'equity', 'cash'])
      .where('session_id', '=', sessionId)
      .orderBy('time', 'desc')
      .orderBy('applied_seq', 'desc')
      .executeTakeFirst();
  }

  async activity({ sessionId, config }: KeptSession, program?: string): Promise<KeptActivity> {
    const database = this.#database;
    const { priceScale } = config;
    const accountId = program ?? config.accountId;
    const cash = await database
      .selectFrom('ledger_entries')
      .select(['time', 'amount', 'fill_id', 'booking'])
      .where('session_id', '=', sessionId)
      .where('account_id', '=', accountId)
      .where('account', '=', 'cash')
      .orderBy('applied_seq')
      .orderBy('line')
      .execute();
    const fills = await database
      .selectFrom('fills')
      .select(['quantity', 'price', 'fees'])
      .where('session_id', '=', sessionId)
      .where('account_id', '=', accountId)
      .execute();
    const orders = await database
      .selectFrom('orders')
      .selectAll()
      .where('session_id', '=', sessionId)
      .where('account_id', '=', accountId)
      .orderBy('created_at')
      .orderBy('order_id')
      .execute();
    const { points, signals, positions } =
      program === undefined ? await this.#ofSession(sessionId) : await this.#ofProgram(sessionId, program);
    const fees = new Map<string, number>();
    let traded = 0;
    for (const fill of fills) {
      traded += notional(fill.price, fill.quantity, priceScale);
      // This module's own projector wrote it.
      for (const { kind, amount } of JSON.parse(fill.fees) as FeeLine[]) {
        fees.set(kind, (fees.get(kind) ?? 0) + amount);
      }
    }
    return {
      points,
      cash: cash.map(({ time, amount, fill_id, booking }) => ({ time, amount, ofFill: fill_id !== null, booking })),
      fills: fills.length,
      traded,
      fees: [...fees].map(([kind, amount]) => ({ kind, amount })),
      orders: orders.map(orderOf),
      signals,
      positions,
    };
  }

  #sessionsOf(program: OwnedPrograms | undefined): SelectQueryBuilder<Tables, 'sessions', Selectable<SessionsTable>> {
    const all = this.#database.selectFrom('sessions').selectAll();
    if (program === undefined) return all;
    return all.where((is) =>
      is.exists(
        is
          .selectFrom('desk_accounts')
          .select('desk_accounts.account_id')
          .whereRef('desk_accounts.session_id', '=', 'sessions.session_id')
          .where('desk_accounts.account_id', '=', program.accountId)
          .where('desk_accounts.owner', 'in', program.owners),
      ),
    );
  }

  /** What is kept of the session's own account alone. */
  async #ofSession(sessionId: string): Promise<Pick<KeptActivity, 'points' | 'signals' | 'positions'>> {
    const database = this.#database;
    const points = await database
      .selectFrom('equity')
      .select(['time', 'equity', 'cash'])
      .where('session_id', '=', sessionId)
      .orderBy('time')
      .orderBy('applied_seq')
      .execute();
    const signals = await database
      .selectFrom('signals')
      .select(['signal_id', 'instance_id', 'symbol', 'time', 'intent', 'reason', 'decision'])
      .where('session_id', '=', sessionId)
      .orderBy('time')
      .orderBy('applied_seq')
      .execute();
    const positions = await database
      .selectFrom('positions')
      .select(['owner', 'symbol', 'quantity', 'average_price', 'opened_at'])
      .where('session_id', '=', sessionId)
      .where('quantity', '!=', 0)
      .orderBy('owner')
      .orderBy('symbol')
      .execute();
    return {
      points,
      signals: signals.map(({ signal_id, instance_id, decision, ...signal }) => ({
        ...signal,
        signalId: signal_id,
        owner: instance_id,
        decision: decisionOf(decision),
      })),
      positions: positions.map(positionOf),
    };
  }

  async #ofProgram(
    sessionId: string,
    accountId: string,
  ): Promise<Pick<KeptActivity, 'points' | 'signals' | 'positions'>> {
    const database = this.#database;
    const points = await database
      .selectFrom('desk_equity')
      .select(['time', 'equity', 'cash', 'flow'])
      .where('session_id', '=', sessionId)
      .where('account_id', '=', accountId)
      .orderBy('time')
      .orderBy('applied_seq')
      .execute();
    const positions = await database
      .selectFrom('desk_positions')
      .select(['account_id as owner', 'symbol', 'quantity', 'average_price', 'opened_at'])
      .where('session_id', '=', sessionId)
      .where('account_id', '=', accountId)
      .where('quantity', '!=', 0)
      .orderBy('symbol')
      .execute();
    return { points, signals: [], positions: positions.map(positionOf) };
  }
}

function positionOf({
  average_price: averagePrice,
  opened_at: openedAt,
  ...position
}: Pick<PositionsTable, 'owner' | 'symbol' | 'quantity' | 'average_price' | 'opened_at'>): KeptPosition {
  return { ...position, averagePrice, openedAt };
}

function programOf(row: Selectable<DeskAccountsTable>): KeptProgramAccount {
  return {
    accountId: row.account_id,
    owner: row.owner,
    // The projector wrote it from the very type.
    kind: row.kind as AccountKind,
    preset: row.preset,
    feePlan: row.fee_plan,
    startingCash: row.starting_cash,
    openedAt: row.opened_at,
    carriedEquity: row.carried_equity,
    closedAt: row.closed_at,
  };
}

function sessionOf(row: Selectable<SessionsTable>): KeptSession {
  const { kill_switch_since: since } = row;
  return {
    sessionId: row.session_id,
    startedAt: row.started_at,
    config: JSON.parse(row.config) as SessionConfig,
    killSwitch:
      since === null
        ? undefined
        : { on: row.kill_switch_on === 1, reason: row.kill_switch_reason, user: row.kill_switch_user, since },
  };
}

function orderOf(row: Selectable<OrdersTable>): KeptOrder {
  return {
    orderId: row.order_id,
    symbol: row.symbol,
    owner: row.owner,
    // The projector wrote these from the very types.
    side: row.side as Side,
    type: row.type as OrderType,
    quantity: row.quantity,
    notional: row.notional,
    filledQuantity: row.filled_quantity,
    limitPrice: row.limit_price,
    stopPrice: row.stop_price,
    status: row.status as OrderStatus,
    statusReason: row.status_reason,
    reason: row.reason,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    role: row.role,
    decision: row.decision === null ? null : decisionOf(row.decision),
  };
}

function decisionOf(json: string): KeptDecision {
  const { outcome, reason, requestedQuantity, quantity, answers } = JSON.parse(json) as KeptDecision;
  return { outcome, reason, requestedQuantity, quantity, answers };
}
