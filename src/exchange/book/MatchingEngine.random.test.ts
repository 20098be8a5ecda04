import { describe, expect, it } from 'vitest';
import { isSoak, soakCount } from '../../../test/soak.js';
import { EnginePair } from '../testing/EnginePair.js';
import { CommandLog } from './CommandLog.js';
import type { SelfTrade } from '../../book/LimitOrderBook.js';
import { MatchingEngine } from './MatchingEngine.js';
import type { EngineOptions } from './MatchingEngine.js';
import { MemberAccounts } from './MemberAccounts.js';
import { MemberRefusal } from './memberRefusals.js';
import { replayCommandLog } from './replayCommandLog.js';

const SELF_TRADES: readonly SelfTrade[] = ['allow', 'cancelResting', 'cancelIncoming'];

/** A venue that pays makers, and one that takes a part of the notional. */
function optionsOf(selfTrade: SelfTrade): readonly EngineOptions[] {
  const shared = {
    selfTrade,
    tickSize: 10_000,
    orderLimits: { orderShares: 5000, orderNotional: 20_000_000_000 },
    memberLimits: { longShares: 2500, shortShares: 1000, openOrders: 12 },
    maxOrders: 40,
    reportRows: 16,
  };
  const rebate = { maker: { perShare: -2000, notionalPpm: 0 }, taker: { perShare: 3000, notionalPpm: 0 } };
  const part = { maker: { perShare: 0, notionalPpm: 150 }, taker: { perShare: 100, notionalPpm: 301 } };
  return [
    { ...shared, symbolId: 0, fees: rebate },
    { ...shared, symbolId: 7, fees: part },
  ];
}

describe('matching engines beside a naive market', () => {
  const steps = soakCount(1200, 40_000);
  const seen = new Set<string>();
  const firstSeed = isSoak ? Math.floor(Math.random() * 2 ** 31) : 1;

  for (const [index, selfTrade] of SELF_TRADES.entries()) {
    it(`agrees on every answer, report and figure, and replays to the same: ${selfTrade}, ${steps} commands`, () => {
      const blocks: Uint8Array[] = [];
      const log = new CommandLog({ write: (block) => blocks.push(block.slice()) });
      const pair = new EnginePair(firstSeed + index, 12, optionsOf(selfTrade), log);
      pair.run(steps);
      expect(pair.faults).toEqual([]);
      log.flush();

      const replayLog = new CommandLog({ write: () => undefined }, 'replay');
      const accounts = new MemberAccounts(12, replayLog);
      const engines = optionsOf(selfTrade).map((options) => new MatchingEngine(accounts, options));
      const { records, bytes } = replayCommandLog(Buffer.concat(blocks), accounts, engines);
      expect([records, bytes]).toEqual([log.sequence, 32 * log.sequence]);
      expect(accounts.rows).toEqual(pair.accounts.rows);
      for (const [i, engine] of engines.entries()) {
        const original = pair.engines[i];
        expect(engine.clearing.rows).toEqual(original?.clearing.rows);
        expect(engine.book.snapshot()).toEqual(original?.book.snapshot());
        expect(engine.checksum()).toBe(original?.checksum());
      }
      expect(accounts.checksum()).toBe(pair.accounts.checksum());
      for (const kind of pair.seen.keys()) seen.add(kind);
    });
  }

  it('has met every kind of report and every refusal of a command', () => {
    const refusals = Object.entries(MemberRefusal)
      .filter(([name]) => name !== 'ACCOUNTS_FULL')
      .map(([, code]) => `refused ${code}`);
    const kinds = ['accepted', 'makerFill', 'takerFill', 'canceled', 'replaced', 'unfilled', 'selfTrade', 'expired'];
    expect([...kinds, ...refusals].filter((kind) => !seen.has(kind))).toEqual([]);
  });
});
