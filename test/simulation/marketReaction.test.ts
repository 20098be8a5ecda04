/**
 * A session on a market that reacts: its orders stand in the agents' queues and are hit there, what they take is gone,
 * prices move, and all of it comes again after a cut at any step (K1, K3).
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Fill } from '../../src/domain/fill.js';
import type { MarketBatch } from '../../src/domain/marketTables.js';
import { BookAction } from '../../src/domain/marketTables.js';
import { columnNames, columnOf } from '../../src/domain/tables.js';
import { MINUTE, SECOND } from '../../src/domain/timeframe.js';
import { SHARE } from '../../src/domain/units.js';
import { readTapeMarket } from '../../src/host/readTape.js';
import { RIG_START, SessionRig, type RigPlan, type TimedCommand } from '../support/sessionRig.js';
import { randomFrom, type SimulatedDisk } from './simulatedDisk.js';

const DIRECTORY = '/tapes/rig-2026-11-23-0001';
const OPEN = RIG_START + 10 * MINUTE;
/** The symbols' ids in the order of the universe. */
const [AURX, RUSK] = [1, 18];
/** Echovale, Joltworks, Vega. */
const JOINED = [5, 10, 22];

function order(
  minute: number,
  terms: Partial<Extract<TimedCommand['command'], { type: 'submitOrder' }>>,
): TimedCommand {
  return {
    time: OPEN + minute * MINUTE,
    command: {
      type: 'submitOrder',
      user: 'owner',
      clientOrderId: `c-${minute}-${terms.symbol}-${terms.side}`,
      symbol: 'RUSK',
      side: 'buy',
      orderType: 'market',
      timeInForce: 'day',
      quantity: 100 * SHARE,
      extendedHours: false,
      reason: 'test',
      ...terms,
    },
  };
}

interface Told {
  readonly time: number;
  readonly bid: number;
  readonly ask: number;
}

const quiet: RigPlan = { strategies: [], commands: [], reacts: true, endTime: OPEN + 7 * MINUTE };
const alone = new SessionRig(quiet).run();

/** The best bid at a time, and the size that the market showed there. */
function bidAt(time: number, symbolId: number): number {
  return quotesOf(alone, symbolId).findLast((quote) => quote.time < time)?.bid ?? Number.NaN;
}

/** A large purchase, orders that join the best bids of three symbols, and a large sale. */
const plan: RigPlan = {
  ...quiet,
  commands: [
    order(2, { quantity: 1_000 * SHARE }),
    ...JOINED.map((symbolId) => {
      const [symbol, limitPrice] = [alone.session.units.symbols[symbolId] ?? '', bidAt(OPEN + 3 * MINUTE, symbolId)];
      return order(3, { symbol, orderType: 'limit', limitPrice });
    }),
    order(5, { side: 'sell', quantity: 600 * SHARE }),
  ],
};

const cuts: SimulatedDisk[] = [];
const rig = new SessionRig(plan);
let expected: ReturnType<SessionRig['outcome']>;

beforeAll(() => {
  const random = randomFrom(23);
  rig.run({
    check: true,
    afterStep: (step) => {
      if (step === 12 || step === 15) cuts.push(rig.disk.copy());
      if (step === 13) cuts.push(rig.disk.afterPowerCut(random));
    },
  });
  expected = rig.outcome();
}, 120_000);

function texts(batches: Iterable<MarketBatch>): string[] {
  const rows: string[] = [];
  for (const { tables } of batches) {
    for (const table of tables) {
      for (let row = 0; row < table.length; row += 1) {
        const values = columnNames(table.kind).map((name) => columnOf(table, name)[row] ?? '');
        rows.push(`${table.kind} ${values.join(' ')}`);
      }
    }
  }
  return rows.sort();
}

function quotesOf(of: SessionRig, symbolId: number): Told[] {
  const quotes: Told[] = [];
  for (const { tables } of readTapeMarket(of.disk, DIRECTORY)) {
    for (const table of tables) {
      if (table.kind !== 'quote') continue;
      for (let row = 0; row < table.length; row += 1) {
        if (table.symbolId[row] !== symbolId) continue;
        quotes.push({ time: table.time[row] ?? 0, bid: table.bid[row] ?? 0, ask: table.ask[row] ?? 0 });
      }
    }
  }
  return quotes;
}

