/** Accounts of the desk from their events to the tables: the tables say what the desk itself says. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/ManualClock.js';
import { accountReportPage } from '../analytics/account/accountReportPage.js';
import { loadAccountReport } from '../analytics/account/loadAccountReport.js';
import { STATUS_OF_VENUE } from '../domain/orderState.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import { usd } from '../exchange/testing/ExchangeRig.js';
import { DeskRig } from '../exchange/testing/DeskRig.js';
import { SqlAccountReportStore } from '../storage/sql/accountReportStore.js';
import { openDatabase } from '../storage/sql/database.js';
import type { SqlDatabase } from '../storage/sql/database.js';
import type { ProjectionRecord } from '../storage/sql/projection.js';
import { Projector } from '../storage/sql/Projector.js';
import { PROJECTION_TABLES } from '../storage/sql/schema.js';
import { SqlTradeStore } from '../storage/sql/tradeStore.js';
import { required } from '../utils/assert.js';
import { DeskFold } from './DeskFold.js';
import { DeskOrders } from './DeskOrders.js';
import { ProjectionFeed } from './ProjectionFeed.js';
import type { SessionRecord } from './readTape.js';
import type { CarriedAccount, TapeRecord } from './tapeRecords.js';

let database: SqlDatabase;
beforeEach(async () => {
  database = await openDatabase(':memory:');
});
afterEach(() => database.destroy());

function headerOf({ config }: DeskRig, carried: CarriedAccount | null = null): SessionRecord {
  return {
    type: 'session',
    config,
    market: { kind: 'simulated', version: 1, seed: 1, date: '2013-10-07', openingPrices: [] },
    identity: { engineVersion: '0', node: '', v8: '', strategies: {} },
    carried,
  };
}

/** A desk whose events and marks are written down as a session's tape has them. */
class TapedDesk {
  readonly rig = new DeskRig();
  readonly records: TapeRecord[] = [headerOf(this.rig)];
  #taken = 0;

  constructor() {
    this.rig.advance('09:31');
    this.rig.open('bot', 50_000);
    this.mark('bot');
    this.rig.quote('09:32', 9.99, 10.0);
  }

