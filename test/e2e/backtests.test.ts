/** Kept runs in a real browser: what to do without any, the rows, a report behind its link, two side by side. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/utils/clock.js';
import type { Clock } from '../../src/utils/clock.js';
import { describeWithChromium } from '../chromium.js';
import { projectRoot } from '../sourceFiles.js';
import { gatewayHarnessOn } from '../support/gatewayHarness.js';
import type { GatewayHarness } from '../support/gatewayHarness.js';
import { keepRuns, keepTwo, keptHistory, NEW_RUN } from '../support/keptRuns.js';
import { runResultOf } from '../../src/cli/backtestSummary.js';

describeWithChromium('the list of runs', (executablePath) => {
  let browser: Browser;
  let harness: GatewayHarness<Clock>;
  let page: Page;
  let dataDir = '';

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
    dataDir = mkdtempSync(join(tmpdir(), 'papertape-list-'));
    harness = await gatewayHarnessOn(systemClock, { pageDir: join(projectRoot, 'dist/page'), dataDir });
    const address = await harness.gateway.listen();
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    const { token } = await harness.auth.createLinkToken('viewer');
    await page.goto(`${address}/sign-in#token=${token}`);
    await page.getByRole('link', { name: 'Backtests' }).click();
  }, 240_000);
  afterAll(async () => {
    await browser.close();
    await harness.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('names the command that makes the first one', async () => {
    await page.getByText('No run was kept yet').waitFor();
    expect(await page.locator('code').textContent()).toContain('papertape backtest sma-cross');
  });

  it('lists what was kept since, the newest first', async () => {
    await keepRuns(harness.runs);
    const rows = page.getByRole('table', { name: 'Runs' }).locator('tbody tr');
    await expect.poll(() => rows.count(), { timeout: 10_000 }).toBe(4);
    expect(await rows.nth(0).textContent()).toContain('1 of 9 against');
    expect(await rows.nth(1).textContent()).toMatch(/walk-forward.*\+20\.00%1\.105\.00%127 of 12 steps gained/);
    expect(await rows.nth(2).textContent()).toMatch(/ACME BRIO CUSP \+1.*cancelled at 50%none$/);
    expect(await rows.nth(3).textContent()).toMatch(
      /sma-crossACME2013-10-07 to 2013-10-11\+10\.00%n\/a: It takes 20.*10\.00%1done/,
    );
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
  });

  it('opens the report of a run in a page of its own', async () => {
    const [report] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('link', { name: 'Report of run 1' }).click(),
    ]);
    expect(await report.locator('h1').textContent()).toBe('The first run');
    await report.close();
  });

  it('fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(overflow).toBe(0);
    expect(await page.getByRole('link', { name: 'Report of run 3' }).isVisible()).toBe(true);
    expect(await page.getByRole('group', { name: 'Runs' }).getAttribute('tabindex')).toBe('0');
    const stopped = page.getByRole('table', { name: 'Runs' }).locator('tbody tr').nth(2);
    expect(await stopped.getByText('cancelled', { exact: true }).isVisible()).toBe(true);
  });

  it('compares two runs that are ticked: what was asked, figures, the first difference and the others', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    const [one, other] = await keepTwo(harness.runs);
    const rows = page.getByRole('table', { name: 'Runs' }).locator('tbody tr');
    await expect.poll(() => rows.count(), { timeout: 10_000 }).toBe(6);
    // Neither analyses nor runs without a result have a box.
    expect(await page.getByRole('checkbox').count()).toBe(3);
    await page.getByRole('checkbox', { name: 'Compare run 1', exact: true }).check();
    await page.getByText('Tick another run to compare it with run 1').waitFor();
    await page.getByRole('checkbox', { name: `Compare run ${other}` }).check();
    await page.getByRole('checkbox', { name: `Compare run ${one}` }).check();
    expect(await page.getByRole('checkbox', { name: 'Compare run 1', exact: true }).isChecked()).toBe(false);
    await page.getByRole('link', { name: `Compare run ${one} with run ${other}` }).click();

    await page.getByRole('heading', { name: `Run ${one} and run ${other}` }).waitFor();
    expect(await page.getByRole('table', { name: 'Asked for' }).textContent()).toContain('parametersheld=10held=20');
    const equity = page.getByRole('table', { name: 'Figures' }).getByRole('row', { name: /^Final equity/ });
    expect(await equity.textContent()).toMatch(/^Final equity\$100,0\d\d\.\d\d\$100,\d{3}\.\d\d\+\$\d+\.\d\d$/);
    const trades = page.getByRole('region', { name: 'Trades' });
    expect(await trades.textContent()).toContain('0 the same, 7 changed');
    expect(await trades.textContent()).toMatch(
      /First difference long 100 ACME, 2013-10-07 09:36:00 at 100\.0\d+: exit 2013-10-07 09:46:00 became/,
    );
    const differences = page.getByRole('table', { name: 'Trades that differ' }).locator('tbody tr');
    expect(await differences.count()).toBe(7);
    expect(await differences.nth(0).textContent()).toMatch(/\+\$10\.00exit, exit price, exit reason$/);
    const place = await page.getByRole('table', { name: 'Trades that differ' }).boundingBox();
    expect((place?.x ?? NaN) + (place?.width ?? NaN)).toBeLessThanOrEqual(1280);
    await differences.nth(0).press('ArrowDown');
    await differences.nth(1).press('Enter');
    expect(await trades.textContent()).toMatch(/Difference 2 long 100 ACME, [^:]+:\d\d:\d\d at [\d.]+: exit /);
    expect(await differences.nth(1).getAttribute('aria-current')).toBe('true');
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
  });

  it('compares on a phone, and goes back to the list', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(overflow).toBe(0);
    await page.getByRole('link', { name: 'All runs' }).click();
    await page.getByRole('table', { name: 'Runs' }).waitFor();
  });

  it('says what to do where a run of the address has no result', async () => {
    await page.goto(page.url().replace(/\/backtests.*$/, '/backtests/compare/1/2'));
    await page.getByText('Run 2 has no result to compare: it stands as cancelled.').waitFor();
    await page.getByText('Go on with it first: papertape backtest --resume 2').waitFor();
    await page.goto(page.url().replace('/1/2', '/abc/1'));
    await page.getByText('No run has the number “abc”.').waitFor();
    await page.getByText('Tick two backtests in the list of all runs to compare them.').waitFor();
  });

  it('shows every figure of the list on a phone, whatever their length', async () => {
    const history = await keptHistory();
    const number = await harness.runs.begin({ ...NEW_RUN, title: 'opening-range-breakout' });
    const result = runResultOf(history, []);
    const statistics = { ...result.statistics, sharpe: -12.34 };
    const finalEquity = result.startingCash * 98;
    await harness.runs.finish(number, history, { ...result, finalEquity, statistics, dailyReturns: 250 });
    await page.setViewportSize({ width: 390, height: 800 });
    await page.getByRole('link', { name: 'All runs' }).click();
    const row = page.getByRole('table', { name: 'Runs' }).getByRole('row', { name: /opening-range/ });
    await row.getByText(/^\+9,?700\.00%$/).waitFor();
    // The column of reports stays in sight, and covers none.
    const sharpe = await row.getByText('−12.34').boundingBox();
    const report = await row.getByRole('cell').last().boundingBox();
    expect((sharpe?.x ?? NaN) + (sharpe?.width ?? NaN)).toBeLessThanOrEqual(report?.x ?? NaN);
  });
});
