import { describe, expect, it } from 'vitest';
import { executionsOf } from '../testing/EnginePair.js';
import { BUY, MAX_SIZE, MAX_TICK, SELL } from '../../book/bookLayout.js';
import { OPEN_BUY, OPEN_ORDERS, OPEN_SELL, POSITION } from './Clearing.js';
import { engineFaults } from './engineFaults.js';
import { Execution } from './ExecutionReports.js';
import type { EngineOptions } from './MatchingEngine.js';
import { MatchingEngine } from './MatchingEngine.js';
import { CASH, FEES, MAKER_FILLS, MemberAccounts, RESERVED, TAKER_FILLS } from './MemberAccounts.js';
import { MemberRefusal, memberRefusalText } from './memberRefusals.js';

const DOLLAR = 1_000_000;
const BASE = {
  symbolId: 0,
  tickSize: 10_000,
  fees: { maker: { perShare: -2000, notionalPpm: 0 }, taker: { perShare: 3000, notionalPpm: 0 } },
  orderLimits: { orderShares: 1000, orderNotional: 50_000 * DOLLAR },
  memberLimits: { longShares: 2000, shortShares: 500, openOrders: 3 },
  maxOrders: 6,
} as const satisfies EngineOptions;

/** Four members with 100,000 dollars each; ticks are cents. */
function makeMarket(options: Partial<EngineOptions> = {}): { accounts: MemberAccounts; engine: MatchingEngine } {
  const accounts = new MemberAccounts(5);
  const engine = new MatchingEngine(accounts, { ...BASE, ...options });
  for (let i = 0; i < 4; i += 1) expect(accounts.deposit(accounts.open(0), 100_000 * DOLLAR)).toBe(0);
  return { accounts, engine };
}

function sound(accounts: MemberAccounts, ...engines: MatchingEngine[]): void {
  expect(engineFaults(accounts, engines)).toEqual([]);
}

