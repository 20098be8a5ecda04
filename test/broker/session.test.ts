/** A session whose orders go to a broker, end to end: over real sockets, with faults, kills and the tape run again. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../../src/domain/units.js';
import { receiptText } from '../../src/exchange/receiptText.js';
import { accountView, sessionInfo } from '../../src/host/sessionViews.js';
import { BROKER_SYMBOLS } from '../support/brokerPlan.js';
import { BrokerMarket } from '../support/brokerWorld.js';
import type { BrokerWorld } from '../support/brokerWorld.js';
import { startsWith } from '../support/FaultProxy.js';
import { order, strategy } from '../support/sessionPlans.js';

const NOBODY = { on: false, reason: '', user: '', since: null };
const POST = startsWith('POST /v2/orders');
const CENT = DOLLAR / 100;
const ten = { quantity: 10 * SHARE };

let market: BrokerMarket;
let world: BrokerWorld;
beforeAll(async () => {
  market = await BrokerMarket.open();
});
afterEach(() => world.close());
afterAll(() => market.close());

/** A session that trades and knows prices. */
async function trading(more: Parameters<BrokerWorld['start']>[0] = {}): Promise<BrokerWorld> {
  const opened = await (await market.world()).start(more);
  await opened.until(() => opened.state === 'trading' && hasPrices(opened), 'trading with prices');
  return opened;
}

/** An order that rests below the market. */
function resting(symbol: string, share = 0.95): ReturnType<typeof order> {
  const price = world.session.composed.kernel.tracker.lastPrice[BROKER_SYMBOLS.indexOf(symbol)] ?? 0;
  const limitPrice = Math.floor((price * share) / CENT) * CENT;
  return order(symbol, 'buy', { ...ten, orderType: 'limit', limitPrice });
}

function hasPrices(opened: BrokerWorld): boolean {
  return opened.session.composed.kernel.tracker.lastPrice.every((price) => price > 0);
}

