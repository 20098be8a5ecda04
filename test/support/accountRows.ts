/** Two days of an account in a database, as the projector and the host leave them: what reports are made from. */
import { storedTrade } from '../../src/host/TradeKeeper.js';
import { endedOrder, fillOf, orderOf, quotes } from '../../src/analytics/tradeLogKit.js';
import { tradeDocument } from '../../src/analytics/tradeDocument.js';
import { TradeLogger } from '../../src/analytics/TradeLogger.js';
import { fromNewYork } from '../../src/calendar/newYorkTime.js';
import { parseDate } from '../../src/calendar/tradingDate.js';
import { RISK_CHECKS } from '../../src/domain/risk.js';
import { HOUR, MINUTE } from '../../src/domain/timeframe.js';
import { DOLLAR, SHARE } from '../../src/domain/units.js';
import type { SqlDatabase } from '../../src/storage/sql/database.js';
import { SqlTradeStore } from '../../src/storage/sql/tradeStore.js';

/** What {@link addSession} writes. */
export interface SessionRows {
  readonly sessionId: string;
  /** New York date. */
  readonly date: string;
  /** Dollars, at 10:00, 11:00 and so on. */
  readonly points: readonly (readonly [equity: number, cash: number])[];
  /** Dollars that moved in cash at 09:45, by a fill or beside trades. */
  readonly cash?: readonly (readonly [amount: number, ofFill: boolean])[];
  readonly reason?: string;
  /** Prices at which ten shares that cost 100 dollars were sold. */
  readonly sold?: readonly number[];
}

/** Time on a New York date. */
export function timeOn(date: string, hours: number): number {
  return fromNewYork(parseDate(date), 0) + hours * HOUR;
}

/**
 * Writes a session: points, a fill with a fee of 0.25 dollars per movement of cash, an expired limit order, a canceled
 * leg, a denied and a cut signal, a position of 30 shares, and trades.
 */
