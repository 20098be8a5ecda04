import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../sourceFiles.js';
import { buildProgram, childEnvironment, runPapertape } from '../support/runPapertape.js';

let cwd = '';
const children: ChildProcess[] = [];

beforeAll(async () => {
  await buildProgram();
  cwd = mkdtempSync(join(tmpdir(), 'papertape-session-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => {
  rmSync(cwd, { recursive: true, force: true });
});

/** Starts `papertape up` and resolves with what it has said when the page is there. */
async function start(...args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly welcome: string }> {
  const child = spawn(process.execPath, [join(projectRoot, 'bin', 'papertape.mjs'), 'up', '--port', '0', ...args], {
    cwd,
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let welcome = '';
  for await (const chunk of child.stdout) {
    welcome += String(chunk);
    if (welcome.includes('Stop with')) break;
  }
  return { child, welcome };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
  return child.exitCode;
}

describe('papertape up', () => {
  it('says where it is and how to sign in, locks its data, stops on a signal, and is verified', async () => {
    const { child, welcome } = await start('--speed', '6000');
    expect(welcome).toMatch(/Open +http:\/\/127\.0\.0\.1:\d+\/sign-in#token=\S+\n/);
    expect(welcome).toMatch(/Market +SIMULATED +30 symbols/);
    expect(welcome).toMatch(/Strategies +Buy and hold · Opening range breakout · SMA cross\n/);
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(welcome)?.[0] ?? '';
    expect((await fetch(`${address}/health/live`)).status).toBe(200);

    const second = await runPapertape(['up', '--port', '0'], { cwd });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`(pid ${child.pid})`);
    expect(second.stderr).toContain('→ Stop that process, or choose another directory with --data-dir.');
    expect(second.stderr).toContain('DATA_DIR_LOCKED');

    const doctor = await runPapertape(['doctor', '--port', new URL(address).port, '--json'], { cwd });
    expect(JSON.parse(doctor.stdout).findings).toContainEqual({
      check: 'Port',
      state: 'ok',
      finding: `the Papertape that runs serves ${address}`,
    });

    expect(await stop(child, 'SIGTERM')).toBe(0);
    const verified = await runPapertape(['verify', '--json'], { cwd });
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({ equal: true, difference: null });
  });

  it('goes on where it was stopped', async () => {
    const { child, welcome } = await start();
    expect(welcome).toMatch(/Session +sim-\S+-0001, continued from [\d,]+ records of its tape\n/);
    expect(await stop(child, 'SIGINT')).toBe(0);
  });

  it('refuses a damaged tape by name, to run and to verify', async () => {
    const tapes = join(cwd, '.papertape', 'tapes');
    const log = join(tapes, readdirSync(tapes)[0] ?? '', 'decisions-000001.log');
    const bytes = readFileSync(log);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 0xff;
    writeFileSync(log, bytes);
    for (const args of [['verify'], ['up', '--port', '0']]) {
      const run = await runPapertape(args, { cwd });
      expect(run.code).toBe(1);
      expect(run.stderr).toContain('JOURNAL_CORRUPT');
      expect(run.stderr).toContain('\n  → ');
      expect(run.stderr).not.toMatch(/^\s+at /m);
    }
  });

  it('names a port that is in use, and leaves the data directory free', async () => {
    const holder = createServer();
    holder.listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const run = await runPapertape(['up', '--port', String(port), '--data-dir', 'other'], { cwd });
      expect(run).toMatchObject({ code: 1, stdout: '' });
      expect(run.stderr).toContain(String(port));
      expect(run.stderr).toContain('PORT_IN_USE');
      expect(run.stderr).not.toMatch(/^\s+at /m);
    }
    holder.close();
  });

  const mistakes: readonly [string, readonly string[], number, string][] = [
    ['a replay without a day', ['up', '--source', 'replay'], 2, '--source replay needs the day'],
    ['a day of the simulated market', ['up', '--date', '2013-10-07'], 2, '--date belongs to a replay'],
    ['an unknown source', ['up', '--source', 'simm'], 2, 'Did you mean sim?'],
    ['an unknown strategy', ['up', '--strategy', 'sma-cros'], 2, 'Did you mean sma-cross?'],
    ['a day without data', ['replay', '2013-10-07', '--data-dir', 'empty'], 1, 'DATA_MISSING'],
    ['a Sunday', ['replay', '2013-10-06', '--data-dir', 'empty'], 1, '2013-10-06'],
    ['a session that is not there', ['verify', 'sim-1999-01-04-0001', '--data-dir', 'empty'], 1, 'TAPE_NOT_FOUND'],
    ['a host for everybody', ['up', '--host', '0.0.0.0', '--port', '0'], 2, 'PAPERTAPE_AUTH_SECRET'],
  ];
  it.each(mistakes)('refuses %s', async (_, args, code, part) => {
    const run = await runPapertape(args, { cwd });
    expect(run.stderr).toContain(part);
    expect(run.stderr).not.toMatch(/^\s+at /m);
    expect(run.code).toBe(code);
  });
});
