/** The schema's history. A migration that has shipped is never changed; changes are new ones after it. */
import { sql } from 'kysely';
import type { Kysely, Migration, MigrationProvider } from 'kysely';

const first: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const statement of IDENTITY_TABLES) await sql.raw(statement).execute(database);
    for (const statement of PROJECTION_STATEMENTS) await sql.raw(statement).execute(database);
  },
};

// `integer primary key` numbers rows by itself in SQLite; PostgreSQL's branch belongs to its own dialect.
const IDENTITY_TABLES = [
  `create table users (
    id text primary key, name text not null, name_key text not null unique, role text not null,
    password_hash text, disabled bigint not null, created_at bigint not null)`,
  `create table sign_ins (
    id text primary key, user_id text not null references users (id), created_at bigint not null,
    last_used_at bigint not null, expires_at bigint not null, user_agent text not null, revoked_at bigint)`,
  `create index sign_ins_by_user on sign_ins (user_id)`,
  `create table refresh_tokens (
    hash text primary key, sign_in_id text not null references sign_ins (id),
    created_at bigint not null, used_at bigint)`,
  `create index refresh_tokens_by_sign_in on refresh_tokens (sign_in_id)`,
  `create table sign_in_links (
    hash text primary key, user_id text not null references users (id), expires_at bigint not null)`,
  `create table audit_log (
    id integer primary key, time bigint not null, actor text not null, action text not null,
    detail text not null, hash text not null)`,
];

const PROJECTION_STATEMENTS = [
  `create table projection_state (session_id text primary key, applied_seq bigint not null)`,
  `create table sessions (
    session_id text primary key, started_at bigint not null, feed text not null, config text not null,
    kill_switch_on bigint not null, kill_switch_reason text not null, kill_switch_user text not null,
    kill_switch_since bigint, applied_seq bigint not null)`,
  `create table orders (
    session_id text not null, order_id text not null, client_order_id text not null, account_id text not null,
    symbol text not null, side text not null, type text not null, time_in_force text not null,
    quantity bigint not null, limit_price bigint, stop_price bigint, extended_hours bigint not null,
    owner text not null, reason text not null, signal_id text, status text not null, status_reason text,
    filled_quantity bigint not null, filled_notional bigint not null, created_at bigint not null,
    updated_at bigint not null, decision text, applied_seq bigint not null,
    primary key (session_id, order_id))`,
  `create index orders_by_client_id on orders (session_id, account_id, client_order_id)`,
  `create index orders_by_time on orders (session_id, created_at)`,
  `create table fills (
    session_id text not null, fill_id text not null, order_id text not null, account_id text not null,
    symbol text not null, side text not null, quantity bigint not null, price bigint not null,
    time bigint not null, report_time bigint not null, liquidity text not null, fees text not null,
    receipt text not null, applied_seq bigint not null,
    primary key (session_id, fill_id))`,
  `create index fills_by_time on fills (session_id, time)`,
  `create index fills_by_order on fills (session_id, order_id)`,
  `create table ledger_entries (
    session_id text not null, applied_seq bigint not null, line bigint not null, fill_id text,
    time bigint not null, account_id text not null, account text not null, symbol text,
    amount bigint not null, quantity bigint not null,
    primary key (session_id, applied_seq, line))`,
  `create table positions (
    session_id text not null, owner text not null, symbol text not null, quantity bigint not null,
    average_price bigint not null, realised_pnl bigint not null, fees bigint not null,
    opened_at bigint not null, applied_seq bigint not null,
    primary key (session_id, owner, symbol))`,
  `create table signals (
    session_id text not null, signal_id text not null, instance_id text not null, symbol text not null,
    time bigint not null, intent text not null, reason text not null, signal text not null,
    decision text not null, outcome text not null, order_id text, applied_seq bigint not null,
    primary key (session_id, applied_seq))`,
  `create table strategies (
    session_id text not null, instance_id text not null, strategy text not null, config text not null,
    state text not null, error text, updated_at bigint not null, applied_seq bigint not null,
    primary key (session_id, instance_id))`,
  `create table equity (
    session_id text not null, time bigint not null, equity bigint not null, cash bigint not null,
    applied_seq bigint not null,
    primary key (session_id, applied_seq))`,
];

const programs: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const statement of PROGRAM_TABLES) await sql.raw(statement).execute(database);
  },
};

