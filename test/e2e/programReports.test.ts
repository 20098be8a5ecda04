/**
 * The daily report of an account of a program: it trades over the Alpaca protocol, the day ends, the next day goes on
 * from it; the report's figures are those of the account, of its activities and of its ledger, also after a rebuild.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { accountReportPage } from '../../src/analytics/account/accountReportPage.js';
import type { AccountReport } from '../../src/analytics/account/accountReportTypes.js';
import { loadAccountReport } from '../../src/analytics/account/loadAccountReport.js';
import { sessionOf } from '../../src/calendar/sessions.js';
import { parseDate } from '../../src/calendar/tradingDate.js';
import { accountReportSchema } from '../../src/contracts/index.js';
import { MINUTE, SECOND } from '../../src/domain/timeframe.js';
import { ProjectionFeed } from '../../src/host/ProjectionFeed.js';
import { ProjectionWorker } from '../../src/host/ProjectionWorker.js';
import { readTape } from '../../src/host/readTape.js';
import { tapeDirectory } from '../../src/host/tapeNames.js';
import { TradeKeeper } from '../../src/host/TradeKeeper.js';
import { nodeFileSystem } from '../../src/storage/fileSystem.js';
import { SqlAccountReportStore } from '../../src/storage/sql/accountReportStore.js';
import { openDatabase } from '../../src/storage/sql/database.js';
import type { SqlDatabase } from '../../src/storage/sql/database.js';
import type { ProjectionRecord } from '../../src/storage/sql/projection.js';
import { Projector } from '../../src/storage/sql/Projector.js';
import { SqlTradeStore } from '../../src/storage/sql/tradeStore.js';
import { required } from '../../src/utils/assert.js';
import type { JsonRow } from '../support/alpacaHarness.js';
import { startLiveAlpaca } from '../support/liveAlpaca.js';
import type { LiveAlpaca } from '../support/liveAlpaca.js';
import { ManualClock } from '../support/ManualClock.js';

const FRIDAY = '2026-11-27';
const MONDAY = '2026-11-30';
const HALF_DAY = required(sessionOf(parseDate(FRIDAY)), 'the day after Thanksgiving');
const SESSIONS = [`sim-${FRIDAY}-0001`, `sim-${MONDAY}-0002`];
const MARKET = { kind: 'simulated', seed: 3, date: FRIDAY } as const;
const BUY = { symbol: 'AURX', qty: 6, side: 'buy', type: 'market', time_in_force: 'day' };

const ending: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

function fail(error: unknown): void {
  throw error;
}

/** The tables of a data directory, kept by what its sessions tell. */
class Tables {
  readonly database: SqlDatabase;
  readonly #trades: TradeKeeper;
  readonly #projections: ProjectionWorker;

  constructor(database: SqlDatabase) {
    this.database = database;
    this.#trades = new TradeKeeper(new SqlTradeStore(database), new ManualClock(), fail);
    this.#projections = new ProjectionWorker(database, new ManualClock(), fail);
  }

  start(folder: string, startAt: number | undefined): Promise<LiveAlpaca> {
    return startLiveAlpaca(folder, {
      market: MARKET,
      fresh: startAt !== undefined,
      ...(startAt === undefined ? {} : { startAt }),
      onGroup: (bytes) => this.#projections.take(bytes),
      onTrades: (...closed) => this.#trades.take(...closed),
    });
  }

  async report(period: 'day' | 'week', date: string, accountId = 'bot'): Promise<AccountReport> {
    await this.#projections.settled();
    await this.#trades.settled();
    const sources = { store: new SqlAccountReportStore(this.database), trades: new SqlTradeStore(this.database) };
    return loadAccountReport(sources, { period, date, accountId });
  }
}

/** Makes the tables of a tape anew. */
async function rebuild(database: SqlDatabase, folder: string, sessionId: string): Promise<void> {
  const { session, records } = readTape(nodeFileSystem, tapeDirectory(folder, sessionId));
  const events: ProjectionRecord[] = [];
  const target = { apply: (some: readonly ProjectionRecord[]) => Promise.resolve(events.push(...some)) };
  const feed = new ProjectionFeed(target, fail, new ManualClock());
  feed.push([{ seq: 1, record: session }, ...records]);
  await feed.settled();
  await new Projector(database, session.config).rebuild(events);
}

/** Dollars of the activities of a date: of fills without their fees, and of fees. */
async function activities({ call }: LiveAlpaca, date: string): Promise<{ traded: number; cash: number; fees: number }> {
  const rows: readonly JsonRow[] = (await call('GET', '/v2/account/activities?page_size=100')).body;
  const sums = { traded: 0, cash: 0, fees: 0 };
  for (const row of rows) {
    const at: string = row['transaction_time'] ?? row['date'];
    if (!at.startsWith(date)) continue;
    if (row['activity_type'] === 'FILL') {
      const value = Number(row['price']) * Number(row['qty']);
      sums.traded += value;
      sums.cash += row['side'] === 'buy' ? -value : value;
    } else {
      sums.fees -= Number(row['net_amount']);
      sums.cash += Number(row['net_amount']);
    }
  }
  return sums;
}

async function equityOf({ call }: LiveAlpaca): Promise<number> {
  return Number((await call('GET', '/v2/account')).body['equity']);
}

