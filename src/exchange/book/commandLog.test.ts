import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUY, SELL } from '../../book/bookLayout.js';
import { CommandLog } from './CommandLog.js';
import { BLOCK_BYTES, RECORD_BYTES } from './commandRecords.js';
import { MatchingEngine } from './MatchingEngine.js';
import type { EngineOptions } from './MatchingEngine.js';
import { MemberAccounts } from './MemberAccounts.js';
import { replayCommandLog } from './replayCommandLog.js';

const OPTIONS: EngineOptions = {
  symbolId: 3,
  tickSize: 10_000,
  fees: { maker: { perShare: 0, notionalPpm: 0 }, taker: { perShare: 3000, notionalPpm: 0 } },
  orderLimits: { orderShares: 1000, orderNotional: 10 ** 12 },
  memberLimits: { longShares: 10 ** 6, shortShares: 10 ** 6, openOrders: 1000 },
  maxOrders: 1000,
};

/** Records before the first order: the head of two, two members, two deposits. */
const HEAD = 6;

interface Market {
  readonly accounts: MemberAccounts;
  readonly engine: MatchingEngine;
  readonly log: CommandLog;
}

/** A sink that keeps what it took, and throws while it is `full`. */
class KeepingSink {
  readonly blocks: Uint8Array[] = [];
  full = false;

  write(block: Uint8Array): void {
    if (this.full) throw new Error('no room');
    this.blocks.push(block.slice());
  }

  get bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.blocks));
  }
}

function makeMarket(sink: KeepingSink, mode: 'new' | 'replay', options = OPTIONS): Market {
  const log = new CommandLog(sink, mode);
  const accounts = new MemberAccounts(9, log);
  const engine = new MatchingEngine(accounts, options);
  if (mode === 'new') for (let i = 0; i < 2; i += 1) accounts.deposit(accounts.open(0), 2 ** 40 + 7);
  return { accounts, engine, log };
}

/** Orders that trade and rest in turn. */
function trade(engine: MatchingEngine, count: number): void {
  for (let i = 0; i < count; i += 1) {
    if (i % 3 === 0) engine.add(1, i, BUY, 2000, 10);
    else if (i % 3 === 1) engine.take(2, i, SELL, 2000, 7);
    else engine.market(2, i, SELL, 3);
  }
}

function sums({ accounts, engine, log }: Market): number[] {
  return [accounts.checksum(), engine.checksum(), log.sequence];
}

describe('a command log', () => {
  it('hands over blocks when they are full and the rest when it is told', () => {
    const sink = new KeepingSink();
    const market = makeMarket(sink, 'new');
    market.engine.setBand(1, 3000);
    trade(market.engine, 5000);
    expect(sink.blocks.map(({ length }) => length)).toEqual([BLOCK_BYTES, BLOCK_BYTES]);
    market.log.flush();
    market.log.flush();
    expect(sink.bytes.length).toBe((5000 + HEAD + 1) * RECORD_BYTES);
    // What was handed over in part goes on in the same block.
    trade(market.engine, 10);
    market.log.flush();
    expect(sink.blocks.at(-1)?.length).toBe(10 * RECORD_BYTES);
    const replayed = makeMarket(new KeepingSink(), 'replay');
    replayCommandLog(sink.bytes, replayed.accounts, [replayed.engine]);
    expect(sums(replayed)).toEqual(sums(market));
  });

  it('goes on after a replay as if it had never stopped', () => {
    const [sink, second] = [new KeepingSink(), new KeepingSink()];
    const market = makeMarket(sink, 'new');
    trade(market.engine, 100);
    market.log.flush();
    const replayed = makeMarket(second, 'replay');
    replayCommandLog(sink.bytes, replayed.accounts, [replayed.engine]);
    for (const { engine, log } of [market, replayed]) {
      trade(engine, 50);
      log.flush();
    }
    expect(sums(replayed)).toEqual(sums(market));
    expect(new Uint8Array(Buffer.concat([...sink.blocks.slice(0, 1), second.bytes]))).toEqual(sink.bytes);
  });

  it('leaves out what was refused', () => {
    const sink = new KeepingSink();
    const { accounts, engine, log } = makeMarket(sink, 'new');
    engine.add(3, 1, BUY, 2000, 1);
    engine.add(1, 1, BUY, 2000, 2 ** 32 + 1);
    engine.cancel(1, 1, 1);
    engine.setBand(0, 5);
    accounts.deposit(1, -1);
    expect(log.sequence).toBe(HEAD);
  });

  it('accepts no command while its sink takes nothing, and changes nothing then', () => {
    const sink = new KeepingSink();
    const market = makeMarket(sink, 'new');
    market.engine.setBand(1, 3000);
    trade(market.engine, BLOCK_BYTES / RECORD_BYTES - HEAD - 1);
    sink.full = true;
    const before = sums(market);
    expect(() => market.engine.add(1, 1, BUY, 2000, 1)).toThrow('no room');
    expect(() => market.accounts.deposit(1, 1)).toThrow('no room');
    expect(sums(market)).toEqual(before);
    sink.full = false;
    expect(market.engine.add(1, 1, BUY, 2000, 1)).toBeGreaterThan(0);
    market.log.flush();
    const replayed = makeMarket(new KeepingSink(), 'replay');
    replayCommandLog(sink.bytes, replayed.accounts, [replayed.engine]);
    expect(sums(replayed)).toEqual(sums(market));
  });

  it('demands that engines are made before the first command', () => {
    const { accounts } = makeMarket(new KeepingSink(), 'new');
    expect(() => new MatchingEngine(accounts, { ...OPTIONS, symbolId: 4 })).toThrow('before the first command');
  });
});

