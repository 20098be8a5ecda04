import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gatewayHarness } from '../../test/support/gatewayHarness.js';
import type { GatewayHarness } from '../../test/support/gatewayHarness.js';
import type { ManualClock } from '../../test/support/ManualClock.js';
import { API_PREFIX, PROBLEM_STATUS, problemSchema, ROUTES } from '../contracts/index.js';
import type { RouteName, RouteSpec } from '../contracts/index.js';
import { ERRORS } from '../domain/errors.js';
import { ROLES, roleIncludes } from '../domain/identity.js';
import type { Role } from '../domain/identity.js';

/** What each route is called with so that its schema is content; the handler may still answer 404 or 422. */
const BODIES: Partial<Record<RouteName, object>> = {
  signInWithLink: { token: 'x'.repeat(43) },
  signInWithPassword: { name: 'nobody', password: 'wrong password' },
  setPassword: { newPassword: 'correct horse battery' },
  controlMarket: { action: 'pause' },
  setKillSwitch: { on: false },
  submitOrder: { clientOrderId: 'm-1', symbol: 'ALTA', side: 'buy', type: 'market', quantity: '1' },
  replaceOrder: { clientOrderId: 'm-2', limitPrice: '1' },
  startStrategy: { instanceId: 'again', strategy: 'sma-cross', symbols: ['ALTA'], timeframe: '1m' },
  stopStrategy: { flatten: false },
  openAccount: { accountId: 'robot', kind: 'margin', startingCash: '25000' },
  resetAccount: { startingCash: '1000' },
  noteTrade: { text: 'late entry', tags: [] },
  historyBatch: { requests: [{ kind: 'prints', symbol: 'ALTA', from: '2026-02-02', to: '2026-02-03' }] },
};
const DATES = 'from=2026-02-02&to=2026-02-03';
const QUERIES: Partial<Record<RouteName, string>> = {
  bars: '?symbol=ALTA&timeframe=1m',
  historyBars: `?symbol=ALTA&timeframe=1m&${DATES}`,
  historyQuotes: `?symbol=ALTA&${DATES}`,
  historyPrints: `?symbol=ALTA&${DATES}`,
  marketSessions: `?${DATES}`,
  corporateActions: `?symbol=ALTA&${DATES}`,
};
const ADMITTED = new Set([200, 204, 404, 422]);

let harness: GatewayHarness<ManualClock>;
const tokens = new Map<Role, string>();

beforeAll(async () => {
  const page = mkdtempSync(join(tmpdir(), 'papertape-page-'));
  mkdirSync(join(page, 'assets'));
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>Papertape</title>');
  writeFileSync(join(page, 'assets', 'app-1234.js'), 'export {};');
  harness = await gatewayHarness({ pageDir: page });
  for (const role of ROLES) tokens.set(role, (await harness.signIn(role)).accessToken);
});
afterAll(() => harness.close());

function call(options: InjectOptions, role?: Role) {
  return harness.gateway.app.inject({
    ...options,
    headers: {
      ...(role === undefined ? {} : { authorization: `Bearer ${tokens.get(role) ?? ''}` }),
      ...options.headers,
    },
  });
}

function requestOf(name: RouteName): InjectOptions {
  const spec: RouteSpec = ROUTES[name];
  const url = `${API_PREFIX}${spec.path}`
    .replace(':id', 'o-404')
    .replace(':symbol', 'ALTA')
    .replace(':period', 'day')
    .replace(':number', '7')
    .replace(':other', '8');
  const query = QUERIES[name] ?? '';
  const body = BODIES[name];
  return { method: spec.method, url: url + query, ...(body === undefined ? {} : { payload: body }) };
}

function routeNames(): RouteName[] {
  return Object.keys(ROUTES) as RouteName[];
}

