/** Trades from fills, and what they cost, on markets small enough to reckon by hand; and what must hold of any. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fill } from '../domain/fill.js';
import type { Order } from '../domain/order.js';
import { createBarTable } from '../domain/tables.js';
import { MINUTE, SECOND } from '../domain/timeframe.js';
import { DOLLAR, SHARE } from '../domain/units.js';
import { PositionTracker } from '../engine/PositionTracker.js';
import { valueOf } from './figure.js';
import { TradeLogger } from './TradeLogger.js';
import type { TradeResult } from './TradeBook.js';
import type { TradeRecord } from './TradeRecord.js';
import { at, endedOrder, fillOf, orderOf, quotes } from './tradeLogKit.js';

const newLog = (onClosed: (trade: TradeResult) => void = () => undefined): TradeLogger =>
  new TradeLogger({ symbolCount: 1, priceScale: DOLLAR, onClosed });

/** A whole order: decided, filled in one piece at the same second, ended. */
function trade(log: TradeLogger, order: Order, price: number, seconds: number, fee = 0): Fill {
  const shares = order.quantity / SHARE;
  const fill = fillOf(`f-${order.id}`, order, shares, price, seconds, { fee });
  log.noteOrder(order);
  log.noteFill(fill);
  log.noteOrder(endedOrder(order, 'filled', seconds, shares));
  return fill;
}

describe('a log that forgets', () => {
  it('says the same of a trade as one that keeps its orders', () => {
    const sides = [true, false].map((forgets) => {
      const log = new TradeLogger({ symbolCount: 1, priceScale: DOLLAR, forgets });
      log.observe(quotes([[0, 99.3, 100.1]]));
      const resting = orderOf('r', 'buy', 300, 1);
      log.noteOrder(resting);
      log.noteFill(fillOf('f-r', resting, 100, 100.07, 1, { fee: 1 }));
      for (let i = 0; i < 20; i += 1) {
        trade(log, orderOf(`b${i}`, 'buy', 70 + i, 2 + i), 100.03 + i / 100, 2 + i, 0.35);
        trade(log, orderOf(`s${i}`, 'sell', 60 + i, 2 + i), 100.09 + i / 300, 2 + i, 0.35);
      }
      log.noteOrder(endedOrder(resting, 'canceled', 30, 100));
      const [open] = log.trades;
      // Beyond flat: the order belongs to the trade that it filled first.
      trade(log, orderOf('x', 'sell', 400, 40), 101.13, 40, 1.1);
      trade(log, orderOf('y', 'sell', 50, 41), 101.17, 41, 1.1);
      return { log, told: [open, ...log.trades] };
    });
    const [forgetful, whole] = sides;
    expect(forgetful?.log.held.orders).toBe(1);
    expect(whole?.log.held.orders).toBe(43);
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value, rounded));
    expect(plain(forgetful?.told)).toEqual(plain(whole?.told));
    expect(forgetful?.told.length).toBe(3);
  });
});

