import { describe, expect, it } from 'vitest';
import { readMessages, startOf } from '../../test/lobsterFiles.js';
import { describeWithReferenceData } from '../../test/referenceData.js';
import { BookAction } from '../domain/marketTables.js';
import type { Fill } from '../domain/fill.js';
import { SHARE } from '../domain/units.js';
import { RecordedBook } from './book/RecordedBook.js';
import { BUY, SELL } from '../book/bookLayout.js';
import { checkInvariants } from './invariants.js';
import { receiptText } from './receiptText.js';
import type { RigOptions } from './testing/ExchangeRig.js';
import { at, ExchangeRig, usd } from './testing/ExchangeRig.js';

const { DEPTH, ADD, CANCEL, EXECUTION, HIDDEN_EXECUTION, CLEAR } = BookAction;

/** A book with 300 shares bid at 9.98 and asks of 100 at 10.00 and 200 at 10.01, before 09:31. */
function opened(options: RigOptions = {}): ExchangeRig {
  const rig = new ExchangeRig({ overrides: { orderLatency: 0, reportLatency: 0 }, ...options });
  rig.instant(
    '09:31',
    rig.bookRow(DEPTH, 'buy', 0, 9.98, 200),
    rig.bookRow(ADD, 'buy', 1, 9.98, 100),
    rig.bookRow(ADD, 'sell', 2, 10, 100),
    rig.bookRow(ADD, 'sell', 3, 10.01, 200),
  );
  return rig;
}

/** The receipts' facts of the book: rule, shares ahead at entry and at the fill. */
function receipts(fills: readonly Fill[]): string[] {
  return fills.map(({ quantity, price, receipt }) => {
    const { basis, rule, queueAtEntry, queueAtFill } = receipt;
    const ahead = queueAtEntry < 0 ? '-' : `${queueAtEntry / SHARE}/${queueAtFill / SHARE}`;
    return `${basis} ${rule} ${quantity / SHARE} @ ${price / 1e6} ahead ${ahead}`;
  });
}

describe('orders that take from a recorded book', () => {
  it('get displayed orders level by level, and what they took stays taken (M2)', () => {
    const rig = opened();
    rig.submit({ shares: 150 });
    rig.submit({ shares: 100 });
    expect(receipts(rig.fills)).toEqual([
      'book book-displayed 100 @ 10 ahead -',
      'book book-displayed 50 @ 10.01 ahead -',
      'book book-displayed 100 @ 10.01 ahead -',
    ]);
    // 50 of 200 are left at 10.01; new displayed orders are new liquidity.
    rig.submit({ shares: 100 });
    rig.instant('09:31:01', rig.bookRow(ADD, 'sell', 4, 10.03, 80));
    expect(rig.fillList.slice(3)).toEqual(['50 @ 10.01', '50 @ 10.03']);
    expect(rig.fills.every(({ liquidity }) => liquidity === 'taker')).toBe(true);
  });

  it('pay the slippage of a preset that has one, half of the displayed spread, never beyond their limit', () => {
    const rig = opened({ preset: 'strict', overrides: { orderLatency: 0, reportLatency: 0, dataLatency: 0 } });
    rig.submit({ shares: 150 });
    // The spread is 2 cents at first, 3 cents once the best ask is gone.
    expect(rig.fillList).toEqual(['100 @ 10.01', '50 @ 10.025']);
    expect(rig.fills.map(({ receipt }) => receipt.slippage / 1e6)).toEqual([0.01, 0.015]);
    rig.submit({ shares: 50, limit: 10.02 });
    expect(rig.fillList.slice(2)).toEqual(['50 @ 10.02']);
    rig.submit({ side: 'sell', shares: 100 });
    expect(rig.fillList.slice(3)).toEqual(['100 @ 9.965']);
  });

  it('fill or kill takes all within its limit over several prices, or nothing (R22)', () => {
    const rig = opened();
    const small = rig.submit({ shares: 300, limit: 10, timeInForce: 'fok' });
    expect(rig.types(small)).toEqual(['accepted', 'canceled']);
    const whole = rig.submit({ shares: 300, limit: 10.01, timeInForce: 'fok' });
    expect(rig.types(whole)).toEqual(['accepted', 'filled', 'filled']);
    expect(rig.fillList).toEqual(['100 @ 10', '200 @ 10.01']);
  });

  it('fill or kill fills nothing that the account cannot pay for whole', () => {
    const rig = opened({ cash: 2000 });
    rig.submit({ shares: 250, limit: 10.01, timeInForce: 'fok' });
    rig.submit({ shares: 150, limit: 10.01, timeInForce: 'fok' });
    expect(rig.fillList).toEqual(['100 @ 10', '50 @ 10.01']);
  });

  it('immediate or cancel ends with what it got; a fraction of a share takes a whole displayed one', () => {
    const rig = opened();
    const immediate = rig.submit({ shares: 150, limit: 10, timeInForce: 'ioc' });
    expect(rig.types(immediate)).toEqual(['accepted', 'filled', 'canceled']);
    rig.submit({ notional: usd(1506.505) });
    expect(rig.fillList).toEqual(['100 @ 10', '150.5 @ 10.01']);
    rig.submit({ shares: 100 });
    // 200 - 151 are left.
    expect(rig.fillList.at(-1)).toBe('49 @ 10.01');
  });

  it('stops are elected by executions of the book, where no prints come (R3)', () => {
    const rig = opened();
    rig.submit({ stop: 10 });
    rig.submit({ side: 'sell', shares: 50, stop: 9.5 });
    rig.instant('09:31:01', rig.bookRow(EXECUTION, 'sell', 2, 10, 40));
    expect(receipts(rig.fills)).toEqual([
      'book book-displayed 60 @ 10 ahead -',
      'book book-displayed 40 @ 10.01 ahead -',
    ]);
    expect(rig.fills[0]?.receipt.triggerPrice).toBe(usd(10));
  });
});