describe('S23 every route of the router × every role', () => {
  test('the router holds the table, health, the page and the documentation, and nothing without a rule', () => {
    const { routes } = harness.gateway;
    expect(routes.filter((route) => route.access === undefined)).toEqual([]);
    const own = routes.filter((route) => route.url.startsWith(API_PREFIX) && route.method !== 'HEAD');
    const table = Object.values<RouteSpec>(ROUTES).map((spec) => `${spec.method} ${API_PREFIX}${spec.path}`);
    expect(own.map((route) => `${route.method} ${route.url}`).sort()).toEqual(table.sort());
    for (const { url, access } of routes.filter((route) => !route.url.startsWith(API_PREFIX))) {
      if (access === 'open') expect(['/health/live', '/health/ready', '/', '/*']).toContain(url);
      else expect([access, url.startsWith('/api/docs')]).toEqual(['document', true]);
    }
  });

  const rolesOf = (access: RouteSpec['access']): (Role | undefined)[] =>
    access === 'open' || access === 'cookie' ? [] : [undefined, ...ROLES];
  const cases = routeNames()
    .filter((name) => name !== 'signOutEverywhere' && name !== 'setPassword')
    .flatMap((name) => rolesOf(ROUTES[name].access).map((role) => ({ name, role })));

  test.each(cases)('$name as $role', async ({ name, role }) => {
    const { access } = ROUTES[name] as RouteSpec;
    const answer = await call(requestOf(name), role);
    const needed = access === 'document' ? 'viewer' : access;
    if (role === undefined) expect(answer.statusCode).toBe(401);
    else if (!ROLES.some((one) => one === needed && roleIncludes(role, one))) expect(answer.statusCode).toBe(403);
    else expect(ADMITTED, `${name} as ${role} gave ${answer.statusCode}: ${answer.body}`).toContain(answer.statusCode);
  });

  test('a disabled user is refused everywhere', async () => {
    const { accessToken } = await harness.signIn('viewer');
    await harness.store.setDisabled('user-viewer', true);
    const answer = await call({ url: '/api/v1/account', headers: { authorization: `Bearer ${accessToken}` } });
    await harness.store.setDisabled('user-viewer', false);
    expect(answer.statusCode).toBe(401);
  });

  test('S26 a viewer changes nothing', async () => {
    const before = harness.session.commands.length;
    for (const name of routeNames()) {
      const spec: RouteSpec = ROUTES[name];
      if (spec.access === 'trader') expect((await call(requestOf(name), 'viewer')).statusCode).toBe(403);
    }
    expect(harness.session.commands).toHaveLength(before);
  });

  test('documentation needs a sign-in, health does not', async () => {
    expect((await call({ url: '/api/docs/json' })).statusCode).toBe(401);
    expect((await call({ url: '/health/live' })).statusCode).toBe(200);
    expect((await call({ url: '/health/ready' })).json()).toMatchObject({ state: 'up' });
  });
});

describe('OpenAPI', () => {
  test('describes every route of the table as 3.1', async () => {
    const answer = await call({ url: '/api/docs/json' }, 'viewer');
    const document: { openapi: string; paths: Record<string, Record<string, { operationId?: string }>> } =
      answer.json();
    expect(document.openapi).toBe('3.1.0');
    const operations = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map((one) => one.operationId),
    );
    expect(operations).toEqual(expect.arrayContaining(routeNames()));
  });

  test('the documentation page opens with the refresh cookie alone', async () => {
    const { refreshToken } = await harness.signIn('viewer');
    const answer = await call({ url: '/api/docs/', headers: { cookie: `papertape-refresh=${refreshToken}` } });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toContain('text/html');
  });
});