describe('the end of a log', () => {
  const sink = new KeepingSink();
  const market = makeMarket(sink, 'new');
  trade(market.engine, 60);
  market.log.flush();
  const whole = sink.bytes;

  it('may be torn at any byte: the sound records are replayed, the rest is named', () => {
    fc.assert(
      fc.property(fc.integer({ min: HEAD * RECORD_BYTES, max: whole.length }), (length) => {
        const replayed = makeMarket(new KeepingSink(), 'replay');
        const { records, bytes } = replayCommandLog(whole.subarray(0, length), replayed.accounts, [replayed.engine]);
        const original = makeMarket(new KeepingSink(), 'new');
        trade(original.engine, records - HEAD);
        expect(records).toBe(Math.floor(length / RECORD_BYTES));
        expect(bytes).toBe(records * RECORD_BYTES);
        expect(sums(replayed)).toEqual(sums(original));
      }),
    );
  });

  it('may hold a changed bit in any record: it ends there', () => {
    fc.assert(
      fc.property(fc.integer({ min: HEAD * RECORD_BYTES, max: whole.length - 1 }), fc.nat(7), (place, bit) => {
        const changed = whole.slice();
        changed[place] = (changed[place] ?? 0) ^ (1 << bit);
        const replayed = makeMarket(new KeepingSink(), 'replay');
        const { records } = replayCommandLog(changed, replayed.accounts, [replayed.engine]);
        expect(records).toBe(Math.floor(place / RECORD_BYTES));
      }),
    );
  });

  it('may be followed by zeros', () => {
    const replayed = makeMarket(new KeepingSink(), 'replay');
    const { bytes } = replayCommandLog(Buffer.concat([whole, new Uint8Array(5000)]), replayed.accounts, [
      replayed.engine,
    ]);
    expect(bytes).toBe(whole.length);
  });
});

describe('a log is refused', () => {
  function written(): Uint8Array {
    const sink = new KeepingSink();
    const { engine, log } = makeMarket(sink, 'new');
    engine.setBand(1, 3000);
    trade(engine, 5000);
    log.flush();
    return sink.bytes.slice();
  }

  it('if it is damaged more than a block before its end', () => {
    const bytes = written();
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    const { accounts, engine } = makeMarket(new KeepingSink(), 'replay');
    expect(() => replayCommandLog(bytes, accounts, [engine])).toThrow(
      expect.objectContaining({ code: 'JOURNAL_CORRUPT', message: expect.stringContaining('offset=992') }),
    );
  });

  it('if a record is missing in its middle', () => {
    const bytes = written();
    const { accounts, engine } = makeMarket(new KeepingSink(), 'replay');
    expect(() =>
      replayCommandLog(Buffer.concat([bytes.subarray(0, 960), bytes.subarray(992)]), accounts, [engine]),
    ).toThrow(expect.objectContaining({ code: 'JOURNAL_CORRUPT' }));
  });

  it('if it has no whole head', () => {
    const { accounts, engine } = makeMarket(new KeepingSink(), 'replay');
    expect(() => replayCommandLog(written().subarray(0, 40), accounts, [engine])).toThrow(
      expect.objectContaining({ code: 'JOURNAL_CORRUPT', message: expect.stringContaining('no command') }),
    );
  });

  const others: readonly { name: string; options: EngineOptions }[] = [
    { name: 'symbol', options: { ...OPTIONS, symbolId: 4 } },
    { name: 'tick size', options: { ...OPTIONS, tickSize: 20_000 } },
    { name: 'fees', options: { ...OPTIONS, fees: { ...OPTIONS.fees, maker: { perShare: -1, notionalPpm: 0 } } } },
    { name: 'self-trade rule', options: { ...OPTIONS, selfTrade: 'allow' } },
    { name: 'limits', options: { ...OPTIONS, memberLimits: { ...OPTIONS.memberLimits, shortShares: 0 } } },
    { name: 'room', options: { ...OPTIONS, maxOrders: 1001 } },
  ];
  for (const { name, options } of others) {
    it(`if the engine has another ${name}`, () => {
      const { accounts, engine } = makeMarket(new KeepingSink(), 'replay', options);
      expect(() => replayCommandLog(written(), accounts, [engine])).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID' }),
      );
    });
  }
});
