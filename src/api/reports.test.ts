/** Reports of accounts over HTTP: the document by its schema, and the page with a policy of its own. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addProgram, addSession } from '../../test/support/accountRows.js';
import { gatewayHarness } from '../../test/support/gatewayHarness.js';
import type { GatewayHarness } from '../../test/support/gatewayHarness.js';
import type { ManualClock } from '../../test/support/ManualClock.js';
import { accountReportSchema, problemSchema } from '../contracts/index.js';
import type { Role } from '../domain/identity.js';

const DATE = '2026-11-23';

let harness: GatewayHarness<ManualClock>;
beforeEach(async () => {
  harness = await gatewayHarness();
  await addSession(harness.database, {
    sessionId: `sim-${DATE}-0001`,
    date: DATE,
    points: [[100_100, 100_000]],
    sold: [101],
  });
});
afterEach(() => harness.close());

async function get(path: string, role: Role = 'viewer') {
  const { accessToken } = await harness.signIn(role);
  const headers = { authorization: `Bearer ${accessToken}` };
  return harness.gateway.app.inject({ url: `/api/v1${path}`, headers });
}

it('gives the report of a day or a week as a document', async () => {
  const day = await get(`/reports/day?date=${DATE}`);
  expect(day.statusCode).toBe(200);
  const report = accountReportSchema.parse(day.json());
  expect(report).toMatchObject({ period: 'day', summary: { profit: '100.00', trades: 1 } });
  expect(report.trades.listed[0]).toMatchObject({ pnl: '10.00', costs: { shortfall: { fees: 0 } } });
  const week = await get(`/reports/week?session=sim-${DATE}-0001`);
  expect(accountReportSchema.parse(week.json())).toMatchObject({ from: DATE, to: '2026-11-29' });
});

it('gives the page as HTML that may run and load nothing', async () => {
  const answer = await get('/reports/day/page');
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'.*sandbox$/);
  expect(answer.body).toMatch(/^<!doctype html>[\s\S]*Account paper: daily report[\s\S]*<\/html>\s*$/);
});

it('opens the page with the cookie of a sign-in, as a browser does that follows a link', async () => {
  const { refreshToken } = await harness.signIn('viewer');
  const url = '/api/v1/reports/day/page';
  const answer = await harness.gateway.app.inject({ url, headers: { cookie: `papertape-refresh=${refreshToken}` } });
  expect(answer.statusCode).toBe(200);
  expect((await harness.gateway.app.inject({ url })).statusCode).toBe(401);
});

describe('accounts of programs', () => {
  beforeEach(async () => {
    await addProgram(harness.database, `sim-${DATE}-0001`, 'bot', 'trader');
    await addProgram(harness.database, `sim-${DATE}-0001`, 'other', '');
  });

  it.each([
    ['trader', 'bot'],
    ['admin', 'bot'],
    ['admin', 'other'],
  ] as const)('have reports, for a %s that of %s', async (role, accountId) => {
    const answer = await get(`/reports/day?accountId=${accountId}`, role);
    const owner = accountId === 'bot' ? 'trader' : '';
    expect(accountReportSchema.parse(answer.json())).toMatchObject({
      accountId,
      program: { owner, kind: 'margin', startingCash: '5000.00' },
      summary: { profit: '20.00', fills: 0 },
      feePlan: 'zero',
      limits: {},
    });
    const page = await get(`/reports/day/page?accountId=${accountId}`, role);
    expect(page.body).toContain(`Account ${accountId}: daily report`);
  });

  it.each([
    ['viewer', 'bot', 'There are paper.'],
    ['trader', 'other', 'There are paper, bot.'],
    ['admin', 'nobody', 'There are paper, bot, other.'],
  ] as const)('do not exist for a %s who may not see %s', async (role, accountId, remedy) => {
    const answer = await get(`/reports/day?accountId=${accountId}`, role);
    const problem = problemSchema.parse(answer.json());
    expect([answer.statusCode, problem.code, problem.remedy]).toEqual([404, 'NOT_FOUND', remedy]);
  });
});

it.each([
  ['/reports/day?date=2026-11-24', 404, 'NOT_FOUND'],
  ['/reports/month', 400, 'REQUEST_INVALID'],
  ['/reports/day?date=yesterday', 400, 'REQUEST_INVALID'],
  [`/reports/day?date=2026-11-24&session=sim-${DATE}-0001`, 400, 'REQUEST_INVALID'],
])('answers %s with %d', async (path, status, code) => {
  const answer = await get(path);
  expect([answer.statusCode, problemSchema.parse(answer.json()).code]).toEqual([status, code]);
});
