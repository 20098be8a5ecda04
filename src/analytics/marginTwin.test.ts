/**
 * Runs under margin beside a naive exchange and a naive caller (exchange/testing): which calls are made, for how much,
 * and every outcome of every order, on random bars with gaps, by strategies that go to the limit of their leverage.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import '../../test/propertySeed.js';
import { soakCount } from '../../test/soak.js';
import { nyse } from '../calendar/sessions.js';
import { dateOf } from '../calendar/tradingDate.js';
import type { BarTable } from '../domain/marketTables.js';
import type { Order, OrderChanges, ReplacementIds } from '../domain/order.js';
import { createBarTable } from '../domain/tables.js';
import { MINUTE } from '../domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE } from '../domain/units.js';
import { isOrderEvent } from '../domain/venueEvents.js';
import { batchOf, RecordingSink } from '../engine/testKit.js';
import { presetOf } from '../exchange/presets.js';
import { NaiveCaller } from '../exchange/testing/NaiveCaller.js';
import { NaiveExchange } from '../exchange/testing/NaiveExchange.js';
import { ownerOf } from '../exchange/testing/naiveTrades.js';
import { lineOf } from '../exchange/testing/naiveTypes.js';
import type { NaiveRow } from '../exchange/testing/naiveTypes.js';
import type { Bar } from '../strategies/Bar.js';
import type { Context } from '../strategies/Context.js';
import { Strategy } from '../strategies/Strategy.js';
import { composeKernel } from './composeKernel.js';

const CENT = RAW_PRICE_SCALE / 100;
const CASH = 100_000 * DOLLAR;

/** What a strategy asks for at the close of a bar. */
interface Wish {
  /** How many bars after the last one. */
  readonly after: number;
  readonly kind: 'market' | 'limit' | 'stop' | 'bracket' | 'entry' | 'cancel' | 'exit';
  readonly side: 'buy' | 'sell';
  /** Percent of what its share of the leverage carries. */
  readonly size: number;
  /** Per mille of the price, from it. */
  readonly beyond: number;
}

interface Case {
  readonly preset: string;
  readonly feePlan: string;
  readonly symbols: number;
  /** Of each owner. */
  readonly wishes: readonly (readonly Wish[])[];
  /** Per mille of each minute, and what else decides of gaps and volume. */
  readonly minutes: readonly (readonly [step: number, chance: number])[];
}

/** An order as the engine sent it, a cancel, or a replace. */
type Sent =
  | { readonly time: number; readonly order: Order }
  | { readonly time: number; readonly cancelId: string }
  | { readonly time: number; readonly id: string; readonly changes: OrderChanges; readonly ids: ReplacementIds };

function wisherOf(wishes: readonly Wish[], reach: number): typeof Strategy {
  return class extends Strategy.with({}) {
    private next = 0;
    private left = wishes[0]?.after ?? Infinity;
    private last = '';

    override onBar({ symbol, close }: Bar, ctx: Context): void {
      this.left -= 1;
      const wish = wishes[this.next];
      if (this.left > 0 || wish === undefined) return;
      this.next += 1;
      this.left = wishes[this.next]?.after ?? Infinity;
      const { kind, side, size, beyond } = wish;
      const shares = Math.max(1, Math.floor((Math.max(0, ctx.equity) * reach * size) / 100 / close));
      const sign = side === 'buy' ? 1 : -1;
      const at = (permille: number): number => Math.max(0.01, Math.round(close * (100 + permille / 10)) / 100);
      const how = { reason: kind, timeInForce: beyond % 2 === 0 ? 'gtc' : 'day' } as const;
      if (kind === 'market') this.last = ctx.order.market(symbol, side, shares, { reason: kind });
      else if (kind === 'limit') this.last = ctx.order.limit(symbol, side, shares, at(-sign * beyond), how);
      else if (kind === 'stop') this.last = ctx.order.stop(symbol, side, shares, at(sign * beyond), how);
      else if (kind === 'cancel') ctx.order.cancel(this.last);
      else if (kind === 'exit') ctx.exit(symbol, { reason: kind });
      else if (kind === 'bracket') {
        const exits = { target: at(sign * (beyond + 5)), stop: at(-sign * (beyond + 5)) };
        this.last = ctx.order.bracket(symbol, side, shares, exits, how);
      } else {
        const exits = { target: at(sign * (beyond + 9)), stop: at(-sign * (beyond + 9)) };
        const options = { reason: kind, size: { shares }, ...exits };
        if (side === 'buy') ctx.enterLong(symbol, options);
        else ctx.enterShort(symbol, options);
      }
    }
  } as unknown as typeof Strategy;
}

