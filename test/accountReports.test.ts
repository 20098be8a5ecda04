/** Daily and weekly reports of an account, from the database to the document and the page. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountReportPage } from '../src/analytics/account/accountReportPage.js';
import type { AccountReport } from '../src/analytics/account/accountReportTypes.js';
import { loadAccountReport } from '../src/analytics/account/loadAccountReport.js';
import type { ReportTerms } from '../src/analytics/account/loadAccountReport.js';
import { accountReportSchema } from '../src/contracts/index.js';
import { DOLLAR } from '../src/domain/units.js';
import { SqlAccountReportStore } from '../src/storage/sql/accountReportStore.js';
import { openDatabase } from '../src/storage/sql/database.js';
import type { SqlDatabase } from '../src/storage/sql/database.js';
import { SqlTradeStore } from '../src/storage/sql/tradeStore.js';
import { addProgram, addSession, timeOn } from './support/accountRows.js';

const HOSTILE = `<script>alert(1)</script>"'>`;
const MONDAY = '2026-11-23';
const TUESDAY = '2026-11-24';

let database: SqlDatabase;
beforeEach(async () => {
  database = await openDatabase(':memory:');
});
afterEach(() => database.destroy());

function reportOf(terms: ReportTerms): Promise<AccountReport> {
  const sources = { store: new SqlAccountReportStore(database), trades: new SqlTradeStore(database) };
  return loadAccountReport(sources, terms);
}

/** A bought day, and one that goes on from it: 97,000 in cash, 3,200 in shares over night, which open at 3,500. */
async function twoDays(): Promise<void> {
  await addSession(database, {
    sessionId: `sim-${MONDAY}-0001`,
    date: MONDAY,
    points: [
      [100_000, 97_000],
      [99_000, 97_000],
      [100_200, 97_000],
    ],
    cash: [[-3_000, true]],
    sold: [101, 99],
  });
  await addSession(database, {
    sessionId: `sim-${TUESDAY}-0002`,
    date: TUESDAY,
    points: [
      [100_500, 97_000],
      [101_202, 97_000],
    ],
    reason: HOSTILE,
    sold: [103],
  });
}

