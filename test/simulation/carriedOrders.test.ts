/** Orders that work on from day to day on a live market: they wait for a price, and whoever gave them hears the end. */
import { describe, expect, it } from 'vitest';
import { sessionOf } from '../../src/calendar/sessions.js';
import { parseDate } from '../../src/calendar/tradingDate.js';
import { HOUR, MINUTE } from '../../src/domain/timeframe.js';
import { DOLLAR, SHARE } from '../../src/domain/units.js';
import { required } from '../../src/utils/assert.js';
import { LiveRig } from '../support/liveRig.js';
import { order } from '../support/sessionPlans.js';

const PRICES = { AAPL: 100, MSFT: 200 } as const;

/** Trades of these symbols at their prices. */
const trades =
  (rig: LiveRig, ...symbols: readonly (keyof typeof PRICES)[]) =>
  (): void => {
    for (const symbol of symbols) {
      rig.source.quote(symbol, PRICES[symbol] - 0.01, PRICES[symbol] + 0.01);
      rig.source.print(symbol, PRICES[symbol], 100);
    }
  };

/** Sees the day that is under way to its end, without a further price, and begins the next. */
async function nextDay(rig: LiveRig): Promise<void> {
  const day = required(sessionOf(parseDate(rig.session.header.market.date)), 'the session of the day');
  rig.clock.advance((day.afterHoursClose - rig.clock.now()) / 1_000 - 1_000);
  rig.pass(3_000);
  expect(rig.session.ended).toBe(true);
  rig.session.close();
  expect(rig.verify()).toMatchObject({ equal: true, difference: undefined });
  await rig.open();
}

/** To the middle of the morning of the day that has just begun. */
function toMorning(rig: LiveRig): void {
  const { startTime } = rig.session.header.config;
  rig.clock.advance((startTime + 13 * HOUR + 40 * MINUTE - rig.clock.now()) / 1_000);
}

const gtc = (limit: number) =>
  order('MSFT', 'buy', { orderType: 'limit', limitPrice: limit * DOLLAR, timeInForce: 'gtc', quantity: SHARE });
const openOrders = (rig: LiveRig) => rig.session.composed.kernel.manager.openOrders();

describe('an order that works on', () => {
  it('waits through a day without a price of its symbol, beside what that day leaves itself', async () => {
    const rig = await new LiveRig().open();
    rig.pass(2_000, trades(rig, 'AAPL', 'MSFT'));
    const bracket = {
      ...gtc(189),
      group: {
        orderClass: 'bracket',
        exits: [
          { role: 'takeProfit', type: 'limit', limitPrice: 230 * DOLLAR },
          { role: 'stopLoss', type: 'stop', stopPrice: 150 * DOLLAR },
        ],
      },
    } as const;
    for (const command of [gtc(190), bracket]) expect(rig.session.execute(command)).toMatchObject({ ok: true });
    rig.pass(1_000, trades(rig, 'AAPL', 'MSFT'));

    await nextDay(rig);
    toMorning(rig);
    rig.pass(2_000, trades(rig, 'AAPL'));
    // An order of this day has the number that one of the day before has.
    const today = order('AAPL', 'buy', { orderType: 'limit', limitPrice: 95 * DOLLAR, timeInForce: 'gtc' });
    expect(rig.session.execute(today)).toMatchObject({ ok: true, orderId: 'o-1' });
    rig.pass(1_000, trades(rig, 'AAPL'));
    await nextDay(rig);

    toMorning(rig);
    rig.pass(3_000, trades(rig, 'AAPL', 'MSFT'));
    expect(openOrders(rig).map(({ symbolId, limitPrice = 0, role }) => [symbolId, limitPrice / DOLLAR, role])).toEqual(
      expect.arrayContaining([
        [0, 95, undefined],
        [1, 190, undefined],
        [1, 189, undefined],
        [1, 230, 'takeProfit'],
        [1, 0, 'stopLoss'],
      ]),
    );
    expect(openOrders(rig)).toHaveLength(5);
    rig.session.close();
    expect(rig.verify()).toMatchObject({ equal: true });
  });

  it('is told of when it is refused, also after a restart', async () => {
    const rig = await new LiveRig().open();
    rig.pass(2_000, trades(rig, 'MSFT'));
    rig.session.execute(gtc(190));
    rig.pass(1_000, trades(rig, 'MSFT'));
    await nextDay(rig);
    toMorning(rig);
    rig.session.execute({ type: 'killSwitch', user: 'ann', on: true, flatten: false, reason: 'enough' });
    rig.pass(2_000, trades(rig, 'MSFT'));
    const lines = (): string[] =>
      rig.session.board
        .take()
        .flatMap((update) => (update.topic === 'logs' ? update.data.lines : []))
        .filter(({ source }) => source === 'order desk')
        .map(({ level, text }) => `${level}: ${text}`);
    const told = [
      expect.stringMatching(/^warn: The order of the day before to buy 1 MSFT .* works on no longer: .*kill/),
    ];
    expect([openOrders(rig), lines()]).toEqual([[], told]);
    rig.session.close();
    await rig.open();
    expect(lines()).toEqual(told);
  });

  it('waits on while the disk is full, and enters when there is room', async () => {
    const rig = await new LiveRig().open();
    rig.pass(2_000, trades(rig, 'MSFT'));
    rig.session.execute(gtc(190));
    rig.pass(1_000, trades(rig, 'MSFT'));
    await nextDay(rig);
    toMorning(rig);
    rig.disk.capacityBytes = rig.disk.usedBytes;
    for (let tries = 0; !rig.session.halted && tries < 200; tries += 1) rig.pass(1_000, trades(rig, 'AAPL'));
    rig.pass(2_000, trades(rig, 'MSFT'));
    expect([rig.session.halted, openOrders(rig)]).toEqual([true, []]);
    rig.disk.capacityBytes = Infinity;
    rig.pass(5_000, trades(rig, 'MSFT'));
    expect(openOrders(rig)).toMatchObject([{ symbolId: 1, limitPrice: 190 * DOLLAR }]);
    rig.session.close();
    expect(rig.verify()).toMatchObject({ equal: true });
  });
});