/** Minutes from before the open on, some left out; the last half hour of each day, with a gap to the next. */
function tableOf({ minutes, symbols }: Case): BarTable {
  const table = createBarTable('1m', minutes.length * symbols);
  const closes = Array.from({ length: symbols }, () => 5000);
  let session = nyse.nextSession(dateOf(2024, 3, 1));
  let start = session.open - 2 * MINUTE;
  for (const [step, chance] of minutes) {
    for (let id = 0; id < symbols; id += 1) {
      if (id > 0 && (chance + id) % 11 === 0) continue;
      const row = table.length;
      const before = closes[id] ?? 0;
      const own = id === 0 ? step : ((step * (id + 2)) % 30) * (chance % 2 === 0 ? 1 : -1);
      const open = Math.max(50, chance % 23 === 0 ? Math.round(before * (1 + own / 300)) : before);
      const close = Math.max(50, Math.round(open * (1 + own / 1000)));
      closes[id] = close;
      table.symbolId[row] = id;
      table.start[row] = start;
      table.time[row] = start + MINUTE;
      table.open[row] = open * CENT;
      table.close[row] = close * CENT;
      table.high[row] = (Math.max(open, close) + (chance % 7)) * CENT;
      table.low[row] = (Math.min(open, close) - (chance % 5)) * CENT;
      table.volume[row] = (chance * (id + 1)) % 20_000;
      table.length += 1;
    }
    start += chance % 13 === 0 ? 3 * MINUTE : MINUTE;
    if (start > session.open + 60 * MINUTE && start < session.close - 30 * MINUTE) start = session.close - 30 * MINUTE;
    if (start < session.close + 2 * MINUTE) continue;
    session = nyse.nextSession(session.date);
    start = session.open - 2 * MINUTE;
  }
  return table;
}

/** Plays a case; all that was sent, and what was decided and is held, as lines. */
function played(given: Case, table: BarTable): { sent: readonly Sent[]; lines: string[]; equity: number } {
  const symbols = Array.from({ length: given.symbols }, (_, id) => `S${id}`);
  const reach = presetOf(given.preset).leverage / given.wishes.length;
  const sink = new RecordingSink();
  const { kernel, venue } = composeKernel({
    config: {
      sessionId: 't',
      feed: 'recorded',
      symbols,
      priceScale: RAW_PRICE_SCALE,
      accountId: 'main',
      startingCash: CASH,
      preset: given.preset,
      feePlan: given.feePlan,
      seed: 1,
      startTime: table.start[0] ?? 0,
      limits: {},
      strategies: given.wishes.map((_, index) => {
        const instanceId = `s${index}`;
        return { instanceId, strategy: instanceId, symbols, timeframe: '1m', params: {}, allocation: 0.5 };
      }),
    },
    sink,
    resolveStrategy: (id) => wisherOf(given.wishes[Number(id.slice(1))] ?? [], reach),
  });
  sink.kernel = kernel;
  const sent: Sent[] = [];
  const { gate } = kernel.manager;
  kernel.manager.gate = {
    submit: (order, now) => {
      sent.push({ time: now, order: copyOf(order) });
      gate.submit(order, now);
    },
    cancel: (orderId, now) => {
      sent.push({ time: now, cancelId: orderId });
      gate.cancel(orderId, now);
    },
    replace: (id, changes, ids, now) => {
      sent.push({ time: now, id, changes, ids });
      gate.replace(id, changes, ids, now);
    },
  };
  kernel.start();
  kernel.process(batchOf(table));
  const account = venue.account('main');
  const positions = account
    .positions()
    .map(({ symbolId, quantity, cost, mark }) => `${symbolId}: ${quantity} cost ${cost} mark ${mark}`);
  const { cash, equity, reserved, buyingPower, fees, realisedPnl: realised } = account;
  const figures = Object.entries({ cash, equity, reserved, buyingPower, fees, realised });
  expect(kernel.tracker.equity).toBe(equity);
  const events = sink.events.map(({ event }) => event).filter(isOrderEvent);
  const lines = events.map(lineOf).toSorted();
  lines.push([...figures.map(([name, value]) => `${name} ${value}`), ...positions].join('; '));
  return { sent, lines, equity };
}

function copyOf(order: Order): Order {
  return { ...order, ...(order.legs === undefined ? {} : { legs: order.legs.map((leg) => ({ ...leg })) }) };
}

