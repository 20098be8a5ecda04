/**
 * Limits that wait for a session: those that rest over the night look at the next day's market as those do that were
 * sent in the night, on every basis; and what a limit gets of prints before any of them has shown it to rest.
 */
import { describe, expect, it } from 'vitest';
import { BookAction, PrintFlag } from '../domain/marketTables.js';
import { at, ExchangeRig, ORDINARY, usd } from './testing/ExchangeRig.js';
import type { RigOptions, RigOrder } from './testing/ExchangeRig.js';

const PLAIN: RigOptions = {
  overrides: { spread: { kind: 'none' }, participationBps: 0, regulatoryFees: false, priceBands: 'none' },
};
const OPENING = ORDINARY | PrintFlag.OPENING_AUCTION;
const SAMPLE = PrintFlag.LAST | PrintFlag.HIGH_LOW | PrintFlag.SAMPLED;
const { ADD, CANCEL, EXECUTION } = BookAction;

/** Micros of a wall-clock time of the day after the rig's. */
function next(clock: string): number {
  return at(clock, '2013-10-08');
}

/** A purchase at 189 that lasts. */
const BUY: RigOrder = { limit: 189, timeInForce: 'gtc' };

/** What a market at 190 and one of the next day at 184.47 look like on a basis, and what the order gets of it. */
const NIGHTS: readonly {
  readonly basis: string;
  readonly before: (rig: ExchangeRig, clock: string) => void;
  readonly after: (rig: ExchangeRig) => void;
  readonly fills: readonly string[];
  readonly rule: string;
}[] = [
  {
    basis: 'quotes',
    before: (rig, clock) => rig.quote(clock, 190, 500, 190.1, 500),
    after: (rig) => rig.quote(next('09:30:00.100'), 184.4, 500, 184.47, 500),
    fills: ['100 @ 184.47'],
    rule: 'far-side',
  },
  {
    basis: 'quotes, with the print of the opening auction',
    before: (rig, clock) => {
      rig.quote(clock, 190, 500, 190.1, 500);
      rig.print(`${clock}:01`, 190, 100);
    },
    after: (rig) => {
      rig.quote(next('09:30:00.100'), 184.3, 500, 184.4, 500);
      rig.print(next('09:30:00.200'), 184.6, 100);
      rig.print(next('09:30:02'), 184.47, 50_000, OPENING);
    },
    fills: ['100 @ 184.47'],
    rule: 'opening-auction',
  },
  {
    basis: 'quotes, with prints and no auction',
    before: (rig, clock) => {
      rig.quote(clock, 190, 500, 190.1, 500);
      rig.print(`${clock}:01`, 190, 100);
    },
    after: (rig) => {
      rig.print(next('09:31:00.100'), 184.3, 100);
      rig.quote(next('09:31:00.200'), 184.4, 500, 184.47, 500);
    },
    fills: ['100 @ 184.47'],
    rule: 'far-side',
  },
  {
    basis: 'quote bars',
    before: (rig, clock) => {
      const bid = [190, 190, 190, 190] as const;
      rig.instant(clock, rig.quoteBarRow(bid, 500, [190.1, 190.1, 190.1, 190.1], 500));
    },
    after: (rig) => {
      const bid = [184.3, 184.6, 184.2, 184.4] as const;
      rig.instant(next('09:31'), rig.quoteBarRow(bid, 500, [184.4, 184.7, 184.3, 184.47], 500));
    },
    fills: ['100 @ 184.47'],
    rule: 'far-side-close',
  },
  {
    basis: 'prints, with that of the opening auction',
    before: (rig, clock) => rig.print(clock, 190, 500),
    after: (rig) => {
      rig.print(next('09:30:00.200'), 184.6, 100);
      rig.print(next('09:30:02'), 184.47, 50_000, OPENING);
    },
    fills: ['100 @ 184.47'],
    rule: 'opening-auction',
  },
  {
    basis: 'prints, without that of the opening auction',
    before: (rig, clock) => rig.print(clock, 190, 500),
    after: (rig) => rig.print(next('09:31:01'), 184.47, 500),
    fills: ['100 @ 184.47'],
    rule: 'last-sale',
  },
  {
    basis: 'sampled prints',
    before: (rig, clock) => rig.print(clock, 190, 0, SAMPLE),
    after: (rig) => rig.print(next('09:31:01'), 184.47, 0, SAMPLE),
    fills: ['100 @ 184.47'],
    rule: 'sampled-last',
  },
  {
    basis: 'a book whose queue it stood in',
    before: (rig, clock) => {
      rig.instant(clock, rig.bookRow(ADD, 'buy', 1, 188, 500), rig.bookRow(ADD, 'sell', 2, 190, 500));
    },
    after: (rig) => rig.instant(next('09:30:01'), rig.bookRow(ADD, 'sell', 3, 184.47, 500)),
    fills: ['100 @ 184.47'],
    rule: 'book-displayed',
  },
  {
    basis: 'a book, with the print of the opening auction',
    before: (rig, clock) => {
      rig.instant(clock, rig.bookRow(ADD, 'buy', 1, 188, 500), rig.bookRow(ADD, 'sell', 2, 190, 500));
      rig.print(`${clock}:01`, 190, 100);
    },
    after: (rig) => {
      rig.instant(next('09:30:00.500'), rig.bookRow(EXECUTION, 'buy', 1, 188, 100));
      rig.print(next('09:30:02'), 184.47, 50_000, OPENING);
    },
    fills: ['100 @ 184.47'],
    rule: 'opening-auction',
  },
  {
    basis: 'trade bars',
    before: (rig, clock) => rig.bar(clock, [190, 190, 190, 190]),
    after: (rig) => rig.bar(next('09:31'), [184.47, 186, 184, 185]),
    fills: ['100 @ 184.47'],
    rule: 'limit-better-open',
  },
];

