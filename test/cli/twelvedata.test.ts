import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../sourceFiles.js';
import { buildProgram, childEnvironment, runPapertape } from '../support/runPapertape.js';
import { SocketProbe } from '../support/SocketProbe.js';

let cwd = '';
const children: ChildProcess[] = [];

beforeAll(async () => {
  await buildProgram();
  cwd = mkdtempSync(join(tmpdir(), 'papertape-twelvedata-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
});
afterAll(() => {
  rmSync(cwd, { recursive: true, force: true });
});

/** Starts a command and resolves with what it has said once `isReady`. */
async function start(isReady: (said: string) => boolean, ...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [join(projectRoot, 'bin', 'papertape.mjs'), ...args], {
    cwd,
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (isReady(said)) break;
  }
  return said;
}

describe('the Twelve Data protocols', () => {
  it('beside the Alpaca protocols, with the key of the run', async () => {
    const said = await start(
      (text) => text.endsWith('}\n'),
      'alpaca',
      '--port',
      '0',
      '--json',
      '--twelvedata-port',
      '0',
    );
    const { twelvedata, keyId, secret }: Record<string, string> = JSON.parse(said);
    const get = async (query: string): Promise<unknown> => (await fetch(`${twelvedata}${query}`)).json();
    expect(await get(`/price?symbol=AURX&prepost=true&apikey=${keyId}.${secret}`)).toEqual({
      price: expect.stringMatching(/^\d+\.\d{5}$/),
    });
    expect(await get('/price?symbol=AURX&apikey=demo')).toMatchObject({ code: 401 });
  });

  it('of up: under the page’s address and on a port of its own, with any key and the named plan', async () => {
    const flags = ['--speed', '600', '--twelvedata-port', '0', '--twelvedata-any-key', '--twelvedata-plan', 'basic'];
    const said = await start((text) => text.includes('Stop with'), 'up', '--port', '0', ...flags);
    const [page = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
    const [, own = ''] = /Twelve Data +(http:\/\/127\.0\.0\.1:\d+) /.exec(said) ?? [];
    for (const base of [own, `${page}/twelvedata`]) {
      const answer = await fetch(`${base}/price?symbol=AURX&prepost=true`, {
        headers: { authorization: 'apikey demo' },
      });
      expect([answer.status, answer.headers.has('api-credits-left')]).toEqual([200, true]);
      const probe = await SocketProbe.open(`${base.replace('http', 'ws')}/v1/quotes/price?apikey=demo`, {});
      probe.send({ action: 'subscribe', params: { symbols: 'AURX,SIMX' } });
      const [status, price] = await probe.take(2);
      expect([status?.json().event, price?.json().event]).toEqual(['subscribe-status', 'price']);
      probe.close();
    }
  });

  it('refuses a plan that there is not, and any key where others can come', async () => {
    const plan = await runPapertape(['up', '--twelvedata-plan', 'gold'], { cwd });
    expect([plan.code, plan.stderr]).toEqual([2, expect.stringContaining('--twelvedata-plan gold is not possible')]);
    const flags = ['--port', '0', '--twelvedata-port', '0', '--twelvedata-any-key', '--host', '0.0.0.0'];
    const open = await runPapertape(['alpaca', ...flags], { cwd });
    expect([open.code, open.stderr]).toEqual([2, expect.stringContaining('CONFIG_INVALID')]);
  });
});
