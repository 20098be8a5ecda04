/** The real program on a live market, its recordings and tapes; there is no vendor, only a port that nobody serves. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, runPapertape, startPapertape } from '../support/runPapertape.js';

const KEY = 'PKLIVETESTKEY0000000';
const SECRET = 'a-secret-that-must-not-be-seen-anywhere';
const SETTINGS = {
  PAPERTAPE_ALPACA_KEY_ID: KEY,
  PAPERTAPE_ALPACA_SECRET_KEY: SECRET,
  // The discard port: nobody listens there.
  PAPERTAPE_ALPACA_STREAM_URL: 'ws://127.0.0.1:9',
};

const AT_BROKER = ['--source', 'alpaca', '--symbols', 'SPY', '--broker', 'alpaca'];

let cwd = '';
const children = new Set<ChildProcess>();

beforeAll(async () => {
  await buildProgram();
  cwd = mkdtempSync(join(tmpdir(), 'papertape-live-'));
}, 120_000);
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(cwd, { recursive: true, force: true });
});

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
  children.delete(child);
  return child.exitCode;
}

describe('papertape up on a live market', () => {
  it.each([
    [['--source', 'alpaca', '--symbols', 'SPY'], 'No key for Alpaca is set', 'PAPERTAPE_ALPACA_KEY_ID'],
    [['--source', 'twelvedata', '--symbols', 'SPY'], 'No key for Twelve Data is set', 'PAPERTAPE_TWELVEDATA_KEY'],
    [['--source', 'alpaca'], 'needs the symbols to follow', '--symbols AAPL'],
    [['--source', 'alpaca', '--symbols', 'SPY', '--date', '2026-11-30'], '--date does not go with a live', 'replay'],
    [['--source', 'alpaca', '--symbols', 'SPY', '--speed', '60'], '--speed does not go with a live', 'replay'],
    [['--broker', 'alpaca'], 'Orders at Alpaca fill at real prices', '--source alpaca or twelvedata'],
    [AT_BROKER, 'No key for trading at Alpaca is set', 'PAPERTAPE_ALPACA_SECRET_KEY'],
  ])('%j says what is missing', async (args, message, remedy) => {
    const { code, stderr } = await runPapertape(['up', '--port', '0', '--data-dir', 'bad', ...args], { cwd });
    expect(code).toBeGreaterThan(0);
    expect(stderr).toContain(message);
    expect(stderr).toContain(remedy);
  });

  it.each([
    ['http://127.0.0.1:9', KEY, 'The broker at 127.0.0.1:9 cannot be reached', 'Nothing was sent'],
    ['https://api.alpaca.markets', KEY, 'Papertape does not trade at https://api.alpaca.markets', 'on paper only'],
    ['http://127.0.0.1:9', 'AKLIVEKEY0000000', 'not the key of a paper account', 'begin with PK'],
  ])(
    'at a broker at %s with the key %s it says what is wrong, and shows no secret',
    async (url, key, message, remedy) => {
      const env = { ...SETTINGS, PAPERTAPE_ALPACA_KEY_ID: key, PAPERTAPE_ALPACA_TRADING_URL: url };
      const { code, stderr } = await runPapertape(['up', '--port', '0', '--data-dir', 'bad', ...AT_BROKER], {
        cwd,
        env,
      });
      expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
      expect(stderr).toContain(remedy);
      expect(stderr).not.toContain(SECRET);
    },
  );

  it('F01, F44: says that its source is not there, is killed, goes on, and its tape is verified', async () => {
    const args = ['--source', 'alpaca', '--symbols', 'SPY,AAPL', '--strategy', 'buy-and-hold', '--data-dir', 'live'];
    const first = await startPapertape(args, cwd, children, SETTINGS);
    expect(first.welcome).toContain('LIVE · ONE VENUE');
    expect(first.welcome).toContain('alpaca/iex');
    const [, address = ''] = /(http:\/\/127\.0\.0\.1:\d+)/.exec(first.welcome) ?? [];
    const [name = ''] = /live-\d{4}-\d{2}-\d{2}-0001/.exec(first.welcome) ?? [];
    const readiness = (await (await fetch(`${address}/health/ready`)).json()) as {
      dependencies: { name: string; state: string }[];
    };
    expect(readiness.dependencies.find((one) => one.name === 'source')?.state).not.toBe('up');
    await end(first.child, 'SIGKILL');
    const second = await startPapertape(args, cwd, children, SETTINGS);
    expect(second.welcome).toContain(name);
    expect(second.welcome).toContain('continued from');
    expect(await end(second.child, 'SIGTERM')).toBe(0);
    const verified = await runPapertape(['verify', '--json', '--data-dir', 'live'], { cwd });
    expect(JSON.parse(verified.stdout)).toMatchObject({ equal: true, sessionId: name });
    const info = await runPapertape(['tape', 'info', name, '--json', '--data-dir', 'live'], { cwd });
    const document: unknown = JSON.parse(info.stdout);
    expect(document).toMatchObject({ sessionId: name, market: 'live', symbols: ['SPY', 'AAPL'] });
    expect(first.welcome + second.welcome + info.stdout).not.toContain(SECRET);
    const whole = await runPapertape(['tape', 'verify', name, '--data-dir', 'live'], { cwd });
    expect([whole.code, whole.stdout]).toEqual([0, expect.stringContaining('is whole')]);
  }, 120_000);
});

describe('papertape data record', () => {
  it('records for a time, says what its source does, and ends cleanly', async () => {
    const args = ['data', 'record', '--source', 'alpaca', '--symbols', 'SPY', '--for', '2s', '--out', 'recording'];
    const { code, stdout, stderr } = await runPapertape(args, { cwd, env: SETTINGS });
    expect([code, stderr]).toEqual([0, expect.stringContaining('alpaca/iex')]);
    expect(stdout).toContain('papertape replay --tape recording');
    expect(stderr).not.toContain(SECRET);
    expect(readdirSync(join(cwd, 'recording'))).toContain('market-000001.log');
    const again = await runPapertape(args, { cwd, env: SETTINGS });
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('is not empty')]);
    const info = await runPapertape(['tape', 'info', 'recording'], { cwd });
    expect(info.stdout).toContain('live from alpaca/iex');
    const cut = await runPapertape(['tape', 'cut', 'recording', '--out', 'cut'], { cwd });
    expect([cut.code, cut.stderr]).toEqual([1, expect.stringContaining('no such rows')]);
  });
});