describe('problem documents (RFC 9457)', () => {
  test('every error code has a status', () => {
    expect(Object.keys(PROBLEM_STATUS).sort()).toEqual(Object.keys(ERRORS).sort());
    for (const status of Object.values(PROBLEM_STATUS)) expect(status).toBeGreaterThanOrEqual(400);
  });

  const requests: readonly [string, InjectOptions, number, string][] = [
    ['unknown address', { url: '/api/v1/nothing' }, 404, 'NOT_FOUND'],
    ['unknown order', { url: '/api/v1/orders/o-404' }, 404, 'NOT_FOUND'],
    ['unknown symbol', { url: '/api/v1/bars?symbol=NOPE&timeframe=1m' }, 404, 'SYMBOL_UNKNOWN'],
    ['S53 malformed JSON', post('/api/v1/orders', '{"symbol":'), 400, 'REQUEST_INVALID'],
    ['S53 malformed address', { url: '/api/v1/orders/%E0%A4%A' }, 400, 'REQUEST_INVALID'],
    ['S55 prototype pollution', post('/api/v1/orders', '{"__proto__":{"role":"admin"}}'), 400, 'REQUEST_INVALID'],
    ['S55 duplicate query keys', { url: '/api/v1/fills?limit=1&limit=2' }, 400, 'REQUEST_INVALID'],
    ['unknown query key', { url: '/api/v1/account?depth=1' }, 400, 'REQUEST_INVALID'],
    ['S54 SQL in an id', { url: `/api/v1/orders/${encodeURIComponent("o-1' or 1=1")}` }, 400, 'REQUEST_INVALID'],
    ['S54 path in an id', { url: '/api/v1/orders/..%2f..%2fetc%2fpasswd' }, 400, 'REQUEST_INVALID'],
    ['S56 no content type', post('/api/v1/orders', '{}', ''), 415, 'MEDIA_TYPE_UNSUPPORTED'],
    ['S56 text/plain', post('/api/v1/orders', '{}', 'text/plain'), 415, 'MEDIA_TYPE_UNSUPPORTED'],
    ['S56 trailing junk', post('/api/v1/orders', '{}', 'application/json\tx'), 415, 'MEDIA_TYPE_UNSUPPORTED'],
    ['S56 charset', post('/api/v1/orders', '{}', 'application/json; charset=utf-7'), 415, 'MEDIA_TYPE_UNSUPPORTED'],
    ['S56 form', post('/api/v1/orders', 'a=b', 'application/x-www-form-urlencoded'), 415, 'MEDIA_TYPE_UNSUPPORTED'],
    ['large body', post('/api/v1/orders', JSON.stringify({ reason: 'x'.repeat(70_000) })), 413, 'PAYLOAD_TOO_LARGE'],
  ];
  test.each(requests)('%s', async (_name, options, status, code) => {
    const answer = await call(options, 'trader');
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    const problem = problemSchema.parse(answer.json());
    expect(problem).toMatchObject({ code, status, type: `urn:papertape:error:${code}` });
    expect(answer.body).not.toMatch(/node_modules|at .*\.(ts|js)|select |fastify|zod/i);
  });

  const bad: readonly [string, object, string][] = [
    ['S25 unknown field', { role: 'admin' }, 'body'],
    ['S25 filled quantity', { filledQuantity: '100' }, 'body'],
    ['S55 list as quantity', { quantity: ['1'] }, 'body.quantity'],
    ['S55 object as quantity', { quantity: { $gt: 0 } }, 'body.quantity'],
    ['S55 exponent', { quantity: '1e3' }, 'body.quantity'],
    ['number as quantity', { quantity: 1 }, 'body.quantity'],
    ['zero', { quantity: '0.000000' }, 'body.quantity'],
    ['negative', { quantity: '-1' }, 'body.quantity'],
    ['limit price without a limit order', { limitPrice: '10' }, 'body.limitPrice'],
    ['stop order without a price', { type: 'stop' }, 'body.stopPrice'],
  ];
  test.each(bad)('an order with %s names the field and does nothing', async (_name, change, path) => {
    const before = harness.session.commands.length;
    const payload = { ...BODIES.submitOrder, clientOrderId: 'bad-1', ...change };
    const answer = await call({ method: 'POST', url: '/api/v1/orders', payload }, 'trader');
    expect(answer.statusCode).toBe(400);
    expect(problemSchema.parse(answer.json()).errors?.map((one) => one.path)).toContain(path);
    expect(harness.session.commands).toHaveLength(before);
  });

  test('a refused order tells the reason and the order', async () => {
    const payload = { ...BODIES.submitOrder, clientOrderId: 'too-much', quantity: '1000000' };
    const answer = await call({ method: 'POST', url: '/api/v1/orders', payload }, 'trader');
    expect(answer.statusCode).toBe(422);
    const problem = problemSchema.parse(answer.json());
    expect(problem).toMatchObject({ code: 'ORDER_REFUSED', reason: 'BUYING_POWER' });
    const risk = await call({ url: `/api/v1/orders/${problem.orderId ?? ''}/risk` }, 'viewer');
    expect(risk.json()).toMatchObject({ outcome: 'deny', reason: 'BUYING_POWER' });
  });
});