/** The mean middle of a symbol's market in a stretch of time. */
function middle(of: SessionRig, symbolId: number, from: number, to: number): number {
  const quotes = quotesOf(of, symbolId).filter(({ time }) => time >= from && time < to);
  return quotes.reduce((sum, { bid, ask }) => sum + (bid + ask) / 2, 0) / quotes.length;
}

function fillsOf(of: SessionRig, symbolId: number, side: 'buy' | 'sell'): Fill[] {
  return of.records('venue').flatMap(({ event }) => {
    return event.type === 'filled' && event.fill.symbolId === symbolId && event.fill.side === side ? [event.fill] : [];
  });
}

/** Shares of the messages of one kind about a symbol. */
function sharesOf(of: SessionRig, symbolId: number, action: number): number {
  let shares = 0;
  for (const { tables } of readTapeMarket(of.disk, DIRECTORY)) {
    for (const table of tables) {
      if (table.kind !== 'book') continue;
      for (let row = 0; row < table.length; row += 1) {
        if (table.action[row] === action && table.symbolId[row] === symbolId) shares += table.size[row] ?? 0;
      }
    }
  }
  return shares;
}

describe('orders in a market that reacts', () => {
  it('are on the tape as what the market was told, and the session is proven by it', () => {
    expect(expected.verified).toBe(true);
    const told = rig.records('marketOrders');
    expect(told.length).toBeGreaterThan(2);
    for (const { outside } of told) expect(outside.length).toBeGreaterThan(0);
  });

  it('take what is displayed, which leaves the book as theirs and is printed', () => {
    const bought = fillsOf(rig, RUSK, 'buy').reduce((sum, { quantity }) => sum + quantity / SHARE, 0);
    const sold = fillsOf(rig, RUSK, 'sell').reduce((sum, { quantity }) => sum + quantity / SHARE, 0);
    expect([bought, sold]).toEqual([1_000, 600]);
    // What an agent took in the quarter of a second before the market heard is gone already.
    const taken = sharesOf(rig, RUSK, BookAction.TAKEN_BY_OWN);
    expect(taken).toBeGreaterThan(1_000);
    expect(taken).toBeLessThanOrEqual(1_600);
  });

  it('stand in the queue behind what came before, and are hit there by agents when it is their turn', () => {
    const fills = JOINED.flatMap((symbolId) => fillsOf(rig, symbolId, 'buy'));
    const hit = JOINED.reduce((sum, symbolId) => sum + sharesOf(rig, symbolId, BookAction.OWN_EXECUTION), 0);
    expect(hit).toBeGreaterThan(0);
    expect(hit).toBe(fills.reduce((sum, { quantity }) => sum + quantity / SHARE, 0));
    for (const { liquidity, receipt } of fills) {
      expect(liquidity).toBe('maker');
      expect(receipt).toMatchObject({ basis: 'book', rule: 'book-met-by-order', queueAtFill: 0 });
      expect(receipt.queueAtEntry).toBeGreaterThan(0);
    }
  });
});

describe('a market that reacts, cut at any step (K1)', () => {
  it('is the same market, and the session decides as if never cut', () => {
    const rows = texts(readTapeMarket(rig.disk, DIRECTORY));
    for (const disk of cuts) {
      const again = new SessionRig(plan, disk.copy()).run();
      expect(again.outcome()).toEqual(expected);
      expect(texts(readTapeMarket(again.disk, DIRECTORY))).toEqual(rows);
    }
  }, 120_000);
});

describe('agents', () => {
  it('follow what a large order tells them, and leave other symbols as they are', () => {
    const at = OPEN + 2 * MINUTE;
    expect(middle(rig, RUSK, OPEN, at)).toBe(middle(alone, RUSK, OPEN, at));
    const [from, to] = [at + SECOND, at + MINUTE];
    expect(middle(rig, RUSK, from, to)).toBeGreaterThan(middle(alone, RUSK, from, to));
    expect(quotesOf(rig, AURX)).toEqual(quotesOf(alone, AURX));
  });
});
