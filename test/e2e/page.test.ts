/**
 * The page in a real browser against the gateway over the fake session, whose market moves only when a test says
 * so. Every test also fails on a console error, a page error, or anything that the content policy refused.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page, WebSocketRoute } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ScenarioName } from '../../src/contracts/scenarios.js';
import type { Role } from '../../src/domain/identity.js';
import { systemClock } from '../../src/utils/clock.js';
import { describeWithChromium } from '../chromium.js';
import { projectRoot } from '../sourceFiles.js';
import { gatewayHarnessOn } from '../support/gatewayHarness.js';
import type { GatewayHarness } from '../support/gatewayHarness.js';
import type { Clock } from '../../src/utils/clock.js';

const SCREENSHOTS = join(projectRoot, 'test-output', 'page');
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
const SIZES = [
  ['wide', 'dark', 1920, 1080],
  ['laptop', 'light', 1280, 800],
  ['phone', 'dark', 390, 844],
] as const;

/** In the page: resolves when everything that moves, and does not move for ever, has come to rest. */
const ANIMATIONS_ENDED = `Promise.allSettled(
  document.getAnimations()
    .filter((one) => one.effect?.getComputedTiming().iterations !== Infinity)
    .map((one) => one.finished),
).then(() => undefined)`;

describeWithChromium('the page', (executablePath) => {
  let browser: Browser;
  let harness: GatewayHarness<Clock>;
  let address: string;
  let context: BrowserContext;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: FLAGS });
    mkdirSync(SCREENSHOTS, { recursive: true });
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    harness = await gatewayHarnessOn(systemClock, { pageDir: join(projectRoot, 'dist/page') });
    address = await harness.gateway.listen();
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    faults = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      // The browser itself writes about answers like 422, which tests ask for.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        faults.push(message.text());
    });
  });
  afterEach(async () => {
    await context.close();
    await harness.close();
    if (faults.length > 0) throw new Error(`The browser reported: ${faults.join('; ')}`);
  });

  const linkOf = async (role: Role): Promise<string> => {
    const { token } = await harness.auth.createLinkToken(role);
    return `${address}/sign-in#token=${token}`;
  };
  const signIn = async (role: Role = 'trader'): Promise<void> => {
    await page.goto(await linkOf(role));
    await page.getByText('Live', { exact: true }).waitFor();
    // The connection stands before the first snapshots are there, and keys do nothing without a session.
    await page.locator('[role="timer"]').first().waitFor({ state: 'attached' });
  };
  /** Moves the market until the fake strategies have traded. */
  const advanceToFill = (): void => {
    for (let step = 0; step < 40; step++) harness.session.advance(250);
  };
  const fillRows = () => page.getByRole('table', { name: 'Fills' }).locator('tbody tr');
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };

  it('signs in by a link that works once and leaves no token in the address', async () => {
    const link = await linkOf('trader');
    await page.goto(link);
    await page.getByTestId('feed-badge').waitFor();
    expect(page.url()).not.toContain('token');
    expect(await page.getByTestId('feed-badge').textContent()).toBe('SIMULATED');

    const other = await browser.newContext();
    const stranger = await other.newPage();
    await stranger.goto(link);
    const alert = stranger.getByRole('alert').first();
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/link/i);
    await other.close();
  });

  it('keeps the sign-in over a reload, ends it by the menu, and takes a password', async () => {
    await signIn('trader');
    await page.getByRole('button', { name: 'User menu of trader' }).click();
    await page.getByRole('menuitem', { name: 'Set a password' }).click();
    await page.getByLabel('New password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Save password' }).click();
    await page.getByText('The password is set').waitFor();
    await page.reload();
    await page.getByTestId('feed-badge').waitFor();
    await page.getByRole('button', { name: 'User menu of trader' }).click();
    await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
    await page.getByLabel('Name').fill('trader');
    await page.getByLabel('Password').fill('wrong horse');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').first().waitFor();
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByTestId('feed-badge').waitFor();
  });

  it('shows a fill as it arrives and opens its receipt, by keyboard alone', async () => {
    await signIn();
    await page.getByText('No fills yet').waitFor();
    advanceToFill();
    const row = fillRows().first();
    await row.waitFor();
    const symbol = await row.locator('td').nth(2).textContent();
    await row.focus();
    await press('Enter');
    const receipt = page.getByRole('dialog', { name: 'Fill receipt' });
    const sentence = receipt.getByTestId('receipt-sentence');
    await sentence.waitFor();
    expect(await sentence.textContent()).toContain(symbol ?? '?');
    expect(await receipt.getByRole('img', { name: 'Price build-up' }).count()).toBe(1);
    await page.screenshot({ path: join(SCREENSHOTS, 'receipt.png') });
    await press('Escape');
    await receipt.waitFor({ state: 'detached' });
    expect(await page.locator('tr:focus').textContent()).toBe(await row.textContent());
  });

  it('sends an order of one’s own by keyboard alone', async () => {
    await signIn();
    await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
    await press('t');
    await page.getByRole('region', { name: 'Order ticket' }).waitFor();
    await press('b', 'Control+a', '2', '5', 'Enter');
    const row = fillRows().filter({ hasText: 'manual' });
    await row.first().waitFor();
    expect(await row.first().textContent()).toContain('25');
  });

  it('says why an order is refused, and keeps what was typed', async () => {
    await signIn();
    await page.goto(`${address}/trade/ALTA`);
    await page.getByLabel('Shares').fill('9999999');
    await page.getByRole('button', { name: 'Buy ALTA' }).click();
    const alert = page.getByRole('region', { name: 'Order ticket' }).getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toContain('cannot pay');
    await alert.getByText('limit $').waitFor();
    expect(await page.getByLabel('Shares').inputValue()).toBe('9999999');
    await page.screenshot({ path: join(SCREENSHOTS, 'refused.png') });
  });

  it('stops all trading after asking once, and says so until it is resumed', async () => {
    await signIn();
    await page.getByRole('button', { name: 'Kill switch' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stop trading' }).click();
    const bar = page.getByRole('alert').filter({ hasText: 'Kill switch is on' });
    await bar.waitFor();
    expect(harness.session.info().killSwitch.on).toBe(true);
    await page.screenshot({ path: join(SCREENSHOTS, 'kill-switch.png') });
    await bar.getByRole('button', { name: 'Resume trading' }).click();
    await bar.waitFor({ state: 'detached' });
    expect(harness.session.info().killSwitch.on).toBe(false);
  });

  it('lets a viewer look and nothing else', async () => {
    await signIn('viewer');
    advanceToFill();
    await page.goto(`${address}/trade/ALTA`);
    await page.getByText('Your role may look, but not trade.').waitFor();
    for (const name of ['Buy ALTA', 'Kill switch', 'Pause the market (P)']) {
      expect(await page.getByRole('button', { name }).isDisabled(), name).toBe(true);
    }
  });

  it('pauses, steps and resumes the market', async () => {
    await signIn();
    await press('p');
    await page.getByText('Paused', { exact: true }).waitFor();
    const before = harness.session.info().clock.time;
    await press('.');
    await expect.poll(() => harness.session.info().clock.time - before).toBe(60_000_000);
    await press('p');
    await page.getByText('Paused', { exact: true }).waitFor({ state: 'detached' });
  });

  it('says that figures are old when the connection is lost, and goes on from there', async () => {
    const connections: WebSocketRoute[] = [];
    await page.routeWebSocket(/\/api\/v1\/stream$/, (route) => {
      route.connectToServer();
      connections.push(route);
    });
    await signIn();
    // Without a ticket the page cannot connect again: the loss lasts until the test has looked at it.
    const tickets = /\/api\/v1\/auth\/stream-ticket/;
    await page.route(tickets, (route) => route.abort('connectionfailed'));
    await connections[0]?.close({ code: 1012, reason: 'the test ends it' });
    await page.getByText('The figures below are old.').waitFor();
    advanceToFill();
    await page.unroute(tickets);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('The figures below are old.').waitFor({ state: 'detached' });
    expect(connections.length).toBeGreaterThan(1);
    await fillRows().first().waitFor();
  });

  it('draws the chart with bars of the chosen timeframe', async () => {
    await signIn();
    advanceToFill();
    await page.goto(`${address}/trade/BRIO`);
    const chart = page.getByRole('img', { name: 'Chart of BRIO, bars of 1m' });
    await chart.locator('canvas').first().waitFor();
    await page.getByText('VWAP').waitFor();
    await page.getByRole('button', { name: '5m', exact: true }).click();
    await page.getByRole('img', { name: 'Chart of BRIO, bars of 5m' }).waitFor();
    await page.getByText('VWAP').waitFor();
  });

  it.each(SIZES)('fits a %s screen in the theme %s', async (name, theme, width, height) => {
    await page.setViewportSize({ width, height });
    await signIn();
    advanceToFill();
    await fillRows().first().waitFor();
    if (theme === 'light') {
      await page.getByRole('button', { name: 'User menu of trader' }).click();
      await page.getByRole('menuitem', { name: 'Light theme' }).click();
    }
    const check = async (title: string): Promise<void> => {
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
      expect(overflow, title).toBeLessThanOrEqual(0);
      await page.screenshot({ path: join(SCREENSHOTS, `${title}-${name}-${theme}.png`) });
    };
    await check('dashboard');
    await press('t');
    await page.getByText('VWAP').waitFor();
    await check('trade');
    await press('a');
    await page.getByRole('table', { name: 'Assumptions' }).waitFor();
    await check('accounts');
    await press('r');
    await page
      .getByRole('img', { name: /Equity curve/ })
      .locator('canvas')
      .first()
      .waitFor();
    await check('performance');
    await press('d');
    await page.getByRole('tab', { name: 'Scenarios' }).click();
    await page.getByRole('table', { name: 'Fill scenarios' }).waitFor();
    await check('scenarios');
  });

  it('shows the account under strict and optimistic fills, and what each order got', async () => {
    await signIn();
    await page.getByText('No equity curve yet').waitFor();
    advanceToFill();
    await page.getByRole('img', { name: 'Equity curve with the band of strict to optimistic fills' }).waitFor();
    const strip = page.getByRole('region', { name: 'Fill scenarios' });
    const scenarios = harness.session.scenarios({ orders: 100, points: 100 });
    await expect
      .poll(() => strip.locator('dd').allTextContents())
      .toEqual(
        scenarios.results.map(({ scenario, equity, difference }) => shownStanding(scenario, equity, difference)),
      );
    expect(await strip.textContent()).toContain(scenarios.sentence);
    await page.getByRole('tab', { name: 'Fills' }).focus();
    await press('ArrowRight');
    const rows = page.getByRole('table', { name: 'Fill scenarios' }).locator('tbody tr');
    await rows.first().waitFor();
    expect(await rows.count()).toBe(scenarios.orders.length);
    const [newest] = scenarios.orders;
    expect(await rows.first().textContent()).toContain(newest?.symbol);
    expect(await rows.first().textContent()).toContain(newest?.optimistic?.averagePrice);
  });

  it('opens, resets and deletes an account by keyboard alone, and says why it cannot', async () => {
    await signIn();
    await press('a');
    const table = page.getByRole('table', { name: 'Accounts' });
    await table.getByText('the session’s own').waitFor();
    await page.getByRole('button', { name: 'Open account' }).focus();
    await press('Enter');
    await page.getByLabel('Name').waitFor();
    await page.keyboard.type('bot 1');
    await press('Enter');
    await page.getByText('an id: letters, digits').waitFor();
    await press('Control+a');
    await page.keyboard.type('bot-1');
    await press('Tab', 'Control+a');
    await page.keyboard.type('$25,000.50');
    await press('Enter');
    await page.getByText('The account bot-1 is open.').waitFor();
    const row = table.locator('tbody tr').filter({ hasText: 'bot-1' });
    await row.waitFor();
    expect(await row.textContent()).toContain('$25,000.50');
    expect(await page.evaluate('document.activeElement?.textContent')).toBe('Open account');

    await press('Enter');
    await page.keyboard.type('bot-1');
    await press('Enter');
    const alert = page.getByRole('dialog').getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toBe(
      'The account bot-1 exists already: an id is used once. Open the account under another id.',
    );
    await press('Escape');

    await row.getByRole('button', { name: 'Reset bot-1' }).focus();
    await press('Enter');
    await page.getByLabel('Starting cash').fill('7');
    await press('Enter');
    await page.getByText('The account bot-1 begins anew.').waitFor();
    await expect.poll(() => row.textContent()).toContain('$7.00');

    // Somebody else closes it while the question is on the screen: the refusal stands there, and the list follows.
    await row.getByRole('button', { name: 'Delete bot-1' }).focus();
    await press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Delete bot-1' });
    await harness.session.command({
      type: 'venue',
      user: 'trader',
      accountId: 'bot-1',
      request: { type: 'closeAccount' },
    });
    await dialog.getByRole('button', { name: 'Delete account' }).focus();
    await press('Enter');
    await dialog.getByRole('alert').getByText('There is no account bot-1.').waitFor();
    await press('Escape');
    await row.waitFor({ state: 'detached' });
  });

  it('lets a viewer see the accounts and change none', async () => {
    await signIn('viewer');
    await press('a');
    await page.getByText('the session’s own').waitFor();
    expect(await page.getByRole('button', { name: 'Open account' }).isDisabled()).toBe(true);
  });

  it.each(['dark', 'light'] as const)(
    'has no serious accessibility fault in the %s theme (axe)',
    async (theme) => {
      const found: string[] = [];
      const check = async (title: string): Promise<void> => {
        // Colours on their way from one theme to the other are nobody's.
        await page.evaluate(ANIMATIONS_ENDED);
        const { violations, passes } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
          .analyze();
        // Else it looked at nothing.
        expect(passes.length, title).toBeGreaterThan(10);
        for (const { id, impact, nodes } of violations) {
          if (impact !== 'serious' && impact !== 'critical') continue;
          found.push(
            ...nodes.map(({ target, failureSummary }) => `${title}: ${id} ${target.join(' ')} ${failureSummary ?? ''}`),
          );
        }
      };
      await page.goto(`${address}/sign-in`);
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
      await check('sign-in');
      // The link differs from this address by its fragment only, so that nothing is loaded.
      await signIn();
      advanceToFill();
      await fillRows().first().waitFor();
      if (theme === 'light') {
        await page.getByRole('button', { name: 'User menu of trader' }).click();
        await page.getByRole('menuitem', { name: 'Light theme' }).click();
        await page.getByRole('menu').waitFor({ state: 'detached' });
      }
      await check('dashboard');
      await press('t');
      await page.getByText('VWAP').waitFor();
      await check('trade');
      await press('a');
      await page.getByRole('table', { name: 'Assumptions' }).waitFor();
      await check('accounts');
      await page.getByRole('button', { name: 'Open account' }).click();
      await page.getByRole('dialog').waitFor();
      await check('open account');
      await press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await press('d');
      await page.getByRole('tab', { name: 'Scenarios' }).click();
      await page.getByRole('table', { name: 'Fill scenarios' }).waitFor();
      await check('scenarios');
      await press('?');
      await page.getByRole('dialog').waitFor();
      await check('shortcuts');
      expect(found).toEqual([]);
    },
    120_000,
  );
});

/** The figures of a scenario as the strip shows them. */
function shownStanding(scenario: ScenarioName, equity: string, difference: string): string {
  const dollars = (text: string, sign = ''): string =>
    `${text.startsWith('-') ? '−' : sign}$${Number(text.replace('-', '')).toLocaleString('en-US', {
      minimumFractionDigits: 2,
      maximumFractionDigits: 2,
    })}`;
  return scenario === 'expected' ? dollars(equity) : `${dollars(equity)}${dollars(difference, '+')}`;
}
