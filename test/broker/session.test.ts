/** A session whose orders go to a broker, end to end: over real sockets, with faults, kills and the tape run again. */
import { afterEach, describe, expect, it } from 'vitest';
import { SHARE } from '../../src/domain/units.js';
import { BrokerWorld } from '../support/brokerWorld.js';
import { order } from '../support/sessionPlans.js';

let world: BrokerWorld;
afterEach(() => world.close());

const ten = { quantity: 10 * SHARE };

describe('a session at a broker', () => {
  it('trades by hand: orders, fills, positions and figures are the broker’s, and the tape is verified', async () => {
    world = await (await BrokerWorld.open()).start();
    await world.until(() => world.state === 'trading');
    await world.pass(2_000);
    const { session } = world;
    expect(session.execute(order('AURX', 'buy', ten))).toMatchObject({ ok: true, orderId: 'o-1' });
    await world.until(() => world.held() === 10);
    expect(await world.heldAtBroker()).toBe(10);
    await world.stop();
    const report = await world.verify();
    expect(report).toMatchObject({ equal: true, difference: undefined, counts: { orders: 1, fills: 1 } });
  }, 60_000);
});