export async function addSession(database: SqlDatabase, rows: SessionRows): Promise<void> {
  const { sessionId, date, points, cash = [], reason = 'breakout', sold = [] } = rows;
  const config = {
    sessionId,
    feed: 'sim',
    symbols: ['ALTA'],
    priceScale: DOLLAR,
    accountId: 'paper',
    startingCash: 100_000 * DOLLAR,
    preset: 'papertape',
    feePlan: 'zero',
    limits: { maxDailyLoss: 5_000 * DOLLAR },
  };
  const session = { session_id: sessionId, applied_seq: 1 };
  const insert = <T extends Parameters<SqlDatabase['insertInto']>[0]>(table: T, values: object): Promise<unknown> =>
    // The rows are written out below; their types are those of the tables.
    database
      .insertInto(table)
      .values({ ...session, ...values } as never)
      .execute();
  await insert('sessions', {
    started_at: timeOn(date, 4),
    feed: 'sim',
    config: JSON.stringify(config),
    kill_switch_on: 0,
    kill_switch_reason: '',
    kill_switch_user: '',
    kill_switch_since: null,
  });
  for (const [index, [equity, money]] of points.entries()) {
    const time = timeOn(date, 10 + index);
    await insert('equity', { time, equity: equity * DOLLAR, cash: money * DOLLAR, applied_seq: 10 + index });
  }
  const entry = { account_id: 'paper', account: 'cash', symbol: null, quantity: 0 };
  for (const [index, [amount, ofFill]] of cash.entries()) {
    const time = timeOn(date, 9.75);
    const fillId = ofFill ? `f-${index}` : null;
    await insert('ledger_entries', {
      ...entry,
      applied_seq: index,
      line: 0,
      fill_id: fillId,
      time,
      amount: amount * DOLLAR,
    });
    if (!ofFill) continue;
    await insert('fills', {
      fill_id: fillId,
      order_id: `o-${index}`,
      account_id: 'paper',
      symbol: 'ALTA',
      side: amount < 0 ? 'buy' : 'sell',
      quantity: 10 * SHARE,
      price: 100 * DOLLAR,
      time,
      report_time: time,
      liquidity: 'taker',
      fees: JSON.stringify([{ kind: 'sec', amount: 250_000 }]),
      receipt: '{}',
    });
  }
  const order = {
    client_order_id: 'c',
    account_id: 'paper',
    symbol: 'ALTA',
    side: 'buy',
    type: 'limit',
    time_in_force: 'day',
    quantity: 50 * SHARE,
    limit_price: 99_500_000,
    stop_price: null,
    notional: null,
    trail: null,
    order_class: 'simple',
    parent_id: null,
    role: null,
    replaces: null,
    replaced_by: null,
    extended_hours: 0,
    owner: 'alpha',
    reason,
    signal_id: null,
    status: 'expired',
    status_reason: null,
    filled_quantity: 20 * SHARE,
    filled_notional: 0,
    created_at: timeOn(date, 10),
    updated_at: timeOn(date, 16),
    decision: null,
  };
  await insert('orders', { ...order, order_id: 'o-expired' });
  await insert('orders', { ...order, order_id: 'o-leg', role: 'takeProfit', status: 'canceled' });
  await insert('orders', { ...order, order_id: 'o-filled', status: 'filled' });
  const answers = RISK_CHECKS.map((check) => (check === 'grossExposure' ? 2 : 1));
  for (const [index, [outcome, why]] of [
    ['allow', null],
    ['shrink', null],
    ['deny', 'SYMBOL_HALTED'],
    ['deny', 'SYMBOL_HALTED'],
  ].entries()) {
    await insert('signals', {
      signal_id: `s-${index}`,
      instance_id: 'alpha',
      symbol: 'ALTA',
      time: timeOn(date, 10) + index * MINUTE,
      intent: 'enterLong',
      reason,
      signal: '{}',
      decision: JSON.stringify({
        outcome,
        reason: why,
        requestedQuantity: 80 * SHARE,
        quantity: outcome === 'deny' ? 0 : 60 * SHARE,
        answers: outcome === 'shrink' ? answers : answers.map(() => 1),
      }),
      outcome,
      order_id: null,
      applied_seq: index,
    });
  }
  await insert('positions', {
    owner: 'alpha',
    symbol: 'ALTA',
    quantity: 30 * SHARE,
    average_price: 101 * DOLLAR,
    realised_pnl: 0,
    fees: 0,
    opened_at: timeOn(date, 15),
  });
  await new SqlTradeStore(database).saveTrades(tradesAt(sold, sessionId));
}

/** Writes an account of a program into a session: opened with 5,000 dollars, it went up by twenty. */
export async function addProgram(
  database: SqlDatabase,
  sessionId: string,
  accountId: string,
  owner: string,
): Promise<void> {
  const account = { session_id: sessionId, account_id: accountId };
  const terms = { kind: 'margin', preset: null, fee_plan: 'zero', starting_cash: 5_000 * DOLLAR };
  await database
    .insertInto('desk_accounts')
    .values({ ...account, ...terms, owner, opened_at: 7, carried_equity: null, closed_at: null, applied_seq: 1 })
    .execute();
  for (const [index, dollars] of [5_000, 5_020].entries()) {
    const point = { time: index, equity: dollars * DOLLAR, cash: 5_000 * DOLLAR, flow: 0, applied_seq: index };
    await database
      .insertInto('desk_equity')
      .values({ ...account, ...point })
      .execute();
  }
}

function tradesAt(prices: readonly number[], sessionId: string): Parameters<SqlTradeStore['saveTrades']>[0] {
  const log = new TradeLogger({ symbolCount: 1, priceScale: DOLLAR });
  log.observe(quotes([[0, 99, 101]]));
  prices.forEach((price, index) => {
    for (const [id, side, at, seconds] of [
      [`in-${index}`, 'buy', 100, 10 * index + 1],
      [`out-${index}`, 'sell', price, 10 * index + 5],
    ] as const) {
      const order = orderOf(id, side, 10, seconds);
      log.noteOrder(order);
      log.noteFill(fillOf(`f-${id}`, order, 10, at, seconds));
      log.noteOrder(endedOrder(order, 'filled', seconds, 10));
    }
  });
  log.finish(Infinity);
  const units = { sessionId, symbols: ['ALTA'], priceScale: DOLLAR };
  return log.trades.map((trade) => storedTrade(tradeDocument(trade, units)));
}
