/**
 * Two exchanges. The matching engine, in which members trade with each other (matchingEngine.ts). And the paper
 * exchange, which fills a person's orders against market data: what a bar costs with nothing open and with resting
 * orders far away, what the life of an order costs from its submission to the last report applied, and a seeded mix of
 * orders, cancels and crossings. No engine, no risk checks, no tape; accounts, reserves, fees and receipts are on.
 */
import { nyse } from '../src/calendar/sessions.js';
import { dateOf } from '../src/calendar/tradingDate.js';
import type { BarTable, QuoteTable } from '../src/domain/marketTables.js';
import type { Order } from '../src/domain/order.js';
import { createBarTable, createQuoteTable } from '../src/domain/tables.js';
import { MINUTE, SECOND } from '../src/domain/timeframe.js';
import { DOLLAR, RAW_PRICE_SCALE, SHARE } from '../src/domain/units.js';
import { checkInvariants } from '../src/exchange/invariants.js';
import { PaperExchange } from '../src/exchange/PaperExchange.js';
import { presetOf } from '../src/exchange/presets.js';
import { assert } from '../src/utils/assert.js';
import { measure } from './harness.js';
import type { BenchResult } from './harness.js';
import { measureMatchingEngine } from './matchingEngine.js';

const BARS = 390 * 1000;
const ORDERS = 100_000;
const COMMANDS = 20_000;
const CENT = RAW_PRICE_SCALE / 100;

/** Measures the cases. */
export async function run(): Promise<BenchResult[]> {
  const results = await measureMatchingEngine();
  const bars = flatBars(BARS);
  for (const resting of [0, 1, 100, 10_000]) results.push(await measureBars(bars, resting));
  results.push(await measureLives('papertape', 'zero', bars));
  results.push(await measureLives('papertape', 'interactive-brokers-fixed', bars));
  results.push(await measureLives('backtesting.py', 'zero', bars));
  results.push(await measureMix());
  return results;
}

async function measureBars(bars: BarTable, resting: number): Promise<BenchResult> {
  return measure({
    name: `exchange/bar-${resting}-resting`,
    unit: 'bars',
    work: BARS,
    run: () => {
      const venue = makeExchange('papertape', 'zero', bars.start[0] ?? 0);
      for (let i = 0; i < resting; i += 1) {
        venue.submit(orderOf(i + 1, 'buy', 1, 50 * RAW_PRICE_SCALE - (i % 4000) * CENT), bars.start[0] ?? 0);
      }
      for (let row = 0; row < BARS; row += 1) pass(venue, bars, row);
      return venue;
    },
    check: (venue) => {
      assert(venue.book.orders.size === resting, `${venue.book.orders.size} orders rest`);
      assert(venue.book.marks[0] === bars.close[BARS - 1], 'the last bar is marked');
    },
  });
}

async function measureLives(preset: string, feePlan: string, bars: BarTable): Promise<BenchResult> {
  return measure({
    name: `exchange/order-life-${preset}-${feePlan}`,
    unit: 'orders',
    work: ORDERS,
    run: () => {
      const venue = makeExchange(preset, feePlan, bars.start[0] ?? 0);
      for (let row = 0; row < ORDERS; row += 1) {
        venue.submit(orderOf(row + 1, row % 2 === 0 ? 'buy' : 'sell', 100, 0), bars.start[row] ?? 0);
        pass(venue, bars, row);
      }
      const end = (bars.time[ORDERS] ?? 0) + SECOND;
      venue.advanceTo(end);
      drain(venue, end);
      return venue;
    },
    check: (venue) => {
      const account = venue.book.account('main');
      assert(venue.book.orders.size < 3, `${venue.book.orders.size} orders are left open`);
      assert(account.bought > (ORDERS / 2 - 2) * 100 * 100 * DOLLAR, `only ${account.bought} was bought`);
      assert(checkInvariants(venue).length === 0, checkInvariants(venue).join('; '));
    },
    note: 'with the bar that fills it',
  });
}