describe('a trade between members', () => {
  it('moves shares and cash, charges the taker, pays the maker, and releases what was reserved', () => {
    const { accounts, engine } = makeMarket();
    // 100 shares at $20.00 need $2,000 and the higher fee, $0.003 a share: $2,000.30.
    const handle = engine.add(1, 11, BUY, 2000, 100);
    expect(accounts.field(1, RESERVED)).toBe(2000.3 * DOLLAR);
    expect(engine.clearing.field(1, OPEN_BUY)).toBe(100);
    // 40 shares trade at the resting order's price, though the seller would take $19.00.
    expect(engine.take(2, 22, SELL, 1900, 40)).toBe(40);
    // Buyer: -$800.00 and a rebate of 40 × $0.002; seller: +$800.00 less 40 × $0.003.
    expect(accounts.field(1, CASH)).toBe(100_000 * DOLLAR - 800 * DOLLAR + 80_000);
    expect(accounts.field(2, CASH)).toBe(100_000 * DOLLAR + 800 * DOLLAR - 120_000);
    expect([accounts.field(1, FEES), accounts.field(2, FEES), accounts.field(0, CASH)]).toEqual([
      -80_000, 120_000, 40_000,
    ]);
    expect([engine.clearing.field(1, POSITION), engine.clearing.field(2, POSITION)]).toEqual([40, -40]);
    expect([accounts.field(1, MAKER_FILLS), accounts.field(2, TAKER_FILLS)]).toEqual([1, 1]);
    // 60 shares are left to reserve for.
    expect(accounts.field(1, RESERVED)).toBe(60 * 20.003 * DOLLAR);
    expect(executionsOf(engine.reports)).toEqual([
      ['accepted', 1, 2, 22, 1900, 40, 0, 0],
      ['makerFill', 0, 1, 11, 2000, 40, 60, 1],
      ['takerFill', 1, 2, 22, 2000, 40, 0, 1],
    ]);
    expect(engine.cancel(1, handle, 11)).toBe(60);
    expect([accounts.field(1, RESERVED), engine.clearing.field(1, OPEN_ORDERS)]).toEqual([0, 0]);
    sound(accounts, engine);
  });

  it('rounds a part of the notional down, per fill, and reserves for the whole', () => {
    const rates = { perShare: 0, notionalPpm: 3 };
    const { accounts, engine } = makeMarket({ fees: { maker: rates, taker: rates } });
    // 3 millionths of $0.11 × 3 = 330,000 micro-dollars are 0.99, of one share 0.33: all rounded to 0.
    engine.add(1, 1, BUY, 11, 3);
    expect(accounts.field(1, RESERVED)).toBe(330_000);
    engine.take(2, 1, SELL, 11, 1);
    expect(accounts.field(0, CASH)).toBe(0);
    // Of 100 shares at $20.00: 2,000,000,000 × 3 ÷ 1,000,000 = 6,000, on both sides.
    engine.add(3, 1, BUY, 2000, 100);
    engine.take(4, 1, SELL, 2000, 100);
    expect([accounts.field(3, FEES), accounts.field(4, FEES), accounts.field(0, CASH)]).toEqual([6000, 6000, 12_000]);
    sound(accounts, engine);
  });

  it('shares buying power among engines, and nothing else', () => {
    const { accounts, engine } = makeMarket();
    const other = new MatchingEngine(accounts, { ...BASE, symbolId: 1 });
    expect(engine.add(1, 1, BUY, 5000, 1000)).toBeGreaterThan(0);
    expect(other.add(1, 1, BUY, 5000, 999)).toBeGreaterThan(0);
    // $100,000 less $50,003.00 less $49,952.997 is $44.003; one share at $44.00 needs exactly that.
    expect(other.add(1, 2, BUY, 4401, 1)).toBe(MemberRefusal.BUYING_POWER);
    expect(engine.add(1, 3, BUY, 4400, 1)).toBeGreaterThan(0);
    expect(accounts.buyingPower(1)).toBe(0);
    expect([engine.clearing.field(1, OPEN_BUY), other.clearing.field(1, OPEN_BUY)]).toEqual([1001, 999]);
    sound(accounts, engine, other);
  });

  it('lets a member owe up to its credit', () => {
    const { accounts, engine } = makeMarket();
    const member = accounts.open(1000 * DOLLAR);
    engine.add(1, 1, SELL, 1000, 100);
    expect(engine.take(member, 1, BUY, 1000, 100)).toBe(MemberRefusal.BUYING_POWER);
    expect(engine.take(member, 1, BUY, 1000, 99)).toBe(99);
    expect(accounts.field(member, CASH)).toBe(-990.297 * DOLLAR);
    sound(accounts, engine);
  });
});

