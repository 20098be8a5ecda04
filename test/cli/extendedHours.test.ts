/** Commands that run strategies use regular hours alone unless they are told to take the others, too, and say so. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { datesOf } from '../check/checkRig.js';
import { buildProgram, runPapertape } from '../support/runPapertape.js';

const RANGE = ['--symbols', 'AAA', '--from', '2013-01-07', '--to', '2013-01-18', '--timeframe', '5m'];
const SPACE = ['--param', 'fast=2:4:2', '--param', 'slow=10'];
const DAYS = datesOf('2013-01-02', '2013-01-18');
/** Ten days are traded; the premarket begins at 04:00 and what comes after hours ends at 20:00. */
const REGULAR = '780 5m bars of regular hours';
const ALL = '1,920 5m bars of all hours';
const HOURS = [
  [['--extended'], ALL],
  [[], REGULAR],
] as const;

/** Bars of five minutes from 04:00 to 20:00, whose prices swing. */
function rowsOf(date: string): string[] {
  return Array.from({ length: 192 }, (_, number) => {
    const minutes = 4 * 60 + 5 * number;
    const clock = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
    const close = Math.round(100 * (50 + 3 * Math.sin(number / 9))) / 100;
    return `${date} ${clock},50,54,46,${close},100000`;
  });
}

let cwd = '';
beforeAll(async () => {
  await buildProgram();
  cwd = mkdtempSync(join(tmpdir(), 'papertape-extended-'));
  writeFileSync(join(cwd, 'AAA.csv'), ['time,open,high,low,close,volume', ...DAYS.flatMap(rowsOf)].join('\n'));
  const told = ['--timeframe', '5m', '--timezone', 'America/New_York'];
  const imported = await runPapertape(['data', 'import', 'AAA.csv', ...told], { cwd });
  if (imported.code !== 0) throw new Error(imported.stderr);
}, 120_000);
afterAll(() => {
  rmSync(cwd, { recursive: true });
});

async function told(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runPapertape(args, { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

it('in backtests, which say which hours their data are of', async () => {
  expect(await told('backtest', 'sma-cross', ...RANGE)).toContain(REGULAR);
  expect(await told('backtest', 'sma-cross', ...RANGE, '--extended')).toContain(ALL);
  expect(await told('runs', 'show', 'latest')).toContain(ALL);
  const compared = await told('compare', 'previous', 'latest');
  expect(compared).toMatch(new RegExp(`data +${REGULAR} +${ALL}\n`));
  expect(compared).not.toContain('feed');
});

it('in searches, of which a trial is run again on what it was searched on', async () => {
  for (const [flags, hours] of HOURS) {
    const [rows = '', ...what] = hours.split(' ');
    const data = { tables: [{ rows: Number(rows.replace(',', '')), what: what.join(' ') }] };
    expect(await told('optimize', 'sma-cross', ...RANGE, ...SPACE, ...flags)).toMatch(new RegExp(`Data +${hours}`));
    const searched: unknown = JSON.parse(await told('optimize', 'sma-cross', ...RANGE, ...SPACE, ...flags, '--json'));
    expect(searched).toMatchObject({ data });
    const judged: unknown = JSON.parse(await told('validate', '--runs', '2', '--json'));
    // Other data than those that were searched are a reason not to run anything again.
    expect(judged).toMatchObject({ data, reruns: { value: {} } });
    expect(await told('validate', '--runs', '0')).toContain(hours);
  }
});

it('in checks and walks, too', async () => {
  const ledgers: (string | undefined)[] = [];
  for (const [flags, hours] of HOURS) {
    const check = await told('check', 'sma-cross', ...RANGE, '--cuts', '2', ...flags);
    const backtest = await told('backtest', 'sma-cross', ...RANGE, ...flags);
    ledgers.push(/ledger (\w{12})/.exec(check)?.[1]);
    expect(backtest).toContain(`ledger ${ledgers.at(-1)}`);
    expect(check).toContain(hours);
    const walk = ['walk-forward', 'sma-cross', ...RANGE, ...SPACE, '--train', '4d', '--test', '2d', ...flags];
    expect(await told(...walk)).toMatch(new RegExp(`Data +${hours}`));
  }
  expect(new Set(ledgers).size).toBe(2);
});

it('and a run is gone on with as it was begun', async () => {
  const { code, stderr } = await runPapertape(['backtest', '--resume', '--extended'], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain('--extended would make it another one');
});
