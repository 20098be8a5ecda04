import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../sourceFiles.js';
import { buildProgram, childEnvironment, runPapertape } from '../support/runPapertape.js';

const run = promisify(execFile);
const OPEN_MINUTE = 9 * 60 + 30;

/** A day of one-minute bars that swing, so that two averages cross. */
function swingingDay(): string {
  const lines = ['time,open,high,low,close,volume'];
  for (let minute = 0; minute < 390; minute += 1) {
    const clock = OPEN_MINUTE + minute;
    const price = (100 + Math.abs((minute % 80) - 40) / 10).toFixed(2);
    const time = `${String(Math.floor(clock / 60)).padStart(2, '0')}:${String(clock % 60).padStart(2, '0')}:00`;
    lines.push(`2013-10-07 ${time},${price},${price},${price},${price},50000`);
  }
  return `${lines.join('\n')}\n`;
}

let cwd = '';
beforeAll(async () => {
  await buildProgram();
  cwd = mkdtempSync(join(tmpdir(), 'papertape-new-'));
  // What `npm install papertape vitest` gives a user.
  mkdirSync(join(cwd, 'node_modules'));
  symlinkSync(projectRoot, join(cwd, 'node_modules', 'papertape'));
  symlinkSync(join(projectRoot, 'node_modules', 'vitest'), join(cwd, 'node_modules', 'vitest'));
  writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(cwd, 'SPY.csv'), swingingDay());
});
afterAll(() => {
  rmSync(cwd, { recursive: true, force: true });
});

describe('papertape new strategy', () => {
  it('writes a strategy and its test, and says what is next', async () => {
    const { code, stdout } = await runPapertape(['new', 'strategy', 'my-idea'], { cwd });
    expect(code).toBe(0);
    expect(readdirSync(cwd)).toEqual(expect.arrayContaining(['MyIdea.test.ts', 'MyIdea.ts']));
    expect(stdout).toContain('papertape backtest ./MyIdea.ts');
    expect(stdout).toContain('npx vitest run MyIdea.test.ts');
  });

  it('never writes over a file, and then writes nothing', async () => {
    rmSync(join(cwd, 'MyIdea.test.ts'));
    const before = readFileSync(join(cwd, 'MyIdea.ts'), 'utf8');
    const { code, stderr } = await runPapertape(['new', 'strategy', 'MyIdea'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('MyIdea.ts is already there');
    expect(readFileSync(join(cwd, 'MyIdea.ts'), 'utf8')).toBe(before);
    expect(readdirSync(cwd)).not.toContain('MyIdea.test.ts');
    rmSync(join(cwd, 'MyIdea.ts'));
    await runPapertape(['new', 'strategy', 'MyIdea'], { cwd });
  });

  it('writes one that trades in a backtest', async () => {
    const flags = ['--timeframe', '1m', '--timezone', 'America/New_York'];
    const imported = await runPapertape(['data', 'import', 'SPY.csv', ...flags], { cwd });
    expect(imported).toMatchObject({ code: 0, stderr: '' });
    const args = ['backtest', './MyIdea.ts', '--from', '2013-10-07', '--to', '2013-10-07', '--json'];
    const { code, stdout, stderr } = await runPapertape(args, { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const result = JSON.parse(stdout);
    expect(result.strategy).toMatchObject({ name: './MyIdea.ts', symbols: ['SPY'], timeframe: '1m' });
    expect(result.fills).toBeGreaterThan(2);
  });

  it('stops a strategy that throws, and names the line of its file', async () => {
    const text = readFileSync(join(cwd, 'MyIdea.ts'), 'utf8');
    const throwing = text.replace(
      'bar: Bar, ctx: Context): void {',
      "bar: Bar, ctx: Context): void {\n    throw new Error('no idea');",
    );
    writeFileSync(join(cwd, 'Throws.ts'), throwing);
    const line = throwing.split('\n').findIndex((candidate) => candidate.includes('no idea')) + 1;
    const run = await runPapertape(['backtest', './Throws.ts', '--from', '2013-10-07', '--to', '2013-10-07'], { cwd });
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('Net profit');
    expect(run.stderr).toMatch(/\.\/Throws\.ts failed at 2013-10-07 \d\d:\d\d:00 New York time and was stopped: /);
    expect(run.stderr).toContain('was stopped: onBar of SPY threw Error: no idea');
    expect(run.stderr).toContain(`at Throws.ts:${line}:11.`);
    expect(run.stderr).toContain('STRATEGY_FAILED');
  });

  const vitestRun = (env: Readonly<Record<string, string>> = {}) => {
    const vitest = join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs');
    return run(process.execPath, [vitest, 'run', 'MyIdea.test.ts', '--root', cwd], {
      cwd,
      env: childEnvironment({ NO_COLOR: '1', CI: '', ...env }),
    });
  };

  it('writes a test that passes, and accepts its trades the first time', async () => {
    const { stdout } = await vitestRun();
    expect(stdout).toMatch(/Tests +2 passed/);
    expect(stdout).toMatch(/Snapshots +1 written/);
  });

  it('shows trades that have changed line by line in continuous integration', async () => {
    const text = readFileSync(join(cwd, 'MyIdea.ts'), 'utf8');
    writeFileSync(join(cwd, 'MyIdea.ts'), text.replace("above slow' }", "above slow', size: { shares: 10 } }"));
    const failed = vitestRun({ CI: 'true' });
    await expect(failed).rejects.toMatchObject({ code: 1 });
    const { stdout, stderr } = (await failed.catch((error: unknown) => error)) as Readonly<Record<string, string>>;
    const output = `${stdout ?? ''}${stderr ?? ''}`;
    expect(output).toMatch(/^\s*- \\?"?2013-10-07 \d\d:\d\d:\d\d(\.\d+)? +buy +\d{3} +SPY/m);
    expect(output).toMatch(/^\s*\+ \\?"?2013-10-07 \d\d:\d\d:\d\d(\.\d+)? +buy +10 +SPY/m);
    writeFileSync(join(cwd, 'MyIdea.ts'), text);
  });

  it('writes a workflow that runs the tests and checks the strategy', async () => {
    const { code, stdout } = await runPapertape(['new', 'strategy', 'Other', '--dir', 'mine', '--ci'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('.github/workflows/strategies.yml');
    expect(stdout).toContain('papertape backtest ./mine/Other.ts ');
    const workflow: unknown = parse(readFileSync(join(cwd, '.github', 'workflows', 'strategies.yml'), 'utf8'));
    expect(workflow).toMatchObject({
      on: ['push', 'pull_request'],
      jobs: {
        test: {
          steps: [
            { uses: 'actions/checkout@v4' },
            { uses: 'actions/setup-node@v4' },
            { run: 'npm ci' },
            { run: 'npx vitest run' },
            { env: { FROM: '2013-10-07' }, run: expect.stringContaining('npx papertape check ./mine/Other.ts') },
          ],
        },
      },
    });
  });
});
