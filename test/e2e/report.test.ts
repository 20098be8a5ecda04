/**
 * A report in a real browser: whatever names and reasons hold, nothing runs and nothing is asked of the network, and
 * the page fits its window.
 */
import { createHash } from 'node:crypto';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backtestFromStore } from '../../src/analytics/backtestHistory.js';
import { generateReport } from '../../src/analytics/ReportGenerator.js';
import { createMemoryHistory } from '../../src/cache/memoryHistory.js';
import { Strategy } from '../../src/index.js';
import type { Bar, Context } from '../../src/index.js';
import { bars } from '../../src/testing.js';
import { describeWithChromium } from '../chromium.js';

const HOSTILE = `</title><script>document.title='run'</script><img src="http://127.0.0.1:9/x" onerror="document.title='run'">`;

/** Goes in and out every ten bars. */
class Hostile extends Strategy.with({}) {
  private count = 0;
  override onBar(bar: Bar, ctx: Context): void {
    this.count += 1;
    if (this.count % 20 === 5) ctx.enterLong(bar.symbol, { reason: HOSTILE, size: { shares: 100 } });
    if (this.count % 20 === 15) ctx.exit(bar.symbol, { reason: HOSTILE });
  }
}

describeWithChromium('a report', (executablePath) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
  });
  afterAll(() => browser.close());

  it.each([1280, 800])('runs nothing, asks for nothing and fits a window of %d', async (width) => {
    const data = bars({ SPY: Array.from({ length: 780 }, (_, i) => 100 + Math.sin(i / 20)) });
    const history = createMemoryHistory();
    const [table] = data.market.tables;
    if (table?.kind !== 'bar') throw new Error('there are no bars');
    await history.merge('SPY', table);
    const result = await backtestFromStore(history, {
      strategies: [{ name: 'hostile', strategyClass: Hostile, hash: 'h', timeframe: '1m' }],
      symbols: ['SPY'],
      from: '2013-10-07',
      to: '2013-10-08',
      engineVersion: '1',
      createHash: () => createHash('sha256'),
    });
    expect(result.run.roundTrips).toHaveLength(39);
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.setContent(
      generateReport({
        strategy: HOSTILE,
        strategyHash: HOSTILE,
        from: '2013-10-07',
        to: '2013-10-08',
        result,
        warnings: [HOSTILE],
      }),
    );
    expect(asked).toEqual([]);
    // As text: the page's globals are not those of the tests.
    const seen = await page.evaluate<{ readonly title: string }>(`({
      title: document.title,
      heading: document.querySelector('h1').textContent,
      active: document.querySelectorAll('script, img, iframe, link').length,
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      curves: document.querySelectorAll('path.equity').length,
    })`);
    expect(seen).toMatchObject({ heading: HOSTILE, active: 0, overflow: 0, curves: 1 });
    expect(seen.title).toContain(HOSTILE);
    // A sheet of A4 between the margins that browsers give it; paper cannot be scrolled.
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 718, height: 1047 });
    const cut = await page.evaluate<readonly string[]>(`[...document.querySelectorAll('.wide, .panel, .tile')]
      .filter((box) => box.scrollWidth > box.clientWidth)
      .map((box) => (box.getAttribute('aria-label') ?? box.textContent) + ' ' + box.scrollWidth)`);
    expect(cut).toEqual([]);
    await page.emulateMedia({ media: 'screen' });
    await page.setViewportSize({ width, height: 900 });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`),
    ).toEqual([]);
    await context.close();
  });
});