type Prices = readonly [number, number, number, number];

/** Prices of the other side of 189, and the other sides of quotes and books. */
class MirroredRig extends ExchangeRig {
  override quoteRow(bid: number, bidSize: number, ask: number, askSize: number, flags = 0): (time: number) => void {
    return super.quoteRow(flipped(ask), askSize, flipped(bid), bidSize, flags);
  }

  override printRow(price: number, size: number, flags?: number): (time: number) => void {
    return super.printRow(flipped(price), size, flags);
  }

  override barRow(prices: Prices): (time: number) => void {
    return super.barRow(flippedBar(prices));
  }

  override quoteBarRow(bid: Prices, bidSize: number, ask: Prices, askSize: number): (time: number) => void {
    return super.quoteBarRow(flippedBar(ask), askSize, flippedBar(bid), bidSize);
  }

  override bookRow(
    action: number,
    side: 'buy' | 'sell',
    number: number,
    price: number,
    size: number,
  ): (time: number) => void {
    return super.bookRow(action, side === 'buy' ? 'sell' : 'buy', number, flipped(price), size);
  }
}

function flipped(price: number): number {
  return Math.round((378 - price) * 100) / 100;
}

function flippedBar([open, high, low, close]: Prices): Prices {
  return [flipped(open), flipped(low), flipped(high), flipped(close)];
}