describe('trading', () => {
  test('an order with exits and its replacement are passed on exactly', async () => {
    const exits = { takeProfit: { limitPrice: '1100' }, stopLoss: { stopPrice: '90', limitPrice: '89.5' } };
    const payload = { ...BODIES.submitOrder, clientOrderId: 'bracket-1', orderClass: 'bracket', ...exits };
    const answer = await call({ method: 'POST', url: '/api/v1/orders', payload }, 'trader');
    expect(answer.statusCode).toBe(200);
    expect(harness.session.commands.at(-1)).toMatchObject({
      group: {
        orderClass: 'bracket',
        exits: [
          { role: 'takeProfit', type: 'limit', limitPrice: 1_100_000_000 },
          { role: 'stopLoss', type: 'stop_limit', stopPrice: 90_000_000, limitPrice: 89_500_000 },
        ],
      },
    });
    const trailing = {
      ...{ clientOrderId: 'trail-1', symbol: 'ALTA', side: 'sell', type: 'trailing_stop', quantity: '1' },
      trail: { percent: '1.5' },
    };
    await call({ method: 'POST', url: '/api/v1/orders', payload: trailing }, 'trader');
    expect(harness.session.commands.at(-1)).toMatchObject({ trail: { kind: 'percent', ppm: 15_000 } });
    const limit = { ...BODIES.submitOrder, clientOrderId: 'limit-1', type: 'limit', limitPrice: '1' };
    const { orderId } = (await call({ method: 'POST', url: '/api/v1/orders', payload: limit }, 'trader')).json<{
      orderId: string;
    }>();
    const changes = { clientOrderId: 'limit-2', quantity: '2', limitPrice: '1.01' };
    const patched = await call({ method: 'PATCH', url: `/api/v1/orders/${orderId}`, payload: changes }, 'trader');
    expect(patched.statusCode).toBe(200);
    expect(harness.session.commands.at(-1)).toMatchObject({
      type: 'replaceOrder',
      orderId,
      clientOrderId: 'limit-2',
      changes: { quantity: 2_000_000, limitPrice: 1_010_000 },
    });
    const nothing = { clientOrderId: 'limit-3' };
    const refused = await call({ method: 'PATCH', url: `/api/v1/orders/${orderId}`, payload: nothing }, 'trader');
    expect(refused.statusCode).toBe(400);
  });

  test('an order is passed on exactly and can be looked up, with its receipt', async () => {
    const payload = {
      ...BODIES.submitOrder,
      clientOrderId: 'exact-1',
      type: 'limit',
      quantity: '1.5',
      limitPrice: '999.99',
    };
    const answer = await call({ method: 'POST', url: '/api/v1/orders', payload }, 'trader');
    expect(answer.statusCode).toBe(200);
    expect(harness.session.commands.at(-1)).toMatchObject({
      type: 'submitOrder',
      user: 'trader',
      clientOrderId: 'exact-1',
      quantity: 1_500_000,
      limitPrice: 999_990_000,
    });
    const { orderId } = answer.json<{ orderId: string }>();
    const order = await call({ url: `/api/v1/orders/${orderId}` }, 'viewer');
    expect(order.json()).toMatchObject({ id: orderId, status: 'filled', quantity: '1.5' });
    const fills = await call({ url: '/api/v1/fills?limit=1' }, 'viewer');
    const [fill] = fills.json<{ fills: { id: string; orderId: string }[] }>().fills;
    expect(fill?.orderId).toBe(orderId);
    const receipt = await call({ url: `/api/v1/fills/${fill?.id ?? ''}/receipt` }, 'viewer');
    expect(receipt.json()).toMatchObject({ basis: 'nbbo', fill: { orderId } });
  });

  test('the kill switch denies, and the audit log knows who switched it', async () => {
    await call({ method: 'POST', url: '/api/v1/kill-switch', payload: { on: true, reason: 'drill' } }, 'trader');
    const payload = { ...BODIES.submitOrder, clientOrderId: 'killed-1' };
    const answer = await call({ method: 'POST', url: '/api/v1/orders', payload }, 'trader');
    await call({ method: 'POST', url: '/api/v1/kill-switch', payload: { on: false } }, 'trader');
    expect(answer.json()).toMatchObject({ reason: 'KILL_SWITCH' });
    const log = await harness.store.auditLog(5);
    expect(log.map((entry) => [entry.actor, entry.action])).toContainEqual(['trader', 'kill-switch.on']);
    expect(await harness.store.verifyAuditLog()).toBe(true);
  });

  test('every list of the page answers with what its schema promises', async () => {
    harness.session.advance(60_000);
    const lists = ['session', 'account', 'equity', 'positions', 'orders', 'fills', 'strategies', 'signals', 'quotes'];
    for (const path of [...lists, 'logs', 'health', 'strategy-catalogue', 'kill-switch']) {
      expect((await call({ url: `/api/v1/${path}` }, 'viewer')).statusCode, path).toBe(200);
    }
    const bars = await call({ url: '/api/v1/bars?symbol=ALTA&timeframe=5m&limit=20' }, 'viewer');
    expect(bars.json<{ time: number[] }>().time).toHaveLength(20);
  });
});

