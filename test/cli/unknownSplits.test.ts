/** All commands that run strategies warn of prices that jump as by a split which the cache does not know. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { datesOf } from '../check/checkRig.js';
import { buildProgram, runPapertape } from '../support/runPapertape.js';

const RANGE = ['--symbols', 'AAA', '--from', '2013-01-02', '--to', '2013-06-28', '--timeframe', '1d'];
const JUMP = 'AAA went from $90.00 to $45.00 at the open of 2013-03-04, and the cache knows no split of it then';
const SPACE = ['--param', 'fast=2:4:2', '--param', 'slow=10'];

let cwd = '';
beforeAll(async () => {
  await buildProgram();
  cwd = mkdtempSync(join(tmpdir(), 'papertape-unknown-split-'));
  const rows = datesOf('2012-06-01', '2013-06-28').map((date, day) => {
    const price = date < '2013-03-04' ? 90 : 45;
    // None on the two days around the split, so that its prices are round.
    const swing = date === '2013-03-01' || date === '2013-03-04' ? 0 : Math.sin(day / 3);
    const close = Math.round(price * (1 + 0.03 * swing) * 100) / 100;
    const [high, low] = [Math.max(price, close) + 1, Math.min(price, close) - 1];
    return [date, price, high.toFixed(2), low.toFixed(2), close, 1_000_000].join(',');
  });
  writeFileSync(join(cwd, 'AAA.csv'), ['date,open,high,low,close,volume', ...rows].join('\n'));
  const imported = await runPapertape(['data', 'import', 'AAA.csv', '--timeframe', '1d'], { cwd });
  if (imported.code !== 0) throw new Error(imported.stderr);
}, 120_000);
afterAll(() => {
  rmSync(cwd, { recursive: true });
});

it('in one sentence', async () => {
  const told = async (...args: readonly string[]): Promise<readonly string[]> => {
    const { code, stdout, stderr } = await runPapertape(args, { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.split('\n').filter((line) => line.includes(JUMP));
  };
  const [warning = '', ...more] = await told('backtest', 'buy-and-hold', ...RANGE);
  expect(warning).toContain('! AAA');
  expect(warning).toContain(
    'fetch them with `papertape data fetch --source twelvedata --symbols AAA --from 2013-03-04 --to 2013-03-04 ',
  );
  expect(more).toEqual([]);
  expect(await told('optimize', 'sma-cross', ...RANGE, ...SPACE, '--holdout', '20%')).toEqual([warning]);
  expect(await told('validate', '--runs', '2')).toEqual([warning]);
  expect(await told('validate', '--runs', '0')).toEqual([warning]);
  expect(await told('walk-forward', 'sma-cross', ...RANGE, ...SPACE, '--train', '30d', '--test', '20d')).toEqual([
    warning,
  ]);
});

it('and a backtest says the same of a benchmark, of which it knows no splits', async () => {
  const imported = await runPapertape(['data', 'import', 'AAA.csv', '--timeframe', '1d', '--symbol', 'BBB'], { cwd });
  expect(imported.code).toBe(0);
  const { stdout } = await runPapertape(['backtest', 'buy-and-hold', ...RANGE, '--benchmark', 'BBB'], { cwd });
  expect(stdout).toContain(
    '`papertape data fetch --source twelvedata --symbols BBB --from 2013-01-02 --to 2013-06-28 --timeframe 1d`',
  );
});

it('and check makes it a warning of its data', async () => {
  const { stdout } = await runPapertape(['check', 'sma-cross', ...RANGE, '--cuts', '2'], { cwd });
  // Broken between words at the width of the screen.
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`WARN data ${JUMP}.`);
});