describe('a limit that rests over the night', () => {
  it.each(NIGHTS)('is filled at the open on $basis, not at its limit', ({ before, after, fills, rule }) => {
    const rig = new ExchangeRig(PLAIN);
    before(rig, '10:00');
    const order = rig.submit(BUY);
    before(rig, '10:02');
    before(rig, '15:59');
    expect(rig.types(order)).toEqual(['accepted']);
    after(rig);
    expect(rig.fillList).toEqual(fills);
    expect(rig.fills[0]?.receipt.rule).toBe(rule);
  });

  it.each(NIGHTS)('to sell is filled as well on $basis', ({ before, after, fills, rule }) => {
    const rig = new MirroredRig({ ...PLAIN, cash: 200_000 });
    before(rig, '10:00');
    rig.submit({ ...BUY, side: 'sell' });
    before(rig, '10:02');
    before(rig, '15:59');
    after(rig);
    expect(rig.fillList).toEqual(fills.map((fill) => fill.replace('184.47', '193.53')));
    expect(rig.fills[0]?.receipt.rule).toBe(rule);
  });

  it.each(NIGHTS)('gets the same on $basis as one that was sent in the night', ({ before, after }) => {
    const [early, late] = ['10:01', '20:30'].map((sent) => {
      const rig = new ExchangeRig(PLAIN);
      before(rig, '10:00');
      if (sent === '10:01') rig.submit(BUY);
      before(rig, '15:59');
      rig.advance('20:30');
      if (sent !== '10:01') rig.submit(BUY);
      after(rig);
      return rig.fills.map(({ price, quantity, time, receipt }) => [price, quantity, time, receipt.rule]);
    });
    expect(early).toEqual(late);
  });

  it('fills at its price when the market comes to it only after the open', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.quote('10:00', 190, 500, 190.1, 500);
    rig.submit(BUY);
    rig.quote(next('09:30:01'), 190, 500, 190.1, 500);
    rig.quote(next('09:30:02'), 184.4, 500, 184.47, 500);
    expect(rig.fillList).toEqual(['100 @ 189']);
  });

  it('fills at its price when prints come to it only after the open', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.print('10:00', 190, 500);
    rig.submit(BUY);
    rig.print(next('09:31:01'), 189, 500);
    rig.print(next('09:31:02'), 184.47, 500);
    expect(rig.fillList).toEqual(['100 @ 189']);
  });

  it('does not look at the quote that stood before the open', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.quote('10:00', 190, 500, 190.1, 500);
    rig.submit(BUY);
    rig.quote(next('09:29:59'), 184.3, 500, 184.2, 500);
    // Crossed before the open: it would be usable two seconds later.
    rig.advance(next('09:30:05'));
    expect(rig.fillList).toEqual([]);
    rig.quote(next('09:30:06'), 184.4, 500, 184.47, 500);
    expect(rig.fillList).toEqual(['100 @ 184.47']);
  });

  it('stands at the end of the queue of the new day (M5)', () => {
    const rig = new ExchangeRig({ ...PLAIN, overrides: { ...PLAIN.overrides, queuePercent: 100 } });
    rig.quote('10:00', 188, 500, 190, 500);
    const order = rig.submit(BUY);
    rig.advance('10:01');
    // It betters the best price: nobody is ahead.
    expect(rig.explain(order)?.queueAhead).toBe(0);
    rig.print(next('09:30:00.500'), 190, 1000, OPENING);
    rig.quote(next('09:30:01'), 189, 300, 190, 500);
    expect(rig.explain(order)).toMatchObject({ code: 'queue-ahead', queueAhead: 300_000_000 });
    rig.print(next('09:30:02'), 189, 300);
    expect(rig.fillList).toEqual([]);
    rig.print(next('09:30:03'), 189, 100);
    expect(rig.fillList).toEqual(['100 @ 189']);
    expect(rig.fills[0]?.receipt).toMatchObject({ queueAtEntry: 300_000_000 });
  });

  it('with the flag looks anew at the premarket, and goes on at the open', () => {
    const rig = new ExchangeRig(PLAIN);
    const order: RigOrder = { ...BUY, extendedHours: true };
    rig.quote('10:00', 190, 500, 190.1, 500);
    rig.submit({ ...order, shares: 10 });
    rig.quote(next('04:00:01'), 184.4, 500, 184.47, 500);
    expect(rig.fillList).toEqual(['10 @ 184.47']);
    rig.submit({ ...order, shares: 20, limit: 183 });
    rig.quote(next('09:29:59'), 184.4, 500, 184.48, 500);
    rig.quote(next('09:30:01'), 182.4, 500, 182.5, 500);
    expect(rig.fillList.slice(1)).toEqual(['20 @ 183']);
  });

  it('is what is left of a stop-limit that was elected, too', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.quote('10:00', 190, 500, 190.1, 500);
    rig.submit({ stop: 190.5, limit: 189, timeInForce: 'gtc' });
    rig.print('10:00:01', 190.5, 100);
    rig.quote('10:00:02', 190, 500, 190.2, 500);
    rig.print(next('09:30:01'), 184.47, 50_000, OPENING);
    expect(rig.fillList).toEqual(['100 @ 184.47']);
  });

  it('keeps nothing that was taken of it, and what the auction leaves rests at its price', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.quote('10:00', 190, 500, 190.1, 500);
    rig.print('10:00:01', 190, 100);
    rig.submit(BUY);
    rig.print(next('09:30:01'), 184.47, 60, OPENING);
    rig.quote(next('09:30:02'), 184, 500, 184.2, 500);
    expect(rig.fillList).toEqual(['60 @ 184.47', '40 @ 189']);
  });

  it('over a weekend, and once more on each day', () => {
    const rig = new ExchangeRig({ ...PLAIN, startTime: at('09:00', '2013-10-04') });
    rig.quote(at('10:00', '2013-10-04'), 190, 500, 190.1, 500);
    const order = rig.submit(BUY);
    rig.quote('09:30:01', 190, 500, 190.1, 500);
    rig.quote('15:59', 190, 500, 190.1, 500);
    rig.quote(next('09:30:01'), 184.4, 500, 184.47, 500);
    expect(rig.fillList).toEqual(['100 @ 184.47']);
    expect(rig.types(order)).toEqual(['accepted', 'filled']);
  });

  it('on bars that begin before the open goes on as it was', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.bar('10:00', [190, 190, 190, 190], 100_000, '1h');
    rig.submit(BUY);
    rig.bar(next('10:00'), [190, 190, 188, 190], 100_000, '1h');
    expect(rig.fillList).toEqual(['100 @ 189']);
  });

  it('leaves the queues of a book with the day, whatever comes in the night', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.instant('10:00', rig.bookRow(ADD, 'buy', 1, 188, 500), rig.bookRow(ADD, 'sell', 2, 190, 500));
    rig.submit(BUY);
    rig.instant('10:01', rig.bookRow(ADD, 'sell', 4, 191, 500));
    // Nothing of it trades on the way into the next day.
    rig.instant(
      next('09:30'),
      rig.bookRow(CANCEL, 'buy', 1, 188, 500),
      rig.bookRow(ADD, 'sell', 5, 184.47, 60),
      rig.bookRow(ADD, 'sell', 6, 184.5, 60),
    );
    expect(rig.fillList).toEqual(['60 @ 184.47', '40 @ 184.5']);
  });
});