describe('the report of a day', () => {
  it('begins with the starting cash, and tells profit, fall, fees and exposure', async () => {
    await twoDays();
    const report = await reportOf({ period: 'day', date: MONDAY });
    expect(report).toMatchObject({ period: 'day', from: MONDAY, to: MONDAY, accountId: 'paper', warnings: [] });
    expect(report.summary).toMatchObject({
      startEquity: '100000.00',
      endEquity: '100200.00',
      profit: '200.00',
      tradesProfit: '0.00',
      fees: '0.25',
      trades: 2,
      fills: 1,
      traded: '1000.00',
      orders: 3,
      unfilledOrders: 1,
      ordersDenied: 2,
    });
    expect(report.summary.return).toBeCloseTo(0.002, 12);
    expect(report.summary.maxDrawdown).toBeCloseTo(0.01, 12);
    expect(report.exposure.last).toBeCloseTo(3_200 / 100_200, 12);
    expect(report.exposure.highest).toBeCloseTo(3_200 / 100_200, 12);
    expect(report.fees).toEqual([{ kind: 'sec', amount: '0.25' }]);
    expect(report.bookings).toBe('0.00');
    expect(accountReportSchema.parse(report)).toEqual(report);
  });

  it('begins with what the session before ended with, so that the night belongs to the day', async () => {
    await twoDays();
    const report = await reportOf({ period: 'day' });
    expect(report.days).toEqual([
      {
        date: TUESDAY,
        sessionId: `sim-${TUESDAY}-0002`,
        startEquity: '100200.00',
        endEquity: '101202.00',
        profit: '1002.00',
        return: 101_202 / 100_200 - 1,
        trades: 1,
        fees: '0.00',
      },
    ]);
    expect(report.trades.listed[0]).toMatchObject({ pnl: '30.00', exitReason: expect.any(String) as string });
  });

  it('does not take a dividend before the first point for money that it began with', async () => {
    await addSession(database, {
      sessionId: `sim-${MONDAY}-0001`,
      date: MONDAY,
      points: [[100_050, 97_050]],
      cash: [
        [50, false],
        [-3_000, true],
      ],
    });
    const report = await reportOf({ period: 'day' });
    expect([report.summary.startEquity, report.summary.profit, report.bookings]).toEqual([
      '100000.00',
      '50.00',
      '50.00',
    ]);
  });

  it('says so where nothing tells what the day began with', async () => {
    await addSession(database, { sessionId: `sim-${TUESDAY}-0002`, date: TUESDAY, points: [[101_000, 97_000]] });
    const report = await reportOf({ period: 'day' });
    expect([report.summary.startEquity, report.summary.profit, report.summary.return]).toEqual([null, null, null]);
    expect(report.warnings).toEqual([
      `What sim-${TUESDAY}-0002 began with on ${TUESDAY} is not known: the session before it is not kept here.`,
    ]);
    expect(accountReportPage(report)).toContain('n/a');
  });

  it('lists orders that were not filled whole and rules that were met, but no canceled leg', async () => {
    await twoDays();
    const { unfilled, rules } = await reportOf({ period: 'day', date: MONDAY });
    expect(unfilled.listed).toMatchObject([
      { orderId: 'o-expired', status: 'expired', quantity: '50', filledQuantity: '20', limitPrice: '99.50' },
    ]);
    expect(rules.touched).toEqual([
      { outcome: 'deny', rule: 'SYMBOL_HALTED', text: 'Trading in the symbol is halted.', count: 2 },
      {
        outcome: 'shrink',
        rule: 'grossExposure',
        text: 'The quantity was cut to the limit of all positions together.',
        count: 1,
      },
    ]);
    expect(rules.listed[0]).toMatchObject({
      time: timeOn(MONDAY, 10) + 60_000_000,
      outcome: 'shrink',
      requestedQuantity: '80',
      allowedQuantity: '60',
    });
  });

  it('takes the last session of a day unless another one is named, and says what it leaves out', async () => {
    await twoDays();
    await addSession(database, { sessionId: `sim-${TUESDAY}-0010`, date: TUESDAY, points: [[100_000, 100_000]] });
    const last = await reportOf({ period: 'day', date: TUESDAY });
    expect(last.days.map(({ sessionId }) => sessionId)).toEqual([`sim-${TUESDAY}-0010`]);
    expect(last.warnings).toEqual([`There is 1 other session of these days, left out here: sim-${TUESDAY}-0002.`]);
    const named = await reportOf({ period: 'day', sessionId: `sim-${TUESDAY}-0002` });
    expect(named.days.map(({ sessionId }) => sessionId)).toEqual([`sim-${TUESDAY}-0002`]);
  });

  it('refuses a day without a session, an unknown session, and one of another day', async () => {
    await expect(reportOf({ period: 'day' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await twoDays();
    await expect(reportOf({ period: 'day', date: '2026-11-25' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(reportOf({ period: 'day', sessionId: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(reportOf({ period: 'day', date: MONDAY, sessionId: `sim-${TUESDAY}-0002` })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
  });
});

describe('the report of an account of a program', () => {
  it('counts what came from outside as no profit, and what was lost before as lost', async () => {
    const sessionId = `sim-${MONDAY}-0001`;
    await addSession(database, { sessionId, date: MONDAY, points: [] });
    await addProgram(database, sessionId, 'bot', '');
    const point = { session_id: sessionId, account_id: 'bot', cash: 0 };
    const later: readonly (readonly [equity: number, flow: number])[] = [
      [-500, 0],
      [10_000, 10_500],
      [11_000, 0],
    ];
    for (const [index, [equity, flow]] of later.entries()) {
      const at = { time: 10 + index, applied_seq: 10 + index };
      await database
        .insertInto('desk_equity')
        .values({ ...point, ...at, equity: equity * DOLLAR, flow: flow * DOLLAR })
        .execute();
    }
    const { summary, equity } = await reportOf({ period: 'day', accountId: 'bot' });
    expect(summary).toMatchObject({
      startEquity: '5000.00',
      endEquity: '11000.00',
      flows: '10500.00',
      profit: '-4500.00',
      return: -1,
    });
    expect(summary.maxDrawdown).toBeCloseTo(1 + 500 / 5_020, 12);
    expect(Math.min(...equity.drawdown.map(Number))).toBe(-summary.maxDrawdown);
  });

  it('is of the sessions that had it, and says when the last was', async () => {
    await twoDays();
    await addProgram(database, `sim-${MONDAY}-0001`, 'bot', '');
    expect((await reportOf({ period: 'week', accountId: 'bot' })).days.map(({ date }) => date)).toEqual([MONDAY]);
    await expect(reportOf({ period: 'day', date: TUESDAY, accountId: 'bot' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: `No session had the account bot in the day of ${TUESDAY}.`,
      remedy: `The last that had it ran on ${MONDAY}.`,
    });
    const sessionId = `sim-${TUESDAY}-0002`;
    await expect(reportOf({ period: 'day', sessionId, accountId: 'bot' })).rejects.toMatchObject({
      message: `The session ${sessionId} had no account bot.`,
    });
  });
});

describe('the report of a name that two owners have had', () => {
  beforeEach(async () => {
    await twoDays();
    await addProgram(database, `sim-${MONDAY}-0001`, 'bot', 'alice');
    await addProgram(database, `sim-${TUESDAY}-0002`, 'bot', 'bob');
  });

  it.each([
    ['alice', MONDAY],
    ['bob', TUESDAY],
  ])('shows %s the account of %s alone', async (user, date) => {
    const maySee = (owner: string): boolean => owner === user;
    const own = await reportOf({ period: 'week', accountId: 'bot', maySee });
    expect(own.days.map((day) => day.date)).toEqual([date]);
    const other = date === MONDAY ? TUESDAY : MONDAY;
    const sessionId = other === MONDAY ? `sim-${MONDAY}-0001` : `sim-${TUESDAY}-0002`;
    await expect(reportOf({ period: 'day', date: other, accountId: 'bot', maySee })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      remedy: `The last that had it ran on ${date}.`,
    });
    await expect(reportOf({ period: 'day', sessionId, accountId: 'bot', maySee })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('the report of a week', () => {
  it('goes from Monday to Sunday, day by day, over sessions that follow each other', async () => {
    await twoDays();
    // Of another line: it is no day of this account's.
    await addSession(database, { sessionId: 'live-2026-11-25-0003', date: '2026-11-25', points: [[5, 5]] });
    const report = await reportOf({ period: 'week', sessionId: `sim-${TUESDAY}-0002` });
    expect([report.from, report.to]).toEqual(['2026-11-23', '2026-11-29']);
    expect(report.days.map(({ date, profit }) => [date, profit])).toEqual([
      [MONDAY, '200.00'],
      [TUESDAY, '1002.00'],
    ]);
    expect(report.summary).toMatchObject({ startEquity: '100000.00', profit: '1202.00', trades: 3 });
    expect(report.warnings).toEqual(['There is 1 other session of these days, left out here: live-2026-11-25-0003.']);
    expect(report.equity.time).toHaveLength(5);
    expect(report.figures).toMatchObject({ trades: 3, wins: 2, losses: 1, netProfit: 30 });
  });
});

describe('the page', () => {
  it('tells the figures and runs nothing, whatever reasons hold', async () => {
    await twoDays();
    const page = accountReportPage(await reportOf({ period: 'week', date: TUESDAY }));
    expect(page).not.toMatch(/<script|<img|<iframe|<link|https?:|url\(|@import/i);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    const text = page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(text).toContain('Account paper: weekly report');
    expect(text).toContain('Profit +$1,202.00');
    expect(text).toContain(`Tue ${TUESDAY} sim-${TUESDAY}-0002 $100,200.00 $101,202.00 +$1,002.00 +1.00 %`);
    expect(text).toContain('Buy 50 ALTA, limit, limit 99.50 20 expired');
    expect(text).toContain('maxDailyLoss = $5,000.00');
    expect(Array.from(page.matchAll(/<section[^>]*\sid="([a-z]+)"/g), ([, id]) => id)).toEqual([
      'summary',
      'equity',
      'days',
      'exposure',
      'trades',
      'groups',
      'positions',
      'unfilled',
      'rules',
      'fees',
      'terms',
    ]);
  });
});