describe('orders that rest in a recorded book', () => {
  it('stand behind what was displayed, ahead of what came later, and fill in turn', () => {
    const rig = opened();
    const order = rig.submit({ shares: 100, limit: 9.98 });
    expect(rig.explain(order)).toMatchObject({ code: 'queue-ahead', queueAhead: 300 * SHARE, marketPrice: usd(10) });
    rig.instant('09:31:01', rig.bookRow(CANCEL, 'buy', 1, 9.98, 100), rig.bookRow(ADD, 'buy', 5, 9.98, 500));
    expect(rig.explain(order)).toMatchObject({ queueAhead: 200 * SHARE });
    rig.instant('09:31:02', rig.bookRow(EXECUTION, 'buy', 0, 9.98, 200));
    expect(rig.fillList).toEqual([]);
    rig.instant('09:31:03', rig.bookRow(EXECUTION, 'buy', 5, 9.98, 60));
    rig.instant('09:31:04', rig.bookRow(EXECUTION, 'buy', 5, 9.98, 60));
    expect(receipts(rig.fills)).toEqual([
      'book book-queue-reached 60 @ 9.98 ahead 300/0',
      'book book-queue-reached 40 @ 9.98 ahead 300/0',
    ]);
    const [fill] = rig.fills;
    expect(fill?.liquidity).toBe('maker');
    expect(fill && receiptText(fill, 'AAA', 1_000_000)).toContain(
      'its limit, when an order behind it in the recorded queue was executed (60 shares; 300 shares at entry)',
    );
  });

  it('fill when traded through, met by a new order, and by hidden executions beyond', () => {
    const rig = opened();
    rig.submit({ side: 'sell', shares: 100, limit: 9.99 });
    rig.instant('09:31:01', rig.bookRow(EXECUTION, 'sell', 2, 10, 30));
    rig.instant('09:31:02', rig.bookRow(ADD, 'buy', 6, 9.99, 30));
    rig.instant('09:31:03', rig.bookRow(HIDDEN_EXECUTION, 'sell', 0, 9.995, 30));
    expect(receipts(rig.fills)).toEqual([
      'book book-traded-through 30 @ 9.99 ahead 0/0',
      'book book-met-by-order 30 @ 9.99 ahead 0/0',
      'book book-hidden-execution 30 @ 9.99 ahead 0/0',
    ]);
  });

  it('leave the queue with a cancel, keep their place when they shrink, and lose it when they grow', () => {
    const rig = opened();
    const first = rig.submit({ shares: 100, limit: 9.98 });
    rig.instant('09:31:01', rig.bookRow(ADD, 'buy', 5, 9.98, 500));
    const smaller = rig.replace(first, { shares: 40 });
    expect(rig.explain(smaller)?.queueAhead).toBe(300 * SHARE);
    const larger = rig.replace(smaller, { shares: 50 });
    expect(rig.explain(larger)?.queueAhead).toBe(800 * SHARE);
    rig.cancel(larger);
    rig.instant('09:31:02', rig.bookRow(EXECUTION, 'buy', 0, 9.97, 900));
    expect(rig.fillList).toEqual([]);
  });

  it('do not fill during a halt, and take what crosses them when trading goes on (R7)', () => {
    const rig = opened();
    rig.submit({ shares: 100, limit: 9.98 });
    rig.halt('09:31:01', true);
    rig.instant('09:31:02', rig.bookRow(EXECUTION, 'buy', 0, 9.97, 100), rig.bookRow(ADD, 'sell', 7, 9.97, 10));
    expect(rig.fillList).toEqual([]);
    rig.halt('09:31:03', false);
    // No reopening trade comes: a minute later trading counts as reopened.
    rig.instant('09:32:04', rig.bookRow(ADD, 'sell', 8, 10.2, 10));
    rig.instant('09:32:05', rig.bookRow(ADD, 'sell', 9, 10.2, 10));
    expect(receipts(rig.fills)).toEqual(['book book-displayed 10 @ 9.97 ahead 300/0']);
  });

  it('of two exits the other ends with the first, and leaves the queue with it', () => {
    const rig = opened();
    rig.submit({ shares: 100, limit: 10, profit: 10.05, loss: 9.9 });
    rig.instant('09:31:01', rig.bookRow(EXECUTION, 'sell', 3, 10.06, 60));
    rig.instant('09:31:02', rig.bookRow(EXECUTION, 'buy', 1, 9.9, 10));
    // 60 at the profit; the stop loss shrinks to 40, and is elected by the execution at 9.90.
    expect(rig.fillList).toEqual(['100 @ 10', '60 @ 10.05', '40 @ 9.98']);
    rig.instant('09:31:03', rig.bookRow(EXECUTION, 'sell', 3, 10.06, 100));
    expect(rig.fillList).toHaveLength(3);
  });

  it('join the queue anew when the book begins anew', () => {
    const rig = opened();
    const order = rig.submit({ shares: 100, limit: 9.98 });
    rig.instant('09:31:01', rig.bookRow(CLEAR, 'buy', 0, 0, 0), rig.bookRow(ADD, 'buy', 9, 9.98, 70));
    expect(rig.explain(order)?.queueAhead).toBe(70 * SHARE);
  });

  it('another basis is as it was: nothing of the book is kept where no message came', () => {
    const rig = new ExchangeRig();
    rig.quote('09:31', 9.98, 100, 10, 100);
    rig.submit({});
    expect(rig.fills[0]?.receipt.basis).toBe('nbbo');
    expect(JSON.stringify(rig.exchange.snapshot())).not.toContain('orderBooks');
  });
});

