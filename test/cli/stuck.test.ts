/** Files that do not come to an end, where a session's strategies are loaded and run again, as a user meets them. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../sourceFiles.js';
import { buildProgram, childEnvironment, runPapertape } from '../support/runPapertape.js';

const ENDLESS = 'for (let i = 0; i >= 0; i += 0) {}';
const IDLE = (outside: string, onBar: string): string => `
import { Strategy, type Bar } from 'papertape';
${outside}

export default class Idle extends Strategy.with({}) {
  static override subscribe = { timeframe: '1m' };
  private bars = 0;
  override onBar(_bar: Bar): void {
    this.bars += 1;
    ${onBar}
  }
}
`;

let cwd = '';
const children = new Set<ChildProcess>();

beforeAll(async () => {
  await buildProgram();
  cwd = mkdtempSync(join(tmpdir(), 'papertape-stuck-'));
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(cwd, { recursive: true, force: true });
});

/** Starts `papertape up`; resolves once what it says has `part` in it. */
async function startUntil(part: string, args: readonly string[]): Promise<{ child: ChildProcess; said: () => string }> {
  const child = spawn(process.execPath, [join(projectRoot, 'bin', 'papertape.mjs'), 'up', '--port', '0', ...args], {
    cwd,
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      said += String(chunk);
      if (said.includes(part)) resolve();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('exit', () => reject(new Error(`it ended before it said ${part}: ${said}`)));
  });
  return { child, said: () => said };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  expect(child.exitCode).toBe(0);
}

describe('a session with a strategy file that was edited since', () => {
  beforeAll(async () => {
    writeFileSync(join(cwd, 'Idle.ts'), IDLE('', ''));
    const { child } = await startUntil('Stop with', ['--strategy', './Idle.ts', '--speed', '6000']);
    await stop(child);
    const verified = await runPapertape(['verify'], { cwd });
    if (verified.code !== 0) throw new Error(verified.stderr);
  });

  it.each([
    ['outside of its class', IDLE(ENDLESS, ''), './Idle.ts was not loaded within 5 seconds and was stopped.'],
    ['in a hook', IDLE('', ENDLESS), / did not return from onBar for 5 seconds and was stopped, at \d{4}-/],
  ])('does not hang where it does not come to an end %s', async (_, text, message) => {
    writeFileSync(join(cwd, 'Idle.ts'), text);
    const runs = await Promise.all(['verify', 'parity'].map((command) => runPapertape([command], { cwd })));
    for (const { code, stderr, stdout } of runs) {
      expect(stderr).toMatch(message);
      expect(stderr).toContain('STRATEGY_STUCK');
      expect([code, stdout]).toEqual([1, '']);
    }
  });
});

describe('a file in the working directory that does not come to an end', () => {
  it('is named in the log of a session, which goes on', async () => {
    writeFileSync(join(cwd, 'Idle.ts'), IDLE(ENDLESS, ''));
    const { child, said } = await startUntil('was not loaded within 5 seconds', ['--data-dir', 'beside', '--fresh']);
    expect(said()).toContain('./Idle.ts was not loaded within 5 seconds and was stopped.');
    if (!said().includes('Stop with')) await once(child.stdout ?? child, 'data');
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said())?.[0] ?? '';
    expect((await fetch(`${address}/health/live`)).status).toBe(200);
    await stop(child);
  });
});
