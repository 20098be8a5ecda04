/** The accounts of programs over REST: opened, listed by owner, reset and closed; others' do not exist. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gatewayHarness } from '../../test/support/gatewayHarness.js';
import type { GatewayHarness } from '../../test/support/gatewayHarness.js';
import type { ManualClock } from '../../test/support/ManualClock.js';
import { deskAccountSchema, deskAccountsSchema, scenariosSchema } from '../contracts/index.js';
import type { Role } from '../domain/identity.js';

let harness: GatewayHarness<ManualClock>;
const tokens = new Map<Role, string>();

beforeAll(async () => {
  harness = await gatewayHarness({});
  for (const role of ['viewer', 'trader', 'admin'] as const) {
    tokens.set(role, (await harness.signIn(role)).accessToken);
  }
});
afterAll(() => harness.close());

function call(role: Role, method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object) {
  return harness.gateway.app.inject({
    method,
    url: `/api/v1/accounts${path}`,
    headers: { authorization: `Bearer ${tokens.get(role) ?? ''}` },
    ...(payload === undefined ? {} : { payload }),
  });
}

async function listed(role: Role): Promise<string[]> {
  const answer = await call(role, 'GET', '');
  return deskAccountsSchema.parse(answer.json()).accounts.map(({ accountId }) => accountId);
}

describe('accounts of the desk', () => {
  test('a trader opens several with any cash, and sees their figures', async () => {
    const first = await call('trader', 'POST', '', { accountId: 'bot-1', kind: 'margin', startingCash: '25000.50' });
    expect(deskAccountSchema.parse(first.json())).toMatchObject({
      accountId: 'bot-1',
      kind: 'margin',
      cash: '25000.50',
      equity: '25000.50',
      positions: [],
    });
    await call('trader', 'POST', '', { accountId: 'bot-2', kind: 'cash', startingCash: '1', preset: 'optimistic' });
    expect(await listed('trader')).toEqual(['bot-1', 'bot-2']);
  });

  test('an admin sees everybody’s, a viewer its own and may open none', async () => {
    expect(await listed('admin')).toEqual(['bot-1', 'bot-2']);
    expect(await listed('viewer')).toEqual([]);
    const answer = await call('viewer', 'POST', '', { accountId: 'mine', kind: 'cash', startingCash: '1' });
    expect(answer.statusCode).toBe(403);
  });

  test('what belongs to another does not exist', async () => {
    await call('admin', 'POST', '', { accountId: 'of-admin', kind: 'cash', startingCash: '5' });
    expect(await listed('trader')).toEqual(['bot-1', 'bot-2']);
    for (const answer of [
      await call('trader', 'POST', '/of-admin/reset', { startingCash: '6' }),
      await call('trader', 'DELETE', '/of-admin'),
    ]) {
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'NOT_FOUND']);
    }
  });

  test('the session’s own account is neither reset nor closed, and the refusal says so', async () => {
    for (const answer of [
      await call('admin', 'DELETE', '/paper'),
      await call('admin', 'POST', '/paper/reset', { startingCash: '6' }),
    ]) {
      const { code, detail } = answer.json<{ code: string; detail: string }>();
      expect([answer.statusCode, code]).toEqual([400, 'REQUEST_INVALID']);
      expect(detail).toContain('the session’s own account');
    }
  });

  test('fill scenarios are told of the session’s account, and of no other', async () => {
    harness.session.advance(600_000);
    const answer = await call('viewer', 'GET', '/paper/scenarios?orders=1&points=2');
    const scenarios = scenariosSchema.parse(answer.json());
    expect(scenarios.results.map(({ scenario }) => scenario)).toEqual(['expected', 'strict', 'optimistic']);
    expect([scenarios.orders.length, scenarios.curve.time.length]).toEqual([1, 2]);
    const other = await call('trader', 'GET', '/bot-1/scenarios');
    expect([other.statusCode, other.json<{ detail: string }>().detail]).toEqual([
      404,
      'The account bot-1 has no shadow accounts.',
    ]);
    expect((await call('viewer', 'GET', '/nobody/scenarios')).statusCode).toBe(404);
  });

  test('resets and closes; an id is used once', async () => {
    const reset = await call('trader', 'POST', '/bot-1/reset', { startingCash: '70' });
    expect(deskAccountSchema.parse(reset.json())).toMatchObject({ cash: '70.00', startingCash: '70.00' });
    expect((await call('trader', 'DELETE', '/bot-1')).statusCode).toBe(204);
    expect(await listed('trader')).toEqual(['bot-2']);
    const again = await call('trader', 'POST', '', { accountId: 'bot-1', kind: 'cash', startingCash: '1' });
    expect([again.statusCode, again.json<{ reason: string }>().reason]).toEqual([422, 'ACCOUNT_EXISTS']);
    expect(again.json<{ detail: string }>().detail).toContain('The account bot-1 was deleted');
    const zero = await call('trader', 'POST', '', { accountId: 'bot-3', kind: 'cash', startingCash: '0' });
    expect(zero.statusCode).toBe(400);
    const preset = { accountId: 'bot-3', kind: 'cash', startingCash: '1', preset: 'none' };
    expect((await call('trader', 'POST', '', preset)).json<{ reason: string }>().reason).toBe('TERMS_INVALID');
  });
});
