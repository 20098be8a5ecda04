/** How a session at a broker begins and ends: what it finds in the account, what keeps it from starting, the end. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/domain/timeframe.js';
import { DOLLAR, SHARE } from '../../src/domain/units.js';
import { outsidePositions } from '../../src/host/brokerViews.js';
import { BROKER_SYMBOLS } from '../support/brokerPlan.js';
import { BROKER_DAY, BrokerMarket } from '../support/brokerWorld.js';
import type { BrokerWorld } from '../support/brokerWorld.js';
import { order, strategy } from '../support/sessionPlans.js';

const CENT = DOLLAR / 100;

let market: BrokerMarket;
let world: BrokerWorld;
beforeAll(async () => {
  market = await BrokerMarket.open();
});
beforeEach(async () => {
  world = await market.world();
});
afterEach(() => world.close());
afterAll(() => market.close());

/** Starts a session and waits until it trades and knows prices. */
async function trading(more: Parameters<BrokerWorld['start']>[0] = {}): Promise<void> {
  await world.start(more);
  const { lastPrice } = world.session.composed.kernel.tracker;
  await world.until(() => world.state === 'trading' && lastPrice.every((price) => price > 0), 'trading with prices');
}

/** Enters an order that rests below the market until it is canceled, and waits until the broker has it. */
async function rests(symbol: string): Promise<void> {
  const price = world.session.composed.kernel.tracker.lastPrice[BROKER_SYMBOLS.indexOf(symbol)] ?? 0;
  const limitPrice = Math.floor((price * 0.95) / CENT) * CENT;
  const terms = { orderType: 'limit', limitPrice, timeInForce: 'gtc', quantity: 10 * SHARE } as const;
  const accepted = (): number => world.records('venue').filter(({ event }) => event.type === 'accepted').length;
  const before = accepted();
  expect(world.session.execute(order(symbol, 'buy', terms))).toMatchObject({ ok: true });
  await world.until(() => accepted() > before, 'the order is accepted');
}

const statuses = async (): Promise<unknown[]> => (await world.ordersAtBroker()).map(({ status }) => status);

describe('the start of a session at a broker', () => {
  it('F30: says that the keys are refused, and is not started', async () => {
    const secretKey = 'not-the-secret-of-this-key';
    await expect(world.start({}, { secretKey })).rejects.toMatchObject({
      code: 'BROKER_KEY_REFUSED',
      message: expect.stringContaining('does not take the key') as string,
      remedy: expect.stringContaining('PAPERTAPE_ALPACA_KEY_ID') as string,
    });
    expect(world.names).toEqual([]);
  });

  it('refuses the key of a live account before anything leaves', async () => {
    await expect(world.start({}, { keyId: 'AKLIVEKEY0000000' })).rejects.toMatchObject({
      code: 'LIVE_TRADING_REFUSED',
    });
    expect([world.proxy.received, world.names]).toEqual([[], []]);
  });

  it('F28: says that the broker cannot be reached, and is not started', async () => {
    world.proxy.fail(() => true, { kind: 'dropRequest' }, 100);
    await expect(world.start({}, { isSlow: true })).rejects.toMatchObject({
      code: 'BROKER_UNAVAILABLE',
      message: expect.stringContaining('127.0.0.1') as string,
    });
    expect(world.names).toEqual([]);
  });

  it('goes on while the broker cannot be reached, and trades when it can', async () => {
    await trading();
    await world.kill();
    world.proxy.fail(() => true, { kind: 'dropRequest' }, 8);
    await world.start({}, { isSlow: true });
    await world.until(() => world.state === 'trading');
  });

  it('shows what the account holds already as outside, and leaves it alone', async () => {
    for (const symbol of ['AURX', 'VEGA']) {
      const wanted = { symbol, qty: '5', side: 'buy', type: 'market', time_in_force: 'day' };
      expect((await world.call('POST', '/v2/orders', wanted)).status).toBe(200);
    }
    let held = 0;
    for (let look = 0; held < 10 && look < 100; look += 1) {
      await world.pass(100);
      held = (await world.heldAtBroker('AURX')) + (await world.heldAtBroker('VEGA'));
    }
    await trading();
    const outside = (): string[] =>
      outsidePositions(world.session, new Set()).map(({ owner, symbol, quantity }) => `${owner} ${symbol} ${quantity}`);
    expect(outside()).toEqual(['outside AURX 5', 'outside VEGA 5']);
    const told = world
      .records('command')
      .flatMap(({ command }) =>
        command.type === 'brokerReport' && command.report.kind === 'alert' ? [command.report.message] : [],
      );
    expect(told.join(' ')).toMatch(/holds 5 AURX.*left alone.*holds VEGA/s);
    expect(world.session.composed.kernel.tracker.positions()).toEqual([]);
    world.session.execute(order('AURX', 'buy', { quantity: 10 * SHARE }));
    await world.until(() => world.held() === 10);
    world.session.execute({ type: 'killSwitch', user: 'ann', on: true, flatten: true, reason: 'enough' });
    await world.until(() => world.held() === 0);
    expect(await world.heldAtBroker()).toBe(5);
    expect(outside()).toEqual(['outside AURX 5', 'outside VEGA 5']);
    await world.stop();
    expect(await world.verify()).toMatchObject({ equal: true });
  });
});

describe('the end of a day at a broker', () => {
  const NEXT = 'alpaca-2026-11-24-0002';

  it('cancels at the broker, waits for its answers, and leaves orders till canceled to the next day', async () => {
    await trading({ strategies: [strategy('hold', 'sma-cross', ['AURX'])] });
    world.session.execute(order('AURX', 'buy', { quantity: 10 * SHARE }));
    await world.until(() => world.held() === 10);
    await rests('BYTQ');
    world.proxy.halfOpen = true;
    world.leap(BROKER_DAY.afterHoursClose + MINUTE);
    await world.pass(2_000);
    expect([world.session.ended, await statuses()]).toEqual([false, ['new', 'filled']]);
    world.proxy.halfOpen = false;
    await world.until(() => world.session.ended, 'the end of the day');
    expect(await statuses()).toEqual(['canceled', 'filled']);
    const [closing] = world.records('closing');
    expect(closing).toMatchObject({
      orders: [{ symbolId: 1, timeInForce: 'gtc' }],
      strategies: [{ instanceId: 'hold' }],
    });
    await world.stop();
    expect(await world.verify()).toMatchObject({ equal: true });
    await world.start();
    expect(world.names).toEqual(['alpaca-2026-11-23-0001', NEXT]);
    expect([world.held(), world.session.header.config.strategies.length]).toEqual([10, 1]);
    await world.until(() => world.state === 'trading');
    expect(outsidePositions(world.session, new Set())).toEqual([]);
  });

  it('I-15: a day that was cut is ended before the next begins: its orders are canceled, its fills heard', async () => {
    await trading();
    await rests('BYTQ');
    await world.kill();
    world.leap(BROKER_DAY.afterHoursClose + MINUTE);
    await world.start({}, { isSlow: true });
    expect(world.names).toEqual(['alpaca-2026-11-23-0001', NEXT]);
    expect(await statuses()).toEqual(['canceled']);
    expect(world.records('closing', world.names[0])).toMatchObject([{ orders: [{ symbolId: 1, timeInForce: 'gtc' }] }]);
    expect(await world.verify(world.names[0])).toMatchObject({ equal: true });
  });
});