/** Sums of many figures, in whichever order they were added. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(12)) : value;
}

describe('trades from fills', () => {
  it('scaling in and out is one trade, by FIFO, with averages over all of it', () => {
    const log = newLog();
    log.observe(quotes([[0, 99, 101]]));
    trade(log, orderOf('a', 'buy', 100, 1), 100, 1, 1);
    trade(log, orderOf('b', 'buy', 100, 2), 102, 2, 1);
    trade(log, orderOf('c', 'sell', 150, 3), 104, 3, 1.5);
    expect(log.trades[0]).toMatchObject({ state: 'open', openQuantity: 50 * SHARE });
    trade(log, orderOf('d', 'sell', 50, 4), 101, 4, 0.5);
    const [only, ...others] = log.trades;
    expect(others).toEqual([]);
    // 100 × 4 + 50 × 2 + 50 × −1 = 450, fees 4.
    expect(only).toMatchObject({
      id: 't-1',
      owner: 'alpha',
      side: 'buy',
      state: 'closed',
      quantity: 200 * SHARE,
      openQuantity: 0,
      entryPrice: 101 * DOLLAR,
      exitPrice: 103.25 * DOLLAR,
      pnl: 446 * DOLLAR,
      fees: 4 * DOLLAR,
      entryReason: 'buy 100',
      exitReason: 'sell 50',
      session: 'regular',
    });
    expect(only?.roundTrips.map(({ quantity, pnl }) => [quantity / SHARE, pnl / DOLLAR])).toEqual([
      [100, 398],
      [50, 99],
      [50, -51],
    ]);
    expect(valueOf(only?.returnFraction ?? { unsupported: '' })).toBeCloseTo(446 / 20_200, 12);
  });

  it('a fill that crosses zero ends one trade and begins the next, its fees split', () => {
    const closed: string[] = [];
    const log = newLog(({ id }) => closed.push(id));
    log.observe(quotes([[0, 99, 101]]));
    trade(log, orderOf('a', 'buy', 100, 1), 100, 1);
    trade(log, orderOf('b', 'sell', 300, 2), 103, 2, 3);
    expect(closed).toEqual(['t-1']);
    const [long, short] = log.trades;
    expect(long).toMatchObject({ side: 'buy', state: 'closed', pnl: 299 * DOLLAR, fees: DOLLAR });
    expect(short).toMatchObject({ side: 'sell', state: 'open', quantity: 200 * SHARE, entryPrice: 103 * DOLLAR });
    expect(short?.fills).toMatchObject([{ role: 'entry', quantity: 200 * SHARE, fees: 2 * DOLLAR }]);
    // What the order cost is counted once, with the trade that it filled first.
    expect(valueOf(long?.shortfall.total ?? { unsupported: '' })).not.toBe(0);
    expect(short?.shortfall.total).toEqual({ value: 0 });
  });

  it('owners are kept apart, and positions of a session before go on', () => {
    const lots = [
      {
        quantity: 50 * SHARE,
        cost: 4_900 * DOLLAR,
        fees: DOLLAR,
        price: 98 * DOLLAR,
        time: at(-3600),
        fillId: 'f-0',
        reason: 'dip',
      },
    ];
    const books = [{ owner: 'alpha', symbolId: 0, mark: 99 * DOLLAR, lots }];
    const log = new TradeLogger({ symbolCount: 1, priceScale: DOLLAR, carried: { cash: 0, books } });
    log.observe(quotes([[0, 99, 101]]));
    trade(log, orderOf('m', 'sell', 10, 1, { source: { kind: 'manual', user: 'ann' } }), 100, 1);
    trade(log, orderOf('a', 'sell', 50, 2), 100, 2);
    const [carried, manual] = log.trades;
    expect(carried).toMatchObject({
      owner: 'alpha',
      carried: true,
      state: 'closed',
      pnl: 99 * DOLLAR,
      entryReason: 'dip',
    });
    expect(manual).toMatchObject({ owner: 'manual', side: 'sell', state: 'open' });
  });

  it('says of a position from an earlier session that what it went through there is not known', () => {
    const lot = { quantity: 100 * SHARE, cost: 9_900 * DOLLAR, fees: 2 * DOLLAR, price: 99 * DOLLAR };
    const lots = [{ ...lot, time: at(-1000), fillId: 'f-0', reason: 'dip' }];
    const books = [{ owner: 'alpha', symbolId: 0, mark: 99 * DOLLAR, lots }];
    const log = new TradeLogger({ symbolCount: 1, priceScale: DOLLAR, carried: { cash: 0, books } });
    log.observe(quotes([[0, 100, 102]]));
    log.settle(at(1));
    const unknown = { unsupported: 'it was entered in an earlier session, whose log has this' };
    // 100 shares at 101, less what was paid for them and the fees of that.
    expect(log.trades[0]).toMatchObject({ state: 'open', openResult: { value: 198 } });
    trade(log, orderOf('a', 'sell', 100, 2, { source: { kind: 'strategy', instanceId: 'alpha' } }), 100, 2);
    const [carried] = log.trades;
    expect(carried).toMatchObject({ state: 'closed', pnl: 98 * DOLLAR, fees: 2 * DOLLAR });
    expect(carried?.excursion).toEqual({ maxAdverse: unknown, maxFavourable: unknown });
    expect(carried?.shortfall).toEqual({
      delay: unknown,
      execution: unknown,
      fees: 2,
      opportunity: unknown,
      total: unknown,
    });
    expect(carried?.rMultiple).toEqual({ unsupported: 'it was entered in an earlier session, whose log has this' });
  });

  it('the result in multiples of what the stop risked', () => {
    const log = newLog();
    log.observe(quotes([[0, 99, 101]]));
    const entry = orderOf('a', 'buy', 100, 1, { orderClass: 'bracket' });
    log.noteOrder(entry);
    log.noteOrder(
      orderOf('a.s', 'sell', 100, 1, { parentId: 'a', role: 'stopLoss', type: 'stop', stopPrice: 98 * DOLLAR }),
    );
    log.noteFill(fillOf('f-1', entry, 100, 100, 1));
    trade(log, orderOf('b', 'sell', 100, 5), 103, 5);
    expect(log.trades[0]).toMatchObject({ initialRisk: { value: 200 }, rMultiple: { value: 1.5 } });
    trade(log, orderOf('c', 'buy', 10, 6), 100, 6);
    trade(log, orderOf('d', 'sell', 10, 7), 101, 7);
    expect(log.trades[1]?.rMultiple).toEqual({ unsupported: 'it was entered without a stop' });
  });

  it('a leg of an entry ends a trade by what the leg is for', () => {
    const log = newLog();
    log.observe(quotes([[0, 99, 101]]));
    trade(log, orderOf('a', 'buy', 100, 1, { orderClass: 'bracket' }), 100, 1);
    const leg = {
      parentId: 'a',
      role: 'stopLoss',
      orderClass: 'bracket',
      type: 'stop',
      stopPrice: 98 * DOLLAR,
    } as const;
    trade(log, orderOf('a.s', 'sell', 100, 1, leg), 98, 5);
    expect(log.trades[0]).toMatchObject({ entryReason: 'buy 100', exitReason: 'stop loss' });
  });

  it('keeps the signal and the answer of the risk checks', () => {
    const log = newLog();
    log.observe(quotes([[0, 99, 101]]));
    const order = orderOf('a', 'buy', 60, 1);
    log.noteOrder(order);
    log.noteSignal(
      {
        id: 's-7',
        instanceId: 'alpha',
        symbolId: 0,
        time: at(1),
        intent: 'enterLong',
        orderType: 'market',
        timeInForce: 'day',
        reason: 'gap up',
      },
      { outcome: 'shrink', reason: undefined, requestedQuantity: 100 * SHARE, quantity: 60 * SHARE },
      'a',
    );
    log.noteFill(fillOf('f-1', order, 60, 101, 1));
    expect(log.trades[0]?.signal).toMatchObject({
      id: 's-7',
      reason: 'gap up',
      decision: { outcome: 'shrink', requestedQuantity: 100 * SHARE, quantity: 60 * SHARE },
    });
  });

  it('results add up to those of the engine, whatever is traded', () => {
    const deals = fc.array(
      fc.record({
        buy: fc.boolean(),
        shares: fc.integer({ min: 1, max: 400 }),
        cents: fc.integer({ min: 5_000, max: 15_000 }),
        fee: fc.integer({ min: 0, max: 300 }),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(deals, (list) => {
        const log = newLog();
        const engine = new PositionTracker(1, DOLLAR, 0, 'lastPrice');
        list.forEach(({ buy, shares, cents, fee }, index) => {
          const order = orderOf(`o-${index}`, buy ? 'buy' : 'sell', shares, index);
          engine.applyFill(trade(log, order, cents / 100, index, fee / 100), order);
        });
        const { trades } = log;
        const wanted = engine.roundTrips.toArray().reduce((sum, { pnl }) => sum + pnl, 0);
        expect(trades.reduce((sum, { pnl }) => sum + pnl, 0)).toBe(wanted);
        for (const { state, openQuantity, fills, quantity } of trades) {
          expect(openQuantity === 0).toBe(state === 'closed');
          const entered = fills.filter(({ role }) => role === 'entry').reduce((sum, fill) => sum + fill.quantity, 0);
          expect(entered).toBe(quantity);
        }
        const open = trades.filter(({ state }) => state === 'open');
        expect(open.length).toBe(engine.quantityOf('alpha', 0) === 0 ? 0 : 1);
      }),
    );
  });
});

describe('what trading cost', () => {
  it('spreads and markouts are measured from the middle', () => {
    const log = newLog();
    const order = orderOf('a', 'buy', 100, 10);
    log.observe(
      quotes([
        [0, 99.98, 100.02],
        [10.05, 100.0, 100.04],
        [10.08, 100.01, 100.05],
        [11, 100.03, 100.07],
      ]),
    );
    log.noteOrder(order);
    log.noteArrival('a', at(10.05));
    log.noteFill(fillOf('f-1', order, 100, 100.05, 10.1));
    log.noteOrder(endedOrder(order, 'filled', 10.1, 100));
    log.settle(at(12));
    log.observe(
      quotes([
        [20, 99.98, 100.02],
        [70, 100.08, 100.12],
        [400, 100.2, 100.24],
      ]),
    );
    log.settle(at(400));
    const costs = log.trades[0]?.fills[0]?.costs;
    expect(costs?.decision).toEqual({ time: at(10), from: 'mid', price: { value: 100 } });
    expect(costs?.arrival.price).toEqual({ value: 100.02 });
    expect(costs?.fill.price).toEqual({ value: 100.03 });
    expect(valueOf(costs?.effectiveSpread ?? { unsupported: '' })).toBeCloseTo(0.04, 9);
    // At 11.1, 20.1, 70.1 and 310.1 seconds.
    const markouts = costs?.markouts.map(({ horizon, perShare }) => [horizon / SECOND, valueOf(perShare)]);
    expect(markouts?.map(([seconds]) => seconds)).toEqual([1, 10, 60, 300]);
    [0, -0.05, 0.05, 0.05].forEach((wanted, index) => expect(markouts?.[index]?.[1]).toBeCloseTo(wanted, 9));
    // 2 × (100.05 − 100.10): the other side lost.
    expect(valueOf(costs?.realisedSpread ?? { unsupported: '' })).toBeCloseTo(-0.1, 9);
    expect(valueOf(costs?.priceImpact ?? { unsupported: '' })).toBeCloseTo(0.14, 9);
  });

  it('a realised spread takes a middle at its horizon (Rule 605), where a markout takes the last price', () => {
    const log = newLog();
    const order = orderOf('a', 'buy', 100, 1);
    const table = createBarTable('1m', 1);
    table.time[0] = at(120);
    table.open[0] = table.close[0] = table.high[0] = table.low[0] = 103 * DOLLAR;
    table.length = 1;
    log.observe(quotes([[0, 99.98, 100.02]]));
    trade(log, order, 100.02, 1);
    log.observe({ tables: [table], order: null, length: 1 });
    // Bids above asks have no middle.
    log.observe(quotes([[200, 104, 103]]));
    log.settle(at(400));
    const costs = log.trades[0]?.fills[0]?.costs;
    expect(valueOf(costs?.effectiveSpread ?? { unsupported: '' })).toBeCloseTo(0.04, 9);
    expect(valueOf(costs?.markouts[3]?.perShare ?? { unsupported: '' })).toBeCloseTo(2.98, 9);
    expect(costs?.realisedSpread).toEqual({ unsupported: 'there was no two-sided quote' });
    expect(costs?.priceImpact).toEqual({ unsupported: 'there was no two-sided quote' });
  });

  it('the shortfall counts delay, execution, fees and what did not fill', () => {
    const log = newLog();
    const order = orderOf('a', 'sell', 100, 10, { type: 'limit', limitPrice: 99.9 * DOLLAR });
    log.observe(
      quotes([
        [0, 99.98, 100.02],
        [10.5, 99.93, 99.97],
        [30, 99.48, 99.52],
      ]),
    );
    log.noteOrder(order);
    log.noteArrival('a', at(10.5));
    log.noteFill(fillOf('f-1', order, 60, 99.93, 10.6, { fee: 0.6 }));
    log.noteOrder(endedOrder(order, 'canceled', 30, 60));
    const { shortfall } = log.orders[0] ?? {};
    expect(valueOf(shortfall?.delay ?? { unsupported: '' })).toBeCloseTo(60 * 0.05, 9);
    expect(valueOf(shortfall?.execution ?? { unsupported: '' })).toBeCloseTo(60 * 0.02, 9);
    expect(shortfall?.fees).toBeCloseTo(0.6, 9);
    expect(valueOf(shortfall?.opportunity ?? { unsupported: '' })).toBeCloseTo(40 * 0.5, 9);
    expect(valueOf(shortfall?.total ?? { unsupported: '' })).toBeCloseTo(3 + 1.2 + 0.6 + 20, 9);
  });

  it('an order without any fill missed all of it, and a leg that was canceled missed nothing', () => {
    const log = newLog();
    log.observe(
      quotes([
        [0, 99, 101],
        [20, 104, 106],
      ]),
    );
    const missed = orderOf('a', 'buy', 10, 1, { type: 'limit', limitPrice: 98 * DOLLAR });
    const leg = orderOf('b', 'sell', 10, 1, {
      type: 'limit',
      limitPrice: 120 * DOLLAR,
      parentId: 'x',
      role: 'takeProfit',
    });
    for (const order of [missed, leg]) {
      log.noteOrder(order);
      log.noteOrder(endedOrder(order, 'canceled', 20, 0));
    }
    const [first, second] = log.orders;
    expect(first?.shortfall.total).toEqual({ value: 50 });
    expect(second?.shortfall.total).toEqual({ value: 0 });
  });

  it('an order that took the place of another one goes on from the decision of the first (Perold 1988)', () => {
    const log = newLog();
    log.observe(
      quotes([
        [0, 99.99, 100.01],
        [20, 100.49, 100.51],
        [30, 100.99, 101.01],
        [40, 101.49, 101.51],
      ]),
    );
    const limit = (id: string, seconds: number, dollars: number, more: Partial<Order> = {}): Order =>
      orderOf(id, 'buy', 100, seconds, { type: 'limit', limitPrice: dollars * DOLLAR, ...more });
    const first = limit('a', 10, 100);
    const second = limit('b', 20, 100.5, { replaces: 'a' });
    const third = limit('c', 30, 101.01, { replaces: 'b' });
    const refused = limit('d', 31, 101, { replaces: 'c' });
    log.noteOrder(first);
    log.noteOrder(second);
    log.noteOrder(endedOrder(first, 'replaced', 20, 0));
    log.noteOrder(third);
    log.noteOrder(endedOrder(second, 'replaced', 30, 0));
    log.noteArrival('c', at(30));
    log.noteFill(fillOf('f-1', third, 60, 101.01, 30));
    log.noteOrder(refused);
    log.noteOrder(endedOrder(refused, 'rejected', 32, 0));
    log.noteOrder(endedOrder(third, 'canceled', 40, 60));
    // The middle was 100 when it was decided: 60 × 1.00 + 60 × 0.01, and 40 × 1.50 of what did not fill.
    const { shortfall } = log.orders[2] ?? {};
    expect(valueOf(shortfall?.delay ?? { unsupported: '' })).toBeCloseTo(60, 9);
    expect(valueOf(shortfall?.execution ?? { unsupported: '' })).toBeCloseTo(0.6, 9);
    expect(valueOf(shortfall?.opportunity ?? { unsupported: '' })).toBeCloseTo(60, 9);
    // What was replaced missed nothing, nor did what was not let take its place: the other one went on.
    for (const other of [0, 1, 3]) expect(log.orders[other]?.shortfall.total).toEqual({ value: 0 });
    expect(log.trades[0]?.fills[0]?.costs.decision).toMatchObject({ time: at(10), price: { value: 100 } });
  });

  it('a stop whose price was never reached missed nothing, one that was elected counts from then', () => {
    const log = newLog();
    log.observe(
      quotes([
        [0, 99, 101],
        [50, 94.9, 95.1],
        [60, 89, 91],
      ]),
    );
    const terms = { type: 'stop_limit', stopPrice: 95 * DOLLAR, limitPrice: 95 * DOLLAR } as const;
    const [waited, elected] = ['a', 'b'].map((id) => orderOf(id, 'sell', 10, 1, terms));
    for (const order of [waited, elected]) {
      if (order === undefined) continue;
      log.noteOrder(order);
      if (order === elected) log.noteTrigger('b', at(50));
      log.noteOrder(endedOrder(order, 'canceled', 60, 0));
    }
    expect(log.orders.map(({ shortfall }) => shortfall.opportunity)).toEqual([{ value: 0 }, { value: 50 }]);
  });

  it('a trigger that was never touched missed nothing either', () => {
    const log = newLog();
    log.observe(
      quotes([
        [0, 99, 101],
        [50, 94.9, 95.1],
        [60, 89, 91],
      ]),
    );
    const terms = { type: 'limit_if_touched', stopPrice: 95 * DOLLAR, limitPrice: 96 * DOLLAR } as const;
    const [waited, touched] = [orderOf('a', 'buy', 10, 1, terms), orderOf('b', 'sell', 10, 1, terms)];
    log.noteOrder(waited);
    log.noteOrder(touched);
    log.noteTrigger('b', at(50));
    for (const order of [waited, touched]) log.noteOrder(endedOrder(order, 'canceled', 60, 0));
    expect(log.orders.map(({ shortfall }) => shortfall.opportunity)).toEqual([{ value: 0 }, { value: 50 }]);
  });

  it.each(['before', 'after'])('an order goes on from a decision that is told %s the end of the first', (when) => {
    const log = new TradeLogger({ symbolCount: 1, priceScale: DOLLAR, forgets: true });
    log.observe(
      quotes([
        [0, 99.99, 100.01],
        [20, 100.49, 100.51],
      ]),
    );
    const limit = { type: 'limit', limitPrice: 100 * DOLLAR } as const;
    const first = orderOf('a', 'buy', 100, 10, limit);
    const next = orderOf('b', 'buy', 100, 20, { ...limit, limitPrice: 101 * DOLLAR, replaces: 'a' });
    const replaced = { ...endedOrder(first, 'replaced', 20, 0), replacedBy: 'b' };
    log.noteOrder(first);
    for (const order of when === 'before' ? [next, replaced] : [replaced, next]) log.noteOrder(order);
    log.noteFill(fillOf('f-1', next, 100, 100.51, 20));
    expect(log.trades[0]?.fills[0]?.costs.decision).toMatchObject({ time: at(10), price: { value: 100 } });
    expect(log.held.orders).toBe(1);
  });

  it('an order that took the place of an elected stop is elected too, one that kept its place has its arrival', () => {
    const log = newLog();
    log.observe(quotes([[0, 99, 101]]));
    const terms = { type: 'stop_limit', stopPrice: 95 * DOLLAR, limitPrice: 95 * DOLLAR } as const;
    const first = orderOf('a', 'sell', 10, 1, terms);
    const next = orderOf('b', 'sell', 5, 60, { ...terms, replaces: 'a' });
    const other = orderOf('c', 'sell', 10, 1, { type: 'limit', limitPrice: 99 * DOLLAR });
    const smaller = orderOf('d', 'sell', 5, 60, { type: 'limit', limitPrice: 99 * DOLLAR, replaces: 'c' });
    log.noteOrder(first);
    log.noteOrder(other);
    log.observe(quotes([[2, 97, 99]]));
    log.noteArrival('c', at(2));
    log.observe(quotes([[50, 94.9, 95.1]]));
    log.noteTrigger('a', at(50));
    log.noteOrder(next);
    log.noteOrder(smaller);
    log.noteOrder({ ...endedOrder(first, 'replaced', 60, 0), replacedBy: 'b' });
    log.noteOrder({ ...endedOrder(other, 'replaced', 60, 0), replacedBy: 'd' });
    log.settle(at(90));
    // More rows than a trail has room for: what was long ago is forgotten.
    log.observe(quotes(Array.from({ length: 100 }, (_, row) => [100 + row, 93, 95] as const)));
    log.settle(at(300));
    log.noteFill(fillOf('f-1', next, 1, 95, 300, { receipt: { triggerTime: at(50), triggerPrice: 95 * DOLLAR } }));
    log.noteFill(fillOf('f-2', smaller, 1, 99, 300, { receipt: { arrivedAt: at(2) } }));
    log.noteOrder(endedOrder(next, 'canceled', 300, 1));
    const [ofStop, ofLimit] = log.trades[0]?.fills ?? [];
    expect(ofStop?.costs.decision).toMatchObject({ time: at(50), price: { value: 95 } });
    expect(ofLimit?.costs.arrival).toMatchObject({ time: at(2), price: { value: 98 } });
    // Four shares from 95 to 94.
    expect(log.orders[2]?.shortfall.opportunity).toEqual({ value: 4 });
  });

  it('a stop is measured from when it was elected, not from when it was given', () => {
    const log = newLog();
    const stop = orderOf('a', 'sell', 10, 1, { type: 'stop', stopPrice: 95 * DOLLAR });
    log.observe(
      quotes([
        [0, 99, 101],
        [50, 94.9, 95.1],
        [50.2, 94.7, 94.9],
      ]),
    );
    log.noteOrder(stop);
    log.noteFill(fillOf('f-1', stop, 10, 94.7, 50.2, { receipt: { triggerTime: at(50), triggerPrice: 95 * DOLLAR } }));
    const costs = log.trades[0]?.fills[0]?.costs;
    expect(costs?.decision).toMatchObject({ time: at(50), price: { value: 95 } });
    expect(valueOf(log.orders[0]?.shortfall.execution ?? { unsupported: '' })).toBeCloseTo(3, 9);
  });

  it('a stop that fills long after it was elected is measured from then all the same', () => {
    const log = newLog();
    const stop = orderOf('a', 'sell', 10, 1, { type: 'stop_limit', stopPrice: 95 * DOLLAR, limitPrice: 95 * DOLLAR });
    log.observe(quotes([[0, 99, 101]]));
    log.noteOrder(stop);
    log.observe(quotes([[50, 94.9, 95.1]]));
    log.noteTrigger('a', at(50));
    log.settle(at(50));
    log.observe(quotes([[3000, 95, 95.2]]));
    log.settle(at(2999));
    log.noteFill(fillOf('f-1', stop, 10, 95, 3000, { receipt: { triggerTime: at(50), triggerPrice: 95 * DOLLAR } }));
    expect(log.trades[0]?.fills[0]?.costs.decision).toMatchObject({ time: at(50), price: { value: 95 } });
  });

  it('says what the data cannot tell', () => {
    const log = newLog();
    const order = orderOf('a', 'buy', 10, 60);
    const table = createBarTable('1m', 2);
    [100, 102].forEach((close, row) => {
      table.time[row] = at(60 * (row + 1));
      table.open[row] = table.close[row] = table.high[row] = table.low[row] = close * DOLLAR;
      table.length = row + 1;
    });
    log.observe({ tables: [table], order: null, length: 2 });
    log.noteOrder(order);
    log.noteFill(fillOf('f-1', order, 10, 100.5, 61));
    log.settle(at(121));
    const costs = log.trades[0]?.fills[0]?.costs;
    expect(costs?.decision).toEqual({ time: at(60), from: 'last', price: { value: 100 } });
    expect(costs?.effectiveSpread).toEqual({ unsupported: 'there was no quote at the fill' });
    expect(costs?.markouts.map(({ perShare }) => perShare)).toEqual([
      { unsupported: 'no price was seen in that time' },
      { unsupported: 'no price was seen in that time' },
      { value: 1.5 },
      { unsupported: 'the time has not come yet' },
    ]);
    log.finish(at(200));
    expect(log.trades[0]?.fills[0]?.costs.markouts[3]?.perShare).toEqual({ unsupported: 'the data end before' });
  });
});

describe('excursions', () => {
  it('are the worst and best open result of all prices between the fills, what was closed included', () => {
    const log = newLog();
    log.observe(
      quotes([
        [0, 99, 101],
        [5, 95, 97],
        [6, 103, 105],
        [9, 104, 106],
        [10, 110, 112],
        [20, 80, 82],
      ]),
    );
    trade(log, orderOf('a', 'buy', 100, 1), 101, 1);
    trade(log, orderOf('b', 'sell', 50, 8), 104, 8);
    trade(log, orderOf('c', 'sell', 50, 12), 110, 12);
    const { excursion } = log.trades[0] ?? {};
    // 100 × (96 − 101); 50 × 3 + 50 × (111 − 101).
    expect(excursion).toEqual({ maxAdverse: { value: -500 }, maxFavourable: { value: 650 } });
  });

  it('see the quote that an entry met, whether or not it is sent again', () => {
    const found = [false, true].map((isSentAgain) => {
      const log = newLog();
      const again = isSentAgain ? ([[2, 99.98, 100.06]] as const) : [];
      log.observe(quotes([[0, 99.98, 100.06], ...again, [3, 99.9, 99.98]]));
      // Bought at a bid of which the middle was 4 cents above.
      trade(log, orderOf('a', 'buy', 100, 1), 99.98, 1);
      trade(log, orderOf('b', 'sell', 100, 4), 99.9, 4);
      const { maxAdverse, maxFavourable } = log.trades[0]?.excursion ?? {};
      return [maxAdverse, maxFavourable].map((one) => valueOf(one ?? { unsupported: '' }));
    });
    for (const [adverse, favourable] of found) {
      expect(adverse).toBeCloseTo(-8, 9);
      expect(favourable).toBeCloseTo(4, 9);
    }
  });

  const bars = (log: TradeLogger): void => {
    const table = createBarTable('1m', 3);
    [
      [100, 101, 99, 100],
      [100, 108, 94, 103],
      [103, 109, 97, 104],
    ].forEach(([open = 0, high = 0, low = 0, close = 0], row) => {
      table.start[row] = at(60 * row);
      table.time[row] = at(60 * (row + 1));
      table.open[row] = open * DOLLAR;
      table.high[row] = high * DOLLAR;
      table.low[row] = low * DOLLAR;
      table.close[row] = close * DOLLAR;
      table.length = row + 1;
    });
    log.observe({ tables: [table], order: null, length: 3 });
  };
  const onBar = (rule: string, high: number, low: number) =>
    ({ basis: 'tradeBar', rule, high: high * DOLLAR, low: low * DOLLAR }) as const;

  it.each([
    // Entry at the open of the second bar: all of it counts. Exit at the open of the third: none of that.
    ['bar-open', 'bar-open', -600, 800],
    // Entry inside the second bar: its adverse extreme alone (M9).
    ['limit-reached', 'bar-open', -600, 300],
    // Entry at the close of the second bar: nothing of it; exit at the close of the third: all of that.
    ['bar-close', 'bar-close', -300, 900],
    // Exit inside the third bar: nothing of that but its own price.
    ['bar-close', 'limit-reached', 0, 300],
  ])('of bars: entered by %s, left by %s', (entryRule, exitRule, adverse, favourable) => {
    const log = newLog();
    bars(log);
    const entry = orderOf('a', 'buy', 100, 60);
    const exit = orderOf('b', 'sell', 100, 120);
    log.noteOrder(entry);
    log.noteFill(fillOf('f-1', entry, 100, 100, 120, { receipt: onBar(entryRule, 108, 94) }));
    log.noteOrder(exit);
    log.noteFill(fillOf('f-2', exit, 100, 103, 180, { receipt: onBar(exitRule, 109, 97) }));
    expect(log.trades[0]?.excursion).toEqual({ maxAdverse: { value: adverse }, maxFavourable: { value: favourable } });
  });
});

describe('the session of a trade', () => {
  it.each([
    ['09:30, on a quote', -1800, 'nbbo', 'market', 'regular'],
    ['09:30, on the bar that ended then', -1800, 'tradeBar', 'bar-open', 'premarket'],
    ['16:00, on the bar that ended then', 21_600, 'tradeBar', 'bar-open', 'regular'],
    ['16:00, in the closing auction', 21_600, 'auction', 'session-close', 'regular'],
    ['16:00, on a quote', 21_600, 'nbbo', 'market', 'afterHours'],
  ] as const)('entered at %s', (_, seconds, basis, rule, session) => {
    const log = newLog();
    const order = orderOf('a', 'buy', 100, seconds - 60);
    log.noteOrder(order);
    log.noteFill(fillOf('f-1', order, 100, 100, seconds, { receipt: { basis, rule } }));
    expect(log.trades[0]?.session).toBe(session);
  });
});

describe('the log does not depend on how its events come', () => {
  const steps = fc.array(
    fc.record({
      millis: fc.integer({ min: 1, max: 4_000 }),
      cents: fc.integer({ min: -15, max: 15 }),
      deal: fc.option(
        fc.record({ buy: fc.boolean(), shares: fc.integer({ min: 1, max: 50 }), late: fc.integer({ min: 0, max: 9 }) }),
        { nil: undefined },
      ),
    }),
    { minLength: 1, maxLength: 150 },
  );

  it('in batches of any size, told at once or late', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 40 }), (list, size) => {
        const rows: [number, number, number][] = [];
        const told: { readonly due: number; readonly tell: (log: TradeLogger) => void }[] = [];
        let seconds = 0;
        let mid = 100;
        list.forEach(({ millis, cents, deal }, index) => {
          seconds += millis / 1000;
          mid = Math.max(50, mid + cents / 100);
          rows.push([seconds, mid - 0.01, mid + 0.01]);
          if (deal === undefined) return;
          const order = orderOf(`o-${index}`, deal.buy ? 'buy' : 'sell', deal.shares, seconds);
          const fill = fillOf(`f-${index}`, order, deal.shares, mid + (deal.buy ? 0.01 : -0.01), seconds);
          told.push({
            due: seconds + deal.late,
            tell: (log) => {
              log.noteOrder(order);
              log.noteFill(fill);
              log.noteOrder(endedOrder(order, 'filled', seconds, deal.shares));
            },
          });
        });
        const run = (batch: number, isLate: boolean): readonly TradeRecord[] => {
          const log = newLog();
          let next = 0;
          for (let from = 0; from < rows.length; from += batch) {
            const part = rows.slice(from, from + batch);
            log.observe(quotes(part));
            const last = part.at(-1)?.[0] ?? 0;
            // In the order of the fills, each at its own time or once its report is due.
            const due = (entry: (typeof told)[number]): number => (isLate ? entry.due : entry.due - 9);
            for (let entry = told[next]; entry !== undefined && due(entry) <= last; entry = told[next]) {
              entry.tell(log);
              next += 1;
            }
            log.settle(at(last));
          }
          for (const { tell } of told.slice(next)) tell(log);
          log.finish(at(seconds));
          return log.trades;
        };
        const whole = run(rows.length, false);
        expect(run(size, true)).toEqual(whole);
        expect(run(1, true)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('a settled trade is the same object ever after', () => {
    const log = newLog();
    log.observe(quotes([[0, 99, 101]]));
    trade(log, orderOf('a', 'buy', 1, 1), 101, 1);
    trade(log, orderOf('b', 'sell', 1, 2), 99, 2);
    expect(log.isSettled(0)).toBe(false);
    log.settle(at(2) + 5 * MINUTE);
    expect(log.isSettled(0)).toBe(true);
    expect(log.trade(0)).toBe(log.trade(0));
  });
});
