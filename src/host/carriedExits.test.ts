/** Which lots exits close that work on from session to session, where they may close those of their own entry. */
import { expect, it } from 'vitest';
import { composeKernel } from '../analytics/composeKernel.js';
import type { ComposedKernel } from '../analytics/composeKernel.js';
import { sliceTable } from '../domain/tables.js';
import { SECOND } from '../domain/timeframe.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import { batchOf, minuteBars, OPEN, RecordingSink } from '../engine/testKit.js';
import type { Ohlc } from '../engine/testKit.js';
import { accountOfSession, carriedOrders, goOnFrom, ofSession } from './carriedOrders.js';
import type { SubmitOrder } from './liveSessionParts.js';
import type { CarriedAccount } from './tapeRecords.js';

const AT_100: Ohlc = [100, 100.5, 99.5, 100];
const AT_90: Ohlc = [90, 90.5, 89.5, 90];

const submit = (more: Partial<SubmitOrder>): SubmitOrder => ({
  type: 'submitOrder',
  user: 'ann',
  clientOrderId: 'c',
  symbol: 'SPY',
  side: 'buy',
  orderType: 'market',
  timeInForce: 'day',
  quantity: 100 * SHARE,
  extendedHours: false,
  reason: 'test',
  ...more,
});
const exits = (more: Partial<SubmitOrder>): SubmitOrder => {
  const stop = { role: 'stopLoss', type: 'stop', stopPrice: 50 * DOLLAR } as const;
  return submit({
    side: 'sell',
    orderType: 'limit',
    limitPrice: 120 * DOLLAR,
    timeInForce: 'gtc',
    group: { orderClass: 'oco', exits: [stop] },
    carried: true,
    ...more,
  });
};

/** A session of a person on these bars, each command given before the bar of its place. */
function session(
  bars: readonly Ohlc[],
  commands: readonly (SubmitOrder | undefined)[],
  before?: CarriedAccount,
): ComposedKernel {
  const composed = composeKernel({
    config: {
      sessionId: 't',
      feed: 'recorded',
      symbols: ['SPY'],
      priceScale: DOLLAR,
      accountId: 'main',
      startingCash: 100_000 * DOLLAR,
      preset: 'backtesting.py',
      feePlan: 'zero',
      seed: 1,
      startTime: OPEN,
      limits: {},
      strategies: [],
    },
    sink: new RecordingSink(),
    resolveStrategy: () => undefined,
  });
  const { kernel } = composed;
  goOnFrom(before ?? null, composed);
  kernel.start();
  const table = minuteBars(bars);
  table.volume.fill(1_000_000);
  bars.forEach((_, row) => {
    const command = commands[row];
    if (command !== undefined) expect(kernel.command(command, kernel.now)).toMatchObject({ ok: true });
    kernel.process(batchOf(sliceTable(table, row, row + 1)));
  });
  return composed;
}

/** What a session leaves: its account, and the orders to enter again. */
function left({ kernel, execution }: ComposedKernel, sessionId: string) {
  const orders = carriedOrders(kernel.manager.openOrders());
  kernel.command({ type: 'cancelAllOrders', user: 'system' }, kernel.now);
  kernel.advanceClock(kernel.now + SECOND);
  const account = { venue: execution.snapshot(), books: kernel.tracker.carry() };
  return { orders, account: accountOfSession(account, sessionId) };
}

it('exits that work on in the next session, and the one after, close what their own entry has left', () => {
  const target = { role: 'takeProfit', type: 'limit', limitPrice: 120 * DOLLAR } as const;
  const entry = submit({ clientOrderId: 'e', timeInForce: 'gtc', group: { orderClass: 'oto', exits: [target] } });
  const first = session([AT_100, AT_100, AT_90, AT_90], [undefined, submit({}), entry]);
  const day1 = left(first, 'day1');
  const [one] = day1.orders;
  expect(one).toMatchObject({ entry: 'o-2', group: undefined });
  const carriedEntry = ofSession(one?.entry ?? '', 'day1');

  const day2 = left(
    session([AT_100, AT_100], [undefined, exits({ clientOrderId: 'x2', carriedEntry })], day1.account),
    'day2',
  );
  const [next] = day2.orders;
  expect(next).toMatchObject({ entry: 'day1:o-2', group: { orderClass: 'oco' } });

  const [up, down]: Ohlc[] = [
    [119, 121, 119, 120],
    [51, 51, 49, 50],
  ];
  for (const bar of [up, down]) {
    const given = [undefined, exits({ clientOrderId: 'x3', carriedEntry: ofSession(next?.entry ?? '', 'day2') })];
    const { kernel } = session([AT_100, AT_100, bar ?? AT_100], given, day2.account);
    expect(kernel.tracker.roundTrips.toArray().map(({ entryPrice }) => entryPrice / DOLLAR)).toEqual([90]);
  }
});

const BRACKET = {
  orderClass: 'bracket',
  exits: [
    { role: 'takeProfit', type: 'limit', limitPrice: 120 * DOLLAR },
    { role: 'stopLoss', type: 'stop', stopPrice: 50 * DOLLAR },
  ],
} as const;

/** What is open of each order of a person, and what is left of the orders at work: shares. */
function openOf({ venue }: ComposedKernel): readonly unknown[] {
  const { book } = venue.exchange;
  const [[, , ...trades] = []] = book.account('main').trades?.list() ?? [];
  return [
    ...trades.flatMap((value, index) => (index % 3 === 0 ? [`${value} ${Number(trades[index + 1]) / SHARE}`] : [])),
    ...[...book.orders.values()].map(({ id, remaining }) => `${id} ${remaining / SHARE}`),
  ];
}

it('exits are for what their own entry opened where one of a session before had the same number', () => {
  const entry = submit({ clientOrderId: 'e', group: BRACKET });
  const day1 = left(session([AT_100, AT_100, AT_100], [undefined, entry]), 'day1');
  const next = submit({ clientOrderId: 'e2', quantity: 30 * SHARE, group: BRACKET });
  const day2 = session([AT_100, AT_100, AT_100], [undefined, next], day1.account);
  expect(openOf(day2)).toEqual(['day1:o-1 100', 'o-1 30', 'o-2 30', 'o-3 30']);
});

it('an account that an older version left begins with the lots of its books', () => {
  const entry = submit({ clientOrderId: 'e', group: BRACKET });
  const { account } = left(session([AT_100, AT_100, AT_100], [undefined, entry]), 'day1');
  const venue = account.venue as { book: { accounts: readonly { trades?: unknown }[] } };
  for (const one of venue.book.accounts) delete one.trades;
  expect(openOf(session([AT_100], [], account))).toEqual(['day1:o-1 100']);
});