  /** Writes down what has happened, and what accounts are worth now. */
  mark(...accountIds: readonly string[]): void {
    const { events, now } = this.rig;
    for (const event of events.slice(this.#taken)) {
      this.records.push({ type: 'venue', at: 0, point: 0, now: event.time, event });
    }
    this.#taken = events.length;
    if (accountIds.length === 0) return;
    const accounts = accountIds.map((accountId) => {
      const { equity, cash } = this.rig.state(accountId);
      return { accountId, equity, cash };
    });
    this.records.push({ type: 'deskEquity', at: 0, time: now, accounts });
  }

  /** Puts a request of the account that replaces its money, marked around it as a session does. */
  reset(cash: number): void {
    this.mark('bot');
    this.rig.request('bot', { type: 'resetAccount', startingCash: usd(cash) });
    this.mark('bot');
  }

  async events(): Promise<readonly ProjectionRecord[]> {
    this.mark();
    const events: ProjectionRecord[] = [];
    const fail = (error: unknown): void => {
      throw error;
    };
    const target = { apply: (records: readonly ProjectionRecord[]) => Promise.resolve(events.push(...records)) };
    const feed = new ProjectionFeed(target, fail, new ManualClock());
    feed.push(this.records.map((record, index) => ({ seq: index + 1, record })));
    await feed.settled();
    return events;
  }

  async project(): Promise<void> {
    await new Projector(database, this.rig.config).apply(await this.events());
  }
}

async function tables(): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {};
  for (const table of PROJECTION_TABLES) {
    const rows = await database.selectFrom(table).selectAll().execute();
    found[table] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return found;
}

/** Buys, adds, sells in part, lets a limit order rest; then the market falls. */
function trade({ rig }: TapedDesk): void {
  rig.submit('bot', { shares: 300 });
  rig.quote('09:33', 10.09, 10.1);
  rig.submit('bot', { shares: 100 });
  rig.quote('09:34', 10.19, 10.2);
  rig.submit('bot', { side: 'sell', shares: 150 });
  rig.quote('09:35', 10.19, 10.2);
  rig.submit('bot', { shares: 50, limit: 8, timeInForce: 'gtc' });
  rig.quote('09:36', 9.79, 9.8);
}

describe('orders of the desk', () => {
  /** Follows a rig's events; `check` compares every open order with the exchange's own. */
  function following(rig: DeskRig): {
    readonly orders: DeskOrders;
    readonly statuses: Map<string, string>;
    readonly check: () => void;
  } {
    const orders = new DeskOrders(rig.config.priceScale, []);
    const statuses = new Map<string, string>();
    let taken = 0;
    const check = (): void => {
      for (const event of rig.events.slice(taken)) {
        if (!('orderId' in event)) continue;
        for (const { id, status } of orders.apply(event)) statuses.set(id, status);
      }
      taken = rig.events.length;
      for (const account of rig.venue.desk.accounts.values()) {
        for (const working of account.exchange.book.orders.values()) {
          const { id, status, quantity, filledQuantity, limitPrice } = working;
          const followed = required(orders.order(id), id);
          expect([id, followed.status, followed.filledQuantity, followed.limitPrice ?? 0]).toEqual([
            id,
            STATUS_OF_VENUE[status],
            filledQuantity,
            limitPrice,
          ]);
          if (working.notional === 0) expect([id, followed.quantity]).toEqual([id, quantity]);
        }
      }
    };
    return { orders, statuses, check };
  }

  it('have the states of the exchange at every moment, groups, replaces and cancels included', () => {
    const rig = new DeskRig();
    rig.advance('09:31');
    rig.open('bot', 500_000);
    rig.quote('09:32', 9.99, 10.0, 4);
    const { statuses, check } = following(rig);
    const step = (): void => {
      check();
      rig.advance(rig.now + 100_000);
      check();
    };
    const bracket = rig.submit('bot', {
      orderClass: 'bracket',
      legs: [
        { role: 'takeProfit', limitPrice: usd(11) },
        { role: 'stopLoss', stopPrice: usd(9) },
      ],
    });
    step();
    rig.quote('09:33', 9.99, 10.0, 4);
    check();
    rig.quote('09:34', 10.0, 10.01, 10_000);
    check();
    const profit = `v-${Number(bracket.slice(2)) + 1}`;
    const next = rig.request('bot', { type: 'replace', orderId: profit, changes: { limitPrice: usd(11.5) } });
    step();
    const resting = rig.submit('bot', { shares: 50, limit: 9.5, timeInForce: 'gtc' });
    step();
    rig.request('bot', { type: 'replace', orderId: resting, changes: { quantity: 80 * SHARE, limitPrice: usd(9.6) } });
    step();
    rig.request('bot', { type: 'inject', injection: { kind: 'rejectNext', count: 1, message: 'no' } });
    const rejected = rig.submit('bot', { shares: 5 });
    step();
    const dollars = rig.submit('bot', { notional: 1_005 });
    step();
    rig.quote('09:35', 10.0, 10.01, 10_000);
    check();
    const day = rig.submit('bot', { shares: 7, limit: 5 });
    step();
    const canceled = rig.submit('bot', { shares: 9, limit: 5 });
    step();
    rig.request('bot', { type: 'cancel', orderId: canceled });
    step();
    rig.quote('15:59', 11.6, 11.61, 10_000);
    check();
    rig.advance('20:01');
    check();
    const taken = next.ok ? required(next.orderId, 'the replacement') : '';
    expect(Object.fromEntries(statuses)).toMatchObject({
      [bracket]: 'filled',
      [profit]: 'replaced',
      [taken]: 'filled',
      [`v-${Number(bracket.slice(2)) + 2}`]: 'canceled',
      [resting]: 'replaced',
      [rejected]: 'rejected',
      [dollars]: 'filled',
      [day]: 'expired',
      [canceled]: 'canceled',
    });
  });
});

describe('the tables of accounts of the desk', () => {
  it('have the cash, the positions and the orders that the desk has, and entries that sum to zero', async () => {
    const desk = new TapedDesk();
    trade(desk);
    desk.rig.request('bot', { type: 'inject', injection: { kind: 'bust', fillId: 'f-2' } });
    desk.mark('bot');
    await desk.project();
    const { cash, positions } = desk.rig.state('bot');
    const entries = await database.selectFrom('ledger_entries').selectAll().execute();
    const sums = new Map<number, number>();
    for (const { applied_seq: seq, amount } of entries) sums.set(seq, (sums.get(seq) ?? 0) + amount);
    expect(new Set(sums.values())).toEqual(new Set([0]));
    const inCash = entries.filter(({ account }) => account === 'cash');
    expect(inCash.reduce((sum, { amount }) => sum + amount, 0)).toBe(cash);
    expect(new Set(inCash.map(({ booking }) => booking))).toEqual(new Set(['deposit', null, 'reversal']));
    const [held] = positions;
    expect(await database.selectFrom('desk_positions').selectAll().execute()).toMatchObject([
      { account_id: 'bot', symbol: 'AAA', quantity: held?.quantity, average_price: held?.averagePrice },
    ]);
    const orders = await database.selectFrom('orders').selectAll().orderBy('created_at').execute();
    expect(orders.map(({ account_id: of, owner, status }) => [of, owner, status])).toEqual([
      ['bot', 'bot', 'filled'],
      ['bot', 'bot', 'filled'],
      ['bot', 'bot', 'filled'],
      ['bot', 'bot', 'accepted'],
    ]);
    expect(await database.selectFrom('fills').select('fill_id').execute()).toHaveLength(3);
    expect(await database.selectFrom('equity').selectAll().execute()).toEqual([]);
  });

  it('I-22: are the same when records come twice, in any portions, and after a rebuild', async () => {
    const desk = new TapedDesk();
    trade(desk);
    desk.reset(20_000);
    desk.rig.submit('bot', { shares: 20 });
    desk.rig.quote('09:40', 9.79, 9.8);
    desk.mark('bot');
    await desk.project();
    const wanted = await tables();
    const events = await desk.events();
    const projector = new Projector(database, desk.rig.config);
    await projector.apply(events);
    expect(await tables()).toEqual(wanted);
    await projector.rebuild([]);
    for (let from = 0; from < events.length; from += 3) await projector.apply(events.slice(from, from + 5));
    expect(await tables()).toEqual(wanted);
    await projector.rebuild(events);
    expect(await tables()).toEqual(wanted);
  });

  it('begin a session with what the one before left: money, positions since when, orders as they stand', () => {
    const desk = new TapedDesk();
    trade(desk);
    const state = desk.rig.state('bot');
    const venue = JSON.parse(JSON.stringify(desk.rig.venue.snapshot())) as unknown;
    const books = { cash: 0, books: [] };
    const lot = { quantity: 250 * SHARE, cost: 1, fees: 0, price: 1, time: 77, fillId: '', reason: '' };
    const told = { cash: 0, books: [{ owner: 'manual', symbolId: 0, mark: 1, lots: [lot] }] };
    const carried = { venue, books, desk: [{ accountId: 'bot', books: told }] };
    const next = new DeskRig({ startTime: desk.rig.now });
    const { opening } = new DeskFold(headerOf(next, carried));
    const [position] = state.positions;
    expect(opening).toEqual([
      expect.objectContaining({ kind: 'account', accountId: 'bot', carriedEquity: state.equity, closedAt: undefined }),
      {
        kind: 'position',
        accountId: 'bot',
        symbolId: 0,
        quantity: position?.quantity,
        averagePrice: position?.averagePrice,
        openedAt: 77,
      },
      { kind: 'order', order: expect.objectContaining({ status: 'accepted', quantity: 50 * SHARE }) as object },
    ]);
    const [, since] = new DeskFold(headerOf(next, { venue, books })).opening;
    expect(since).toMatchObject({ openedAt: desk.rig.now });
  });
});

describe('the report of an account of a program', () => {
  const report = (accountId: string, maySee?: (owner: string) => boolean) => {
    const sources = { store: new SqlAccountReportStore(database), trades: new SqlTradeStore(database) };
    return loadAccountReport(sources, { period: 'day', accountId, ...(maySee === undefined ? {} : { maySee }) });
  };

  it('takes what a reset brings for no profit, and no fall for what it takes', async () => {
    const desk = new TapedDesk();
    trade(desk);
    const before = desk.rig.state('bot').equity;
    desk.reset(10_000);
    desk.rig.submit('bot', { shares: 100 });
    desk.rig.quote('09:40', 9.99, 10.0);
    desk.rig.quote('09:41', 9.49, 9.5);
    desk.mark('bot');
    await desk.project();
    const { equity } = desk.rig.state('bot');
    const told = await report('bot');
    const { summary, program, bookingsByKind, days } = told;
    const dollars = (money: number): number => money / DOLLAR;
    expect(program).toMatchObject({ kind: 'margin', startingCash: '10000.00', closedAt: null });
    expect(summary.startEquity).toBe('50000.00');
    expect(Number(summary.endEquity)).toBe(dollars(equity));
    expect(Number(summary.flows)).toBe(dollars(usd(10_000) - before));
    expect(Number(summary.profit)).toBeCloseTo(dollars(before - usd(50_000) + equity - usd(10_000)), 6);
    expect(summary.return).toBeCloseTo((before / usd(50_000)) * (equity / usd(10_000)) - 1, 12);
    // It fell all the way: the reset, which takes forty thousand away, is no part of it.
    expect(summary.maxDrawdown).toBeCloseTo(-(summary.return ?? NaN), 12);
    expect(Math.min(...told.equity.drawdown.map(Number))).toBeCloseTo(-summary.maxDrawdown, 12);
    const drawn = accountReportPage(told).split('aria-label="Drawdown"')[1] ?? '';
    const axis = Array.from(drawn.matchAll(/−(\d+\.\d\d) %/g), ([, percent]) => Number(percent));
    expect(Math.max(...axis)).toBeLessThan(3 * 100 * summary.maxDrawdown);
    expect(days[0]?.profit).toBe(summary.profit);
    expect(bookingsByKind.map(({ kind }) => kind)).toEqual(['deposit', 'reset']);
  });

  it('says nothing of equity where a tape has no marks', async () => {
    const desk = new TapedDesk();
    trade(desk);
    desk.mark();
    const unmarked = desk.records.filter(({ type }) => type !== 'deskEquity');
    desk.records.splice(0, Infinity, ...unmarked);
    await desk.project();
    const { summary, warnings } = await report('bot');
    expect([summary.startEquity, summary.profit, summary.fills]).toEqual([null, null, 3]);
    expect(warnings).toEqual(['Nothing was kept of what the account was worth in desk-rig.']);
  });

  it('refuses a name that is not there, or not for who asks, with those that are', async () => {
    const desk = new TapedDesk();
    desk.rig.open('other', 1_000, { owner: 'ann' });
    await desk.project();
    const refused = { code: 'NOT_FOUND', message: 'There is no account nobody.' };
    await expect(report('nobody')).rejects.toMatchObject({ ...refused, remedy: 'There are main, bot, other.' });
    const ann = (owner: string): boolean => owner === 'ann';
    await expect(report('bot', ann)).rejects.toMatchObject({ remedy: 'There are main, other.' });
    expect((await report('other', ann)).program?.owner).toBe('ann');
    expect((await report('main')).program).toBeNull();
  });
});
