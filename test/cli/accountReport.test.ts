/** `papertape report day|week` as a user runs it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accountReportSchema } from '../../src/contracts/index.js';
import { openDatabase } from '../../src/storage/sql/database.js';
import { addProgram, addSession } from '../support/accountRows.js';
import { buildProgram, runPapertape } from '../support/runPapertape.js';

let cwd = '';
beforeAll(async () => {
  await buildProgram();
  cwd = mkdtempSync(join(tmpdir(), 'papertape-account-'));
  mkdirSync(join(cwd, '.papertape'));
  const database = await openDatabase(join(cwd, '.papertape', 'papertape.db'));
  await addSession(database, {
    sessionId: 'sim-2026-11-23-0001',
    date: '2026-11-23',
    points: [[100_100, 100_000]],
    sold: [101, 99.5],
  });
  await addProgram(database, 'sim-2026-11-23-0001', 'bot', 'ann');
  await database.destroy();
});
afterAll(() => {
  rmSync(cwd, { recursive: true, force: true });
});

it('tells the figures and writes page and document', async () => {
  const run = await runPapertape(['report', 'day', '--out', 'day.html', '--out', 'day.json'], { cwd });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).toContain('$100,000.00 → $100,100.00');
  expect(run.stdout).toContain('2, won 50.00 %, +$5.00 net');
  expect(readFileSync(join(cwd, 'day.html'), 'utf8')).toContain('Account paper: daily report');
  const document: unknown = JSON.parse(readFileSync(join(cwd, 'day.json'), 'utf8'));
  expect(accountReportSchema.parse(document).summary.tradesProfit).toBe('5.00');
  const printed = await runPapertape(['report', 'day', '--json'], { cwd });
  expect(JSON.parse(printed.stdout)).toEqual(document);
});

it('tells of an account of a program, and which there are where there is none of the name', async () => {
  const run = await runPapertape(['report', 'day', '--account', 'bot', '--out', 'bot.html'], { cwd });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).toContain('$5,000.00 → $5,020.00');
  expect(run.stdout).not.toContain('Rules');
  expect(readFileSync(join(cwd, 'bot.html'), 'utf8')).toContain('Account bot: daily report');
  const none = await runPapertape(['report', 'week', '--account', 'bat'], { cwd });
  expect(none.code).not.toBe(0);
  expect(none.stderr).toContain('There is no account bat.');
  expect(none.stderr).toContain('There are paper, bot.');
});

it('refuses a day on which nothing ran, and a file that is no report', async () => {
  const nothing = await runPapertape(['report', 'week', '--date', '2026-12-01'], { cwd });
  expect(nothing.code).not.toBe(0);
  expect(nothing.stderr).toContain('No session ran in the week of 2026-12-01.');
  const file = await runPapertape(['report', 'day', '--out', 'day.txt'], { cwd });
  expect(file.code).toBe(2);
  expect(file.stderr).toContain('--out day.txt is not the name of an HTML or JSON file');
});
