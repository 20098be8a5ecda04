/**
 * The trade log and the performance of a live session: the same after a kill at any moment, and the same as those of a
 * backtest, which derives them from the same events after its end.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { AccountAnalysis } from '../../src/analytics/AccountAnalysis.js';
import type { OrderMoment } from '../../src/analytics/BacktestRecorder.js';
import { analysisSteps } from '../../src/analytics/runAnalysis.js';
import type { RunOrders } from '../../src/analytics/runAnalysis.js';
import { FillLog } from '../../src/analytics/FillLog.js';
import { SignalLog } from '../../src/analytics/SignalLog.js';
import { tradeDocument } from '../../src/analytics/tradeDocument.js';
import type { TradeDocument } from '../../src/analytics/tradeDocument.js';
import type { MarketBatch, MarketTable } from '../../src/domain/marketTables.js';
import { mergeTables } from '../../src/domain/mergeTables.js';
import type { Order } from '../../src/domain/order.js';
import { copyRow, createTableLike } from '../../src/domain/tables.js';
import { DOLLAR, SHARE } from '../../src/domain/units.js';
import { readTapeMarket } from '../../src/host/readTape.js';
import { riskDecision } from '../../src/host/RecordedTape.js';
import type { SessionPerformance } from '../../src/host/SessionTrades.js';
import { Strategy } from '../../src/index.js';
import type { Bar, Context } from '../../src/index.js';
import { required } from '../../src/utils/assert.js';
import { runToEnd } from '../../src/utils/runToEnd.js';
import { soakCount } from '../soak.js';
import { at, order, PLAN, strategy } from '../support/sessionPlans.js';
import { SessionRig } from '../support/sessionRig.js';
import type { RigPlan } from '../support/sessionRig.js';
import { randomFrom, type SimulatedDisk } from './simulatedDisk.js';

const DIRECTORY = '/tapes/rig-2026-11-23-0001';

/** Scales in and out, turns its position round, and leaves bids that are canceled or changed until they fill. */
class Turner extends Strategy.with({}) {
  #bars = 0;
  #bid: string | undefined;
  override onBar(bar: Bar, ctx: Context): void {
    this.#bars += 1;
    const cents = Math.floor(bar.close * 100) / 100;
    const step = this.#bars % 8;
    if (step === 1 || step === 2) ctx.order.market(bar.symbol, 'buy', 60, { reason: 'scales in' });
    if (step === 4) ctx.order.market(bar.symbol, 'sell', 50, { reason: 'scales out' });
    if (step === 5) ctx.order.market(bar.symbol, 'sell', 130, { reason: 'turns' });
    if (step === 3 || step === 6) {
      this.#bid = ctx.order.limit(bar.symbol, 'buy', 40, cents - (step === 3 ? 0.4 : 0.5), { reason: 'waits' });
    }
    // For fewer shares it keeps its place, at a better price it takes the market.
    if (step === 5 && this.#bid !== undefined) ctx.order.replace(this.#bid, { shares: 25 });
    if (step === 7 && this.#bid !== undefined) ctx.order.replace(this.#bid, { limit: cents + 0.5 });
    if (step === 0) ctx.exit(bar.symbol, { reason: 'out' });
  }
}

const plan: RigPlan = {
  ...PLAN,
  strategies: [...PLAN.strategies, strategy('turns', 'turner', ['DELF', 'ECHV'])],
  commands: [
    ...PLAN.commands,
    at(17, order('JOLT', 'buy', { orderType: 'limit', limitPrice: 30 * DOLLAR, quantity: 3000 * SHARE })),
    at(28, { type: 'cancelAllOrders', user: 'owner' }),
  ].sort((one, other) => one.time - other.time),
  classes: { turner: Turner },
};

interface Outcome {
  readonly closed: readonly TradeDocument[];
  readonly open: readonly TradeDocument[];
  readonly performance: SessionPerformance;
}

function outcome({ session }: SessionRig): Outcome {
  return {
    closed: session.trades.takeClosed(),
    open: session.trades.open(),
    performance: session.trades.performance(),
  };
}

/** Minutes of the market, of the forty that there are, at which it is killed. */
const random = randomFrom(23);
const KILLED_AT = [13, 29, ...Array.from({ length: soakCount(0, 40) }, () => Math.floor(random() * 40))];

const undisturbed = new SessionRig(plan);
const cuts = new Map<number, SimulatedDisk>();
let expected: Outcome;

beforeAll(() => {
  undisturbed.run({
    afterStep: (step) => {
      if (KILLED_AT.includes(step)) cuts.set(step, undisturbed.disk.copy());
    },
  });
  expected = outcome(undisturbed);
}, 120_000);

/** All rows of a tape in one batch. */
function marketOf(disk: SimulatedDisk): MarketBatch {
  const tables = new Map<string, MarketTable>();
  for (const batch of readTapeMarket(disk, DIRECTORY)) {
    for (const table of batch.tables) {
      const key = `${table.kind} ${table.kind === 'bar' ? table.timeframe : ''}`;
      let whole = tables.get(key);
      if (whole === undefined) tables.set(key, (whole = createTableLike(table, 1024)));
      for (let row = 0; row < table.length; row += 1) copyRow(table, row, whole);
    }
  }
  return mergeTables([...tables.values()]);
}

/** What a backtest would have at its end: final orders, fills, signals, the curve. */
function analysed(rig: SessionRig): AccountAnalysis {
  const { config } = rig.session.header;
  const orders = new Map<string, Order>();
  for (const record of rig.records('order')) orders.set(record.order.id, record.order);
  const fills = new FillLog();
  const triggers: OrderMoment[] = [];
  for (const { event } of rig.records('venue')) {
    if (event.type === 'filled') fills.add(event.fill);
    else if (event.type === 'triggered') triggers.push(event);
  }
  const signals = new SignalLog();
  for (const { signal, decision, orderId } of rig.records('signal')) {
    signals.add(signal, riskDecision(decision), orderId === undefined ? undefined : orders.get(orderId));
  }
  const points = rig.records('equity');
  return runToEnd(
    analysisSteps(
      { symbols: config.symbols, priceScale: config.priceScale, startEquity: config.startingCash },
      {
        market: marketOf(rig.disk),
        orders: ordersOf([...orders.values()]),
        fills,
        signals,
        triggers,
        bookings: [],
        curve: {
          time: Float64Array.from(points, ({ time }) => time),
          equity: Float64Array.from(points, ({ equity }) => equity / DOLLAR),
        },
      },
    ),
  );
}

function ordersOf(orders: readonly Order[]): RunOrders {
  const at = (index: number): Order => required(orders[index], 'an order');
  return {
    length: orders.length,
    at,
    createdAt: (index) => at(index).createdAt,
    updatedAt: (index) => at(index).updatedAt,
    replaces: (index) => at(index).replaces,
  };
}

describe('the trade log of a live session', () => {
  it('holds trades of several kinds', () => {
    expect(expected.closed.length).toBeGreaterThan(8);
    expect(expected.closed.some(({ fills }) => fills.length > 3)).toBe(true);
    expect(expected.closed.some(({ side }) => side === 'short')).toBe(true);
    expect(expected.closed.some(({ signal }) => signal?.outcome === 'allow')).toBe(true);
    const orders = undisturbed.session.trades.orders();
    expect(orders.some(({ status, filledQuantity }) => status === 'canceled' && filledQuantity === 0)).toBe(true);
    expect(orders.some(({ status, quantity }) => status === 'filled' && quantity === 25 * SHARE)).toBe(true);
  });

  it('adds up to what the engine booked', () => {
    const { tracker } = undisturbed.session.composed.kernel;
    const dollars = (trades: readonly TradeDocument[]): number => trades.reduce((sum, { pnl }) => sum + Number(pnl), 0);
    const booked = tracker.roundTrips.toArray().reduce((sum, { pnl }) => sum + pnl, 0) / DOLLAR;
    expect(dollars(expected.closed) + dollars(expected.open)).toBeCloseTo(booked, 6);
  });

  it('is that of a backtest over the same events', () => {
    const analysis = analysed(undisturbed);
    const { config } = undisturbed.session.header;
    const trades = analysis.log.trades.map((trade) => tradeDocument(trade, config));
    expect(trades.filter(({ state }) => state === 'closed')).toEqual(expected.closed);
    expect(trades.filter(({ state }) => state === 'open').reverse()).toEqual(expected.open);
    expect({ ...analysis.performance.figures }).toEqual(expected.performance.figures);
    expect(analysis.performance.groups('owner')).toEqual(expected.performance.byStrategy);
    expect(analysis.log.orders).toEqual(undisturbed.session.trades.orders());
  });

  it.each(KILLED_AT)('is the same after a kill in minute %d', (minute) => {
    const disk = cuts.get(minute);
    expect(disk).toBeDefined();
    expect(outcome(new SessionRig(plan, disk).run())).toEqual(expected);
  });
});