const PROGRAM_TABLES = [
  `create table api_keys (
    key_id text primary key, secret_hash text not null, account_id text not null, role text not null,
    label text not null, created_at bigint not null, revoked_at bigint)`,
  `create table watchlists (
    id text primary key, account_id text not null, name text not null, symbols text not null,
    created_at bigint not null, updated_at bigint not null)`,
  `create index watchlists_by_account on watchlists (account_id, created_at)`,
];

const orderTerms: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const column of [
      'notional bigint',
      'trail text',
      `order_class text not null default 'simple'`,
      'parent_id text',
      'role text',
      'replaces text',
      'replaced_by text',
    ]) {
      await sql.raw(`alter table orders add column ${column}`).execute(database);
    }
    await sql.raw('create index orders_by_parent on orders (session_id, parent_id)').execute(database);
  },
};

const runs: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const statement of RUN_TABLES) await sql.raw(statement).execute(database);
  },
};

// Numbers of removed runs are not given again: people write them down.
const RUN_TABLES = [
  `create table runs (
    number integer primary key autoincrement, state text not null, started_at bigint not null,
    updated_at bigint not null, pid bigint not null, title text not null, symbols text not null,
    from_date text not null, to_date text not null, request text not null, checkpoint text,
    identity text, data_hash text, result text)`,
  `create index runs_by_data on runs (data_hash)`,
];

const tradeLog: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const statement of TRADE_TABLES) await sql.raw(statement).execute(database);
  },
};

const TRADE_TABLES = [
  `create table trades (
    id integer primary key, session_id text not null, trade_id text not null, owner text not null,
    symbol text not null, side text not null, session text not null, exit_time bigint not null, pnl bigint not null,
    document text not null, unique (session_id, trade_id))`,
  `create index trades_by_exit on trades (exit_time, id)`,
  `create index trades_by_session on trades (session_id, exit_time, id)`,
  `create table trade_notes (
    id integer primary key, session_id text not null, trade_id text not null, time bigint not null,
    "user" text not null, text text not null, tags text not null)`,
  `create index trade_notes_by_trade on trade_notes (session_id, trade_id, id)`,
];

const runKinds: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const column of [`kind text not null default 'backtest'`, 'analysis text']) {
      await sql.raw(`alter table runs add column ${column}`).execute(database);
    }
  },
};

// For asking whether any run changed without reading their rows.
const runChanges: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await sql.raw('create index runs_by_change on runs (updated_at)').execute(database);
  },
};

const deskAccounts: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    for (const statement of DESK_STATEMENTS) await sql.raw(statement).execute(database);
  },
};

const DESK_STATEMENTS = [
  `create table desk_accounts (
    session_id text not null, account_id text not null, owner text not null, kind text not null,
    preset text, fee_plan text, starting_cash bigint not null, opened_at bigint not null,
    carried_equity bigint, closed_at bigint, applied_seq bigint not null,
    primary key (session_id, account_id))`,
  `create index desk_accounts_by_account on desk_accounts (account_id, session_id)`,
  `create table desk_positions (
    session_id text not null, account_id text not null, symbol text not null, quantity bigint not null,
    average_price bigint not null, opened_at bigint not null, applied_seq bigint not null,
    primary key (session_id, account_id, symbol))`,
  `create table desk_equity (
    session_id text not null, account_id text not null, time bigint not null, equity bigint not null,
    cash bigint not null, flow bigint not null, applied_seq bigint not null,
    primary key (session_id, account_id, applied_seq))`,
  'alter table ledger_entries add column booking text',
  'alter table trades add column account_id text',
];

const runFailures: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await sql.raw('alter table runs add column failure text').execute(database);
  },
};

const runInputs: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await sql.raw('alter table runs add column inputs text').execute(database);
  },
};

/** All migrations by name; names sort in the order in which they run. */
export const migrationProvider: MigrationProvider = {
  getMigrations: () =>
    Promise.resolve({
      '0001_first': first,
      '0002_programs': programs,
      '0003_order_terms': orderTerms,
      '0004_runs': runs,
      '0005_trade_log': tradeLog,
      '0006_run_kinds': runKinds,
      '0007_run_changes': runChanges,
      '0008_desk_accounts': deskAccounts,
      '0009_run_failures': runFailures,
      '0010_run_inputs': runInputs,
    }),
};
