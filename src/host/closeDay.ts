/**
 * The end of a day that another one follows: orders do not outlive a tape, and what is to go on is written down before
 * everything is stopped. Strategies are stopped first, since an exit that is canceled would let them enter anew.
 */
import type { ComposedKernel } from '../analytics/composeKernel.js';
import type { Command } from '../domain/commands.js';
import type { Order } from '../domain/order.js';
import type { StrategyConfig } from '../domain/session.js';
import { SECOND } from '../domain/timeframe.js';
import type { Micros } from '../domain/units.js';
import type { Kernel } from '../engine/Kernel.js';
import { isCarried } from './carriedOrders.js';
import { copyOrder } from './TapeSink.js';
import type { CarriedDeskBooks, TapeRecord } from './tapeRecords.js';
import type { Units } from './views.js';

/** Longer than any latency: after it, cancels have been answered. */
const SETTLE_MICROS = 10 * SECOND;

/** What a day that ends leaves to the following one. */
export interface DayRemainder {
  /** Dollars that it goes on from, by symbol id. */
  readonly prices: () => readonly number[];
  /** Orders that it is to enter; absent: those of a person that work now and are good till canceled. */
  readonly working?: readonly Order[];
  /** Further ones, which this day did not come to enter. */
  readonly waiting: readonly Order[];
  /** What accounts of the desk hold, lot by lot. */
  readonly deskBooks: readonly CarriedDeskBooks[];
  /** What was running before the day was wound down; absent: what runs now. */
  readonly strategies?: readonly StrategyConfig[];
}

/** The commands that end all trading: no strategy runs, no order works. */
export function stopTrading({ runner }: Kernel): readonly Command[] {
  const active = runner.instances.filter((instance) => instance.active);
  return [
    ...active.map(
      ({ id }) => ({ type: 'stopStrategy', user: 'system', instanceId: id, flatten: false }) as const satisfies Command,
    ),
    { type: 'cancelAllOrders', user: 'system' },
  ];
}

/** The strategies that run, as they were configured. */
export function runningStrategies({ runner }: Kernel): readonly StrategyConfig[] {
  return runner.instances.filter((instance) => instance.active).map(({ config }) => config);
}

/** The last price of each symbol in dollars; 0 where none was seen. */
export function lastPrices({ venue }: ComposedKernel, { priceScale }: Units): readonly number[] {
  return venue.exchange.book.symbols.map(({ lastPrice }) => lastPrice / priceScale);
}

/** Closes the day at `endTime`. */
export function closeDay(
  { kernel, venue, execution }: ComposedKernel,
  endTime: Micros,
  remainder: DayRemainder,
  record: (record: TapeRecord, time: Micros) => void,
): void {
  const working = remainder.working ?? kernel.manager.openOrders().filter(isCarried).map(copyOrder);
  const strategies = remainder.strategies ?? runningStrategies(kernel);
  const { currentLimits: limits, killSwitchOn } = kernel.checks;
  for (const command of stopTrading(kernel)) {
    record({ type: 'command', at: kernel.inputSequence, time: endTime, command }, endTime);
    kernel.command(command, endTime);
  }
  kernel.advanceClock(endTime + SETTLE_MICROS);
  kernel.finish();
  venue.shadows.settle(kernel.now);
  const at = kernel.inputSequence;
  const time = kernel.now;
  const { deskBooks } = remainder;
  const account = {
    venue: execution.snapshot(),
    books: kernel.tracker.carry(),
    ...(deskBooks.length === 0 ? {} : { desk: deskBooks }),
  };
  const desk = [...venue.desk.accounts.values()];
  const closes = venue.exchange.book.symbols.map(({ symbolId, regularPrice }) => {
    // What the accounts were valued at then, so that their history says the same; none may have been there.
    const known = desk.find(({ day }) => day.lastClose(symbolId) > 0);
    return known?.day.lastClose(symbolId) ?? regularPrice;
  });
  const orders = [...working, ...remainder.waiting];
  const prices = remainder.prices();
  record({ type: 'closing', at, time, account, orders, strategies, limits, killSwitchOn, prices, closes }, time);
}
