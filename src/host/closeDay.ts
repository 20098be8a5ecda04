/**
 * The end of a day that another one follows: orders do not outlive a tape, and what is to go on is written down before
 * everything is stopped. Strategies are stopped first, since an exit that is canceled would let them enter anew.
 */
import type { ComposedKernel } from '../analytics/composeKernel.js';
import { SECOND } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import { isCarried } from './carriedOrders.js';
import { copyOrder } from './TapeSink.js';
import type { TapeRecord } from './tapeRecords.js';

/** Longer than any latency: after it, cancels have been answered. */
const SETTLE_MICROS = 10 * SECOND;

/** Closes the day at `endTime`; `prices` are those that the following day goes on from. */
export function closeDay(
  { kernel, venue }: ComposedKernel,
  endTime: Micros,
  prices: () => readonly number[],
  record: (record: TapeRecord, time: Micros) => void,
): void {
  const orders = kernel.manager.openOrders().filter(isCarried).map(copyOrder);
  const active = kernel.runner.instances.filter((instance) => instance.active);
  const { currentLimits: limits, killSwitchOn } = kernel.checks;
  const stops = active.map(
    ({ id }) => ({ type: 'stopStrategy', user: 'system', instanceId: id, flatten: false }) as const,
  );
  const strategies = active.map(({ config }) => config);
  for (const command of [...stops, { type: 'cancelAllOrders', user: 'system' } as const]) {
    record({ type: 'command', at: kernel.inputSequence, time: endTime, command }, endTime);
    kernel.command(command, endTime);
  }
  kernel.advanceClock(endTime + SETTLE_MICROS);
  kernel.finish();
  venue.shadows.settle(kernel.now);
  const at = kernel.inputSequence;
  const time = kernel.now;
  const account = { venue: venue.snapshot(), books: kernel.tracker.carry() };
  const desk = [...venue.desk.accounts.values()];
  const closes = venue.exchange.book.symbols.map(({ symbolId, regularPrice }) => {
    // What the accounts were valued at then, so that their history says the same; none may have been there.
    const known = desk.find(({ day }) => day.lastClose(symbolId) > 0);
    return known?.day.lastClose(symbolId) ?? regularPrice;
  });
  record(
    { type: 'closing', at, time, account, orders, strategies, limits, killSwitchOn, prices: prices(), closes },
    time,
  );
}