/** Of ten commands two cancel; limit orders join, cross or stand behind a market that moves by cents. */
async function measureMix(): Promise<BenchResult> {
  const quotes = movingQuotes(COMMANDS);
  let fills = 0;
  return measure({
    name: 'exchange/mix',
    unit: 'commands',
    work: COMMANDS,
    run: () => {
      const venue = makeExchange('optimistic', 'interactive-brokers-fixed', quotes.time[0] ?? 0);
      const random = mulberry32(7);
      for (let row = 0; row < COMMANDS; row += 1) {
        const time = quotes.time[row] ?? 0;
        venue.advanceTo(time);
        venue.onQuote(quotes, row);
        venue.matchInstant(time);
        const draw = random();
        if (draw < 0.4) {
          venue.cancel(`o-${Math.max(1, row - Math.floor(random() * 200))}`, time);
        } else {
          const side = draw < 0.7 ? 'buy' : 'sell';
          const base = (side === 'buy' ? quotes.bid[row] : quotes.ask[row]) ?? 0;
          venue.submit(orderOf(row + 1, side, 10, base + (Math.floor(random() * 12) - 6) * CENT), time);
        }
        drain(venue, time);
      }
      return venue;
    },
    check: (venue) => {
      const { bought, sold } = venue.book.account('main');
      assert(bought > 0 && sold > 0, 'something was traded');
      assert(fills === 0 || fills === bought + sold, 'every run trades the same');
      fills = bought + sold;
      assert(checkInvariants(venue).length === 0, checkInvariants(venue).join('; '));
    },
    note: 'paper exchange, not the matching engine: a quote per command, order objects, receipts, ledger',
  });
}

function makeExchange(preset: string, feePlan: string, startTime: number): PaperExchange {
  const config = {
    sessionId: 'bench',
    feed: 'sim',
    symbols: ['FLAT'],
    priceScale: RAW_PRICE_SCALE,
    accountId: 'main',
    startingCash: 100_000_000 * DOLLAR,
    preset,
    feePlan,
    seed: 1,
    startTime,
    limits: {},
    strategies: [],
  } as const;
  return new PaperExchange(config, presetOf(preset));
}

/** A market order, or a limit order if `limit` is above 0. */
function orderOf(
  number: number,
  side: 'buy' | 'sell',
  shares: number,
  limit: number,
): Parameters<PaperExchange['submit']>[0] {
  const order: Order = {
    id: `o-${number}`,
    status: 'submitted',
    createdAt: 0,
    updatedAt: 0,
    filledQuantity: 0,
    filledNotional: 0,
    clientOrderId: `bench-${number}`,
    accountId: 'main',
    symbolId: 0,
    side,
    type: limit > 0 ? 'limit' : 'market',
    timeInForce: limit > 0 ? 'gtc' : 'day',
    quantity: shares * SHARE,
    ...(limit > 0 ? { limitPrice: limit } : {}),
    extendedHours: false,
    source: { kind: 'manual', user: 'bench' },
    reason: '',
  };
  // The exchange is measured without the risk checks that make an order an approved one.
  return order as Parameters<PaperExchange['submit']>[0];
}

/** One instant with one bar, as the kernel goes through it. */
function pass(venue: PaperExchange, bars: BarTable, row: number): void {
  const time = bars.time[row] ?? 0;
  venue.advanceTo(time);
  venue.onBar(bars, row);
  venue.matchInstant(time);
  drain(venue, time);
}

function drain(venue: PaperExchange, now: number): void {
  for (let event = venue.takeEvent(now); event !== undefined; event = venue.takeEvent(now)) venue.apply(event);
}

/** Minute bars at 100 dollars that never leave 99 to 101, all within one session, so that no order expires. */
function flatBars(count: number): BarTable {
  const table = createBarTable('1m', count);
  const session = nyse.nextSession(dateOf(2013, 10, 6));
  for (let row = 0; row < count; row += 1) {
    // A session has 390 minutes; steps of 55 milliseconds stand for more, longer than an order is under way.
    const start = session.open + Math.floor((row * 6 * 60 * MINUTE) / count);
    table.start[row] = start;
    table.time[row] = session.open + Math.floor(((row + 1) * 6 * 60 * MINUTE) / count);
    table.open[row] = 100 * RAW_PRICE_SCALE;
    table.high[row] = 101 * RAW_PRICE_SCALE;
    table.low[row] = 99 * RAW_PRICE_SCALE;
    table.close[row] = 100 * RAW_PRICE_SCALE;
    table.volume[row] = 1_000_000;
  }
  table.length = count;
  return table;
}

function movingQuotes(count: number): QuoteTable {
  const table = createQuoteTable(count);
  const random = mulberry32(42);
  const session = nyse.nextSession(dateOf(2013, 10, 6));
  let bid = 100 * RAW_PRICE_SCALE;
  for (let row = 0; row < count; row += 1) {
    bid = Math.max(50 * RAW_PRICE_SCALE, bid + (Math.floor(random() * 3) - 1) * CENT);
    table.time[row] = session.open + SECOND + Math.floor((row * 6 * 60 * MINUTE) / count);
    table.bid[row] = bid;
    table.bidSize[row] = 500;
    table.ask[row] = bid + CENT;
    table.askSize[row] = 500;
  }
  table.length = count;
  return table;
}

/** The 32-bit generator of Tommy Ettinger; enough for prices. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
