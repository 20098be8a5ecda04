/** The performance view in a real browser: figures with their reasons, the journal, a note that stays, its receipt. */
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { join } from 'node:path';
import { TradeLogger } from '../../src/analytics/TradeLogger.js';
import { tradeDocument } from '../../src/analytics/tradeDocument.js';
import { endedOrder, fillOf, orderOf, quotes } from '../../src/analytics/tradeLogKit.js';
import { DOLLAR } from '../../src/domain/units.js';
import { storedTrade } from '../../src/host/TradeKeeper.js';
import { SqlTradeStore } from '../../src/storage/sql/tradeStore.js';
import { systemClock } from '../../src/utils/clock.js';
import type { Clock } from '../../src/utils/clock.js';
import { describeWithChromium } from '../chromium.js';
import { projectRoot } from '../sourceFiles.js';
import { gatewayHarnessOn } from '../support/gatewayHarness.js';
import type { GatewayHarness } from '../support/gatewayHarness.js';

describeWithChromium('the performance view', (executablePath) => {
  let browser: Browser;
  let harness: GatewayHarness<Clock>;
  let page: Page;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    harness = await gatewayHarnessOn(systemClock, { pageDir: join(projectRoot, 'dist/page') });
    const log = new TradeLogger({ symbolCount: 1, priceScale: DOLLAR });
    log.observe(quotes([[0, 99.98, 100.02]]));
    for (const [id, side, price, seconds] of [
      ['a', 'buy', 100.02, 1],
      ['b', 'sell', 101, 5],
      ['c', 'sell', 99.98, 10],
    ] as const) {
      const order = orderOf(id, side, 10, seconds);
      log.noteOrder(order);
      log.noteFill(fillOf(`f-${id}`, order, 10, price, seconds));
      log.noteOrder(endedOrder(order, 'filled', seconds, 10));
    }
    log.finish(Infinity);
    const units = { sessionId: harness.session.info().sessionId, symbols: ['ALTA'], priceScale: DOLLAR };
    const [closed, open] = log.trades.map((trade) => tradeDocument(trade, units));
    if (closed === undefined || open === undefined) throw new Error('there are two trades');
    const earlier = { ...closed, sessionId: 'earlier', symbol: 'BRIO' };
    await new SqlTradeStore(harness.database).saveTrades([closed, earlier].map(storedTrade));
    harness.session.open.push(open);
    const address = await harness.gateway.listen();
    page = await (await browser.newContext({ viewport: { width: 1600, height: 900 } })).newPage();
    const { token } = await harness.auth.createLinkToken('trader');
    await page.goto(`${address}/sign-in#token=${token}`);
    await page.getByRole('link', { name: 'Performance' }).click();
  });
  afterAll(async () => {
    await browser.close();
    await harness.close();
  });

  it('lists open and closed trades, and says why a figure is not there', async () => {
    const rows = page.getByRole('table', { name: 'Trades' }).locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(2);
    expect(await rows.nth(0).textContent()).toContain('open');
    expect(await rows.nth(1).textContent()).toContain('+$9.80');
    const figures = page.getByRole('region', { name: 'Figures' });
    expect(await figures.textContent()).toMatch(/Sharpen\/a: it takes 20 daily returns, there (is 1|are \d+)/);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
  });

  it('takes a note with tags, which stay, and finds the trade by its tag', async () => {
    await page.getByRole('table', { name: 'Trades' }).locator('tbody tr').nth(1).click();
    const drawer = page.getByRole('dialog', { name: 'Trade t-1' });
    await drawer.getByLabel('Note', { exact: true }).fill('Waited for the pullback.');
    await drawer.getByLabel('Tags, separated by spaces').fill('#pullback, planned');
    await drawer.getByRole('button', { name: 'Save note' }).click();
    await drawer.locator('li', { hasText: 'Waited for the pullback.' }).waitFor();
    const { violations } = await new AxeBuilder({ page }).include('[data-drawer]').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    await page.getByLabel('Tag', { exact: true }).fill('pullback');
    const rows = page.getByRole('table', { name: 'Trades' }).locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(1);
    expect(await rows.first().textContent()).toContain('Waited for the pullback.');
    await page.reload();
    await expect.poll(() => page.getByText('✎ Waited for the pullback.').count()).toBe(1);
  });

  it('has figures of all sessions where those are chosen, and rolling ones of the running one', async () => {
    await page.getByRole('button', { name: 'More figures' }).click();
    const figures = page.getByRole('region', { name: 'Figures' });
    await figures
      .getByRole('group', { name: 'Days of the rolling figures' })
      .getByRole('button', { name: '63' })
      .click();
    expect(await figures.textContent()).toContain('last 63 days');
    await page.getByRole('button', { name: 'All sessions' }).click();
    await expect.poll(() => figures.textContent()).toContain('+$19.60');
    expect(await figures.textContent()).toContain('2 of 2');
    expect(await figures.textContent()).toContain('the account’s curve is that of the running session alone');
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
  });
});