describe('refusals', () => {
  /** Member 1 rests a buy of 100 at $20.00 (reference 7); member 2 a sell of 100 at $21.00 (reference 8). */
  function opened(options: Partial<EngineOptions> = {}): ReturnType<typeof makeMarket> & { buy: number; sell: number } {
    const market = makeMarket(options);
    const buy = market.engine.add(1, 7, BUY, 2000, 100);
    const sell = market.engine.add(2, 8, SELL, 2100, 100);
    expect(market.engine.setBand(1000, 4000)).toBe(0);
    return { ...market, buy, sell };
  }
  type Opened = ReturnType<typeof opened>;
  const R = MemberRefusal;
  const cases: readonly { name: string; run: (market: Opened) => number; code: number }[] = [
    { name: 'a member without an account', run: ({ engine }) => engine.add(5, 1, BUY, 2000, 1), code: R.MEMBER },
    { name: 'member 0, the exchange', run: ({ engine }) => engine.take(0, 1, BUY, 2000, 1), code: R.MEMBER },
    { name: 'half a member', run: ({ engine }) => engine.market(1.5, 1, BUY, 1), code: R.MEMBER },
    { name: 'a reference too long', run: ({ engine }) => engine.add(1, 2 ** 31, BUY, 2000, 1), code: R.REFERENCE },
    { name: 'no shares', run: ({ engine }) => engine.add(1, 1, BUY, 2000, 0), code: R.SIZE },
    { name: 'shares that are no number', run: ({ engine }) => engine.take(1, 1, BUY, 2000, NaN), code: R.SIZE },
    { name: 'no price', run: ({ engine }) => engine.add(1, 1, BUY, 0, 1), code: R.PRICE },
    { name: 'a price above all', run: ({ engine }) => engine.add(1, 1, BUY, MAX_TICK + 1, 1), code: R.PRICE },
    { name: 'below the band', run: ({ engine }) => engine.add(1, 1, BUY, 999, 1), code: R.BAND },
    { name: 'above the band', run: ({ engine }) => engine.add(1, 1, SELL, 4001, 1), code: R.BAND },
    { name: 'replaced out of the band', run: ({ engine, buy }) => engine.replace(1, buy, 7, 999, 1), code: R.BAND },
    { name: 'too many shares', run: ({ engine }) => engine.add(1, 1, BUY, 2000, 1001), code: R.ORDER_SHARES },
    {
      name: 'more than the buying power',
      // $100,000 less two orders that need $40,003.00 each; 500 shares at $40.00 need $20,001.50.
      run: ({ engine }) => {
        engine.cancel(2, 2, 8);
        engine.setLimits(3, { ...BASE.memberLimits, longShares: 5000 });
        for (let i = 0; i < 2; i += 1) expect(engine.add(3, i, BUY, 4000, 1000)).toBeGreaterThan(0);
        return engine.take(3, 2, BUY, 4000, 500);
      },
      code: R.BUYING_POWER,
    },
    {
      name: 'beyond the long limit',
      run: ({ engine }) => (
        engine.setLimits(1, { ...BASE.memberLimits, longShares: 150 }),
        engine.add(1, 1, BUY, 2000, 51)
      ),
      code: R.LONG_LIMIT,
    },
    { name: 'beyond the short limit', run: ({ engine }) => engine.add(2, 1, SELL, 2100, 401), code: R.SHORT_LIMIT },
    {
      name: 'replaced beyond the short limit',
      run: ({ engine, sell }) => engine.replace(2, sell, 8, 2100, 501),
      code: R.SHORT_LIMIT,
    },
    { name: 'a handle of no order', run: ({ engine }) => engine.cancel(1, 99, 7), code: R.UNKNOWN },
    {
      name: 'a handle that ended',
      run: ({ engine, buy }) => (engine.cancel(1, buy, 7), engine.cancel(1, buy, 7)),
      code: R.UNKNOWN,
    },
    {
      name: 'a handle used again',
      run: ({ engine, buy }) => (engine.cancel(1, buy, 7), engine.add(1, 9, BUY, 2000, 1), engine.cancel(1, buy, 7)),
      code: R.UNKNOWN,
    },
    { name: 'half a handle', run: ({ engine }) => engine.replace(1, 1.5, 7, 2000, 1), code: R.UNKNOWN },
    { name: 'another member’s order', run: ({ engine, buy }) => engine.cancel(2, buy, 7), code: R.OWNER },
    {
      name: 'another member’s order to replace',
      run: ({ engine, sell }) => engine.replace(1, sell, 8, 2100, 1),
      code: R.OWNER,
    },
    { name: 'a band upside down', run: ({ engine }) => engine.setBand(20, 10), code: R.PRICE },
    {
      name: 'a limit beyond 32 bits',
      run: ({ engine }) => engine.setLimits(1, { ...BASE.memberLimits, longShares: 2 ** 31 }),
      code: R.SIZE,
    },
    { name: 'shares beyond the long limit', run: ({ engine }) => engine.depositShares(1, 1901), code: R.LONG_LIMIT },
    { name: 'shares for nobody', run: ({ engine }) => engine.depositShares(5, 1), code: R.MEMBER },
    { name: 'a negative credit', run: ({ accounts }) => accounts.open(-1), code: R.SIZE },
    { name: 'a deposit of nothing', run: ({ accounts }) => accounts.deposit(1, 0), code: R.SIZE },
    {
      name: 'one member too many',
      run: ({ accounts }) => Math.min(accounts.open(0), accounts.open(0)),
      code: R.ACCOUNTS_FULL,
    },
    {
      name: 'more money than is exact',
      run: ({ accounts }) => accounts.deposit(1, Number.MAX_SAFE_INTEGER),
      code: R.ACCOUNTS_FULL,
    },
  ];
  for (const { name, run, code } of cases) {
    it(`${name}: ${code}`, () => {
      const market = opened();
      expect(run(market)).toBe(code);
      expect(memberRefusalText(code)).toMatch(/\.$/);
      sound(market.accounts, market.engine);
    });
  }

  it('change nothing but the reports', () => {
    const market = opened();
    const { accounts, engine, buy } = market;
    const before = [engine.checksum(), accounts.checksum(), engine.book.snapshot()];
    const calls: (() => number)[] = [
      () => engine.add(1, 1, BUY, 4001, 1000),
      () => engine.add(1, 1, BUY, 2200, 1001),
      () => engine.take(2, 1, SELL, 2000, 401),
      () => engine.market(4, 1, BUY, 1.5),
      () => engine.cancel(2, buy, 7),
      () => engine.replace(1, buy, 7, 2100, 2000),
      () => engine.replace(1, buy, 8, 2100, 1),
    ];
    for (const call of calls) {
      expect(call()).toBeLessThan(0);
      expect(executionsOf(engine.reports).map(([kind]) => kind)).toEqual(['refused']);
    }
    expect([engine.checksum(), accounts.checksum(), engine.book.snapshot()]).toEqual(before);
  });

  it('of too much notional come before those of buying power', () => {
    const { engine } = makeMarket();
    expect(engine.add(1, 1, BUY, 5000, 1000)).toBeGreaterThan(0);
    expect(engine.add(2, 1, BUY, 5001, 1000)).toBe(MemberRefusal.ORDER_NOTIONAL);
    // 2^31 − 2 ticks of a cent times a thousand shares are beyond 2^53 micro-dollars.
    expect(engine.add(2, 1, SELL, MAX_TICK, 1000)).toBe(MemberRefusal.ORDER_NOTIONAL);
  });

  it('keep a member to its number of open orders, also one that would trade at once', () => {
    const { engine } = makeMarket();
    for (let i = 0; i < 3; i += 1) expect(engine.add(1, i, BUY, 1900 + i, 1)).toBeGreaterThan(0);
    engine.add(2, 1, SELL, 2000, 1);
    expect(engine.add(1, 4, BUY, 2000, 1)).toBe(MemberRefusal.OPEN_ORDERS);
    expect(engine.take(1, 4, BUY, 2000, 1)).toBe(1);
  });

  it('keep the book to its room: orders, and shares of one side', () => {
    const few = makeMarket().engine;
    for (let i = 0; i < 6; i += 1) expect(few.add(1 + (i % 2), i, BUY, 1900 + i, 1)).toBeGreaterThan(0);
    expect(few.add(3, 1, SELL, 2000, 1)).toBe(MemberRefusal.BOOK_FULL);
    expect(few.take(3, 1, SELL, 1900, 1)).toBe(1);
    expect(few.add(3, 1, SELL, 2000, 1)).toBeGreaterThan(0);

    const orderLimits = { orderShares: MAX_SIZE, orderNotional: 10 ** 15 };
    const memberLimits = { longShares: MAX_SIZE, shortShares: MAX_SIZE, openOrders: 9 };
    const free = { maker: { perShare: 0, notionalPpm: 0 }, taker: { perShare: 0, notionalPpm: 0 } };
    const { accounts, engine } = makeMarket({ tickSize: 1, orderLimits, memberLimits, fees: free });
    expect(engine.add(1, 1, SELL, 5, MAX_SIZE - 10)).toBe(1);
    expect(engine.add(2, 1, SELL, 6, 11)).toBe(MemberRefusal.BOOK_FULL);
    expect(engine.add(2, 1, SELL, 5, 10)).toBe(2);
    expect(engine.replace(2, 2, 1, 5, 11)).toBe(MemberRefusal.BOOK_FULL);
    expect(engine.add(2, 2, BUY, 4, 10)).toBe(3);
    sound(accounts, engine);
  });
});

