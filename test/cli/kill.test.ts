/** The real program is killed again and again while a client trades through its API; nothing acknowledged is lost. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomFrom } from '../simulation/simulatedDisk.js';
import { soakCount } from '../soak.js';
import { buildProgram, runPapertape, startPapertape } from '../support/runPapertape.js';

let cwd = '';
const children = new Set<ChildProcess>();

beforeAll(async () => {
  await buildProgram();
  cwd = mkdtempSync(join(tmpdir(), 'papertape-kill-'));
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(cwd, { recursive: true, force: true });
});

/** A running program and a signed-in client of it. */
class Client {
  readonly child: ChildProcess;
  readonly #address: string;
  readonly #token: string;

  private constructor(child: ChildProcess, address: string, token: string) {
    this.child = child;
    this.#address = address;
    this.#token = token;
  }

  static async start(...args: readonly string[]): Promise<Client> {
    const { child, welcome } = await startPapertape(args, cwd, children);
    const [, address = '', link = ''] = /(http:\/\/127\.0\.0\.1:\d+)\/sign-in#token=(\S+)/.exec(welcome) ?? [];
    const answer = await fetch(`${address}/api/v1/auth/link`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: address },
      body: JSON.stringify({ token: link }),
    });
    const body = (await answer.json()) as { accessToken: string };
    return new Client(child, address, body.accessToken);
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const answer = await fetch(`${this.#address}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        origin: this.#address,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }

  async kill(signal: NodeJS.Signals): Promise<number | null> {
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
    children.delete(this.child);
    return this.child.exitCode;
  }
}

describe('papertape up, killed', () => {
  it('F01, F33, I-14, I-15: has every acknowledged order once, and its tape is verified', async () => {
    const random = randomFrom(29);
    const acknowledged: string[] = [];
    let inDoubt: string | undefined;
    let number = 0;
    const lives = soakCount(4, 200);
    for (let life = 0; life < lives; life += 1) {
      const client = await Client.start('--speed', '600');
      if (inDoubt !== undefined) {
        // What was in doubt is sent again under its id: it is taken now, or refused because it was taken then.
        const { status } = await client.call('POST', '/orders', order(inDoubt));
        expect([200, 422]).toContain(status);
        acknowledged.push(inDoubt);
        inDoubt = undefined;
      }
      const killAfter = 3 + Math.floor(random() * 12);
      for (let sent = 0; sent < killAfter; sent += 1) {
        number += 1;
        const id = `client-${number}`;
        const { status } = await client.call('POST', '/orders', order(id));
        expect(status).toBe(200);
        acknowledged.push(id);
      }
      number += 1;
      inDoubt = `client-${number}`;
      const unanswered = client.call('POST', '/orders', order(inDoubt)).catch(() => undefined);
      await client.kill('SIGKILL');
      await unanswered;
    }
    const last = await Client.start('--speed', '600');
    const { body } = await last.call('GET', '/orders?limit=1000');
    const ids = (body as { orders: { clientOrderId: string; owner: string }[] }).orders
      .filter(({ owner }) => owner === 'manual')
      .map(({ clientOrderId }) => clientOrderId);
    expect(ids.length).toBe(new Set(ids).size);
    expect(ids).toEqual(expect.arrayContaining(acknowledged));
    expect(acknowledged.length).toBeGreaterThan(3 * lives);
    expect(await last.kill('SIGTERM')).toBe(0);
    const verified = await runPapertape(['verify', '--json'], { cwd });
    expect(JSON.parse(verified.stdout)).toMatchObject({ equal: true, difference: null });
  }, 900_000);

  it('K4: goes on without a strategy whose hook never returns', async () => {
    writeFileSync(
      join(cwd, 'Endless.ts'),
      [
        "import { Strategy, type Bar, type Context } from 'papertape';",
        'export default class Endless extends Strategy.with({}) {',
        "  static override readonly subscribe = { symbols: ['AURX'], timeframe: '1m' };",
        '  override onBar(_bar: Bar, ctx: Context): void {',
        "    if (ctx.now > 0 && ctx.position('AURX').quantity === 0) while (ctx.now > 0);",
        '  }',
        '}',
        '',
      ].join('\n'),
    );
    const refused = await runPapertape(['up', '--port', '0', '--data-dir', 'never', '--strategy', './Endless.ts'], {
      cwd,
    });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('The strategy ./Endless.ts did not return from a hook');

    const client = await Client.start('--data-dir', 'endless', '--speed', '600');
    // The file is checked in the background; the catalogue lists it when it is ready.
    for (let look = 0; look < 1500; look += 1) {
      const { body } = await client.call('GET', '/strategy-catalogue');
      if (JSON.stringify(body).includes('./Endless.ts')) break;
      await once(AbortSignal.timeout(100), 'abort');
    }
    const start = await client.call('POST', '/strategies', {
      instanceId: 'endless',
      strategy: './Endless.ts',
      symbols: ['AURX'],
      timeframe: '1m',
    });
    expect(start.status).toBe(200);
    let state = '';
    let error: string | null = null;
    // The watchdog needs five seconds; what is waited for is the answer, not a time.
    for (let look = 0; look < 1500 && state !== 'stopped'; look += 1) {
      const { body } = await client.call('GET', '/strategies');
      const { strategies } = body as { strategies: { instanceId: string; state: string; error: string | null }[] };
      ({ state = '', error = null } = strategies.find(({ instanceId }) => instanceId === 'endless') ?? {});
      if (state !== 'stopped') await once(AbortSignal.timeout(100), 'abort');
    }
    expect(state).toBe('stopped');
    expect(error).toContain('did not return from a hook for 5 seconds and was stopped');
    const marketTime = async (): Promise<number> =>
      ((await client.call('GET', '/session')).body as { clock: { time: number } }).clock.time;
    const before = await marketTime();
    let after = before;
    for (let look = 0; look < 300 && after <= before; look += 1) {
      await once(AbortSignal.timeout(100), 'abort');
      after = await marketTime();
    }
    expect(after).toBeGreaterThan(before);
    expect(await client.kill('SIGTERM')).toBe(0);
  }, 240_000);
});

function order(clientOrderId: string): unknown {
  return {
    clientOrderId,
    symbol: 'VEGA',
    side: 'buy',
    type: 'limit',
    quantity: '1',
    limitPrice: '53.01',
    reason: 'kill test',
  };
}