describe('S30 S31 other sites', () => {
  const foreign: readonly [string, Record<string, string>][] = [
    ['another origin', { origin: 'https://evil.example' }],
    ['null origin', { origin: 'null' }],
    ['a look-alike', { origin: 'http://localhost.evil.example' }],
    ['another port of this machine', { origin: 'http://localhost:9999' }],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }],
    ['another port by fetch metadata', { 'sec-fetch-site': 'same-site' }],
  ];
  test.each(foreign)('%s changes nothing', async (_name, headers) => {
    const payload = { ...BODIES.submitOrder, clientOrderId: 'csrf-1' };
    const answer = await call({ method: 'POST', url: '/api/v1/orders', payload, headers }, 'trader');
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('our own page may', async () => {
    const headers = { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-origin' };
    const payload = { action: 'resume' };
    const answer = await call({ method: 'POST', url: '/api/v1/market-control', payload, headers }, 'trader');
    expect(answer.statusCode).toBe(200);
  });

  test('a refresh that does not say where it comes from is refused', async () => {
    const { refreshToken } = await harness.signIn('viewer');
    const cookie = `papertape-refresh=${refreshToken}`;
    const refresh = { method: 'POST', url: '/api/v1/auth/refresh' } as const;
    expect((await call({ ...refresh, headers: { cookie } })).statusCode).toBe(403);
    const own = await call({ ...refresh, headers: { cookie, 'sec-fetch-site': 'same-origin' } });
    expect(own.statusCode).toBe(200);
  });

  test('a foreign host name (DNS rebinding) is refused', async () => {
    const answer = await call({ url: '/api/v1/account', headers: { host: 'evil.example' } }, 'viewer');
    expect(answer.statusCode).toBe(403);
  });
});

describe('S33 headers', () => {
  const answers: readonly [string, InjectOptions][] = [
    ['an answer', { url: '/health/live' }],
    ['a refusal', { url: '/api/v1/account' }],
    ['a missing address', { url: '/api/v1/nothing' }],
    ['the page', { url: '/' }],
    ['a route of the page', { url: '/orders' }],
    ['a file', { url: '/assets/app-1234.js' }],
    ['a missing file', { url: '/assets/nothing.js' }],
    ['an address that cannot be read', { url: '/api/v1/%zz' }],
  ];
  test.each(answers)('%s carries them', async (_name, options) => {
    const { headers } = await call(options);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    expect(headers['x-powered-by']).toBeUndefined();
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/script-src 'self';/);
    expect(policy).not.toContain('unsafe');
    for (const part of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
      expect(policy).toContain(part);
  });

  test('private data is not stored, built files are, the page is asked for', async () => {
    const cached = async (url: string): Promise<unknown> => (await call({ url }, 'viewer')).headers['cache-control'];
    expect(await cached('/api/v1/account')).toBe('no-store');
    expect(await cached('/assets/app-1234.js')).toContain('immutable');
    expect(await cached('/')).toBe('no-cache');
    expect(await cached('/positions')).toBe('no-cache');
  });
});

test('S54 files beside the page cannot be read', async () => {
  for (const url of [
    '/..%2f..%2fetc%2fpasswd',
    '/assets/..%2f..%2findex.html',
    '//etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
  ]) {
    const answer = await call({ url });
    expect(answer.body).not.toContain('root:');
    expect([200, 400, 403, 404]).toContain(answer.statusCode);
  }
});

test('S29 other verbs and spellings of a path open nothing', async () => {
  for (const url of [
    '/api/v1//account',
    '/api/v1/account/',
    '/API/v1/account',
    '/api/v1/account;x',
    '/api/v1/account.',
  ]) {
    expect([400, 401, 404], url).toContain((await call({ url })).statusCode);
  }
  for (const method of ['HEAD', 'OPTIONS', 'PUT', 'PATCH'] as const) {
    const { statusCode } = await call({ method, url: '/api/v1/account' });
    expect([401, 404], method).toContain(statusCode);
  }
});

test('S52 no token, password or cookie reaches the log', async () => {
  const canary = 'canary-password-123456';
  const link = await harness.auth.createLinkToken('viewer');
  await call({ method: 'POST', url: '/api/v1/auth/password', payload: { name: 'owner', password: canary } });
  await call({ method: 'POST', url: '/api/v1/auth/link', payload: { token: link.token } });
  await call({ method: 'POST', url: '/api/v1/auth/link', payload: `{"token":"${canary}` });
  const text = harness.logLines.join('');
  expect(text).not.toContain(canary);
  expect(text).not.toContain(link.token);
  for (const token of tokens.values()) expect(text).not.toContain(token);
});

test('F04 while stopping, everything but health is refused', async () => {
  const own = await gatewayHarness();
  own.gateway.beginShutdown();
  const answer = await own.gateway.app.inject({ url: '/api/v1/account' });
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ code: 'SHUTTING_DOWN', retryable: true });
  expect((await own.gateway.app.inject({ url: '/health/live' })).statusCode).toBe(200);
  await own.close();
});

test('S59 a flood is limited, with the time to wait', async () => {
  const own = await gatewayHarness();
  let answer = await own.gateway.app.inject({ url: '/api/v1/account' });
  for (let index = 0; index < 1300 && answer.statusCode !== 429; index += 1) {
    answer = await own.gateway.app.inject({ url: '/api/v1/account' });
  }
  expect(answer.statusCode).toBe(429);
  expect(answer.json()).toMatchObject({ code: 'RATE_LIMITED' });
  expect(answer.headers['retry-after']).toBeDefined();
  await own.close();
});

function post(url: string, payload: string, type = 'application/json'): InjectOptions {
  return { method: 'POST', url, payload, headers: type === '' ? {} : { 'content-type': type } };
}

test('it closes although somebody holds a connection and asks nothing', async () => {
  const own = await gatewayHarness({});
  const { port } = new URL(await own.gateway.listen());
  const silent = connect(Number(port), '127.0.0.1');
  await once(silent, 'connect');
  // The server has taken it as well once a later one is answered.
  await (await fetch(`http://127.0.0.1:${port}/health/live`)).arrayBuffer();
  const closing = own.close();
  const gone = once(silent, 'close');
  own.clock.advance(10_000);
  await Promise.all([closing, gone]);
});