describe('self-trades', () => {
  const cases = [
    { selfTrade: 'allow', rows: ['accepted', 'makerFill', 'takerFill'], bid: 0, ask: 0 },
    { selfTrade: 'cancelResting', rows: ['accepted', 'selfTrade'], bid: 50, ask: 0 },
    { selfTrade: 'cancelIncoming', rows: ['accepted', 'selfTrade'], bid: 0, ask: 50 },
  ] as const;
  for (const { selfTrade, rows, bid, ask } of cases) {
    it(`${selfTrade}: of a member that bids for its own 50 shares`, () => {
      const { accounts, engine } = makeMarket({ selfTrade });
      engine.add(1, 1, SELL, 2000, 50);
      engine.add(1, 2, BUY, 2000, 50);
      expect(executionsOf(engine.reports).map(([kind]) => kind)).toEqual(rows);
      expect([engine.clearing.field(1, OPEN_BUY), engine.clearing.field(1, OPEN_SELL)]).toEqual([bid, ask]);
      expect(engine.clearing.field(1, POSITION)).toBe(0);
      sound(accounts, engine);
    });
  }

  it('stop an immediate order, whose rest is reported as such', () => {
    const { engine } = makeMarket({ selfTrade: 'cancelIncoming' });
    engine.add(2, 1, SELL, 2000, 30);
    engine.add(1, 1, SELL, 2001, 30);
    expect(engine.take(1, 2, BUY, 2001, 50)).toBe(30);
    expect(executionsOf(engine.reports).at(-1)).toEqual(['selfTrade', 0, 1, 2, 2001, 20, 0, 0]);
    expect(engine.take(3, 2, BUY, 2000, 50)).toBe(0);
    expect(executionsOf(engine.reports).at(-1)).toEqual(['unfilled', 0, 3, 2, 2000, 50, 0, 0]);
  });
});

