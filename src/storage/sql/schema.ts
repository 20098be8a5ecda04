/**
 * The tables, for two engines: SQLite now, PostgreSQL unchanged. Only 64-bit integers, text and JSON as text;
 * times are Micros, money micro-dollars, quantities micro-shares, prices integers at the session's scale.
 *
 * `users`, `sign_ins`, `refresh_tokens`, `sign_in_links`, `api_keys`, `watchlists`, `audit_log`, `runs` and
 * `trade_notes` are the truth. `trades` is what a session said of its closed trades. The others are projections of
 * tapes: they can be dropped and rebuilt, and are written only by the projector.
 */
import type { Generated } from 'kysely';

/** A user. `name_key` is the name in lower case and unique. */
export interface UsersTable {
  id: string;
  name: string;
  name_key: string;
  role: string;
  password_hash: string | null;
  disabled: number;
  created_at: number;
}

/** A signed-in device. */
export interface SignInsTable {
  id: string;
  user_id: string;
  created_at: number;
  last_used_at: number;
  expires_at: number;
  user_agent: string;
  revoked_at: number | null;
}

/** A refresh token of a sign-in, by its hash; `used_at` once it was replaced. */
export interface RefreshTokensTable {
  hash: string;
  sign_in_id: string;
  created_at: number;
  used_at: number | null;
}

/** A one-time link, by its token's hash. */
export interface SignInLinksTable {
  hash: string;
  user_id: string;
  expires_at: number;
}

/** A program's key; `secret_hash` is the SHA-256 of its secret. */
export interface ApiKeysTable {
  key_id: string;
  secret_hash: string;
  account_id: string;
  role: string;
  label: string;
  created_at: number;
  revoked_at: number | null;
}

/** A program's list of symbols; `symbols` is a JSON array. */
export interface WatchlistsTable {
  id: string;
  account_id: string;
  name: string;
  symbols: string;
  created_at: number;
  updated_at: number;
}

/** Who did what. `hash` chains each row to the one before. */
export interface AuditLogTable {
  id: Generated<number>;
  time: number;
  actor: string;
  action: string;
  detail: string;
  hash: string;
}

/**
 * A closed trade of a session; `document` is the whole of it as JSON, `session` the part of the day of its entry,
 * `account_id` the desk's account that made it, null for the session's own.
 */
export interface TradesTable {
  id: Generated<number>;
  session_id: string;
  trade_id: string;
  owner: string;
  symbol: string;
  side: string;
  session: string;
  exit_time: number;
  pnl: number;
  document: string;
  account_id: string | null;
}

/** What somebody noted on a trade; `tags` is a JSON array. Rows are only added. */
export interface TradeNotesTable {
  id: Generated<number>;
  session_id: string;
  trade_id: string;
  time: number;
  user: string;
  text: string;
  tags: string;
}

/** How far the projection of a tape has come. */
export interface ProjectionStateTable {
  session_id: string;
  applied_seq: number;
}

/** Facts of a session; `config` is the SessionConfig as JSON. */
export interface SessionsTable {
  session_id: string;
  started_at: number;
  feed: string;
  config: string;
  kill_switch_on: number;
  kill_switch_reason: string;
  kill_switch_user: string;
  kill_switch_since: number | null;
  applied_seq: number;
}

/** The latest state of each order. */
export interface OrdersTable {
  session_id: string;
  order_id: string;
  client_order_id: string;
  account_id: string;
  symbol: string;
  side: string;
  type: string;
  time_in_force: string;
  quantity: number;
  limit_price: number | null;
  stop_price: number | null;
  /** Micro-dollars to trade, for orders without a quantity of their own. */
  notional: number | null;
  /** Distance of a trailing stop as JSON. */
  trail: string | null;
  order_class: string;
  parent_id: string | null;
  role: string | null;
  replaces: string | null;
  replaced_by: string | null;
  extended_hours: number;
  owner: string;
  reason: string;
  signal_id: string | null;
  status: string;
  status_reason: string | null;
  filled_quantity: number;
  filled_notional: number;
  created_at: number;
  updated_at: number;
  /** Stored risk answers of a manual order as JSON. */
  decision: string | null;
  applied_seq: number;
}

/** Fills; `receipt` and `fees` as JSON. */
export interface FillsTable {
  session_id: string;
  fill_id: string;
  order_id: string;
  account_id: string;
  symbol: string;
  side: string;
  quantity: number;
  price: number;
  time: number;
  report_time: number;
  liquidity: string;
  fees: string;
  receipt: string;
  applied_seq: number;
}

