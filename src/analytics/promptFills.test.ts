import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOf } from '../calendar/tradingDate.js';
import type { Order } from '../domain/order.js';
import type { SessionConfig } from '../domain/session.js';
import { RAW_PRICE_SCALE, SHARE, notional } from '../domain/units.js';
import { AccountBook } from '../exchange/AccountBook.js';
import { FillMaker } from '../exchange/FillMaker.js';
import type { TradingSession } from '../exchange/TradingSession.js';
import { WorkingOrder } from '../exchange/WorkingOrder.js';
import { emptyPromptFill } from '../exchange/emptyFill.js';
import { feePlanOf } from '../exchange/fees/feePlans.js';
import { FillDecision } from '../exchange/matching/FillDecision.js';
import { presetOf } from '../exchange/presets.js';
import { FillLog } from './FillLog.js';
import { hashFillLog, hashLedger } from './runIdentity.js';

const session: TradingSession = {
  phase: 'regular',
  date: dateOf(2024, 3, 5),
  start: 0,
  open: 1,
  close: 1e12,
  end: 2e12,
};
const sha256 = () => createHash('sha256');
const config = { priceScale: RAW_PRICE_SCALE, feed: 'recorded' } as SessionConfig;

const step = fc.record({
  sign: fc.constantFrom(1 as const, -1 as const),
  quantity: fc.oneof(
    fc.integer({ min: 1, max: 500 }).map((shares) => shares * SHARE),
    fc.integer({ min: 1, max: 9_000_000 }),
  ),
  price: fc.integer({ min: 100, max: 900_000_000 }),
  open: fc.integer({ min: 100, max: 900_000_000 }),
  volume: fc.integer({ min: 0, max: 100_000 }),
  rule: fc.constantFrom('bar-open', 'closing-auction'),
});

const setup = fc.record({
  preset: fc.constantFrom('papertape', 'backtesting.py', 'optimistic', 'lean'),
  plan: fc.constantFrom('zero', 'per-order-1usd', 'interactive-brokers-fixed'),
});

/** All that a book holds. */
function stateOf(book: AccountBook): unknown {
  const fields = Object.entries(book).filter(([name]) => name !== 'lots');
  return [fields, book.lots.map((lots) => lots.list()), book.positions(), book.equity, book.headroom];
}

describe('a fill in numbers', () => {
  it('says what a fill says, books the same and is kept as the same', () => {
    fc.assert(
      fc.property(setup, fc.array(step, { minLength: 1, maxLength: 30 }), ({ preset, plan }, steps) => {
        const marks = new Float64Array(2).fill(1_000_000);
        const books = [0, 1].map(() => new AccountBook('main', marks, RAW_PRICE_SCALE));
        const makers = [0, 1].map(() => new FillMaker(config, presetOf(preset), feePlanOf(plan), session));
        const logs = [new FillLog(), new FillLog()];
        const [book, other] = books as [AccountBook, AccountBook];
        const [maker, otherMaker] = makers as [FillMaker, FillMaker];
        const [log, otherLog] = logs as [FillLog, FillLog];
        const into = emptyPromptFill();
        for (const [index, { sign, quantity, price, open, volume, rule }] of steps.entries()) {
          const side = sign === 1 ? 'buy' : 'sell';
          const terms = {
            id: `o-${index + 1}`,
            clientOrderId: `c-${index}`,
            symbolId: 1,
            side,
            type: 'market',
            quantity,
          };
          const time = 1000 + index * 60;
          const decision = new FillDecision();
          Object.assign(decision, {
            quantity,
            price,
            basePrice: open,
            open,
            volume,
            rule,
            evidenceQuantity: volume * SHARE,
          });
          const fill = maker.make(new WorkingOrder(terms as Order, book, time), decision, quantity, time, time + 5);
          book.post(fill.entries);
          book.countTrade(sign, notional(price, quantity, RAW_PRICE_SCALE));
          log.add(fill);
          otherMaker.makeInNumbers(
            new WorkingOrder(terms as Order, other, time),
            decision,
            quantity,
            time,
            time + 5,
            into,
          );
          other.postFill(into);
          otherLog.addPrompt(into, index + 1);
          expect(stateOf(other)).toEqual(stateOf(book));
          expect(into.receipt).toEqual(fill.receipt);
        }
        expect(otherLog.toArray(() => '')).toEqual(log.toArray(() => ''));
        const hash = hashLedger(log.rows(), sha256);
        expect([hashFillLog(log, sha256), hashFillLog(otherLog, sha256)]).toEqual([hash, hash]);
      }),
      { seed: 3 },
    );
  });

  it('does not book one that does not sum to zero (I-01)', () => {
    const book = new AccountBook('main', new Float64Array(1), RAW_PRICE_SCALE);
    const fill = { ...emptyPromptFill(), quantity: SHARE, position: 5, cash: -4, commission: 0, secFee: 0, tafFee: 0 };
    expect(() => book.postFill({ ...fill, realised: 0 })).toThrow(/sums to 1/);
    expect(book.cash).toBe(0);
  });
});