describeWithReferenceData('a recorded NASDAQ morning through the whole exchange (LOBSTER, AAPL 2012-06-21)', () => {
  const DATE = '2012-06-21';
  const ACTION_OF: Readonly<Record<number, number>> = {
    1: ADD,
    2: CANCEL,
    3: CANCEL,
    4: EXECUTION,
    5: HIDDEN_EXECUTION,
  };
  const MESSAGES = 20_000;

  /** The morning with an order of ours every 150 messages, cancels among them; `onStep` is called in between. */
  function morning(onStep: (rig: ExchangeRig, message: number) => ExchangeRig = (rig) => rig): {
    readonly rig: ExchangeRig;
    readonly displayed: ReadonlyMap<number, string>;
  } {
    const messages = readMessages('aapl_message_50.csv.gz').slice(0, MESSAGES);
    const start = startOf(readMessages('aapl_message_50.csv.gz'), 'aapl_orderbook_10_first_999.csv.gz');
    let rig = new ExchangeRig({ startTime: at('09:29', DATE), cash: 1_000_000 });
    rig.recorder = [];
    const mirror = new RecordedBook();
    const begin = [
      ...start.depth.map((row) => ({ ...row, action: DEPTH as number, number: 0 })),
      ...start.orders.map((row) => ({ ...row, action: ADD as number })),
    ];
    for (const { side, tick, size, number } of begin) {
      if (number === 0) mirror.seed(side, tick, size);
      else mirror.add(number, side, tick, size);
    }
    const sideName = (side: number): 'buy' | 'sell' => (side === BUY ? 'buy' : 'sell');
    const midnight = at('00:00', DATE);
    rig.instant(
      midnight + (messages[0]?.time ?? 0) - 1,
      ...begin.map(({ action, side, number, tick, size }) =>
        rig.bookRow(action, sideName(side), number, tick / 100, size),
      ),
    );
    const displayed = new Map<number, string>();
    const open: string[] = [];
    for (let k = 0; k < messages.length;) {
      const time = messages[k]?.time ?? 0;
      const rows: ((now: number) => void)[] = [];
      for (; messages[k]?.time === time; k += 1) {
        const message = messages[k];
        if (message === undefined) break;
        const { type, side, number, tick, size } = message;
        rows.push(rig.bookRow(ACTION_OF[type] ?? CANCEL, sideName(side), number, tick / 100, size));
        if (type === 1) mirror.add(number, side, tick, size);
        else if (type !== 5) mirror.shorten(mirror.find(number, side, tick), size);
        displayed.set(begin.length + k + 1, `${size} @ ${tick}`);
        if (k % 150 === 149) act(rig, mirror, k, open);
      }
      rig.instant(midnight + time, ...rows);
      rig = onStep(rig, k);
    }
    return { rig, displayed };
  }

  /** Joins the best price, betters it, takes, or cancels what is oldest, in turn. */
  function act(rig: ExchangeRig, mirror: RecordedBook, k: number, open: string[]): void {
    const bid = mirror.queues.levels.bestOf(BUY) / 100;
    const ask = mirror.queues.levels.bestOf(SELL) / 100;
    const turn = Math.floor(k / 150) % 6;
    const held = rig.exchange.account('main').quantityOf(0);
    if (turn === 0) open.push(rig.submit({ shares: 50, limit: bid }));
    else if (turn === 1 && held >= 50 * SHARE) open.push(rig.submit({ side: 'sell', shares: 50, limit: ask }));
    else if (turn === 2) open.push(rig.submit({ shares: 30, limit: ask }));
    else if (turn === 3 && held >= 100 * SHARE) rig.submit({ side: 'sell', shares: 60 });
    else if (turn === 4) rig.submit({ shares: 25 });
    else if (open.length > 6) rig.cancel(open.shift() ?? '');
  }

  it('fills own orders by the record alone, each recorded share once (M2), invariants kept throughout', () => {
    const { rig, displayed } = morning();
    const { fills } = rig;
    expect(fills.every(({ receipt }) => receipt.basis === 'book')).toBe(true);
    const rules = new Set(fills.map(({ receipt }) => receipt.rule));
    expect([...rules].sort()).toEqual(expect.arrayContaining(['book-displayed', 'book-queue-reached']));
    const perMessage = new Map<number, number>();
    for (const { liquidity, quantity, receipt } of fills) {
      if (liquidity !== 'maker') continue;
      const { evidenceSequence, queueAtEntry, queueAtFill } = receipt;
      expect(queueAtFill).toBeGreaterThanOrEqual(0);
      expect(queueAtFill).toBeLessThanOrEqual(queueAtEntry);
      perMessage.set(evidenceSequence, (perMessage.get(evidenceSequence) ?? 0) + quantity / SHARE);
    }
    expect(perMessage.size).toBeGreaterThan(10);
    for (const [sequence, shares] of perMessage) {
      const message = displayed.get(sequence) ?? '';
      expect(shares, message).toBeLessThanOrEqual(Number(message.split(' ')[0]));
    }
    expect(fills.length).toBeGreaterThan(60);
    expect(checkInvariants(rig.exchange)).toEqual([]);
  });

  it('goes on from a snapshot, and after a recovery from rows and events, with the same fills', () => {
    const whole = morning().rig.fills;
    for (const way of ['snapshot', 'recovery'] as const) {
      let cut = 0;
      const { rig } = morning((one, k) => {
        if (k < 9_876 || cut > 0) return one;
        cut = one.events.filter(({ type }) => type === 'filled').length;
        const copy = one.sibling();
        if (way === 'snapshot') {
          copy.restore(JSON.parse(JSON.stringify(one.exchange.snapshot())));
        } else {
          for (const item of one.recorder ?? []) {
            if (typeof item === 'function') item(copy);
            else if ('order' in item && !('type' in item)) copy.restoreOrder(item.order, item.now);
            else if ('type' in item) copy.apply(item);
          }
          copy.restoreWorking(JSON.parse(JSON.stringify(one.exchange.workingState())));
        }
        return one.continueOn(copy);
      });
      expect(cut).toBeGreaterThan(20);
      expect(rig.fills, way).toEqual(whole.slice(cut));
    }
  });
});