describe('a session at a broker', () => {
  it('trades by hand: orders, fills and figures are the broker’s, and the tape is verified', async () => {
    world = await trading();
    const { session } = world;
    expect(session.execute(order('AURX', 'buy', ten))).toMatchObject({ ok: true, orderId: 'o-1' });
    await world.until(() => world.held() === 10);
    expect(await world.heldAtBroker()).toBe(10);
    const [fill] = world.records('venue').flatMap(({ event }) => (event.type === 'filled' ? [event.fill] : []));
    expect(fill).toMatchObject({ id: 'b-1', receipt: { basis: 'broker', rule: 'reported' } });
    expect(fill && receiptText(fill, 'AURX', RAW_PRICE_SCALE)).toContain('the price that the broker reported');
    // The figures follow within seconds of a fill.
    await world.until(() => session.composed.execution.account('paper').cash < 100_000 * DOLLAR);
    const { body } = await world.call('GET', '/v2/account');
    expect(Number(accountView(session).cash)).toBeCloseTo(Number(body.cash), 2);
    expect(sessionInfo(session, NOBODY).broker).toMatchObject({
      label: 'ALPACA PAPER',
      state: 'trading',
      accountNumber: body.account_number,
    });
    await world.stop();
    const report = await world.verify();
    expect(report).toMatchObject({ equal: true, difference: undefined, counts: { orders: 1, fills: 1 } });
  });

  it('sends what strategies decide, after the same checks, under ids with the session’s prefix', async () => {
    world = await trading({ strategies: [strategy('hold', 'buy-and-hold', ['AURX'])] });
    await world.until(() => world.held() > 0);
    const [sent] = await world.ordersAtBroker();
    const { config } = world.session.header;
    const [told] = world.records('order');
    expect(sent?.['client_order_id']).toBe(`${config.broker?.orderPrefix ?? ''}-${told?.order.clientOrderId ?? ''}`);
    expect(world.records('signal')[0]).toMatchObject({ decision: { outcome: 'allow' } });
    await world.stop();
    expect(await world.verify()).toMatchObject({ equal: true });
  });

  it('F26: has one order where the answer was lost and it was killed; nothing is lost or doubled', async () => {
    world = await trading();
    world.proxy.stream('drop').fail(POST, { kind: 'dropAnswer', silent: true });
    expect(world.session.execute(order('AURX', 'buy', ten))).toMatchObject({ ok: true });
    await world.until(() => world.proxy.forwarded.some(POST));
    await world.kill();
    expect(world.records('venue')).toEqual([]);
    world.proxy.heal();
    await world.start();
    await world.until(() => world.state === 'trading' && world.held() === 10);
    expect(await world.ordersAtBroker()).toHaveLength(1);
    expect(await world.heldAtBroker()).toBe(10);
    await world.stop();
    expect(await world.verify()).toMatchObject({ equal: true, counts: { orders: 1, fills: 1 } });
  });

  it('F27: tells an order as rejected that was logged and never sent, and does not send it later', async () => {
    world = await trading();
    world.proxy.fail(POST, { kind: 'dropRequest', silent: true });
    world.session.execute(order('AURX', 'buy', ten));
    await world.until(() => world.proxy.received.some(POST));
    await world.kill();
    world.proxy.heal();
    await world.start();
    await world.until(() => world.session.composed.kernel.manager.openCount === 0);
    expect(world.records('venue')[0]?.event).toMatchObject({ type: 'rejected', orderId: 'o-1' });
    await world.pass(2_000);
    expect(await world.ordersAtBroker()).toEqual([]);
    await world.stop();
    expect(await world.verify()).toMatchObject({ equal: true });
  });

  it('I-14: hears after a restart what happened at the broker meanwhile, and a cancel under way arrives', async () => {
    world = await trading();
    world.session.execute(resting('AURX'));
    world.session.execute(resting('BYTQ'));
    await world.until(() => world.records('venue').filter(({ event }) => event.type === 'accepted').length === 2);
    world.proxy.fail(startsWith('DELETE'), { kind: 'dropRequest', silent: true });
    world.session.execute({ type: 'cancelOrder', user: 'ann', orderId: 'o-1' });
    await world.kill();
    world.proxy.heal();
    const id = (await world.ordersAtBroker()).find(({ symbol }) => symbol === 'BYTQ')?.['id'];
    expect((await world.call('DELETE', `/v2/orders/${String(id)}`)).status).toBe(204);
    await world.start();
    await world.until(() => world.session.composed.kernel.manager.openCount === 0);
    expect((await world.ordersAtBroker()).map(({ status }) => status)).toEqual(['canceled', 'canceled']);
    await world.stop();
    expect(await world.verify()).toMatchObject({ equal: true });
  });

  it('lets no order leave before the comparison is done; the kill switch cancels at the broker', async () => {
    world = await trading();
    world.session.execute(resting('AURX'));
    await world.until(() => world.session.composed.kernel.manager.order('o-1')?.status === 'accepted');
    // The comparison after the next connection does not come through.
    world.proxy.fail(startsWith('GET /v2/orders'), { kind: 'answer', status: 503 }, 3).cut();
    await world.until(() => world.state !== 'trading');
    world.session.execute(resting('AURX', 0.96));
    await world.pass(1_000);
    expect(world.proxy.received.filter(POST)).toHaveLength(1);
    await world.until(() => world.proxy.received.filter(POST).length === 2);
    expect(world.state).toBe('trading');
    const open = async (): Promise<number> =>
      (await world.ordersAtBroker()).filter(({ status }) => status === 'new' || status === 'accepted').length;
    await world.until(() => world.records('venue').filter(({ event }) => event.type === 'accepted').length === 2);
    expect(await open()).toBe(2);
    world.session.execute({ type: 'killSwitch', user: 'ann', on: true, flatten: false, reason: 'enough' });
    await world.until(() => world.session.composed.kernel.manager.openCount === 0);
    expect(await open()).toBe(0);
    await world.stop();
    expect(await world.verify()).toMatchObject({ equal: true });
  });
});