/** Double-entry lines; the lines of one `applied_seq` sum to zero. */
export interface LedgerEntriesTable {
  session_id: string;
  applied_seq: number;
  line: number;
  fill_id: string | null;
  time: number;
  account_id: string;
  account: string;
  symbol: string | null;
  amount: number;
  quantity: number;
  /** Why it was booked; null for fills, and of what older versions wrote. */
  booking: string | null;
}

/** The latest position of each owner in each symbol; flat ones stay with quantity 0. */
export interface PositionsTable {
  session_id: string;
  owner: string;
  symbol: string;
  quantity: number;
  average_price: number;
  realised_pnl: number;
  fees: number;
  opened_at: number;
  applied_seq: number;
}

/** Signals with the stored risk answers as JSON. */
export interface SignalsTable {
  session_id: string;
  signal_id: string;
  instance_id: string;
  symbol: string;
  time: number;
  intent: string;
  reason: string;
  signal: string;
  decision: string;
  outcome: string;
  order_id: string | null;
  applied_seq: number;
}

/** The latest state of each strategy instance. */
export interface StrategiesTable {
  session_id: string;
  instance_id: string;
  strategy: string;
  config: string;
  state: string;
  error: string | null;
  updated_at: number;
  applied_seq: number;
}

/** Points of the equity curve. */
export interface EquityTable {
  session_id: string;
  time: number;
  equity: number;
  cash: number;
  applied_seq: number;
}

/**
 * Accounts of the desk, by session: terms, and what they were worth when the session began, null if they were opened
 * in it. `closed_at` once they are closed.
 */
export interface DeskAccountsTable {
  session_id: string;
  account_id: string;
  owner: string;
  kind: string;
  preset: string | null;
  fee_plan: string | null;
  starting_cash: number;
  opened_at: number;
  carried_equity: number | null;
  closed_at: number | null;
  applied_seq: number;
}

/** The latest position of each account of the desk in each symbol; flat ones stay with quantity 0. */
export interface DeskPositionsTable {
  session_id: string;
  account_id: string;
  symbol: string;
  quantity: number;
  average_price: number;
  opened_at: number;
  applied_seq: number;
}

/** What accounts of the desk were worth; `flow` came from outside since the point before. */
export interface DeskEquityTable {
  session_id: string;
  account_id: string;
  time: number;
  equity: number;
  cash: number;
  flow: number;
  applied_seq: number;
}

/**
 * Backtests and analyses; `symbols`, `request`, `inputs`, `checkpoint`, `result` and `analysis` as JSON, see
 * `domain/runs.ts`. Trades and reports lie in files.
 */
export interface RunsTable {
  number: Generated<number>;
  state: string;
  started_at: number;
  updated_at: number;
  pid: number;
  title: string;
  symbols: string;
  from_date: string;
  to_date: string;
  request: string;
  checkpoint: string | null;
  identity: string | null;
  data_hash: string | null;
  result: string | null;
  kind: string;
  analysis: string | null;
  failure: string | null;
  inputs: string | null;
}

/** All tables. */
export interface Tables {
  users: UsersTable;
  sign_ins: SignInsTable;
  refresh_tokens: RefreshTokensTable;
  sign_in_links: SignInLinksTable;
  api_keys: ApiKeysTable;
  watchlists: WatchlistsTable;
  audit_log: AuditLogTable;
  runs: RunsTable;
  trades: TradesTable;
  trade_notes: TradeNotesTable;
  projection_state: ProjectionStateTable;
  sessions: SessionsTable;
  orders: OrdersTable;
  fills: FillsTable;
  ledger_entries: LedgerEntriesTable;
  positions: PositionsTable;
  signals: SignalsTable;
  strategies: StrategiesTable;
  equity: EquityTable;
  desk_accounts: DeskAccountsTable;
  desk_positions: DeskPositionsTable;
  desk_equity: DeskEquityTable;
}

/** Tables that a rebuild empties, in an order that any engine accepts. */
export const PROJECTION_TABLES = [
  'orders',
  'fills',
  'ledger_entries',
  'positions',
  'signals',
  'strategies',
  'equity',
  'desk_accounts',
  'desk_positions',
  'desk_equity',
  'sessions',
  'projection_state',
] as const;