test('a day and the day that goes on from it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'papertape-programs-'));
  ending.push(() => rmSync(folder, { recursive: true, force: true }));
  const tables = new Tables(await openDatabase(':memory:'));
  ending.push(() => tables.database.destroy());

  const first = await tables.start(folder, HALF_DAY.close - 300 * SECOND);
  const step = (server: LiveAlpaca, seconds: number): Promise<unknown> =>
    server.call('POST', '/papertape/step', { seconds });
  await first.call('POST', '/v2/orders', BUY);
  await step(first, 70);
  await first.call('POST', '/v2/orders', { ...BUY, symbol: 'BYTQ', qty: 3 });
  await step(first, 70);
  await first.call('POST', '/v2/orders', { ...BUY, symbol: 'BYTQ', side: 'sell', qty: 3 });
  await first.call('POST', '/v2/orders', { ...BUY, qty: 5, type: 'limit', limit_price: 1 });
  await step(first, 5);
  const friday = await activities(first, FRIDAY);
  await first.call('POST', '/papertape/jump', { to: new Date(HALF_DAY.afterHoursClose / 1000).toISOString() });
  first.pass(100);
  expect((await first.call('GET', '/papertape/clock')).body['ended']).toBe(true);
  const ended = await equityOf(first);
  await first.stop();

  const day = await tables.report('day', FRIDAY);
  expect(accountReportSchema.parse(day)).toEqual(day);
  expect(day).toMatchObject({ accountId: 'bot', warnings: [], program: { kind: 'margin', startingCash: '100000.00' } });
  expect(day.summary).toMatchObject({
    startEquity: '100000.00',
    flows: '0.00',
    fills: 3,
    orders: 4,
    unfilledOrders: 1,
  });
  expect(Number(day.summary.endEquity)).toBeCloseTo(ended, 2);
  expect(Number(day.summary.profit)).toBeCloseTo(ended - 100_000, 2);
  expect(Number(day.summary.fees)).toBeCloseTo(friday.fees, 6);
  expect(Number(day.summary.traded)).toBeCloseTo(friday.traded, 6);
  // One mark a minute from the order on to the end of the day, but while it is wound forward.
  expect(day.equity.time.length).toBeGreaterThan((HALF_DAY.afterHoursClose - HALF_DAY.close) / (5 * MINUTE));
  const [closed] = day.trades.listed;
  expect(day.trades.count).toBe(1);
  expect(closed).toMatchObject({ owner: 'bot', symbol: 'BYTQ', side: 'long', quantity: '3', entryReason: '' });
  expect('value' in required(closed, 'the trade').costs.effectiveSpread).toBe(true);
  expect(day.positions).toMatchObject([{ owner: 'bot', symbol: 'AURX', quantity: '6' }]);
  expect(day.unfilled.listed).toMatchObject([{ symbol: 'AURX', quantity: '5', status: 'expired' }]);
  const page = accountReportPage(day);
  expect(page).toContain('Account bot: daily report');
  expect(page).not.toContain('id="rules"');

  const second = await tables.start(folder, undefined);
  const bid = Number((await second.call('GET', '/v2/stocks/AURX/quotes/latest')).body['quote']['bp']);
  await second.call('POST', '/v2/orders', {
    ...BUY,
    side: 'sell',
    qty: 6,
    type: 'limit',
    limit_price: Math.round(bid * 90) / 100,
    extended_hours: true,
  });
  await step(second, 120);
  expect((await second.call('GET', '/v2/positions')).body).toEqual([]);
  const monday = await activities(second, MONDAY);
  const now = await equityOf(second);
  await second.stop();

  const next = await tables.report('day', MONDAY);
  expect(next.warnings).toEqual([]);
  expect(next.summary.startEquity).toBe(day.summary.endEquity);
  expect(Number(next.summary.endEquity)).toBeCloseTo(now, 2);
  expect(Number(next.summary.fees)).toBeCloseTo(monday.fees, 6);
  expect(next.positions).toEqual([]);
  const [trade] = next.trades.listed;
  expect(trade).toMatchObject({ symbol: 'AURX', carried: true, quantity: '6', entryTime: day.positions[0]?.openedAt });
  // Flat before and after: what came of the account is what came of its trades, fees of the day before included.
  const trades = Number(day.summary.tradesProfit) + Number(next.summary.tradesProfit);
  expect(trades).toBeCloseTo(Number(next.summary.endEquity) - 100_000, 6);
  const ledger = await tables.database
    .selectFrom('ledger_entries')
    .select(({ fn }) => fn.sum<number>('amount').as('cash'))
    .where('account_id', '=', 'bot')
    .where('account', '=', 'cash')
    .executeTakeFirstOrThrow();
  expect(Number(ledger.cash) / 1_000_000).toBeCloseTo(100_000 + friday.cash + monday.cash, 6);
  expect(Number(ledger.cash) / 1_000_000).toBeCloseTo(now, 6);

  // The engine's account knows nothing of it.
  const own = await tables.report('day', FRIDAY, 'paper');
  expect(own.summary).toMatchObject({ fills: 0, orders: 0, trades: 0, profit: '0.00' });
  for (const sessionId of SESSIONS) await rebuild(tables.database, folder, sessionId);
  expect(await tables.report('day', FRIDAY)).toEqual(day);
  expect(await tables.report('day', MONDAY)).toEqual(next);
}, 600_000);