describe('a limit where nothing but prints is known', () => {
  it('that the last trade reaches takes the next one, half the modelled spread worse', () => {
    const rig = new ExchangeRig();
    rig.print('10:00', 100, 2000);
    rig.submit({ limit: 106 });
    rig.print('10:00:01', 100.02, 2000);
    // 0.75 bp of 100.02.
    expect(rig.fillList).toEqual(['100 @ 100.027502']);
    expect(rig.fills[0]).toMatchObject({ liquidity: 'taker', receipt: { rule: 'last-sale', halfSpread: 7502 } });
  });

  it('takes no worse price than its own', () => {
    const rig = new ExchangeRig();
    rig.print('10:00', 99.9, 2000);
    rig.submit({ limit: 100 });
    rig.print('10:00:01', 99.995, 2000);
    expect(rig.fillList).toEqual(['100 @ 100']);
  });

  it('that the last trade does not reach rests, and fills at its price', () => {
    const rig = new ExchangeRig();
    rig.print('10:00', 100, 2000);
    rig.submit({ limit: 99.9 });
    rig.print('10:00:01', 95, 2000);
    expect(rig.fillList).toEqual(['100 @ 99.9']);
    expect(rig.fills[0]).toMatchObject({ liquidity: 'maker', receipt: { rule: 'limit-traded-through' } });
  });

  it('that the modelled spread keeps from the last trade rests', () => {
    const rig = new ExchangeRig();
    rig.print('10:00', 99.995, 2000);
    rig.submit({ limit: 100 });
    rig.print('10:00:01', 95, 2000);
    expect(rig.fillList).toEqual(['100 @ 100']);
  });

  it('rests from the first print on that does not reach it', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.print('10:00', 100, 2000);
    rig.submit({ limit: 101 });
    rig.print('10:00:01', 101.5, 2000);
    rig.print('10:00:02', 95, 2000);
    expect(rig.fillList).toEqual(['100 @ 101']);
  });

  it('takes print by print while they reach it', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.print('10:00', 100, 2000);
    rig.submit({ limit: 106 });
    rig.print('10:00:01', 100.02, 60);
    rig.print('10:00:02', 100.03, 30);
    rig.print('10:00:03', 106.5, 30);
    rig.print('10:00:04', 100.04, 30);
    expect(rig.fillList).toEqual(['60 @ 100.02', '30 @ 100.03', '10 @ 106']);
  });

  it('is not compared with a trade of before the open', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.print('09:29', 100, 2000, ORDINARY | PrintFlag.EXTENDED_HOURS);
    rig.advance('09:30:01');
    rig.submit({ limit: 99 });
    rig.print('09:30:02', 95, 2000);
    expect(rig.fillList).toEqual(['100 @ 95']);
  });

  it('of the day that waited for the open takes the first trade after the minute of the auction', () => {
    const rig = new ExchangeRig({ ...PLAIN, startTime: at('08:00') });
    rig.print('08:30', 190, 100, ORDINARY | PrintFlag.EXTENDED_HOURS);
    rig.submit({ limit: 189 });
    rig.print('09:30:10', 184.4, 500);
    expect(rig.fillList).toEqual([]);
    rig.print('09:31:01', 184.47, 500);
    expect(rig.fillList).toEqual(['100 @ 184.47']);
  });

  it('sampled, takes only what is half the spread and a tick beyond it (M7)', () => {
    const rig = new ExchangeRig({ feed: 'twelvedata' });
    rig.print('10:00', 49.8, 0, SAMPLE);
    rig.submit({ limit: 49.9 });
    // 1.5 bp of 49.80 is 0.00747.
    rig.print('10:00:01', 49.8, 0, SAMPLE);
    expect(rig.fillList).toEqual(['100 @ 49.80747']);
    rig.submit({ limit: 49.9 });
    rig.print('10:00:02', 49.885, 0, SAMPLE);
    rig.print('10:00:03', 49, 0, SAMPLE);
    expect(rig.fillList.slice(1)).toEqual(['100 @ 49.9']);
  });

  it('that replaces another one looks at the last trade anew', () => {
    const rig = new ExchangeRig(PLAIN);
    rig.print('10:00', 100, 2000);
    const order = rig.submit({ limit: 99 });
    rig.advance('10:00:01');
    rig.replace(order, { limit: 106 });
    rig.advance('10:00:02');
    rig.print('10:00:03', 100.02, 2000);
    expect(rig.fillList).toEqual(['100 @ 100.02']);
  });

  it('to sell short under a restriction is put above the last trade before it takes (R8)', () => {
    const rig = new ExchangeRig({ ...PLAIN, listings: [{ previousClose: usd(120) }] });
    rig.print('10:00', 105, 2000);
    rig.submit({ side: 'sell', limit: 100 });
    rig.print('10:00:01', 105, 2000);
    expect(rig.fillList).toEqual([]);
    rig.print('10:00:02', 105.02, 2000);
    expect(rig.fillList).toEqual(['100 @ 105.01']);
  });
});
