/**
 * What a newcomer does, with the built program in a process of its own: start it, open the link that it prints,
 * let the simulated market run, see a fill arrive, open its receipt; then stop it, start it again and go on.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithChromium } from '../chromium.js';
import { projectRoot } from '../sourceFiles.js';
import { buildProgram, childEnvironment } from '../support/runPapertape.js';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];

describeWithChromium('the program with its page', (executablePath) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'papertape-e2e-'));
  let browser: Browser;
  let program: ChildProcess | undefined;

  beforeAll(async () => {
    await buildProgram();
    browser = await chromium.launch({ executablePath, args: FLAGS });
  });
  afterAll(async () => {
    await stop();
    await browser.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** Starts the program; resolves to the sign-in link that it prints. */
  const start = (): Promise<string> => {
    const entry = join(projectRoot, 'bin', 'papertape.mjs');
    const child = spawn(process.execPath, [entry, 'up', '--port', '0', '--data-dir', dataDir], {
      env: childEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    program = child;
    return new Promise((resolve, reject) => {
      let output = '';
      const read = (chunk: Buffer): void => {
        output += chunk.toString('utf8');
        const link = /http:\S+\/sign-in#token=[\w-]+(?=\s)/.exec(output)?.[0];
        if (link !== undefined) resolve(link);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.on('exit', (code) => reject(new Error(`The program ended with code ${code}: ${output}`)));
    });
  };
  const stop = async (): Promise<void> => {
    if (program === undefined || program.exitCode !== null) return;
    const ended = once(program, 'exit');
    program.kill('SIGTERM');
    await ended;
  };

  it('shows a fill of a strategy with its receipt, and keeps it over a restart', { timeout: 120_000 }, async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const rows = page.getByRole('table', { name: 'Fills' }).locator('tbody tr');
    await page.goto(await start());
    await page.getByText('SIMULATED').waitFor();
    await page.getByLabel('Speed', { exact: true }).selectOption('0');
    await rows.first().waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Pause the market (P)' }).click();
    await page.getByText('Paused', { exact: true }).waitFor();
    await rows.last().click();
    const sentence = page.getByTestId('receipt-sentence');
    await sentence.waitFor();
    expect(await sentence.textContent()).toMatch(/^(Bought|Sold) [\d,.]+ [A-Z]+ at [\d,.]+/);
    const receiptAddress = new URL(page.url()).search;

    await stop();
    await page.goto(await start());
    await page.getByText('SIMULATED').waitFor();
    await rows.first().waitFor();
    await page.goto(`${new URL(page.url()).origin}/${receiptAddress}`);
    await sentence.waitFor();
    await page.close();
  });
});