describe('the band', () => {
  it('is as far as a market order goes', () => {
    const { accounts, engine } = makeMarket();
    engine.add(1, 1, SELL, 2000, 10);
    engine.add(1, 2, SELL, 2500, 10);
    engine.setBand(1500, 2200);
    expect(engine.market(2, 1, BUY, 20)).toBe(10);
    expect(engine.lastTick).toBe(2000);
    // What rests outside stays, and can be canceled.
    expect(engine.book.bestAsk).toBe(2500);
    sound(accounts, engine);
  });
});

describe('the end of the day', () => {
  it('ends every order and releases everything', () => {
    const { accounts, engine } = makeMarket();
    engine.add(1, 1, BUY, 1999, 10);
    engine.add(2, 2, BUY, 2000, 20);
    engine.add(3, 3, SELL, 2001, 30);
    expect(engine.endDay()).toBe(3);
    expect(executionsOf(engine.reports).map(([kind, , , ref]) => `${kind} ${ref}`)).toEqual([
      'expired 2',
      'expired 1',
      'expired 3',
    ]);
    expect([1, 2, 3].map((member) => accounts.field(member, RESERVED))).toEqual([0, 0, 0]);
    expect(engine.restingShares).toEqual(Int32Array.of(0, 0));
    sound(accounts, engine);
  });
});

describe('the ring of reports', () => {
  it('keeps the last rows, all of a command that needs more than it holds, and the numbers of rows', () => {
    const memberLimits = { ...BASE.memberLimits, openOrders: 100 };
    const { engine } = makeMarket({ reportRows: 4, maxOrders: 100, memberLimits });
    for (let i = 0; i < 20; i += 1) engine.add(1, i, SELL, 2000, 1);
    expect([engine.reports.written, engine.reports.oldest, engine.reports.capacity]).toEqual([20, 16, 4]);
    expect(engine.reports.field(16, Execution.REF)).toBe(16);
    engine.take(2, 99, BUY, 2000, 20);
    const rows = executionsOf(engine.reports);
    expect(rows).toHaveLength(41);
    expect(rows.filter(([kind]) => kind === 'makerFill').map(([, , , ref]) => ref)).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    );
    expect([engine.reports.start, engine.reports.written, engine.reports.capacity]).toEqual([20, 61, 64]);
  });
});
