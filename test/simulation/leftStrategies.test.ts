/** A strategy that failed, or was stopped while it held something, stays in sight from day to day. */
import { expect, it } from 'vitest';
import { sessionOf } from '../../src/calendar/sessions.js';
import { parseDate } from '../../src/calendar/tradingDate.js';
import { HOUR, MINUTE } from '../../src/domain/timeframe.js';
import { PnlHistory, strategyViews } from '../../src/host/sessionViews.js';
import { stopOfStuck } from '../../src/host/stuckStrategy.js';
import { required } from '../../src/utils/assert.js';
import { LiveRig } from '../support/liveRig.js';
import { strategy } from '../support/sessionPlans.js';

const trade = (rig: LiveRig) => (): void => {
  rig.source.quote('AAPL', 99.99, 100.01);
  rig.source.print('AAPL', 100, 100);
};

const told = (rig: LiveRig) =>
  strategyViews(rig.session, new PnlHistory(), new Map()).map((view) => [
    view.instanceId,
    view.state,
    view.openPositions,
    view.error,
    view.startedAt !== null,
  ]);

/** Sees the day to its end and begins the next, in the middle of its morning. */
async function nextDay(rig: LiveRig): Promise<void> {
  const day = required(sessionOf(parseDate(rig.session.header.market.date)), 'the session of the day');
  rig.clock.advance((day.afterHoursClose - rig.clock.now()) / 1_000 - 1_000);
  rig.pass(3_000);
  expect(rig.session.ended).toBe(true);
  rig.session.close();
  expect(rig.verify()).toMatchObject({ equal: true, difference: undefined });
  await rig.open();
  const { startTime } = rig.session.header.config;
  rig.clock.advance((startTime + 13 * HOUR + 40 * MINUTE - rig.clock.now()) / 1_000);
}

it('is told with its state and why, also after a restart, until it is started again', async () => {
  const strategies = [strategy('hold', 'buy-and-hold', ['AAPL']), strategy('idle', 'sma-cross', ['AAPL'])];
  const rig = await new LiveRig({ plan: { strategies } }).open();
  rig.pass(130_000, trade(rig), 1_000);
  expect(told(rig)).toEqual([
    ['hold', 'running', 1, null, true],
    ['idle', 'warmingUp', 0, null, true],
  ]);
  rig.session.execute(stopOfStuck('hold'));
  rig.session.execute({ type: 'stopStrategy', user: 'ann', instanceId: 'idle', flatten: false });
  const left = ['hold', 'stopped', 1, expect.stringContaining('did not return from a hook'), false];
  for (let day = 0; day < 2; day += 1) {
    await nextDay(rig);
    expect(told(rig)).toEqual([left]);
    rig.session.close();
    await rig.open();
    expect(told(rig)).toEqual([left]);
  }
  rig.pass(1_000, trade(rig));
  rig.session.execute({ type: 'closePosition', user: 'ann', symbol: 'AAPL' });
  rig.pass(2_000, trade(rig));
  const flat = ['hold', 'stopped', 0, left[3], false];
  expect(told(rig)).toEqual([flat]);
  await nextDay(rig);
  expect(told(rig)).toEqual([flat]);
  rig.start(strategy('again', 'buy-and-hold', ['AAPL']));
  expect(told(rig).map(([id]) => id)).toEqual(['again', 'hold']);
  await nextDay(rig);
  expect(told(rig).map(([id]) => id)).toEqual(['again']);
});

it('that a person stopped is gone on the day after its position was closed', async () => {
  const rig = await new LiveRig({ plan: { strategies: [strategy('hold', 'buy-and-hold', ['AAPL'])] } }).open();
  rig.pass(130_000, trade(rig), 1_000);
  rig.session.execute({ type: 'stopStrategy', user: 'ann', instanceId: 'hold', flatten: false });
  await nextDay(rig);
  expect(told(rig)).toEqual([['hold', 'stopped', 1, null, false]]);
  rig.pass(1_000, trade(rig));
  rig.session.execute({ type: 'closePosition', user: 'ann', symbol: 'AAPL' });
  rig.pass(2_000, trade(rig));
  await nextDay(rig);
  expect(told(rig)).toEqual([]);
});