/** The same by the naive ones, given what was sent; calls must be those that were sent as such. */
function naively(given: Case, table: BarTable, sent: readonly Sent[]): { lines: string[]; calls: number } {
  const preset = { ...presetOf(given.preset) };
  const exchange = new NaiveExchange(preset, given.feePlan, CASH, given.symbols, table.start[0] ?? 0);
  const caller = new NaiveCaller(exchange);
  let next = 0;
  let calls = 0;
  for (let row = 0; row < table.length;) {
    const time = table.time[row] ?? 0;
    const rows: NaiveRow[] = [];
    for (; table.time[row] === time && row < table.length; row += 1) rows.push(rowOf(table, row));
    exchange.instant(time, rows);
    for (const { owner, symbolId, side, quantity } of caller.calls()) {
      const one = sent[next];
      const order = one !== undefined && 'order' in one ? one.order : undefined;
      const made = order === undefined ? {} : { symbolId: order.symbolId, side: order.side, quantity: order.quantity };
      expect({ ...made, reason: order?.reason, time: one?.time }).toEqual({
        ...{ symbolId, side, quantity, reason: 'margin call', time },
      });
      if (order === undefined) break;
      exchange.submit(order);
      expect(exchange.orders.slice(-1).map(ownerOf)).toEqual([owner]);
      next += 1;
      calls += 1;
    }
    for (let one = sent[next]; one !== undefined && one.time <= time; next += 1, one = sent[next]) {
      expect(one.time).toBe(time);
      if ('cancelId' in one) exchange.cancel(one.cancelId);
      else if ('ids' in one) exchange.replace(one.id, one.changes, one.ids);
      else {
        expect(one.order.reason).not.toBe('margin call');
        exchange.submit(one.order);
      }
    }
  }
  expect(next).toBe(sent.length);
  return { lines: [...exchange.outcomes.toSorted(), exchange.account.figures], calls };
}

function rowOf({ symbolId, open, high, low, close, volume }: BarTable, row: number): NaiveRow {
  return {
    kind: 'bar',
    symbolId: symbolId[row] ?? 0,
    span: MINUTE,
    ...{ open: open[row] ?? 0, high: high[row] ?? 0, low: low[row] ?? 0, close: close[row] ?? 0 },
    volume: volume[row] ?? 0,
  };
}

const wish: fc.Arbitrary<Wish> = fc.record({
  after: fc.integer({ min: 1, max: 9 }),
  kind: fc.constantFrom('market', 'market', 'limit', 'stop', 'bracket', 'bracket', 'entry', 'cancel', 'exit'),
  side: fc.constantFrom('buy', 'sell'),
  size: fc.integer({ min: 20, max: 110 }),
  beyond: fc.integer({ min: -3, max: 20 }),
});

const cases: fc.Arbitrary<Case> = fc.record({
  preset: fc.constantFrom(
    'lean',
    'lean+margin.2500bps',
    'lean+margin.1000bps',
    'lean+margin.1000bps',
    'lean+margin.2500bps.5000bps',
    'lean+leverage.3',
    'lean+leverage.6',
    'lean+margin.2000bps+papertape.participation',
    'lean+margin.1000bps+strict.participation',
  ),
  feePlan: fc.constantFrom('zero', 'lean-interactive-brokers', 'relative-20bps'),
  symbols: fc.constantFrom(1, 1, 2, 3),
  wishes: fc.array(fc.array(wish, { minLength: 5, maxLength: 60, size: 'max' }), { minLength: 1, maxLength: 2 }),
  minutes: fc.array(fc.noBias(fc.tuple(fc.integer({ min: -12, max: 12 }), fc.integer({ min: 1, max: 20_000 }))), {
    minLength: 60,
    maxLength: 320,
    size: 'max',
  }),
});

it('runs under margin decide, call and end as a naive exchange with a naive caller', () => {
  let calls = 0;
  let refused = 0;
  fc.assert(
    fc.property(cases, (given) => {
      const table = tableOf(given);
      const real = played(given, table);
      const naive = naively(given, table, real.sent);
      expect(naive.lines).toEqual(real.lines);
      calls += naive.calls;
      refused += real.lines.filter((line) => line.endsWith('BUYING_POWER')).length;
    }),
    { numRuns: soakCount(60, 2000) },
  );
  // Else nothing was compared.
  expect(calls).toBeGreaterThan(soakCount(20, 600));
  expect(refused).toBeGreaterThan(soakCount(20, 600));
});
