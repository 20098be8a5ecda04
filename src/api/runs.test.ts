/** Kept runs over HTTP: the list, and a report as a page that a signed-in browser opens by its address alone. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepRuns, keepTwo, keptHistory, NEW_RUN } from '../../test/support/keptRuns.js';
import { gatewayHarness } from '../../test/support/gatewayHarness.js';
import type { GatewayHarness } from '../../test/support/gatewayHarness.js';
import type { ManualClock } from '../../test/support/ManualClock.js';
import { problemSchema, runComparisonSchema, runsSchema } from '../contracts/index.js';
import type { RunFailure } from '../domain/runs.js';
import { required } from '../utils/assert.js';

const FAILURE: RunFailure = { code: 'DATA_MISSING', message: 'There are no bars of ACME.' };

let harness: GatewayHarness<ManualClock>;
let dataDir = '';
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'papertape-api-runs-'));
  harness = await gatewayHarness({ dataDir });
});
afterEach(async () => {
  await harness.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function get(path: string, more: Readonly<Record<string, string>> = {}) {
  const { accessToken } = await harness.signIn('viewer');
  const headers = { authorization: `Bearer ${accessToken}`, ...more };
  return harness.gateway.app.inject({ url: `/api/v1${path}`, headers });
}

it('has none where none was kept', async () => {
  expect((await get('/runs')).json()).toEqual({ runs: [], total: 0 });
});

it('lists the newest first, with what they came to, and no Sharpe ratio of five days', async () => {
  await keepRuns(harness.runs);
  const answer = await get('/runs');
  expect(answer.statusCode).toBe(200);
  const { runs, total } = runsSchema.parse(answer.json());
  expect(total).toBe(4);
  expect(runs).toMatchObject([
    { number: 4, kind: 'validation', state: 'done', return: null, sharpe: null, verdict: '1 of 9 against' },
    { number: 3, kind: 'walk-forward', return: 0.2, sharpe: 1.1, maxDrawdown: 0.05, trades: 12, hasReport: true },
    { number: 2, kind: 'backtest', state: 'cancelled', fraction: 0.5, return: null, hasReport: false },
    { number: 1, kind: 'backtest', state: 'done', fraction: null, sharpe: null, trades: 1, hasReport: true },
  ]);
  expect(runs[3]?.sharpeUnsupported).toContain('20 daily returns');
  expect(runs[3]?.return).toBeCloseTo(0.1, 12);
  expect(runsSchema.parse((await get('/runs?limit=1')).json())).toMatchObject({ runs: [{ number: 4 }], total: 4 });
});

it('tells why a run failed', async () => {
  const number = await harness.runs.begin({ ...NEW_RUN, pid: process.pid });
  await harness.runs.abandon(number, { state: 'failed', failure: FAILURE });
  const { runs } = runsSchema.parse((await get('/runs')).json());
  expect(runs).toMatchObject([{ number, state: 'failed', failure: FAILURE }]);
});

it('answers a list that is known by 304 alone, until a run or its report changes', async () => {
  await keepRuns(harness.runs);
  const first = await get('/runs');
  const tag = String(first.headers.etag);
  expect(first.headers['cache-control']).toBe('private, no-cache');
  const again = await get('/runs', { 'if-none-match': tag });
  expect([again.statusCode, again.body]).toEqual([304, '']);
  expect((await get('/runs?limit=1', { 'if-none-match': tag })).statusCode).toBe(200);
  const changes: readonly (() => Promise<unknown>)[] = [
    () => harness.runs.begin({ ...NEW_RUN, pid: process.pid }),
    () => harness.runs.note(5, { events: 10, fraction: 0.25, time: 0, equity: 1e11, fills: 0 }),
    () => harness.runs.abandon(5, { state: 'failed', failure: FAILURE }),
    () => harness.runs.keepReport(5, { html: '<p>late</p>', json: '{}' }),
    async () => harness.runs.remove(await harness.runs.find('5')),
  ];
  let known = tag;
  for (const change of changes) {
    harness.clock.advance(1_000);
    await change();
    const answer = await get('/runs', { 'if-none-match': known });
    expect(answer.statusCode).toBe(200);
    known = String(answer.headers.etag);
  }
  expect((await get('/runs', { 'if-none-match': known })).statusCode).toBe(304);
});

it('lists a run that fell silent anew, though nothing was written', async () => {
  await harness.runs.begin({ ...NEW_RUN, pid: process.pid });
  const first = await get('/runs');
  expect(runsSchema.parse(first.json())).toMatchObject({ runs: [{ state: 'running' }] });
  harness.clock.advance(61_000);
  const later = await get('/runs', { 'if-none-match': String(first.headers.etag) });
  expect(runsSchema.parse(later.json())).toMatchObject({ runs: [{ state: 'broken off' }] });
});

it('advises to run again what has no report, and to look at the list where there is no run', async () => {
  await keepRuns(harness.runs);
  const remedyOf = async (path: string) => problemSchema.parse((await get(path)).json()).remedy;
  expect(await remedyOf('/runs/2/page')).toContain('--report');
  expect(await remedyOf('/runs/9/page')).toMatch(/^See what there is with `papertape runs ls`/);
});

it('compares two backtests: what was asked, figures, and trades by the time at which they part', async () => {
  const [one, other] = await keepTwo(harness.runs);
  const answer = await get(`/runs/${one}/comparison/${other}`);
  expect(answer.statusCode).toBe(200);
  const { a, b, sameLedger, inputs, figures, note, trades } = runComparisonSchema.parse(answer.json());
  expect([a, b]).toMatchObject([
    { number: one, title: 'hourly', from: NEW_RUN.from, to: NEW_RUN.to },
    { number: other, title: 'hourly' },
  ]);
  expect(sameLedger).toBe(false);
  expect(inputs).toEqual([{ name: 'parameters', a: 'held=10', b: 'held=20' }]);
  const figure = (name: string) => figures.find((pair) => pair.name === name);
  expect(figure('trades')).toMatchObject({ a: 7, b: 7, told: { title: 'Trades', a: '7', b: '7', change: '0' } });
  expect(figure('finalEquity')?.told.change).toMatch(/^\+\$\d/);
  // Of one day there are numbers, which nobody is told.
  expect(figure('cagr')?.told).toMatchObject({ a: 'n/a', b: 'n/a', change: 'n/a' });
  expect(note).toContain('20 daily returns');
  expect(trades).toMatchObject({ same: 0, changed: 7, onlyA: 0, onlyB: 0 });
  expect(trades.listed).toHaveLength(7);
  const [first] = trades.listed;
  expect(first).toMatchObject({
    kind: 'changed',
    a: { symbol: 'ACME', side: 'long', quantity: '100', exitReason: 'after 10 minutes' },
    b: { exitReason: 'after 20 minutes' },
  });
  expect(first?.fields.map(({ name }) => name)).toEqual(['exit', 'exit price', 'exit reason', 'P&L']);
  expect(trades.listed.map((each) => each.a?.entryTime)).toEqual(
    trades.listed.map((each) => each.a?.entryTime).toSorted((x, y) => (x ?? 0) - (y ?? 0)),
  );
});

it('finds no difference between a run and itself', async () => {
  const [one] = await keepTwo(harness.runs);
  const same = runComparisonSchema.parse((await get(`/runs/${one}/comparison/${one}`)).json());
  expect(same).toMatchObject({ sameLedger: true, inputs: [], trades: { same: 7, changed: 0, listed: [] } });
});

it('says why a run cannot be compared, and what to do', async () => {
  await keepRuns(harness.runs);
  const problemOf = async (path: string) => problemSchema.parse((await get(path)).json());
  expect(await problemOf('/runs/1/comparison/2')).toMatchObject({
    code: 'NOT_FOUND',
    detail: 'Run 2 has no result to compare: it stands as cancelled.',
    remedy: expect.stringContaining('--resume 2') as string,
  });
  expect(await problemOf('/runs/3/comparison/1')).toMatchObject({
    detail: 'Run 3 is a walk-forward, which has no trades to compare.',
  });
});

it('does not compare what would let others wait', async () => {
  const [one, other] = await keepTwo(harness.runs);
  const run = await harness.runs.find(String(other));
  const many = await harness.runs.begin({ ...NEW_RUN, title: 'many' });
  const result = required(run.result, 'a result');
  const statistics = { ...result.statistics, trades: 10_001 };
  await harness.runs.finish(many, await keptHistory(), { ...result, statistics });
  const answer = await get(`/runs/${one}/comparison/${many}`);
  expect(answer.statusCode).toBe(422);
  expect(problemSchema.parse(answer.json())).toMatchObject({
    code: 'RUN_TOO_LARGE',
    detail: `Run ${many} has 10,001 trades; the page compares runs of up to 10,000.`,
    remedy: expect.stringContaining('papertape compare') as string,
  });
});

it('opens a report with the refresh cookie alone, as a page that may run and load nothing', async () => {
  await keepRuns(harness.runs);
  const { refreshToken } = await harness.signIn('viewer');
  const url = '/api/v1/runs/1/page';
  const answer = await harness.gateway.app.inject({ url, headers: { cookie: `papertape-refresh=${refreshToken}` } });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'.*sandbox$/);
  expect(answer.body).toContain('<h1>The first run</h1>');
  expect((await harness.gateway.app.inject({ url })).statusCode).toBe(401);
});

it.each([
  ['/runs/2/page', 404, 'NOT_FOUND'],
  ['/runs/9/page', 404, 'RUN_UNKNOWN'],
  ['/runs/..%2f1/page', 400, 'REQUEST_INVALID'],
  ['/runs?limit=0', 400, 'REQUEST_INVALID'],
  ['/runs/1/comparison/9', 404, 'RUN_UNKNOWN'],
  ['/runs/1/comparison/x', 400, 'REQUEST_INVALID'],
])('answers %s with %d', async (path, status, code) => {
  await keepRuns(harness.runs);
  const answer = await get(path);
  expect([answer.statusCode, problemSchema.parse(answer.json()).code]).toEqual([status, code]);
});
