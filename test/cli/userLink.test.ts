/** `papertape user link` beside a running program, after it was stopped, and after it was killed. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { announceAddress } from '../../src/host/serverAddress.js';
import { DataDirLock } from '../../src/storage/dataDirLock.js';
import { openDatabase } from '../../src/storage/sql/database.js';
import { SqlIdentityStore } from '../../src/storage/sql/identityStore.js';
import { buildProgram, runPapertape, startPapertape } from '../support/runPapertape.js';

let cwd = '';
const children = new Set<ChildProcess>();

beforeAll(async () => {
  await buildProgram();
  cwd = mkdtempSync(join(tmpdir(), 'papertape-link-'));
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(cwd, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly address: string;
  readonly welcome: string;
}

async function start(): Promise<Running> {
  const { child, welcome } = await startPapertape([], cwd, children);
  return { child, welcome, address: /https?:\/\/[\w.:-]+/.exec(welcome)?.[0] ?? '' };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

function tokenIn(text: string): string {
  return /\/sign-in#token=(\S+)/.exec(text)?.[1] ?? '';
}

/** Signs in with the token of a link. */
async function signIn(address: string, token: string): Promise<{ readonly status: number; readonly access: string }> {
  const answer = await fetch(`${address}/api/v1/auth/link`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: address },
    body: JSON.stringify({ token }),
  });
  const body = (await answer.json()) as { accessToken?: string };
  return { status: answer.status, access: body.accessToken ?? '' };
}

describe('papertape user link', () => {
  it('makes a link that signs in once, whether the server runs, was stopped or was killed', async () => {
    const nobody = await runPapertape(['user', 'link'], { cwd });
    expect(nobody).toMatchObject({ code: 1, stdout: '' });
    expect(nobody.stderr).toContain('Nobody has an account in ');

    // Beside the running program. Its port is known to nobody else.
    const first = await start();
    const made = await runPapertape(['user', 'link'], { cwd });
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toContain(`${first.address}/sign-in#token=`);
    expect(made.stdout).not.toContain('other machines');
    const token = tokenIn(made.stdout);
    expect((await signIn(first.address, tokenIn(first.welcome))).status).toBe(401);
    const { status, access } = await signIn(first.address, token);
    expect(status).toBe(200);
    expect((await signIn(first.address, token)).status).toBe(401);
    const unknown = await runPapertape(['user', 'link', 'mallory'], { cwd });
    expect(unknown.stderr).toContain('There is no user named mallory.');
    expect(unknown.stderr).toContain('There is owner.');

    // Without a password the next start prints a link and makes this one void.
    await end(first.child, 'SIGTERM');
    const useless = await runPapertape(['user', 'link'], { cwd });
    expect(useless).toMatchObject({ code: 1, stdout: '' });
    expect(useless.stderr).toContain('its next start prints a new link');

    // With one, a link that was made in between is taken.
    const second = await start();
    const again = await signIn(second.address, tokenIn(second.welcome));
    const set = await fetch(`${second.address}/api/v1/auth/password`, {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        origin: second.address,
        authorization: `Bearer ${again.access}`,
      },
      body: JSON.stringify({ newPassword: 'a long enough password' }),
    });
    expect([set.status, access === '']).toEqual([expect.toBeOneOf([200, 204]), false]);
    await end(second.child, 'SIGKILL');
    const later = await runPapertape(['user', 'link', '--json', '--port', '8099'], { cwd });
    const { link, user, role, loopback, running } = JSON.parse(later.stdout) as Record<string, unknown>;
    expect({ user, role, loopback, running }).toEqual({ user: 'owner', role: 'admin', loopback: true, running: false });
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:8099\/sign-in#token=\S+$/);
    const unclear = await runPapertape(['user', 'link', '--port', '0'], { cwd });
    expect(unclear.stderr).toContain('port 0 does not say where it will be');
    const third = await start();
    expect(third.welcome).not.toContain('#token=');
    expect((await signIn(third.address, tokenIn(String(link)))).status).toBe(200);
    await end(third.child, 'SIGTERM');
  }, 120_000);

  it('says that a server beyond this machine is one, and whom the link lets in', async () => {
    // Stands for a running server, so that the test opens no port to the network.
    const dataDir = join(cwd, 'public');
    const lock = DataDirLock.acquire(dataDir);
    const database = await openDatabase(join(dataDir, 'papertape.db'));
    await new SqlIdentityStore(database).createFirstUser({
      id: 'u-1',
      name: 'owner',
      role: 'admin',
      passwordHash: 'set',
      disabled: false,
      createdAt: 1,
    });
    const takeAway = announceAddress(dataDir, { address: 'https://paper.example.org', loopback: false });
    const beside = await runPapertape(['user', 'link', '--data-dir', 'public'], { cwd });
    expect(beside).toMatchObject({ code: 0, stderr: '' });
    expect(beside.stdout).toContain('https://paper.example.org/sign-in#token=');
    expect(beside.stdout).toContain('This server can be reached from other machines.');
    expect(beside.stdout).toContain('signed in as owner (admin)');

    // What another process left behind is not taken for the address of the one that holds the lock.
    takeAway();
    const left = { pid: process.pid + 1, address: 'https://paper.example.org', loopback: true };
    writeFileSync(join(dataDir, 'papertape.address'), JSON.stringify(left));
    const held = await runPapertape(['user', 'link', '--data-dir', 'public'], { cwd });
    expect(held).toMatchObject({ code: 1, stdout: '' });
    expect(held.stderr).toContain('serves no page');
    expect(held.stderr).toContain('DATA_DIR_LOCKED');

    await database.destroy();
    lock.release();
    const env = {
      PAPERTAPE_HOST: '0.0.0.0',
      PAPERTAPE_PUBLIC_URL: 'https://paper.example.org',
      PAPERTAPE_AUTH_SECRET: 'test-only-secret-of-enough-characters-0123',
    };
    const before = await runPapertape(['user', 'link', '--data-dir', 'public', '--json'], { cwd, env });
    expect(JSON.parse(before.stdout)).toMatchObject({ loopback: false, running: false });
  }, 120_000);
});
